"""An organisation beside the others of its comparison group: ranks and forced distributions.

Equals share a rank, whatever the order in which they are given; a missing value has none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from partybuilding.engine.column import Column
from partybuilding.engine.tree import Tree
from partybuilding.extension.declarations import Distribution, Ranking

Index = NDArray[np.int64]


def groups(tree: Tree, among: str) -> Index:
    """The number of the comparison group of each organisation."""
    if among == "siblings":
        return tree.parent.copy()
    width = max(1, len(tree.kinds))
    return tree.kind.copy() if among == "all" else tree.parent * width + tree.kind


def ranking(tree: Tree, column: Column, declared: Ranking) -> Column:
    """The rank in the comparison group: 1 plus how many are strictly better."""
    sign = -1 if declared.larger_first else 1
    ranks, _ = _standing(groups(tree, declared.among), column, sign)
    return Column(values=ranks, known=column.known.copy())


def distribution(tree: Tree, column: Column, declared: Distribution) -> Column:
    """The class in a forced distribution, 1 for the first; the last class takes the rest.

    A class holds at most its cumulative share of the group, rounded down. Equals stay together: if they would pass the
    limit, all of them fall to the next class.
    """
    group = groups(tree, declared.among)
    _, last = _standing(group, column, -1)
    _, place, counts = np.unique(group[column.known], return_inverse=True, return_counts=True)
    size = np.zeros(tree.n, dtype=np.int64)
    size[column.known] = counts[place]
    values = np.full(tree.n, len(declared.classes) + 1, dtype=np.int64)
    for at, (_, limit) in reversed([*enumerate(declared.classes, start=1)]):
        values[last <= size * limit.numerator // limit.denominator] = at
    return Column(values=np.where(column.known, values, 0), known=column.known.copy())


def _standing(group: Index, column: Column, sign: int) -> tuple[Index, Index]:
    """For each known value: 1 + how many of its group are strictly better, and how many are at least as good."""
    here = np.flatnonzero(column.known)
    order = here[np.lexsort((sign * column.values[here], group[here]))]
    ranks = np.zeros(len(group), dtype=np.int64)
    last = np.zeros(len(group), dtype=np.int64)
    if order.size:
        new_group = np.r_[True, np.diff(group[order]) != 0]
        new_value = new_group | np.r_[True, np.diff(column.values[order]) != 0]
        run = np.cumsum(new_value) - 1
        starts = np.flatnonzero(new_value)
        ends = np.r_[starts[1:], order.size]
        group_start = np.maximum.accumulate(np.where(new_group, np.arange(order.size), 0))
        ranks[order] = starts[run] - group_start + 1
        last[order] = ends[run] - group_start
    return ranks, last
