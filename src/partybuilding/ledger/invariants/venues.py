"""Works on venues: measured as accepted, paid as contracted, accepted by another post, one at a time; rooms shared once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from partybuilding.domain.funding import Movement, Pocket
from partybuilding.domain.lifecycles import Course, Step
from partybuilding.domain.posts import Tenure
from partybuilding.domain.venues import Venue, Work
from partybuilding.errors import Problem, Where
from partybuilding.labels import Label
from partybuilding.ledger.invariants.change import Change, Invariant
from partybuilding.ledger.invariants.money import original_of, purpose_of
from partybuilding.ledger.spans import NEVER, Span

PREFIX = f"{Work.noun}:"


def venue_of(work: Work) -> tuple[str, ...]:
    """The key of a work: the venue that it changes."""
    return (work.venue,)


def shared_by(venue: Venue) -> tuple[str, ...]:
    """The key of a venue: the one that it shares."""
    return () if venue.shares is None else (venue.shares,)


def owner_of(work: Work) -> tuple[str, ...]:
    """The key of a work: the post that runs it."""
    return (work.owner,)


def works(change: Change) -> Iterator[Work]:
    """The works that a change touches by themselves, by a step, by money or by their venue, in their last version."""
    ids = {*change.ids(Work)}
    ids |= {each.removeprefix(PREFIX) for each in _references(change) if each.startswith(PREFIX)}
    for venue in change.ids(Venue):
        ids |= {id_ for id_, _ in change.after.where(Work, venue_of, venue)}
    found = (change.after.latest(Work, id_) for id_ in sorted(ids))
    return (each for each in found if each is not None)


def _references(change: Change) -> Iterator[str]:
    """What the touched steps and movements are for; a reversal is for what its original is for."""
    yield from (step.of for step in change.versions(Step))
    for movement in change.versions(Movement):
        yield from purpose_of(movement)
        for original in original_of(movement):
            found = change.after.latest(Movement, original)
            yield from () if found is None else purpose_of(found)


def _where(work: Work, day: date) -> Where:
    return Where(kind=Work.noun, record=work.id, organisation=work.organisation, day=day)


def _accepted(course: Course | None) -> date | None:
    return None if course is None or course.state != "accepted" else course.since


# --- the area ----------------------------------------------------------------------------------------------------


def measured(change: Change) -> Iterator[Problem]:
    """Accepted works whose venue is not, from that day, what was measured; measures without an acceptance."""
    for work in works(change):
        day = _accepted(change.course(work))
        if day is not None:
            yield from _as_measured(change, work, day)
        elif work.area_after is not None:
            read, expected = f"{work.area_after} measured", "no measure before the acceptance"
            remedy = "Accept the work in the same changeset."
            yield Problem("work-area-differs", _where(work, work.starts), read, expected, remedy)


def _as_measured(change: Change, work: Work, day: date) -> Iterator[Problem]:
    at, last = change.after.at(Work, work.id, day) or work, day - timedelta(days=1)
    before, after = (change.after.at(Venue, work.venue, each) for each in (last, day))
    found = None if after is None else (after.organisation, after.build, after.shares, after.area)
    asked = (at.organisation, at.build, at.shares, at.area_after)
    there = 0 if before is None else before.area
    if found != asked or there != at.area_before:
        told = "no venue" if after is None else f"{there} before, {after.area} {after.build} after"
        expected = f"{at.area_before} before, {at.area_after} {at.build} after, of {at.organisation}"
        remedy = "Give the venue its new version from the day of the acceptance."
        yield Problem("work-area-differs", _where(work, day), told, expected, remedy)


# --- the acceptance ----------------------------------------------------------------------------------------------


def acceptances(change: Change) -> Iterator[Problem]:
    """Works that were accepted, or sent back, by the post that runs them or by a person who holds it."""
    for work in _held(change):
        owners = sorted({span.value.owner for span in change.after.spans(Work, work.id)})
        for step in change.steps(work.reference):
            if step.name in {"accept", "reject"}:
                own = [each for each in owners if _same(change, each, step)]
                if own:
                    read, expected = (
                        f"{step.name} by {step.post}",
                        f"neither {', '.join(own)} nor who holds it",
                    )
                    remedy = "Let another post look at the work."
                    yield Problem("work-accepted-by-builder", _where(work, step.day), read, expected, remedy)


def _same(change: Change, owner: str, step: Step) -> bool:
    held = change.holders(step.post, step.day) & change.holders(owner, step.day)
    return owner == step.post or bool(held)


def _held(change: Change) -> Iterator[Work]:
    """The touched works, and those whose owner or acceptor changed hands in the change."""
    ids = {work.id for work in works(change)}
    for post in {tenure.post for tenure in change.versions(Tenure)}:
        ids |= {id_ for id_, _ in change.after.where(Work, owner_of, post)}
        taken = change.after.where(Step, _accepts, post)
        ids |= {span.value.of.removeprefix(PREFIX) for _, span in taken}
    found = (change.after.latest(Work, id_) for id_ in sorted(ids))
    return (each for each in found if each is not None)


def _accepts(step: Step) -> tuple[str, ...]:
    """The key of a step: the post that accepts a work, or sends it back."""
    return (step.post,) if step.of.startswith(PREFIX) and step.name in {"accept", "reject"} else ()


# --- the contract and its money ----------------------------------------------------------------------------------


def contracts(change: Change) -> Iterator[Problem]:
    """Contracts without the step that signs them, and changes of a contract that nobody approved on the day."""
    for work in works(change):
        signed = {(step.name, step.day) for step in change.steps(work.reference)}
        before = None
        for span in change.after.spans(Work, work.id):
            contract = span.value.contract
            day, step = date.fromordinal(span.first), "contract" if before is None else "change"
            if contract != before and (contract is None or (step, day) not in signed):
                read, expected = _told(span), f"a step {step} on {day}"
                remedy = "Sign the contract, or let the change be approved, in the same changeset."
                yield Problem("work-contract-unsigned", _where(work, day), read, expected, remedy)
            before = contract
        if before is None and any(name == "contract" for name, _ in signed):
            read, remedy = "a step contract", "Give the work its contract in the same changeset."
            yield Problem("work-contract-unsigned", _where(work, work.starts), read, "a contract", remedy)


def _told(span: Span[Work]) -> str:
    contract = span.value.contract
    return "no contract any more" if contract is None else f"a contract over {contract.amount} fen"


def money(change: Change) -> Iterator[Problem]:
    """Works for which more is committed than their contract, or more paid than is due; each told for the first day.

    What a reversal takes back no longer counts. A cancelled work holds no commitment.
    """
    named = {f"{PREFIX}{id_}" for id_ in change.ids(Work)}
    for reference in sorted(named | {each for each in _references(change) if each.startswith(PREFIX)}):
        if change.after.latest(Work, reference.removeprefix(PREFIX)) is None:
            movements = tuple(_movements(change, reference))
            yield from (_unknown(each) for each in movements)
    for work in works(change):
        yield from _overdrawn(change, work)


def _unknown(movement: Movement) -> Problem:
    where = Where(
        kind=Movement.noun, record=movement.id, organisation=movement.legs[0].organisation, day=movement.day
    )
    read, remedy = str(movement.of or movement.reverses), "Record the work first."
    return Problem("work-unknown", where, read, "a work that is recorded", remedy)


def _movements(change: Change, reference: str) -> Iterator[Movement]:
    """The money of a work, with what took some of it back."""
    for id_, span in change.after.where(Movement, purpose_of, reference):
        yield span.value
        for _, taker in change.after.where(Movement, original_of, id_):
            if taker.value.of != reference:
                yield taker.value


def _overdrawn(change: Change, work: Work) -> Iterator[Problem]:
    movements, steps = tuple(_movements(change, work.reference)), change.steps(work.reference)
    days = {each.day for each in movements} | {
        date.fromordinal(each.first) for each in change.after.spans(Work, work.id)
    }
    days |= {step.day for step in steps if step.name == "cancel"}
    for day in sorted(days) if movements else ():
        version = change.after.at(Work, work.id, day)
        contract = None if version is None else version.contract
        held, paid = (_sum(movements, pockets, day) for pockets in (("reserved", "spent"), ("spent",)))
        most, due = (0, 0) if contract is None else (contract.amount, contract.due(steps, day))
        if any(step.name == "cancel" and step.day <= day for step in steps):
            most = min(most, paid)
        if held > most or paid > due:
            read = f"{held} fen committed or paid, {paid} fen paid on {day}"
            remedy = "Stay within the contract and its stages, or let a change be approved first."
            expected = f"at most {most} fen, and at most {due} fen paid"
            yield Problem("work-overdrawn", _where(work, day), read, expected, remedy)
            return


def _sum(movements: Iterable[Movement], pockets: Iterable[Pocket], day: date) -> int:
    kept = frozenset(pockets)
    return sum(leg.amount for each in movements if each.day <= day for leg in each.legs if leg.pocket in kept)


# --- one at a time -----------------------------------------------------------------------------------------------


def twice(change: Change) -> Iterator[Problem]:
    """Venues with two works that are open on the same day."""
    for venue in sorted({work.venue for work in works(change)}):
        ids = sorted({id_ for id_, _ in change.after.where(Work, venue_of, venue)})
        open_ = [_open(change, id_, venue) for id_ in ids]
        for at, (work, first, last) in enumerate(open_):
            for other, begins, ends in open_[:at]:
                if first < ends and begins < last:
                    day = date.fromordinal(max(first, begins))
                    read, remedy = (
                        f"{other.id} and {work.id} on {venue}",
                        "Finish or cancel one of them first.",
                    )
                    yield Problem("work-twice", _where(work, day), read, "one open work at a time", remedy)


def _open(change: Change, id_: str, venue: str) -> tuple[Work, int, int]:
    """A work on a venue with the days on which it is open there, as numbers."""
    spans = [each for each in change.after.spans(Work, id_) if each.value.venue == venue]
    course = change.course(spans[-1].value)
    closed = course.since if course is not None and course.closed else None
    return (
        spans[-1].value,
        spans[0].first,
        min(spans[-1].last, NEVER if closed is None else closed.toordinal()),
    )


# --- sharing -----------------------------------------------------------------------------------------------------


def sharing(change: Change) -> Iterator[Problem]:
    """Rooms shared in a venue that is not there, that is shared itself, of the same organisation, or too small."""
    ids = {*change.ids(Venue)}
    for id_ in change.ids(Venue):
        ids |= {sharer for sharer, _ in change.after.where(Venue, shared_by, id_)}
    for id_ in sorted(ids):
        for span in change.after.spans(Venue, id_):
            if span.value.shares is not None:
                yield from _shared(change, span, span.value.shares)


def _shared(change: Change, span: Span[Venue], host: str) -> Iterator[Problem]:
    """Look at every day on which the room or its host changed; the first that is wrong is told."""
    firsts = {each.first for each in change.after.spans(Venue, host)} | {span.first}
    for first in sorted(each for each in firsts if span.first <= each < span.last):
        there = next(
            (each.value for each in change.after.spans(Venue, host) if each.first <= first < each.last), None
        )
        room = span.value
        if (
            there is None
            or there.shares is not None
            or there.organisation == room.organisation
            or there.area < room.area
        ):
            day = date.fromordinal(max(first, 1))
            read = f"{room.area} in {host}, " + (
                "which is not there" if there is None else f"{there.area} of {there.organisation}"
            )
            where = Where(kind=Venue.noun, record=room.id, organisation=room.organisation, day=day)
            expected, remedy = (
                "a venue of another, not shared itself, and as large",
                "Name the venue that is shared.",
            )
            yield Problem("shared-room-lacking", where, read, expected, remedy)
            return


VENUES = (
    Invariant(
        code="work-area-differs",
        statement=Label(
            "验收之日起，场所面积恰为实测面积。",
            "From the day of its acceptance a work gives its venue exactly the area that was measured.",
        ),
        reads=(Work, Step, Venue),
        touched=measured,
    ),
    Invariant(
        code="work-accepted-by-builder",
        statement=Label(
            "工程不由实施岗位或其任职人员验收。",
            "No work is accepted by the post that runs it, or by who holds that post.",
        ),
        reads=(Work, Step, Tenure),
        touched=acceptances,
    ),
    Invariant(
        code="work-contract-unsigned",
        statement=Label(
            "合同经签订步骤生效，变更合同须当日批准。",
            "A contract is signed by its step, and a change of it is approved on its day.",
        ),
        reads=(Work, Step),
        touched=contracts,
    ),
    Invariant(
        code="work-overdrawn",
        statement=Label(
            "任何一天，工程承诺与支付不超过合同及经批准的变更，支付不超前于阶段。",
            "On no day is more committed or paid for a work than its contract with approved changes, or paid before its stage.",
        ),
        reads=(Work, Step, Movement),
        touched=money,
    ),
    Invariant(
        code="work-twice",
        statement=Label("一处场所同时只有一项未完工程。", "A venue has one open work at a time."),
        reads=(Work, Step),
        touched=twice,
    ),
    Invariant(
        code="shared-room-lacking",
        statement=Label(
            "共用的场所属于其他单位，存在且不小于共用面积。",
            "What is shared is a venue of another organisation that is there, not shared itself, and as large.",
        ),
        reads=(Venue,),
        touched=sharing,
    ),
)
