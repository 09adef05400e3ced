"""What a check of a store is, and what an author hands over so that it can run.

A check is a plain function of a :class:`Subject` with one requirement; it returns if the requirement holds and raises
``AssertionError`` if not. It is marked with :func:`requires`, which gives it its code and its sentence, and names the
capabilities without which it means nothing. Nothing registers: the kit finds what is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

from attrs import field, frozen

from partybuilding.extension.store import StorageBackend, Store
from partybuilding.labels import Label

Damage = Literal[
    "edit-body",
    "delete-row",
    "swap-rows",
    "edit-header",
    "edit-hash",
    "cut-tail",
    "roll-back",
    "rewrite-chain",
    "edit-schema",
]
"""The ways in which somebody with the database password may change what was written."""


@frozen(kw_only=True)
class Subject:
    """A backend under test: how it opens, where it may put a new empty store, and how its tables can be spoiled.

    ``place`` gives the URL of a new, empty place at every call; ``spoil`` changes a closed store behind the library's
    back. ``waivers`` name checks that the backend is known to fail, each with its reason; a waived check must fail.
    """

    backend: StorageBackend
    place: Callable[[], str]
    spoil: Callable[[str, Damage], None] | None = None
    waivers: Mapping[str, str] = field(factory=dict, converter=MappingProxyType)

    def make(self) -> Store:
        """A new, empty store."""
        return self.backend.open(self.place())

    def reopen(self, url: str, *, read_only: bool = False) -> Store:
        """The store that already is at a place."""
        return self.backend.open(url, read_only=read_only)


Run = Callable[[Subject], None]


@frozen(kw_only=True)
class StoreCheck:
    """One requirement: its code (letter and number), its sentence, the capabilities it needs, and the function."""

    code: str
    statement: Label
    needs: frozenset[str]
    run: Run


def requires(code: str, zh: str, en: str, *, needs: frozenset[str] = frozenset()) -> Callable[[Run], Run]:
    """Mark a function as the check of one requirement; it stays the plain function that it is.

    >>> @requires("A1", "新库为空。", "A new store is empty.")
    ... def empty(subject: Subject) -> None:
    ...     with subject.make() as store:
    ...         assert store.head().number == 0
    >>> marked(empty).code
    'A1'
    """

    def mark(run: Run) -> Run:
        run.__store_check__ = StoreCheck(code=code, statement=Label(zh, en), needs=needs, run=run)  # type: ignore[attr-defined]  # a mark on a plain function
        return run

    return mark


def marked(run: object) -> StoreCheck | None:
    """The check that a function was marked as; None for any other thing."""
    found = getattr(run, "__store_check__", None)
    return found if isinstance(found, StoreCheck) else None
