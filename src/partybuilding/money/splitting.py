"""A total split over children so that nothing is lost: the plain definition that the engine must equal."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Literal

from attrs import frozen

from partybuilding.errors import Infeasible, Problem, RecordProblem, Where

Bounds = Sequence[int | None]
"""One floor or cap for each child; None is no bound."""


@frozen(kw_only=True)
class Conflict:
    """The smallest set of children whose bounds cannot be kept together, by their positions among the siblings.

    ``bounds`` are the bounds of these children in the order of ``positions``, or floor and cap of a single child.
    ``group`` is the number of the sibling group where many are split at once.
    """

    code: Literal["floor-above-cap", "floors-above-total", "caps-below-total"]
    total: int
    positions: tuple[int, ...]
    bounds: tuple[int, ...]
    group: int | None = None

    def problem(self) -> Problem:
        """The conflict in words; positions count from 0."""
        group = "" if self.group is None else f"[{self.group}]"
        where = Where(path=f"{group}[{', '.join(map(str, self.positions))}]")
        if self.code == "floor-above-cap":
            floor, cap = self.bounds
            return Problem(
                self.code, where, f"{floor} > {cap}", f"<= {cap}", "Lower the floor or raise the cap."
            )
        read = f"{' + '.join(map(str, self.bounds))} = {sum(self.bounds)}"
        if self.code == "floors-above-total":
            return Problem(self.code, where, read, f"<= {self.total}", "Lower a floor or raise the total.")
        return Problem(self.code, where, read, f">= {self.total}", "Raise a cap or lower the total.")


class BoundsConflict(Infeasible):
    """Bounds that no split can keep; ``conflicts`` names the children, for whoever knows their names."""

    def __init__(self, *conflicts: Conflict) -> None:
        super().__init__(*(each.problem() for each in conflicts))
        self.conflicts: tuple[Conflict, ...] = conflicts


def bounds_conflict(total: int, floors: Bounds, caps: Bounds) -> Conflict | None:
    """The smallest set of bounds that cannot be kept with a total, or None if all can.

    A share never has the other sign than the total, so a floor below zero (under a total from zero up) does not bind.
    """
    if total >= 0:
        return _conflict(total, floors, caps)
    found = _conflict(-total, _negated(caps), _negated(floors))
    if found is None:
        return None
    bounds = tuple(-bound for bound in found.bounds)
    if found.code == "floor-above-cap":
        return Conflict(code=found.code, total=total, positions=found.positions, bounds=bounds[::-1])
    code: Literal["floors-above-total", "caps-below-total"] = (
        "caps-below-total" if found.code == "floors-above-total" else "floors-above-total"
    )
    return Conflict(code=code, total=total, positions=found.positions, bounds=bounds)


def _conflict(total: int, floors: Bounds, caps: Bounds) -> Conflict | None:
    lows = [max(floor or 0, 0) for floor in floors]
    highs = [cap for cap in caps if cap is not None]
    for position, (low, cap) in enumerate(zip(lows, caps, strict=True)):
        if cap is not None and low > cap:
            return Conflict(code="floor-above-cap", total=total, positions=(position,), bounds=(low, cap))
    if sum(lows) > total:  # the largest floors first: no smaller set exceeds the total
        order = sorted(range(len(lows)), key=lambda position: (-lows[position], position))
        needed = 1 + next(i for i, so_far in enumerate(accumulate(lows[p] for p in order)) if so_far > total)
        positions = tuple(sorted(order[:needed]))
        bounds = tuple(lows[position] for position in positions)
        return Conflict(code="floors-above-total", total=total, positions=positions, bounds=bounds)
    if (
        len(highs) == len(lows) and sum(highs) < total
    ):  # without any one of them the others could take the rest
        return Conflict(
            code="caps-below-total", total=total, positions=tuple(range(len(lows))), bounds=tuple(highs)
        )
    return None


def split(
    total: int, weights: Sequence[int], *, floors: Bounds | None = None, caps: Bounds | None = None
) -> tuple[int, ...]:
    """Split a total over children by weight so that the parts are whole and sum exactly to it.

    Each part is the proportional share clamped to its floor and cap; what rounding leaves goes to the largest
    remainders among the unclamped, ties by position. Children without weight get their floor, and more (in equal
    shares) only if all others stand at their caps; if nobody has weight, all share equally. A negative total is the
    mirror image, so that a reversal is the exact opposite. This is the plain definition that the engine must equal.

    Raises:
        BoundsConflict: the smallest set of bounds that cannot be kept (it is an ``Infeasible``).
        Infeasible: ``nobody-to-share``, a total other than 0 and no children.
        RecordProblem: ``negative-weight``.

    >>> sum(split(100, [1] * 12)), split(10, [1, 1, 1]), split(100, [1, 1, 2], floors=[40, 0, 0])
    (100, (4, 3, 3), (40, 20, 40))
    """
    lows = [None] * len(weights) if floors is None else floors
    highs = [None] * len(weights) if caps is None else caps
    _check_weights(total, weights)
    found = bounds_conflict(total, lows, highs)
    if found is not None:
        raise BoundsConflict(found)
    if total < 0:
        mirrored = _split(-total, weights, _negated(highs), _negated(lows))
        return tuple(-share for share in mirrored)
    return tuple(_split(total, weights, lows, highs))


def _check_weights(total: int, weights: Sequence[int]) -> None:
    wrong = [
        Problem(
            "negative-weight",
            Where(path=f"[{position}]"),
            str(weight),
            "0 or more",
            "Correct the weight.",
        )
        for position, weight in enumerate(weights)
        if weight < 0
    ]
    if wrong:
        raise RecordProblem(*wrong)
    if not weights and total:
        remedy = "Keep the amount as a reserve, or add an organisation below."
        raise Infeasible(Problem("nobody-to-share", Where(), str(total), "somebody to share it", remedy))


def _negated(bounds: Bounds) -> list[int | None]:
    return [None if bound is None else -bound for bound in bounds]


def _split(total: int, weights: Sequence[int], floors: Bounds, caps: Bounds) -> list[int]:
    lows = [max(floor or 0, 0) for floor in floors]
    highs = [total if cap is None else min(cap, total) for cap in caps]
    return _clamped(total, list(zip(weights, lows, highs, strict=True)))


def _clamped(total: int, children: list[tuple[int, int, int]]) -> list[int]:
    """The share of each child (weight, low, high): the multiple of the weights, clamped, that sums to the total."""

    def level(multiple: Fraction) -> Fraction:
        """What the children get together at a multiple: never less at a greater one."""
        return sum((_clamp(multiple * weight, low, high) for weight, low, high in children), Fraction(0))

    points = sorted({Fraction(bound, weight) for weight, *bounds in children if weight for bound in bounds})
    below = bisect_right(points, Fraction(total), key=level)
    multiple = points[below - 1] if below else Fraction(0)
    free = {
        i: weight
        for i, (weight, low, high) in enumerate(children)
        if low <= multiple * weight < high and weight
    }
    shares = [int(_clamp(multiple * weight, low, high)) for weight, low, high in children]
    rest = total - sum(share for i, share in enumerate(shares) if i not in free)
    if free:
        for i, share in _largest_remainder(rest, free).items():
            shares[i] = share
    elif rest:  # whoever has weight stands at the cap: those without weight share what is left, equally
        return _clamped(
            total, [(0, high, high) if weight else (1, low, high) for weight, low, high in children]
        )
    return shares


def _clamp(value: Fraction, low: int, high: int) -> Fraction:
    return min(max(value, Fraction(low)), Fraction(high))


def _largest_remainder(total: int, weights: Mapping[int, int]) -> dict[int, int]:
    together = sum(weights.values())
    shares = {i: total * weight // together for i, weight in weights.items()}
    order = sorted(weights, key=lambda i: (-(total * weights[i] % together), i))
    for i in order[: total - sum(shares.values())]:
        shares[i] += 1
    return shares
