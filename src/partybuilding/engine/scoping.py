"""A result as a reader may see it: computed on everything, then cut to the organisations in scope.

The numbers of these are the ones that everybody sees; about the others the result answers as if they did not exist.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from partybuilding.domain.snapshot import Snapshot
from partybuilding.engine.column import Column
from partybuilding.engine.result import Result
from partybuilding.engine.tree import part_of
from partybuilding.errors import PartybuildingError, PlanProblem, Problem, Where

Places = NDArray[np.int64]


def scoped(result: Result, snapshot: Snapshot) -> Result:
    """A result of the whole, cut to what the reader of a snapshot sees."""
    tree = part_of(result.tree, snapshot.seen or frozenset())
    places = np.array([result.tree.index[id_] for id_ in tree.ids], dtype=np.int64)
    findings = (
        each for each in result.findings if each.organisation is None or each.organisation in tree.index
    )
    return evolve(
        result,
        tree=tree,
        columns=_columns(result.columns, places),
        laid={key: evolve(laid, which=laid.which[places]) for key, laid in result.laid.items()},
        scheme=result.scheme[places],
        snapshot=snapshot,
        findings=tuple(findings),
    )


def _columns(columns: Mapping[str, Column], places: Places) -> dict[str, Column]:
    """The columns with the values at some places of the tree."""
    return {
        name: Column(
            each.values[places],
            each.known[places],
            None if each.denominator is None else each.denominator[places],
        )
        for name, each in columns.items()
    }


def unseen(error: PartybuildingError, snapshot: Snapshot) -> PartybuildingError:
    """A failure of a run on the whole, as a reader may hear of it: what concerns other organisations is not told.

    What is wrong with the declarations concerns no organisation, and is told.
    """
    if isinstance(error, PlanProblem):
        return error
    seen = snapshot.seen or frozenset()
    told = [each for each in error.problems if each.where.organisation in seen]
    if len(told) < len(error.problems):
        remedy = "Ask somebody who sees the whole."
        told.append(
            Problem("beyond-scope", Where(), "a run that cannot go on", "records that fit together", remedy)
        )
    return type(error)(*told)
