"""Days are half-open, terms end when they should, and a day that could be misread is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partybuilding.errors import InputProblem, RecordProblem, Where
from partybuilding.timeline import (
    BEIJING,
    Change,
    Duty,
    Interval,
    Series,
    Term,
    calendar_year,
    day_of,
    months_later,
    parse_day,
    parse_moment,
    utc_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

DAYS = st.dates(date(2020, 1, 1), date(2020, 2, 10))
ONE_DAY = timedelta(days=1)
ALL = [date(2019, 12, 30) + n * ONE_DAY for n in range(50)]


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    """An interval of a few weeks, open on either side now and then."""
    one, two = sorted(draw(st.lists(DAYS, min_size=2, max_size=2, unique=True)))
    return Interval(draw(st.sampled_from([one, one, None])), draw(st.sampled_from([two, two, None])))


def days(interval: Interval | None) -> set[date]:
    return set() if interval is None else {day for day in ALL if interval.contains(day)}


def code_of(error: type[InputProblem | RecordProblem], call: Callable[[], object]) -> str:
    with pytest.raises(error) as caught:
        call()
    return caught.value.code


# --- intervals ---------------------------------------------------------------------------------------------------


def test_an_interval_holds_its_first_day_and_not_its_last() -> None:
    january = Interval(date(2026, 1, 1), date(2026, 2, 1))
    held = [
        january.contains(day)
        for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1))
    ]
    assert held == [False, True, True, False]
    assert Interval().contains(date.min)
    assert Interval().contains(date.max)


@given(intervals(), intervals())
def test_relations_of_intervals_are_those_of_their_days(one: Interval, two: Interval) -> None:
    assert days(one.intersection(two)) == days(one) & days(two)
    assert one.intersection(two) == two.intersection(one)
    assert one.overlaps(two) == bool(days(one) & days(two))
    assert one.covers(two) == (days(two) <= days(one))
    if one.meets(two):
        assert not one.overlaps(two)
        assert max(days(one)) + ONE_DAY == min(days(two))


def test_intervals_meet_without_a_gap_in_one_direction_only() -> None:
    one, two = calendar_year(2025), calendar_year(2026)
    assert one.meets(two)
    assert not two.meets(one)
    assert not calendar_year(2024).meets(two)
    assert not Interval().meets(Interval())


@pytest.mark.parametrize("ends", [date(2026, 1, 1), date(2025, 12, 31)])
def test_an_interval_without_a_day_is_refused(ends: date) -> None:
    assert code_of(RecordProblem, lambda: Interval(date(2026, 1, 1), ends)) == "empty-interval"


def test_a_moment_is_no_day() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert code_of(RecordProblem, lambda: Interval(moment)) == "not-a-day"
    assert code_of(RecordProblem, lambda: Interval(None, moment)) == "not-a-day"
    assert code_of(RecordProblem, lambda: Term(moment, years=1)) == "not-a-day"


def test_an_interval_is_written_with_its_open_sides() -> None:
    assert [str(each) for each in (Interval(), Interval(date(2026, 1, 1), date(2027, 1, 1)))] == [
        "[…, …)",
        "[2026-01-01, 2027-01-01)",
    ]


@given(st.integers(1, 9998))
def test_a_calendar_year_has_365_or_366_days_and_meets_the_next(year: int) -> None:
    found = calendar_year(year)
    assert found.starts is not None
    assert found.ends is not None
    assert (found.ends - found.starts).days in {365, 366}
    assert found.contains(date(year, 12, 31))
    assert year == 9998 or found.meets(calendar_year(year + 1))


@pytest.mark.parametrize("year", [0, 9999, -1, 20_260])
def test_a_year_outside_the_calendar_is_refused(year: int) -> None:
    assert code_of(InputProblem, lambda: calendar_year(year)) == "bad-year"


# --- series ------------------------------------------------------------------------------------------------------


@st.composite
def entries(draw: st.DrawFn) -> list[tuple[Interval, int]]:
    """Values over intervals that do not overlap, in any order."""
    edges = sorted(draw(st.lists(DAYS, unique=True, max_size=7)))
    before, after = draw(st.sampled_from([[], [None]])), draw(st.sampled_from([[], [None]]))
    cut: list[date | None] = [*before, *edges, *(after if edges else [])]
    pieces = [Interval(one, two) for one, two in pairwise(cut) if draw(st.booleans())]
    return draw(st.permutations([(piece, draw(st.integers(0, 2))) for piece in pieces]))


@given(entries(), intervals())
def test_a_series_answers_every_day_like_its_entries(
    given_: list[tuple[Interval, int]], within: Interval
) -> None:
    series = Series(given_)
    by_day = {day: [value for interval, value in given_ if interval.contains(day)] for day in ALL}
    assert {day: series.at(day) for day in ALL} == {
        day: found[0] if found else None for day, found in by_day.items()
    }
    without = {day for day, found in by_day.items() if not found}
    gaps = series.gaps(within)
    assert sorted(day for gap in gaps for day in days(gap)) == sorted(without & days(within))
    assert all(not one.meets(two) for one, two in pairwise(gaps))


@given(entries(), intervals())
def test_a_change_is_a_day_that_differs_from_the_day_before(
    given_: list[tuple[Interval, int]], within: Interval
) -> None:
    series = Series(given_)
    expected = [
        Change(day, series.at(day - ONE_DAY), series.at(day))
        for day in ALL
        if {day, day - ONE_DAY} <= days(within) and series.at(day) != series.at(day - ONE_DAY)
    ]
    assert list(series.changes(within)) == expected


def test_the_year_simply_begins_with_a_value_that_starts_with_it() -> None:
    series = Series([(calendar_year(2025), 2000), (calendar_year(2026), 3000)])
    assert series.changes(calendar_year(2026)) == ()
    assert series.changes(Interval()) == (
        Change(date(2025, 1, 1), None, 2000),
        Change(date(2026, 1, 1), 2000, 3000),
        Change(date(2027, 1, 1), 3000, None),
    )


def test_a_value_from_the_first_day_of_the_calendar_needs_no_day_before() -> None:
    series = Series([(Interval(date.min, date(2026, 1, 1)), 1)])
    assert [change.day for change in series.changes(Interval())] == [date(2026, 1, 1)]


def test_every_pair_of_overlapping_values_is_named() -> None:
    three = [
        (Interval(date(2026, 1, 3), date(2026, 1, 6)), 3),
        (Interval(None, date(2026, 1, 2)), 1),
        (Interval(date(2026, 1, 1), date(2026, 1, 4)), 2),
    ]
    with pytest.raises(RecordProblem) as caught:
        Series(three)
    assert [problem.code for problem in caught.value.problems] == ["overlapping-values"] * 2
    assert caught.value.problems[0].read == "[…, 2026-01-02) [2026-01-01, 2026-01-04)"


# --- terms and duties --------------------------------------------------------------------------------------------


@given(st.dates(date(1921, 7, 1), date(2100, 12, 31)), st.integers(1, 9))
def test_a_term_lasts_whole_years_and_never_a_day_less(starts: date, years: int) -> None:
    term = Term(starts, years=years)
    assert term.interval == Interval(starts, term.ends)
    assert term.ends.year == starts.year + years
    if (starts.month, starts.day) == (2, 29) and years % 4:
        assert (term.ends.month, term.ends.day) == (3, 1)
    elif (starts.month, starts.day) != (2, 29):
        assert (term.ends.month, term.ends.day) == (starts.month, starts.day)


@pytest.mark.parametrize(
    ("starts", "years", "ends"),
    [
        (date(2024, 2, 29), 5, date(2029, 3, 1)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2096, 2, 29), 4, date(2100, 3, 1)),
        (date(2021, 6, 1), 5, date(2026, 6, 1)),
    ],
)
def test_a_term_from_29_february_ends_when_march_begins(starts: date, years: int, ends: date) -> None:
    assert Term(starts, years=years).ends == ends


def test_the_reminder_comes_months_before_the_end_also_from_a_long_month() -> None:
    assert Term(date(2021, 6, 1), years=5).reminder(months=6) == date(2025, 12, 1)
    assert Term(date(2021, 8, 31), years=5).reminder(months=6) == date(2026, 2, 28)


def test_a_term_may_be_moved_up_to_the_limit_and_not_a_day_further() -> None:
    window = Term(date(2021, 6, 1), years=5).window(months=12)
    assert [
        window.contains(day)
        for day in (date(2025, 5, 31), date(2025, 6, 1), date(2027, 6, 1), date(2027, 6, 2))
    ] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 15), 3, date(2027, 2, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(
    day: date, months: int, later: date
) -> None:
    assert months_later(day, months) == later


@pytest.mark.parametrize("years", [0, -1, True, 2.5, 9000])
def test_a_term_of_no_whole_years_is_refused(years: int) -> None:
    assert code_of(RecordProblem, lambda: Term(date(2021, 6, 1), years=years)) == "bad-term"


@pytest.mark.parametrize(
    ("period", "due"),
    [
        ("month", 12),
        ("quarter", 4),
        ("half_year", 2),
        ("year", 1),
    ],
)
def test_a_duty_is_due_on_the_last_day_of_each_period(
    period: Literal["month", "quarter", "half_year", "year"], due: int
) -> None:
    duty = Duty(name="general_meeting", period=period, times=3)
    found = duty.due_days(calendar_year(2024))
    assert len(found) == due
    assert all((day + ONE_DAY).day == 1 and day.month % (12 // due) == 0 for day in found)
    assert duty.required(calendar_year(2024)) == 3 * due


def test_a_duty_that_falls_due_on_the_last_day_counts_and_on_the_day_after_does_not() -> None:
    monthly = Duty(name="party_day", period="month")
    assert monthly.due_days(Interval(date(2024, 2, 29), date(2024, 3, 31))) == (date(2024, 2, 29),)
    assert monthly.due_days(Interval(date(2024, 3, 1), date(2024, 4, 1))) == (date(2024, 3, 31),)
    assert monthly.due_days(Interval(date(2024, 3, 1), date(2024, 3, 2))) == ()


@pytest.mark.parametrize("interval", [Interval(date(2024, 1, 1), None), Interval(None, date(2024, 1, 1))])
def test_due_days_of_an_open_interval_are_refused(interval: Interval) -> None:
    duty = Duty(name="party_day", period="month")
    assert code_of(RecordProblem, lambda: duty.due_days(interval)) == "open-interval"


# --- reading and writing -----------------------------------------------------------------------------------------


@given(st.dates())
def test_a_day_survives_its_text(day: date) -> None:
    assert parse_day(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2024-02-30",
            "2023-02-29",
            "20240101",
            "2024-W01-1",
            "2024.1.1",
            "2024-1-1",
            "2024-001",
            "0000-01-01",
        ),
        *(
            "２０２４-01-01",
            "二〇二四年",
            "2024-01-01T00:00",
            " 2024-01-01",
            "2024-01-01\n",
            "",
            "45292",
            "24-01-01",
        ),
        *("2024/01/01", "2024-13-01", "10000-01-01", "2024-01-0１", 45292, None, date(2024, 1, 1)),
    ],
)
def test_a_day_that_could_be_misread_is_refused(text: str) -> None:
    assert code_of(InputProblem, lambda: parse_day(text)) == "bad-day"


def test_a_bad_day_is_reported_at_the_reader_s_place() -> None:
    place = Where(file="units.csv", row=3, column="starts")
    with pytest.raises(InputProblem) as caught:
        parse_day("2024-02-30", where=place)
    assert caught.value.problems[0].where == place


ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=ZONES)  # noqa: DTZ001 - Hypothesis adds it


@given(MOMENTS)
def test_a_moment_survives_its_text_as_utc(moment: datetime) -> None:
    assert parse_moment(utc_text(moment)) == moment
    assert parse_moment(moment.isoformat()) == moment
    assert parse_moment(utc_text(moment)).tzinfo is UTC


@given(MOMENTS, MOMENTS)
def test_texts_of_moments_sort_as_the_moments_do(one: datetime, two: datetime) -> None:
    assert (utc_text(one) < utc_text(two)) == (one < two)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-01-31T08:00:00",
            "2026-01-31",
            "2026-01-31 08:00:00Z",
            "2026-01-31T08:00Z",
            "2026-02-30T08:00:00Z",
        ),
        *(
            "2026-01-31T24:00:00Z",
            "2026-01-31T08:00:60Z",
            "2026-01-31T08:00:00+8",
            "2026-01-31T08:00:00.1234567Z",
        ),
        *("2026-01-31T08:00:00+08:60", "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00", 0, None),
        "２０26-01-31T08:00:00Z",
    ],
)
def test_a_moment_that_could_be_misread_is_refused(text: str) -> None:
    place = Where(file="log.csv")
    with pytest.raises(InputProblem) as caught:
        parse_moment(text, where=place)
    assert (caught.value.code, caught.value.problems[0].where) == ("bad-moment", place)


def test_the_day_is_that_of_beijing() -> None:
    assert day_of(datetime(2026, 1, 31, 15, 59, 59, tzinfo=UTC)) == date(2026, 1, 31)
    assert day_of(datetime(2026, 1, 31, 16, 0, tzinfo=UTC)) == date(2026, 2, 1)
    assert day_of(datetime(1988, 7, 1, 23, 30, tzinfo=BEIJING)) == date(1988, 7, 1)
    assert BEIJING.utcoffset(None) == timedelta(hours=8)


def test_a_moment_without_an_offset_is_refused() -> None:
    naive = datetime(2026, 1, 31)  # noqa: DTZ001 - the refusal is the point
    assert code_of(RecordProblem, lambda: day_of(naive)) == "moment-naive"
    assert code_of(RecordProblem, lambda: utc_text(naive)) == "moment-naive"


def test_a_moment_at_the_end_of_the_calendar_is_refused() -> None:
    last = datetime(9999, 12, 31, 23, tzinfo=UTC)
    assert code_of(RecordProblem, lambda: day_of(last)) == "moment-out-of-range"
