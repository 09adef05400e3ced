"""Money: no movement makes or loses a fen."""

from __future__ import annotations

from collections import Counter
from datetime import date

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from partybuilding.domain.funding import Account, Leg, Movement, balances
from partybuilding.testing import strategies as draw_

FEW = st.lists(draw_.movements(organisations=("a", "b", "c")), max_size=6)


@given(draw_.movements())
def test_the_legs_of_a_movement_sum_to_zero(movement: Movement) -> None:
    assert sum(leg.amount for leg in movement.legs) == 0
    assert len(movement.legs) > 1
    assert all(leg.amount for leg in movement.legs)


@given(FEW)
def test_over_all_accounts_the_balances_sum_to_zero(movements: list[Movement]) -> None:
    assert sum(balances(movements).values()) == 0


@given(FEW)
def test_a_balance_is_the_sum_of_the_legs_of_its_account(movements: list[Movement]) -> None:
    held: Counter[Account] = Counter()
    for movement in movements:
        for leg in movement.legs:
            held[Account(leg.organisation, leg.purpose, leg.pocket)] += leg.amount
    assert balances(movements) == dict(held)


@given(FEW, st.randoms())
def test_balances_do_not_depend_on_the_order_of_movements(movements: list[Movement], random: object) -> None:
    shuffled = sorted(movements, key=lambda _: random.random())  # type: ignore[attr-defined]  # Hypothesis gives a Random
    assert balances(shuffled) == balances(movements)


@given(draw_.movements())
def test_a_reversal_takes_back_every_fen(movement: Movement) -> None:
    legs = tuple(evolve(leg, amount=-leg.amount) for leg in movement.legs)
    back = Movement(
        id="r", day=movement.day, year=movement.year, kind="reverse", reverses=movement.id, legs=legs
    )
    assert set(balances([movement, back]).values()) == {0}


def test_figures_beyond_a_float_survive() -> None:
    legs = (
        Leg(organisation="o", purpose="p", pocket="source", amount=-(2**53) - 1),
        Leg(organisation="o", purpose="p", pocket="free", amount=2**53 + 1),
    )
    assert legs[1].account == Account("o", "p", "free")
    budget = Movement(id="m", day=date(2026, 1, 5), year=2026, kind="budget", legs=legs)
    assert balances([budget])[Account("o", "p", "free")] == 2**53 + 1
