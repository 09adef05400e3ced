"""Days and moments: half-open intervals, values that change on a day, terms of office, recurring duties.

An interval holds from its first day up to, but not including, its last; an open side is None. Days are days of
Beijing (a fixed UTC+8); moments are aware and kept as UTC. Nobody here asks the clock: day and moment are arguments.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from attrs import Attribute, field, frozen
from dateutil.relativedelta import relativedelta
from dateutil.rrule import MONTHLY, rrule

from partybuilding.errors import InputProblem, Problem, RecordProblem, Where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

T = TypeVar("T")

BEIJING = timezone(timedelta(hours=8), "UTC+8")
"""The clock of every day in the library, as a fixed offset: no time-zone database, no summer time of 1986 to 1991."""

ONE_DAY = timedelta(days=1)


def _only_day(instance: object, attribute: Attribute[T], value: T) -> None:
    """Refuse anything but a day: a moment is a day with a clock, and would compare wrongly (attrs validator)."""
    if value is not None and type(value) is not date:
        where = Where(kind=type(instance).__name__.lower(), path=attribute.name)
        raise RecordProblem(
            Problem("not-a-day", where, repr(value)[:80], "a day", "Use day_of() on a moment.")
        )


# --- intervals ---------------------------------------------------------------------------------------------------


@frozen
class Interval:
    """The days from ``starts`` up to, but not including, ``ends``; None is open on that side.

    Half-open, so that what ends on a day and what starts on it meet without a gap and without a day counted twice.

    Raises:
        RecordProblem: ``empty-interval`` if the start is not before the end, ``not-a-day``.

    >>> year = Interval(date(2026, 1, 1), date(2027, 1, 1))
    >>> year.contains(date(2026, 12, 31)), year.contains(date(2027, 1, 1))
    (True, False)
    """

    starts: date | None = field(default=None, validator=_only_day)
    ends: date | None = field(default=None, validator=_only_day)

    def __attrs_post_init__(self) -> None:
        if self.starts is not None and self.ends is not None and self.starts >= self.ends:
            read = f"{self.starts} .. {self.ends}"
            where = Where(kind="interval")
            raise RecordProblem(
                Problem("empty-interval", where, read, "starts before ends", "Correct the days.")
            )

    def contains(self, day: date) -> bool:
        """Whether a day lies within."""
        return (self.starts is None or self.starts <= day) and (self.ends is None or day < self.ends)

    def covers(self, other: Interval) -> bool:
        """Whether every day of the other lies within this one."""
        return self.intersection(other) == other

    def overlaps(self, other: Interval) -> bool:
        """Whether the two share at least one day."""
        return self.intersection(other) is not None

    def meets(self, other: Interval) -> bool:
        """Whether the other starts on the very day on which this one ends."""
        return self.ends is not None and self.ends == other.starts

    def intersection(self, other: Interval) -> Interval | None:
        """The days that both have, or None.

        >>> january = Interval(date(2026, 1, 1), date(2026, 2, 1))
        >>> january.intersection(Interval(date(2026, 1, 15), None))
        Interval(starts=datetime.date(2026, 1, 15), ends=datetime.date(2026, 2, 1))
        """
        starts = max((each for each in (self.starts, other.starts) if each is not None), default=None)
        ends = min((each for each in (self.ends, other.ends) if each is not None), default=None)
        if starts is not None and ends is not None and starts >= ends:
            return None
        return Interval(starts, ends)

    def __str__(self) -> str:
        return f"[{self.starts or '…'}, {self.ends or '…'})"


def calendar_year(year: int) -> Interval:
    """The days of a calendar year.

    Raises:
        InputProblem: ``bad-year`` outside 1 to 9998.

    >>> print(calendar_year(2026))
    [2026-01-01, 2027-01-01)
    """
    if not date.min.year <= year < date.max.year:
        raise InputProblem(
            Problem("bad-year", Where(), str(year), "a year from 1 to 9998", "Correct the year.")
        )
    return Interval(date(year, 1, 1), date(year + 1, 1, 1))


# --- values that change on a day ---------------------------------------------------------------------------------


@frozen
class Change(Generic[T]):
    """A day on which a value is no longer what it was the day before; None stands for no value."""

    day: date
    before: T | None
    after: T | None


def _in_order(entries: Sequence[tuple[Interval, T]]) -> tuple[tuple[Interval, T], ...]:
    return tuple(
        sorted(entries, key=lambda entry: (entry[0].starts is not None, entry[0].starts or date.min))
    )


@frozen
class Series(Generic[T]):
    """Values each of which holds for an interval; at most one holds on a day.

    The entries may come in any order. Between them may lie days without a value: ``gaps`` tells which.

    Raises:
        RecordProblem: ``overlapping-values``, one for each pair of neighbours that share a day.

    >>> per_head = Series([(Interval(None, date(2026, 1, 1)), 2000), (Interval(date(2026, 1, 1), None), 3000)])
    >>> per_head.at(date(2025, 12, 31)), per_head.at(date(2026, 1, 1))
    (2000, 3000)
    """

    entries: tuple[tuple[Interval, T], ...] = field(converter=_in_order)

    def __attrs_post_init__(self) -> None:
        wrong = [
            Problem(
                "overlapping-values",
                Where(kind="series"),
                f"{one} {two}",
                "at most one value on a day",
                "End the first.",
            )
            for (one, _), (two, _) in pairwise(self.entries)
            if one.overlaps(two)
        ]
        if wrong:
            raise RecordProblem(*wrong)

    def at(self, day: date) -> T | None:
        """The value that holds on a day, or None if none does."""
        return next((value for interval, value in self.entries if interval.contains(day)), None)

    def changes(self, between: Interval) -> tuple[Change[T], ...]:
        """The days within an interval, after its first, on which the value changes, with both values.

        A change on the first day itself is no change within the interval: the year simply begins with the new value.
        """
        days = sorted(
            {
                day
                for interval, _ in self.entries
                for day in (interval.starts, interval.ends)
                if day is not None
            }
        )
        inside = (
            day
            for day in days
            if day > date.min and between.contains(day) and between.contains(day - ONE_DAY)
        )
        found = (Change(day, self.at(day - ONE_DAY), self.at(day)) for day in inside)
        return tuple(each for each in found if each.before != each.after)

    def gaps(self, within: Interval) -> tuple[Interval, ...]:
        """The intervals within which no value holds.

        >>> Series([(calendar_year(2025), 1)]).gaps(Interval(date(2025, 1, 1), date(2027, 1, 1)))
        (Interval(starts=datetime.date(2026, 1, 1), ends=datetime.date(2027, 1, 1)),)
        """
        found: list[Interval] = []
        rest = within
        for interval, _ in self.entries:
            held = interval.intersection(rest)
            if held is None:
                continue
            if held.starts != rest.starts:
                found.append(Interval(rest.starts, held.starts))
            if held.ends == rest.ends:
                return tuple(found)
            rest = Interval(held.ends, rest.ends)
        return (*found, rest)


# --- terms and duties --------------------------------------------------------------------------------------------


@frozen
class Term:
    """A term of office that starts on a day and lasts whole years.

    A term that starts on 29 February ends, in a year without that day, when 1 March begins: otherwise it would be a
    day short. How early to remind and how far a re-election may be moved are standards, so they are arguments.

    Raises:
        RecordProblem: ``bad-term`` for less than a year or an end after the calendar's; ``not-a-day``.

    >>> term = Term(date(2021, 6, 1), years=5)
    >>> print(term.interval, term.reminder(months=6))
    [2021-06-01, 2026-06-01) 2025-12-01
    """

    starts: date = field(validator=_only_day)
    years: int = field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        if type(self.years) is not int or not 1 <= self.years < date.max.year - self.starts.year:
            where = Where(kind="term", path="years")
            raise RecordProblem(
                Problem("bad-term", where, repr(self.years), "1 or more", "Correct the years.")
            )

    @property
    def ends(self) -> date:
        """The first day that no longer belongs to the term."""
        same_day = self.starts + relativedelta(years=self.years)
        return same_day if same_day.day == self.starts.day else same_day + ONE_DAY

    @property
    def interval(self) -> Interval:
        """The days of the term."""
        return Interval(self.starts, self.ends)

    def reminder(self, *, months: int) -> date:
        """The day on which to remind, so many months before the term ends."""
        return months_later(self.ends, -months)

    def window(self, *, months: int) -> Interval:
        """The days on which the re-election may be held if it is moved by at most so many months, either way.

        >>> print(Term(date(2021, 6, 1), years=5).window(months=12))
        [2025-06-01, 2027-06-02)
        """
        shift = relativedelta(months=months)
        return Interval(self.ends - shift, self.ends + shift + ONE_DAY)


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last day of the month where there is no such day."""
    return day + relativedelta(months=months)


Period = Literal["month", "quarter", "half_year", "year"]

_MONTHS: Mapping[Period, int] = MappingProxyType({"month": 1, "quarter": 3, "half_year": 6, "year": 12})


@frozen(kw_only=True)
class Duty:
    """Something to be done so many times in every month, quarter, half-year or year of the calendar.

    It is due on the last day of each period: until then nobody is late.

    >>> meeting = Duty(name="general_meeting", period="quarter")
    >>> [str(day) for day in meeting.due_days(calendar_year(2026))]
    ['2026-03-31', '2026-06-30', '2026-09-30', '2026-12-31']
    """

    name: str
    period: Period
    times: int = 1

    def due_days(self, interval: Interval) -> tuple[date, ...]:
        """The last day of every period that ends within an interval.

        Raises:
            RecordProblem: ``open-interval``, since such a duty would never end.
        """
        if interval.starts is None or interval.ends is None:
            where = Where(kind="duty", record=self.name)
            raise RecordProblem(
                Problem("open-interval", where, str(interval), "a first and a last day", "Ask for a year.")
            )
        step = _MONTHS[self.period]
        first = datetime.combine(interval.starts, datetime.min.time())
        last = datetime.combine(interval.ends - ONE_DAY, datetime.min.time())
        days = rrule(MONTHLY, dtstart=first, until=last, bymonth=range(step, 13, step), bymonthday=-1)
        return tuple(day.date() for day in days)

    def required(self, interval: Interval) -> int:
        """How many times in all the duty falls due within an interval.

        >>> Duty(name="lecture", period="year", times=2).required(calendar_year(2026))
        2
        """
        return self.times * len(self.due_days(interval))


# --- reading and writing days and moments ------------------------------------------------------------------------

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_MOMENT = re.compile(
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_CLOCK}:[0-5][0-9](?:\.[0-9]{{1,6}})?(?:Z|[+-]{_CLOCK})"
)


def parse_day(text: str, *, where: Where | None = None) -> date:
    """Read a day written as YYYY-MM-DD, and in no other way: a day that could be read two ways is refused.

    Raises:
        InputProblem: ``bad-day``, at ``where``.

    >>> parse_day("2026-01-31")
    datetime.date(2026, 1, 31)
    """
    found = _DAY.fullmatch(text) if type(text) is str else None
    try:
        if found is not None:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:  # 2024-02-30: well written, but not in the calendar
        pass
    remedy = "Write year, month and day with plain digits and hyphens."
    raise InputProblem(Problem("bad-day", where or Where(), repr(text)[:80], "a day as YYYY-MM-DD", remedy))


def parse_moment(text: str, *, where: Where | None = None) -> datetime:
    """Read a moment with its offset as UTC.

    Raises:
        InputProblem: ``bad-moment``, also for a moment without an offset.

    >>> parse_moment("2026-01-31T08:00:00+08:00")
    datetime.datetime(2026, 1, 31, 0, 0, tzinfo=datetime.timezone.utc)
    """
    if type(text) is str and _MOMENT.fullmatch(text):
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):  # not in the calendar, or beyond its ends in UTC
            pass
    remedy = "Write day, time and offset from UTC."
    expected = "a moment such as 2026-01-31T08:00:00+08:00"
    raise InputProblem(Problem("bad-moment", where or Where(), repr(text)[:80], expected, remedy))


def day_of(moment: datetime) -> date:
    """The day in Beijing at a moment.

    Raises:
        RecordProblem: ``moment-naive`` if it has no offset, ``moment-out-of-range`` at the ends of the calendar.

    >>> day_of(datetime(2026, 1, 31, 16, 0, tzinfo=UTC))
    datetime.date(2026, 2, 1)
    """
    return _moved(moment, BEIJING).date()


def utc_text(moment: datetime) -> str:
    """A moment as text in UTC, always with microseconds, so that texts sort as the moments do.

    Raises:
        RecordProblem: as :func:`day_of`.

    >>> utc_text(datetime(2026, 2, 1, 8, 30, tzinfo=BEIJING))
    '2026-02-01T00:30:00.000000Z'
    """
    return _moved(moment, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _moved(moment: datetime, zone: timezone) -> datetime:
    if moment.utcoffset() is None:
        remedy = "Give the moment with its offset, such as tzinfo=UTC."
        raise RecordProblem(
            Problem("moment-naive", Where(), str(moment), "a moment with an offset from UTC", remedy)
        )
    try:
        return moment.astimezone(zone)
    except OverflowError as error:
        expected = "a moment within the years 1 to 9999 everywhere"
        raise RecordProblem(
            Problem("moment-out-of-range", Where(), str(moment), expected, "Correct the year.")
        ) from error
