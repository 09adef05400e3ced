"""The national rules: an ordinary plugin that is always there, and whose names are bare.

Five mechanisms, a module each (targets, projects, carriers, funding with venues, accountability), with the norms of the national
instruments, the bottom lines and the scoring rules. What only a place can say (points, cut points, ladders, amounts per
head) is declared without a value, or not at all: it comes with the plugin of that place.

>>> from datetime import date
>>> {each.name: each.value for each in partybuilding_standards() if each.name == "dues_wage" and each.holds(date(2026, 1, 1))}
{'dues_wage': Brackets(rows=((300000, 50), (500000, 100), (1000000, 150), (None, 200)))}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from partybuilding.mechanisms import (
    accountability,
    bottom_lines,
    carriers,
    funding,
    norms,
    projects,
    scoring,
    targets,
    venues,
)
from partybuilding.plugin import (
    Declaration,
    Finding,
    Indicator,
    Item,
    Motion,
    Snapshot,
    Standard,
    hookimpl,
)


@hookimpl
def partybuilding_indicators() -> Iterable[Indicator]:
    """The five national indicators."""
    return targets.indicators()


@hookimpl
def partybuilding_standards() -> Iterator[Standard]:
    """Every national figure, and every one that places give."""
    for module in (norms, targets, projects, carriers, funding, venues, accountability):
        yield from module.standards()


@hookimpl
def partybuilding_formulas() -> Iterator[Motion]:
    """Facts, tallies, roll-ups, formulas, scoring rules and bottom lines."""
    yield from targets.facts()
    yield from targets.formulas()
    yield from scoring.rules()
    for module in (projects, carriers, funding, venues, accountability):
        yield from module.columns()
    yield from bottom_lines.bodies()
    yield from bottom_lines.checks()


@hookimpl
def partybuilding_rules() -> Iterator[Declaration]:
    """Project types, carrier models and kinds of responsibility."""
    for module in (projects, carriers, accountability):
        yield from module.rules()


@hookimpl
def partybuilding_check(snapshot: Snapshot) -> Iterator[Finding]:
    """Lines of letters that nobody took up."""
    return targets.left_lying(snapshot)


@hookimpl
def partybuilding_responsible_party(items: Sequence[Item]) -> tuple[str, ...]:
    """Whoever has the problem answers for it, unless a plugin says otherwise."""
    return tuple(each.organisation for each in items)
