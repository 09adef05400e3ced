"""The tree, columns that go up and beside, and standards laid over it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from partybuilding.domain.brackets import Brackets
from partybuilding.domain.organisations import Alias, Organisation, Placement
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.standards import Policy, Source, Standard, share
from partybuilding.domain.standards import item as item_unit
from partybuilding.engine.beside import distribution, ranking
from partybuilding.engine.column import Column
from partybuilding.engine.resolving import kind_of, lay, nearest
from partybuilding.engine.tree import Tree, tree_of
from partybuilding.engine.upward import rollup, union
from partybuilding.errors import PlanProblem
from partybuilding.extension.catalogue import Declared
from partybuilding.extension.declarations import Distribution, Ranking, Rollup
from partybuilding.extension.expressions import Kind
from partybuilding.extension.places import chain, standing
from partybuilding.money import Rate
from partybuilding.testing.worlds import World, small_district

ON = date(2026, 12, 31)
KINDS = ("street", "town", "village")


@st.composite
def parents(draw: st.DrawFn) -> list[int | None]:
    """Parents by number: the first is the root, every other stands below an earlier one."""
    size = draw(st.integers(1, 24))
    return [None, *(draw(st.integers(0, at - 1)) for at in range(1, size))]


def snapshot_of(above: list[int | None], order: list[int], *, ancestors: bool = False) -> Snapshot:
    """A snapshot of a tree whose organisations are given in some order."""
    made = [
        Organisation(
            id=f"o{at:02}", name=str(at), kind=KINDS[at % 3],
            placements=() if parent is None else (Placement(parent=f"o{parent:02}"),),
            aliases=(Alias(scheme="stats", code=f"c{at}"),),
        )
        for at, parent in enumerate(above)
    ]  # fmt: skip
    if ancestors:
        made[0] = evolve(made[0], placements=(Placement(parent="city"),))
        made += [
            Organisation(id="city", name="市", kind="city", placements=(Placement(parent="province"),)),
            Organisation(id="province", name="省", kind="province"),
        ]
    shuffled = [made[at] for at in order] + made[len(order) :]
    return Snapshot(on=ON, known=1, head="", records={"organisation": tuple(shuffled)}, root="o00")


@given(parents().flatmap(lambda above: st.tuples(st.just(above), st.permutations(range(len(above))))))
def test_the_tree_stands_in_level_order_whatever_the_order_of_the_records(
    case: tuple[list[int | None], list[int]],
) -> None:
    above, order = case
    tree = tree_of(snapshot_of(above, order))
    assert sorted(tree.ids) == sorted(f"o{at:02}" for at in range(len(above)))
    for at, id_ in enumerate(tree.ids):
        parent = above[int(id_[1:])]
        assert tree.parent[at] == (-1 if parent is None else tree.index[f"o{parent:02}"])
        children = tree.ids[tree.first[at] : tree.first[at + 1]]
        assert list(children) == sorted(
            f"o{child:02}" for child, its in enumerate(above) if its == int(id_[1:])
        )
        below = {each for each in tree.ids if id_ in lineage(above, each)}
        span = tree.span(id_)
        assert {
            each for i, each in enumerate(tree.ids) if span.start <= tree.preorder[i] < span.stop
        } == below
        assert tree.size[at] == len(below)
        assert tree.depth(id_) == len(lineage(above, id_))
    assert tree.ids == tree_of(snapshot_of(above, sorted(order))).ids


def lineage(above: list[int | None], id_: str) -> list[str]:
    """An organisation and everything above it."""
    here: int | None = int(id_[1:])
    found = []
    while here is not None:
        found.append(f"o{here:02}")
        here = above[here]
    return found


def test_ancestors_of_the_root_are_places_that_cover_the_whole_tree() -> None:
    tree = tree_of(snapshot_of([None, 0, 0], [0, 1, 2], ancestors=True))
    assert tree.ancestors == ("province", "city")
    assert [tree.depth(place) for place in (None, "province", "city", "o00", "o01")] == [0, 1, 2, 3, 4]
    assert tree.span("city") == tree.span(None) == slice(0, 3)
    assert tree.locate(("stats", "c1")) == (True, "o01")
    assert tree.locate("elsewhere") == (False, "elsewhere")
    assert tree.locate(("stats", "nowhere")) == (False, None)


@pytest.mark.parametrize("root", [None, "gone"])
def test_a_snapshot_without_its_root_is_refused(root: str | None) -> None:
    with pytest.raises(PlanProblem, match="no root"):
        tree_of(World(records=small_district(), root=root).snapshot)


values = st.one_of(st.none(), st.integers(-50, 50))


def column_of(given_values: list[int | None]) -> Column:
    return Column(
        values=np.array([each or 0 for each in given_values], dtype=np.int64),
        known=np.array([each is not None for each in given_values], dtype=bool),
    )


def values_of(column: Column) -> list[int | None]:
    return [int(value) if known else None for value, known in zip(column.values, column.known, strict=True)]


@given(parents().flatmap(lambda above: st.tuples(st.just(above), st.lists(values, min_size=len(above), max_size=len(above)))), st.sampled_from(["sum", "min", "max", "count"]), st.sampled_from(["skip", "spoil"]))  # fmt: skip
def test_a_rollup_is_what_a_walk_over_every_subtree_finds(
    case: tuple[list[int | None], list[int | None]], by: str, missing: str
) -> None:
    above, figures = case
    tree = tree_of(snapshot_of(above, [*range(len(above))]))
    held = {id_: figures[at] for at, id_ in enumerate(tree.ids)}
    found = values_of(rollup(tree, column_of(figures), Rollup(name="all", of="own", by=by, missing=missing)))  # type: ignore[arg-type]  # drawn from the allowed words
    for at, id_ in enumerate(tree.ids):
        below = [held[each] for each in tree.ids if id_ in lineage(above, each)]
        known = [each for each in below if each is not None]
        assert found[at] == by_hand(by, missing, below, known)


def by_hand(by: str, missing: str, below: list[int | None], known: list[int]) -> int | None:
    if by == "count":
        return len(known)
    if not known or (missing == "spoil" and len(known) < len(below)):
        return None
    return sum(known) if by == "sum" else min(known) if by == "min" else max(known)


@given(parents(), st.lists(st.tuples(st.integers(0, 23), st.integers(0, 5)), max_size=40))
def test_a_union_counts_each_thing_once_at_every_node(
    above: list[int | None], given_pairs: list[tuple[int, int]]
) -> None:
    tree = tree_of(snapshot_of(above, [*range(len(above))]))
    pairs = [(at % tree.n, thing) for at, thing in given_pairs]
    found = values_of(union(tree, np.array(pairs, dtype=np.int64).reshape(-1, 2)))
    for at, id_ in enumerate(tree.ids):
        below = {thing for place, thing in pairs if id_ in lineage(above, tree.ids[place])}
        assert found[at] == len(below)


@given(parents().flatmap(lambda above: st.tuples(st.just(above), st.lists(values, min_size=len(above), max_size=len(above)))), st.sampled_from(["siblings", "kind", "all"]), st.booleans())  # fmt: skip
def test_a_rank_is_one_more_than_how_many_are_better(
    case: tuple[list[int | None], list[int | None]], among: str, larger: bool
) -> None:
    above, figures = case
    tree = tree_of(snapshot_of(above, [*range(len(above))]))
    declared = Ranking(name="place", of="own", among=among, larger_first=larger)  # type: ignore[arg-type]  # drawn from the allowed words
    found = values_of(ranking(tree, column_of(figures), declared))
    for at in range(tree.n):
        group = [figures[other] for other in group_of(tree, at, among) if figures[other] is not None]
        own = figures[at]
        better = [
            each
            for each in group
            if each is not None and own is not None and (each > own if larger else each < own)
        ]
        assert found[at] == (None if own is None else 1 + len(better))


def group_of(tree: Tree, at: int, among: str) -> list[int]:
    def key(other: int) -> tuple[int, int]:
        parent = int(tree.parent[other]) if among != "all" else 0
        return parent, int(tree.kind[other]) if among != "siblings" else 0

    return [other for other in range(tree.n) if key(other) == key(at)]


THIRDS = Distribution(
    name="class",
    of="own",
    among="all",
    classes=(("first", Rate(15, 100)), ("second", Rate(50, 100))),
    rest="third",
)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_a_class_never_holds_more_than_its_share_and_equals_stay_together(
    figures: list[int], chance: object
) -> None:
    tree = flat(len(figures))
    order = [*range(len(figures))]
    chance.shuffle(order)  # type: ignore[attr-defined]  # a random.Random
    found = values_of(distribution(tree, column_of([None, *figures]), THIRDS))[1:]
    shuffled = values_of(distribution(tree, column_of([None, *(figures[at] for at in order)]), THIRDS))[1:]
    assert [found[at] for at in order] == shuffled
    classes: dict[int, set[int | None]] = defaultdict(set)
    for figure, place in zip(figures, found, strict=True):
        classes[figure].add(place)
    assert all(len(each) == 1 for each in classes.values())
    assert sum(place == 1 for place in found) <= len(figures) * 15 // 100
    assert sum(place in (1, 2) for place in found) <= len(figures) * 50 // 100
    pairs = [(figure, place) for figure, place in zip(figures, found, strict=True) if place is not None]
    assert all(a >= b or x >= y for a, x in pairs for b, y in pairs)


def flat(children: int) -> Tree:
    """A root with so many villages."""
    made = [Organisation(id="o00", name="区", kind="district")]
    made += [
        Organisation(id=f"v{at:03}", name=str(at), kind="village", placements=(Placement(parent="o00"),))
        for at in range(children)
    ]
    return tree_of(Snapshot(on=ON, known=1, head="", records={"organisation": tuple(made)}, root="o00"))


def test_a_town_with_four_villages_has_a_defined_distribution() -> None:
    found = values_of(distribution(flat(4), column_of([None, 95, 90, 85, 80]), THIRDS))
    assert found == [None, 2, 2, 3, 3]


def test_162_villages_give_one_answer_in_every_view() -> None:
    figures = [(at * 37) % 1000 for at in range(162)]
    placed = values_of(distribution(flat(162), column_of([None, *figures]), THIRDS))[1:]
    ranks = values_of(
        ranking(flat(162), column_of([None, *figures]), Ranking(name="place", of="own", among="all"))
    )[1:]
    assert [placed.count(each) for each in (1, 2, 3)] == [24, 57, 81]
    assert all(
        (rank <= 24) == (place == 1) for rank, place in zip(ranks, placed, strict=True) if rank is not None
    )


standards = st.builds(
    lambda place, kinds, value, policy, stricter: Standard(
        name="floor", value=value, unit=item_unit, source=Source("x"), place=place, kinds=kinds, policy=policy,
        stricter=stricter if stricter is not None or policy != "tighten" else "higher",
    ),
    st.sampled_from([None, "province", "city", "o00", "o01", "o02", "o03", ("stats", "c4")]),
    st.sampled_from([frozenset(), frozenset({"village"}), frozenset({"town", "street"})]),
    st.one_of(st.none(), st.integers(0, 5)),
    st.sampled_from(["override", "tighten", "fixed"]),
    st.sampled_from([None, "higher", "lower"]),
)  # fmt: skip


@given(st.lists(standards, max_size=7, unique_by=lambda each: (each.place, bool(each.kinds))))
def test_laying_over_the_tree_agrees_with_asking_the_catalogue_for_each_organisation(
    layers: list[Standard],
) -> None:
    snapshot = snapshot_of([None, 0, 0, 1, 1, 2], [*range(6)], ancestors=True)
    tree = tree_of(snapshot)
    declared = [Declared(each, "national") for each in layers]
    laid = lay(tree, declared, Kind.NUMBER)
    for at, id_ in enumerate(tree.ids):
        expected = standing(declared, chain(id_, snapshot), ON).given
        assert laid.layer(at) is expected


def test_the_kind_of_a_standard_follows_its_values_else_its_unit() -> None:
    def made(
        value: int | Rate | Brackets | None, unit: object = item_unit, policy: Policy = "override"
    ) -> Declared[Standard]:
        return Declared(Standard(name="s", value=value, unit=unit, source="x", policy=policy), "national")  # type: ignore[arg-type]  # units

    assert kind_of([made(None), made(3)]) is Kind.NUMBER
    assert kind_of([made(None), made(Rate(1, 3))]) is Kind.RATE
    assert kind_of([made(None, share)]) is Kind.RATE
    assert kind_of([made(Brackets(((None, 1),)))]) is Kind.BRACKETS
    empty = lay(flat(1), [made(None, share)], Kind.RATE)
    assert empty.resolved.choices == (Rate(0, 1),)
    assert list(empty.resolved.which) == [-1, -1]


def test_the_nearest_declaration_wins_and_one_that_names_kinds_before_a_general_one() -> None:
    tree = tree_of(snapshot_of([None, 0, 0, 1, 1, 2], [*range(6)]))
    layers = [
        Declared(
            Standard(name="s", value=1, unit=item_unit, source="x", place=place, kinds=kinds), "national"
        )
        for place, kinds in ((None, ()), ("o01", ()), (None, ("village",)), ("elsewhere", ()))
    ]
    found = {id_: int(nearest(tree, layers)[at]) for at, id_ in enumerate(tree.ids)}
    assert found == {"o00": 0, "o01": 1, "o02": 2, "o03": 1, "o04": 1, "o05": 2}
