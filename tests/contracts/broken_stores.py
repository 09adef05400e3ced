"""Stores that are wrong on purpose: each has exactly one defect, the kind that a hurried author plants unseen."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from time import sleep
from typing import Any
from unicodedata import normalize
from unittest.mock import patch

from attrs import evolve, field, frozen
from tests.contracts import subjects

from partybuilding.errors import HeadMoved, StoreProblem
from partybuilding.extension.canonical import canonical, require_canonical
from partybuilding.extension.sealing import admit
from partybuilding.extension.store import (
    Changeset,
    Draft,
    Head,
    OpenStore,
    Row,
    StorageBackend,
    Store,
    Stored,
)
from partybuilding.storage import sqlite_schema
from partybuilding.storage.memory import MemoryStore
from partybuilding.storage.sqlite import SQLITE, SqliteStore, open_sqlite
from partybuilding.testing.store_checks import Subject

# --- what is written ----------------------------------------------------------------------------------------------


class ForgetsTheHeadCheck(MemoryStore):
    def append(self, draft: Draft, _expected_head: int) -> Head:
        return super().append(draft, self.head().number)


class IgnoresTheHeadOnRetry(MemoryStore):
    """The loop that tries again after HeadMoved takes the new head, and not the one that the caller has seen."""

    refused = -1

    def append(self, draft: Draft, expected_head: int) -> Head:
        try:
            return super().append(draft, expected_head)
        except HeadMoved:
            if self.refused == expected_head:
                return super().append(draft, self.head().number)
            self.refused = expected_head
            raise


class CommitsPerRow(MemoryStore):
    def append(self, draft: Draft, expected_head: int) -> Head:
        try:
            return super().append(draft, expected_head)
        except StoreProblem:
            for row in draft.rows[: _first_bad(draft.rows)]:
                stored = Stored(row=row, number=self.head().number, digest=row.digest)
                self._rows.setdefault(row.kind, {}).setdefault(row.id, []).append(stored)
            raise


def _first_bad(rows: tuple[Row, ...]) -> int:
    for place, row in enumerate(rows):
        try:
            require_canonical(row.body or "null")
        except Exception:  # noqa: BLE001 - whatever is wrong with it
            return place
    return 0


class SwallowsTheErrorOfTheLastRow(MemoryStore):
    def append(self, draft: Draft, expected_head: int) -> Head:
        try:
            return super().append(draft, expected_head)
        except HeadMoved:
            raise
        except StoreProblem:
            if len(draft.rows) < 2:
                raise
            return super().append(evolve(draft, rows=draft.rows[:-1]), expected_head)


class LeavesAGapAfterARollback(MemoryStore):
    """As sequences of databases do."""

    gap = 0

    def head(self) -> Head:
        head = super().head()
        return Head(head.number + self.gap, head.hash)

    def append(self, draft: Draft, expected_head: int) -> Head:
        try:
            return super().append(draft, expected_head)
        except HeadMoved:
            raise
        except StoreProblem:
            self.gap += 1
            raise


class DuplicatesOnRetry(MemoryStore):
    """The retry after a timeout does not look whether the first attempt came through."""

    def append(self, draft: Draft, _expected_head: int) -> Head:
        self._require_writable()
        head = self.head()
        admitted = admit(draft, head=head, expected_head=_expected_head, earlier=lambda _: None)
        assert isinstance(admitted, Changeset)
        self._add(admitted, dict(draft.blobs))
        return admitted.head


class ReadsUncommitted(MemoryStore):
    """Readers do not wait for the lock, and the head moves before the rows are there."""

    def __init__(self, *, read_only: bool = False) -> None:
        super().__init__(read_only=read_only)
        self._lock = nullcontext()  # type: ignore[assignment]  # the defect

    def _add(self, changeset: Changeset, blobs: dict[str, bytes]) -> None:
        self._changes.append(changeset)
        for start in range(0, len(changeset.rows), 50):
            part = evolve(changeset, rows=changeset.rows[start : start + 50])
            super()._add(part, blobs)
            self._changes.pop()
            sleep(0.001 if len(changeset.rows) < 1_000 else 0)


# --- what is changed on the way -----------------------------------------------------------------------------------


class Rewriting(MemoryStore):
    """Not a broken store itself: its subclasses change a draft before it is stored."""

    def append(self, draft: Draft, expected_head: int) -> Head:
        return super().append(self.changed(draft), expected_head)

    def changed(self, draft: Draft) -> Draft:
        rows = [evolve(row, body=self.body(row.body)) for row in draft.rows]
        return Draft(header=draft.header, rows=rows, blobs=draft.blobs)

    def body(self, body: str | None) -> str | None:
        return body


class NormalisesText(Rewriting):
    def body(self, body: str | None) -> str | None:
        return None if body is None else normalize("NFC", body)


class StoresFloatsForIntegers(Rewriting):
    """As a column of the type REAL does."""

    def body(self, body: str | None) -> str | None:
        try:
            value = json.loads(body or "null", parse_int=lambda text: min(int(float(text)), 2**63 - 1))
            return None if body is None else canonical(value)
        except Exception:  # noqa: BLE001 - what is bad is refused as usual
            return body


class TakesEmptyTextForNull(Rewriting):
    """As Oracle does."""

    def changed(self, draft: Draft) -> Draft:
        header = evolve(
            draft.header, key=draft.header.key or None, on_behalf_of=draft.header.on_behalf_of or None
        )
        return Draft(header=header, rows=draft.rows, blobs=draft.blobs)


class CutsTextAt4096(Rewriting):
    """As a column with a length does where the database is not strict."""

    def body(self, body: str | None) -> str | None:
        if body is None or len(body) <= 4096 or not body.startswith('"'):
            return body
        return body[:4095] + '"'


# --- what is read -------------------------------------------------------------------------------------------------


class Rereading(MemoryStore):
    """Not a broken store itself: its subclasses choose otherwise what is in force."""

    def read(
        self, kind: str, *, ids: Iterable[str] | None = None, on: date | None = None, known: int | None = None
    ) -> Iterator[Stored]:
        versions: dict[str, list[Stored]] = {}
        for each in super().read(kind, ids=ids, known=known):
            versions.setdefault(each.row.id, []).append(each)
        return iter([each for history in versions.values() for each in self.chosen(history, on)])

    def chosen(self, history: list[Stored], on: date | None) -> list[Stored]:
        if on is None:
            return self.ordered(history)
        last = [each for each in self.ordered(history) if self.holds(each.row, on)][-1:]
        return [each for each in last if each.row.body is not None]

    def ordered(self, history: list[Stored]) -> list[Stored]:
        return history

    def holds(self, row: Row, day: date) -> bool:
        return row.holds(day)


class HoldsOnTheLastDayToo(Rereading):
    def holds(self, row: Row, day: date) -> bool:
        return row.holds(day) or row.ends == day


class LosesTheOrderOfNumbers(Rereading):
    """The history is ordered by start, so that a correction with an earlier start is overlooked."""

    def ordered(self, history: list[Stored]) -> list[Stored]:
        return sorted(history, key=lambda each: each.row.starts or date.min)


class ComparesIdsWithoutCase(MemoryStore):
    def read(
        self, kind: str, *, ids: Iterable[str] | None = None, on: date | None = None, known: int | None = None
    ) -> Iterator[Stored]:
        if ids is not None:
            wanted = {each.casefold() for each in ids}
            ids = [name for name in self._rows.get(kind, {}) if name.casefold() in wanted]
        return super().read(kind, ids=ids, on=on, known=known)


class ReadsWithoutASnapshot(MemoryStore):
    """Each record is read as it is when its turn comes."""

    def read(
        self, kind: str, *, ids: Iterable[str] | None = None, on: date | None = None, known: int | None = None
    ) -> Iterator[Stored]:
        first = super().read
        names = sorted({each.row.id for each in first(kind, ids=ids, known=known)})
        return (each for name in names for each in first(kind, ids=[name], on=on, known=known))


class LeaksMemory(MemoryStore):
    """It keeps a copy of everything that it ever gave."""

    def __init__(self, *, read_only: bool = False) -> None:
        super().__init__(read_only=read_only)
        self.given: list[object] = []

    def read(
        self, kind: str, *, ids: Iterable[str] | None = None, on: date | None = None, known: int | None = None
    ) -> Iterator[Stored]:
        found = super().read(kind, ids=ids, on=on, known=known)
        return (self._kept(each) for each in found)

    def _kept(self, each: Stored) -> Stored:
        self.given.append(evolve(each))
        return each


# --- how a file is kept -------------------------------------------------------------------------------------------


class Altered:
    """A connection that executes another statement than it was told."""

    def __init__(self, connection: sqlite3.Connection, instead: dict[str, str]) -> None:
        self.connection = connection
        self.instead = instead

    def execute(self, statement: str, *given: Any) -> sqlite3.Cursor:
        return self.connection.execute(self.instead.get(statement, statement), *given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)


def _opened(url: str, *, read_only: bool = False) -> SqliteStore:
    store = open_sqlite(url, read_only=read_only)
    assert isinstance(store, SqliteStore)
    return store


def open_deferred(url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:  # noqa: ARG001 - as every opener
    """A transaction that locks only when it writes."""
    store = _opened(url, read_only=read_only)
    store._connection = Altered(store._connection, {"BEGIN IMMEDIATE": "BEGIN DEFERRED"})  # type: ignore[assignment]  # the defect
    return store


def open_unsynced(url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:  # noqa: ARG001 - as every opener
    """Writes that wait for no disk."""
    store = _opened(url, read_only=read_only)
    store._connection.execute("PRAGMA synchronous = OFF")
    return store


def open_without_folder_sync(
    url: str,
    /,
    *,
    connection: object | None = None,  # noqa: ARG001 - as every opener
    read_only: bool = False,
) -> Store:
    """A journal whose removal is the commit, in a folder that is not synced afterwards."""
    store = _opened(url, read_only=read_only)
    store._connection.execute("PRAGMA journal_mode = DELETE")
    store._connection.execute("PRAGMA synchronous = FULL")
    return store


def open_unchecked(url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:
    """Tables of any form are taken for ours."""

    def digest(inner: sqlite3.Connection, *, own: bool) -> str:  # noqa: ARG001 - as the one that it stands for
        return sqlite_schema.DIGESTS[sqlite_schema.number_of(inner, "PRAGMA user_version")]

    with patch.object(sqlite_schema, "schema_digest", digest):
        return open_sqlite(url, connection=connection, read_only=read_only)


def open_newer(url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:
    """A newer schema is taken for today's."""
    with (
        patch.object(sqlite_schema, "require_known", lambda *_: None),
        patch.object(sqlite_schema, "recognise", lambda *_, **__: sqlite_schema.SCHEMA_NUMBER),
    ):
        return open_sqlite(url, connection=connection, read_only=read_only)


# --- all of them --------------------------------------------------------------------------------------------------


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@frozen(kw_only=True)
class Broken:
    """A broken store: its defect in the words of the specification, the store, and the checks that see it."""

    defect: str
    store: type[MemoryStore] | OpenStore
    seen_by: tuple[str, ...] = field(converter=_codes)

    @property
    def in_memory(self) -> bool:
        return isinstance(self.store, type)

    def subject(self, folder: Path) -> Subject:
        """The store as the kit takes it."""
        if isinstance(self.store, type):
            kind = self.store

            def opened(_url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:  # noqa: ARG001 - as every opener
                return kind(read_only=read_only)

            return Subject(backend=StorageBackend(scheme="memory", open=opened), place=lambda: "memory:")
        whole = subjects.sqlite(folder)
        return evolve(whole, backend=evolve(SQLITE, open=self.store))


BROKEN = (
    Broken(defect="forgets the head check", store=ForgetsTheHeadCheck, seen_by="A3 B7"),
    Broken(defect="commits per row", store=CommitsPerRow, seen_by="B1 D1 D2 D5 D6"),
    Broken(
        defect="swallows the error on the last row",
        store=SwallowsTheErrorOfTheLastRow,
        seen_by="B1 B3 D1 D2 D5 D6",
    ),
    Broken(defect="returns rows with valid_to inclusive", store=HoldsOnTheLastDayToo, seen_by="C1 C5 C6 D9"),
    Broken(defect="compares ids with casefold", store=ComparesIdsWithoutCase, seen_by="B8 D7"),
    Broken(defect="NFC-normalises", store=NormalisesText, seen_by="D4"),
    Broken(defect="stores float for int", store=StoresFloatsForIntegers, seen_by="D1 D2"),
    Broken(defect="loses seq order", store=LosesTheOrderOfNumbers, seen_by="B8 C6"),
    Broken(defect="reads uncommitted", store=ReadsUncommitted, seen_by="E3"),
    Broken(defect="snapshot not stable", store=ReadsWithoutASnapshot, seen_by="E4"),
    Broken(defect="deferred BEGIN", store=open_deferred, seen_by="E6"),
    Broken(defect="sync OFF", store=open_unsynced, seen_by="F4"),
    Broken(defect="no fsync of the directory", store=open_without_folder_sync, seen_by="F4"),
    Broken(defect="ignores expected_head on retry", store=IgnoresTheHeadOnRetry, seen_by="A3"),
    Broken(
        defect="gap after rollback", store=LeavesAGapAfterARollback, seen_by="A7 B1 B3 B4 B6 B7 D1 D2 D5 D6"
    ),
    Broken(defect="duplicates on retry after a timeout", store=DuplicatesOnRetry, seen_by="B5 B6 B7"),
    Broken(defect="schema not checked", store=open_unchecked, seen_by="H7"),
    Broken(defect="opens newer schema", store=open_newer, seen_by="I1"),
    Broken(defect="leaks memory", store=LeaksMemory, seen_by="J2"),
    Broken(defect="empty string as NULL", store=TakesEmptyTextForNull, seen_by="D8"),
    Broken(defect="truncates text at 4,096", store=CutsTextAt4096, seen_by="D10"),
)
"""Three more of the specification are broken verifiers: they stand beside the test that plants them."""
