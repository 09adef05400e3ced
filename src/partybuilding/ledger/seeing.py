"""What a reader sees of a snapshot: the records of the organisations in scope; the whole stays behind it for the runs."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping

from attrs import evolve, frozen

from partybuilding.convert import NOUNS
from partybuilding.domain.organisations import Organisation
from partybuilding.domain.record import Record
from partybuilding.domain.sheets import Sheet
from partybuilding.domain.snapshot import Snapshot
from partybuilding.ledger.concerns import Lineages, about
from partybuilding.ledger.histories import Histories
from partybuilding.ledger.permissions import Scope


def shown(whole: Snapshot, scope: Scope, lineages: Lineages, histories: Histories) -> Snapshot:
    """A snapshot cut to a scope, with the whole behind it."""
    sight = _Sight(whole=whole, scope=scope, lineages=lineages, histories=histories)
    records = {noun: kept for noun, held in whole.records.items() if (kept := tuple(sight.of(held)))}
    same = {id(each) for held in whole.records.values() for each in held}
    stamps = {
        each.reference: whole.stamps[each.reference]
        for held in records.values()
        for each in held
        if id(each) in same and each.reference in whole.stamps
    }
    seen = frozenset(each.id for each in records.get(Organisation.noun, ()))
    return evolve(
        whole,
        records=records,
        stamps=stamps,
        root=whole.root if whole.root in seen else None,
        whole=whole,
        seen=seen,
    )


@frozen(kw_only=True, eq=False)
class _Sight:
    """One reader's sight of one snapshot."""

    whole: Snapshot
    scope: Scope
    lineages: Lineages
    histories: Histories

    def of(self, records: Iterable[Record]) -> Iterable[Record]:
        """The records that may be seen; of a sheet, its rows."""
        for each in records:
            if isinstance(each, Sheet):
                rows = {
                    id_: figure
                    for id_, figure in zip(each.organisations, each.figures, strict=True)
                    if self._sees(id_)
                }
                if rows:
                    yield each if len(rows) == len(each.organisations) else _with_rows(each, rows)
            elif all(map(self._sees, about(each, self._known))):
                yield each

    def _sees(self, organisation: str | None) -> bool:
        """Whether an organisation is in scope; what could not be found is not."""
        return organisation is not None and self.scope.holds(self.lineages.of(organisation))

    def _known(self, noun: str, id_: str) -> tuple[Record, ...]:
        """A record as the snapshot has it; one that is not in force that day, in all its versions."""
        if noun not in NOUNS:
            return ()
        found = self.whole.find(NOUNS[noun], id_)
        return (
            tuple(span.value for span in self.histories.spans(NOUNS[noun], id_))
            if found is None
            else (found,)
        )


def _with_rows(sheet: Sheet, rows: Mapping[str, int]) -> Sheet:
    """The sheet with some of its rows, in their order."""
    return evolve(sheet, index="\n".join(rows).encode(), buffer=struct.pack(f"<{len(rows)}q", *rows.values()))
