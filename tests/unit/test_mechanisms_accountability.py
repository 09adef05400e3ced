"""Problem lists and appraisals in figures, with days and scores worked out by hand."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partybuilding.extension.expressions import Expression, read, trace
from partybuilding.mechanisms import accountability

YEAR = {"year_starts": date(2026, 1, 1).toordinal(), "year_ends": date(2026, 12, 31).toordinal()}


def said(function: Callable[..., Expression], **given_: Any) -> Any:
    traced = trace(function)
    columns = {name: given_[name] for name in traced.columns}
    return read(traced.body, columns, {name: given_[name] for name in traced.standards})


def day(month: int, number: int, *, year: int = 2026) -> int:
    return date(year, month, number).toordinal()


@pytest.mark.parametrize(
    ("close", "until", "today", "expected"),
    [  # open, overdue, due, in time
        (None, day(4, 1), day(3, 31), (1, 0, 0, 0)),
        (None, day(4, 1), day(4, 1), (1, 0, 1, 0)),
        (None, day(4, 1), day(4, 2), (1, 1, 1, 0)),
        (day(4, 1), day(4, 1), day(12, 31), (0, 0, 1, 1)),
        (day(4, 2), day(4, 1), day(12, 31), (0, 0, 1, 0)),
        (day(3, 1), day(4, 1), day(3, 15), (0, 0, 0, 0)),
        (day(3, 1), day(4, 1), day(4, 1), (0, 0, 1, 1)),
        (None, day(12, 1, year=2025), day(12, 31), (1, 1, 1, 0)),  # left over from last year, still open
        (day(1, 5), day(12, 1, year=2025), day(12, 31), (0, 0, 1, 0)),  # left over, closed this year
        (day(12, 5, year=2025), day(12, 1, year=2025), day(12, 31), (0, 0, 0, 0)),  # last year's matter
        (day(12, 5, year=2025), day(2, 1), day(12, 31), (0, 0, 1, 1)),  # closed early, due this year
        (None, day(1, 1, year=2027), day(1, 2, year=2027), (1, 1, 0, 0)),  # next year's matter
        (day(5, 1), day(5, 1), day(5, 1), (0, 0, 1, 1)),  # closed today
        (day(1, 1), day(12, 1, year=2025), day(12, 31), (0, 0, 1, 0)),  # left over, closed on the first day
        (None, day(12, 1, year=2025), day(1, 1), (1, 1, 1, 0)),  # left over, seen on the first day
        (day(12, 20, year=2025), day(1, 1), day(12, 31), (0, 0, 1, 1)),  # due on the first day, closed before
        (day(12, 31), day(12, 31), day(12, 31), (0, 0, 1, 1)),  # due on the last day
    ],
)
def test_a_problem_is_open_overdue_due_and_in_time_by_the_day(
    close: int | None, until: int, today: int, expected: tuple[int, ...]
) -> None:
    given_ = {"close": close, "until": until, "today": today, **YEAR}
    functions = (
        accountability.still_open,
        accountability.overdue,
        accountability.due,
        accountability.in_time,
    )
    assert tuple(said(function, **given_) or 0 for function in functions) == expected


@given(
    close=st.none() | st.integers(0, 900),
    until=st.integers(0, 900),
    today=st.integers(300, 900),
)
def test_what_is_closed_in_time_was_due_and_what_is_overdue_is_open(
    close: int | None, until: int, today: int
) -> None:
    close = None if close is not None and close > today else close
    given_ = {"close": close, "until": until, "today": today, "year_starts": 300, "year_ends": 664}
    due, in_time = said(accountability.due, **given_), said(accountability.in_time, **given_) or 0
    assert in_time <= due
    assert said(accountability.overdue, **given_) <= said(accountability.still_open, **given_)


def test_problems_count_in_the_year_they_were_found_and_in_the_year_they_were_closed() -> None:
    for function, name in ((accountability.found, "day"), (accountability.closed, "close")):
        days = (day(12, 31, year=2025), day(1, 1), day(12, 31), day(1, 1, year=2027))
        assert [said(function, **{name: each}, **YEAR) for each in days] == [0, 1, 1, 0]


def test_appraisals_of_other_years_say_nothing_of_this_one() -> None:
    row = {"this_year": 2026, "score": 900_000, "asked": 50, "answered": 40, "satisfied": 30}
    functions = (
        accountability.of_this_year, accountability.scored, accountability.scored_by_many, accountability.were_asked,
        accountability.have_answered, accountability.were_satisfied,
    )  # fmt: skip
    assert [said(each, year=2026, **row) for each in functions] == [1, 900_000, 36_000_000, 50, 40, 30]
    assert [said(each, year=2025, **row) for each in functions] == [0, 0, 0, 0, 0, 0]


def test_superiors_and_masses_are_mixed_by_their_weights_and_divided_once() -> None:
    superior = said(accountability.superior_score, superior_scores=1_800_001, superior_appraisals=2)
    masses = said(accountability.masses_score, masses_scores=32_000_000, masses_answered=40)
    assert (superior, masses) == (900_001, 800_000)
    weights = {"superior_weight": 6_000, "masses_weight": 4_000}
    mix = said(accountability.appraisal_mix, superior_score=superior, masses_score=masses, **weights)
    assert mix == 860_001  # 540,000.6 + 320,000, half up once


def test_without_any_appraisal_the_mix_is_missing_and_not_nothing() -> None:
    assert said(accountability.masses_score, masses_scores=0, masses_answered=0) is None
    weights = {"superior_weight": 6_000, "masses_weight": 4_000}
    assert said(accountability.appraisal_mix, superior_score=900_000, masses_score=None, **weights) is None
