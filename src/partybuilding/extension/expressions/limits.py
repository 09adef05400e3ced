"""The least and the greatest value of a formula, known before its first number, so that nothing ever overflows.

Columns declare their bounds, standards have their values; from these follow the bounds of every step of a formula,
inside a rounding and a cross-multiplication too. What may pass 64 bits is refused by name; what is not refused is
exact on arrays of 64-bit numbers.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, TypeAlias, cast

from attrs import frozen

from partybuilding.domain.brackets import Brackets
from partybuilding.errors import PlanProblem, Problem, Where
from partybuilding.extension.expressions.grammar import COMPARISONS, LARGEST, Expression, Kind
from partybuilding.extension.expressions.reading import quotient
from partybuilding.money import Rate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Range: TypeAlias = tuple[int, int]
"""The least and the greatest value, both inclusive."""


@frozen
class RateSpan:
    """The ranges of a rate's two numbers; denominators are greater than zero."""

    numerator: Range
    denominator: Range


Span: TypeAlias = Range | RateSpan
NOTHING_KNOWN: Range = (0, 0)


def span(kind: Kind, values: Iterable[int | Rate | Brackets]) -> Span:
    """The bounds of the values of one kind that a standard has; a table counts with its figures.

    >>> span(Kind.NUMBER, (2000, 3000)), span(Kind.BRACKETS, [Brackets(((3000, 5), (None, 10)))])
    ((2000, 3000), (5, 10))
    >>> span(Kind.RATE, [Rate(4, 5), Rate(9, 10)])
    RateSpan(numerator=(4, 9), denominator=(5, 10))
    """
    if kind is Kind.RATE:
        rates = [cast("Rate", value) for value in values] or [Rate(0, 1)]
        return RateSpan(_range(rate.numerator for rate in rates), _range(rate.denominator for rate in rates))
    return _range(
        figure
        for value in values
        for figure in (value.figures if isinstance(value, Brackets) else (cast("int", value),))
    )


def _range(values: Iterable[int]) -> Range:
    """The least and the greatest of some numbers; of none, nothing is ever known, so any range will do."""
    held = tuple(values)
    return (min(held), max(held)) if held else NOTHING_KNOWN


def bounds(
    expression: Expression,
    columns: Mapping[str, Span],
    standards: Mapping[str, Span],
    *,
    where: Where | None = None,
) -> Range:
    """The least and the greatest value that a formula can give, from the bounds of what it reads.

    A truth lies between 0 and 1. The formula's kinds must have been checked; ``where`` is the place that a problem
    carries. The range holds every value, though it may be wider than the values that occur.

    Raises:
        PlanProblem: ``overflow``, naming the first step that may pass 64 bits.

    >>> members, per_head = Expression("name", ("members",)), Expression("standard", ("per_head",))
    >>> bounds(members * per_head, {"members": (0, 100_000)}, {"per_head": (2000, 3000)})
    (0, 300000000)
    """
    place = Where() if where is None else where
    return cast("Range", _bounds(expression, columns, standards, place))


def _bounds(
    said: Expression, columns: Mapping[str, Span], standards: Mapping[str, Span], where: Where
) -> Span:
    """The span of an expression; rates occur only as leaves."""
    if said.op in ("name", "standard"):
        held = (columns if said.op == "name" else standards)[said.leaf]
    elif said.op == "int":
        held = (int(said.leaf), int(said.leaf))
    else:
        spans = [_bounds(part, columns, standards, where) for part in said.parts]
        if said.op in COMPARISONS and isinstance(spans[0], RateSpan):
            _fit(said, _crossed(spans[0], cast("RateSpan", spans[1])), where)
        elif said.op == "portion":
            _fit(said, _times(cast("Range", spans[0]), cast("RateSpan", spans[1]).numerator), where)
        held = _RANGES.get(said.op, _truth)(*spans)
    for each in (held.numerator, held.denominator) if isinstance(held, RateSpan) else (held,):
        _fit(said, each, where)
    return held


def _fit(said: Expression, reach: Range, where: Where) -> None:
    """Refuse a step that may pass 64 bits."""
    furthest = max(reach, key=abs)
    if abs(furthest) > LARGEST:
        remedy = (
            "Declare narrower bounds for what it reads, use a coarser unit, or divide before multiplying."
        )
        read = f"{said} may reach {furthest:,}"
        raise PlanProblem(Problem("overflow", where, read, f"at most {LARGEST:,}", remedy))


def _corners(apply: Callable[[int, int], int], first: Iterable[int], second: Iterable[int]) -> Range:
    """The range of a function that is monotone in each argument, from the corners of its field."""
    return _range(apply(one, other) for one, other in product(first, second))


def _times(first: Range, second: Range) -> Range:
    return _corners(lambda one, other: one * other, first, second)


def _crossed(first: RateSpan, second: RateSpan) -> Range:
    """What the cross-multiplication of two rates may reach on either side."""
    sides = (_times(first.numerator, second.denominator), _times(second.numerator, first.denominator))
    return _range(limit for side in sides for limit in side)


def _plus(first: Range, second: Range) -> Range:
    return first[0] + second[0], first[1] + second[1]


def _minus(first: Range, second: Range) -> Range:
    return first[0] - second[1], first[1] - second[0]


def _either(first: Range, second: Range) -> Range:
    return min(first[0], second[0]), max(first[1], second[1])


def _chosen(_: Range, first: Range, second: Range) -> Range:
    return _either(first, second)


def _least(*ranges: Range) -> Range:
    return min(low for low, _ in ranges), min(high for _, high in ranges)


def _greatest(*ranges: Range) -> Range:
    return max(low for low, _ in ranges), max(high for _, high in ranges)


def _quotient(dividend: Range, divisor: Range) -> Range:
    """A quotient is furthest at the divisors nearest to zero, on either side of it, and at the ends."""
    low, high = divisor
    divisors = [each for each in (low, min(high, -1), max(low, 1), high) if low <= each <= high and each != 0]
    return _corners(quotient, dividend, divisors)


def _portion(base: Range, rate: RateSpan) -> Range:
    return _corners(quotient, _times(base, rate.numerator), rate.denominator)


def _figure(_: Range, figures: Range) -> Range:
    return figures


def _truth(*_: Span) -> Range:
    return 0, 1


_RANGES: dict[str, Callable[..., Range]] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
    "choose": _chosen,
    "or_else": _either,
    "least": _least,
    "greatest": _greatest,
    "divide": _quotient,
    "portion": _portion,
    "bracket": _figure,
}
