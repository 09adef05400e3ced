"""What a commit asks of the policy, and which organisations a scope holds."""

from __future__ import annotations

from datetime import date

import pytest

from partybuilding.domain.decisions import Decision
from partybuilding.domain.funding import Leg, Movement
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.organisations import Organisation, PartyBody
from partybuilding.domain.posts import Tenure
from partybuilding.domain.record import Record
from partybuilding.ledger.permissions import Actor, AllowAll, Scope, asked

DAY = date(2026, 3, 1)


def step(name: str) -> Step:
    return Step(id=name, of="item:1", name=name, post="p", day=DAY)


@pytest.mark.parametrize(
    ("record", "action", "organisation"),
    [
        (Organisation(id="a", name="A", kind="village"), "administer", "a"),
        (PartyBody(id="b", name="B", kind="branch", seat="a"), "administer", "a"),
        (Tenure(id="t", post="p", holder="h"), "administer", None),
        (step("sign"), "sign", None),
        (step("issue"), "issue", None),
        (step("verify"), "verify", None),
        (step("post"), "publish", None),
        (step("rectify"), "draft", None),
        (
            Movement(
                id="m",
                day=DAY,
                year=2026,
                kind="budget",
                legs=(
                    Leg(organisation="a", purpose="x", pocket="source", amount=-1),
                    Leg(organisation="a", purpose="x", pocket="free", amount=1),
                ),
            ),
            "fund",
            None,
        ),
        (
            Decision(id="d", day=DAY, body="b", document="1", matter="grade", subject="a", outcome="good"),
            "decide",
            None,
        ),
    ],
)
def test_the_action_follows_from_the_record(record: Record, action: str, organisation: str | None) -> None:
    assert asked([record, record]) == ((action, organisation),)


def test_each_action_is_asked_once_for_each_organisation() -> None:
    records = [Organisation(id=id_, name="A", kind="village") for id_ in ("b", "a", "b")]
    assert asked([*records, step("sign")]) == (("administer", "a"), ("administer", "b"), ("sign", None))


def test_who_allows_all_says_so_in_every_header() -> None:
    allowed = AllowAll().decide(Actor("x"), "sign", on=None, at=DAY)
    assert (allowed.allow, allowed.rule) == (True, "allow-all")
    assert AllowAll().visible(Actor("x"), "read", at=DAY).holds(("anything",))


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
