"""What no formula may say is read from its code, and refused before it runs once."""

# ruff: noqa: ANN001, ANN201, ANN202, ARG001, BLE001, F821, FURB110, FURB136, PLW0108, PLW0603, PTH123, S311 -- the rules here are written as plugins might, wrongly on purpose
# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code="arg-type,call-arg,name-defined"

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from partybuilding.errors import FormulaRefused
from partybuilding.extension.expressions import (
    choose,
    least,
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


# --- what is refused ----------------------------------------------------------------------------------------------

BRANCH = (
    "choose(condition, a, b) for if; a & b for and; a | b for or; the opposite comparison for not; "
    "(a < b) & (b < c) for a < b < c"
)
OUTSIDE = "a parameter: a column, or a standard after the *; only whole numbers and words come from outside"
SMALLEST = "the smallest unit (fen, not yuan), or a Rate as a standard with portion(base, rate)"
PURE = "an expression of the parameters"


def says_if(a):
    if a > 0:
        return a
    return 0


def says_ternary(a):
    return a if a > 3 else 3


def says_and(a, b):
    return (a > 0) and (b > 0)


def says_or(a, b):
    return (a > 0) or (b > 0)


def says_chain(a):
    return 0 < a < 5


def says_not(a):
    return not (a > 0)


def says_in(a):
    return a in (1, 2)


def says_is_none(a):
    return choose(a is None, 0, a)


def says_if_none(a):
    if a is None:
        return 0
    return a


def says_for(a):
    for _ in range(3):
        a = a + 1
    return a


def says_while(a):
    while True:
        a = a + 1


def says_comprehension(a):
    return least(*[a + k for k in (1, 2)])


def says_import(a):
    import math

    return a + math


def says_inner(a):
    def inner(x):
        return x + 1

    return inner(a)


def says_class(a):
    class Inner:
        pass

    return a


def says_global(a):
    global FULL  # what a formula may not do
    FULL = 3
    return a


def says_del(a):
    del a
    return 3


def says_subscript_store(a):
    SEEN[0] = 3
    return a


def says_attribute_store(a):
    a.op = 3
    return a


def says_try(a):
    try:
        return a + 0.5
    except Exception:  # what a formula may not do
        return a


def says_assert(a):
    assert a  # what a formula may not do
    return a


def says_attribute(a):
    return a.args


def says_yield(a):
    yield a


async def says_async(a):
    return a


def says_clock(a):
    return a + time.time()


def says_now(a):
    return a + datetime.now(UTC).year


def says_chance(a):
    return a + random.randint(0, 3)


def says_open(a):
    return a + len(open("figures.csv").read())  # what a formula may not do


STATIC: list[tuple[Callable[..., object], int, str, str, str]] = [
    (says_if, 1, "formula-branch", "if, and, or, or a chain of comparisons", BRANCH),
    (says_ternary, 1, "formula-branch", "if, and, or, or a chain of comparisons", BRANCH),
    (says_and, 1, "formula-branch", "if, and, or, or a chain of comparisons", BRANCH),
    (says_or, 1, "formula-branch", "if, and, or, or a chain of comparisons", BRANCH),
    (says_chain, 1, "formula-branch", "if, and, or, or a chain of comparisons", BRANCH),
    (says_not, 1, "formula-branch", "not", "the opposite comparison: a >= b for not (a < b)"),
    (says_in, 1, "formula-branch", "in", "(x == 1) | (x == 2)"),
    (says_is_none, 1, "formula-branch", "is None", "known(x), or or_else(x, y)"),
    (says_if_none, 1, "formula-branch", "is None", "known(x), or or_else(x, y)"),
    (says_for, 1, "formula-loop", "a loop", "the terms written out"),
    (says_while, 1, "formula-loop", "a loop", "the terms written out"),
    (says_comprehension, 1, "formula-loop", "a loop", "the terms written out"),
    (says_import, 1, "formula-statement", "import", "the words, imported at the top of the module"),
    (says_inner, 1, "formula-statement", "a function inside", "a function of the module"),
    (says_class, 1, "formula-statement", "a function inside", "a function of the module"),
    (says_global, 2, "formula-statement", "global, nonlocal or del", PURE),
    (says_del, 1, "formula-statement", "global, nonlocal or del", PURE),
    (says_subscript_store, 1, "formula-statement", "an assignment into something", PURE),
    (says_attribute_store, 1, "formula-statement", "an assignment into something", PURE),
    (says_try, 2, "formula-statement", "try, raise, assert or with", PURE),
    (says_assert, 1, "formula-statement", "try, raise, assert or with", PURE),
    (says_attribute, 1, "formula-attribute", "an attribute .args", "the words, imported by name"),
    (says_yield, 0, "formula-statement", "yield or await", PURE),
    (says_async, 0, "formula-statement", "yield or await", PURE),
    (says_clock, 1, "formula-outside", "time, a module", OUTSIDE),
    (says_now, 1, "formula-outside", "datetime, a type", OUTSIDE),
    (says_chance, 1, "formula-outside", "random, a module", OUTSIDE),
    (
        says_open,
        1,
        "formula-word",
        "open",
        "one of choose least greatest divide portion bracket known or_else",
    ),
    (lambda a: a * HALF, 0, "formula-outside", "HALF, a float", OUTSIDE),
    (lambda a: portion(a, RATE), 0, "formula-outside", "RATE, a Rate", OUTSIDE),
    (lambda a: choose(a == TEXT, 1, 0), 0, "formula-outside", "TEXT, a str", OUTSIDE),
    (lambda a: max(a, 3), 0, "formula-word", "max", "greatest(a, b)"),
    (lambda a: min(a, 3), 0, "formula-word", "min", "least(a, b)"),
    (lambda a: abs(a), 0, "formula-word", "abs", "greatest(x, 0 - x)"),
    (lambda a: round(a), 0, "formula-word", "round", "divide(a, b), which rounds half up once"),
    (lambda a: int(a), 0, "formula-word", "int", "the column itself: it is a whole number already"),
    (lambda a: float(a), 0, "formula-word", "float", SMALLEST),
    (lambda a: bool(a), 0, "formula-word", "bool", "a comparison, such as x > 0"),
    (lambda a: sum((a, 3)), 0, "formula-word", "sum", "a + b, or a Rollup over organisations"),
    (lambda a: chose(a, 1, 0), 0, "formula-word", "chose", "choose"),  # a misspelt word
]


def told(function: Callable[..., object]) -> FormulaRefused:
    with pytest.raises(FormulaRefused) as caught:
        trace(function)
    return caught.value


@pytest.mark.parametrize(("function", "line", "code", "read", "expected"), STATIC)
def test_what_no_formula_may_say_is_refused_before_it_runs(
    function: Callable[..., object], line: int, code: str, read: str, expected: str
) -> None:
    problems = {
        (each.code, each.where.line, each.read, each.expected): each for each in told(function).problems
    }
    problem = problems[code, function.__code__.co_firstlineno + line, read, expected]
    assert str(problem) == (
        f"file {__file__}, line {problem.where.line}: {code.replace('-', ' ')}: read {read}; expected {expected}. "
        "A formula is one expression of its parameters, the same for every organisation and day."
    )


def test_the_forbidden_functions_never_ran() -> None:
    assert FULL == 100
    assert SEEN == []


def test_all_problems_of_a_function_come_at_once_and_each_once() -> None:
    def rule(a, unused=3):
        b = max(a, min(a, max(1, a)))
        return b if b else time.time()

    refused = told(rule)
    assert [(each.code, each.read) for each in refused.problems] == [
        ("formula-parameter", "a default value"),
        ("formula-word", "max"),
        ("formula-word", "min"),
        ("formula-branch", "if, and, or, or a chain of comparisons"),
        ("formula-outside", "time, a module"),
        ("formula-attribute", "an attribute .time"),
    ]
    assert str(refused).startswith("the formula is refused: 6 problems\n- file ")


def test_a_helper_is_read_as_closely_as_the_formula() -> None:
    def helper(a):
        return a + time.time()

    problem = told(lambda a: helper(a)).problems[0]
    assert (problem.code, problem.where.line) == ("formula-outside", helper.__code__.co_firstlineno + 1)


def test_a_default_of_a_helper_must_be_fixed() -> None:
    def helper(a, seen=SEEN, *, rate=HALF):
        return a

    assert [each.read for each in told(lambda a: helper(a)).problems] == [
        "a default, a list",
        "rate, a float",
    ]


def test_what_a_formula_encloses_must_be_fixed() -> None:
    seen = [3]
    problem = told(lambda a: least(a, seen)).problems[0]
    assert (problem.code, problem.read, problem.expected) == ("formula-outside", "seen, a list", OUTSIDE)


def test_what_a_formula_encloses_must_exist() -> None:
    def make(later):
        if later:
            each = 5
        return lambda a: a + each

    assert plain(trace(make(True)).body) == ["+", "a", 5]
    problem = told(make(False)).problems[0]
    assert (problem.code, problem.read) == ("formula-word", "each")


def test_the_enclosing_function_may_not_be_changed() -> None:
    count = 0

    def rule(a):
        nonlocal count
        count = 3
        return a

    problem = told(rule).problems[0]
    assert (problem.read, problem.where.line) == ("global, nonlocal or del", rule.__code__.co_firstlineno + 2)
    assert count == 0
