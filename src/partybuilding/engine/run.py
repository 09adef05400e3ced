"""Run a plan over a snapshot: column after column, exact, on arrays.

Bounds are checked first: what could pass 64 bits is refused by name before the first number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import cast

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.standards import share
from partybuilding.engine import beside, scoring, upward
from partybuilding.engine.arithmetic import compute
from partybuilding.engine.cascade import Cascaded, Edges, cascade, edges
from partybuilding.engine.column import Column
from partybuilding.engine.columns import Ground, fact, letter_lines, nothing, pairs, tally
from partybuilding.engine.findings import check_findings, figures_left_out, standards_changed
from partybuilding.engine.limits import require_limits
from partybuilding.engine.plan import TOTAL, Node, Plan, plan_of
from partybuilding.engine.resolving import Laid, lay, nearest
from partybuilding.engine.result import Result
from partybuilding.engine.scoping import scoped, unseen
from partybuilding.engine.tree import tree_of
from partybuilding.errors import PartybuildingError
from partybuilding.extension.catalogue import Catalogue
from partybuilding.extension.declarations import (
    Cascade,
    Check,
    Distribution,
    Fact,
    Pairs,
    Ranking,
    Rollup,
    Tally,
)
from partybuilding.extension.expressions import Expression, Traced
from partybuilding.money import Rate


@frozen(kw_only=True, eq=False)
class Run:
    """A run in progress: its ground, its plan, the standards laid over the tree, and the columns so far."""

    ground: Ground
    plan: Plan
    laid: Mapping[tuple[str, bool], Laid] = field(repr=False)
    scheme: NDArray[np.int64] = field(repr=False)
    columns: dict[str, Column] = field(factory=dict, repr=False)
    pairs: dict[str, NDArray[np.int64]] = field(factory=dict, repr=False)
    cascaded: dict[str, Cascaded] = field(factory=dict, repr=False)

    @property
    def n(self) -> int:
        """How many organisations the tree has."""
        return self.ground.tree.n


def evaluate(snapshot: Snapshot, catalogue: Catalogue, *, year: int, fresh: bool = False) -> Result:
    """Compute every column that the rules in force on the snapshot's day declare for a year.

    ``fresh`` computes targets by cascades from goals; otherwise they are read from the letters in effect, so that
    December's weights never move January's targets. A run computes on everything; for a reader who may not see everything
    the result then answers for the organisations in scope, with the same numbers.

    Raises:
        PlanProblem: declarations that do not fit together, or bounds that could overflow.
        Infeasible: a cascade whose bounds cannot be kept.
        InputProblem: reported figures beyond their declared bounds.
    """
    if snapshot.whole is None:
        return _evaluate(snapshot, catalogue, year, fresh=fresh)
    try:
        result = _evaluate(snapshot.whole, catalogue, year, fresh=fresh)
    except PartybuildingError as error:
        raise unseen(error, snapshot) from None  # the cause names what the reader may not see
    return scoped(result, snapshot)


def _evaluate(snapshot: Snapshot, catalogue: Catalogue, year: int, *, fresh: bool) -> Result:
    """Compute every column on all that a snapshot holds."""
    tree = tree_of(snapshot)
    plan = plan_of(catalogue, snapshot.on, fresh=fresh)
    ground = Ground(snapshot=snapshot, tree=tree, catalogue=catalogue, year=year)
    run = Run(ground=ground, plan=plan, laid=_laid(ground, plan), scheme=nearest(tree, plan.schemes))
    fixed = _edges(ground, plan)
    kinds = require_limits(plan, tree, run.laid, fixed, ground.letters)
    for node in plan.nodes:
        made = _made(run, node, fixed)
        if made is not None:
            run.columns[node.name] = made
    findings = (
        *check_findings(plan, tree, run.columns),
        *standards_changed(_changed(run)),
        *figures_left_out(ground, plan),
    )
    return Result(
        tree=tree, plan=plan, columns=run.columns, laid=run.laid, scheme=run.scheme, snapshot=snapshot, year=year,
        findings=findings, kinds=kinds,
    )  # fmt: skip


def _laid(ground: Ground, plan: Plan) -> dict[tuple[str, bool], Laid]:
    """Every standard that the plan reads, laid over the tree: as of the snapshot's day, or of the start of the year."""
    wanted = {(name, node.start_of_year) for node in plan.nodes for name in node.standards}
    return {
        (name, start): _lay(ground, plan, name, _day(ground, start=start)) for name, start in sorted(wanted)
    }


def _lay(ground: Ground, plan: Plan, name: str, day: date) -> Laid:
    return lay(ground.tree, plan.catalogue.standard_layers(name, day), plan.standard_kinds[name])


def _day(ground: Ground, *, start: bool) -> date:
    return date(ground.year, 1, 1) if start else ground.snapshot.on


def _changed(run: Run) -> dict[str, tuple[Laid, Laid]]:
    """Every standard read whose layers in force on 1 January are others than on the snapshot's day, as it was and is."""
    catalogue, first = run.plan.catalogue, _day(run.ground, start=True)
    names = [
        name
        for name in sorted({name for name, _ in run.laid})
        if catalogue.standard_layers(name, first) != catalogue.standard_layers(name, run.plan.day)
    ]
    return {
        name: (_lay(run.ground, run.plan, name, first), _lay(run.ground, run.plan, name, run.plan.day))
        for name in names
    }


def _edges(ground: Ground, plan: Plan) -> dict[str, Edges]:
    """Goals, agreements and additions of every indicator that cascades in this run."""
    names = [each for each, declared in plan.indicators.items() if declared.value.target == "cascade"]
    return {name: edges(ground.snapshot, ground.tree, name, ground.year) for name in names}


def _made(run: Run, node: Node, fixed: Mapping[str, Edges]) -> Column | None:
    """The column of a node, or None for pairs."""
    indicator = node.name.rpartition(".")[0]
    if node.motion == "pairs":
        run.pairs[node.name] = pairs(run.ground, cast("Pairs", node.declared), node.traced)
        return None
    if node.motion == "cascade":
        run.cascaded[indicator] = _cascade(run, node, fixed[indicator])
        return run.cascaded[indicator].target
    if node.motion == "cascaded":
        held = run.cascaded[indicator]
        return held.share if node.name.endswith(".share") else held.reserve
    if node.motion == "letter":
        return _letter(run, node, fixed[indicator])
    return MAKERS[node.motion](run, node)


def _cascade(run: Run, node: Node, given: Edges) -> Cascaded:
    declared = cast("Cascade", node.declared)
    read = [run.columns[name] for name in node.reads]
    bounds = dict(
        zip([part for part in ("floor", "cap") if getattr(declared, part) is not None], read[1:], strict=True)
    )
    return cascade(run.ground.tree, declared, given, weight=read[0], **bounds)


def _letter(run: Run, node: Node, given: Edges) -> Column:
    """A target or reserve from the letters in effect; where a cascade started without a letter, from its goal."""
    lines = letter_lines(run.ground, node.name.rpartition(".")[0])
    if node.name.endswith(".reserve"):
        known = lines.reserve.known | given.goal.known
        return Column(
            values=np.where(lines.reserve.known, lines.reserve.values, given.reserve * known), known=known
        )
    known = lines.target.known | given.goal.known
    return Column(values=np.where(lines.target.known, lines.target.values, given.goal.values), known=known)


def _across(run: Run, node: Node) -> Column:
    """A formula, check or score."""
    standards = {name: run.laid[name, node.start_of_year].resolved for name in node.standards}
    return compute(
        cast("Expression", node.said), {name: run.columns[name] for name in node.reads}, standards, run.n
    )


def _score(run: Run, node: Node) -> Column:
    """A score within the points of the scheme; missing where the scheme does not list the indicator."""
    indicator = node.name.rpartition(".")[0]
    full = run.columns[f"{indicator}.points"]
    said = _across(run, node)
    score = Column(values=np.where(full.known, said.values, 0), known=said.known & full.known)
    scoring.require_in_range(
        run.ground.tree, indicator, run.plan.indicators[indicator].value.scoring, score, full
    )
    return score


def _actual(run: Run, node: Node) -> Column:
    """What was reached: a column, or a rate of two that is divided only when it is shown."""
    top, *bottom = (run.columns[name] for name in node.reads)
    if not bottom:
        return top
    known = top.known & bottom[0].known & (bottom[0].values > 0)
    return Column(
        values=np.where(known, top.values, 0), known=known, denominator=np.where(known, bottom[0].values, 1)
    )


def _standard(run: Run, node: Node) -> Column:
    """A target that a standard gives; a rate keeps its denominator."""
    laid = run.laid[node.standards[0], node.start_of_year]
    values = [_fraction(each.value.value) for each in laid.layers] or [(0, 1)]
    known = (laid.which >= 0).copy()
    tops, bottoms = (
        np.array(part, dtype=np.int64)[np.maximum(laid.which, 0)] for part in zip(*values, strict=True)
    )
    rate = any(isinstance(each.value.value, Rate) for each in laid.layers)
    return Column(values=np.where(known, tops, 0), known=known, denominator=bottoms if rate else None)


def _fraction(value: object) -> tuple[int, int]:
    if isinstance(value, Rate):
        return value.numerator, value.denominator
    return (value, 1) if isinstance(value, int) else (0, 1)


def _constant(run: Run, node: Node) -> Column:
    value = run.ground.days()[node.name]
    return Column(values=np.full(run.n, value, dtype=np.int64), known=np.ones(run.n, dtype=bool))


def _check(run: Run, node: Node) -> Column:
    """A check, known only for the organisations that it concerns."""
    declared = cast("Check", node.declared)
    tree = run.ground.tree
    here, place = tree.locate(declared.place)
    concerned = tree.mask(declared.kinds) & here
    within = np.zeros(run.n, dtype=bool)
    if here:
        span = tree.span(place)
        within[(tree.preorder >= span.start) & (tree.preorder < span.stop)] = True
    said = _across(run, node)
    return evolve(said, known=said.known & concerned & within)


def _total(run: Run, node: Node) -> Column:
    scores = {name[: -len(".score")]: run.columns[name] for name in node.reads if name.endswith(".score")}
    return scoring.total(run.plan.schemes, run.scheme, scores, run.columns)


def _reported(run: Run, node: Node) -> Column:
    return fact(run.ground, cast("Fact", node.declared))


def _counted(run: Run, node: Node) -> Column:
    return tally(run.ground, cast("Tally", node.declared), cast("Traced", node.traced))


def _rolled(run: Run, node: Node) -> Column:
    return upward.rollup(run.ground.tree, run.columns[node.reads[0]], cast("Rollup", node.declared))


def _ranked(run: Run, node: Node) -> Column:
    return beside.ranking(run.ground.tree, run.columns[node.reads[0]], cast("Ranking", node.declared))


def _distributed(run: Run, node: Node) -> Column:
    return beside.distribution(
        run.ground.tree, run.columns[node.reads[0]], cast("Distribution", node.declared)
    )


MAKERS: Mapping[str, Callable[[Run, Node], Column]] = {
    "day": _constant,
    "fact": _reported,
    "tally": _counted,
    "formula": _across,
    "check": _check,
    "rollup": _rolled,
    "union": lambda run, node: upward.union(run.ground.tree, run.pairs[node.reads[0]]),
    "ranking": _ranked,
    "distribution": _distributed,
    "standard": _standard,
    "missing": lambda run, node: nothing(run.n, rates=node.unit == share),
    "actual": _actual,
    "points": lambda run, node: scoring.points(run.plan.schemes, run.scheme, node.name.rpartition(".")[0]),
    "score": _score,
    "total": _total,
    "grade": lambda run, _: scoring.grades(run.plan.schemes, run.plan.scales, run.scheme, run.columns[TOTAL]),
}
"""How the columns of each motion are made, but for those that need what people fixed."""
