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

ON_OTHERS = frozenset({"grade", "veto", "accountability"})
"""The matters that judge: nobody decides them on the organisation that he answers for."""


def _decisions(change: Change) -> Iterator[Decision]:
    for id_ in change.ids(Decision):
        decision = change.after.latest(Decision, id_)
        if decision is not None:
            yield decision


def _where(decision: Decision) -> Where:
    return Where(kind=Decision.noun, record=decision.id)


def grounds(change: Change) -> Iterator[Problem]:
    """Decisions of bodies that are not there, on nobody, on a record that is not there, or on a post that was vacant."""
    for decision in _decisions(change):
        if change.after.at(PartyBody, decision.body, decision.day) is None:
            read, remedy = f"{decision.body} on {decision.day}", "Name the authorised body."
            yield Problem("decision-without-body", _where(decision), read, "a body in force", remedy)
        if not any(change.after.spans(noun, decision.subject) for noun in (Organisation, PartyBody, Post)):
            remedy = "Name the organisation, body or post that it concerns."
            yield Problem("decision-on-nobody", _where(decision), decision.subject, "a known subject", remedy)
        day = _day_of_fact(change, decision)
        if day is None:
            remedy = "Name the record as noun:id."
            yield Problem("decision-of-nothing", _where(decision), str(decision.of), "a record", remedy)
        elif (
            decision.matter == "accountability"
            and change.after.spans(Post, decision.subject)
            and not change.holders(decision.subject, day)
        ):
            read, remedy = f"{decision.subject} vacant on {day}", "Name who held the post when it happened."
            yield Problem("subject-without-post", _where(decision), read, "a post that somebody held", remedy)


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
        if body.seat == decision.subject and decision.matter in ON_OTHERS:
            read, remedy = f"{decision.body} at {body.seat}", "Let the superior body decide."
            yield Problem(
                "decider-is-subject", _where(decision), read, "a body of another organisation", remedy
            )
        if subject in change.superiors(decision.body, decision.day) or decision.subject in _above(
            change, body, decision
        ):
            read, remedy = f"{decision.body} on {decision.subject}", "Let the superior body decide."
            yield Problem(
                "decider-below-subject", _where(decision), read, "a body not below the subject", remedy
            )


def _above(change: Change, body: PartyBody, decision: Decision) -> set[str]:
    """The organisations above the seat of the decider, on any line."""
    found: set[str] = set()
    todo = [body.seat]
    while todo:
        here = change.after.at(Organisation, todo.pop(), decision.day)
        lines = {each.line for each in here.placements} if here is not None else set()
        for line in lines:
            parent = here.parent(line, decision.day) if here is not None else None
            if parent is not None and parent not in found:
                found.add(parent)
                todo.append(parent)
    return found


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
)
