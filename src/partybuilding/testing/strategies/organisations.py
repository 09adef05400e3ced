"""Strategies of organisations, their bodies and posts, and of whole trees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import get_args

from attrs import evolve
from hypothesis import strategies as st

from partybuilding.domain.organisations import (
    BODY_KINDS,
    ORGANISATION_KINDS,
    TERRITORY,
    Alias,
    District,
    Organisation,
    PartyBody,
    Placement,
)
from partybuilding.domain.posts import POST_ROLES, Post, Tenure
from partybuilding.domain.venues import Build, Venue
from partybuilding.testing.strategies.values import (
    days,
    ids,
    maybe,
    names,
    naturals,
    said,
    spans,
    states,
    texts,
    tuples_of,
)

KINDS_BY_DEPTH = (
    ("district",),
    ("street", "town", "township"),
    ("community", "village"),
    ("cooperative", "non_public_enterprise", "school", "social_organisation"),
)
"""What stands at which depth of a tree; below the last row everything is of the last row."""
ONE_DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = date(2000, 1, 1), date(2025, 12, 31)
"""Organisations of a tree begin and move between these days, so a tree is whole on every later day."""


@st.composite
def aliases(draw: st.DrawFn) -> Alias:
    """Official codes, for a time."""
    starts, ends = draw(spans())
    scheme, code = (
        draw(st.sampled_from(("stats", "mca"))),
        draw(st.from_regex(r"[0-9]{6,12}", fullmatch=True)),
    )
    return Alias(scheme=scheme, code=code, starts=starts, ends=ends)


@st.composite
def placements(draw: st.DrawFn) -> tuple[Placement, ...]:
    """Placements on some lines: one parent after the other, never two at a time."""
    placed: list[Placement] = []
    for line in draw(st.lists(st.sampled_from((TERRITORY, "industry")), unique=True)):
        cuts = sorted(draw(st.lists(days(), max_size=2, unique=True)))
        for starts, ends in pairwise((None, *cuts, None)):
            placed.append(Placement(parent=draw(ids()), line=line, starts=starts, ends=ends))
    return tuple(draw(st.permutations(placed)))


def organisations() -> st.SearchStrategy[Organisation]:
    """Organisations of any kind, alone: their parents need not exist."""
    return states(
        Organisation,
        name=said(),
        name_en=texts(),
        kind=st.sampled_from(sorted(ORGANISATION_KINDS)),
        aliases=tuples_of(aliases()),
        placements=placements(),
        example=st.booleans(),
    )


def bodies() -> st.SearchStrategy[PartyBody]:
    """Party bodies of any kind."""
    return states(
        PartyBody,
        name=said(),
        name_en=texts(),
        kind=st.sampled_from(sorted(BODY_KINDS)),
        seat=ids(),
        covers=st.lists(ids(), max_size=3, unique=True).map(tuple),
        superior=maybe(ids()),
    )


def districts() -> st.SearchStrategy[District]:
    """What plans cover."""
    return states(District, root=ids(), line=names(), made_up=st.booleans(), plugins=tuples_of(names()))


def posts() -> st.SearchStrategy[Post]:
    """Posts of any role."""
    roles = st.sampled_from(sorted(POST_ROLES))
    return states(Post, body=ids(), role=roles, title=texts(), capacity=naturals())


def tenures() -> st.SearchStrategy[Tenure]:
    """Who held which post."""
    return states(Tenure, post=ids(), holder=ids())


def venues() -> st.SearchStrategy[Venue]:
    """Venues of any size."""
    builds = st.sampled_from(get_args(Build))
    return states(Venue, organisation=ids(), name=texts(), area=naturals(), build=builds)


@st.composite
def trees(draw: st.DrawFn, min_size: int = 1, max_size: int = 20) -> list[Organisation]:
    """One tree on the territory line, its organisations in random order and under ids that tell nothing of their place.

    The first organisation drawn is a district without a parent. Kinds follow from the depth. Organisations begin before
    2026, under a parent that is there already, and may move once to another parent of the same depth; from 2026 on the
    tree is whole.
    """
    size = draw(st.integers(min_size, max_size))
    grown = [_at("0", 0, ())]
    depths = [0]
    for number in range(1, size):
        parent = draw(st.integers(0, number - 1))
        placed = draw(_under(grown, depths, parent))
        depths.append(depths[parent] + 1)
        grown.append(_at(str(number), depths[number], placed))
    return draw(st.permutations(_renamed(grown, draw(st.permutations(range(size))))))


def _at(id_: str, depth: int, placed: tuple[Placement, ...]) -> Organisation:
    """An organisation of a tree; the kind is the one of its depth."""
    kinds = KINDS_BY_DEPTH[min(depth, len(KINDS_BY_DEPTH) - 1)]
    starts = placed[0].starts if placed else None
    kind = kinds[int(id_) % len(kinds)]
    return Organisation(id=id_, name=f"示例{id_}", kind=kind, placements=placed, starts=starts, example=True)


@st.composite
def _under(
    draw: st.DrawFn, grown: Sequence[Organisation], depths: Sequence[int], parent: int
) -> tuple[Placement, ...]:
    """A placement under a parent since some day, and perhaps a move to another parent of the same depth."""
    since = grown[parent].starts
    starts = since if draw(st.booleans()) else draw(_between(since or FIRST_YEAR, LAST_YEAR))
    others = [each for each, depth in zip(grown, depths, strict=True) if depth == depths[parent]]
    other = draw(st.sampled_from(others))
    earliest = max(each for each in (starts, other.starts, FIRST_YEAR) if each is not None)
    if other is grown[parent] or earliest >= LAST_YEAR or not draw(st.booleans()):
        return (Placement(parent=grown[parent].id, starts=starts),)
    moved = draw(_between(earliest + ONE_DAY, LAST_YEAR))
    return (
        Placement(parent=grown[parent].id, starts=starts, ends=moved),
        Placement(parent=other.id, starts=moved),
    )


def _between(first: date, last: date) -> st.SearchStrategy[date]:
    return st.integers(first.toordinal(), last.toordinal()).map(date.fromordinal)


def _renamed(grown: Sequence[Organisation], numbers: Sequence[int]) -> list[Organisation]:
    """The same tree under other ids, so that no code can rely on parents coming first in any order."""
    fresh = {each.id: f"o{number}" for each, number in zip(grown, numbers, strict=True)}
    return [
        evolve(
            each,
            id=fresh[each.id],
            placements=tuple(evolve(one, parent=fresh[one.parent]) for one in each.placements),
        )
        for each in grown
    ]
