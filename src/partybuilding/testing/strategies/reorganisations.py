"""Strategies of reorganisations: units that fit their kind, a key that weighs them, successions of anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from hypothesis import strategies as st

from partybuilding.domain.reorganisations import (
    SAME_UNIT,
    Key,
    Reorganisation,
    ReorganisationKind,
    Succession,
    Weight,
)
from partybuilding.testing.strategies.declared import sources
from partybuilding.testing.strategies.values import (
    days,
    ids,
    maybe,
    names,
    naturals,
    references,
    said,
    tuples_of,
)


@st.composite
def keys(draw: st.DrawFn, units: Sequence[str]) -> Key:
    """Keys that weigh some of the units, not all with nothing."""
    weighed = draw(st.lists(st.sampled_from(units), min_size=1, unique=True))
    weights = [draw(naturals(1_000)) for _ in weighed]
    if not sum(weights):
        weights[0] = 1
    given = tuple(
        Weight(organisation=unit, weight=weight) for unit, weight in zip(weighed, weights, strict=True)
    )
    return Key(weights=given, name=draw(maybe(names())))


@st.composite
def successions(draw: st.DrawFn) -> Succession:
    """Successors, or a reason."""
    followed = draw(st.booleans())
    return Succession(
        of=draw(references()),
        to=draw(tuples_of(references(), least=1)) if followed else (),
        reason="" if followed else draw(said()),
    )


@st.composite
def units(draw: st.DrawFn, kind: ReorganisationKind) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The units before and after that a kind asks for."""
    one, *others = draw(st.lists(ids(), min_size=3, max_size=5, unique=True))
    if kind in SAME_UNIT:
        return (one,), (one,)
    if kind == "split":
        return (one,), tuple(draw(st.permutations([*others, *([one] if draw(st.booleans()) else [])])))
    if kind == "merge":
        return (one, *others[:-1]), (draw(st.sampled_from([one, others[-1]])),)
    return (one,), tuple(others[: draw(st.integers(0, 2))])


@st.composite
def reorganisations(draw: st.DrawFn) -> Reorganisation:
    """Reorganisations of every kind, with or without a key."""
    kind = draw(st.sampled_from(get_args(ReorganisationKind)))
    before, after = draw(units(kind))
    key = draw(st.lists(keys((*before, *after)), max_size=2, unique_by=lambda each: each.name))
    told = draw(st.lists(successions(), max_size=3, unique_by=lambda each: each.of))
    return Reorganisation(
        id=draw(ids()),
        day=draw(days()),
        kind=kind,
        before=before,
        after=after,
        instrument=draw(sources()),
        decision=draw(maybe(ids()) if kind == "rename" else ids()),
        key=tuple(key),
        successions=tuple(told),
    )
