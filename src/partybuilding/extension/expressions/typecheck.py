"""Which kind of value a formula gives, and what to write where kinds do not fit together.

There are whole numbers, truths and rates. A rate is two whole numbers that are never divided early, so it may only be
compared with a rate and taken a portion at; a truth is no number, so that nobody adds one up by accident.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from partybuilding.errors import FormulaRefused, Problem, Where
from partybuilding.extension.expressions.grammar import ARITHMETIC, COMPARISONS, LOGIC, Expression, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBERS = (Kind.NUMBER,)
_TRUTHS = (Kind.TRUTH,)
_PLAIN = (Kind.NUMBER, Kind.TRUTH)
_COMPARABLE = (Kind.NUMBER, Kind.RATE)
_VALUES = (Kind.NUMBER, Kind.TRUTH, Kind.RATE)

_ALLOWED: dict[str, tuple[tuple[Kind, ...], ...]] = {
    **dict.fromkeys((*ARITHMETIC, "divide"), (_NUMBERS, _NUMBERS)),
    **dict.fromkeys(COMPARISONS, (_COMPARABLE, _COMPARABLE)),
    **dict.fromkeys(LOGIC, (_TRUTHS, _TRUTHS)),
    "choose": (_TRUTHS, _PLAIN, _PLAIN),
    "or_else": (_PLAIN, _PLAIN),
    "portion": (_NUMBERS, (Kind.RATE,)),
    "bracket": (_NUMBERS, (Kind.BRACKETS,)),
    "known": (_VALUES,),
}
"""Which kinds each operation takes, operand by operand."""

_ALIKE = {**dict.fromkeys(COMPARISONS, slice(0, 2)), "choose": slice(1, 3), "or_else": slice(0, 2)}
"""The operands that must be of one kind."""

_ANSWERS = {**dict.fromkeys((*COMPARISONS, *LOGIC, "known"), Kind.TRUTH)}
"""What each operation gives, where that does not depend on its operands; else a number."""


def kinds(expression: Expression, env: Mapping[str, Kind], *, where: Where | None = None) -> Kind:
    """Check the kinds of a whole formula, and say which one it gives: a number or a truth.

    ``env`` gives the kind of every column and standard by its name; ``where`` is the place that problems carry.

    Raises:
        FormulaRefused: every place where kinds do not fit, each with the sub-expression and what to write instead.

    >>> members = Expression("name", ("members",))
    >>> kinds(members > 3, {"members": Kind.NUMBER})
    <Kind.TRUTH: 'truth'>
    """
    problems: list[Problem] = []
    answer = _kind(expression, env, problems)
    if answer not in _PLAIN:
        problems.append(_misfit(expression, expression, answer, _PLAIN))
    if problems:
        place = Where() if where is None else where
        raise FormulaRefused(*(evolve(problem, where=place) for problem in problems))
    return answer


def _kind(said: Expression, env: Mapping[str, Kind], problems: list[Problem]) -> Kind:
    """The kind that an expression gives, or would give if its operands fitted."""
    if said.op == "int":
        return Kind.NUMBER
    if said.op in ("name", "standard"):
        return env[said.leaf]
    found = [_kind(part, env, problems) for part in said.parts]
    allowed = _ALLOWED.get(said.op, (_NUMBERS,) * len(found))
    misfits = [
        _misfit(said, part, kind, fitting)
        for part, kind, fitting in zip(said.parts, found, allowed, strict=True)
        if kind not in fitting
    ]
    problems += misfits or _unlike(said, found)
    if said.op in ("choose", "or_else") and not misfits:
        return found[-1]
    return _ANSWERS.get(said.op, Kind.NUMBER)


def _unlike(said: Expression, found: list[Kind]) -> list[Problem]:
    """What is wrong where two operands must be of one kind and are not."""
    alike = _ALIKE.get(said.op, slice(0, 0))
    if len(set(found[alike])) <= 1:
        return []
    pairs = zip(said.parts[alike], found[alike], strict=True)
    part, kind = next((part, kind) for part, kind in pairs if kind is not Kind.NUMBER)
    return [_misfit(said, part, kind, _NUMBERS)]


def _misfit(said: Expression, part: Expression, kind: Kind, fitting: tuple[Kind, ...]) -> Problem:
    """One operand of the wrong kind, with what to write instead."""
    wanted = " or ".join(each.value for each in fitting)
    inside = "" if part is said else f" in {said}"
    remedy = f"Here stands a {wanted}."
    return Problem(
        "formula-kind",
        read=f"the {kind.value} {part}{inside}",
        expected=_instead(part, kind, fitting),
        remedy=remedy,
    )


def _instead(part: Expression, kind: Kind, fitting: tuple[Kind, ...]) -> str:
    """What to write instead of an operand."""
    if kind is Kind.RATE:
        return f"portion(base, {part}), or a comparison with another rate"
    if kind is Kind.BRACKETS:
        return f"bracket(x, {part})"
    if Kind.RATE in fitting and Kind.NUMBER not in fitting:
        return "a Rate, given by a standard or an indicator"
    if Kind.BRACKETS in fitting:
        return "a table, given by a standard with Brackets"
    return f"choose({part}, 1, 0)" if kind is Kind.TRUTH else f"a comparison, such as {part} > 0"
