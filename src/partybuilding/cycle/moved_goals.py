"""Goals, agreements and additions of units that end: added to those of their heirs, or divided by the key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from attrs import evolve

from partybuilding.cycle.handing_over import Handing, ended
from partybuilding.domain.indicators import Addition, Agreement, Goal

E = TypeVar("E", bound=Goal | Agreement | Addition)
Term = tuple[str, int, str]
"""Whose, of which year, of which indicator."""


def hand_goals_over(handing: Handing) -> None:
    """Hand over what targets are made of; a figure is added up or divided only as its indicator allows."""
    _hand_over(handing, handing.snapshot.of(Goal))
    _hand_over(handing, handing.snapshot.of(Agreement))
    _hand_over(handing, handing.snapshot.of(Addition))


def _hand_over(handing: Handing, edges: Sequence[E]) -> None:
    """End what hangs on units that end, and hand its figures over."""
    moved: dict[Term, list[tuple[E, E]]] = {}
    for edge in edges:
        if handing.hangs(edge):
            handing.records.append(ended(edge, handing.day))
            if handing.reason(edge):
                handing.tell(edge, reason=handing.reason(edge))
            for home, part in () if handing.reason(edge) else _parts(handing, edge):
                moved.setdefault((home, edge.year, edge.indicator), []).append((edge, part))
    _follow(handing, edges, moved)


def _follow(handing: Handing, edges: Sequence[E], moved: dict[Term, list[tuple[E, E]]]) -> None:
    """The records that follow, and which follows which."""
    followers: dict[str, list[str]] = {}
    for term, given in sorted(moved.items(), key=lambda each: each[0]):
        own = [each for each in edges if (each.organisation, each.year, each.indicator) == term]
        made = _together(handing, [*own, *(part for _, part in given)], term)
        handing.records.append(made)
        for edge, _ in given:
            followers.setdefault(edge.reference, []).append(made.reference)
    for edge in edges:
        if edge.reference in followers:
            handing.tell(edge, to=followers[edge.reference])


def _parts(handing: Handing, edge: E) -> Iterator[tuple[str, E]]:
    """What each heir gets."""
    after = handing.reorganisation.after
    if edge.reference in handing.given or len(after) <= 1:
        home = handing.heir(edge, edge.organisation)
        yield from [] if home is None else [(home, edge)]
        return
    figures = {
        name: handing.parts(edge.indicator, edge.organisation, value)
        for name in ("amount", "reserve")
        if (value := getattr(edge, name, None)) is not None
    }
    if handing.carry(edge.indicator) != "share" or None in figures.values():
        expected = f"an indicator with carry='share', and a key over {', '.join(after)}"
        remedy = "Say in the reorganisation who takes it over."
        handing.refuse("carry-refused", edge, edge.indicator, expected, remedy)
        return
    for home in after:
        amounts: dict[str, Any] = {name: parts[home] for name, parts in figures.items() if parts is not None}
        yield home, evolve(edge, **amounts)


def _together(handing: Handing, given: Sequence[E], term: Term) -> E:
    """Several of one unit as one; what the unit had already comes first and keeps its id."""
    first, (home, year, indicator) = given[0], term
    some = {each.amount is None for each in given}
    if len(given) > 1 and (handing.carry(indicator) == "none" or len(some) > 1):
        remedy = "Say in the reorganisation why one of them ends."
        for each in given:
            handing.refuse("carry-refused", each, indicator, "figures that may be added up", remedy)
    figures: dict[str, Any] = {}
    if some == {False}:
        figures["amount"] = sum(each.amount or 0 for each in given)
    if isinstance(first, Goal):
        figures["reserve"] = sum(each.reserve for each in given if isinstance(each, Goal))
    else:
        reasons = (each.reason for each in given if isinstance(each, Agreement | Addition))
        figures["reason"] = "；".join(dict.fromkeys(reasons))
    id_ = first.id if first.organisation == home else f"{year}/{home}/{indicator}"
    return evolve(first, id=id_, organisation=home, starts=handing.day, **figures)
