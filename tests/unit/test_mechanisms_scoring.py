"""The nine ways of scoring, with scores worked out by hand, and what holds for all of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partybuilding.domain.brackets import Brackets
from partybuilding.extension.expressions import Kind, kinds, read, trace
from partybuilding.mechanisms import scoring
from partybuilding.money import Rate

RULES = {rule.name: rule for rule in scoring.rules()}
POINT = 10_000
VENUES = Brackets(((5_999, 0), (7_999, 5_000), (9_999, 8_000), (None, 10_000)))
LEVELS = Brackets(((1, 10_000), (2, 8_000), (3, 6_000), (None, 0)))


def score(name: str, **facets: Any) -> Any:
    traced = trace(RULES[name].function)
    columns = {each: facets[each] for each in traced.columns}
    return read(traced.body, columns, {each: facets[each] for each in traced.standards})


@pytest.mark.parametrize(
    ("actual", "expected"), [(4, 60_000), (5, 60_000), (3, 55_000), (2, 50_000), (0, 40_000)]
)
def test_a_shortfall_of_meetings_costs_half_a_point_each(actual: int | Rate, expected: int) -> None:
    assert score("shortfall", actual=actual, target=4, full=6 * POINT, each=5_000) == expected


def test_a_shortfall_never_costs_more_than_the_points_there_are() -> None:
    assert score("shortfall", actual=0, target=12, full=6 * POINT, each=POINT) == 0


@pytest.mark.parametrize(
    ("actual", "target", "expected"),
    [
        (1, 1, 40_000),
        (0, 1, 0),
        (Rate(60, 100), Rate(3, 5), 40_000),
        (Rate(5_999, 10_000), Rate(3, 5), 0),
        (Rate(2, 3), Rate(3, 5), 40_000),
    ],
)
def test_all_or_nothing_turns_exactly_at_the_target(
    actual: int | Rate, target: int | Rate, expected: int
) -> None:
    assert score("all_or_nothing", actual=actual, target=target, full=4 * POINT) == expected


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (Rate(1, 1), 80_000),
        (Rate(9_999, 10_000), 64_000),
        (Rate(8, 10), 64_000),
        (Rate(7_999, 10_000), 40_000),
        (Rate(6, 10), 40_000),
        (Rate(5_999, 10_000), 0),
        (Rate(79_995, 100_000), 64_000),  # 79.995 % is 80.00 % once rounded half up
        (Rate(79_994, 100_000), 40_000),
    ],
)
def test_a_rate_is_graded_by_the_bracket_it_falls_into(actual: int | Rate, expected: int) -> None:
    assert score("graded", actual=actual, full=8 * POINT, grades=VENUES) == expected


@pytest.mark.parametrize(
    ("actual", "target", "expected"),
    [(100, 100, 100_000), (120, 100, 100_000), (50, 100, 50_000), (1, 3, 33_333), (2, 3, 66_667), (0, 100, 0), (0, 0, 100_000)],
)  # fmt: skip
def test_a_number_earns_its_proportion_of_the_target(
    actual: int | Rate, target: int | Rate, expected: int
) -> None:
    assert score("proportional", actual=actual, target=target, full=10 * POINT) == expected


@pytest.mark.parametrize(
    ("actual", "target", "expected"),
    [
        (Rate(3, 3), Rate(1, 1), 60_000),
        (Rate(2, 3), Rate(1, 1), 40_000),
        (Rate(0, 5), Rate(1, 1), 0),
        (Rate(95, 100), Rate(95, 100), 60_000),
        (Rate(90, 100), Rate(95, 100), 54_000),
        (Rate(3, 2), Rate(2, 1), 60_000),
    ],
)
def test_a_rate_earns_the_share_that_it_is_and_everything_from_the_target_on(
    actual: int | Rate, target: int | Rate, expected: int
) -> None:
    assert score("proportional_rate", actual=actual, target=target, full=6 * POINT) == expected


@pytest.mark.parametrize(("actual", "expected"), [(0, 40_000), (1, 20_000), (2, 0), (3, 0)])
def test_every_event_costs_points_until_none_is_left(actual: int | Rate, expected: int) -> None:
    assert score("event", actual=actual, full=4 * POINT, each=2 * POINT) == expected


@pytest.mark.parametrize(("actual", "expected"), [(1, 40_000), (2, 32_000), (3, 24_000), (4, 0)])
def test_a_judged_level_has_its_fixed_points_and_poor_has_none(actual: int | Rate, expected: int) -> None:
    assert score("level_judgement", actual=actual, full=4 * POINT, grades=LEVELS) == expected


@pytest.mark.parametrize(
    ("actual", "expected"), [(32_500, 32_500), (40_000, 40_000), (50_000, 40_000), (0, 0)]
)
def test_points_that_a_department_supplies_stand_up_to_full_points(actual: int | Rate, expected: int) -> None:
    assert score("supplied", actual=actual, full=4 * POINT) == expected


@pytest.mark.parametrize(("actual", "expected"), [(0, 0), (2, 20_000), (5, 50_000), (9, 50_000)])
def test_a_bonus_ends_at_its_cap(actual: int | Rate, expected: int) -> None:
    assert score("bonus", actual=actual, full=5 * POINT, each=POINT) == expected


@pytest.mark.parametrize("name", ["shortfall", "proportional", "all_or_nothing"])
def test_a_missing_target_leaves_the_score_missing(name: str) -> None:
    assert score(name, actual=3, target=None, full=POINT, each=100) is None


@pytest.mark.parametrize("name", ["event", "supplied", "bonus", "level_judgement"])
def test_a_rule_without_a_target_does_not_need_one(name: str) -> None:
    assert "target" not in trace(RULES[name].function).columns


RATES = {"graded", "proportional_rate"}
EITHER = {"all_or_nothing"}


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_fits_the_kind_of_actual_that_it_is_for_and_gives_a_number(name: str) -> None:
    traced = trace(RULES[name].function)
    for kind in (Kind.RATE,) if name in RATES else (Kind.NUMBER, *((Kind.RATE,) if name in EITHER else ())):
        env = {
            "actual": kind,
            "target": kind,
            "full": Kind.NUMBER,
            "each": Kind.NUMBER,
            "grades": Kind.BRACKETS,
        }
        assert kinds(traced.body, env) is Kind.NUMBER


@given(
    name=st.sampled_from(sorted(set(RULES) - RATES - {"level_judgement"})),
    actual=st.integers(0, 10**6),
    more=st.integers(0, 10**6),
    target=st.integers(0, 10**6),
    full=st.integers(0, 10**6),
    each=st.integers(0, 10**6),
)
def test_a_score_lies_between_nothing_and_full_and_more_never_costs_except_for_events(
    name: str, actual: int, more: int, target: int, full: int, each: int
) -> None:
    first = score(name, actual=actual, target=target, full=full, each=each)
    second = score(name, actual=actual + more, target=target, full=full, each=each)
    assert 0 <= first <= full
    assert second <= first if name == "event" else second >= first


@given(
    name=st.sampled_from(sorted(RATES)),
    top=st.integers(0, 10**6),
    more=st.integers(0, 10**6),
    bottom=st.integers(1, 10**6),
    target=st.integers(0, 10**4),
    full=st.integers(0, 10**6),
)
def test_a_rate_scores_between_nothing_and_full_and_a_better_rate_never_less(
    name: str, top: int, more: int, bottom: int, target: int, full: int
) -> None:
    given_: dict[str, Any] = {"target": Rate(target, 10_000), "full": full, "grades": VENUES}
    first = score(name, actual=Rate(top, bottom), **given_)
    second = score(name, actual=Rate(top + more, bottom), **given_)
    assert 0 <= first <= second <= full
