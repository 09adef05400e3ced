"""Targets go down: exact shares under floors, caps and agreements, then what is added on each edge.

At every node the children's shares and the node's reserve are the node's target; a child's target is its share plus what
is added for it, with a reason. Bounds first go up, so that a child's floor that its own children need is known above.
"""

from __future__ import annotations

from itertools import accumulate

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from partybuilding.domain.indicators import Addition, Agreement, Goal
from partybuilding.domain.snapshot import Snapshot
from partybuilding.engine.apportion import apportion
from partybuilding.engine.column import Column
from partybuilding.engine.tree import Tree
from partybuilding.errors import Infeasible, PlanProblem, Problem, Where
from partybuilding.extension.declarations import Cascade

UNBOUNDED = 2**62
"""A cap that binds nothing; sums of caps stop here."""
Amounts = NDArray[np.int64]


@frozen(kw_only=True, eq=False)
class Edges:
    """What people fixed for one indicator and year, over the tree: goals, reserves, agreements and additions."""

    goal: Column
    reserve: Amounts = field(repr=False)
    agreed: Column
    added: Amounts = field(repr=False)


@frozen(kw_only=True, eq=False)
class Cascaded:
    """What a cascade yields, over the tree: target = share + added; share is missing where a goal started."""

    target: Column
    share: Column
    reserve: Column


def edges(snapshot: Snapshot, tree: Tree, indicator: str, year: int) -> Edges:
    """Gather the goals, agreements and additions of an indicator in a year; those of other trees are not concerned."""
    n = tree.n
    goal, agreed = (
        Column(values=np.zeros(n, dtype=np.int64), known=np.zeros(n, dtype=bool)) for _ in range(2)
    )
    reserve, added = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for given in snapshot.of(Goal):
        at = tree.index.get(given.organisation)
        if at is not None and (given.indicator, given.year) == (indicator, year):
            reserve[at] = given.reserve
            if given.amount is not None:
                goal.values[at], goal.known[at] = given.amount, True
    for agreement in snapshot.of(Agreement):
        at = tree.index.get(agreement.organisation)
        if at is not None and (agreement.indicator, agreement.year) == (indicator, year):
            agreed.values[at], agreed.known[at] = agreement.amount, True
    for addition in snapshot.of(Addition):
        at = tree.index.get(addition.organisation)
        if at is not None and (addition.indicator, addition.year) == (indicator, year):
            added[at] += addition.amount
    return Edges(goal=goal, reserve=reserve, agreed=agreed, added=added)


def cascade(
    tree: Tree,
    declared: Cascade,
    given: Edges,
    *,
    weight: Column,
    floor: Column | None = None,
    cap: Column | None = None,
) -> Cascaded:
    """Hand a target down the tree, level by level.

    Raises:
        PlanProblem: a goal inside a running cascade, a missing or negative weight, all weights zero where that is refused.
        Infeasible: bounds that cannot be kept; the parent and the smallest conflicting set are named.
    """
    floors, caps = lifted(tree, given, floor, cap)
    target = Column(values=given.goal.values.copy(), known=given.goal.known.copy())
    share = Column(values=np.zeros(tree.n, dtype=np.int64), known=np.zeros(tree.n, dtype=bool))
    for start, stop in tree.levels[:-1]:
        parents = np.arange(start, stop)
        running = parents[target.known[start:stop] & (np.diff(tree.first[start : stop + 1]) > 0)]
        if running.size:
            below = _children(tree, running)
            _require_no_goal(tree, declared, given, below)
            share.values[below] = _shares(tree, declared, given, running, target, weight, (floors, caps))
            share.known[below] = True
            target.values[below] = share.values[below] + given.added[below]
            target.known[below] = True
    reserve = Column(values=np.where(target.known, given.reserve, 0), known=target.known.copy())
    return Cascaded(target=target, share=share, reserve=reserve)


def _children(tree: Tree, parents: Amounts) -> Amounts:
    """The children of some parents of one level, in order."""
    return np.concatenate([np.arange(tree.first[at], tree.first[at + 1]) for at in parents])


def _shares(
    tree: Tree,
    declared: Cascade,
    given: Edges,
    parents: Amounts,
    target: Column,
    weight: Column,
    bounds: tuple[Amounts, Amounts],
) -> Amounts:
    """The shares of the children of some parents of one level."""
    below = _children(tree, parents)
    sizes = tree.first[parents + 1] - tree.first[parents]
    first = np.concatenate([[0], np.cumsum(sizes)])
    _require_weights(tree, declared, weight, below, first)
    totals = target.values[parents] - given.reserve[parents]
    _require_room(tree, declared, given, parents, totals)
    floors, caps = bounds[0][below], bounds[1][below]
    bound = bool((floors > 0).any() or (caps < UNBOUNDED).any())
    try:
        if bound:
            return apportion(totals, weight.values[below], first, floors=floors, caps=caps)
        return apportion(totals, weight.values[below], first)
    except Infeasible as error:
        raise Infeasible(*_named(tree, declared, parents, totals, bounds)) from error


def lifted(tree: Tree, given: Edges, floor: Column | None, cap: Column | None) -> tuple[Amounts, Amounts]:
    """The least and the most share of every organisation, once its children's needs have come up."""
    floors = np.zeros(tree.n, dtype=np.int64) if floor is None else np.where(floor.known, floor.values, 0)
    caps = np.full(tree.n, UNBOUNDED) if cap is None else np.where(cap.known, cap.values, UNBOUNDED)
    floors = np.where(given.agreed.known, given.agreed.values, floors)
    caps = np.where(given.agreed.known, given.agreed.values, caps)
    for start, stop in reversed(tree.levels[:-1]):
        begin, end = int(tree.first[start]), int(tree.first[stop])
        parents = np.arange(start, stop)[np.diff(tree.first[start : stop + 1]) > 0]
        first = tree.first[parents] - begin
        kept = given.reserve[parents] - given.added[parents]
        needs = np.add.reduceat(floors[begin:end], first) + kept
        most = np.add.reduceat(np.minimum(caps[begin:end], UNBOUNDED >> 32), first) + kept
        open_ = np.logical_or.reduceat(caps[begin:end] >= UNBOUNDED, first)
        floors[parents] = np.maximum(floors[parents], needs)
        caps[parents] = np.minimum(caps[parents], np.where(open_, UNBOUNDED, most))
    return floors, caps


def _require_no_goal(tree: Tree, declared: Cascade, given: Edges, below: Amounts) -> None:
    inside = below[given.goal.known[below]]
    if inside.size:
        raise PlanProblem(
            *(
                Problem(
                    "goal-inside-cascade",
                    Where(record=declared.indicator, organisation=tree.ids[int(at)]),
                    f"{int(given.goal.values[at])} beside the target from {tree.ids[int(tree.parent[at])]}",
                    "no amount, only a reserve",
                    "Remove the amount, or agree a share with a reason.",
                )
                for at in inside
            )
        )


def _require_room(tree: Tree, declared: Cascade, given: Edges, parents: Amounts, totals: Amounts) -> None:
    short = np.flatnonzero(totals < 0)
    if short.size:
        raise Infeasible(
            *(
                Problem(
                    "reserve-above-target",
                    Where(record=declared.indicator, organisation=tree.ids[int(parents[at])]),
                    f"reserve {int(given.reserve[parents[at]])}",
                    f"at most {int(totals[at] + given.reserve[parents[at]])}",
                    "Lower the reserve.",
                )
                for at in short
            )
        )


def _require_weights(tree: Tree, declared: Cascade, weight: Column, below: Amounts, first: Amounts) -> None:
    wrong = below[~weight.known[below] | (weight.values[below] < 0)]
    problems = [
        Problem(
            "weight-missing",
            Where(record=declared.indicator, organisation=tree.ids[int(at)]),
            str(int(weight.values[at])) if weight.known[at] else "nothing",
            f"{declared.weight} of 0 or more",
            "Report the figure.",
        )
        for at in wrong
    ]
    if declared.zero == "refuse" and not problems:
        sums = np.add.reduceat(weight.values[below], first[:-1])
        problems = [
            Problem(
                "weights-zero",
                Where(record=declared.indicator, organisation=tree.ids[int(tree.parent[below[first[at]]])]),
                "0",
                f"a child with {declared.weight} above 0",
                "Report the figures, or agree the shares.",
            )
            for at in np.flatnonzero(sums == 0)
        ]
    if problems:
        raise PlanProblem(*problems)


def _named(
    tree: Tree, declared: Cascade, parents: Amounts, totals: Amounts, bounds: tuple[Amounts, Amounts]
) -> list[Problem]:
    """Every parent whose children's bounds cannot be kept, with the smallest set of children that conflict."""
    problems = []
    for parent, total in zip(parents.tolist(), totals.tolist(), strict=True):
        children = range(int(tree.first[parent]), int(tree.first[parent + 1]))
        for code, conflict in _conflicts([*children], total, bounds):
            named = ", ".join(f"{tree.ids[at]} {word} {amount}" for at, word, amount in conflict)
            where = Where(record=declared.indicator, organisation=tree.ids[parent])
            problems.append(
                Problem(
                    code,
                    where,
                    named,
                    f"a target of {total} to hand down",
                    "Change a bound, the reserve or the goal.",
                )
            )
    return problems


def _conflicts(
    children: list[int], total: int, bounds: tuple[Amounts, Amounts]
) -> list[tuple[str, list[tuple[int, str, int]]]]:
    """The smallest conflicting sets among some children: a floor above its cap, floors above, or caps below the total."""
    floors = {at: int(bounds[0][at]) for at in children}
    caps = {at: int(bounds[1][at]) for at in children}
    crossed = [at for at in children if floors[at] > caps[at]]
    if crossed:
        return [("floor-above-cap", [(at, "floor", floors[at]), (at, "cap", caps[at])]) for at in crossed]
    if sum(floors.values()) > total:
        largest = sorted(children, key=lambda each: (-floors[each], each))
        enough = next(
            count for count, held in enumerate(accumulate(floors[at] for at in largest), 1) if held > total
        )
        return [("floors-above-target", [(at, "floor", floors[at]) for at in largest[:enough]])]
    if sum(caps.values()) < total:
        return [("caps-below-target", [(at, "cap", caps[at]) for at in children])]
    return []
