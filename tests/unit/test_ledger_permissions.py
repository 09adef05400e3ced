"""What a commit asks of the policy, on which organisations, and which organisations a scope holds."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest
from attrs import evolve

from partybuilding.domain.carriers import Carrier, Part
from partybuilding.domain.decisions import Decision
from partybuilding.domain.feedback import Feedback
from partybuilding.domain.funding import Leg, Movement
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.lists import Item
from partybuilding.domain.organisations import District, Organisation, PartyBody, Placement
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.record import Record
from partybuilding.domain.sheets import Sheet, sheet
from partybuilding.domain.venues import Venue
from partybuilding.errors import NotPermitted, RecordProblem
from partybuilding.extension.host import PluginHost
from partybuilding.ledger.asking import Commit
from partybuilding.ledger.concerns import Lineages, about
from partybuilding.ledger.grants import Grant, Grants
from partybuilding.ledger.histories import Histories, Records
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.permissions import Actor, AllowAll, Policy, Scope, action_of
from partybuilding.ledger.versions import Withdrawal
from partybuilding.storage.memory import MemoryStore

DAY = date(2026, 3, 1)
MOMENT = datetime(2026, 3, 1, 1, tzinfo=UTC)
OFFICE = Actor("office")


def step(name: str, of: str = "item:one", post: str = "secretary", id_: str = "") -> Step:
    return Step(id=id_ or name, of=of, name=name, post=post, day=DAY)


def organisation(id_: str, parent: str | None = None, kind: str = "village") -> Organisation:
    placements = () if parent is None else (Placement(parent=parent),)
    return Organisation(id=id_, name=id_, kind=kind, placements=placements)


def item(id_: str, of: str) -> Item:
    return Item(
        id=id_,
        day=DAY,
        organisation=of,
        text="x",
        channel="masses",
        owner="village-post",
        lead="village-post",
        measures="x",
        baseline="0",
        target="1",
        due=date(2026, 9, 1),
    )


def movement(*legs: tuple[str, int]) -> Movement:
    held = tuple(Leg(organisation=of, purpose="x", pocket="free", amount=amount) for of, amount in legs)
    return Movement(id="m", day=DAY, year=2026, kind="allocate", legs=held)


def decision(body: str, subject: str, of: str | None = None) -> Decision:
    return Decision(
        id="d", day=DAY, body=body, document="1", matter="grade", subject=subject, outcome="good", of=of
    )


def carrier(lead: str, *parts: str) -> Carrier:
    held = tuple(Part(organisation=each, share=10_000 // len(parts)) for each in parts)
    return Carrier(id="c", model="m", name="C", chain="rice", lead=lead, parts=held)


def figures(**given: int) -> Sheet:
    return sheet(name="members", unit="member", starts=DAY, ends=date(2026, 4, 1), figures=given)


OPENING: tuple[Record, ...] = (
    organisation("city", kind="city"),
    organisation("district", "city", "district"),
    organisation("street", "district", "street"),
    organisation("village", "street"),
    organisation("other", "city", "district"),
    organisation("far", "other"),
    PartyBody(id="street-body", name="S", kind="working_committee", seat="street"),
    PartyBody(id="village-body", name="V", kind="branch", seat="village"),
    PartyBody(id="far-body", name="F", kind="branch", seat="far"),
    Post(id="secretary", body="street-body", role="secretary"),
    Post(id="village-post", body="village-body", role="secretary"),
    Post(id="far-post", body="far-body", role="secretary"),
    Tenure(id="t", post="village-post", holder="k7q2"),
    Tenure(id="t-far", post="far-post", holder="z9x8"),
    item("one", "village"),
    item("far-one", "far"),
    Venue(id="hall", organisation="far", name="H", area=1, build="existing"),
    figures(village=1, far=2),
)


def opened(policy: Policy, *records: Record) -> tuple[Ledger, MemoryStore]:
    store = MemoryStore()
    Ledger(store, host=PluginHost.of({}), policy=AllowAll()).commit(
        (*OPENING, *records), actor=OFFICE, why="opening", at=MOMENT
    )
    return Ledger(store, host=PluginHost.of({}), policy=policy), store


@pytest.fixture(scope="module")
def store() -> MemoryStore:
    return opened(AllowAll())[1]


def asked(store: MemoryStore, *given: Record | Withdrawal, day: date = DAY) -> set[tuple[str, str]]:
    """The actions, each with the organisation that it is asked on; "" is everything."""
    histories = Histories(store, Records(store))
    histories.at_head(store.head())
    lineages = Lineages(histories, day, [each for each in given if isinstance(each, Record)])
    commit = Commit(given=given, histories=histories, lineages=lineages)
    return {(action, on[0] if on else "") for action, on, _ in commit.asked()}


@pytest.mark.parametrize(
    ("record", "action", "organisations"),
    [
        (organisation("village"), "administer", "village"),
        (organisation("new", "street"), "administer", "new street"),
        (organisation("village", "other"), "administer", "village other"),
        (organisation("village", "street"), "administer", "village"),
        (District(id="d", root="district"), "administer", "district"),
        (PartyBody(id="new", name="B", kind="branch", seat="village"), "administer", "village"),
        (
            PartyBody(id="new", name="B", kind="branch", seat="street", covers=("village", "far")),
            "administer",
            "street far",
        ),
        (PartyBody(id="far-body", name="F", kind="branch", seat="village"), "administer", "village far"),
        (Post(id="new", body="street-body", role="deputy"), "administer", "street"),
        (Post(id="far-post", body="street-body", role="secretary"), "administer", "street far"),
        (Post(id="new", body="nobody", role="deputy"), "administer", ""),
        (Tenure(id="new", post="far-post", holder="h"), "administer", "far"),
        (Venue(id="new", organisation="village", name="V", area=1, build="new"), "draft", "village"),
        (Venue(id="hall", organisation="village", name="V", area=1, build="new"), "draft", "village far"),
        (step("verify"), "verify", "street"),
        (step("verify", post="village-post"), "verify", "village"),
        (step("verify", of="item:far-one"), "verify", "street far"),
        (step("verify", of="item:absent"), "verify", "street "),
        (step("verify", post="absent"), "verify", " village"),
        (step("issue", of="step:issue"), "issue", "street "),
        (step("post"), "publish", "street"),
        (step("rectify"), "draft", "street"),
        (step("rectify", of="spirit:x"), "draft", "street "),
        (decision("street-body", "village"), "decide", "street"),
        (decision("street-body", "village-body"), "decide", "street"),
        (decision("street-body", "far-post"), "decide", "street far"),
        (decision("street-body", "nobody"), "decide", "street "),
        (decision("street-body", "village", of="item:far-one"), "decide", "street far"),
        (movement(("street", -5), ("village", 5)), "fund", "street"),
        (movement(("village", -5), ("street", 5)), "fund", "village"),
        (movement(("street", -5), ("far", 5)), "fund", "street far"),
        (carrier("street-body", "village"), "draft", "street"),
        (carrier("street-body", "village", "far"), "draft", "street far"),
        (figures(village=1, far=3), "draft", "far"),
        (figures(village=1), "draft", "far"),
        (figures(village=1, far=2), "draft", "village far"),
        (evolve(figures(village=1, far=2), unit="person"), "draft", "village far"),
        (evolve(figures(village=1), id="new"), "draft", "village"),
        (evolve(figures(), id="new"), "draft", ""),
        (Feedback(id="f", day=DAY, organisation="village", text="x", channel="masses"), "answer", "village"),
    ],
)
def test_a_record_asks_on_all_that_it_concerns_as_it_stands_and_as_it_would_be(
    store: MemoryStore, record: Record, action: str, organisations: str
) -> None:
    expected = {(action, each) for each in organisations.split(" ")}
    assert asked(store, record) == expected


def test_a_withdrawal_asks_for_what_it_takes_away_and_everything_for_what_is_not_there(
    store: MemoryStore,
) -> None:
    assert asked(store, Withdrawal(noun="venue", id="hall")) == {("draft", "far")}
    assert asked(store, Withdrawal(noun="tenure", id="t")) == {("administer", "village")}
    assert asked(store, Withdrawal(noun="tenure", id="absent")) == {("administer", "")}
    assert asked(store, Withdrawal(noun="spirit", id="hall")) == {("draft", "")}
    assert asked(store, Withdrawal(noun="organisation", id="far")) == {("administer", "far")}


def test_what_comes_along_in_a_commit_counts_beside_what_it_replaces(store: MemoryStore) -> None:
    new = Post(id="new", body="village-body", role="deputy")
    assert asked(store, new, step("verify", post="new")) == {("administer", "village"), ("verify", "village")}
    moved = Post(id="far-post", body="street-body", role="secretary")
    assert ("verify", "far") in asked(store, moved, step("verify", post="far-post"))


def test_a_whole_new_tree_asks_along_its_own_lines() -> None:
    store = MemoryStore()
    sector = Placement(parent="root", line="sector")
    tree = (
        District(id="d", root="root", line="sector"),
        organisation("root"),
        Organisation(id="leaf", name="L", kind="school", placements=(sector,)),
    )
    histories = Histories(store, Records(store))
    assert Lineages(histories, DAY, tree).of("leaf") == ("leaf", "root")
    assert Lineages(histories, DAY, tree[1:]).of("leaf") == ("leaf",)


def test_a_circle_of_parents_ends() -> None:
    histories = Histories(MemoryStore(), Records(MemoryStore()))
    lineages = Lineages(histories, DAY, [organisation("a", "b"), organisation("b", "a")])
    assert lineages.of("a") == ("a", "b")


def test_what_was_dissolved_stands_where_it_stood_last_and_what_is_to_come_where_it_will() -> None:
    last = date(2026, 2, 1)
    gone = evolve(organisation("gone"), ends=last, placements=(Placement(parent="street", ends=last),))
    moved = (organisation("moved", "street"), evolve(organisation("moved", "other"), starts=date(2026, 7, 1)))
    coming = evolve(organisation("coming", "street"), starts=date(2026, 7, 1))
    moving = Organisation(
        id="moving",
        name="M",
        kind="village",
        placements=(
            Placement(parent="street", ends=date(2026, 7, 1)),
            Placement(parent="other", starts=date(2026, 7, 1)),
        ),
    )
    _, store = opened(AllowAll(), gone, coming, moving, *moved)
    histories = Histories(store, Records(store))
    histories.at_head(store.head())
    line = ("street", "district", "city")
    for day, after in ((DAY, line), (date(2026, 7, 1), ("other", "city"))):
        lineages = Lineages(histories, day)
        assert lineages.of("gone") == ("gone", *line)
        assert lineages.of("coming") == ("coming", *line)
        assert lineages.of("moving") == ("moving", *after)
        assert lineages.of("moved") == ("moved", *after)
        assert (lineages.of("nowhere"), lineages.of(None)) == (("nowhere",), ())


def test_a_payment_is_the_affair_of_all_its_accounts_and_a_step_that_of_its_record() -> None:
    def known(noun: str, id_: str) -> Iterable[Record]:
        return [each for each in OPENING if (each.noun, each.id) == (noun, id_)]

    assert about(movement(("street", -5), ("village", 5)), known) == {"street", "village"}
    assert about(step("verify"), known) == {"village"}
    assert about(Tenure(id="t", post="village-post", holder="h"), known) == {"village"}
    assert about(decision("street-body", "village"), known) == {"village"}
    assert about(figures(), known) == {None}


def test_the_header_says_which_grant_allowed() -> None:
    policy = Grants([Grant(actor="office", role="clerk", organisation="street", starts=DAY)])
    ledger, store = opened(policy)
    venue = Venue(id="new", organisation="village", name="V", area=1, build="new")
    ledger.commit([venue], actor=OFFICE, why="x", at=MOMENT)
    assert [each.header.rule for each in store.entries()] == [
        "allow-all",
        "grant clerk at street [2026-03-01, …)",
    ]
    with pytest.raises(NotPermitted):
        ledger.commit(
            [evolve(venue, area=2)], actor=OFFICE, why="x", at=datetime(2026, 2, 28, 15, 59, tzinfo=UTC)
        )
    with pytest.raises(RecordProblem, match="offset"):
        ledger.commit([evolve(venue, area=2)], actor=OFFICE, why="x", at=datetime(2026, 2, 28))  # noqa: DTZ001 - the very mistake


def test_a_refusal_tells_its_rule_to_the_log_and_nothing_of_what_is_hidden_to_the_caller(
    caplog: pytest.LogCaptureFixture,
) -> None:
    grants = [
        Grant(actor="office", role="clerk", organisation="district"),
        Grant(actor="office", actions=["draft"], organisation="village", deny=True),
    ]
    ledger, _ = opened(
        Grants(grants), Venue(id="room", organisation="village", name="R", area=1, build="new")
    )
    caplog.set_level(logging.INFO, "partybuilding.permissions")
    told = []
    for id_ in ("hall", "room", "absent"):
        with pytest.raises(NotPermitted) as caught:
            ledger.commit([Withdrawal(noun="venue", id=id_)], actor=OFFICE, why="x", at=MOMENT)
        told.append(str(caught.value).replace(id_, "ID"))
    assert len(set(told)) == 1
    assert "village" not in told[0]
    rules = [record.getMessage().rpartition(": ")[2] for record in caplog.records]
    assert rules == ["no grant says so", "deny draft at village […, …)", "no grant says so"]


def test_nobody_takes_a_unit_from_another_district_or_pushes_one_onto_it() -> None:
    ledger, store = opened(Grants([Grant(actor="office", role="administrator", organisation="district")]))
    later = Placement(parent="other", starts=date(2027, 1, 1))
    for record in (
        organisation("far", "street"),
        organisation("village", "other"),
        Organisation(
            id="new",
            name="N",
            kind="village",
            placements=(Placement(parent="street", ends=date(2027, 1, 1)), later),
        ),
    ):
        with pytest.raises(NotPermitted):
            ledger.commit([record], actor=OFFICE, why="x", at=MOMENT)
    assert store.head().number == 1
    ledger.commit([organisation("new", "street")], actor=OFFICE, why="x", at=MOMENT)
    assert store.head().number == 2


def test_the_action_follows_from_the_record() -> None:
    assert (action_of(step("sign")), action_of(step("supersede")), action_of(OPENING[0])) == (
        "sign",
        "issue",
        "administer",
    )


def test_who_allows_all_says_so_in_every_header() -> None:
    allowed = AllowAll().decide(Actor("x"), "sign", on=(), at=DAY)
    assert (allowed.allow, allowed.rule) == (True, "allow-all")
    assert AllowAll().visible(Actor("x"), "read", at=DAY).holds(("anything",))


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"role": "king"}, ["unknown-role"]),
        ({"role": "king", "actions": ["rule", "read"]}, ["unknown-role", "unknown-word"]),
        ({}, ["grant-says-nothing"]),
        ({"actor": "", "role": "reader"}, ["grant-says-nothing"]),
        ({"role": "reader", "starts": DAY, "ends": DAY}, ["empty-interval"]),
        ({"role": "reader", "organisation": "a b"}, ["bad-id"]),
    ],
)
def test_a_grant_that_cannot_be_meant_is_refused(given: dict[str, object], codes: list[str]) -> None:
    with pytest.raises(RecordProblem) as caught:
        Grant(**{"actor": "u", "organisation": "a"} | given)  # type: ignore[arg-type]  # the very mistakes
    assert [each.code for each in caught.value.problems] == codes


def test_a_grant_says_what_it_says() -> None:
    said = [
        Grant(actor="u", role="clerk", actions=["sign", "fund"], organisation=None, inherit=True, starts=DAY),
        Grant(actor="u", actions=["read"], organisation="a", inherit=False, deny=True, ends=DAY),
    ]
    assert [str(each) for each in said] == [
        "grant clerk, fund, sign at everywhere and below [2026-03-01, …)",
        "deny read at a alone […, 2026-03-01)",
    ]


@pytest.mark.parametrize(
    ("granted", "denied", "lineage", "holds"),
    [
        ({("a", True)}, set(), ("a",), True),
        ({("a", True)}, set(), ("child", "a"), True),
        ({("a", False)}, set(), ("a",), True),
        ({("a", False)}, set(), ("child", "a"), False),
        ({("a", True)}, {("child", False)}, ("child", "a"), False),
        ({("a", True)}, {("child", False)}, ("grandchild", "child", "a"), True),
        ({("a", True)}, {("child", True)}, ("grandchild", "child", "a"), False),
        ({("a", True)}, {("a", True)}, ("a",), False),
        ({("child", True)}, {("a", True)}, ("child", "a"), True),
        (set(), set(), ("a",), False),
        ({("A", True)}, set(), ("a",), False),
    ],
)
def test_the_nearest_word_decides_and_a_denial_beats_a_grant(
    granted: set[tuple[str, bool]], denied: set[tuple[str, bool]], lineage: tuple[str, ...], *, holds: bool
) -> None:
    assert Scope(granted=frozenset(granted), denied=frozenset(denied)).holds(lineage) is holds
