"""Amounts: decimal text read strictly as whole steps of a unit, and shown exactly; fen are the steps of a yuan."""

from __future__ import annotations

import re

from partybuilding.errors import InputProblem, Problem, RecordProblem, Where

_NUMBER = re.compile(r"(-?)(0|[1-9][0-9]{0,40})(?:\.([0-9]{1,40}))?", re.ASCII)
_LEAST, _MOST = -(2**63), 2**63 - 1  # what a column of the engine can hold
_MOST_PLACES = 18


def _places(scale: int) -> int:
    """How many decimals a scale has; only powers of ten show exactly."""
    places = len(str(scale)) - 1
    if not 0 <= places <= _MOST_PLACES or scale != 10**places:
        remedy = "Choose the smallest unit so that one shown unit is 1, 10, 100 … of it."
        raise RecordProblem(
            Problem("bad-scale", Where(kind="unit"), str(scale), "a power of ten up to 10**18", remedy)
        )
    return places


def scaled(text: str, scale: int, *, where: Where | None = None) -> int:
    """Read decimal text as whole steps of a unit that has ``scale`` steps.

    Strict, because a figure that is misread is worse than one that is refused: plain digits, a point, a leading minus;
    no grouping, no exponent, no full-width digit, no leading zero, no space, no number that is not text.

    Raises:
        InputProblem: ``bad-number``, ``too-many-decimals`` or ``number-too-large`` (beyond 64 bits), at ``where``.
        RecordProblem: ``bad-scale`` unless the scale is a power of ten.

    >>> scaled("87.5", 10_000), scaled("-0.05", 100), scaled("68212207", 1)
    (875000, -5, 68212207)
    """
    places = _places(scale)
    found = _NUMBER.fullmatch(text) if type(text) is str else None
    if found is None:
        remedy = "Write plain digits, with a point before decimals and nothing else."
        raise InputProblem(
            Problem("bad-number", where or Where(), repr(text)[:80], "a number such as 12.34", remedy)
        )
    decimals = found[3] or ""
    if len(decimals) > places:
        remedy = "Give the figure in whole steps of its unit; it is not rounded on the way in."
        raise InputProblem(Problem("too-many-decimals", where or Where(), text, shown(1, scale), remedy))
    value = int(found[1] + found[2] + decimals.ljust(places, "0"))
    if not _LEAST <= value <= _MOST:
        expected = f"{_decimal(_LEAST, scale)} .. {_decimal(_MOST, scale)}"
        raise InputProblem(
            Problem("number-too-large", where or Where(), text, expected, "Check the unit and the digits.")
        )
    return value


def shown(value: int, scale: int) -> str:
    """Whole steps of a unit as people write them: exact, trailing zeros cut, never rounded.

    >>> shown(875000, 10_000), shown(900000, 10_000), shown(-5, 100)
    ('87.5', '90', '-0.05')
    """
    _places(scale)
    return _decimal(value, scale)


def _decimal(value: int, scale: int) -> str:
    whole, rest = divmod(abs(value), scale)
    decimals = str(scale + rest)[1:].rstrip("0")
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"


def yuan(text: str, *, where: Where | None = None) -> int:
    """Read an amount of yuan as fen: the one way in for money, strict and exact.

    >>> yuan("12.34"), yuan("200000.01")
    (1234, 20000001)
    """
    return scaled(text, 100, where=where)


def show_yuan(fen: int) -> str:
    """An amount of fen as yuan: exact, trailing zeros cut.

    >>> show_yuan(1234), show_yuan(2000), show_yuan(-50)
    ('12.34', '20', '-0.5')
    """
    return _decimal(fen, 100)
