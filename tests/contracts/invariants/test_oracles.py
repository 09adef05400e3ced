"""What no single state can show: two runs compared, or a run beside figures worked out another way."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.contracts.invariants.office import ITEM

from partybuilding.cycle.lists import standings
from partybuilding.domain.decisions import Decision, effect_ends
from partybuilding.domain.indicators import Indicator
from partybuilding.domain.lifecycles import Evidence, Step
from partybuilding.domain.lists import Item
from partybuilding.domain.schemes import Grade, GradeScale, Scheme
from partybuilding.domain.standards import item as item_unit
from partybuilding.engine.result import Result
from partybuilding.engine.run import evaluate
from partybuilding.extension.declarations import Fact, Formula, Rollup, ScoringRule, Tally
from partybuilding.extension.expressions import Expression, divide, least
from partybuilding.labels import Label
from partybuilding.testing.worlds import World, small_district

VILLAGES = ("east-1", "east-2", "west-1", "west-2", "west-3")
LABEL = Label("示例", "example")
FIRST = date(2026, 1, 1)
VETO_CAP, BONUS_CAP = 59, 3
days = st.integers(0, 364).map(lambda number: FIRST + timedelta(days=number))


def by_tenths(actual: Expression, full: Expression) -> Expression:
    return least(full, divide(full * actual, 10))


def indicator(name: str) -> Indicator:
    return Indicator(
        name=name, label=LABEL, unit=item_unit, asks=LABEL, source="made up", numerator=f"{name}_done", target="none", scoring="tenths"
    )  # fmt: skip


def assessed(
    works: dict[str, int], meetings: dict[str, int], honours: dict[str, int], vetoed: frozenset[str]
) -> Result:
    """A year of two indicators and a bonus, in which some are vetoed."""
    names = ("works", "meetings", "honours")
    grades = (Grade(name="good", label=LABEL, least="60"), Grade(name="poor", label=LABEL, least="0"))
    scheme = Scheme(
        name="villages", label=LABEL, source="made up", kinds={"village"}, points={"works": "60", "meetings": "40"}, scale="scale",
        bonus={"honours": "10"}, bonus_cap=str(BONUS_CAP), veto="vetoed", veto_cap=str(VETO_CAP),
    )  # fmt: skip
    world = World(records=small_district()).under(
        Fact(name="members", most=10),
        Rollup(name="members_all", of="members"),
        GradeScale(name="scale", label=LABEL, source="made up", grades=grades),
        scheme,
        ScoringRule(name="tenths", function=by_tenths, label=LABEL),
        Tally(
            name="vetoes",
            of=Decision,
            by="subject",
            where={"matter": ("veto",)},
            function=lambda year, this_year: year == this_year,
        ),
        Formula(name="vetoed", function=lambda vetoes: vetoes > 0),
        *(Fact(name=f"{name}_done", most=100) for name in names),
        *(indicator(name) for name in names),
    )
    for name, figures in zip(names, (works, meetings, honours), strict=True):
        world = world.reporting(f"{name}_done", figures)
    decisions = (
        Decision(
            id=f"d-{who}",
            day=FIRST,
            body="b",
            document="1号",
            matter="veto",
            subject=who,
            outcome="veto",
            year=2026,
        )
        for who in sorted(vetoed)
    )
    world = world.having(*decisions)
    return evaluate(world.snapshot, world.catalogue, year=2026)


figures = st.fixed_dictionaries({each: st.integers(0, 15) for each in VILLAGES})


@given(works=figures, meetings=figures, honours=figures, vetoed=st.frozensets(st.sampled_from(VILLAGES)))
def test_a_total_is_the_sum_of_its_scores_and_a_veto_never_raises_it(
    works: dict[str, int], meetings: dict[str, int], honours: dict[str, int], vetoed: frozenset[str]
) -> None:
    free, struck = assessed(works, meetings, honours, frozenset()), assessed(works, meetings, honours, vetoed)
    for each in VILLAGES:
        scores = [
            Decimal(str(free.value(each, f"{name}.score"))) for name in ("works", "meetings", "honours")
        ]
        assert scores == [min(60, 6 * works[each]), min(40, 4 * meetings[each]), min(10, honours[each])]
        total = scores[0] + scores[1] + min(scores[2], Decimal(BONUS_CAP))
        assert free.value(each, "total_score") == total
        assert struck.value(each, "total_score") == (min(total, VETO_CAP) if each in vetoed else total)


@given(works=figures, more=st.integers(1, 20), who=st.sampled_from(VILLAGES))
def test_more_of_what_counts_never_lowers_a_score(works: dict[str, int], more: int, who: str) -> None:
    before = assessed(works, works, works, frozenset())
    after = assessed({**works, who: works[who] + more}, works, works, frozenset())
    for each in VILLAGES:
        earlier, later = (Decimal(str(one.value(each, "total_score"))) for one in (before, after))
        assert later >= earlier if each == who else later == earlier


# --- overdue ---------------------------------------------------------------------------------------------------------


def course(closed: date | None) -> list[Step]:
    """The steps of an item that is closed on a day, all on that day."""
    if closed is None:
        return []
    proof = (Evidence(reference="r"),)
    rows = (("rectify", "p", None), ("report", "p", None), ("verify", "q", None), ("close", "q", "d"))
    return [
        Step(id=f"i/{at}", of="item:i", name=name, day=closed, post=post, evidence=proof, decision=decision)
        for at, (name, post, decision) in enumerate(rows)
    ]


@given(due=days, asked=days, closed=st.none() | days, others=st.lists(days, max_size=3))
def test_overdue_follows_from_the_due_day_the_closing_and_the_day_asked_for_alone(
    due: date, asked: date, closed: date | None, others: list[date]
) -> None:
    item = Item(
        id="i", day=FIRST, organisation="east-1", text="问题", channel="masses", owner="p", lead="b",
        measures="整改", baseline="无", target="有", due=due,
    )  # fmt: skip
    closed = None if closed is None or closed > asked else closed
    alone = World(records=small_district(), on=asked).having(item, *course(closed))
    beside = alone.having(*(evolve(ITEM, id=f"o{at}", due=each) for at, each in enumerate(others)))
    late = max(0, ((closed or asked) - due).days)
    for world in (alone, beside):
        found = next(each for each in standings(world.snapshot, world.catalogue) if each.item.id == "i")
        assert (found.overdue, found.ever, found.open) == (late, late > 0, closed is None)


@given(until=st.none() | st.integers(1, 90), liftings=st.lists(st.integers(0, 120), max_size=3))
def test_an_effect_ends_on_its_day_or_on_that_of_the_first_decision_that_lifts_it(
    until: int | None, liftings: list[int]
) -> None:
    def decided(id_: str, day: date, **more: object) -> Decision:
        given_ = {"id": id_, "day": day, "body": "b", "document": "1号", "matter": "accountability"}
        return Decision(**{**given_, "subject": "p", "outcome": "talk", "of": "item:i", **more})  # type: ignore[arg-type]  # a test's own defaults

    first = decided("d", FIRST, until=None if until is None else FIRST + timedelta(days=until))
    others = [
        decided(f"l{at}", FIRST + timedelta(days=number), lifts="d") for at, number in enumerate(liftings)
    ]
    ends = [number for number in (until, *liftings) if number is not None]
    expected = FIRST + timedelta(days=min(ends)) if ends else None
    assert effect_ends(first, [first, *others, decided("x", FIRST, lifts="other")]) == expected
