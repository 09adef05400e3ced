"""The rules of Acheng on a district of one street and two villages, with scores worked out by hand."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import pytest

import partybuilding_acheng as acheng
from partybuilding import mechanisms
from partybuilding.domain.appraisals import Appraisal, Voice
from partybuilding.domain.decisions import Decision
from partybuilding.domain.indicators import Goal
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.lists import Item, PublicCommitment
from partybuilding.domain.organisations import Alias, Organisation, PartyBody, Placement
from partybuilding.domain.record import Record
from partybuilding.domain.schemes import GradeScale, Scheme
from partybuilding.domain.sheets import Sheet, sheet
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.venues import Venue
from partybuilding.engine.result import Result
from partybuilding.engine.run import evaluate
from partybuilding.extension.catalogue import Catalogue
from partybuilding.extension.declarations import ScoringRule
from partybuilding.extension.expressions import read, trace
from partybuilding.extension.host import PluginHost
from partybuilding.money import Rate
from partybuilding_acheng import assessment, columns, figures

YEAR_END = date(2026, 12, 31)
THIS_YEAR, LAST_YEAR = (date(2026, 1, 1), date(2027, 1, 1)), (date(2025, 1, 1), date(2026, 1, 1))
VILLAGES = ("shili-01", "shili-02")


HOST = PluginHost.of({"national": mechanisms, "acheng": acheng})
SCHEMES = {each.name: each for each in acheng.partybuilding_rules() if isinstance(each, Scheme)}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return HOST.catalogue()


def organisation(id_: str, kind: str, parent: str | None = None, code: str | None = None) -> Organisation:
    placements = () if parent is None else (Placement(parent=parent),)
    aliases = () if code is None else (Alias(scheme="stats", code=code),)
    return Organisation(id=id_, name=id_, kind=kind, placements=placements, aliases=aliases, example=True)


ORGANISATIONS = (
    organisation("heilongjiang", "province", code="23"),
    organisation("harbin", "city", "heilongjiang", "2301"),
    organisation("acheng", "district", "harbin", "230112"),
    organisation("shili", "street", "acheng"),
    organisation("shili-01", "village", "shili"),
    organisation("shili-02", "village", "shili"),
)
LAST_YEARS = {"members": (40, 60), "full_members": (38, 55), "households": (300, 500)}
REPORTED = {
    "general_meetings": (4, 4), "committee_meetings": (12, 12), "party_days": (11, 12), "party_classes": (1, 1),
    "life_meetings": (1, 1), "acheng.trained": (63, 126), "acheng.admitted": (1, 2), "acheng.services": (30, 50),
    "acheng.plan_level": (2, 1), "acheng.daily_score": (35_000, 40_000), "acheng.incidents": (0, 0),
    "acheng.honours": (1, 0),
}  # fmt: skip


def sheets(given: Mapping[str, tuple[int, int]], days: tuple[date, date]) -> list[Sheet]:
    return [
        sheet(
            name=name, unit="", starts=days[0], ends=days[1], figures=dict(zip(VILLAGES, pair, strict=True))
        )
        for name, pair in given.items()
    ]


def appraisals(where: str) -> Iterator[Appraisal]:
    counts = {"masses": (50, 40, 24), "superior": (5, 5, 5)}
    scores: tuple[tuple[Voice, int], ...] = (("superior", 900_000), ("masses", 800_000))
    for voice, score in scores:
        asked, answered, satisfied = counts[voice]
        yield Appraisal(
            id=f"{where}-{voice}", day=date(2026, 12, 20), year=2026, organisation=where, voice=voice, score=score,
            asked=asked, answered=answered, satisfied=satisfied,
        )  # fmt: skip


def goal(indicator: str, amount: int) -> Goal:
    return Goal(id=f"goal/{indicator}", organisation="acheng", indicator=indicator, year=2026, amount=amount)


def snapshot(*, replaced: Iterable[Record] = (), on: date = YEAR_END) -> Snapshot:
    records: list[Record] = [
        *ORGANISATIONS, *sheets(LAST_YEARS, LAST_YEAR), *sheets(REPORTED, THIS_YEAR),
        *(each for where in VILLAGES for each in appraisals(where)),
        *(goal(f"acheng.{name}", amount) for name, amount in (("training", 210), ("admission", 4), ("service", 80))),
        *(Venue(id=f"{where}-venue", organisation=where, name="村部", area=20_000) for where in VILLAGES),
        PartyBody(id="b1", name="村党支部", kind="branch", seat="shili-01"),
        PartyBody(id="b2", name="村党总支", kind="general_branch", seat="shili-02"),
    ]  # fmt: skip
    held = {f"{each.noun}:{each.id}": each for each in records}
    held |= {f"{each.noun}:{each.id}": each for each in replaced}
    by_noun: dict[str, list[Record]] = {}
    for _, each in sorted(held.items()):
        by_noun.setdefault(each.noun, []).append(each)
    return Snapshot(
        on=on, known=1, head="0", records={noun: tuple(each) for noun, each in by_noun.items()}, root="acheng"
    )


@pytest.fixture(scope="module")
def result(catalogue: Catalogue) -> Result:
    return evaluate(snapshot(), catalogue, year=2026, fresh=True)


def replace_reading(name: str, pair: tuple[int, int]) -> list[Sheet]:
    return sheets({name: pair}, THIS_YEAR)


# --- the year ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "targets"),
    [("acheng.training", (84, 126)), ("acheng.admission", (2, 2)), ("acheng.service", (30, 50))],
)
def test_targets_come_down_by_members_and_by_households(
    result: Result, indicator: str, targets: tuple[int, int]
) -> None:
    assert tuple(result.raw(where, f"{indicator}.target") for where in VILLAGES) == targets
    assert result.raw("shili", f"{indicator}.target") == sum(targets)


@pytest.mark.parametrize(
    ("indicator", "score"),
    [
        ("general_meeting", 60_000),
        ("committee_meeting", 60_000),
        ("party_day", 50_000),  # one of twelve is missing
        ("party_class", 40_000),
        ("life_meeting", 40_000),
        ("acheng.training", 75_000),  # 63 of 84
        ("acheng.admission", 50_000),  # one of two is missing
        ("acheng.service", 80_000),
        ("acheng.venue", 80_000),
        ("acheng.coverage", 60_000),  # no unit on any chain
        ("acheng.rectification", 100_000),  # no problem was due
        ("acheng.satisfaction", 60_000),  # 24 of 40 is exactly the floor
        ("acheng.appraisal", 68_800),  # 0.6 × 90 + 0.4 × 80 = 86 of 100
        ("acheng.plan", 32_000),
        ("acheng.daily", 35_000),
        ("acheng.incident", 40_000),
        ("acheng.honour", 10_000),
    ],
)
def test_a_village_has_the_score_worked_out_by_hand(result: Result, indicator: str, score: int) -> None:
    assert result.raw("shili-01", f"{indicator}.score") == score


def test_the_total_is_the_sum_with_the_bonus_and_earns_its_grade(result: Result) -> None:
    assert result.raw("shili-01", "total_score") == 940_800
    assert result.raw("shili-01", "grade") == 0
    assert result.raw("shili-01", "overall_points") == 282_240


def test_a_street_that_did_not_report_its_own_work_is_not_assessable(result: Result) -> None:
    assert result.raw("shili", "total_score") is None
    assert result.raw("shili", "acheng.training.score") == 126_000  # 189 of 210


def test_twenty_yuan_a_member_are_due_to_every_village_and_to_the_district(result: Result) -> None:
    assert [result.raw(where, "entitlement") for where in VILLAGES] == [80_000, 120_000]
    assert result.raw("acheng", "entitlement_all") == 200_000


def test_the_only_thing_to_look_at_is_the_party_day_that_was_left_out(result: Result) -> None:
    found = [(each.organisation, each.rule, each.modality) for each in result.findings if each.organisation]
    assert found == [("shili-01", "party_days_held", "normally")]


def test_what_falls_short_is_found_with_its_source(catalogue: Catalogue) -> None:
    small = Venue(id="shili-02-venue", organisation="shili-02", name="村部", area=19_999)
    lone = PartyBody(id="b2", name="村党支部", kind="branch", seat="shili-02")
    found = evaluate(snapshot(replaced=(small, lone)), catalogue, year=2026, fresh=True)
    rules = {(each.rule, each.modality) for each in found.findings if each.organisation == "shili-02"}
    assert rules == {("venue_floor", "must"), ("branch_size", "normally"), ("village_general_branch", "may")}
    assert found.raw("shili-02", "acheng.venue.score") == 0
    assert found.raw("shili", "acheng.venue.score") == 0  # one of two, below 60 %


def test_only_a_decision_brings_a_veto_and_it_caps_the_total(catalogue: Catalogue) -> None:
    veto = Decision(
        id="d1", day=YEAR_END, body="b1", document="阿党办〔2026〕1号", matter="veto", subject="shili-01",
        outcome="vetoed", year=2026,
    )  # fmt: skip
    other = Decision(
        id="d2", day=YEAR_END, body="b1", document="阿党办〔2026〕2号", matter="grade", subject="shili-02",
        outcome="good", year=2026,
    )  # fmt: skip
    found = evaluate(snapshot(replaced=(veto, other)), catalogue, year=2026, fresh=True)
    assert [found.raw(where, "acheng.vetoed") for where in VILLAGES] == [1, 0]
    assert (found.raw("shili-01", "total_score"), found.raw("shili-01", "grade")) == (590_000, 3)
    assert found.raw("shili-02", "grade") == 0


def test_honours_beyond_the_cap_bring_no_more(catalogue: Catalogue) -> None:
    found = evaluate(
        snapshot(replaced=replace_reading("acheng.honours", (9, 0))), catalogue, year=2026, fresh=True
    )
    assert found.raw("shili-01", "total_score") == 940_800 + 40_000


# --- what is declared -------------------------------------------------------------------------------------------------


def test_every_scheme_sums_to_a_hundred_over_at_least_ten_indicators() -> None:
    assert set(SCHEMES) == {"acheng.villages", "acheng.streets"}
    for each in SCHEMES.values():
        assert sum(points for _, points in each.points) == 100 * 10_000
        assert len(each.points) >= 10
        assert (each.bonus_cap, each.veto, each.veto_cap) == (50_000, "acheng.vetoed", 590_000)
        assert (each.place, each.scale) == (("stats", "230112"), "acheng.four")


def test_the_schemes_use_every_way_of_scoring() -> None:
    villages = SCHEMES["acheng.villages"]
    indicators = {each.value.name: each.value for each in HOST.catalogue().indicators}
    used = {indicators[name].scoring for name, _ in (*villages.points, *villages.bonus)}
    rules = {each.value.name for each in HOST.catalogue().motions if isinstance(each.value, ScoringRule)}
    assert used == rules


def test_every_indicator_in_a_letter_has_a_number_a_time_and_a_standard() -> None:
    for each in acheng.partybuilding_indicators():
        assert each.target in {"cascade", "standard"} or each.name == "acheng.honour"
        assert each.asks.zh
        assert each.evidence.zh
        assert each.due == (12, 31)


def test_full_marks_of_the_department_are_the_points_of_the_schemes() -> None:
    whole = {each.name: each.value for each in figures.targets()}["acheng.daily.whole"]
    points = [assessment.VILLAGE_POINTS["acheng.daily"], assessment.STREET_POINTS["acheng.daily"]]
    assert [int(each) * 10_000 for each in points] == [whole, whole]


def test_weights_of_the_appraisal_are_a_whole() -> None:
    weights: dict[str, Any] = {each.name: each.value for each in figures.standards()}
    assert weights["superior_weight"] + weights["masses_weight"] == 10_000


def test_figures_say_whether_they_are_made_up_or_from_the_founding_document() -> None:
    confidence = {each.name: each.source.confidence for each in figures.standards()}
    assert {name for name, word in confidence.items() if word != "made_up"} == {"per_head"}
    assert confidence["per_head"] == "B"
    named = {each.name: each.value for each in figures.standards() if each.name != "venue_least"}
    assert (named["per_head"], named["overall_weight"], named["training_hours_member"]) == (
        2_000,
        Rate(3, 10),
        32,
    )


@pytest.mark.parametrize(("members", "cap"), [(0, 1), (8, 1), (30, 2), (29, 1), (1_000, 50)])
def test_admissions_are_capped_by_a_share_of_the_members(members: int, cap: int) -> None:
    assert (
        read(trace(columns.admission_cap).body, {"members_all": members}, {"admission_most": Rate(5, 100)})
        == cap
    )


@pytest.mark.parametrize(
    ("overdue", "rung"),
    [(0, None), (1, "remind"), (7, "remind"), (8, "supervise"), (15, "supervise"), (16, "talk"), (30, "talk"),
     (31, "circular"), (60, "circular"), (61, "propose_accountability")],
)  # fmt: skip
def test_the_ladder_proposes_by_days_overdue(overdue: int, rung: str | None) -> None:
    proposed = assessment.ladder().proposed(overdue)
    assert (None if proposed is None else proposed.name) == rung


@pytest.mark.parametrize(("total", "grade"), [(900_000, "好"), (899_999, "较好"), (800_000, "较好"), (600_000, "一般"), (599_999, "差")])  # fmt: skip
def test_grades_turn_exactly_at_their_cuts(total: int, grade: str) -> None:
    (scale,) = [each for each in acheng.partybuilding_rules() if isinstance(each, GradeScale)]
    assert scale.grade(total).label.zh == grade


# --- structure --------------------------------------------------------------------------------------------------------


def problem(id_: str, found: date) -> Item:
    return Item(
        id=id_, day=found, organisation="shili-02", text="路灯不亮", channel="masses", owner="p", lead="b2",
        measures="修复", baseline="不亮", target="全亮", due=date(2026, 12, 31),
    )  # fmt: skip


def taken(id_: str, name: str) -> Step:
    return Step(id=f"{id_}-{name}", of=f"item:{id_}", name=name, day=date(2026, 6, 1), post="p")


def findings(*records: Record) -> list[tuple[str, str | None]]:
    return [(each.code, each.organisation) for each in HOST.check(snapshot(replaced=records))]


def test_a_village_without_any_venue_is_found_and_a_street_is_not() -> None:
    assert findings() == []
    assert findings(organisation("shili-03", "village", "shili")) == [("acheng.no-venue", "shili-03")]
    assert findings(organisation("shili-04", "street", "acheng")) == []


def test_a_problem_without_public_commitment_is_found_after_thirty_days() -> None:
    found = ("acheng.no-commitment", "shili-02")
    assert findings(problem("i1", date(2026, 12, 2))) == []
    assert findings(problem("i1", date(2026, 12, 1))) == [found]
    assert findings(problem("i1", date(2026, 5, 1)), taken("i1", "rectify")) == [found]


@pytest.mark.parametrize("step", ["commit", "close"])
def test_a_problem_committed_to_or_closed_is_in_order(step: str) -> None:
    assert findings(problem("i1", date(2026, 5, 1)), taken("i1", step)) == []


def test_a_public_commitment_of_its_own_counts_too() -> None:
    promise = PublicCommitment(
        id="c1", day=date(2026, 5, 5), body="b2", organisation="shili-02", item="i1", text="修好路灯", baseline="不亮",
        target="全亮", due=date(2026, 8, 1),
    )  # fmt: skip
    assert findings(problem("i1", date(2026, 5, 1)), promise) == []


def test_the_example_lies_inside_the_package() -> None:
    assert acheng.data_folder().parent.name == "partybuilding_acheng"
