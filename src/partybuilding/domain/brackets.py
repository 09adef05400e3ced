"""Tables of brackets: up to this limit, this figure, as instruments write their steps."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from attrs import field, frozen

from partybuilding.errors import Problem, RecordProblem, Where

WHOLE = 2**63


def _rows(rows: object) -> object:
    """Take rows given as lists (from a file) as the tuples they mean; anything else is left for the check."""
    if isinstance(rows, list | tuple):
        return tuple(tuple(row) if isinstance(row, list) else row for row in rows)
    return rows


@frozen
class Brackets:
    """A table of steps: each row says up to which limit (inclusive) its figure holds; the last row has no limit.

    The figure belongs to the whole amount, not to the part above the limit: a wage of 3000 yuan pays 0.5 % of all of
    it, and one fen more pays 1 % of all of it. Limits and figures are whole numbers in the smallest unit; limits
    ascend. Because the last row is open, every amount has a figure.

    Raises:
        RecordProblem: ``bad-brackets`` if there is no row, a limit does not ascend, the last row has a limit, or
            something is no whole number of 64 bits.

    >>> dues = Brackets(((300_000, 50), (500_000, 100), (1_000_000, 150), (None, 200)))   # fen; ten-thousandths
    >>> dues.figure(300_000), dues.figure(300_001), dues.figure(99_000_000)
    (50, 100, 200)
    """

    rows: tuple[tuple[int | None, int], ...] = field(converter=_rows)

    def __attrs_post_init__(self) -> None:
        found = _complaints(self.rows)
        if found:
            raise RecordProblem(*found)

    @property
    def limits(self) -> tuple[int, ...]:
        """The upper limits (inclusive), without the open end."""
        return tuple(limit for limit, _ in self.rows if limit is not None)

    @property
    def figures(self) -> tuple[int, ...]:
        """The figures, one more than there are limits."""
        return tuple(figure for _, figure in self.rows)

    def figure(self, amount: int) -> int:
        """The figure of the first row whose limit is not below the amount."""
        return self.figures[bisect_left(self.limits, amount)]


def _complaints(rows: object) -> list[Problem]:
    """Everything that is wrong with the rows; order is looked at only when every row has its shape."""
    if not isinstance(rows, tuple) or not rows:
        return [_problem(Where(path="rows"), repr(rows), "at least one row (limit, figure)")]
    found = [
        _problem(Where(path=f"rows[{place}]"), repr(row), "(limit, figure), both whole numbers of 64 bits")
        for place, row in enumerate(rows)
        if not _is_row(row)
    ]
    return found or _disorder(rows)


def _is_row(row: object) -> bool:
    """Whether a row is a pair of an optional limit and a figure."""
    if not isinstance(row, tuple) or len(row) != len(("limit", "figure")):
        return False
    limit, figure = row
    return (limit is None or _is_whole(limit)) and _is_whole(figure)


def _is_whole(value: object) -> bool:
    """Whether a value is exactly a whole number of 64 bits (a truth value is none)."""
    return type(value) is int and -WHOLE <= value < WHOLE


def _disorder(rows: tuple[tuple[int | None, int], ...]) -> list[Problem]:
    """What is wrong with the order of well-formed rows."""
    found = []
    if rows[-1][0] is not None:
        found.append(
            _problem(Where(path=f"rows[{len(rows) - 1}]"), str(rows[-1][0]), "no limit in the last row")
        )
    for place, ((lower, _), (upper, _)) in enumerate(pairwise(rows), start=1):
        if lower is None:
            found.append(
                _problem(Where(path=f"rows[{place - 1}]"), "no limit", "a limit in every row but the last")
            )
        elif upper is not None and upper <= lower:
            found.append(_problem(Where(path=f"rows[{place}]"), str(upper), f"a limit above {lower}"))
    return found


def _problem(where: Where, read: str, expected: str) -> Problem:
    return Problem(
        "bad-brackets", where, read, expected, "Write the rows in ascending order, the last one open."
    )
