"""Standards and schemes laid over the tree: one slice a layer, never a question per organisation.

The rule is the one of :mod:`partybuilding.extension.places`; here it is applied to all organisations of a place at once:
layers come from the top down and, at one place, the general one before the kind's, each judged against what came down
from above the place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TypeVar

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from partybuilding.domain.brackets import Brackets
from partybuilding.domain.standards import Declaration, Standard, Stricter, share
from partybuilding.engine.column import Resolved
from partybuilding.engine.tree import Tree
from partybuilding.extension.catalogue import Declared
from partybuilding.extension.expressions import Kind
from partybuilding.extension.places import POLICIES, Value, is_stricter
from partybuilding.money import Rate

D = TypeVar("D", bound=Declaration)
Index = NDArray[np.int64]
FIXED, TIGHTEN = POLICIES.index("fixed"), POLICIES.index("tighten")
FILLERS: Mapping[Kind, Value] = {
    Kind.NUMBER: 0,
    Kind.TRUTH: 0,
    Kind.RATE: Rate(0, 1),
    Kind.BRACKETS: Brackets(((None, 0),)),
}
DIRECTIONS: tuple[Stricter | None, ...] = (None, "higher", "lower")


@frozen(kw_only=True, eq=False)
class Laid:
    """A standard over the tree: which layer gives each organisation its value (-1: none), in level order."""

    layers: tuple[Declared[Standard], ...]
    kind: Kind
    which: Index = field(repr=False)

    @property
    def values(self) -> tuple[Value, ...]:
        """The values of the layers; a layer without one is never chosen, so anything of the kind stands for it."""
        filler = FILLERS[self.kind]
        return tuple(filler if each.value.value is None else each.value.value for each in self.layers) or (
            filler,
        )

    @property
    def resolved(self) -> Resolved:
        """The values as formulas read them."""
        return Resolved(which=self.which.astype(np.intp), choices=self.values)

    def layer(self, at: int) -> Declared[Standard] | None:
        """The layer that gives the organisation at an index its value."""
        return None if self.which[at] < 0 else self.layers[int(self.which[at])]


def by_place(tree: Tree, layers: Sequence[Declared[D]]) -> Iterator[list[tuple[int, Index]]]:
    """The layers that concern the tree, place by place from the top down, each with the organisations it covers."""
    found = []
    for at, layer in enumerate(layers):
        here, place = tree.locate(layer.value.place)
        if here:
            found.append((tree.depth(place), place or "", bool(layer.value.kinds), at))
    level_order = np.empty(tree.n, dtype=np.int64)
    level_order[tree.preorder] = np.arange(tree.n)
    for (_, place), group in groupby(sorted(found), key=lambda each: each[:2]):
        covered = level_order[tree.span(place or None)]
        yield [(at, covered[tree.mask(layers[at].value.kinds)[covered]]) for *_, at in group]


def kind_of(layers: Sequence[Declared[Standard]]) -> Kind:
    """Of which kind a standard is: by its values, else by its unit."""
    for each in layers:
        if isinstance(each.value.value, Brackets):
            return Kind.BRACKETS
        if isinstance(each.value.value, Rate):
            return Kind.RATE
    return (
        Kind.RATE
        if any(each.value.unit == share and each.value.value is None for each in layers)
        else Kind.NUMBER
    )


def lay(tree: Tree, layers: Sequence[Declared[Standard]], kind: Kind) -> Laid:
    """Lay the layers of one standard, all in force on one day, over the tree."""
    which = np.full(tree.n, -1, dtype=np.int64)
    policy = np.zeros(tree.n, dtype=np.int64)
    stricter = np.zeros(tree.n, dtype=np.int64)
    for place in by_place(tree, layers):
        above = which.copy(), policy.copy(), stricter.copy()
        for at, covered in place:
            standard = layers[at].value
            covered = covered[~_refused(layers, standard, *(each[covered] for each in above))]  # noqa: PLW2901 - narrowed
            if standard.value is not None:
                which[covered] = at
            policy[covered] = np.maximum(above[1][covered], POLICIES.index(standard.policy))
            direction = DIRECTIONS.index(standard.stricter)
            stricter[covered] = np.where(above[2][covered] == 0, direction, above[2][covered])
    return Laid(layers=tuple(layers), kind=kind, which=which)


def _refused(
    layers: Sequence[Declared[Standard]],
    standard: Standard,
    which: Index,
    policy: Index,
    stricter: Index,
) -> NDArray[np.bool_]:
    """Where the policy from above does not let a value stand."""
    if standard.value is None:
        return np.zeros(len(which), dtype=bool)
    refused: NDArray[np.bool_] = (policy == FIXED) & (which >= 0)
    bound = (policy == TIGHTEN) & (which >= 0)
    for held, direction in {(int(a), int(b)) for a, b in zip(which[bound], stricter[bound], strict=True)}:
        if not is_stricter(standard.value, layers[held].value.value, DIRECTIONS[direction]):
            refused |= bound & (which == held) & (stricter == direction)
    return refused


def nearest(tree: Tree, layers: Sequence[Declared[D]]) -> Index:
    """Which of some declarations with a place and kinds is nearest to each organisation; -1 for none."""
    which = np.full(tree.n, -1, dtype=np.int64)
    for place in by_place(tree, layers):
        for at, covered in place:
            which[covered] = at
    return which
