"""None of the forty-nine statements is left out: each is held somewhere, and shown by tests that are there."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from partybuilding.ledger.invariants import INVARIANTS
from partybuilding.ledger.invariants.requirements import PLACES, REQUIREMENTS, Requirement, page

ROOT = Path(__file__).parents[3]
CHECKED = {each.code for each in INVARIANTS}
TESTS: dict[int, tuple[str, ...]] = {
    1: ("unit/test_ledger_chain.py::test_an_untouched_store_has_no_problem", "unit/test_store.py::test_a_forged_link_is_seen_whatever_was_changed"),
    2: ("unit/test_ledger_chain.py::test_every_tampering_is_seen", "unit/test_ledger_chain.py::test_a_chain_that_was_rewritten_is_seen_by_a_head_kept_outside"),
    3: ("unit/test_ledger_versions.py::test_going_back_to_an_earlier_content_is_a_new_version", "unit/test_ledger.py::test_a_moment_needs_an_offset_and_a_commit_a_reason"),
    4: ("unit/test_store.py::test_days_must_run_forward", "unit/test_domain_refusals.py::test_an_interval_without_a_day_is_refused"),
    5: ("scenarios/test_corrections.py::test_a_state_once_known_is_the_same_bytes_whatever_is_said_later",),
    6: ("scenarios/test_corrections.py::test_the_state_of_a_day_and_a_number_is_the_naive_replay_of_all_rows",),
    7: ("scenarios/test_corrections.py::test_order_goes_by_number_and_a_clock_that_steps_back_changes_no_state",),
    8: ("unit/test_store.py::test_the_hash_follows_the_published_formula",),
    9: ("unit/test_ledger.py::test_the_header_says_who_when_why_with_what_and_by_which_rule", "unit/test_store.py::test_every_field_of_the_header_is_in_the_hash_and_seen_when_changed"),
    21: ("unit/test_mechanisms.py::test_a_line_that_nobody_below_takes_up_is_found_unless_it_is_kept",),
    23: ("unit/test_domain_refusals.py::test_a_record_that_contradicts_itself_is_refused_with_every_complaint", "unit/test_mechanisms_accountability.py::test_superiors_and_masses_are_mixed_by_their_weights_and_divided_once"),
    24: ("unit/test_apportion.py::test_shares_sum_to_the_total_and_keep_their_bounds", "unit/test_apportion.py::test_under_equal_bounds_more_weight_never_gets_less", "unit/test_engine_cascade.py::test_the_targets_do_not_depend_on_the_order_of_the_records"),
    25: ("unit/test_mechanisms_scoring.py::test_a_score_lies_between_nothing_and_full_and_more_never_costs_except_for_events", "unit/test_engine_run.py::test_a_scoring_rule_beyond_the_points_is_refused_with_rule_and_organisation", "unit/test_engine_run.py::test_the_indicator_says_what_a_missing_actual_means"),
    26: ("contracts/invariants/test_oracles.py::test_a_total_is_the_sum_of_its_scores_and_a_veto_never_raises_it", "unit/test_money.py::test_a_portion_is_divided_once_at_the_end"),
    27: ("scenarios/test_corrections.py::test_the_results_of_a_year_are_the_same_bytes_after_a_thousand_later_corrections", "unit/test_ledger.py::test_a_published_result_reproduces_after_a_later_correction"),
    28: ("unit/test_engine_run.py::test_the_order_of_evidence_units_and_rules_does_not_change_a_result", "unit/test_catalogue.py::test_the_order_of_declarations_is_fixed"),
    29: ("contracts/invariants/test_oracles.py::test_a_total_is_the_sum_of_its_scores_and_a_veto_never_raises_it", "contracts/invariants/test_oracles.py::test_more_of_what_counts_never_lowers_a_score"),
    30: ("unit/test_engine_tree.py::test_a_rank_is_one_more_than_how_many_are_better", "unit/test_engine_run.py::test_rankings_and_distributions_are_columns_too"),
    31: ("unit/test_engine_run.py::test_overlapping_periods_of_a_sum_are_refused_for_the_organisation_that_would_count_twice", "unit/test_engine_run.py::test_a_period_in_two_years_is_refused"),
    36: ("unit/test_store.py::test_a_key_that_was_used_for_something_else_is_refused", "unit/test_ledger.py::test_a_repeated_request_is_one_effect_even_after_later_changes"),
    42: ("contracts/invariants/test_informants.py::test_no_refusal_of_an_informant_repeats_what_was_given", "contracts/invariants/test_informants.py::test_no_broken_invariant_names_the_informant", "contracts/invariants/test_informants.py::test_no_file_of_a_folder_has_a_place_for_an_informant"),
    44: ("contracts/invariants/test_oracles.py::test_overdue_follows_from_the_due_day_the_closing_and_the_day_asked_for_alone",),
    47: ("contracts/invariants/test_oracles.py::test_an_effect_ends_on_its_day_or_on_that_of_the_first_decision_that_lifts_it",),
    48: ("unit/test_exchange_folder.py::test_all_problems_of_a_folder_come_at_once_and_in_order", "unit/test_ledger.py::test_a_rerun_changes_nothing", "unit/test_exchange_folder.py::test_reading_a_folder_twice_gives_the_same_records", "unit/test_convert.py::test_a_record_comes_back_as_it_went_out_also_through_json", "scenarios/test_demo_year.py::test_two_runs_give_the_same_bytes_whatever_the_hash_seed_time_zone_and_locale"),
}  # fmt: skip
"""For whatever is not, or not only, an invariant: the tests that show it. Invariants are tried by `test_held.py`."""


def of(requirement: Requirement) -> str:
    return str(requirement.number)


def test_there_are_forty_nine_statements_in_order() -> None:
    assert [each.number for each in REQUIREMENTS] == list(range(1, 50))


def test_every_invariant_has_a_number() -> None:
    assert CHECKED - {code for each in REQUIREMENTS for code in each.codes} == set()


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=of)
def test_a_statement_is_held_by_an_invariant_or_shown_by_tests(requirement: Requirement) -> None:
    invariants = CHECKED.intersection(requirement.codes)
    assert bool(invariants) == ("changeset" in requirement.places)
    assert invariants or requirement.number in TESTS
    assert requirement.places
    assert set(requirement.places) <= PLACES.keys()
    assert (requirement.sort == "finding") == (requirement.places == ("finding",))


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=of)
def test_a_statement_is_one_line_in_both_languages(requirement: Requirement) -> None:
    assert requirement.statement.zh.endswith("。")
    assert requirement.statement.en.endswith(".")
    assert "\n" not in requirement.statement.zh + requirement.statement.en


def test_every_code_is_one_that_somebody_tells() -> None:
    sentences = tomllib.loads((ROOT / "src/partybuilding/labels/en.toml").read_text("utf-8"))["problems"]
    findings = (ROOT / "src/partybuilding/mechanisms/targets.py").read_text("utf-8")
    for each in REQUIREMENTS:
        for code in each.codes:
            assert code in CHECKED or code in sentences or f'code="{code}"' in findings, code


@pytest.mark.parametrize("name", sorted({name for names in TESTS.values() for name in names}))
def test_every_test_that_is_named_is_there(name: str) -> None:
    file, _, function = name.partition("::")
    tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
    assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_page_of_the_invariants_is_written_from_the_source() -> None:
    kept = (ROOT / "docs/reference/invariants.md").read_text("utf-8")
    assert kept == page(), (
        "write partybuilding.ledger.invariants.requirements.page() into docs/reference/invariants.md"
    )
