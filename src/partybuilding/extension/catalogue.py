"""The catalogue: every rule that the plugins of a run declared, in a fixed order, checked to fit together.

It answers what is in force on a day, and for one organisation which local figure stands and which ones lost. The engine
asks the same of whole columns; a test says that both agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

from attrs import field, frozen

from partybuilding.domain.feedback import FEEDBACK_LIFE, Feedback
from partybuilding.domain.indicators import Indicator
from partybuilding.domain.letters import LETTER_LIFE, Letter
from partybuilding.domain.lifecycles import Lifecycle
from partybuilding.domain.lists import COMMITMENT_LIFE, ITEM_LIFE, Item, PublicCommitment
from partybuilding.domain.projects import Project, ProjectType
from partybuilding.domain.record import Record
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.standards import Declaration, Standard, Unit
from partybuilding.domain.venues import WORK_LIFE, Work
from partybuilding.errors import PlanProblem, Where
from partybuilding.extension.coherence import incoherences
from partybuilding.extension.declarations import Motion
from partybuilding.extension.declared import Declared, PluginRecord, position
from partybuilding.extension.names import NATIONAL, full_name, nearest, unknown
from partybuilding.extension.places import Loss, Value, chain, standing

__all__ = ["NATIONAL", "Catalogue", "Declared", "PluginRecord", "Resolution", "full_name", "nearest"]

R = TypeVar("R", bound=Declaration)

LIFECYCLES: Mapping[type[Record], Lifecycle] = MappingProxyType(
    {
        Letter: LETTER_LIFE,
        Item: ITEM_LIFE,
        PublicCommitment: COMMITMENT_LIFE,
        Feedback: FEEDBACK_LIFE,
        Work: WORK_LIFE,
    }
)
"""The life cycles that are the same everywhere; those of projects are declared."""


@frozen(kw_only=True)
class Resolution:
    """Which figure of a standard stands for an organisation, who gave it, and which layers lost for which reason.

    ``value`` is None where no place gave one: missing, not zero. ``standard`` and ``plugin`` are then None, too.
    """

    name: str
    organisation: str
    value: Value | None
    unit: Unit
    standard: Standard | None
    plugin: str | None
    lost: tuple[tuple[Declared[Standard], Loss], ...] = ()


@frozen(kw_only=True, eq=False)
class Catalogue:
    """Everything that was declared, in a fixed order; made only if it fits together.

    Raises:
        PlanProblem: names declared twice, dates that overlap, layers that differ in unit, names that nobody declared; all
            of them at once, each with the plugins it concerns.
    """

    manifest: tuple[PluginRecord, ...] = ()
    indicators: tuple[Declared[Indicator], ...] = field(default=(), repr=False)
    standards: tuple[Declared[Standard], ...] = field(default=(), repr=False)
    motions: tuple[Declared[Motion], ...] = field(default=(), repr=False)
    rules: tuple[Declared[Declaration], ...] = field(default=(), repr=False)

    def __attrs_post_init__(self) -> None:
        for part in ("indicators", "standards", "motions", "rules"):  # whatever the order they came in
            object.__setattr__(self, part, tuple(sorted(getattr(self, part), key=position)))
        plugins = tuple(each.name for each in self.manifest)
        problems = incoherences(
            plugins, self.indicators, self.standards, motions=self.motions, rules=self.rules
        )
        if problems:
            raise PlanProblem(*problems)

    @cached_property
    def _layers(self) -> dict[str, tuple[Declared[Standard], ...]]:
        layers: dict[str, list[Declared[Standard]]] = {}
        for each in self.standards:
            layers.setdefault(each.value.name, []).append(each)
        return {name: tuple(of_name) for name, of_name in layers.items()}

    def indicators_on(self, day: date) -> dict[str, Declared[Indicator]]:
        """The indicators in force on a day, by name."""
        return {each.value.name: each for each in self.indicators if each.value.holds(day)}

    def motions_on(self, day: date) -> dict[str, Declared[Motion]]:
        """The columns, scoring rules, checks and methods in force on a day, by name."""
        return {each.value.name: each for each in self.motions if each.value.holds(day)}

    def standard_names(self) -> tuple[str, ...]:
        """The names of all standards, in order."""
        return tuple(sorted(self._layers))

    def standard_layers(self, name: str, day: date) -> tuple[Declared[Standard], ...]:
        """Every layer of a standard in force on a day, wherever it stands.

        Raises:
            PlanProblem: nobody declared the standard; the nearest names are told.
        """
        if name not in self._layers:
            raise PlanProblem(unknown("unknown-standard", name, self._layers, Where(record=name)))
        return tuple(each for each in self._layers[name] if each.value.holds(day))

    def rules_on(self, kind: type[R], day: date) -> tuple[Declared[R], ...]:
        """The rules of a class (schemes, grade scales, ladders, project types, …) in force on a day."""
        return tuple(
            Declared(each.value, each.plugin, each.where)
            for each in self.rules
            if isinstance(each.value, kind) and each.value.holds(day)
        )

    def rule(self, kind: type[R], name: str, day: date) -> Declared[R] | None:
        """The rule of a class with a full name in force on a day, or None."""
        return next((each for each in self.rules_on(kind, day) if each.value.name == name), None)

    def owner(self, name: str) -> str:
        """The plugin that a full name belongs to: the word before the first dot if it is a plugin, else the national one."""
        head, dot, _ = name.partition(".")
        return head if dot and head in {each.name for each in self.manifest} else NATIONAL

    def lifecycle(self, record: Record, day: date) -> Lifecycle | None:
        """The life cycle that a record goes through; None for a record without one and for an undeclared project type."""
        if isinstance(record, Project):
            declared = self.rule(ProjectType, record.type, day)
            return None if declared is None else declared.value.lifecycle
        return LIFECYCLES.get(type(record))

    def lifecycles(self, noun: type[Record], day: date) -> tuple[Lifecycle, ...]:
        """Every life cycle that records of a class may go through on a day."""
        if noun is Project:
            return tuple(each.value.lifecycle for each in self.rules_on(ProjectType, day))
        return (LIFECYCLES[noun],) if noun in LIFECYCLES else ()

    def resolve(
        self, name: str, organisation: str, *, snapshot: Snapshot, day: date | None = None
    ) -> Resolution:
        """Which figure of a standard stands for an organisation, by walking down from everywhere through its ancestors.

        ``day`` is the day on which the standard must be in force (default: the snapshot's); official codes and parents
        are always those of the snapshot's day.

        Raises:
            PlanProblem: an unknown standard or organisation, or two layers alike in depth, kinds and dates.
        """
        layers = self.standard_layers(name, day or snapshot.on)
        down = chain(organisation, snapshot)
        if not down:
            known = snapshot.organisations()
            where = Where(record=name, organisation=organisation)
            raise PlanProblem(unknown("unknown-organisation", organisation, known, where))
        found = standing(layers, down, snapshot.on)
        given = found.given
        return Resolution(
            name=name,
            organisation=organisation,
            value=None if given is None else given.value.value,
            unit=self._layers[name][0].value.unit,
            standard=None if given is None else given.value,
            plugin=None if given is None else given.plugin,
            lost=found.lost,
        )
