"""Whether a record is made of what its class says: a plugin in Python can put anything into any field.

The annotations of the record are the rule, so nothing is written twice. Types are exact: a truth value is no number, a
moment is no day, a float is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import MappingProxyType, UnionType
from typing import Literal, Union, get_args, get_origin, get_type_hints

from attrs import Attribute, fields, has

from partybuilding.extension.store import OpenStore

WIDEST = 2**63
"""Whole numbers must fit 64 bits, because columns hold them."""


def misfits(record: object) -> Iterator[tuple[str, str, str]]:
    """The fields of a record that do not hold what they should, as (field, what is there, what should be there).

    >>> from partybuilding.domain.standards import Source
    >>> list(misfits(Source("District budget", article=3)))
    [('article', '3', 'str')]
    """
    cls: type = type(record)
    hints = _hints(cls)
    for each in _fields(cls):
        value = getattr(record, each.name)
        if not fits(value, hints[each.name]):
            yield each.name, told(value), _hint_text(hints[each.name])


@cache
def _hints(cls: type) -> Mapping[str, object]:
    # What a formula's function gives is imported for type checkers only; here it is enough that the function is called.
    return MappingProxyType(get_type_hints(cls, localns={"Expression": object}))


def _fields(cls: type) -> tuple[Attribute[object], ...]:
    return tuple(fields(cls))


def told(value: object) -> str:
    """A value in a message, short; what prints as an address is told by its class."""
    plain = value is None or isinstance(value, bool | int | float | str)
    return repr(value)[:80] if plain else f"a {type(value).__name__}"


def _hint_text(hint: object) -> str:
    text = hint.__name__ if isinstance(hint, type) and not get_args(hint) else str(hint)
    return text.replace("typing.", "").replace("collections.abc.", "").replace("partybuilding.", "")


def fits(value: object, hint: object) -> bool:
    """Whether a value is what an annotation says, in every part.

    >>> fits(("a", 1), tuple[str, int]), fits(True, int), fits(1.0, int | None)
    (True, False, False)
    """
    origin, args = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return any(fits(value, each) for each in args)
    if origin is Literal:
        return isinstance(value, str) and value in args
    if origin is Callable or hint is OpenStore:
        return callable(value)
    if origin is type:
        return isinstance(value, type) and issubclass(value, args[0])
    if isinstance(origin, type):
        return isinstance(value, origin) and _parts_fit(value, args)
    return _is_exactly(value, type(None) if hint is None else hint)


def _parts_fit(value: object, args: tuple[object, ...]) -> bool:
    """Whether what a collection holds fits."""
    if isinstance(value, Mapping):
        return all(fits(key, args[0]) and fits(held, args[1]) for key, held in value.items())
    if isinstance(value, frozenset):
        return all(fits(each, args[0]) for each in value)
    parts = value if isinstance(value, tuple) else ()
    hints = args[:1] * len(parts) if args[-1] is Ellipsis else args
    return len(parts) == len(hints) and all(map(fits, parts, hints))


def _is_exactly(value: object, cls: object) -> bool:
    """Whether a value is of a class itself; of the library's own records, in every field."""
    if type(value) is not cls:
        return False
    if isinstance(value, int):
        return -WIDEST <= value < WIDEST
    return not has(type(value)) or not any(misfits(value))
