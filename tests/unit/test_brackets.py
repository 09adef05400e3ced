"""Tables of brackets answer for every amount, and refuse rows that could not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partybuilding.domain.brackets import Brackets
from partybuilding.errors import RecordProblem

DUES = Brackets(((3000, 5), (5000, 10), (None, 20)))


@pytest.mark.parametrize(
    ("amount", "figure"), [(-1, 5), (0, 5), (3000, 5), (3001, 10), (5000, 10), (5001, 20), (2**63 - 1, 20)]
)
def test_a_limit_belongs_to_its_own_row(amount: int, figure: int) -> None:
    assert DUES.figure(amount) == figure


def test_limits_and_figures_stand_apart() -> None:
    assert DUES.limits == (3000, 5000)
    assert DUES.figures == (5, 10, 20)
    assert Brackets(((None, 7),)).limits == ()


def test_rows_from_a_file_are_the_same_table() -> None:
    assert Brackets([[3000, 5], [5000, 10], [None, 20]]) == DUES


@given(st.lists(st.integers(-50, 50), unique=True, max_size=5).map(sorted), st.integers(-60, 60))
def test_the_figure_is_that_of_the_first_row_whose_limit_is_not_below(limits: list[int], amount: int) -> None:
    table = Brackets(tuple(zip([*limits, None], range(len(limits) + 1), strict=True)))
    assert table.figure(amount) == next(
        figure for limit, figure in table.rows if limit is None or amount <= limit
    )


@pytest.mark.parametrize(
    ("rows", "complaints"),
    [
        ((), ["path rows: bad brackets: read (); expected at least one row (limit, figure)"]),
        (7, ["path rows: bad brackets: read 7; expected at least one row (limit, figure)"]),
        (
            ((3, 1), (4,), (None, 0.5), (True, 2), (None, 2**63), "ab", (-(2**63) - 1, 0)),
            [
                f"path rows[{place}]: bad brackets: read {read}; expected (limit, figure), both whole numbers of 64 bits"
                for place, read in [
                    (1, "(4,)"),
                    (2, "(None, 0.5)"),
                    (3, "(True, 2)"),
                    (4, "(None, 9223372036854775808)"),
                    (5, "'ab'"),
                    (6, "(-9223372036854775809, 0)"),
                ]
            ],
        ),
        (((3, 1),), ["path rows[0]: bad brackets: read 3; expected no limit in the last row"]),
        (
            ((None, 1), (3, 1), (3, 2), (2, 2), (None, 4)),
            [
                "path rows[0]: bad brackets: read no limit; expected a limit in every row but the last",
                "path rows[2]: bad brackets: read 3; expected a limit above 3",
                "path rows[3]: bad brackets: read 2; expected a limit above 3",
            ],
        ),
    ],
)
def test_rows_that_could_not_answer_are_refused_all_at_once(rows: object, complaints: list[str]) -> None:
    with pytest.raises(RecordProblem) as caught:
        Brackets(rows)
    remedy = ". Write the rows in ascending order, the last one open."
    assert [str(problem) for problem in caught.value.problems] == [line + remedy for line in complaints]


def test_the_ends_of_sixty_four_bits_are_allowed() -> None:
    table = Brackets(((-(2**63), -(2**63)), (2**63 - 1, 2**63 - 1), (None, 0)))
    assert table.figure(-(2**63)) == -(2**63)
