"""The default policy against an oracle that was written from the text: 11,520 cases, and what must hold on any tree."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from partybuilding.ledger.grants import GOES_DOWN, ROLES, Grant, Grants
from partybuilding.ledger.permissions import ACTIONS, Action, Actor, Lineage

TABLE = tomllib.loads(Path(__file__).with_name("permissions.toml").read_text("utf-8"))
START, END = date(2026, 3, 1), date(2026, 9, 1)
DAYS = {
    "before": START - timedelta(1),
    "on-start": START,
    "during": date(2026, 6, 1),
    "on-end": END,
}
# The grant is given at "street": country > district > street > village > group; twin is its sibling, hamlet its cousin.
PARENTS = {
    "city": "country",
    "district": "city",
    "street": "district",
    "village": "street",
    "group": "village",
    "twin": "district",
    "annex": "city",
    "hamlet": "annex",
    "abroad": "country",
    "afar": "abroad",
}
UNITS = {
    "self": "street",
    "parent": "district",
    "grandparent": "city",
    "root": "country",
    "child": "village",
    "grandchild": "group",
    "sibling": "twin",
    "cousin": "hamlet",
    "other-district": "afar",
    "unknown": "nowhere",
}
WHO = Actor("u-17")


def lineage(unit: str, parents: dict[str, str]) -> Lineage:
    found = [unit]
    while found[-1] in parents:
        found.append(parents[found[-1]])
    return tuple(found)


def below_or_at(unit: str, top: str) -> bool:
    """Whether a unit stands at or under another one, by going down from the top instead of up from the unit."""
    under, ready = {top}, [top]
    while ready:
        here = ready.pop()
        fresh = [child for child, parent in PARENTS.items() if parent == here]
        under.update(fresh)
        ready.extend(fresh)
    return unit in under


def oracle(role: str, action: str, position: str, time: str, deny: str) -> bool:
    """What the text says, as questions that are answered one by one; a denial goes down, whatever the action."""
    unit = UNITS[position]
    if action not in TABLE["roles"][role]:
        return False
    if time in {"before", "on-end"}:
        return False
    granted = unit == "street" or (below_or_at(unit, "street") and TABLE["goes-down"][action])
    if not granted:
        return False
    return deny != "here"  # one above is farther than the grant, one here stands beside it and wins


def grants(role: str, deny: str) -> Grants:
    given = (
        []
        if role == "none"
        else [Grant(actor="u-17", role=role, organisation="street", starts=START, ends=END)]
    )
    if deny != "none":
        where = {"here": "street", "above": "district"}[deny]
        given.append(Grant(actor="u-17", actions=ACTIONS, organisation=where, deny=True))
    return Grants(given)


def cases() -> Iterator[tuple[str, Action, str, str, str]]:
    return product(TABLE["roles"], ACTIONS, TABLE["positions"], TABLE["times"], TABLE["denies"])


def test_every_case_of_the_matrix_is_what_the_text_says() -> None:
    wrong, allowed, count = [], 0, 0
    policies = {(role, deny): grants(role, deny) for role in TABLE["roles"] for deny in TABLE["denies"]}
    for role, action, position, time, deny in cases():
        policy, on, day = policies[role, deny], lineage(UNITS[position], PARENTS), DAYS[time]
        answer = policy.decide(WHO, action, on=on, at=day)
        seen = policy.visible(WHO, action, at=day).holds(on)
        expected = oracle(role, action, position, time, deny)
        if not answer.allow == seen == expected:
            wrong.append((role, action, position, time, deny, answer, seen))
        allowed, count = allowed + expected, count + 1
    assert wrong == []
    assert (count, 0 < allowed < count) == (11_520, True)


def test_the_roles_and_what_goes_down_are_those_of_the_table() -> None:
    assert {name: set(role) for name, role in TABLE["roles"].items() if role} == {
        name: set(role) for name, role in ROLES.items()
    }
    assert {action for action, down in TABLE["goes-down"].items() if down} == GOES_DOWN
    assert tuple(TABLE["goes-down"]) == ACTIONS


# --- on any tree ------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class World:
    """A tree, and grants in it."""

    parents: dict[str, str]
    grants: tuple[Grant, ...]
    units: tuple[str, ...]

    def allowed(self, *more: Grant, day: date = START) -> set[tuple[str, Action]]:
        policy = Grants((*self.grants, *more))
        return {
            (unit, action)
            for unit in self.units
            for action in ACTIONS
            if policy.decide(WHO, action, on=lineage(unit, self.parents), at=day).allow
        }


@st.composite
def given_grants(draw: st.DrawFn, units: tuple[str, ...]) -> Grant:
    starts = draw(st.sampled_from([None, START, date(2026, 6, 1)]))
    return Grant(
        actor=draw(st.sampled_from(["u-17", "u-17", "U-17"])),
        role=draw(st.sampled_from(["", *ROLES])),
        actions=draw(st.sets(st.sampled_from(ACTIONS), min_size=1, max_size=3)),
        organisation=draw(st.sampled_from([*units, None])),
        starts=starts,
        ends=draw(st.sampled_from([None, END])),
        inherit=draw(st.sampled_from([None, True, False])),
        deny=draw(st.booleans()),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    size = draw(st.integers(1, 14))
    units = tuple(f"o{number:02}" for number in range(size))
    parents = {
        units[number]: units[draw(st.integers(0, number - 1))]
        for number in range(1, size)
        if draw(st.integers(0, 9))
    }
    held = draw(st.lists(given_grants(units), max_size=6))
    return World(parents=parents, grants=tuple(held), units=(*units, "nowhere"))


def agree(world: World, day: date) -> None:
    policy = Grants(world.grants)
    for action in ACTIONS:
        scope = policy.visible(WHO, action, at=day)
        listed = {unit for unit in world.units if scope.holds(lineage(unit, world.parents))}
        checked = {
            unit
            for unit in world.units
            if policy.decide(WHO, action, on=lineage(unit, world.parents), at=day).allow
        }
        assert listed == checked
        assert scope.everything == policy.decide(WHO, action, on=(), at=day).allow


@given(worlds(), st.sampled_from(list(DAYS.values())))
@settings(max_examples=500)
def test_what_is_listed_is_what_is_allowed(world: World, day: date) -> None:
    agree(world, day)


@pytest.mark.soak
@given(worlds(), st.sampled_from(list(DAYS.values())))
@settings(max_examples=20_000)
def test_what_is_listed_is_what_is_allowed_on_twenty_thousand_trees(world: World, day: date) -> None:
    agree(world, day)


@given(worlds().flatmap(lambda world: st.tuples(st.just(world), given_grants(world.units))))
def test_one_more_denial_never_allows_and_one_more_grant_never_forbids_by_itself(
    drawn: tuple[World, Grant],
) -> None:
    world, one = drawn
    denial = Grant(
        actor="u-17",
        role=one.role,
        actions=one.actions,
        organisation=one.organisation,
        inherit=one.inherit,
        deny=True,
    )
    assert world.allowed(denial) <= world.allowed()
    grant = Grant(
        actor="u-17", role=one.role, actions=one.actions, organisation=one.organisation, inherit=one.inherit
    )
    assert world.allowed() <= world.allowed(grant)  # removing a grant never adds a permission


@given(worlds())
def test_moving_a_unit_out_takes_the_access_of_what_it_hung_on_along(world: World) -> None:
    held = tuple(each for each in world.grants if each.organisation is not None and not each.deny)
    policy = Grants(held)
    moved = world.units[0]
    for action in ACTIONS:
        inside = policy.decide(WHO, action, on=(moved, "top"), at=START).allow
        alone = policy.decide(WHO, action, on=(moved,), at=START).allow
        assert inside == alone  # nobody was given anything at "top"
    more = Grants((*held, Grant(actor="u-17", role="reader", organisation="top")))
    assert more.decide(WHO, "read", on=(moved, "top"), at=START).allow
    assert (
        more.decide(WHO, "read", on=(moved,), at=START).allow
        == policy.decide(WHO, "read", on=(moved,), at=START).allow
    )


@pytest.mark.parametrize("actor", ["U-17", "u-17 ", "", "*", "u-1"])
def test_names_are_compared_exactly(actor: str) -> None:
    policy = Grants([Grant(actor="u-17", role="reader", organisation="street")])
    assert policy.decide(WHO, "read", on=("street",), at=START).allow
    assert not policy.decide(Actor(actor), "read", on=("street",), at=START).allow
    assert not policy.decide(WHO, "read", on=("Street",), at=START).allow


def test_an_answer_is_made_anew_every_time_and_names_the_grant() -> None:
    policy = Grants([Grant(actor="u-17", role="reader", organisation="street", starts=START, ends=END)])
    answers = [policy.decide(WHO, "read", on=("street",), at=day) for day in DAYS.values()]
    assert [each.allow for each in answers] == [False, True, True, False]
    assert [each.rule for each in answers[:2]] == [
        "no grant says so",
        "grant reader at street [2026-03-01, 2026-09-01)",
    ]
