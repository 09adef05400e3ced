"""Strategies of goals, agreements, additions, letters with their lines, and sheets of reported figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hypothesis import strategies as st

from partybuilding.domain.indicators import Addition, Agreement, Goal
from partybuilding.domain.letters import Cut, Letter, Line
from partybuilding.domain.responsibilities import Responsibilities
from partybuilding.domain.sheets import Sheet, sheet
from partybuilding.testing.strategies.values import (
    days,
    ids,
    maybe,
    names,
    naturals,
    said,
    spans,
    texts,
    tuples_of,
    wholes,
)
from partybuilding.testing.strategies.values import states as _states

YEARS = st.integers(2000, 2040)
AMOUNTS = st.integers(-(10**14), 10**14)
"""Amounts of which two may be added without leaving 64 bits."""


def goals() -> st.SearchStrategy[Goal]:
    """Goals that start a cascade, or reserves inside one."""
    return _states(
        Goal, organisation=ids(), indicator=names(), year=YEARS, amount=maybe(wholes()), reserve=naturals()
    )


def agreements() -> st.SearchStrategy[Agreement]:
    """Locked shares, with reasons."""
    return _states(
        Agreement, organisation=ids(), indicator=names(), year=YEARS, amount=naturals(), reason=said()
    )


def additions() -> st.SearchStrategy[Addition]:
    """What is added on an edge, of either sign, with reasons."""
    return _states(
        Addition, organisation=ids(), indicator=names(), year=YEARS, amount=wholes(), reason=said()
    )


@st.composite
def lines(draw: st.DrawFn, indicator: str | None = None) -> Line:
    """Complete lines: a share that came down with what was added to it, or a target of its own."""
    share, added = draw(maybe(AMOUNTS)), draw(AMOUNTS)
    return Line(
        indicator=draw(names()) if indicator is None else indicator,
        amount=draw(wholes()) if share is None else share + added,
        per=draw(maybe(st.integers(1, 10**6))) if share is None else None,
        unit=draw(said()),
        due=draw(days()),
        asks=draw(said()),
        source=draw(said()),
        responsibilities=Responsibilities(
            collective=draw(ids()), primary=draw(ids()), specific=draw(ids()), direct=draw(ids())
        ),
        share=share,
        added=0 if share is None else added,
        reserve=draw(naturals()),
        reason=draw(said()) if share is not None and added else draw(texts()),
        points=draw(naturals()),
        kept=draw(st.booleans()),
        checked=draw(texts()),
        scoring=draw(texts()),
        proposed=draw(maybe(wholes())),
        countered=draw(maybe(wholes())),
    )


@st.composite
def letters(draw: st.DrawFn) -> Letter:
    """Letters between two bodies with complete lines, each indicator once."""
    issuer, receiver = draw(st.lists(ids(), min_size=2, max_size=2, unique=True))
    starts, ends = draw(spans())
    indicators = draw(st.lists(names(), max_size=3, unique=True))
    words = tuples_of(texts(), most=2)
    return Letter(
        id=draw(ids()),
        starts=starts,
        ends=ends,
        year=draw(YEARS),
        kind=draw(st.sampled_from(("main", "safety"))),
        organisation=draw(ids()),
        issuer=issuer,
        receiver=receiver,
        above=draw(maybe(ids())),
        lines=tuple(draw(lines(each)) for each in indicators),
        guidance=draw(words),
        safeguards=draw(words),
        method=draw(texts()),
        cuts=draw(tuples_of(st.builds(Cut, grade=said(), least=naturals()), most=2)),
        rewards=draw(words),
        accountability=draw(words),
        revises=draw(maybe(ids())),
        reason=draw(said()),
    )


@st.composite
def sheets(draw: st.DrawFn, organisations: Sequence[str] | None = None, *, most: int = 2**63 - 1) -> Sheet:
    """Sheets of figures of some organisations, not of all of them, in a period of a year or a quarter."""
    year, quarter = draw(YEARS), draw(st.sampled_from((None, 1, 4, 7)))
    starts, ends = (
        date(year, quarter or 1, 1),
        date(year, quarter + 3, 1) if quarter else date(year + 1, 1, 1),
    )
    who = ids() if organisations is None else st.sampled_from(organisations)
    figures = draw(st.dictionaries(who, st.integers(-most, most), max_size=10))
    return sheet(name=draw(names()), unit=draw(names()), starts=starts, ends=ends, figures=figures)
