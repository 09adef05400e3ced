"""Reading the ledger as of a day and a number: everything in force then, as one snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partybuilding.domain.organisations import TERRITORY, District
from partybuilding.domain.snapshot import Snapshot, Stamp
from partybuilding.extension.store import Head, number_known
from partybuilding.ledger.histories import known_nouns
from partybuilding.timeline import BEIJING

if TYPE_CHECKING:
    from datetime import date

    from partybuilding.domain.record import Record
    from partybuilding.extension.store import Store
    from partybuilding.ledger.histories import Records


def whole(store: Store, records: Records, *, on: date, known: int | date | None) -> Snapshot:
    """Everything in force on a day, as known at a number or at the end of a day; None is the head."""
    number = known if known is None or isinstance(known, int) else number_on(store, known)
    head = store.head() if number is None else head_at(store, number)
    held: dict[str, tuple[Record, ...]] = {}
    stamps: dict[str, Stamp] = {}
    for noun in known_nouns(store.kinds(head.number)):
        found: list[Record] = []
        for stored in store.read(noun, on=on, known=head.number):
            found.append(records.of(stored))
            stamps[f"{noun}:{stored.row.id}"] = Stamp(stored.number, stored.digest)
        held[noun] = tuple(found)
    districts = [each for each in held.get(District.noun, ()) if isinstance(each, District)]
    only = districts[0] if len(districts) == 1 else None
    return Snapshot(
        on=on,
        known=head.number,
        head=head.hash,
        records=held,
        stamps=stamps,
        root=None if only is None else only.root,
        line=TERRITORY if only is None else only.line,
    )


def number_on(store: Store, day: date) -> int:
    """The number of the last changeset up to the end of a day (UTC+8); 0 if there was none."""
    entries = store.entries()
    numbers = (each.header.number for each in entries if each.header.at.astimezone(BEIJING).date() <= day)
    return max(numbers, default=0)


def head_at(store: Store, number: int) -> Head:
    """The head right after a changeset; that of an empty store for number 0."""
    number_known(number, store.head().number)
    return next((each.head for each in store.entries(number, number + 1)), Head())
