"""The fast apportionment equals the definition on every group, however large the numbers."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from attrs import frozen
from hypothesis import assume, given
from hypothesis import strategies as st

from partybuilding.engine.apportion import NO_CAP, NO_FLOOR, apportion
from partybuilding.errors import Infeasible, RecordProblem
from partybuilding.money import BoundsConflict, split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Bound = int | None


@frozen(kw_only=True)
class Group:
    """One sibling group of a drawn case: bounds are (floor, cap) pairs."""

    total: int
    weights: tuple[int, ...]
    bounds: tuple[tuple[Bound, Bound], ...]

    @property
    def floors(self) -> list[Bound]:
        return [floor for floor, _ in self.bounds]

    @property
    def caps(self) -> list[Bound]:
        return [cap for _, cap in self.bounds]


SHAPES = st.sampled_from([None, None, (8, 0), (8, 1), (7, 0), (4, 0), (0, 0)])
"""How far a bound lies from the kept share, in eighths and steps; (8, 0) is at it."""
AMOUNTS = [2, 30, 10**4, 2**31, 2**53, 2**56]


@st.composite
def groups(draw: st.DrawFn, *, feasible: bool = True) -> Group:
    """A group with room for its bounds: they lie around an allocation that keeps them."""
    size = draw(st.sampled_from([0, 1, 2, 3, 4, 5, 6]))
    amount = st.integers(0, draw(st.sampled_from(AMOUNTS)))
    weight = st.just(0) | st.integers(0, draw(st.sampled_from([1, 5, *AMOUNTS, 2**60])))
    kept = draw(st.lists(amount, min_size=size, max_size=size))
    slack = 0 if feasible else draw(st.sampled_from([-5, -1, 0, 1, 5]))
    shapes = draw(st.lists(st.tuples(SHAPES, SHAPES), min_size=size, max_size=size))
    bounds = [
        (low and share * low[0] // 8 - low[1], cap and share * (16 - cap[0]) // 8 + cap[1])
        for share, (low, cap) in zip(kept, shapes, strict=True)
    ]
    total = sum(kept) + slack if size else draw(st.integers(0, 9))
    sign = draw(st.sampled_from([1, 1, -1]))
    if sign < 0:
        bounds = [(None if cap is None else -cap, None if floor is None else -floor) for floor, cap in bounds]
    weights = draw(st.lists(weight, min_size=size, max_size=size))
    return Group(total=sign * total, weights=tuple(weights), bounds=tuple(bounds))


def whole(numbers: Sequence[int]) -> NDArray[np.int64]:
    return np.array(numbers, dtype=np.int64)


def starts(sizes: Sequence[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def together(case: Sequence[Group], *, floors: bool = True, caps: bool = True) -> list[tuple[int, ...]]:
    """The shares of all groups in one call, group by group."""
    first = starts([len(each.weights) for each in case])
    lows = [NO_FLOOR if floor is None else floor for each in case for floor in each.floors]
    highs = [NO_CAP if cap is None else cap for each in case for cap in each.caps]
    shares = apportion(
        whole([each.total for each in case]),
        whole([weight for each in case for weight in each.weights]),
        first,
        floors=whole(lows) if floors else None,
        caps=whole(highs) if caps else None,
    )
    assert shares.dtype == np.int64
    return [tuple(shares[one:two].tolist()) for one, two in pairwise(first)]


@given(st.lists(groups(), max_size=5), st.booleans(), st.booleans())
def test_every_group_gets_what_the_definition_says(case: list[Group], floors: bool, caps: bool) -> None:
    expected = [
        split(
            each.total, each.weights, floors=each.floors if floors else None, caps=each.caps if caps else None
        )
        if each.weights
        else ()
        for each in case
    ]
    assert together(case, floors=floors, caps=caps) == expected


@given(st.lists(groups(feasible=False), max_size=5))
def test_every_group_with_impossible_bounds_is_named_with_its_smallest_set(case: list[Group]) -> None:
    expected = []
    for number, each in enumerate(case):
        try:
            split(each.total, each.weights, floors=each.floors, caps=each.caps)
        except BoundsConflict as error:
            (found,) = error.conflicts
            expected.append((number, found.code, found.positions, found.bounds, found.total))
        except Infeasible:  # nobody to share: the kernel leaves the amount with the parent
            assert not each.weights
    if not expected:
        assert len(together(case)) == len(case)
        return
    with pytest.raises(BoundsConflict) as caught:
        together(case)
    found_there = [
        (each.group, each.code, each.positions, each.bounds, each.total) for each in caught.value.conflicts
    ]
    assert found_there == expected
    assert all(problem.where.path is not None for problem in caught.value.problems)


@given(st.lists(groups(), min_size=1, max_size=4))
def test_shares_sum_to_the_total_and_keep_their_bounds(case: list[Group]) -> None:
    for each, shares in zip(case, together(case), strict=True):
        assert not each.weights or sum(shares) == each.total
        for share, (floor, cap) in zip(shares, each.bounds, strict=True):
            assert floor is None or share >= floor
            assert cap is None or share <= cap
            assert share * each.total >= 0


@given(st.lists(groups(), min_size=1, max_size=4))
def test_a_reversal_is_the_exact_opposite(case: list[Group]) -> None:
    mirror = [
        Group(
            total=-each.total,
            weights=each.weights,
            bounds=tuple(
                (None if cap is None else -cap, None if floor is None else -floor)
                for floor, cap in each.bounds
            ),
        )
        for each in case
    ]
    assert together(mirror) == [tuple(-share for share in shares) for shares in together(case)]


@given(st.lists(groups(), min_size=2, max_size=4), st.data())
def test_a_group_gets_the_same_whatever_stands_beside_it(case: list[Group], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(case))))
    alone = together(case)
    assert together([case[at] for at in order]) == [alone[at] for at in order]


@given(groups(), st.integers(0, 2**40), st.integers(0, 2**40))
def test_under_equal_bounds_more_weight_never_gets_less(group: Group, floor: int, cap: int) -> None:
    size = len(group.weights)
    low, high = sorted((floor, cap))
    total = abs(group.total)
    assume(size and size * low <= total <= size * high)
    alike = Group(total=total, weights=group.weights, bounds=((low, high),) * size)
    (shares,) = together([alike])
    ordered = [share for _, share in sorted(zip(group.weights, shares, strict=True))]
    assert ordered == sorted(ordered)


def test_many_groups_of_one_size_and_more_than_one_block_are_split_alike() -> None:
    chance = np.random.default_rng(7)
    sizes = [15] * 5000 + [3] * 10 + [200] + [1] * 300
    weights = chance.integers(0, 1000, sum(sizes))
    totals = chance.integers(-500, 10**6, len(sizes))
    first = starts(sizes)
    shares = apportion(totals, weights, first)
    assert (np.add.reduceat(shares, first[:-1]) == totals).all()
    for group in (0, 4999, 5003, 5010, 5310):
        children = slice(first[group], first[group + 1])
        assert tuple(shares[children].tolist()) == split(int(totals[group]), weights[children].tolist())


def test_the_wide_path_is_exact_where_the_estimate_errs_most() -> None:
    chance = np.random.default_rng(11)
    sizes = [7] * 600
    weights = chance.integers(2**52 - 2**20, 2**52, sum(sizes))
    totals = chance.integers(2**61, 2**62, len(sizes))
    shares = apportion(totals, weights, starts(sizes))
    for group in range(0, 600, 7):
        children = slice(group * 7, group * 7 + 7)
        assert tuple(shares[children].tolist()) == split(int(totals[group]), weights[children].tolist())


@pytest.mark.parametrize(
    ("total", "weights"),
    [
        (2**63 - 1, [1, 1, 1]),
        (-(2**63), [1, 2, 3]),
        (2**62, [2**62, 2**62, 2**62]),
        (68_212_207, [2**63 - 1] * 5),
        (10**17, [2**54 - 1, 2**54 - 2, 1]),
        (2**33 - 2, [2**31] * 3 + [2**31 - 1]),
        (30, [1, 2, 3] * 70),
    ],
)
def test_numbers_at_the_end_of_64_bits_are_split_exactly(total: int, weights: list[int]) -> None:
    shares = apportion(whole([total]), whole(weights), starts([len(weights)]))
    assert tuple(shares.tolist()) == split(total, weights)


def test_weights_too_large_for_the_estimate_go_through_the_definition() -> None:
    chance = np.random.default_rng(13)
    weights, totals = chance.integers(2**58, 2**60, 800), chance.integers(2**61, 2**62, 200)
    shares = apportion(totals, weights, starts([4] * 200))
    for group in range(200):
        children = slice(group * 4, group * 4 + 4)
        assert tuple(shares[children].tolist()) == split(int(totals[group]), weights[children].tolist())


@pytest.mark.parametrize(
    ("total", "weights", "floors", "caps"),
    [
        (16, [0, 6, 1, 3], [3, 8, NO_FLOOR, 2], [4, 9, 2, 3]),
        (24, [1, 6, 8, 7], [NO_FLOOR, 7, 9, 5], [4, 7, NO_CAP, 6]),
        (32, [3, 6, 1, 0, 3], [1, 8, 1, 10, 10], [2, NO_CAP, 2, 10, 11]),
    ],
)
def test_clamping_that_hands_out_a_fraction_too_little_fixes_the_caps_first(
    total: int, weights: list[int], floors: list[int], caps: list[int]
) -> None:
    shares = apportion(
        whole([total]), whole(weights), starts([len(weights)]), floors=whole(floors), caps=whole(caps)
    )
    assert tuple(shares.tolist()) == split(total, weights, floors=floors, caps=caps)


def test_one_child_may_be_bound_to_the_whole_total() -> None:
    bound = whole([0, 10, 0])
    assert apportion(whole([10]), whole([5, 1, 5]), starts([3]), floors=bound).tolist() == [0, 10, 0]
    assert apportion(whole([-10]), whole([5, 1, 5]), starts([3]), caps=-bound).tolist() == [0, -10, 0]


def test_sums_of_bounds_beyond_64_bits_never_wrap() -> None:
    huge = whole([2**62] * 8)
    first = starts([8])
    free = apportion(whole([80]), whole([1] * 8), first, caps=huge)
    assert free.tolist() == [10] * 8
    with pytest.raises(BoundsConflict) as caught:
        apportion(whole([2**62 - 1]), whole([1] * 8), first, floors=huge)
    assert caught.value.conflicts[0].positions == (0,)
    with pytest.raises(BoundsConflict) as caught:
        apportion(whole([2**62 - 1]), whole([1] * 8), first, floors=whole([2**61] * 8))
    assert caught.value.conflicts[0].positions == (0, 1)
    with pytest.raises(BoundsConflict) as caught:
        apportion(whole([2**62 + 1]), whole([1] * 2), starts([2]), floors=huge[:2])
    assert caught.value.conflicts[0].positions == (0, 1)


@pytest.mark.parametrize("total", [68_212_207, 20_000_001, 100])
def test_amounts_of_real_systems_are_conserved_over_a_district(total: int) -> None:
    weights = np.arange(198) % 37
    sizes = [19, *([9] * 18), 8, 9]
    first = starts([sum(sizes)])
    assert int(apportion(whole([total]), weights, first).sum()) == total


def test_narrow_columns_are_taken_and_floats_are_refused() -> None:
    narrow = np.array([1, 1, 1], dtype=np.int32)
    assert apportion(whole([10]), narrow, starts([3])).tolist() == [4, 3, 3]  # type: ignore[arg-type] # stored narrow
    for wrong in (np.float64, np.uint64):
        with pytest.raises(TypeError):
            apportion(whole([10]), np.ones(3, dtype=wrong), starts([3]))


def test_groups_without_children_hand_nothing_down() -> None:
    assert apportion(whole([5, 7, 2**62]), whole([2, 5]), whole([0, 0, 2, 2])).tolist() == [2, 5]
    assert apportion(whole([5]), whole([]), whole([0, 0])).tolist() == []
    assert apportion(whole([]), whole([]), whole([0])).tolist() == []


def test_every_negative_weight_is_named() -> None:
    with pytest.raises(RecordProblem) as caught:
        apportion(whole([5]), whole([1, -1, -2]), starts([3]))
    assert [problem.code for problem in caught.value.problems] == ["negative-weight"] * 2
    assert [problem.where.path for problem in caught.value.problems] == ["[1]", "[2]"]


@pytest.mark.parametrize(
    ("first", "floors", "caps"),
    [
        ([], None, None),
        ([0], None, None),
        ([1, 3], None, None),
        ([0, 2], None, None),
        ([0, 4], None, None),
        ([0, 2, 3], None, None),
        ([0, 3], [1], None),
        ([0, 3], None, [1, 2, 3, 4]),
    ],
)
def test_groups_that_do_not_tile_the_children_are_refused(
    first: list[int], floors: list[int] | None, caps: list[int] | None
) -> None:
    with pytest.raises(RecordProblem) as caught:
        apportion(
            whole([5]),
            whole([1, 1, 1]),
            whole(first),
            floors=None if floors is None else whole(floors),
            caps=None if caps is None else whole(caps),
        )
    assert caught.value.code == "groups-not-contiguous"


def test_starts_that_step_back_are_refused() -> None:
    with pytest.raises(RecordProblem) as caught:
        apportion(whole([1, 1, 1]), whole([1, 1, 1]), whole([0, 2, 1, 3]))
    assert caught.value.code == "groups-not-contiguous"
