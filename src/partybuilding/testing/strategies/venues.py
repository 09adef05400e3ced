"""Strategies of the works by which venues are built, rebuilt, expanded or come to be shared."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

from hypothesis import strategies as st

from partybuilding.domain.lifecycles import Evidence
from partybuilding.domain.venues import SHARED, Contract, Work, WorkBuild
from partybuilding.testing.strategies.values import days, ids, maybe, texts

MOST_FEN, MOST_AREA = 10**12, 10**9


def contracts() -> st.SearchStrategy[Contract]:
    """Contracts of any price, due in any parts."""
    evidence = st.builds(Evidence, reference=texts(), digest=texts())
    parts = {name: st.integers(0, MOST_FEN) for name in ("advance", "progress", "completion", "final")}
    return st.builds(Contract, day=days(), evidence=evidence, **parts)


@st.composite
def works(draw: st.DrawFn) -> Work:
    """Works of every build on venues of any size."""
    build: WorkBuild = draw(st.sampled_from(get_args(WorkBuild)))
    before = draw(st.integers(0, MOST_AREA))
    venue, starts = draw(ids()), draw(days())
    return Work(
        id=draw(ids()),
        starts=starts,
        ends=draw(maybe(st.integers(1, 400).map(lambda length: starts + timedelta(days=length)))),
        venue=venue,
        organisation=draw(ids()),
        name=draw(texts()),
        name_en=draw(texts()),
        build=build,
        shares=draw(ids().filter(lambda each: each != venue)) if build == SHARED else None,
        owner=draw(ids()),
        area_before=before,
        area_planned=draw(st.integers(before + 1 if build == "expanded" else 0, MOST_AREA + 1)),
        area_after=draw(maybe(st.integers(0, MOST_AREA))),
        due=draw(maybe(days())),
        contract=draw(maybe(contracts())),
    )
