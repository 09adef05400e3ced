"""Columns go up: an organisation's own value and its children's, level by level from the bottom.

A rate is never rolled up as such: its numerator and its denominator are, and it is divided once, at the end.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from partybuilding.engine.column import Column
from partybuilding.engine.tree import Tree
from partybuilding.extension.declarations import Rollup

LEAST, MOST = np.iinfo(np.int64).min, np.iinfo(np.int64).max


def rollup(tree: Tree, column: Column, declared: Rollup) -> Column:
    """A sum, least, greatest or count over every subtree.

    ``missing="skip"`` leaves missing values out (all missing stays missing), ``"spoil"`` makes every sum above a missing
    value missing. A count counts the known values and is always known.
    """
    starts = {"sum": 0, "min": MOST, "max": LEAST, "count": 0}
    given = column.known.astype(np.int64) if declared.by == "count" else column.values
    values = np.where(column.known, given, starts[declared.by])
    seen = column.known.astype(np.int64)
    combine = {"min": np.minimum, "max": np.maximum}.get(declared.by, np.add)
    for start, stop in reversed(tree.levels[1:]):
        above = tree.parent[start:stop]
        combine.at(values, above, values[start:stop])
        np.add.at(seen, above, seen[start:stop])
    known = _known(tree, seen, declared)
    return Column(values=np.where(known, values, 0), known=known)


def _known(tree: Tree, seen: NDArray[np.int64], declared: Rollup) -> NDArray[np.bool_]:
    if declared.by == "count":
        return np.ones(tree.n, dtype=bool)
    return seen == tree.size if declared.missing == "spoil" else seen > 0


def union(tree: Tree, pairs: NDArray[np.int64]) -> Column:
    """How many different things belong to every subtree: the same thing counts once at every common ancestor.

    ``pairs`` are rows of (index of the organisation, number of the thing).
    """
    counts = np.zeros(tree.n, dtype=np.int64)
    held = np.unique(pairs, axis=0)
    for start, stop in reversed(tree.levels):
        here = held[(held[:, 0] >= start) & (held[:, 0] < stop)]
        places, sizes = np.unique(here[:, 0], return_counts=True)
        counts[places] = sizes
        if start > 0:
            lifted = np.column_stack([tree.parent[here[:, 0]], here[:, 1]])
            held = np.unique(np.concatenate([held[held[:, 0] < start], lifted]), axis=0)
    return Column(values=counts, known=np.ones(tree.n, dtype=bool))
