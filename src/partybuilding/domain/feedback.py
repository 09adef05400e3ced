"""Feedback of masses and members: every piece that comes in is answered, rejected with a reason, or merged; none is lost.

Who said it is at most a random id, which no page, no message and no other record shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen
from attrs.validators import optional

from partybuilding.domain.lifecycles import Lifecycle, Transition
from partybuilding.domain.lists import CHANNELS, Channel
from partybuilding.domain.record import Event, among, is_id, valid_id
from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.labels import Label

if TYPE_CHECKING:
    from attrs import Attribute


def _random_id(instance: object, _attribute: Attribute[str], value: object) -> None:
    """Refuse what cannot be a random id, without repeating it: it may be a name.

    Raises:
        RecordProblem: ``informant-not-an-id``.
    """
    if not isinstance(value, str) or not is_id(value):
        where = Where(kind=Feedback.noun, record=getattr(instance, "id", None), path="informant")
        remedy = "Draw a random id, and keep the name in the table of persons only."
        raise RecordProblem(Problem("informant-not-an-id", where, "", "a random id", remedy))


@frozen(kw_only=True)
class Feedback(Event):
    """What masses or members brought up with an organisation on a day, and through which channel.

    ``informant`` is a random id that stands for whoever said it and is drawn anew for each piece; it is not part of the
    representation. ``into`` names the piece that this one was merged into, because it says the same.

    Raises:
        RecordProblem: ``unknown-word`` for another channel, ``informant-not-an-id``, ``merged-into-itself``.

    >>> from datetime import date
    >>> said = Feedback(
    ...     id="f-1", day=date(2026, 3, 1), organisation="shili-01", text="活动室晚上不开门", channel="masses", informant="k7q2",
    ... )
    >>> said.reference, "k7q2" in repr(said)
    ('feedback:f-1', False)
    """

    noun: ClassVar[str] = "feedback"
    organisation: str = field(validator=valid_id)
    text: str
    text_en: str = ""
    channel: Channel = field(validator=among(CHANNELS))
    informant: str | None = field(default=None, validator=optional(_random_id), repr=False)
    into: str | None = field(default=None, validator=optional(valid_id))

    def __attrs_post_init__(self) -> None:
        if self.into == self.id:
            where = Where(kind=self.noun, record=self.id, organisation=self.organisation, day=self.day)
            remedy = "Name the earlier piece that says the same."
            raise RecordProblem(Problem("merged-into-itself", where, self.id, "another piece", remedy))

    @property
    def label(self) -> Label:
        """The text in both languages."""
        return Label(self.text, self.text_en or self.text)


FEEDBACK_LIFE = Lifecycle(
    name="feedback",
    start="received",
    closed=("answered", "rejected", "merged"),
    states=MappingProxyType(
        {
            "received": Label("已受理", "received"),
            "answered": Label("已答复", "answered"),
            "rejected": Label("不予采纳", "rejected"),
            "merged": Label("并案", "merged"),
        }
    ),
    transitions=(
        Transition(
            step="answer",
            sources=("received",),
            target="answered",
            needs=("note",),
            label=Label("答复", "answer"),
        ),
        Transition(
            step="reject",
            sources=("received",),
            target="rejected",
            needs=("note",),
            label=Label("不予采纳", "reject"),
        ),
        Transition(
            step="merge",
            sources=("received",),
            target="merged",
            needs=("note",),
            label=Label("并案", "merge"),
        ),
        Transition(
            step="reopen",
            sources=("answered", "rejected", "merged"),
            target="received",
            needs=("note",),
            undoes=("answer", "reject", "merge"),
            label=Label("重新受理", "re-open"),
        ),
    ),
)


@frozen(kw_only=True)
class Handled:
    """How much feedback came in, and what became of it: every piece is in exactly one of the four.

    >>> Handled(received=3, open=1, answered=1, rejected=0, merged=1).accounted
    True
    """

    received: int
    open: int
    answered: int
    rejected: int
    merged: int

    @property
    def accounted(self) -> bool:
        """Whether received = open + answered + rejected + merged."""
        return self.received == self.open + self.answered + self.rejected + self.merged


def handled(feedback: Iterable[Feedback], states: Mapping[str, str]) -> Handled:
    """What became of some pieces; ``states`` by id, a piece without a state counts for none but the received.

    >>> handled((), {}).accounted
    True
    """
    found = [states.get(each.id) for each in feedback]
    return Handled(
        received=len(found),
        open=found.count("received"),
        answered=found.count("answered"),
        rejected=found.count("rejected"),
        merged=found.count("merged"),
    )
