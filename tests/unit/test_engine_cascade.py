"""Targets go down: conservation at every node, bounds kept, and infeasible bounds named."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partybuilding.domain.indicators import Addition, Agreement, Goal
from partybuilding.domain.organisations import Organisation, Placement
from partybuilding.domain.record import Record
from partybuilding.domain.snapshot import Snapshot
from partybuilding.engine.cascade import Cascaded, Edges, cascade, edges
from partybuilding.engine.column import Column
from partybuilding.engine.tree import Tree, tree_of
from partybuilding.errors import Infeasible, PlanProblem
from partybuilding.extension.declarations import Cascade

YEAR = 2026
HANDED_DOWN = Cascade(name="down", indicator="done", weight="members")


def snapshot_of(above: list[int | None], records: list[Record]) -> Snapshot:
    made = [
        Organisation(
            id=f"o{at:02}",
            name=str(at),
            kind="village",
            placements=() if parent is None else (Placement(parent=f"o{parent:02}"),),
        )
        for at, parent in enumerate(above)
    ]
    held: dict[str, list[Record]] = {"organisation": [*made]}
    for record in records:
        held.setdefault(record.noun, []).append(record)
    return Snapshot(
        on=date(YEAR, 1, 31),
        known=1,
        head="",
        records={noun: tuple(each) for noun, each in held.items()},
        root="o00",
    )


def goal(organisation: str, amount: int | None, reserve: int = 0) -> Goal:
    return Goal(
        id=f"goal/{organisation}",
        organisation=organisation,
        indicator="done",
        year=YEAR,
        amount=amount,
        reserve=reserve,
    )


def column(tree: Tree, given_values: dict[str, int]) -> Column:
    return Column(
        values=np.array([given_values.get(id_, 0) for id_ in tree.ids], dtype=np.int64),
        known=np.array([id_ in given_values for id_ in tree.ids], dtype=bool),
    )


def run(above: list[int | None], records: list[Record], weights: dict[str, int], floors: dict[str, int] | None = None, caps: dict[str, int] | None = None, declared: Cascade = HANDED_DOWN) -> tuple[Tree, Edges, Cascaded]:  # fmt: skip
    snapshot = snapshot_of(above, records)
    tree = tree_of(snapshot)
    fixed = edges(snapshot, tree, "done", YEAR)
    bounds = {
        name: column(tree, each) for name, each in (("floor", floors), ("cap", caps)) if each is not None
    }
    return tree, fixed, cascade(tree, declared, fixed, weight=column(tree, weights), **bounds)


@st.composite
def districts(
    draw: st.DrawFn,
) -> tuple[list[int | None], list[Record], dict[str, int], dict[str, int], dict[str, int]]:
    """A tree with a goal at the root, weights, and reserves, floors, caps, agreements and additions that may conflict."""
    size = draw(st.integers(1, 12))
    above = [None, *(draw(st.integers(0, at - 1)) for at in range(1, size))]
    ids = [f"o{at:02}" for at in range(size)]
    records: list[Record] = [goal("o00", draw(st.integers(0, 500)), draw(st.integers(0, 9)))]
    few = st.lists(st.sampled_from(ids[1:]), unique=True, max_size=3) if size > 1 else st.just([])
    records += [goal(id_, None, draw(st.integers(0, 4))) for id_ in draw(few)]
    records += [
        Agreement(
            id=f"a/{id_}",
            organisation=id_,
            indicator="done",
            year=YEAR,
            amount=draw(st.integers(0, 20)),
            reason="商定",
        )
        for id_ in draw(few)
    ]
    records += [
        Addition(
            id=f"p/{id_}",
            organisation=id_,
            indicator="done",
            year=YEAR,
            amount=draw(st.integers(-3, 9)),
            reason="加码",
        )
        for id_ in draw(few)
    ]
    weights = {id_: draw(st.integers(0, 30)) for id_ in ids}
    floors = {id_: draw(st.integers(0, 6)) for id_ in draw(few)}
    caps = {id_: draw(st.integers(30, 200)) for id_ in draw(few)}
    return above, records, weights, floors, caps


@given(districts())
def test_children_and_reserve_make_the_parents_target_at_every_node_or_the_conflict_is_named(
    case: tuple[list[int | None], list[Record], dict[str, int], dict[str, int], dict[str, int]],
) -> None:
    above, records, weights, floors, caps = case
    try:
        tree, fixed, got = run(above, records, weights, floors, caps)
    except Infeasible as error:
        named = [bool(problem.read and problem.where.organisation) for problem in error.problems]
    else:
        named = []
    assert all(named)
    if named:
        return
    assert got.target.known.all()
    for at, id_ in enumerate(tree.ids):
        children = range(int(tree.first[at]), int(tree.first[at + 1]))
        if children:
            assert sum(int(got.share.values[child]) for child in children) + int(fixed.reserve[at]) == int(
                got.target.values[at]
            )
        assert got.reserve.values[at] == fixed.reserve[at]
        if at:
            assert got.share.known[at]
            assert got.target.values[at] == got.share.values[at] + fixed.added[at]
            agreed = bool(fixed.agreed.known[at])
            assert not agreed or got.share.values[at] == fixed.agreed.values[at]
            assert agreed or floors.get(id_, 0) <= got.share.values[at] <= caps.get(id_, 10**9)


@given(districts())
def test_the_targets_do_not_depend_on_the_order_of_the_records(
    case: tuple[list[int | None], list[Record], dict[str, int], dict[str, int], dict[str, int]],
) -> None:
    above, records, weights, floors, caps = case
    assert outcome(above, records, weights, floors, caps) == outcome(
        above, records[::-1], weights, floors, caps
    )


def outcome(
    above: list[int | None],
    records: list[Record],
    weights: dict[str, int],
    floors: dict[str, int],
    caps: dict[str, int],
) -> object:
    """The targets, or the problems that were named."""
    try:
        _, _, got = run(above, records, weights, floors, caps)
    except Infeasible as error:
        return error.problems
    return got.target.values.tolist()


TWO_LEVELS: list[int | None] = [None, 0, 0, 1, 1]


def test_a_parents_floor_grows_to_what_its_children_need() -> None:
    tree, _, got = run(
        TWO_LEVELS,
        [goal("o00", 10), goal("o01", None, reserve=1)],
        {"o01": 1, "o02": 9, "o03": 1, "o04": 1},
        floors={"o03": 3, "o04": 3},
    )
    assert dict(zip(tree.ids, got.target.values.tolist(), strict=True)) == {
        "o00": 10,
        "o01": 7,
        "o02": 3,
        "o03": 3,
        "o04": 3,
    }


def test_a_goal_may_start_a_cascade_below_the_root_and_above_it_the_target_is_missing() -> None:
    tree, _, got = run(TWO_LEVELS, [goal("o01", 5)], {"o03": 2, "o04": 1})
    assert [bool(got.target.known[tree.index[id_]]) for id_ in ("o00", "o01", "o02", "o03")] == [
        False,
        True,
        False,
        True,
    ]
    assert (got.target.values[tree.index["o03"]], got.target.values[tree.index["o04"]]) == (3, 2)


def test_all_weights_zero_means_equal_shares_with_ties_by_id() -> None:
    _, _, got = run([None, 0, 0, 0], [goal("o00", 7)], {"o01": 0, "o02": 0, "o03": 0})
    assert got.target.values.tolist() == [7, 3, 2, 2]


def test_all_weights_zero_are_refused_where_the_cascade_says_so() -> None:
    strict = Cascade(name="down", indicator="done", weight="members", zero="refuse")
    with pytest.raises(
        PlanProblem, match="organisation o00: weights zero: read 0; expected a child with members above 0"
    ):
        run([None, 0, 0], [goal("o00", 7)], {"o01": 0, "o02": 0}, declared=strict)
    assert run([None, 0, 0], [goal("o00", 7)], {"o01": 0, "o02": 1}, declared=strict)[
        2
    ].target.values.tolist() == [7, 0, 7]


def test_a_goal_inside_a_running_cascade_is_refused_with_both_named() -> None:
    with pytest.raises(
        PlanProblem, match="organisation o01: goal inside cascade: read 3 beside the target from o00"
    ):
        run(TWO_LEVELS, [goal("o00", 10), goal("o01", 3)], {"o01": 1, "o02": 1})


def test_missing_and_negative_weights_are_refused_all_at_once() -> None:
    with pytest.raises(PlanProblem) as error:
        run([None, 0, 0, 0], [goal("o00", 7)], {"o01": 1, "o02": -1})
    assert [(each.code, each.where.organisation, each.read) for each in error.value.problems] == [
        ("weight-missing", "o02", "-1"),
        ("weight-missing", "o03", "nothing"),
    ]


def test_a_reserve_above_the_target_is_refused() -> None:
    with pytest.raises(
        Infeasible, match="organisation o00: reserve above target: read reserve 9; expected at most 7"
    ):
        run([None, 0], [goal("o00", 7, reserve=9)], {"o01": 1})


def test_conflicting_floors_are_named_by_the_smallest_set() -> None:
    with pytest.raises(Infeasible) as error:
        run(
            [None, 0, 0, 0],
            [goal("o00", 10)],
            {"o01": 1, "o02": 1, "o03": 1},
            floors={"o01": 6, "o02": 5, "o03": 4},
        )
    assert [(each.code, each.read, each.where.organisation) for each in error.value.problems] == [
        ("floors-above-target", "o01 floor 6, o02 floor 5", "o00")
    ]


def test_conflicting_caps_are_named() -> None:
    with pytest.raises(Infeasible) as error:
        run([None, 0, 0], [goal("o00", 10)], {"o01": 1, "o02": 1}, caps={"o01": 4, "o02": 5})
    assert [(each.code, each.read) for each in error.value.problems] == [
        ("caps-below-target", "o01 cap 4, o02 cap 5")
    ]


def test_a_floor_above_its_own_cap_is_named() -> None:
    with pytest.raises(Infeasible) as error:
        run([None, 0, 0], [goal("o00", 10)], {"o01": 1, "o02": 1}, floors={"o01": 6}, caps={"o01": 4})
    assert [(each.code, each.read) for each in error.value.problems] == [
        ("floor-above-cap", "o01 floor 6, o01 cap 4")
    ]


def test_what_belongs_to_another_tree_indicator_or_year_is_not_concerned() -> None:
    strangers: list[Record] = [
        Goal(id="g1", organisation="elsewhere", indicator="done", year=YEAR, amount=5),
        Goal(id="g2", organisation="o00", indicator="other", year=YEAR, amount=5),
        Goal(id="g3", organisation="o00", indicator="done", year=YEAR - 1, amount=5),
        Agreement(id="a1", organisation="elsewhere", indicator="done", year=YEAR, amount=5, reason="x"),
        Addition(id="p1", organisation="o01", indicator="other", year=YEAR, amount=5, reason="x"),
    ]
    _, fixed, got = run([None, 0], strangers, {"o01": 1})
    assert not got.target.known.any()
    assert not fixed.added.any()


def test_of_several_parents_only_the_one_in_conflict_is_named() -> None:
    above: list[int | None] = [None, 0, 0, 1, 2]
    with pytest.raises(Infeasible) as error:
        run(
            above,
            [goal("o00", 10)],
            {"o01": 1, "o02": 1, "o03": 1, "o04": 1},
            caps={"o03": 4},
            floors={"o01": 5},
        )
    assert [(each.code, each.where.organisation) for each in error.value.problems] == [
        ("floor-above-cap", "o00")
    ]
    with pytest.raises(Infeasible) as error:
        run(
            [None, 0, 0, 1, 2, 2],
            [goal("o01", 3), goal("o02", 9)],
            {"o03": 1, "o04": 1, "o05": 1},
            floors={"o03": 4},
        )
    assert [(each.code, each.where.organisation) for each in error.value.problems] == [
        ("floors-above-target", "o01")
    ]
