"""How small a right store may be: a client that speaks JSON texts with a service that keeps them.

The service stands for whatever a district has: a message interface, a document database. It understands five requests,
and the one promise that it must keep is that `append` takes a changeset only if its number is the next. Everything else
that a store promises follows from ``admit`` and from reading in order. In this process the service is an object; across
a network it would be an address.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from threading import Lock
from types import TracebackType
from typing import Any, Self

from partybuilding.errors import Problem, StoreClosed, StoreReadOnly, Where
from partybuilding.extension.sealing import admit
from partybuilding.extension.store import (
    Changeset,
    Draft,
    Entry,
    Head,
    Header,
    Row,
    StorageBackend,
    Store,
    Stored,
    no_such_blob,
    number_known,
)

PAGE = 500
"""Records that one answer holds, so that a reader needs no more memory than that."""

Table = dict[str, Any]


class Service:
    """The other side: JSON texts in, JSON texts out."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._changes: list[Table] = []
        self._rows: dict[str, dict[str, list[Table]]] = {}
        self._contents: dict[str, str] = {}
        self._keys: dict[str, int] = {}

    def answer(self, text: str) -> str:
        """Do what a text asks for, one at a time."""
        asked = json.loads(text)
        requests: dict[str, Callable[..., object]] = {
            "head": self._head,
            "append": self._append,
            "changeset": self._get,
            "rows": self._read,
            "content": self._contents.get,
        }
        with self._lock:
            return json.dumps(requests[asked["ask"]](*asked["given"]))

    def _head(self) -> tuple[int, str] | None:
        return (len(self._changes), self._changes[-1]["hash"]) if self._changes else None

    def _append(self, changeset: Table, contents: dict[str, str]) -> bool:
        """Take a changeset if it is the next; this is the whole of the locking."""
        number = len(self._changes) + 1
        if changeset["header"]["number"] != number:
            return False
        for row in changeset["rows"]:
            self._rows.setdefault(row["kind"], {}).setdefault(row["id"], []).append(
                {"number": number, "row": row}
            )
        self._contents.update(contents)
        if changeset["header"]["key"] is not None:
            self._keys[changeset["header"]["key"]] = number
        self._changes.append(changeset)
        return True

    def _get(self, name: int | str) -> Table | None:
        """The changeset with a number that exists, or with a key."""
        number = name if isinstance(name, int) else self._keys.get(name)
        return None if number is None else self._changes[number - 1]

    def _read(self, kind: str | None, ids: list[str] | None, after: str) -> list[Any]:
        """The kinds with the number of their first row; or the versions of the next records of a kind, by id."""
        if kind is None:
            return [
                [name, min(rows[0]["number"] for rows in ids.values())] for name, ids in self._rows.items()
            ]
        rows = self._rows.get(kind, {})
        names = sorted(name for name in (rows if ids is None else rows.keys() & set(ids)) if name > after)
        return [[name, rows[name]] for name in names[:PAGE]]


class JsonStore:
    """A store that asks a service."""

    def __init__(self, service: Service, *, read_only: bool = False) -> None:
        self._service = service
        self._read_only = read_only
        self._closed = False

    def head(self) -> Head:
        found = self._ask("head")
        return Head() if found is None else Head(*found)

    def append(self, draft: Draft, expected_head: int) -> Head:
        self._require_open()
        if self._read_only:
            raise StoreReadOnly(
                Problem("store-read-only", Where(), "json:", "a store to write", "Open to write.")
            )
        contents = {digest: b64encode(content).decode() for digest, content in draft.blobs}
        while True:  # until nobody was faster between the question for the head and the append
            sealed = admit(draft, head=self.head(), expected_head=expected_head, earlier=self.keyed)
            if isinstance(sealed, Head):
                return sealed
            if self._ask("append", _plain(sealed), contents):
                return sealed.head

    def read(
        self, kind: str, *, ids: Iterable[str] | None = None, on: date | None = None, known: int | None = None
    ) -> Iterator[Stored]:
        last = number_known(known, self.head().number)
        return self._records(kind, None if ids is None else sorted(set(ids)), on, last)

    def _records(self, kind: str, ids: list[str] | None, on: date | None, last: int) -> Iterator[Stored]:
        for _, versions in self._all(kind) if ids is None else self._some(kind, ids):
            rows = [_stored(each) for each in versions if each["number"] <= last]
            if on is None:
                yield from rows
            else:
                holding = [each for each in rows if each.row.holds(on)]
                yield from (each for each in holding[-1:] if each.row.body is not None)

    def _all(self, kind: str) -> Iterator[Any]:
        page = self._ask("rows", kind, None, "")
        while page:
            yield from page
            page = self._ask("rows", kind, None, page[-1][0])

    def _some(self, kind: str, ids: list[str]) -> Iterator[Any]:
        for start in range(0, len(ids), PAGE):
            yield from self._ask("rows", kind, ids[start : start + PAGE], "")

    def kinds(self, known: int | None = None) -> tuple[str, ...]:
        last = number_known(known, self.head().number)
        return tuple(sorted(kind for kind, first in self._ask("rows", None, None, "") if first <= last))

    def changes(self, start: int = 1, stop: int | None = None) -> Iterator[Changeset]:
        last = self.head().number
        numbers = range(max(start, 1), last + 1 if stop is None else min(stop, last + 1))
        return (_changeset(self._ask("changeset", number)) for number in numbers)

    def entries(self, start: int = 1, stop: int | None = None) -> Iterator[Entry]:
        return map(_entry, self.changes(start, stop))

    def keyed(self, key: str) -> Entry | None:
        found = self._ask("changeset", key)
        return None if found is None else _entry(_changeset(found))

    def blob(self, digest: str) -> bytes:
        found = self._ask("content", digest)
        if found is None:
            raise no_such_blob(digest)
        return b64decode(found)

    def close(self) -> None:
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()

    def _ask(self, request: str, *given: object) -> Any:
        self._require_open()
        return json.loads(self._service.answer(json.dumps({"ask": request, "given": given})))

    def _require_open(self) -> None:
        if self._closed:
            raise StoreClosed(
                Problem("store-closed", Where(), "json:", "an open store", "Open the store again.")
            )


def _plain(changeset: Changeset) -> Table:
    return {
        "header": json.loads(changeset.header.text()),
        "rows": [
            {
                "kind": row.kind,
                "id": row.id,
                "starts": _text(row.starts),
                "ends": _text(row.ends),
                "body": row.body,
            }
            for row in changeset.rows
        ],
        "blobs": changeset.blobs,
        "previous": changeset.previous,
        "digest": changeset.digest,
        "hash": changeset.hash,
    }


def _changeset(table: Table) -> Changeset:
    header = table["header"]
    pairs = {name: map(tuple, header[name]) for name in ("versions", "manifest")}
    return Changeset(
        **table
        | {
            "header": Header(**header | pairs | {"at": datetime.fromisoformat(header["at"])}),
            "rows": tuple(map(_row, table["rows"])),
            "blobs": tuple(table["blobs"]),
        }
    )


def _row(table: Table) -> Row:
    return Row(**table | {"starts": _day(table["starts"]), "ends": _day(table["ends"])})


def _stored(table: Table) -> Stored:
    row = _row(table["row"])
    return Stored(row=row, number=table["number"], digest=row.digest)


def _entry(changeset: Changeset) -> Entry:
    count, digest = len(changeset.rows), changeset.digest
    return Entry(header=changeset.header, count=count, digest=digest, hash=changeset.hash)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def open_json(_url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:
    """Open a store on a service of its own."""
    assert connection is None
    return JsonStore(Service(), read_only=read_only)


JSON = StorageBackend(scheme="json", open=open_json)
