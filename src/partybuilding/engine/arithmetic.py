"""A formula read on arrays: every organisation at once, and the same to the byte as on plain whole numbers.

The planner has checked kinds and bounds before, so nothing overflows where values are known; where they are missing the
numbers mean nothing and are set to zero at the end, so that equal results are equal bytes. What is the same for all
organisations stays one number until it meets a column.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING, cast

import numpy as np
from attrs import frozen

from partybuilding.domain.brackets import Brackets
from partybuilding.engine.column import Column, Mask, Places, Resolved, Whole
from partybuilding.extension.expressions.grammar import COMPARISONS
from partybuilding.money import Rate

if TYPE_CHECKING:
    from collections.abc import Callable

    from partybuilding.extension.expressions import Expression

ALWAYS = np.array(True)
OPEN_END = np.iinfo(np.int64).max


@frozen(eq=False)
class _Cells:
    """Values on the way: arrays over the organisations, or one number for all of them."""

    values: Whole
    known: Mask
    denominator: Whole | None = None


@frozen(eq=False)
class _Tables:
    """Tables of brackets on the way: one row a table, and which table each organisation has."""

    which: Places
    known: Mask
    limits: Whole
    figures: Whole


@frozen(eq=False)
class _Given:
    """What a formula reads from."""

    columns: Mapping[str, Column]
    standards: Mapping[str, Resolved]


def compute(
    expression: Expression, columns: Mapping[str, Column], standards: Mapping[str, Resolved], n: int
) -> Column:
    """The column that a formula gives over ``n`` organisations.

    Truths are 0 and 1; missing values are 0 and not known. The result owns its arrays. The formula's kinds and bounds
    must have been checked.

    >>> from partybuilding.extension.expressions import trace
    >>> body = trace(lambda members: members * 2000).body
    >>> compute(body, {"members": Column(np.array([3, 9]), np.array([True, False]))}, {}, 2).values
    array([6000,    0])
    """
    found = _cells(expression, _Given(columns, standards))
    values = np.broadcast_to(found.values, (n,)).astype(np.int64)
    known = np.broadcast_to(found.known, (n,)).copy()
    values[~known] = 0
    return Column(values, known)


def _cells(said: Expression, given: _Given) -> _Cells:
    """The cells of an expression."""
    if said.op == "int":
        return _Cells(np.array(int(said.leaf), np.int64), ALWAYS)
    if said.op == "name":
        column = given.columns[said.leaf]
        return _Cells(column.values, _brief(column.known), column.denominator)
    if said.op == "standard":
        return _standard(given.standards[said.leaf])
    if said.op == "bracket":
        value, table = said.parts
        return _bracket(_cells(value, given), _tables(given.standards[table.leaf]))
    operands = [_cells(part, given) for part in said.parts]
    return _compare(said.op, *operands) if said.op in COMPARISONS else _APPLY[said.op](*operands)


def _brief(known: Mask) -> Mask:
    """A mask that is true everywhere as one truth, so that later steps need not touch it."""
    return ALWAYS if bool(known.all()) else known


def _standard(resolved: Resolved) -> _Cells:
    """The values of a standard: gathered for each organisation, or one number where all have the same."""
    which, known = _places(resolved)
    if any(isinstance(choice, Rate) for choice in resolved.choices):
        rates = [*(cast("Rate", choice) for choice in resolved.choices), Rate(0, 1)]
        numerators = np.array([rate.numerator for rate in rates], np.int64)
        return _Cells(
            numerators[which], known, np.array([rate.denominator for rate in rates], np.int64)[which]
        )
    return _Cells(
        np.array([*(cast("int", choice) for choice in resolved.choices), 0], np.int64)[which], known
    )


def _places(resolved: Resolved) -> tuple[Places, Mask]:
    """Which value each organisation has, and where any holds; -1 points to the filler after the last choice."""
    which = resolved.which
    if which.size and which.min() == which.max():
        which = which[0]
    return which, _brief(np.asarray(which >= 0))


def _tables(resolved: Resolved) -> _Tables:
    """The tables of a standard as two rectangles, padded with limits that nothing passes."""
    which, known = _places(resolved)
    tables = [*(cast("Brackets", choice) for choice in resolved.choices), Brackets(((None, 0),))]
    width = max(len(table.limits) for table in tables)
    limits = np.full((len(tables), width), OPEN_END, np.int64)
    figures = np.zeros((len(tables), width + 1), np.int64)
    for place, table in enumerate(tables):
        limits[place, : len(table.limits)] = table.limits
        figures[place, : len(table.figures)] = table.figures
    return _Tables(which, known, limits, figures)


def _bracket(value: _Cells, tables: _Tables) -> _Cells:
    """The row of an amount is the number of limits below it: counted limit by limit, for all organisations at once."""
    row = np.zeros(np.broadcast_shapes(value.values.shape, tables.which.shape), np.intp)
    for step in range(tables.limits.shape[1]):
        row += value.values > tables.limits[tables.which, step]
    return _Cells(tables.figures[tables.which, row], value.known & tables.known)


def _compare(op: str, one: _Cells, other: _Cells) -> _Cells:
    """Compare numbers, or rates by cross-multiplication."""
    left, right = one.values, other.values
    if one.denominator is not None and other.denominator is not None:
        left, right = left * other.denominator, right * one.denominator
    return _Cells(_UFUNCS[op](left, right), one.known & other.known)


def _strict(op: str) -> Callable[..., _Cells]:
    """An operation on two or more numbers or truths that is missing where any of them is."""

    def apply(*operands: _Cells) -> _Cells:
        values = reduce(_UFUNCS[op], (each.values for each in operands))
        return _Cells(values, reduce(np.logical_and, (each.known for each in operands)))

    return apply


def _choose(condition: _Cells, then: _Cells, otherwise: _Cells) -> _Cells:
    chosen = condition.values != 0
    known = condition.known & np.where(chosen, then.known, otherwise.known)
    return _Cells(np.where(chosen, then.values, otherwise.values), known)


def _known(value: _Cells) -> _Cells:
    return _Cells(cast("Whole", value.known), ALWAYS)


def _or_else(value: _Cells, instead: _Cells) -> _Cells:
    return _Cells(np.where(value.known, value.values, instead.values), value.known | instead.known)


def _divide(dividend: _Cells, divisor: _Cells) -> _Cells:
    some = divisor.values != 0
    values = _half_up(dividend.values, np.where(some, divisor.values, 1))
    return _Cells(values, dividend.known & divisor.known & some)


def _portion(base: _Cells, rate: _Cells) -> _Cells:
    """Denominators mean nothing where the rate is missing; a standard that nowhere has a value has none at all."""
    denominator = np.array(1) if rate.denominator is None else rate.denominator
    values = _half_up(base.values * rate.values, np.where(denominator > 0, denominator, 1))
    return _Cells(values, base.known & rate.known)


def _half_up(dividend: Whole, divisor: Whole) -> Whole:
    """Divide and round half away from zero, without any step beyond the dividend's own size."""
    size, by = np.abs(dividend), np.abs(divisor)
    whole = size // by
    rest = size - whole * by
    rounded = whole + (rest >= by - rest)
    signed: Whole = np.where((dividend < 0) == (divisor < 0), rounded, -rounded)
    return signed


_UFUNCS: dict[str, np.ufunc] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "&": np.bitwise_and,
    "|": np.bitwise_or,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
    "least": np.minimum,
    "greatest": np.maximum,
}

_APPLY: dict[str, Callable[..., _Cells]] = {
    **{op: _strict(op) for op in ("+", "-", "*", "&", "|", "least", "greatest")},
    "choose": _choose,
    "known": _known,
    "or_else": _or_else,
    "divide": _divide,
    "portion": _portion,
}
