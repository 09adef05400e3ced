"""Canonical JSON: the one text of a value, which digests are taken of and stores keep.

Two texts of one value would give two digests, and a ledger whose digests depend on who wrote them proves nothing.
So there is exactly one: keys sorted by code point, no space, UTF-8, whole numbers of 64 bits only. What has no exact
text (a float, a Decimal, a day) is refused here, before it can reach a store.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from partybuilding.domain.record import LEAST, MOST
from partybuilding.errors import PartybuildingError, Problem, RecordProblem, Where

if TYPE_CHECKING:
    from collections.abc import Iterable

DEEPEST = 100
SHOWN = 60

PLAIN = "text, whole number, truth value, list, table or nothing"

_Path: TypeAlias = "tuple[_Path, str | int] | None"
_LONG = re.compile("[0-9]{19}")
_LONE = re.compile("[\ud800-\udfff]")
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def canonical(value: object) -> str:
    """Write a plain value as its one canonical JSON text.

    Plain means dict with text keys, list or tuple, str, int, bool and None, at most 100 levels deep. All refusals are
    reported at once, each with its path.

    Raises:
        RecordProblem: a float, NaN, Decimal or other type, a whole number beyond 64 bits, a NUL or a lone surrogate in
            a text, a key that is no text, or too many levels.

    >>> canonical({"name": "示例村", "codes": ("230112",), "example": True})
    '{"codes":["230112"],"example":true,"name":"示例村"}'
    """
    found: list[Problem] = []
    _examine(value, None, DEEPEST, found)
    if found:
        raise RecordProblem(*found)
    return _encode(value)


def require_canonical(text: str) -> None:
    """Refuse a text that is not the canonical JSON of a value, because its digest would stand for nothing else.

    Raises:
        RecordProblem: what :func:`canonical` refuses, no JSON at all, or JSON written in another way.

    >>> require_canonical('{"a":1}')
    """
    try:
        value = _decode(text)
        same = (_harmless(text) and _encode(value) == text) or canonical(value) == text
    except PartybuildingError:
        raise
    except (ValueError, RecursionError) as error:
        raise RecordProblem(_not_canonical(text)) from error
    if not same:
        raise RecordProblem(_not_canonical(text))


def _harmless(text: str) -> bool:
    """Whether a JSON text cannot hold what is refused, so that a store need not walk through the value of every row."""
    shallow = text.count("[") + text.count("{") <= DEEPEST
    return (
        shallow
        and "\\u0000" not in text
        and not _LONG.search(text)
        and (text.isascii() or not _LONE.search(text))
    )


def _not_canonical(text: str) -> Problem:
    read = ascii(text[:SHOWN])
    return Problem("not-canonical", Where(), read, "canonical JSON", "Write the value with canonical().")


def _refuse(text: str) -> NoReturn:
    raise RecordProblem(_type_problem(None, text))


_decode = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse).decode


def _examine(value: object, path: _Path, room: int, found: list[Problem]) -> None:
    """Collect what cannot be written; exact types, because a subclass may say one thing and write another."""
    kind = type(value)
    if kind is str:
        _examine_text(value, path, found)  # type: ignore[arg-type]  # an exact str
    elif kind is int:
        if not LEAST <= value <= MOST:  # type: ignore[operator]  # an exact int
            expected = "-2^63 to 2^63-1"
            found.append(
                Problem("value-range", _where(path), str(value)[:SHOWN], expected, "Use a coarser unit.")
            )
    elif kind in (dict, list, tuple):
        if room == 0:
            expected = f"at most {DEEPEST} levels"
            found.append(Problem("value-depth", _where(path), "deeper", expected, "Flatten the value."))
        elif isinstance(value, dict):
            _examine_table(value, path, room - 1, found)
        else:
            members: Iterable[object] = value  # type: ignore[assignment]  # an exact list or tuple
            for index, member in enumerate(members):
                _examine(member, (path, index), room - 1, found)
    elif value is not None and kind is not bool:
        found.append(_type_problem(path, f"{kind.__name__} {value!r}"[:SHOWN]))


def _examine_text(value: str, path: _Path, found: list[Problem]) -> None:
    if value.isascii() and "\0" not in value:
        return
    if "\0" in value or any("\ud800" <= mark <= "\udfff" for mark in value):
        read, expected = ascii(value)[:SHOWN], "text without NUL and lone surrogates"
        found.append(Problem("value-text", _where(path), read, expected, "Remove the character."))


def _examine_table(table: dict[object, object], path: _Path, room: int, found: list[Problem]) -> None:
    for key, member in table.items():
        if type(key) is str:
            _examine_text(key, path, found)
            _examine(member, (path, key), room, found)
        else:
            found.append(
                Problem("value-key", _where(path), repr(key)[:SHOWN], "a text", "Write the key as text.")
            )


def _type_problem(path: _Path, read: str) -> Problem:
    remedy = "Use the smallest unit as a whole number; write a rate as two whole numbers, a day as text."
    return Problem("value-type", _where(path), read, PLAIN, remedy)


def _where(path: _Path) -> Where:
    """The place as people write it: ``targets[3].amount``."""
    steps: list[str] = []
    while path is not None:
        path, step = path
        steps.append(f"[{step}]" if isinstance(step, int) else f".{step}")
    text = "".join(reversed(steps)).lstrip(".").replace("\0", "\\0")
    return Where(path=text.encode(errors="backslashreplace").decode() or None)
