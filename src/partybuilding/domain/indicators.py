"""Indicators with number, time and standard; the goals, agreements and additions from which their targets are made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import ClassVar, Literal, get_args

from attrs import field, frozen
from attrs.validators import optional

from partybuilding.domain.record import State, among, natural, valid_id, whole
from partybuilding.domain.standards import Declaration, Unit
from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.labels import Label

TargetKind = Literal["cascade", "standard", "none"]
Missing = Literal["not_assessable", "zero", "full"]
Direction = Literal["higher", "lower", "none"]
Carry = Literal["sum", "share", "none"]
"""What may be done with a figure when units are reorganised: added up; also divided by the key; nothing."""
COMMON_YEAR = 2001
"""A due day must exist in every year, so it must exist in a year without a leap day."""


@frozen(kw_only=True)
class Indicator(Declaration):
    """What is asked of an organisation in a year, with number, time and standard.

    The number is its target, the time its ``due`` (month, day), the standard the text ``asks``. ``numerator`` and
    ``denominator`` are columns: with a denominator the actual is a rate, Σnumerator ÷ Σdenominator. ``target`` says how
    the target is made: ``cascade`` (additive, down the tree), ``standard`` (from the standard ``target_standard``), or
    ``none``. ``scoring`` names a scoring rule. ``missing`` is what an unreported actual means for the score;
    ``evidence`` is the one piece of evidence it needs, ``submissions`` how often a year it must be reported. ``carry`` says
    what becomes of goals and of lines of letters when units are reorganised: added up (``sum``), also divided by the key
    (``share``), or not compared (``none``).

    Raises:
        RecordProblem: ``target-mismatch``, ``rate-cascades``, ``rate-carried``, ``bad-date``; all at once.

    >>> from partybuilding.domain.standards import person_time
    >>> training = Indicator(
    ...     name="acheng.training", label=Label("党员培训", "members trained"), unit=person_time, source="District plan",
    ...     asks=Label("每名党员至少一次", "every member at least once"), numerator="acheng.trained", target="cascade",
    ...     scoring="proportional",
    ... )
    >>> training.facets[0]
    'acheng.training.target'
    """

    label: Label
    unit: Unit
    asks: Label
    numerator: str
    denominator: str | None = None
    target: TargetKind = field(default="none", validator=among(get_args(TargetKind)))
    target_standard: str | None = None
    scoring: str
    due: tuple[int, int] = (12, 31)
    direction: Direction = field(default="higher", validator=among(get_args(Direction)))
    missing: Missing = field(default="not_assessable", validator=among(get_args(Missing)))
    evidence: Label = Label("", "")
    submissions: int = field(default=1, validator=natural)
    carry: Carry = field(default="none", validator=among(get_args(Carry)))

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        problems = tuple(self._problems())
        if problems:
            raise RecordProblem(*problems)

    def _problems(self) -> Iterator[Problem]:
        where = Where(kind="indicator", record=self.name)
        if (self.target == "standard") != (self.target_standard is not None):
            read = f"target={self.target!r}, target_standard={self.target_standard!r}"
            remedy = "Name the standard, or choose another target."
            yield Problem("target-mismatch", where, read, "both or neither", remedy)
        if self.target == "cascade" and self.denominator is not None:
            remedy = "A rate gets its target as a standard."
            yield Problem("rate-cascades", where, self.denominator, "no denominator", remedy)
        if self.carry != "none" and self.denominator is not None:
            remedy = "Let numerator and denominator be carried; the rate follows."
            yield Problem("rate-carried", where, self.carry, "carry='none'", remedy)
        try:
            date(COMMON_YEAR, *self.due)
        except (TypeError, ValueError):
            yield Problem("bad-date", where, str(self.due), "(month, day)", "Give a day that every year has.")

    @property
    def facets(self) -> tuple[str, ...]:
        """The names of the columns that belong to the indicator."""
        return tuple(f"{self.name}.{facet}" for facet in ("target", "reserve", "actual", "points", "score"))


def _require_reason(edge: Agreement | Addition) -> None:
    """Refuse what departs from the computed share without saying why."""
    if not edge.reason.strip():
        where = Where(kind=edge.noun, record=edge.id, organisation=edge.organisation)
        raise RecordProblem(Problem("no-reason", where, repr(edge.reason), "a reason", "Say why."))


@frozen(kw_only=True)
class Goal(State):
    """What a node starts a cascade with in a year, or, inside a running cascade, the reserve it keeps back.

    ``amount`` is None inside a cascade; ``reserve`` is not handed down. Both in the indicator's smallest unit.

    Raises:
        RecordProblem: ``not-whole``, or ``negative`` for a reserve below zero.

    >>> goal = Goal(id="2026/acheng/training", organisation="acheng", indicator="acheng.training", year=2026, amount=1000)
    >>> goal.reserve
    0
    """

    noun: ClassVar[str] = "goal"
    organisation: str = field(validator=valid_id)
    indicator: str
    year: int = field(validator=whole)
    amount: int | None = field(default=None, validator=optional(whole))
    reserve: int = field(default=0, validator=natural)


@frozen(kw_only=True)
class Agreement(State):
    """A locked share: what was agreed with an organisation, and why.

    Raises:
        RecordProblem: ``no-reason``, ``negative`` or ``not-whole`` amount.

    >>> agreed = Agreement(
    ...     id="2026/shili/training", organisation="shili", indicator="acheng.training", year=2026, amount=40,
    ...     reason="merged on 1 March",
    ... )
    >>> agreed.reference
    'agreement:2026/shili/training'
    """

    noun: ClassVar[str] = "agreement"
    organisation: str = field(validator=valid_id)
    indicator: str
    year: int = field(validator=whole)
    amount: int = field(validator=natural)
    reason: str

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        _require_reason(self)


@frozen(kw_only=True)
class Addition(State):
    """What is added to an organisation's share on the edge from its parent (层层加码), of either sign, and why.

    Raises:
        RecordProblem: ``no-reason``, ``not-whole`` amount.

    >>> added = Addition(
    ...     id="2026/shili/training", organisation="shili", indicator="acheng.training", year=2026, amount=-5,
    ...     reason="half of the members work elsewhere",
    ... )
    >>> added.amount
    -5
    """

    noun: ClassVar[str] = "addition"
    organisation: str = field(validator=valid_id)
    indicator: str
    year: int = field(validator=whole)
    amount: int = field(validator=whole)
    reason: str

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        _require_reason(self)
