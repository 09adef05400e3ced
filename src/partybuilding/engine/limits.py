"""Kinds and bounds of a whole plan, known before its first number: what cannot fit is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from attrs import field, frozen

from partybuilding.domain.indicators import Indicator
from partybuilding.domain.letters import Letter
from partybuilding.engine.cascade import Edges
from partybuilding.engine.plan import Node, Plan
from partybuilding.engine.resolving import Laid
from partybuilding.engine.tree import Tree
from partybuilding.errors import PartybuildingError, PlanProblem, Problem, Where
from partybuilding.extension.declarations import Fact, Rollup, Tally
from partybuilding.extension.expressions import Kind, RateSpan, Span, bounds, kinds, span
from partybuilding.extension.expressions.grammar import LARGEST

NOTHING: Span = (0, 0)
ORDINALS: Span = (1, date.max.toordinal())


@frozen(kw_only=True, eq=False)
class _Limits:
    """The kinds and bounds found so far, and what they are found from."""

    plan: Plan
    tree: Tree
    laid: Mapping[tuple[str, bool], Laid]
    edges: Mapping[str, Edges]
    letters: Sequence[Letter]
    kinds: dict[str, Kind] = field(factory=dict)
    spans: dict[str, Span] = field(factory=dict)


def require_limits(
    plan: Plan,
    tree: Tree,
    laid: Mapping[tuple[str, bool], Laid],
    given: Mapping[str, Edges],
    letters: Sequence[Letter],
) -> dict[str, Kind]:
    """Check every node of a plan, and say of which kind each column is.

    Raises:
        FormulaRefused: kinds that do not fit together.
        PlanProblem: ``overflow``: a step that could pass 64 bits.
    """
    limits = _Limits(plan=plan, tree=tree, laid=laid, edges=given, letters=letters)
    problems: list[Problem] = []
    refusals: list[PartybuildingError] = []
    for node in plan.nodes:
        try:
            limits.kinds[node.name] = _kind(limits, node)
            limits.spans[node.name] = _require_fit(node, _span(limits, node))
        except PartybuildingError as error:
            refusals.append(error)
            problems.extend(error.problems)
            limits.kinds.setdefault(node.name, Kind.NUMBER)
            limits.spans[node.name] = NOTHING
    if problems:
        raise type(refusals[0])(*problems)
    return limits.kinds


def _kind(limits: _Limits, node: Node) -> Kind:
    """Of which kind the values of a node are."""
    if node.said is not None:
        env = {name: limits.kinds[name] for name in node.reads}
        env |= {name: limits.plan.standard_kinds[name] for name in node.standards}
        return kinds(node.said, env, where=_where(node))
    if node.motion == "standard":
        return limits.plan.standard_kinds[node.standards[0]]
    rate = isinstance(node.declared, Indicator) and node.declared.denominator is not None
    return Kind.RATE if rate and node.motion in {"actual", "missing"} else Kind.NUMBER


def _where(node: Node) -> Where:
    if node.traced is None:
        return Where(plugin=node.plugin, record=node.name)
    return Where(plugin=node.plugin, record=node.name, file=node.traced.file, line=node.traced.line)


def _require_fit(node: Node, reach: Span) -> Span:
    for low, high in (reach.numerator, reach.denominator) if isinstance(reach, RateSpan) else (reach,):
        furthest = max(low, high, key=abs)
        if abs(furthest) > LARGEST:
            read = f"{node.name} may reach {furthest:,}"
            remedy = "Declare narrower bounds for what it reads, or use a coarser unit."
            raise PlanProblem(Problem("overflow", _where(node), read, f"at most {LARGEST:,}", remedy))
    return reach


def _span(limits: _Limits, node: Node) -> Span:
    """The bounds of the values of a node."""
    if node.said is not None:
        standards = {name: _standard(limits, node, name) for name in node.standards}
        reach = bounds(
            node.said, {name: limits.spans[name] for name in node.reads}, standards, where=_where(node)
        )
        return limits.spans[f"{node.name.rpartition('.')[0]}.points"] if node.motion == "score" else reach
    maker = SPANS.get(node.motion)
    return NOTHING if maker is None else maker(limits, node)


def _standard(limits: _Limits, node: Node, name: str) -> Span:
    laid = limits.laid[name, node.start_of_year]
    return span(laid.kind, laid.values)


def _declared(_: _Limits, node: Node) -> Span:
    if isinstance(node.declared, Fact):
        return node.declared.least, node.declared.most
    return (-node.declared.most, node.declared.most) if isinstance(node.declared, Tally) else NOTHING


def _rolled(limits: _Limits, node: Node) -> Span:
    below = limits.spans[node.reads[0]]
    n = limits.tree.n
    if not isinstance(node.declared, Rollup) or node.declared.by == "count" or isinstance(below, RateSpan):
        return 0, n
    return below if node.declared.by in {"min", "max"} else (min(0, below[0]) * n, max(0, below[1]) * n)


def _fixed(limits: _Limits, node: Node) -> Span:
    """What people fixed: no share or target is further from zero than all goals, additions and agreements together."""
    indicator = node.name.rpartition(".")[0]
    given = limits.edges[indicator]
    most = sum(
        abs(int(each))
        for part in (given.goal.values, given.added, given.reserve, given.agreed.values)
        for each in part
    )
    lines = [line for letter in limits.letters if (line := letter.line(indicator)) is not None]
    most = max([most, *(abs(line.amount or 0) + line.reserve for line in lines)])
    return -most, most


def _actual(limits: _Limits, node: Node) -> Span:
    read = [limits.spans[name] for name in node.reads]
    if len(read) == 1 or isinstance(read[0], RateSpan) or isinstance(read[1], RateSpan):
        return read[0]
    return RateSpan(read[0], (1, max(1, read[1][1])))


def _points(limits: _Limits, node: Node) -> Span:
    indicator = node.name.rpartition(".")[0]
    worth = [dict((*each.value.points, *each.value.bonus)).get(indicator, 0) for each in limits.plan.schemes]
    return 0, max(worth, default=0)


def _total(limits: _Limits, _: Node) -> Span:
    return 0, max((each.value.total + each.value.bonus_cap for each in limits.plan.schemes), default=0)


def _missing(_: _Limits, node: Node) -> Span:
    rate = isinstance(node.declared, Indicator) and node.declared.denominator is not None
    return RateSpan((0, 0), (1, 1)) if rate else NOTHING


SPANS: Mapping[str, Callable[[_Limits, Node], Span]] = {
    "day": lambda *_: ORDINALS,
    "fact": _declared,
    "tally": _declared,
    "rollup": _rolled,
    "union": lambda *_: (0, 2**31),
    "ranking": lambda limits, _: (0, limits.tree.n),
    "distribution": lambda limits, _: (0, limits.tree.n),
    "cascade": _fixed,
    "cascaded": _fixed,
    "letter": _fixed,
    "standard": lambda limits, node: _standard(limits, node, node.standards[0]),
    "missing": _missing,
    "actual": _actual,
    "points": _points,
    "total": _total,
    "grade": lambda limits, _: (
        0,
        max((len(each.grades) for each in limits.plan.scales.values()), default=0),
    ),
}
