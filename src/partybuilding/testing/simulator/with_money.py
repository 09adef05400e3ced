"""What the office does with money: budget, allocation, commitment, payment, reversal, and more than there is."""

from __future__ import annotations

from attrs import evolve

from partybuilding.cycle import funding
from partybuilding.cycle.funding import Line, of_year, standing
from partybuilding.domain.funding import Leg, Movement
from partybuilding.testing.simulator.office import Attempt, Command, Office
from partybuilding.testing.simulator.opening import ROOT

PURPOSE = "education"


def _line(office: Office, organisation: str = ROOT) -> Line:
    return Line(organisation=organisation, purpose=PURPOSE, year=office.day.year)


def _free(office: Office, line: Line) -> int:
    return standing(of_year(office.now, line.year), line).free


def budget(office: Office) -> Attempt:
    """Money comes to the district."""
    given = funding.budget(
        _line(office), office.rng.randrange(1, 1_000_000), day=office.day, id_=office.new("m")
    )
    return Attempt(what="budget", records=(given,))


def allocate(office: Office) -> Attempt | None:
    """Money goes from the district to a street or a village."""
    below, line = office.pick((*office.units("street"), *office.units("village"))), _line(office)
    free = _free(office, line)
    if below is None or free == 0:
        return None
    amount = office.rng.randrange(1, free + 1)
    given = funding.allocate(office.now, line, amount, to=below.id, day=office.day, id_=office.new("m"))
    return Attempt(what="allocate", records=(given,))


def spend(office: Office) -> Attempt | None:
    """A village commits money that it has, and pays a part of it."""
    lines = [_line(office, each.id) for each in office.units("village")]
    line = office.pick(each for each in lines if _free(office, each) > 0)
    if line is None:
        return None
    amount = office.rng.randrange(1, _free(office, line) + 1)
    promised = funding.commit(office.now, line, amount, day=office.day, id_=office.new("m"))
    after = office.now.adding([promised])
    paid = funding.pay(after, line, office.rng.randrange(1, amount + 1), day=office.day, id_=office.new("m"))
    return Attempt(what="commit and pay", records=(promised, paid))


def overspend(office: Office) -> Attempt | None:
    """A village commits more than it has, past every command."""
    village = office.pick(office.units("village"))
    if village is None:
        return None
    line = _line(office, village.id)
    amount = _free(office, line) + office.rng.randrange(1, 100)
    legs = (line.leg("free", -amount), line.leg("reserved", amount))
    much = Movement(id=office.new("m"), day=office.day, year=line.year, kind="commit", legs=legs)
    return Attempt(what="overspend", records=(much,), refused="over-spent")


def _last(office: Office) -> Movement | None:
    """A movement of the year that nothing was taken back of, whose money is still where it went."""
    movements = of_year(office.now, office.day.year)
    back = {each.reverses for each in movements}
    found = [each for each in movements if each.kind == "budget" and each.id not in back]
    return office.pick(each for each in found if _free(office, _line(office)) >= _gain(each))


def _gain(movement: Movement) -> int:
    return max(leg.amount for leg in movement.legs)


def reverse(office: Office) -> Attempt | None:
    """A budget is taken back."""
    found = _last(office)
    if found is None:
        return None
    back = funding.reverse(found, day=office.day, id_=office.new("m"), reason="模拟")
    return Attempt(what="reverse", records=(back,))


def reverse_twice(office: Office) -> Attempt | None:
    """A budget is taken back twice."""
    movements = of_year(office.now, office.day.year)
    back = office.pick(each for each in movements if each.reverses is not None)
    if back is None:
        return None
    again = evolve(back, id=office.new("m"), day=office.day)
    return Attempt(what="reverse twice", records=(again,), refused="reversed-twice")


def reverse_half(office: Office) -> Attempt | None:
    """A reversal is not the exact opposite."""
    found = _last(office)
    if found is None or _gain(found) == 1:
        return None
    back = funding.reverse(found, day=office.day, id_=office.new("m"), reason="模拟")
    legs = tuple(_nearer(leg) for leg in back.legs)
    return Attempt(what="reverse half", records=(evolve(back, legs=legs),), refused="reversal-not-opposite")


def _nearer(leg: Leg) -> Leg:
    return evolve(leg, amount=leg.amount + (1 if leg.amount < 0 else -1))


COMMANDS: tuple[Command, ...] = (
    budget,
    allocate,
    allocate,
    spend,
    spend,
    overspend,
    reverse,
    reverse_twice,
    reverse_half,
)
