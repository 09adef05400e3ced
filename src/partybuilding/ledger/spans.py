"""Days as numbers, and what holds on which of them: a later word lies over the earlier ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Generic, TypeVar

from attrs import evolve, frozen

T = TypeVar("T")

EVER = 0
"""The number of an open start: before every day."""
NEVER = date.max.toordinal() + 1
"""The number of an open end: after every day."""


@frozen
class Span(Generic[T]):
    """What holds on the days ``first <= day < last``, by their numbers."""

    first: int
    last: int
    value: T

    def holds(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.first <= day.toordinal() < self.last

    def meets(self, first: int, last: int) -> bool:
        """Whether it shares a day with others."""
        return self.first < last and first < self.last


def first_number(starts: date | None) -> int:
    """The number of the first day of an interval; None is open."""
    return EVER if starts is None else starts.toordinal()


def last_number(ends: date | None) -> int:
    """The number of the first day after an interval; None is open."""
    return NEVER if ends is None else ends.toordinal()


def start_of(number: int) -> date | None:
    """The day of a number that begins an interval.

    >>> start_of(first_number(date(2026, 1, 1))), start_of(EVER)
    (datetime.date(2026, 1, 1), None)
    """
    return None if number == EVER else date.fromordinal(number)


def end_of(number: int) -> date | None:
    """The day of a number that ends an interval."""
    return None if number == NEVER else date.fromordinal(number)


def shown(number: int) -> str:
    """A day in a message."""
    return "ever" if number == EVER else "never" if number == NEVER else date.fromordinal(number).isoformat()


def laid(spans: Iterable[Span[T]], first: int, last: int, value: T | None) -> tuple[Span[T], ...]:
    """The spans after something new was said about some days; None says that nothing holds there any more.

    >>> laid((Span(1, 9, "a"),), 3, 5, "b")
    (Span(first=1, last=3, value='a'), Span(first=3, last=5, value='b'), Span(first=5, last=9, value='a'))
    """
    kept = [piece for span in spans for piece in _without(span, first, last)]
    if value is not None:
        kept.append(Span(first, last, value))
    return tuple(sorted(kept, key=lambda span: span.first))


def _without(span: Span[T], first: int, last: int) -> Iterator[Span[T]]:
    if not span.meets(first, last):
        yield span
        return
    if span.first < first:
        yield evolve(span, last=first)
    if last < span.last:
        yield evolve(span, first=last)


def gaps(spans: Iterable[Span[T]], first: int, last: int) -> Iterator[tuple[int, int]]:
    """The days of an interval on which none of the spans (in order, none over another) holds.

    >>> list(gaps((Span(2, 4, "a"), Span(6, 9, "b")), 0, 8))
    [(0, 2), (4, 6)]
    """
    for span in spans:
        if span.last > first and span.first < last:
            if first < span.first:
                yield first, span.first
            first = span.last
    if first < last:
        yield first, last
