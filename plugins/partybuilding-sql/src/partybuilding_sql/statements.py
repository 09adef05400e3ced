"""Every statement that the store executes, as a function of the tables: so all of them can be compiled and looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeAlias

import sqlalchemy as sa

from partybuilding_sql.tables import Tables

PAGE = 4096
"""Rows fetched at a time, so that a reader neither fills the memory nor keeps a transaction open."""
LOG_PAGE = 256
MOST_PARAMETERS = 500
"""Values named in one statement; some databases take no more than a thousand."""


def head(tables: Tables) -> sa.Select[int, str]:
    """The number and hash of the last changeset."""
    table = tables.changeset
    return sa.select(table.c.number, table.c.hash).order_by(table.c.number.desc()).limit(1)


def entries(tables: Tables) -> sa.Select[*tuple[object, ...]]:
    """All columns of changesets, and how many rows each has."""
    table, version = tables.changeset, tables.version
    first = table.c.number * 2**32
    last_place = (
        sa.select(sa.func.max(version.c.seq) + 1 - first)
        .where(version.c.seq.between(first, first + (2**32 - 1)))
        .correlate(table)
        .scalar_subquery()
    )
    return sa.select(table, last_place.label("row_count"))


def entries_from(tables: Tables, start: int, stop: int) -> sa.Select[*tuple[object, ...]]:
    """A page of changesets by number."""
    number = tables.changeset.c.number
    return entries(tables).where(number >= start, number < stop).order_by(number).limit(LOG_PAGE)


def keyed(tables: Tables, digest: str) -> sa.Select[*tuple[object, ...]]:
    """The changeset that carries an idempotency key."""
    return entries(tables).where(tables.changeset.c.request_digest == digest)


def beyond(tables: Tables) -> sa.Select[str]:
    """Rows after the last changeset; in one statement, so that a commit in between does not look like one."""
    last = sa.select(sa.func.coalesce(sa.func.max(tables.changeset.c.number), 0)).scalar_subquery()
    version = tables.version.c
    return sa.select(version.kind).where(version.seq >= (last + 1) * 2**32).limit(1)


def rows(tables: Tables, first: int, last: int) -> sa.Select[str, str, str | None, str | None, str | None]:
    """The rows of a changeset in their order."""
    version = tables.version.c
    columns = version.kind, version.record_id, version.starts, version.ends, version.body
    return sa.select(*columns).where(version.seq.between(first, last)).order_by(version.seq)


Version: TypeAlias = "sa.Select[int, str, str | None, str | None, str | None]"


def versions(tables: Tables, kind: str, *, after: tuple[str, int], last: int, on: date | None) -> Version:
    """A page of the versions of a kind in the order id, seq, after the id and seq where the page before ended."""
    version = tables.version.c
    asked = _versions(tables, kind, last, on).where(
        version.record_id >= after[0], sa.or_(version.record_id > after[0], version.seq > after[1])
    )
    return asked.limit(PAGE)


def versions_of(tables: Tables, kind: str, ids: tuple[str, ...], *, last: int, on: date | None) -> Version:
    """The versions of some ids in code point order, all at once.

    The first and the last id stand there once more, so that even a database without statistics about a new table looks
    only at what lies between them.
    """
    column = tables.version.c.record_id
    return _versions(tables, kind, last, on).where(column.between(ids[0], ids[-1]), column.in_(ids))


def _versions(tables: Tables, kind: str, last: int, on: date | None) -> Version:
    version = tables.version.c
    asked = sa.select(version.seq, version.record_id, version.starts, version.ends, version.body).where(
        version.kind == kind, version.seq <= last
    )
    if on is not None:
        day = on.isoformat()
        asked = asked.where(sa.or_(version.starts.is_(None), version.starts <= day))
        asked = asked.where(sa.or_(version.ends.is_(None), version.ends > day))
    return asked.order_by(version.record_id, version.seq)


def next_kind(tables: Tables, after: str) -> sa.Select[str]:
    """The first kind after another: an index holds them in order, so nobody looks at every row."""
    version = tables.version.c
    return sa.select(version.kind).where(version.kind > after).order_by(version.kind).limit(1)


def known_kind(tables: Tables, kind: str, last: int) -> sa.Select[str]:
    """The kind, if it has a row up to a seq."""
    version = tables.version.c
    return sa.select(version.kind).where(version.kind == kind, version.seq <= last).limit(1)


def content(tables: Tables, digest: str) -> sa.Select[bytes]:
    """A content by its digest."""
    return sa.select(tables.content.c.bytes).where(tables.content.c.digest == digest)


def contents_there(tables: Tables, digests: tuple[str, ...]) -> sa.Select[str]:
    """Which of some contents are kept already."""
    digest = tables.content.c.digest
    return sa.select(digest).where(digest.in_(digests))


def schema_number(tables: Tables) -> sa.Select[int]:
    """The number of the form in which the tables are."""
    return sa.select(tables.form.c.schema_number)


def lock_row(tables: Tables) -> sa.Select[int]:
    """Lock the row of the form: how writers wait for each other where there is no lock of the application's own."""
    return schema_number(tables).with_for_update()


def touch_row(tables: Tables) -> sa.Update:
    """Write the row of the form as it is: how SQLite is made to lock for writing."""
    return sa.update(tables.form).values(schema_number=tables.form.c.schema_number)


def persons(tables: Tables, ids: tuple[str, ...]) -> sa.Select[str, str, str]:
    """The names and contacts behind some ids."""
    person = tables.person.c
    return sa.select(person.person_id, person.person_name, person.contact).where(person.person_id.in_(ids))


def every_person(tables: Tables) -> sa.Select[str, str, str]:
    """All names and contacts, for rewriting the table."""
    person = tables.person.c
    return sa.select(person.person_id, person.person_name, person.contact)


def forgotten(tables: Tables) -> sa.Select[str]:
    """The ids whose names were erased."""
    return sa.select(tables.forgotten.c.person_id)


def forget(tables: Tables, ids: tuple[str, ...]) -> sa.Delete:
    """Delete some names."""
    return sa.delete(tables.person).where(tables.person.c.person_id.in_(ids))


def empty_persons(tables: Tables) -> str:
    """Give the table of names a new file; the old one is deleted with the commit (PostgreSQL)."""
    return f"TRUNCATE TABLE {tables.person.fullname}"


def batches(words: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Words in code point order without doubles, as many at a time as one statement takes."""
    ordered = sorted(set(words))
    return (tuple(ordered[at : at + MOST_PARAMETERS]) for at in range(0, len(ordered), MOST_PARAMETERS))


def every(tables: Tables) -> dict[str, sa.sql.Executable]:
    """One example of every statement by name, for a look at what a database would be asked."""
    return {
        "head": head(tables),
        "entries": entries_from(tables, 1, 3),
        "keyed": keyed(tables, "ab" * 32),
        "rows": rows(tables, 2**32, 2**33 - 1),
        "read": versions(tables, "post", after=("", 0), last=2**33, on=None),
        "read on a day": versions(tables, "post", after=("a", 7), last=2**33, on=date(2026, 6, 1)),
        "read some": versions_of(tables, "post", ("a", "b"), last=2**33, on=None),
        "next kind": next_kind(tables, "post"),
        "known kind": known_kind(tables, "post", 2**33),
        "content": content(tables, "ab" * 32),
        "contents there": contents_there(tables, ("ab" * 32,)),
        "schema number": schema_number(tables),
        "lock row": lock_row(tables),
        "touch row": touch_row(tables),
        "persons": persons(tables, ("k7",)),
        "every person": every_person(tables),
        "forgotten": forgotten(tables),
        "forget": forget(tables, ("k7",)),
        **{f"insert into {table.name}": sa.insert(table) for table in tables.all},
    }
