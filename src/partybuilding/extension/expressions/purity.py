"""What a formula's function may not do, read from its code before it runs once.

A rule must say the same on every day and every machine. Instead of trusting that, its compiled code is read: it may
call the words, other functions of the same kind and nothing else; it takes one path, changes nothing and looks at
nothing but its parameters and fixed whole numbers. So the clock, chance, files and the network are out of reach, and
one run on names sees all that the function says.
"""

from __future__ import annotations

import builtins
import dis
from difflib import get_close_matches
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR
from types import CellType, CodeType, FunctionType
from typing import TYPE_CHECKING

from attrs import field, frozen

from partybuilding.errors import Problem, Where
from partybuilding.extension.expressions.grammar import BRANCH
from partybuilding.extension.expressions.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

KNOWN = "known(x), or or_else(x, y)"
PURE = "an expression of the parameters"
SUSPENDED = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR
NOTHING = object()

# The beginnings of instruction names, so that new versions of Python stay covered; the first that fits counts.
_SIGNS: tuple[tuple[tuple[str, ...], str, str, str], ...] = (
    (("POP_JUMP_IF_NO", "POP_JUMP_FORWARD_IF_NO", "IS_OP"), "formula-branch", "is None", KNOWN),
    (
        ("FOR_ITER", "GET_ITER", "JUMP_BACKWARD", "POP_JUMP_BACKWARD"),
        "formula-loop",
        "a loop",
        "the terms written out",
    ),
    (("POP_JUMP", "JUMP_IF"), "formula-branch", "if, and, or, or a chain of comparisons", BRANCH),
    (("UNARY_NOT",), "formula-branch", "not", "the opposite comparison: a >= b for not (a < b)"),
    (("CONTAINS_OP",), "formula-branch", "in", "(x == 1) | (x == 2)"),
    (("IMPORT",), "formula-statement", "import", "the words, imported at the top of the module"),
    (
        ("MAKE_FUNCTION", "LOAD_BUILD_CLASS"),
        "formula-statement",
        "a function inside",
        "a function of the module",
    ),
    (("STORE_GLOBAL", "STORE_DEREF", "DELETE_"), "formula-statement", "global, nonlocal or del", PURE),
    (
        ("STORE_ATTR", "STORE_SUBSCR", "STORE_SLICE"),
        "formula-statement",
        "an assignment into something",
        PURE,
    ),
    (("PUSH_EXC_INFO", "RAISE_VARARGS"), "formula-statement", "try, raise, assert or with", PURE),
    (
        ("LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER"),
        "formula-attribute",
        "an attribute",
        "the words, imported by name",
    ),
)

_INSTEAD = {
    "min": "least(a, b)",
    "max": "greatest(a, b)",
    "abs": "greatest(x, 0 - x)",
    "sum": "a + b, or a Rollup over organisations",
    "round": "divide(a, b), which rounds half up once",
    "divmod": "divide(a, b), which rounds half up once",
    "pow": "x * x",
    "all": "a & b",
    "any": "a | b",
    "bool": "a comparison, such as x > 0",
    "int": "the column itself: it is a whole number already",
    "float": "the smallest unit (fen, not yuan), or a Rate as a standard with portion(base, rate)",
}


@frozen
class Reading:
    """What reading a function's code found: the problems, and the code of the function and its helpers."""

    problems: list[Problem] = field(factory=list)
    codes: list[CodeType] = field(factory=list)


def examine(function: FunctionType) -> Reading:
    """Read the code of a function, and of every function that it calls, without running it.

    >>> def rule(members):
    ...     return max(members, 3)
    >>> [(problem.read, problem.expected) for problem in examine(rule).problems]
    [('max', 'greatest(a, b)')]
    """
    reading = Reading()
    _examine(function, reading)
    return reading


def place(code: CodeType, line: int | None = None) -> Where:
    """The file and line of some code."""
    return Where(file=code.co_filename, line=code.co_firstlineno if line is None else line)


def _examine(function: FunctionType, reading: Reading) -> None:
    code = function.__code__
    if code in reading.codes:
        return
    reading.codes.append(code)
    if code.co_flags & SUSPENDED:
        reading.problems.append(_problem("formula-statement", place(code), "yield or await", PURE))
    for name, value in _defaults(function):
        _judge_value(name, value, place(code), reading)
    line = code.co_firstlineno
    for instruction in dis.get_instructions(code):
        # what the compiler adds by itself (the entry of an except) has no line: then it is the one before
        line = (instruction.positions and instruction.positions.lineno) or line
        _judge(function, instruction, place(code, line), reading)


def _defaults(function: FunctionType) -> Iterator[tuple[str, object]]:
    """The defaults of a helper's parameters: they must be as fixed as everything else that it reads."""
    for value in function.__defaults__ or ():
        yield "a default", value
    yield from (function.__kwdefaults__ or {}).items()


def _judge(function: FunctionType, instruction: dis.Instruction, where: Where, reading: Reading) -> None:
    """Note what is wrong with one instruction, once a line; read a helper that it names as well."""
    name = str(instruction.argval)
    for beginnings, code, read, expected in _SIGNS:
        if instruction.opname.startswith(beginnings):
            told = f"{read} .{name}" if code == "formula-attribute" else read
            _note(_problem(code, where, told, expected), reading)
            return
    if instruction.opname.startswith(("LOAD_GLOBAL", "LOAD_NAME")):
        _judge_value(name, _global(function, name), where, reading)
    elif instruction.opname.startswith("LOAD_DEREF"):
        _judge_value(name, _enclosed(function, name), where, reading)


def _global(function: FunctionType, name: str) -> object:
    """What a global name stands for, or the mark for nothing."""
    return function.__globals__.get(name, getattr(builtins, name, NOTHING))


def _enclosed(function: FunctionType, name: str) -> object:
    """What a name of the enclosing function stands for, or the mark for nothing (yet)."""
    cells: dict[str, CellType] = dict(
        zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    )
    try:
        return cells[name].cell_contents
    except ValueError:
        return NOTHING


def _judge_value(name: str, value: object, where: Where, reading: Reading) -> None:
    """Note a name that stands for nothing, or for something that may change; read a helper."""
    if type(value) is int or any(value is word for word in WORDS.values()):
        return
    if isinstance(value, FunctionType):
        _examine(value, reading)
    elif value is NOTHING or value is getattr(builtins, name, NOTHING):
        _note(_problem("formula-word", where, name, _nearest(name)), reading)
    else:
        read = f"{name}, a {type(value).__name__}"
        expected = (
            "a parameter: a column, or a standard after the *; only whole numbers and words come from outside"
        )
        _note(_problem("formula-outside", where, read, expected), reading)


def _nearest(name: str) -> str:
    """What to write instead of an unknown word."""
    if name in _INSTEAD:
        return _INSTEAD[name]
    near = get_close_matches(name, WORDS, n=1)
    return near[0] if near else "one of " + " ".join(WORDS)


def _problem(code: str, where: Where, read: str, expected: str) -> Problem:
    remedy = "A formula is one expression of its parameters, the same for every organisation and day."
    return Problem(code, where, read, expected, remedy)


def _note(problem: Problem, reading: Reading) -> None:
    """One statement compiles to many instructions; the reader wants to hear of it once."""
    if problem not in reading.problems:
        reading.problems.append(problem)
