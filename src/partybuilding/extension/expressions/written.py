"""A formula as plain data: what is kept, compared, digested and handed to the verifier.

A column is its name as text, a number is a number, and everything else is a list that begins with its operation:
``["*", "members", ["standard", "per_head"]]``. Nothing of Python is in it, so that another program can read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TypeAlias

from partybuilding.extension.canonical import canonical
from partybuilding.extension.expressions.grammar import DEEPEST, LEAVES, Expression, refuse

Plain: TypeAlias = "str | int | list[Plain]"


def plain(expression: Expression) -> Plain:
    """Write an expression as lists, texts and whole numbers.

    >>> plain(Expression("name", ("members",)) * Expression("standard", ("per_head",)) + 5)
    ['+', ['*', 'members', ['standard', 'per_head']], 5]
    """
    if expression.op == "int":
        return int(expression.leaf)
    if expression.op == "name":
        return expression.leaf
    if expression.op == "standard":
        return ["standard", expression.leaf]
    return [expression.op, *(plain(part) for part in expression.parts)]


def from_plain(value: object) -> Expression:
    """Read an expression from plain data; the opposite of :func:`plain`.

    Raises:
        FormulaRefused: what is no expression, or one that is not in the normal form that tracing gives.

    >>> from_plain(["+", ["*", "members", ["standard", "per_head"]], 5])
    members * per_head + 5
    """
    return _from_plain(value, DEEPEST)


def _from_plain(value: object, room: int) -> Expression:
    """Read with so many levels left: hostile nesting must not end in a broken interpreter."""
    if type(value) is int:
        return Expression("int", (value,))
    if isinstance(value, str):
        return Expression("name", (value,))
    if room == 0 or not isinstance(value, list | tuple) or not value or not isinstance(value[0], str):
        expected = (
            f"a name, a whole number, or a list that begins with an operation, at most {DEEPEST} levels deep"
        )
        refuse("formula-shape", f"a {type(value).__name__}", expected, "Write the formula with plain().")
    op, *rest = value
    if op == "standard":
        return Expression("standard", tuple(rest))
    if op in LEAVES:
        refuse("formula-shape", op, "the name or the number itself", "Write the formula with plain().")
    return Expression(op, tuple(_from_plain(each, room - 1) for each in rest))


def digest(expression: Expression) -> str:
    """The SHA-256 of the canonical JSON of an expression: two rules that say the same have the same digest.

    >>> members = Expression("name", ("members",))
    >>> digest(members + 1) == digest(1 + members)
    False
    """
    return sha256(canonical(plain(expression)).encode()).hexdigest()


def names(expression: Expression) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns and the standards that an expression reads, each once, in the order in which it says them.

    >>> members, floor = Expression("name", ("members",)), Expression("standard", ("floor",))
    >>> names(members * 2 + floor + members)
    (('members',), ('floor',))
    """
    found: dict[str, dict[str, None]] = {"name": {}, "standard": {}, "int": {}}
    _gather(expression, found)
    return tuple(found["name"]), tuple(found["standard"])


def _gather(expression: Expression, found: dict[str, dict[str, None]]) -> None:
    if expression.op in LEAVES:
        found[expression.op].setdefault(expression.leaf)
    for part in expression.parts:
        _gather(part, found)


def rename(expression: Expression, columns: Mapping[str, str], standards: Mapping[str, str]) -> Expression:
    """The same expression over other names; a name that the mappings do not hold stays as it is.

    >>> actual = Expression("name", ("actual",))
    >>> rename(actual * 2, {"actual": "training.actual"}, {}).parts[0].leaf
    'training.actual'
    """
    if expression.op == "name":
        return Expression("name", (columns.get(expression.leaf, expression.leaf),))
    if expression.op == "standard":
        return Expression("standard", (standards.get(expression.leaf, expression.leaf),))
    if expression.op == "int":
        return expression
    return Expression(expression.op, tuple(rename(part, columns, standards) for part in expression.parts))
