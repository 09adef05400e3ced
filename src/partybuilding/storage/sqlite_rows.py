"""How changesets and rows stand in the tables of SQLite, and how they are read back."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING

from partybuilding.errors import Problem, StoreCorrupt, Where
from partybuilding.extension.canonical import canonical
from partybuilding.extension.store import Changeset, Entry, Header, Row, Stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_PARAMETERS = 500
"""Ids asked for in one statement; SQLite takes some thousands at most."""

_COLUMNS = "number, at, actor, on_behalf_of, reason, command, key, versions, manifest, rule, blobs, previous, digest, hash"
HEAD = "SELECT number, hash FROM partybuilding_changeset ORDER BY number DESC LIMIT 1"
ENTRIES = f"""SELECT {_COLUMNS}, (SELECT max(seq) + 1 - (c.number << 32) FROM partybuilding_version
WHERE seq BETWEEN c.number << 32 AND (c.number << 32) + 4294967295) FROM partybuilding_changeset c """  # noqa: S608  # constants
INSERT = f"INSERT INTO partybuilding_changeset ({_COLUMNS}) VALUES ({', '.join('?' * 14)})"  # noqa: S608  # constants
INSERT_ROW = "INSERT INTO partybuilding_version (seq, kind, id, starts, ends, body) VALUES (?, ?, ?, ?, ?, ?)"
INSERT_CONTENT = (
    "INSERT INTO partybuilding_content (digest, bytes) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING"
)
CONTENT = "SELECT bytes FROM partybuilding_content WHERE digest = ?"
ROWS = "SELECT kind, id, starts, ends, body FROM partybuilding_version WHERE seq BETWEEN ? AND ? ORDER BY seq"
# An index holds the kinds in order: hop from one to the next instead of looking at every row.
BEYOND = (
    "SELECT kind FROM partybuilding_version WHERE seq >="
    " ((SELECT coalesce(max(number), 0) FROM partybuilding_changeset) + 1) * 4294967296 LIMIT 1"
)
"""Rows after the last changeset; in one statement, so that a commit in between does not look like one."""
KINDS = """WITH RECURSIVE found (kind) AS (
  SELECT min(kind) FROM partybuilding_version
  UNION ALL SELECT (SELECT min(kind) FROM partybuilding_version WHERE kind > found.kind) FROM found WHERE kind IS NOT NULL)
SELECT kind FROM found WHERE EXISTS (SELECT 1 FROM partybuilding_version v WHERE v.kind = found.kind AND v.seq <= ?)"""
_EVERY = """SELECT seq, id, starts, ends, body FROM partybuilding_version
WHERE kind = ? AND (id, seq) > (?, ?) AND seq <= ?{chosen} ORDER BY id, seq LIMIT {page}"""
# With max(), SQLite takes the other columns from the row that has it: the last one said about the day.
_IN_FORCE = """SELECT max(seq), id, starts, ends, body FROM partybuilding_version
WHERE kind = ? AND (id, seq) > (?, ?) AND seq <= ? AND (starts IS NULL OR starts <= ?) AND (ends IS NULL OR ends > ?){chosen}
GROUP BY id HAVING body IS NOT NULL ORDER BY id LIMIT {page}"""
NO_MORE = (1 << 63) - 1
"""A seq after all others: with it, a page begins after every version of an id."""

Version = tuple[int, str, str | None, str | None, str | None]
"""A row of the version table: seq, id, starts, ends, body."""


def first_of(number: int) -> int:
    """The lowest seq of a changeset: its number, then 32 bits for the place of a row in it."""
    return number << 32


def last_of(number: int) -> int:
    """The highest seq that a changeset may hold."""
    return first_of(number + 1) - 1


def reading(*, on: date | None, ids: tuple[str, ...] | None, page: int) -> tuple[str, tuple[str, ...]]:
    """The statement that reads a page of versions in the order id, seq, and its last parameters.

    With a day, of each id only the last version that holds it, unless that withdraws. Before the parameters come the kind, the id and seq after which the page begins, and the highest seq.
    """
    statement = _EVERY if on is None else _IN_FORCE
    days = () if on is None else (on.isoformat(), on.isoformat())
    chosen = "" if ids is None else f" AND id IN ({', '.join('?' * len(ids))})"
    return statement.format(chosen=chosen, page=page), (*days, *(ids or ()))


def persons(ids: tuple[str, ...]) -> str:
    """The statement that reads the names behind some ids."""
    return f"SELECT id, name, contact FROM partybuilding_person WHERE id IN ({', '.join('?' * len(ids))})"  # noqa: S608  # marks


def batches(ids: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Ids in code point order, as many at a time as one statement takes."""
    ordered = iter(sorted(ids))
    while batch := tuple(islice(ordered, MOST_PARAMETERS)):
        yield batch


def stored(kind: str, versions: Iterable[Version], name: str) -> Iterator[Stored]:
    """Versions as the store gives them back."""
    with readable(name):
        for seq, given, starts, ends, body in versions:
            row = _row(kind, given, starts, ends, body)
            yield Stored(row=row, number=seq >> 32, digest=row.digest)


def version_rows(changeset: Changeset) -> Iterator[tuple[int, str, str, str | None, str | None, str | None]]:
    """The rows of a changeset as they are inserted."""
    first = first_of(changeset.header.number)
    return (
        (first + place, row.kind, row.id, _text(row.starts), _text(row.ends), row.body)
        for place, row in enumerate(changeset.rows)
    )


def changeset_row(changeset: Changeset) -> tuple[object, ...]:
    """A changeset as it is inserted."""
    header = changeset.header
    return (
        header.number,
        header.at.isoformat(timespec="microseconds"),
        header.actor,
        header.on_behalf_of,
        header.reason,
        header.command,
        header.key,
        canonical(header.versions),
        canonical(header.manifest),
        header.rule,
        canonical(changeset.blobs),
        changeset.previous,
        changeset.digest,
        changeset.hash,
    )


def entry(record: tuple[object, ...], name: str) -> Entry:
    """A changeset without its rows."""
    *_, digest, hashed, count = record
    with readable(name):
        return Entry(header=_header(record), count=int(str(count or 0)), digest=str(digest), hash=str(hashed))


def changeset(record: tuple[object, ...], rows: Iterable[tuple[str, ...]], name: str) -> Changeset:
    """A changeset with its rows."""
    *_, blobs, previous, digest, hashed, _count = record
    with readable(name):
        return Changeset(
            header=_header(record),
            rows=tuple(_row(*each) for each in rows),
            blobs=tuple(map(str, json.loads(str(blobs)))),
            previous=str(previous),
            digest=str(digest),
            hash=str(hashed),
        )


def _row(kind: object, given: object, starts: str | None, ends: str | None, body: object) -> Row:
    """A row of texts: one flipped bit of a page can turn a text into bytes, whatever the table declares."""
    if not (isinstance(kind, str) and isinstance(given, str) and (body is None or isinstance(body, str))):
        message = f"a text of {given!a} is kept as another type"
        raise TypeError(message)
    return Row(kind=kind, id=given, starts=_day(starts), ends=_day(ends), body=body)


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Say that the store is damaged where a stored text is not what was written."""
    try:
        yield
    except (ValueError, TypeError, OverflowError) as error:
        remedy = "Do not use this store; restore the last good backup."
        raise StoreCorrupt(
            Problem("store-unreadable", Where(file=name), str(error), "what was written", remedy)
        ) from error


def _header(record: tuple[object, ...]) -> Header:
    number, at, actor, on_behalf_of, reason, command, key, versions, manifest, rule = record[:10]
    return Header(
        number=int(str(number)),
        at=datetime.fromisoformat(str(at)),
        actor=str(actor),
        on_behalf_of=_optional(on_behalf_of),
        reason=str(reason),
        command=str(command),
        key=_optional(key),
        versions=_pairs(str(versions)),
        manifest=_pairs(str(manifest)),
        rule=str(rule),
    )


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(value)) for name, value in json.loads(text))


def _optional(value: object) -> str | None:
    return None if value is None else str(value)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
