"""Findings of a run: bottom lines that do not hold, standards that changed within the year, figures that nobody counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from partybuilding.engine.column import Column
from partybuilding.engine.columns import Ground
from partybuilding.engine.plan import Plan
from partybuilding.engine.resolving import Laid
from partybuilding.engine.tree import Tree
from partybuilding.extension.declarations import Check, Fact, Finding
from partybuilding.labels import Label


def check_findings(plan: Plan, tree: Tree, columns: Mapping[str, Column]) -> Iterator[Finding]:
    """A finding for every organisation for which a check is known not to hold, in the order of the plan and the tree."""
    for node in plan.nodes:
        if isinstance(node.declared, Check):
            column = columns[node.name]
            for at in np.flatnonzero(column.known & (column.values == 0)):
                yield Finding(
                    code="bottom-line", organisation=tree.ids[int(at)], says=node.declared.says, rule=node.name,
                    source=node.declared.source, modality=node.declared.modality, plugin=node.plugin,
                )  # fmt: skip


def standards_changed(changed: Mapping[str, tuple[Laid, Laid]]) -> Iterator[Finding]:
    """A finding for every standard whose value on 1 January was another than on the day of the snapshot."""
    for name, (start, now) in changed.items():
        held = np.unique(np.column_stack([start.which, now.which]), axis=0).tolist()
        pairs = {(_text(start, before), _text(now, after)) for before, after in held}
        for before, after in sorted(pair for pair in pairs if pair[0] != pair[1]):
            yield Finding(
                code="standard-changed", rule=name,
                says=Label(f"标准 {name} 年初为 {before}，现为 {after}", f"standard {name} was {before} on 1 January and is {after} now"),
            )  # fmt: skip


def figures_left_out(ground: Ground, plan: Plan) -> Iterator[Finding]:
    """A finding for every unit that reported a figure of the year and is not there on the snapshot's day.

    No column counts what it reported. A unit of another district or line is there, and nobody's business here.
    """
    there = ground.snapshot.organisations()
    for node in plan.nodes:
        if isinstance(node.declared, Fact):
            sheets = ground.sheets(node.declared.name, ground.year - node.declared.lag)
            gone = {id_ for sheet in sheets for id_ in sheet.organisations if id_ not in there}
            for unit in sorted(gone):
                yield Finding(
                    code="figures-left-out", organisation=unit, rule=node.name,
                    says=Label(
                        f"{unit} 当日已不存在（或尚未设立），其所报 {node.label.zh} 未计入",
                        f"{unit} is not there on this day: what it reported of {node.name} is not counted",
                    ),
                )  # fmt: skip


def _text(laid: Laid, at: int) -> str:
    return "—" if at < 0 else str(laid.values[at])
