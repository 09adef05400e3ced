"""Points, totals and grades: an organisation's row of the nearest scheme, summed in whole ten-thousandths of a point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from partybuilding.domain.schemes import GradeScale, Scheme
from partybuilding.engine.column import Column
from partybuilding.engine.tree import Tree
from partybuilding.errors import PlanProblem, Problem, Where
from partybuilding.extension.catalogue import Declared

Index = NDArray[np.int64]


def points(schemes: Sequence[Declared[Scheme]], which: Index, indicator: str) -> Column:
    """What an indicator is worth to each organisation; missing where its scheme does not list it."""
    worth = [dict((*each.value.points, *each.value.bonus)).get(indicator) for each in schemes]
    values = np.array([*(each or 0 for each in worth), 0], dtype=np.int64)[which]
    known = np.array([*(each is not None for each in worth), False], dtype=bool)[which]
    return Column(values=values, known=known)


def require_in_range(tree: Tree, indicator: str, rule: str, score: Column, full: Column) -> None:
    """Refuse a scoring rule that gives less than nothing or more than the points of the scheme.

    Raises:
        PlanProblem: the rule and the first organisation are named.
    """
    wrong = np.flatnonzero(score.known & ((score.values < 0) | (score.values > full.values)))
    if wrong.size:
        at = int(wrong[0])
        where = Where(record=f"{indicator}.score", organisation=tree.ids[at])
        expected = f"0 to {int(full.values[at])} by rule {rule}"
        raise PlanProblem(
            Problem(
                "score-out-of-range",
                where,
                str(int(score.values[at])),
                expected,
                "Bound the rule with least and greatest.",
            )
        )


def total(
    schemes: Sequence[Declared[Scheme]],
    which: Index,
    scores: Mapping[str, Column],
    vetoes: Mapping[str, Column],
) -> Column:
    """The sum of the scores of each organisation's scheme, then bonus up to its cap, then the veto.

    One missing score makes the total missing: not assessable. A missing bonus adds nothing.
    """
    values, known = np.zeros(len(which), dtype=np.int64), np.zeros(len(which), dtype=bool)
    for at, declared in enumerate(schemes):
        scheme, here = declared.value, which == at
        summed = sum((scores[name].values for name, _ in scheme.points), np.zeros(len(which), dtype=np.int64))
        bonus = sum(
            (_known_values(scores[name]) for name, _ in scheme.bonus), np.zeros(len(which), dtype=np.int64)
        )
        summed = summed + np.minimum(bonus, scheme.bonus_cap)
        if scheme.veto is not None:
            veto = vetoes[scheme.veto]
            summed = np.where(veto.known & (veto.values != 0), np.minimum(summed, scheme.veto_cap), summed)
        assessable = np.logical_and.reduce([scores[name].known for name, _ in scheme.points])
        values[here], known[here] = summed[here], assessable[here]
    return Column(values=np.where(known, values, 0), known=known)


def _known_values(column: Column) -> Index:
    return np.where(column.known, column.values, 0)


def grades(
    schemes: Sequence[Declared[Scheme]], scales: Mapping[str, GradeScale], which: Index, totals: Column
) -> Column:
    """The number of the grade in the scheme's scale, 0 for the best."""
    values = np.zeros(len(which), dtype=np.int64)
    for at, declared in enumerate(schemes):
        cuts = np.array([grade.least for grade in scales[declared.value.scale].grades], dtype=np.int64)
        here = which == at
        values[here] = np.argmax(totals.values[here, None] >= cuts[None, :], axis=1)
    return Column(values=np.where(totals.known, values, 0), known=totals.known.copy())
