"""The national rules: columns, checks and hooks, with figures worked out by hand."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partybuilding import mechanisms
from partybuilding.domain.letters import Letter, Line
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.lists import Item
from partybuilding.domain.responsibilities import Responsibilities
from partybuilding.extension.declarations import Check, Formula, Pairs, Rollup, ScoringRule, Tally
from partybuilding.extension.expressions import Expression, Kind, kinds, read, trace
from partybuilding.extension.host import PluginHost
from partybuilding.mechanisms import accountability, bottom_lines, carriers, funding, targets, venues
from partybuilding.money import Rate
from partybuilding.testing.worlds import World, small_district

INDICATORS = tuple(mechanisms.partybuilding_indicators())
STANDARDS = tuple(mechanisms.partybuilding_standards())
MOTIONS = tuple(mechanisms.partybuilding_formulas())
RULES = tuple(mechanisms.partybuilding_rules())
BY_NAME: dict[str, Any] = {each.name: each for each in MOTIONS}
YEAR = {"year_starts": date(2026, 1, 1).toordinal(), "year_ends": date(2026, 12, 31).toordinal()}


def said(function: Callable[..., Expression], **given_: Any) -> Any:
    traced = trace(function)
    columns = {name: given_[name] for name in traced.columns}
    return read(traced.body, columns, {name: given_[name] for name in traced.standards})


def day(month: int, number: int, *, year: int = 2026) -> int:
    return date(year, month, number).toordinal()


# --- what is declared -------------------------------------------------------------------------------------------------


def test_the_national_rules_fit_together_and_every_function_says_a_rule() -> None:
    host = PluginHost.of({"national": mechanisms})
    assert len(host.catalogue().motions) == len(MOTIONS)
    known = {*BY_NAME, "today", "year_starts", "year_ends", "this_year", "total_score"}
    named = {each.name for each in STANDARDS}
    for each in MOTIONS:
        if isinstance(each, (Formula, Check)):
            traced = trace(each.function)
            assert set(traced.columns) <= known, each.name
            assert set(traced.standards) <= named, each.name
        elif isinstance(each, (Tally, Pairs)) and each.function is not None:
            assert not trace(each.function).standards, each.name


def test_every_name_is_bare_and_has_a_label_in_both_languages() -> None:
    declared: tuple[Any, ...] = (*INDICATORS, *STANDARDS, *MOTIONS, *RULES)
    for each in declared:
        label = each.says if isinstance(each, Check) else each.label
        assert "." not in each.name
        assert label.zh
        assert label.en


def test_the_five_indicators_have_number_time_standard_source_and_one_piece_of_evidence() -> None:
    assert [(each.name, each.numerator, each.target_standard, each.scoring) for each in INDICATORS] == [
        ("general_meeting", "general_meetings", "general_meeting_least", "shortfall"),
        ("committee_meeting", "committee_meetings", "committee_meeting_least", "shortfall"),
        ("party_day", "party_days", "party_day_least", "shortfall"),
        ("party_class", "party_classes", "party_class_least", "all_or_nothing"),
        ("life_meeting", "life_meetings", "life_meeting_least", "all_or_nothing"),
    ]
    names = {each.name for each in STANDARDS}
    for each in INDICATORS:
        assert each.target_standard in names
        assert isinstance(BY_NAME[each.scoring], ScoringRule)
        assert each.due == (12, 31)
        assert each.asks.zh
        assert each.source.confidence == "S"
        assert each.evidence.zh


def test_the_nation_ships_no_scheme_no_grades_and_no_ladder() -> None:
    assert {type(each).__name__ for each in RULES} == {"ProjectType", "CarrierModel", "ResponsibilityKind"}


def test_collective_responsibility_lies_with_the_body_and_the_others_with_its_posts() -> None:
    kinds_ = {each.layer: each.role for each in accountability.rules()}
    assert kinds_ == {"collective": None, "primary": "secretary", "specific": "deputy", "direct": "officer"}


def test_an_alliance_and_a_functional_group_cover_by_work_only() -> None:
    covers = {each.name: each.covers for each in carriers.rules()}
    assert {name for name, ways in covers.items() if ways == ("work",)} == {"alliance", "functional_group"}
    assert covers["branch_association"] == ("organisation", "work")


def test_problems_are_answered_for_by_the_organisation_that_has_them() -> None:
    items = [
        Item(
            id=f"i{number}", day=date(2026, 3, 1), organisation=where, text="路灯不亮", channel="masses", owner="p",
            lead="b", measures="修复", baseline="不亮", target="全亮", due=date(2026, 4, 1),
        )
        for number, where in enumerate(("shili-02", "shili-01"))
    ]  # fmt: skip
    assert tuple(mechanisms.partybuilding_responsible_party(items)) == ("shili-02", "shili-01")


def test_a_column_of_a_whole_area_sums_the_column_of_the_same_name() -> None:
    rollups = [each for each in MOTIONS if isinstance(each, Rollup)]
    assert all(each.name == f"{each.of}_all" and each.of in BY_NAME for each in rollups)
    assert all(each.unit == BY_NAME[each.of].unit for each in rollups)
    assert {each.of for each in rollups if each.by == "union"} == {
        "units_active", "units_covered", "links", "links_covered",
    }  # fmt: skip


def test_people_are_those_of_the_end_of_last_year() -> None:
    assert {each.name for each in targets.facts() if getattr(each, "lag", 0) == 1} == {
        "members", "full_members", "households",
    }  # fmt: skip


# --- bottom lines -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("full", "bodies", "holds"), [(2, 0, 1), (3, 0, 0), (3, 1, 1), (None, 0, None)])
def test_three_full_members_must_have_an_organisation(
    full: int | None, bodies: int, holds: int | None
) -> None:
    assert said(bottom_lines.branch_where_due, full_members=full, bodies=bodies, branch_least_full=3) == holds


@pytest.mark.parametrize(
    ("members", "branches", "general", "committees", "holds"),
    [
        (50, 1, 0, 0, 1),
        (51, 1, 0, 0, 0),
        (51, 2, 0, 0, 1),
        (51, 1, 1, 0, 1),
        (120, 1, 0, 1, 1),
        (2, 0, 0, 0, 1),
    ],
)
def test_a_branch_above_fifty_is_normally_split_or_upgraded(
    members: int, branches: int, general: int, committees: int, holds: int | None
) -> None:
    found = said(
        bottom_lines.branches_not_too_large, members=members, branches=branches, general_branches=general,
        committees=committees, branch_most=50,
    )  # fmt: skip
    assert found == holds
    assert BY_NAME["branch_size"].modality == "normally"


@pytest.mark.parametrize(
    ("members", "general", "committees", "holds"),
    [(50, 0, 0, 1), (51, 0, 0, 0), (51, 1, 0, 1), (51, 0, 1, 1)],
)
def test_a_village_above_fifty_is_told_that_it_may(
    members: int, general: int, committees: int, holds: int | None
) -> None:
    found = said(
        bottom_lines.general_branch_possible, members=members, general_branches=general, committees=committees,
        village_general_branch_above=50,
    )  # fmt: skip
    assert found == holds
    check = BY_NAME["village_general_branch"]
    assert (check.modality, check.kinds, check.approver) == ("may", {"village"}, "township")


@pytest.mark.parametrize(("members", "committees", "holds"), [(99, 0, 1), (100, 0, 0), (100, 1, 1)])
def test_a_village_of_a_hundred_may_and_a_state_enterprise_must_have_a_committee(
    members: int, committees: int, holds: int | None
) -> None:
    given_ = {"members": members, "committees": committees}
    assert said(bottom_lines.village_committee_possible, **given_, village_committee_least=100) == holds
    assert said(bottom_lines.enterprise_committee_due, **given_, enterprise_committee_least=100) == holds
    village, enterprise = BY_NAME["village_committee"], BY_NAME["enterprise_committee"]
    assert (village.modality, village.approver, enterprise.modality) == ("may", "district", "must")


@pytest.mark.parametrize(
    ("on", "held", "holds"),
    [
        ((1, 1), 0, 1),
        ((4, 1), 0, 1),  # 91 of 365 days: a quarter is not over yet
        ((4, 2), 0, 0),
        ((4, 2), 1, 1),
        ((12, 30), 3, 1),
        ((12, 31), 3, 0),
        ((12, 31), 4, 1),
    ],
)
def test_meetings_are_asked_for_as_the_year_goes_on(
    on: tuple[int, int], held: int, holds: int | None
) -> None:
    given_ = {**YEAR, "today": day(*on)}
    assert (
        said(bottom_lines.general_meetings_held, general_meetings=held, general_meeting_least=4, **given_)
        == holds
    )


@pytest.mark.parametrize(
    ("function", "fact", "least"),
    [
        (bottom_lines.party_days_held, "party_days", 12),
        (bottom_lines.party_classes_given, "party_classes", 1),
        (bottom_lines.life_meetings_held, "life_meetings", 1),
        (bottom_lines.general_meetings_held, "general_meetings", 4),
    ],
)
def test_at_the_end_of_the_year_and_after_it_the_whole_frequency_counts(
    function: Callable[..., Expression], fact: str, least: int
) -> None:
    (standard,) = trace(function).standards
    for today in (day(12, 31), day(2, 1, year=2027)):
        held = [
            said(function, **{fact: times, standard: least}, **YEAR, today=today)
            for times in (least - 1, least)
        ]
        assert held == [0, 1]


def test_committee_meetings_are_asked_only_of_branches_that_have_a_committee() -> None:
    given_ = {**YEAR, "today": day(12, 31), "committee_meeting_least": 12, "branch_committee_least_full": 7}
    found = [
        said(bottom_lines.committee_meetings_held, committee_meetings=held, full_members=full, **given_)
        for held, full in ((11, 7), (12, 7), (0, 6))
    ]
    assert found == [0, 1, 1]


def test_a_venue_keeps_its_floor_and_nobody_spends_what_is_not_there() -> None:
    assert [
        said(bottom_lines.venue_large_enough, venue_area=area, venue_required=20_000)
        for area in (19_999, 20_000)
    ] == [0, 1]
    assert said(bottom_lines.venue_large_enough, venue_area=10, venue_required=None) is None
    assert [said(bottom_lines.not_overspent, free=free) for free in (-1, 0)] == [0, 1]


def test_bodies_count_from_the_day_they_begin() -> None:
    assert [said(bottom_lines.begun, starts=starts, today=100) for starts in (None, 100, 101)] == [1, 1, 0]
    tallies = {each.name: each.where["kind"] for each in bottom_lines.bodies()}
    assert set(tallies["branches"] + tallies["general_branches"] + tallies["committees"]) == set(
        tallies["bodies"]
    )


# --- carriers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dormant", "covered", "active", "both"),
    [(None, 1, 1, 1), (None, 0, 1, 0), (100, 1, 0, 0), (101, 1, 1, 1)],
)
def test_a_dormant_unit_is_neither_covered_nor_to_be_covered(
    dormant: int | None, covered: int, active: int, both: int
) -> None:
    assert said(carriers.active, dormant=dormant, today=100) == active
    body = trace(carriers.active_and_covered).body
    assert kinds(body, {"dormant": Kind.NUMBER, "today": Kind.NUMBER, "covered": Kind.TRUTH}) is Kind.TRUTH
    assert read(body, {"dormant": dormant, "today": 100, "covered": covered}, {}) == both


def test_carriers_earn_by_the_units_they_cover() -> None:
    assert said(carriers.carrier_incentive_all, units_covered_all=7, incentive_per_unit=50_000) == 350_000


# --- funding ----------------------------------------------------------------------------------------------------------


def test_twenty_yuan_a_member_is_exact() -> None:
    assert said(funding.entitlement, members=9_973, per_head=2_000) == 19_946_000


@pytest.mark.parametrize(
    ("households", "least", "per_100", "required"),
    [
        (None, None, None, None),
        (5_000, 20_000, None, 20_000),
        (500, 20_000, 3_000, 20_000),
        (1_001, 20_000, 3_000, 30_030),
        (1_000, None, 3_000, 30_000),
        (None, 20_000, 3_000, 20_000),
    ],
)
def test_a_venue_is_asked_for_by_the_greater_of_two_floors(
    households: int | None, least: int | None, per_100: int | None, required: int | None
) -> None:
    found = said(
        venues.venue_required, households=households, venue_least=least, venue_per_100_households=per_100
    )
    assert found == required


@pytest.mark.parametrize(
    ("area", "required", "shortfall", "needed", "sufficient"),
    [
        (15_000, 20_000, 5_000, 1, 0),
        (20_000, 20_000, 0, 1, 1),
        (25_000, 20_000, 0, 1, 1),
        (0, None, None, 0, 0),
    ],
)
def test_venues_are_counted_where_a_floor_is_asked_for(
    area: int, required: int | None, shortfall: int | None, needed: int, sufficient: int
) -> None:
    assert said(venues.venue_shortfall, venue_area=area, venue_required=required) == shortfall
    assert said(venues.venues_needed, venue_required=required) == needed
    assert said(venues.venues_sufficient, venue_area=area, venue_required=required) == sufficient
    assert said(venues.venues_below, venue_area=area, venue_required=required) == needed - sufficient
    assert said(venues.floor_area, area=area) == area


@pytest.mark.parametrize(
    ("shortfall", "cost", "lifting"),
    [
        (5_000, 150_000, 7_500_000),
        (1, 150, 2),
        (1, 149, 1),
        (0, None, 0),
        (None, None, 0),
        (None, 150_000, 0),
        (1, None, None),
    ],
)
def test_lifting_costs_the_missing_area_to_the_fen_and_nothing_is_assumed_without_a_price(
    shortfall: int | None, cost: int | None, lifting: int | None
) -> None:
    for build, function in (
        ("new", venues.venue_lift_new),
        ("rebuilt", venues.venue_lift_rebuilt),
        ("expanded", venues.venue_lift_expanded),
    ):
        assert said(function, venue_shortfall=shortfall, **{f"venue_cost_{build}": cost}) == lifting


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_lifting_is_the_exact_product_rounded_once(shortfall: int, cost: int) -> None:
    found = said(venues.venue_lift_new, venue_shortfall=shortfall, venue_cost_new=cost)
    assert found == (2 * shortfall * cost + 100) // 200


@pytest.mark.parametrize(("accept", "cancel", "open_"), [(None, None, 1), (7, None, 0), (None, 7, 0)])
def test_a_work_is_open_until_it_is_accepted_or_cancelled(
    accept: int | None, cancel: int | None, open_: int
) -> None:
    assert said(venues.work_open, accept=accept, cancel=cancel) == open_
    assert said(venues.work_accepted, accept=accept) == (0 if accept is None else 1)


def test_money_of_other_years_is_not_counted() -> None:
    for function, expected in (
        (funding.of_the_year, -500), (funding.drawn, 500), (funding.came_in, 0), (funding.went_out, 500),
    ):  # fmt: skip
        assert said(function, year=2026, this_year=2026, amount=-500) == expected
        assert said(function, year=2025, this_year=2026, amount=-500) == 0
    assert said(funding.came_in, year=2026, this_year=2026, amount=500) == 500
    assert said(funding.went_out, year=2026, this_year=2026, amount=500) == 0


@given(*[st.integers(0, 10**12)] * 5)
def test_every_fen_from_the_budget_and_from_above_is_in_a_pocket(
    budget: int, received: int, handed_on: int, committed: int, paid: int
) -> None:
    free = budget + received - handed_on - committed - paid
    pockets = {"free": free, "committed": committed, "paid": paid, "budgeted": budget}
    assert said(funding.net_allocated, **pockets) == received - handed_on


def test_the_overall_assessment_takes_its_weight_once() -> None:
    assert said(targets.overall_points, total_score=875_000, overall_weight=Rate(30, 100)) == 262_500
    assert said(targets.overall_points, total_score=None, overall_weight=Rate(30, 100)) is None
    assert said(targets.overall_points, total_score=875_000, overall_weight=None) is None


def test_a_line_that_nobody_below_takes_up_is_found_unless_it_is_kept() -> None:
    roles = dict.fromkeys(("collective", "primary", "specific", "direct"), "p")
    day_ = date(2026, 12, 31)

    def letter(id_: str, *indicators: str, above: str | None = None, kept: str = "") -> Letter:
        lines = (
            Line(
                indicator=each,
                amount=1,
                unit="item",
                due=day_,
                asks="完成",
                source="s",
                responsibilities=Responsibilities(**roles),
                kept=each == kept,
            )
            for each in indicators
        )
        return Letter(
            id=id_, year=2026, organisation=id_, issuer="a", receiver="b", above=above, lines=tuple(lines)
        )

    top = letter("acheng", "one", "two", "three", kept="two")
    world = World(records=small_district()).having(top, letter("east", "one", above="acheng"), letter("west"))
    assert list(mechanisms.partybuilding_check(world.snapshot)) == []
    signed = world.having(Step(id="s", of="letter:east", name="sign", day=date(2026, 2, 1), post="b"))
    (found,) = mechanisms.partybuilding_check(signed.snapshot)
    assert (found.code, found.organisation, found.rule) == ("line-left-lying", "acheng", "three")
    assert "three" in found.says.zh
