"""Whether a change can have spoiled a tree that was one: looked at around what was touched, so that a rename costs nothing.

The answer may be a wrong "perhaps" (then the whole tree is looked at), never a wrong "no":

* a new circle, or a level too deep, contains an edge that the change made or lengthened, so it is met by climbing from
  such an edge and descending below it;
* a new root is an organisation that has children and no parent on a day on which that was not so before; that needs a
  touched organisation, or a parent that a touched one was put under.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from partybuilding.domain.organisations import Organisation
from partybuilding.ledger.spans import EVER, NEVER, first_number, last_number

if TYPE_CHECKING:
    from partybuilding.ledger.invariants.change import Change
    from partybuilding.ledger.spans import Span

Days = list[tuple[int, int]]


@frozen(order=True)
class Edge:
    """That a child stands under a parent on a line, on the days ``first <= day < last``."""

    line: str
    child: str
    parent: str
    first: int
    last: int


def parents_of(organisation: Organisation) -> tuple[str, ...]:
    """The key of an organisation: its parents on any line and day."""
    return tuple(each.parent for each in organisation.placements)


def edges_of(organisations: Mapping[str, tuple[Span[Organisation], ...]]) -> Iterator[Edge]:
    """The edges of some organisations to their parents."""
    for child, spans in organisations.items():
        for span in spans:
            for each in span.value.placements:
                first = max(span.first, first_number(each.starts))
                last = min(span.last, last_number(each.ends))
                if first < last:
                    yield Edge(each.line, child, each.parent, first, last)


def keeps_shape(change: Change, deepest: int) -> bool:
    """Whether every line that was a tree before the change certainly is one after it.

    Where most is touched, as in a first load, looking at the whole is quicker.
    """
    touched = change.ids(Organisation)
    if MOST_SHARE * len(touched) > len(change.after.of(Organisation)):
        return False
    around = _Around(change, touched)
    new = tuple(around.new_edges())
    if any(not around.fits(edge, deepest - around.climb(edge, (), deepest)) for edge in new):
        return False
    doubtful = {*touched, *(edge.parent for edge in new)}
    return not any(around.becomes_root(each) for each in doubtful)


MOST_SHARE = 4
"""A quarter of all organisations, touched at once, is as good as all."""


class _Around:
    """The neighbourhood of the touched organisations, after the change and before it."""

    def __init__(self, change: Change, touched: tuple[str, ...]) -> None:
        self._after = change.after
        self._before = {id_: change.before(Organisation, id_) for id_ in touched}
        self._children_before: dict[str, set[str]] = defaultdict(set)
        for edge in edges_of(self._before):
            self._children_before[edge.parent].add(edge.child)

    def new_edges(self) -> Iterator[Edge]:
        """The edges of touched organisations on days on which they did not have them before."""
        for id_, spans in self._before.items():
            before = tuple(edges_of({id_: spans}))
            for edge in self._edges(id_):
                same = [
                    (each.first, each.last)
                    for each in before
                    if (each.line, each.parent) == (edge.line, edge.parent)
                ]
                if _less([(edge.first, edge.last)], same):
                    yield edge

    def climb(self, edge: Edge, path: tuple[str, ...], most: int) -> int:
        """How many edges there are from a child up to its root at most, on the days of an edge; more than ``most`` in a circle."""
        if len(path) > most or edge.child in path:
            return most + 1
        above = _during(self._edges(edge.parent), edge)
        return 1 + max((self.climb(each, (*path, edge.child), most) for each in above), default=0)

    def fits(self, edge: Edge, room: int) -> bool:
        """Whether there are at most so many levels below a child, on the days of an edge."""
        if room < 0:
            return False
        below = (each for id_ in self._children(edge.child) for each in self._edges(id_))
        return all(self.fits(each, room - 1) for each in _during(below, edge) if each.parent == edge.child)

    def becomes_root(self, id_: str) -> bool:
        """Whether an organisation is a root on a line and day on which it was none before."""
        now = _as_root(id_, self._after.spans(Organisation, id_), self._histories(self._children(id_)))
        unchanged = [each for each in self._children(id_) if each not in self._before]
        earlier = {each: self._before[each] for each in self._children_before.get(id_, ())}
        spans = self._before.get(id_, self._after.spans(Organisation, id_))
        before = _as_root(id_, spans, {**self._histories(unchanged), **earlier})
        return any(_less(days, before.get(line, [])) for line, days in now.items())

    def _edges(self, id_: str) -> Iterator[Edge]:
        return edges_of({id_: self._after.spans(Organisation, id_)})

    def _children(self, id_: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(child for child, _ in self._after.where(Organisation, parents_of, id_)))

    def _histories(self, ids: Iterable[str]) -> dict[str, tuple[Span[Organisation], ...]]:
        return {id_: self._after.spans(Organisation, id_) for id_ in ids}


def _during(edges: Iterable[Edge], outer: Edge) -> Iterator[Edge]:
    """The edges of the line of another one, cut to its days."""
    for each in edges:
        first, last = max(each.first, outer.first), min(each.last, outer.last)
        if each.line == outer.line and first < last:
            yield Edge(each.line, each.child, each.parent, first, last)


def _as_root(
    id_: str, spans: tuple[Span[Organisation], ...], children: Mapping[str, tuple[Span[Organisation], ...]]
) -> dict[str, Days]:
    """By line, the days on which an organisation is there, has children and has no parent."""
    found: dict[str, Days] = {}
    for edge in edges_of(children):
        if edge.parent == id_:
            found.setdefault(edge.line, []).append((edge.first, edge.last))
    away = _less([(EVER, NEVER)], [(span.first, span.last) for span in spans])
    own = tuple(edges_of({id_: spans}))
    return {
        line: _less(_less(days, [(edge.first, edge.last) for edge in own if edge.line == line]), away)
        for line, days in found.items()
    }


def _less(days: Days, taken: Days) -> Days:
    """The days of some intervals that lie in none of some others."""
    left = list(days)
    for first, last in taken:
        left = [
            piece
            for start, end in left
            for piece in ((start, min(end, first)), (max(start, last), end))
            if piece[0] < piece[1]
        ]
    return left
