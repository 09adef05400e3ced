"""Formulas on arrays: standards gathered per organisation, missing kept apart from zero, results that own their bytes."""

from __future__ import annotations

import numpy as np
import pytest

from partybuilding.domain.brackets import Brackets
from partybuilding.engine.arithmetic import compute
from partybuilding.engine.column import Column, Resolved
from partybuilding.extension.expressions import (
    Expression,
    bracket,
    choose,
    divide,
    known,
    least,
    or_else,
    portion,
)
from partybuilding.money import Rate

a, b, flag, share = (Expression("name", (name,)) for name in ("a", "b", "flag", "share"))
per_head, goal, table = (Expression("standard", (name,)) for name in ("per_head", "goal", "table"))


def whole(*values: int | None) -> Column:
    mask = np.array([value is not None for value in values])
    return Column(np.array([77 if value is None else value for value in values], np.int64), mask)


def shares(*values: Rate | None) -> Column:
    mask = np.array([value is not None for value in values])
    numerators = np.array([9 if value is None else value.numerator for value in values], np.int64)
    return Column(
        numerators, mask, np.array([0 if value is None else value.denominator for value in values], np.int64)
    )


def resolved(which: list[int], *choices: int | Rate | Brackets) -> Resolved:
    return Resolved(np.array(which, np.intp), choices)


def listed(column: Column) -> list[int | None]:
    return [int(v) if k else None for v, k in zip(column.values, column.known, strict=True)]


def test_a_standard_is_gathered_for_each_organisation() -> None:
    standards = {"per_head": resolved([1, 0, -1, 1], 2000, 3000)}
    assert listed(compute(a * per_head, {"a": whole(1, 2, 3, None)}, standards, 4)) == [
        3000,
        4000,
        None,
        None,
    ]


def test_a_standard_that_is_the_same_everywhere_is_one_number() -> None:
    assert listed(compute(a * per_head, {"a": whole(1, 2)}, {"per_head": resolved([1, 1], 5, 7)}, 2)) == [
        7,
        14,
    ]
    assert listed(compute(per_head + 1, {}, {"per_head": resolved([0, 0, 0], 5)}, 3)) == [6, 6, 6]


def test_a_standard_without_any_value_is_missing_everywhere() -> None:
    nowhere = {"per_head": resolved([-1, -1]), "goal": resolved([-1, -1]), "table": resolved([-1, -1])}
    columns = {"a": whole(1, 2), "share": shares(Rate(1, 2), Rate(3, 4))}
    for formula in (a * per_head, portion(a, goal), share > goal, bracket(a, table)):
        assert listed(compute(formula, columns, nowhere, 2)) == [None, None]
    assert listed(compute(known(goal), columns, nowhere, 2)) == [0, 0]


def test_no_organisation_gives_an_empty_column() -> None:
    columns = {"a": whole(), "b": whole(), "share": shares()}
    standards = {
        "per_head": resolved([], 5),
        "goal": resolved([]),
        "table": resolved([], Brackets(((None, 1),))),
    }
    formulas = [
        a * per_head,
        portion(a, share),
        bracket(a, table),
        choose(a > b, a, 0),
        or_else(a, b),
        share < goal,
    ]
    for formula in formulas:
        got = compute(formula, columns, standards, 0)
        assert (got.values.tolist(), got.known.tolist(), str(got.values.dtype)) == ([], [], "int64")


def test_rates_compare_by_cross_multiplication_and_give_portions() -> None:
    columns = {
        "a": whole(5, 5, -5, 5, None),
        "share": shares(Rate(1, 2), Rate(2, 4), Rate(1, 2), None, Rate(1, 1)),
    }
    standards = {"goal": resolved([0, 1, 0, 0, -1], Rate(50, 100), Rate(2, 3))}
    assert listed(compute(share >= goal, columns, standards, 5)) == [1, 0, 1, None, None]
    assert listed(compute(portion(a, share), columns, standards, 5)) == [3, 3, -3, None, None]
    assert listed(compute(portion(a, goal), columns, standards, 5)) == [3, 3, -3, 3, None]
    assert listed(compute(known(share), columns, standards, 5)) == [1, 1, 1, 0, 1]


def test_tables_of_different_length_are_read_side_by_side() -> None:
    dues = Brackets(((3000, 5), (5000, 10), (None, 20)))
    flat = Brackets(((None, 7),))
    columns = {"a": whole(3000, 3001, 5001, 5001, 1, None, 2**63 - 1)}
    standards = {"table": resolved([0, 0, 0, 1, -1, 0, 0], dues, flat)}
    assert listed(compute(bracket(a, table), columns, standards, 7)) == [5, 10, 20, 7, None, None, 20]
    assert listed(compute(bracket(a, table), columns, {"table": resolved([0] * 7, dues)}, 7)) == [
        5, 10, 20, 20, 5, None, 20,
    ]  # fmt: skip


def test_a_table_is_read_at_one_number_for_all() -> None:
    standards = {"table": resolved([0, 1], Brackets(((2, 1), (None, 5))), Brackets(((None, 9),)))}
    assert listed(compute(bracket(Expression("int", (3,)), table), {}, standards, 2)) == [5, 9]


def test_truths_from_columns_and_comparisons_mix() -> None:
    columns = {"a": whole(1, 5, 5, None), "flag": whole(1, 1, 0, 1)}
    assert listed(compute(flag & (a > 3), columns, {}, 4)) == [0, 1, 0, None]
    assert listed(compute(flag | (a > 3), columns, {}, 4)) == [1, 1, 1, None]
    assert listed(compute(choose(flag, a, 9), columns, {}, 4)) == [1, 5, 9, None]
    assert listed(compute(or_else(a > 3, flag), columns, {}, 4)) == [0, 1, 1, 1]


def test_dividing_rounds_half_away_from_zero_and_by_zero_is_missing() -> None:
    columns = {"a": whole(5, -5, 5, -5, 4, 0, 3), "b": whole(2, 2, -2, -2, 3, -5, 0)}
    assert listed(compute(divide(a, b), columns, {}, 7)) == [3, -3, -3, 3, 1, 0, None]
    assert listed(compute(divide(a, 0), columns, {}, 7)) == [None] * 7


def test_missing_values_are_zero_in_the_bytes_and_the_result_owns_them() -> None:
    column = whole(3, None)
    for formula in (a, least(a, a), or_else(a, a)):
        got = compute(formula, {"a": column}, {}, 2)
        assert got.values.tolist() == [3, 0]
        got.values[0], got.known[0] = 9, False
        assert (column.values[0], column.known[0]) == (3, True)


def test_nonsense_where_values_are_missing_is_never_looked_at() -> None:
    lowest = np.iinfo(np.int64).min
    columns = {
        "a": Column(np.array([lowest, 3]), np.array([False, True])),
        "b": Column(np.array([-1, 0]), np.array([True, False])),
        "share": Column(np.array([lowest, 1]), np.array([False, True]), np.array([lowest, 2])),
    }
    with np.errstate(all="raise"):
        for formula in (divide(a, b), a * b, portion(a, share) * b):
            assert listed(compute(formula, columns, {}, 2)) == [None, None]
        assert listed(compute(a * a, columns, {}, 2)) == [None, 9]


@pytest.mark.parametrize("n", [1, 3])
def test_a_number_alone_is_the_same_for_all(n: int) -> None:
    assert listed(compute(Expression("int", (7,)), {}, {}, n)) == [7] * n


def test_a_column_knows_whether_it_holds_rates() -> None:
    assert not whole(3).rates
    assert shares(Rate(1, 2)).rates
