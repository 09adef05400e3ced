"""Several ledgers on one store: each checks on what is stored, whatever another one stored or took back in between."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from attrs import evolve

from partybuilding.domain.organisations import Organisation, Placement
from partybuilding.errors import HeadMoved, InvariantBroken
from partybuilding.extension.host import PluginHost
from partybuilding.extension.persons import Person
from partybuilding.extension.store import Draft, Head
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.permissions import Actor, AllowAll
from partybuilding.storage.memory import MemoryStore

HOST = PluginHost.installed([])
OFFICE = Actor("office")
MOMENT = datetime(2026, 1, 5, 1, tzinfo=UTC)
DISTRICT = Organisation(id="district", name="示例区", kind="district")
STREET = Organisation(id="street", name="示例街道", kind="street", placements=(Placement(parent="district"),))
ENDED_STREET = evolve(
    STREET, ends=date(2026, 2, 1), placements=(Placement(parent="district", ends=date(2026, 2, 1)),)
)
VILLAGE = Organisation(id="village", name="示例村", kind="village", placements=(Placement(parent="street"),))
SCHOOL = Organisation(id="school", name="示例学校", kind="school", placements=(Placement(parent="district"),))


def test_two_ledgers_on_one_store_never_check_on_what_the_other_took_back(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "joined.db", isolation_level=None)) as connection:
        one, other = (
            Ledger.open("sqlite:", host=HOST, policy=AllowAll(), connection=connection) for _ in range(2)
        )
        connection.execute("BEGIN")
        one.commit([DISTRICT], actor=OFFICE, why="opening", at=MOMENT)
        connection.execute("SAVEPOINT mine")
        one.commit([STREET], actor=OFFICE, why="taken back", at=MOMENT)
        connection.execute("ROLLBACK TO mine")
        other.commit([SCHOOL], actor=OFFICE, why="the same number", at=MOMENT)
        with pytest.raises(InvariantBroken, match="street"):
            one.commit([VILLAGE], actor=OFFICE, why="under what is not there", at=MOMENT)
        assert other.verify() == ()


def test_a_request_that_came_another_way_in_between_leaves_no_trace_in_what_is_checked() -> None:
    store = MemoryStore()
    one, other = (Ledger(store, host=HOST, policy=AllowAll()) for _ in range(2))
    one.commit([DISTRICT, STREET], actor=OFFICE, why="opening", at=MOMENT)
    append = store.append

    def late(draft: Draft, expected_head: int) -> Head:
        store.append = append  # type: ignore[method-assign]  # once
        other.commit([ENDED_STREET], actor=OFFICE, why="first", at=MOMENT)
        other.commit([SCHOOL], actor=OFFICE, why="same", at=MOMENT, key="k")
        return append(draft, expected_head)

    store.append = late  # type: ignore[method-assign]  # another program, in between
    assert one.commit([SCHOOL], actor=OFFICE, why="same", at=MOMENT, key="k").number == 3
    with pytest.raises(InvariantBroken, match="street"):
        one.commit([VILLAGE], actor=OFFICE, why="under what has ended", at=MOMENT)


def test_forgetting_while_another_commits_is_asked_for_again() -> None:
    store = MemoryStore()
    one, other = (Ledger(store, host=HOST, policy=AllowAll()) for _ in range(2))
    one.commit([DISTRICT, STREET], actor=OFFICE, why="opening", at=MOMENT)
    one.keep_names([Person(id="k7", name="示例甲")], actor=OFFICE, at=MOMENT)
    persons = store.persons

    def late(ids: Iterable[str]) -> Mapping[str, Person]:
        store.persons = persons  # type: ignore[method-assign]  # once
        other.commit([ENDED_STREET], actor=OFFICE, why="first", at=MOMENT)
        return persons(ids)

    store.persons = late  # type: ignore[method-assign]  # another program, in between
    with pytest.raises(HeadMoved):
        one.forget(["k7"], actor=OFFICE, why="离任", at=MOMENT)
    assert one.forget(["k7"], actor=OFFICE, why="离任", at=MOMENT) == ("k7",)
    with pytest.raises(InvariantBroken, match="street"):
        one.commit([VILLAGE], actor=OFFICE, why="under what has ended", at=MOMENT)
