"""The organisation tree of a plan in level order: parents before children, siblings contiguous and ordered by id.

In this order every roll-up and cascade is a run over contiguous children. A second, preorder index makes every subtree
one slice, so that a standard of a place is laid over its organisations at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from partybuilding.domain.organisations import Organisation
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.standards import Place
from partybuilding.errors import PlanProblem, Problem, Where

Index = NDArray[np.int64]


@frozen(kw_only=True, eq=False)
class Tree:
    """The subtree of a root on one line and day.

    ``ids`` are in level order. ``parent`` holds indices (-1 for the root); the children of ``i`` are
    ``first[i]:first[i + 1]``; ``levels`` are (start, stop) of each level, top first. ``preorder[i]`` is the place of ``i``
    in preorder and ``size[i]`` of its subtree, so that the subtree is one slice there. ``ancestors`` are the ids above
    the root, topmost first. ``place_depth`` counts from the topmost ancestor.
    """

    ids: tuple[str, ...]
    organisations: tuple[Organisation, ...] = field(repr=False)
    parent: Index = field(repr=False)
    first: Index = field(repr=False)
    levels: tuple[tuple[int, int], ...]
    preorder: Index = field(repr=False)
    size: Index = field(repr=False)
    kinds: tuple[str, ...]
    kind: Index = field(repr=False)
    ancestors: tuple[str, ...]
    index: dict[str, int] = field(repr=False)
    codes: dict[tuple[str, str], str] = field(repr=False)

    @property
    def n(self) -> int:
        """How many organisations the tree has."""
        return len(self.ids)

    def depth(self, place: str | None) -> int:
        """How deep a place lies: 0 for everywhere, then the ancestors, then the levels of the tree."""
        if place is None:
            return 0
        if place in self.ancestors:
            return 1 + self.ancestors.index(place)
        here, steps = self.index[place], 0
        while self.parent[here] >= 0:
            here, steps = int(self.parent[here]), steps + 1
        return 1 + len(self.ancestors) + steps

    def locate(self, place: Place) -> tuple[bool, str | None]:
        """Whether a place concerns this tree, and the organisation's id it means (None: everywhere)."""
        if place is None:
            return True, None
        id_ = self.codes.get(place) if isinstance(place, tuple) else place
        return id_ is not None and (id_ in self.index or id_ in self.ancestors), id_

    def span(self, place: str | None) -> slice:
        """The slice of preorder that a place covers."""
        if place is None or place in self.ancestors:
            return slice(0, self.n)
        here = self.index[place]
        start = int(self.preorder[here])
        return slice(start, start + int(self.size[here]))

    def mask(self, kinds: frozenset[str]) -> NDArray[np.bool_]:
        """Which organisations, in level order, are of one of the kinds; none named means all."""
        if not kinds:
            return np.ones(self.n, dtype=bool)
        return np.isin(self.kind, [at for at, kind in enumerate(self.kinds) if kind in kinds])


def tree_of(snapshot: Snapshot) -> Tree:
    """The tree that a snapshot's plan covers: the subtree of its root on its line, on its day.

    Raises:
        PlanProblem: the snapshot names no root, or one that is not in force.
    """
    organisations = snapshot.organisations()
    if snapshot.root is None or snapshot.root not in organisations:
        raise PlanProblem(
            Problem(
                "no-root",
                Where(record=snapshot.root),
                str(snapshot.root),
                "an organisation in force",
                "Name the root in district.toml.",
            )
        )
    children: dict[str, list[str]] = {}
    parents = {each.id: each.parent(snapshot.line, snapshot.on) for each in organisations.values()}
    for id_ in sorted(parents):
        above = parents[id_]
        if above is not None:
            children.setdefault(above, []).append(id_)
    order, first, levels = _level_order((snapshot.root,), children)
    codes = {code: each.id for each in organisations.values() for code in each.codes(snapshot.on)}
    return _laid(order, first, levels, organisations, _above(snapshot.root, parents), codes)


def part_of(tree: Tree, kept: Collection[str]) -> Tree:
    """The part of a tree that some organisations make up; one whose parent is left out stands at the top, as a root.

    What lies above and the codes of the others are left out, too. With none kept, the tree is empty.
    """
    members = {each.id: each for each in tree.organisations if each.id in kept}
    roots: list[str] = []
    children: dict[str, list[str]] = {}
    for at, id_ in enumerate(tree.ids):
        if id_ in members:
            above = None if tree.parent[at] < 0 else tree.ids[int(tree.parent[at])]
            if above in members:
                children.setdefault(above, []).append(id_)
            else:
                roots.append(id_)
    order, first, levels = _level_order(roots, children)
    codes = {code: id_ for code, id_ in tree.codes.items() if id_ in members}
    return _laid(order, first, levels, members, (), codes)


def _level_order(
    roots: Iterable[str], children: dict[str, list[str]]
) -> tuple[list[str], list[int], list[tuple[int, int]]]:
    """Ids level by level, where each one's children start, and where the levels start and stop."""
    order, first, levels = [*roots], [], []
    start = 0
    while start < len(order):
        stop = len(order)
        for id_ in order[start:stop]:
            first.append(len(order))
            order.extend(children.get(id_, ()))
        levels.append((start, stop))
        start = stop
    return order, [*first, len(order)], levels


def _above(root: str, parents: dict[str, str | None]) -> tuple[str, ...]:
    """The ancestors of the root, topmost first."""
    chain: list[str] = []
    here = parents.get(root)
    while here is not None and here not in chain:
        chain.append(here)
        here = parents.get(here)
    return tuple(reversed(chain))


def _laid(
    order: Sequence[str],
    first: Sequence[int],
    levels: Sequence[tuple[int, int]],
    organisations: dict[str, Organisation],
    ancestors: tuple[str, ...],
    codes: dict[tuple[str, str], str],
) -> Tree:
    """The arrays of a tree from its level order."""
    starts = np.asarray(first, dtype=np.int64)
    parent = np.full(len(order), -1, dtype=np.int64)
    parent[starts[0] :] = np.repeat(np.arange(len(order)), np.diff(starts))
    size = _sizes(parent, levels)
    members = tuple(organisations[id_] for id_ in order)
    kinds = tuple(sorted({each.kind for each in members}))
    codes_of_kind = {kind: at for at, kind in enumerate(kinds)}
    return Tree(
        ids=tuple(order),
        organisations=members,
        parent=parent,
        first=starts,
        levels=tuple(levels),
        preorder=_preorder(parent, size, levels, starts),
        size=size,
        kinds=kinds,
        kind=np.array([codes_of_kind[each.kind] for each in members], dtype=np.int64),
        ancestors=ancestors,
        index={id_: at for at, id_ in enumerate(order)},
        codes=codes,
    )


def _sizes(parent: Index, levels: Sequence[tuple[int, int]]) -> Index:
    """How many organisations each subtree has, itself included."""
    size = np.ones(len(parent), dtype=np.int64)
    for start, stop in reversed(levels[1:]):
        np.add.at(size, parent[start:stop], size[start:stop])
    return size


def _preorder(parent: Index, size: Index, levels: Sequence[tuple[int, int]], first: Index) -> Index:
    """The place of each organisation in preorder: after its parent and the subtrees of its elder siblings."""
    place = np.zeros(len(parent), dtype=np.int64)
    top = int(first[0])
    place[:top] = np.cumsum(size[:top]) - size[:top]
    for start, stop in levels[1:]:
        above = parent[start:stop]
        before = np.cumsum(size[start:stop]) - size[start:stop]
        place[start:stop] = place[above] + 1 + before - before[first[above] - start]
    return place
