"""The plan: every column that the rules in force on a day declare, with what it reads, in an order that can be computed.

Names are resolved, functions traced and circles refused before any figure is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cached_property, lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import cast

from attrs import evolve, field, frozen

from partybuilding.domain.indicators import Indicator
from partybuilding.domain.schemes import GradeScale, Scheme
from partybuilding.domain.standards import Standard, Unit, grade_unit, point, share
from partybuilding.engine.resolving import kind_of
from partybuilding.errors import PartybuildingError, PlanProblem, Problem, Where
from partybuilding.extension.catalogue import Catalogue, Declared
from partybuilding.extension.declarations import (
    Cascade,
    Check,
    Distribution,
    Fact,
    Formula,
    Motion,
    Pairs,
    Ranking,
    Rollup,
    ScoringRule,
    Tally,
)
from partybuilding.extension.expressions import Expression, Kind, Traced, rename
from partybuilding.extension.expressions import trace as trace_once
from partybuilding.extension.names import full_name
from partybuilding.labels import Label

trace = lru_cache(maxsize=4096)(trace_once)
"""A function says the same each time it is traced, so it is traced once."""
DAYS = ("today", "year_starts", "year_ends", "this_year")
"""Names that every formula may read: days as numbers, and the year."""
TOTAL, GRADE = "total_score", "grade"


@frozen(kw_only=True, eq=False)
class Node:
    """One column of a plan: the motion that makes it, what it reads, and who declared it.

    ``said`` is the expression of an across motion, its names already full ones; ``traced`` what a function over records
    says. ``declared`` is the declaration behind it, or the indicator that the facet belongs to.
    """

    name: str
    motion: str
    plugin: str
    unit: Unit
    label: Label
    reads: tuple[str, ...] = ()
    standards: tuple[str, ...] = ()
    said: Expression | None = None
    traced: Traced | None = None
    declared: Motion | Indicator | None = None
    start_of_year: bool = False


@frozen(kw_only=True, eq=False)
class Plan:
    """All nodes in an order in which each reads only earlier ones, with the schemes and scales that score."""

    day: date
    catalogue: Catalogue = field(repr=False)
    nodes: tuple[Node, ...] = field(repr=False)
    indicators: Mapping[str, Declared[Indicator]] = field(repr=False)
    schemes: tuple[Declared[Scheme], ...] = field(repr=False)
    scales: Mapping[str, GradeScale] = field(repr=False)
    standard_kinds: Mapping[str, Kind] = field(repr=False)

    @cached_property
    def by_name(self) -> Mapping[str, Node]:
        """The nodes by the names of their columns."""
        return {each.name: each for each in self.nodes}


def plan_of(catalogue: Catalogue, day: date, *, fresh: bool) -> Plan:
    """Plan everything that is in force on a day; ``fresh`` computes targets by cascades instead of reading letters.

    Raises:
        PlanProblem: names that nobody declared, and circles; all of them at once.
        FormulaRefused: a function that says what no rule may say.
    """
    motions, indicators = catalogue.motions_on(day), catalogue.indicators_on(day)
    schemes = catalogue.rules_on(Scheme, day)
    draft = _Draft(catalogue, motions, indicators, schemes, fresh=fresh)
    nodes = {node.name: node for node in draft.nodes()}
    if draft.problems:
        raise PlanProblem(*draft.problems)
    return Plan(
        day=day,
        catalogue=catalogue,
        nodes=tuple(_in_order(nodes)),
        indicators=indicators,
        schemes=schemes,
        scales={each.value.name: each.value for each in catalogue.rules_on(GradeScale, day)},
        standard_kinds=_standard_kinds(catalogue),
    )


def _standard_kinds(catalogue: Catalogue) -> dict[str, Kind]:
    """Of which kind each standard is, whatever the day."""
    layers: dict[str, list[Declared[Standard]]] = {}
    for each in catalogue.standards:
        layers.setdefault(each.value.name, []).append(each)
    return {name: kind_of(each) for name, each in layers.items()}


def _in_order(nodes: Mapping[str, Node]) -> Iterator[Node]:
    """The nodes in an order in which each reads only earlier ones, ties by name."""
    graph = {name: sorted(node.reads) for name, node in sorted(nodes.items())}
    try:
        order = tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        raise PlanProblem(
            Problem(
                "circle",
                Where(record=error.args[1][0]),
                circle,
                "columns that do not read themselves",
                "Break the circle.",
            )
        ) from error
    return (nodes[name] for name in order)


class _Draft:
    """The nodes of a plan in the making; problems are gathered, never the first one only."""

    def __init__(
        self,
        catalogue: Catalogue,
        motions: Mapping[str, Declared[Motion]],
        indicators: Mapping[str, Declared[Indicator]],
        schemes: tuple[Declared[Scheme], ...],
        *,
        fresh: bool,
    ) -> None:
        self.catalogue, self.motions, self.indicators, self.schemes = catalogue, motions, indicators, schemes
        self.fresh = fresh
        self.problems: list[Problem] = []
        self.standards = frozenset(catalogue.standard_names())
        columns = [
            name for name, each in motions.items() if not isinstance(each.value, (ScoringRule, Cascade))
        ]
        facets = [
            f"{name}.{facet}"
            for name in indicators
            for facet in ("target", "share", "reserve", "actual", "points", "score")
        ]
        self.columns = frozenset((*columns, *facets, *DAYS, TOTAL, GRADE))
        self.cascades = {
            full: declared
            for declared in motions.values()
            if isinstance(declared.value, Cascade)
            and (full := self.full(declared.value.indicator, declared, frozenset(indicators)))
        }

    def nodes(self) -> Iterator[Node]:
        """Every node; nodes with problems are left out and the problems kept."""
        yield from (_day(name) for name in DAYS)
        for declared in self.motions.values():
            makers: dict[type, Callable[[Declared[Motion]], Node | None]] = {
                Fact: self.plain, Tally: self.counted, Pairs: self.counted, Formula: self.across, Check: self.across,
                Rollup: self.upward, Ranking: self.beside, Distribution: self.beside,
            }  # fmt: skip
            maker = makers.get(type(declared.value))
            node = None if maker is None else maker(declared)
            if node is not None:
                yield node
        for indicator in self.indicators.values():
            yield from self.facets(indicator)
        yield from self.totals()

    def full(self, name: str, declared: Declared[Motion] | Declared[Indicator], known: frozenset[str]) -> str:
        """A full name; the name as it stands where nobody declared it, with the problem kept."""
        try:
            return full_name(name, declared.plugin, known=known, where=_where(declared))
        except PartybuildingError as error:
            self.problems.extend(error.problems)
            return name

    def plain(self, declared: Declared[Motion]) -> Node:
        """A reported column: it reads nothing."""
        return _node(declared, "fact")

    def counted(self, declared: Declared[Motion]) -> Node:
        """A tally or pairs: it reads records, not columns."""
        function = getattr(declared.value, "function", None)
        traced = None if function is None else trace(function)
        if traced is not None and traced.standards:
            self.problems.append(
                Problem(
                    "standard-in-tally",
                    _where(declared),
                    ", ".join(traced.standards),
                    "columns of the record",
                    "Use the standard in a formula over the tally.",
                )
            )
        return _node(declared, "tally" if isinstance(declared.value, Tally) else "pairs", traced=traced)

    def across(self, declared: Declared[Motion]) -> Node:
        """A formula or check over columns of the same organisation."""
        motion = cast("Formula | Check", declared.value)
        traced = trace(motion.function)
        columns = {each: self.full(each, declared, self.columns) for each in traced.columns}
        standards = {each: self.full(each, declared, self.standards) for each in traced.standards}
        kind = "check" if isinstance(motion, Check) else "formula"
        node = _node(declared, kind, traced=traced)
        return evolve(
            node,
            reads=tuple(columns.values()),
            standards=tuple(standards.values()),
            said=rename(traced.body, columns, standards),
            start_of_year=motion.start_of_year,
        )

    def upward(self, declared: Declared[Motion]) -> Node:
        """A roll-up of a column, or a union of pairs."""
        motion = cast("Rollup", declared.value)
        return evolve(
            _node(declared, "union" if motion.by == "union" else "rollup"),
            reads=(self.full(motion.of, declared, self.columns),),
        )

    def beside(self, declared: Declared[Motion]) -> Node:
        """A ranking or distribution within comparison groups."""
        motion = cast("Ranking | Distribution", declared.value)
        kind = "ranking" if isinstance(motion, Ranking) else "distribution"
        return evolve(_node(declared, kind), reads=(self.full(motion.of, declared, self.columns),))

    def facets(self, declared: Declared[Indicator]) -> Iterator[Node]:
        """The family of columns of one indicator."""
        name, indicator = declared.value.name, declared.value
        yield from self.target(declared)
        parts = [indicator.numerator, *([] if indicator.denominator is None else [indicator.denominator])]
        reads = tuple(self.full(each, declared, self.columns) for each in parts)
        unit = indicator.unit if indicator.denominator is None else share
        yield evolve(_facet(declared, "actual", unit), reads=reads)
        yield _facet(declared, "points", point)
        yield self.score(declared, f"{name}.")

    def target(self, declared: Declared[Indicator]) -> Iterator[Node]:
        """The target facets: from letters, a cascade, a standard, or missing."""
        indicator = declared.value
        target = _facet(declared, "target", indicator.unit if indicator.denominator is None else share)
        share_, reserve = (
            _facet(declared, "share", indicator.unit),
            _facet(declared, "reserve", indicator.unit),
        )
        if indicator.target == "cascade" and self.fresh and indicator.name in self.cascades:
            owner = self.cascades[indicator.name]
            cascade = cast("Cascade", owner.value)
            named = [cascade.weight, *(each for each in (cascade.floor, cascade.cap) if each is not None)]
            reads = tuple(self.full(each, owner, self.columns) for each in named)
            yield evolve(target, motion="cascade", declared=cascade, plugin=owner.plugin, reads=reads)
            yield evolve(share_, motion="cascaded", reads=(target.name,))
            yield evolve(reserve, motion="cascaded", reads=(target.name,))
            return
        if indicator.target_standard is not None:
            full = self.full(indicator.target_standard, declared, self.standards)
            target = evolve(target, motion="standard", standards=(full,))
        elif indicator.target == "cascade":
            target = evolve(target, motion="letter")
        else:
            target = evolve(target, motion="missing")
        yield target
        yield evolve(share_, motion="missing")
        yield evolve(
            reserve, motion="letter" if target.motion == "letter" else "missing", reads=(target.name,)
        )

    def score(self, declared: Declared[Indicator], prefix: str) -> Node:
        """The score facet: the scoring rule with its own facets put in, and what a missing actual means."""
        node = _facet(declared, "score", point)
        rules = frozenset(name for name, each in self.motions.items() if isinstance(each.value, ScoringRule))
        rule = self.motions.get(self.full(declared.value.scoring, declared, rules))
        if rule is None:
            return node
        traced = trace(cast("ScoringRule", rule.value).function)
        own = {"actual": f"{prefix}actual", "target": f"{prefix}target", "full": f"{prefix}points"}
        columns = {each: own.get(each) or self.full(each, rule, self.columns) for each in traced.columns}
        standards = {each: self.own_standard(each, prefix, rule) for each in traced.standards}
        said = _with_missing(rename(traced.body, columns, standards), declared.value.missing, own["full"])
        return evolve(
            node,
            plugin=rule.plugin,
            reads=tuple(dict.fromkeys((*columns.values(), own["full"]))),
            standards=tuple(standards.values()),
            said=said,
            traced=traced,
        )

    def own_standard(self, name: str, prefix: str, rule: Declared[Motion]) -> str:
        """The standard of a scoring rule: the indicator's own, else the one that the rule's plugin means."""
        own = prefix + name
        return own if own in self.standards else self.full(name, rule, self.standards)

    def totals(self) -> Iterator[Node]:
        """The total score and the grade."""
        scored = sorted(
            {name for each in self.schemes for name, _ in (*each.value.points, *each.value.bonus)}
        )
        vetoes = {each.value.veto for each in self.schemes if each.value.veto is not None}
        reads = tuple(f"{name}.score" for name in scored if name in self.indicators)
        yield Node(
            name=TOTAL, motion="total", plugin="national", unit=point, label=Label("总分", "total score"),
            reads=(*reads, *(name for name in sorted(vetoes) if name in self.columns)),
        )  # fmt: skip
        yield Node(
            name=GRADE,
            motion="grade",
            plugin="national",
            unit=grade_unit,
            label=Label("等次", "grade"),
            reads=(TOTAL,),
        )


def _with_missing(said: Expression, policy: str, full: str) -> Expression:
    """What a score is where an actual is missing: missing, nothing, or full."""
    if policy == "not_assessable":
        return said
    otherwise = Expression("int", (0,)) if policy == "zero" else Expression("name", (full,))
    return Expression("or_else", (said, otherwise))


def _day(name: str) -> Node:
    return Node(
        name=name,
        motion="day",
        plugin="national",
        unit=Unit("day", 1, Label("日", "day")),
        label=Label(name, name),
    )


def _node(declared: Declared[Motion], motion: str, *, traced: Traced | None = None) -> Node:
    value = declared.value
    label = value.label if value.label.zh else Label(value.name, value.name)
    return Node(
        name=value.name,
        motion=motion,
        plugin=declared.plugin,
        unit=value.unit,
        label=label,
        declared=value,
        traced=traced,
    )


FACETS: Mapping[str, Label] = {
    "target": Label("目标", "target"),
    "share": Label("分解数", "share"),
    "reserve": Label("预留", "reserve"),
    "actual": Label("完成", "actual"),
    "points": Label("分值", "points"),
    "score": Label("得分", "score"),
}


def _facet(declared: Declared[Indicator], facet: str, unit: Unit) -> Node:
    indicator, words = declared.value, FACETS[facet]
    label = Label(f"{indicator.label.zh}·{words.zh}", f"{indicator.label.en}: {words.en}")
    return Node(
        name=f"{indicator.name}.{facet}",
        motion=facet,
        plugin=declared.plugin,
        unit=unit,
        label=label,
        declared=indicator,
    )


def _where(declared: Declared[Motion] | Declared[Indicator]) -> Where:
    return evolve(declared.where, plugin=declared.plugin, record=declared.value.name)
