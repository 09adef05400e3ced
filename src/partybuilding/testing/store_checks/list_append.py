"""Finds what isolation must exclude, in the record of transactions that read lists and append to them.

Every appended element is unique, so a list tells in which order its writers came, and from that follows who must have
come before whom. A circle is an anomaly, and its edges say which one (the names are those of Adya and of Elle):
G0 only writes, G1c writes and reads, "rw cycle" where a reader missed a later write (lost update, write skew).
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import field, frozen

from partybuilding.errors import HeadMoved
from partybuilding.testing.store_checks.bank import plain
from partybuilding.testing.store_checks.writing import draft

if TYPE_CHECKING:
    from partybuilding.extension.store import Head, Store

Lists = Mapping[str, tuple[int, ...]]
Edges = dict[int, dict[int, str]]
KEYS = 5
LONGEST = 60
"""Elements after which a list is given up for a new one, so that reading stays short."""


def _kept(given: Lists) -> Lists:
    return MappingProxyType(dict(given))


@frozen(kw_only=True)
class Transaction:
    """What one transaction read (lists as they were before its own appends) and appended, and what became of it."""

    number: int
    read: Lists = field(factory=dict, converter=_kept)
    appended: Lists = field(factory=dict, converter=_kept)
    committed: bool = True


@frozen(kw_only=True)
class Anomaly:
    """Something that isolation excludes: its name, and what shows it."""

    name: str
    shown: str


def anomalies(history: Iterable[Transaction], final: Lists) -> tuple[Anomaly, ...]:
    """Everything in a history that cannot be if every transaction had been alone.

    ``final`` is the content of every list at the end. Nothing is found in a serial history:

    >>> first = Transaction(number=1, read={"x": ()}, appended={"x": (10,)})
    >>> second = Transaction(number=2, read={"x": (10,)}, appended={"x": (20,)})
    >>> anomalies([first, second], {"x": (10, 20)})
    ()
    >>> lost = Transaction(number=2, read={"x": ()}, appended={"x": (20,)})
    >>> [each.name for each in anomalies([first, lost], {"x": (20,)})]
    ['lost append']
    """
    transactions = tuple(history)
    writers = {
        element: each for each in transactions for list_ in each.appended.values() for element in list_
    }
    found = [
        *_wrong_elements(transactions, writers, final),
        *_wrong_orders(transactions, final),
        *_circles(_edges(transactions, writers, final)),
    ]
    return tuple(found)


def counted(found: Iterable[Anomaly]) -> dict[str, int]:
    """How many anomalies of each name."""
    return dict(Counter(each.name for each in found))


def _wrong_elements(
    transactions: tuple[Transaction, ...], writers: Mapping[int, Transaction], final: Lists
) -> Iterator[Anomaly]:
    for each in transactions:
        for key, elements in each.appended.items():
            lost = [one for one in elements if each.committed and one not in final.get(key, ())]
            if lost:
                yield Anomaly(name="lost append", shown=f"{lost} of transaction {each.number} in {key}")
    reads = [
        (f"transaction {each.number}", key, seen) for each in transactions for key, seen in each.read.items()
    ]
    for who, key, seen in (*reads, *(("the end", key, seen) for key, seen in final.items())):
        if len(set(seen)) < len(seen):
            yield Anomaly(name="duplicate", shown=f"{who} read {key} as {seen}")
        aborted = [one for one in seen if one not in writers or not writers[one].committed]
        if aborted:
            yield Anomaly(name="aborted read", shown=f"{who} read {aborted} in {key}")
        last = writers.get(seen[-1]) if seen else None
        if last is not None and seen[-1] != last.appended[key][-1]:
            yield Anomaly(name="intermediate read", shown=f"{who} read {key} up to {seen[-1]}")


def _wrong_orders(transactions: tuple[Transaction, ...], final: Lists) -> Iterator[Anomaly]:
    for each in transactions:
        for key, seen in each.read.items():
            if final.get(key, ())[: len(seen)] != seen:
                yield Anomaly(
                    name="incompatible order", shown=f"transaction {each.number} read {key} as {seen}"
                )


def _edges(transactions: tuple[Transaction, ...], writers: Mapping[int, Transaction], final: Lists) -> Edges:
    """Who must have come before whom, and why: ww, wr or rw."""
    edges: Edges = defaultdict(dict)

    def add(before: Transaction | None, after: Transaction | None, why: str) -> None:
        if before is not None and after is not None and before.number != after.number:
            edges[before.number].setdefault(after.number, why)

    following: dict[tuple[str, int | None], int] = {}
    for key, elements in final.items():
        for one, later in zip((None, *elements), elements, strict=False):
            following[key, one] = later
            add(writers.get(one) if one is not None else None, writers.get(later), "ww")
    for each in transactions:
        for key, seen in each.read.items() if each.committed else ():
            last = seen[-1] if seen else None
            add(writers.get(last) if last is not None else None, each, "wr")
            missed = following.get((key, last))
            add(each, writers.get(missed) if missed is not None else None, "rw")
    return edges


def _circles(edges: Edges) -> Iterator[Anomaly]:
    """One anomaly for every knot of transactions that came before each other, by the weakest edges that close it."""
    for name, allowed in (("G0", {"ww"}), ("G1c", {"ww", "wr"}), ("rw cycle", {"ww", "wr", "rw"})):
        kept = {one: [two for two, why in after.items() if why in allowed] for one, after in edges.items()}
        knots = [knot for knot in _knots(kept) if len(knot) > 1]
        for knot in knots:
            yield Anomaly(name=name, shown=f"transactions {sorted(knot)[:10]}")
        inside = {one for knot in knots for one in knot}
        edges = {one: after for one, after in edges.items() if one not in inside}


def _knots(edges: Mapping[int, list[int]]) -> Iterator[list[int]]:
    """The strongly connected parts of a graph (Tarjan, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    path: list[int] = []
    on_path: set[int] = set()
    for root in edges:
        open_: list[tuple[int, Iterator[int]]] = [] if root in index else [(root, iter(edges[root]))]
        while open_:
            node, rest = open_[-1]
            if node not in index:
                index[node] = low[node] = len(index)
                path.append(node)
                on_path.add(node)
            for other in rest:
                if other not in index:
                    open_.append((other, iter(edges.get(other, ()))))
                    break
                if other in on_path:
                    low[node] = min(low[node], index[other])
            else:
                open_.pop()
                if open_:
                    low[open_[-1][0]] = min(low[open_[-1][0]], low[node])
                if low[node] == index[node]:
                    place = path.index(node)
                    yield path[place:]
                    on_path.difference_update(path[place:])
                    del path[place:]


# --- the same over a store --------------------------------------------------------------------------------------


def take_part(
    store: Store, draw: Random, *, first: int, commits: int, tell: Callable[[Transaction], None]
) -> None:
    """Make transactions on a store until so many are committed, and tell each, the refused ones, too.

    ``first`` is the number of the first transaction and element; nobody else may use it or the ones after it.
    """
    number, done = first, 0
    while done < commits:
        planned = _planned(store, draw, number)
        committed = planned.appended == {} or _append(store, planned.transaction, planned.head.number)
        tell(Transaction(number=number, read=planned.read, appended=planned.appended, committed=committed))
        done += committed
        number += 1


@frozen(kw_only=True)
class _Planned:
    head: Head
    read: Lists
    appended: Lists
    transaction: Mapping[str, tuple[int, ...]]


def _planned(store: Store, draw: Random, number: int) -> _Planned:
    """Read some lists as of the head, and say to which of them the transaction appends; one in five only reads."""
    head = store.head()
    round_ = head.number // (KEYS * LONGEST)
    names = draw.sample([f"k{round_}-{place}" for place in range(KEYS)], draw.randint(1, 3))
    lists = read_lists(store, names, head.number)
    read = {name: lists.get(name, ()) for name in names}
    chosen = names[: draw.randint(1, len(names))] if draw.randrange(5) else []
    appended = {name: (number * 4 + place,) for place, name in enumerate(chosen)}
    after = {name: (*read[name], *added) for name, added in appended.items()}
    return _Planned(head=head, read=read, appended=appended, transaction=after)


def read_lists(store: Store, names: Iterable[str] | None, known: int) -> dict[str, tuple[int, ...]]:
    """The content of some lists, or of all, as of a changeset."""
    found: dict[str, tuple[int, ...]] = {}
    for each in store.read("list", ids=names, known=known):
        found[each.row.id] = tuple(json.loads(each.row.body or "[]"))
    return found


def _append(store: Store, lists: Lists, expected_head: int) -> bool:
    try:
        store.append(draft(*(plain("list", name, value) for name, value in lists.items())), expected_head)
    except HeadMoved:
        return False
    return True


def final_lists(store: Store) -> dict[str, tuple[int, ...]]:
    """The content of all lists at the end."""
    return read_lists(store, None, store.head().number)


def written(transaction: Transaction) -> str:
    """A transaction as one line, to be read by :func:`taken`."""
    number, read, appended = transaction.number, dict(transaction.read), dict(transaction.appended)
    return json.dumps([number, read, appended, transaction.committed])


def taken(line: str) -> Transaction:
    """The transaction of a line.

    >>> whole = Transaction(number=1, read={"x": (1,)})
    >>> taken(written(whole)) == whole
    True
    """
    number, read, appended, committed = json.loads(line)
    return Transaction(number=number, read=_lists(read), appended=_lists(appended), committed=committed)


def _lists(value: Mapping[str, list[int]]) -> Lists:
    return {key: tuple(elements) for key, elements in value.items()}
