"""Names: which may be declared, whom they belong to, and which one a parameter means.

The dot belongs to the owner: ``acheng.allowance`` is Acheng's, ``per_head`` is national. Inside a rule a bare name means
the plugin's own one if there is one, else the national one, and ``__`` stands for a dot.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from keyword import iskeyword

from partybuilding.errors import PlanProblem, Problem, Where

NATIONAL = "national"
"""The plugin whose names are bare."""
DOT = "__"
"""What a parameter writes for a dot."""


def is_name(text: object) -> bool:
    """Whether a text can be declared: words of a Python parameter, joined by dots, without a double underscore.

    >>> is_name("acheng.per_head"), is_name("acheng per head"), is_name("acheng.if"), is_name("per__head")
    (True, False, False, False)
    """
    return (
        isinstance(text, str)
        and DOT not in text
        and all(word.isidentifier() and not iskeyword(word) for word in text.split("."))
    )


def owned(name: str, plugin: str) -> bool:
    """Whether a name is a plugin's own: bare for the national one, else under the plugin's own name.

    >>> owned("acheng.floor", "acheng"), owned("floor", "acheng"), owned("floor", "national")
    (True, False, True)
    """
    return "." not in name if plugin == NATIONAL else name.startswith(f"{plugin}.")


def nearest(name: str, known: Iterable[str]) -> str:
    """The known names that look most like a name, at most three, for a message.

    >>> nearest("per_haed", ["per_head", "floor"])
    'per_head'
    """
    return ", ".join(get_close_matches(name, sorted(known), n=3))


def unknown(code: str, name: str, known: Iterable[str], where: Where) -> Problem:
    """The complaint that a name is not known, with the nearest ones."""
    return Problem(code, where, name, nearest(name, known), "Correct the name, or declare it.")


def full_name(parameter: str, owner: str, *, known: Collection[str], where: Where | None = None) -> str:
    """The declared name that a parameter or a reference in a plugin means: its own if declared, else the national one.

    >>> full_name("floor", "acheng", known={"acheng.floor", "per_head"})
    'acheng.floor'
    >>> full_name("per_head", "acheng", known={"acheng.floor", "per_head"})
    'per_head'
    >>> full_name("lab__grant", "acheng", known={"lab.grant"})
    'lab.grant'

    Raises:
        PlanProblem: both are declared (``ambiguous-name``) or neither is (``unknown-name``, with the nearest ones).
    """
    plain = parameter.replace(DOT, ".")
    found = [name for name in (f"{owner}.{plain}", plain) if name in known]
    if len(found) == 1:
        return found[0]
    place = where or Where(plugin=owner, record=plain)
    if not found:
        raise PlanProblem(unknown("unknown-name", plain, known, place))
    remedy = "Rename the plugin's own one, or write its full name."
    raise PlanProblem(Problem("ambiguous-name", place, plain, " or ".join(found), remedy))
