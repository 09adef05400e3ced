"""Money: from the standard to the entitlement, the budget, the allocation, the commitment and the payment, in fen.

Every command gives a balanced movement, or refuses and names the line, what is available and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from attrs import evolve, frozen

from partybuilding.domain.funding import POCKETS, Account, Leg, Movement, MovementKind, Pocket, balances
from partybuilding.domain.snapshot import Snapshot
from partybuilding.engine.result import Result
from partybuilding.errors import Problem, StepRefused, Where
from partybuilding.money import show_yuan


@frozen(kw_only=True)
class Line:
    """An organisation's money for a purpose in a year: the line that a movement draws on."""

    organisation: str
    purpose: str
    year: int

    def leg(self, pocket: Pocket, amount: int) -> Leg:
        """One side of a movement on this line."""
        return Leg(organisation=self.organisation, purpose=self.purpose, pocket=pocket, amount=amount)


@frozen(kw_only=True)
class Standing:
    """How a line stands, in fen: what the year before left, what came in, what went down, and where the rest is now."""

    received: int
    handed_down: int
    free: int
    reserved: int
    spent: int
    brought: int = 0
    carried: int = 0

    @property
    def accounted(self) -> bool:
        """Whether every fen is accounted for: what was brought and received was handed down, is here, paid or carried over."""
        here = self.free + self.reserved
        return self.brought + self.received == self.handed_down + here + self.spent + self.carried


def of_year(snapshot: Snapshot, year: int) -> tuple[Movement, ...]:
    """The movements of a year, in the order of their days."""
    return tuple(
        sorted(
            (each for each in snapshot.of(Movement) if each.year == year),
            key=lambda each: (each.day, each.id),
        )
    )


def standing(movements: Iterable[Movement], line: Line) -> Standing:
    """How a line stands after some movements."""
    movements = tuple(movements)
    held = balances(movements)
    amounts = {pocket: held.get(Account(line.organisation, line.purpose, pocket), 0) for pocket in POCKETS}
    received, handed = 0, 0
    for movement in movements:
        if _across(movement):
            for leg in movement.legs:
                if (leg.organisation, leg.purpose, leg.pocket) == (line.organisation, line.purpose, "free"):
                    received += max(leg.amount, 0) if _down(movement) else min(leg.amount, 0)
                    handed += max(-leg.amount, 0) if _down(movement) else -max(leg.amount, 0)
    return Standing(
        received=received,
        handed_down=handed,
        free=amounts["free"],
        reserved=amounts["reserved"],
        spent=amounts["spent"],
        brought=-amounts["brought"],
        carried=amounts["carried"],
    )


def _across(movement: Movement) -> bool:
    """Whether money came from outside or went from one organisation to another."""
    return movement.kind in {"budget", "allocate", "return"} or (
        movement.kind == "reverse"
        and len({(leg.organisation, leg.pocket) for leg in movement.legs if leg.pocket in {"source", "free"}})
        > 1
    )


def _down(movement: Movement) -> bool:
    return movement.kind in {"budget", "allocate"}


def budget(line: Line, amount: int, *, day: date, id_: str, reason: str = "") -> Movement:
    """Money that the budget gives to a line."""
    return _movement(
        "budget", line, day, id_, (line.leg("source", -amount), line.leg("free", amount)), reason=reason
    )


def allocate(
    snapshot: Snapshot, line: Line, amount: int, *, to: str, day: date, id_: str, reason: str = ""
) -> Movement:
    """Money handed down from a line to an organisation below."""
    _require(snapshot, line, amount, "free", id_)
    below = evolve(line, organisation=to)
    return _movement(
        "allocate", line, day, id_, (line.leg("free", -amount), below.leg("free", amount)), reason=reason
    )


def commit(
    snapshot: Snapshot,
    line: Line,
    amount: int,
    *,
    day: date,
    id_: str,
    of: str | None = None,
    reason: str = "",
) -> Movement:
    """Money that a line promises for something (a contract, a project).

    Raises:
        StepRefused: more than is available on the line.
    """
    _require(snapshot, line, amount, "free", id_)
    return _movement(
        "commit",
        line,
        day,
        id_,
        (line.leg("free", -amount), line.leg("reserved", amount)),
        of=of,
        reason=reason,
    )


def pay(
    snapshot: Snapshot,
    line: Line,
    amount: int,
    *,
    day: date,
    id_: str,
    of: str | None = None,
    reason: str = "",
) -> Movement:
    """Money paid out of what was promised.

    Raises:
        StepRefused: more than is committed on the line.
    """
    _require(snapshot, line, amount, "reserved", id_)
    return _movement(
        "pay",
        line,
        day,
        id_,
        (line.leg("reserved", -amount), line.leg("spent", amount)),
        of=of,
        reason=reason,
    )


def release(
    snapshot: Snapshot, line: Line, amount: int, *, day: date, id_: str, reason: str = ""
) -> Movement:
    """Promised money that is free again."""
    _require(snapshot, line, amount, "reserved", id_)
    return _movement(
        "release", line, day, id_, (line.leg("reserved", -amount), line.leg("free", amount)), reason=reason
    )


def reverse(movement: Movement, *, day: date, id_: str, reason: str) -> Movement:
    """The exact opposite of a movement."""
    legs = tuple(evolve(leg, amount=-leg.amount) for leg in movement.legs)
    return Movement(
        id=id_, day=day, year=movement.year, kind="reverse", legs=legs, reverses=movement.id, reason=reason
    )


def carry_over(
    snapshot: Snapshot, line: Line, *, day: date, id_: str, reason: str = ""
) -> tuple[Movement, ...]:
    """What a year leaves on a line, as the closing of the year and the opening of the next one; nothing if nothing is left.

    What is committed stays committed: both go on as they are. The two movements are for one changeset; the closing is of
    ``day``, and so is the opening, for money is in one year at a time.
    """
    held = balances(of_year(snapshot, line.year))
    pockets: tuple[Pocket, ...] = ("free", "reserved")
    left = {pocket: held.get(Account(line.organisation, line.purpose, pocket), 0) for pocket in pockets}
    if not any(left.values()):
        return ()
    given = {pocket: amount for pocket, amount in left.items() if amount}
    total, following = sum(given.values()), evolve(line, year=line.year + 1)
    closing = (*(line.leg(pocket, -amount) for pocket, amount in given.items()), line.leg("carried", total))
    opening = (
        following.leg("brought", -total),
        *(following.leg(pocket, amount) for pocket, amount in given.items()),
    )
    return (
        _movement("carry", line, day, f"{id_}/carry", closing, reason=reason),
        _movement("bring", following, day, f"{id_}/bring", opening, reason=reason),
    )


def allot(result: Result, *, entitlement: str, purpose: str, day: date) -> tuple[Movement, ...]:
    """The budget of the root and its allocation down the tree, so that every organisation gets just its entitlement.

    ``entitlement`` is the column of the organisations' own entitlements, in fen. What goes down an edge is what the
    whole subtree below is entitled to; nobody keeps more than its own. Ids are natural: a rerun changes nothing.
    """
    tree, column = result.tree, result.columns[entitlement]
    below = [int(column.values[at]) if column.known[at] else 0 for at in range(tree.n)]
    for at in range(tree.n - 1, 0, -1):
        below[int(tree.parent[at])] += below[at]
    return tuple(_allotted(result, below, purpose, day))


def _allotted(result: Result, below: list[int], purpose: str, day: date) -> Iterator[Movement]:
    tree, year = result.tree, result.year
    root = Line(organisation=tree.ids[0], purpose=purpose, year=year)
    if below[0]:
        yield budget(root, below[0], day=day, id_=f"{year}/{purpose}/budget")
    for at in range(1, tree.n):
        if below[at]:
            above, here = (evolve(root, organisation=tree.ids[each]) for each in (int(tree.parent[at]), at))
            legs = (above.leg("free", -below[at]), here.leg("free", below[at]))
            yield _movement("allocate", above, day, f"{year}/{purpose}/{tree.ids[at]}", legs)


def _movement(
    kind: MovementKind,
    line: Line,
    day: date,
    id_: str,
    legs: tuple[Leg, ...],
    *,
    of: str | None = None,
    reason: str = "",
) -> Movement:
    return Movement(id=id_, day=day, year=line.year, kind=kind, legs=legs, of=of, reason=reason)


def _require(snapshot: Snapshot, line: Line, amount: int, pocket: Pocket, id_: str) -> None:
    """Refuse an amount of nothing or less, and one that the line does not hold."""
    where = Where(kind="movement", record=id_, organisation=line.organisation)
    if amount <= 0:
        raise StepRefused(
            Problem("no-amount", where, f"{amount} fen", "more than 0 fen", "Give the amount in fen.")
        )
    held = balances(of_year(snapshot, line.year)).get(Account(line.organisation, line.purpose, pocket), 0)
    if amount > held:
        expected = f"at most {show_yuan(held)} yuan {POCKETS[pocket].en} on {line.organisation}/{line.purpose}/{line.year}"
        raise StepRefused(
            Problem(
                "over-spend",
                where,
                f"{show_yuan(amount)} yuan",
                expected,
                "Lower the amount, or ask for a transfer.",
            )
        )
