"""One report on three trees: as reported, on the old one, on the new one; what cannot be compared is refused by name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from attrs import evolve

from partybuilding.cycle.restating import Restated, as_reported, restated
from partybuilding.domain.appraisals import Appraisal
from partybuilding.domain.carriers import ChainUnit
from partybuilding.domain.feedback import Feedback
from partybuilding.domain.funding import Leg, Movement
from partybuilding.domain.indicators import Indicator
from partybuilding.domain.letters import Letter
from partybuilding.domain.lists import Item
from partybuilding.domain.organisations import Alias, Organisation, Placement
from partybuilding.domain.record import Record
from partybuilding.domain.reorganisations import Key, Reorganisation, ReorganisationKind, Succession, Weight
from partybuilding.domain.sheets import sheet
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.standards import person_time, point
from partybuilding.errors import NotPermitted, PlanProblem
from partybuilding.extension.declarations import Cascade, Fact, Formula, Rollup, ScoringRule, Tally
from partybuilding.labels import Label
from partybuilding.testing.worlds import World

JAN, DAY, END = date(2026, 1, 31), date(2026, 4, 1), date(2026, 12, 31)


def double(trained: Any) -> Any:
    """Twice what was reported."""
    return trained * 2


def rules(carry: str = "share") -> World:
    return World(
        rules=(
            Fact(name="lab.trained", unit=person_time, most=10**6, carry=carry),  # type: ignore[arg-type]  # one of the words
            Formula(name="lab.double", function=double),
            Rollup(name="lab.all", of="lab.trained"),
        )
    )


def unit(id_: str, parent: str | None = "east") -> Organisation:
    placed = () if parent is None else (Placement(parent=parent, starts=date(2020, 1, 1)),)
    return Organisation(
        id=id_,
        name=id_,
        kind="village",
        placements=placed,
        aliases=(Alias(scheme="stats", code=id_),),
    )


def tree(on: date, *units: str, more: tuple[Record, ...] = ()) -> Snapshot:
    there = (unit("acheng", None), unit("east", "acheng"), *(unit(each) for each in units))
    return evolve(World(records=(*there, *more)).snapshot, on=on)


def turned(
    kind: ReorganisationKind, before: tuple[str, ...], after: tuple[str, ...], **more: Any
) -> Reorganisation:
    given = {
        "id": "r",
        "day": DAY,
        "kind": kind,
        "before": before,
        "after": after,
        "instrument": "示例发〔2026〕8号",
    }
    return Reorganisation(**{**given, "decision": "d-8", **more})


def trained(**figures: int) -> Record:
    return sheet(
        name="lab.trained",
        unit="person_time",
        starts=date(2026, 1, 1),
        ends=date(2026, 2, 1),
        figures=figures,
    )


MERGER = turned("merge", ("v1", "v2"), ("n1",))
SPLIT = turned(
    "split",
    ("v1",),
    ("n1", "n2"),
    key=(Key(weights=(Weight(organisation="n1", weight=1), Weight(organisation="n2", weight=2))),),
)


def merged(carry: str = "share", *records: Record, told: Reorganisation = MERGER) -> Restated:
    """January of two villages, on the tree on which they are one."""
    before = tree(JAN, "v1", "v2", more=records)
    return restated(before, tree=tree(END, "n1", more=(told,)), catalogue=rules(carry).catalogue)


def figures(found: Restated, carry: str = "share") -> dict[str, int | None]:
    result = found.evaluate(rules(carry).catalogue, year=2026)
    return {
        each: result.raw(each, "lab.trained")
        for each in result.result.tree.ids
        if each not in {"acheng", "east"}
    }


def refusal(found: Restated, organisation: str, name: str = "lab.trained") -> str:
    result = found.evaluate(rules().catalogue, year=2026)
    with pytest.raises(PlanProblem, match="not comparable") as caught:
        result.value(organisation, name)
    return caught.value.problems[0].read


def test_as_reported_is_what_was_reported() -> None:
    given = as_reported(tree(JAN, "v1", "v2", more=(trained(v1=3, v2=4),)))
    assert given.label.zh == "按当时上报"
    assert figures(given) == {"v1": 3, "v2": 4}
    result = given.evaluate(rules().catalogue, year=2026)
    assert (result.value("v1", "lab.double"), result.problems, dict(result.refused["lab.double"])) == (
        6,
        (),
        {},
    )


def test_what_a_unit_reported_that_no_reorganisation_names_is_refused_and_not_dropped() -> None:
    ended = tree(JAN, "v1", "v2", more=(trained(v1=3, v2=4), item("a", "v2")))
    found = restated(ended, tree=tree(END, "v1"), catalogue=rules().catalogue)
    assert [(each.code, each.where.organisation) for each in found.problems] == [("not-comparable", "v2")] * 2
    result = found.evaluate(rules().catalogue, year=2026)
    assert result.raw("v1", "lab.double") == 6
    with pytest.raises(PlanProblem, match="v2: not on this tree"):
        result.raw("acheng", "lab.all")


def test_figures_of_a_unit_that_has_ended_are_a_finding_of_the_year() -> None:
    given = tree(END, "v1", more=(trained(v1=3, v2=4),))
    result = as_reported(given).evaluate(rules().catalogue, year=2026).result
    told = [each for each in result.findings if each.code == "figures-left-out"]
    assert [(each.organisation, each.rule) for each in told] == [("v2", "lab.trained")]
    assert "v2" in told[0].says.zh


def test_a_sum_is_made_on_the_new_tree_and_every_total_stays() -> None:
    found = merged("sum", trained(v1=3, v2=4))
    assert found.label.en == "on the tree of 2026-12-31"
    assert figures(found, "sum") == {"n1": 7}
    result = found.evaluate(rules("sum").catalogue, year=2026)
    assert (result.raw("n1", "lab.double"), result.raw("acheng", "lab.all")) == (14, 7)


def test_what_may_not_be_compared_is_missing_everywhere_above_and_refused_by_name() -> None:
    found = merged("none", trained(v1=3, v2=4))
    assert [each.code for each in found.problems] == ["not-comparable"]
    catalogue = rules("none").catalogue
    result = found.evaluate(catalogue, year=2026)
    for name, organisation in (
        ("lab.trained", "n1"),
        ("lab.double", "n1"),
        ("lab.all", "acheng"),
        ("lab.all", "east"),
    ):
        with pytest.raises(PlanProblem, match="not comparable"):
            result.raw(organisation, name)
        assert result.result.raw(organisation, name) is None


def test_a_village_that_did_not_report_makes_the_sum_incomparable() -> None:
    assert "v2 did not report" in refusal(merged("share", trained(v1=3)), "n1")


def test_figures_are_divided_by_the_key_forward_and_added_up_backward() -> None:
    before, after = tree(JAN, "v1", more=(trained(v1=10),)), tree(END, "n1", "n2", more=(SPLIT,))
    catalogue = rules().catalogue
    assert figures(restated(before, tree=after, catalogue=catalogue)) == {"n1": 3, "n2": 7}
    later = sheet(
        name="lab.trained",
        unit="person_time",
        starts=date(2026, 6, 1),
        ends=date(2026, 7, 1),
        figures={"n1": 5, "n2": 6},
    )
    back = restated(after.adding([later]), tree=before, catalogue=catalogue)
    assert figures(back) == {"v1": 11}


def test_a_quantity_that_is_only_added_up_is_not_divided() -> None:
    before, after = tree(JAN, "v1", more=(trained(v1=10),)), tree(END, "n1", "n2", more=(SPLIT,))
    found = restated(before, tree=after, catalogue=rules("sum").catalogue)
    assert "carry='sum' divides nothing" in found.problems[0].read
    assert {cell.unit for cell in found.cells if cell.name == "lab.trained"} == {"n1", "n2"}


def test_what_nobody_took_over_is_missing_above_where_it_stood() -> None:
    gone = turned("abolish", ("v2",), ())
    before = tree(JAN, "v1", "v2", more=(trained(v1=3, v2=4),))
    found = restated(before, tree=tree(END, "v1", more=(gone,)), catalogue=rules().catalogue)
    assert figures(found) == {"v1": 3}
    assert "nobody took over" in refusal(found, "east", "lab.all")
    with pytest.raises(PlanProblem):
        found.evaluate(rules().catalogue, year=2026).raw("acheng", "lab.all")


def test_figures_of_an_unknown_name_are_not_touched_by_any_rule() -> None:
    other = sheet(
        name="lab.other",
        unit="item",
        starts=date(2026, 1, 1),
        ends=date(2026, 2, 1),
        figures={"v1": 1, "v2": 2},
    )
    assert [each.code for each in merged("share", other).problems] == ["not-comparable"]
    kept = sheet(
        name="lab.other", unit="item", starts=date(2026, 1, 1), ends=date(2026, 2, 1), figures={"east": 1}
    )
    assert kept in merged("share", kept).snapshot.records["sheet"]


def item(id_: str, organisation: str, day: date = JAN) -> Item:
    return Item(
        id=id_, day=day, organisation=organisation, text="记录不全", channel="superior", owner="o", lead="l", measures="补齐",
        baseline="缺3次", target="补齐", due=END,
    )  # fmt: skip


def test_what_is_counted_goes_with_its_unit_and_is_counted_once() -> None:
    handed = turned("merge", ("v1", "v2"), ("n1",), successions=(Succession(of="item:a", to=("item:b",)),))
    found = merged("share", item("a", "v1"), item("b", "n1", DAY), item("c", "v2"), told=handed)
    held = {each.id: each.organisation for each in found.snapshot.of(Item)}
    assert held == {"b": "n1", "c": "n1"}
    later = tree(END, "n1", more=(handed, item("a", "v1"), item("b", "n1", DAY)))
    back = restated(later, tree=tree(JAN, "v1", "v2"), catalogue=rules().catalogue)
    assert {each.id: each.organisation for each in back.snapshot.of(Item)} == {"a": "v1"}


def test_what_several_may_have_is_told_unless_the_reorganisation_says_who() -> None:
    piece = Feedback(id="f", day=JAN, organisation="v1", text="晚上不开门", channel="masses")
    before = tree(JAN, "v1", more=(piece, item("a", "v1")))
    catalogue = rules().catalogue
    told = evolve(SPLIT, successions=(Succession(of="item:a", to=("item:b",)),))
    after = tree(END, "n1", "n2", more=(told, item("b", "n2", DAY)))
    found = restated(before, tree=after, catalogue=catalogue)
    assert {each.id: each.organisation for each in found.snapshot.of(Item)} == {"a": "n2"}
    assert found.snapshot.of(Feedback) == ()
    assert [each.code for each in found.problems] == ["not-comparable"]
    assert {cell.unit for cell in found.cells if cell.of is Feedback} == {"n1", "n2"}


def test_both_ends_of_a_link_go_along() -> None:
    link = ChainUnit(id="rice/v1", chain="rice", link="input", unit="v1", organisation="v2")
    (found,) = merged("share", link).snapshot.of(ChainUnit)
    assert (found.unit, found.organisation) == ("n1", "n1")
    same = ChainUnit(id="rice/e", chain="rice", link="input", unit="east", organisation="east")
    assert same in merged("share", same).snapshot.of(ChainUnit)


def paid(organisation: str) -> Movement:
    legs = (
        Leg(organisation=organisation, purpose="education", pocket="source", amount=-5),
        Leg(organisation=organisation, purpose="education", pocket="free", amount=5),
    )
    return Movement(id="m", day=JAN, year=2026, kind="budget", legs=legs)


def test_money_goes_whole_or_stays() -> None:
    (moved,) = merged("share", paid("v1")).snapshot.of(Movement)
    assert {leg.organisation for leg in moved.legs} == {"n1"}
    (kept,) = merged("share", paid("east")).snapshot.of(Movement)
    assert kept == paid("east")
    after = tree(END, "n1", "n2", more=(SPLIT,))
    split = restated(tree(JAN, "v1", more=(paid("v1"),)), tree=after, catalogue=rules().catalogue)
    assert split.snapshot.of(Movement) == (paid("v1"),)
    assert [each.code for each in split.problems] == ["not-comparable", "not-comparable"][
        : len(split.problems)
    ]


def test_nobody_signed_for_or_judged_a_unit_that_is_made_of_others() -> None:
    found = merged("share")
    assert {(cell.unit, cell.of) for cell in found.cells if cell.of in {Letter, Appraisal}} == {
        ("n1", Letter), ("n1", Appraisal)
    }  # fmt: skip


def test_the_tree_is_that_of_the_other_day_for_the_whole_year() -> None:
    (found,) = (each for each in merged("share").snapshot.of(Organisation) if each.id == "n1")
    assert found.parent("territory", date(2019, 1, 1)) == "east"


def test_who_sees_a_part_cannot_restate() -> None:
    whole = tree(JAN, "v1")
    part = evolve(whole, whole=whole)
    with pytest.raises(NotPermitted) as caught:
        restated(part, tree=whole, catalogue=rules().catalogue)
    assert [each.code for each in caught.value.problems] == ["restating-a-part"]


def known(day: Any) -> Any:
    """One for every piece."""
    return day > 0


def as_reported_score(actual: Any) -> Any:
    """A score that is what was reported."""
    return actual


def test_what_is_counted_or_handed_down_from_what_cannot_be_compared_is_refused_too() -> None:
    training = Indicator(
        name="lab.training", label=Label("培训", "training"), unit=person_time, asks=Label("每年", "every year"),
        numerator="lab.trained", target="cascade", scoring="lab.score", source="plan", carry="share",
    )  # fmt: skip
    score = ScoringRule(
        name="lab.score", label=Label("据实", "as reported"), function=as_reported_score, unit=point
    )
    world = rules("none").under(
        training,
        score,
        Cascade(name="lab.down", indicator="lab.training", weight="lab.trained"),
        Tally(name="lab.pieces", of=Item, function=known),
    )
    handed = (
        Succession(of="item:a", to=("item:nowhere", "item:far")),
        Succession(of="item:c", to=("item:d",)),
    )
    told = evolve(SPLIT, successions=handed)
    before = tree(JAN, "v1", more=(trained(v1=10), item("a", "v1")))
    after = tree(END, "n1", "n2", more=(told, item("far", "east")))
    found = restated(before, tree=after, catalogue=world.catalogue)
    result = found.evaluate(world.catalogue, year=2026, fresh=True)
    assert set(result.refused["lab.pieces"]) == {"n1", "n2"}
    assert set(result.refused["lab.training.target"]) == {"acheng", "east", "n1", "n2"}
