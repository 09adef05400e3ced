"""Who became whom, and what became of their figures: exact over every chain of reorganisations, in both directions."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from partybuilding.domain.lineages import between, carried, divided, heirs, passage, passages
from partybuilding.domain.reorganisations import Key, Reorganisation, Weight

START = date(2026, 1, 1)
ENDS = date(2030, 1, 1)


def of(
    kind: Any, before: tuple[str, ...], after: tuple[str, ...], day: date, **weights: int
) -> Reorganisation:
    key = (Key(weights=tuple(Weight(organisation=unit, weight=weight) for unit, weight in weights.items())),)
    return Reorganisation(
        id=f"r{day.toordinal()}", day=day, kind=kind, before=before, after=after, instrument="文件", decision="d",
        key=key if weights else (),
    )  # fmt: skip


@st.composite
def chains(draw: st.DrawFn, *, keyed: bool = True) -> tuple[list[str], list[Reorganisation], list[str]]:
    """Units of the first day, reorganisations one after the other, units of the last day; every figure can be divided."""
    first = [f"u{number}" for number in range(draw(st.integers(3, 6)))]
    there, made, fresh = list(first), [], 0
    for number in range(draw(st.integers(1, 5))):
        day = START + timedelta(days=30 * (number + 1))
        kind = draw(st.sampled_from(("split", "merge", "abolish", "transfer", "rename")))
        units = draw(st.permutations(there))
        new = [f"n{fresh + step}" for step in range(3)]
        fresh += 3
        stays = draw(st.booleans())
        before: tuple[str, ...]
        after: tuple[str, ...]
        if kind == "split":
            before, after = (
                (units[0],),
                ((units[0],) if stays else ()) + tuple(new[: draw(st.integers(2, 3))]),
            )
        elif kind == "merge" and len(there) > 2:
            before = tuple(units[: draw(st.integers(2, 3))])
            after = (before[0],) if stays else (new[0],)
        elif kind == "abolish" and len(there) > 2:
            before, after = (units[0],), tuple(units[1 : draw(st.integers(2, 3))])
        else:
            kind, before, after = "transfer", (units[0],), (units[0],)
        weights = {unit: draw(st.integers(1, 9)) for unit in (*before, *after)} if keyed else {}
        made.append(of(kind, before, after, day, **weights))
        there = [unit for unit in there if unit not in before or unit in after]
        there += [unit for unit in after if unit not in there]
    return first, made, there


@given(chains(), st.data())
def test_what_all_report_comes_whole_to_the_new_tree(chain: Any, data: st.DataObject) -> None:
    first, made, last = chain
    figures = {unit: data.draw(st.integers(0, 10**6)) for unit in first}
    found = carried(figures, passages(made, ENDS), day=START, rule="share")
    assert found.refused == ()
    assert sum(found.figures.values()) == sum(figures.values())
    assert set(found.figures) <= set(last)


@given(chains(), st.data())
def test_and_whole_to_the_old_tree_or_it_is_told(chain: Any, data: st.DataObject) -> None:
    first, made, last = chain
    figures = {unit: data.draw(st.integers(0, 10**6)) for unit in last}
    found = carried(figures, passages(made, START), day=ENDS, rule="share")
    assert sum(found.figures.values()) + sum(each.amount for each in found.refused) == sum(figures.values())
    assert set(found.figures) <= set(first)
    several_took_over = any(each.kind == "abolish" and len(each.after) > 1 for each in made)
    assert several_took_over or found.refused == ()


@given(chains(), st.sampled_from(("sum", "share", "none")), st.sets(st.integers(0, 5)), st.data())
def test_nothing_is_lost_and_nothing_is_made_whatever_the_rule_and_whoever_is_silent(
    chain: Any, rule: Any, silent: set[int], data: st.DataObject
) -> None:
    first, made, _ = chain
    figures = {
        unit: data.draw(st.integers(0, 10**6)) for number, unit in enumerate(first) if number not in silent
    }
    day = data.draw(st.dates(START, START + timedelta(days=200)))
    for tree in (START, day, ENDS):
        found = carried(figures, passages(made, tree), day=day, rule=rule)
        assert sum(found.figures.values()) + sum(each.amount for each in found.refused) == sum(
            figures.values()
        )
        gone = {unit for each in found.refused for unit in each.units}
        assert rule != "none" or all(
            found.figures[unit] == figures.get(unit) for unit in found.figures if unit not in gone
        )


@given(chains())
def test_the_shares_of_the_heirs_are_the_whole(chain: Any) -> None:
    first, made, last = chain
    for unit in first:
        found = heirs(made, unit, since=START, until=ENDS)
        assert found is not None
        assert sum(each.share for each in found) == 1
        assert {each.organisation for each in found} <= set(last)


@given(chains(), st.integers(0, 180))
def test_a_long_way_is_two_short_ones_after_each_other(chain: Any, days: int) -> None:
    first, made, _ = chain
    middle = START + timedelta(days=days)
    for unit in first:
        whole = heirs(made, unit, since=START, until=ENDS)
        half = heirs(made, unit, since=START, until=middle)
        assert whole is not None
        assert half is not None
        sums: dict[str, Fraction] = {}
        for one in half:
            for two in heirs(made, one.organisation, since=middle, until=ENDS) or ():
                sums[two.organisation] = sums.get(two.organisation, Fraction(0)) + one.share * two.share
        assert {each.organisation: each.share for each in whole} == sums


@given(chains(keyed=False))
def test_parts_come_back_whole_to_what_they_were(chain: Any) -> None:
    first, made, last = chain
    only_splits = [each for each in made if each.kind in {"split", "transfer"}]
    if only_splits == made:
        for unit in last:
            [found] = heirs(made, unit, since=ENDS, until=START) or ()
            assert found.share == 1
            assert found.organisation in first


SPLIT = of("split", ("a",), ("b", "c"), date(2026, 4, 1), b=1, c=2)
MERGE = of("merge", ("b", "d"), ("e",), date(2026, 5, 1), b=1, d=1)


def test_a_split_and_then_a_merger_tell_shares_and_reorganisations() -> None:
    found = heirs([MERGE, SPLIT], "a", since=START, until=ENDS)
    assert [(each.organisation, each.share, each.by) for each in found or ()] == [
        ("c", Fraction(2, 3), (SPLIT.id,)),
        ("e", Fraction(1, 3), (SPLIT.id, MERGE.id)),
    ]
    back = heirs([MERGE, SPLIT], "e", since=ENDS, until=START)
    assert [(each.organisation, each.share) for each in back or ()] == [
        ("a", Fraction(1, 2)),
        ("d", Fraction(1, 2)),
    ]


def test_two_ways_to_the_same_heir_are_added() -> None:
    joined = of("merge", ("b", "c"), ("f",), date(2026, 6, 1))
    found = heirs([SPLIT, joined], "a", since=START, until=ENDS)
    assert [(each.organisation, each.share, each.by) for each in found or ()] == [
        ("f", Fraction(1), (SPLIT.id, joined.id))
    ]


def test_without_a_key_nobody_knows_and_without_a_taker_nobody_is_left() -> None:
    keyless = evolve(SPLIT, key=())
    assert heirs([keyless], "a", since=START, until=ENDS) is None
    assert heirs([of("abolish", ("a",), (), date(2026, 4, 1))], "a", since=START, until=ENDS) == ()
    assert [each.organisation for each in heirs([keyless], "z", since=START, until=ENDS) or ()] == ["z"]


def test_a_key_of_its_own_goes_before_the_general_one() -> None:
    own = Key(
        weights=(Weight(organisation="b", weight=3), Weight(organisation="c", weight=1)), name="members"
    )
    keyed = evolve(SPLIT, key=(*SPLIT.key, own))
    shares = {
        name: [each.share for each in heirs([keyed], "a", since=START, until=ENDS, name=name) or ()]
        for name in ("members", "houses")
    }
    assert shares == {"members": [Fraction(3, 4), Fraction(1, 4)], "houses": [Fraction(1, 3), Fraction(2, 3)]}


def test_only_what_lies_between_the_days_counts_and_the_day_itself_is_the_new_order() -> None:
    assert between([MERGE, SPLIT], date(2026, 3, 31), date(2026, 4, 1)) == (SPLIT,)
    assert between([MERGE, SPLIT], date(2026, 4, 1), date(2026, 5, 1)) == (MERGE,)


def why(
    figures: dict[str, int], rule: Any, *made: Reorganisation, tree: date = ENDS, day: date = START
) -> list[str]:
    return [each.why for each in carried(figures, passages(made, tree), day=day, rule=rule).refused]


def test_each_refusal_says_why() -> None:
    merger = of("merge", ("a", "b"), ("c",), date(2026, 4, 1))
    assert why({"a": 1}, "sum", merger) == ["b did not report"]
    assert why({"a": 1, "b": 1}, "none", merger) == ["carry='none'"]
    assert why({"a": 1}, "sum", SPLIT) == ["carry='sum' divides nothing"]
    assert why({"a": 1}, "share", evolve(SPLIT, key=())) == ["no key for b, c"]
    assert why({"a": 1}, "share", of("abolish", ("a",), (), date(2026, 4, 1))) == ["nobody took over"]
    assert why({"a": 1}, "none", SPLIT, MERGE) == ["carry='none'", "carry='none'"]
    assert why({"d": 4}, "share", MERGE) == ["b did not report"]
    assert why({"z": 4}, "none", MERGE, SPLIT) == []


def test_a_figure_of_the_new_order_stays_and_a_late_one_of_a_unit_that_ended_goes_over() -> None:
    merger = of("merge", ("a", "b"), ("a",), date(2026, 4, 1))
    late = date(2026, 12, 31)
    assert carried({"a": 5}, passages([merger], ENDS), day=late, rule="sum").figures == {"a": 5}
    assert carried({"a": 5, "b": 2}, passages([merger], ENDS), day=START, rule="sum").figures == {"a": 7}
    gone = of("merge", ("a", "b"), ("c",), date(2026, 4, 1))
    assert carried({"a": 1, "b": 2, "c": 4}, passages([gone], ENDS), day=late, rule="sum").figures == {"c": 7}
    early = carried({"b": 1, "c": 2}, passages([SPLIT], START), day=START, rule="sum")
    assert early.figures == {"a": 3}


def test_a_unit_keeps_its_figure_where_it_is_the_same_unit() -> None:
    assert passage(of("transfer", ("a",), ("a",), START), "forward") is None
    assert divided(-10, (("a", 1), ("b", 2))) == {"a": -3, "b": -7}


def test_a_unit_that_weighs_nothing_is_no_heir_and_gets_nothing() -> None:
    parted = of("split", ("a",), ("b", "c"), date(2026, 4, 1), b=0, c=2)
    assert [each.organisation for each in heirs([parted], "a", since=START, until=ENDS) or ()] == ["c"]
    assert carried({"a": 5}, passages([parted], ENDS), day=START, rule="share").figures == {"b": 0, "c": 5}
