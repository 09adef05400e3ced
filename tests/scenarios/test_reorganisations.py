"""Seven reorganisations of a district in the middle of its year: nothing open is left behind, and the ledger holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from attrs import evolve, fields

from partybuilding.cycle.reorganisation import from_day, reorganise
from partybuilding.domain.carriers import WHOLE_SHARE, Carrier, Chain, ChainUnit, Link, Part
from partybuilding.domain.decisions import Decision
from partybuilding.domain.feedback import Feedback
from partybuilding.domain.funding import Leg, Movement, MovementKind, Pocket, balances
from partybuilding.domain.indicators import Addition, Agreement, Goal, Indicator
from partybuilding.domain.letters import Letter, Line
from partybuilding.domain.lifecycles import Evidence, Lifecycle, Step, Transition
from partybuilding.domain.lists import Item, PublicCommitment
from partybuilding.domain.organisations import Alias, District, Organisation, PartyBody, Placement
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.projects import Project
from partybuilding.domain.record import Record
from partybuilding.domain.reorganisations import Key, Reorganisation, ReorganisationKind, Succession, Weight
from partybuilding.domain.responsibilities import Responsibilities
from partybuilding.domain.standards import person_time, point
from partybuilding.domain.venues import Contract, Venue, Work
from partybuilding.errors import InvariantBroken, StepRefused
from partybuilding.extension.catalogue import Catalogue
from partybuilding.extension.declarations import Cascade, Fact, ScoringRule
from partybuilding.extension.host import PluginHost
from partybuilding.labels import Label
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.permissions import Actor, AllowAll
from partybuilding.ledger.versions import Withdrawal, content_digest
from partybuilding.storage.memory import MemoryStore
from partybuilding.testing.worlds import World

JAN, FEB, MAR, DAY, MAY = (date(2026, month, 1) for month in range(1, 6))
DECEMBER = date(2026, 12, 31)
PROJECT_LIFE = Lifecycle(
    name="project", start="draft", closed=("ended",), transitions=(Transition(step="end", sources=("draft",), target="ended"),)
)  # fmt: skip


class Rules(Catalogue):
    """What the district declares: one additive indicator that may be divided, one that may not, one type of project."""

    def lifecycle(self, record: Record, day: date) -> Lifecycle | None:
        return PROJECT_LIFE if isinstance(record, Project) else super().lifecycle(record, day)


def indicator(name: str, **more: Any) -> Indicator:
    return Indicator(
        **{
            "name": name,
            "label": Label(name, name),
            "unit": person_time,
            "asks": Label("每年", "every year"),
            "numerator": "lab.trained",
            "target": "cascade",
            "scoring": "lab.reported",
            "source": "plan",
            **more,
        }
    )


def as_reported(actual: Any) -> Any:
    """A score that is what was reported."""
    return actual


DECLARED = World(
    rules=(
        indicator("lab.training", carry="share"),
        indicator("lab.visits"),
        indicator("lab.rate", target="none"),
        Fact(name="lab.trained", unit=person_time, most=10**6, carry="share"),
        ScoringRule(
            name="lab.reported", label=Label("据实", "as reported"), function=as_reported, unit=point
        ),
        Cascade(name="lab.down_training", indicator="lab.training", weight="lab.trained"),
        Cascade(name="lab.down_visits", indicator="lab.visits", weight="lab.trained"),
    )
).catalogue
RULES = Rules(**{each.name: getattr(DECLARED, each.name) for each in fields(Catalogue) if each.init})


class Host:
    manifest = ()
    backends = staticmethod(lambda: PluginHost.of({}).backends())
    catalogue: Any = staticmethod(lambda: RULES)


def organisation(id_: str, parent: str | None = None, **more: Any) -> Organisation:
    placed = () if parent is None else (Placement(parent=parent),)
    coded = (Alias(scheme="stats", code=f"code-{id_}"),)
    return Organisation(
        **{"id": id_, "name": id_, "kind": "village", "placements": placed, "aliases": coded, **more}
    )


def office(unit: str, superior: str | None, starts: date | None = None) -> Iterator[Record]:
    """A committee with its secretary, who is there."""
    yield PartyBody(id=f"{unit}-c", name=unit, kind="committee", seat=unit, superior=superior, starts=starts)
    for role in ("secretary", "officer"):
        yield Post(id=f"{unit}-{role}", body=f"{unit}-c", role=role, starts=starts)
        yield Tenure(id=f"{unit}-{role}-t", post=f"{unit}-{role}", holder=f"h-{unit}-{role}", starts=starts)


UNITS = {"acheng": None, "east": "acheng", "west": "acheng", "v1": "east", "v2": "east", "v3": "west"}
AMOUNTS = {"acheng": 100, "east": 60, "west": 40, "v1": 25, "v2": 35, "v3": 40}


def frame() -> Iterator[Record]:
    yield District(id="d", root="acheng")
    yield PartyBody(id="city-c", name="city", kind="local_committee", seat="acheng")
    yield Post(id="city-secretary", body="city-c", role="secretary")
    yield Tenure(id="city-t", post="city-secretary", holder="h-city")
    for unit, parent in UNITS.items():
        kind = "district" if parent is None else "street" if parent == "acheng" else "village"
        yield organisation(unit, parent, kind=kind)
        yield from office(unit, "city-c" if parent is None else f"{parent}-c")


def line(unit: str, indicator: str, amount: int, **more: Any) -> Line:
    answers = Responsibilities(
        collective=f"{unit}-c", primary=f"{unit}-secretary", specific=f"{unit}-officer", direct=f"{unit}-officer"
    )  # fmt: skip
    return Line(
        **{
            "indicator": indicator,
            "amount": amount,
            "unit": "person_time",
            "due": DECEMBER,
            "asks": "按时",
            "source": "plan",
            "responsibilities": answers,
            **more,
        }
    )


def letters() -> Iterator[Record]:
    """A letter for every unit, signed top first, with a quantity that was handed down and a rate that holds for all."""
    for unit, parent in UNITS.items():
        amount = AMOUNTS[unit]
        letter = Letter(
            id=f"2026/{unit}/main",
            year=2026,
            organisation=unit,
            issuer="city-c" if parent is None else f"{parent}-c",
            receiver=f"{unit}-c",
            above=None if parent is None else f"2026/{parent}/main",
            starts=JAN,
            lines=(
                line(unit, "lab.training", amount, share=None if parent is None else amount),
                line(unit, "lab.rate", 9, per=10),
            ),
        )
        yield letter
        issuer = "city-secretary" if parent is None else f"{parent}-secretary"
        for step, post in (("issue", issuer), ("sign", f"{unit}-secretary")):
            yield Step(
                id=f"{letter.id}/{step}", day=FEB, of=letter.reference, name=step, post=post, digest=content_digest(letter)
            )  # fmt: skip


def owed() -> Iterator[Record]:
    """What every village and street owes, owns and carries."""
    yield Chain(
        id="rice", name="稻米", organisation="v1", links=(Link(name="input", label=Label("农资", "input")),)
    )
    for unit in ("east", "v1", "v2", "v3"):
        yield Item(
            id=f"{unit}/1", day=MAR, organisation=unit, text="记录不全", channel="superior", owner=f"{unit}-officer",
            lead=f"{UNITS[unit]}-c", measures="补齐", baseline="缺3次", target="补齐", due=MAY,
        )  # fmt: skip
        yield PublicCommitment(
            id=f"{unit}/p", day=MAR, body=f"{unit}-c", organisation=unit, item=f"{unit}/1", text="补齐", baseline="缺3次",
            target="补齐", due=MAY,
        )  # fmt: skip
        yield Feedback(
            id=f"{unit}/f",
            day=MAR,
            organisation=unit,
            text="晚上不开门",
            channel="masses",
            informant=f"r-{unit}",
        )
        yield Goal(id=f"2026/{unit}/t", organisation=unit, indicator="lab.training", year=2026, reserve=7)
        yield Agreement(
            id=f"2026/{unit}/t", organisation=unit, indicator="lab.training", year=2026, amount=AMOUNTS[unit], reason="商定"
        )  # fmt: skip
        yield Addition(
            id=f"2026/{unit}/t",
            organisation=unit,
            indicator="lab.training",
            year=2026,
            amount=-3,
            reason="外出",
        )
        yield Goal(id=f"2024/{unit}/t", organisation=unit, indicator="lab.training", year=2024, amount=5)
        yield Project(
            id=f"{unit}/pr", type="plain", name="示范", organisation=unit, owner=f"{unit}-officer",
            first=f"{UNITS[unit]}-secretary", measure="次", due=DECEMBER,
        )  # fmt: skip
        yield Venue(id=f"{unit}/hall", organisation=unit, name="活动室", area=100)
        yield ChainUnit(id=f"rice/{unit}", chain="rice", link="input", unit=unit, organisation=unit)
        yield from money(unit)
    parts = (Part(organisation="v1", share=4_000), Part(organisation="v2", share=WHOLE_SHARE - 4_000))
    yield Carrier(
        id="rice-1", model="b", name="稻米", chain="rice", lead="v1-c", parts=parts, covers=("rice/v1",)
    )


def money(unit: str) -> Iterator[Movement]:
    """A budget of which a part is committed, to a project and to nothing in particular, and a part is paid."""
    rows: tuple[tuple[MovementKind, Pocket, Pocket, int, str | None], ...] = (
        ("budget", "source", "free", 1001, None),
        ("commit", "free", "reserved", 300, f"project:{unit}/pr"),
        ("commit", "free", "reserved", 201, None),
        ("pay", "reserved", "spent", 100, f"project:{unit}/pr"),
    )
    for number, (kind, gives, takes, fen, of) in enumerate(rows):
        legs = tuple(
            Leg(organisation=unit, purpose="education", pocket=pocket, amount=amount)
            for pocket, amount in ((gives, -fen), (takes, fen))
        )
        yield Movement(id=f"{unit}/m{number}", day=FEB, year=2026, kind=kind, legs=legs, of=of)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger(MemoryStore(), host=Host(), policy=AllowAll()) as opened:
        commit(opened, *frame(), *letters(), *owed())
        yield opened


def commit(ledger: Ledger, *records: Record | Withdrawal) -> None:
    ledger.commit(records, actor=Actor("office"), why="test", at=datetime(2026, 4, 1, tzinfo=UTC))


def decided(
    kind: ReorganisationKind, before: tuple[str, ...], after: tuple[str, ...], **more: Any
) -> Reorganisation:
    return Reorganisation(
        **{"id": "r", "day": DAY, "kind": kind, "before": before, "after": after, "instrument": "示例发〔2026〕8号",
           "decision": "d-8", **more}
    )  # fmt: skip


def decision(subject: str, **more: Any) -> Decision:
    return Decision(
        **{"id": "d-8", "day": MAR, "body": "city-c", "document": "示例发〔2026〕8号", "matter": "organisation",
           "subject": subject, "outcome": "reorganise", **more}
    )  # fmt: skip


def weights(name: str | None = None, **given: int) -> Key:
    return Key(
        weights=tuple(Weight(organisation=unit, weight=weight) for unit, weight in given.items()), name=name
    )


def carry_out(
    ledger: Ledger, reorganisation: Reorganisation, *becoming: Record
) -> dict[str, Record | Withdrawal]:
    """Propose, commit, verify; gives what was proposed."""
    commit(ledger, decision(reorganisation.before[0]))
    before = ledger.snapshot(on=DAY)
    money_before = sum(
        fen
        for account, fen in balances(before.of(Movement)).items()
        if account.pocket in {"free", "reserved"}
    )
    proposed = reorganise(before, reorganisation, RULES, post="city-secretary", becoming=becoming)
    commit(ledger, *proposed)
    assert ledger.verify() == ()
    after = ledger.snapshot(on=MAY)
    held = balances(after.of(Movement))
    assert sum(fen for account, fen in held.items() if account.pocket in {"free", "reserved"}) == money_before
    for account, fen in held.items():
        assert not (
            account.organisation in reorganisation.ended and account.pocket in {"free", "reserved"} and fen
        )
    kept = ledger.snapshot(on=date(2026, 3, 31))
    assert {each.id for each in kept.of(Organisation)} == set(UNITS)
    return {f"{each.noun}:{each.id}": each for each in proposed}


def told(ledger: Ledger) -> dict[str, Succession]:
    [found] = ledger.snapshot(on=MAY).of(Reorganisation)
    return {each.of: each for each in found.successions}


def state(ledger: Ledger, reference: str) -> str:
    snapshot = ledger.snapshot(on=MAY)
    noun, _, id_ = reference.partition(":")
    from partybuilding.convert import NOUNS
    from partybuilding.cycle.steps import course

    found = snapshot.find(NOUNS[noun], id_)
    assert found is not None
    return course(snapshot, RULES, found).state


def figures(letter: Record | Withdrawal, name: str = "lab.training") -> tuple[int | None, int | None]:
    assert isinstance(letter, Letter)
    found = letter.line(name)
    assert found is not None
    return found.amount, found.share


# --- the same unit -----------------------------------------------------------------------------------------------


def test_a_rename_is_a_new_version_and_nothing_else(ledger: Ledger) -> None:
    v1 = organisation("v1", "east")
    renamed = from_day(v1, DAY, name="新村", codes={"stats": "new"})
    proposed = carry_out(ledger, decided("rename", ("v1",), ("v1",), decision=None), renamed)
    assert set(proposed) == {"reorganisation:r", "organisation:v1"}
    assert [ledger.snapshot(on=day).organisations()["v1"].name for day in (MAR, DAY)] == ["v1", "新村"]
    codes = [ledger.snapshot(on=day).organisations()["v1"].codes(day) for day in (MAR, DAY)]
    assert codes == [(("stats", "code-v1"),), (("stats", "new"),)]


def test_a_transferred_unit_gets_a_new_letter_from_its_new_superior_and_brings_its_target_along(
    ledger: Ledger,
) -> None:
    moved = from_day(organisation("v1", "east"), DAY, parents={"territory": "west"})
    proposed = carry_out(ledger, decided("transfer", ("v1",), ("v1",)), moved)
    draft = proposed["letter:2026/v1/main/r"]
    assert isinstance(draft, Letter)
    assert (draft.issuer, draft.receiver, draft.above) == ("west-c", "v1-c", "2026/west/main")
    assert figures(draft) == (25, None)
    assert state(ledger, "letter:2026/v1/main") == "superseded"
    assert state(ledger, "letter:2026/west/main") == "signed"
    assert told(ledger) == {
        "letter:2026/v1/main": Succession(of="letter:2026/v1/main", to=("letter:2026/v1/main/r",))
    }
    assert ledger.snapshot(on=MAY).find(PartyBody, "v1-c").superior == "west-c"  # type: ignore[union-attr]  # it is there


@pytest.mark.parametrize(("kind", "word"), [("promote", "town"), ("demote", "community")])
def test_a_promotion_and_a_demotion_change_the_kind(
    ledger: Ledger, kind: ReorganisationKind, word: str
) -> None:
    proposed = carry_out(
        ledger, decided(kind, ("v1",), ("v1",)), from_day(organisation("v1", "east"), DAY, kind=word)
    )
    assert set(proposed) == {"reorganisation:r", "organisation:v1"}
    assert ledger.snapshot(on=DAY).organisations()["v1"].kind == word


# --- units that end ----------------------------------------------------------------------------------------------


def test_a_merger_hands_over_everything_and_adds_up_what_may_be_added(ledger: Ledger) -> None:
    proposed = carry_out(ledger, decided("merge", ("v1", "v2"), ("v1",)))
    after = ledger.snapshot(on=MAY)
    assert figures(proposed["letter:2026/v1/main/r"]) == (60, 60)
    assert figures(proposed["letter:2026/v1/main/r"], "lab.rate") == (9, None)
    goals = {each.organisation: each.reserve for each in after.of(Goal) if each.year == 2026}
    assert goals == {"east": 7, "v1": 14, "v3": 7}
    assert {each.organisation: each.amount for each in after.of(Agreement)} == {
        "east": 60,
        "v1": 60,
        "v3": 40,
    }
    assert {each.organisation: each.amount for each in after.of(Addition)} == {"east": -3, "v1": -6, "v3": -3}
    assert [state(ledger, each) for each in ("item:v2/1", "commitment:v2/p", "feedback:v2/f", "item:v1/1")] == [
        "passed_on", "withdrawn", "merged", "found"
    ]  # fmt: skip
    item, promise = after.find(Item, "v2/1/r"), after.find(PublicCommitment, "v2/p/r")
    assert item is not None
    assert promise is not None
    assert (item.organisation, item.owner, item.lead, item.recurs) == ("v1", "v1-officer", "east-c", "v2/1")
    assert (promise.organisation, promise.body, promise.item) == ("v1", "v1-c", "v2/1/r")
    assert after.find(Feedback, "v2/f/r").informant is None  # type: ignore[union-attr]  # it is there
    assert {each.owner for each in after.of(Project)} == {"east-officer", "v1-officer", "v3-officer"}
    assert [each.parts for each in after.of(Carrier)] == [(Part(organisation="v1", share=WHOLE_SHARE),)]
    assert all(not each.startswith("v2") for each in (each.seat for each in after.of(PartyBody)))
    assert set(told(ledger)) == {
        *(f"letter:2026/{unit}/main" for unit in ("v1", "v2")),
        *(f"{noun}:2026/v2/t" for noun in ("goal", "agreement", "addition")),
        *("item:v2/1", "commitment:v2/p", "feedback:v2/f", "project:v2/pr", "venue:v2/hall", "chain_unit:rice/v2"),
        "carrier:rice-1",
    }  # fmt: skip


def test_a_merger_into_a_new_unit_asks_for_the_unit_and_its_offices(ledger: Ledger) -> None:
    new = organisation("v9", "east", starts=DAY, placements=(Placement(parent="east", starts=DAY),))
    with pytest.raises(StepRefused) as caught:
        reorganise(
            ledger.snapshot(on=DAY), decided("merge", ("v1", "v2"), ("v9",)), RULES, post="city-secretary"
        )
    assert caught.value.code == "unit-undescribed"
    with pytest.raises(StepRefused) as caught:
        carry_out(ledger, decided("merge", ("v1", "v2"), ("v9",)), new)
    assert {each.code for each in caught.value.problems} == {"body-missing"}
    proposed = carry_out(ledger, decided("merge", ("v1", "v2"), ("v9",)), new, *office("v9", "east-c", DAY))
    assert figures(proposed["letter:2026/v9/main/r"]) == (60, 60)
    assert ledger.snapshot(on=MAY).find(Chain, "rice").organisation == "v9"  # type: ignore[union-attr]  # it is there


def test_an_abolished_street_leaves_its_villages_and_letters_to_the_other(ledger: Ledger) -> None:
    proposed = carry_out(ledger, decided("abolish", ("east",), ("west",)))
    after = ledger.snapshot(on=MAY)
    assert {each.id: each.parent("territory", MAY) for each in after.of(Organisation)} == {
        "acheng": None, "west": "acheng", "v1": "west", "v2": "west", "v3": "west"
    }  # fmt: skip
    assert figures(proposed["letter:2026/west/main/r"]) == (100, 100)
    below = proposed["letter:2026/v1/main/r"]
    assert isinstance(below, Letter)
    assert (below.issuer, below.above, figures(below)) == ("west-c", "2026/west/main/r", (25, 25))
    assert state(ledger, "letter:2026/acheng/main") == "signed"
    assert after.find(Item, "v1/1/r").lead == "west-c"  # type: ignore[union-attr]  # it is there
    assert after.find(Project, "v1/pr").first == "west-secretary"  # type: ignore[union-attr]  # it is there


def test_a_split_divides_by_the_key_to_the_last_unit(ledger: Ledger) -> None:
    new = [
        record
        for unit in ("v7", "v8")
        for record in (
            organisation(unit, starts=DAY, placements=(Placement(parent="east", starts=DAY),)),
            *office(unit, "east-c", DAY),
        )
    ]
    mine = [
        Succession(of=each, to=("organisation:v8",))
        for each in ("item:v1/1", "commitment:v1/p", "feedback:v1/f", "project:v1/pr", "venue:v1/hall", "chain_unit:rice/v1", "chain:rice")
    ]  # fmt: skip
    parted = decided(
        "split", ("v1",), ("v7", "v8"), key=(weights(v7=1, v8=2), weights("education", v7=1, v8=1))
    )
    with pytest.raises(StepRefused) as caught:
        carry_out(ledger, parted, *new)
    unnamed = {each.where.record for each in caught.value.problems if each.code == "heir-unnamed"}
    assert unnamed == {"v1/1", "v1/p", "v1/f", "v1/pr", "v1/hall", "rice/v1", "rice"}
    proposed = carry_out(ledger, evolve(parted, successions=tuple(mine)), *new)
    assert figures(proposed["letter:2026/v7/main/r"]) == (8, 8)
    assert figures(proposed["letter:2026/v8/main/r"]) == (17, 17)
    after = ledger.snapshot(on=MAY)
    assert {each.organisation: each.amount for each in after.of(Agreement) if each.organisation in {"v7", "v8"}} == {
        "v7": 8, "v8": 17
    }  # fmt: skip
    held = balances(after.of(Movement))
    free = {
        account.organisation: fen
        for account, fen in held.items()
        if account.pocket == "free" and account.organisation in {"v7", "v8"}
    }
    assert free == {"v7": 250, "v8": 250}
    reserved = {
        account.organisation: fen
        for account, fen in held.items()
        if account.pocket == "reserved" and account.organisation in {"v7", "v8"}
    }
    assert reserved == {"v7": 101, "v8": 300}
    assert [(part.organisation, part.share) for part in after.of(Carrier)[0].parts] == [
        ("v7", 1333),
        ("v8", 2667),
        ("v2", 6000),
    ]


def test_what_ends_for_a_reason_needs_the_decision_that_was_made(ledger: Ledger) -> None:
    reasons = tuple(
        Succession(of=each, reason="随村撤销")
        for each in ("letter:2026/v1/main", "item:v1/1", "commitment:v1/p", "feedback:v1/f", "chain:rice", "chain_unit:rice/v1",
                     "venue:v1/hall", "carrier:rice-1", *(f"{noun}:2026/v1/t" for noun in ("goal", "agreement", "addition")))
    )  # fmt: skip
    gone = decided("abolish", ("v1",), ("v2",), successions=reasons)
    with pytest.raises(StepRefused) as caught:
        carry_out(ledger, gone)
    assert [(each.code, each.where.record) for each in caught.value.problems] == [
        ("step-not-possible", "item:v1/1")
    ]
    steps = [
        ("rectify", "v1-officer", ()),
        ("report", "v1-officer", (Evidence(reference="e"),)),
        ("verify", "east-secretary", (Evidence(reference="e"),)),
    ]
    for name, post, shown in steps:
        commit(ledger, Step(id=f"s-{name}", day=MAR, of="item:v1/1", name=name, post=post, evidence=shown))
    with pytest.raises(StepRefused) as caught:
        carry_out(ledger, gone)
    assert [each.code for each in caught.value.problems] == ["step-lacks"]
    commit(ledger, decision("v1", id="d-9", matter="closing", of="item:v1/1", outcome="close"))
    carry_out(ledger, gone)
    assert state(ledger, "item:v1/1") == "closed"
    assert state(ledger, "letter:2026/v1/main") == "revoked"
    assert told(ledger)["item:v1/1"].reason == "随村撤销"
    assert ledger.snapshot(on=MAY).find(Carrier, "rice-1") is None


def test_a_unit_that_nobody_takes_over_from_needs_a_reason_for_everything(ledger: Ledger) -> None:
    with pytest.raises(StepRefused) as caught:
        carry_out(ledger, decided("abolish", ("v1",), ()))
    assert {each.code for each in caught.value.problems} == {
        "heir-unnamed", "balance-unkeyed", "body-missing"
    }  # fmt: skip


def test_a_figure_that_may_not_be_added_up_is_refused_by_name(ledger: Ledger) -> None:
    extra = [
        Goal(id=f"2026/{unit}/v", organisation=unit, indicator="lab.visits", year=2026, amount=3)
        for unit in ("v1", "v2")
    ]
    commit(ledger, *extra)
    with pytest.raises(StepRefused) as caught:
        carry_out(ledger, decided("merge", ("v1", "v2"), ("v1",)))
    assert {(each.code, each.where.record, each.read) for each in caught.value.problems} == {
        ("carry-refused", "2026/v1/v", "lab.visits"), ("carry-refused", "2026/v2/v", "lab.visits")
    }  # fmt: skip


# --- what the ledger refuses ----------------------------------------------------------------------------------------

MERGER = decided("merge", ("v1", "v2"), ("v1",))


@pytest.fixture
def proposed(ledger: Ledger) -> dict[str, Record | Withdrawal]:
    """The changeset of a merger, by the references of its records, ready to be spoiled."""
    commit(ledger, decision("v1"))
    found = reorganise(ledger.snapshot(on=DAY), MERGER, RULES, post="city-secretary")
    return {f"{each.noun}:{each.id}": each for each in found}


def broken(ledger: Ledger, changed: dict[str, Record | Withdrawal]) -> set[tuple[str, str | None]]:
    """The codes of what a changeset breaks, with the records; nothing is stored."""
    head = ledger.head()
    with pytest.raises(InvariantBroken) as caught:
        commit(ledger, *changed.values())
    assert ledger.head() == head
    return {(each.code, each.where.record) for each in caught.value.problems}


@pytest.mark.parametrize(
    ("left_out", "found"),
    [
        ("goal:2026/v2/t", {("obligation-left", "2026/v2/t")}),
        ("step:v2/1/pass_on/r", {("obligation-left", "v2/1")}),
        ("step:v2/p/withdraw/r", {("obligation-left", "v2/p")}),
        ("project:v2/pr", {("obligation-left", "v2/pr")}),
        ("venue:v2/hall", {("obligation-left", "v2/hall")}),
        ("chain_unit:rice/v2", {("obligation-left", "rice/v2")}),
        ("carrier:rice-1", {("obligation-left", "rice-1")}),
        ("body:v2-c", {("obligation-left", "v2-c")}),
        ("item:v2/1/r", {("succession-unknown", "r")}),
    ],
)
def test_what_is_left_out_of_the_changeset_is_told_by_name(
    ledger: Ledger, proposed: dict[str, Record | Withdrawal], left_out: str, found: set[tuple[str, str]]
) -> None:
    del proposed[left_out]
    assert broken(ledger, proposed) == found


def test_a_post_and_a_tenure_do_not_outlive_the_body_of_a_unit_that_ended(
    ledger: Ledger, proposed: dict[str, Record | Withdrawal]
) -> None:
    for each in ("post:v2-secretary", "tenure:v2-officer-t"):
        del proposed[each]
    assert broken(ledger, proposed) == {
        ("obligation-left", "v2-secretary"),
        ("obligation-left", "v2-officer-t"),
    }


@pytest.mark.parametrize(
    "reference", ["goal:2026/v2/t", "item:v2/1", "letter:2026/v2/main", "venue:v2/hall", "feedback:v2/f"]
)
def test_what_ends_in_silence_is_told_by_name(
    ledger: Ledger, proposed: dict[str, Record | Withdrawal], reference: str
) -> None:
    told_ = proposed["reorganisation:r"]
    assert isinstance(told_, Reorganisation)
    kept = tuple(each for each in told_.successions if each.of != reference)
    assert len(kept) == len(told_.successions) - 1
    proposed["reorganisation:r"] = evolve(told_, successions=kept)
    assert broken(ledger, proposed) == {("succession-missing", reference.partition(":")[2])}


def test_without_the_reorganisation_everything_ended_in_silence(
    ledger: Ledger, proposed: dict[str, Record | Withdrawal]
) -> None:
    del proposed["reorganisation:r"]
    assert {code for code, _ in broken(ledger, proposed)} == {"succession-missing"}


@pytest.mark.parametrize(
    ("of", "to"),
    [("goal:2026/v2/t", "goal:nowhere"), ("goal:nowhere", "goal:2026/v1/t"), ("goal:2026/v2/t", "district:x"),
     ("goal:2026/v2/t", "body:v2-c"), ("goal:2026/v2/t", "nothing:x")],
)  # fmt: skip
def test_a_succession_names_what_is_there_and_stays(
    ledger: Ledger, proposed: dict[str, Record | Withdrawal], of: str, to: str
) -> None:
    told_ = proposed["reorganisation:r"]
    assert isinstance(told_, Reorganisation)
    kept = (*(each for each in told_.successions if each.of != of), Succession(of=of, to=(to,)))
    proposed["reorganisation:r"] = evolve(told_, successions=kept)
    assert broken(ledger, proposed) == {("succession-unknown", "r")}


@pytest.mark.parametrize("pocket", ["free", "reserved"])
def test_money_is_not_left_with_a_unit_that_ended(
    ledger: Ledger, proposed: dict[str, Record | Withdrawal], pocket: Pocket
) -> None:
    kinds = {"free": ("allocate", "commit"), "reserved": ("release", "allocate", "commit")}[pocket]
    kept = {
        key: each for key, each in proposed.items() if not (isinstance(each, Movement) and each.kind in kinds)
    }
    assert broken(ledger, kept) == {("balance-left", None)}


def test_money_does_not_come_to_a_unit_after_its_end(ledger: Ledger) -> None:
    carry_out(ledger, MERGER)
    late = [evolve(each, id=f"late/{each.id}", day=MAY) for each in money("v2")][:1]
    with pytest.raises(InvariantBroken) as caught:
        commit(ledger, *late)
    assert [each.code for each in caught.value.problems] == ["balance-left"]


def test_nothing_new_is_hung_on_a_unit_after_its_end(ledger: Ledger) -> None:
    carry_out(ledger, MERGER)
    goal = Goal(id="late", organisation="v2", indicator="lab.training", year=2026, amount=1)
    venue = Venue(id="late", organisation="v2", name="活动室", area=1, starts=MAY)
    reopened = Step(
        id="again", day=MAY, of="feedback:v2/f", name="reopen", post="city-secretary", note="又提"
    )
    for late, wanted in (
        (goal, "late"),
        (venue, "late"),
        (evolve(goal, year=2027), "late"),
        (reopened, "v2/f"),
    ):
        with pytest.raises(InvariantBroken) as caught:
            commit(ledger, late)
        assert ("obligation-left", wanted) in {
            (each.code, each.where.record) for each in caught.value.problems
        }
    commit(ledger, evolve(goal, year=2025), evolve(venue, starts=JAN, ends=DAY))


def test_units_begin_and_end_as_the_reorganisation_says(ledger: Ledger) -> None:
    commit(ledger, decision("v3"))
    told_ = [
        decided("abolish", ("v3",), ("v1",)),
        decided("split", ("v3",), ("v3", "v4")),
        decided("transfer", ("v9",), ("v9",)),
        decided("abolish", ("v3",), ("v9",)),
    ]
    shown = []
    for each in told_:
        with pytest.raises(InvariantBroken) as caught:
            commit(ledger, each)
        units = [each for each in caught.value.problems if each.code == "reorganisation-mismatch"]
        shown.append(sorted(problem.read for problem in units))
    assert shown == [
        ["v3 there on 2026-04-01"],
        ["v4 not there on 2026-04-01"],
        ["v9 not there on 2026-03-31", "v9 not there on 2026-04-01"],
        ["v3 there on 2026-04-01", "v9 not there on 2026-03-31", "v9 not there on 2026-04-01"],
    ]
    commit(ledger, decided("transfer", ("v3",), ("v3",)))
    with pytest.raises(InvariantBroken) as caught:
        commit(
            ledger,
            *(evolve(each, ends=FEB) for each in ledger.snapshot(on=MAR).of(Organisation) if each.id == "v3"),
        )
    assert "reorganisation-mismatch" in {each.code for each in caught.value.problems}


@pytest.mark.parametrize(
    "made",
    [None, decision("v1"), decision("v3", day=MAY), decision("v3", matter="grade")],
    ids=["none", "another-unit", "too-late", "another-matter"],
)
def test_a_reorganisation_rests_on_a_decision_about_its_units(ledger: Ledger, made: Decision | None) -> None:
    with pytest.raises(InvariantBroken) as caught:
        commit(ledger, *(() if made is None else (made,)), decided("transfer", ("v3",), ("v3",)))
    assert [each.code for each in caught.value.problems] == ["reorganisation-without-decision"]


def test_a_decision_may_rest_on_the_reorganisation_itself(ledger: Ledger) -> None:
    commit(
        ledger,
        decision("acheng", body="city-c", of="reorganisation:r"),
        decided("transfer", ("v3",), ("v3",)),
    )
    assert ledger.verify() == ()


# --- what people have to settle first -----------------------------------------------------------------------------------


def refused(
    ledger: Ledger, reorganisation: Reorganisation, *becoming: Record, on: date = DAY
) -> list[tuple[str, str | None]]:
    with pytest.raises(StepRefused) as caught:
        reorganise(ledger.snapshot(on=on), reorganisation, RULES, post="city-secretary", becoming=becoming)
    return [(each.code, each.where.record) for each in caught.value.problems]


def test_the_snapshot_and_the_new_versions_are_of_the_day(ledger: Ledger) -> None:
    assert refused(ledger, MERGER, on=MAY) == [("reorganisation-day", "r")]
    early = from_day(organisation("v1", "east"), MAR, name="x")
    assert refused(ledger, decided("rename", ("v1",), ("v1",)), early) == [("reorganisation-day", "r")]
    assert refused(ledger, decided("merge", ("v1", "v9"), ("v1",))) == [("reorganisation-mismatch", "r")]
    assert refused(ledger, decided("rename", ("v1",), ("v1",))) == [("unit-undescribed", "r")]


def test_units_and_bodies_below_a_street_that_is_divided_need_a_new_place(ledger: Ledger) -> None:
    covering = PartyBody(
        id="joint", name="joint", kind="joint_branch", seat="west", covers=("v1", "v3"), superior="east-c"
    )
    commit(ledger, covering)
    new = [record for unit in ("n1", "n2") for record in (
        organisation(unit, kind="street", starts=DAY, placements=(Placement(parent="acheng", starts=DAY),)), *office(unit, "acheng-c", DAY)
    )]  # fmt: skip
    parted = decided("split", ("east",), ("n1", "n2"), key=(weights(n1=1, n2=1),))
    found = refused(ledger, parted, *new)
    assert {code for code, _ in found} >= {"heir-unnamed", "body-missing"}
    moved = [
        from_day(organisation(unit, "east"), DAY, parents={"territory": home})
        for unit, home in (("v1", "n1"), ("v2", "n2"))
    ]
    bodies = [evolve(each, superior=home, starts=DAY) for each in ledger.snapshot(on=DAY).of(PartyBody)
              for home in {"v1-c": ("n1-c",), "v2-c": ("n2-c",), "joint": ("n1-c",)}.get(each.id, ())]  # fmt: skip
    mine = [Succession(of=f"{noun}:east/{id_}", to=("organisation:n1",)) for noun, id_ in (
        ("item", "1"), ("commitment", "p"), ("feedback", "f"), ("project", "pr"), ("venue", "hall"))]  # fmt: skip
    chain = [Succession(of="chain_unit:rice/east", to=("organisation:n2",))]
    made = carry_out(ledger, evolve(parted, successions=(*mine, *chain)), *new, *moved, *bodies)
    below = made["letter:2026/v2/main/r"]
    assert isinstance(below, Letter)
    assert (below.issuer, below.above) == ("n2-c", "2026/n2/main/r")
    assert ledger.snapshot(on=MAY).find(Item, "v2/1/r").lead == "n2-c"  # type: ignore[union-attr]  # it is there


def test_a_transfer_of_a_merged_covering_body_follows(ledger: Ledger) -> None:
    commit(
        ledger,
        PartyBody(
            id="joint", name="joint", kind="joint_branch", seat="v1", covers=("v2", "v3"), superior="v2-c"
        ),
    )
    carry_out(ledger, MERGER)
    found = ledger.snapshot(on=MAY).find(PartyBody, "joint")
    assert found is not None
    assert (found.covers, found.superior) == (("v3",), "v1-c")


RELEASED: tuple[tuple[Pocket, int], ...] = (("reserved", -200), ("free", 200))


def test_a_project_ends_by_its_own_life_cycle_only(ledger: Ledger) -> None:
    told_ = Succession(of="project:v2/pr", reason="随村撤销")
    assert refused(ledger, evolve(MERGER, successions=(told_,))) == [("not-yet-ended", "v2/pr")]
    legs = tuple(
        Leg(organisation="v2", purpose="education", pocket=pocket, amount=amount)
        for pocket, amount in RELEASED
    )
    commit(
        ledger,
        Movement(id="v2/m9", day=MAR, year=2026, kind="release", legs=legs, of="project:v2/pr"),
        Step(id="end", day=MAR, of="project:v2/pr", name="end", post="v2-officer"),
    )
    made = carry_out(ledger, MERGER)
    assert "project:v2/pr" not in made


def works_of_v2() -> Iterator[Record]:
    """A work on the hall of a village, with its contract and what is committed for it."""
    proof = (Evidence(reference="演示合同"),)
    planned = Work(
        id="w", organisation="v2", venue="v2/hall", name="扩建", build="expanded", owner="v2-officer", area_before=100,
        area_planned=200, starts=FEB,
    )  # fmt: skip
    contract = Contract(day=MAR, evidence=proof[0], advance=60, final=40)
    legs = tuple(
        Leg(organisation="v2", purpose="education", pocket=pocket, amount=amount)
        for pocket, amount in COMMITTED
    )
    yield planned
    yield evolve(planned, contract=contract, starts=MAR)
    for name, post in (("approve", "city-secretary"), ("contract", "v2-officer")):
        yield Step(id=f"w/{name}", day=MAR, of="work:w", name=name, post=post, evidence=proof)
    yield Movement(id="w/commit", day=MAR, year=2026, kind="commit", legs=legs, of="work:w")


COMMITTED: tuple[tuple[Pocket, int], ...] = (("free", -100), ("reserved", 100))


def test_a_work_goes_on_with_its_venue_its_contract_and_its_money(ledger: Ledger) -> None:
    commit(ledger, *works_of_v2())
    made = carry_out(ledger, MERGER)
    work = made["work:w"]
    assert isinstance(work, Work)
    assert (work.organisation, work.owner, work.starts) == ("v1", "v1-officer", DAY)
    assert work.contract is not None
    assert told(ledger)["work:w"] == Succession(of="work:w", to=("work:w",))
    held = [
        (leg.organisation, leg.amount)
        for each in made.values()
        if isinstance(each, Movement) and each.of == "work:w"
        for leg in each.legs
        if leg.pocket == "reserved"
    ]
    assert held == [("v2", -100), ("v1", 100)]


def test_a_work_ends_by_its_own_life_cycle_only(ledger: Ledger) -> None:
    commit(ledger, *works_of_v2())
    told_ = Succession(of="work:w", reason="随村撤销")
    assert ("not-yet-ended", "w") in refused(ledger, evolve(MERGER, successions=(told_,)))
    legs = tuple(
        Leg(organisation="v2", purpose="education", pocket=pocket, amount=-amount)
        for pocket, amount in COMMITTED
    )
    commit(
        ledger,
        Movement(id="w/release", day=MAR, year=2026, kind="release", legs=legs, of="work:w"),
        Step(id="w/cancel", day=MAR, of="work:w", name="cancel", post="v2-officer", note="停建"),
    )
    assert "work:w" not in carry_out(ledger, MERGER)


def test_a_successor_without_the_post_is_told(ledger: Ledger) -> None:
    commit(ledger, *(evolve(each, ends=DAY) for each in ledger.snapshot(on=MAR).of(Post) if each.id == "v1-officer"),
           *(evolve(each, ends=DAY) for each in ledger.snapshot(on=MAR).of(Tenure) if each.id == "v1-officer-t"))  # fmt: skip
    found = set(refused(ledger, MERGER))
    assert {code for code, _ in found} == {"post-missing"}


def test_drafts_end_without_a_step_and_rates_that_differ_are_refused(ledger: Ledger) -> None:
    draft = next(each for each in ledger.snapshot(on=DAY).of(Letter) if each.organisation == "v2")
    other = evolve(
        draft, id="draft", kind="safety", above=None, starts=DAY, lines=(line("v2", "lab.rate", 8, per=10),)
    )
    early = evolve(other, id="early", kind="health", starts=FEB, lines=(line("v2", "lab.rate", 8, per=10),))
    commit(ledger, other, early)
    made = carry_out(ledger, MERGER)
    assert isinstance(made["letter:draft"], Withdrawal)
    assert made["letter:early"] == evolve(early, ends=DAY)
    assert figures(made["letter:2026/v1/safety/r"], "lab.rate") == (8, None)


def test_rates_that_differ_are_not_merged(ledger: Ledger) -> None:
    one, two = (
        Letter(id=f"{unit}/safety", year=2026, kind="safety", organisation=unit, issuer="east-c", receiver=f"{unit}-c",
               lines=(line(unit, "lab.rate", 7 + place, per=10), line(unit, "lab.visits", 4)))
        for place, unit in enumerate(("v1", "v2"))
    )  # fmt: skip
    commit(ledger, one, two)
    found = refused(ledger, MERGER)
    assert {code for code, _ in found} == {"carry-refused"}
    assert {record for _, record in found} == {"v1/safety", "v2/safety"}


def test_a_divided_figure_needs_a_rule_and_a_key(ledger: Ledger) -> None:
    commit(ledger, Goal(id="2026/v1/v", organisation="v1", indicator="lab.visits", year=2026, amount=3))
    new = [record for unit in ("v7", "v8") for record in (
        organisation(unit, starts=DAY, placements=(Placement(parent="east", starts=DAY),)), *office(unit, "east-c", DAY)
    )]  # fmt: skip
    found = refused(ledger, decided("split", ("v1",), ("v7", "v8")), *new)
    assert {
        ("carry-refused", "2026/v1/v"),
        ("carry-refused", "2026/v1/main"),
        ("balance-unkeyed", "v1"),
    } <= set(found)


def test_a_name_given_by_people_goes_before_the_key(ledger: Ledger) -> None:
    given = tuple(
        Succession(of=each, to=("organisation:v3",))
        for each in ("letter:2026/v1/main", "goal:2026/v1/t", "carrier:rice-1", "item:v1/1", "commitment:v1/p", "feedback:v1/f",
                     "project:v1/pr", "venue:v1/hall", "chain_unit:rice/v1", "chain:rice")
    )  # fmt: skip
    gone = decided("abolish", ("v1",), ("v2", "v3"), key=(weights(v2=1, v3=1),), successions=given)
    made = carry_out(ledger, gone)
    assert figures(made["letter:2026/v3/main/r"]) == (65, None)
    after = ledger.snapshot(on=MAY)
    assert {each.organisation: each.reserve for each in after.of(Goal) if each.year == 2026} == {
        "east": 7,
        "v2": 7,
        "v3": 14,
    }
    assert {each.organisation: each.amount for each in after.of(Agreement)} == {
        "east": 60,
        "v2": 48,
        "v3": 52,
    }
    assert [(part.organisation, part.share) for part in after.of(Carrier)[0].parts] == [
        ("v3", 4_000),
        ("v2", 6_000),
    ]


def test_what_is_spent_or_weighs_nothing_moves_nothing(ledger: Ledger) -> None:
    spent = tuple(
        Leg(organisation="v1", purpose="education", pocket=pocket, amount=amount) for pocket, amount in SPENT
    )
    commit(ledger, Movement(id="v1/all", day=MAR, year=2026, kind="commit", legs=spent))
    mine = tuple(
        Succession(of=each, to=("organisation:v2",))
        for each in ("letter:2026/v1/main", "goal:2026/v1/t", "agreement:2026/v1/t", "addition:2026/v1/t", "carrier:rice-1",
                     "item:v1/1", "commitment:v1/p", "feedback:v1/f", "project:v1/pr", "venue:v1/hall", "chain_unit:rice/v1",
                     "chain:rice")
    )  # fmt: skip
    gone = decided("abolish", ("v1",), ("v2", "v3"), key=(weights(v2=1, v3=0),), successions=mine)
    made = carry_out(ledger, gone)
    assert not any(
        leg.organisation == "v3" for each in made.values() if isinstance(each, Movement) for leg in each.legs
    )


SPENT: tuple[tuple[Pocket, int], ...] = (("free", -500), ("reserved", 500))


def test_a_body_without_a_superior_keeps_its_issuer_and_cannot_be_transferred(ledger: Ledger) -> None:
    alone = next(each for each in ledger.snapshot(on=MAR).of(PartyBody) if each.id == "v1-c")
    commit(ledger, evolve(alone, superior=None, starts=MAR))
    moved = from_day(organisation("v1", "east"), DAY, parents={"territory": "west"})
    found = refused(ledger, decided("transfer", ("v1",), ("v1",)), moved)
    assert found == [("body-missing", "2026/v1/main")]
    draft = carry_out(ledger, MERGER)["letter:2026/v1/main/r"]
    assert isinstance(draft, Letter)
    assert draft.issuer == "east-c"


def test_a_line_that_may_not_be_divided_is_refused_with_its_letter(ledger: Ledger) -> None:
    held = line("v1", "lab.visits", 4, share=4)
    commit(ledger, Letter(id="v1/visits", year=2026, kind="visits", organisation="v1", issuer="east-c", receiver="v1-c",
                          lines=(held,)))  # fmt: skip
    new = [record for unit in ("v7", "v8") for record in (
        organisation(unit, starts=DAY, placements=(Placement(parent="east", starts=DAY),)), *office(unit, "east-c", DAY)
    )]  # fmt: skip
    found = refused(ledger, decided("split", ("v1",), ("v7", "v8"), key=(weights(v7=1, v8=1),)), *new)
    assert ("carry-refused", "v1/visits") in found


def test_a_code_that_would_only_begin_later_is_left_out_and_a_post_may_move_with_its_holder(
    ledger: Ledger,
) -> None:
    coded = evolve(organisation("v1"), aliases=(Alias(scheme="stats", code="later", starts=MAY),))
    assert from_day(coded, DAY, codes={"stats": "now"}).codes(MAY) == (("stats", "now"),)
    moved = Post(id="v2-officer", body="v1-c", role="deputy", starts=DAY)
    tenure = Tenure(id="v2-officer-t", post="v2-officer", holder="h-v2-officer", starts=DAY)
    commit(ledger, decision("v1"))
    made = reorganise(ledger.snapshot(on=DAY), MERGER, RULES, post="city-secretary", becoming=(moved, tenure))
    assert moved in made
    assert tenure in made
    commit(ledger, *made)
    assert ledger.verify() == ()
