"""Works on venues: planned, contracted, changed, paid by stage, accepted as measured; every command is for one changeset.

The steps that only say how far a work has come (approve, start, complete, reject) go through
:func:`partybuilding.cycle.steps.take`; here are those that bring records of their own along: the contract with its
commitment, a change of it with what it frees or needs, the acceptance with the new version of the venue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from attrs import evolve, frozen

from partybuilding.cycle import funding
from partybuilding.cycle.funding import Line
from partybuilding.cycle.steps import course, take
from partybuilding.domain.funding import Movement, Pocket
from partybuilding.domain.lifecycles import Evidence, Step
from partybuilding.domain.record import Record
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.venues import Contract, Venue, Work
from partybuilding.errors import Problem, StepRefused, Where
from partybuilding.extension.catalogue import Catalogue
from partybuilding.money import show_yuan

SHARING = "venue_sharing"
"""The standard by which a place says who may share the venue of another."""


@frozen(kw_only=True)
class Act:
    """Who does something with a work and when: the id of the step, its day, its post, what shows it and why.

    >>> act = Act(id="w-1/accept", day=date(2026, 8, 15), post="shili-committee-officer", evidence=(Evidence(reference="验收单"),))
    >>> act.step("w-1", "accept").of
    'work:w-1'
    """

    id: str
    day: date
    post: str
    evidence: tuple[Evidence, ...] = ()
    note: str = ""

    def step(self, work: str, name: str) -> Step:
        """The step of a name with a work."""
        return Step(
            id=self.id,
            of=f"{Work.noun}:{work}",
            name=name,
            day=self.day,
            post=self.post,
            evidence=self.evidence,
            note=self.note,
        )


@frozen(kw_only=True)
class Account:
    """How the money of a work stands, in fen: its contract, what may be paid by now, what is committed and what is paid.

    >>> Account(contract=100, due=30, committed=70, paid=30).open
    0
    """

    contract: int
    due: int
    committed: int
    paid: int

    @property
    def open(self) -> int:
        """What may be paid now and is not paid yet."""
        return self.due - self.paid


def account(snapshot: Snapshot, catalogue: Catalogue, work: Work) -> Account:
    """How the money of a work stands on the day of a snapshot; what a reversal takes back does not count."""
    movements = tuple(_of(snapshot, work))
    contract = work.contract
    return Account(
        contract=0 if contract is None else contract.amount,
        due=0 if contract is None else contract.due(course(snapshot, catalogue, work).taken, snapshot.on),
        committed=_sum(movements, "reserved"),
        paid=_sum(movements, "spent"),
    )


def _of(snapshot: Snapshot, work: Work) -> Iterator[Movement]:
    """The movements of a work, and those that reverse one of them."""
    own = {each.id for each in snapshot.of(Movement) if each.of == work.reference}
    return (each for each in snapshot.of(Movement) if each.id in own or each.reverses in own)


def _sum(movements: Iterable[Movement], pocket: Pocket) -> int:
    return sum(leg.amount for each in movements for leg in each.legs if leg.pocket == pocket)


def plan(snapshot: Snapshot, catalogue: Catalogue, work: Work) -> tuple[Record, ...]:
    """A work that is planned: to build, rebuild, expand or share a venue.

    Raises:
        StepRefused: ``work-open`` where another work on the venue goes on, ``venue-differs`` where the venue is not as the
            work says, and for sharing ``sharing-not-allowed``, ``room-there``, ``room-too-small``; all at once.
    """
    problems = [*_beside(snapshot, catalogue, work), *_before(snapshot, work)]
    if work.shares is not None:
        problems += [*_may_share(snapshot, catalogue, work), *_shared(snapshot, work)]
    if problems:
        raise StepRefused(*problems)
    return (work,)


def _where(work: Work) -> Where:
    return Where(kind=Work.noun, record=work.id, organisation=work.organisation)


def _beside(snapshot: Snapshot, catalogue: Catalogue, work: Work) -> Iterator[Problem]:
    for each in snapshot.of(Work):
        same = each.venue == work.venue and each.id != work.id
        if same and not course(snapshot, catalogue, each).closed:
            remedy = "Finish or cancel it first."
            yield Problem("work-open", _where(work), each.id, f"no open work on {work.venue}", remedy)


def _before(snapshot: Snapshot, work: Work) -> Iterator[Problem]:
    venue = snapshot.find(Venue, work.venue)
    area = 0 if venue is None else venue.area
    if area != work.area_before or (venue is not None and venue.organisation != work.organisation):
        read = f"{work.area_before} of {work.organisation}"
        expected = "0, for there is no venue yet" if venue is None else f"{area} of {venue.organisation}"
        remedy = "Say what the venue is like before the work."
        yield Problem("venue-differs", _where(work), read, expected, remedy)


def _may_share(snapshot: Snapshot, catalogue: Catalogue, work: Work) -> Iterator[Problem]:
    """Sharing is for those whom a place allows it, and who lack a room of their own."""
    found = catalogue.resolve(SHARING, work.organisation, snapshot=snapshot)
    if found.value in {None, 0}:
        read, remedy = work.organisation, "Build or rent a room, or ask the district to allow sharing."
        yield Problem("sharing-not-allowed", _where(work), read, "a kind that may share a venue", remedy)
    rooms = [each.id for each in snapshot.of(Venue) if each.organisation == work.organisation and each.area]
    if rooms:
        remedy = "Use the room that is there."
        yield Problem("room-there", _where(work), ", ".join(rooms), "an organisation without a room", remedy)


def _shared(snapshot: Snapshot, work: Work) -> Iterator[Problem]:
    host = snapshot.find(Venue, work.shares or "")
    if host is None or host.shares is not None or host.area < work.area_planned:
        read = f"{work.shares}: {'no venue' if host is None else host.area}"
        expected = f"a venue of its own standing with at least {work.area_planned}"
        yield Problem("room-too-small", _where(work), read, expected, "Name a venue that has the room.")


def sign(
    snapshot: Snapshot, catalogue: Catalogue, act: Act, *, work: str, contract: Contract, line: Line | None
) -> tuple[Record, ...]:
    """Sign the contract of a work: the step, the version of the work with its contract, and the commitment on a line.

    ``line`` may be None where a contract costs nothing, as an agreement to share a room may.

    Raises:
        StepRefused: what the step lacks; ``contract-day`` for a contract of another day; ``no-line`` for a contract that
            costs something; ``over-spend`` where the line has less.
    """
    found, step = _step(snapshot, catalogue, act, work, "contract")
    _same_day(found, contract, act)
    version = evolve(found, contract=contract, starts=act.day)
    return (step, version, *_more(snapshot, act, found, line, contract.amount))


def amend(
    snapshot: Snapshot, catalogue: Catalogue, act: Act, *, work: str, contract: Contract, line: Line | None
) -> tuple[Record, ...]:
    """Approve a change of the contract: the step, the version with the new one, and the difference committed or released.

    Raises:
        StepRefused: as in signing; ``below-paid`` where more was paid already than the new contract makes due.
    """
    found, step = _step(snapshot, catalogue, act, work, "change")
    _same_day(found, contract, act)
    held = account(snapshot, catalogue, found)
    due = contract.due((*course(snapshot, catalogue, found).taken, step), act.day)
    if held.paid > due:
        remedy = "Let the new contract cover what was paid."
        read = f"{show_yuan(due)} yuan due"
        expected = f"at least {show_yuan(held.paid)} yuan, which are paid"
        raise StepRefused(Problem("below-paid", _where(found), read, expected, remedy))
    change = contract.amount - held.committed - held.paid
    version = evolve(found, contract=contract, starts=act.day)
    moved = _more(snapshot, act, found, line, change) if change >= 0 else _less(snapshot, act, found, -change)
    return (step, version, *moved)


def pay(
    snapshot: Snapshot, catalogue: Catalogue, work: str, amount: int, *, line: Line, day: date, id_: str
) -> tuple[Record, ...]:
    """Pay a part of the contract from a line, as far as the stages reached make it due.

    Raises:
        StepRefused: ``work-overdrawn`` for more than is due and not yet paid; ``over-spend``, ``no-amount``.
    """
    found = _work(snapshot, work)
    held = account(snapshot, catalogue, found)
    if amount > held.open:
        read = f"{show_yuan(amount)} yuan"
        expected = f"at most {show_yuan(max(held.open, 0))} yuan by the stage that the work has reached"
        remedy = "Lower the amount, or pay it when its stage is reached."
        raise StepRefused(Problem("work-overdrawn", _where(found), read, expected, remedy))
    return (funding.pay(snapshot, line, amount, day=day, id_=id_, of=found.reference),)


def accept(
    snapshot: Snapshot, catalogue: Catalogue, act: Act, *, work: str, area: int, venue_name: str = ""
) -> tuple[Record, ...]:
    """Accept a work as measured: the step, the work with its measure, and the venue as it is from the day on.

    ``area`` is what was measured, in hundredths of a square metre; ``venue_name`` names a venue that was not there before.

    Raises:
        StepRefused: what the step lacks, ``work-accepted-by-builder``, ``venue-differs``; all at once.
    """
    found, step = _step(snapshot, catalogue, act, work, "accept", own=True)
    problems = tuple(_before(snapshot, found))
    if problems:
        raise StepRefused(*problems)
    old = snapshot.find(Venue, found.venue)
    venue = Venue(
        id=found.venue,
        organisation=found.organisation,
        name=venue_name or (found.name if old is None else old.name),
        area=area,
        build=found.build,
        shares=found.shares,
        starts=act.day,
    )
    return (step, evolve(found, area_after=area, starts=act.day), venue)


def cancel(snapshot: Snapshot, catalogue: Catalogue, act: Act, *, work: str) -> tuple[Record, ...]:
    """Cancel a work for a reason: the step, and the release of all that is committed for it and not paid.

    Raises:
        StepRefused: what the step lacks.
    """
    found, step = _step(snapshot, catalogue, act, work, "cancel")
    held = account(snapshot, catalogue, found)
    return (step, *_less(snapshot, act, found, held.committed))


def _work(snapshot: Snapshot, id_: str) -> Work:
    found = snapshot.find(Work, id_)
    if found is None:
        where = Where(kind=Work.noun, record=id_)
        raise StepRefused(
            Problem("unknown-record", where, f"work:{id_}", "a record in force", "Name it as noun:id.")
        )
    return found


def _step(
    snapshot: Snapshot, catalogue: Catalogue, act: Act, work: str, name: str, *, own: bool = False
) -> tuple[Work, Step]:
    """The work and the step, if it may be taken; all that keeps it from that is told at once."""
    found, problems = _work(snapshot, work), []
    if own and act.post == found.owner:
        expected, remedy = f"another post than {found.owner}", "Let another post look at the work."
        problems.append(Problem("work-accepted-by-builder", _where(found), act.post, expected, remedy))
    try:
        step = take(snapshot, catalogue, act.step(work, name))
    except StepRefused as refused:
        raise StepRefused(*problems, *refused.problems) from refused
    if problems:
        raise StepRefused(*problems)
    return found, step


def _same_day(work: Work, contract: Contract, act: Act) -> None:
    if contract.day != act.day:
        remedy = "Give the contract the day on which it is signed."
        raise StepRefused(Problem("contract-day", _where(work), str(contract.day), str(act.day), remedy))


def _more(snapshot: Snapshot, act: Act, work: Work, line: Line | None, amount: int) -> tuple[Movement, ...]:
    """The commitment of an amount on a line; nothing for nothing."""
    if amount == 0:
        return ()
    if line is None:
        read, remedy = f"{show_yuan(amount)} yuan on no line", "Say which line pays for it."
        raise StepRefused(Problem("no-line", _where(work), read, "a line of an organisation", remedy))
    commitment = funding.commit(
        snapshot, line, amount, day=act.day, id_=f"{act.id}/commit", of=work.reference, reason=work.name
    )
    return (commitment,)


def _less(snapshot: Snapshot, act: Act, work: Work, amount: int) -> Iterator[Movement]:
    """The release of an amount, from the lines on which it is committed, in the order of year, organisation, purpose."""
    for number, (line, held) in enumerate(_lines(snapshot, work), 1):
        part = min(held, amount)
        amount -= part
        if part:
            released = funding.release(
                snapshot, line, part, day=act.day, id_=f"{act.id}/release-{number}", reason=work.name
            )
            yield evolve(released, of=work.reference)


def _lines(snapshot: Snapshot, work: Work) -> Iterator[tuple[Line, int]]:
    """The lines on which something is committed for a work, with how much; what was carried over is in the next year."""
    held: dict[tuple[int, str, str], int] = {}
    for movement in _of(snapshot, work):
        for leg in movement.legs:
            if leg.pocket == "reserved":
                key = (movement.year, leg.organisation, leg.purpose)
                held[key] = held.get(key, 0) + leg.amount
    carried = {
        (movement.year, leg.organisation, leg.purpose)
        for movement in snapshot.of(Movement)
        for leg in movement.legs
        if leg.pocket == "carried"
    }
    for key in sorted(carried):
        year, organisation, purpose = key
        following = (year + 1, organisation, purpose)
        held[following] = held.get(following, 0) + held.pop(key, 0)
    for (year, organisation, purpose), amount in sorted(held.items()):
        yield Line(organisation=organisation, purpose=purpose, year=year), amount
