"""What the first steps cost: importing, proposing the letters of a district, evaluating its year, the first result.

Prints medians beside the machine's load, and writes them to benchmarks/results/first_steps.json. It asserts nothing: a
time is measured on the machine that one has.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import partybuilding as pb
from partybuilding.cycle.year import Terms, play
from partybuilding.domain.snapshot import Snapshot
from partybuilding.extension.catalogue import Catalogue

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "examples" / "acheng"
ROUNDS = 7
FIRST_RESULT = """
import partybuilding as pb
from datetime import date
host = pb.PluginHost.installed(["acheng"])
with pb.Ledger.open({url!r}, host=host, policy=pb.AllowAll()) as ledger:
    result = pb.evaluate(ledger.snapshot(on=date(2026, 12, 31)), host.catalogue(), year=2026)
print(result.value("jincheng", "total_score"))
"""


def median_of(action: Callable[[], object]) -> float:
    """The median of several runs, in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def fresh(code: str) -> float:
    """How long a new interpreter takes for some code, in milliseconds."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return (time.perf_counter() - start) * 1000


def imports() -> dict[str, float]:
    """Importing partybuilding beside importing attrs, in turn, less an interpreter that imports nothing."""
    codes = {"nothing": "pass", "attrs": "import attrs", "partybuilding": "import partybuilding"}
    times: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(ROUNDS):
        for name, code in codes.items():
            times[name].append(fresh(code))
    medians = {name: statistics.median(each) for name, each in times.items()}
    return {name: medians[name] - medians["nothing"] for name in ("attrs", "partybuilding")}


def engine(january: Snapshot, december: Snapshot, catalogue: Catalogue) -> dict[str, float]:
    """Proposing the letters in January and evaluating the year in December."""
    return {
        "decompose": median_of(lambda: pb.decompose(january, catalogue, year=2026)),
        "evaluate": median_of(lambda: pb.evaluate(december, catalogue, year=2026)),
    }


def measured() -> dict[str, object]:
    """All figures, in milliseconds."""
    host = pb.PluginHost.installed(["acheng"])
    catalogue = host.catalogue()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/ledger.db"
        with pb.Ledger.open(url, host=host, policy=pb.AllowAll()) as ledger:
            terms = Terms(year=2026, actor=pb.Actor("bench"), purpose="education")
            year = play(ledger, tuple(pb.read_folder(EXAMPLE)), catalogue, terms, lambda _: None)
            january = ledger.snapshot(on=date(2026, 1, 31))
        first = [fresh(FIRST_RESULT.format(url=url)) for _ in range(5)]
    found = {
        **imports(),
        **engine(january, year.snapshot, catalogue),
        "first result": statistics.median(first),
    }
    return {
        "organisations": len(year.result.organisations),
        "columns": len(year.result.names()),
        "indicators": len(year.result.plan.indicators),
        "milliseconds": {name: round(value, 1) for name, value in found.items()},
        "import ratio": round(found["partybuilding"] / found["attrs"], 2),
        "cores": os.cpu_count(),
        "load": [round(each, 2) for each in os.getloadavg()],
    }


def main() -> None:
    """Measure, print and keep."""
    figures = measured()
    text = json.dumps(figures, indent=2, ensure_ascii=False)
    print(text)
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    (results / "first_steps.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
