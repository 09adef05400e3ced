"""Reorganisations: units renamed, transferred, promoted, demoted, split, merged, abolished, and who takes over what.

A reorganisation is a record of its own, so that a figure of last year can be asked for on this year's tree. It says which
units were there before and after, by which key figures are divided, on which document and decision it rests, and what
became of every open obligation: a successor, or the reason why it ends. Nothing is left behind in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import ClassVar, Literal

from attrs import field, frozen
from attrs.validators import deep_iterable, optional

from partybuilding.domain.record import (
    Event,
    among,
    natural,
    repeated,
    valid_id,
    valid_ids,
    valid_reference,
)
from partybuilding.domain.standards import Source, source_of
from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.labels import Label

ReorganisationKind = Literal["rename", "transfer", "promote", "demote", "split", "merge", "abolish"]
REORGANISATION_KINDS: Mapping[ReorganisationKind, Label] = MappingProxyType(
    {
        "rename": Label("更名", "rename"),
        "transfer": Label("划转", "transfer"),
        "promote": Label("升格", "promote"),
        "demote": Label("降格", "demote"),
        "split": Label("拆分", "split"),
        "merge": Label("合并", "merge"),
        "abolish": Label("撤销", "abolish"),
    }
)
SAME_UNIT = frozenset({"rename", "transfer", "promote", "demote"})
"""The kinds after which the unit is still the same unit, under the same id."""
UNDECIDED = frozenset({"rename"})
"""The kinds that rest on a document alone; all others need the decision of an authorised body."""
SHAPES: Mapping[ReorganisationKind, str] = MappingProxyType(
    {
        **dict.fromkeys(("rename", "transfer", "promote", "demote"), "the same unit before and after"),
        "split": "one unit before, two or more after",
        "merge": "two or more units before, one after",
        "abolish": "one unit before, and after those that take over",
    }
)


@frozen(kw_only=True)
class Weight:
    """What weighs for a unit when figures are divided: members, households, an agreed number.

    >>> Weight(organisation="east", weight=60).weight
    60
    """

    organisation: str = field(validator=valid_id)
    weight: int = field(validator=natural)


@frozen(kw_only=True)
class Key:
    """By which weights figures are divided over units; ``name`` is the fact, indicator or purpose (None: every other one).

    Weights of units after the reorganisation divide earlier figures on the new tree; weights of units before it divide
    later figures on the old tree.

    >>> Key(weights=(Weight(organisation="east", weight=60), Weight(organisation="west", weight=40))).over(("west", "east"))
    (40, 60)
    """

    weights: tuple[Weight, ...]
    name: str | None = None

    def over(self, units: tuple[str, ...]) -> tuple[int, ...] | None:
        """The weights of some units in their order; None if one has no weight here, or if all weigh nothing."""
        held = {each.organisation: each.weight for each in self.weights}
        found = tuple(held[each] for each in units if each in held)
        return found if len(found) == len(units) and any(found) else None


@frozen(kw_only=True)
class Succession:
    """What became of an open obligation: the records that follow it, or the reason why it ends.

    ``of`` and ``to`` are references (``noun:id``). A record that goes on as its own next version is its own successor.

    Raises:
        RecordProblem: ``succession-unclear`` unless there is either a successor or a reason.

    >>> Succession(of="item:v1/1", to=("item:v1/1/merge",)).reason
    ''
    """

    of: str = field(validator=valid_reference)
    to: tuple[str, ...] = field(default=(), validator=deep_iterable(valid_reference))
    reason: str = ""

    def __attrs_post_init__(self) -> None:
        if bool(self.to) == bool(self.reason.strip()):
            read = f"{len(self.to)} successors, reason {self.reason!r}"
            remedy = "Name who takes it over, or say why it ends."
            where = Where(kind="succession", record=self.of)
            raise RecordProblem(Problem("succession-unclear", where, read, "a successor or a reason", remedy))


@frozen(kw_only=True)
class Reorganisation(Event):
    """That units were reorganised; ``day`` is the first day of the new order.

    A unit that is in ``before`` and not in ``after`` ends on the day; one that is only in ``after`` begins on it, except
    that those who take over from an abolished unit were there already. A split unit, or one of the merged, may go on.

    Raises:
        RecordProblem: ``reorganisation-units`` for units that do not fit the kind, ``reorganisation-undecided`` without the
            decision that the kind needs, ``reorganisation-key`` for a key that names strangers or weighs nothing,
            ``listed-twice`` for keys and successions; all at once.

    >>> from datetime import date
    >>> merger = Reorganisation(
    ...     id="r-1", day=date(2026, 4, 1), kind="merge", before=("v1", "v2"), after=("v1",),
    ...     instrument="示例发〔2026〕8号", decision="d-8",
    ... )
    >>> merger.ended, merger.begun, merger.label.zh
    (('v2',), (), '合并')
    """

    noun: ClassVar[str] = "reorganisation"
    kind: ReorganisationKind = field(validator=among(REORGANISATION_KINDS))
    before: tuple[str, ...] = field(validator=valid_ids)
    after: tuple[str, ...] = field(validator=valid_ids)
    instrument: Source = field(converter=source_of)
    decision: str | None = field(default=None, validator=optional(valid_id))
    key: tuple[Key, ...] = ()
    successions: tuple[Succession, ...] = ()

    def __attrs_post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise RecordProblem(*problems)

    def _problems(self) -> Iterator[Problem]:
        where = Where(kind=self.noun, record=self.id)
        if not self._fits():
            read = f"{self.kind}: {', '.join(self.before) or '-'} → {', '.join(self.after) or '-'}"
            remedy = "Name the units before and after."
            yield Problem("reorganisation-units", where, read, SHAPES[self.kind], remedy)
        if self.decision is None and self.kind not in UNDECIDED:
            remedy = "Name the decision of the authorised body."
            yield Problem("reorganisation-undecided", where, self.kind, "a decision", remedy)
        units = (*self.before, *self.after)
        for key in self.key:
            named = [each.organisation for each in key.weights]
            strangers = [each for each in named if each not in units]
            if strangers or repeated(named) or not sum(each.weight for each in key.weights):
                read = ", ".join(f"{each.organisation} {each.weight}" for each in key.weights) or "nothing"
                remedy = "Weigh each unit of the reorganisation once, not all with 0."
                yield Problem("reorganisation-key", where, read, ", ".join(dict.fromkeys(units)), remedy)
        twice = (
            *repeated(each.name or "*" for each in self.key),
            *repeated(each.of for each in self.successions),
        )
        if twice:
            yield Problem("listed-twice", where, ", ".join(twice), "each once", "Remove the repetition.")

    def _fits(self) -> bool:
        """Whether the units fit the kind."""
        many_before, many_after = len(self.before) > 1, len(self.after) > 1
        if self.kind in SAME_UNIT:
            return self.before == self.after and len(self.before) == 1
        if self.kind == "split":
            return len(self.before) == 1 and many_after
        if self.kind == "merge":
            return many_before and len(self.after) == 1
        return len(self.before) == 1 and not set(self.before) & set(self.after)

    @property
    def label(self) -> Label:
        """The kind in both languages."""
        return REORGANISATION_KINDS[self.kind]

    @property
    def ended(self) -> tuple[str, ...]:
        """The units that are no longer there from the day on."""
        return tuple(each for each in self.before if each not in self.after)

    @property
    def begun(self) -> tuple[str, ...]:
        """The units that are there from the day on only."""
        if self.kind == "abolish":
            return ()
        return tuple(each for each in self.after if each not in self.before)

    def weights(self, name: str | None, units: tuple[str, ...]) -> tuple[int, ...] | None:
        """By which weights the figures of a name are divided over units: its own key, else the general one; None if none fits.

        A single unit takes the whole, whatever it weighs.
        """
        if len(units) == 1:
            return (1,)
        own = [each for each in self.key if each.name is not None and each.name == name]
        general = [each for each in self.key if each.name is None]
        return next((found for each in (*own, *general) if (found := each.over(units)) is not None), None)
