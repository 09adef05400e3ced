"""The checks of crashes, disks and many programs have teeth, too: each sees a store that is wrong when something fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest
from attrs import asdict, evolve
from tests.contracts import failing_stores as bad
from tests.contracts import subjects

from partybuilding.errors import PartybuildingError
from partybuilding.extension.store import Head, OpenStore, StorageBackend, Store
from partybuilding.storage.memory import MEMORY, MemoryStore
from partybuilding.storage.sqlite import open_sqlite
from partybuilding.testing.store_checks import (
    CannotRun,
    Subject,
    bank,
    cases,
    children,
    crash,
    disk_errors,
    exhaustion,
    failing,
    isolation,
    table,
    versions,
)
from partybuilding.testing.store_checks.effort import EFFORTS
from partybuilding.testing.store_checks.machine import agrees_with_memory
from partybuilding.testing.store_checks.writing import draft

Driver = Callable[..., object]
pytestmark = pytest.mark.measured


def run(driver: Driver, opens: OpenStore, **given: object) -> list[str]:
    """What a driver complains of, run as the kit runs it."""
    name = children.reference(cast("Callable[..., object]", opens))
    said = children.call(driver, {"open_name": name, **given}, seconds=60, environment=failing.environment())
    return cast("list[str]", said)


def urls(folder: Path, count: int) -> list[str]:
    place = subjects.places(folder)
    return [place() for _ in range(count)]


@pytest.mark.parametrize(
    ("opens", "said"),
    [
        (open_sqlite, ()),
        (bad.open_raw, ("a raw OperationalError",)),
        (bad.open_hiding, ("the cause is hidden: store-busy instead of store-full",)),
        (bad.open_silent, ("a full disk was not told", "the head is")),
        (bad.open_never_recovering, ("with room again: it does not work",)),
        (bad.open_once, ("opened again: cannot be opened",)),
    ],
)
def test_a_full_disk_shows_what_a_store_makes_of_it(
    opens: OpenStore, said: Sequence[str], tmp_path: Path
) -> None:
    places = urls(tmp_path, 3)
    found = run(exhaustion.fill, opens, urls=places, seed=1)
    assert bool(found) == bool(said)
    for each in said:
        assert any(each in one for one in found), found
    again = run(exhaustion.refill, opens, urls=urls(tmp_path / "again", 3), seed=1)
    assert bool(again) == (opens in {bad.open_silent, bad.open_never_recovering})


@pytest.mark.parametrize(
    ("opens", "said"),
    [(bad.open_raw, "a raw OperationalError"), (bad.open_late, "it was refused, and stored all the same")],
)
def test_a_write_that_fails_shows_a_store_that_tells_it_wrongly(
    opens: OpenStore, said: str, tmp_path: Path
) -> None:
    found = run(disk_errors.fail_each, opens, urls=urls(tmp_path, 1), kinds=failing.WRITES | failing.SYNCS)
    assert any(said in each for each in found), found


def test_every_operation_stands_a_failure_of_each_of_its_syncs(tmp_path: Path) -> None:
    places = urls(tmp_path, len(disk_errors.OPERATIONS))
    assert run(disk_errors.fail_each, open_sqlite, urls=places, kinds=failing.SYNCS) == []
    places = urls(tmp_path / "without persons", len(disk_errors.OPERATIONS))
    assert run(disk_errors.fail_each, bad.open_plain, urls=places, kinds=failing.SYNCS) == []


@pytest.mark.parametrize(
    ("opens", "said"),
    [(bad.open_trying_again, "not told"), (bad.open_going_on, "goes on as if nothing had been")],
)
def test_a_sync_that_fails_shows_a_store_that_goes_on(opens: OpenStore, said: str, tmp_path: Path) -> None:
    found = run(disk_errors.fail_syncs, opens, urls=urls(tmp_path, 2))
    assert any(said in each for each in found), found


@pytest.mark.parametrize(
    ("opens", "said"),
    [
        (bad.open_raw, "a raw OperationalError"),
        (bad.open_pretending, "a disk for reading only took a changeset"),
        (bad.open_pretending, "it reads something else"),
    ],
)
def test_a_disk_for_reading_only_shows_a_store_that_pretends(
    opens: OpenStore, said: str, tmp_path: Path
) -> None:
    url, fresh = urls(tmp_path, 2)
    found = run(disk_errors.freeze, opens, url=url, fresh=fresh)
    assert any(said in each for each in found), found


def test_too_few_files_show_raw_errors(tmp_path: Path) -> None:
    first, second = urls(tmp_path, 2)
    found = run(exhaustion.open_files, bad.open_raw, url=first)
    assert any("files left: a raw OperationalError" in each for each in found), found
    found = run(exhaustion.open_files, bad.open_opening, url=second)
    assert any("files left for an open store: a raw" in each for each in found), found


def test_a_program_that_is_ended_shows_a_store_that_only_remembers(tmp_path: Path) -> None:
    found = run(crash.kill_committing, bad.open_forgetting, urls=urls(tmp_path, 1), times=3, seed=1)
    assert any("was acknowledged and is lost" in each for each in found), found


def test_the_log_of_another_store_may_be_ignored_but_not_applied(tmp_path: Path) -> None:
    whole = subjects.sqlite(tmp_path)
    case("F7", evolve(whole, backend=evolve(whole.backend, open=bad.open_ignoring_logs)))
    with pytest.raises(AssertionError, match="the log of another store was applied"):
        case("F7", evolve(whole, backend=evolve(whole.backend, open=bad.open_applying_logs)))


@pytest.mark.parametrize("settings", list(bad.WEAK))
def test_every_weak_setting_of_a_file_is_caught_by_power_cuts(settings: str, tmp_path: Path) -> None:
    whole = subjects.sqlite(tmp_path)
    with pytest.raises(AssertionError, match="power cut before step"):
        case("F4", evolve(whole, backend=evolve(whole.backend, open=bad.WEAK[settings])))


def test_a_safe_setting_that_is_not_ours_stands_power_cuts(tmp_path: Path) -> None:
    whole = subjects.sqlite(tmp_path)
    case("F4", evolve(whole, backend=evolve(whole.backend, open=bad.open_delete_extra)))


class ForgetsTheHead(MemoryStore):
    """Two writers on the same head both succeed."""

    def append(self, drafted: Any, expected_head: int) -> Head:  # noqa: ARG002 - that is the defect
        return super().append(drafted, self.head().number)


def test_transactions_without_isolation_show_anomalies() -> None:
    sys_switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        backend = StorageBackend(scheme="memory", open=lambda *_, **__: ForgetsTheHead())
        with pytest.raises(AssertionError, match="lost append"):
            case("E5", Subject(backend=backend, place=lambda: "memory:"))
    finally:
        sys.setswitchinterval(sys_switch)


@pytest.mark.parametrize(
    ("opens", "said"),
    [(bad.open_copying_nothing, "is not there"), (bad.open_copying_half, "the copy: ")],
)
def test_a_copy_that_is_acknowledged_and_not_whole_is_seen(
    opens: OpenStore, said: str, tmp_path: Path
) -> None:
    targets = [str(tmp_path / f"copy{turn}") for turn in range(6)]
    found = run(crash.kill_copying, opens, url=urls(tmp_path, 1)[0], targets=targets, seed=1)
    assert any(said in each for each in found), found


def test_a_migration_in_several_transactions_is_seen(tmp_path: Path) -> None:
    name = children.reference(cast("Callable[..., object]", bad.open_adding))
    places = urls(tmp_path, 4)
    for url in places:
        open_sqlite(url).close()
    given = {"opened": name, "urls": places}
    found = children.call(versions.killed_while_opening, given, seconds=60)
    assert "killed after 0 of 3 parts" in cast("list[str]", found)[0]


def case(code: str, subject: Subject) -> None:
    (check,) = (each for each in cases(subject) if each.check.code == code)
    check.check.run(subject)


def with_server(folder: Path, opens: OpenStore) -> Subject:
    """A store that passes for one on a server: a file says that the server is down."""
    place = subjects.places(folder)
    last: list[str] = []

    def new() -> str:
        last.append(place())
        return last[-1]

    def reopened(url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:
        bad.down(url).unlink(missing_ok=True)
        return opens(url, connection=connection, read_only=read_only)

    reopened.__module__, reopened.__qualname__ = opens.__module__, opens.__qualname__  # type: ignore[attr-defined]  # functions
    backend = StorageBackend(
        scheme="sqlite", open=reopened, capabilities=("durable", "multi_process", "server")
    )
    return Subject(backend=backend, place=new, crash=lambda: bad.down(last[-1]).touch())


def test_a_server_that_ends_shows_whether_it_had_written_what_it_acknowledged(tmp_path: Path) -> None:
    case("F8", with_server(tmp_path / "good", bad.open_served))
    with pytest.raises(AssertionError, match="is lost"):
        case("F8", with_server(tmp_path / "bad", bad.open_served_from_memory))


@pytest.mark.parametrize(
    ("code", "lacking", "said"),
    [("F8", "crash", "no crash factory"), ("E9", "hold", "no hold and impatient factories")],
)
def test_a_check_without_its_factory_is_no_pass(code: str, lacking: str, said: str, tmp_path: Path) -> None:
    subject = evolve(subjects.sqlite(tmp_path), **cast("Any", {lacking: None}))
    backend = evolve(subject.backend, capabilities=(*subject.backend.capabilities, "server"))
    with pytest.raises(CannotRun, match=said):
        case(code, evolve(subject, backend=backend))


def test_a_newer_store_that_is_no_file_is_refused_by_name_too(tmp_path: Path) -> None:
    subject = subjects.sqlite(tmp_path)
    case("I1", evolve(subject, backend=evolve(subject.backend, capabilities=("durable",))))


def test_a_raw_error_in_another_thread_is_seen(tmp_path: Path) -> None:
    subject = subjects.sqlite(tmp_path)
    with pytest.raises(AssertionError, match="a raw error in another thread"):
        case("E10", evolve(subject, backend=evolve(subject.backend, open=bad.open_in_one_thread)))


def refuse_to_open(_url: str, /, **_: object) -> Store:
    raise bad.refusal()


def test_a_store_that_cannot_be_opened_ends_the_checks_with_its_error() -> None:
    subject = Subject(backend=evolve(MEMORY, open=refuse_to_open), place=lambda: "memory:")
    with pytest.raises(PartybuildingError):
        agrees_with_memory(subject, runs=1)


def test_a_participant_that_is_refused_is_told() -> None:
    subject = Subject(
        backend=StorageBackend(scheme="memory", open=lambda *_, **__: Refusing()), place=lambda: "memory:"
    )
    with pytest.raises(AssertionError, match="refused: "):
        case("E5", subject)


class Refusing(MemoryStore):
    def append(self, *_: object) -> Any:
        raise bad.refusal()


# --- what the checks stand on -----------------------------------------------------------------------------------


def test_the_bank_sees_money_and_lines_that_are_missing() -> None:
    store = MemoryStore()
    bank.open_accounts(store)
    bank.transfer(store, Random(1))  # noqa: S311 - repeatable on purpose
    assert bank.look(store) == ()
    store.append(draft(bank.plain("account", "a0", {"fen": 0})), 2)
    money, lines = bank.look(store)
    assert "fen instead of 8000" in money
    assert lines == "1 lines for 2 transfers"


def test_a_part_of_a_changeset_and_a_row_after_the_head_are_seen() -> None:
    class Behind(bad.Wrapped):
        def head(self) -> Head:
            return Head()

    store: Any = Behind(MemoryStore(), "memory:")
    store.append(draft(bank.plain("many", "r1", {}), bank.plain("many", "r2", {})), 0)
    assert isolation.half_seen(store, "many", 2) == "rows of changeset 1 are seen, the head is 0"
    assert "only some are seen: {1: 2}" in isolation.half_seen(store, "many", 3)


def give_back(number: int) -> int:
    return number


def test_a_child_finds_a_function_by_its_file_if_its_module_is_not_on_the_path() -> None:
    _, function, file = children.reference(give_back).split(":", 2)
    found = children.resolve(f"module_by_file:{function}:{file}")
    assert found(3) == 3
    with pytest.raises(TypeError, match="is not at the top of its module"):
        children.resolve(f"module_by_file:nothing:{file}")
    with pytest.raises(ModuleNotFoundError):
        children.resolve("no_such_module:function:")


def wait(seconds: float) -> None:
    """A driver that takes its time."""
    import time

    time.sleep(seconds)


def complain() -> list[str]:
    """A driver that finds something."""
    return [f"finding {number}" for number in range(9)]


def end_badly() -> list[object]:
    """A driver whose forked children fail, by name and raw."""

    def by_name(_: int) -> None:
        raise bad.refusal()

    def raw(_: int) -> None:
        raise KeyError

    return [children.ended(*children.forked(each))[0] for each in (by_name, raw)]


def test_what_becomes_of_a_child_is_told() -> None:
    with pytest.raises(AssertionError, match=r"not ended within 0.2 s"):
        children.call(wait, {"seconds": 20}, seconds=0.2)
    with pytest.raises(AssertionError, match=r"(?s)the child failed:.*TypeError"):
        children.call(wait, {"minutes": 20}, seconds=20)
    with pytest.raises(AssertionError, match=r"finding 0\nfinding 1\nfinding 2\nfinding 3\nfinding 4$"):
        children.complaints(complain, {}, seconds=20)
    assert children.call(end_badly, {}, seconds=20) == [1, 1]


def test_a_machine_that_lacks_a_tool_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with monkeypatch.context() as without:
        without.delattr(os, "fork")
        with pytest.raises(CannotRun, match="needs a system that forks"):
            children.call(complain, {}, seconds=20)
    with monkeypatch.context() as without:
        without.setenv("PATH", str(tmp_path))
        with pytest.raises(CannotRun, match="needs a C compiler"):
            failing.library.__wrapped__()
    with monkeypatch.context() as without:
        without.setattr(failing, "SOURCE", tmp_path / "nothing.c")
        with pytest.raises(CannotRun, match="cannot make the failing disk"):
            failing.library.__wrapped__()


def test_the_soak_tries_more_of_everything() -> None:
    default, soak = asdict(EFFORTS["default"]), asdict(EFFORTS["soak"])
    assert all(soak[name] > count for name, count in default.items())


def test_a_run_without_checks_of_the_kit_prints_no_table() -> None:
    said: list[str] = []
    stats = {"passed": [SimpleNamespace(nodeid="t.py::test_other")], "deselected": [SimpleNamespace()]}
    reporter = SimpleNamespace(stats=stats, section=said.append, line=said.append)
    table.pytest_terminal_summary(cast("Any", reporter))
    assert said == []
    assert table.lines({"rerun": ["t.py::t[ours-A1]"]}) == ()
