"""SQLite stores that are wrong only when something fails: a disk, a lock, a crash. Drivers of the kit open them by name.

Every opener stands at the top of this module, because another Python must find it.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from partybuilding.errors import Problem, StoreBusy, StoreProblem
from partybuilding.extension.canonical import canonical
from partybuilding.extension.store import Draft, Head, OpenStore, Row, Store
from partybuilding.storage.memory import MemoryStore
from partybuilding.storage.sqlite import open_sqlite
from partybuilding.testing.store_checks import bank
from partybuilding.testing.store_checks.writing import draft


class Wrapped:
    """A store around another, to be changed in one place by a subclass."""

    def __init__(self, store: Store, url: str) -> None:
        self.inner, self.url = store, url

    def append(self, drafted: Draft, expected_head: int) -> Head:
        return self.inner.append(drafted, expected_head)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.inner.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def refusal(code: str = "store-problem") -> StoreProblem:
    return StoreProblem(Problem(code, read="", expected=""))


class Raw(Wrapped):
    """It lets the errors of the driver through."""

    def append(self, drafted: Draft, expected_head: int) -> Head:
        try:
            return super().append(drafted, expected_head)
        except StoreProblem as error:
            raise sqlite3.OperationalError(str(error)) from error


class KeepsNoPersons(Wrapped):
    """Not wrong at all: it only lacks what a backend need not have."""

    def __getattr__(self, name: str) -> Any:
        if name in {"persons", "keep_persons", "forget", "forgotten"}:
            raise AttributeError(name)
        return super().__getattr__(name)


class HidesTheCause(Wrapped):
    """Whatever it was, it says that it is busy."""

    def append(self, drafted: Draft, expected_head: int) -> Head:
        try:
            return super().append(drafted, expected_head)
        except StoreProblem as error:
            raise StoreBusy(Problem("store-busy", read="", expected="")) from error


class Silent(Wrapped):
    """It acknowledges what it could not store."""

    def append(self, drafted: Draft, expected_head: int) -> Head:
        try:
            return super().append(drafted, expected_head)
        except StoreProblem:
            return Head(expected_head, "ab" * 32)


class TellsTooLate(Wrapped):
    """It stores, and refuses afterwards."""

    def append(self, drafted: Draft, expected_head: int) -> Head:
        head = super().append(drafted, expected_head)
        if expected_head:
            raise refusal()
        return head


class NeverRecovers(Wrapped):
    """After an error it refuses for ever."""

    refused = False

    def append(self, drafted: Draft, expected_head: int) -> Head:
        try:
            if not self.refused:
                return super().append(drafted, expected_head)
        except StoreProblem:
            self.refused = True
            raise
        raise refusal()


class GoesOn(Wrapped):
    """After an error it opens its file again by itself, as if nothing had been."""

    def append(self, drafted: Draft, expected_head: int) -> Head:
        try:
            return super().append(drafted, expected_head)
        except StoreProblem:
            self.inner.close()
            self.inner = open_sqlite(self.url)
            raise


class TriesAgain(Wrapped):
    """After an error it opens its file again and repeats, and says nothing."""

    def append(self, drafted: Draft, expected_head: int) -> Head:
        try:
            return super().append(drafted, expected_head)
        except StoreProblem:
            self.inner.close()
            self.inner = open_sqlite(self.url)
            return super().append(drafted, expected_head)


class CopiesNothing(Wrapped):
    """It acknowledges a copy that it does not make."""

    def backup(self, target: Path) -> Head:  # noqa: ARG002 - as every backup
        return self.inner.head()


class CopiesHalf(Wrapped):
    """It acknowledges half a copy."""

    def backup(self, target: Path) -> Head:
        head: Head = self.inner.backup(target)  # type: ignore[attr-defined]  # a SQLite store
        content = target.read_bytes()
        target.write_bytes(content[: len(content) // 2])
        return head


class StaysInItsThread(Wrapped):
    """It fails raw in a thread that did not open it."""

    def __init__(self, store: Store, url: str) -> None:
        super().__init__(store, url)
        self.home = threading.get_ident()

    def head(self) -> Head:
        if threading.get_ident() != self.home:
            message = "created in another thread"
            raise sqlite3.ProgrammingError(message)
        return self.inner.head()


class OpensAFile(Wrapped):
    """It needs one more file for every append, and does not say so by name if there is none."""

    def append(self, drafted: Draft, expected_head: int) -> Head:
        with Path(os.devnull).open("rb"):
            return super().append(drafted, expected_head)


class AddsWhenOpened(Wrapped):
    """It writes a row whenever it is opened, as a migration does that is not done in one transaction."""

    def __init__(self, store: Store, url: str) -> None:
        super().__init__(store, url)
        head = store.head().number
        store.append(draft(Row(kind="k", id=f"m{head}", body=canonical({}))), head)


class Served(Wrapped):
    """A store on a server: it is refused while a file says that the server is down."""

    def append(self, drafted: Draft, expected_head: int) -> Head:
        if down(self.url).exists():
            raise refusal()
        return super().append(drafted, expected_head)


class ServedFromMemory(Served):
    """A server that acknowledges before it has written anything."""

    def append(self, drafted: Draft, expected_head: int) -> Head:
        if expected_head < 4:
            return super().append(drafted, expected_head)
        if down(self.url).exists():
            raise refusal()
        return Head(expected_head + 1, "ab" * 32)

    def head(self) -> Head:
        return self.inner.head()


def down(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///")).with_name("down")


def opener(name: str, kind: Callable[[Store, str], Any]) -> OpenStore:
    """A function that opens such a store; another Python finds it by its name."""

    def opens(url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:
        wrapped: Store = kind(open_sqlite(url, connection=connection, read_only=read_only), url)
        return wrapped

    opens.__qualname__ = name
    return opens


open_plain = opener("open_plain", KeepsNoPersons)
open_hiding = opener("open_hiding", HidesTheCause)
open_silent = opener("open_silent", Silent)
open_late = opener("open_late", TellsTooLate)
open_never_recovering = opener("open_never_recovering", NeverRecovers)
open_trying_again = opener("open_trying_again", TriesAgain)
open_going_on = opener("open_going_on", GoesOn)
open_copying_nothing = opener("open_copying_nothing", CopiesNothing)
open_copying_half = opener("open_copying_half", CopiesHalf)
open_in_one_thread = opener("open_in_one_thread", StaysInItsThread)
open_opening = opener("open_opening", OpensAFile)
open_adding = opener("open_adding", AddsWhenOpened)
open_served = opener("open_served", Served)
open_served_from_memory = opener("open_served_from_memory", ServedFromMemory)


def open_raw(url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:
    """Opening lets the errors of the driver through, too."""
    try:
        wrapped: Any = Raw(open_sqlite(url, connection=connection, read_only=read_only), url)
    except StoreProblem as error:
        raise sqlite3.OperationalError(str(error)) from error
    return wrapped  # type: ignore[no-any-return]  # a store by what it hands on


def open_forgetting(url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:  # noqa: ARG001 - as every opener
    """Nothing is ever written."""
    return MemoryStore(read_only=read_only)


def open_pretending(url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:
    """What cannot be opened is replaced by an empty store in memory."""
    try:
        return open_sqlite(url, connection=connection, read_only=read_only)
    except StoreProblem:
        return MemoryStore(read_only=read_only)


def open_once(url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:
    """A store that is there is refused."""
    if Path(url.removeprefix("sqlite:///")).exists():
        raise refusal()
    return open_sqlite(url, connection=connection, read_only=read_only)


def _log_of(url: str) -> Path:
    return Path(f"{url.removeprefix('sqlite:///')}-wal")


def open_ignoring_logs(url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:
    """Whatever lies beside the file is thrown away, which is safe after a clean end."""
    _log_of(url).unlink(missing_ok=True)
    return open_sqlite(url, connection=connection, read_only=read_only)


def open_applying_logs(url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:
    """Whatever lies beside the file becomes a changeset."""
    found = _log_of(url).exists()
    store = open_ignoring_logs(url, connection=connection, read_only=read_only)
    if found and store.head().number:
        bank.transfer(store, Random(1))  # noqa: S311 - repeatable on purpose
    return store


def _set(name: str, journal: str, synchronous: str) -> OpenStore:
    """A function that opens a file with other settings than ours."""

    def opens(url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:
        store: Any = open_sqlite(url, connection=connection, read_only=read_only)
        store._connection.execute(f"PRAGMA journal_mode = {journal}")
        store._connection.execute(f"PRAGMA synchronous = {synchronous}")
        return store  # type: ignore[no-any-return]  # a SQLite store

    opens.__qualname__ = name
    return opens


open_wal_normal = _set("open_wal_normal", "WAL", "NORMAL")
open_wal_off = _set("open_wal_off", "WAL", "OFF")
open_delete_full = _set("open_delete_full", "DELETE", "FULL")
open_delete_off = _set("open_delete_off", "DELETE", "OFF")
open_delete_extra = _set("open_delete_extra", "DELETE", "EXTRA")
WEAK = {
    "WAL, NORMAL": open_wal_normal,
    "WAL, OFF": open_wal_off,
    "DELETE, FULL": open_delete_full,
    "DELETE, OFF": open_delete_off,
}
"""Settings under which a power cut takes back what was acknowledged, or breaks the file."""
