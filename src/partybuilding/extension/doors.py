"""The functions that a plugin declares to be called later: stores, file formats and commands, wrapped in its name.

What the library itself refuses (a bad file, a step that is not possible) passes as it is: it has a place of its own.
Everything else that goes wrong inside names the plugin, the hook, the file and the line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve

from partybuilding.errors import PluginProblem, Problem, Where
from partybuilding.extension.declarations import Command, FileFormat
from partybuilding.extension.shapes import told
from partybuilding.extension.sources import Sources, blaming
from partybuilding.extension.store import StorageBackend, Store
from partybuilding.extension.tables import Table

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")


def guarded(value: object, sources: Sources, where: Where) -> object:
    """A declaration with its functions wrapped; one without such functions as it is."""
    if isinstance(value, StorageBackend):
        return evolve(value, open=_opening(value.open, sources, where))
    if isinstance(value, FileFormat):
        read = None if value.read is None else _reading(value.read, sources, where)
        write = None if value.write is None else _guarded(value.write, sources, where)
        return evolve(value, read=read, write=write)
    if isinstance(value, Command):
        return evolve(value, run=_running(value.run, sources, where))
    return value


def _guarded(function: Callable[..., T], sources: Sources, where: Where) -> Callable[..., T]:
    @wraps(function)
    def guarded_call(*arguments: object, **options: object) -> T:
        with blaming(sources, where, own_errors=False):
            return function(*arguments, **options)

    return guarded_call


def _required(held: bool, where: Where, read: object, expected: str) -> None:  # noqa: FBT001 - a condition, not a switch
    if not held:
        remedy = "Let the function give what it is asked for."
        raise PluginProblem(Problem("wrong-result", where, told(read), expected, remedy))


def _opening(function: Callable[..., Store], sources: Sources, where: Where) -> Callable[..., Store]:
    """Opening a store; what it gives must do everything that a store does."""

    def checked(*arguments: object, **options: object) -> Store:
        store = function(*arguments, **options)
        lacks = [
            name
            for name in vars(Store)
            if not name.startswith("_") and not callable(getattr(store, name, None))
        ]
        _required(not lacks, where, store, f"a store with {', '.join(lacks)}")
        return store

    return _guarded(wraps(function)(checked), sources, where)


def _reading(
    function: Callable[[Path], Iterable[object]], sources: Sources, where: Where
) -> Callable[[Path], Iterable[object]]:
    """Reading a file; the tables are gone through here, because a generator fails only when it is."""

    def checked(path: Path) -> tuple[object, ...]:
        tables = tuple(function(path))
        for table in tables:
            _required(isinstance(table, Table), where, table, "Table")
        return tables

    return _guarded(wraps(function)(checked), sources, where)


def _running(
    function: Callable[[object, tuple[str, ...]], int], sources: Sources, where: Where
) -> Callable[[object, tuple[str, ...]], int]:
    """Running a command; it gives its exit status."""

    def checked(context: object, words: tuple[str, ...]) -> int:
        status = function(context, words)
        _required(type(status) is int, where, status, "an exit status: 0, 1 or 2")
        return status

    return _guarded(wraps(function)(checked), sources, where)
