"""The simulated district: what always holds, holds after every command, and every store tells the same history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from partybuilding.domain.organisations import Organisation, Placement
from partybuilding.errors import PartybuildingError, StoreProblem
from partybuilding.extension.host import PluginHost
from partybuilding.extension.store import Draft, Head, Store, Stored
from partybuilding.ledger import ledger as ledger_module
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.permissions import Actor, AllowAll
from partybuilding.storage.memory import MemoryStore, open_memory
from partybuilding.storage.sqlite import open_sqlite
from partybuilding.testing.simulator import Outcome, SimulationFailed, rules, simulate, simulation
from partybuilding.testing.simulator.faulty import Faulty
from partybuilding.testing.simulator.office import Office
from partybuilding.testing.simulator.simulation import COMMANDS as COMMANDS_OF_ALL
from partybuilding.testing.simulator.with_units import move
from partybuilding.testing.store_checks.writing import draft, row

HERE = Path(__file__).parent
LOGICAL = Path("/dev/shm")  # noqa: S108 - a disk of memory: these runs are about logic, not about durability
SAVED = [
    int(line)
    for line in (HERE / "failing-seeds.txt").read_text("utf-8").splitlines()
    if line.strip().isdigit()
]
SEEDS, SOAK = 40, 2_000
COMMANDS, FEWER, SOAK_COMMANDS, UNITS = 300, 100, 1_000, 16
CLOSELY = {*SAVED, *range(4)}
"""The seeds whose whole year is looked at after every commit also in a quick run; of the others it is the beginning, and every eighth."""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[str]:
    """Where a SQLite file of a logical run lies."""
    if not LOGICAL.is_dir():
        yield f"sqlite:///{tmp_path / 'simulated.db'}"
        return
    file = LOGICAL / f"partybuilding-{tmp_path.parent.name}-{tmp_path.name}.db"
    try:
        yield f"sqlite:///{file}"
    finally:
        for each in LOGICAL.glob(f"{file.name}*"):
            each.unlink()


def in_memory(seed: int, *, commands: int = COMMANDS, units: int = UNITS, watch_every: int = 1) -> Outcome:
    store = MemoryStore()
    return simulate(seed, lambda: store, commands=commands, units=units, watch_every=watch_every)


def agree(seed: int, place: str, *, commands: int, watch_every: int = 1) -> None:
    """The same history in memory, watched, and in a file that is opened again after every crash."""
    watched = in_memory(seed, commands=commands, watch_every=watch_every)
    assert in_a_file(seed, place, commands=commands, watch_every=0) == watched


def in_a_file(seed: int, place: str, *, commands: int, watch_every: int) -> Outcome:
    with ExitStack() as left:
        return simulate(
            seed,
            lambda: left.enter_context(open_sqlite(place)),
            commands=commands,
            units=UNITS,
            watch_every=watch_every,
        )


@pytest.mark.parametrize("seed", [*SAVED, *(seed for seed in range(SEEDS) if seed not in SAVED)])
def test_a_year_holds_all_invariants_and_has_one_head_in_memory_and_in_a_file(seed: int, place: str) -> None:
    closely = seed in CLOSELY
    agree(seed, place, commands=COMMANDS if closely else FEWER, watch_every=1 if closely else 8)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(SEEDS, SOAK))
def test_many_years_hold_all_invariants_and_have_one_head_in_memory_and_in_a_file(
    seed: int, place: str
) -> None:
    agree(seed, place, commands=SOAK_COMMANDS)


def test_a_watched_file_passes_too(place: str) -> None:
    in_a_file(1, place, commands=100, watch_every=1)


def test_the_seeds_meet_every_mishap_and_every_mistake_is_refused() -> None:
    mishaps: Counter[str] = Counter()
    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for seed in range(4):
        found = in_memory(seed, watch_every=0)
        mishaps.update(found.mishaps)
        done.update(found.done)
        refused.update(found.refused)
    assert set(mishaps) == {
        "none", "disk fails before", "disk fails after", "head moved", "sent twice", "key reused", "crash",
    }  # fmt: skip
    mistakes = {
        "put a street below itself", "put a village under nothing", "take another's code", "fill a post twice",
        "sign too early", "sign for another", "change a signed letter", "revoke above", "verify one's own",
        "close without a decision", "take a closing back", "lose feedback", "leave work behind", "leave money behind", "close a village with open work",
        "transfer without a decision", "overspend", "reverse twice",
        "reverse half",
    }  # fmt: skip
    assert mistakes <= set(refused)
    assert not mistakes & set(done)
    assert {
        "sign letters", "close an item", "reply to feedback", "correct a name", "found a village",
        "rename a village", "transfer a village", "merge villages",
    } <= set(done)  # fmt: skip


def test_one_seed_is_one_history_and_two_seeds_are_two() -> None:
    first = in_memory(3, commands=60, watch_every=0)
    assert in_memory(3, commands=60) == first
    assert in_memory(4, commands=60, watch_every=0).head != first.head


# --- teeth: what the simulation must notice -----------------------------------------------------------------------


class Forgetful(MemoryStore):
    """A store that says it kept a changeset and leaves out its last row."""

    def append(self, draft: Draft, expected_head: int) -> Head:
        if len(draft.rows) == 2:
            draft = Draft(header=draft.header, rows=draft.rows[:-1], blobs=draft.blobs)
        return super().append(draft, expected_head)


class Rewriting(MemoryStore):
    """A store that shows the past as it is known today."""

    def read(
        self, kind: str, *, ids: Iterable[str] | None = None, on: date | None = None, known: int | None = None
    ) -> Iterator[Stored]:
        return super().read(kind, ids=ids, on=on, known=None if on is not None else known)


def reopening(made: list[Store], store: Callable[[], Store]) -> Callable[[], Store]:
    """A store that is empty again whenever it is opened again."""

    def reopen() -> Store:
        made.append(store())
        return made[-1]

    return reopen


@pytest.mark.parametrize("store", [Forgetful, Rewriting])
def test_a_store_that_loses_rows_or_rewrites_the_past_is_noticed(store: type[MemoryStore]) -> None:
    bad = store()
    with pytest.raises(SimulationFailed, match="seed 1, command"):
        simulate(1, lambda: bad, commands=COMMANDS, units=UNITS)


def test_a_store_that_forgets_everything_when_the_program_ends_is_noticed() -> None:
    made: list[Store] = []
    with pytest.raises(SimulationFailed):
        simulate(1, reopening(made, MemoryStore), commands=COMMANDS, units=UNITS)
    assert len(made) > 1


def test_a_ledger_that_checks_no_invariant_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "require", lambda _change: None)
    with pytest.raises(SimulationFailed, match=r"was not refused|broken after"):
        in_memory(1)


def test_a_ledger_that_takes_nothing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_change: object) -> None:
        raise PartybuildingError

    monkeypatch.setattr(ledger_module, "require", broken)
    with pytest.raises(SimulationFailed, match="seed 2, command 0"):
        in_memory(2)


# --- the parts of the simulator -----------------------------------------------------------------------------------


def test_in_a_district_without_villages_every_command_is_possible_or_nothing() -> None:
    host = PluginHost.of({"sim": rules})
    ledger = Ledger(MemoryStore(), host=host, policy=AllowAll())
    for seed in range(5):
        office = Office(Random(seed), ledger, host.catalogue(), day=date(2026, 1, 5))  # noqa: S311 - dice
        tried = [command(office) for command in COMMANDS_OF_ALL]
        assert sum(each is None for each in tried) > len(tried) // 2


def test_a_village_that_came_to_a_street_today_does_not_go_there_again() -> None:
    ledger = Ledger(MemoryStore(), host=(host := PluginHost.of({"sim": rules})), policy=AllowAll())
    today, at = date(2026, 1, 5), datetime(2026, 1, 5, 1, tzinfo=UTC)
    street = Organisation(id="s1", name="示例街道", kind="street")
    village = Organisation(
        id="v1", name="示例村", kind="village", starts=today, placements=(Placement(parent="s1"),)
    )
    ledger.commit([street, village], actor=Actor("office"), why="opening", at=at)
    office = Office(Random(1), ledger, host.catalogue(), day=today)  # noqa: S311 - dice
    assert move(office) is None
    office.wait(1)
    assert move(office) is not None


def test_a_store_that_fails_on_demand_hands_everything_else_on() -> None:
    with Faulty(open_memory("memory:")) as store:
        head = store.append(draft(row()), 0)
        assert store.head() == head
        assert [each.row for each in store.read("post")] == [row()]
        assert store.kinds() == ("post",)
        assert [each.head for each in store.changes()] == [each.head for each in store.entries()] == [head]
        assert store.keyed("k") is None
        with pytest.raises(StoreProblem, match="blob unknown"):
            store.blob("ab" * 32)
    with pytest.raises(StoreProblem):
        store.head()


def test_a_ledger_that_takes_a_commit_on_an_old_head_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    commit = Ledger.commit

    def on_any_head(ledger: Ledger, *records: Any, **given: Any) -> Head:
        return commit(ledger, *records, **{**given, "expected_head": None})

    monkeypatch.setattr(Ledger, "commit", on_any_head)
    with pytest.raises(SimulationFailed, match="a commit on an old head was taken"):
        in_memory(1)


def test_a_key_that_is_taken_twice_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = simulation._codes
    monkeypatch.setattr(simulation, "_codes", lambda _: codes(lambda: None))
    with pytest.raises(SimulationFailed, match="a key was taken twice"):
        in_memory(1)


def test_work_that_never_ends_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "MOST_ROUNDS", 1)
    with pytest.raises(SimulationFailed, match="that cannot be"):
        in_memory(1, commands=60, watch_every=0)
