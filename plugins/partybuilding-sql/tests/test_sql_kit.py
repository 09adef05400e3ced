"""The conformance kit on PostgreSQL, whose server is killed while a program works with it."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from threading import Thread
from typing import TYPE_CHECKING, Literal

import pytest
import sqlalchemy as sa
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from partybuilding.plugin import (
    Draft,
    Head,
    Header,
    HeadMoved,
    Row,
    Store,
    StoreCorrupt,
    StoreProblem,
    verify_link,
)
from partybuilding.storage.memory import open_memory
from partybuilding.testing.store_checks import Case, Subject, checks_for, list_append
from partybuilding.testing.store_checks.check import Damage
from partybuilding.testing.store_checks.effort import Effort
from partybuilding.testing.store_checks.machine import agrees_with_memory
from partybuilding_sql import BACKENDS, families, open_sql
from partybuilding_sql.places import place_of
from partybuilding_sql.tables import Tables

HERE = str(Path(__file__).parent)
if HERE not in sys.path:  # test folders are no packages
    sys.path.append(HERE)
import sql_spoiling  # noqa: E402 - only now can it be found

if TYPE_CHECKING:
    from conftest import Cluster

MOMENT = datetime(2026, 1, 5, 9, tzinfo=UTC)
POSTGRESQL = next(each for each in BACKENDS if each.scheme == "postgresql")


@contextmanager
def hold(url: str) -> Iterator[None]:
    """Hold the lock of the writers."""
    place = place_of(url)
    assert place.url is not None
    engine = sa.create_engine(place.url)
    with engine.begin() as connection:
        connection.execute(families.advisory_lock(Tables(schema=place.schema, prefix=place.prefix)))
        yield
    engine.dispose()


def impatient(url: str) -> Store:
    """A store that waits for a tenth of a second, as the author of a backend may build it for a test."""
    store = open_sql(url)
    session = store._session  # type: ignore[attr-defined]  # inside, as its author
    session.family = evolve(session.family, begins="SET LOCAL lock_timeout = '100ms'")
    return store


def nowhere() -> str:
    raise AssertionError


class Served(Subject):
    """A server is far away: every commit goes to it and back several times, so what is counted is less than in a file."""

    @property
    def counts(self) -> Effort:
        soak = self.effort == "soak"
        kills = {"kills": 1000, "server_kills": 100} if soak else {"kills": 20, "server_kills": 3}
        return evolve(super().counts, transactions=25_000 if soak else 500, **kills)


def subject(place: Callable[[], str] = nowhere) -> Subject:
    return Served(
        backend=POSTGRESQL,
        place=place,
        spoil=sql_spoiling.spoil,
        newer=sql_spoiling.newer,
        hold=hold,
        impatient=impatient,
        tell=print,
    )


@pytest.fixture(scope="session")
def effort(pytestconfig: pytest.Config) -> Literal["default", "soak"]:
    return "soak" if pytestconfig.getoption("--soak") else "default"


@pytest.mark.parametrize("check", checks_for(subject(), left_out=pytest.mark.excluded))
def test_postgresql_keeps_its_promises(
    check: Case,
    new_place: Callable[[], str],
    effort: Literal["default", "soak"],
    request: pytest.FixtureRequest,
) -> None:
    tried = evolve(subject(new_place), effort=effort)
    if check.check.code == "F8":  # the others go on with the server that they share
        server: Cluster = request.getfixturevalue("frail_server")
        tried = evolve(tried, place=server.new_place, crash=server.crash)
    check.run(tried)


def test_any_row_of_steps_gives_what_the_memory_store_gives(
    new_place: Callable[[], str], effort: Literal["default", "soak"]
) -> None:
    agrees_with_memory(subject(new_place), runs=20 if effort == "default" else 2_000)


@settings(max_examples=20)
@given(history=st.lists(st.lists(st.sampled_from("abc示"), min_size=1, unique=True), min_size=1, max_size=5))
def test_the_same_drafts_give_the_same_head_as_in_memory(
    new_place: Callable[[], str], history: list[list[str]]
) -> None:
    with open_sql(new_place()) as store, open_memory("memory:") as memory:
        for number, names in enumerate(history):
            rows = [
                Row(kind="post", id=name, body=str(number), starts=date(2026, 1, 1 + number))
                for name in names
            ]
            header = Header(at=MOMENT, actor="office", reason="test", rule="allow-all", key=f"k{number}")
            heads = [each.append(Draft(header=header, rows=rows), number) for each in (store, memory)]
            assert heads[0] == heads[1]


def test_no_acknowledged_changeset_is_lost_when_the_server_is_killed(
    frail_server: Cluster, effort: Literal["default", "soak"]
) -> None:
    url = frail_server.new_place()
    for turn in range({"default": 20, "soak": 100}[effort]):
        told: list[Head] = []
        writer = Thread(target=_write_until_it_fails, args=(url, told))
        writer.start()
        while len(told) < 1 + turn % 5 and writer.is_alive():
            time.sleep(0.001)
        frail_server.crash()
        writer.join()
        assert told
        with open_sql(url) as store:
            changes = list(store.changes())
        previous = Head()
        for each in changes:
            assert verify_link(each, previous) == ()
            previous = each.head
        heads = {each.head for each in changes}
        assert set(told) <= heads
        assert len(heads) <= told[-1].number + 1  # the one that was under way may be stored, too


def _write_until_it_fails(url: str, told: list[Head]) -> None:
    """Append until the server is gone, and tell every acknowledgement."""
    header = Header(at=MOMENT, actor="office", reason="test", rule="allow-all")
    with suppress(StoreProblem), open_sql(url) as store:
        head = store.head()
        while True:
            rows = [Row(kind="post", id=f"r{place}", body=str(head.number)) for place in range(20)]
            head = store.append(Draft(header=header, rows=rows), head.number)
            told.append(head)


WEAK = {
    "read committed without the lock": ("READ COMMITTED", False),
    "repeatable read with the lock": ("REPEATABLE READ", True),
    "read committed with the lock": ("READ COMMITTED", True),
}


@pytest.mark.parametrize("setting", WEAK)
def test_the_checker_sees_what_the_lock_prevents(setting: str, url: str) -> None:
    """List-append by four threads, in tables that do not refuse a number twice: only the lock keeps writers apart."""
    isolation, locked = WEAK[setting]
    stores = [weakened(url, isolation, locked=locked) for _ in range(4)]
    without_keys(url)
    history: list[list_append.Transaction] = []

    def take_part(place: int) -> None:
        draw, first = Random(place), place * 2**20  # noqa: S311 - repeatable on purpose
        list_append.take_part(stores[place], draw, first=first, commits=40, tell=history.append)

    threads = [Thread(target=take_part, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = list_append.counted(list_append.anomalies(history, list_append.final_lists(stores[0])))
    assert bool(found) is (setting != "read committed with the lock"), found
    for store in stores:
        store.close()


def weakened(url: str, isolation: str, *, locked: bool) -> Store:
    """A store whose writers read in another isolation, or take no lock."""
    store = open_sql(url)
    session = store._session  # type: ignore[attr-defined]  # inside, as its author
    session._writer = session._engine.execution_options(isolation_level=isolation)
    if not locked:
        session.family = evolve(session.family, lock=lambda _: sa.text("SELECT 1"))
    return store


def without_keys(url: str) -> None:
    """Take away what would refuse a changeset with a number that another one has."""
    place = place_of(url)
    assert place.url is not None
    engine = sa.create_engine(place.url)
    with engine.begin() as connection:
        for table in ("changeset", "version"):
            name = f"partybuilding_{table}"
            connection.exec_driver_sql(f"ALTER TABLE {place.schema}.{name} DROP CONSTRAINT {name}_pkey")
    engine.dispose()


def test_without_the_lock_the_key_on_the_number_still_keeps_writers_apart(url: str) -> None:
    stores = [weakened(url, "READ COMMITTED", locked=False) for _ in range(2)]
    header = Header(at=MOMENT, actor="office", reason="test", rule="allow-all")
    outcomes: Counter[str] = Counter()

    def write(store: Store) -> None:
        for turn in range(50):
            rows = [Row(kind="post", id=f"r{turn}", body="{}")]
            try:
                store.append(Draft(header=header, rows=rows), store.head().number)
                outcomes["stored"] += 1
            except HeadMoved:
                outcomes["refused"] += 1

    threads = [Thread(target=write, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes["stored"] == stores[0].head().number
    assert outcomes.total() == 100
    for store in stores:
        store.close()


SEEN_OUTSIDE = ("rewrite-chain", "roll-back")


@pytest.mark.parametrize("damage", sql_spoiling.DAMAGES)
def test_what_somebody_changes_by_sql_is_seen(damage: Damage, url: str) -> None:
    header = Header(at=MOMENT, actor="office", reason="test", rule="allow-all")
    with open_sql(url) as store:
        for number in range(4):
            rows = [Row(kind="post", id=f"r{place}", body=str(number)) for place in range(3)]
            kept = store.append(Draft(header=header, rows=rows), number)
    sql_spoiling.spoil(url, damage)
    if damage == "edit-schema":
        with pytest.raises(StoreCorrupt) as caught:
            open_sql(url)
        assert caught.value.code == "schema-changed"
        return
    with open_sql(url) as store:
        previous, problems = Head(), 0
        for each in store.changes():
            problems += len(verify_link(each, previous))
            previous = each.head
        assert bool(problems) is (damage not in SEEN_OUTSIDE)
        assert store.head() != kept or problems
