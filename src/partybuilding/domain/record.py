"""What every record is: frozen, keyword-only, with an id of its own and a time for which it holds.

A *state* (an organisation, a post, a letter) holds from ``starts`` until ``ends`` or until it is replaced. An *event*
(a step, a payment) holds from its ``day`` for ever. Records refer to each other by id, never by object.

The validators here refuse what no record may hold, whoever makes it: an id that nobody could write, a figure that is no
whole number, a moment where a day belongs, a word that its table does not know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, ClassVar, NoReturn, TypeVar

from attrs import evolve, field, frozen
from attrs.validators import optional

from partybuilding.errors import Problem, RecordProblem, Where

if TYPE_CHECKING:
    from attrs import Attribute

W = TypeVar("W", bound=str | None)

LONGEST_ID = 64
LONGEST_SHOWN = 80
LEAST, MOST = -(2**63), 2**63 - 1
"""The whole numbers that columns, stores and digests can hold."""


def as_read(value: object) -> str:
    """What stood there, as a message shows it: short, and never a reason to fail once more.

    >>> as_read("200"), as_read(2**20_000)
    ("'200'", 'an int too long to show')
    """
    try:
        return repr(value)[:LONGEST_SHOWN]
    except ValueError:  # Python writes no whole number of more than 4300 digits
        return f"an {type(value).__name__} too long to show"


def is_id(text: str) -> bool:
    """Whether a text may name a record: 1 to 64 characters, no space, no control character, no colon.

    Invisible, private and unassigned characters count as control characters: two ids that look alike must be alike.

    >>> is_id("2026/jincheng/main"), is_id("a b"), is_id("item:1")
    (True, False, False)
    """
    return 0 < len(text) <= LONGEST_ID and text.isprintable() and " " not in text and ":" not in text


def is_reference(text: str) -> bool:
    """Whether a text may point to a record whose kind is open: ``noun:id``.

    >>> is_reference("item:shili-01/1"), is_reference("shili-01/1")
    (True, False)
    """
    noun, _, id_ = text.partition(":")
    return noun.isidentifier() and is_id(id_)


def valid_id(instance: object, attribute: Attribute[str], value: object) -> None:
    """Refuse an id that could not be a reference (attrs validator).

    Raises:
        RecordProblem: ``bad-id``.
    """
    if not isinstance(value, str) or not is_id(value):
        expected = f"1 to {LONGEST_ID} characters without space, control character or colon"
        remedy = "Give the record another id."
        _refuse(instance, attribute.name, Problem("bad-id", Where(), as_read(value), expected, remedy))


def valid_ids(instance: object, attribute: Attribute[tuple[str, ...]], value: object) -> None:
    """Refuse a list of ids that is no tuple, holds anything but ids, or holds one twice (attrs validator).

    Raises:
        RecordProblem: ``bad-ids`` with every bad one, ``listed-twice`` with every repeated one.
    """
    ids = value if isinstance(value, tuple) else (value,)
    bad = [each for each in ids if not isinstance(each, str) or not is_id(each)]
    if bad or not isinstance(value, tuple):
        read, remedy = ", ".join(as_read(each) for each in bad or ids), "Give the records as their ids."
        _refuse(instance, attribute.name, Problem("bad-ids", Where(), read, "a tuple of ids", remedy))
    twice = ", ".join(repeated(value))
    if twice:
        problem = Problem("listed-twice", Where(), twice, "each once", "Remove the repetition.")
        _refuse(instance, attribute.name, problem)


def valid_reference(instance: object, attribute: Attribute[str], value: object) -> None:
    """Refuse a text that could not point to a record of any kind (attrs validator).

    Raises:
        RecordProblem: ``bad-reference``.
    """
    if not isinstance(value, str) or not is_reference(value):
        remedy = "Name the record by its noun and its id."
        _refuse(
            instance, attribute.name, Problem("bad-reference", Where(), as_read(value), "noun:id", remedy)
        )


def is_whole(value: object) -> bool:
    """Whether a value is exactly a whole number of 64 bits: no float, no truth value, no subclass.

    >>> is_whole(20_000_001), is_whole(1.0), is_whole(True), is_whole(2**63)
    (True, False, False, False)
    """
    return type(value) is int and LEAST <= value <= MOST


def whole(instance: object, attribute: Attribute[int], value: object) -> None:
    """Refuse anything but a whole number that fits 64 bits: no float, no truth value (attrs validator).

    Raises:
        RecordProblem: ``not-whole``.
    """
    if not is_whole(value):
        remedy = "Give the smallest unit: fen, not yuan."
        _refuse(
            instance, attribute.name, Problem("not-whole", Where(), as_read(value), "a whole number", remedy)
        )


def natural(instance: object, attribute: Attribute[int], value: int) -> None:
    """Refuse anything but a whole number from zero up (attrs validator).

    Raises:
        RecordProblem: ``not-whole`` or ``negative``.
    """
    whole(instance, attribute, value)
    if value < 0:
        problem = Problem("negative", Where(), str(value), "0 or more", "Correct the amount.")
        _refuse(instance, attribute.name, problem)


def valid_day(instance: object, attribute: Attribute[date], value: object) -> None:
    """Refuse anything but a day: a moment is a day with a clock and would compare wrongly (attrs validator).

    Raises:
        RecordProblem: ``not-a-day``.
    """
    if type(value) is not date:
        remedy = "Give the day without a clock."
        _refuse(instance, attribute.name, Problem("not-a-day", Where(), as_read(value), "a day", remedy))


def among(words: Iterable[str | None]) -> Callable[[object, Attribute[W], W], None]:
    """Make the check that a word is one of a few: a misspelt word would silently count for nothing.

    None among the words says that there may be no word (makes an attrs validator).

    Raises:
        RecordProblem: ``unknown-word``, from the check.
    """
    known = tuple(words)
    expected = ", ".join(each for each in known if each is not None)

    def check(instance: object, attribute: Attribute[W], value: W) -> None:
        if value not in known:
            problem = Problem("unknown-word", Where(), as_read(value), expected, "Use one of the words.")
            _refuse(instance, attribute.name, problem)

    return check


def repeated(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts that come more than once.

    >>> repeated(("a", "b", "a", "a"))
    ('a',)
    """
    return tuple(each for each, times in Counter(texts).items() if times > 1)


def _refuse(instance: object, path: str, problem: Problem) -> NoReturn:
    """Raise a problem of one field, at its place."""
    id_ = getattr(instance, "id", None)
    record = id_ if isinstance(id_, str) and path != "id" else None
    kind = getattr(instance, "noun", type(instance).__name__)
    raise RecordProblem(evolve(problem, where=Where(kind=kind, record=record, path=path)))


def require_interval(starts: date | None, ends: date | None, *, kind: str, record: str) -> None:
    """Refuse days of which none is left: the end is the first day that no longer counts, so it comes after the start.

    Raises:
        RecordProblem: ``empty-interval``.
    """
    if starts is not None and ends is not None and starts >= ends:
        where, read = Where(kind=kind, record=record), f"{starts} .. {ends}"
        raise RecordProblem(Problem("empty-interval", where, read, "starts before ends", "Correct the days."))


@frozen(kw_only=True)
class Record:
    """The root of all records that the ledger keeps; ``noun`` is the word under which it is kept."""

    noun: ClassVar[str]
    id: str = field(validator=valid_id)

    @property
    def reference(self) -> str:
        """The record as others name it when its kind is open: ``noun:id``."""
        return f"{self.noun}:{self.id}"

    @property
    def valid(self) -> tuple[date | None, date | None]:
        """The half-open days for which the record holds."""
        return None, None


@frozen(kw_only=True)
class State(Record):
    """A record that holds from ``starts`` (none: since ever) until ``ends`` (none: until replaced).

    Raises:
        RecordProblem: ``empty-interval`` unless it starts before it ends.
    """

    starts: date | None = field(default=None, validator=optional(valid_day))
    ends: date | None = field(default=None, validator=optional(valid_day))

    def __attrs_post_init__(self) -> None:
        require_interval(self.starts, self.ends, kind=self.noun, record=self.id)

    @property
    def valid(self) -> tuple[date | None, date | None]:
        """The half-open days for which the state holds."""
        return self.starts, self.ends

    def holds(self, day: date) -> bool:
        """Whether the state is in force on a day."""
        return within(day, self.starts, self.ends)


@frozen(kw_only=True)
class Event(Record):
    """A record of something that happened on a ``day``; it holds from that day for ever."""

    day: date = field(validator=valid_day)

    @property
    def valid(self) -> tuple[date | None, date | None]:
        """From the day on, without end."""
        return self.day, None


def within(day: date, starts: date | None, ends: date | None) -> bool:
    """Whether a day lies in the half-open days ``[starts, ends)``; None is open.

    >>> within(date(2026, 12, 31), date(2026, 1, 1), date(2027, 1, 1))
    True
    >>> within(date(2027, 1, 1), date(2026, 1, 1), date(2027, 1, 1))
    False
    """
    return (starts is None or starts <= day) and (ends is None or day < ends)
