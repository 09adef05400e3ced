"""What the office does with whole units: renamed, transferred, merged; and what it forgets when it closes one."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from partybuilding.cycle.steps import course
from partybuilding.domain.decisions import Decision
from partybuilding.domain.feedback import Feedback
from partybuilding.domain.funding import Movement, balances
from partybuilding.domain.lists import Item
from partybuilding.domain.obligations import OBLIGATIONS, Holder, at, body, holders, over, post
from partybuilding.domain.organisations import TERRITORY, Organisation, PartyBody, Placement
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.record import Record
from partybuilding.domain.reorganisations import Reorganisation, ReorganisationKind, Succession
from partybuilding.testing.simulator.office import Attempt, Command, Office
from partybuilding.testing.simulator.opening import ROLES, ROOT, body_of, post_of
from partybuilding.testing.simulator.with_letters import unsigned

HELD = frozenset({"free", "reserved"})
"""The pockets of money that somebody must still answer for."""


def rename(office: Office) -> Attempt | None:
    """A village gets another name from today on, by a document alone."""
    village = office.pick(_settled(office))
    if village is None:
        return None
    renamed = evolve(village, name=office.new("示例新名"), starts=office.day)
    return Attempt(
        what="rename a village", records=(renamed, _reorganisation(office, "rename", (village.id,)))
    )


def transfer(office: Office) -> Attempt | None:
    """A village goes to another street, decided by the district."""
    village, street = office.pick(_settled(office)), office.pick(office.units("street"))
    if village is None or street is None or village.parent(TERRITORY, office.day) == street.id:
        return None
    moved = evolve(village, starts=office.day, placements=(Placement(parent=street.id),))
    below = office.now.find(PartyBody, body_of(village.id))
    bodies = () if below is None else (evolve(below, superior=body_of(street.id), starts=office.day),)
    decided = _decision(office, village.id)
    record = _reorganisation(office, "transfer", (village.id,), decision=decided)
    return Attempt(what="transfer a village", records=(moved, *bodies, decided, record))


def merge(office: Office) -> Attempt | None:
    """A village is merged into its neighbour, which takes over what is open; what it cannot take over is a mistake."""
    neighbours = _neighbours(office)
    if neighbours is None:
        return None
    keeps, ends = neighbours
    owed = tuple(_owed(office, ends))
    handed = tuple(_handed(each, keeps) for each in owed if isinstance(each, Item | Feedback))
    left = len(handed) < len(owed)
    decided = _decision(office, ends)
    successions = tuple(Succession(of=each.reference, to=(each.reference,)) for each in handed)
    units = (ends, keeps), (keeps,)
    merger = _reorganisation(office, "merge", *units, decision=decided, successions=successions)
    records = (*_end(office, ends), *handed, decided, merger)
    if left:
        return Attempt(what="leave work behind", records=records, refused="obligation-left")
    if _holds_money(office, ends):
        return Attempt(what="leave money behind", records=records, refused="balance-left")
    return Attempt(what="merge villages", records=records)


def drop(office: Office) -> Attempt | None:
    """A village with an open problem is closed, and the problem goes to nobody."""
    burdened = [each for each in _settled(office) if any(_owed(office, each.id))]
    village = office.pick(burdened)
    if village is None:
        return None
    decided = _decision(office, village.id)
    abolished = _reorganisation(office, "abolish", (village.id,), (), decision=decided)
    records = (*_end(office, village.id), decided, abolished)
    return Attempt(what="close a village with open work", records=records, refused="obligation-left")


def undecided(office: Office) -> Attempt | None:
    """A village goes to another street, and the decision that is named was never taken."""
    village = office.pick(_settled(office))
    if village is None:
        return None
    never = _decision(office, village.id)
    return Attempt(
        what="transfer without a decision",
        records=(_reorganisation(office, "transfer", (village.id,), decision=never),),
        refused="reorganisation-without-decision",
    )


# --- what they need ---------------------------------------------------------------------------------------------


def _settled(office: Office) -> tuple[Organisation, ...]:
    """The villages that were there yesterday, too, with everybody who holds a post in them."""
    begun = {each.post for each in office.now.of(Tenure) if each.starts == office.day}
    return tuple(
        each
        for each in office.units("village")
        if (each.starts is None or each.starts < office.day)
        and begun.isdisjoint(post_of(each.id, role) for role in ROLES)
    )


def _neighbours(office: Office) -> tuple[str, str] | None:
    """Two villages of one street: the one that goes on, and the one that ends; not while its letter is to be signed."""
    keeps = office.pick(_settled(office))
    street = None if keeps is None else keeps.parent(TERRITORY, office.day)
    to_sign = {each.organisation for each in unsigned(office)}
    beside = [
        each
        for each in _settled(office)
        if each != keeps and each.parent(TERRITORY, office.day) == street and each.id not in to_sign
    ]
    ends = office.pick(beside)
    return None if keeps is None or ends is None else (keeps.id, ends.id)


def _owed(office: Office, unit: str) -> Iterator[Record]:
    """What hangs on a unit, its body and its posts, and is open."""
    gone: set[Holder] = {at(unit), body(body_of(unit)), *(post(post_of(unit, role)) for role in ROLES)}
    for noun in OBLIGATIONS:
        for record in office.now.of(noun):
            hangs = gone.intersection(holders(record)) and not over(record, office.day)
            if hangs and not course(office.now, office.catalogue, record).closed:
                yield record


def _handed(record: Item | Feedback, unit: str) -> Record:
    """The same record with the unit that takes it over."""
    if isinstance(record, Item):
        return evolve(record, organisation=unit, owner=post_of(unit))
    return evolve(record, organisation=unit)


def _holds_money(office: Office, unit: str) -> bool:
    movements = office.now.of(Movement)
    held = (
        balances(each for each in movements if each.year == year)
        for year in {each.year for each in movements}
    )
    return any(
        fen and account.organisation == unit and account.pocket in HELD
        for accounts in held
        for account, fen in accounts.items()
    )


def _end(office: Office, unit: str) -> Iterator[Record]:
    """The unit with its body, its posts and their holders, ended today."""
    posts = {post_of(unit, role) for role in ROLES}
    for noun in (Organisation, PartyBody, Post, Tenure):
        for each in office.now.of(noun):
            if each.id in {unit, body_of(unit), *posts} or getattr(each, "post", None) in posts:
                yield evolve(each, ends=office.day)


def _decision(office: Office, unit: str) -> Decision:
    return Decision(
        id=office.new("d"),
        day=office.day,
        body=body_of(ROOT),
        document="示例发〔2026〕8号",
        matter="organisation",
        subject=unit,
        outcome="reorganise",
    )


def _reorganisation(
    office: Office,
    kind: ReorganisationKind,
    before: tuple[str, ...],
    after: tuple[str, ...] | None = None,
    *,
    decision: Decision | None = None,
    successions: tuple[Succession, ...] = (),
) -> Reorganisation:
    return Reorganisation(
        id=office.new("r"),
        day=office.day,
        kind=kind,
        before=before,
        after=before if after is None else after,
        instrument="示例发〔2026〕8号",
        decision=None if decision is None else decision.id,
        successions=successions,
    )


COMMANDS: tuple[Command, ...] = (rename, transfer, merge, merge, drop, undecided)
