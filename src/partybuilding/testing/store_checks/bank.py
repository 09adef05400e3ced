"""A small bank as the load of the fault checks: every commit moves money, so that half a commit shows.

A transfer is one changeset: two balances and a line in the log. Whatever happens to the store, every acknowledged
transfer is there, the chain is whole, no fen has come or gone, and there is a line for every transfer.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from datetime import date
from random import Random
from typing import TYPE_CHECKING

from partybuilding.extension.canonical import canonical
from partybuilding.extension.store import Head, Row, Store
from partybuilding.ledger.chain import verify_chain
from partybuilding.testing.store_checks.writing import draft

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNTS = 8
OPENING = 1000
DAY = date(2026, 1, 5)


def expect(holds: object, message: str) -> None:
    """Fail with a message unless something holds.

    Raises:
        AssertionError: it does not.
    """
    if not holds:
        raise AssertionError(message)


def plain(kind: str, name: str, value: object) -> Row:
    """A row since ever with a plain value as its body."""
    return Row(kind=kind, id=name, body=canonical(value))


def open_accounts(store: Store) -> Head:
    """The first changeset: every account with the same balance."""
    rows = [plain("account", f"a{place}", {"fen": OPENING}) for place in range(ACCOUNTS)]
    return store.append(draft(*rows), 0)


def balances(store: Store, known: int | None = None) -> dict[str, int]:
    """The balance of every account."""
    read = store.read("account", on=DAY, known=known)
    return {each.row.id: json.loads(each.row.body or "{}")["fen"] for each in read}


def transfer(store: Store, draw: Random, weight: int = 0) -> Head:
    """Move some fen from one account to another, perhaps with a document of some bytes."""
    head = store.head().number
    have = balances(store)
    payer, payee = draw.sample(sorted(have), 2)
    fen = draw.randint(0, have[payer])
    rows = (
        plain("account", payer, {"fen": have[payer] - fen}),
        plain("account", payee, {"fen": have[payee] + fen}),
        plain("line", f"l{head + 1}", {"from": payer, "to": payee, "fen": fen}),
    )
    contents = (draw.randbytes(weight),) if weight else ()
    return store.append(draft(*rows, contents=contents), head)


def work(store: Store, draw: Random, times: int, tell: Callable[[Head], None], weight: int = 0) -> None:
    """Open the accounts if that was not done, then make transfers; tell every head right after its acknowledgement."""
    if store.head().number == 0:
        tell(open_accounts(store))
    for _ in range(times):
        tell(transfer(store, draw, weight))


def teller(sending: int) -> Callable[[Head], None]:
    """A function that writes heads into a pipe, in lines that :func:`told` reads."""

    def tell(head: Head) -> None:
        os.write(sending, f"{head.number} {head.hash}\n".encode())

    return tell


def told(written: bytes) -> tuple[Head, ...]:
    r"""The heads that were written whole before the writer was ended.

    >>> told(b"1 aa\n2 b")
    (Head(number=1, hash='aa'),)
    """
    lines = written.decode().split("\n")[:-1]
    return tuple(Head(int(number), hash_) for number, _, hash_ in (line.partition(" ") for line in lines))


def look(store: Store, acknowledged: Iterable[Head] = ()) -> tuple[str, ...]:
    """Everything that is wrong with the bank; nothing, if all that was acknowledged is there and whole.

    The acknowledged heads are links of one chain, so that the last of them stands for all.
    """
    return tuple(_complaints(store, max(acknowledged, key=lambda head: head.number, default=None)))


def _complaints(store: Store, last: Head | None) -> Iterator[str]:
    for problem in verify_chain(store, outside=last):
        yield f"chain: {problem}"
    number = store.head().number
    if last is not None and number < last.number:
        yield f"changeset {last.number} was acknowledged and is lost: the head is {number}"
    if number:
        total = sum(balances(store).values())
        if total != ACCOUNTS * OPENING:
            yield f"the accounts hold {total} fen instead of {ACCOUNTS * OPENING}"
        lines = sum(1 for _ in store.read("line"))
        if lines != number - 1:
            yield f"{lines} lines for {number - 1} transfers"
