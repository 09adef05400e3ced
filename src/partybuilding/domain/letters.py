"""Letters of responsibility: nine parts, lines with number, time, standard and four responsibilities; signed step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import ClassVar

from attrs import field, frozen
from attrs.validators import optional

from partybuilding.domain.lifecycles import Lifecycle, Transition
from partybuilding.domain.record import State, natural, repeated, valid_day, valid_id, whole
from partybuilding.domain.responsibilities import Responsibilities
from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.labels import Label

MAIN = "main"
"""The kind of the yearly letter; a district may have others."""


WHOLE_LINE = "number, unit, time, standard, source and four responsibilities"
PARTS: Mapping[str, Label] = MappingProxyType(
    {
        "parties": Label("双方、年度与签订日期", "parties, year and day of signing"),
        "guidance": Label("指导要求", "guiding requirements"),
        "targets": Label("目标与指标", "targets and indicators"),
        "responsibilities": Label("责任岗位", "responsible posts by layer"),
        "safeguards": Label("保障措施", "safeguards"),
        "assessment": Label("考核办法与等次", "assessment method and cut points"),
        "consequences": Label("奖惩与问责", "reward and accountability"),
        "signatures": Label("签字", "signatures"),
        "annex": Label("附件：评分表", "annex: scoring table"),
    }
)
"""The nine parts of a letter, in the order in which it is written."""


@frozen(kw_only=True)
class Line:
    """One commitment of a letter, in the indicator's smallest unit.

    ``amount`` over ``per`` is the target (``per`` None: a whole number); of an additive indicator ``share`` is what came
    down, ``added`` what was added on this edge for ``reason``, and ``reserve`` what is not handed further down.
    ``kept`` marks a line that stays at this level. ``checked`` says how the line is checked and ``scoring`` how it earns
    its ``points``. What was said before it was settled stays: ``proposed`` is the first figure, ``countered`` the figure
    that the receiver gave in answer.

    Raises:
        RecordProblem: ``not-whole``, ``negative``, ``not-a-day``; what a line lacks is a matter of its letter.

    >>> line = Line(indicator="acheng.training", amount=40, unit="person_time", due=None, asks="", source="District plan",
    ...             responsibilities=Responsibilities(collective="shili-committee"))
    >>> line.lacks()
    ('time', 'standard', 'primary', 'specific', 'direct')
    """

    indicator: str
    amount: int | None = field(validator=optional(whole))
    per: int | None = field(default=None, validator=optional(natural))
    unit: str
    due: date | None = field(validator=optional(valid_day))
    asks: str
    source: str
    responsibilities: Responsibilities
    share: int | None = field(default=None, validator=optional(whole))
    added: int = field(default=0, validator=whole)
    reserve: int = field(default=0, validator=natural)
    reason: str = ""
    points: int = field(default=0, validator=natural)
    kept: bool = False
    checked: str = ""
    scoring: str = ""
    proposed: int | None = field(default=None, validator=optional(whole))
    countered: int | None = field(default=None, validator=optional(whole))

    def lacks(self) -> tuple[str, ...]:
        """Every part that the line lacks: number, unit, time, standard, source, or a responsibility."""
        given = {
            "number": self.amount is not None and self.per != 0,
            "unit": bool(self.unit.strip()),
            "time": self.due is not None,
            "standard": bool(self.asks.strip()),
            "source": bool(self.source.strip()),
        }
        return (*(part for part, there in given.items() if not there), *self.responsibilities.lacks())


@frozen(kw_only=True)
class Cut:
    """A grade in words and the least total that earns it, in ten-thousandths of a point, as the letter prints it.

    >>> Cut(grade="好", least=900_000).least
    900000
    """

    grade: str
    least: int = field(validator=natural)


@frozen(kw_only=True)
class Letter(State):
    """The letter in which an issuing body and a receiving body fix what an organisation answers for in a term.

    ``above`` is the letter that the issuer itself has signed; no letter takes effect before it. Of the nine parts
    (:data:`PARTS`) the lines are three; ``guidance``, ``safeguards``, ``method`` with ``cuts``, ``rewards`` and
    ``accountability`` are words, and the signatures are steps. A revision names the letter that it ``revises`` and the
    ``reason``.

    Raises:
        RecordProblem: ``line-lacks``, one for each line, naming everything it lacks; ``line-disagrees`` for a target that
            is not its share plus what was added, or an addition without a reason; ``listed-twice``,
            ``issuer-is-receiver``, ``no-reason`` for a revision without one; all at once.

    >>> letter = Letter(id="2026/shili/main", year=2026, organisation="shili", issuer="acheng-committee",
    ...                 receiver="shili-committee", above="2026/acheng/main", lines=())
    >>> letter.reference, letter.line("acheng.training")
    ('letter:2026/shili/main', None)
    """

    noun: ClassVar[str] = "letter"
    year: int = field(validator=whole)
    kind: str = MAIN
    organisation: str = field(validator=valid_id)
    issuer: str = field(validator=valid_id)
    receiver: str = field(validator=valid_id)
    above: str | None = field(default=None, validator=optional(valid_id))
    lines: tuple[Line, ...]
    guidance: tuple[str, ...] = ()
    safeguards: tuple[str, ...] = ()
    method: str = ""
    cuts: tuple[Cut, ...] = ()
    rewards: tuple[str, ...] = ()
    accountability: tuple[str, ...] = ()
    revises: str | None = field(default=None, validator=optional(valid_id))
    reason: str = ""

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        problems = tuple(self._problems())
        if problems:
            raise RecordProblem(*problems)

    def _problems(self) -> Iterator[Problem]:
        where = Where(kind="letter", record=self.id, organisation=self.organisation)
        for line in self.lines:
            yield from _line_problems(line, where)
        twice = ", ".join(repeated(line.indicator for line in self.lines))
        if twice:
            yield Problem("listed-twice", where, twice, "each once", "Remove the repetition.")
        if self.issuer == self.receiver:
            yield Problem("issuer-is-receiver", where, self.issuer, "two bodies", "Name the superior body.")
        if self.revises is not None and not self.reason.strip():
            yield Problem("no-reason", where, repr(self.reason), "a reason", "Say why.")

    def lacks(self) -> tuple[str, ...]:
        """The parts of the nine that the letter does not have; the signatures are steps, and not looked at.

        An old letter has lines only, and says so:

        >>> Letter(id="2026/shili/main", year=2026, organisation="shili", issuer="a", receiver="b", lines=()).lacks()
        ('guidance', 'targets', 'responsibilities', 'safeguards', 'assessment', 'consequences', 'annex')
        """
        given = {
            "guidance": _said(self.guidance),
            "targets": bool(self.lines),
            "responsibilities": bool(self.lines),
            "safeguards": _said(self.safeguards),
            "assessment": _said((self.method,)) and bool(self.cuts),
            "consequences": _said(self.rewards) and _said(self.accountability),
            "annex": bool(self.lines) and all(_said((each.checked, each.scoring)) for each in self.lines),
        }
        return tuple(part for part, there in given.items() if not there)

    def line(self, indicator: str) -> Line | None:
        """The line of an indicator, or None."""
        return next((each for each in self.lines if each.indicator == indicator), None)


def _said(texts: tuple[str, ...]) -> bool:
    """Whether there are words, and none of them is empty."""
    return bool(texts) and all(each.strip() for each in texts)


def _line_problems(line: Line, where: Where) -> Iterator[Problem]:
    """What a letter may not say in a line."""
    lacks = ", ".join(line.lacks())
    if lacks:
        yield Problem(
            "line-lacks", where, f"{line.indicator} without {lacks}", WHOLE_LINE, "Complete the line."
        )
    if line.share is not None and line.amount != line.share + line.added:
        read, expected = f"{line.indicator}: {line.amount}", f"{line.share} {line.added:+}"
        yield Problem(
            "line-disagrees", where, read, expected, "Let the target be the share plus what is added."
        )
    if line.added and not line.reason.strip():
        read, expected = f"{line.indicator}: {line.added:+} without a reason", "a reason"
        yield Problem("line-disagrees", where, read, expected, "Say why something is added.")


LETTER_STATES: Mapping[str, Label] = MappingProxyType(
    {
        "draft": Label("草拟", "draft"),
        "countered": Label("反馈意见", "countered"),
        "settled": Label("商定", "settled"),
        "issued": Label("已下达", "issued"),
        "signed": Label("已签订", "signed"),
        "superseded": Label("已被替代", "superseded"),
        "revoked": Label("已撤销", "revoked"),
    }
)
LETTER_LIFE = Lifecycle(
    name="letter",
    start="draft",
    states=LETTER_STATES,
    closed=("superseded", "revoked"),
    transitions=(
        Transition(
            step="counter",
            sources=("draft",),
            target="countered",
            needs=("note",),
            label=Label("反馈", "counter"),
        ),
        Transition(
            step="settle",
            sources=("countered",),
            target="settled",
            needs=("note",),
            label=Label("商定", "settle"),
        ),
        Transition(step="issue", sources=("draft", "settled"), target="issued", label=Label("下达", "issue")),
        Transition(
            step="sign", sources=("issued",), target="signed", unlike=("issue",), label=Label("签订", "sign")
        ),
        Transition(
            step="supersede",
            sources=("issued", "signed"),
            target="superseded",
            needs=("note",),
            label=Label("替代", "supersede"),
        ),
        Transition(
            step="revoke",
            sources=("issued", "signed"),
            target="revoked",
            needs=("note",),
            label=Label("撤销", "revoke"),
        ),
    ),
)


def effective(letters: Mapping[str, Letter], states: Mapping[str, str], id_: str) -> bool:
    """Whether a letter is in effect: signed, and so is every letter above it.

    ``letters`` and ``states`` are by letter id. A letter that names a missing letter above is not in effect, nor is one
    of several that name each other in a circle.

    >>> top = Letter(id="top", year=2026, organisation="acheng", issuer="harbin-committee", receiver="acheng-committee", lines=())
    >>> low = Letter(id="low", year=2026, organisation="shili", issuer="acheng-committee", receiver="shili-committee",
    ...              above="top", lines=())
    >>> letters = {"top": top, "low": low}
    >>> effective(letters, {"top": "issued", "low": "signed"}, "low"), effective(letters, {"top": "signed", "low": "signed"}, "low")
    (False, True)
    """
    here: str | None = id_
    seen: set[str] = set()
    while here is not None:
        if here in seen or here not in letters or states.get(here) != "signed":
            return False
        seen.add(here)
        here = letters[here].above
    return True
