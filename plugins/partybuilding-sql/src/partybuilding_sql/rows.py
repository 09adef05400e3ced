"""How changesets and rows stand in the tables, and how they are read back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby

from partybuilding.plugin import (
    Changeset,
    Entry,
    Header,
    PartybuildingError,
    Problem,
    Row,
    StoreCorrupt,
    Stored,
    Where,
    canonical,
)

Record = Mapping[str, object]
Version = tuple[int, str, str | None, str | None, str | None]
"""A row of the version table: seq, id, starts, ends, body."""


def first_of(number: int) -> int:
    """The lowest seq of a changeset: its number, then 32 bits for the place of a row in it."""
    return number << 32


def last_of(number: int) -> int:
    """The highest seq that a changeset may hold."""
    return first_of(number + 1) - 1


def request_digest(key: str) -> str:
    """What stands for an idempotency key in the index."""
    return sha256(key.encode(errors="surrogatepass")).hexdigest()


def in_force(versions: Iterable[Version]) -> Iterator[Version]:
    """Of the versions of each id the last, unless it withdraws."""
    for _, group in groupby(versions, key=lambda version: version[1]):
        *_, last = group
        if last[4] is not None:
            yield last


def stored(kind: str, versions: Iterable[Version], name: str) -> Iterator[Stored]:
    """Versions as the store gives them back."""
    for seq, given, starts, ends, body in versions:
        with readable(name):
            row = Row(kind=kind, id=given, starts=_day(starts), ends=_day(ends), body=body)
        yield Stored(row=row, number=seq >> 32, digest=row.digest)


def version_rows(changeset: Changeset) -> list[dict[str, object]]:
    """The rows of a changeset as they are inserted."""
    first = first_of(changeset.header.number)
    return [
        {
            "seq": first + place,
            "kind": row.kind,
            "record_id": row.id,
            "starts": _text(row.starts),
            "ends": _text(row.ends),
            "body": row.body,
        }
        for place, row in enumerate(changeset.rows)
    ]


def changeset_row(changeset: Changeset) -> dict[str, object]:
    """A changeset as it is inserted."""
    header = changeset.header
    return {
        "number": header.number,
        "at": header.at.isoformat(timespec="microseconds"),
        "actor": header.actor,
        "on_behalf_of": header.on_behalf_of,
        "reason": header.reason,
        "command": header.command,
        "request_key": header.key,
        "request_digest": None if header.key is None else request_digest(header.key),
        "versions": canonical(header.versions),
        "manifest": canonical(header.manifest),
        "permitted_by": header.rule,
        "blobs": canonical(changeset.blobs),
        "previous_hash": changeset.previous,
        "rows_digest": changeset.digest,
        "hash": changeset.hash,
    }


def entry(record: Record, name: str) -> Entry:
    """A changeset without its rows."""
    with readable(name):
        count = int(str(record["row_count"] or 0))
        digest, hashed = str(record["rows_digest"]), str(record["hash"])
        return Entry(header=_header(record), count=count, digest=digest, hash=hashed)


def changeset(
    record: Record, rows: Iterable[tuple[str, str, str | None, str | None, str | None]], name: str
) -> Changeset:
    """A changeset with its rows."""
    with readable(name):
        return Changeset(
            header=_header(record),
            rows=tuple(
                Row(kind=kind, id=given, starts=_day(starts), ends=_day(ends), body=body)
                for kind, given, starts, ends, body in rows
            ),
            blobs=tuple(map(str, json.loads(str(record["blobs"])))),
            previous=str(record["previous_hash"]),
            digest=str(record["rows_digest"]),
            hash=str(record["hash"]),
        )


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Say that the store is damaged where a stored text is not what was written."""
    try:
        yield
    except (ValueError, TypeError, PartybuildingError) as error:
        remedy = "Do not use this store; restore the last good backup."
        where = Where(file=name)
        raise StoreCorrupt(
            Problem("store-unreadable", where, str(error), "what was written", remedy)
        ) from error


def _header(record: Record) -> Header:
    return Header(
        number=int(str(record["number"])),
        at=datetime.fromisoformat(str(record["at"])),
        actor=str(record["actor"]),
        on_behalf_of=_optional(record["on_behalf_of"]),
        reason=str(record["reason"]),
        command=str(record["command"]),
        key=_optional(record["request_key"]),
        versions=_pairs(str(record["versions"])),
        manifest=_pairs(str(record["manifest"])),
        rule=str(record["permitted_by"]),
    )


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(value)) for name, value in json.loads(text))


def _optional(value: object) -> str | None:
    return None if value is None else str(value)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
