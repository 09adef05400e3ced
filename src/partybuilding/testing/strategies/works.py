"""Strategies of projects, chains with their carriers, and movements of money that balance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from hypothesis import strategies as st

from partybuilding.domain.carriers import WHOLE_SHARE, Carrier, Chain, ChainUnit, Link, Part
from partybuilding.domain.funding import POCKETS, Leg, Movement, MovementKind
from partybuilding.domain.projects import RUNGS, Project
from partybuilding.testing.strategies.values import (
    days,
    ids,
    labels,
    maybe,
    names,
    naturals,
    references,
    said,
    shares,
    spans,
    states,
    texts,
    wholes,
)

MOST_FEN = 10**14


def projects() -> st.SearchStrategy[Project]:
    """Projects of any type on any rung."""
    return states(
        Project,
        type=names(),
        name=said(),
        name_en=texts(),
        organisation=ids(),
        owner=ids(),
        first=ids(),
        measure=said(),
        baseline=maybe(wholes()),
        target=maybe(wholes()),
        reached=maybe(wholes()),
        due=days(),
        budget=naturals(),
        rung=st.sampled_from(RUNGS),
        replicates=maybe(ids()),
        above=maybe(ids()),
        secretary_project=st.booleans(),
    )


def chains() -> st.SearchStrategy[Chain]:
    """Industry chains with links of different names."""
    link = st.builds(Link, name=names(), label=labels())
    links = st.lists(link, max_size=4, unique_by=lambda each: each.name).map(tuple)
    return states(Chain, name=said(), name_en=texts(), organisation=ids(), links=links)


@st.composite
def chain_units(draw: st.DrawFn) -> ChainUnit:
    """Units on links of chains; a dormant one has a reason."""
    starts, ends = draw(spans())
    dormant = draw(maybe(days()))
    return ChainUnit(
        id=draw(ids()),
        starts=starts,
        ends=ends,
        chain=draw(ids()),
        link=draw(names()),
        unit=draw(ids()),
        organisation=draw(ids()),
        full_members=draw(maybe(naturals())),
        dormant=dormant,
        reason=draw(texts() if dormant is None else said()),
    )


@st.composite
def parts(draw: st.DrawFn) -> tuple[Part, ...]:
    """Parts of different organisations that sum to the whole."""
    split = draw(shares(WHOLE_SHARE))
    who = draw(st.lists(ids(), min_size=len(split), max_size=len(split), unique=True))
    return tuple(Part(organisation=each, share=share) for each, share in zip(who, split, strict=True))


def carriers() -> st.SearchStrategy[Carrier]:
    """Carriers along a chain, whose parts sum to the whole."""
    return states(
        Carrier,
        model=names(),
        name=said(),
        name_en=texts(),
        chain=ids(),
        lead=ids(),
        association=texts(),
        parts=parts(),
        covers=st.lists(ids(), max_size=3, unique=True).map(tuple),
    )


@st.composite
def movements(draw: st.DrawFn, organisations: Sequence[str] | None = None) -> Movement:
    """Movements of money whose legs sum to zero, between a few accounts."""
    who = ids() if organisations is None else st.sampled_from(organisations)
    given = draw(st.lists(st.integers(-MOST_FEN, MOST_FEN).filter(bool), min_size=1, max_size=4))
    amounts = given if sum(given) == 0 else [*given, -sum(given)]
    kind = draw(st.sampled_from(get_args(MovementKind)))
    return Movement(
        id=draw(ids()),
        day=draw(days()),
        year=draw(st.integers(2000, 2040)),
        kind=kind,
        legs=tuple(
            Leg(
                organisation=draw(who),
                purpose=draw(st.sampled_from(("education", "venue"))),
                pocket=draw(st.sampled_from(tuple(POCKETS))),
                amount=amount,
            )
            for amount in amounts
        ),
        of=draw(maybe(references("project", "venue", "work"))),
        reverses=draw(ids()) if kind == "reverse" else None,
        reason=draw(texts()),
    )
