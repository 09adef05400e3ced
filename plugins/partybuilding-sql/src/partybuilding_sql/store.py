"""A ledger in a database server, or in the database and the transaction of another program."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from itertools import chain
from types import TracebackType
from typing import Self, TypeVar, TypeVarTuple, cast

import sqlalchemy as sa

from partybuilding.plugin import (
    Changeset,
    Draft,
    Entry,
    Head,
    Person,
    Problem,
    Store,
    StoreClosed,
    StoreCorrupt,
    Stored,
    StoreProblem,
    StoreReadOnly,
    Where,
    admit,
    is_id,
    no_such_blob,
    number_known,
    planted_beyond,
)
from partybuilding_sql import form, rows, statements
from partybuilding_sql.persons import Persons
from partybuilding_sql.places import JOINED, Place, engine_of, place_of
from partybuilding_sql.sessions import Joined, Own, Session
from partybuilding_sql.tables import Tables

T = TypeVar("T")
Columns = TypeVarTuple("Columns")


class SqlStore:
    """A store in the tables of a database; safe to use from several threads, each gets a connection of its own."""

    def __init__(self, session: Session, place: Place, *, read_only: bool = False) -> None:
        self._session = session
        self._name = session.name
        self._place = place
        self._read_only = read_only
        self._closed = False
        self._owner = os.getpid()
        self._fleeting = False
        self._tables = self._prepared()

    def _prepared(self) -> Tables:
        """The tables, made if they are not there."""
        family, place = self._session.family, self._place
        with self._session.reading() as connection:
            tables = form.located(connection, family, place.schema, place.prefix)
            fresh = not form.made(connection, tables)
            if not fresh:
                form.recognise(connection, tables, self._name)
        if fresh:
            self._make(tables)
        return tables

    def _make(self, tables: Tables) -> None:
        family = self._session.family
        if self._read_only or (self._session.joined and not family.whole):
            # Elsewhere CREATE TABLE would commit what the caller has begun.
            where, remedy = (
                Where(file=self._name),
                "Let the administrator make the tables with partybuilding ddl.",
            )
            raise StoreProblem(
                Problem("store-cannot-open", where, "no tables", "the tables of a ledger", remedy)
            )
        with self._session.writing() as connection:
            form.make(connection, family, tables)
            form.recognise(connection, tables, self._name)
        self._fleeting = self._session.joined  # the caller may still roll them back

    def head(self) -> Head:
        """The number and hash of the last changeset."""
        return self._ask(self._head)

    def append(self, draft: Draft, expected_head: int) -> Head:
        """Add a changeset, whole or not at all, if the head still is the expected one."""
        self._require_writable()
        with self._writing() as connection:
            admitted = admit(
                draft,
                head=self._head(connection),
                expected_head=expected_head,
                earlier=lambda key: self._keyed(connection, key),
            )
            if not isinstance(admitted, Changeset):
                return admitted
            self._beyond(connection)
            tables = self._tables
            connection.execute(sa.insert(tables.changeset), rows.changeset_row(admitted))
            self._add_contents(connection, dict(draft.blobs))
            connection.execute(sa.insert(tables.version), rows.version_rows(admitted))
        return admitted.head

    def _add_contents(self, connection: sa.Connection, contents: dict[str, bytes]) -> None:
        there: set[str] = set()
        for batch in statements.batches(contents):
            there |= set(connection.execute(statements.contents_there(self._tables, batch)).scalars())
        new = [
            {"digest": digest, "bytes": content}
            for digest, content in contents.items()
            if digest not in there
        ]
        for each in new:  # one by one: together they may be larger than what the server takes at a time
            connection.execute(sa.insert(self._tables.content), each)

    def read(
        self, kind: str, *, ids: Iterable[str] | None = None, on: date | None = None, known: int | None = None
    ) -> Iterator[Stored]:
        """The rows of a kind, by id; with a day, the state of that day."""
        last = rows.last_of(number_known(known, self.head().number))
        if not is_id(kind):
            return iter(())
        versions = self._whole(kind, on, last) if ids is None else self._some(kind, ids, on, last)
        return rows.stored(kind, versions if on is None else rows.in_force(versions), self._name)

    def _whole(self, kind: str, on: date | None, last: int) -> Iterator[rows.Version]:
        """The rows of a kind in the order id, seq, page by page: what is known at a number never changes."""
        after = ("", 0)
        while True:
            page = self._ask(_all(statements.versions(self._tables, kind, after=after, last=last, on=on)))
            yield from page
            if len(page) < statements.PAGE:
                return
            after = page[-1][1], page[-1][0]

    def _some(self, kind: str, ids: Iterable[str], on: date | None, last: int) -> Iterator[rows.Version]:
        """The rows of some ids in the same order."""
        for batch in statements.batches(filter(is_id, ids)):
            yield from self._ask(_all(statements.versions_of(self._tables, kind, batch, last=last, on=on)))

    def kinds(self, known: int | None = None) -> tuple[str, ...]:
        """The kinds that have rows up to ``known``, in code point order."""

        def ask(connection: sa.Connection) -> tuple[str, ...]:
            last = rows.last_of(number_known(known, self._head(connection).number))
            found: list[str] = []
            kind = connection.execute(statements.next_kind(self._tables, "")).scalar()
            while kind is not None:
                if connection.execute(statements.known_kind(self._tables, kind, last)).first() is not None:
                    found.append(kind)
                kind = connection.execute(statements.next_kind(self._tables, kind)).scalar()
            return tuple(found)

        return self._ask(ask)

    def changes(self, start: int = 1, stop: int | None = None) -> Iterator[Changeset]:
        """The changesets ``start <= number < stop`` by number, their rows by kind, id and start."""
        found = (self._changeset(record) for record in self._records(start, stop))
        return found if stop is not None else chain(found, self._ask(self._beyond))

    def _beyond(self, connection: sa.Connection) -> Iterator[Changeset]:
        """No changeset; refuses rows that stand beyond the last one, for the next one would take them for its own."""
        planted = connection.execute(statements.beyond(self._tables)).scalar()
        if planted is not None:
            raise planted_beyond(self._name, planted)
        return iter(())

    def entries(self, start: int = 1, stop: int | None = None) -> Iterator[Entry]:
        """The same changesets without their rows, for a log."""
        return (rows.entry(record, self._name) for record in self._records(start, stop))

    def keyed(self, key: str) -> Entry | None:
        """The changeset that carries an idempotency key."""
        return self._ask(lambda connection: self._keyed(connection, key))

    def _records(self, start: int, stop: int | None) -> Iterator[rows.Record]:
        end = self.head().number + 1
        return self._pages(start, end if stop is None else min(stop, end))

    def _pages(self, start: int, stop: int) -> Iterator[rows.Record]:
        while start < stop:
            asked = statements.entries_from(self._tables, start, stop)
            page = self._ask(_mappings(asked))
            yield from page
            if len(page) < statements.LOG_PAGE:
                return
            start = int(str(page[-1]["number"])) + 1

    def _changeset(self, record: rows.Record) -> Changeset:
        number = int(str(record["number"]))
        asked = statements.rows(self._tables, rows.first_of(number), rows.last_of(number))
        return rows.changeset(record, self._ask(_all(asked)), self._name)

    def blob(self, digest: str) -> bytes:
        """The content with this SHA-256 digest."""
        found = None
        if digest.isascii() and digest.isalnum():
            asked = statements.content(self._tables, digest)
            found = self._ask(lambda connection: connection.execute(asked).scalar())
        else:
            self._require_usable()
        if found is None:
            raise no_such_blob(digest)
        content = bytes(found)
        if sha256(content).hexdigest() != digest:
            where, remedy = Where(file=self._name, path="blob"), "Restore the last good backup."
            raise StoreCorrupt(Problem("blob-damaged", where, sha256(content).hexdigest(), digest, remedy))
        return content

    def close(self) -> None:
        """Close; twice is fine. A connection of the caller's stays open."""
        if not self._closed and self._owner == os.getpid():
            self._closed = True
            self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()

    def _head(self, connection: sa.Connection) -> Head:
        found = connection.execute(statements.head(self._tables)).first()
        return Head() if found is None else Head(*found)

    def _keyed(self, connection: sa.Connection, key: str) -> Entry | None:
        asked = statements.keyed(self._tables, rows.request_digest(key))
        found = connection.execute(asked).mappings().first()
        return None if found is None else rows.entry(dict(found), self._name)

    def _ask(self, question: Callable[[sa.Connection], T]) -> T:
        """Ask in a transaction that sees one moment."""
        self._require_usable()
        self._require_tables()
        with self._session.reading() as connection:
            return question(connection)

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """Wait for the other writers before anything is read: what is read then is the newest."""
        self._require_tables()
        with self._session.writing() as connection:
            connection.execute(self._session.family.lock(self._tables))
            yield connection

    def _require_tables(self) -> None:
        """Make the tables anew, if the caller rolled back the transaction in which they were made."""
        if self._fleeting:
            with self._session.reading() as connection:
                there = form.made(connection, self._tables)
            if not there:
                self._make(self._tables)

    def _require_writable(self) -> None:
        self._require_usable()
        if self._read_only:
            where = Where(file=self._name)
            raise StoreReadOnly(
                Problem("store-read-only", where, self._name, "a store to write", "Open it for writing.")
            )

    def _require_usable(self) -> None:
        where = Where(file=self._name)
        if self._closed:
            raise StoreClosed(Problem("store-closed", where, "", "an open store", "Open the store again."))
        if self._owner != os.getpid():
            remedy = "Open a store of its own in every process."
            raise StoreProblem(
                Problem("store-handed-over", where, "another process", "the one that opened it", remedy)
            )


class NamesSqlStore(SqlStore):
    """The same where the database gets rid of what is deleted: names can be erased, so they may be kept."""

    def __init__(self, session: Session, place: Place, *, read_only: bool = False) -> None:
        super().__init__(session, place, read_only=read_only)
        self._persons = Persons(self._tables, session.family)

    def keep_persons(self, persons: Iterable[Person]) -> None:
        """Keep names, new ones in place of earlier ones; all or none."""
        self._require_writable()
        with self._writing() as connection:
            self._persons.keep(connection, persons)

    def persons(self, ids: Iterable[str]) -> Mapping[str, Person]:
        """The persons behind some ids; an id whose name is not kept, or is forgotten, is left out."""
        wanted = tuple(filter(is_id, ids))
        return self._ask(lambda connection: self._persons.of(connection, wanted))

    def forget(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Erase the names behind some ids; gives the ids whose names were kept."""
        self._require_writable()
        with self._writing() as connection:
            return self._persons.forget(connection, filter(is_id, ids))

    def forgotten(self) -> frozenset[str]:
        """The ids whose names were erased."""
        return self._ask(self._persons.forgotten)


def _all(asked: sa.Select[*Columns]) -> Callable[[sa.Connection], Sequence[tuple[*Columns]]]:
    """The question for all rows of a statement."""
    return lambda connection: cast("Sequence[tuple[*Columns]]", connection.execute(asked).all())


def _mappings(asked: sa.Select[*tuple[object, ...]]) -> Callable[[sa.Connection], Sequence[rows.Record]]:
    """The question for all rows of a statement, by the names of their columns."""
    return lambda connection: [dict(row) for row in connection.execute(asked).mappings()]


def open_sql(url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:
    """Open the ledger in the tables of a database, or in the transaction of a caller's SQLAlchemy connection.

    ``?schema=`` and ``?prefix=`` choose where the tables are, so that several ledgers stand side by side. With
    ``connection=`` a commit is a part of the caller's transaction; ``sql:`` then is enough of an address.

    Raises:
        StoreProblem: an address that names no database, or a database that cannot be reached.
        StoreCorrupt: changed tables.
        SchemaTooNew: a newer library made them.
    """
    place = place_of(url)
    if connection is not None:
        return _opened(_joined(connection, place), place, read_only=read_only)
    if place.url is None:
        remedy = "Hand over a SQLAlchemy connection, or write the address of a database."
        expected = f"{JOINED}: with a connection"
        raise StoreProblem(Problem("store-connection", Where(), "no connection", expected, remedy))
    session = Own(engine_of(place.url))
    try:
        session.try_it()
        return _opened(session, place, read_only=read_only)
    except BaseException:
        session.close()
        raise


def _opened(session: Session, place: Place, *, read_only: bool) -> SqlStore:
    kind = NamesSqlStore if session.family.erases else SqlStore
    return kind(session, place, read_only=read_only)


def _joined(connection: object, place: Place) -> Joined:
    expected = "a SQLAlchemy connection"
    if isinstance(connection, sa.Connection):
        backend = connection.dialect.name
        if place.url is None or place.url.get_backend_name() == backend:
            return Joined(connection, f"{JOINED}:{backend}")
        expected = f"a connection to {place.url.get_backend_name()}"
    remedy = "Hand over the connection whose transaction the commit shall be a part of."
    raise StoreProblem(Problem("store-connection", Where(), type(connection).__name__, expected, remedy))
