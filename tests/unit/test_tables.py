"""Tables: what a cell may be, and how people see it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partybuilding.domain.standards import fen, member, point
from partybuilding.errors import RecordProblem
from partybuilding.extension.tables import Amount, Cell, Table, shown
from partybuilding.labels import Label
from partybuilding.money import Rate

TITLE = Label("党员", "Members")


@pytest.mark.parametrize(
    ("cell", "zh", "en"),
    [
        ("示例村", "示例村", "示例村"),
        (Label("是", "so"), "是", "so"),
        (Amount(875_000, point), "87.5", "87.5"),
        (Amount(-5, fen), "-0.05", "-0.05"),
        (Amount(0, member), "0", "0"),
        (date(2026, 1, 1), "2026-01-01", "2026-01-01"),
        (Rate(1, 8), "12.5%", "12.5%"),
        (Rate(0, 7), "0%", "0%"),
        (Rate(2, 3), "≈66.67%", "≈66.67%"),
        (Rate(-2, 3), "≈-66.67%", "≈-66.67%"),
        (Rate(1, 3_000_000), "≈0%", "≈0%"),
        (True, "是", "yes"),
        (False, "否", "no"),
        (None, "—", "—"),
    ],
)
def test_a_cell_is_shown_as_people_write_it(cell: Cell, zh: str, en: str) -> None:
    assert (shown(cell, "zh"), shown(cell, "en")) == (zh, en)


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_score_is_shown_exactly_and_without_trailing_zeros(steps: int) -> None:
    text = shown(Amount(steps, point), "en")
    assert Decimal(text) * 10_000 == steps
    assert "." not in text or not text.endswith("0")


@given(st.integers(0, 10**12), st.integers(1, 10**12))
def test_a_rounded_rate_is_marked_and_never_further_off_than_half_a_hundredth(
    numerator: int, denominator: int
) -> None:
    text = shown(Rate(numerator, denominator), "en")
    exact = Decimal(text.strip("≈%")) * denominator - 100 * numerator
    assert abs(exact) * 200 <= denominator if text.startswith("≈") else exact == 0


def test_rows_and_heads_become_tuples() -> None:
    table = Table(title=TITLE, headers=[TITLE], rows=[["a"], [None]], notes=[TITLE])
    assert (table.headers, table.rows, table.notes) == ((TITLE,), (("a",), (None,)), (TITLE,))
    assert Table(title=TITLE, headers=(), rows=()).notes == ()


def test_every_row_is_as_long_as_the_head_and_every_cell_is_one() -> None:
    rows: list[list[Any]] = [["a"], [1, 2.5], [datetime(2026, 1, 1, tzinfo=UTC), b"x"]]
    with pytest.raises(RecordProblem) as caught:
        Table(title=TITLE, headers=[TITLE, TITLE], rows=rows)
    assert [(each.code, each.where.row, each.where.column, each.read) for each in caught.value.problems] == [
        ("row-length", 1, None, "1 cells"),
        ("bad-cell", 2, "1", "a int"),
        ("bad-cell", 2, "2", "a float"),
        ("bad-cell", 3, "1", "a datetime"),
        ("bad-cell", 3, "2", "a bytes"),
    ]


@pytest.mark.parametrize("value", [1.5, True, "1", 2**63])
def test_an_amount_is_a_whole_number(value: object) -> None:
    with pytest.raises(RecordProblem):
        Amount(value, fen)  # type: ignore[arg-type]  # what the amount must refuse
