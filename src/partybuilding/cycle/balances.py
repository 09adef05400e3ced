"""Balances of units that end: what is free goes to who follows, what is committed is committed anew there.

Only movements that every year knows are used: release, allocation, commitment. So every fen stays accounted for at both
ends, and what was spent stays where it was spent.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from partybuilding.cycle.funding import Line
from partybuilding.cycle.handing_over import Handing
from partybuilding.domain.funding import Leg, Movement, MovementKind


@frozen(kw_only=True)
class _Balance:
    """What a line that ends holds: free, and committed by what it is for."""

    line: Line
    free: int
    reserved: tuple[tuple[str | None, int], ...]


def hand_balances_over(handing: Handing) -> None:
    """Propose the movements by which units that end hold nothing any more."""
    number = 0
    for unit in handing.reorganisation.ended:
        for balance in _balances(handing, unit):
            for kind, legs, of in _moved(handing, balance):
                number += 1
                handing.records.append(
                    Movement(
                        id=f"{handing.reorganisation.id}/{number}",
                        day=handing.day,
                        year=balance.line.year,
                        kind=kind,
                        legs=legs,
                        of=of,
                        reason=handing.reorganisation.label.zh,
                    )
                )


def _balances(handing: Handing, unit: str) -> Iterator[_Balance]:
    """The lines of a unit that hold anything, by year and purpose."""
    held: dict[tuple[int, str], dict[tuple[str, str | None], int]] = {}
    for movement in handing.snapshot.of(Movement):
        for leg in movement.legs:
            if leg.organisation == unit and leg.pocket in {"free", "reserved"}:
                line = held.setdefault((movement.year, leg.purpose), {})
                pocket = (leg.pocket, _what_for(handing, movement) if leg.pocket == "reserved" else None)
                line[pocket] = line.get(pocket, 0) + leg.amount
    for (year, purpose), amounts in sorted(held.items()):
        reserved = [(of, fen) for (pocket, of), fen in amounts.items() if pocket == "reserved" and fen]
        yield _Balance(
            line=Line(organisation=unit, purpose=purpose, year=year),
            free=amounts.get(("free", None), 0),
            reserved=tuple(sorted(reserved, key=lambda each: each[0] or "")),
        )


def _what_for(handing: Handing, movement: Movement) -> str | None:
    """What a movement is for; a reversal is for what the reversed one was for."""
    original = None if movement.reverses is None else handing.snapshot.find(Movement, movement.reverses)
    return movement.of if original is None else original.of


def _moved(handing: Handing, balance: _Balance) -> Iterator[tuple[MovementKind, tuple[Leg, ...], str | None]]:
    """Release at the unit that ends, allocate to those that follow, commit there what was committed."""
    line = balance.line
    shares = [
        (of, fen, _heirs(handing, line, of, fen)) for of, fen in ((None, balance.free), *balance.reserved)
    ]
    for of, fen, _ in shares[1:]:
        yield "release", (line.leg("reserved", -fen), line.leg("free", fen)), of
    together: dict[str, int] = {}
    for _, _, heirs in shares:
        for unit, fen in heirs.items():
            together[unit] = together.get(unit, 0) + fen
    for unit, fen in sorted(together.items()):
        if fen:
            there = Line(organisation=unit, purpose=line.purpose, year=line.year)
            yield "allocate", (line.leg("free", -fen), there.leg("free", fen)), None
    for of, _, heirs in shares[1:]:
        for unit, fen in sorted(heirs.items()):
            if fen:
                there = Line(organisation=unit, purpose=line.purpose, year=line.year)
                yield "commit", (there.leg("free", -fen), there.leg("reserved", fen)), of


def _heirs(handing: Handing, line: Line, of: str | None, fen: int) -> dict[str, int]:
    """Who gets how much: the new owner of what it is for, else all heirs by the key of the purpose."""
    if not fen:
        return {}
    owner = next((each for each in handing.records if getattr(each, "reference", None) == of), None)
    home = getattr(owner, "organisation", None)
    if of is not None and isinstance(home, str):
        return {home: fen}
    found = handing.parts(line.purpose, line.organisation, fen)
    if found is None:
        unit = handing.snapshot.organisations()[line.organisation]
        read = f"{fen} fen for {line.purpose} of {line.year}"
        expected, remedy = (
            "a key of the successors",
            "Add a key for the purpose, or return the balance first.",
        )
        handing.refuse("balance-unkeyed", unit, read, expected, remedy)
    return found or {}
