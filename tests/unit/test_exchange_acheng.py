"""The example district: real names and codes, made-up figures, and every weak case beside an invented name."""

from __future__ import annotations

import csv
import importlib
import re
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from partybuilding.domain.appraisals import Appraisal
from partybuilding.domain.carriers import Carrier, Chain, ChainUnit
from partybuilding.domain.decisions import Decision
from partybuilding.domain.funding import Movement, balances
from partybuilding.domain.indicators import Addition, Agreement, Goal
from partybuilding.domain.lifecycles import Course, Step, follow
from partybuilding.domain.lists import COMMITMENT_LIFE, ITEM_LIFE, Item, PublicCommitment
from partybuilding.domain.organisations import Organisation, PartyBody
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.projects import Project
from partybuilding.domain.record import Record
from partybuilding.domain.sheets import Sheet
from partybuilding.domain.venues import Venue
from partybuilding.exchange import Folder, csv_text, read_folder
from partybuilding.mechanisms import projects

EXAMPLES = Path(__file__).parents[2] / "examples"
ACHENG = EXAMPLES / "acheng"
END = date(2026, 12, 31)
LIVES = {
    "foundation": projects.FOUNDATION_LIFE,
    "promotion": projects.PROMOTION_LIFE,
    "exploration": projects.EXPLORATION_LIFE,
}


@pytest.fixture(scope="module")
def acheng() -> Folder:
    return read_folder(ACHENG)


@pytest.fixture(scope="module")
def units(acheng: Folder) -> dict[str, Organisation]:
    return {each.id: each for each in acheng.of(Organisation)}


def figures(acheng: Folder, fact: str) -> Counter[str]:
    """What each organisation reported of a fact, over all its periods."""
    found: Counter[str] = Counter()
    for each in acheng.of(Sheet):
        if each.name == fact:
            found.update(dict(zip(each.organisations, each.figures, strict=True)))
    return found


def steps(acheng: Folder, record: Record) -> list[Step]:
    return [each for each in acheng.of(Step) if each.of == record.reference]


def rows(name: str) -> list[dict[str, str]]:
    with (ACHENG / "source" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# --- what is real -------------------------------------------------------------------------------------------------


def test_the_district_has_its_199_units_under_city_and_province(units: dict[str, Organisation]) -> None:
    real = [each for each in units.values() if not each.example]
    kinds = Counter(each.kind for each in real)
    assert kinds == {
        "province": 1, "city": 1, "district": 1, "street": 15, "town": 4, "zone": 1, "community": 69, "village": 109,
    }  # fmt: skip
    assert len(real) == 199 + 2
    parents = {each.id: each.parent("territory", END) for each in real}
    assert (parents["heilongjiang"], parents["harbin"], parents["acheng"]) == (None, "heilongjiang", "harbin")
    assert sum(parent == "acheng" for parent in parents.values()) == 20


def test_every_unit_has_its_own_code_for_statistics_and_stands_where_the_code_says(
    units: dict[str, Organisation],
) -> None:
    codes = {
        code: each.id for each in units.values() for scheme, code in each.codes(END) if scheme == "stats"
    }
    source = rows("acheng_units_2023.csv")
    assert codes.keys() == {row["code"] for row in source}
    for row in source:
        unit = units[codes[row["code"]]]
        assert unit.parent("territory", END) == codes.get(row["parent"])
        assert row["name"].startswith(unit.name.removesuffix("村").removesuffix("社区"))


def test_codes_of_both_schemes_are_joined_by_name_since_six_of_them_differ(
    units: dict[str, Organisation],
) -> None:
    by_name = {row["name"]: row["code"] for row in rows("acheng_townships_2025.csv")}
    both = {unit.name: dict(unit.codes(END)) for unit in units.values() if len(unit.codes(END)) == 2}
    assert {name: codes["mca"] for name, codes in both.items()} == by_name
    differing = {name for name, codes in both.items() if codes["mca"] != codes["stats"]}
    assert differing == {"双丰街道", "舍利街道", "料甸街道", "蜚克图街道", "杨树街道", "金龙山镇"}
    assert both["双丰街道"] == {"stats": "230112008", "mca": "230112009"}


def test_ids_are_plain_and_hold_no_code(units: dict[str, Organisation]) -> None:
    for id_ in units:
        assert id_.replace("-", "").isalnum()
        assert id_.isascii()
        assert "2301" not in id_


# --- what is invented ---------------------------------------------------------------------------------------------


def test_everything_invented_says_so_in_its_name(units: dict[str, Organisation], acheng: Folder) -> None:
    invented = [each for each in units.values() if each.example]
    assert all(each.name.startswith("示例") for each in invented)
    assert not any("示例" in each.name for each in units.values() if not each.example)
    assert [each.name for each in invented if each.kind == "village"] == [
        f"示例村{n:02}" for n in range(1, 13)
    ]
    kinds = Counter(each.kind for each in invented)
    assert 8 <= kinds["cooperative"] <= 10
    assert kinds["school"] == 1
    assert kinds["organ"] == 2
    assert kinds["non_public_enterprise"] + kinds["state_enterprise"] >= 4
    assert acheng.made_up


def test_the_second_line_has_its_own_root_and_is_not_in_the_territory(units: dict[str, Organisation]) -> None:
    sector = [each for each in units.values() if each.parent("sector", END) is not None]
    assert {each.parent("sector", END) for each in sector} == {"shili-liangxin"}
    assert all(each.parent("territory", END) is None and each.example for each in sector)
    assert units["shili-liangxin"].parent("sector", END) is None


def test_every_weak_case_stands_beside_an_invented_name(
    acheng: Folder, units: dict[str, Organisation]
) -> None:
    assert all(units[each.organisation].example for each in acheng.of(Item))
    assert all(
        units[each.subject].example for each in acheng.of(Decision) if each.matter in {"veto", "closing"}
    )
    for fact in ("acheng.incidents",):
        assert all(units[id_].example for id_, value in figures(acheng, fact).items() if value)
    assert all(units[id_].example for id_, level in figures(acheng, "acheng.plan_level").items() if level > 2)
    for each in acheng.of(Appraisal):
        if not units[each.organisation].example:
            assert each.score >= 850_000
            assert 10 * each.satisfied >= 9 * each.answered
    floors = {"village": 20_000, "community": 30_000}
    for venue in acheng.of(Venue):
        if venue.area < floors[units[venue.organisation].kind]:
            assert units[venue.organisation].example


def test_real_organisations_meet_as_often_as_is_asked(acheng: Folder, units: dict[str, Organisation]) -> None:
    least = {
        "general_meetings": 4,
        "committee_meetings": 12,
        "party_days": 12,
        "party_classes": 1,
        "life_meetings": 1,
    }
    assessed = {
        id_ for id_, unit in units.items() if unit.kind in {"street", "town", "zone", "village", "community"}
    }
    for fact, number in least.items():
        held = figures(acheng, fact)
        short = {id_ for id_ in assessed if held[id_] < number}
        assert short <= {"shili-02", "shili-03", "shili-05", "shili-07"}
        assert "shili-05" not in held


def test_the_examples_hold_each_kind_of_weak_case(acheng: Folder) -> None:
    assert figures(acheng, "acheng.plan_level")["shili-03"] == 4
    assert [each.subject for each in acheng.of(Decision) if each.matter == "veto"] == ["shili-04"]
    reporting = {id_ for each in acheng.of(Sheet) if each.starts.year == 2026 for id_ in each.organisations}
    assert "shili-05" not in reporting
    assert figures(acheng, "members")["shili-05"] > 0
    before, after = (each for each in acheng.of(Venue) if each.organisation == "shili-06")
    assert (before.area, after.area, after.build, before.ends) == (15_000, 26_000, "expanded", after.starts)


# --- members and money --------------------------------------------------------------------------------------------


def test_branches_are_as_large_as_in_the_nation(acheng: Folder) -> None:
    members, full = figures(acheng, "members"), figures(acheng, "full_members")
    seated = {body.seat: body.kind for body in acheng.of(PartyBody)}
    single = [members[id_] for id_, kind in seated.items() if kind == "branch" and id_ in members]
    assert 20 <= sum(single) / len(single) <= 24
    assert max(single) <= 50
    assert all(3 <= full[id_] <= members[id_] for id_ in members)
    assert 8_000 <= sum(members.values()) <= 14_000


def test_a_body_is_of_the_kind_that_its_members_make(acheng: Folder, units: dict[str, Organisation]) -> None:
    members = figures(acheng, "members")
    for body in acheng.of(PartyBody):
        if units[body.seat].kind in {"village", "community"}:
            expected = "committee" if members[body.seat] >= 100 else body.kind
            assert body.kind == expected
            assert body.kind in {"branch", "general_branch", "committee"}
            assert body.superior == f"{units[body.seat].parent('territory', END)}-committee"


def test_every_body_that_signs_has_the_four_posts_and_a_holder_each(acheng: Folder) -> None:
    posts = {(each.body, each.role): each.id for each in acheng.of(Post)}
    held = {each.post for each in acheng.of(Tenure) if each.holds(date(2026, 1, 1))}
    for body in acheng.of(PartyBody):
        if body.kind not in {"organization_department", "leading_group"}:
            roles = [posts[body.id, role] for role in ("secretary", "deputy", "officer", "discipline")]
            assert set(roles) <= held
    by_id = {each.id: each for each in acheng.of(PartyBody)}
    assert by_id["acheng-committee"].superior == "harbin-committee"
    assert posts["acheng-organization", "supervisor"] in held


def test_holders_are_random_ids(acheng: Folder) -> None:
    holders = [each.holder for each in acheng.of(Tenure)]
    assert len(set(holders)) == len(holders)
    assert all(re.fullmatch(r"h-[0-9a-f]{10}", each) for each in holders)


def test_twenty_yuan_a_member_reach_every_node_exactly(
    acheng: Folder, units: dict[str, Organisation]
) -> None:
    members = figures(acheng, "members")
    inside = {id_ for id_, unit in units.items() if unit.parent("territory", END) is not None} - {"harbin"}
    movements = [each for each in acheng.of(Movement) if {leg.purpose for leg in each.legs} == {"education"}]
    (budget,) = (each for each in movements if each.kind == "budget")
    assert max(leg.amount for leg in budget.legs) == 2_000 * sum(members[id_] for id_ in inside)
    kept = balances(each for each in movements if each.kind in {"budget", "allocate"})
    free = {account.organisation: amount for account, amount in kept.items() if account.pocket == "free"}
    assert free == {id_: 2_000 * members[id_] for id_ in inside}


def test_nobody_ever_holds_less_than_nothing(acheng: Folder) -> None:
    movements = sorted(acheng.of(Movement), key=lambda each: each.day)
    days = sorted({each.day for each in movements})
    for day in days:
        held = balances(each for each in movements if each.day <= day)
        assert all(amount >= 0 for account, amount in held.items() if account.pocket != "source")
    assert {each.kind for each in movements} >= {"budget", "allocate", "commit", "pay", "release", "reverse"}


# --- targets, projects, carriers, lists ---------------------------------------------------------------------------


def test_three_cascades_start_at_the_district_with_a_reserve_a_lock_and_an_addition(acheng: Folder) -> None:
    goals = acheng.of(Goal)
    assert {each.indicator for each in goals if each.organisation == "acheng" and each.amount} == {
        "acheng.training",
        "acheng.admission",
        "acheng.service",
    }
    assert any(each.amount is None and each.reserve and each.organisation != "acheng" for each in goals)
    (lock,), (more,) = acheng.of(Agreement), acheng.of(Addition)
    assert lock.reason
    assert more.reason
    assert lock.organisation.startswith("shili")
    assert more.organisation == "shili"


def project_courses(acheng: Folder) -> dict[str, Course]:
    return {each.id: follow(LIVES[each.type], steps(acheng, each)) for each in acheng.of(Project)}


def test_two_projects_of_each_type_go_through_their_gates(
    acheng: Folder, units: dict[str, Organisation]
) -> None:
    types = Counter({each.id: each.type for each in acheng.of(Project)}.values())
    assert all(types[name] >= 2 for name in LIVES)
    courses = project_courses(acheng)
    taken = {id_: {step.name for step in course.taken} for id_, course in courses.items()}
    organisation = {each.id: each.organisation for each in acheng.of(Project)}
    assert [organisation[id_] for id_, names in taken.items() if "extend" in names] == ["shili"]
    assert [organisation[id_] for id_, names in taken.items() if "repair" in names] == ["shili"]
    (promoted,) = (id_ for id_, names in taken.items() if "promote" in names)
    rungs = [each.rung for each in acheng.of(Project) if each.id == promoted]
    assert rungs[0] == "innovation"
    assert rungs[-1] == "demonstration"
    assert not units[organisation[promoted]].example
    assert {course.state for course in courses.values()} >= {"passed", "promoted", "learnt", "midterm"}


def test_every_gate_has_the_documents_that_its_type_asks_for(acheng: Folder) -> None:
    asked = {each.name: each for each in projects.rules()}
    for project in {each.id: each for each in acheng.of(Project)}.values():
        for step in steps(acheng, project):
            given = {each.reference for each in step.evidence}
            assert given >= set(asked[project.type].asked(step.name))


def test_two_chains_of_five_links_have_gaps_and_dormant_units(
    acheng: Folder, units: dict[str, Organisation]
) -> None:
    assert [len(each.links) for each in acheng.of(Chain)] == [5, 5]
    chain_units = acheng.of(ChainUnit)
    dormant = [each for each in chain_units if each.dormant]
    assert len(dormant) == 2
    assert all(each.reason for each in dormant)
    covered = {id_ for each in acheng.of(Carrier) for id_ in each.covers}
    gaps = [each for each in chain_units if each.id not in covered and not each.dormant]
    assert {each.link for each in gaps} >= {"marketing", "processing"}
    assert all(units[each.unit].example and units[each.organisation].example for each in chain_units)
    assert {each.model for each in acheng.of(Carrier)} >= {"branch_association", "branch_cooperative"}


def test_problems_are_overdue_on_several_rungs_and_one_came_back(acheng: Folder) -> None:
    overdue = []
    for item in acheng.of(Item):
        course = follow(ITEM_LIFE, steps(acheng, item))
        if not course.closed:
            overdue.append((END - (course.until(item.due) or item.due)).days)
        if course.count("reopen"):
            assert item.id == "shili-08-paishui"
            assert course.state == "rectifying"
    rungs = {sum(days >= after for after in (1, 8, 16, 31, 61)) for days in overdue if days > 0}
    assert len(rungs) >= 3
    assert {each.channel for each in acheng.of(Item)} == {
        "masses",
        "self",
        "colleague",
        "superior",
        "supervision",
    }


def test_commitments_of_real_streets_are_fulfilled_and_appraised(
    acheng: Folder, units: dict[str, Organisation]
) -> None:
    states: dict[bool, set[str]] = {True: set(), False: set()}
    for each in acheng.of(PublicCommitment):
        states[units[each.organisation].example].add(follow(COMMITMENT_LIFE, steps(acheng, each)).state)
    assert states[False] == {"appraised"}
    assert states[True] == {"appraised", "posted"}


def test_no_record_takes_two_steps_on_one_day(acheng: Folder) -> None:
    assert max(Counter((each.of, each.day) for each in acheng.of(Step)).values()) == 1


# --- the files ----------------------------------------------------------------------------------------------------


def test_the_script_makes_just_the_files_that_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    made = importlib.import_module("make_acheng").files()
    assert len(made) == 10
    for name, content in made.items():
        assert (ACHENG / name).read_bytes() == content, (
            f"run examples/make_acheng.py: {name} is not what it makes"
        )


def test_the_script_writes_its_files(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    (tmp_path / "examples" / "acheng" / "readings.csv").unlink()
    subprocess.run([sys.executable, "examples/make_acheng.py"], cwd=tmp_path, check=True)
    copy = tmp_path / "examples" / "acheng"
    assert {each.name: each.read_bytes() for each in copy.glob("*.csv")} == {
        each.name: each.read_bytes() for each in ACHENG.glob("*.csv")
    }


def test_a_copy_in_gb18030_reads_the_same(acheng: Folder, tmp_path: Path) -> None:
    shutil.copytree(ACHENG, tmp_path / "copy")
    for name in ("organisations.csv", "items.csv", "bodies.csv", "district.toml"):
        path = tmp_path / "copy" / name
        path.write_bytes(path.read_text("utf-8-sig").encode("gb18030"))
    copy = read_folder(tmp_path / "copy")
    assert copy.records == acheng.records
    assert {each.code for each in copy.warnings} == {"read-as-gb18030"}


def test_what_is_read_and_written_again_is_the_same_file(acheng: Folder) -> None:
    assert acheng.warnings == ()
    for path in sorted(ACHENG.glob("*.csv")):
        text = path.read_text("utf-8-sig")
        header, *cells = csv.reader(text.splitlines())
        assert csv_text(header, cells) == text, path.name
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
