"""H: damage and forgery do not pass unseen: flipped bits, cut and foreign files, rows changed behind the library's back.

A damage is seen if the store does not open, or if the check of the chain and of what is read from it finds something. It
is harmless if everything still reads as it was written. There is no third case.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, get_args

from partybuilding.errors import PartybuildingError, StoreCorrupt, StoreProblem
from partybuilding.extension.store import Head
from partybuilding.ledger.chain import verify_chain, verify_store
from partybuilding.testing.store_checks.check import CannotRun, Damage, Subject, requires
from partybuilding.testing.store_checks.expecting import fail, same
from partybuilding.testing.store_checks.forgeries import unseen
from partybuilding.testing.store_checks.writing import NEXT, add, content, row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from partybuilding.extension.store import Store

FILE = frozenset({"durable", "file_based"})
DURABLE = frozenset({"durable"})
PAGE = 4096
EXCHANGES = 60
"""Pairs of pages that are exchanged."""
ONLY_OUTSIDE: tuple[Damage, ...] = ("roll-back", "rewrite-chain")
"""What an insider can do so that the chain is whole again: only a head that was kept elsewhere shows it."""
WORDS = "演示数据，非真实。" * 20
DOCUMENT = bytes(range(256)) * 8


def filled(store: Store) -> dict[str, bytes]:
    """Write a small history with everything that a store keeps; gives the contents by digest."""
    for number in range(1, 13):
        rows = (
            row(f"r{number}", f'{{"round":{number}}}'),
            row(f"r{number - 1}", None if number % 5 == 0 else f'{{"corrected":{number}}}', starts=NEXT),
            row("示例村", f'{{"of":"{WORDS}","round":{number}}}', kind="unit"),
        )
        add(store, *rows, key=f"request-{number}", contents=(DOCUMENT[number:],) if number % 3 == 1 else ())
    return {digest: store.blob(digest) for each in store.changes() for digest in each.blobs}


def everything(store: Store) -> tuple[object, ...]:
    """All that can be asked of the store of :func:`filled`."""
    blobs = tuple(store.blob(digest) for each in store.changes() for digest in each.blobs)
    keys = tuple(store.keyed(f"request-{number}") for number in range(1, 13))
    days = tuple(tuple(store.read(kind, on=NEXT)) for kind in store.kinds())
    return content(store), blobs, keys, days


def became(subject: Subject, url: str, expected: object, *, outside: Head | None = None) -> str:
    """What became of a damaged store: ``refused``, ``found`` by the check, or ``harmless``.

    Raises:
        AssertionError: it opens, the check finds nothing, and it reads otherwise than it was written.
    """
    try:
        store = subject.reopen(url)
    except PartybuildingError:
        return "refused"
    with store:
        if verify_store(store, outside=outside):
            return "found"
        same(
            everything(store), expected, "what is read from a damaged store in which the check finds nothing"
        )
    return "harmless"


def damaged(
    subject: Subject, contents: Iterable[bytes], url: str, expected: object, *, outside: Head | None = None
) -> Counter[str]:
    """Put each content in the place of the store's file, and count what becomes of it."""
    counted: Counter[str] = Counter()
    for changed in contents:
        _only(url, changed)
        counted[became(subject, url, expected, outside=outside)] += 1
    return counted


def _file(url: str) -> Path:
    return Path(url.partition(":///")[2])


def _only(url: str, given: bytes) -> None:
    """Let the store be this file, without a log or an index beside it."""
    file = _file(url)
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()
    file.write_bytes(given)


def _written(subject: Subject) -> tuple[str, bytes, tuple[object, ...], Head]:
    """A closed store with a history: its URL, the bytes of its file, all that it answers, and its head."""
    url = subject.place()
    with subject.reopen(url) as store:
        filled(store)
        answered, head = everything(store), store.head()
    return url, _file(url).read_bytes(), answered, head


@requires(
    "H1",
    "文件中任何一位翻转：或被发现，或不改变内容。",
    "A flipped bit anywhere in the file is seen, or changes nothing that is read.",
    needs=FILE,
)
def flipped(subject: Subject) -> None:
    """Bits are drawn over the whole file, the same ones in every run."""
    url, whole, expected, _ = _written(subject)
    draw = Random(len(whole))  # noqa: S311 - a fixed row of places, not a secret
    bits = [draw.randrange(len(whole) * 8) for _ in range(subject.counts.flips)]
    counted = damaged(subject, (_with_flip(whole, bit) for bit in bits), url, expected)
    subject.tell(f"H1: {len(bits)} flipped bits: {_told(counted)}")


def _with_flip(whole: bytes, bit: int) -> bytes:
    place = bit // 8
    return whole[:place] + bytes([whole[place] ^ (1 << bit % 8)]) + whole[place + 1 :]


@requires(
    "H2",
    "文件被截短到任何长度：凭另存的链首都能发现。",
    "A file that is cut to any length is seen with the head that was kept elsewhere.",
    needs=FILE,
)
def cut(subject: Subject) -> None:
    """Cut to nothing, a file is a new store: only the head that was kept elsewhere tells that there was one."""
    url, whole, expected, head = _written(subject)
    count = subject.counts.truncations
    contents = [whole[: len(whole) * place // count] for place in range(count)]
    counted = damaged(subject, contents, url, expected, outside=head)
    same(counted["harmless"], 0, "how many cut files pass for whole")
    subject.tell(f"H2: {count} cut files: {_told(counted)}")


@requires(
    "H3",
    "全零、文本或其他程序的文件：拒绝打开，文件不动。",
    "A file of zeros, of text or of another program is refused and not touched.",
    needs=FILE,
)
def foreign(subject: Subject) -> None:
    """Refused for writing and for reading, by a named error."""
    url = subject.place()
    given = {"zeros": bytes(3 * PAGE), "text": "党建责任书\n".encode() * 400, **subject.foreign()}
    for name, contents in given.items():
        for read_only in (True, False):
            _only(url, contents)
            try:
                subject.reopen(url, read_only=read_only).close()
            except StoreProblem:
                same(_file(url).read_bytes(), contents, f"the file of {name} that was refused")
            else:
                fail(f"a file of {name} was opened as a store, read_only={read_only}")


@requires(
    "H4",
    "文件中两页对调：能够发现。",
    "Two pages of the file that are exchanged are seen.",
    needs=FILE,
)
def exchanged(subject: Subject) -> None:
    """As a disk does that writes to the wrong place."""
    url, whole, expected, _ = _written(subject)
    pages = [whole[start : start + PAGE] for start in range(0, len(whole), PAGE)]
    pairs = [pair for pair in combinations(range(len(pages)), 2) if pages[pair[0]] != pages[pair[1]]]
    step = max(1, len(pairs) // EXCHANGES)
    counted = damaged(subject, (_exchanged(pages, *pair) for pair in pairs[::step]), url, expected)
    subject.tell(f"H4: {counted.total()} exchanges of pages: {_told(counted)}")


def _exchanged(pages: list[bytes], one: int, two: int) -> bytes:
    changed = list(pages)
    changed[one], changed[two] = pages[two], pages[one]
    return b"".join(changed)


@requires(
    "H5",
    "绕过本库改动数据的九种做法都能发现。",
    "Each of nine ways to change what is written behind the library's back is seen.",
    needs=DURABLE,
)
def tampered(subject: Subject) -> None:
    """Seven by the store alone; a chain that is rewritten or rolled back as a whole with the head kept elsewhere."""
    for damage, head, url in _spoilt(subject, get_args(Damage)):
        outside = head if damage in ONLY_OUTSIDE else None
        if _seen(subject, url, outside) is None:
            fail(f"nothing is seen of {damage}")


@requires(
    "H6",
    "三十种伪造的哈希链都能识破。",
    "Each of thirty forged chains, and a false head, is seen.",
)
def forged(subject: Subject) -> None:
    """Forged from a chain that this store wrote."""
    with subject.make() as store:
        contents = filled(store)
        chain = tuple(store.changes())
        same(verify_store(store), (), "what the check finds in a genuine chain")
    same(unseen(verify_chain, chain, contents), (), "the forgeries that are not seen")


@requires(
    "H7",
    "表结构被改动：拒绝打开。",
    "A store whose tables are not exactly ours is refused as StoreCorrupt.",
    needs=DURABLE,
)
def reshaped(subject: Subject) -> None:
    """A changed table may take what the library never writes, and no digest of rows would tell."""
    for damage, _, url in _spoilt(subject, ("edit-schema",)):
        for read_only in (True, False):
            try:
                subject.reopen(url, read_only=read_only).close()
            except StoreCorrupt:
                continue
            fail(f"a store with changed tables was opened ({damage}), read_only={read_only}")


@requires(
    "H8",
    "凭另存的链首，整链改写和回退都能发现。",
    "With a head that was kept elsewhere, a rewritten and a rolled-back chain are seen.",
    needs=DURABLE,
)
def kept_outside(subject: Subject) -> None:
    """The problem names both heads, so that whoever holds the printed one can compare."""
    for damage, head, url in _spoilt(subject, ONLY_OUTSIDE):
        seen = _seen(subject, url, head)
        if seen is None or head.hash not in seen:
            fail(f"{damage}: the head that was kept elsewhere is not named in {seen}")


def _spoilt(subject: Subject, damages: Iterable[Damage]) -> Iterator[tuple[Damage, Head, str]]:
    """Stores with a history, each spoilt in one way: the way, the head before, and the URL."""
    if subject.spoil is None:
        message = "hand over `spoil`, which changes what is written behind the library's back"
        raise CannotRun(message)
    for damage in damages:
        url = subject.place()
        with subject.reopen(url) as store:
            filled(store)
            head = store.head()
        subject.spoil(url, damage)
        yield damage, head, url


def _seen(subject: Subject, url: str, outside: Head | None) -> str | None:
    """How a damage is seen: the refusal, or the first problem of the check; None if it is not."""
    try:
        with subject.reopen(url) as store:
            return next(map(str, verify_store(store, outside=outside)), None)
    except PartybuildingError as error:
        return str(error)


def _told(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(counted.items()))
