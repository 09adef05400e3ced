"""What a place declares about its letters: the words of their form, and the window in which they are signed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import field, frozen
from attrs.validators import optional

from partybuilding.domain.indicators import COMMON_YEAR
from partybuilding.domain.record import natural
from partybuilding.domain.standards import Declaration
from partybuilding.errors import Problem, RecordProblem, Where


@frozen(kw_only=True)
class LetterForm(Declaration):
    """The words that the letters of a place have in common; proposals take them over, and people may change them.

    ``scale`` names the grade scale whose cut points a letter prints. The nearest form wins: the deepest place, then the one
    that names kinds.

    >>> form = LetterForm(name="lab.letter", source="District plan", guidance=("以党建引领发展",), scale="lab.four")
    >>> form.safeguards
    ()
    """

    guidance: tuple[str, ...] = ()
    safeguards: tuple[str, ...] = ()
    method: str = ""
    scale: str
    rewards: tuple[str, ...] = ()
    accountability: tuple[str, ...] = ()


@frozen(kw_only=True)
class SigningWindow(Declaration):
    """From when until when the letters of a year are signed in a place: days of the year, the last one still in time.

    No national instrument names a last day, so a district says its own. ``revised_within`` is how many days after its first
    day a letter that was revised during the year must be signed; None asks nothing. The nearest window wins.

    Raises:
        RecordProblem: ``bad-date`` for days that not every year has, ``window-order`` for a window that closes before it
            opens; ``not-whole`` or ``negative`` for ``revised_within``.

    >>> window = SigningWindow(name="lab.signing", source="District plan", closes=(3, 31))
    >>> window.days(2026)
    (datetime.date(2026, 1, 1), datetime.date(2026, 3, 31))
    """

    opens: tuple[int, int] = (1, 1)
    closes: tuple[int, int]
    revised_within: int | None = field(default=None, validator=optional(natural))

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        problems = tuple(self._problems())
        if problems:
            raise RecordProblem(*problems)

    def _problems(self) -> Iterator[Problem]:
        where = Where(kind="signing window", record=self.name)
        bad = [given for given in (self.opens, self.closes) if not _is_day(given)]
        for given in bad:
            yield Problem("bad-date", where, str(given), "(month, day)", "Give a day that every year has.")
        if not bad and self.closes < self.opens:
            read, remedy = f"{self.opens} .. {self.closes}", "Let the window close after it opens."
            yield Problem("window-order", where, read, "opens before it closes", remedy)

    def days(self, year: int) -> tuple[date, date]:
        """The first and the last day of the window in a year."""
        return date(year, *self.opens), date(year, *self.closes)


def _is_day(given: tuple[int, int]) -> bool:
    """Whether there is such a day in every year."""
    try:
        date(COMMON_YEAR, *given)
    except (TypeError, ValueError):
        return False
    return True
