"""Whose transaction the store works in: one of its own for every commit and every read, or the caller's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy import exc

from partybuilding.plugin import Problem, StoreProblem, Where
from partybuilding_sql import faults
from partybuilding_sql.families import Family, family_of
from partybuilding_sql.places import shown


class Session(Protocol):
    """How the store comes to a connection; both blocks let no error of a driver through."""

    @property
    def name(self) -> str:
        """What messages call the store; never with a password."""
        ...

    @property
    def family(self) -> Family:
        """What the database needs."""
        ...

    @property
    def joined(self) -> bool:
        """Whether the transaction is the caller's."""
        ...

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that sees one moment."""
        ...

    def writing(self) -> AbstractContextManager[sa.Connection]:
        """A transaction, or a part of the caller's, that is kept whole or not at all. It holds no lock yet."""
        ...

    def close(self) -> None:
        """Let go of the connections that are the store's own."""
        ...


class Own:
    """Connections of the store's own: a transaction for each commit and each read."""

    joined = False

    def __init__(self, engine: sa.Engine) -> None:
        self.name = shown(engine.url)
        self.family = family_of(engine.dialect.name)
        self._engine = engine
        self._writer = engine.execution_options(isolation_level="READ COMMITTED")
        self._reader = engine.execution_options(
            isolation_level=self.family.snapshot, postgresql_readonly=True
        )

    def try_it(self) -> None:
        """Connect once.

        Raises:
            StoreProblem: no connection; ``store-url`` for a parameter that the driver does not know.
        """
        try:
            with faults.translated(self.name):
                self._engine.connect().close()
        except TypeError as error:  # how some drivers refuse a keyword
            raise faults.unusable(str(error), "parameters that the driver knows") from error

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one moment and writes nothing."""
        with faults.translated(self.name), self._reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction of its own; the first error is the one that is told."""
        with faults.translated(self.name), self._writer.connect() as connection:
            transaction = connection.begin()
            try:
                if self.family.begins is not None:
                    connection.exec_driver_sql(self.family.begins)
                yield connection
            except BaseException:
                with suppress(exc.SQLAlchemyError):  # what went wrong first has already been said
                    transaction.rollback()
                raise
            try:
                transaction.commit()
            except exc.SQLAlchemyError as error:
                if faults.lost(error):
                    raise faults.unconfirmed(error, self.name) from error
                raise

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


class Joined:
    """The caller's connection and, for writing, the caller's transaction, in which a commit is a savepoint."""

    joined = True

    def __init__(self, connection: sa.Connection, name: str) -> None:
        self.name = name
        self.family = family_of(connection.dialect.name)
        self._connection = connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """The caller's transaction; outside of one a short one, so that none is left open behind the caller's back."""
        with faults.translated(self.name):
            if self._connection.in_transaction():
                yield self._connection
            else:
                with self._connection.begin():
                    yield self._connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A part of the caller's transaction.

        Raises:
            StoreProblem: there is none (``no-transaction``).
        """
        with faults.translated(self.name):
            if not in_transaction(self._connection):
                where, remedy = (
                    Where(file=self.name),
                    "Begin a transaction on the connection first, and commit afterwards.",
                )
                raise StoreProblem(
                    Problem("no-transaction", where, "no transaction", "the caller's transaction", remedy)
                )
            with self._connection.begin_nested():
                yield self._connection

    def close(self) -> None:
        """The connection is the caller's."""


def in_transaction(connection: sa.Connection) -> bool:
    """Whether a transaction is open that the database knows of.

    SQLAlchemy also speaks of a transaction where the driver commits every statement at once, and where the driver for
    SQLite has not begun one yet: a savepoint would then be a commit.
    """
    if not connection.in_transaction():
        return False
    driver = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite":
        return bool(getattr(driver, "in_transaction", False))
    try:
        return driver is not None and not connection.dialect.detect_autocommit_setting(driver)
    except NotImplementedError:  # a dialect that cannot tell: the caller's word counts
        return True
