"""Strategies of declarations: standards, indicators, schemes, scales, ladders, and the types of projects and carriers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar, get_args

from hypothesis import strategies as st

from partybuilding.domain.brackets import Brackets
from partybuilding.domain.carriers import CarrierModel
from partybuilding.domain.decisions import Ladder, RungOfLadder
from partybuilding.domain.indicators import Direction, Indicator, Missing, TargetKind
from partybuilding.domain.letter_rules import LetterForm, SigningWindow
from partybuilding.domain.letters import LETTER_LIFE
from partybuilding.domain.lists import COMMITMENT_LIFE, ITEM_LIFE
from partybuilding.domain.organisations import ORGANISATION_KINDS
from partybuilding.domain.projects import Acceptance, ProjectType
from partybuilding.domain.responsibilities import RESPONSIBILITIES, ResponsibilityKind
from partybuilding.domain.schemes import Grade, GradeScale, Scheme
from partybuilding.domain.standards import (
    Confidence,
    Modality,
    Policy,
    Source,
    Standard,
    Stricter,
    Unit,
    point,
)
from partybuilding.money import Rate
from partybuilding.testing.strategies.values import (
    ids,
    labels,
    maybe,
    names,
    naturals,
    said,
    shares,
    spans,
    texts,
    tuples_of,
    wholes,
)

D = TypeVar("D")

FULL_POINTS = 100 * point.scale


def sources() -> st.SearchStrategy[Source]:
    """Sources of any confidence."""
    return st.builds(Source, said(), texts(), st.sampled_from(get_args(Confidence)))


def units() -> st.SearchStrategy[Unit]:
    """Units at a power of ten."""
    return st.builds(Unit, names(), st.sampled_from((1, 100, 10_000)), labels())


def rates() -> st.SearchStrategy[Rate]:
    """Rates, also negative ones and ones above the whole."""
    return st.builds(Rate, st.integers(-(10**9), 10**9), st.integers(1, 10**9))


@st.composite
def brackets(draw: st.DrawFn) -> Brackets:
    """Tables of steps with an open end."""
    limits = sorted(draw(st.lists(wholes(), max_size=4, unique=True)))
    return Brackets(tuple((limit, draw(wholes())) for limit in (*limits, None)))


@st.composite
def _declared(draw: st.DrawFn, made: Callable[..., D], /, **fields: st.SearchStrategy[object]) -> D:
    """Declarations of a class: what every rule has, and the fields given."""
    starts, ends = draw(spans())
    place = st.one_of(st.none(), ids(), st.tuples(st.sampled_from(("stats", "mca")), ids()))
    return made(
        name=draw(names()),
        label=draw(labels()),
        source=draw(sources()),
        place=draw(place),
        kinds=draw(st.frozensets(st.sampled_from(sorted(ORGANISATION_KINDS)), max_size=3)),
        starts=starts,
        ends=ends,
        **{name: draw(each) for name, each in fields.items()},
    )


@st.composite
def standards(draw: st.DrawFn) -> Standard:
    """Standards with a whole number, a rate, a table, or without a value."""
    policy = draw(st.sampled_from(get_args(Policy)))
    directions = get_args(Stricter) if policy == "tighten" else (None, *get_args(Stricter))
    value = st.one_of(st.none(), wholes(), rates(), brackets())
    stricter, modality = st.sampled_from(directions), st.sampled_from(get_args(Modality))
    return draw(
        _declared(
            Standard, value=value, unit=units(), modality=modality, policy=st.just(policy), stricter=stricter
        )
    )


@st.composite
def indicators(draw: st.DrawFn) -> Indicator:
    """Indicators whose target and denominator go together."""
    target = draw(st.sampled_from(get_args(TargetKind)))
    common = st.dates(date(2001, 1, 1), date(2001, 12, 31))
    return draw(
        _declared(
            Indicator,
            unit=units(),
            asks=labels(),
            numerator=names(),
            denominator=st.none() if target == "cascade" else maybe(names()),
            target=st.just(target),
            target_standard=names() if target == "standard" else st.none(),
            scoring=names(),
            due=common.map(lambda day: (day.month, day.day)),
            direction=st.sampled_from(get_args(Direction)),
            missing=st.sampled_from(get_args(Missing)),
            evidence=labels(),
            submissions=naturals(366),
        )
    )


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    """Schemes whose points sum to 100, with bonus and veto."""
    points = draw(shares(FULL_POINTS, most=6))
    listed = draw(st.lists(names(), min_size=len(points), max_size=len(points) + 2, unique=True))
    worth = tuple(zip(listed, points, strict=False))
    bonus = tuple((name, draw(naturals(FULL_POINTS))) for name in listed[len(points) :])
    return draw(
        _declared(
            Scheme,
            points=st.just(worth),
            bonus=st.just(bonus),
            bonus_cap=naturals(FULL_POINTS),
            veto=maybe(names()),
            veto_cap=naturals(FULL_POINTS),
            scale=names(),
        )
    )


@st.composite
def grade_scales(draw: st.DrawFn) -> GradeScale:
    """Scales of grades, best first, down to nothing."""
    cuts = sorted(draw(st.sets(st.integers(1, FULL_POINTS), max_size=4)), reverse=True)
    grades = tuple(
        Grade(name=f"grade_{number}", label=draw(labels()), least=least)
        for number, least in enumerate((*cuts, 0))
    )
    return draw(_declared(GradeScale, grades=st.just(grades)))


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    """Ladders, mildest rung first."""
    days = sorted(draw(st.sets(naturals(365), min_size=1, max_size=5)))
    rungs = tuple(
        RungOfLadder(name=f"rung_{number}", label=draw(labels()), after=after, effect=draw(labels()))
        for number, after in enumerate(days)
    )
    return draw(_declared(Ladder, rungs=st.just(rungs)))


@st.composite
def project_types(draw: st.DrawFn) -> ProjectType:
    """Types of projects on one of the tables that ship, with documents for some of its steps."""
    lifecycle = draw(st.sampled_from((LETTER_LIFE, ITEM_LIFE, COMMITMENT_LIFE)))
    steps = st.sampled_from(sorted({each.step for each in lifecycle.transitions}))
    documents = st.dictionaries(steps, tuples_of(said()), max_size=3).map(lambda asked: tuple(asked.items()))
    acceptance = st.sampled_from(get_args(Acceptance))
    return draw(
        _declared(ProjectType, lifecycle=st.just(lifecycle), documents=documents, acceptance=acceptance)
    )


def carrier_models() -> st.SearchStrategy[CarrierModel]:
    """Forms of carriers."""
    return _declared(
        CarrierModel, covers=tuples_of(st.sampled_from(("organisation", "work")), least=1, most=2)
    )


def responsibility_kinds() -> st.SearchStrategy[ResponsibilityKind]:
    """Layers of responsibility."""
    return _declared(ResponsibilityKind, layer=st.sampled_from(sorted(RESPONSIBILITIES)), role=maybe(names()))


def letter_forms() -> st.SearchStrategy[LetterForm]:
    """The words of letters."""
    words = tuples_of(said(), most=2)
    return _declared(
        LetterForm,
        guidance=words,
        safeguards=words,
        method=said(),
        scale=names(),
        rewards=words,
        accountability=words,
    )


@st.composite
def signing_windows(draw: st.DrawFn) -> SigningWindow:
    """Windows in which letters are signed, within one year."""
    day = st.tuples(st.integers(1, 12), st.integers(1, 28))
    opens, closes = sorted((draw(day), draw(day)))
    within = draw(maybe(naturals(60)))
    return draw(
        _declared(SigningWindow, opens=st.just(opens), closes=st.just(closes), revised_within=st.just(within))
    )
