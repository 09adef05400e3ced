"""Forged chains: what somebody may hand over as a ledger, and a verifier must see without a head kept elsewhere.

Each forgery takes a genuine chain and gives another. Some only change what is written, some compute the digests again as
far as the forger has understood them. What nobody can see from the chain alone (a chain that is rewritten as a whole, or
cut with its head) is no part of these: there the head that was kept outside is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import evolve

from partybuilding.extension.sealing import rows_digest
from partybuilding.extension.store import Changeset, Head, Row
from partybuilding.storage.memory import MemoryStore

if TYPE_CHECKING:
    from partybuilding.errors import Problem
    from partybuilding.extension.store import Header, Store

Chain = tuple[Changeset, ...]
Forge = Callable[[Chain], Chain]
Verifier = Callable[["Store"], tuple["Problem", ...]]
AMONG = 3
"""The place of the changeset that most forgeries change: neither the first nor the last."""
FALSE = "ab" * 32


class Told(MemoryStore):
    """A store that tells a chain as it was handed over, with the contents that belong to it."""

    def __init__(self, chain: Chain, contents: Mapping[str, bytes], head: Head) -> None:
        super().__init__(read_only=True)
        for changeset in chain:
            self._add(changeset, dict(contents))
        self._told = head

    def head(self) -> Head:
        """The head that was handed over with the chain."""
        return self._told


def unseen(verify: Verifier, chain: Chain, contents: Mapping[str, bytes]) -> tuple[str, ...]:
    """The forgeries of a chain that a verifier lets pass, by name."""
    told = ((name, forge(chain)) for name, forge in FORGERIES.items())
    return (
        *(name for name, each in told if not verify(Told(each, contents, each[-1].head))),
        *(name for name, head in _heads(chain) if not verify(Told(chain, contents, head))),
    )


def _heads(chain: Chain) -> Iterator[tuple[str, Head]]:
    last = chain[-1].head
    yield "the head counts one more", Head(last.number + 1, last.hash)
    yield "the head is another", Head(last.number, FALSE)


# --- how a forger computes again ----------------------------------------------------------------------------------


def sealed(changed: Changeset) -> Changeset:
    """A changed changeset with the digest and hash that belong to it."""
    digest = rows_digest(changed.rows, changed.blobs)
    return evolve(changed, digest=digest, hash=link(changed.previous, changed.header, digest))


def link(
    previous: str, header: Header, digest: str, *, marks: tuple[bytes, bytes] = (b"\x01", b"\x03")
) -> str:
    """The hash of a changeset, by its definition; with other ``marks``, by a wrong one."""
    text = sha256(marks[1] + header.text().encode()).digest()
    parts = bytes.fromhex(previous), header.number.to_bytes(8, "big"), bytes.fromhex(digest), text
    return sha256(marks[0] + b"".join(parts)).hexdigest()


def relinked(chain: Chain, start: str, numbers: Callable[[int], int]) -> Chain:
    """The whole chain from another start or with other numbers, with every hash computed again."""
    made: list[Changeset] = []
    for place, each in enumerate(chain, 1):
        header = evolve(each.header, number=numbers(place))
        made.append(sealed(evolve(each, previous=made[-1].hash if made else start, header=header)))
    return tuple(made)


def among(change: Callable[[Changeset], Changeset]) -> Forge:
    """Change one changeset in the middle."""
    return lambda chain: (*chain[:AMONG], change(chain[AMONG]), *chain[AMONG + 1 :])


def row(change: Callable[[Row], Row]) -> Forge:
    """Change the first row of a changeset in the middle, and nothing else."""
    return among(lambda each: evolve(each, rows=(change(each.rows[0]), *each.rows[1:])))


def header(change: Callable[[Header], Header]) -> Forge:
    """Change the header of a changeset in the middle, and nothing else."""
    return among(lambda each: evolve(each, header=change(each.header)))


def _resealed_body(each: Changeset) -> Changeset:
    rows = evolve(each.rows[0], body='{"forged":true}'), *each.rows[1:]
    return sealed(evolve(each, rows=rows))


def _new_digest_old_hash(each: Changeset) -> Changeset:
    return evolve(_resealed_body(each), hash=each.hash)


def _moved_row(chain: Chain) -> Chain:
    one, two = chain[AMONG], chain[AMONG + 1]
    changed = evolve(one, rows=one.rows[:-1]), evolve(two, rows=(*two.rows, one.rows[-1]))
    return (*chain[:AMONG], *changed, *chain[AMONG + 2 :])


def _hash_and_next(chain: Chain) -> Chain:
    """The hash of a changeset is another, and the one after it names that one."""
    one, two = evolve(chain[AMONG], hash=FALSE), sealed(evolve(chain[AMONG + 1], previous=FALSE))
    return (*chain[:AMONG], one, two, *chain[AMONG + 2 :])


def _unmarked(marks: tuple[bytes, bytes]) -> Forge:
    """The hash of the last changeset, with the mark of one thing taken for another's."""

    def forge(chain: Chain) -> Chain:
        last = chain[-1]
        return (*chain[:-1], evolve(last, hash=link(last.previous, last.header, last.digest, marks=marks)))

    return forge


def _leaf_for_digest(chain: Chain) -> Chain:
    """The last changeset with the digest of a row as the digest of its rows."""
    last = chain[-1]
    digest = last.rows[0].digest
    return (*chain[:-1], evolve(last, digest=digest, hash=link(last.previous, last.header, digest)))


def _broken_word(each: Row) -> Row:
    """The kind and the id as one word with a line break: the same text under another division."""
    return evolve(each, kind=f"{each.kind}\n{each.id}", id="")


FORGERIES: Mapping[str, Forge] = MappingProxyType(
    {
        "the first changeset is missing": lambda chain: chain[1:],
        "a changeset in the middle is missing": lambda chain: chain[:AMONG] + chain[AMONG + 1 :],
        "two changesets are exchanged": lambda chain: (chain[1], chain[0], *chain[2:]),
        "a changeset stands twice": lambda chain: chain[: AMONG + 1] + chain[AMONG:],
        "the chain starts from another hash": lambda chain: relinked(chain, FALSE, lambda place: place),
        "the numbers start with 2": lambda chain: relinked(chain, Head().hash, lambda place: place + 1),
        "a number stands twice": lambda chain: relinked(
            chain, Head().hash, lambda place: place - (place > AMONG)
        ),
        "a number is left out": lambda chain: relinked(
            chain, Head().hash, lambda place: place + (place > AMONG)
        ),
        "another changeset is named as the one before": among(lambda each: evolve(each, previous=FALSE)),
        "the hash is another": among(lambda each: evolve(each, hash=FALSE)),
        "the hash is another, and the next one names it": _hash_and_next,
        "the digest of the rows is another": among(lambda each: evolve(each, digest=FALSE)),
        "a body is changed": row(lambda each: evolve(each, body='{"forged":true}')),
        "a body is withdrawn": row(lambda each: evolve(each, body=None)),
        "an id is changed": row(lambda each: evolve(each, id=f"{each.id}x")),
        "the first day of a row is changed": row(lambda each: evolve(each, starts=date(1900, 1, 1))),
        "the end of a row is changed": row(lambda each: evolve(each, ends=date(9999, 1, 1))),
        "a line break divides kind and id elsewhere": row(_broken_word),
        "a row is missing": among(lambda each: evolve(each, rows=each.rows[1:])),
        "a row stands twice": among(lambda each: evolve(each, rows=(each.rows[0], *each.rows))),
        "the rows stand in another order": among(lambda each: evolve(each, rows=each.rows[::-1])),
        "a row stands in the next changeset": _moved_row,
        "a body is changed and its digest computed again": among(_new_digest_old_hash),
        "a body is changed and the whole changeset sealed again": among(_resealed_body),
        "the actor is changed": header(lambda each: evolve(each, actor="forger")),
        "the moment is changed": header(lambda each: evolve(each, at=each.at + timedelta(days=1))),
        "the digest of a content is missing": among(lambda each: evolve(each, blobs=())),
        "a link is hashed with the mark of a row": _unmarked((b"\x00", b"\x03")),
        "a row's digest passes for the digest of all rows": _leaf_for_digest,
        "a header is hashed with the mark of a link": _unmarked((b"\x01", b"\x01")),
    }
)
"""Thirty, each seen by another thought of the verifier or by the same thought at another place."""
