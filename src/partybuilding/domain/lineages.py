"""Lineages: who became whom between two days, through whatever chain of reorganisations, with exact shares.

One reorganisation says directly what goes where; a chain is taken one after the other, by day and id. Whole figures are
divided at each reorganisation by the largest remainder, so that their total stays the same to the last unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Literal

from attrs import field, frozen

from partybuilding.domain.indicators import Carry
from partybuilding.domain.reorganisations import SAME_UNIT, Reorganisation
from partybuilding.money import split

Direction = Literal["forward", "back"]


@frozen(kw_only=True)
class Heir:
    """A unit that another one became, and which exact share of it; ``by`` are the reorganisations in between.

    >>> Heir(organisation="east", share=Fraction(3, 5)).by
    ()
    """

    organisation: str
    share: Fraction
    by: tuple[str, ...] = ()


@frozen(kw_only=True)
class Passage:
    """What one reorganisation does with figures in one direction: ``parts`` of each unit, as (unit, weight).

    A unit whose parts are None cannot be divided, because no key says how. ``sources`` tells for each unit on the other
    side from which units its figure comes: all of them must be known.
    """

    reorganisation: Reorganisation
    direction: Direction
    parts: Mapping[str, tuple[tuple[str, int], ...] | None] = field(repr=False)

    @property
    def targets(self) -> tuple[str, ...]:
        """The units on the other side that get anything, in order."""
        side = self.reorganisation.after if self.direction == "forward" else self.before
        return tuple(dict.fromkeys(side))

    @property
    def before(self) -> tuple[str, ...]:
        """The units of the old tree: those before, and those that took over from an abolished unit."""
        there = self.reorganisation
        return tuple(dict.fromkeys((*there.before, *(there.after if there.kind == "abolish" else ()))))

    def moves(self, organisation: str, day: date) -> bool:
        """Whether the figure that a unit has for a day stands on the near side, and so has to go over.

        A unit that is on one side only stands there whatever the day says: a late report of a unit that has ended is its
        own.
        """
        if organisation not in self.parts:
            return False
        turned = self.reorganisation.day
        if self.direction == "forward":
            return organisation in self.reorganisation.ended or day < turned
        return organisation in self.reorganisation.begun or day >= turned


def passage(
    reorganisation: Reorganisation, direction: Direction, *, name: str | None = None
) -> Passage | None:
    """What a reorganisation does with the figures of a name; None where every unit stays what it was.

    >>> merger = Reorganisation(
    ...     id="r", day=date(2026, 4, 1), kind="merge", before=("a", "b"), after=("c",), instrument="文件", decision="d",
    ... )
    >>> passage(merger, "forward").parts, passage(merger, "back").parts
    ({'a': (('c', 1),), 'b': (('c', 1),)}, {'c': None})
    """
    if reorganisation.kind in SAME_UNIT:
        return None
    made = _forward(reorganisation, name) if direction == "forward" else _back(reorganisation, name)
    return Passage(reorganisation=reorganisation, direction=direction, parts=made)


def _forward(
    reorganisation: Reorganisation, name: str | None
) -> dict[str, tuple[tuple[str, int], ...] | None]:
    units = tuple(sorted(reorganisation.after))
    parts = {each: _divided(reorganisation, name, units) for each in reorganisation.before}
    if reorganisation.kind == "abolish":
        parts |= {each: ((each, 1),) for each in units}
    return parts


def _back(reorganisation: Reorganisation, name: str | None) -> dict[str, tuple[tuple[str, int], ...] | None]:
    units = tuple(sorted(reorganisation.before))
    if reorganisation.kind == "abolish":
        # Of several takers nobody knows which part each one of them holds of the unit that is gone.
        whole = tuple(sorted((*units, *reorganisation.after)))
        one = len(reorganisation.after) == 1
        return {each: _divided(reorganisation, name, whole) if one else None for each in reorganisation.after}
    return {each: _divided(reorganisation, name, units) for each in reorganisation.after}


def _divided(
    reorganisation: Reorganisation, name: str | None, units: tuple[str, ...]
) -> tuple[tuple[str, int], ...] | None:
    weights = reorganisation.weights(name, units) if units else None
    return None if weights is None else tuple(zip(units, weights, strict=True))


def between(
    reorganisations: Iterable[Reorganisation], since: date, until: date
) -> tuple[Reorganisation, ...]:
    """The reorganisations after one day up to another, in the order in which they took place."""
    found = (each for each in reorganisations if since < each.day <= until)
    return tuple(sorted(found, key=lambda each: (each.day, each.id)))


def heirs(
    reorganisations: Iterable[Reorganisation],
    organisation: str,
    *,
    since: date,
    until: date,
    name: str | None = None,
) -> tuple[Heir, ...] | None:
    """What a unit of one day is on another day, earlier or later, with exact shares that sum to one.

    ``name`` chooses the key of a fact, indicator or purpose. A unit that nobody took over has no heir: nothing comes back.
    None where no key says how a unit was divided.

    >>> parted = Reorganisation(
    ...     id="r", day=date(2026, 4, 1), kind="split", before=("a",), after=("b", "c"), instrument="文件", decision="d",
    ... )
    >>> [each.organisation for each in heirs([parted], "c", since=date(2026, 5, 1), until=date(2026, 1, 1))]
    ['a']
    >>> heirs([parted], "a", since=date(2026, 1, 1), until=date(2026, 5, 1)) is None
    True
    """
    forward = since <= until
    chain = between(reorganisations, min(since, until), max(since, until))
    held = {organisation: Heir(organisation=organisation, share=Fraction(1))}
    for each in chain if forward else reversed(chain):
        step = passage(each, "forward" if forward else "back", name=name)
        if step is not None:
            passed = _passed(held, step)
            if passed is None:
                return None
            held = passed
    return tuple(held[each] for each in sorted(held))


def _passed(held: Mapping[str, Heir], step: Passage) -> dict[str, Heir] | None:
    """The heirs after one more reorganisation; None if it cannot be said."""
    after: dict[str, Heir] = {}
    for id_, heir in held.items():
        parts = step.parts.get(id_, ((id_, 1),))
        if parts is None:
            if not step.targets:
                continue
            return None
        together = sum(weight for _, weight in parts)
        for unit, weight in parts:
            if weight:
                before = after.get(unit)
                share = heir.share * Fraction(weight, together) + (before.share if before else 0)
                by = tuple(dict.fromkeys((*(before.by if before else ()), *heir.by, *_by(step, id_))))
                after[unit] = Heir(organisation=unit, share=share, by=by)
    return after


def _by(step: Passage, organisation: str) -> tuple[str, ...]:
    return (step.reorganisation.id,) if organisation in step.parts else ()


def divided(total: int, parts: tuple[tuple[str, int], ...]) -> dict[str, int]:
    """A whole figure over units by weight, to the last one, ties to the first id.

    >>> divided(10, (("a", 1), ("b", 1), ("c", 1)))
    {'a': 4, 'b': 3, 'c': 3}
    """
    shares = split(total, [weight for _, weight in parts])
    return {unit: share for (unit, _), share in zip(parts, shares, strict=True)}


@frozen(kw_only=True)
class Refused:
    """Figures that cannot be compared: of which units, because of which reorganisation, and why.

    ``sources`` are the units whose figures, ``amount`` together, were left out; ``units`` on the other side have none now.
    """

    reorganisation: Reorganisation
    units: tuple[str, ...]
    sources: tuple[str, ...]
    amount: int
    why: str


@frozen(kw_only=True)
class Carried:
    """Figures on the other tree, and what could not be carried there; together they are all that was reported."""

    figures: Mapping[str, int] = field(repr=False)
    refused: tuple[Refused, ...] = ()


def carried(
    figures: Mapping[str, int],
    passages: Iterable[Passage],
    *,
    day: date,
    rule: Carry,
) -> Carried:
    """Figures of a day, carried through one reorganisation after the other by the rule of their fact.

    ``sum`` adds up what comes together and divides nothing, ``share`` also divides by the key, ``none`` compares nothing.
    Where one of the units that come together did not report, nothing is added up: missing is not zero.

    >>> merger = Reorganisation(
    ...     id="r", day=date(2026, 4, 1), kind="merge", before=("a", "b"), after=("c",), instrument="文件", decision="d",
    ... )
    >>> carried({"a": 3, "b": 4}, [passage(merger, "forward")], day=date(2026, 1, 31), rule="sum").figures
    {'c': 7}
    >>> carried({"a": 3}, [passage(merger, "forward")], day=date(2026, 1, 31), rule="sum").refused[0].why
    'b did not report'
    """
    held, lost = dict(figures), dict[str, Refused]()
    told: list[Refused] = []
    for step in passages:
        movers = {unit: held.pop(unit) for unit in sorted(held) if step.moves(unit, day)}
        unknown = [lost.pop(unit) for unit in sorted(lost) if step.moves(unit, day)]
        if not movers and not unknown:
            continue
        why = "; ".join(each.why for each in unknown) or _why_not(step, movers, rule)
        if why:
            units = step.targets
            amount = sum(movers.values())
            refused = Refused(
                reorganisation=step.reorganisation, units=units, sources=tuple(movers), amount=amount, why=why
            )
            lost |= dict.fromkeys(units, refused)
            told.append(refused)
        else:
            for unit, figure in movers.items():
                for heir, part in divided(figure, step.parts[unit] or ()).items():
                    held[heir] = held.get(heir, 0) + part
    return Carried(figures=held, refused=tuple(told))


def _why_not(step: Passage, movers: Mapping[str, int], rule: Carry) -> str:
    """Why figures cannot be carried through a reorganisation; empty if they can."""
    parts = {unit: step.parts[unit] for unit in movers}
    silent = [
        unit
        for unit, each in step.parts.items()
        if unit not in movers and {heir for heir, _ in each or ()} & _heirs_of(parts.values())
    ]
    if not step.targets:
        return "nobody took over"
    if rule == "none":
        return "carry='none'"
    if None in parts.values():
        return f"no key for {', '.join(step.targets)}"
    if rule == "sum" and any(len(each or ()) > 1 for each in parts.values()):
        return "carry='sum' divides nothing"
    return f"{', '.join(silent)} did not report" if silent else ""


def _heirs_of(parts: Iterable[tuple[tuple[str, int], ...] | None]) -> set[str]:
    return {heir for each in parts for heir, _ in each or ()}


def passages(
    reorganisations: Iterable[Reorganisation], tree: date, *, name: str | None = None
) -> tuple[Passage, ...]:
    """The way from any day to the tree of a day: forward through what came before it, then back through what came later."""
    ordered = sorted(reorganisations, key=lambda each: (each.day, each.id))
    forward = [passage(each, "forward", name=name) for each in ordered if each.day <= tree]
    back = [passage(each, "back", name=name) for each in reversed(ordered) if each.day > tree]
    return tuple(each for each in (*forward, *back) if each is not None)
