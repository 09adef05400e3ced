"""Which of several rules of one kind counts for an organisation: that of the nearest place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.standards import Declaration
from partybuilding.extension.declared import Declared
from partybuilding.extension.places import chain, stands_at

D = TypeVar("D", bound=Declaration)


def nearest(rules: Iterable[Declared[D]], organisation: str, snapshot: Snapshot) -> Declared[D] | None:
    """The rule of the nearest place; one that names the organisation's kind before a general one; None if none counts."""
    rules = tuple(rules)
    down = chain(organisation, snapshot)
    for place in (*reversed(down), None):
        here = [
            each
            for each in rules
            if (
                each.value.place is None if place is None else stands_at(each.value.place, place, snapshot.on)
            )
            and (not each.value.kinds or (bool(down) and down[-1].kind in each.value.kinds))
        ]
        if here:
            return max(here, key=lambda each: (bool(each.value.kinds), each.value.name))
    return None
