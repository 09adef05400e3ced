"""What the office does with the responsibility list and with feedback: step by step, and out of step."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve

from partybuilding.domain.decisions import Decision
from partybuilding.domain.feedback import Feedback
from partybuilding.domain.lifecycles import Evidence, Step
from partybuilding.domain.lists import Item
from partybuilding.domain.organisations import TERRITORY
from partybuilding.ledger.versions import Withdrawal
from partybuilding.testing.simulator.office import Attempt, Command, Office
from partybuilding.testing.simulator.opening import ROOT, body_of, holder, post_of

NEXT = {"found": "rectify", "rectifying": "report", "reported": "verify", "verified": "close"}
"""The step that brings an item on, by its state."""
OPEN = tuple(NEXT)


def find_item(office: Office) -> Attempt | None:
    """A problem is found with a village."""
    village = office.pick(office.units("village"))
    street = None if village is None else village.parent(TERRITORY, office.day)
    if village is None or street is None:
        return None
    item = Item(
        id=office.new("item"),
        day=office.day,
        organisation=village.id,
        text="示例问题",
        channel=office.rng.choice(("masses", "self", "superior", "supervision")),
        owner=post_of(village.id),
        lead=body_of(street),
        measures="示例措施",
        baseline="示例现状",
        target="示例目标",
        due=office.day + timedelta(days=office.rng.randrange(10, 120)),
    )
    return Attempt(what="find a problem", records=(item,))


def step(office: Office, item: Item) -> Attempt:
    """The next step with an item, by the post whose step it is, with what it needs."""
    name = NEXT[office.state(item)]
    own = name in {"rectify", "report"}
    taken = Step(
        id=office.new("step"),
        of=item.reference,
        name=name,
        day=office.day,
        post=item.owner if own else f"{item.lead}-deputy",
        evidence=() if name == "rectify" else (Evidence(reference=office.new("document-")),),
    )
    if name != "close":
        return Attempt(what=f"{name} an item", records=(taken,))
    decision = Decision(
        id=office.new("d"),
        day=office.day,
        body=item.lead,
        document="示例发〔2026〕1号",
        matter="closing",
        subject=item.organisation,
        outcome="close",
        of=item.reference,
    )
    return Attempt(what="close an item", records=(decision, evolve(taken, decision=decision.id)))


def go_on(office: Office) -> Attempt | None:
    """Some open item comes one step on."""
    item = office.pick(office.in_state(Item, *OPEN))
    return None if item is None else step(office, item)


def verify_own(office: Office) -> Attempt | None:
    """The owner verifies the item."""
    item = office.pick(office.in_state(Item, "reported"))
    if item is None:
        return None
    (taken,) = step(office, item).records
    own = evolve(taken, post=item.owner)  # type: ignore[call-arg]  # the one record is a step
    return Attempt(what="verify one's own", records=(own,), refused="verifier-is-owner")


def close_undecided(office: Office) -> Attempt | None:
    """An item is closed without a decision."""
    item = office.pick(office.in_state(Item, "verified"))
    if item is None:
        return None
    _, taken = step(office, item).records
    alone = evolve(taken, decision=None)  # type: ignore[call-arg]  # the second record is a step
    return Attempt(what="close without a decision", records=(alone,), refused="step-lacks")


def take_closing_back(office: Office) -> Attempt | None:
    """The closing of an item is withdrawn as if it had never been."""
    items = {each.reference for each in office.in_state(Item, "closed")}
    closing = office.pick(each for each in office.now.of(Step) if each.name == "close" and each.of in items)
    if closing is None:
        return None
    gone = Withdrawal(noun=Step.noun, id=closing.id, starts=closing.day)
    return Attempt(what="take a closing back", records=(gone,), refused="closing-removed")


def reopen(office: Office) -> Attempt | None:
    """A closed item is opened again, and the closing stays in its history."""
    item = office.pick(office.in_state(Item, "closed"))
    if item is None:
        return None
    taken = Step(
        id=office.new("step"),
        of=item.reference,
        name="reopen",
        day=office.day,
        post=post_of(ROOT),
        note="模拟",
    )
    return Attempt(what="re-open an item", records=(taken,))


def hear(office: Office) -> Attempt | None:
    """The masses say something about a village."""
    village = office.pick(office.units("village"))
    if village is None:
        return None
    said = Feedback(
        id=office.new("f"),
        day=office.day,
        organisation=village.id,
        text="示例意见",
        channel="masses",
        informant=holder(office.rng),
    )
    return Attempt(what="hear feedback", records=(said,))


def reply(office: Office, feedback: Feedback) -> Attempt:
    """A piece of feedback is answered, or rejected with a reason."""
    taken = Step(
        id=office.new("step"),
        of=feedback.reference,
        name=office.rng.choice(("answer", "reject")),
        day=office.day,
        post=post_of(ROOT, "officer"),
        note="模拟",
    )
    return Attempt(what="reply to feedback", records=(taken,))


def answer(office: Office) -> Attempt | None:
    """Some open feedback is answered."""
    feedback = office.pick(office.in_state(Feedback, "received"))
    return None if feedback is None else reply(office, feedback)


def lose(office: Office) -> Attempt | None:
    """A piece of feedback disappears."""
    feedback = office.pick(office.now.of(Feedback))
    if feedback is None:
        return None
    gone = Withdrawal(noun=Feedback.noun, id=feedback.id, starts=feedback.day)
    return Attempt(what="lose feedback", records=(gone,), refused="feedback-removed")


COMMANDS: tuple[Command, ...] = (
    find_item,
    find_item,
    *(go_on,) * 4,
    verify_own,
    close_undecided,
    take_closing_back,
    reopen,
    hear,
    answer,
    lose,
)
