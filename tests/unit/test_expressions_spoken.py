"""A formula is said in Python, Chinese and English, with the brackets that it needs."""

from __future__ import annotations

import pytest

from partybuilding.extension.expressions import (
    Expression,
    Kind,
    bracket,
    choose,
    divide,
    greatest,
    known,
    least,
    or_else,
    portion,
    say,
)

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


# --- said aloud ---------------------------------------------------------------------------------------------------

LABELS = {"a": "党员", "b": "支部", "goal": "目标率", "table": "党费表"}


@pytest.mark.parametrize(
    ("formula", "python", "chinese", "english"),
    [
        (a - (b - c), "a - (b - c)", "党员 − (支部 − c)", "a − (b − c)"),
        (a + (b + c), "a + (b + c)", "党员 + (支部 + c)", "a + (b + c)"),
        (
            flag & (flag & other),
            "flag & (flag & other)",
            "flag 且 (flag 且 other)",
            "flag and (flag and other)",
        ),
        (
            flag | (flag | other),
            "flag | (flag | other)",
            "flag 或 (flag 或 other)",
            "flag or (flag or other)",
        ),
        (a - b - c, "a - b - c", "党员 − 支部 − c", "a − b − c"),
        ((a + b) * c, "(a + b) * c", "(党员 + 支部) × c", "(a + b) × c"),
        (a * (b * c), "a * (b * c)", "党员 × (支部 × c)", "a × (b × c)"),
        (a + b * c, "a + b * c", "党员 + 支部 × c", "a + b × c"),
        (a * -5 - 3, "a * -5 - 3", "党员 × (-5) − 3", "a × (-5) − 3"),
        ((a < b) & (b <= c), "(a < b) & (b <= c)", "党员 < 支部 且 支部 ≤ c", "a < b and b ≤ c"),
        (
            flag & (flag | (a != 0)),
            "flag & (flag | (a != 0))",
            "flag 且 (flag 或 党员 ≠ 0)",
            "flag and (flag or a ≠ 0)",
        ),
        (flag | flag & other, "flag | flag & other", "flag 或 flag 且 other", "flag or flag and other"),
        (
            choose(a > 0, choose(b > 0, 1, 2), choose(b == 0, 3, 4)),
            "choose(a > 0, choose(b > 0, 1, 2), choose(b == 0, 3, 4))",
            "若 党员 > 0，则 (若 支部 > 0，则 1，否则 2)，否则 若 支部 = 0，则 3，否则 4",
            "if a > 0, then (if b > 0, then 1, otherwise 2), otherwise if b = 0, then 3, otherwise 4",
        ),
        (
            least(a + b, 3) + 1,
            "least(a + b, 3) + 1",
            "(取 党员 + 支部 与 3 中的较小者) + 1",
            "(the lesser of a + b and 3) + 1",
        ),
        (
            greatest(a, b, least(a, b, c)),
            "greatest(a, b, least(a, b, c))",
            "取 党员、支部 与 (取 党员、支部 与 c 中的最小者) 中的最大者",
            "the greatest of a, b and (the least of a, b and c)",
        ),
        (greatest(a, 0), "greatest(a, 0)", "取 党员 与 0 中的较大者", "the greater of a and 0"),
        (
            divide(a * b, c) >= 5,
            "divide(a * b, c) >= 5",
            "(党员 × 支部 除以 c（四舍五入）) ≥ 5",
            "(a × b divided by c (rounded half up)) ≥ 5",
        ),
        (
            divide(a + b, a - b),
            "divide(a + b, a - b)",
            "(党员 + 支部) 除以 (党员 − 支部)（四舍五入）",
            "(a + b) divided by (a − b) (rounded half up)",
        ),
        (
            portion(a * 2, goal),
            "portion(a * 2, goal)",
            "(党员 × 2) 的 目标率（四舍五入）",
            "the share of (a × 2) at goal (rounded half up)",
        ),
        (bracket(a, table), "bracket(a, table)", "党员 在 党费表 中对应的值", "the value for a in table"),
        (known(a + b), "known(a + b)", "(党员 + 支部) 已知", "(a + b) is known"),
        (
            or_else(a + b, a - b) * 2,
            "or_else(a + b, a - b) * 2",
            "(党员 + 支部)（缺失时取 党员 − 支部） × 2",
            "(a + b) (a − b if missing) × 2",
        ),
    ],
)
def test_a_formula_is_said_with_the_brackets_that_it_needs(
    formula: Expression, python: str, chinese: str, english: str
) -> None:
    assert say(formula, "python", LABELS) == python
    assert say(formula, "zh", LABELS) == chinese
    assert say(formula, "en", None) == english


def test_labels_with_braces_and_names_of_owners_stand_as_they_are() -> None:
    formula = Expression("name", ("acheng.members",)) + 1
    assert say(formula, "python") == "acheng__members + 1"
    assert say(formula, "en") == "acheng.members + 1"
    assert say(formula, "zh", {"acheng.members": "{党员}"}) == "{党员} + 1"
