"""The naive memory of a simulation: everything that was said, in order; slow, short, and written from the text alone.

The versions of a state succeed one another by their starts; an event has one version; the last word about a start counts,
and a withdrawal takes the word back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from partybuilding.domain.record import Record, State
from partybuilding.ledger.versions import Withdrawal, content

Said = Record | Withdrawal


class Oracle:
    """What was committed, by changeset number."""

    def __init__(self) -> None:
        self._said: list[tuple[int, Said]] = []

    def hear(self, number: int, said: Iterable[Said]) -> None:
        """These records became a changeset."""
        self._said += [(number, each) for each in said]

    def state(self, on: date, known: int) -> dict[tuple[str, str], str]:
        """The content in force on a day as known at a number, by noun and id."""
        versions: dict[tuple[str, str], dict[date, Record]] = {}
        for number, said in self._said:
            if number <= known:
                _lay(versions.setdefault((said.noun, said.id), {}), said)
        found = {key: _in_force(held, on) for key, held in versions.items()}
        return {key: content(record) for key, record in found.items() if record is not None}


def _lay(versions: dict[date, Record], said: Said) -> None:
    if isinstance(said, Withdrawal):
        versions.pop(said.starts or date.min, None)
        return
    if not isinstance(said, State):
        versions.clear()
    versions[said.valid[0] or date.min] = said


def _in_force(versions: dict[date, Record], on: date) -> Record | None:
    starts = [each for each in versions if each <= on]
    if not starts:
        return None
    latest = versions[max(starts)]
    ends = latest.valid[1]
    return latest if ends is None or on < ends else None
