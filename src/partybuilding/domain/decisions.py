"""Decisions of authorised bodies, and the declared ladders and scales by which the library only proposes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import ClassVar, Literal

from attrs import field, frozen
from attrs.validators import optional

from partybuilding.domain.record import (
    Event,
    among,
    natural,
    repeated,
    valid_day,
    valid_id,
    valid_reference,
    whole,
)
from partybuilding.domain.standards import Declaration
from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.labels import Label

Matter = Literal["grade", "veto", "closing", "accountability", "project", "organisation"]
MATTERS: Mapping[Matter, Label] = MappingProxyType(
    {
        "grade": Label("等次", "grade"),
        "veto": Label("一票否决", "veto"),
        "closing": Label("销号", "closing"),
        "accountability": Label("问责", "accountability"),
        "project": Label("项目", "project"),
        "organisation": Label("组织设置", "organisation"),
    }
)


@frozen(kw_only=True)
class Decision(Event):
    """What an authorised body decided on a day under a document number; without it nothing of weight is recorded.

    ``subject`` is the organisation, body or post that it concerns, ``of`` the record it rests on (``noun:id``). A
    decision with an effect for a time says the first day ``until`` which it lasts; ``lifts`` names an earlier decision
    whose effect ends with this one.

    Raises:
        RecordProblem: ``no-document``, ``decides-on-itself``, ``effect-before-decision``; all at once.

    >>> closing = Decision(
    ...     id="d-1", day=date(2026, 9, 1), body="shili-committee", document="示例发〔2026〕3号", matter="closing",
    ...     subject="shili-01", outcome="close", of="item:shili-01/1",
    ... )
    >>> MATTERS[closing.matter].zh
    '销号'
    """

    noun: ClassVar[str] = "decision"
    body: str = field(validator=valid_id)
    document: str
    matter: Matter = field(validator=among(MATTERS))
    subject: str = field(validator=valid_id)
    outcome: str
    of: str | None = field(default=None, validator=optional(valid_reference))
    year: int | None = field(default=None, validator=optional(whole))
    until: date | None = field(default=None, validator=optional(valid_day))
    lifts: str | None = field(default=None, validator=optional(valid_id))

    def __attrs_post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise RecordProblem(*problems)

    def _problems(self) -> Iterator[Problem]:
        where = Where(kind="decision", record=self.id)
        if not self.document.strip():
            yield Problem(
                "no-document", where, repr(self.document), "a document number", "Name the document."
            )
        if self.body == self.subject:
            remedy = "Let the superior body decide."
            yield Problem("decides-on-itself", where, self.body, "another body", remedy)
        if self.until is not None and self.until <= self.day:
            remedy = "Name the first day without the effect."
            yield Problem("effect-before-decision", where, str(self.until), f"a day after {self.day}", remedy)


def effect_ends(decision: Decision, decisions: Iterable[Decision]) -> date | None:
    """The first day without the effect of a decision, computed; None if it has no end, or no effect for a time.

    The effect ends by itself, or earlier on the day of a decision that lifts it.

    >>> talk = Decision(
    ...     id="d-1", day=date(2026, 3, 1), body="acheng-committee", document="示例发〔2026〕4号", matter="accountability",
    ...     subject="shili-01-secretary", outcome="admonish", of="item:shili-01/1", until=date(2026, 9, 1),
    ... )
    >>> effect_ends(talk, [talk])
    datetime.date(2026, 9, 1)
    """
    lifted = [each.day for each in decisions if each.lifts == decision.id]
    return min([day for day in (decision.until, *lifted) if day is not None], default=None)


@frozen(kw_only=True)
class RungOfLadder:
    """One step of an escalation ladder: proposed after so many days overdue; ``effect`` says in words what follows.

    >>> RungOfLadder(name="remind", label=Label("提醒", "remind"), after=1).after
    1
    """

    name: str
    label: Label
    after: int = field(validator=natural)
    effect: Label = Label("", "")


@frozen(kw_only=True)
class Ladder(Declaration):
    """An escalation ladder as a district declares it: its rungs in order, mildest first.

    The library proposes a rung; only an authorised body takes it.

    Raises:
        RecordProblem: ``ladder-order`` unless the days rise, ``listed-twice`` for a rung's name.

    >>> ladder = Ladder(name="lab.ladder", label=Label("阶梯", "ladder"), source="made up", rungs=(
    ...     RungOfLadder(name="remind", label=Label("提醒", "remind"), after=1),
    ...     RungOfLadder(name="talk", label=Label("约谈", "talk"), after=16),
    ... ))
    >>> ladder.proposed(0), ladder.proposed(20).name
    (None, 'talk')
    """

    label: Label
    rungs: tuple[RungOfLadder, ...]

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        problems = tuple(self._problems())
        if problems:
            raise RecordProblem(*problems)

    def _problems(self) -> Iterator[Problem]:
        where = Where(kind="ladder", record=self.name)
        days = [rung.after for rung in self.rungs]
        if not days or days != sorted(set(days)):
            read = ", ".join(str(each) for each in days) or "no rung"
            yield Problem("ladder-order", where, read, "rising days", "Order the rungs by their days.")
        twice = ", ".join(repeated(rung.name for rung in self.rungs))
        if twice:
            yield Problem("listed-twice", where, twice, "each once", "Remove the repetition.")

    def proposed(self, overdue: int) -> RungOfLadder | None:
        """The highest rung that so many days overdue reach; None while nothing is overdue."""
        return next((rung for rung in reversed(self.rungs) if overdue > 0 and rung.after <= overdue), None)
