"""The named roundings, and division by one of them: the only place where a rest is dropped or raised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

from partybuilding.errors import Problem, RecordProblem, Where

RoundingName = Literal["half_up", "down", "up"]
Rounding = Callable[[int, int], int]
"""What divides two whole numbers with a rule for the rest: one of the named roundings."""


def half_up(numerator: int, denominator: int) -> int:
    """Divide and round 四舍五入: a half goes away from zero, so that a reversal is the exact opposite.

    >>> half_up(25, 10), half_up(24, 10), half_up(-25, 10)
    (3, 2, -3)
    """
    least, most = _magnitudes(numerator, denominator)
    return _signed((2 * least + most) // (2 * most), numerator, denominator)


def down(numerator: int, denominator: int) -> int:
    """Divide and drop the rest: towards zero, so that a reversal is the exact opposite.

    >>> down(29, 10), down(-29, 10)
    (2, -2)
    """
    least, most = _magnitudes(numerator, denominator)
    return _signed(least // most, numerator, denominator)


def up(numerator: int, denominator: int) -> int:
    """Divide and round any rest up: away from zero, so that a reversal is the exact opposite.

    >>> up(21, 10), up(-21, 10), up(20, 10)
    (3, -3, 2)
    """
    least, most = _magnitudes(numerator, denominator)
    return _signed(-(-least // most), numerator, denominator)


ROUNDINGS: Mapping[RoundingName, Rounding] = MappingProxyType({"half_up": half_up, "down": down, "up": up})
"""The named roundings by the name under which rules and proofs write them."""


def _magnitudes(numerator: int, denominator: int) -> tuple[int, int]:
    if denominator == 0:
        remedy = "Ask for missing before dividing: nothing divided by nothing is not zero."
        raise RecordProblem(
            Problem("zero-denominator", Where(), f"{numerator}/0", "a denominator other than 0", remedy)
        )
    return abs(numerator), abs(denominator)


def _signed(magnitude: int, numerator: int, denominator: int) -> int:
    return -magnitude if (numerator < 0) != (denominator < 0) else magnitude


def divide(numerator: int, denominator: int, *, rounding: Rounding = half_up) -> int:
    """Divide two whole numbers once, with a named rounding.

    Raises:
        RecordProblem: ``zero-denominator``; a formula treats that case as missing before it comes here.

    >>> divide(7, 2), divide(7, 2, rounding=down)
    (4, 3)
    """
    return rounding(numerator, denominator)
