"""How a draft becomes a link of the chain: its order, its digests, its hash, and everything that is refused.

The chain is ``hash_n = H(0x01 ‖ hash_{n-1} ‖ n ‖ digest(rows_n) ‖ digest(header_n))`` with H = SHA-256, n as eight
big-endian bytes and ``hash_0`` as zeros. The leading byte keeps a row (0x00), a link (0x01), the rows of a changeset
(0x02) and a header (0x03) apart, so that no text of one can pass for another.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from attrs import evolve

from partybuilding.domain.record import LONGEST_ID, is_id
from partybuilding.errors import HeadMoved, Problem, RecordProblem, StoreProblem, Where
from partybuilding.extension.canonical import require_canonical
from partybuilding.extension.store import Changeset, Draft, Entry, Head, Header, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def seal(draft: Draft, previous: Head) -> Changeset:
    """Give a draft its number, its order, its digests and its link to the changeset before.

    Raises:
        StoreProblem: with every reason why the draft cannot be stored.

    >>> from datetime import UTC, datetime
    >>> header = Header(at=datetime(2026, 1, 1, tzinfo=UTC), actor="office", reason="opening", rule="allow-all")
    >>> sealed = seal(Draft(header=header, rows=[Row(kind="post", id="p1", body="{}")]), Head())
    >>> sealed.header.number, verify_link(sealed, Head())
    (1, ())
    """
    header = evolve(draft.header, number=previous.number + 1)
    problems = [*_header_problems(header), *_rows_problems(draft.rows), *_blob_problems(draft.blobs)]
    if problems:
        raise StoreProblem(*problems)
    rows = tuple(sorted(draft.rows, key=_place))
    blobs = tuple(sorted({digest for digest, _ in draft.blobs}))
    digest = rows_digest(rows, blobs)
    return Changeset(
        header=header,
        rows=rows,
        blobs=blobs,
        previous=previous.hash,
        digest=digest,
        hash=_link(previous.hash, header, digest),
    )


def admit(
    draft: Draft, *, head: Head, expected_head: int, earlier: Callable[[str], Entry | None]
) -> Changeset | Head:
    """Decide what an append does: the changeset to store, or the head of the same request stored before.

    Every backend calls this inside its write transaction. ``earlier`` finds a changeset by idempotency key.

    Raises:
        HeadMoved: the head is not the expected one.
        StoreProblem: what :func:`seal` refuses, or a key that was used for something else (``key-reused``).
    """
    key = draft.header.key
    sealed = seal(draft, head)
    repeated = earlier(key) if key is not None else None
    if repeated is not None:
        if (repeated.digest, repeated.header.request()) != (sealed.digest, sealed.header.request()):
            read, expected = f"key {key}", f"the content of changeset {repeated.header.number}"
            raise StoreProblem(
                Problem("key-reused", Where(path="key"), read, expected, "Use a new key for a new request.")
            )
        return repeated.head
    if head.number != expected_head:
        raise HeadMoved(
            Problem(
                "head-moved",
                Where(),
                str(head.number),
                str(expected_head),
                "Read again, then commit on the new head.",
            )
        )
    return sealed


def verify_link(changeset: Changeset, previous: Head) -> tuple[Problem, ...]:
    """What does not fit when a changeset is put after the one before it; nothing, if all is as it was written."""
    header = changeset.header
    digest = rows_digest(changeset.rows, changeset.blobs)
    facts = (
        ("chain-number", str(header.number), str(previous.number + 1)),
        ("chain-previous", changeset.previous, previous.hash),
        ("chain-rows", changeset.digest, digest),
        ("chain-hash", changeset.hash, _link_or_nothing(changeset, digest)),
    )
    where, remedy = (
        Where(record=str(previous.number + 1)),
        "Do not use this store; restore the last good backup.",
    )
    return tuple(
        Problem(code, where, read, expected, remedy) for code, read, expected in facts if read != expected
    )


def rows_digest(rows: Iterable[Row], blobs: Iterable[str]) -> str:
    """The digest over the rows and blobs of a changeset, in their order."""
    leaves = [row.leaf() for row in rows]
    contents = [digest.encode() for digest in blobs]
    counts = len(leaves).to_bytes(8, "big") + len(contents).to_bytes(8, "big")
    return sha256(b"\x02" + counts + b"".join(leaves) + b"".join(contents)).hexdigest()


def _link_or_nothing(changeset: Changeset, digest: str) -> str:
    """The hash that a stored changeset should have; nothing, if a part of it is no longer what could be written."""
    try:
        return _link(changeset.previous, changeset.header, digest)
    except (ValueError, OverflowError, RecordProblem):
        return ""


def _link(previous: str, header: Header, digest: str) -> str:
    number = header.number.to_bytes(8, "big")
    text = sha256(b"\x03" + header.text().encode()).digest()
    return sha256(b"\x01" + bytes.fromhex(previous) + number + bytes.fromhex(digest) + text).hexdigest()


def _place(row: Row) -> tuple[str, str, bool, date]:
    return row.kind, row.id, row.starts is not None, row.starts or date.min


def _rows_problems(rows: tuple[Row, ...]) -> Iterator[Problem]:
    if not rows:
        yield Problem(
            "changeset-empty", Where(), "no rows", "at least one row", "Commit only what changes something."
        )
    for row in rows:
        yield from _row_problems(row)
    counted = Counter((row.kind, row.id, row.starts) for row in rows)
    for (kind, name, starts), count in counted.items():
        if count > 1:
            where, read = Where(kind=kind, record=name), f"{count} rows from {starts or 'ever'}"
            yield Problem(
                "row-duplicate", where, read, "one row", "Say what holds from a day once in a changeset."
            )


def _shown(word: str) -> str:
    """A word that can be printed whatever it holds."""
    return word.encode(errors="backslashreplace").decode().replace("\0", "\\0")


def _row_problems(row: Row) -> Iterator[Problem]:
    """What is wrong with a row; its place is put into words only where something is, because a draft may hold a million."""
    for word in (row.kind, row.id):
        if not is_id(word):
            expected = f"1 to {LONGEST_ID} characters without space, control character or colon"
            yield Problem("bad-id", _place_of(row), ascii(word), expected, "Give the record another id.")
    if row.starts is not None and row.ends is not None and row.starts >= row.ends:
        read = f"{row.starts} .. {row.ends}"
        yield Problem("empty-interval", _place_of(row), read, "starts before ends", "Correct the days.")
    if row.body is not None:
        try:
            require_canonical(row.body)
        except RecordProblem as error:
            yield from (
                evolve(each, where=evolve(_place_of(row), path=each.where.path)) for each in error.problems
            )


def _place_of(row: Row) -> Where:
    return Where(kind=_shown(row.kind), record=_shown(row.id))


def _header_problems(header: Header) -> Iterator[Problem]:
    for name in ("actor", "reason", "rule"):
        if not getattr(header, name):
            yield Problem(
                "header-lacks",
                Where(path=name),
                "nothing",
                "a text",
                "Say who commits, why, and by which rule.",
            )
    try:
        header.text()
    except RecordProblem as error:
        yield from error.problems


def _blob_problems(blobs: tuple[tuple[str, bytes], ...]) -> Iterator[Problem]:
    for digest, content in blobs:
        found = sha256(content).hexdigest()
        if digest != found:
            where, remedy = Where(path="blobs"), "Take the digest over the very bytes."
            yield Problem("blob-digest", where, ascii(digest), found, remedy)
