"""A plan is made, checked and run: figures in, scores and findings out, and every refusal by name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from partybuilding.domain.carriers import Carrier, Chain, ChainUnit, Link, Part
from partybuilding.domain.decisions import Decision
from partybuilding.domain.funding import Leg, Movement
from partybuilding.domain.indicators import Goal, Indicator
from partybuilding.domain.letters import Letter, Line
from partybuilding.domain.lifecycles import Evidence, Step
from partybuilding.domain.lists import Item
from partybuilding.domain.projects import Project
from partybuilding.domain.responsibilities import Responsibilities
from partybuilding.domain.schemes import Grade, GradeScale, Scheme
from partybuilding.domain.standards import Source, Standard, fen, person_time, share
from partybuilding.domain.standards import item as item_unit
from partybuilding.engine.run import evaluate
from partybuilding.errors import FormulaRefused, InputProblem, PlanProblem
from partybuilding.extension.declarations import (
    Cascade,
    Check,
    Distribution,
    Fact,
    Formula,
    Pairs,
    Ranking,
    Rollup,
    ScoringRule,
    Tally,
)
from partybuilding.extension.expressions import (
    Expression,
    choose,
    divide,
    greatest,
    known,
    least,
    or_else,
    portion,
)
from partybuilding.labels import Label
from partybuilding.money import Rate
from partybuilding.testing.worlds import World, small_district

SOURCE = Source("示例文件", "第一条", "made_up")
MEMBERS = Fact(name="members", most=10_000)
VILLAGES = ("east-1", "east-2", "west-1", "west-2", "west-3")


@pytest.fixture
def world() -> World:
    return World(records=small_district()).under(MEMBERS, Rollup(name="members_all", of="members"))


def proportional(actual: Expression, target: Expression, full: Expression) -> Expression:
    return least(full, divide(full * actual, greatest(target, 1)))


def by_rate(actual: Expression, target: Expression, full: Expression) -> Expression:
    return choose(actual >= target, full, portion(full, actual))


def done(**changes: object) -> Indicator:
    given: dict[str, object] = {
        "name": "done", "label": Label("完成数", "done"), "unit": person_time, "asks": Label("完成任务", "do it"), "source": SOURCE,
        "numerator": "works", "target": "standard", "target_standard": "done.least", "scoring": "proportional",
    }  # fmt: skip
    return Indicator(**{**given, **changes})  # type: ignore[arg-type]  # a test's own defaults


def scored(world: World, *, indicator: Indicator | None = None, **scheme: object) -> World:
    scale = GradeScale(
        name="scale", label=Label("等次", "grades"), source=SOURCE,
        grades=(Grade(name="good", label=Label("好", "good"), least="90"), Grade(name="poor", label=Label("差", "poor"), least="0")),
    )  # fmt: skip
    given: dict[str, object] = {
        "name": "villages",
        "label": Label("村", "villages"),
        "source": SOURCE,
        "kinds": {"village"},
        "points": {"done": "100"},
        "scale": "scale",
    }
    return world.under(
        scale, Scheme(**{**given, **scheme}),  # type: ignore[arg-type]  # a test's own defaults
        Fact(name="works", over_time="sum", most=1000), Standard(name="done.least", value=8, unit=person_time, source=SOURCE),
        ScoringRule(name="proportional", function=proportional, label=Label("按比例", "proportional")), indicator or done(),
    )  # fmt: skip


def test_figures_of_a_year_become_one_figure_as_the_fact_says(world: World) -> None:
    first, second = (date(2026, 1, 1), date(2026, 7, 1)), (date(2026, 7, 1), date(2027, 1, 1))
    world = world.under(
        Fact(name="summed", over_time="sum", most=99),
        Fact(name="highest", over_time="max", most=99),
        Fact(name="latest", most=99),
        Fact(name="last_year", lag=1, most=99),
    )
    for fact in ("summed", "highest", "latest"):
        world = world.reporting(fact, {"east-1": 9, "east-2": 1}, *first).reporting(
            fact, {"east-1": 4}, *second
        )
    world = world.reporting("last_year", {"east-1": 7}, date(2025, 1, 1), date(2026, 1, 1)).reporting(
        "last_year", {"east-1": 8}
    )
    result = evaluate(world.snapshot, world.catalogue, year=2026)
    assert [result.value("east-1", name) for name in ("summed", "highest", "latest", "last_year")] == [
        13,
        9,
        4,
        7,
    ]
    assert [result.value("east-2", name) for name in ("summed", "highest", "latest", "last_year")] == [
        1,
        1,
        1,
        None,
    ]


def test_organisations_of_other_lines_report_without_being_counted(world: World) -> None:
    result = evaluate(
        world.reporting("members", {"east-1": 5, "elsewhere": 7}).snapshot, world.catalogue, year=2026
    )
    assert result.value("acheng", "members_all") == 5


def test_figures_beyond_the_declared_bounds_are_refused_all_at_once(world: World) -> None:
    with pytest.raises(InputProblem) as error:
        evaluate(
            world.reporting("members", {"east-1": -1, "east-2": 5, "west-1": 10_001}).snapshot,
            world.catalogue,
            year=2026,
        )
    assert [
        (each.code, each.where.organisation, each.read, each.expected) for each in error.value.problems
    ] == [
        ("beyond-bounds", "east-1", "-1", "0 to 10000"),
        ("beyond-bounds", "west-1", "10001", "0 to 10000"),
    ]


def test_a_period_in_two_years_is_refused(world: World) -> None:
    with pytest.raises(InputProblem, match="period across years"):
        evaluate(
            world.reporting("members", {"east-1": 1}, date(2025, 12, 1), date(2026, 2, 1)).snapshot,
            world.catalogue,
            year=2026,
        )


def test_overlapping_periods_of_a_sum_are_refused_for_the_organisation_that_would_count_twice(
    world: World,
) -> None:
    world = world.under(Fact(name="summed", over_time="sum", most=99)).reporting(
        "summed", {"east-1": 1, "east-2": 1}, date(2026, 1, 1), date(2026, 3, 1)
    )
    with pytest.raises(InputProblem, match="organisation east-2: periods overlap"):
        evaluate(
            world.reporting("summed", {"east-2": 1}, date(2026, 2, 1), date(2026, 4, 1)).snapshot,
            world.catalogue,
            year=2026,
        )


def test_a_formula_reads_columns_and_the_standard_of_its_place(world: World) -> None:
    def grant(members: Expression, *, per_head: Expression, floor: Expression) -> Expression:
        return choose(members > 0, greatest(members * per_head, floor), 0)

    world = world.under(
        Formula(name="lab.grant", function=grant, unit=fen), Standard(name="lab.floor", value=30_000, unit=fen, source=SOURCE),
        Standard(name="per_head", value=None, unit=fen, source=SOURCE), Standard(name="per_head", value=2000, unit=fen, source=SOURCE, place=("stats", "230112")),
    ).reporting("members", {"east-1": 20, "east-2": 3, "west-1": 0})  # fmt: skip
    result = evaluate(world.snapshot, world.catalogue, year=2026)
    assert [result.value(each, "lab.grant") for each in ("east-1", "east-2", "west-1", "west-2")] == [
        Decimal(400),
        Decimal(300),
        0,
        None,
    ]
    assert result.raw("east-1", "lab.grant") == 40_000
    layer = result.standard("east-1", "per_head")
    assert layer is not None
    assert layer.value.value == 2000
    assert result.standard("east-1", "members") is None


def test_a_standard_that_changed_within_the_year_is_a_finding_that_names_both_values(world: World) -> None:
    world = world.under(
        Formula(name="now", function=lambda members, *, per_head: members * per_head),
        Formula(name="then", function=lambda members, *, per_head: members * per_head, start_of_year=True),
        Standard(name="per_head", value=20, unit=item_unit, source=SOURCE, ends=date(2026, 7, 1)),
        Standard(name="per_head", value=30, unit=item_unit, source=SOURCE, starts=date(2026, 7, 1)),
    ).reporting("members", {"east-1": 2})
    result = evaluate(world.snapshot, world.catalogue, year=2026)
    assert (result.value("east-1", "now"), result.value("east-1", "then")) == (60, 40)
    assert [(each.code, each.rule, each.says.en) for each in result.findings] == [
        ("standard-changed", "per_head", "standard per_head was 20 on 1 January and is 30 now")
    ]


def test_a_score_compares_with_the_target_and_the_total_earns_a_grade(world: World) -> None:
    world = scored(world).reporting("works", {"east-1": 8, "east-2": 7, "west-1": 9})
    result = evaluate(world.snapshot, world.catalogue, year=2026)
    assert [result.value(each, "done.score") for each in VILLAGES] == [100, Decimal("87.5"), 100, None, None]
    grades = [result.grade(each) for each in VILLAGES]
    assert [each and each.name for each in grades] == ["good", "poor", "good", None, None]
    assert result.value("east", "total_score") is None
    assert result.grade("east") is None
    assert result.scheme_of("east") is None
    scheme = result.scheme_of("east-1")
    assert scheme is not None
    assert scheme.value.name == "villages"


@pytest.mark.parametrize(("policy", "expected"), [("not_assessable", None), ("zero", 0), ("full", 100)])
def test_the_indicator_says_what_a_missing_actual_means(
    world: World, policy: str, expected: int | None
) -> None:
    result = evaluate(
        scored(world, indicator=done(missing=policy)).snapshot,
        scored(world, indicator=done(missing=policy)).catalogue,
        year=2026,
    )
    assert result.value("east-1", "total_score") == expected
    assert result.value("east", "done.score") is None


def test_a_bonus_is_capped_and_a_veto_caps_the_total(world: World) -> None:
    def bonus(actual: Expression, full: Expression) -> Expression:
        return least(actual * 10_000, full)

    world = scored(world, bonus={"extra": "5"}, bonus_cap="3", veto="vetoed", veto_cap="59").under(
        Fact(name="honours", most=100), ScoringRule(name="bonus", function=bonus, label=Label("加分", "bonus")),
        done(name="extra", numerator="honours", target="none", target_standard=None, scoring="bonus"),
        Tally(name="vetoes", of=Decision, by="subject", where={"matter": ("veto",)}, function=lambda year, this_year: year == this_year),
        Formula(name="vetoed", function=lambda vetoes: vetoes > 0),
    )  # fmt: skip
    veto = Decision(
        id="d1",
        day=date(2026, 12, 1),
        body="leading-group",
        document="示例〔2026〕1号",
        matter="veto",
        subject="west-1",
        outcome="veto",
        year=2026,
    )
    old = Decision(
        id="d2",
        day=date(2026, 12, 1),
        body="leading-group",
        document="示例〔2026〕2号",
        matter="veto",
        subject="east-2",
        outcome="veto",
        year=2025,
    )
    world = (
        world.having(veto, old)
        .reporting("works", {"east-1": 8, "east-2": 6, "west-1": 8})
        .reporting("honours", {"east-1": 4, "east-2": 1, "west-1": 4})
    )
    result = evaluate(world.snapshot, world.catalogue, year=2026)
    assert [result.value(each, "total_score") for each in ("east-1", "east-2", "west-1")] == [103, 76, 59]
    assert result.value("east-1", "vetoed") is False
    assert result.value("west-1", "vetoed") is True


def test_a_rate_is_the_sum_of_numerators_over_the_sum_of_denominators(world: World) -> None:
    rate = done(
        numerator="part_all", denominator="whole_all", unit=share, scoring="by_rate", missing="not_assessable"
    )
    world = scored(world, indicator=rate, kinds={"village", "street"}).under(
        Fact(name="part", most=100), Fact(name="whole", most=100), Rollup(name="part_all", of="part"), Rollup(name="whole_all", of="whole"),
        ScoringRule(name="by_rate", function=by_rate, label=Label("按比率", "by rate")),
    )  # fmt: skip
    world = World(
        records=world.records, rules=tuple(each for each in world.rules if each.name != "done.least")
    ).under(Standard(name="done.least", value=Rate(9, 10), unit=share, source=SOURCE))
    world = world.reporting("part", {"west-1": 1, "west-2": 9, "west-3": 0}).reporting(
        "whole", {"west-1": 2, "west-2": 100, "west-3": 0}
    )
    result = evaluate(world.snapshot, world.catalogue, year=2026)
    assert result.value("west", "done.actual") == Rate(10, 102)
    assert result.value("west-3", "done.actual") is None
    assert result.value("west", "done.target") == Rate(9, 10)
    assert result.value("west", "done.score") == Decimal("9.8039")
    assert result.value("west-1", "done.score") == 50


def test_a_rate_without_a_target_scores_by_a_rule_that_reads_none(world: World) -> None:
    rate = done(
        numerator="part", denominator="whole", unit=share, target="none", target_standard=None, scoring="free"
    )
    world = scored(world, indicator=rate).under(
        Fact(name="part", most=100),
        Fact(name="whole", most=100),
        ScoringRule(
            name="free", function=lambda actual, full: portion(full, actual), label=Label("按率", "rate")
        ),
    )
    world = world.reporting("part", {"east-1": 1}).reporting("whole", {"east-1": 4})
    result = evaluate(world.snapshot, world.catalogue, year=2026)
    assert (result.value("east-1", "done.score"), result.value("east-1", "done.target")) == (25, None)


def cascading(world: World) -> World:
    world = scored(
        world,
        indicator=done(target="cascade", target_standard=None, numerator="works_all"),
        kinds={"village", "street"},
    )
    return (
        world.under(
            Rollup(name="works_all", of="works"), Cascade(name="down", indicator="done", weight="members_all")
        )
        .having(Goal(id="g", organisation="acheng", indicator="done", year=2026, amount=100, reserve=10))
        .reporting("members", dict(zip(VILLAGES, (1, 1, 2, 3, 2), strict=True)))
    )


def test_fresh_targets_come_down_by_weight_and_without_letters_only_the_goal_is_known(world: World) -> None:
    world = cascading(world)
    fresh = evaluate(world.snapshot, world.catalogue, year=2026, fresh=True)
    assert [fresh.value(each, "done.target") for each in ("acheng", "east", "west", "east-1", "west-2")] == [
        100,
        20,
        70,
        10,
        30,
    ]
    assert [fresh.value(each, "done.share") for each in ("acheng", "east")] == [None, 20]
    assert fresh.value("acheng", "done.reserve") == 10
    lettered = evaluate(world.snapshot, world.catalogue, year=2026)
    assert [lettered.value(each, "done.target") for each in ("acheng", "east")] == [100, None]
    assert [lettered.value(each, "done.reserve") for each in ("acheng", "east")] == [10, None]


def letter(organisation: str, amount: int, above: str | None, reserve: int = 0) -> Letter:
    line = Line(
        indicator="done", amount=amount, unit="person_time", due=date(2026, 12, 31), asks="完成", source="示例文件", reserve=reserve,
        responsibilities=Responsibilities(collective="a", primary="b", specific="c", direct="d"),
    )  # fmt: skip
    return Letter(
        id=organisation,
        year=2026,
        organisation=organisation,
        issuer=f"above-{organisation}",
        receiver=organisation,
        above=above,
        lines=(line,),
    )


def signed(organisation: str) -> tuple[Step, Step]:
    return (
        Step(
            id=f"{organisation}/issue",
            of=f"letter:{organisation}",
            name="issue",
            day=date(2026, 1, 10),
            post="upper",
        ),
        Step(
            id=f"{organisation}/sign",
            of=f"letter:{organisation}",
            name="sign",
            day=date(2026, 1, 11),
            post="lower",
        ),
    )


def test_decembers_weights_do_not_move_januarys_targets_and_only_letters_in_effect_count(
    world: World,
) -> None:
    world = cascading(world).having(
        letter("acheng", 90, None, 5),
        letter("east", 33, "acheng"),
        letter("east-1", 20, "west"),
        letter("elsewhere", 1, None),
    )
    world = world.having(*signed("acheng"), *signed("east"), *signed("east-1"), *signed("elsewhere"))
    result = evaluate(world.snapshot, world.catalogue, year=2026)
    assert [result.value(each, "done.target") for each in ("acheng", "east", "west", "east-1")] == [
        90,
        33,
        None,
        None,
    ]
    assert [result.value(each, "done.reserve") for each in ("acheng", "east")] == [5, 0]


def known_close(close: Expression) -> Expression:
    return known(close)


def item(id_: str, due: date, organisation: str = "east-1") -> Item:
    return Item(
        id=id_,
        day=date(2026, 3, 1),
        organisation=organisation,
        text="示例问题",
        channel="masses",
        owner="p",
        lead="b",
        measures="整改",
        baseline="无",
        target="有",
        due=due,
    )


def test_tallies_read_fields_steps_and_days(world: World) -> None:
    proof = (Evidence(reference="r"),)
    taken = [
        ("rectify", "p", (), None),
        ("report", "p", proof, None),
        ("verify", "q", proof, None),
        ("close", "q", (), "d"),
        ("reopen", "q", (), None),
    ]
    steps = [
        Step(
            id=f"{id_}/{name}",
            of=f"item:{id_}",
            name=name,
            day=date(2026, 5, 1 + at),
            post=post,
            evidence=evidence,
            decision=decision,
            note="退回",
        )
        for id_, last in (("i1", 4), ("i2", 5))
        for at, (name, post, evidence, decision) in enumerate(taken[:last])
    ]
    world = world.under(
        Tally(name="found", of=Item, function=lambda day, year_starts: day >= year_starts),
        Tally(
            name="overdue",
            of=Item,
            function=lambda due, close, today: (due < today) & (or_else(close, today) > due),
        ),
        Tally(name="closed", of=Item, function=known_close),
        Tally(
            name="rectifying",
            of=Item,
            where={"state": ("rectifying",)},
            function=lambda until, today: until < today,
        ),
        Tally(name="late", of=Item, function=lambda due: due - due, empty="missing"),
    ).having(
        item("i1", date(2026, 6, 1)),
        item("i2", date(2026, 6, 1)),
        item("i3", date(2026, 6, 1)),
        item("i4", date(2026, 6, 1), "elsewhere"),
        *steps,
    )
    result = evaluate(world.snapshot, world.catalogue, year=2026)
    assert [
        result.value("east-1", name) for name in ("found", "overdue", "closed", "rectifying", "late")
    ] == [3, 2, 1, 1, 0]
    assert [result.value("east-2", name) for name in ("found", "overdue", "closed", "late")] == [
        0,
        0,
        0,
        None,
    ]


def test_a_tally_of_movements_reads_a_row_for_every_leg(world: World) -> None:
    legs = (
        Leg(organisation="acheng", purpose="education", pocket="free", amount=-500),
        Leg(organisation="east", purpose="education", pocket="free", amount=500),
    )
    world = world.under(
        Tally(
            name="came",
            of=Movement,
            where={"pocket": ("free",), "kind": ("allocate",)},
            unit=fen,
            function=lambda amount: greatest(amount, 0),
        )
    )
    result = evaluate(
        world.having(Movement(id="m", day=date(2026, 1, 12), year=2026, kind="allocate", legs=legs)).snapshot,
        world.catalogue,
        year=2026,
    )
    assert (result.value("east", "came"), result.value("acheng", "came")) == (5, 0)


def test_units_of_chains_are_counted_by_union_without_the_dormant_ones(world: World) -> None:
    chain = Chain(
        id="garlic",
        name="示例大蒜产业链",
        organisation="acheng",
        links=(Link(name="production", label=Label("生产", "production")),),
    )
    units = [ChainUnit(id=f"u{at}", chain="garlic", link="production", unit=unit, organisation=where, dormant=dormant, reason="停业" if dormant else "") for at, (unit, where, dormant) in enumerate([("coop-1", "east-1", None), ("coop-1", "east-2", None), ("coop-2", "east-2", date(2026, 2, 1)), ("coop-3", "west-1", date(2027, 2, 1))])]  # fmt: skip
    carrier = Carrier(
        id="c",
        model="m",
        name="示例载体",
        chain="garlic",
        lead="b",
        parts=(Part(organisation="east", share=10_000),),
        covers=("u0", "u2", "u3"),
    )
    world = world.having(chain, *units, carrier).under(
        Pairs(name="active", of=ChainUnit, element=("unit",), function=lambda dormant, today: or_else(dormant, today + 1) > today),
        Pairs(name="covered", of=ChainUnit, element=("unit",), function=lambda covered, dormant, today: covered & (or_else(dormant, today + 1) > today)),
        Pairs(name="places", of=ChainUnit, element=("chain", "link"), where={"chain": ("garlic",)}),
        Rollup(name="active_all", of="active", by="union"), Rollup(name="covered_all", of="covered", by="union"), Rollup(name="places_all", of="places", by="union"),
    )  # fmt: skip
    result = evaluate(world.snapshot, world.catalogue, year=2026)
    assert [result.value("acheng", name) for name in ("active_all", "covered_all", "places_all")] == [2, 2, 1]
    assert [result.value("east", name) for name in ("active_all", "covered_all")] == [1, 1]


def test_a_bottom_line_that_does_not_hold_is_a_finding_where_it_concerns(world: World) -> None:
    def enough(members: Expression, *, least_members: Expression) -> Expression:
        return members >= least_members

    check = Check(
        name="enough",
        function=enough,
        says=Label("正式党员不足三名", "fewer than three"),
        kinds=("village",),
        place="east",
        modality="normally",
        source=SOURCE,
    )
    elsewhere = Check(name="nowhere", function=enough, says=Label("无关", "not here"), place="elsewhere")
    world = world.under(
        check, elsewhere, Standard(name="least_members", value=3, unit=item_unit, source=SOURCE)
    ).reporting("members", {"east": 1, "east-1": 2, "east-2": 3, "west-1": 1})
    result = evaluate(world.snapshot, world.catalogue, year=2026)
    assert [(each.organisation, each.rule, each.modality, each.says.en) for each in result.findings] == [
        ("east-1", "enough", "normally", "fewer than three")
    ]
    assert result.value("east-1", "enough") is False
    assert result.value("west-1", "enough") is None


def test_rankings_and_distributions_are_columns_too(world: World) -> None:
    world = world.under(
        Ranking(name="place", of="members"),
        Distribution(name="class", of="members", classes=(("first", Rate(1, 2)),), rest="second"),
    ).reporting("members", {"west-1": 3, "west-2": 9, "west-3": 9})
    result = evaluate(world.snapshot, world.catalogue, year=2026)
    assert [result.value(each, "place") for each in ("west-1", "west-2", "west-3", "east-1")] == [
        3,
        1,
        1,
        None,
    ]
    assert [result.value(each, "class") for each in ("west-1", "west-2")] == [2, 2]


def test_counts_reach_every_organisation(world: World) -> None:
    world = world.under(
        Rollup(name="reporting", of="members", by="count"), Rollup(name="fewest", of="members", by="min")
    ).reporting("members", {"west-1": 3, "west-2": 9})
    result = evaluate(world.snapshot, world.catalogue, year=2026)
    assert [result.value(each, "reporting") for each in ("acheng", "west", "east")] == [2, 2, 0]
    assert [result.value(each, "fewest") for each in ("west", "east")] == [3, None]


def test_the_order_of_evidence_units_and_rules_does_not_change_a_result(world: World) -> None:
    world = (
        scored(world)
        .reporting("works", {"east-1": 8, "east-2": 7})
        .having(item("i1", date(2026, 6, 1)), item("i2", date(2026, 7, 1)))
    )
    turned = World(records=world.records[::-1], rules=world.rules[::-1])
    one, other = (evaluate(each.snapshot, each.catalogue, year=2026) for each in (world, turned))
    assert one.names() == other.names()
    assert all(list(one.rows(name)) == list(other.rows(name)) for name in one.names())
    assert {name: each.tolist() for name, each in one.frame().items()} == {
        name: each.tolist() for name, each in other.frame().items()
    }
    assert one.organisations[0] == "acheng"


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (
            [Formula(name="a", function=lambda membres: membres * 2)],
            "unknown name: read membres; expected members",
        ),
        (
            [
                Formula(name="a", function=lambda members, *, per_hed: members * per_hed),
                Standard(name="per_head", value=1, unit=fen, source=SOURCE),
            ],
            "expected per_head",
        ),
        (
            [Formula(name="a", function=lambda b: b * 2), Formula(name="b", function=lambda a: a * 2)],
            "circle: read (a → b → a|b → a → b)",
        ),
        ([Rollup(name="a_all", of="membrs")], "unknown name: read membrs"),
        ([Ranking(name="place", of="membrs")], "unknown name: read membrs"),
        (
            [Tally(name="t", of=Item, function=lambda due, *, late: due > late)],
            "standard in tally: read late",
        ),
        ([Tally(name="t", of=Item, function=lambda dew: dew > 3)], "unknown field: read dew; expected d"),
        ([Formula(name="a", function=lambda members: members * 1_000_000_000_000_000)], "overflow"),
        (
            [Fact(name="vast", most=2**62), Rollup(name="vast_all", of="vast")],
            "overflow: read vast_all may reach",
        ),
    ],
)
def test_declarations_that_do_not_fit_together_are_refused_by_name(
    world: World, rules: list[Formula], message: str
) -> None:
    world = world.under(*rules)
    with pytest.raises(PlanProblem, match=message):
        evaluate(world.snapshot, world.catalogue, year=2026)


def test_every_unknown_name_is_told_at_once(world: World) -> None:
    world = world.under(
        Formula(name="a", function=lambda nothing_here: nothing_here * 2), Rollup(name="b", of="nobody")
    )
    with pytest.raises(PlanProblem) as error:
        evaluate(world.snapshot, world.catalogue, year=2026)
    assert [each.read for each in error.value.problems] == ["nothing_here", "nobody"]


def test_kinds_that_do_not_fit_are_refused(world: World) -> None:
    world = world.under(
        Formula(name="a", function=lambda members, *, weight: members * weight),
        Standard(name="weight", value=Rate(1, 3), unit=share, source=SOURCE),
    )
    with pytest.raises(FormulaRefused, match="portion"):
        evaluate(world.snapshot, world.catalogue, year=2026)


def test_a_scoring_rule_beyond_the_points_is_refused_with_rule_and_organisation(world: World) -> None:
    wrong = scored(world, indicator=done(scoring="lavish")).under(
        ScoringRule(name="lavish", function=lambda actual, full: full * actual, label=Label("过高", "lavish"))
    )
    with pytest.raises(
        PlanProblem,
        match=r"organisation east-1: score out of range: read 2000000; expected 0 to 1000000 by rule lavish",
    ):
        evaluate(wrong.reporting("works", {"east-1": 2}).snapshot, wrong.catalogue, year=2026)


def test_a_tally_beyond_its_bound_is_refused_with_the_organisation(world: World) -> None:
    world = world.under(Tally(name="found", of=Item, function=lambda due: due > 0, most=1)).having(
        item("i1", date(2026, 6, 1)), item("i2", date(2026, 6, 1))
    )
    with pytest.raises(PlanProblem, match="organisation east-1: beyond bounds: read 2; expected at most 1"):
        evaluate(world.snapshot, world.catalogue, year=2026)


def test_a_tally_whose_sum_could_pass_64_bits_is_refused(world: World) -> None:
    world = world.under(Tally(name="huge", of=Item, function=lambda due: due * 5_000_000_000_000)).having(
        item("i1", date(2026, 6, 1)), item("i2", date(2026, 6, 1)), item("i3", date(2026, 6, 1))
    )
    with pytest.raises(PlanProblem, match="overflow: read a sum that may reach"):
        evaluate(world.snapshot, world.catalogue, year=2026)


def test_an_unknown_column_or_organisation_is_answered_with_the_nearest_names(world: World) -> None:
    result = evaluate(world.reporting("members", {"east-1": 5}).snapshot, world.catalogue, year=2026)
    with pytest.raises(PlanProblem, match="read memberz; expected members"):
        result.value("east-1", "memberz")
    with pytest.raises(PlanProblem, match="read east-9; expected east"):
        result.value("east-9", "members")


def test_projects_of_undeclared_types_have_no_steps_to_read(world: World) -> None:
    project = Project(
        id="p",
        type="nobody",
        name="示例项目",
        organisation="east-1",
        owner="a",
        first="b",
        measure="次",
        due=date(2026, 9, 1),
    )
    world = world.having(project).under(
        Tally(name="projects", of=Project, function=lambda due, today: due < today)
    )
    assert evaluate(world.snapshot, world.catalogue, year=2026).value("east-1", "projects") == 1


def test_a_scoring_rule_that_is_not_in_force_is_told_like_an_unknown_one(world: World) -> None:
    ended = ScoringRule(name="old", function=proportional, label=Label("旧", "old"), ends=date(2026, 1, 1))
    world = scored(world, indicator=done(scoring="old")).under(ended)
    with pytest.raises(PlanProblem, match="record done: unknown name: read old"):
        evaluate(world.snapshot, world.catalogue, year=2026)


def test_a_tally_of_truths_and_numbers_that_do_not_mix_is_refused(world: World) -> None:
    world = world.under(
        Tally(name="mixed", of=ChainUnit, function=lambda covered, dormant: covered + dormant)
    )
    with pytest.raises(FormulaRefused, match="mixed"):
        evaluate(world.snapshot, world.catalogue, year=2026)
