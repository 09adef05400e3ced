"""A function is read as a rule, and what no rule may say is refused with file, line and the word to use."""

# ruff: noqa: ANN001, ANN201, ANN202, ARG005, E711, PLW0108, SIM300 -- the rules here are written as plugins might, some wrongly on purpose
# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code="arg-type,call-arg,name-defined"

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import pytest

from partybuilding.domain.brackets import Brackets
from partybuilding.errors import FormulaRefused
from partybuilding.extension.expressions import (
    bracket,
    choose,
    digest,
    divide,
    greatest,
    known,
    least,
    or_else,
    plain,
    portion,
    trace,
)
from partybuilding.money import Rate

if TYPE_CHECKING:
    from collections.abc import Callable

FULL = 100
HALF = 0.5
RATE = Rate(1, 2)
SEEN: list[int] = []
TEXT = "village"


# --- what is allowed ----------------------------------------------------------------------------------------------


def capped(score, most=FULL):
    return least(score, most)


def test_positional_parameters_are_columns_and_keyword_only_ones_are_standards() -> None:
    def grant(members, /, households, *, acheng__floor, per_head):
        return choose(members > 0, greatest(members * per_head, acheng__floor), households)

    traced = trace(grant)
    assert traced.columns == ("members", "households")
    assert traced.standards == ("acheng.floor", "per_head")
    assert plain(traced.body) == [
        "choose",
        [">", "members", 0],
        ["greatest", ["*", "members", ["standard", "per_head"]], ["standard", "acheng.floor"]],
        "households",
    ]
    assert (traced.file, traced.line) == (__file__, grant.__code__.co_firstlineno)
    assert (traced.where.file, traced.where.line) == (traced.file, traced.line)


def test_helpers_fixed_numbers_and_enclosed_numbers_are_allowed() -> None:
    each = 5

    def double(score):
        return score + score

    traced = trace(lambda actual: capped(double(actual) * each) - FULL)
    assert plain(traced.body) == ["-", ["least", ["*", ["+", "actual", "actual"], 5], 100], 100]


def test_numbers_may_stand_on_either_side_and_variables_may_be_used() -> None:
    def rule(a, b):
        total = 2 + a
        total = 3 * total - b
        return (5 < total) & (10 - b >= 0) | (0 == -a)

    assert plain(trace(rule).body) == [
        "|",
        ["&", [">", ["-", ["*", 3, ["+", 2, "a"]], "b"], 5], [">=", ["-", 10, "b"], 0]],
        ["==", ["-", 0, "a"], 0],
    ]


def test_every_word_and_comparison_is_traced() -> None:
    def rule(a, b, share, *, goal, table):
        truth = known(a) & (share <= goal) & (a != b) & (a < b)
        return choose(truth, divide(portion(a, share), bracket(b, table)), or_else(a, b))

    assert plain(trace(rule).body) == [
        "choose",
        [
            "&",
            ["&", ["&", ["known", "a"], ["<=", "share", ["standard", "goal"]]], ["!=", "a", "b"]],
            ["<", "a", "b"],
        ],
        ["divide", ["portion", "a", "share"], ["bracket", "b", ["standard", "table"]]],
        ["or_else", "a", "b"],
    ]


def test_a_rule_without_parameters_may_be_a_number() -> None:
    assert plain(trace(lambda: 5).body) == 5


def test_two_functions_that_say_the_same_have_one_digest() -> None:
    def one(members, *, per_head):
        """Twenty yuan a head."""
        return members * per_head

    assert digest(trace(one).body) == digest(trace(lambda members, *, per_head: members * per_head).body)
    assert digest(trace(one).body) != digest(trace(lambda members, per_head: members * per_head).body)
    assert digest(trace(one).body) == "8d6bdd7473c0fd2701ba86f208cc11270c4141a6d1cf7c6613cac0696fc67621"


# --- what is refused when it is said -------------------------------------------------------------------------------

DIVISION = "divide(a, b), which rounds half up once, or portion(base, rate)"
ONE_VALUE = "the column itself: a formula says the same of every organisation, and never takes one value out"
SMALLEST = "the smallest unit (fen, not yuan), or a Rate as a standard with portion(base, rate)"
OPERATORS = "+ - *, comparisons, & | and the words"


def told(function: Callable[..., object]) -> FormulaRefused:
    with pytest.raises(FormulaRefused) as caught:
        trace(function)
    return caught.value


DYNAMIC: list[tuple[Callable[..., object], str, str, str]] = [
    (lambda a: a / 2, "formula-division", "/ beside a", DIVISION),
    (lambda a: 2 / (a + 1), "formula-division", "/ beside a + 1", DIVISION),
    (lambda a: a // 2, "formula-division", "// beside a", DIVISION),
    (lambda a: 2 // a, "formula-division", "// beside a", DIVISION),
    (lambda a: a % 2, "formula-division", "% beside a", DIVISION),
    (lambda a: 2 % a, "formula-division", "% beside a", DIVISION),
    (lambda a: a**2, "formula-division", "** beside a", DIVISION),
    (lambda a: 2**a, "formula-division", "** beside a", DIVISION),
    (lambda a: ~(a > 0), "formula-operator", "~(a > 0)", "the opposite comparison: a >= b for not (a < b)"),
    (lambda a: a ^ 1, "formula-operator", "^ beside a", OPERATORS),
    (lambda a: 1 << a, "formula-operator", "<< beside a", OPERATORS),
    (lambda a: a >> 1, "formula-operator", ">> beside a", OPERATORS),
    (lambda a: a @ 1, "formula-operator", "@ beside a", OPERATORS),
    (lambda a: a * 0.5, "formula-constant", "0.5", SMALLEST),
    (lambda a: 0.5 + a, "formula-constant", "0.5", SMALLEST),
    (lambda a: a > 1.0, "formula-constant", "1.0", SMALLEST),
    (lambda a: least(a, 1 / 2), "formula-constant", "0.5", SMALLEST),
    (
        lambda a: a == "village",
        "formula-constant",
        "'village'",
        "a column; texts are chosen by Tally(where={field: (values)})",
    ),
    (lambda a: a == None, "formula-constant", "None", "known(x), or or_else(x, y)"),
    (lambda a: a != None, "formula-constant", "None", "known(x), or or_else(x, y)"),
    (
        lambda a: choose(True, a, 0),
        "formula-constant",
        "True",
        "a comparison of columns, or the numbers 1 and 0",
    ),
    (
        lambda a: least(a, (1, 2)),
        "formula-constant",
        "a tuple",
        "a keyword-only parameter, and its value in a Standard",
    ),
    (lambda a: least(*a), "formula-one-value", "a loop of a", ONE_VALUE),
    (lambda a: a[0], "formula-one-value", "one entry of a", ONE_VALUE),
    (lambda a: (1, 2)[a], "formula-one-value", "a whole number of a", ONE_VALUE),
    (
        lambda a: a + 2**63,
        "formula-number",
        "9223372036854775808",
        "a whole number up to 9223372036854775807, with either sign",
    ),
    (
        lambda a: bracket(a, 3),
        "formula-table",
        "3",
        "a keyword-only parameter, and its table in a Standard",
    ),
    (
        lambda a: bracket(a, a),
        "formula-table",
        "a",
        "a keyword-only parameter, and its table in a Standard",
    ),
    (lambda a: least(a), "formula-shape", "least with 1 arguments", "2 to 2000 arguments"),
]


@pytest.mark.parametrize(("function", "code", "read", "expected"), DYNAMIC)
def test_what_no_formula_may_say_is_refused_when_it_is_said(
    function: Callable[..., object], code: str, read: str, expected: str
) -> None:
    (problem,) = told(function).problems
    assert (problem.code, problem.read, problem.expected) == (code, read, expected)
    assert (problem.where.file, problem.where.line) == (__file__, function.__code__.co_firstlineno)
    assert problem.remedy


def test_the_line_of_a_refusal_is_the_innermost_of_the_rule() -> None:
    def helper(a):
        b = a + 1
        return b / 2

    def rule(a):
        b = a + 3
        return helper(b)

    (problem,) = told(rule).problems
    assert problem.where.line == helper.__code__.co_firstlineno + 2


def test_a_failing_function_says_what_failed_and_where() -> None:
    def rule(a):
        b = a + 1
        return choose(b)

    refused = told(rule)
    assert refused.code == "formula-failed"
    assert "TypeError: choose() missing 2 required positional arguments" in refused.problems[0].read
    assert refused.problems[0].where.line == rule.__code__.co_firstlineno + 2
    assert isinstance(refused.__cause__, TypeError)


def endless(a):
    return endless(a + 1)


def endless_without_growth(a):
    return endless_without_growth(a)


def test_a_function_without_end_is_refused() -> None:
    assert told(endless).code == "formula-too-long"
    refused = told(endless_without_growth)
    assert (refused.code, refused.problems[0].read[:15]) == ("formula-failed", "RecursionError:")


def test_a_rule_that_doubles_itself_is_refused_before_it_explodes() -> None:
    def double(a):
        return a + a

    def twice(a):
        return double(double(double(double(a))))

    refused = told(lambda a: twice(twice(twice(a))))
    assert refused.code == "formula-too-long"
    assert refused.problems[0].read == "2047 parts, 11 levels"


@pytest.mark.parametrize(
    ("function", "read", "expected"),
    [
        (lambda *a: 3, "*args or **kwargs", "every column and standard by its name"),
        (lambda **a: 3, "*args or **kwargs", "every column and standard by its name"),
        (lambda a=3: a, "a default value", "or_else(x, y) for a missing value, or a Standard"),
        (lambda *, a=3: a, "a default value", "or_else(x, y) for a missing value, or a Standard"),
        (lambda __a: __a, "__a", "a name, or owner__name, without _ at its ends"),
        (lambda a__: a__, "a__", "a name, or owner__name, without _ at its ends"),
        (lambda a___b: a___b, "a___b", "a name, or owner__name, without _ at its ends"),
        (lambda _: _, "_", "a name, or owner__name, without _ at its ends"),
        (lambda choose: choose, "choose", "another name: this one is a word of formulas"),
    ],
)
def test_parameters_must_be_plain_names(function: Callable[..., object], read: str, expected: str) -> None:
    (problem,) = told(function).problems
    assert (problem.code, problem.read, problem.expected) == ("formula-parameter", read, expected)
    assert problem.where.line == function.__code__.co_firstlineno


def test_every_unused_parameter_is_named() -> None:
    refused = told(lambda a, b, *, acheng__c: a)
    assert [(each.code, each.read) for each in refused.problems] == [
        ("formula-unused", "b"),
        ("formula-unused", "acheng__c"),
    ]
    assert {each.expected for each in refused.problems} == {"every parameter in the expression"}


def test_a_function_must_return_its_rule() -> None:
    def rule(a):
        a + 1  # the forgotten return

    (problem,) = told(rule).problems
    assert (problem.code, problem.read, problem.expected) == (
        "formula-no-answer",
        "no value",
        "return, and the expression",
    )


def test_a_function_must_return_an_expression() -> None:
    assert told(lambda a: (a, a)).problems[0].read == "a tuple"
    assert told(lambda: Decimal).code == "formula-outside"


@pytest.mark.parametrize(
    ("function", "read"),
    [
        (max, "a builtin_function_or_method"),
        (partial(capped), "a partial"),
        (Brackets, "a type"),
        ("a * 2", "a str"),
        (Rate(1, 2).text, "a method"),
    ],
)
def test_only_plain_functions_are_traced(function: Callable[..., object], read: str) -> None:
    (problem,) = told(function).problems
    assert (problem.code, problem.read, problem.expected) == (
        "formula-function",
        read,
        "a function written with def",
    )
