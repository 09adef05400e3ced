"""A result on another tree, and what in it cannot be compared: missing everywhere, and refused to whoever asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve, field, frozen

from partybuilding.domain.letters import Letter
from partybuilding.domain.record import Record
from partybuilding.engine.plan import Node
from partybuilding.engine.result import Result, Shown
from partybuilding.engine.tree import Tree
from partybuilding.errors import PlanProblem, Problem, Where
from partybuilding.extension.declarations import Fact, Pairs, Tally
from partybuilding.labels import Label

ALONE = frozenset({"formula", "letter", "check", "actual", "score", "total", "grade", "points"})
"""Motions that look at one organisation alone; what goes up reaches those above, and everything else may reach all."""
UPWARD = frozenset({"rollup", "union"})


@frozen(kw_only=True)
class Cell:
    """What cannot be compared at a unit: a fact of a year, or whatever is counted from records of a class; and why."""

    unit: str
    why: str
    name: str | None = None
    year: int | None = None
    of: type[Record] | None = None


@frozen(kw_only=True, eq=False)
class RestatedResult:
    """A result with the line that says on which tree it stands; what cannot be compared is missing in it.

    ``refused`` tells, by column and organisation, why there is no value.
    """

    result: Result
    label: Label
    problems: tuple[Problem, ...]
    refused: Mapping[str, Mapping[str, str]] = field(repr=False)

    def raw(self, organisation: str, name: str) -> int | None:
        """The whole number that is kept; None is missing because nobody reported it.

        Raises:
            PlanProblem: ``not-comparable`` on this tree, with the reason; an unknown organisation or column.
        """
        self._require(organisation, name)
        return self.result.raw(organisation, name)

    def value(self, organisation: str, name: str) -> Shown:
        """The value as people read it; None is missing because nobody reported it.

        Raises:
            PlanProblem: ``not-comparable`` on this tree, with the reason; an unknown organisation or column.
        """
        self._require(organisation, name)
        return self.result.value(organisation, name)

    def _require(self, organisation: str, name: str) -> None:
        why = self.refused.get(name, {}).get(organisation)
        if why is not None:
            where = Where(record=name, organisation=organisation)
            remedy = "Ask as reported, or on the other tree."
            raise PlanProblem(Problem("not-comparable", where, why, self.label.en, remedy))


def compared(
    result: Result, cells: Iterable[Cell], *, label: Label, problems: tuple[Problem, ...]
) -> RestatedResult:
    """A result in which everything that rests on what cannot be compared is missing."""
    refused = _spread(result, tuple(cells))
    columns = dict(result.columns)
    for name, units in refused.items():
        column = columns.get(name)
        if column is not None and units:
            known = column.known.copy()
            known[[result.tree.index[unit] for unit in units]] = False
            columns[name] = evolve(column, known=known)
    return RestatedResult(
        result=evolve(result, columns=columns), label=label, problems=problems, refused=refused
    )


def _spread(result: Result, cells: tuple[Cell, ...]) -> dict[str, dict[str, str]]:
    """By column: which organisations have no value because of what cannot be compared, and why."""
    found: dict[str, dict[str, str]] = {}
    for node in result.plan.nodes:
        here = {
            cell.unit: cell.why
            for cell in cells
            if cell.unit in result.tree.index and _reads(node, cell, result.year)
        }
        for name in node.reads:
            here |= dict(_reached(result.tree, node, found.get(name, {})))
        found[node.name] = here
    return found


def _reads(node: Node, cell: Cell, year: int) -> bool:
    """Whether a column takes a cell straight from the snapshot."""
    declared = node.declared
    if isinstance(declared, Fact):
        return (cell.name, cell.year) == (declared.name, year - declared.lag)
    if isinstance(declared, Tally | Pairs):
        return cell.of is declared.of
    return node.motion == "letter" and cell.of is Letter


def _reached(tree: Tree, node: Node, units: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The organisations whose value rests on those of some others, with the reason."""
    for unit, why in units.items():
        if node.motion in UPWARD:
            at = tree.index[unit]
            while at >= 0:
                yield tree.ids[at], why
                at = int(tree.parent[at])
        elif node.motion in ALONE:
            yield unit, why
        else:
            yield from ((each, why) for each in tree.ids)
