"""Money is never lost, never spent twice, and taken back only as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from partybuilding.domain.funding import WAYS, Account, Leg, Movement, Pocket
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.projects import Project
from partybuilding.errors import Problem, Where
from partybuilding.labels import Label
from partybuilding.ledger.invariants.change import Change, Invariant

MOST_FEN = 10**14
"""A thousand billion yuan: more than any budget, and little enough for every sum to fit 64 bits."""
FROM_OUTSIDE = frozenset({"budget", "return", "reverse"})
FROM_ELSEWHERE = frozenset({"source", "brought"})
"""Pockets that hold less than nothing: what came out of them is in the others."""
ACROSS = frozenset({"allocate", "return"})
"""Movements between organisations; all others stay on their line."""
PREFIX = f"{Project.noun}:"


def line_of(movement: Movement) -> tuple[tuple[int, str, str], ...]:
    """The key of a movement: the lines (year, organisation, purpose) that it draws on or fills."""
    return tuple({(movement.year, leg.organisation, leg.purpose) for leg in movement.legs})


def original_of(movement: Movement) -> tuple[str, ...]:
    """The key of a movement: the one that it takes back."""
    return () if movement.reverses is None else (movement.reverses,)


def purpose_of(movement: Movement) -> tuple[str, ...]:
    """The key of a movement: the record that it is for."""
    return () if movement.of is None else (movement.of,)


def _movements(change: Change) -> tuple[Movement, ...]:
    """The touched movements that are there after the change."""
    found = (change.after.latest(Movement, id_) for id_ in change.ids(Movement))
    return tuple(each for each in found if each is not None)


def _where(movement: Movement, organisation: str | None = None) -> Where:
    """The place of a movement: an organisation of it, or whoever stands in its first leg."""
    who = organisation or movement.legs[0].organisation
    return Where(kind=Movement.noun, record=movement.id, organisation=who, day=movement.day)


def amounts(change: Change) -> Iterator[Problem]:
    """Amounts beyond every budget."""
    for movement in _movements(change):
        for leg in movement.legs:
            if abs(leg.amount) > MOST_FEN:
                remedy = "Give the amount in fen."
                yield Problem(
                    "amount-too-large",
                    _where(movement, leg.organisation),
                    f"{leg.amount} fen",
                    f"at most {MOST_FEN} fen",
                    remedy,
                )


def sources(change: Change) -> Iterator[Problem]:
    """Money that comes from outside, or goes there, by another door than the budget."""
    for movement in _movements(change):
        for leg in movement.legs:
            if leg.pocket == "source" and movement.kind not in FROM_OUTSIDE:
                read, expected = movement.kind, ", ".join(sorted(FROM_OUTSIDE))
                remedy = "Only a budget brings money in."
                yield Problem(
                    "source-outside-budget", _where(movement, leg.organisation), read, expected, remedy
                )


def ways(change: Change) -> Iterator[Problem]:
    """Movements that are not what they are called: other pockets, another line, another purpose.

    So what a node received is what it handed down, has, has committed, has paid and has carried over, to the fen.
    """
    for movement in _movements(change):
        if movement.kind in WAYS:
            yield from _astray(movement)


def _astray(movement: Movement) -> Iterator[Problem]:
    gives, takes = WAYS[movement.kind]
    rest: dict[tuple[str, ...], int] = defaultdict(int)
    for leg in movement.legs:
        rest[(leg.purpose,) if movement.kind in ACROSS else (leg.purpose, leg.organisation)] += leg.amount
        if leg.pocket != "source" and leg.pocket not in (gives if leg.amount < 0 else takes):
            read = f"{movement.kind}: {leg.amount} fen {leg.pocket}"
            expected = f"from {', '.join(sorted(gives))} to {', '.join(sorted(takes))}"
            remedy = "Name the movement as what it is."
            yield Problem("movement-astray", _where(movement, leg.organisation), read, expected, remedy)
    for line, amount in rest.items():
        if amount:
            read, expected = f"{movement.kind}: {amount} fen on {'/'.join(line)}", "0 fen"
            remedy = "Let the money stay on its line, or allocate it."
            yield Problem("movement-astray", _where(movement), read, expected, remedy)


def balances(change: Change) -> Iterator[Problem]:
    """Accounts that hold less than nothing at the end of some day; each told for the first such day."""
    for key in sorted({key for movement in change.versions(Movement) for key in line_of(movement)}):
        year, organisation, purpose = key
        legs = sorted(_legs(change, key), key=lambda each: each[0])
        days = sorted({day for day, _ in legs})
        held: dict[Account, int] = defaultdict(int)
        told: set[Account] = set()
        at = 0
        for day in days:
            while at < len(legs) and legs[at][0] == day:
                held[legs[at][1].account] += legs[at][1].amount
                at += 1
            for account, amount in held.items():
                if amount < 0 and account.pocket not in FROM_ELSEWHERE and account not in told:
                    told.add(account)
                    where = Where(kind=Movement.noun, organisation=organisation, day=day)
                    read = f"{amount} fen {account.pocket} for {purpose} of {year} on {day}"
                    remedy = "Lower the amount, or bring money to the line first."
                    yield Problem("over-spent", where, read, "0 fen or more", remedy)


def _legs(change: Change, key: tuple[int, str, str]) -> Iterator[tuple[date, Leg]]:
    for _, span in change.after.where(Movement, line_of, key):
        for leg in span.value.legs:
            if (leg.organisation, leg.purpose) == key[1:]:
                yield span.value.day, leg


def carried_over(change: Change) -> Iterator[Problem]:
    """Years that open with another amount than the year before was closed with, or were closed with something left."""
    touched = {key for movement in change.versions(Movement) for key in line_of(movement)}
    earlier = {(year - 1, organisation, purpose) for year, organisation, purpose in touched}
    for key in sorted(touched | earlier):
        year, organisation, purpose = key
        closing, opening = _held(change, key), _held(change, (year + 1, organisation, purpose))
        carried, brought = closing["carried"], -opening["brought"]
        left = closing["free"] + closing["reserved"]
        if carried != brought or (carried and left):
            read = f"{purpose}: {carried} fen carried over from {year}, {left} fen left, {brought} fen brought into {year + 1}"
            remedy = "Carry over all that is left, and bring in the same, in one changeset."
            yield Problem(
                "carry-over-differs",
                Where(kind=Movement.noun, organisation=organisation, day=date(year + 1, 1, 1)),
                read,
                "the same amount, and nothing left",
                remedy,
            )


def _held(change: Change, key: tuple[int, str, str]) -> dict[Pocket, int]:
    """What the pockets of a line hold at the end of its year."""
    held: dict[Pocket, int] = defaultdict(int)
    for _, leg in _legs(change, key):
        held[leg.pocket] += leg.amount
    return held


def reversals(change: Change) -> Iterator[Problem]:
    """Movements that take back what is not there, not as a whole, or a second time."""
    originals = {original for movement in change.versions(Movement) for original in original_of(movement)}
    for original in sorted(originals.union(change.ids(Movement))):
        found = change.after.latest(Movement, original)
        takers = [span.value for _, span in change.after.where(Movement, original_of, original)]
        for taker in takers:
            if found is None or found.year != taker.year or found.day > taker.day:
                read, remedy = f"reversal of {original}", "Name the movement that is taken back."
                yield Problem(
                    "reversal-without-original",
                    _where(taker),
                    read,
                    "an earlier movement of the year",
                    remedy,
                )
            elif _opposite(taker) != _accounts(found):
                read, remedy = f"reversal of {original}", "Take it back as a whole."
                yield Problem("reversal-not-opposite", _where(taker), read, "its exact opposite", remedy)
        if len(takers) > 1:
            read = ", ".join(each.id for each in takers)
            yield Problem(
                "reversed-twice",
                _where(takers[-1]),
                read,
                f"one reversal of {original}",
                "Leave out the others.",
            )


def _accounts(movement: Movement) -> dict[Account, int]:
    held: dict[Account, int] = defaultdict(int)
    for leg in movement.legs:
        held[leg.account] += leg.amount
    return held


def _opposite(movement: Movement) -> dict[Account, int]:
    return {account: -amount for account, amount in _accounts(movement).items()}


def reservations(change: Change) -> Iterator[Problem]:
    """Projects that have ended and still hold committed money."""
    references = {reference for movement in change.versions(Movement) for reference in purpose_of(movement)}
    references |= {step.of for step in change.versions(Step)}
    for reference in sorted(each for each in references if each.startswith(PREFIX)):
        project = change.after.latest(Project, reference.removeprefix(PREFIX))
        course = None if project is None else change.course(project)
        if project is not None and course is not None and course.closed:
            left = sum(
                leg.amount
                for _, span in change.after.where(Movement, purpose_of, reference)
                for leg in span.value.legs
                if leg.pocket == "reserved"
            )
            if left:
                where = Where(
                    kind=Project.noun, record=project.id, organisation=project.organisation, day=course.since
                )
                read, remedy = (
                    f"{left} fen committed",
                    "Pay or release what is committed before the project ends.",
                )
                yield Problem("project-holds-money", where, read, "0 fen", remedy)


MONEY = (
    Invariant(
        code="amount-too-large",
        statement=Label(
            "每笔资金各分录之和为零，金额为整数分且不超过上限。",
            "Every movement sums to zero; amounts are whole fen within bounds.",
        ),
        reads=(Movement,),
        touched=amounts,
    ),
    Invariant(
        code="source-outside-budget",
        statement=Label(
            "全部科目之和不变，资金只通过预算进出。",
            "The total over all accounts stays the same; money enters and leaves by the budget only.",
        ),
        reads=(Movement,),
        touched=sources,
    ),
    Invariant(
        code="movement-astray",
        statement=Label(
            "资金按类别在规定科目间移动，到账等于下拨加结存。",
            "Money moves between the pockets of its kind, so what came in is what went down and what is there.",
        ),
        reads=(Movement,),
        touched=ways,
    ),
    Invariant(
        code="carry-over-differs",
        statement=Label(
            "下年期初余额等于上年期末余额。",
            "A year opens with what the year before closed with.",
        ),
        reads=(Movement,),
        touched=carried_over,
    ),
    Invariant(
        code="over-spent",
        statement=Label(
            "任何一天，任何科目的余额不小于零。", "No account holds less than nothing on any day."
        ),
        reads=(Movement,),
        touched=balances,
    ),
    Invariant(
        code="reversal",
        statement=Label(
            "冲销指明原凭证，金额恰好相反，且只冲销一次。",
            "A reversal names its original, is its exact opposite, and comes once.",
        ),
        reads=(Movement,),
        touched=reversals,
    ),
    Invariant(
        code="project-holds-money",
        statement=Label(
            "结束的项目没有未结清的承诺资金。", "A project that has ended holds no committed money."
        ),
        reads=(Movement, Step),
        touched=reservations,
    ),
)
