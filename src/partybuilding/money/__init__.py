"""Exact amounts: fen, rates, the named roundings, and a total split so that nothing is lost.

Nothing here knows a float. A rate is kept as numerator and denominator and divided once, at the end, by one function
with a named rounding; amounts are whole numbers of the smallest unit and are shown exactly.
"""

from partybuilding.money.amounts import scaled, show_yuan, shown, yuan
from partybuilding.money.rates import Rate, portion
from partybuilding.money.roundings import ROUNDINGS, Rounding, RoundingName, divide, down, half_up, up
from partybuilding.money.splitting import Bounds, BoundsConflict, Conflict, bounds_conflict, split

__all__ = [
    "ROUNDINGS",
    "Bounds",
    "BoundsConflict",
    "Conflict",
    "Rate",
    "Rounding",
    "RoundingName",
    "bounds_conflict",
    "divide",
    "down",
    "half_up",
    "portion",
    "scaled",
    "show_yuan",
    "shown",
    "split",
    "up",
    "yuan",
]
