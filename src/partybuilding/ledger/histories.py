"""What holds on every day, by record: the state that invariants look at, kept up to date from commit to commit.

Kinds are read from the store when they are first asked for. A changeset is laid over before it is stored, looked at,
and taken off again if it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from partybuilding.convert import NOUNS
from partybuilding.extension.store import Head
from partybuilding.ledger.spans import Span, first_number, laid, last_number
from partybuilding.ledger.versions import record_of

if TYPE_CHECKING:
    from datetime import date

    from partybuilding.domain.record import Record
    from partybuilding.extension.store import Row, Store, Stored
    from partybuilding.ledger.versions import Said

R = TypeVar("R", bound="Record")
Spans = tuple[Span[Any], ...]
Key = Callable[[Any], Iterable[Hashable]]
MOST_RECORDS = 200_000
"""How many converted records are kept at hand; beyond, they are converted again when needed."""


class Records:
    """The records of a store, each text converted once; records are frozen, so they may be shared."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Record] = {}

    def of(self, stored: Stored) -> Record:
        """The record of a stored row that is not a withdrawal."""
        known = self._known.get(stored.digest)
        if known is None:
            known = self.read(stored.row)
            if len(self._known) >= MOST_RECORDS:
                self._known.clear()
            self._known[stored.digest] = known
        return known

    def read(self, row: Row) -> Record:
        """The record of a row, whose bulk must be stored already."""
        return record_of(row.kind, str(row.body), self._store)


class Histories:
    """The spans of all records as known at a changeset number, by noun and id, with indices by what they refer to."""

    def __init__(self, store: Store, records: Records) -> None:
        self._store = store
        self._records = records
        self._head = Head()
        self._spans: dict[str, dict[str, Spans]] = {}
        self._indices: dict[tuple[str, Key], dict[Hashable, set[str]]] = {}

    @property
    def head(self) -> Head:
        """The head that is looked at: a number alone would not tell a changeset from another one in its place."""
        return self._head

    def at_head(self, head: Head) -> None:
        """Go on from this head; what is known of another one is forgotten."""
        if head != self._head:
            self._spans.clear()
            self._indices.clear()
            self._head = head

    def of(self, noun: type[R]) -> Mapping[str, tuple[Span[R], ...]]:
        """The spans of every record of a class, by id."""
        return self._kind(noun.noun)

    def spans(self, noun: type[R], id_: str) -> tuple[Span[R], ...]:
        """The spans of one record; none if there is no such record."""
        return self._kind(noun.noun).get(id_, ())

    def at(self, noun: type[R], id_: str, day: date) -> R | None:
        """The record in force on a day."""
        return next((span.value for span in self.spans(noun, id_) if span.holds(day)), None)

    def latest(self, noun: type[R], id_: str) -> R | None:
        """The last version of a record."""
        return next((span.value for span in reversed(self.spans(noun, id_))), None)

    def where(
        self, noun: type[R], key: Callable[[R], Iterable[Hashable]], value: Hashable
    ) -> Iterator[tuple[str, Span[R]]]:
        """The ids and spans of the records whose key (a function of the record) has a value, by id."""
        for id_ in sorted(self._index(noun.noun, key).get(value, ())):
            for span in self.spans(noun, id_):
                if value in key(span.value):
                    yield id_, span

    def lay(self, rows: Iterable[Said]) -> dict[str, dict[str, Spans]]:
        """Lay rows over what is known; gives back what was there before, by noun and id."""
        before: dict[str, dict[str, Spans]] = {}
        after: dict[str, dict[str, Spans]] = {}
        for row, given in rows:
            old = self._kind(row.kind).get(row.id, ())
            before.setdefault(row.kind, {})[row.id] = old
            spans = after.setdefault(row.kind, {}).get(row.id, old)
            record = None if row.body is None else given or self._records.read(row)
            after[row.kind][row.id] = laid(spans, first_number(row.starts), last_number(row.ends), record)
        self.put(after)
        return before

    def put(self, spans: Mapping[str, Mapping[str, Spans]]) -> None:
        """Put spans in the place of those that are there."""
        for noun, changed in spans.items():
            kind = self._kind(noun)
            for id_, given in changed.items():
                self._reindex(noun, id_, kind.get(id_, ()), given)
                kind[id_] = given

    def stored(self, head: Head) -> None:
        """What was laid over is now stored, and this is the head."""
        self._head = head

    def _kind(self, noun: str) -> dict[str, Spans]:
        if noun not in self._spans:
            self._spans[noun] = self._read(noun)
        return self._spans[noun]

    def _read(self, noun: str) -> dict[str, Spans]:
        texts: dict[str, tuple[Span[Stored], ...]] = {}
        for each in self._store.read(noun, known=self._head.number):
            row = each.row
            value = None if row.body is None else each
            texts[row.id] = laid(
                texts.get(row.id, ()), first_number(row.starts), last_number(row.ends), value
            )
        return {
            id_: tuple(Span(span.first, span.last, self._records.of(span.value)) for span in spans)
            for id_, spans in texts.items()
        }

    def _index(self, noun: str, key: Key) -> dict[Hashable, set[str]]:
        if (noun, key) not in self._indices:
            index: dict[Hashable, set[str]] = {}
            self._indices[noun, key] = index
            for id_, spans in self._kind(noun).items():
                for value in _values(spans, key):
                    index.setdefault(value, set()).add(id_)
        return self._indices[noun, key]

    def _reindex(self, noun: str, id_: str, old: Spans, new: Spans) -> None:
        for (kind, key), index in self._indices.items():
            if kind == noun:
                for value in _values(old, key):
                    index[value].discard(id_)
                for value in _values(new, key):
                    index.setdefault(value, set()).add(id_)


def _values(spans: Spans, key: Key) -> set[Hashable]:
    return {value for span in spans for value in key(span.value)}


def known_nouns(kinds: Iterable[str]) -> tuple[str, ...]:
    """Those kinds of a store that this library knows; the others belong to plugins that are not here, and stay as they are."""
    return tuple(kind for kind in kinds if kind in NOUNS)
