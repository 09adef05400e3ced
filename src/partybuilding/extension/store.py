"""What a store is: version rows under one hash-chained header a changeset; rows are added, never changed.

A backend only moves rows and blobs. What a changeset means, what its digests are and what is refused stands in
:func:`partybuilding.extension.sealing.admit`, so that every backend gives the same hashes and a district can write a
right one.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

from attrs import field, frozen

from partybuilding.domain.record import within
from partybuilding.errors import Problem, RecordProblem, StoreCorrupt, StoreProblem, Where
from partybuilding.extension.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

Pairs = tuple[tuple[str, str], ...]


NO_BODY = "\x00"
"""What an empty body is hashed as: none was ever written, and it must not pass for a withdrawal."""


@frozen(kw_only=True)
class Row:
    """One version of one record, as text: its kind, its id, the days ``[starts, ends)`` it speaks about, its body.

    ``starts=None`` means since ever, ``ends=None`` means until replaced. The body is canonical JSON; None says that the
    record is withdrawn for these days.
    """

    kind: str
    id: str
    starts: date | None = None
    ends: date | None = None
    body: str | None = None

    def holds(self, day: date) -> bool:
        """Whether the row speaks about a day."""
        return within(day, self.starts, self.ends)

    @property
    def digest(self) -> str:
        """The digest of the content, as 64 hexadecimal digits; ids hold no line break, so the lines are unambiguous."""
        return self.leaf().hex()

    def leaf(self) -> bytes:
        """The same digest as bytes: what the digest of a changeset is taken of."""
        starts, ends = self.starts or "", self.ends or ""
        body = "" if self.body is None else self.body or NO_BODY
        text = f"{self.kind}\n{self.id}\n{starts}\n{ends}\n{body}"
        return sha256(b"\x00" + text.encode(errors="surrogatepass")).digest()


@frozen(kw_only=True)
class Stored:
    """A row as the store gives it back, with the number of its changeset and its content digest."""

    row: Row
    number: int
    digest: str


@frozen
class Head:
    """How far a store has come: the number and hash of its last changeset; ``Head()`` is an empty store."""

    number: int = 0
    hash: str = "0" * 64


def _utc(at: datetime) -> datetime:
    if at.utcoffset() is None:
        remedy = "Give the moment with its offset, for example tzinfo=UTC."
        raise StoreProblem(
            Problem(
                "moment-naive", Where(path="at"), at.isoformat(), "a moment with an offset from UTC", remedy
            )
        )
    return at.astimezone(UTC)


def _sorted(pairs: Iterable[tuple[str, str]]) -> Pairs:
    return tuple(sorted(pairs))


@frozen(kw_only=True)
class Header:
    """Who, when, for whom, why, by which command, with which versions, allowed by which rule.

    ``number`` is 0 until the changeset is sealed. ``key`` makes a repeated request harmless: the same key with the same
    content is one effect. ``versions`` names the library and the interpreter, ``manifest`` the plugins with the
    digests of their declarations, both as sorted pairs.
    """

    number: int = 0
    at: datetime = field(converter=_utc)
    actor: str
    on_behalf_of: str | None = None
    reason: str
    command: str = ""
    key: str | None = None
    versions: Pairs = field(default=(), converter=_sorted)
    manifest: Pairs = field(default=(), converter=_sorted)
    rule: str

    def text(self) -> str:
        """The canonical JSON of the header: what its digest is taken of."""
        return canonical(
            {
                "number": self.number,
                "at": self.at.isoformat(timespec="microseconds"),
                "actor": self.actor,
                "on_behalf_of": self.on_behalf_of,
                "reason": self.reason,
                "command": self.command,
                "key": self.key,
                "versions": self.versions,
                "manifest": self.manifest,
                "rule": self.rule,
            }
        )

    def request(self) -> tuple[str, str | None, str, str]:
        """What a repeated request must repeat: not the moment, the versions or the rule, which may have moved on."""
        return self.actor, self.on_behalf_of, self.reason, self.command


def _tuple(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(rows)


@frozen(kw_only=True)
class Draft:
    """A changeset before it is sealed: a header without a number, rows, and blobs as (SHA-256 digest, content)."""

    header: Header
    rows: tuple[Row, ...] = field(converter=_tuple)
    blobs: tuple[tuple[str, bytes], ...] = ()


@frozen(kw_only=True)
class Changeset:
    """A sealed changeset: its rows in order, the digests of its blobs, and its place in the chain."""

    header: Header
    rows: tuple[Row, ...]
    blobs: tuple[str, ...] = ()
    previous: str
    digest: str
    hash: str

    @property
    def head(self) -> Head:
        """The head of the store right after this changeset."""
        return Head(self.header.number, self.hash)


@frozen(kw_only=True)
class Entry:
    """A changeset without its rows, for a log: the header, how many rows, their digest, and the hash."""

    header: Header
    count: int
    digest: str
    hash: str

    @property
    def head(self) -> Head:
        """The head of the store right after this changeset."""
        return Head(self.header.number, self.hash)


class Store(Protocol):
    """What a backend does: add a changeset to the chain, and read what was in force and what was known."""

    def head(self) -> Head:
        """The number and hash of the last changeset."""
        ...

    def append(self, draft: Draft, expected_head: int) -> Head:
        """Add a changeset, whole or not at all, if the head still is the expected one.

        Raises:
            HeadMoved: somebody else appended first; nothing was stored.
            StoreProblem: a draft that :func:`~partybuilding.extension.sealing.admit` refuses, or what the backend could not do; nothing was stored.
        """
        ...

    def read(
        self, kind: str, *, ids: Iterable[str] | None = None, on: date | None = None, known: int | None = None
    ) -> Iterator[Stored]:
        """The rows of a kind, by id in code point order.

        With a day, the state of that day: for each id the row with the largest number up to ``known`` whose days hold
        it (of two in one changeset, the one that starts later); a withdrawn record is left out. Without a day, every
        row up to ``known``, withdrawals too, in the order id, number, start. ``known=None`` means the head; an
        unknown kind or id gives nothing.

        Raises:
            StoreProblem: ``known`` beyond the head (``known-beyond-head``).
        """
        ...

    def kinds(self, known: int | None = None) -> tuple[str, ...]:
        """The kinds that have rows up to ``known``, in code point order."""
        ...

    def changes(self, start: int = 1, stop: int | None = None) -> Iterator[Changeset]:
        """The changesets ``start <= number < stop`` by number, their rows by kind, id and start."""
        ...

    def entries(self, start: int = 1, stop: int | None = None) -> Iterator[Entry]:
        """The same changesets without their rows, for a log."""
        ...

    def keyed(self, key: str) -> Entry | None:
        """The changeset that carries an idempotency key."""
        ...

    def blob(self, digest: str) -> bytes:
        """The content with this SHA-256 digest.

        Raises:
            StoreProblem: no such content (``blob-unknown``).
            StoreCorrupt: the content does not fit its digest.
        """
        ...

    def close(self) -> None:
        """Close; twice is fine. Afterwards everything else raises ``StoreClosed``."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


@frozen(kw_only=True)
class Backup:
    """A backup that a store remembers: where it lies, its head's number, and whether it lags behind an erasure.

    ``behind`` says that it may still hold a name that was forgotten, because it could not be reached since.
    """

    path: Path
    number: int
    behind: bool = False


@runtime_checkable
class Backing(Protocol):
    """What a backend with the capability ``backup`` does beside :class:`Store`."""

    def backup(self, target: Path) -> Head:
        """Copy the store into a new file while it is in use; the copy opens as a store and has the head that is given.

        The store remembers the backup, so that an erasure can follow it.

        Raises:
            StoreProblem: the target, or a rest of an earlier attempt, exists already (``backup-exists``), or it cannot
                be written; nothing is left behind.
        """
        ...

    def backups(self) -> tuple[Backup, ...]:
        """The backups that the store remembers, by path."""
        ...

    def discard_backup(self, target: Path) -> None:
        """No longer remember a backup that was destroyed.

        Raises:
            StoreProblem: the store remembers no such backup (``backup-unknown``), or its file is still there
                (``backup-exists``).
        """
        ...


class OpenStore(Protocol):
    """How a backend opens: a URL, perhaps a connection whose transaction the store joins, perhaps for reading only."""

    def __call__(self, url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:
        """Open the store that the URL names."""
        ...


CAPABILITIES = ("backup", "durable", "erasable", "file_based", "joins", "multi_process", "server")


def _words(given: Iterable[str]) -> frozenset[str]:
    return frozenset(given)


def _known_capabilities(_instance: object, _attribute: object, value: frozenset[str]) -> None:
    unknown = sorted(value.difference(CAPABILITIES))
    if unknown:
        where, expected = Where(path="capabilities"), ", ".join(CAPABILITIES)
        raise RecordProblem(
            Problem("unknown-capability", where, ", ".join(unknown), expected, "Use the listed words.")
        )


@frozen(kw_only=True)
class StorageBackend:
    """The declaration of a backend: the scheme of its URLs, how it opens, and what it can do.

    ``backup``: it is a :class:`Backing`; ``durable``: an acknowledged changeset survives a crash; ``erasable``: it is a
    :class:`~partybuilding.extension.persons.PersonStore`; ``file_based``: one file; ``joins``: ``connection=`` joins the
    caller's transaction; ``multi_process``: several programs at once; ``server``: a database server.
    """

    scheme: str
    open: OpenStore
    capabilities: frozenset[str] = field(factory=frozenset, converter=_words, validator=_known_capabilities)


def number_known(known: int | None, head: int) -> int:
    """The changeset number up to which to read; a number beyond the head is refused, because nobody can know it."""
    if known is None:
        return head
    if not 0 <= known <= head:
        where, remedy = Where(path="known"), "Give a number up to the head, or none for the head."
        raise StoreProblem(Problem("known-beyond-head", where, str(known), f"0 to {head}", remedy))
    return known


def planted_beyond(name: str, kind: str) -> StoreCorrupt:
    """The error of rows that stand in a table beyond the last changeset: nobody committed them."""
    expected, remedy = (
        "nothing beyond the last changeset",
        "Do not use this store; restore the last good backup.",
    )
    return StoreCorrupt(Problem("rows-beyond-head", Where(file=name, kind=kind), kind, expected, remedy))


def no_such_blob(digest: str) -> StoreProblem:
    """The error of a content that no changeset brought."""
    where, remedy = Where(path="blob"), "Ask for a digest that a changeset names."
    return StoreProblem(Problem("blob-unknown", where, ascii(digest), "a stored digest", remedy))
