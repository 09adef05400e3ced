"""Responsibility lists: which items are overdue, and which step of the ladder is proposed; people decide.

Overdue is computed from the due day, the day asked for, and the day of closing; nothing is stored, so nobody can forget it
and a late closing does not hide it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import frozen

from partybuilding.cycle.nearest import nearest
from partybuilding.cycle.steps import course
from partybuilding.domain.decisions import Decision, Ladder, RungOfLadder
from partybuilding.domain.lifecycles import Course
from partybuilding.domain.lists import Item
from partybuilding.domain.snapshot import Snapshot
from partybuilding.extension.catalogue import Catalogue


@frozen(kw_only=True)
class Standing:
    """How an item stands on a day: its course, the last day that counts, and how many days it was or is overdue.

    ``ever`` tells that it was overdue at some time, also if it is closed by now.
    """

    item: Item
    course: Course
    due: date
    overdue: int
    ever: bool

    @property
    def open(self) -> bool:
        """Whether the item is not closed."""
        return not self.course.closed


@frozen(kw_only=True)
class Proposal:
    """A step of a ladder that an overdue item has reached: it waits for the decision of an authorised body."""

    standing: Standing
    ladder: Ladder
    plugin: str
    rung: RungOfLadder
    decision: Decision | None


def standings(snapshot: Snapshot, catalogue: Catalogue) -> tuple[Standing, ...]:
    """How every item stands on the snapshot's day, ordered by id."""
    return tuple(
        _standing(item, course(snapshot, catalogue, item), snapshot.on) for item in snapshot.of(Item)
    )


def _standing(item: Item, taken: Course, today: date) -> Standing:
    due = taken.until(item.due) or item.due
    closings = [step.day for step in taken.taken if step.name == "close"]
    last = taken.reached().get("close")
    over = max(0, ((last or today) - due).days)
    ever = over > 0 or any(day > due for day in closings)
    return Standing(item=item, course=taken, due=due, overdue=over, ever=ever)


def proposals(snapshot: Snapshot, catalogue: Catalogue) -> tuple[Proposal, ...]:
    """The step that each open overdue item has reached on the nearest ladder; with the decision, if there is one."""
    ladders = catalogue.rules_on(Ladder, snapshot.on)
    found: list[Proposal] = []
    for each in standings(snapshot, catalogue):
        ladder = nearest(ladders, each.item.organisation, snapshot)
        rung = None if ladder is None or not each.open else ladder.value.proposed(each.overdue)
        if ladder is not None and rung is not None:
            decision = _decision(snapshot.of(Decision), each.item, rung)
            found.append(
                Proposal(
                    standing=each, ladder=ladder.value, plugin=ladder.plugin, rung=rung, decision=decision
                )
            )
    return tuple(found)


def _decision(decisions: Iterable[Decision], item: Item, rung: RungOfLadder) -> Decision | None:
    """The decision that an authorised body took on an item for a rung."""
    return next(
        (
            each
            for each in decisions
            if each.of == item.reference and each.matter == "accountability" and each.outcome == rung.name
        ),
        None,
    )
