"""What a year leaves goes into the next one, to the fen."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from partybuilding.cycle.funding import Line, budget, carry_over, commit, of_year, pay, standing
from partybuilding.domain.funding import WAYS, balances
from partybuilding.testing.worlds import World

DAY, END = date(2026, 2, 1), date(2027, 1, 15)
LINE = Line(organisation="east", purpose="education", year=2026)
NEXT = Line(organisation="east", purpose="education", year=2027)


@given(given_=st.integers(1, 10**6), reserved=st.integers(0, 10**6), spent=st.integers(0, 10**6))
def test_a_year_opens_with_what_the_year_before_closed_with(given_: int, reserved: int, spent: int) -> None:
    reserved, world = min(reserved, given_), World(on=date(2027, 12, 31))
    spent = min(spent, reserved)
    world = world.having(budget(LINE, given_, day=DAY, id_="b"))
    if reserved:
        world = world.having(commit(world.snapshot, LINE, reserved, day=DAY, id_="c", of="project:p"))
    if spent:
        world = world.having(pay(world.snapshot, LINE, spent, day=DAY, id_="p", of="project:p"))
    before = standing(of_year(world.snapshot, 2026), LINE)
    world = world.having(*carry_over(world.snapshot, LINE, day=END, id_="2026/east"))
    closed, opened = (standing(of_year(world.snapshot, each.year), each) for each in (LINE, NEXT))
    assert (closed.free, closed.reserved, closed.carried) == (0, 0, given_ - spent)
    assert (opened.brought, opened.free, opened.reserved) == (given_ - spent, before.free, before.reserved)
    assert (before.brought, closed.received, opened.received) == (0, given_, 0)
    assert before.accounted
    assert closed.accounted
    assert opened.accounted
    assert sum(balances(of_year(world.snapshot, 2026)).values()) == 0
    assert carry_over(world.snapshot, LINE, day=END, id_="again") == ()


def test_nothing_left_is_nothing_carried_over() -> None:
    assert carry_over(World().snapshot, LINE, day=END, id_="x") == ()


def test_every_movement_of_a_carry_over_goes_its_way() -> None:
    world = World(on=date(2027, 12, 31)).having(budget(LINE, 5, day=DAY, id_="b"))
    world = world.having(commit(world.snapshot, LINE, 2, day=DAY, id_="c"))
    closing, opening = carry_over(world.snapshot, LINE, day=END, id_="2026/east", reason="年度结转")
    assert (closing.id, opening.id) == ("2026/east/carry", "2026/east/bring")
    assert (closing.year, opening.year, closing.reason) == (2026, 2027, "年度结转")
    for each in (closing, opening):
        gives, takes = WAYS[each.kind]
        assert {leg.pocket for leg in each.legs if leg.amount < 0} <= gives
        assert {leg.pocket for leg in each.legs if leg.amount > 0} <= takes
