"""Standards: one figure of one instrument, for a place, some kinds of organisation and a time; and what it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal, get_args

from attrs import field, frozen
from attrs.validators import optional

from partybuilding.domain.brackets import Brackets
from partybuilding.domain.record import among, as_read, is_whole, require_interval, valid_day, within
from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.labels import Label
from partybuilding.money import Rate

Confidence = Literal["S", "B", "K", "made_up"]
Modality = Literal["must", "normally", "may"]
Policy = Literal["override", "tighten", "fixed"]
Stricter = Literal["higher", "lower"]
Place = str | tuple[str, str] | None
"""An organisation's id, an official code (scheme, code), or None for everywhere."""


@frozen
class Source:
    """Where a rule comes from: instrument, article, and how sure we are.

    ``confidence`` is S (read in a source), B (founding document), K (general knowledge: printed as unverified) or
    made_up (an example value).

    Raises:
        RecordProblem: ``no-source`` for an empty instrument, ``unknown-word`` for another confidence.

    >>> rule = Source("中国共产党支部工作条例（试行）", "Art. 11", "S")
    >>> str(rule), rule.verified
    ('中国共产党支部工作条例（试行） Art. 11', True)
    """

    instrument: str
    article: str = ""
    confidence: Confidence = field(default="K", validator=among(get_args(Confidence)))

    def __attrs_post_init__(self) -> None:
        if not self.instrument.strip():
            remedy = "Name the document that the rule comes from."
            raise RecordProblem(
                Problem("no-source", Where(kind="source"), repr(self.instrument), "an instrument", remedy)
            )

    @property
    def verified(self) -> bool:
        """Whether the rule may be shown without the word "unverified"."""
        return self.confidence in {"S", "B"}

    def __str__(self) -> str:
        return f"{self.instrument} {self.article}".strip()


def source_of(value: Source | str) -> Source:
    """A plain text means the instrument only, unverified (attrs converter).

    >>> source_of("District budget").verified
    False
    """
    return value if isinstance(value, Source) else Source(value)


def kinds_of(given: Iterable[str]) -> frozenset[str]:
    """Kinds of organisation as a set; one kind alone is written as ``{"village"}`` (attrs converter).

    Raises:
        RecordProblem: ``kinds-as-text``: a text would become the set of its letters, and the rule hold nowhere.

    >>> sorted(kinds_of(("village", "community")))
    ['community', 'village']
    """
    if isinstance(given, str):
        remedy = "Put the kind into braces."
        raise RecordProblem(Problem("kinds-as-text", Where(path="kinds"), given, "a set of kinds", remedy))
    return frozenset(given)


@frozen
class Unit:
    """A unit of measure: whole numbers of it are kept at ``scale`` steps to one shown unit.

    >>> fen.scale, fen.label.zh
    (100, '元')
    """

    name: str
    scale: int
    label: Label


fen = Unit("fen", 100, Label("元", "yuan"))
point = Unit("point", 10_000, Label("分", "points"))
square_metre = Unit("square_metre", 100, Label("平方米", "m²"))
member = Unit("member", 1, Label("人", "members"))
person_time = Unit("person_time", 1, Label("人次", "person-times"))
item = Unit("item", 1, Label("项", "items"))
meeting = Unit("meeting", 1, Label("次", "times"))
organisation = Unit("organisation", 1, Label("个", "organisations"))
hour = Unit("hour", 1, Label("学时", "hours"))
household = Unit("household", 1, Label("户", "households"))
year_unit = Unit("year", 1, Label("年", "years"))
month = Unit("month", 1, Label("个月", "months"))
day_unit = Unit("day", 1, Label("天", "days"))
share = Unit("share", 1, Label("比率", "share"))
truth = Unit("truth", 1, Label("是否", "yes or no"))
rank_unit = Unit("rank", 1, Label("名次", "rank"))
grade_unit = Unit("grade", 1, Label("等次", "grade"))


def check_days(owner: Declaration) -> None:
    """Refuse a declaration whose end is not after its start.

    Raises:
        RecordProblem: ``empty-interval``.

    >>> check_days(Declaration(name="per_head", source="District budget"))
    """
    require_interval(owner.starts, owner.ends, kind=type(owner).__name__, record=owner.name)


@frozen(kw_only=True)
class Declaration:
    """What every declared rule has: a name, a source, a place, kinds of organisation and days; ``starts`` None is since ever.

    No kinds means all kinds, no place means everywhere.

    Raises:
        RecordProblem: ``empty-interval``, ``not-a-day``, ``kinds-as-text``, ``no-source``.

    >>> Declaration(name="acheng.floor", source="District budget", starts=date(2026, 1, 1)).holds(date(2025, 12, 31))
    False
    """

    name: str
    label: Label = Label("", "")
    source: Source = field(converter=source_of)
    place: Place = None
    kinds: frozenset[str] = field(default=frozenset(), converter=kinds_of)
    starts: date | None = field(default=None, validator=optional(valid_day))
    ends: date | None = field(default=None, validator=optional(valid_day))

    def __attrs_post_init__(self) -> None:
        check_days(self)

    def holds(self, day: date) -> bool:
        """Whether the rule is in force on a day."""
        return within(day, self.starts, self.ends)


@frozen(kw_only=True)
class Standard(Declaration):
    """A figure that formulas read: a whole number in ``unit``, a rate, or a table of brackets.

    ``value`` None declares unit, policy and direction only, so that places can give a value; unresolved is missing.
    ``modality`` says whether it must be kept, normally is kept, or may be with approval. ``policy`` says what lower
    places may do with it: override it, only tighten it (in the ``stricter`` direction), or nothing (fixed).

    Raises:
        RecordProblem: ``not-whole`` for a value of another type, ``no-stricter`` for tightening without a direction,
            ``unknown-word`` for another modality, policy or direction.

    >>> per_head = Standard(name="per_head", value=2000, unit=fen, source="District budget", place=("stats", "230112"))
    >>> per_head.modality, per_head.policy
    ('must', 'override')
    """

    value: int | Rate | Brackets | None
    unit: Unit
    modality: Modality = field(default="must", validator=among(get_args(Modality)))
    policy: Policy = field(default="override", validator=among(get_args(Policy)))
    stricter: Stricter | None = field(default=None, validator=among((None, *get_args(Stricter))))

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        problems = tuple(self._problems())
        if problems:
            raise RecordProblem(*problems)

    def _problems(self) -> Iterator[Problem]:
        where = Where(kind="standard", record=self.name)
        if not (self.value is None or is_whole(self.value) or isinstance(self.value, Rate | Brackets)):
            read, expected = as_read(self.value), "a whole number, Rate or Brackets"
            yield Problem("not-whole", where, read, expected, "Give it in the smallest unit.")
        if self.policy == "tighten" and self.stricter is None:
            expected, remedy = "stricter='higher' or 'lower'", "Say which direction is stricter."
            yield Problem("no-stricter", where, "tighten", expected, remedy)
