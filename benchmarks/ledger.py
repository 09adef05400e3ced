"""How long a large ledger takes: `python benchmarks/ledger.py [--rows 1000000] [--url URL]`.

Version rows of made-up organisations are written in changesets of 10,000, each row a name from a day on; then points in
the past, whole snapshots, the full verification, a streaming read with the memory it takes, and opening again. Results are
checked before their time counts; no time is asserted. Without a URL the store is a new SQLite file in a folder of its own;
a URL of another backend must name an empty store. What was measured where stands in docs/explanation/reliability.md.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from attrs import asdict, frozen

from partybuilding import Actor, AllowAll, Ledger, PluginHost, Problem
from partybuilding.convert import from_plain
from partybuilding.domain.organisations import Organisation
from partybuilding.extension.canonical import canonical
from partybuilding.extension.store import Draft, Header, Row, Store
from partybuilding.ledger.chain import verify_chain

RESULTS = Path(__file__).parents[1] / "benchmarks" / "results"
BATCH = 10_000
"""Rows of a changeset: an import is one changeset, never one a row."""
VERSIONS = 10
"""Versions of every record."""
POINTS, SNAPSHOTS, REOPENED = 200, 3, 5
OPENED = datetime(2020, 1, 1, 1, tzinfo=UTC)
FIRST = date(2020, 1, 1)
STREAM = """
import sys
from pathlib import Path
from partybuilding import PluginHost
def most():  # of this program alone: ru_maxrss would begin with that of the program that started it
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
url = sys.argv[1]
opened = PluginHost.installed(sys.argv[2:]).backends()[url.partition(":")[0]].open
before = most()
with opened(url, read_only=True) as store:
    count = sum(1 for row in store.read("organisation"))
print(count, before, most())
"""


@frozen(kw_only=True)
class Measured:
    """What was measured: the median in its unit, over how many runs, and what we aim at."""

    what: str
    value: float
    unit: str
    runs: int
    aim: str


def load() -> tuple[float, ...]:
    """The load averages of 1, 5 and 15 minutes; none where the system does not tell."""
    return tuple(round(each, 2) for each in os.getloadavg()) if hasattr(os, "getloadavg") else ()


def name(record: int, version: int) -> str:
    """What a record is called from its so-manyeth version on."""
    return f"示例村{record:06}之{version}"


def row(record: int, version: int) -> Row:
    """A version: the name from a day on; the days of versions follow one another."""
    starts = FIRST + timedelta(days=100 * version)
    id_ = f"v{record:06}"
    body = canonical(
        {"example": True, "id": id_, "kind": "village", "name": name(record, version), "starts": str(starts)}
    )
    return Row(kind="organisation", id=id_, starts=starts, body=body)


def batches(rows: int) -> Iterator[tuple[Row, ...]]:
    """All rows in changesets: the first version of every record, then the second, as years bring them."""
    records = rows // VERSIONS
    made = (row(record, version) for version in range(VERSIONS) for record in range(records))
    while batch := tuple(each for _, each in zip(range(BATCH), made, strict=False)):
        yield batch


def write(store: Store, rows: int) -> float:
    """The seconds that appending takes; making the rows is not counted."""
    taken, head = 0.0, 0
    for number, batch in enumerate(batches(rows), start=1):
        header = Header(at=OPENED + timedelta(days=number), actor="office", reason="load", rule="allow-all")
        draft = Draft(header=header, rows=batch)
        started = time.perf_counter()
        head = store.append(draft, head).number
        taken += time.perf_counter() - started
    return taken


def timed(runs: int, function: Callable[[int], object]) -> list[float]:
    """The seconds of every run, after one that is not counted."""
    function(runs)
    found = []
    for run in range(runs):
        gc.collect(0)
        started = time.perf_counter()
        function(run)
        found.append(time.perf_counter() - started)
    return found


def points(store: Store, rows: int, head: int) -> Iterator[Measured]:
    """One record on a day as known at a number, in all corners of the store."""
    records = rows // VERSIONS
    batches_a_version = max(records // BATCH, 1)

    def point(run: int) -> str:
        record, version = run * 7919 % records, run * 31 % VERSIONS
        on = FIRST + timedelta(days=100 * version + 50)
        known = min(batches_a_version * (version + 1), head)
        (found,) = store.read("organisation", ids=(f"v{record:06}",), on=on, known=known)
        return json.loads(str(found.row.body))["name"] if found.row.body else ""

    assert point(5) == name(5 * 7919 % records, 5 * 31 % VERSIONS)
    yield Measured(
        what="a record on a past day",
        value=1000 * median(timed(POINTS, point)),
        unit="ms",
        runs=POINTS,
        aim="1 ms",
    )


def snapshots(ledger: Ledger, store: Store, rows: int) -> Iterator[Measured]:
    """Everything on a day: as rows of the store, and as records of the ledger."""
    records = rows // VERSIONS
    on = FIRST + timedelta(days=450)

    def of_rows(_run: int) -> int:
        return sum(1 for _ in store.read("organisation", on=on))

    def of_records(_run: int) -> int:
        return len(ledger.snapshot(on=on).of(Organisation))

    for what, function in (("rows in force on a past day", of_rows), ("snapshot of a past day", of_records)):
        assert function(0) == records
        taken = median(timed(SNAPSHOTS, function))
        scaled = f"{taken * 100_000 / records:.2f} s per 100,000 records"
        yield Measured(
            what=f"{what}, {records} records ({scaled})",
            value=taken,
            unit="s",
            runs=SNAPSHOTS,
            aim="1 s per 100,000",
        )


def verified(ledger: Ledger, store: Store) -> Iterator[Measured]:
    """The chain alone, and the chain with every invariant of every changeset."""
    checks: dict[str, Callable[[], tuple[Problem, ...]]] = {
        "chain": lambda: verify_chain(store),
        "chain and invariants": ledger.verify,
    }
    for what, function in checks.items():
        started = time.perf_counter()
        assert function() == ()
        yield Measured(
            what=f"verification: {what}",
            value=time.perf_counter() - started,
            unit="s",
            runs=1,
            aim="20 s at a million rows",
        )


def streamed(url: str, plugins: list[str], rows: int) -> Iterator[Measured]:
    """Every row once in a fresh interpreter, and the most memory it held."""
    command = [sys.executable, "-P", "-c", STREAM, url, *plugins]
    started = time.perf_counter()
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    taken = time.perf_counter() - started
    count, before, most = (int(each) for each in printed.split())
    assert count == rows
    yield Measured(what="streaming read of every row", value=taken, unit="s", runs=1, aim="none of its own")
    yield Measured(
        what=f"most memory of the streaming read (at the start {before / 1024:.0f})",
        value=most / 1024,
        unit="MiB",
        runs=1,
        aim="under 200",
    )


def reopened(url: str, host: PluginHost, head: int) -> Measured:
    """Opening, and asking for the head."""

    def once(_run: int) -> None:
        with Ledger.open(url, host=host, policy=AllowAll()) as ledger:
            assert ledger.head().number == head

    return Measured(
        what="open again",
        value=1000 * median(timed(REOPENED, once)),
        unit="ms",
        runs=REOPENED,
        aim="none of its own",
    )


def committed(ledger: Ledger, records: int) -> Measured:
    """One correction through the ledger, with every check, on the full ledger; the first one reads what it needs."""
    given = [json.loads(str(row(record, 0).body)) for record in range(min(records, 6))]
    seconds = []
    for at, plain in enumerate(given):
        corrected = from_plain("organisation", plain | {"name": f"更正{at}"})
        started = time.perf_counter()
        ledger.commit([corrected], actor=Actor("office"), why="更正", at=OPENED)
        seconds.append(time.perf_counter() - started)
    first, later = seconds[0], seconds[1:]
    return Measured(
        what=f"one correction, checked and stored (the first after opening {first:.1f} s)",
        value=1000 * median(later), unit="ms", runs=len(later), aim="none of its own",
    )  # fmt: skip


def measure(url: str, plugins: list[str], rows: int) -> Iterator[Measured]:
    """All of it, one after the other."""
    host = PluginHost.installed(plugins)
    store = host.backends()[url.partition(":")[0]].open(url)
    with store:
        assert store.head().number == 0, "the store is not empty"
        taken = write(store, rows)
        head = store.head().number
        yield Measured(
            what=f"write {rows} rows in {head} changesets ({rows / taken:.0f} rows/s)",
            value=taken,
            unit="s",
            runs=1,
            aim="120 s at a million rows",
        )
        yield from points(store, rows, head)
        with Ledger.open(url, host=host, policy=AllowAll()) as ledger:
            yield from snapshots(ledger, store, rows)
            yield from verified(ledger, store)
    yield from streamed(url, plugins, rows)
    yield reopened(url, host, head)
    with Ledger.open(url, host=host, policy=AllowAll()) as ledger:
        yield committed(ledger, rows // VERSIONS)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Measured(what="most memory of this program", value=most, unit="MiB", runs=1, aim="none of its own")


def main() -> None:
    """Measure, print, and write the file."""
    parser = argparse.ArgumentParser(description="How long a large ledger takes.")
    parser.add_argument("--rows", type=int, default=100_000, help="version rows, a multiple of 10,000")
    parser.add_argument("--url", help="an empty store; a new SQLite file if left out")
    parser.add_argument("--plugin", action="append", default=[], help="the plugin that brings the backend")
    given = parser.parse_args()
    machine = {
        "at": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load before": load(),
    }
    measured = []
    with TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.db"
        url = given.url or f"sqlite:///{file}"
        for each in measure(url, given.plugin, given.rows):
            measured.append(each)
            print(
                f"{each.value:12.2f} {each.unit:4} {each.what}  ({each.runs} runs; aim: {each.aim})",
                flush=True,
            )
        if file.exists():
            print(f"{file.stat().st_size / given.rows:.0f} bytes a row in the file")
    machine["load after"] = load()
    print(", ".join(f"{key} {value}" for key, value in machine.items()))
    RESULTS.mkdir(exist_ok=True)
    content = {"machine": machine, "rows": given.rows, "measured": [asdict(each) for each in measured]}
    (RESULTS / f"ledger-{given.rows}.json").write_text(
        json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
