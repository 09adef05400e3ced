"""Every reader of an expression agrees with the plain reading: arrays, bounds, printed text, plain data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pytest
from attrs import frozen
from hypothesis import assume, given
from hypothesis import strategies as st

from partybuilding.domain.brackets import Brackets
from partybuilding.engine.arithmetic import compute
from partybuilding.engine.column import Column, Resolved
from partybuilding.errors import FormulaRefused, PlanProblem
from partybuilding.extension.expressions import (
    WORDS,
    Expression,
    Kind,
    RateSpan,
    Span,
    bounds,
    bracket,
    choose,
    digest,
    divide,
    from_plain,
    greatest,
    kinds,
    known,
    least,
    names,
    or_else,
    plain,
    portion,
    read,
    rename,
    say,
    span,
)
from partybuilding.money import Rate

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = {
    "a": Kind.NUMBER,
    "b": Kind.NUMBER,
    "acheng.c": Kind.NUMBER,
    "flag": Kind.TRUTH,
    "share": Kind.RATE,
}
Held: TypeAlias = int | Rate | None
Fixed: TypeAlias = int | Rate | Brackets
STANDARDS = {"per_head": Kind.NUMBER, "floor": Kind.NUMBER, "least_share": Kind.RATE, "table": Kind.BRACKETS}


def column(name: str) -> Expression:
    return Expression("name", (name,))


def standard(name: str) -> Expression:
    return Expression("standard", (name,))


# --- random formulas, as a plugin could write them ---------------------------------------------------------------

number_leaves = st.sampled_from([*map(column, ("a", "b", "acheng.c")), *map(standard, ("per_head", "floor"))])
constants = st.one_of(st.integers(-5, 5), st.integers(-(10**6), 10**6), st.integers(-(2**63) + 1, 2**63 - 1))
rates = st.sampled_from([column("share"), standard("least_share")])
ARITHMETIC: tuple[Callable[..., Expression], ...] = (
    lambda one, other: one + other,
    lambda one, other: one - other,
    lambda one, other: one * other,
    lambda one, _: -one,
)
COMPARISONS: tuple[Callable[..., Expression], ...] = (
    lambda one, other: one < other,
    lambda one, other: one <= other,
    lambda one, other: one > other,
    lambda one, other: one >= other,
    lambda one, other: one == other,
    lambda one, other: one != other,
)


def apply(
    word: Callable[..., Expression], *operands: st.SearchStrategy[object]
) -> st.SearchStrategy[Expression]:
    return st.builds(word, *operands)


def grow(pair: tuple[st.SearchStrategy, st.SearchStrategy]) -> tuple[st.SearchStrategy, st.SearchStrategy]:
    """One level more of numbers and truths, from those below."""
    numbers, truths = pair
    operand = st.one_of(numbers, constants)
    more_numbers = st.one_of(
        numbers,
        st.builds(lambda sign, one, other: sign(one, other), st.sampled_from(ARITHMETIC), numbers, operand),
        st.builds(
            lambda sign, one, other: sign(other, one), st.sampled_from(ARITHMETIC[:3]), numbers, operand
        ),
        apply(choose, truths, operand, operand),
        apply(least, numbers, operand),
        apply(greatest, operand, numbers, operand),
        apply(divide, numbers, operand),
        apply(divide, operand, numbers),
        apply(portion, operand, rates),
        apply(bracket, operand, st.just(standard("table"))),
        apply(or_else, numbers, operand),
    )
    more_truths = st.one_of(
        truths,
        st.builds(lambda sign, one, other: sign(one, other), st.sampled_from(COMPARISONS), numbers, operand),
        st.builds(lambda sign, one, other: sign(other, one), st.sampled_from(COMPARISONS), numbers, operand),
        st.builds(lambda sign, one, other: sign(one, other), st.sampled_from(COMPARISONS), rates, rates),
        st.builds(lambda one, other: one & other, truths, truths),
        st.builds(lambda one, other: one | other, truths, truths),
        apply(choose, truths, truths, truths),
        apply(or_else, truths, truths),
        apply(known, st.one_of(numbers, truths, rates)),
    )
    return more_numbers, more_truths


LEVELS = [(number_leaves, st.just(column("flag")))]
for _ in range(4):
    LEVELS.append(grow(LEVELS[-1]))
formulas: st.SearchStrategy[Expression] = st.one_of(
    *(numbers for numbers, _ in LEVELS[1:]), *(truths for _, truths in LEVELS[1:])
)


# --- random districts --------------------------------------------------------------------------------------------


@frozen(eq=False)
class District:
    """Columns and standards twice: for each organisation by itself, and as arrays."""

    n: int
    columns: dict[str, list[Held]]
    choices: dict[str, tuple[Fixed, ...]]
    which: dict[str, list[int]]

    def of(self, place: int) -> tuple[dict[str, Held], dict[str, Fixed | None]]:
        """What one organisation has."""
        chosen = {name: self.which[name][place] for name in STANDARDS}
        standards = {name: None if at < 0 else self.choices[name][at] for name, at in chosen.items()}
        return {name: values[place] for name, values in self.columns.items()}, standards

    def arrays(self) -> tuple[dict[str, Column], dict[str, Resolved]]:
        columns = {name: arrays_of(values, COLUMNS[name]) for name, values in self.columns.items()}
        standards = {
            name: Resolved(np.array(self.which[name], np.intp), self.choices[name]) for name in STANDARDS
        }
        return columns, standards

    def spans(self) -> tuple[dict[str, Span], dict[str, Span]]:
        columns = {
            name: span(COLUMNS[name], [value for value in values if value is not None])
            for name, values in self.columns.items()
        }
        return columns, {name: span(STANDARDS[name], self.choices[name]) for name in STANDARDS}


def arrays_of(values: list[Held], kind: Kind) -> Column:
    """A column with nonsense where it is missing: no reader may look there."""
    mask = np.array([value is not None for value in values], np.bool_)
    if kind is not Kind.RATE:
        nonsense = 1 if kind is Kind.TRUTH else -(2**63)
        return Column(np.array([nonsense if value is None else value for value in values], np.int64), mask)
    numerators = [-(2**63) if value is None else value.numerator for value in values]
    denominators = [0 if value is None else value.denominator for value in values]
    return Column(np.array(numerators, np.int64), mask, np.array(denominators, np.int64))


def tables(limits: st.SearchStrategy[int]) -> st.SearchStrategy[Brackets]:
    steps = st.lists(limits, max_size=3, unique=True).map(sorted)
    return steps.flatmap(
        lambda ends: st.lists(limits, min_size=len(ends) + 1, max_size=len(ends) + 1).map(
            lambda figures: Brackets(tuple(zip([*ends, None], figures, strict=True)))
        )
    )


@st.composite
def districts(draw: st.DrawFn) -> District:
    """Small figures, or figures near the end of 64 bits; any of them missing."""
    reach = draw(st.sampled_from([2**63 - 1, 2**31, 1000, 3]))
    edges = st.sampled_from([reach, -reach, reach // 2, reach // 2 + 1, -(reach // 2)])
    figures = st.one_of(st.integers(-reach, reach), edges)
    shares = st.builds(Rate, figures, st.integers(1, reach))
    n = draw(st.sampled_from([4, 3, 2, 1, 0]))
    of_kind: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.NUMBER: figures,
        Kind.TRUTH: st.integers(0, 1),
        Kind.RATE: shares,
        Kind.BRACKETS: tables(figures),
    }
    columns = {
        name: draw(
            st.lists(
                st.one_of(of_kind[kind], of_kind[kind], of_kind[kind], st.none()), min_size=n, max_size=n
            )
        )
        for name, kind in COLUMNS.items()
    }
    choices = {
        name: tuple(draw(st.lists(of_kind[kind], min_size=1, max_size=2))) for name, kind in STANDARDS.items()
    }
    which = {
        name: draw(st.lists(st.integers(-1, len(choices[name]) - 1), min_size=n, max_size=n))
        for name in STANDARDS
    }
    return District(n, columns, choices, which)


def limits_of(formula: Expression, district: District) -> tuple[int, int] | None:
    """The bounds of a formula, or none where it was refused by name."""
    try:
        return bounds(formula, *district.spans())
    except PlanProblem as refused:
        if refused.code != "overflow":
            raise
        return None


@given(formulas, districts())
def test_arrays_and_plain_integers_agree_within_bounds_or_the_overflow_is_named(
    formula: Expression, district: District
) -> None:
    limits = limits_of(formula, district)
    assume(limits is not None)
    low, high = limits or (0, 0)
    columns, standards = district.arrays()
    got = compute(formula, columns, standards, district.n)
    wanted = [read(formula, *district.of(place)) for place in range(district.n)]
    assert [int(v) if k else None for v, k in zip(got.values, got.known, strict=True)] == wanted
    assert all(low <= value <= high for value in wanted if value is not None)
    assert not got.values[~got.known].any()
    assert (str(got.values.dtype), str(got.known.dtype), got.rates) == ("int64", "bool", False)


@given(formulas)
def test_a_formula_survives_plain_data_and_json(formula: Expression) -> None:
    again = from_plain(json.loads(json.dumps(plain(formula))))
    assert plain(again) == plain(formula)
    assert digest(again) == digest(formula)


@given(formulas)
def test_the_python_text_of_a_formula_is_the_formula(formula: Expression) -> None:
    known_names = {name.replace(".", "__"): column(name) for name in COLUMNS}
    known_names |= {name.replace(".", "__"): standard(name) for name in STANDARDS}
    again = eval(say(formula, "python"), {**WORDS, **known_names})  # noqa: S307  # the text is what is tested
    assert plain(again) == plain(formula)


@given(formulas, formulas)
def test_two_different_formulas_are_never_said_alike(one: Expression, other: Expression) -> None:
    assume(plain(one) != plain(other))
    assert digest(one) != digest(other)
    assert say(one, "python") != say(other, "python")
    assert say(one, "zh") != say(other, "zh")
    assert say(one, "en") != say(other, "en")


@given(formulas)
def test_every_random_formula_has_a_kind(formula: Expression) -> None:
    assert kinds(formula, COLUMNS | STANDARDS) in (Kind.NUMBER, Kind.TRUTH)


@given(formulas)
def test_renaming_there_and_back_changes_nothing(formula: Expression) -> None:
    columns, standards = names(formula)
    there = rename(
        formula, {name: f"x.{name}" for name in columns}, {name: f"y.{name}" for name in standards}
    )
    assert names(there) == (tuple(f"x.{name}" for name in columns), tuple(f"y.{name}" for name in standards))
    back = rename(there, {f"x.{name}": name for name in columns}, {f"y.{name}": name for name in standards})
    assert plain(back) == plain(formula)


# --- bounds by themselves -----------------------------------------------------------------------------------------

ends = st.tuples(st.integers(-30, 30), st.integers(-30, 30)).map(lambda pair: (min(pair), max(pair)))


@given(ends, ends, st.sampled_from(["-", "*", "divide", "least", "greatest"]))
def test_bounds_are_reached_and_never_passed(one: tuple[int, int], other: tuple[int, int], op: str) -> None:
    formula = Expression(op, (column("a"), column("b")))
    values = [
        read(formula, {"a": a, "b": b}, {})
        for a in range(one[0], one[1] + 1)
        for b in range(other[0], other[1] + 1)
    ]
    some: list[int] = [value for value in values if value is not None] or [0]
    assert bounds(formula, {"a": one, "b": other}, {}) == (min(some), max(some))


@given(ends, ends, st.tuples(st.integers(1, 30), st.integers(0, 10)))
def test_bounds_of_a_portion_are_reached_and_never_passed(
    base: tuple[int, int], top: tuple[int, int], under: tuple[int, int]
) -> None:
    formula = portion(column("a"), standard("share"))
    lowest, highest = under[0], under[0] + under[1]
    values = [
        read(formula, {"a": a}, {"share": Rate(numerator, denominator)}) or 0
        for a in base
        for numerator in top
        for denominator in (lowest, highest)
    ]
    spans = {"share": RateSpan(top, (lowest, highest))}
    assert bounds(formula, {"a": base}, spans) == (min(values), max(values))


MOST = 2**63 - 1


@pytest.mark.parametrize(
    ("formula", "columns", "named"),
    [
        (
            column("a") * column("b"),
            {"a": (0, 2**32), "b": (0, 2**31)},
            "a * b may reach 9,223,372,036,854,775,808",
        ),
        (column("a") + 1, {"a": (0, MOST)}, "a + 1 may reach 9,223,372,036,854,775,808"),
        (-column("a") - 2, {"a": (0, MOST)}, "0 - a - 2 may reach -9,223,372,036,854,775,809"),
        (column("a") > 0, {"a": (-MOST - 1, 0)}, "a may reach -9,223,372,036,854,775,808"),
        (
            portion(column("a"), column("share")),
            {"a": (0, 2**40), "share": RateSpan((0, 2**23), (2**23, 2**23))},
            "portion(a, share) may reach 9,223,372,036,854,775,808",
        ),
        (
            column("share") >= column("goal"),
            {"share": RateSpan((0, 1), (1, 2**32)), "goal": RateSpan((0, 2**31), (1, 1))},
            "share >= goal may reach 9,223,372,036,854,775,808",
        ),
        (
            column("share") >= column("goal"),
            {"share": RateSpan((-(2**32), 1), (1, 1)), "goal": RateSpan((0, 1), (1, 2**31))},
            "share >= goal may reach -9,223,372,036,854,775,808",
        ),
        (
            known(column("share")),
            {"share": RateSpan((0, 1), (1, 2**63))},
            "share may reach 9,223,372,036,854,775,808",
        ),
    ],
)
def test_an_overflow_is_named_with_the_step_that_may_pass(
    formula: Expression, columns: dict[str, Span], named: str
) -> None:
    with pytest.raises(PlanProblem) as caught:
        bounds(formula, columns, {})
    assert str(caught.value) == (
        f"overflow: read {named}; expected at most 9,223,372,036,854,775,807. "
        "Declare narrower bounds for what it reads, use a coarser unit, or divide before multiplying."
    )


def test_one_less_than_an_overflow_is_allowed_and_exact() -> None:
    formula = divide(column("a"), 2)
    assert bounds(formula, {"a": (-MOST, MOST)}, {}) == (-(2**62), 2**62)
    values = np.array([MOST, -MOST], np.int64)
    got = compute(formula, {"a": Column(values, np.ones(2, np.bool_))}, {}, 2)
    assert got.values.tolist() == [2**62, -(2**62)]


def test_bounds_of_something_never_known_are_harmless() -> None:
    assert span(Kind.RATE, ()) == RateSpan((0, 0), (1, 1))
    assert span(Kind.NUMBER, ()) == (0, 0)
    assert bounds(divide(column("a"), column("b")), {"a": (1, 9), "b": (0, 0)}, {}) == (0, 0)


def test_the_deepest_formula_is_read_by_every_reader() -> None:
    formula = column("a")
    for _ in range(63):
        formula = -formula
    columns = {"a": Column(np.array([7]), np.array([True]))}
    assert read(formula, {"a": 7}, {}) == -7
    assert compute(formula, columns, {}, 1).values.tolist() == [-7]
    assert bounds(formula, {"a": (7, 7)}, {}) == (-7, -7)
    assert kinds(formula, {"a": Kind.NUMBER}) is Kind.NUMBER
    assert plain(from_plain(plain(formula))) == plain(formula)
    assert digest(formula) == digest(from_plain(plain(formula)))
    assert say(formula, "zh").count("0 − ") == 63
    with pytest.raises(FormulaRefused, match="at most 2000 parts and 64 levels"):
        _ = -formula
