"""Scoring rules: how an actual, a target and the full points of a scheme become a score.

Each rule stays between nothing and the full points. A rule that reads rates says so in its name, because a rate may only
be compared and taken a share at: it is never divided before the end. A truth is scored as the number 1 or 0, which
``choose(truth, 1, 0)`` makes of it. The veto is no rule: a scheme names the column that caps its total.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from partybuilding.plugin import Label, ScoringRule, bracket, choose, divide, greatest, least, point, portion

if TYPE_CHECKING:
    from partybuilding.plugin import Expression

WHOLE = 10_000
"""A whole in basis points: the limits of ``grades`` for rates, and its figures, are parts of it."""


def shortfall(actual: Expression, target: Expression, full: Expression, *, each: Expression) -> Expression:
    """Full points, less a deduction for each piece below the target.

    >>> from partybuilding.extension.expressions import trace
    >>> trace(shortfall).body
    greatest(full - greatest(target - actual, 0) * each, 0)
    """
    return greatest(full - greatest(target - actual, 0) * each, 0)


def all_or_nothing(actual: Expression, target: Expression, full: Expression) -> Expression:
    """Full points from the target on, nothing below it; for numbers and for rates, which compare exactly."""
    return choose(actual >= target, full, 0)


def graded(actual: Expression, full: Expression, *, grades: Expression) -> Expression:
    """A share of the points by the bracket that a rate, rounded half up to hundredths of a percent, falls into."""
    return divide(full * bracket(portion(WHOLE, actual), grades), WHOLE)


def proportional(actual: Expression, target: Expression, full: Expression) -> Expression:
    """The share of the points that a number has reached of its target; full points from the target on."""
    return choose(actual >= target, full, divide(full * greatest(actual, 0), target))


def proportional_rate(actual: Expression, target: Expression, full: Expression) -> Expression:
    """Full points from the target on, below it the share of the points that the rate itself is.

    With a target of the whole, which a rate of coverage has, that is proportion to the target.
    """
    return choose(actual >= target, full, least(portion(full, actual), full))


def event(actual: Expression, full: Expression, *, each: Expression) -> Expression:
    """Full points, less a deduction for every event."""
    return greatest(full - actual * each, 0)


def level_judgement(actual: Expression, full: Expression, *, grades: Expression) -> Expression:
    """A fixed share of the points for each level that was judged."""
    return divide(full * bracket(actual, grades), WHOLE)


def supplied(actual: Expression, full: Expression) -> Expression:
    """The points that the department in charge gave, up to full points."""
    return least(greatest(actual, 0), full)


def bonus(actual: Expression, full: Expression, *, each: Expression) -> Expression:
    """Points for each piece, up to the most that the scheme lists; the scheme caps all bonuses together."""
    return least(actual * each, full)


def rules() -> Iterator[ScoringRule]:
    """Every scoring rule."""
    rows: tuple[tuple[str, Callable[..., Expression], Label], ...] = (
        ("shortfall", shortfall, Label("缺项扣分", "deduction for each missing piece")),
        ("all_or_nothing", all_or_nothing, Label("达标得分，不达标不得分", "all or nothing")),
        ("graded", graded, Label("分档计分", "graded by brackets")),
        ("proportional", proportional, Label("按完成比例计分", "proportional to the target")),
        ("proportional_rate", proportional_rate, Label("按比率计分", "proportional to the rate")),
        ("event", event, Label("事件扣分", "deduction for each event")),
        ("level_judgement", level_judgement, Label("等级评定计分", "points by judged level")),
        ("supplied", supplied, Label("部门评分", "points supplied by the department")),
        ("bonus", bonus, Label("加分（封顶）", "bonus with a cap")),
    )
    for name, function, label in rows:
        yield ScoringRule(name=name, function=function, label=label, unit=point)
