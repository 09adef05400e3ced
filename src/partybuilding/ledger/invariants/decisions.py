"""Decisions of weight are taken by bodies that are there, on others, and never from below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from partybuilding.convert import NOUNS
from partybuilding.domain.decisions import Decision
from partybuilding.domain.organisations import Organisation, PartyBody
from partybuilding.domain.posts import Post
from partybuilding.domain.record import Event
from partybuilding.errors import Problem, Where
from partybuilding.labels import Label
from partybuilding.ledger.invariants.change import Change, Invariant

if TYPE_CHECKING:
    from datetime import date

FIRST = "secretary"
"""The role of whoever answers first for a body: what is decided on the post is decided on the body."""
ON_OTHERS = frozenset({"grade", "veto", "accountability"})
"""The matters that judge: nobody decides them on the organisation that he answers for."""


def _decisions(change: Change) -> Iterator[Decision]:
    for id_ in change.ids(Decision):
        decision = change.after.latest(Decision, id_)
        if decision is not None:
            yield decision


def _where(change: Change, decision: Decision) -> Where:
    """The place of a decision, with the organisation of its subject."""
    body = change.body_of(decision.subject, decision.day) or decision.subject
    found = change.after.at(PartyBody, body, decision.day)
    seat = decision.subject if found is None else found.seat
    return Where(kind=Decision.noun, record=decision.id, organisation=seat, day=decision.day)


def grounds(change: Change) -> Iterator[Problem]:
    """Decisions of bodies that are not there, on nobody, on a record that is not there, or on a post that was vacant."""
    for decision in _decisions(change):
        if change.after.at(PartyBody, decision.body, decision.day) is None:
            read, remedy = f"{decision.body} on {decision.day}", "Name the authorised body."
            yield Problem("decision-without-body", _where(change, decision), read, "a body in force", remedy)
        if not any(change.after.spans(noun, decision.subject) for noun in (Organisation, PartyBody, Post)):
            remedy = "Name the organisation, body or post that it concerns."
            yield Problem(
                "decision-on-nobody", _where(change, decision), decision.subject, "a known subject", remedy
            )
        day = _day_of_fact(change, decision)
        if decision.of is None and decision.matter == "accountability":
            remedy = "Name the record that it rests on."
            yield Problem("decision-without-trigger", _where(change, decision), "nothing", "a record", remedy)
        if day is None:
            remedy = "Name the record as noun:id."
            yield Problem(
                "decision-of-nothing", _where(change, decision), str(decision.of), "a record", remedy
            )
        elif (
            decision.matter == "accountability"
            and change.after.spans(Post, decision.subject)
            and not change.holders(decision.subject, day)
        ):
            read, remedy = f"{decision.subject} vacant on {day}", "Name who held the post when it happened."
            yield Problem(
                "subject-without-post", _where(change, decision), read, "a post that somebody held", remedy
            )


def _day_of_fact(change: Change, decision: Decision) -> date | None:
    """The day on which what is decided on happened; None if the decision rests on a record that is not there."""
    if decision.of is None:
        return decision.day
    noun, _, id_ = decision.of.partition(":")
    record = change.after.latest(NOUNS[noun], id_) if noun in NOUNS else None
    if record is None:
        return None
    return record.day if isinstance(record, Event) else decision.day


def deciders(change: Change) -> Iterator[Problem]:
    """Decisions on oneself, and on those above."""
    for decision in _decisions(change):
        body = change.after.at(PartyBody, decision.body, decision.day)
        if body is None:
            continue
        subject = change.body_of(decision.subject, decision.day) or decision.subject
        if decision.matter in ON_OTHERS and (body.seat == decision.subject or _heads(change, decision)):
            read, remedy = f"{decision.body} at {body.seat}", "Let the superior body decide."
            yield Problem(
                "decider-is-subject", _where(change, decision), read, "a body of another organisation", remedy
            )
        if subject in change.superiors(decision.body, decision.day) or decision.subject in change.above(
            body.seat, decision.day
        ):
            read, remedy = f"{decision.body} on {decision.subject}", "Let the superior body decide."
            yield Problem(
                "decider-below-subject",
                _where(change, decision),
                read,
                "a body not below the subject",
                remedy,
            )


def _heads(change: Change, decision: Decision) -> bool:
    """Whether the subject is the first post of the very body that decides."""
    post = change.after.at(Post, decision.subject, decision.day)
    return post is not None and (post.body, post.role) == (decision.body, FIRST)


def effects(change: Change) -> Iterator[Problem]:
    """Effects that a change shortens or takes away, and liftings of what has no effect to lift."""
    for id_ in change.ids(Decision):
        now = change.after.latest(Decision, id_)
        until = None if now is None else now.until
        for span in change.before(Decision, id_):
            if span.value.until is not None and (until is None or until < span.value.until):
                read, expected = f"until {until or 'nothing'}", f"until {span.value.until}"
                remedy = "Record a new decision that lifts this one."
                yield Problem("effect-shortened", _where(change, span.value), read, expected, remedy)
    for lifting in _liftings(change):
        lifted = change.after.latest(Decision, str(lifting.lifts))
        if lifted is None or lifted.until is None or not lifted.day <= lifting.day < lifted.until:
            read, expected = f"lifts {lifting.lifts}", "a decision in effect on the day"
            yield Problem(
                "lifts-nothing",
                _where(change, lifting),
                read,
                expected,
                "Name the decision whose effect ends.",
            )
        elif lifting.body != lifted.body and lifting.body not in change.superiors(lifted.body, lifting.day):
            read, expected = f"{lifting.body} lifts what {lifted.body} decided", "the same body or one above"
            yield Problem(
                "lifted-from-below",
                _where(change, lifting),
                read,
                expected,
                "Let the body that decided lift it.",
            )


def _liftings(change: Change) -> Iterator[Decision]:
    """The decisions to look at that lift others: the touched ones, and those that lift a touched one."""
    ids = set(change.ids(Decision))
    ids |= {id_ for each in change.ids(Decision) for id_, _ in change.after.where(Decision, lifted_by, each)}
    for id_ in sorted(ids):
        decision = change.after.latest(Decision, id_)
        if decision is not None and decision.lifts is not None:
            yield decision


def lifted_by(decision: Decision) -> tuple[str, ...]:
    """The key of a decision: the one that it lifts."""
    return () if decision.lifts is None else (decision.lifts,)


DECISIONS = (
    Invariant(
        code="decision-without-body",
        statement=Label(
            "决定写明有权机关、对象和依据；问责对象在事发时任职。",
            "A decision names a body, a subject and a ground that are there; who answers held the post when it happened.",
        ),
        reads=(Decision,),
        touched=grounds,
    ),
    Invariant(
        code="decider-is-subject",
        statement=Label(
            "决定机关不是对象本身，也不在其之下。", "Who decides is neither the subject nor below it."
        ),
        reads=(Decision,),
        touched=deciders,
    ),
    Invariant(
        code="effect-shortened",
        statement=Label(
            "影响期到期自动终止，提前解除须另作决定。",
            "The effect of a decision ends by itself; ending it early takes a new decision.",
        ),
        reads=(Decision,),
        touched=effects,
    ),
)
