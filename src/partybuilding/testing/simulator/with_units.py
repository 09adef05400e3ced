"""What the office does with organisations, posts and figures: right things, late corrections, and mistakes."""

from __future__ import annotations

from datetime import date

from attrs import evolve

from partybuilding.domain.organisations import Organisation, Placement
from partybuilding.domain.posts import Tenure
from partybuilding.domain.sheets import sheet
from partybuilding.ledger.versions import Withdrawal
from partybuilding.testing.simulator.office import Attempt, Command, Office
from partybuilding.testing.simulator.opening import holder, unit

LATEST = 60
"""How many days back a correction may reach."""


def found_village(office: Office) -> Attempt | None:
    """A new village under a street."""
    street = office.pick(office.units("street"))
    if street is None:
        return None
    records = unit(office.rng, office.new("v"), "village", street.id, since=office.day)
    return Attempt(what="found a village", records=tuple(records))


def correct_name(office: Office) -> Attempt | None:
    """The name of an organisation is corrected, perhaps for a time that has passed."""
    found = office.pick(office.now.of(Organisation))
    if found is None:
        return None
    starts = office.earlier(LATEST)
    office.corrected.append(Withdrawal(noun=Organisation.noun, id=found.id, starts=starts))
    return Attempt(
        what="correct a name", records=(evolve(found, name=office.new(f"示例{found.id}-"), starts=starts),)
    )


def withdraw(office: Office) -> Attempt | None:
    """A correction that was none is withdrawn; it may have been withdrawn before."""
    found = office.pick(office.corrected)
    return None if found is None else Attempt(what="withdraw a correction", records=(found,))


def move(office: Office) -> Attempt | None:
    """A village goes to another street; one that went to that street today is there already."""
    village, street = office.pick(office.units("village")), office.pick(office.units("street"))
    if village is None or street is None:
        return None
    moved = evolve(village, starts=office.day, placements=(Placement(parent=street.id),))
    return None if moved == village else Attempt(what="move a village", records=(moved,))


def circle(office: Office) -> Attempt | None:
    """A street is put under its own village."""
    village = office.pick(office.units("village"))
    street = (
        None
        if village is None
        else office.now.find(Organisation, str(village.parent("territory", office.day)))
    )
    if village is None or street is None:
        return None
    below = evolve(street, starts=office.day, placements=(Placement(parent=village.id),))
    return Attempt(what="put a street below itself", records=(below,), refused="tree-cycle")


def orphan(office: Office) -> Attempt | None:
    """A village is put under a street that is not there."""
    village = office.pick(office.units("village"))
    if village is None:
        return None
    lost = evolve(village, starts=office.day, placements=(Placement(parent=office.new("nowhere")),))
    return Attempt(what="put a village under nothing", records=(lost,), refused="tree-orphan")


def same_code(office: Office) -> Attempt | None:
    """A village takes the code of another one."""
    coded = [each for each in office.units("village") if each.aliases]
    one, other = office.pick(coded), office.pick(coded)
    if one is None or other is None or one.aliases == other.aliases:
        return None
    taken = evolve(one, starts=office.day, aliases=other.aliases)
    return Attempt(what="take another's code", records=(taken,), refused="code-taken")


def succeed(office: Office) -> Attempt | None:
    """A post passes from its holder to the next one today."""
    tenure = office.pick(each for each in office.now.of(Tenure) if each.starts != office.day)
    if tenure is None:
        return None
    following = evolve(tenure, id=office.new("t"), holder=holder(office.rng), starts=office.day, ends=None)
    return Attempt(what="change a holder", records=(evolve(tenure, ends=office.day), following))


def crowd(office: Office) -> Attempt | None:
    """A post that is held gets a second holder."""
    tenure = office.pick(office.now.of(Tenure))
    if tenure is None:
        return None
    second = evolve(tenure, id=office.new("t"), holder=holder(office.rng), starts=office.day)
    return Attempt(what="fill a post twice", records=(second,), refused="post-full")


def report(office: Office) -> Attempt | None:
    """The members of all villages, for the first time or once more."""
    year = office.day.year
    figures = {each.id: office.rng.randrange(3, 60) for each in office.units("village")}
    given = sheet(
        name="sim.members", unit="member", starts=date(year, 1, 1), ends=date(year + 1, 1, 1), figures=figures
    )
    return Attempt(what="report members", records=(given,))


COMMANDS: tuple[Command, ...] = (
    found_village,
    correct_name,
    correct_name,
    withdraw,
    move,
    circle,
    orphan,
    same_code,
    succeed,
    succeed,
    crowd,
    report,
)
