"""The catalogue: what fits together, what is in force on a day, whose name is meant, which local figure stands."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from partybuilding.domain.brackets import Brackets
from partybuilding.domain.indicators import Indicator
from partybuilding.domain.letters import LETTER_LIFE, Letter
from partybuilding.domain.lifecycles import Lifecycle
from partybuilding.domain.lists import COMMITMENT_LIFE, ITEM_LIFE, Item, PublicCommitment
from partybuilding.domain.organisations import Alias, Organisation, Placement
from partybuilding.domain.projects import Project, ProjectType
from partybuilding.domain.schemes import Grade, GradeScale, Scheme
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.standards import Standard, fen, item, member
from partybuilding.errors import PlanProblem, Problem, Where
from partybuilding.extension.catalogue import Catalogue, Declared, PluginRecord, full_name
from partybuilding.extension.declarations import Fact, Formula, Motion, ScoringRule
from partybuilding.extension.declared import place_text
from partybuilding.extension.names import is_name, owned
from partybuilding.extension.places import Layer, Loss, Standing, at_place, chain, is_stricter, standing
from partybuilding.labels import Label
from partybuilding.money import Rate

NAME = Label("名", "name")
NEW_YEAR, NEXT_YEAR = date(2026, 1, 1), date(2027, 1, 1)
TODAY = date(2026, 12, 31)


def fact(name: str, plugin: str = "national", **given: object) -> Declared[Motion]:
    return Declared(Fact(name=name, most=10, **given), plugin)  # type: ignore[arg-type]  # days of the test


def rule(name: str, plugin: str = "national") -> Declared[Motion]:
    return Declared(ScoringRule(name=name, label=NAME, function=lambda actual: actual), plugin)


def indicator(name: str, plugin: str = "national", **given: object) -> Declared[Indicator]:
    fields = {
        "label": NAME,
        "unit": item,
        "asks": NAME,
        "numerator": "x",
        "scoring": "full",
        "source": "law",
        **given,
    }
    return Declared(Indicator(name=name, **fields), plugin)  # type: ignore[arg-type]  # fields of the test


def layer(value: object = 1, plugin: str = "national", **given: object) -> Layer:
    fields = {"name": "per_head", "unit": fen, "source": "law", **given}
    return Declared(Standard(value=value, **fields), plugin)  # type: ignore[arg-type]  # fields of the test


def scale(name: str = "four", plugin: str = "national") -> Declared[GradeScale]:
    return Declared(
        GradeScale(name=name, label=NAME, source="law", grades=(Grade(name="a", label=NAME, least="0"),)),
        plugin,
    )


def complaints(**parts: object) -> tuple[Problem, ...]:
    with pytest.raises(PlanProblem) as caught:
        Catalogue(**parts)  # type: ignore[arg-type]  # parts of the test
    return caught.value.problems


# --- what fits together -----------------------------------------------------------------------------------------


def test_a_name_stands_once_at_a_time() -> None:
    found = complaints(motions=(fact("members", "b"), fact("members", "a")))
    assert [(each.code, each.where.plugin, each.read, each.expected) for each in found] == [
        ("declared-twice", "b", "by b", "once: a declares it too")
    ]


def test_days_of_one_name_do_not_overlap() -> None:
    found = complaints(
        indicators=(
            indicator("reading", starts=NEW_YEAR),
            indicator("reading", "late", ends=date(2026, 1, 2)),
        ),
        motions=(rule("full"),),
    )
    assert [(each.code, each.read, each.expected) for each in found] == [
        ("dates-overlap", "..2026-01-02 by late", "days apart from 2026-01-01.. by national")
    ]


@pytest.mark.parametrize("flip", [1, -1])
def test_one_may_follow_the_other_on_the_day_it_ends(flip: int) -> None:
    motions = (fact("members", ends=NEW_YEAR), fact("members", starts=NEW_YEAR, unit=member))[::flip]
    catalogue = Catalogue(motions=motions)
    assert catalogue.motions_on(date(2025, 12, 31))["members"].value.unit == item
    assert catalogue.motions_on(NEW_YEAR)["members"].value.unit == member


def test_rules_of_different_classes_share_one_list_of_names() -> None:
    kind = Declared(
        ProjectType(
            name="four",
            label=NAME,
            source="law",
            acceptance="floor",
            lifecycle=Lifecycle(name="l", start="s", transitions=()),
        ),
        "national",
    )
    assert [each.code for each in complaints(rules=(scale(), kind))] == ["declared-twice"]


def test_two_layers_of_one_place_are_refused() -> None:
    found = complaints(standards=(layer(1, "a", place="acheng"), layer(2, "b", place="acheng")))
    assert [(each.code, each.where.plugin, each.read) for each in found] == [("declared-twice", "b", "by b")]


def test_two_layers_alike_in_kinds_at_a_time_are_refused() -> None:
    found = complaints(
        standards=(
            layer(1, "a", place="acheng", kinds=("village", "town")),
            layer(2, "b", place="acheng", kinds=("village",), starts=NEW_YEAR),
        )
    )
    assert [(each.code, each.read, each.expected) for each in found] == [
        ("layers-alike", "b 2026-01-01..", "no second layer beside a ..")
    ]


def test_layers_apart_in_place_kinds_or_days_are_fine() -> None:
    Catalogue(
        standards=(
            layer(1),
            layer(2, kinds=("village",)),
            layer(3, kinds=("town",)),
            layer(4, place="acheng", ends=NEW_YEAR),
            layer(5, place="acheng", starts=NEW_YEAR),
            layer(6, place=("stats", "230112")),
            layer(7, name="floor"),
        )
    )


@pytest.mark.parametrize(
    ("first", "second", "part", "read", "expected"),
    [
        (layer(1), layer(1, "b", unit=item, place="p"), "unit", "item (1) by b", "fen (100) as by national"),
        (layer(1), layer(Rate(1, 2), "b", place="p"), "value", "Rate by b", "int as by national"),
        (
            layer(None, stricter="higher", policy="tighten"),
            layer(1, "b", stricter="lower", place="p"),
            "stricter",
            "lower by b",
            "higher as by national",
        ),
    ],
)
def test_layers_of_a_standard_are_of_one_measure(
    first: Layer, second: Layer, part: str, read: str, expected: str
) -> None:
    found = complaints(
        standards=(first, second, layer(None, place="q"), evolve(first, value=evolve(first.value, place="r")))
    )
    assert [(each.code, each.where.path, each.read, each.expected) for each in found] == [
        ("layers-differ", part, read, expected)
    ]


def test_a_table_cannot_be_tightened() -> None:
    table = Brackets(((None, 1),))
    found = complaints(
        standards=(layer(None, policy="tighten", stricter="lower"), layer(table, "b", place="p"))
    )
    assert [(each.code, each.where.plugin) for each in found] == [("table-under-tighten", "b")]
    Catalogue(standards=(layer(None), layer(table, "b", place="p")))


def test_what_an_indicator_names_must_be_declared() -> None:
    reading = indicator("reading", "acheng", scoring="ful", target="standard", target_standard="per_haed")
    found = complaints(indicators=(reading,), standards=(layer(),), motions=(rule("full"),))
    assert [(each.code, each.where.path, each.read, each.expected) for each in found] == [
        ("unknown-name", "scoring", "ful", "full"),
        ("unknown-name", "target_standard", "per_haed", "per_head"),
    ]


def test_what_a_scheme_names_must_be_declared() -> None:
    scheme = Scheme(
        name="acheng.s", label=NAME, source="x", points={"reading": "60", "gone": "40"}, bonus={"lost": "5"}, scale="five",
        bonus_cap="5",
    )  # fmt: skip
    found = complaints(
        indicators=(indicator("acheng.reading", "acheng"),),
        motions=(rule("full"),),
        rules=(Declared(scheme, "acheng"), scale()),
    )
    assert [(each.where.path, each.read) for each in found] == [
        ("scale", "five"),
        ("points", "gone"),
        ("bonus", "lost"),
    ]


def test_a_scheme_may_name_its_own_and_national_things() -> None:
    scheme = Scheme(
        name="acheng.s", label=NAME, source="x", points={"reading": "60", "meeting": "40"}, scale="four"
    )
    Catalogue(
        indicators=(
            indicator("acheng.reading", "acheng", scoring="own"),
            indicator("meeting", target="standard", target_standard="per_head"),
        ),
        standards=(layer(),),
        motions=(rule("full"), rule("acheng.own", "acheng")),
        rules=(Declared(scheme, "acheng"), scale()),
    )


def test_no_plugin_is_named_like_an_indicator() -> None:
    records = tuple(PluginRecord(name, "", "") for name in ("reading", "acheng"))
    found = complaints(manifest=records, indicators=(indicator("reading"),), motions=(rule("full"),))
    assert [(each.code, each.where.plugin) for each in found] == [("plugin-like-indicator", "reading")]


def test_no_column_is_named_like_a_facet() -> None:
    found = complaints(
        indicators=(indicator("acheng.reading", "acheng"),),
        motions=(rule("full"), fact("acheng.reading.share", "acheng"), fact("acheng.reading.best", "acheng")),
    )
    assert [(each.code, each.read) for each in found] == [("facet-declared", "acheng.reading.share")]


def test_all_problems_come_at_once() -> None:
    found = complaints(
        motions=(fact("a"), fact("a")), standards=(layer(1), layer(2)), indicators=(indicator("x"),)
    )
    assert [each.code for each in found] == ["declared-twice", "declared-twice", "unknown-name"]


@given(st.permutations([("national", "b"), ("national", "a"), ("acheng", "acheng.a"), ("zhu", "zhu.a")]))
def test_the_order_of_declarations_is_fixed(order: list[tuple[str, str]]) -> None:
    catalogue = Catalogue(motions=tuple(fact(name, plugin) for plugin, name in order))
    assert [each.value.name for each in catalogue.motions] == ["a", "b", "acheng.a", "zhu.a"]


# --- names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameter", "owner", "full"),
    [
        ("floor", "acheng", "acheng.floor"),
        ("per_head", "acheng", "per_head"),
        ("per_head", "national", "per_head"),
        ("lab__grant", "acheng", "lab.grant"),
        ("acheng__floor", "acheng", "acheng.floor"),
        ("training__target", "acheng", "acheng.training.target"),
        ("meeting__target", "acheng", "meeting.target"),
        ("lab.grant", "acheng", "lab.grant"),
    ],
)
def test_a_parameter_means_the_own_name_else_the_national_one(parameter: str, owner: str, full: str) -> None:
    known = {"acheng.floor", "per_head", "lab.grant", "acheng.training.target", "meeting.target"}
    assert full_name(parameter, owner, known=known) == full


def test_a_name_that_both_declare_is_refused() -> None:
    with pytest.raises(PlanProblem) as caught:
        full_name("floor", "acheng", known={"acheng.floor", "floor"})
    problem = caught.value.problems[0]
    assert (problem.code, problem.expected, problem.where) == (
        "ambiguous-name",
        "acheng.floor or floor",
        Where(plugin="acheng", record="floor"),
    )


def test_an_unknown_name_comes_back_with_the_nearest_ones_where_it_stands() -> None:
    with pytest.raises(PlanProblem) as caught:
        full_name("per__haed", "acheng", known={"per_head", "floor"}, where=Where(record="acheng.grant"))
    problem = caught.value.problems[0]
    assert (problem.code, problem.read, problem.expected) == ("unknown-name", "per.haed", "per_head")
    assert problem.where == Where(record="acheng.grant")


def test_a_national_rule_never_means_a_local_name() -> None:
    with pytest.raises(PlanProblem):
        full_name("floor", "national", known={"acheng.floor"})


@pytest.mark.parametrize("name", ["a b", "", "a..b", "1a", "if", "a.class", "a__b", 5])
def test_a_name_is_made_of_words_that_a_parameter_can_have(name: object) -> None:
    assert not is_name(name)
    assert is_name("acheng.per_head")


def test_the_dot_belongs_to_the_owner() -> None:
    assert owned("acheng.floor", "acheng")
    assert not owned("achengdu.floor", "acheng")
    assert not owned("acheng.floor", "national")
    catalogue = Catalogue(manifest=(PluginRecord("national", "", ""), PluginRecord("acheng", "", "")))
    assert [catalogue.owner(name) for name in ("acheng.floor", "floor", "reading.score", "acheng")] == [
        "acheng",
        "national",
        "national",
        "national",
    ]


@pytest.mark.parametrize(
    ("place", "text"), [(None, ""), ("acheng", "acheng"), (("stats", "230112"), "stats 230112")]
)
def test_a_place_can_be_written(place: str | tuple[str, str] | None, text: str) -> None:
    assert place_text(place) == text


# --- what is in force -------------------------------------------------------------------------------------------


def test_what_is_in_force_on_a_day() -> None:
    catalogue = Catalogue(
        indicators=(indicator("old", ends=NEW_YEAR), indicator("new", starts=NEW_YEAR)),
        standards=(
            layer(1, ends=NEW_YEAR),
            layer(2, starts=NEW_YEAR),
            layer(3, place="p"),
            layer(4, name="floor"),
        ),
        motions=(rule("full"),),
        rules=(scale("four"), scale("five")),
    )
    assert list(catalogue.indicators_on(TODAY)) == ["new"]
    assert list(catalogue.motions_on(TODAY)) == ["full"]
    assert catalogue.standard_names() == ("floor", "per_head")
    assert [each.value.value for each in catalogue.standard_layers("per_head", TODAY)] == [2, 3]
    assert [each.value.name for each in catalogue.rules_on(GradeScale, TODAY)] == ["five", "four"]
    assert catalogue.rules_on(Scheme, TODAY) == ()
    found = catalogue.rule(GradeScale, "four", TODAY)
    assert found is not None
    assert found.value.name == "four"
    assert catalogue.rule(Scheme, "four", TODAY) is None


def test_every_record_with_a_life_has_its_table() -> None:
    life = Lifecycle(name="promotion", start="draft", transitions=())
    kind = ProjectType(
        name="promotion", label=NAME, source="law", acceptance="floor", lifecycle=life, starts=NEW_YEAR
    )
    catalogue = Catalogue(rules=(Declared(kind, "national"),))
    project = Project(
        id="p", type="promotion", name="n", organisation="o", owner="a", first="b", measure="m", due=TODAY
    )
    assert catalogue.lifecycle(project, TODAY) == life
    assert catalogue.lifecycle(project, date(2025, 1, 1)) is None
    assert catalogue.lifecycle(Organisation(id="o", name="n", kind="village"), TODAY) is None
    assert catalogue.lifecycles(Project, TODAY) == (life,)
    assert catalogue.lifecycles(Letter, TODAY) == (LETTER_LIFE,)
    assert catalogue.lifecycles(Item, TODAY) == (ITEM_LIFE,)
    assert catalogue.lifecycles(PublicCommitment, TODAY) == (COMMITMENT_LIFE,)
    assert catalogue.lifecycles(Organisation, TODAY) == ()
    letter = Letter(id="l", year=2026, organisation="o", issuer="a", receiver="b", lines=())
    assert catalogue.lifecycle(letter, TODAY) == LETTER_LIFE


# --- layered local law ------------------------------------------------------------------------------------------


def organisation(name: str, kind: str, parent: str | None = None, code: str | None = None) -> Organisation:
    return Organisation(
        id=name,
        name=name,
        kind=kind,
        aliases=() if code is None else (Alias(scheme="stats", code=code),),
        placements=() if parent is None else (Placement(parent=parent),),
    )


TREE = (
    organisation("heilongjiang", "province", code="23"),
    organisation("harbin", "city", "heilongjiang"),
    organisation("acheng", "district", "harbin", code="230112"),
    organisation("shili", "street", "acheng"),
    organisation("shili-01", "village", "shili"),
    organisation("shili-02", "community", "shili"),
)
SNAPSHOT = Snapshot(on=TODAY, known=1, head="", records={"organisation": TREE}, root="acheng")


def resolved(*layers: Layer, at: str = "shili-01") -> tuple[object, list[tuple[object, Loss]]]:
    """The figure that stands for an organisation, and what lost."""
    found = Catalogue(standards=layers).resolve("per_head", at, snapshot=SNAPSHOT)
    return found.value, [(lost.value.value, reason) for lost, reason in found.lost]


def test_the_nearest_place_wins_and_says_who_gave_it() -> None:
    layers = (
        layer(None),
        layer(1, "hlj", place=("stats", "23"), source="Province 5"),
        layer(2, "acheng", place=("stats", "230112"), source="District 7"),
        layer(9, "other", place="elsewhere"),
        layer(8, "other", place=("mca", "230112")),
    )
    catalogue = Catalogue(standards=layers)
    found = catalogue.resolve("per_head", "shili-01", snapshot=SNAPSHOT)
    assert (found.value, found.unit, found.plugin, found.organisation) == (2, fen, "acheng", "shili-01")
    assert found.standard == layers[2].value
    assert found.lost == ((layers[1], "nearer"),)
    assert catalogue.resolve("per_head", "harbin", snapshot=SNAPSHOT).value == 1


def test_what_nobody_gave_is_missing() -> None:
    found = Catalogue(standards=(layer(None),)).resolve("per_head", "shili-01", snapshot=SNAPSHOT)
    assert (found.value, found.standard, found.plugin, found.unit) == (None, None, None, fen)


def test_the_standard_for_the_kind_beats_the_general_one_of_the_same_place_only() -> None:
    layers = (
        layer(1),
        layer(2, kinds=("village",)),
        layer(3, place="shili"),
        layer(4, place="acheng", kinds=("village",)),
    )
    assert resolved(*layers[:2]) == (2, [(1, "kinds")])
    assert resolved(*layers[:2], at="shili-02") == (1, [])
    assert resolved(*layers) == (3, [(1, "kinds"), (2, "nearer"), (4, "nearer")])


def test_the_day_of_the_standard_can_be_another_one_than_that_of_the_snapshot() -> None:
    catalogue = Catalogue(standards=(layer(1, ends=NEXT_YEAR), layer(2, starts=NEXT_YEAR)))
    assert catalogue.resolve("per_head", "shili", snapshot=SNAPSHOT).value == 1
    assert catalogue.resolve("per_head", "shili", snapshot=SNAPSHOT, day=NEXT_YEAR).value == 2


def test_a_code_counts_only_while_the_organisation_has_it() -> None:
    moved = evolve(TREE[2], aliases=(Alias(scheme="stats", code="230112", ends=TODAY),))
    snapshot = evolve(SNAPSHOT, records={"organisation": (*TREE[:2], moved, *TREE[3:])})
    catalogue = Catalogue(standards=(layer(2, "acheng", place=("stats", "230112")),))
    assert catalogue.resolve("per_head", "shili", snapshot=snapshot).value is None


def test_codes_are_those_of_the_snapshots_day_whatever_the_day_of_the_standard() -> None:
    moved = evolve(TREE[2], aliases=(Alias(scheme="stats", code="230112", ends=NEXT_YEAR),))
    snapshot = evolve(SNAPSHOT, records={"organisation": (*TREE[:2], moved, *TREE[3:])})
    catalogue = Catalogue(standards=(layer(2, "acheng", place=("stats", "230112")),))
    assert catalogue.resolve("per_head", "shili", snapshot=snapshot, day=NEXT_YEAR).value == 2


def test_under_fixed_no_lower_figure_stands() -> None:
    assert resolved(layer(1, policy="fixed"), layer(2, place="acheng")) == (1, [(2, "fixed")])


def test_fixed_without_a_figure_lets_the_first_place_give_one() -> None:
    layers = layer(None, policy="fixed"), layer(1, place="harbin"), layer(2, place="acheng")
    assert resolved(*layers) == (1, [(2, "fixed")])


@pytest.mark.parametrize(
    ("stricter", "lower", "outcome"),
    [
        ("higher", 33, (33, [(32, "nearer")])),
        ("higher", 32, (32, [(32, "not-stricter")])),
        ("higher", 31, (32, [(31, "not-stricter")])),
        ("lower", 31, (31, [(32, "nearer")])),
        ("lower", 33, (32, [(33, "not-stricter")])),
    ],
)
def test_under_tighten_only_a_stricter_figure_stands(stricter: str, lower: int, outcome: object) -> None:
    assert resolved(layer(32, policy="tighten", stricter=stricter), layer(lower, place="acheng")) == outcome


def test_rates_tighten_by_cross_multiplication() -> None:
    layers = (
        layer(Rate(1, 3), policy="tighten", stricter="higher"),
        layer(Rate(33_333_333, 100_000_000), place="harbin"),
        layer(Rate(34, 100), place="acheng"),
    )
    assert resolved(*layers)[0] == Rate(34, 100)


def test_a_lower_place_cannot_loosen_what_an_upper_one_tightened() -> None:
    layers = (
        layer(None, policy="tighten", stricter="higher"),
        layer(40, place="heilongjiang"),
        layer(30, place="harbin"),
        layer(50, place="acheng", policy="fixed"),
        layer(60, place="shili"),
    )
    assert resolved(*layers) == (50, [(30, "not-stricter"), (40, "nearer"), (60, "fixed")])


def test_a_layer_that_lost_has_no_say_about_the_policy() -> None:
    layers = (
        layer(10, policy="tighten", stricter="higher"),
        layer(5, place="harbin", policy="fixed"),
        layer(20, place="acheng"),
    )
    assert resolved(*layers) == (20, [(5, "not-stricter"), (10, "nearer")])


def test_within_one_place_no_policy_comes_between_the_general_figure_and_that_for_the_kind() -> None:
    layers = layer(10, policy="fixed"), layer(5, kinds=("village",)), layer(7, place="acheng")
    assert resolved(*layers) == (7, [(10, "kinds"), (5, "nearer")])
    assert resolved(*layers, at="shili-02") == (10, [(7, "fixed")])


def test_a_local_layer_without_a_figure_only_changes_the_policy() -> None:
    layers = layer(10), layer(None, place="harbin", policy="fixed"), layer(7, place="acheng")
    assert resolved(*layers) == (10, [(7, "fixed")])
    assert resolved(*layers, at="heilongjiang") == (10, [])


def test_two_layers_that_turn_out_to_be_of_one_place_are_refused() -> None:
    with pytest.raises(PlanProblem) as caught:
        resolved(layer(1, "a", place="acheng"), layer(2, "b", place=("stats", "230112")))
    assert (caught.value.code, caught.value.problems[0].read, caught.value.problems[0].expected) in {
        ("layers-alike", "b ..", "no second layer beside a .."),
        ("layers-alike", "a ..", "no second layer beside b .."),
    }


def test_unknown_standards_and_organisations_come_back_with_the_nearest_names() -> None:
    catalogue = Catalogue(standards=(layer(),))
    with pytest.raises(PlanProblem) as caught:
        catalogue.resolve("per_haed", "shili", snapshot=SNAPSHOT)
    assert (caught.value.code, caught.value.problems[0].expected) == ("unknown-standard", "per_head")
    with pytest.raises(PlanProblem) as caught:
        catalogue.resolve("per_head", "shilli", snapshot=SNAPSHOT)
    assert caught.value.code == "unknown-organisation"
    assert "shili" in caught.value.problems[0].expected


def test_a_chain_ends_where_a_parent_is_unknown_or_comes_again() -> None:
    ring = organisation("a", "town", "b"), organisation("b", "town", "a"), organisation("c", "town", "gone")
    snapshot = evolve(SNAPSHOT, records={"organisation": ring})
    assert [each.id for each in chain("a", snapshot)] == ["b", "a"]
    assert [each.id for each in chain("c", snapshot)] == ["c"]
    assert chain("gone", snapshot) == ()


def test_tables_are_never_stricter() -> None:
    table = Brackets(((None, 1),))
    assert not is_stricter(table, table, "higher")


PLACES = (None, "heilongjiang", ("stats", "230112"), "shili", "shili-01", "shili-02")
LAYERS = st.lists(
    st.builds(
        lambda value, place, kinds, policy: layer(
            value, place=place, kinds=kinds, policy=policy, stricter="higher"
        ),
        st.none() | st.integers(0, 4),
        st.sampled_from(PLACES),
        st.sampled_from([(), ("village",), ("community",)]),
        st.sampled_from(["override", "tighten", "fixed"]),
    ),
    max_size=8,
    unique_by=lambda each: (each.value.place, each.value.kinds),
)


def applies(each: Layer, at: str) -> bool:
    places = {None, "heilongjiang", "harbin", "acheng", "shili", ("stats", "23"), ("stats", "230112"), at}
    kind = {"shili-01": "village", "shili-02": "community"}[at]
    return each.value.place in places and (not each.value.kinds or kind in each.value.kinds)


@given(LAYERS, st.sampled_from(["shili-01", "shili-02"]))
def test_every_figure_that_applies_stands_or_lost_once_and_no_other_appears(
    layers: list[Layer], at: str
) -> None:
    found = standing(layers, chain(at, SNAPSHOT), TODAY)
    told = [each for each, _ in found.lost] + ([] if found.given is None else [found.given])
    applying = [each for each in layers if applies(each, at) and each.value.value is not None]
    assert sorted(map(id, told)) == sorted(map(id, applying))


@given(LAYERS)
def test_the_order_in_which_layers_are_given_changes_nothing(layers: list[Layer]) -> None:
    down = chain("shili-01", SNAPSHOT)
    found = {repr(standing(order, down, TODAY)) for order in list(permutations(layers[:4]))}
    assert len(found) == 1


@given(LAYERS, st.sampled_from(["shili-01", "shili-02"]))
def test_no_policy_is_ever_undercut(layers: list[Layer], at: str) -> None:
    """Walk down place by place: a figure changes only as the policy that stood above it allows."""
    down = chain(at, SNAPSHOT)
    above = Standing()
    for depth in range(len(down) + 1):
        here = standing([each for each in layers if _depth(each) <= depth], down, TODAY)
        if above.given is not None and here.given is not above.given:
            assert here.given is not None
            assert above.policy != "fixed"
            if above.policy == "tighten":
                assert is_stricter(here.given.value.value, above.given.value.value, "higher")
        above = here


def _depth(each: Layer) -> int:
    return {None: 0, "heilongjiang": 1, ("stats", "230112"): 3, "shili": 4}.get(each.value.place, 5)


def test_a_lower_place_cannot_turn_the_direction_round() -> None:
    above = Standing(given=layer(1), policy="tighten", stricter="lower")
    here = at_place(above, (layer(0, place="p", policy="tighten", stricter="higher"),))
    assert (here.given is not above.given, here.stricter) == (True, "lower")


def test_at_a_place_without_layers_all_stays() -> None:
    above = Standing(given=layer(1), policy="tighten", stricter="lower")
    assert at_place(above, ()) is above


def test_formulas_are_motions_like_all_others() -> None:
    grant = Declared(Formula(name="grant", function=lambda members: members), "national")
    assert list(Catalogue(motions=(grant, fact("members"))).motions_on(TODAY)) == ["grant", "members"]
