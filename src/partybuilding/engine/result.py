"""A result: every column of a run over the tree, asked for by organisation and name, in the units that people use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from partybuilding.domain.schemes import Grade, Scheme
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.standards import Standard
from partybuilding.engine.column import Column
from partybuilding.engine.plan import GRADE, Node, Plan
from partybuilding.engine.resolving import Laid
from partybuilding.engine.tree import Tree
from partybuilding.errors import PlanProblem, Where
from partybuilding.extension.catalogue import Declared
from partybuilding.extension.declarations import Finding
from partybuilding.extension.expressions import Kind
from partybuilding.extension.names import unknown
from partybuilding.money import Rate

Shown = int | Decimal | Rate | bool | None
"""A value as people read it: a count, an amount in the shown unit, a rate, yes or no, or missing."""


@frozen(kw_only=True, eq=False)
class Result:
    """What a run computed for a year, from one snapshot and one catalogue; it never changes.

    For a reader who may not see everything it holds the organisations in scope and no other: the numbers are those of the
    whole, and one that is hidden is as unknown as one that does not exist.

    >>> result = getfixture("acheng_result")            # doctest: +SKIP
    >>> result.value("jincheng", "total_score")         # doctest: +SKIP
    Decimal('93.5')
    """

    tree: Tree
    plan: Plan
    columns: Mapping[str, Column] = field(repr=False)
    kinds: Mapping[str, Kind] = field(repr=False)
    laid: Mapping[tuple[str, bool], Laid] = field(repr=False)
    scheme: NDArray[np.int64] = field(repr=False)
    snapshot: Snapshot
    year: int
    findings: tuple[Finding, ...] = field(repr=False)

    @property
    def organisations(self) -> tuple[str, ...]:
        """The ids of the organisations, in the order of the columns."""
        return self.tree.ids

    def names(self) -> tuple[str, ...]:
        """The names of all columns, in order."""
        return tuple(sorted(self.columns))

    def node(self, name: str) -> Node:
        """The node behind a column: its unit, label, plugin and what it reads."""
        if name not in self.columns:
            raise PlanProblem(unknown("unknown-column-name", name, self.columns, Where(record=name)))
        return self.plan.by_name[name]

    def raw(self, organisation: str, name: str) -> int | None:
        """The whole number that is kept: in the smallest unit; of a rate, the numerator. None is missing.

        Raises:
            PlanProblem: an unknown organisation or column, with the nearest names.
        """
        self.node(name)
        at, column = self._at(organisation), self.columns[name]
        return int(column.values[at]) if column.known[at] else None

    def value(self, organisation: str, name: str) -> Shown:
        """The value as people read it: a Decimal in the shown unit, a whole number for counts, a Rate; None is missing.

        Raises:
            PlanProblem: an unknown organisation or column, with the nearest names.
        """
        raw, column, node = self.raw(organisation, name), self.columns[name], self.node(name)
        if raw is None:
            return None
        if column.denominator is not None:
            return Rate(raw, int(column.denominator[self._at(organisation)]))
        if self.kinds[name] is Kind.TRUTH:
            return bool(raw)
        return raw if node.unit.scale == 1 else _exact(raw, node.unit.scale)

    def grade(self, organisation: str) -> Grade | None:
        """The grade in the scale of the organisation's scheme; None is not assessable."""
        raw, scheme = self.raw(organisation, GRADE), self.scheme_of(organisation)
        return None if raw is None or scheme is None else self.plan.scales[scheme.value.scale].grades[raw]

    def scheme_of(self, organisation: str) -> Declared[Scheme] | None:
        """The scheme that an organisation is assessed by, with its plugin; None if no scheme concerns it."""
        which = int(self.scheme[self._at(organisation)])
        return None if which < 0 else self.plan.schemes[which]

    def standard(self, organisation: str, name: str) -> Declared[Standard] | None:
        """The layer of a standard that the run used for an organisation; None if it read none."""
        at, laid = self._at(organisation), self.laid.get((name, False)) or self.laid.get((name, True))
        return None if laid is None else laid.layer(at)

    def frame(self) -> Mapping[str, NDArray[np.int64]]:
        """The whole numbers of every column as arrays, missing ones as 0; see ``columns`` for what is known."""
        return {name: self.columns[name].values for name in self.names()}

    def rows(self, name: str) -> Iterator[tuple[str, Shown]]:
        """Each organisation with its value of a column, in the order of the tree."""
        return ((id_, self.value(id_, name)) for id_ in self.organisations)

    def _at(self, organisation: str) -> int:
        at = self.tree.index.get(organisation)
        if at is None:
            raise PlanProblem(
                unknown(
                    "unknown-organisation", organisation, self.tree.index, Where(organisation=organisation)
                )
            )
        return at


def _exact(raw: int, scale: int) -> Decimal:
    """A whole number of smallest units as a Decimal in the shown unit, exactly, trailing zeros cut."""
    shown = (Decimal(raw) / Decimal(scale)).normalize()
    return shown.quantize(Decimal(1)) if shown == shown.to_integral_value() else shown
