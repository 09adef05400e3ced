"""Rates: a share kept as numerator and denominator, compared by cross-multiplication, divided once at the end."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import total_ordering

from attrs import field, frozen

from partybuilding.errors import InputProblem, Problem, RecordProblem, Where
from partybuilding.money.amounts import shown
from partybuilding.money.roundings import Rounding, half_up

_RATE = re.compile(
    r"(-?(?:0|[1-9][0-9]{0,17}))/([1-9][0-9]{0,17})|(-?(?:0|[1-9][0-9]{0,17}))(?:\.([0-9]{1,18}))?(%?)",
    re.ASCII,
)
_PERCENT_PLACES = 4  # a longer percentage is easier to read as a fraction


@total_ordering
@frozen(eq=False)
class Rate:
    """A share of something, kept as the two whole numbers it was given as and never divided before the end.

    Two rates compare by cross-multiplication, so 1/2 equals 2/4 and no rounding can swap two places.

    Raises:
        RecordProblem: ``rate-not-whole`` for anything but whole numbers, ``rate-denominator`` for one below 1.

    >>> Rate(1, 3) < Rate(34, 100), Rate(1, 2) == Rate(2, 4)
    (True, True)
    """

    numerator: int = field()
    denominator: int = field()

    def __attrs_post_init__(self) -> None:
        if type(self.numerator) is not int or type(self.denominator) is not int:
            read = f"{self.numerator!r}/{self.denominator!r}"
            remedy = 'Write Rate(1, 8) or Rate.of("12.5%").'
            raise RecordProblem(
                Problem("rate-not-whole", Where(kind="rate"), read, "two whole numbers", remedy)
            )
        if self.denominator < 1:
            remedy = "Put the sign into the numerator."
            raise RecordProblem(
                Problem(
                    "rate-denominator",
                    Where(kind="rate"),
                    str(self.denominator),
                    "a denominator from 1 up",
                    remedy,
                )
            )

    @classmethod
    def of(cls, text: str, *, where: Where | None = None) -> Rate:
        """Read a rate from text, exactly: a decimal, a fraction or a percentage.

        Raises:
            InputProblem: ``bad-rate``.

        >>> Rate.of("0.005"), Rate.of("1/3"), Rate.of("12.5%")
        (Rate(numerator=5, denominator=1000), Rate(numerator=1, denominator=3), Rate(numerator=125, denominator=1000))
        """
        found = _RATE.fullmatch(text) if type(text) is str else None
        if found is None:
            expected = "a rate such as 0.005, 1/3 or 12.5%"
            raise InputProblem(
                Problem("bad-rate", where or Where(), repr(text)[:80], expected, "Write it as text, exactly.")
            )
        if found[2] is not None:
            return cls(int(found[1]), int(found[2]))
        decimals = found[4] or ""
        return cls(int(found[3] + decimals), 10 ** len(decimals) * (100 if found[5] else 1))

    def text(self) -> str:
        """The rate for people: an exact percentage where a short one exists, else the fraction as it was given.

        >>> Rate(1, 200).text(), Rate(2, 3).text()
        ('0.5%', '2/3')
        """
        scale = int(10**_PERCENT_PLACES)
        steps = Fraction(self.numerator * 100 * scale, self.denominator)
        return (
            f"{shown(steps.numerator, scale)}%"
            if steps.denominator == 1
            else f"{self.numerator}/{self.denominator}"
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rate):
            return NotImplemented
        return self.numerator * other.denominator == other.numerator * self.denominator

    def __lt__(self, other: Rate) -> bool:
        if not isinstance(other, Rate):
            return NotImplemented
        return self.numerator * other.denominator < other.numerator * self.denominator

    def __hash__(self) -> int:
        return hash(Fraction(self.numerator, self.denominator))


def portion(base: int, rate: Rate, *, rounding: Rounding = half_up) -> int:
    """A share of an amount, divided once and rounded by name.

    >>> from partybuilding.money import down
    >>> portion(20_000_001, Rate.of("0.5%")), portion(68_212_207, Rate(1, 3), rounding=down)
    (100000, 22737402)
    """
    return rounding(base * rate.numerator, rate.denominator)
