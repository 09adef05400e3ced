"""When a unit ends, nothing is left behind: every obligation gets a successor or a reason in the same changeset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from attrs import frozen

from partybuilding.convert import NOUNS
from partybuilding.domain.decisions import Decision
from partybuilding.domain.funding import Movement, balances
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.obligations import FRAME, OBLIGATIONS, Holder, at, holders, over
from partybuilding.domain.organisations import Organisation, PartyBody
from partybuilding.domain.posts import Post
from partybuilding.domain.reorganisations import Reorganisation
from partybuilding.errors import Problem, Where
from partybuilding.labels import Label
from partybuilding.ledger.invariants.change import Change, Invariant
from partybuilding.ledger.spans import NEVER
from partybuilding.timeline import ONE_DAY

if TYPE_CHECKING:
    from partybuilding.domain.record import Record

HELD = frozenset({"free", "reserved"})
"""The pockets of money that somebody must still answer for; what was spent stays where it was spent."""


@frozen(kw_only=True)
class _End:
    """That a unit is no longer there from a day on, with its bodies and posts."""

    organisation: str
    day: date
    gone: frozenset[Holder]


def _ends(change: Change) -> Iterator[_End]:
    """The units that have ended and that the change touches, themselves or by something that hangs on them."""
    units = set(change.ids(Organisation))
    for noun in (*OBLIGATIONS, *FRAME):
        for id_ in change.ids(noun):
            for span in change.after.spans(noun, id_):
                units |= {whom for kind, whom in holders(span.value) if kind == Organisation.noun}
    for id_ in change.ids(Movement):
        units |= {leg.organisation for span in change.after.spans(Movement, id_) for leg in span.value.legs}
    for step in (span.value for id_ in change.ids(Step) for span in change.after.spans(Step, id_)):
        record = _record(change, step.of)
        units |= {whom for kind, whom in (holders(record) if record else ()) if kind == Organisation.noun}
    for unit in sorted(units):
        spans = change.after.spans(Organisation, unit)
        if spans and spans[-1].last < NEVER:
            day = date.fromordinal(spans[-1].last)
            yield _End(organisation=unit, day=day, gone=frozenset(_gone(change, unit, day)))


def _gone(change: Change, unit: str, day: date) -> Iterator[Holder]:
    """The unit, the bodies that sat at it, and their posts; a post that another body took over goes on."""
    yield at(unit)
    for id_, span in change.after.where(PartyBody, holders, at(unit)):
        if span.value.seat == unit and change.after.at(PartyBody, id_, day) is None:
            yield (PartyBody.noun, id_)
            for post, _ in change.after.where(Post, holders, (PartyBody.noun, id_)):
                now = change.after.at(Post, post, day)
                if now is None or now.body == id_:
                    yield (Post.noun, post)


def _record(change: Change, reference: str) -> Record | None:
    noun, _, id_ = reference.partition(":")
    return change.after.latest(NOUNS[noun], id_) if noun in NOUNS else None


def _open(change: Change, record: Record, day: date) -> bool:
    """Whether somebody still has to answer for a record on a day."""
    course = change.course(record)
    return not over(record, day) and not (course is not None and course.closed)


def left(change: Change) -> Iterator[Problem]:
    """Obligations, bodies and posts that hang on a unit beyond its end."""
    told: set[str] = set()
    for end in _ends(change):
        for whom in sorted(end.gone):
            for noun in (*OBLIGATIONS, *FRAME):
                for _, span in change.after.where(noun, holders, whom):
                    record = span.value
                    beyond = span.last > end.day.toordinal()
                    if beyond and record.reference not in told and _open(change, record, end.day):
                        told.add(record.reference)
                        where = Where(
                            kind=record.noun, record=record.id, organisation=end.organisation, day=end.day
                        )
                        read = f"{whom[0]} {whom[1]}, gone on {end.day}"
                        remedy = "Hand it over, or end it with a reason."
                        yield Problem("obligation-left", where, read, "a successor or an end", remedy)


def told(change: Change) -> Iterator[Problem]:
    """Obligations that a changeset ends together with their unit, and of which no reorganisation says what became of them."""
    known = {
        (unit, each.of)
        for reorganisation in _reorganisations(change)
        for unit in reorganisation.before
        for each in reorganisation.successions
    }
    seen: set[str] = set()
    for end in _ends(change):
        if not _ends_here(change, end):
            continue
        for record in _taken_away(change, end):
            if (end.organisation, record.reference) not in known and record.reference not in seen:
                seen.add(record.reference)
                where = Where(kind=record.noun, record=record.id, organisation=end.organisation, day=end.day)
                expected, remedy = "a successor or a reason", "Say in the reorganisation what becomes of it."
                yield Problem(
                    "succession-missing", where, f"ended with its unit on {end.day}", expected, remedy
                )


def _ends_here(change: Change, end: _End) -> bool:
    """Whether it is this change that ends the unit."""
    before = change.before(Organisation, end.organisation)
    return bool(before) and before[-1].last > end.day.toordinal()


def _taken_away(change: Change, end: _End) -> Iterator[Record]:
    """What hung on the unit before the change and was open, and what the change touches, itself or by a step.

    What would only begin when the unit is no longer there, and is withdrawn, was never taken from anybody.
    """
    stepped = {
        span.value.of
        for id_ in change.ids(Step)
        if not change.before(Step, id_)
        for span in change.after.spans(Step, id_)
    }
    for noun in OBLIGATIONS:
        touched = set(change.ids(noun))
        ids = touched | {
            id_
            for whom in end.gone
            for id_, _ in change.after.where(noun, holders, whom)
            if f"{noun.noun}:{id_}" in stepped
        }
        for id_ in sorted(ids):
            spans = change.before(noun, id_) if id_ in touched else change.after.spans(noun, id_)
            for span in spans:
                beyond = span.last > end.day.toordinal() and not over(span.value, end.day)
                never = span.first >= end.day.toordinal() and not change.after.spans(noun, id_)
                if beyond and not never and end.gone.intersection(holders(span.value)):
                    yield span.value
                    break


def _reorganisations(change: Change) -> Iterator[Reorganisation]:
    for id_ in change.ids(Reorganisation):
        found = change.after.latest(Reorganisation, id_)
        if found is not None:
            yield found


def _where(reorganisation: Reorganisation) -> Where:
    unit = (*reorganisation.before, *reorganisation.after)[0]
    return Where(
        kind=Reorganisation.noun, record=reorganisation.id, organisation=unit, day=reorganisation.day
    )


def named(change: Change) -> Iterator[Problem]:
    """Successions of what is not there, and successors that are not there or have ended themselves."""
    for reorganisation in _reorganisations(change):
        where = _where(reorganisation)
        for each in reorganisation.successions:
            unknown = [
                reference
                for reference in (each.of, *each.to)
                if (record := _record(change, reference)) is None
                or (reference != each.of and not _there(change, record, reorganisation.day))
            ]
            if unknown:
                read, remedy = ", ".join(unknown), "Commit the successors in the same changeset."
                yield Problem("succession-unknown", where, read, "records that are there", remedy)


def _there(change: Change, record: Record, day: date) -> bool:
    """Whether a record is in force on a day or later."""
    spans = change.after.spans(type(record), record.id)
    return any(span.last > day.toordinal() for span in spans)


def units_of(reorganisation: Reorganisation) -> tuple[str, ...]:
    """The key of a reorganisation: its units."""
    return tuple(dict.fromkeys((*reorganisation.before, *reorganisation.after)))


def units(change: Change) -> Iterator[Problem]:
    """Reorganisations whose units do not begin, go on and end as they say, or that nobody decided."""
    found = {each.id: each for each in _reorganisations(change)}
    for unit in change.ids(Organisation):
        found |= {id_: span.value for id_, span in change.after.where(Reorganisation, units_of, unit)}
    for _, reorganisation in sorted(found.items()):
        day, where = reorganisation.day, _where(reorganisation)
        yesterday = day - ONE_DAY
        expected = {
            (unit, moment): there
            for unit in units_of(reorganisation)
            for moment, there in (
                (yesterday, unit not in reorganisation.begun),
                (day, unit not in reorganisation.ended),
            )
        }
        for (unit, moment), there in expected.items():
            if (change.after.at(Organisation, unit, moment) is not None) is not there:
                read = f"{unit} {'not there' if there else 'there'} on {moment}"
                remedy = "Begin and end the units on the day of the reorganisation."
                yield Problem("reorganisation-mismatch", where, read, reorganisation.kind, remedy)
        decision = reorganisation.decision
        if decision is not None and not _decided(change.after.latest(Decision, decision), reorganisation):
            wanted = f"a decision on the organisation of {', '.join(reorganisation.before)} by {day}"
            remedy = "Record the decision of the authorised body first."
            yield Problem("reorganisation-without-decision", where, decision, wanted, remedy)


def _decided(decision: Decision | None, reorganisation: Reorganisation) -> bool:
    """Whether a decision is about the organisation of one of the units, and not of a later day."""
    return (
        decision is not None
        and decision.matter == "organisation"
        and decision.day <= reorganisation.day
        and (
            decision.subject in (*reorganisation.before, *reorganisation.after)
            or decision.of == reorganisation.reference
        )
    )


def money(change: Change) -> Iterator[Problem]:
    """Units that have ended and still hold money, each line told once."""
    for end in _ends(change):
        lines = {
            (span.value.year, leg.purpose)
            for _, span in change.after.where(Movement, organisations_of, end.organisation)
            for leg in span.value.legs
            if leg.organisation == end.organisation
        }
        for year, purpose in sorted(lines):
            found = change.after.where(Movement, organisations_of, end.organisation)
            held = balances(span.value for _, span in found if span.value.year == year)
            amount = sum(
                abs(fen)
                for account, fen in held.items()
                if (account.organisation, account.purpose) == (end.organisation, purpose)
                and account.pocket in HELD
            )
            if amount:
                where = Where(kind=Movement.noun, organisation=end.organisation, day=end.day)
                read = f"{amount} fen for {purpose} of {year}, gone on {end.day}"
                remedy = "Move the balance to who takes over."
                yield Problem("balance-left", where, read, "0 fen", remedy)


def organisations_of(movement: Movement) -> Iterable[str]:
    """The key of a movement: the organisations that it moves money of."""
    return {leg.organisation for leg in movement.legs}


_HANGING = (Organisation, Step, *OBLIGATIONS, *FRAME)
SUCCESSION = (
    Invariant(
        code="obligation-left",
        statement=Label(
            "单位撤销、合并、拆分后，名下没有无人承接的责任书、目标、问题和事项。",
            "Nothing open hangs on a unit beyond its end.",
        ),
        reads=_HANGING,
        touched=left,
    ),
    Invariant(
        code="succession-missing",
        statement=Label(
            "随单位终止的每件未了事项，在同一变更中写明承接或理由。",
            "What ends with its unit has a successor or a reason in the same changeset.",
        ),
        reads=(Organisation,),
        touched=told,
    ),
    Invariant(
        code="succession-unknown",
        statement=Label("承接事项的记录确实存在。", "The successors that a reorganisation names are there."),
        reads=(Reorganisation,),
        touched=named,
    ),
    Invariant(
        code="reorganisation-mismatch",
        statement=Label(
            "机构调整前后的单位在当日终止和设立，并有有权机关的决定。",
            "The units of a reorganisation end and begin on its day, by an authorised decision.",
        ),
        reads=(Reorganisation, Organisation),
        touched=units,
    ),
    Invariant(
        code="balance-left",
        statement=Label("已终止的单位没有资金余额。", "A unit that has ended holds no money."),
        reads=(Organisation, Movement),
        touched=money,
    ),
)
