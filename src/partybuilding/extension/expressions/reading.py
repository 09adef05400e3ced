"""A formula read on plain whole numbers, one organisation at a time: the reference that all other readers must equal.

It is slow and obvious on purpose. Numbers are Python's, without limit; a rate is never divided; missing is ``None``.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, TypeAlias, cast

from partybuilding.money import Rate, half_up

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from partybuilding.domain.brackets import Brackets
    from partybuilding.extension.expressions.grammar import Expression

Value: TypeAlias = "int | Rate | Brackets | None"


def read(
    expression: Expression, columns: Mapping[str, int | Rate | None], standards: Mapping[str, Value]
) -> int | None:
    """The value of a formula for one organisation; a truth is 1 or 0, missing is None.

    Any missing operand makes the result missing, except in ``choose`` (only the chosen value matters), ``known`` and
    ``or_else``; dividing by zero is missing. The formula's kinds must have been checked.

    >>> from partybuilding.extension.expressions import divide, trace
    >>> cost_per_head = trace(lambda cost, members: divide(cost, members)).body
    >>> read(cost_per_head, {"cost": 500, "members": 200}, {})
    3
    >>> read(cost_per_head, {"cost": 500, "members": 0}, {}) is None
    True
    """
    answer = _read(expression, columns, standards)
    return None if answer is None else int(cast("int", answer))


def quotient(dividend: int, divisor: int) -> int:
    """A quotient rounded half up, which is half away from zero, for a divisor of either sign but not zero.

    >>> quotient(5, 2), quotient(-5, 2), quotient(5, -2), quotient(4, 3)
    (3, -3, -3, 1)
    """
    return half_up(dividend, divisor) if divisor > 0 else half_up(-dividend, -divisor)


def _read(
    said: Expression, columns: Mapping[str, int | Rate | None], standards: Mapping[str, Value]
) -> Value:
    if said.op == "int":
        return int(said.leaf)
    if said.op == "name":
        return columns[said.leaf]
    if said.op == "standard":
        return standards[said.leaf]
    values = [_read(part, columns, standards) for part in said.parts]
    if said.op in _LENIENT:
        return _LENIENT[said.op](*values)
    return None if any(value is None for value in values) else _STRICT[said.op](*values)


def _choose(condition: Value, then: Value, otherwise: Value) -> Value:
    if condition is None:
        return None
    return then if condition else otherwise


def _or_else(value: Value, instead: Value) -> Value:
    return instead if value is None else value


def _known(value: Value) -> Value:
    return value is not None


def _divide(dividend: int, divisor: int) -> int | None:
    return None if divisor == 0 else quotient(dividend, divisor)


def _portion(base: int, rate: Rate) -> int:
    return quotient(base * rate.numerator, rate.denominator)


def _bracket(value: int, table: Brackets) -> int:
    return table.figure(value)


def _least(*values: int) -> int:
    return min(values)


def _greatest(*values: int) -> int:
    return max(values)


def _compared(compare: Callable[[int, int], bool]) -> Callable[[int | Rate, int | Rate], bool]:
    """A comparison of two numbers, or of two rates by cross-multiplication (denominators are greater than zero)."""

    def answer(one: int | Rate, other: int | Rate) -> bool:
        if isinstance(one, Rate) and isinstance(other, Rate):
            return compare(one.numerator * other.denominator, other.numerator * one.denominator)
        return compare(cast("int", one), cast("int", other))

    return answer


_LENIENT: dict[str, Callable[..., Value]] = {"choose": _choose, "or_else": _or_else, "known": _known}
_STRICT: dict[str, Callable[..., Value]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "&": operator.and_,
    "|": operator.or_,
    "<": _compared(operator.lt),
    "<=": _compared(operator.le),
    ">": _compared(operator.gt),
    ">=": _compared(operator.ge),
    "==": _compared(operator.eq),
    "!=": _compared(operator.ne),
    "divide": _divide,
    "portion": _portion,
    "bracket": _bracket,
    "least": _least,
    "greatest": _greatest,
}
