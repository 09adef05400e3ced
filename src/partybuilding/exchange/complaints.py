"""Every problem of an input, collected before anything is refused: a clerk mends a folder once, not a hundred times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from partybuilding.errors import InputProblem, PartybuildingError, Problem, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST = 1_000
"""More problems than anybody mends at once; reading stops there and says so."""


class Complaints:
    """The problems found so far, in the order of the files and their rows.

    >>> complaints = Complaints()
    >>> complaints.add(Problem("bad-day", Where(file="items.csv", row=3, column="due"), "20240101", "YYYY-MM-DD"))
    >>> complaints.refuse()
    Traceback (most recent call last):
    ...
    partybuilding.errors.InputProblem: file items.csv, row 3, column due: bad day: read 20240101; expected YYYY-MM-DD
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._found: list[Problem] = []

    def add(self, problem: Problem) -> None:
        """Take one more problem.

        Raises:
            InputProblem: all problems so far, if there are as many as are taken.
        """
        self._found.append(problem)
        if len(self._found) >= self._most:
            remedy = "Correct these first, then read the folder again."
            last = Problem("too-many-problems", Where(), str(self._most), "fewer", remedy)
            raise InputProblem(*_sorted(self._found), last)

    def take(self, error: PartybuildingError, where: Where, columns: Mapping[str, str] | None = None) -> None:
        """Take the problems of an error, moved to the reader's place.

        ``columns`` tells which column fills a field: a path to a field becomes the name of that column.
        """
        for problem in error.problems:
            head = (problem.where.path or "").partition(".")[0].partition("[")[0]
            column = problem.where.column or where.column or (columns or {}).get(head)
            place = evolve(
                problem.where,
                file=where.file or problem.where.file,
                row=where.row or problem.where.row,
                line=problem.where.line or where.line,
                column=column,
            )
            self.add(evolve(problem, where=place))

    def refuse(self) -> None:
        """Go on only if there was nothing to complain about.

        Raises:
            InputProblem: all problems.
        """
        if self._found:
            raise InputProblem(*_sorted(self._found))


def _sorted(problems: Iterable[Problem]) -> list[Problem]:
    """By file in the order in which they were found, then by row: as one walks through a spreadsheet."""
    given = list(problems)
    files = {file: place for place, file in reversed([*enumerate(each.where.file for each in given)])}
    return sorted(given, key=lambda each: (files[each.where.file], each.where.row or 0))
