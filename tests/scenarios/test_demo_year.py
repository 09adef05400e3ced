"""The demonstration year, from the folder to the pages: what a new user sees, and what must hold in it."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import partybuilding as pb
from partybuilding import cli
from partybuilding.cycle.carriers import coverage, gaps
from partybuilding.cycle.funding import Line, of_year, standing
from partybuilding.cycle.lists import proposals, standings
from partybuilding.domain.decisions import Decision
from partybuilding.domain.funding import balances
from partybuilding.domain.letters import Letter
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.organisations import Organisation
from partybuilding.domain.projects import Project
from partybuilding.domain.snapshot import Snapshot
from partybuilding.engine.result import Result
from partybuilding.labels import MADE_UP

YEAR = 2026
END = date(YEAR, 12, 31)
PAGES = (
    "index.html",
    "targets.html",
    "projects.html",
    "carriers.html",
    "funding.html",
    "accountability.html",
)
LOW = ("average", "poor")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one demonstration, run in this process."""
    folder = tmp_path_factory.mktemp("demo") / "acheng"
    with pytest.raises(SystemExit) as ended:
        cli.main(["demo", "--out", str(folder)])
    assert ended.value.code in (None, 0)
    return folder


@pytest.fixture(scope="module")
def ledger(out: Path) -> Iterator[pb.Ledger]:
    host = pb.PluginHost.installed(["acheng"])
    with pb.Ledger.open(f"sqlite:///{out / 'ledger.db'}", host=host, policy=pb.AllowAll()) as opened:
        yield opened


@pytest.fixture(scope="module")
def snapshot(ledger: pb.Ledger) -> Snapshot:
    return ledger.snapshot(on=END)


@pytest.fixture(scope="module")
def result(snapshot: Snapshot) -> Result:
    return pb.evaluate(snapshot, pb.PluginHost.installed(["acheng"]).catalogue(), year=YEAR)


def test_the_district_has_its_199_units_beside_the_invented_ones(snapshot: Snapshot, result: Result) -> None:
    units = [snapshot.organisations()[each] for each in result.organisations]
    real = [each for each in units if not each.example]
    kinds = [each.kind for each in real]
    assert len(real) == 199
    assert (kinds.count("district"), sum(kind in {"street", "town", "zone"} for kind in kinds)) == (1, 20)
    assert [each.name for each in units if each.example][:2] == ["示例街道", "示例村01"]
    assert len(units) == 212


def test_every_target_is_its_childrens_and_the_reserve_at_every_node(result: Result) -> None:
    cascades = [name for name, each in result.plan.indicators.items() if each.value.target == "cascade"]
    assert len(cascades) == 3
    assert len(result.plan.indicators) >= 10
    letters = {each.organisation: each for each in result.snapshot.of(Letter)}
    tree = result.tree
    for name in cascades:
        for at, id_ in enumerate(tree.ids):
            children = tree.ids[int(tree.first[at]) : int(tree.first[at + 1])]
            lines = [letters[child].line(name) for child in children]
            if children:
                shares = sum(line.share or 0 for line in lines if line is not None)
                assert shares + (result.raw(id_, f"{name}.reserve") or 0) == result.raw(id_, f"{name}.target")


def test_letters_take_effect_step_by_step(ledger: pb.Ledger, snapshot: Snapshot) -> None:
    letters = {each.id: each for each in snapshot.of(Letter)}
    signed = {
        step.of.partition(":")[2]: step.day
        for step in snapshot.of(Step)
        if step.of.startswith("letter:") and step.name == "sign"
    }
    assert len(letters) == len(signed) == 212
    assert all(each.above is None or signed[each.above] <= signed[each.id] for each in letters.values())
    before = ledger.snapshot(on=date(YEAR, 1, 25))
    catalogue = pb.PluginHost.installed(["acheng"]).catalogue()
    early = pb.evaluate(before, catalogue, year=YEAR)
    assert early.value("acheng", "acheng.training.target") is not None
    assert early.value("jincheng", "acheng.training.target") is None
    for letter in letters.values():
        for line in letter.lines:
            assert line.lacks() == ()


def test_projects_of_three_types_go_through_their_gates(snapshot: Snapshot) -> None:
    found = snapshot.of(Project)
    types = [each.type for each in found]
    assert all(types.count(kind) >= 2 for kind in ("foundation", "promotion", "exploration"))
    names = {
        (step.of.partition(":")[2], step.name) for step in snapshot.of(Step) if step.of.startswith("project:")
    }
    taken = {name for _, name in names}
    assert {"extend", "repair", "promote", "accept"} <= taken
    assert any(each.rung == "demonstration" for each in found)


def test_coverage_counts_each_unit_once_and_leaves_the_dormant_out(
    snapshot: Snapshot, result: Result
) -> None:
    links = coverage(snapshot)
    chains = {each.chain.id for each in links}
    active = {unit.unit for each in links for unit in each.active}
    covered = {unit.unit for each in links for unit in each.covered}
    assert len(chains) == 2
    assert any(each.dormant for each in links)
    assert (result.value("acheng", "units_active_all"), result.value("acheng", "units_covered_all")) == (
        len(active),
        len(covered),
    )
    assert {each.unit.unit for each in gaps(snapshot, least=3)} >= active - covered
    assert active - covered


def test_every_fen_is_accounted_for_at_every_node(snapshot: Snapshot, result: Result) -> None:
    movements = of_year(snapshot, YEAR)
    assert sum(balances(movements).values()) == 0
    for id_ in result.organisations:
        held = standing(movements, Line(organisation=id_, purpose="education", year=YEAR))
        assert held.accounted
        assert min(held.free, held.reserved, held.spent) >= 0
        assert held.received == (result.raw(id_, "entitlement_all") or 0)
    assert result.raw("acheng", "entitlement_all") == 2000 * (result.raw("acheng", "members_all") or 0)


def test_overdue_items_wait_for_a_decision_at_different_rungs(snapshot: Snapshot) -> None:
    catalogue = pb.PluginHost.installed(["acheng"]).catalogue()
    found = proposals(snapshot, catalogue)
    assert len({each.rung.name for each in found}) >= 3
    assert all(each.decision is None for each in found)
    items = standings(snapshot, catalogue)
    assert any(not each.open for each in items)
    assert any(each.course.count("reopen") or each.course.count("reject") for each in items)
    for each in items:
        if not each.open:
            verify, close = each.course.last("verify"), each.course.last("close")
            assert verify is not None
            assert close is not None
            assert verify.post not in {
                each.item.owner,
                *(step.post for step in each.course.taken if step.name in {"rectify", "report"}),
            }
            assert snapshot.find(Decision, close.decision or "") is not None


def test_nothing_bad_and_made_up_stands_beside_a_real_place(snapshot: Snapshot, result: Result) -> None:
    places = snapshot.organisations()
    catalogue = pb.PluginHost.installed(["acheng"]).catalogue()
    graded = [(id_, result.grade(id_)) for id_ in result.organisations if result.scheme_of(id_) is not None]
    assert {places[id_].example for id_, grade in graded if grade is None or grade.name in LOW} == {True}
    assert {grade.name for _, grade in graded if grade is not None} == {
        "good",
        "fairly_good",
        "average",
        "poor",
    }
    assert all(places[each.item.organisation].example for each in standings(snapshot, catalogue))
    findings = (*result.findings, *pb.PluginHost.installed(["acheng"]).check(snapshot))
    assert findings
    assert all(each.organisation is None or places[each.organisation].example for each in findings)


def test_every_page_says_that_its_data_are_made_up_and_asks_no_host_for_anything(out: Path) -> None:
    for name in PAGES:
        text = (out / name).read_text(encoding="utf-8")
        assert MADE_UP.zh in text
        assert MADE_UP.en in text
        assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", text)
        assert "None" not in re.sub(r"<[^>]*>", " ", text)


def test_low_grades_problems_and_proposals_stand_in_no_row_of_a_real_place(
    out: Path, snapshot: Snapshot
) -> None:
    real = {each.name for each in snapshot.of(Organisation) if not each.example}
    for name in PAGES:
        for row in re.findall(r"<tr>.*?</tr>", (out / name).read_text(encoding="utf-8"), flags=re.DOTALL):
            words = {
                re.sub(r"<[^>]*>", "", cell).strip()
                for cell in re.findall(r"<span lang=\"zh\">(.*?)</span>", row)
            }
            cells = {
                re.sub(r"<[^>]*>", "", cell).strip()
                for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL)
            }
            if words & {"一般", "差", "无法评定", "约谈", "提请问责"}:
                assert not (words | cells) & real


def test_the_result_file_has_a_row_for_every_organisation_and_figures_as_people_write_them(
    out: Path, result: Result
) -> None:
    raw = (out / "result.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert [row["organisation"] for row in rows] == list(result.organisations)
    shown = {row["organisation"]: row for row in rows}
    assert all(row["nature"] == MADE_UP.zh for row in rows)
    assert shown["acheng"]["entitlement_all"] == str(result.value("acheng", "entitlement_all"))
    assert shown["jincheng"]["total_score"] == str(result.value("jincheng", "total_score"))
    described = {
        row["column"]
        for row in csv.DictReader((out / "columns.csv").read_text(encoding="utf-8-sig").splitlines())
    }
    assert set(rows[0]) - {"organisation", "name", "nature"} <= described


def test_the_chain_verifies_and_the_head_stands_on_every_page(out: Path, ledger: pb.Ledger) -> None:
    assert ledger.verify() == ()
    head = ledger.head()
    assert all(head.hash in (out / name).read_text(encoding="utf-8") for name in PAGES)


def test_two_runs_give_the_same_bytes_whatever_the_hash_seed_time_zone_and_locale(
    out: Path, tmp_path: Path
) -> None:
    strange = {
        **os.environ,
        "PYTHONHASHSEED": "12345",
        "TZ": "America/Los_Angeles",
        "LC_ALL": "C",
        "LANG": "C",
        "PYTHONUTF8": "1",
    }
    other = tmp_path / "other"
    subprocess.run(
        [sys.executable, "-m", "partybuilding", "demo", "--out", str(other)],
        env=strange,
        check=True,
        capture_output=True,
        cwd=tmp_path,
    )
    names = sorted(each.name for each in out.iterdir() if each.suffix not in {".db", ".db-wal", ".db-shm"})
    assert names == sorted(
        each.name for each in other.iterdir() if each.suffix not in {".db", ".db-wal", ".db-shm"}
    )
    assert [name for name in names if (out / name).read_bytes() != (other / name).read_bytes()] == []
