"""A small world in memory: records and rules put together piece by piece, for tests of rules without a ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from attrs import evolve, frozen

from partybuilding.domain.indicators import Indicator
from partybuilding.domain.organisations import Alias, Organisation, Placement
from partybuilding.domain.record import Record
from partybuilding.domain.sheets import sheet
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.standards import Declaration, Standard
from partybuilding.extension.catalogue import Catalogue, Declared, PluginRecord
from partybuilding.extension.declarations import Motion

D = TypeVar("D")
LAB = "lab"
"""The plugin that owns every rule whose name begins with ``lab.``; the others are national."""
MANIFEST = (PluginRecord("national", "1", "0" * 64), PluginRecord(LAB, "1", "1" * 64))


@frozen(kw_only=True)
class World:
    """A snapshot and a catalogue that tests build piece by piece; nothing is ever changed in place."""

    records: tuple[Record, ...] = ()
    rules: tuple[Declaration | Motion, ...] = ()
    on: date = date(2026, 12, 31)
    root: str | None = "acheng"

    def having(self, *records: Record) -> World:
        """The same world with more records."""
        return evolve(self, records=(*self.records, *records))

    def under(self, *rules: Declaration | Motion) -> World:
        """The same world with more rules."""
        return evolve(self, rules=(*self.rules, *rules))

    def reporting(
        self,
        fact: str,
        figures: Mapping[str, int],
        starts: date = date(2026, 1, 1),
        ends: date = date(2027, 1, 1),
    ) -> World:
        """The same world with reported figures."""
        return self.having(sheet(name=fact, unit="item", starts=starts, ends=ends, figures=figures))

    @property
    def snapshot(self) -> Snapshot:
        """The world's snapshot."""
        held: dict[str, list[Record]] = {}
        for record in self.records:
            held.setdefault(record.noun, []).append(record)
        ordered = {noun: tuple(sorted(each, key=lambda record: record.id)) for noun, each in held.items()}
        return Snapshot(on=self.on, known=1, head="0" * 64, records=ordered, root=self.root)

    @property
    def catalogue(self) -> Catalogue:
        """The world's catalogue: a name with ``lab.`` belongs to the plugin lab.

        Raises:
            PlanProblem: rules that do not fit together.
        """
        return Catalogue(
            manifest=MANIFEST,
            indicators=_declared(self.rules, Indicator),
            standards=_declared(self.rules, Standard),
            motions=_declared(self.rules, Motion),
            rules=_declared(
                [each for each in self.rules if not isinstance(each, (Indicator, Standard))], Declaration
            ),
        )


def _declared(rules: Iterable[Declaration | Motion], kind: type[D]) -> tuple[Declared[D], ...]:
    """The rules of a class, each with the plugin that its name belongs to."""
    return tuple(
        Declared(each, LAB if each.name.startswith(f"{LAB}.") else "national")
        for each in rules
        if isinstance(each, kind)
    )


def small_district() -> tuple[Organisation, ...]:
    """A district, two streets, and five villages under them."""
    district = Organisation(
        id="acheng", name="阿城区", kind="district", aliases=(Alias(scheme="stats", code="230112"),)
    )
    streets = [
        Organisation(id=id_, name=f"示例街道{id_}", kind="street", placements=(Placement(parent="acheng"),))
        for id_ in ("east", "west")
    ]
    villages = [
        Organisation(
            id=id_, name=f"示例村{id_}", kind="village", placements=(Placement(parent=id_.split("-")[0]),)
        )
        for id_ in ("east-1", "east-2", "west-1", "west-2", "west-3")
    ]
    return (district, *streets, *villages)
