"""What a check of a store is, and what an author hands over so that it can run.

A check is a plain function of a :class:`Subject` with one requirement; it returns if the requirement holds and raises
``AssertionError`` if not. It is marked with :func:`requires`, which gives it its code and its sentence, and names the
capabilities without which it means nothing. Nothing registers: the kit finds what is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import Literal

from attrs import field, frozen

from partybuilding.extension.store import StorageBackend, Store
from partybuilding.labels import Label
from partybuilding.testing.store_checks.effort import EFFORTS, Effort

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


def _kept(given: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(given))


@frozen(kw_only=True)
class Subject:
    """A backend under test: how it opens, where it may put a new empty store, and how its tables can be spoiled.

    ``place`` gives the URL of a new, empty place at every call; ``spoil`` changes a closed store behind the library's
    back. ``newer`` makes a closed store look as if the next release had written it; ``releases`` gives, for every
    released schema that is not today's, the URL of a fresh copy of a store of that release; ``foreign`` gives files of other
    programs by name, as a clerk may take them for a ledger. ``waivers`` name checks
    that the backend is known to fail, each with its reason; a waived check must fail.
    ``tell`` is given the times that are measured and not judged, for example ``print``.
    """

    backend: StorageBackend
    place: Callable[[], str]
    spoil: Callable[[str, Damage], None] | None = None
    newer: Callable[[str], None] | None = None
    releases: Callable[[], Mapping[str, str]] = dict
    foreign: Callable[[], Mapping[str, bytes]] = dict
    waivers: Mapping[str, str] = field(factory=dict, converter=_kept)
    hold: Callable[[str], AbstractContextManager[None]] | None = None
    impatient: Callable[[str], Store] | None = None
    crash: Callable[[], None] | None = None
    effort: Literal["default", "soak"] = "default"
    tell: Callable[[str], object] = str

    @property
    def counts(self) -> Effort:
        """How often the checks that draw or count try."""
        return EFFORTS[self.effort]

    def make(self) -> Store:
        """A new, empty store."""
        return self.backend.open(self.place())

    def reopen(self, url: str, *, read_only: bool = False) -> Store:
        """The store that already is at a place."""
        return self.backend.open(url, read_only=read_only)


class CannotRun(Exception):
    """A check that cannot be made here: the machine lacks a tool, or the author handed over no such factory.

    The kit prints it as skipped with its reason; it is no pass.
    """


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
