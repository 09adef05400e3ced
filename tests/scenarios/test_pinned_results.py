"""The results of the sample year are pinned: a number that changes needs a fragment of kind `results` that says why."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest

import partybuilding as pb
from partybuilding.cycle.year import Terms, play
from partybuilding.exchange import csv_text
from partybuilding.extension.tables import shown
from partybuilding.report import columns
from partybuilding.report.book import Book
from partybuilding.storage.memory import MemoryStore

ROOT = Path(__file__).parents[2]
PINNED = ROOT / "tests/fixtures/sample-year"
NEW = "new"
"""What explains the first pin of a column: nothing was expected of it before."""
KEPT = ("organisation", "name")
Columns = Mapping[str, tuple[str, ...]]


def columns_of(text: str) -> Columns:
    """Each column of a CSV text: its cells from top to bottom."""
    heads, *rows = csv.reader(text.splitlines())
    return {head: tuple(row[at] for row in rows) for at, head in enumerate(heads)}


def digest(name: str, found: Columns) -> str:
    """What a pin holds of a column: its figures, each with its organisation."""
    cells = zip(found["organisation"], found[name], strict=True)
    return sha256("\n".join(f"{id_},{cell}" for id_, cell in cells).encode()).hexdigest()[:16]


def pins() -> list[tuple[str, str, str]]:
    """All pins in the order in which they were made: column, digest, the fragment that explains it."""
    with (PINNED / "pins.csv").open(encoding="utf-8", newline="") as file:
        return [(row["column"], row["digest"], row["explained_by"]) for row in csv.DictReader(file)]


def plain(text: str) -> str:
    """A text without its line breaks and marks of a list."""
    return re.sub(r"\s+", " ", text).strip()


def explained(named: str, changelog: str, fragments: Mapping[str, str]) -> bool:
    """Whether a pin's explanation can be read: as a fragment of kind `results`, or, once released, in the changelog.

    ``named`` is ``NAME.results.md: the text``; towncrier moves the text into CHANGELOG.md and deletes the file.
    """
    name, _, text = named.partition(": ")
    if not re.fullmatch(r"[\w+-]+\.results\.md", name) or not text:
        return False
    return plain(text) in plain(fragments.get(name, "")) or plain(text) in plain(changelog)


def unexplained(
    given: list[tuple[str, str, str]], changelog: str, fragments: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """The pins whose number changed without a word: all but the first of a column must name their fragment."""
    seen: set[str] = set()
    found = []
    for pin in given:
        column, _, named = pin
        first = column not in seen
        seen.add(column)
        if not (first and named == NEW) and not explained(named, changelog, fragments):
            found.append(pin)
    return found


def differing(found: Columns, expected: Columns) -> list[str]:
    """The cells that are not as pinned, with both values, for whoever must explain them."""
    told = []
    for name in sorted(expected.keys() | found.keys()):
        if name not in found or name not in expected:
            told.append(f"column {name}: {'gone' if name not in found else NEW}")
            continue
        rows = zip(expected["organisation"], expected[name], found[name], strict=False)
        told += [
            f"{name} of {id_}: {old or 'missing'} -> {now or 'missing'}"
            for id_, old, now in rows
            if old != now
        ]
    return told


@pytest.fixture(scope="module")
def computed() -> str:
    """The result of the sample year as CSV, computed now."""
    host = pb.PluginHost.installed(["acheng"])
    catalogue, folder = host.catalogue(), pb.read_folder(ROOT / "examples/acheng")
    terms = Terms(year=folder.year, actor=pb.Actor("office"), purpose="education")
    with pb.Ledger(MemoryStore(), host=host, policy=pb.AllowAll()) as ledger:
        year = play(ledger, folder, catalogue, terms, lambda _moment: None)
        book = Book(year=year, catalogue=catalogue, head=ledger.head(), findings=host.check(year.snapshot))
        table = columns.figures(book)
    cells = [["" if cell is None else shown(cell, "zh") for cell in row] for row in table.rows]
    return csv_text([each.zh for each in table.headers], cells)


@pytest.fixture(scope="module")
def pinned() -> str:
    return (PINNED / "result.csv").read_text(encoding="utf-8-sig")


def test_the_sample_year_gives_the_pinned_results(computed: str, pinned: str, tmp_path: Path) -> None:
    if computed != pinned:
        (tmp_path / "result.csv").write_text(computed, encoding="utf-8-sig")
        now, before = columns_of(computed), columns_of(pinned)
        told = differing(now, before)
        rows = [f"{name},{digest(name, now)},WHY" for name in now if name not in KEPT and (
            name not in before or digest(name, now) != digest(name, before)
        )]  # fmt: skip
        pytest.fail(
            f"{len(told)} differences; if they are right, write a fragment of kind results, copy "
            f"{tmp_path / 'result.csv'} to {PINNED} and append to pins.csv:\n"
            + "\n".join([*rows, *told[:100]]),
            pytrace=False,
        )


def test_every_pinned_column_is_as_its_last_pin_says(pinned: str) -> None:
    found = columns_of(pinned)
    last = {column: held for column, held, _ in pins()}
    assert {name: digest(name, found) for name in found if name not in KEPT} == {
        name: held for name, held in last.items() if held
    }


def test_every_change_of_a_pinned_number_is_explained_by_a_fragment_of_kind_results() -> None:
    fragments = {each.name: each.read_text("utf-8") for each in (ROOT / "changelog.d").glob("*.results.md")}
    assert unexplained(pins(), (ROOT / "CHANGELOG.md").read_text("utf-8"), fragments) == []


def test_a_change_is_explained_by_its_fragment_or_by_the_changelog_and_by_nothing_else() -> None:
    first, changed = ("total_score", "aa", NEW), ("total_score", "bb", "tie.results.md: 示例村01 gets 87.5")
    fragment = {"tie.results.md": "示例村01 gets\n87.5 instead of 87.4."}
    assert unexplained([first, changed], "", fragment) == []
    assert unexplained([first, changed], "- 示例村01 gets 87.5 instead of 87.4.", {}) == []
    assert unexplained([first, changed], "", {}) == [changed]
    assert unexplained([first, changed], "", {"tie.results.md": "Something else."}) == [changed]
    for named in (NEW, "", "tie.results.md", "tie.results.md: ", "tie.fixed.md: 示例村01 gets 87.5"):
        assert unexplained([first, ("total_score", "bb", named)], "", fragment | {"tie.fixed.md": "x"}) != []
    assert unexplained([("total_score", "aa", "")], "", {}) != []


def test_a_changed_figure_is_told_with_both_values_and_changes_the_pin_of_its_column_only() -> None:
    before = columns_of("organisation,name,a,b\nx,甲,1,2\ny,乙,3,\n")
    after = columns_of("organisation,name,a,b\nx,甲,1,2\ny,乙,3,4\n")
    assert differing(after, before) == ["b of y: missing -> 4"]
    assert (digest("a", after), digest("b", after)) != (digest("a", before), digest("b", before))
    assert digest("a", after) == digest("a", before)
    assert differing(columns_of("organisation,c\nx,1\n"), columns_of("organisation,a\nx,1\n")) == [
        "column a: gone", "column c: new",
    ]  # fmt: skip


def test_the_kind_of_fragment_that_explains_a_changed_number_is_gathered_first() -> None:
    kinds = re.findall(r'directory = "(\w+)"\nname', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert kinds[0] == "results"
