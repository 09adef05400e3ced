"""How a rule's function becomes an expression: its code is read, then it runs once, on names."""

from __future__ import annotations

from inspect import CO_VARARGS, CO_VARKEYWORDS
from types import FunctionType
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from partybuilding.errors import FormulaRefused, Problem, Where
from partybuilding.extension.expressions.grammar import Expression, lift
from partybuilding.extension.expressions.purity import examine, place
from partybuilding.extension.expressions.words import WORDS
from partybuilding.extension.expressions.written import names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, TracebackType


@frozen(eq=False)
class Traced:
    """What a function said: the columns and standards that it reads, the expression, and where it stands."""

    columns: tuple[str, ...]
    standards: tuple[str, ...]
    body: Expression
    file: str
    line: int

    @property
    def where(self) -> Where:
        """The place, as problems carry it."""
        return Where(file=self.file, line=self.line)


def trace(function: Callable[..., object]) -> Traced:
    """Read a function as the rule that it says.

    Positional parameters are columns, keyword-only parameters are standards; ``__`` in a name stands for the dot of an
    owner. The function's code is read first (see :mod:`.purity`), then it runs once on names, and what it returns is
    the rule. All problems of the code come at once.

    Raises:
        FormulaRefused: what a formula may not say, with file, line and the word to use instead.

    >>> def grant(members, *, acheng__per_head):
    ...     return members * acheng__per_head
    >>> traced = trace(grant)
    >>> traced.columns, traced.standards, traced.body
    (('members',), ('acheng.per_head',), members * acheng__per_head)
    """
    if not isinstance(function, FunctionType):
        read, remedy = (
            f"a {type(function).__name__}",
            "Write the rule as a function of the module, or as a lambda.",
        )
        raise FormulaRefused(
            Problem("formula-function", Where(), read, "a function written with def", remedy)
        )
    code = function.__code__
    reading = examine(function)
    problems = [*_bad_parameters(function), *reading.problems]
    if problems:
        raise FormulaRefused(*problems)
    columns, standards = _parameters(code)
    body = _run(function, reading.codes)
    _require_use(code, body, columns + standards)
    return Traced(_dotted(columns), _dotted(standards), body, code.co_filename, code.co_firstlineno)


def _parameters(code: CodeType) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the positional and of the keyword-only parameters, as they are written."""
    positional, every = code.co_argcount, code.co_argcount + code.co_kwonlyargcount
    return code.co_varnames[:positional], code.co_varnames[positional:every]


def _dotted(written: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.replace("__", ".") for name in written)


def _bad_parameters(function: FunctionType) -> Iterator[Problem]:
    """What is wrong with the parameters: every one must be a name, and nothing but a name."""
    code = function.__code__
    if code.co_flags & (CO_VARARGS | CO_VARKEYWORDS):
        yield _bad_parameter(code, "*args or **kwargs", "every column and standard by its name")
    if function.__defaults__ or function.__kwdefaults__:
        yield _bad_parameter(code, "a default value", "or_else(x, y) for a missing value, or a Standard")
    columns, standards = _parameters(code)
    for name in columns + standards:
        if not all(piece and "_" not in (piece[0], piece[-1]) for piece in name.split("__")):
            yield _bad_parameter(code, name, "a name, or owner__name, without _ at its ends")
        if name in WORDS:
            yield _bad_parameter(code, name, "another name: this one is a word of formulas")


def _bad_parameter(code: CodeType, read: str, expected: str) -> Problem:
    return Problem("formula-parameter", place(code), read, expected, "Change the function's parameters.")


def _run(function: FunctionType, codes: list[CodeType]) -> Expression:
    """Run the function on names; a refusal and a failure get the line on which they happened."""
    columns, standards = _parameters(function.__code__)
    given = [Expression("name", (name,)) for name in _dotted(columns)]
    fixed = {name: Expression("standard", (name.replace("__", "."),)) for name in standards}
    try:
        answer = function(*given, **fixed)
        return _answer(answer, function.__code__)
    except FormulaRefused as refusal:
        where = _line(refusal.__traceback__, codes)
        raise FormulaRefused(*(evolve(problem, where=where) for problem in refusal.problems)) from None
    except Exception as failure:
        read = f"{type(failure).__name__}: {failure}"
        problem = Problem(
            "formula-failed", _line(failure.__traceback__, codes), read, "an expression", "Mend the function."
        )
        raise FormulaRefused(problem) from failure


def _answer(answer: object, code: CodeType) -> Expression:
    """What the function returned, as an expression."""
    if answer is None:
        expected = "return, and the expression"
        raise FormulaRefused(
            Problem("formula-no-answer", place(code), "no value", expected, "Return the rule.")
        )
    return lift(answer)


def _line(trail: TracebackType | None, codes: list[CodeType]) -> Where:
    """The innermost line of the function or its helpers that a failure went through; else the function's first."""
    where = place(codes[0])
    while trail is not None:
        if trail.tb_frame.f_code in codes:
            where = place(trail.tb_frame.f_code, trail.tb_lineno)
        trail = trail.tb_next
    return where


def _require_use(code: CodeType, body: Expression, written: tuple[str, ...]) -> None:
    """Refuse parameters that the rule does not read: a rule must not seem to depend on what it ignores."""
    columns, standards = names(body)
    idle = [name for name in written if name.replace("__", ".") not in columns + standards]
    if idle:
        expected, remedy = "every parameter in the expression", "Remove the parameter, or use it."
        raise FormulaRefused(
            *(Problem("formula-unused", place(code), name, expected, remedy) for name in idle)
        )
