"""The eight words of a formula, for what operators cannot say exactly or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partybuilding.extension.expressions.grammar import Expression, lift, refuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from partybuilding.extension.expressions.grammar import Operand


def choose(condition: Operand, then: Operand, otherwise: Operand) -> Expression:
    """One of two values, by a condition: what ``if`` would say.

    Missing if the condition is missing; otherwise only the chosen value matters.

    >>> members = Expression("name", ("members",))
    >>> choose(members > 0, members * 2000, 0)
    choose(members > 0, members * 2000, 0)
    """
    return Expression("choose", (lift(condition), lift(then), lift(otherwise)))


def least(*values: Operand) -> Expression:
    """The smallest of two or more numbers.

    >>> least(Expression("name", ("score",)), 100)
    least(score, 100)
    """
    return Expression("least", tuple(lift(value) for value in values))


def greatest(*values: Operand) -> Expression:
    """The greatest of two or more numbers.

    >>> greatest(0, Expression("name", ("score",)))
    greatest(0, score)
    """
    return Expression("greatest", tuple(lift(value) for value in values))


def divide(dividend: Operand, divisor: Operand) -> Expression:
    """A quotient rounded half up (四舍五入) to a whole number, once; missing if the divisor is zero.

    Half up means half away from zero, so that a reversal is the exact opposite.

    >>> divide(Expression("name", ("cost",)), Expression("name", ("members",)))
    divide(cost, members)
    """
    return Expression("divide", (lift(dividend), lift(divisor)))


def portion(base: Operand, rate: Operand) -> Expression:
    """The share of a number at a rate, rounded half up to a whole number.

    >>> portion(Expression("name", ("payroll",)), Expression("standard", ("share",)))
    portion(payroll, share)
    """
    return Expression("portion", (lift(base), lift(rate)))


def bracket(value: Operand, table: Operand) -> Expression:
    """The figure of a number in a table of brackets; the table is a standard.

    >>> bracket(Expression("name", ("wage",)), Expression("standard", ("dues",)))
    bracket(wage, dues)
    """
    held = lift(table)
    if held.op != "standard":
        expected = "a keyword-only parameter, and its table in a Standard"
        refuse("formula-table", str(held), expected, "Declare the table as a standard with Brackets.")
    return Expression("bracket", (lift(value), held))


def known(value: Operand) -> Expression:
    """Whether a value is known at all; the answer itself is never missing.

    >>> known(Expression("name", ("closed",)))
    known(closed)
    """
    return Expression("known", (lift(value),))


def or_else(value: Operand, instead: Operand) -> Expression:
    """A value, or another one where it is missing.

    >>> or_else(Expression("name", ("closed",)), Expression("name", ("today",)))
    or_else(closed, today)
    """
    return Expression("or_else", (lift(value), lift(instead)))


WORDS: dict[str, Callable[..., Expression]] = {
    word.__name__: word for word in (choose, least, greatest, divide, portion, bracket, known, or_else)
}
"""The words by their names."""
