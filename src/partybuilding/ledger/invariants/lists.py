"""Steps follow their life cycle, nobody verifies what is his own, and what was promised in public stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from partybuilding.convert import NOUNS
from partybuilding.domain.feedback import Feedback
from partybuilding.domain.letters import Letter
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.lists import Item, PublicCommitment
from partybuilding.domain.organisations import PartyBody
from partybuilding.domain.projects import Project
from partybuilding.domain.record import Record
from partybuilding.errors import Problem, Where
from partybuilding.labels import Label
from partybuilding.ledger.invariants.change import Change, Invariant

if TYPE_CHECKING:
    from datetime import date

LIVING: tuple[type[Record], ...] = (Letter, Item, PublicCommitment, Feedback, Project)
"""Every class of record that steps are taken with."""
VERIFYING = frozenset({"verify", "close"})
PREFIX = f"{Item.noun}:"


def lives(change: Change) -> Iterator[Problem]:
    """Steps with what is not there, and steps that their life cycle does not allow."""
    references = {step.of for step in change.versions(Step)}
    for noun in LIVING:
        references |= {f"{noun.noun}:{id_}" for id_ in change.ids(noun)}
    for reference in sorted(references):
        record = _record(change, reference)
        if record is not None:
            yield from change.refusals(record)
        elif steps := change.steps(reference):
            where = Where(kind=Step.noun, record=steps[0].id, day=steps[0].day)
            yield Problem("step-of-nothing", where, reference, "a record in force", "Name it as noun:id.")


def _record(change: Change, reference: str) -> Record | None:
    noun, _, id_ = reference.partition(":")
    return change.after.latest(NOUNS[noun], id_) if noun in NOUNS else None


def _verified(change: Change) -> Iterator[tuple[Item, Step]]:
    """The verifications and closings to look at: the new ones, and of an item that is touched itself every one.

    The owner or the organisation of a touched item may have changed.
    """
    items = set(change.ids(Item))
    steps = {step.id: step for id_ in items for step in change.steps(f"{PREFIX}{id_}")}
    steps |= {id_: span.value for id_ in change.ids(Step) for span in change.after.spans(Step, id_)}
    for _, step in sorted(steps.items()):
        item = change.after.latest(Item, step.of.removeprefix(PREFIX)) if step.of.startswith(PREFIX) else None
        if item is not None and step.name in VERIFYING:
            yield item, step


def verifiers(change: Change) -> Iterator[Problem]:
    """Items verified or closed by their owner, by the person who holds the owner's post, or from below."""
    for item, step in _verified(change):
        yield from _verifier(change, item, step)


def _verifier(change: Change, item: Item, step: Step) -> Iterator[Problem]:
    where = Where(kind=Item.noun, record=item.id, organisation=item.organisation, day=step.day)
    same = change.holders(item.owner, step.day) & change.holders(step.post, step.day)
    if step.post == item.owner or same:
        read = f"{step.name} on {step.day} by {step.post}, owner {item.owner}"
        yield Problem("verifier-is-owner", where, read, "another person", "Let somebody else verify.")
    verifier, owner = (change.body_of(post, step.day) for post in (step.post, item.owner))
    if verifier is not None and owner in change.superiors(verifier, step.day):
        read, remedy = f"{verifier} below {owner}", "Let the same level or a higher one verify."
        yield Problem("verifier-below-owner", where, read, "a body not below the owner's", remedy)


def authority(change: Change) -> Iterator[Problem]:
    """Items verified or closed by a post whose body has no authority over the organisation."""
    for item, step in _verified(change):
        body = change.body_of(step.post, step.day)
        if body is None or not _in_charge(change, body, item, step.day):
            where = Where(kind=Item.noun, record=item.id, organisation=item.organisation, day=step.day)
            read, expected = (
                f"{step.name} by {step.post}",
                "a body in charge of the organisation, or above it",
            )
            remedy = "Let the leading body verify, or one above."
            yield Problem("verifier-without-authority", where, read, expected, remedy)


def _in_charge(change: Change, body: str, item: Item, day: date) -> bool:
    """Whether a body leads the item, stands above the body that does, or covers the organisation from its seat or above."""
    if body == item.lead or body in change.superiors(item.lead, day):
        return True
    found = change.after.at(PartyBody, body, day)
    over = {item.organisation, *change.above(item.organisation, day)}
    return found is not None and not over.isdisjoint((found.seat, *found.covers))


def evidence(change: Change) -> Iterator[Problem]:
    """Items that are closed without any evidence of the time before."""
    ids = {step.of.removeprefix(PREFIX) for step in change.versions(Step) if step.of.startswith(PREFIX)}
    for id_ in sorted(ids):
        steps = change.steps(f"{PREFIX}{id_}")
        for closing in (step for step in steps if step.name == "close"):
            if not any(_shown(step) for step in steps if step.day <= closing.day):
                read, remedy = f"closed on {closing.day}", "Report with evidence first."
                yield Problem(
                    "closed-without-evidence",
                    _of_item(change, id_, closing.day),
                    read,
                    "evidence of that day or before",
                    remedy,
                )


def _shown(step: Step) -> bool:
    """Whether a step brings evidence that can be looked up; an empty reference is none."""
    return any(each.reference.strip() for each in step.evidence)


def _of_item(change: Change, id_: str, day: date) -> Where:
    item = change.after.latest(Item, id_)
    return Where(
        kind=Item.noun, record=id_, organisation=None if item is None else item.organisation, day=day
    )


def closings(change: Change) -> Iterator[Problem]:
    """Closings that a change takes away instead of re-opening the item."""
    for step, gone in _gone(change, "close"):
        if gone and step.of.startswith(PREFIX):
            where = _of_item(change, step.of.removeprefix(PREFIX), step.day)
            read, remedy = f"closing {step.id} taken away", "Take the step reopen, with a reason."
            yield Problem("closing-removed", where, read, "the closing stays in the history", remedy)


def promises(change: Change) -> Iterator[Problem]:
    """Published commitments that a change takes away, themselves or by their posting."""
    posted = {step.of: gone for step, gone in _gone(change, "post")}
    posted |= dict.fromkeys(
        (
            f"{PublicCommitment.noun}:{id_}"
            for id_ in change.ids(PublicCommitment)
            if any(step.name == "post" for step in change.steps(f"{PublicCommitment.noun}:{id_}"))
        ),
        False,
    )
    for reference, gone in sorted(posted.items()):
        id_ = reference.removeprefix(f"{PublicCommitment.noun}:")
        before = change.before(PublicCommitment, id_)
        lost = bool(before) and not change.after.spans(PublicCommitment, id_)
        if gone or lost:
            promise = before[-1].value if before else change.after.latest(PublicCommitment, id_)
            where = Where(
                kind=PublicCommitment.noun,
                record=id_,
                organisation=None if promise is None else promise.organisation,
                day=None if promise is None else promise.day,
            )
            read = "withdrawn" if lost else "its posting taken away"
            remedy = "Take the step withdraw, with a reason."
            yield Problem("commitment-removed", where, read, "what was published stays", remedy)


def _gone(change: Change, name: str) -> Iterator[tuple[Step, bool]]:
    """The steps of a name that there were before, each with whether no such step with the same record is left of it."""
    for id_ in change.ids(Step):
        for span in change.before(Step, id_):
            step = span.value
            if step.name == name:
                now = change.after.latest(Step, id_)
                yield step, now is None or (now.of, now.name) != (step.of, step.name)


LISTS = (
    Invariant(
        code="life-cycle",
        statement=Label(
            "步骤只按生命周期进行，所需材料齐全。",
            "Steps follow the life cycle of their record and bring what they need.",
        ),
        reads=(Step, *LIVING),
        touched=lives,
    ),
    Invariant(
        code="verifier-is-owner",
        statement=Label(
            "核验人不是责任人，也不在责任人之下。",
            "Who verifies is not the owner of the item, and not below the owner.",
        ),
        reads=(Item, Step),
        touched=verifiers,
    ),
    Invariant(
        code="verifier-without-authority",
        statement=Label(
            "核验人所在党组织对该单位有管理权限。",
            "Who verifies belongs to a body with authority over the organisation.",
        ),
        reads=(Item, Step),
        touched=authority,
    ),
    Invariant(
        code="closed-without-evidence",
        statement=Label(
            "销号的问题有不晚于销号日的佐证。", "A closed item has evidence dated not after its closing."
        ),
        reads=(Step,),
        touched=evidence,
    ),
    Invariant(
        code="closing-removed",
        statement=Label(
            "复号须写明理由，原销号记录保留。", "Re-opening an item keeps the earlier closing in its history."
        ),
        reads=(Step,),
        touched=closings,
    ),
    Invariant(
        code="commitment-removed",
        statement=Label(
            "已公示的承诺不得删除，撤回须写明理由。",
            "A published commitment is never removed; it is withdrawn with a reason.",
        ),
        reads=(PublicCommitment, Step),
        touched=promises,
    ),
)
