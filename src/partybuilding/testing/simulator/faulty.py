"""A store that fails when it is told to: before anything is stored, or after it, so that nobody hears of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from types import TracebackType
from typing import Literal, Self

from partybuilding.errors import Problem, StoreProblem, Where
from partybuilding.extension.store import Changeset, Draft, Entry, Head, Store, Stored

Fault = Literal["before", "after"]


class Faulty:
    """A store around another one; ``fault`` is what the next append suffers."""

    def __init__(self, inner: Store) -> None:
        self.inner = inner
        self.fault: Fault | None = None

    def append(self, draft: Draft, expected_head: int) -> Head:
        """Append, unless the disk fails first; or append, and fail to say so."""
        fault, self.fault = self.fault, None
        if fault == "before":
            raise _disk_error()
        head = self.inner.append(draft, expected_head)
        if fault == "after":
            raise _disk_error()
        return head

    def head(self) -> Head:
        """The number and hash of the last changeset."""
        return self.inner.head()

    def read(
        self, kind: str, *, ids: Iterable[str] | None = None, on: date | None = None, known: int | None = None
    ) -> Iterator[Stored]:
        """The rows of a kind."""
        return self.inner.read(kind, ids=ids, on=on, known=known)

    def kinds(self, known: int | None = None) -> tuple[str, ...]:
        """The kinds that have rows."""
        return self.inner.kinds(known)

    def changes(self, start: int = 1, stop: int | None = None) -> Iterator[Changeset]:
        """The changesets by number."""
        return self.inner.changes(start, stop)

    def entries(self, start: int = 1, stop: int | None = None) -> Iterator[Entry]:
        """The changesets without their rows."""
        return self.inner.entries(start, stop)

    def keyed(self, key: str) -> Entry | None:
        """The changeset that carries an idempotency key."""
        return self.inner.keyed(key)

    def blob(self, digest: str) -> bytes:
        """The content with a digest."""
        return self.inner.blob(digest)

    def close(self) -> None:
        """Close the inner store."""
        self.inner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()


def _disk_error() -> StoreProblem:
    remedy = "Check the disk, then open the store again."
    return StoreProblem(Problem("store-io", Where(), "a simulated fault", "", remedy))
