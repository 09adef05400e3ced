"""Amounts are exact: roundings, rates, decimal text, and a total that is split without losing anything."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partybuilding.errors import Infeasible, InputProblem, PartybuildingError, RecordProblem, Where
from partybuilding.money import (
    ROUNDINGS,
    BoundsConflict,
    Rate,
    bounds_conflict,
    divide,
    down,
    half_up,
    portion,
    scaled,
    show_yuan,
    shown,
    split,
    up,
    yuan,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WHOLE = st.integers(-(10**20), 10**20)
INT64 = st.integers(-(2**63), 2**63 - 1)
SCALES = st.integers(0, 18).map(lambda places: int(10**places))


def code_of(error: type[PartybuildingError], call: Callable[[], object]) -> str:
    with pytest.raises(error) as caught:
        call()
    return caught.value.code


# --- roundings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numerator", "denominator", "halves", "downs", "ups"),
    [
        (5, 10, 1, 0, 1),
        (4, 10, 0, 0, 1),
        (-5, 10, -1, 0, -1),
        (-4, 10, 0, 0, -1),
        (5, -10, -1, 0, -1),
        (-15, -10, 2, 1, 2),
        (49_999, 100_000, 0, 0, 1),
        (20, 10, 2, 2, 2),
        (0, 7, 0, 0, 0),
    ],
)
def test_a_half_goes_away_from_zero(
    numerator: int, denominator: int, halves: int, downs: int, ups: int
) -> None:
    found = (half_up(numerator, denominator), down(numerator, denominator), up(numerator, denominator))
    assert found == (halves, downs, ups)


@given(WHOLE, WHOLE.filter(bool))
def test_every_rounding_is_within_one_and_its_reversal_is_the_exact_opposite(
    numerator: int, denominator: int
) -> None:
    exact = Fraction(numerator, denominator)
    assert abs(half_up(numerator, denominator) - exact) <= Fraction(1, 2)
    assert abs(down(numerator, denominator)) <= abs(exact) < abs(down(numerator, denominator)) + 1
    assert abs(up(numerator, denominator)) - 1 < abs(exact) <= abs(up(numerator, denominator)) or not exact
    for rounding in ROUNDINGS.values():
        assert rounding(-numerator, denominator) == -rounding(numerator, denominator)
        assert divide(numerator, denominator, rounding=rounding) == rounding(numerator, denominator)


def test_a_rounding_is_known_by_its_own_name_and_half_up_is_the_default() -> None:
    assert all(rounding.__name__ == name for name, rounding in ROUNDINGS.items())
    assert (divide(5, 2), divide(5, 2, rounding=down)) == (3, 2)


def test_dividing_by_zero_is_refused() -> None:
    assert code_of(RecordProblem, lambda: divide(1, 0)) == "zero-denominator"


# --- rates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "numerator", "denominator", "said"),
    [
        ("0.005", 5, 1000, "0.5%"),
        ("1/3", 1, 3, "1/3"),
        ("12.5%", 125, 1000, "12.5%"),
        ("20%", 20, 100, "20%"),
        ("1", 1, 1, "100%"),
        ("-0.5", -5, 10, "-50%"),
        ("-2/7", -2, 7, "-2/7"),
        ("0/5", 0, 5, "0%"),
        ("1/64", 1, 64, "1.5625%"),
        ("1/128", 1, 128, "1/128"),
    ],
)
def test_a_rate_is_read_exactly_and_kept_as_given(
    text: str, numerator: int, denominator: int, said: str
) -> None:
    rate = Rate.of(text)
    assert (rate.numerator, rate.denominator) == (numerator, denominator)
    assert rate.text() == said
    assert Rate.of(rate.text()) == rate


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1/0",
        "0.",
        ".5",
        "1/3%",
        "１/３",
        "1e-3",
        "+1",
        " 1",
        "1/-3",
        "007",
        "NaN",
        "1/2/3",
        "9" * 5000,
        0.005,
        None,
    ],
)
def test_a_rate_that_could_be_misread_is_refused(text: str) -> None:
    assert code_of(InputProblem, lambda: Rate.of(text)) == "bad-rate"


def test_a_bad_rate_is_reported_at_the_reader_s_place() -> None:
    with pytest.raises(InputProblem) as caught:
        Rate.of("x", where=Where(file="standards.csv", row=4))
    assert caught.value.problems[0].where == Where(file="standards.csv", row=4)


@pytest.mark.parametrize(("numerator", "denominator"), [(0.5, 1), (1, 2.0), (True, 2), ("1", 2)])
def test_a_rate_takes_whole_numbers_only(numerator: int, denominator: int) -> None:
    assert code_of(RecordProblem, lambda: Rate(numerator, denominator)) == "rate-not-whole"


@pytest.mark.parametrize("denominator", [0, -3])
def test_the_denominator_of_a_rate_is_above_zero(denominator: int) -> None:
    assert code_of(RecordProblem, lambda: Rate(1, denominator)) == "rate-denominator"


RATES = st.builds(Rate, st.integers(-50, 50), st.integers(1, 50)) | st.builds(
    Rate, WHOLE, st.integers(1, 10**20)
)


@given(RATES, RATES)
def test_rates_compare_by_cross_multiplication_and_equal_ones_share_a_hash(one: Rate, two: Rate) -> None:
    first, second = Fraction(one.numerator, one.denominator), Fraction(two.numerator, two.denominator)
    assert (one < two, one <= two, one == two, one >= two, one > two, one != two) == (
        first < second,
        first <= second,
        first == second,
        first >= second,
        first > second,
        first != second,
    )
    assert one != two or hash(one) == hash(two)


def test_an_equal_rate_in_other_numbers_is_the_same_key() -> None:
    assert {Rate(1, 2): "half"}[Rate(2, 4)] == "half"
    assert repr(Rate(2, 4)) == "Rate(numerator=2, denominator=4)"


def test_a_rate_compares_with_rates_only() -> None:
    assert Rate(1, 1) != 1
    with pytest.raises(TypeError):
        assert Rate(1, 2) < 1  # type: ignore[operator] # the refusal is the point


@given(WHOLE, RATES)
def test_a_portion_is_divided_once_at_the_end(base: int, rate: Rate) -> None:
    assert portion(base, rate) == half_up(base * rate.numerator, rate.denominator)
    assert portion(base, rate, rounding=down) == down(base * rate.numerator, rate.denominator)


# --- decimal text ------------------------------------------------------------------------------------------------


@given(INT64, SCALES)
def test_what_is_shown_reads_back_as_the_same_number(value: int, scale: int) -> None:
    text = shown(value, scale)
    assert scaled(text, scale) == value
    assert Fraction(text) == Fraction(value, scale)
    assert "." not in text or text[-1] not in "0."


@pytest.mark.parametrize("fen", [68_212_207, 20_000_001, 0, -5, 1, 99, 100, 10**14])
def test_amounts_of_real_systems_survive_every_round_trip(fen: int) -> None:
    assert yuan(show_yuan(fen)) == fen


def test_money_is_shown_exactly_with_trailing_zeros_cut() -> None:
    assert [show_yuan(fen) for fen in (68_212_207, 20_000_001, 1230, 1200, -5)] == [
        "682122.07",
        "200000.01",
        "12.3",
        "12",
        "-0.05",
    ]
    assert shown(875_000, 10_000) == "87.5"


def test_money_is_read_as_fen() -> None:
    assert [yuan(text) for text in ("12.34", "12.3", "12", "0.29", "-0", "-0.01")] == [
        1234,
        1230,
        1200,
        29,
        0,
        -1,
    ]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "１２３",
            "1_000",
            "٣",
            "²",
            "三",
            "1e3",
            "NaN",
            "inf",
            "1,234.5",
            "(5)",
            "5-",
            "+5",
            "",
            " ",
            "5 ",
            "\n5",
        ),
        *("5\n", "0x10", "007", "00.5", ".5", "5.", "--5", "1.2.3", "9" * 5000, "1." + "0" * 5000, "5\u200b"),
        *(0.29, 12, None, True, float("nan")),
    ],
)
def test_a_number_that_could_be_misread_is_refused(text: str) -> None:
    assert code_of(InputProblem, lambda: yuan(text)) == "bad-number"


def test_more_decimals_than_the_unit_has_are_refused_and_not_rounded() -> None:
    assert code_of(InputProblem, lambda: yuan("0.001")) == "too-many-decimals"
    assert code_of(InputProblem, lambda: yuan("12.340")) == "too-many-decimals"
    assert code_of(InputProblem, lambda: scaled("1.0", 1)) == "too-many-decimals"


def test_a_number_fits_64_bits_or_is_refused() -> None:
    assert scaled("-92233720368547758.08", 100) == -(2**63)
    assert scaled("92233720368547758.07", 100) == 2**63 - 1
    assert code_of(InputProblem, lambda: scaled("92233720368547758.08", 100)) == "number-too-large"
    assert code_of(InputProblem, lambda: scaled("-92233720368547758.09", 100)) == "number-too-large"


@pytest.mark.parametrize("text", ["x", "0.001", "9" * 30])
def test_a_bad_amount_is_reported_at_the_reader_s_place(text: str) -> None:
    with pytest.raises(InputProblem) as caught:
        yuan(text, where=Where(file="budgets.csv", row=2))
    assert caught.value.problems[0].where == Where(file="budgets.csv", row=2)


@pytest.mark.parametrize("scale", [0, -10, 3, 20, 11, 10**19])
def test_a_scale_is_a_power_of_ten(scale: int) -> None:
    assert code_of(RecordProblem, lambda: scaled("1", scale)) == "bad-scale"
    assert code_of(RecordProblem, lambda: shown(1, scale)) == "bad-scale"


# --- splitting ---------------------------------------------------------------------------------------------------

Bounded = tuple[int, list[int], list[int | None], list[int | None]]


@st.composite
def splits(draw: st.DrawFn, *, most: int = 7) -> Bounded:
    """A total, weights and bounds that can be kept: around some allocation that keeps them."""
    size = draw(st.integers(1, most))
    amount = st.integers(0, draw(st.sampled_from([3, 20, 10**9, 10**19])))
    weights = draw(st.lists(st.just(0) | amount, min_size=size, max_size=size))
    kept = draw(st.lists(amount, min_size=size, max_size=size))
    floors = [draw(st.none() | st.integers(-2, share) | st.just(share)) for share in kept]
    caps = [draw(st.none() | st.integers(share, 2 * share + 2) | st.just(share)) for share in kept]
    return sum(kept), weights, floors, caps


def clamped_by_hand(
    total: int, weights: Sequence[int], lows: Sequence[int], highs: Sequence[int]
) -> list[Fraction]:
    """The clamped proportional shares before rounding, found by trying which set stands at which bound."""
    multiples = {
        Fraction(bound, weight)
        for weight, *two in zip(weights, lows, highs, strict=True)
        if weight
        for bound in two
    }
    points = sorted(multiples | {Fraction(0)})

    def at(multiple: Fraction) -> list[Fraction]:
        return [
            min(max(multiple * w, Fraction(low)), Fraction(high))
            for w, low, high in zip(weights, lows, highs, strict=True)
        ]

    for one, two in zip(points, [*points[1:], None], strict=True):
        below = sum(at(one))
        if below == total:
            return at(one)
        above = sum(at(two)) if two is not None else below
        if two is not None and below < total <= above:
            return at(one + (two - one) * (total - below) / (above - below))
    reached = [high if weight else low for weight, low, high in zip(weights, lows, highs, strict=True)]
    return clamped_by_hand(total, [0 if w else 1 for w in weights], reached, highs)


def _real_bounds(total: int, floors: list[int | None], caps: list[int | None]) -> tuple[list[int], list[int]]:
    return [max(floor or 0, 0) for floor in floors], [
        total if cap is None else min(cap, total) for cap in caps
    ]


@given(splits())
def test_a_split_is_the_clamped_proportional_share_with_the_largest_remainders_rounded_up(
    drawn: Bounded,
) -> None:
    total, weights, floors, caps = drawn
    shares = split(total, weights, floors=floors, caps=caps)
    lows, highs = _real_bounds(total, floors, caps)
    exact = clamped_by_hand(total, weights, lows, highs)
    assert sum(shares) == total
    assert all(low <= share <= high for low, share, high in zip(lows, shares, highs, strict=True))
    raised = [
        (share - x, -(x % 1), place)
        for place, (share, x) in enumerate(zip(shares, exact, strict=True))
        if x % 1
    ]
    assert all(share == x for share, x in zip(shares, exact, strict=True) if not x % 1)
    assert all(-1 < gain < 1 for gain, _, _ in raised)
    ups_first = [gain > 0 for gain, *_ in sorted(raised, key=lambda each: each[1:])]
    assert ups_first == sorted(ups_first, reverse=True)


@given(splits())
def test_a_negative_total_is_the_exact_mirror_image(drawn: Bounded) -> None:
    total, weights, floors, caps = drawn
    low = [None if floor is None else -floor for floor in floors]
    high = [None if cap is None else -cap for cap in caps]
    shares = split(total, weights, floors=floors, caps=caps)
    assert split(-total, weights, floors=high, caps=low) == tuple(-share for share in shares)


@given(splits(), st.data())
def test_the_order_of_children_matters_to_equal_remainders_only(drawn: Bounded, data: st.DataObject) -> None:
    total, weights, floors, caps = drawn
    order = data.draw(st.permutations(range(len(weights))))
    shares = split(total, weights, floors=floors, caps=caps)
    moved = split(
        total,
        [weights[at] for at in order],
        floors=[floors[at] for at in order],
        caps=[caps[at] for at in order],
    )
    exact = clamped_by_hand(total, weights, *_real_bounds(total, floors, caps))
    remainders = [each % 1 for each in exact if each % 1]
    tolerance = 0 if len(set(remainders)) == len(remainders) else 1
    assert all(abs(moved[place] - shares[at]) <= tolerance for place, at in enumerate(order))


@given(st.integers(0, 10**6), st.lists(st.integers(0, 50), min_size=1, max_size=8))
def test_who_has_more_weight_never_gets_less(total: int, weights: list[int]) -> None:
    shares = split(total, weights)
    assert all(
        shares[one] >= shares[two]
        for one in range(len(weights))
        for two in range(len(weights))
        if weights[one] > weights[two]
    )


@given(st.integers(0, 40), st.lists(st.integers(0, 12), min_size=1, max_size=6))
def test_floors_that_exceed_the_total_name_the_smallest_set_that_does(total: int, floors: list[int]) -> None:
    found = bounds_conflict(total, floors, [None] * len(floors))
    sets = [chosen for size in range(1, 7) for chosen in combinations(floors, size) if sum(chosen) > total]
    if not sets:
        assert found is None
        return
    assert found is not None
    assert found.code == "floors-above-total"
    assert len(found.positions) == len(min(sets, key=len))
    assert sum(floors[at] for at in found.positions) > total
    assert found.bounds == tuple(floors[at] for at in found.positions)
    mirrored = bounds_conflict(-total, [None] * len(floors), [-floor for floor in floors])
    assert mirrored is not None
    if total:  # a total of 0 has no mirror image: there such a cap lies below the floor of 0
        assert (mirrored.code, mirrored.positions) == ("caps-below-total", found.positions)


def test_100_over_12_months_sums_to_exactly_100() -> None:
    months = split(100, [1] * 12)
    assert (sum(months), months) == (100, (9, 9, 9, 9, 8, 8, 8, 8, 8, 8, 8, 8))


@pytest.mark.parametrize("total", [68_212_207, 20_000_001, 1, 0, -68_212_207])
def test_no_fen_is_lost_over_199_organisations(total: int) -> None:
    assert sum(split(total, list(range(199)))) == total


@pytest.mark.parametrize(
    ("total", "weights", "floors", "caps", "shares"),
    [
        (10, [0, 0, 0], None, None, (4, 3, 3)),
        (10, [0, 0, 0], [0, 5, 0], None, (3, 5, 2)),
        (10, [1, 0], [0, 3], None, (7, 3)),
        (10, [1, 0, 0], None, [4, None, None], (4, 3, 3)),
        (10, [1, 0, 0], [0, 0, 4], [4, None, 5], (4, 2, 4)),
        (10, [3, 1], None, [5, None], (5, 5)),
        (100, [1, 1, 1, 1], [50, 0, 0, 0], [50, 10, 0, None], (50, 10, 0, 40)),
        (7, [2, 2, 2], [0, 0, 3], [2, 2, 3], (2, 2, 3)),
        (0, [], None, None, ()),
        (-10, [1, 1, 1], None, None, (-4, -3, -3)),
        (-10, [1, 1], [-3, None], None, (-3, -7)),
    ],
)
def test_the_declared_answers_of_the_rare_cases(
    total: int,
    weights: list[int],
    floors: list[int] | None,
    caps: list[int | None] | None,
    shares: tuple[int, ...],
) -> None:
    assert split(total, weights, floors=floors, caps=caps) == shares


@pytest.mark.parametrize(
    ("total", "floors", "caps", "code", "positions", "bounds", "read"),
    [
        (10, [3, 8, 2, 4], [None] * 4, "floors-above-total", (1, 3), (8, 4), "8 + 4 = 12"),
        (10, [3, 12], [None] * 2, "floors-above-total", (1,), (12,), "12 = 12"),
        (10, [None] * 2, [4, 5], "caps-below-total", (0, 1), (4, 5), "4 + 5 = 9"),
        (10, [None, 6], [None, 5], "floor-above-cap", (1,), (6, 5), "6 > 5"),
        (10, [None], [-1], "floor-above-cap", (0,), (0, -1), "0 > -1"),
        (-10, [None] * 2, [-4, -8], "caps-below-total", (0, 1), (-4, -8), "-4 + -8 = -12"),
        (-10, [-4, -5], [None] * 2, "floors-above-total", (0, 1), (-4, -5), "-4 + -5 = -9"),
        (-10, [2, None], [None] * 2, "floor-above-cap", (0,), (2, 0), "2 > 0"),
    ],
)
def test_bounds_that_cannot_be_kept_name_the_smallest_conflicting_set(
    total: int,
    floors: list[int | None],
    caps: list[int | None],
    code: str,
    positions: tuple[int, ...],
    bounds: tuple[int, ...],
    read: str,
) -> None:
    with pytest.raises(BoundsConflict) as caught:
        split(total, [1] * len(floors), floors=floors, caps=caps)
    (conflict,) = caught.value.conflicts
    assert (conflict.code, conflict.positions, conflict.bounds) == (code, positions, bounds)
    assert (conflict.total, conflict.group) == (total, None)
    problem = caught.value.problems[0]
    assert (problem.code, problem.read) == (code, read)
    assert problem.where.path == f"[{', '.join(map(str, positions))}]"


def test_a_total_needs_somebody_to_share_it() -> None:
    assert code_of(Infeasible, lambda: split(5, [])) == "nobody-to-share"


def test_every_negative_weight_is_named() -> None:
    with pytest.raises(RecordProblem) as caught:
        split(5, [1, -1, 2, -3])
    assert [problem.where.path for problem in caught.value.problems] == ["[1]", "[3]"]


@pytest.mark.parametrize("bounds", [[], [1], [1, 1, 1]])
def test_bounds_come_one_for_each_child(bounds: list[int]) -> None:
    with pytest.raises(ValueError, match="zip"):
        split(5, [1, 2], floors=bounds)
    with pytest.raises(ValueError, match="zip"):
        split(5, [1, 2], caps=bounds)
