"""Short ways to write a changeset and to read it back, for the checks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from partybuilding.extension.store import Draft, Head, Header, Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from partybuilding.extension.store import Store

MOMENT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = date(2026, 6, 1)
NEXT = date(2026, 6, 2)
KIND = "post"


def row(
    name: str = "a",
    body: str | None = "{}",
    *,
    kind: str = KIND,
    starts: date | None = None,
    ends: date | None = None,
) -> Row:
    """A row that says as little as it must."""
    return Row(kind=kind, id=name, starts=starts, ends=ends, body=body)


def draft(*rows: Row, key: str | None = None, contents: Iterable[bytes] = (), reason: str = "check") -> Draft:
    """A changeset of rows and contents."""
    header = Header(at=MOMENT, actor="office", reason=reason, rule="allow-all", key=key)
    blobs = tuple((sha256(content).hexdigest(), content) for content in contents)
    return Draft(header=header, rows=rows, blobs=blobs)


def add(store: Store, *rows: Row, key: str | None = None, contents: Iterable[bytes] = ()) -> Head:
    """Append rows on the head as it is."""
    return store.append(draft(*rows, key=key, contents=contents), store.head().number)


def state(
    store: Store, on: date = DAY, known: int | None = None, *, kind: str = KIND
) -> dict[str, str | None]:
    """The bodies of a day by id, in the order in which the store gave them."""
    return {stored.row.id: stored.row.body for stored in store.read(kind, on=on, known=known)}


def content(store: Store) -> tuple[object, ...]:
    """Everything that can be read: what must be as before after a refusal."""
    history = tuple(tuple(store.read(kind)) for kind in store.kinds())
    return store.head(), tuple(store.changes()), tuple(store.entries()), history
