"""Official codes as people write them: a code means an organisation in one scheme, in the days of the figure, and nothing else.

Two lists give the same digits to different streets, and one list gives them to another street from some day on. So a
code is looked up with its scheme and with days; what it meant in other days, or in another scheme, never counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import field, frozen

from partybuilding.errors import InputProblem, Problem, Where
from partybuilding.exchange.references import days_of
from partybuilding.extension.names import nearest
from partybuilding.timeline import Interval

if TYPE_CHECKING:
    from partybuilding.exchange.lines import Lines

Bearers = tuple[tuple[Interval, str], ...]
"""Who bore a code in which days."""


@frozen(kw_only=True)
class Codes:
    """Who bore which code in which scheme and days; ``complete`` unless rows of the file could not be read.

    >>> jincheng = (Interval(), "jincheng")
    >>> codes = Codes(bearers={("stats", "230112001"): (jincheng,)})
    >>> from datetime import date
    >>> codes.bearer("stats", "230112001", Interval(date(2026, 1, 1), date(2026, 4, 1)))
    'jincheng'
    """

    bearers: Mapping[tuple[str, str], Bearers] = field(repr=False)
    complete: bool = True

    def bearer(self, scheme: str, code: str, days: Interval) -> str | None:
        """The organisation that bore a code in these days; None if that cannot be told because rows could not be read.

        Raises:
            InputProblem: ``unknown-scheme``; ``unknown-code`` in these days; ``ambiguous-code``, when the code went from
                one organisation to another within the days, or two bear it at once.
        """
        if not self.complete:
            return None
        found = {id_ for held, id_ in self.bearers.get((scheme, code), ()) if held.overlaps(days)}
        if not found:
            raise InputProblem(self._unknown(scheme, code, days))
        if len(found) > 1:
            read, expected = f"{scheme} {code}, {_shown(days)}", f"one of {', '.join(sorted(found))}"
            remedy = "Name the organisation by its id, or report the days before and after the change apart."
            raise InputProblem(Problem("ambiguous-code", Where(column="code"), read, expected, remedy))
        return found.pop()

    def _unknown(self, scheme: str, code: str, days: Interval) -> Problem:
        schemes = sorted({each for each, _ in self.bearers})
        if scheme not in schemes:
            expected, remedy = ", ".join(schemes) or "a scheme of aliases.csv", "Name the list of the code."
            return Problem("unknown-scheme", Where(column="scheme"), scheme, expected, remedy)
        borne = {
            each
            for (listed, each), held in self.bearers.items()
            if listed == scheme and any(one.overlaps(days) for one, _ in held)
        }
        expected = nearest(code, borne) or "a code of aliases.csv in these days"
        remedy = "Correct the code, or add it with its days to aliases.csv."
        return Problem(
            "unknown-code", Where(column="code"), f"{scheme} {code}, {_shown(days)}", expected, remedy
        )


def codes_of(aliases: Lines) -> Codes:
    """The codes that the lines of ``aliases.csv`` give."""
    found: dict[tuple[str, str], list[tuple[Interval, str]]] = {}
    complete = aliases.complete
    for line in aliases.lines:
        days, bearer = days_of(line), line.text("organisation")
        scheme, code = line.text("scheme"), line.text("code")
        if days is None or bearer is None or scheme is None or code is None:
            complete = False
        else:
            found.setdefault((scheme, code), []).append((days, bearer))
    return Codes(bearers={key: tuple(held) for key, held in found.items()}, complete=complete)


def _shown(days: Interval) -> str:
    return f"{days.starts} .. {days.ends}"
