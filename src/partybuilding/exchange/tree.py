"""The tree that organisations form on every line and day: one root, no circle, nobody outside the days of the parent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from attrs import frozen

from partybuilding.domain.organisations import TERRITORY, District
from partybuilding.errors import Problem
from partybuilding.exchange.references import days_of

if TYPE_CHECKING:
    from partybuilding.exchange.complaints import Complaints
    from partybuilding.exchange.lines import Line
    from partybuilding.timeline import Interval


@frozen(kw_only=True)
class Edge:
    """That a child stands under a parent on a line of the tree, for some days; and the row that says so."""

    child: str
    parent: str
    line: str
    days: Interval
    said: Line


@frozen(kw_only=True)
class Forest:
    """The organisations with the days of their versions, the edges of every line, and whose parents are unclear."""

    organisations: Mapping[str, tuple[tuple[Line, Interval], ...]]
    edges: tuple[Edge, ...]
    unclear: frozenset[str | None]


def check_tree(
    organisations: Iterable[Line],
    placements: Iterable[Line],
    district: District | None,
    complaints: Complaints,
) -> None:
    """Complain about everything that keeps the organisations from being a tree on every line.

    The root of the district is a root of its line even where it has nobody below it. That an organisation has one
    parent at a time is for its record to say.
    """
    lines, placed = tuple(organisations), tuple(placements)
    forest = _forest(lines, placed)
    root = None if district is None else district.root
    outside = (problem for edge in forest.edges for problem in _outside(edge, forest))
    orphans = () if forest.unclear else _orphans(lines, placed, root)
    for problem in (*outside, *orphans, *_circles(forest), *_roots(forest, district)):
        complaints.add(problem)


def _forest(organisations: Iterable[Line], placements: Iterable[Line]) -> Forest:
    """The forest of everything that could be read."""
    versions: dict[str, list[tuple[Line, Interval]]] = {}
    for line in organisations:
        days = days_of(line)
        if line.id is not None and days is not None:
            versions.setdefault(line.id, []).append((line, days))
    edges: list[Edge] = []
    unclear: set[str | None] = set()
    for said, child, name in _said(organisations, placements):
        parent, days = said.text("parent"), days_of(said)
        if child in versions and parent in versions and name is not None and days is not None:
            edges.append(Edge(child=child, parent=parent, line=name, days=days, said=said))
        elif parent is not None or said.broken:
            unclear.add(child)
    organised = {id_: tuple(each) for id_, each in versions.items()}
    return Forest(organisations=organised, edges=tuple(edges), unclear=frozenset(unclear))


def _said(
    organisations: Iterable[Line], placements: Iterable[Line]
) -> Iterator[tuple[Line, str | None, str | None]]:
    """Every row that places an organisation under another: the row, the child, the line of the tree."""
    yield from ((line, line.id, TERRITORY) for line in organisations)
    yield from ((line, line.text("organisation"), line.text("line")) for line in placements)


def _orphans(
    organisations: tuple[Line, ...], placements: tuple[Line, ...], root: str | None
) -> Iterator[Problem]:
    """An organisation stands under another on some line, or is the root of one."""
    somewhere = {root, *(line.text("organisation") for line in placements)}
    somewhere |= {line.text("parent") for line in (*organisations, *placements)}
    for line in organisations:
        if line.id not in somewhere and "parent" not in line.values and not line.broken:
            place, remedy = line.where("parent"), "Name the parent, or place it on a line in placements.csv."
            yield Problem("orphan", place, "nothing", "a parent on some line", remedy)


def _outside(edge: Edge, forest: Forest) -> Iterator[Problem]:
    """A child may stand under its parent only while there is the parent."""
    for _, days in forest.organisations[edge.child]:
        rest = days.intersection(edge.days)
        for _, held in sorted(forest.organisations[edge.parent], key=lambda each: each[1].starts or date.min):
            rest = None if rest is None else _after(rest, held)
        if rest is not None:
            parents = " ".join(str(held) for _, held in forest.organisations[edge.parent])
            remedy = "End the child with its parent, or place it under another one from that day."
            place = edge.said.where("parent")
            yield Problem("outside-parent", place, f"{edge.child} {rest}", f"{edge.parent} {parents}", remedy)
            return


def _after(days: Interval, held: Interval) -> Interval | None:
    """What is left of some days from the first one that a parent does not hold; None if it holds all of them."""
    shared = days.intersection(held)
    if shared is None or shared.starts != days.starts:
        return days
    return None if shared.ends == days.ends else type(days)(shared.ends, days.ends)


def _moments(forest: Forest) -> Iterator[tuple[date, tuple[Edge, ...]]]:
    """Every day on which the tree changes, with the edges of that day; the first day is the first of the calendar."""
    versions = (days for each in forest.organisations.values() for _, days in each)
    intervals = (*versions, *(edge.days for edge in forest.edges))
    days = {day for each in intervals for day in (each.starts, each.ends) if day is not None}
    for day in sorted({date.min, *days}):
        yield day, tuple(edge for edge in forest.edges if edge.days.contains(day))


def _circles(forest: Forest) -> Iterator[Problem]:
    """Nobody may stand below itself."""
    told: set[frozenset[str]] = set()
    for _, edges in _moments(forest):
        for name in sorted({edge.line for edge in edges}):
            above = {edge.child: edge for edge in edges if edge.line == name}
            for circle in _circles_of({child: edge.parent for child, edge in above.items()}):
                if circle not in told:
                    told.add(circle)
                    said = min((above[each].said for each in circle), key=lambda each: each.row)
                    read, remedy = " ".join(sorted(circle)), "Name another parent for one of them."
                    yield Problem("circle", said.where("parent"), read, "a tree", remedy)


def _circles_of(above: Mapping[str, str]) -> Iterator[frozenset[str]]:
    """The circles of a map from child to parent."""
    done: set[str] = set()
    for start in above:
        path: list[str] = []
        here: str | None = start
        while here is not None and here not in done:
            done.add(here)
            path.append(here)
            here = above.get(here)
        if here in path:
            yield frozenset(path[path.index(here) :])


def _roots(forest: Forest, district: District | None) -> Iterator[Problem]:
    """One root a line on every day: an organisation that has children and no parent.

    Where a row does not even tell which organisation it places, nobody can say who is a root.
    """
    if None in forest.unclear:
        return
    told: set[tuple[str, str]] = set()
    for day, edges in _moments(forest):
        for name in sorted({edge.line for edge in edges}):
            here = [edge for edge in edges if edge.line == name]
            first = {district.root} if district is not None and district.line == name else set()
            without = (
                ({edge.parent for edge in here} | first) - {edge.child for edge in here} - forest.unclear
            )
            alive = {
                id_
                for id_, versions in forest.organisations.items()
                if any(days.contains(day) for _, days in versions)
            }
            roots = sorted(without & alive, key=[*first, *forest.organisations].index)
            for root in roots[1:]:
                if (root, name) not in told:
                    told.add((root, name))
                    yield _second(root, roots[0], name, day, forest)


def _second(root: str, first: str, name: str, day: date, forest: Forest) -> Problem:
    said = next(line for line, _ in forest.organisations[root])
    since = "" if day == date.min else f" from {day}"
    expected = f"one root on the line {name}; {first} is one"
    remedy = "Name its parent, or put all under one organisation."
    return Problem("two-roots", said.where("parent"), f"{first} {root}{since}", expected, remedy)
