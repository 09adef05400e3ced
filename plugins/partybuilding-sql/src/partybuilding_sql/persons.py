"""The names behind random ids: two tables outside the chain, one of names and one of ids whose names were erased."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from attrs import frozen

from partybuilding.plugin import Person, require_remembered
from partybuilding_sql import statements
from partybuilding_sql.families import Family
from partybuilding_sql.tables import Tables


@frozen
class Persons:
    """The two tables, and how the family of the database gets rid of what is deleted."""

    tables: Tables
    family: Family

    def keep(self, connection: sa.Connection, persons: Iterable[Person]) -> None:
        """Keep names, new ones in place of earlier ones.

        Raises:
            StoreProblem: an id that was forgotten.
        """
        if self.family.wipes is not None:  # an earlier name is deleted, too
            connection.exec_driver_sql(self.family.wipes)
        given = require_remembered(persons, self.forgotten(connection))
        for batch in statements.batches(person.id for person in given):
            connection.execute(statements.forget(self.tables, batch))
        self._insert(connection, given)

    def of(self, connection: sa.Connection, ids: Iterable[str]) -> dict[str, Person]:
        """The persons behind some ids."""
        return {
            found: Person(id=found, name=name, contact=contact)
            for batch in statements.batches(ids)
            for found, name, contact in connection.execute(statements.persons(self.tables, batch))
        }

    def forget(self, connection: sa.Connection, ids: Iterable[str]) -> tuple[str, ...]:
        """Erase names, keep of every id that it is forgotten; gives the ids whose names were kept."""
        if self.family.wipes is not None:
            connection.exec_driver_sql(self.family.wipes)
        given = frozenset(ids)
        erased = tuple(self.of(connection, given))
        if erased and self.family.rewrites:
            self._rewrite(connection, given)
        else:
            for batch in statements.batches(erased):
                connection.execute(statements.forget(self.tables, batch))
        if new := sorted(given - self.forgotten(connection)):
            connection.execute(sa.insert(self.tables.forgotten), [{"person_id": each} for each in new])
        return tuple(sorted(erased))

    def forgotten(self, connection: sa.Connection) -> frozenset[str]:
        """The ids whose names were erased."""
        return frozenset(connection.execute(statements.forgotten(self.tables)).scalars())

    def _rewrite(self, connection: sa.Connection, erased: frozenset[str]) -> None:
        """Write the other names into a new file: a deleted row would stay in the old one until it is tidied up."""
        rows = connection.execute(statements.every_person(self.tables)).all()
        connection.exec_driver_sql(statements.empty_persons(self.tables))
        self._insert(connection, (Person(id=a, name=b, contact=c) for a, b, c in rows if a not in erased))

    def _insert(self, connection: sa.Connection, persons: Iterable[Person]) -> None:
        rows = [{"person_id": each.id, "person_name": each.name, "contact": each.contact} for each in persons]
        if rows:
            connection.execute(sa.insert(self.tables.person), rows)
