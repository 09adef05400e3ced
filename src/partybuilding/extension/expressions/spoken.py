"""How a formula is said: as Python that reads back to the same formula, in Chinese, or in English.

Each language is one table of forms: the words around the operands, how tightly the whole binds, and how tightly each
operand must bind to stand without brackets. So brackets appear exactly where leaving them out would say something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

from attrs import frozen

if TYPE_CHECKING:
    from partybuilding.extension.expressions.grammar import Expression

Language: TypeAlias = Literal["python", "zh", "en"]


@frozen
class Form:
    """One operation in one language: its words, how tightly it binds, and what its operands need."""

    words: str
    binds: int
    needs: tuple[int, ...]


SENTENCE, EITHER, BOTH, COMPARED, SUM, PRODUCT, ATOM = range(7)

_SIGNS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "==", "!=": "!="}
_SHOWN = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}


def _comparisons(signs: Mapping[str, str], binds: int) -> dict[str, Form]:
    """Comparisons never chain, so both sides must bind more tightly."""
    return {op: Form(f"{{}} {sign} {{}}", binds, (binds + 1, binds + 1)) for op, sign in signs.items()}


def _call(word: str, count: int) -> Form:
    return Form(f"{word}({', '.join(['{}'] * count)})", ATOM, (SENTENCE,) * count)


# In Python `&` and `|` bind more tightly than comparisons, so this table has an order of its own.
_PYTHON = {
    **_comparisons(_SIGNS, 1),
    "|": Form("{} | {}", 2, (2, 3)),
    "&": Form("{} & {}", 3, (3, 4)),
    "+": Form("{} + {}", SUM, (SUM, PRODUCT)),
    "-": Form("{} - {}", SUM, (SUM, PRODUCT)),
    "*": Form("{} * {}", PRODUCT, (PRODUCT, ATOM)),
}

_SPOKEN = {
    **_comparisons(_SHOWN, COMPARED),
    "+": Form("{} + {}", SUM, (SUM, PRODUCT)),
    "-": Form("{} − {}", SUM, (SUM, PRODUCT)),
    "*": Form("{} × {}", PRODUCT, (PRODUCT, ATOM)),
}

_CHINESE = {
    **_SPOKEN,
    "|": Form("{} 或 {}", EITHER, (EITHER, BOTH)),
    "&": Form("{} 且 {}", BOTH, (BOTH, COMPARED)),
    "choose": Form("若 {}，则 {}，否则 {}", SENTENCE, (EITHER, EITHER, SENTENCE)),
    "divide": Form("{} 除以 {}（四舍五入）", COMPARED, (PRODUCT, PRODUCT)),
    "portion": Form("{} 的 {}（四舍五入）", COMPARED, (ATOM, ATOM)),
    "bracket": Form("{} 在 {} 中对应的值", COMPARED, (ATOM, ATOM)),
    "known": Form("{} 已知", COMPARED, (ATOM,)),
    "or_else": Form("{}（缺失时取 {}）", ATOM, (ATOM, SENTENCE)),
}

_ENGLISH = {
    **_SPOKEN,
    "|": Form("{} or {}", EITHER, (EITHER, BOTH)),
    "&": Form("{} and {}", BOTH, (BOTH, COMPARED)),
    "choose": Form("if {}, then {}, otherwise {}", SENTENCE, (EITHER, EITHER, SENTENCE)),
    "divide": Form("{} divided by {} (rounded half up)", COMPARED, (PRODUCT, PRODUCT)),
    "portion": Form("the share of {} at {} (rounded half up)", COMPARED, (ATOM, ATOM)),
    "bracket": Form("the value for {} in {}", COMPARED, (SUM, ATOM)),
    "known": Form("{} is known", COMPARED, (ATOM,)),
    "or_else": Form("{} ({} if missing)", ATOM, (ATOM, SENTENCE)),
}

# for two, for more, and the word before the last
_LISTS: dict[tuple[str, str], tuple[str, str, str]] = {
    ("zh", "least"): ("取 {} 中的较小者", "取 {} 中的最小者", "与"),
    ("zh", "greatest"): ("取 {} 中的较大者", "取 {} 中的最大者", "与"),
    ("en", "least"): ("the lesser of {}", "the least of {}", "and"),
    ("en", "greatest"): ("the greater of {}", "the greatest of {}", "and"),
}
_BETWEEN = {"zh": "、", "en": ", "}
_PAIR = 2
_FORMS: dict[str, dict[str, Form]] = {"python": _PYTHON, "zh": _CHINESE, "en": _ENGLISH}


def say(expression: Expression, language: Language, labels: Mapping[str, str] | None = None) -> str:
    """Say a formula in Python, Chinese or English; ``labels`` gives the names as people know them.

    The Python text, run on the same names and words, is the same expression again; labels do not enter it. Numbers
    stand as they are, in the smallest unit.

    >>> from partybuilding.extension.expressions import choose, greatest, trace
    >>> def grant(members, *, floor, per_head):
    ...     return choose(members > 0, greatest(members * per_head, floor), 0)
    >>> body = trace(grant).body
    >>> say(body, "python")
    'choose(members > 0, greatest(members * per_head, floor), 0)'
    >>> say(body, "zh", {"members": "党员", "per_head": "人均标准", "floor": "保底"})
    '若 党员 > 0，则 取 党员 × 人均标准 与 保底 中的较大者，否则 0'
    >>> say(body, "en", {"per_head": "the amount per head"})
    'if members > 0, then the greater of members × the amount per head and floor, otherwise 0'
    """
    return _say(expression, language, {} if labels is None else labels)[0]


def _say(said: Expression, language: Language, labels: Mapping[str, str]) -> tuple[str, int]:
    """The text and how tightly it binds."""
    if said.op == "int":
        return said.leaf, ATOM if language == "python" or not said.leaf.startswith("-") else COMPARED
    if said.op in ("name", "standard"):
        return (
            said.leaf.replace(".", "__") if language == "python" else labels.get(said.leaf, said.leaf)
        ), ATOM
    form = _form(said, language)
    operands = []
    for part, need in zip(said.parts, form.needs, strict=True):
        text, binds = _say(part, language, labels)
        operands.append(text if binds >= need else f"({text})")
    return form.words.format(*operands), form.binds


def _form(said: Expression, language: Language) -> Form:
    """The form of an operation; calls in Python and lists of any length are made to measure."""
    fixed = _FORMS[language].get(said.op)
    if fixed is not None:
        return fixed
    count = len(said.args)
    if language == "python":
        return _call(said.op, count)
    two, many, last = _LISTS[language, said.op]
    front = _BETWEEN[language].join(["{}"] * (count - 1))
    return Form((two if count == _PAIR else many).format(f"{front} {last} {{}}"), COMPARED, (SUM,) * count)
