"""What a formula is made of: names, whole numbers, operators and eight words; everything else is refused here.

An :class:`Expression` is built by running a rule's function once on names (:mod:`.tracing`) and then read by many: the
engine on arrays, the verifier on whole numbers, the planner on bounds, the proof in words. That works only if nothing
can be said that one of them could not read, so the grammar is closed and every expression is in one normal form.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import NoReturn, TypeAlias

from attrs import field, frozen

from partybuilding.errors import FormulaRefused, Problem
from partybuilding.extension.expressions.spoken import say

LARGEST = 2**63 - 1
"""The largest magnitude of any number in a formula; symmetric, so that every number has its exact opposite."""
DEEPEST = 64
LONGEST = 2_000

LEAVES = ("name", "standard", "int")
ARITHMETIC = ("+", "-", "*")
ORDER = ("<", "<=", ">", ">=")
COMPARISONS = (*ORDER, "==", "!=")
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
LOGIC = ("&", "|")
COUNTS: dict[str, tuple[int, int]] = {
    **dict.fromkeys((*LEAVES, "known"), (1, 1)),
    **dict.fromkeys((*ARITHMETIC, *COMPARISONS, *LOGIC, "divide", "portion", "bracket", "or_else"), (2, 2)),
    **dict.fromkeys(("least", "greatest"), (2, LONGEST)),
    "choose": (3, 3),
}
"""How many arguments each operation takes, at least and at most."""


class Kind(Enum):
    """The three kinds of value in a formula, and tables of brackets, which only ``bracket`` reads."""

    NUMBER = "number"
    TRUTH = "truth"
    RATE = "rate"
    BRACKETS = "brackets"


def refuse(code: str, read: str, expected: str, remedy: str) -> NoReturn:
    """Refuse what a formula says; file and line are added by whoever knows them."""
    raise FormulaRefused(Problem(code, read=read, expected=expected, remedy=remedy))


@frozen(eq=False, repr=False)
class Expression:
    """One thing that a formula says: an operation and what it is applied to.

    Leaves are ``name`` (a column), ``standard`` (a standard) and ``int``; all others hold expressions. Comparing two
    expressions with ``==`` does not compare them but says a new one, so they cannot be hashed or looked up; to compare
    two rules, compare their digests.

    Raises:
        FormulaRefused: an unknown operation, a wrong number of arguments, a number beyond 64 bits, an operation on
            numbers alone (write the number), or more than 2,000 parts or 64 levels.

    >>> members = Expression("name", ("members",))
    >>> members * 2000 > 30000
    members * 2000 > 30000
    """

    op: str
    args: tuple[Expression | str | int, ...]
    size: int = field(init=False, default=1)
    depth: int = field(init=False, default=1)

    def __attrs_post_init__(self) -> None:
        _check(self)
        parts = self.parts
        if parts:
            object.__setattr__(self, "size", 1 + sum(part.size for part in parts))
            object.__setattr__(self, "depth", 1 + max(part.depth for part in parts))
        if self.size > LONGEST or self.depth > DEEPEST:
            read = f"{self.size} parts, {self.depth} levels"
            expected = f"at most {LONGEST} parts and {DEEPEST} levels"
            refuse(
                "formula-too-long", read, expected, "Split the rule into formulas with names of their own."
            )

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The expressions that this one is applied to; a leaf has none."""
        return tuple(each for each in self.args if isinstance(each, Expression))

    @property
    def leaf(self) -> str:
        """The name of a column or standard, or the number as text."""
        return str(self.args[0])

    def __repr__(self) -> str:
        return say(self, "python")

    def __add__(self, other: Operand) -> Expression:
        return Expression("+", (self, lift(other)))

    def __radd__(self, other: Operand) -> Expression:
        return Expression("+", (lift(other), self))

    def __sub__(self, other: Operand) -> Expression:
        return Expression("-", (self, lift(other)))

    def __rsub__(self, other: Operand) -> Expression:
        return Expression("-", (lift(other), self))

    def __mul__(self, other: Operand) -> Expression:
        return Expression("*", (self, lift(other)))

    def __rmul__(self, other: Operand) -> Expression:
        return Expression("*", (lift(other), self))

    def __neg__(self) -> Expression:
        return Expression("-", (lift(0), self))

    def __lt__(self, other: Operand) -> Expression:
        return Expression("<", (self, lift(other)))

    def __le__(self, other: Operand) -> Expression:
        return Expression("<=", (self, lift(other)))

    def __gt__(self, other: Operand) -> Expression:
        return Expression(">", (self, lift(other)))

    def __ge__(self, other: Operand) -> Expression:
        return Expression(">=", (self, lift(other)))

    def __eq__(self, other: object) -> Expression:  # type: ignore[override]  # it says a comparison, and makes none
        return Expression("==", (self, lift(other)))

    def __ne__(self, other: object) -> Expression:  # type: ignore[override]  # as __eq__
        return Expression("!=", (self, lift(other)))

    __hash__ = None  # type: ignore[assignment]  # what has no equality has no hash

    def __and__(self, other: Operand) -> Expression:
        return Expression("&", (self, lift(other)))

    def __rand__(self, other: Operand) -> Expression:
        return Expression("&", (lift(other), self))

    def __or__(self, other: Operand) -> Expression:
        return Expression("|", (self, lift(other)))

    def __ror__(self, other: Operand) -> Expression:
        return Expression("|", (lift(other), self))

    def __bool__(self) -> NoReturn:  # noqa: PLE0304  # it refuses, and never answers
        refuse(
            "formula-branch",
            f"a yes or no of {self}",
            BRANCH,
            "Write what holds in both cases as one expression.",
        )

    def __invert__(self) -> NoReturn:
        expected = "the opposite comparison: a >= b for not (a < b)"
        refuse("formula-operator", f"~({self})", expected, "Turn the comparison round.")


Operand: TypeAlias = Expression | int
BRANCH = "choose(condition, a, b) for if; a & b for and; a | b for or; the opposite comparison for not; (a < b) & (b < c) for a < b < c"
DIVISION = "divide(a, b), which rounds half up once, or portion(base, rate)"
ONE_VALUE = "the column itself: a formula says the same of every organisation, and never takes one value out"


def _division(sign: str) -> Callable[..., NoReturn]:
    def answer(self: Expression, *_: object) -> NoReturn:
        refuse("formula-division", f"{sign} beside {self}", DIVISION, "Say where the rule rounds.")

    return answer


def _operator(sign: str) -> Callable[..., NoReturn]:
    def answer(self: Expression, *_: object) -> NoReturn:
        refuse("formula-operator", f"{sign} beside {self}", OPERATORS, "Say it with these.")

    return answer


def _one_value(use: str) -> Callable[..., NoReturn]:
    def answer(self: Expression, *_: object) -> NoReturn:
        refuse("formula-one-value", f"{use} of {self}", ONE_VALUE, "Use the column in the expression.")

    return answer


OPERATORS = "+ - *, comparisons, & | and the words"
DIVISIONS = {"truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "divmod": "divmod"}
STRANGERS = {"xor": "^", "lshift": "<<", "rshift": ">>", "matmul": "@"}
TAKERS = {
    "int": "int()",
    "float": "float()",
    "index": "a whole number",
    "len": "the length",
    "iter": "a loop",
    "getitem": "one entry",
    "contains": "in",
    "round": "round()",
}
for _name, _sign in DIVISIONS.items():
    setattr(Expression, f"__{_name}__", _division(_sign))
    setattr(Expression, f"__r{_name}__", _division(_sign))
for _name, _sign in STRANGERS.items():
    setattr(Expression, f"__{_name}__", _operator(_sign))
    setattr(Expression, f"__r{_name}__", _operator(_sign))
for _name, _sign in TAKERS.items():
    setattr(Expression, f"__{_name}__", _one_value(_sign))


def lift(value: object) -> Expression:
    """Take a whole number as an expression, and refuse what is neither, with what to write instead.

    >>> lift(5)
    5
    """
    if isinstance(value, Expression):
        return value
    if type(value) is int:
        return Expression("int", (value,))
    refuse("formula-constant", _shown(value), _instead(value), "Only whole numbers stand in a formula.")


def _shown(value: object) -> str:
    """What stood there, short: values that print as addresses would differ from run to run."""
    if value is None or isinstance(value, bool | float | str):
        return repr(value)
    return f"a {type(value).__name__}"


def _instead(value: object) -> str:
    """What to write instead of a value that is no whole number."""
    if value is None:
        return "known(x), or or_else(x, y)"
    if isinstance(value, bool):
        return "a comparison of columns, or the numbers 1 and 0"
    if isinstance(value, float):
        return "the smallest unit (fen, not yuan), or a Rate as a standard with portion(base, rate)"
    if isinstance(value, str):
        return "a column; texts are chosen by Tally(where={field: (values)})"
    return "a keyword-only parameter, and its value in a Standard"


def _check(said: Expression) -> None:
    """Refuse an expression that is not in the grammar, or not in its normal form."""
    least, most = COUNTS.get(said.op, (0, -1))
    if not least <= len(said.args) <= most:
        read = f"{said.op} with {len(said.args)} arguments"
        expected = f"{least} to {most} arguments" if most > 0 else "one of " + " ".join(COUNTS)
        refuse("formula-shape", read, expected, "Write the operation with its arguments.")
    if said.op in LEAVES:
        _check_leaf(said.op, said.args[0])
    else:
        _check_inner(said)


def _check_leaf(op: str, held: object) -> None:
    if op != "int":
        if not isinstance(held, str) or not held:
            refuse("formula-shape", f"{op} {held!r}", "a name", "Name the column or standard.")
    elif type(held) is not int or not -LARGEST <= held <= LARGEST:
        expected = f"a whole number up to {LARGEST}, with either sign"
        refuse("formula-number", str(held), expected, "Use a coarser unit.")


def _check_inner(said: Expression) -> None:
    parts = said.parts
    if len(parts) != len(said.args):
        refuse(
            "formula-shape",
            f"{said.op} of something else",
            "expressions",
            "Give names and numbers as expressions.",
        )
    numbers = tuple(part.op == "int" for part in parts)
    if said.op in (*ARITHMETIC, *COMPARISONS) and all(numbers):
        refuse(
            "formula-shape", say(said, "python"), "the number itself", "Work out what has no column in it."
        )
    if said.op in COMPARISONS and numbers[0]:
        expected = say(Expression(MIRRORED[said.op], parts[::-1]), "python")
        refuse("formula-shape", say(said, "python"), expected, "Write the number on the right.")
