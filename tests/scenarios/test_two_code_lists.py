"""Two official code lists of one district: six streets and towns carry other codes, and keep their own results."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import partybuilding as pb
from partybuilding.domain.organisations import Organisation
from partybuilding.domain.sheets import Sheet
from partybuilding.engine.result import Result
from partybuilding.exchange import Folder, csv_text, read_folder
from partybuilding.extension.host import PluginHost
from partybuilding.storage.memory import MemoryStore

ACHENG = Path(__file__).parents[2] / "examples" / "acheng"
SIX = {"双丰街道", "舍利街道", "料甸街道", "蜚克图街道", "杨树街道", "金龙山镇"}
CHANGE = date(2026, 7, 1)
END = date(2026, 12, 31)
Rows = list[dict[str, str]]


def rows(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def codes(name: str) -> dict[str, str]:
    """The streets and towns of a real code list: the digits by the name."""
    return {row["name"]: row["code"] for row in rows(ACHENG / "source" / name) if row["level"] == "4"}


STATS = codes("acheng_units_2023.csv")
MCA = codes("acheng_townships_2025.csv")
ID = {row["name"]: row["id"] for row in rows(ACHENG / "source" / "ids.csv") if row["name"] in STATS}
STREETS = sorted(ID.values())


def write(folder: Path, name: str, given: Rows) -> None:
    headers = list(given[0])
    text = csv_text(headers, [[row[head] for head in headers] for row in given])
    (folder / name).write_text(text, encoding="utf-8-sig")


def example(folder: Path, **files: Rows) -> Folder:
    """The example district with other files of codes and readings."""
    shutil.copytree(ACHENG, folder, ignore=shutil.ignore_patterns("source"))
    for name, given in files.items():
        write(folder, f"{name}.csv", given)
    return read_folder(folder)


def both_lists() -> Iterator[dict[str, str]]:
    """Both lists as two schemes; from July on the statistics use the digits of the other list (that day is made up)."""
    for row in rows(ACHENG / "aliases.csv"):
        if row["organisation"] not in STREETS:
            yield {**row, "starts": "", "ends": ""}
    for name, id_ in ID.items():
        later = MCA.get(name, STATS[name])
        yield {"organisation": id_, "scheme": "mca", "code": later, "starts": "", "ends": ""}
        if later == STATS[name]:
            yield {"organisation": id_, "scheme": "stats", "code": later, "starts": "", "ends": ""}
        else:
            yield {
                "organisation": id_, "scheme": "stats", "code": STATS[name], "starts": "", "ends": str(CHANGE),
            }  # fmt: skip
            yield {"organisation": id_, "scheme": "stats", "code": later, "starts": str(CHANGE), "ends": ""}


def coded(given: Rows) -> Iterator[dict[str, str]]:
    """The readings of the example; streets stand by their code, quarter by quarter by the one list and the other."""
    names = {id_: name for name, id_ in ID.items()}
    for row in given:
        id_, starts, ends = row["organisation"], row["starts"], row["ends"]
        if id_ not in names:
            yield {**row, "scheme": "", "code": ""}
            continue
        name = names[id_]
        crosses = starts < str(CHANGE) < ends
        scheme = "mca" if crosses or starts[5:7] in {"04", "10"} else "stats"
        later = scheme == "mca" or starts >= str(CHANGE)
        code = MCA.get(name, STATS[name]) if later else STATS[name]
        yield {**row, "organisation": "", "scheme": scheme, "code": code}


def evaluated(folder: Folder) -> Result:
    host = PluginHost.installed(["acheng"])
    with pb.Ledger(MemoryStore(), host=host, policy=pb.AllowAll()) as ledger:
        at = datetime(2026, 12, 31, 1, tzinfo=UTC)
        ledger.commit(folder, actor=pb.Actor("office"), why="the year", at=at)
        return pb.evaluate(ledger.snapshot(on=END), host.catalogue(), year=2026)


def figures(result: Result, organisation: str) -> dict[str, str]:
    """Every value as people read it; rates by their numerator and denominator."""
    return {name: repr(result.value(organisation, name)) for name in result.names()}


def reported(folder: Folder, organisation: str) -> Counter[tuple[str, date, int]]:
    return Counter(
        (each.name, each.starts, figure)
        for each in folder.of(Sheet)
        for id_, figure in zip(each.organisations, each.figures, strict=True)
        if id_ == organisation
    )


@pytest.fixture(scope="module")
def by_id() -> Folder:
    return read_folder(ACHENG)


@pytest.fixture(scope="module")
def by_code(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = tmp_path_factory.mktemp("codes") / "acheng"
    return example(folder, aliases=list(both_lists()), readings=list(coded(rows(ACHENG / "readings.csv"))))


def by_digits(given: Rows) -> Rows:
    """A join by digits: the codes of 2025 looked up in the list of 2023; what that list lacks is lost."""
    names = {id_: name for name, id_ in ID.items()}
    digits = {code: ID[name] for name, code in STATS.items()}
    found: Rows = []
    for row in given:
        name = names.get(row["organisation"])
        owner = row["organisation"] if name is None else digits.get(MCA.get(name, STATS[name]))
        if owner is not None:
            found.append({**row, "organisation": owner})
    return found


def disagreeing(one: Folder, other: Folder, among: Iterable[str]) -> set[str]:
    return {id_ for id_ in among if reported(one, id_) != reported(other, id_)}


def test_the_two_real_lists_give_other_codes_to_six_of_nineteen() -> None:
    common = STATS.keys() & MCA.keys()
    assert len(common) == 19
    assert {name for name in common if STATS[name] != MCA[name]} == SIX
    assert STATS["双丰街道"] == MCA["舍利街道"]
    assert STATS["舍利街道"] == MCA["双丰街道"]


def test_readings_by_the_codes_of_both_lists_are_the_readings_by_id(by_id: Folder, by_code: Folder) -> None:
    named = [row for row in coded(rows(ACHENG / "readings.csv")) if row["code"]]
    assert {row["scheme"] for row in named} == {"stats", "mca"}
    assert len({row["code"] for row in named}) > len(STREETS)
    assert by_code.of(Sheet) == by_id.of(Sheet)


def test_every_organisation_keeps_its_own_results_although_six_codes_changed(
    by_id: Folder, by_code: Folder
) -> None:
    right, found = evaluated(by_id), evaluated(by_code)
    assert found.organisations == right.organisations
    assert [id_ for id_ in right.organisations if figures(found, id_) != figures(right, id_)] == []
    trained = {id_: right.value(id_, "acheng.trained") for id_ in (ID[name] for name in SIX)}
    assert None not in trained.values()


def test_on_every_day_each_scheme_gives_a_street_its_own_code(by_code: Folder) -> None:
    units = {each.id: each for each in by_code.of(Organisation)}
    for name, id_ in ID.items():
        later = MCA.get(name, STATS[name])
        assert set(units[id_].codes(date(2026, 6, 30))) == {("stats", STATS[name]), ("mca", later)}
        assert set(units[id_].codes(CHANGE)) == {("stats", later), ("mca", later)}


def test_a_join_by_digits_would_credit_five_with_anothers_results_and_lose_the_sixth(
    by_id: Folder, tmp_path: Path
) -> None:
    right, wrong = by_id, example(tmp_path / "wrong", readings=by_digits(rows(ACHENG / "readings.csv")))
    assert disagreeing(right, wrong, STREETS) == {ID[name] for name in SIX}
    assert reported(wrong, "sheli") == reported(right, "shuangfeng")
    assert reported(wrong, "shuangfeng") == reported(right, "sheli")
    assert reported(wrong, "yangshu") == reported(right, "liaodian")
    assert reported(wrong, "liaodian") == reported(right, "feiketu")
    assert reported(wrong, "feiketu") == reported(right, "yangshu")
    assert reported(wrong, "jinlongshan") == Counter()
    assert reported(right, "jinlongshan") != Counter()


def test_the_join_by_digits_changes_what_is_computed_for_all_six(by_id: Folder, tmp_path: Path) -> None:
    right = evaluated(by_id)
    wrong = evaluated(example(tmp_path / "naive", readings=by_digits(rows(ACHENG / "readings.csv"))))
    changed = {id_ for id_ in STREETS if figures(right, id_) != figures(wrong, id_)}
    assert {ID[name] for name in SIX} <= changed
