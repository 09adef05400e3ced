"""The figures of the national instruments, written out by hand: a changed figure must be changed here, too."""

from datetime import date

import pytest

from partybuilding import mechanisms
from partybuilding.domain.brackets import Brackets
from partybuilding.money import Rate

Figure = tuple[str, int | Rate, str, set[str], date, date | None, str]
STANDARDS = tuple(mechanisms.partybuilding_standards())
BRANCHES, RURAL, TERMS = date(2018, 10, 28), date(2018, 12, 28), date(2018, 7, 1)
DUES, FUNDS, HUBEI = date(2008, 4, 1), date(2017, 1, 1), date(2021, 1, 1)
VILLAGES, HOMES, ENTERPRISES = {"village"}, {"village", "community"}, {"state_enterprise"}

# name, value, unit, kinds, starts, ends, modality
FIGURES: list[Figure] = [
    ("branch_least_full", 3, "member", set(), BRANCHES, None, "must"),
    ("branch_most", 50, "member", set(), BRANCHES, None, "normally"),
    ("joint_branch_most", 5, "organisation", set(), BRANCHES, None, "normally"),
    ("project_branch_least_months", 6, "month", set(), BRANCHES, None, "normally"),
    ("village_general_branch_above", 50, "member", VILLAGES, RURAL, None, "may"),
    ("village_committee_least", 100, "member", VILLAGES, RURAL, None, "may"),
    ("enterprise_committee_least", 100, "member", ENTERPRISES, date(2019, 12, 30), None, "must"),
    ("branch_committee_least_full", 7, "member", set(), BRANCHES, None, "must"),
    ("branch_committee_least", 3, "member", set(), BRANCHES, None, "normally"),
    ("branch_committee_most", 5, "member", set(), BRANCHES, None, "normally"),
    ("branch_committee_cap", 7, "member", set(), BRANCHES, None, "normally"),
    ("term_village", 5, "year", HOMES, TERMS, None, "must"),
    ("term_committee", 5, "year", set(), TERMS, None, "normally"),
    ("term_branch", 3, "year", set(), TERMS, None, "normally"),
    ("term_shift_most", 1, "year", set(), date(2020, 7, 13), None, "normally"),
    ("term_reminder", 6, "month", set(), BRANCHES, None, "normally"),
    ("congress_least", 500, "member", set(), date(1990, 6, 27), date(2020, 7, 13), "may"),
    ("congress_least", 500, "member", set(), date(2020, 7, 13), None, "may"),
    ("general_meeting_least", 4, "meeting", set(), BRANCHES, None, "normally"),
    ("committee_meeting_least", 12, "meeting", set(), BRANCHES, None, "normally"),
    ("group_meeting_least", 12, "meeting", set(), BRANCHES, None, "normally"),
    ("party_day_least", 12, "meeting", set(), BRANCHES, None, "normally"),
    ("party_class_least", 1, "meeting", set(), BRANCHES, None, "must"),
    ("life_meeting_least", 1, "meeting", set(), BRANCHES, None, "must"),
    ("member_appraisal_least", 1, "meeting", set(), BRANCHES, None, "normally"),
    ("excellent_members_most", Rate(1, 3), "share", set(), BRANCHES, None, "normally"),
    ("training_hours_member", 16, "hour", HOMES, date(2009, 1, 1), date(2014, 1, 1), "must"),
    ("training_hours_member", 32, "hour", set(), date(2014, 1, 1), date(2024, 1, 1), "must"),
    ("training_hours_secretary", 56, "hour", set(), date(2014, 1, 1), date(2024, 1, 1), "must"),
    ("venue_per_100_households", 3_000, "square_metre", {"community"}, HUBEI, date(2026, 1, 1), "must"),
    ("dues_farmer_least", 20, "fen", set(), DUES, None, "must"),
    ("dues_farmer_most", 100, "fen", set(), DUES, None, "must"),
    ("dues_flat", 20, "fen", set(), DUES, None, "must"),
    ("dues_arrears_most", 6, "month", set(), DUES, None, "must"),
    ("enterprise_fund", Rate(1, 100), "share", ENTERPRISES, FUNDS, None, "normally"),
    ("enterprise_carryover_most", Rate(2, 100), "share", ENTERPRISES, FUNDS, None, "must"),
    ("village_office_least", 2_000_000, "fen", VILLAGES, HUBEI, None, "must"),
    ("village_public_least", 5_000_000, "fen", VILLAGES, HUBEI, None, "must"),
    ("village_chief_pay_least", 4_000_000, "fen", VILLAGES, HUBEI, None, "must"),
    ("village_chief_multiple_least", Rate(2, 1), "share", VILLAGES, HUBEI, None, "must"),
    ("village_chief_multiple_most", Rate(5, 2), "share", VILLAGES, HUBEI, None, "must"),
    ("village_deputy_share_least", Rate(7, 10), "share", VILLAGES, HUBEI, None, "must"),
    ("weak_share_least", Rate(5, 100), "share", set(), date(2014, 1, 1), date(2019, 1, 1), "normally"),
    ("weak_share_most", Rate(10, 100), "share", set(), date(2014, 1, 1), date(2019, 1, 1), "normally"),
    ("overall_weight", Rate(30, 100), "share", set(), date(2015, 1, 1), None, "must"),
]
LOCAL = {
    *("per_head", "venue_least", "each", "overall_weight", "superior_weight", "masses_weight"),
    *("satisfaction_least", "secretary_vacancy_most", "project_extension_most", "project_repair_most"),
    *("incentive_per_unit", "venue_cost_new", "venue_cost_rebuilt", "venue_cost_expanded", "venue_sharing"),
}


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: f"{figure[0]}-{figure[4].year}")
def test_a_national_figure_is_the_one_of_its_instrument(figure: Figure) -> None:
    name, value, unit, kinds, starts, ends, modality = figure
    (found,) = [each for each in STANDARDS if (each.name, each.starts) == (name, starts)]
    assert (found.value, found.unit.name, set(found.kinds)) == (value, unit, kinds)
    assert (found.ends, found.modality) == (ends, modality)


def test_no_other_figure_is_national_and_every_other_name_waits_for_a_place() -> None:
    tables = {"dues_wage", "dues_retired"}
    given = sorted(
        (each.name, each.starts) for each in STANDARDS if each.value is not None and each.name not in tables
    )
    assert given == sorted((name, starts) for name, _, _, _, starts, _, _ in FIGURES)
    assert {each.name for each in STANDARDS if each.value is None} == LOCAL


def dues(name: str, day: date) -> Brackets:
    (found,) = [each for each in STANDARDS if each.name == name and each.holds(day)]
    assert isinstance(found.value, Brackets)
    return found.value


@pytest.mark.parametrize(
    ("day", "fen", "hundredths_of_a_percent"),
    [
        (date(2008, 3, 31), 40_000, 50),
        (date(2008, 3, 31), 40_001, 100),
        (date(2008, 3, 31), 60_001, 150),
        (date(2008, 3, 31), 80_001, 200),
        (date(2008, 3, 31), 150_000, 200),
        (date(2008, 3, 31), 150_001, 300),
        (date(2008, 4, 1), 300_000, 50),
        (date(2008, 4, 1), 300_001, 100),
        (date(2008, 4, 1), 500_001, 150),
        (date(2008, 4, 1), 1_000_000, 150),
        (date(2008, 4, 1), 1_000_001, 200),
    ],
)
def test_dues_of_both_rules_step_at_their_limits(day: date, fen: int, hundredths_of_a_percent: int) -> None:
    assert dues("dues_wage", day).figure(fen) == hundredths_of_a_percent


def test_retired_members_pay_by_a_table_of_their_own() -> None:
    table = dues("dues_retired", date(2026, 1, 1))
    assert [table.figure(fen) for fen in (500_000, 500_001)] == [50, 100]


def test_every_national_standard_names_a_real_source_and_none_is_made_up() -> None:
    assert all(each.source.instrument and each.source.confidence in {"S", "B", "K"} for each in STANDARDS)
    unverified = {each.name for each in STANDARDS if each.value is not None and not each.source.verified}
    assert unverified == {"term_reminder"}
    assert all(each.label.zh and each.label.en for each in STANDARDS)


def test_a_rule_of_one_place_holds_only_there() -> None:
    places = {each.name: each.place for each in STANDARDS if each.place is not None}
    assert set(places.values()) == {("stats", "42"), ("stats", "230421")}
    assert places["overall_weight"] == ("stats", "230421")
    assert {name for name, place in places.items() if place == ("stats", "42")} == {
        name for name, _, _, kinds, starts, _, _ in FIGURES if (kinds, starts) == (VILLAGES, HUBEI)
    }


def test_places_may_ask_for_more_meetings_but_never_for_fewer() -> None:
    meetings = [each for each in STANDARDS if each.unit.name == "meeting"]
    assert {(each.policy, each.stricter) for each in meetings} == {("tighten", "higher")}


def test_no_place_may_change_from_when_on_a_branch_is_set_up_or_what_dues_are() -> None:
    fixed = [each for each in STANDARDS if each.name.startswith(("branch_", "dues_", "term_", "congress_"))]
    assert {each.policy for each in fixed} == {"fixed"}
