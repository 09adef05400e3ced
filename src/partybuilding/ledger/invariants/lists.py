"""Steps follow their life cycle, nobody verifies what is his own, and what was promised in public stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from partybuilding.convert import NOUNS
from partybuilding.domain.letters import Letter
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.lists import Item, PublicCommitment
from partybuilding.domain.projects import Project
from partybuilding.errors import Problem, Where
from partybuilding.labels import Label
from partybuilding.ledger.invariants.change import Change, Invariant

if TYPE_CHECKING:
    from partybuilding.domain.record import Record

VERIFYING = frozenset({"verify", "close"})
PREFIX = f"{Item.noun}:"


def lives(change: Change) -> Iterator[Problem]:
    """Steps with what is not there, and steps that their life cycle does not allow."""
    references = {step.of for step in change.versions(Step)}
    for noun in (Letter, Item, PublicCommitment, Project):
        references |= {f"{noun.noun}:{id_}" for id_ in change.ids(noun)}
    for reference in sorted(references):
        record = _record(change, reference)
        if record is not None:
            yield from change.refusals(record)
        elif steps := change.steps(reference):
            where = Where(kind=Step.noun, record=steps[0].id)
            yield Problem("step-of-nothing", where, reference, "a record in force", "Name it as noun:id.")


def _record(change: Change, reference: str) -> Record | None:
    noun, _, id_ = reference.partition(":")
    return change.after.latest(NOUNS[noun], id_) if noun in NOUNS else None


def verifiers(change: Change) -> Iterator[Problem]:
    """Items verified or closed by their owner, by the person who holds the owner's post, or from below.

    Of an item that is touched itself every verification is looked at, for its owner may have changed; else only new ones.
    """
    items = set(change.ids(Item))
    steps = {step.id: step for id_ in items for step in change.steps(f"{PREFIX}{id_}")}
    steps |= {id_: span.value for id_ in change.ids(Step) for span in change.after.spans(Step, id_)}
    for _, step in sorted(steps.items()):
        item = change.after.latest(Item, step.of.removeprefix(PREFIX)) if step.of.startswith(PREFIX) else None
        if item is not None and step.name in VERIFYING:
            yield from _verifier(change, item, step)


def _verifier(change: Change, item: Item, step: Step) -> Iterator[Problem]:
    where = Where(kind=Item.noun, record=item.id, organisation=item.organisation)
    same = change.holders(item.owner, step.day) & change.holders(step.post, step.day)
    if step.post == item.owner or same:
        read = f"{step.name} on {step.day} by {step.post}, owner {item.owner}"
        yield Problem("verifier-is-owner", where, read, "another person", "Let somebody else verify.")
    verifier, owner = (change.body_of(post, step.day) for post in (step.post, item.owner))
    if verifier is not None and owner in change.superiors(verifier, step.day):
        read, remedy = f"{verifier} below {owner}", "Let the same level or a higher one verify."
        yield Problem("verifier-below-owner", where, read, "a body not below the owner's", remedy)


def evidence(change: Change) -> Iterator[Problem]:
    """Items that are closed without any evidence of the time before."""
    ids = {step.of.removeprefix(PREFIX) for step in change.versions(Step) if step.of.startswith(PREFIX)}
    for id_ in sorted(ids):
        steps = change.steps(f"{PREFIX}{id_}")
        for closing in (step for step in steps if step.name == "close"):
            if not any(step.evidence for step in steps if step.day <= closing.day):
                where = Where(kind=Item.noun, record=id_)
                read, remedy = f"closed on {closing.day}", "Report with evidence first."
                yield Problem(
                    "closed-without-evidence", where, read, "evidence of that day or before", remedy
                )


def promises(change: Change) -> Iterator[Problem]:
    """Published commitments that a change takes away, themselves or by their posting."""
    ids = {*change.ids(PublicCommitment)}
    taken = {
        span.value.of: span.value
        for id_ in change.ids(Step)
        for span in change.before(Step, id_)
        if span.value.name == "post" and not change.after.spans(Step, id_)
    }
    for id_ in sorted(ids):
        gone = change.before(PublicCommitment, id_) and not change.after.spans(PublicCommitment, id_)
        reference = f"{PublicCommitment.noun}:{id_}"
        published = reference in taken or any(step.name == "post" for step in change.steps(reference))
        if gone and published:
            where = Where(kind=PublicCommitment.noun, record=id_)
            remedy = "Take the step withdraw, with a reason."
            yield Problem("commitment-removed", where, "withdrawn", "a published commitment stays", remedy)
    for reference, step in sorted(taken.items()):
        if reference.removeprefix(f"{PublicCommitment.noun}:") not in ids:
            where, remedy = Where(kind=Step.noun, record=step.id), "Take the step withdraw, with a reason."
            yield Problem(
                "commitment-removed", where, f"posting of {reference}", "what was posted stays posted", remedy
            )


LISTS = (
    Invariant(
        code="life-cycle",
        statement=Label(
            "步骤只按生命周期进行，所需材料齐全。",
            "Steps follow the life cycle of their record and bring what they need.",
        ),
        reads=(Step, Letter, Item, PublicCommitment, Project),
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
        code="closed-without-evidence",
        statement=Label(
            "销号的问题有不晚于销号日的佐证。", "A closed item has evidence dated not after its closing."
        ),
        reads=(Step,),
        touched=evidence,
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
