"""The grammar of formulas is closed, and an expression survives being written as plain data."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING

import pytest
from attrs.exceptions import FrozenInstanceError

from partybuilding.errors import FormulaRefused
from partybuilding.extension.expressions import (
    Expression,
    Kind,
    choose,
    digest,
    from_plain,
    kinds,
    least,
    names,
    plain,
    rename,
)

if TYPE_CHECKING:
    from collections.abc import Callable

a, b, c = (Expression("name", (name,)) for name in "abc")
flag, other = (Expression("name", (name,)) for name in ("flag", "other"))
share = Expression("name", ("share",))
per_head, goal, table = (Expression("standard", (name,)) for name in ("per_head", "goal", "table"))
ENV = {
    **dict.fromkeys(("a", "b", "c", "per_head"), Kind.NUMBER),
    **dict.fromkeys(("flag", "other"), Kind.TRUTH),
    **dict.fromkeys(("share", "goal"), Kind.RATE),
    "table": Kind.BRACKETS,
}


# --- the grammar --------------------------------------------------------------------------------------------------


def test_an_expression_cannot_be_changed_hashed_or_asked_for_a_truth() -> None:
    with pytest.raises(FrozenInstanceError):
        a.op = "standard"  # type: ignore[misc]  # what must not work
    with pytest.raises(TypeError, match="unhashable"):
        hash(a)
    with pytest.raises(FormulaRefused, match="formula branch: read a yes or no of a > 0; expected choose"):
        bool(a > 0)


@pytest.mark.parametrize(
    ("use", "read_"),
    [
        (int, "int() of a"),
        (float, "float() of a"),
        (len, "the length of a"),
        (iter, "a loop of a"),
        (round, "round() of a"),
        (lambda x: 3 in x, "in of a"),
        (lambda x: [1, 2][x], "a whole number of a"),
    ],
)
def test_no_single_value_is_taken_out_of_a_column(use: Callable[[Expression], object], read_: str) -> None:
    with pytest.raises(FormulaRefused) as caught:
        use(a)
    assert (caught.value.code, caught.value.problems[0].read) == ("formula-one-value", read_)


@pytest.mark.parametrize("use", [lambda x: divmod(x, 2), lambda x: divmod(2, x)])
def test_divmod_is_refused_on_either_side(use: Callable[[Expression], object]) -> None:
    with pytest.raises(FormulaRefused, match="divmod beside a; expected divide"):
        use(a)


def test_an_expression_survives_copying_and_pickling() -> None:
    formula = choose(a > 0, least(a, b), 3)
    for again in (copy.deepcopy(formula), pickle.loads(pickle.dumps(formula))):  # noqa: S301  # our own bytes  # our own bytes
        assert plain(again) == plain(formula)
        assert (again.size, again.depth) == (8, 3)


def test_size_and_depth_are_counted() -> None:
    assert (a.size, a.depth, a.parts) == (1, 1, ())
    assert ((a + b).size, (a + b).depth) == (3, 2)
    assert (((a + b) * c).size, ((a + b) * c).depth) == (5, 3)


def test_the_longest_formula_is_allowed_and_one_more_part_is_not() -> None:
    assert least(*[a] * 1999).size == 2000
    with pytest.raises(
        FormulaRefused, match="read 2001 parts, 2 levels; expected at most 2000 parts and 64 levels"
    ):
        least(*[a] * 2000)


@pytest.mark.parametrize(
    ("op", "args", "read_", "expected"),
    [
        ("^", (a, b), "^ with 2 arguments", "one of name standard int known + - *"),
        ("+", (a,), "+ with 1 arguments", "2 to 2 arguments"),
        ("choose", (a, b), "choose with 2 arguments", "3 to 3 arguments"),
        ("known", (), "known with 0 arguments", "1 to 1 arguments"),
        ("least", (a,), "least with 1 arguments", "2 to 2000 arguments"),
        ("name", (3,), "name 3", "a name"),
        ("standard", ("",), "standard ''", "a name"),
        ("name", (a,), "name a", "a name"),
        ("+", (a, 3), "+ of something else", "expressions"),
        ("+", (Expression("int", (2,)), Expression("int", (3,))), "2 + 3", "the number itself"),
        ("<", (Expression("int", (2,)), Expression("int", (3,))), "2 < 3", "the number itself"),
        ("<", (Expression("int", (5,)), a), "5 < a", "a > 5"),
        (">=", (Expression("int", (5,)), a), "5 >= a", "a <= 5"),
        ("==", (Expression("int", (5,)), a), "5 == a", "a == 5"),
    ],
)
def test_what_is_not_in_the_grammar_cannot_be_built(
    op: str, args: tuple[Expression, ...], read_: str, expected: str
) -> None:
    with pytest.raises(FormulaRefused) as caught:
        Expression(op, args)
    (problem,) = caught.value.problems
    assert (problem.code, problem.read) == ("formula-shape", read_)
    assert problem.expected.startswith(expected)
    assert problem.remedy


@pytest.mark.parametrize("number", [2**63, -(2**63), True, "3", 0.5])
def test_a_number_is_whole_and_fits_sixty_four_bits(number: object) -> None:
    with pytest.raises(FormulaRefused) as caught:
        Expression("int", (number,))  # type: ignore[arg-type]  # what must not work
    assert (caught.value.code, caught.value.problems[0].read) == ("formula-number", str(number))


def test_the_greatest_numbers_are_allowed() -> None:
    assert plain(from_plain(["least", 2**63 - 1, -(2**63) + 1])) == ["least", 2**63 - 1, -(2**63) + 1]


def test_a_number_before_a_truth_is_said_so_that_its_kind_can_be_refused() -> None:
    assert plain(1 & (a > 0)) == ["&", 1, [">", "a", 0]]
    assert plain(1 | (a > 0)) == ["|", 1, [">", "a", 0]]
    with pytest.raises(FormulaRefused, match="the number 1 in 1 & "):
        kinds(1 & (a > 0), ENV)


# --- plain data ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        None,
        0.5,
        True,
        [],
        {},
        [3, "a"],
        [["+"], "a", 3],
        ["name", "a"],
        ["int", 3],
        ["standard"],
        ["standard", 3],
        ["+", "a"],
        ["+", "a", None],
    ],
)
def test_plain_data_that_is_no_formula_is_refused(value: object) -> None:
    with pytest.raises(FormulaRefused) as caught:
        from_plain(value)
    assert caught.value.code == "formula-shape"


def test_hostile_nesting_is_refused_and_not_followed() -> None:
    value: object = "a"
    for _ in range(100_000):
        value = ["known", value]
    with pytest.raises(FormulaRefused, match="at most 64 levels deep"):
        from_plain(value)


def test_tuples_are_read_like_lists() -> None:
    assert plain(from_plain(("+", "a", ("standard", "goal")))) == ["+", "a", ["standard", "goal"]]


def test_names_come_once_and_in_the_order_in_which_they_are_said() -> None:
    assert names(choose(b > per_head, a, b * goal)) == (("b", "a"), ("per_head", "goal"))
    assert names(Expression("int", (3,))) == ((), ())


def test_renaming_keeps_columns_and_standards_apart() -> None:
    formula = Expression("name", ("x",)) * Expression("standard", ("x",)) + 5
    renamed = rename(formula, {"x": "column"}, {"x": "standard"})
    assert plain(renamed) == ["+", ["*", "column", ["standard", "standard"]], 5]
    assert plain(rename(formula, {}, {})) == plain(formula)


def test_a_column_and_a_standard_of_one_name_have_different_digests() -> None:
    assert digest(Expression("name", ("x",))) != digest(Expression("standard", ("x",)))
