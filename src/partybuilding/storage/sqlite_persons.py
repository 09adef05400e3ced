"""The erasable names of a SQLite store: outside the chain, and gone from every file when they are forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partybuilding.domain.record import is_id
from partybuilding.errors import Problem, StoreBusy, Where
from partybuilding.extension.persons import Person, require_remembered
from partybuilding.storage import sqlite_file, sqlite_rows
from partybuilding.storage.sqlite_backup import SqliteBacking, erase
from partybuilding.storage.sqlite_schema import PERSONS_SINCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_KEEP = """INSERT INTO partybuilding_person (id, name, contact) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, contact = excluded.contact"""


class SqlitePersons(SqliteBacking):
    """The names behind random ids."""

    def keep_persons(self, persons: Iterable[Person]) -> None:
        """Keep names, new ones in place of earlier ones; all or none."""
        self._require_writable()
        given = tuple(persons)
        with self._writing():
            kept = require_remembered(given, self._forgotten_ids())
            self._connection.executemany(_KEEP, ((each.id, each.name, each.contact) for each in kept))

    def persons(self, ids: Iterable[str]) -> Mapping[str, Person]:
        """The persons behind some ids; an id whose name is not kept, or is forgotten, is left out."""
        self._require_usable()
        if self._schema < PERSONS_SINCE:
            return {}
        found = {}
        for batch in sqlite_rows.batches(filter(is_id, set(ids))):
            for given, name, contact in self._ask(sqlite_rows.persons(batch), *batch):
                found[given] = Person(id=given, name=name, contact=contact)
        return found

    def forget(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Erase the names behind some ids so that no byte of them is left; gives the ids whose names were kept."""
        self._require_writable()
        wanted = tuple(filter(is_id, ids))
        with self._writing():
            kept = erase(self._connection, wanted)
        if self._path is not None:
            self._follow()
            with self._watched():
                emptied = sqlite_file.checkpoint(self._connection, patience=sqlite_file.PATIENCE)
            if not emptied:
                expected, remedy = "no other reader", "Forget again when the other readers have finished."
                read = "a reader that still holds the old pages"
                raise StoreBusy(Problem("forget-held-back", Where(file=self._name), read, expected, remedy))
        return kept

    def forgotten(self) -> frozenset[str]:
        """The ids whose names were erased."""
        self._require_usable()
        return self._forgotten_ids()
