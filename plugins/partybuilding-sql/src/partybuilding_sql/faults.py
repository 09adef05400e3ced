"""What the errors of the drivers mean: each becomes a store error with its real cause, by its code and not its words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy import exc

from partybuilding.plugin import (
    HeadMoved,
    Problem,
    StoreBusy,
    StoreCorrupt,
    StoreProblem,
    StoreReadOnly,
    Where,
)

T = TypeVar("T")


@frozen
class Meaning:
    """The error, its code and what to do."""

    error: type[StoreProblem]
    code: str
    remedy: str


_BUSY = Meaning(StoreBusy, "store-busy", "Wait for the other writer, then try again.")
_FULL = Meaning(StoreProblem, "store-full", "Free space on the server, then try again.")
_DAMAGED = Meaning(StoreCorrupt, "store-damaged", "Restore the last good backup.")
_READ_ONLY = Meaning(StoreReadOnly, "store-read-only", "Ask for the right to write, or open it for reading.")
_IO = Meaning(StoreProblem, "store-io", "Check the disk of the server, then compare the head.")
_MOVED = Meaning(HeadMoved, "head-moved", "Read again, then commit on the new head.")
_OTHER = Meaning(StoreProblem, "store-failed", "Look at what the database said.")

# By the five letters of the SQL standard; of a class the first two.
_BY_STATE = {
    "55P03": _BUSY,
    "40P01": _BUSY,
    "40001": _BUSY,
    "57014": _BUSY,
    "53100": _FULL,
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
    "25006": _READ_ONLY,
    "42501": _READ_ONLY,
    "58030": _IO,
}
# By the numbers of MySQL and of those who speak like it (4012, 6002 to 6005: OceanBase; 8022, 9007: TiDB).
_BY_NUMBER = {
    **dict.fromkeys((1205, 1213, 3572, 4012, 6002, 6003, 6004, 6005, 8022, 9007), _BUSY),
    **dict.fromkeys((1021, 1114), _FULL),
    **dict.fromkeys((1142, 1290, 1792), _READ_ONLY),
    **dict.fromkeys((126, 127, 145, 1194), _DAMAGED),
}
# By the primary result codes of SQLite.
_BY_RESULT = {5: _BUSY, 6: _BUSY, 8: _READ_ONLY, 10: _IO, 11: _DAMAGED, 13: _FULL, 26: _DAMAGED}


def meaning(error: exc.SQLAlchemyError) -> Meaning:
    """What an error means; a doubled key can only come from another writer, since nobody else gives out numbers."""
    if isinstance(error, exc.IntegrityError):
        return _MOVED
    original = getattr(error, "orig", None)
    state = getattr(original, "sqlstate", None) or getattr(original, "pgcode", None)
    if str(state) in _BY_STATE:  # the drivers for MySQL give a state, too, but mostly that of "any error"
        return _BY_STATE[str(state)]
    result = getattr(original, "sqlite_errorcode", None)
    if result is not None:
        return _BY_RESULT.get(int(result) & 0xFF, _OTHER)
    number = next(iter(getattr(original, "args", ())), None)
    return _BY_NUMBER.get(number, _OTHER) if isinstance(number, int) else _OTHER


def said(error: exc.SQLAlchemyError) -> str:
    """What the database itself said, on one line, without statement and values: they may hold what people wrote."""
    original = getattr(error, "orig", None) or error
    first = str(original).strip().partition("\n")[0]
    return f"{type(original).__name__}: {first}"


def as_problem(error: exc.SQLAlchemyError, name: str) -> StoreProblem:
    """The store error that stands for a driver's."""
    found = meaning(error)
    return found.error(Problem(found.code, Where(file=name), said(error), "", found.remedy))


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Let no error of the driver through."""
    try:
        yield
    except exc.SQLAlchemyError as error:
        raise as_problem(error, name) from error


def unconfirmed(error: exc.SQLAlchemyError, name: str) -> StoreProblem:
    """The error of a commit whose answer never came: nobody knows what the server did with it."""
    remedy = "Open the store again and look at its head, or repeat the request with the same key."
    return StoreProblem(Problem("store-unconfirmed", Where(file=name), said(error), "", remedy))


def unusable(read: str, expected: str) -> StoreProblem:
    """The error of an address that cannot be used; it never shows the address as a whole."""
    return StoreProblem(Problem("store-url", Where(), read, expected, "Correct the address."))


def lost(error: exc.SQLAlchemyError) -> bool:
    """Whether the connection broke."""
    return isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated
