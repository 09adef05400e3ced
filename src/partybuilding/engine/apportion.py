"""A target split over children, for many sibling groups at once and exactly: the fast form of ``money.split``.

The definition is :func:`partybuilding.money.split`; here it runs on arrays. Groups of (nearly) one size are laid side by
side as rows of a block, so that every step is one array operation over thousands of groups, and a block is small
enough for the cache. The total is first reduced modulo the sum of weights: then only that sum times the largest weight
matters, never the total. Where even that product leaves 64 bits, an estimate finds the quotient and the remainder is
taken modulo 2**64, where it is exact. The few groups beyond that go through the definition itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.money import BoundsConflict, Conflict, split

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

NO_FLOOR = -(2**63)
"""The floor of a child that has none."""
NO_CAP = 2**63 - 1
"""The cap of a child that has none."""

_ROOM = 2**63  # a product that stays below is exact in 64 bits
_LARGE_TOTAL = 2**62  # from here on sums of bounds could leave 64 bits
_LARGE_WEIGHTS = 2**55  # up to here the estimate of the wide path errs so little that its remainder is exact
_BLOCK = 2**16  # cells of a block: small enough for the cache, large enough to forget the cost of a call
_COMMON = 256  # a size that so many groups share gets blocks of its own, without padding


def apportion(
    totals: Whole, weights: Whole, first: Whole, *, floors: Whole | None = None, caps: Whole | None = None
) -> Whole:
    """Split each group's total over its children by weight, so that the shares sum exactly to it.

    ``first`` holds, for each group, the position of its first child, and at the end the number of children; ``totals``
    has one number a group, ``weights``, ``floors`` and ``caps`` one a child. ``NO_FLOOR`` and ``NO_CAP`` bind nothing; a
    floor equal to its cap is a lock. Ties go to the child that stands first. A group without children hands nothing
    down: who has nobody below keeps the amount.

    Raises:
        BoundsConflict: every group whose bounds cannot be kept, each with its smallest conflicting set (an ``Infeasible``).
        RecordProblem: ``negative-weight``; ``groups-not-contiguous``.
        TypeError: floats, or whole numbers of a kind that may not fit 64 bits with a sign.

    >>> apportion(np.array([10, 100]), np.array([1, 1, 1, 3, 1]), np.array([0, 3, 5])).tolist()
    [4, 3, 3, 75, 25]
    """
    task = _Task(
        totals=_whole(totals),
        weights=_whole(weights),
        first=_whole(first),
        floors=None if floors is None else _whole(floors),
        caps=None if caps is None else _whole(caps),
    )
    task.check()
    shares = np.zeros(len(task.weights), dtype=np.int64)
    defined = task.beyond()
    for block in task.blocks(~defined & (task.sizes > 0)):
        defined[block.groups[block.impossible()]] = True
        shares[block.index[block.inside]] = block.shares()[block.inside]
    _by_definition(task, np.flatnonzero(defined), shares)
    return shares


def _whole(given: Whole) -> Whole:
    return np.asarray(given).astype(np.int64, casting="safe", copy=False)


def _by_definition(task: _Task, groups: Whole, shares: Whole) -> None:
    """Split single groups by the definition: those beyond 64 bits, and those whose conflict is to be named."""
    conflicts: list[Conflict] = []
    for group in groups.tolist():
        try:
            shares[task.first[group] : task.first[group + 1]] = task.defined(group)
        except BoundsConflict as error:
            conflicts += (evolve(each, group=group) for each in error.conflicts)
    if conflicts:
        raise BoundsConflict(*conflicts)


@frozen(kw_only=True, eq=False)
class _Task:
    """All groups of one call."""

    totals: Whole
    weights: Whole
    first: Whole
    floors: Whole | None
    caps: Whole | None

    @property
    def sizes(self) -> Whole:
        """How many children each group has."""
        return np.diff(self.first)

    def check(self) -> None:
        """Refuse groups that do not tile the children, and negative weights, all by their positions."""
        n = len(self.weights)
        given = [each for each in (self.floors, self.caps) if each is not None]
        ends = (int(self.first[0]), int(self.first[-1])) if len(self.first) else (-1, -1)
        if (
            len(self.first) != len(self.totals) + 1
            or ends != (0, n)
            or (self.sizes < 0).any()
            or any(len(each) != n for each in given)
        ):
            read = f"{len(self.first)}: {ends[0]} .. {ends[1]}"
            expected = f"{len(self.totals) + 1} starts from 0 to {n}, and as many bounds as weights"
            remedy = "Give one start a group and the number of children at the end."
            raise RecordProblem(
                Problem("groups-not-contiguous", Where(kind="apportionment"), read, expected, remedy)
            )
        negative = np.flatnonzero(self.weights < 0).tolist()
        if negative:
            remedy = "Correct the weight."
            raise RecordProblem(
                *(
                    Problem(
                        "negative-weight", Where(path=f"[{at}]"), str(self.weights[at]), "0 or more", remedy
                    )
                    for at in negative
                )
            )

    def beyond(self) -> Truth:
        """The groups that 64 bits cannot serve: a huge total, or huge weights together."""
        together = np.zeros(len(self.totals))
        some = self.sizes > 0
        if some.any():
            together[some] = np.add.reduceat(self.weights.astype(np.float64), self.first[:-1][some])
        huge = (self.totals >= _LARGE_TOTAL) | (self.totals <= -_LARGE_TOTAL) | (together >= _LARGE_WEIGHTS)
        return huge & some

    def defined(self, group: int) -> tuple[int, ...]:
        """One group by the definition, in Python's own whole numbers."""
        children = slice(int(self.first[group]), int(self.first[group + 1]))
        floors = (
            None
            if self.floors is None
            else [_bound(each, NO_FLOOR) for each in self.floors[children].tolist()]
        )
        caps = None if self.caps is None else [_bound(each, NO_CAP) for each in self.caps[children].tolist()]
        return split(int(self.totals[group]), self.weights[children].tolist(), floors=floors, caps=caps)

    def blocks(self, wanted: Truth) -> Iterator[_Block]:
        """The wanted groups as blocks: exact where a size is common, else padded to the next power of two."""
        groups = np.flatnonzero(wanted)
        if not groups.size:
            return
        sizes = self.sizes[groups]
        power = np.left_shift(1, np.ceil(np.log2(sizes)).astype(np.int64))
        widths = np.where(np.bincount(sizes)[sizes] >= _COMMON, sizes, power)
        for width in np.unique(widths).tolist():
            alike = groups[widths == width]
            step = max(1, _BLOCK // width)
            for start in range(0, len(alike), step):
                yield self._block(alike[start : start + step], width)

    def _block(self, groups: Whole, width: int) -> _Block:
        slots = np.arange(width)
        inside = slots < self.sizes[groups][:, np.newaxis]
        index = np.where(inside, self.first[groups][:, np.newaxis] + slots, 0)
        totals = self.totals[groups]
        return _Block(
            groups=groups,
            index=index,
            inside=inside,
            sign=np.where(totals < 0, -1, 1)[:, np.newaxis],
            totals=np.abs(totals),
            weights=np.where(inside, self.weights[index], 0),
            floors=None if self.floors is None else self.floors[index],
            caps=None if self.caps is None else self.caps[index],
        )


def _bound(value: int, none: int) -> int | None:
    return None if value == none else value


@frozen(kw_only=True, eq=False)
class _Block:
    """Groups side by side: a row a group, a column a child; ``inside`` is false where a row is padded.

    ``totals`` are magnitudes and ``sign`` what they had: a negative total is the mirror image.
    """

    groups: Whole
    index: Whole
    inside: Truth
    sign: Whole
    totals: Whole
    weights: Whole
    floors: Whole | None
    caps: Whole | None

    def bounds(self) -> tuple[Whole, Whole]:
        """The least and the most magnitude of each share, both cut just above the total, where they stop mattering."""
        most = self.totals[:, np.newaxis] + 1
        floors = (
            np.broadcast_to(-most, self.inside.shape)
            if self.floors is None
            else np.clip(self.floors, -most, most)
        )
        caps = (
            np.broadcast_to(most, self.inside.shape) if self.caps is None else np.clip(self.caps, -most, most)
        )
        mirrored = self.sign < 0
        low, high = np.where(mirrored, -caps, floors), np.where(mirrored, -floors, caps)
        return np.where(self.inside, np.maximum(low, 0), 0), np.where(self.inside, high, 0)

    def impossible(self) -> Truth:
        """The rows whose bounds cannot be kept."""
        if self.floors is None and self.caps is None:
            return np.zeros(len(self.totals), dtype=np.bool_)
        low, high = self.bounds()
        crossed: Truth = np.logical_or.reduce(low > high, axis=1)
        return crossed | _exceed(low, self.totals) | _fall_short(high, self.totals)

    def shares(self) -> Whole:
        """The share of each child; what a padded column holds means nothing."""
        if self.floors is None and self.caps is None:
            return self.sign * _proportional(self.totals, _some_weight(self.weights, self.inside))
        low, high = self.bounds()
        return self.sign * _clamped(
            self.totals, self.weights, low, np.minimum(high, self.totals[:, np.newaxis])
        )


# --- rows: a row a group, a column a child -----------------------------------------------------------------------


def _exceed(values: Whole, totals: Whole) -> Truth:
    """The rows whose sum is above the total; a sum that leaves 64 bits is seen by its rough size."""
    found: Truth = (values.sum(axis=1, dtype=np.float64) > 1.5 * _LARGE_TOTAL) | (values.sum(axis=1) > totals)
    return found


def _fall_short(values: Whole, totals: Whole) -> Truth:
    """The rows whose sum is below the total."""
    found: Truth = (values.sum(axis=1, dtype=np.float64) < 1.5 * _LARGE_TOTAL) & (values.sum(axis=1) < totals)
    return found


def _divided(amounts: Whole, weights: Whole, together: Whole) -> tuple[Whole, Whole]:
    """Quotient and remainder of amounts x weights / together, exactly; weights are at most what they are together."""
    whole, part = np.divmod(amounts, together)
    if int(together.max()) * int(weights.max()) < _ROOM:
        product = part * weights
        quotient = product // together
        return whole * weights + quotient, product - quotient * together
    guess = (part.astype(np.float64) * weights / together).astype(np.int64)
    rest = part * weights - guess * together  # both wrap, their difference is small and true
    missed = rest // together
    return whole * weights + guess + missed, rest - missed * together


def _proportional(totals: Whole, weights: Whole) -> Whole:
    """Proportional shares, what rounding leaves given to the largest remainders, ties to the first."""
    together = np.maximum(weights.sum(axis=1, keepdims=True), 1)
    shares, rest = _divided(totals[:, np.newaxis], weights, together)
    left = totals - shares.sum(axis=1)
    if left.any():
        order = np.argsort(-rest, axis=1, kind="stable")
        gains = np.arange(weights.shape[1]) < left[:, np.newaxis]
        np.put_along_axis(shares, order, np.take_along_axis(shares, order, axis=1) + gains, axis=1)
    return shares


def _clamped(totals: Whole, weights: Whole, low: Whole, high: Whole) -> Whole:
    """Proportional shares within bounds that can be kept: fix who must stand at a bound, share the rest, repeat.

    Who has no weight gets more than the floor only in rows where all others at their caps do not reach the total.
    """
    weighty = weights > 0
    beyond = _fall_short(np.where(weighty, high, low), totals)[:, np.newaxis]
    low = np.where(beyond & weighty, high, low)
    weights = np.where(beyond, ~weighty, weights)
    fixed, rest, free = np.zeros_like(low), totals.copy(), np.ones(low.shape, dtype=np.bool_)
    rows = np.arange(len(totals))
    while rows.size:
        found, at = _to_fix(
            rest[rows], np.where(free[rows], weights[rows], 0), free[rows], (low[rows], high[rows])
        )
        fixed[rows] += at
        rest[rows] -= at.sum(axis=1)
        free[rows] &= ~found
        rows = rows[found.any(axis=1)]
    return fixed + _proportional(rest, np.where(free, weights, 0))


def _to_fix(rest: Whole, weights: Whole, free: Truth, bounds: tuple[Whole, Whole]) -> tuple[Truth, Whole]:
    """Who among the free must stand at a bound whatever the others do, and the bound (0 for all others).

    If clamping now would hand out too much, whoever was raised to a floor stays there in the end; if too little, whoever
    was cut to a cap; if neither, both.
    """
    low, high = bounds
    together = np.maximum(weights.sum(axis=1, keepdims=True), 1)
    share, part = _divided(rest[:, np.newaxis], weights, together)
    under, over = free & (share < low), free & (share + (part > 0) > high)
    at = np.where(under, low, high)
    held = np.where(under | over, at, 0).sum(axis=1, keepdims=True)
    moved = np.where(under | over, weights, 0).sum(axis=1, keepdims=True)
    level, above = _divided(rest[:, np.newaxis], moved, together)
    too_much, too_little = held > level, (held < level) | ((held == level) & (above > 0))
    found = (under & ~too_little) | (over & ~too_much)
    return found, np.where(found, at, 0)


def _some_weight(weights: Whole, inside: Truth) -> Whole:
    """The weights, and in rows where nobody has any, one for each child."""
    nobody = ~weights.any(axis=1, keepdims=True)
    return np.where(nobody, inside, weights)
