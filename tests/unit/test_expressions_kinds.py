"""Kinds fit together or are refused with what to write; missing spoils only where it matters."""

from __future__ import annotations

import pytest

from partybuilding.domain.brackets import Brackets
from partybuilding.errors import FormulaRefused, Where
from partybuilding.extension.expressions import (
    Expression,
    Kind,
    bracket,
    choose,
    divide,
    greatest,
    kinds,
    known,
    least,
    or_else,
    portion,
    read,
    span,
)
from partybuilding.money import Rate

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


# --- kinds --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "kind"),
    [
        (a + b * 2 - per_head, Kind.NUMBER),
        (a, Kind.NUMBER),
        (flag, Kind.TRUTH),
        (a > b, Kind.TRUTH),
        (share >= goal, Kind.TRUTH),
        (share != goal, Kind.TRUTH),
        ((a == 3) & flag | other, Kind.TRUTH),
        (known(share) & known(a) & known(flag), Kind.TRUTH),
        (choose(flag, a, 0), Kind.NUMBER),
        (choose(flag, a > 0, other), Kind.TRUTH),
        (or_else(a, 0), Kind.NUMBER),
        (or_else(flag, other), Kind.TRUTH),
        (portion(a, share) + divide(a, b) + bracket(a, table), Kind.NUMBER),
        (least(a, b, 3) + greatest(a, 0), Kind.NUMBER),
    ],
)
def test_kinds_follow_from_what_is_said(formula: Expression, kind: Kind) -> None:
    assert kinds(formula, ENV) is kind


@pytest.mark.parametrize(
    ("formula", "read_", "expected", "remedy"),
    [
        (flag + 1, "the truth flag in flag + 1", "choose(flag, 1, 0)", "Here stands a number."),
        (2 * (a > 0), "the truth a > 0 in 2 * (a > 0)", "choose(a > 0, 1, 0)", "Here stands a number."),
        (flag > 0, "the truth flag in flag > 0", "choose(flag, 1, 0)", "Here stands a number or rate."),
        (
            flag == other,
            "the truth flag in flag == other",
            "choose(flag, 1, 0)",
            "Here stands a number or rate.",
        ),
        (least(flag, 1), "the truth flag in least(flag, 1)", "choose(flag, 1, 0)", "Here stands a number."),
        (
            share * 2,
            "the rate share in share * 2",
            "portion(base, share), or a comparison with another rate",
            "Here stands a number.",
        ),
        (
            share >= 80,
            "the rate share in share >= 80",
            "portion(base, share), or a comparison with another rate",
            "Here stands a number.",
        ),
        (
            choose(flag, share, share),
            "the rate share in choose(flag, share, share)",
            "portion(base, share), or a comparison with another rate",
            "Here stands a number or truth.",
        ),
        (
            share,
            "the rate share",
            "portion(base, share), or a comparison with another rate",
            "Here stands a number or truth.",
        ),
        (
            portion(a, b),
            "the number b in portion(a, b)",
            "a Rate, given by a standard or an indicator",
            "Here stands a rate.",
        ),
        (
            bracket(a, per_head),
            "the number per_head in bracket(a, per_head)",
            "a table, given by a standard with Brackets",
            "Here stands a brackets.",
        ),
        (table + 1, "the brackets table in table + 1", "bracket(x, table)", "Here stands a number."),
        (
            known(table),
            "the brackets table in known(table)",
            "bracket(x, table)",
            "Here stands a number or truth or rate.",
        ),
        (table, "the brackets table", "bracket(x, table)", "Here stands a number or truth."),
        (a & flag, "the number a in a & flag", "a comparison, such as a > 0", "Here stands a truth."),
        (
            choose(a, b, c),
            "the number a in choose(a, b, c)",
            "a comparison, such as a > 0",
            "Here stands a truth.",
        ),
        (
            choose(flag, a > 0, 0),
            "the truth a > 0 in choose(flag, a > 0, 0)",
            "choose(a > 0, 1, 0)",
            "Here stands a number.",
        ),
        (
            or_else(flag, 0),
            "the truth flag in or_else(flag, 0)",
            "choose(flag, 1, 0)",
            "Here stands a number.",
        ),
        (
            or_else(0, flag),
            "the truth flag in or_else(0, flag)",
            "choose(flag, 1, 0)",
            "Here stands a number.",
        ),
    ],
)
def test_kinds_that_do_not_fit_are_refused_with_what_to_write(
    formula: Expression, read_: str, expected: str, remedy: str
) -> None:
    with pytest.raises(FormulaRefused) as caught:
        kinds(formula, ENV)
    problem = caught.value.problems[0]
    assert (problem.code, problem.read, problem.expected, problem.remedy) == (
        "formula-kind",
        read_,
        expected,
        remedy,
    )


def test_all_misfits_of_a_formula_come_at_once_with_their_place() -> None:
    with pytest.raises(FormulaRefused) as caught:
        kinds(choose(a, flag + 1, share * 2), ENV, where=Where(file="rules.py", line=7))
    assert [problem.read for problem in caught.value.problems] == [
        "the truth flag in flag + 1",
        "the rate share in share * 2",
        "the number a in choose(a, flag + 1, share * 2)",
    ]
    assert {str(problem.where) for problem in caught.value.problems} == {"file rules.py, line 7"}


# --- missing, on plain whole numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "formula",
    [
        a + b, a - b, b * a, a < b, b >= a, a == b, a != b, (a > 0) & (b > 0), (b > 0) | (a > 0), least(b, a, 3),
        greatest(a, b), divide(a, b), divide(b, a), portion(a, goal), bracket(a, table), choose(a > 0, 1, 1),
        choose(b > 0, a, 1), or_else(a, a), portion(b, share), share < goal, choose(b > 0, 1, 0) + a,
    ],
)  # fmt: skip
def test_what_is_missing_makes_the_result_missing(formula: Expression) -> None:
    columns = {"a": None, "b": 3, "share": None}
    assert read(formula, columns, {"goal": Rate(1, 2), "table": Brackets(((None, 1),))}) is None


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        (known(a), 0),
        (known(b), 1),
        (known(share), 0),
        (known(per_head), 0),
        (or_else(a, b), 3),
        (or_else(b, a), 3),
        (choose(b > 0, b, a), 3),
        (choose(b < 0, a, b), 3),
        (or_else(divide(b, 0), 7), 7),
        (known(divide(b, b - 3)), 0),
    ],
)
def test_what_is_missing_is_not_always_spoiling(formula: Expression, value: int) -> None:
    got = read(formula, {"a": None, "b": 3, "share": None}, {"per_head": None})
    assert (type(got), got) == (int, value)


def test_a_standard_without_a_value_is_missing() -> None:
    assert read(a * per_head, {"a": 3}, {"per_head": None}) is None
    assert read(bracket(a, table), {"a": 3}, {"table": None}) is None


def test_rates_compare_exactly() -> None:
    rates = {"share": Rate(2**62, 2**62 + 1), "goal": Rate(2**62 - 1, 2**62)}
    assert read(share > goal, {"share": rates["share"]}, {"goal": rates["goal"]}) == 1
    assert read(share == goal, {"share": Rate(1, 2)}, {"goal": Rate(2, 4)}) == 1


@pytest.mark.parametrize(
    ("dividend", "divisor", "value"),
    [(5, 2, 3), (-5, 2, -3), (5, -2, -3), (-5, -2, 3), (7, 3, 2), (8, 3, 3), (0, -5, 0)],
)
def test_half_goes_away_from_zero(dividend: int, divisor: int, value: int) -> None:
    assert read(divide(a, b), {"a": dividend, "b": divisor}, {}) == value


def test_dues_step_at_the_limit_and_are_charged_on_the_whole() -> None:
    dues = Brackets(((300_000, 50), (500_000, 100), (1_000_000, 150), (None, 200)))
    formula = divide(a * bracket(a, table), 10_000)
    assert [read(formula, {"a": wage}, {"table": dues}) for wage in (300_000, 300_100)] == [1500, 3001]


def test_a_table_counts_with_its_figures_in_the_bounds() -> None:
    assert span(Kind.BRACKETS, [Brackets(((3, 9), (None, -2))), Brackets(((None, 4),))]) == (-2, 9)
