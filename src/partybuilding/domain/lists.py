"""Responsibility lists: problems item by item, public commitments, and the life they lead until they are closed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

from attrs import field, frozen
from attrs.validators import optional

from partybuilding.domain.lifecycles import Lifecycle, Transition
from partybuilding.domain.record import Event, among, valid_day, valid_id
from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.labels import Label

Channel = Literal["masses", "self", "colleague", "superior", "supervision"]
CHANNELS: Mapping[Channel, Label] = MappingProxyType(
    {
        "masses": Label("群众反映", "masses"),
        "self": Label("自查", "self-check"),
        "colleague": Label("同级提出", "colleagues"),
        "superior": Label("上级点评", "superior"),
        "supervision": Label("督查发现", "supervision group"),
    }
)
Severity = Literal["general", "serious"]
TimeClass = Literal["fix_now", "fix_by", "keep_up"]
TIME_CLASSES: Mapping[TimeClass, Label] = MappingProxyType(
    {
        "fix_now": Label("立行立改", "fix at once"),
        "fix_by": Label("限期整改", "fix by a deadline"),
        "keep_up": Label("长期坚持", "keep up"),
    }
)


@frozen(kw_only=True)
class Item(Event):
    """One problem found with an organisation on a day, and how it is to be put right.

    ``owner`` is the post that answers, ``lead`` the body that handles it; ``baseline`` and ``target`` say in words what
    was found and what will be reached; ``due`` is the last day. ``recurs`` names an earlier item of the same problem.

    Raises:
        RecordProblem: ``due-before-found``, ``unknown-word`` for another channel, severity or time class.

    >>> found = Item(
    ...     id="shili-01/1", day=date(2026, 3, 1), organisation="shili-01", text="三会一课记录不全", channel="superior",
    ...     owner="shili-01-secretary", lead="shili-committee", measures="逐月补齐", baseline="缺3次", target="全部补齐",
    ...     due=date(2026, 5, 31),
    ... )
    >>> found.reference, found.label.en
    ('item:shili-01/1', '三会一课记录不全')
    """

    noun: ClassVar[str] = "item"
    organisation: str = field(validator=valid_id)
    text: str
    text_en: str = ""
    channel: Channel = field(validator=among(CHANNELS))
    severity: Severity = field(default="general", validator=among(get_args(Severity)))
    time_class: TimeClass = field(default="fix_by", validator=among(TIME_CLASSES))
    owner: str = field(validator=valid_id)
    lead: str = field(validator=valid_id)
    measures: str
    baseline: str
    target: str
    due: date = field(validator=valid_day)
    recurs: str | None = field(default=None, validator=optional(valid_id))

    def __attrs_post_init__(self) -> None:
        if self.due < self.day:
            where = Where(kind="item", record=self.id)
            expected = f"{self.day} or later"
            raise RecordProblem(
                Problem("due-before-found", where, str(self.due), expected, "Correct the deadline.")
            )

    @property
    def label(self) -> Label:
        """The text in both languages."""
        return Label(self.text, self.text_en or self.text)


@frozen(kw_only=True)
class PublicCommitment(Event):
    """What a body promises in public on a day: from a baseline to a target, by a due day; for an item or of its own.

    A commitment without a baseline cannot be supervised, so it needs one.

    Raises:
        RecordProblem: ``commitment-without-measure``, ``due-before-promised``; both at once.

    >>> promise = PublicCommitment(
    ...     id="c-1", day=date(2026, 3, 5), body="shili-committee", organisation="shili-01", item="shili-01/1",
    ...     text="五月底前补齐记录", baseline="缺3次", target="全部补齐", due=date(2026, 5, 31),
    ... )
    >>> promise.label.zh
    '五月底前补齐记录'
    """

    noun: ClassVar[str] = "commitment"
    body: str = field(validator=valid_id)
    organisation: str = field(validator=valid_id)
    item: str | None = field(default=None, validator=optional(valid_id))
    text: str
    text_en: str = ""
    baseline: str
    target: str
    due: date = field(validator=valid_day)

    def __attrs_post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise RecordProblem(*problems)

    def _problems(self) -> Iterator[Problem]:
        where = Where(kind="commitment", record=self.id)
        if not self.baseline.strip() or not self.target.strip():
            read, expected = f"{self.baseline!r} to {self.target!r}", "a baseline and a target"
            yield Problem("commitment-without-measure", where, read, expected, "Say from where to where.")
        if self.due < self.day:
            expected = f"{self.day} or later"
            yield Problem("due-before-promised", where, str(self.due), expected, "Correct the deadline.")

    @property
    def label(self) -> Label:
        """The text in both languages."""
        return Label(self.text, self.text_en or self.text)


ITEM_LIFE = Lifecycle(
    name="item",
    start="found",
    closed=("closed", "passed_on"),
    states=MappingProxyType(
        {
            "found": Label("挂号", "registered"),
            "committed": Label("已承诺", "committed"),
            "rectifying": Label("整改中", "rectifying"),
            "reported": Label("申请验收", "reported done"),
            "verified": Label("已核验", "verified"),
            "closed": Label("销号", "closed"),
            "passed_on": Label("已移交", "passed on"),
        }
    ),
    transitions=(
        Transition(
            step="commit", sources=("found",), target="committed", label=Label("公开承诺", "commit in public")
        ),
        Transition(
            step="rectify",
            sources=("found", "committed"),
            target="rectifying",
            label=Label("开始整改", "rectify"),
        ),
        Transition(
            step="report",
            sources=("rectifying",),
            target="reported",
            needs=("evidence",),
            label=Label("报告完成", "report done"),
        ),
        Transition(
            step="verify",
            sources=("reported",),
            target="verified",
            needs=("evidence",),
            unlike=("rectify", "report", "commit"),
            label=Label("核验", "verify"),
        ),
        Transition(
            step="reject",
            sources=("reported", "verified"),
            target="rectifying",
            needs=("note",),
            undoes=("report", "verify"),
            unlike=("rectify", "report", "commit"),
            label=Label("退回（复号）", "send back"),
        ),
        Transition(
            step="close",
            sources=("verified",),
            target="closed",
            needs=("decision",),
            unlike=("rectify", "report", "commit"),
            label=Label("销号", "close"),
        ),
        Transition(
            step="reopen",
            sources=("closed",),
            target="rectifying",
            needs=("note",),
            undoes=("report", "verify", "close"),
            label=Label("复号", "re-open"),
        ),
        Transition(
            step="pass_on",
            sources=("found", "committed", "rectifying", "reported", "verified"),
            target="passed_on",
            needs=("note",),
            undoes=("report", "verify"),
            label=Label("移交", "pass on"),
        ),
    ),
)
COMMITMENT_LIFE = Lifecycle(
    name="commitment",
    start="proposed",
    closed=("appraised", "withdrawn"),
    states=MappingProxyType(
        {
            "proposed": Label("提诺", "proposed"),
            "vetted": Label("审诺", "vetted"),
            "posted": Label("示诺", "posted"),
            "fulfilled": Label("践诺", "fulfilled"),
            "appraised": Label("评诺", "appraised"),
            "withdrawn": Label("撤回", "withdrawn"),
        }
    ),
    transitions=(
        Transition(step="vet", sources=("proposed",), target="vetted", label=Label("审诺", "vet")),
        Transition(step="post", sources=("vetted",), target="posted", label=Label("示诺", "post")),
        Transition(
            step="fulfil",
            sources=("posted",),
            target="fulfilled",
            needs=("evidence",),
            label=Label("践诺", "fulfil"),
        ),
        Transition(
            step="appraise",
            sources=("fulfilled", "posted"),
            target="appraised",
            unlike=("fulfil",),
            label=Label("评诺", "appraise"),
        ),
        Transition(
            step="withdraw",
            sources=("proposed", "vetted", "posted"),
            target="withdrawn",
            needs=("note",),
            label=Label("撤回", "withdraw"),
        ),
    ),
)
