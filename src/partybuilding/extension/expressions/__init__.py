"""Formulas: a rule's function is read once as an expression, and the expression is read by everybody else.

:func:`trace` reads a function; :func:`kinds` and :func:`bounds` check it; :func:`read` computes it on whole numbers and
:mod:`partybuilding.engine.arithmetic` on arrays; :func:`say` prints it; :func:`plain` and :func:`digest` keep it.
"""

from partybuilding.extension.expressions.grammar import Expression, Kind, Operand
from partybuilding.extension.expressions.limits import RateSpan, Span, bounds, span
from partybuilding.extension.expressions.reading import read
from partybuilding.extension.expressions.spoken import Language, say
from partybuilding.extension.expressions.tracing import Traced, trace
from partybuilding.extension.expressions.typecheck import kinds
from partybuilding.extension.expressions.words import (
    WORDS,
    bracket,
    choose,
    divide,
    greatest,
    known,
    least,
    or_else,
    portion,
)
from partybuilding.extension.expressions.written import Plain, digest, from_plain, names, plain, rename

__all__ = [
    "WORDS",
    "Expression",
    "Kind",
    "Language",
    "Operand",
    "Plain",
    "RateSpan",
    "Span",
    "Traced",
    "bounds",
    "bracket",
    "choose",
    "digest",
    "divide",
    "from_plain",
    "greatest",
    "kinds",
    "known",
    "least",
    "names",
    "or_else",
    "plain",
    "portion",
    "read",
    "rename",
    "say",
    "span",
    "trace",
]
