"""Assessment schemes (考核方案) and grade scales: how many points an indicator is worth, and what a total means.

An indicator carries no weight of its own: it is computed everywhere and scored only where a scheme lists it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import field, frozen

from partybuilding.domain.record import as_read, is_whole, natural, repeated
from partybuilding.domain.standards import Declaration, point
from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.labels import Label
from partybuilding.money import scaled, shown


def ten_thousandths(given: str | int) -> int:
    """Points as people write them ("12.5") as ten-thousandths; a whole number is taken as it is (attrs converter).

    Raises:
        InputProblem: ``bad-number``, ``too-many-decimals``.

    >>> ten_thousandths("12.5"), ten_thousandths(125_000)
    (125000, 125000)
    """
    return scaled(given, point.scale) if isinstance(given, str) else given


def points_of(given: Mapping[str, str] | tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    """Points by indicator as people write them, to pairs with ten-thousandths; pairs stay as they are (attrs converter).

    Raises:
        InputProblem: ``bad-number``, ``too-many-decimals``.

    >>> points_of({"acheng.training": "12.5"})
    (('acheng.training', 125000),)
    """
    if isinstance(given, tuple):
        return given
    return tuple((name, scaled(text, point.scale)) for name, text in given.items())


@frozen(kw_only=True)
class Scheme(Declaration):
    """What each indicator is worth to organisations of some kinds in a place; the points sum exactly to ``total``.

    ``bonus`` indicators come on top, up to ``bonus_cap``; a ``veto`` column that is true caps the total at ``veto_cap``.
    The nearest scheme wins: the deepest place, then the one that names kinds. All points are ten-thousandths once stored.

    Raises:
        RecordProblem: ``bad-points`` for anything but whole points from zero up, ``listed-twice``, ``points-not-total``;
            all at once.

    >>> villages = Scheme(
    ...     name="acheng.villages", label=Label("村考核方案", "scheme of the villages"), source="District plan",
    ...     kinds={"village"}, points={"acheng.training": "60", "acheng.venue": "40"}, scale="acheng.four",
    ... )
    >>> villages.total
    1000000
    """

    label: Label
    points: tuple[tuple[str, int], ...] = field(converter=points_of)
    total: int = field(default=100 * point.scale, converter=ten_thousandths, validator=natural)
    bonus: tuple[tuple[str, int], ...] = field(default=(), converter=points_of)
    bonus_cap: int = field(default=0, converter=ten_thousandths, validator=natural)
    veto: str | None = None
    veto_cap: int = field(default=0, converter=ten_thousandths, validator=natural)
    scale: str

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        problems = tuple(self._bad_points()) or tuple(self._wrong_sums())
        if problems:
            raise RecordProblem(*problems)

    def _bad_points(self) -> Iterator[Problem]:
        for name, worth in (*self.points, *self.bonus):
            if not is_whole(worth) or worth < 0:
                where = Where(kind="scheme", record=self.name, path=name)
                remedy = 'Write points as text ("12.5") or as whole ten-thousandths.'
                yield Problem("bad-points", where, as_read(worth), "points from 0 up", remedy)

    def _wrong_sums(self) -> Iterator[Problem]:
        where = Where(kind="scheme", record=self.name)
        twice = ", ".join(repeated(name for name, _ in (*self.points, *self.bonus)))
        if twice:
            yield Problem("listed-twice", where, twice, "each once", "Remove the repetition.")
        given = sum(worth for _, worth in self.points)
        if given != self.total:
            read, expected = shown(given, point.scale), shown(self.total, point.scale)
            yield Problem("points-not-total", where, read, expected, "Let the points sum to the total.")


@frozen(kw_only=True)
class Grade:
    """A grade and the least total that earns it, in ten-thousandths of a point.

    >>> Grade(name="good", label=Label("好", "good"), least="90").least
    900000
    """

    name: str
    label: Label
    least: int = field(converter=ten_thousandths, validator=natural)


@frozen(kw_only=True)
class GradeScale(Declaration):
    """A scale of grades, best first; the last one begins at nothing, so that every total has a grade.

    Raises:
        RecordProblem: ``grade-cuts`` unless the cuts fall to 0, ``listed-twice`` for a grade's name.

    >>> scale = GradeScale(name="lab.two", label=Label("两等", "two"), source="made up", grades=(
    ...     Grade(name="good", label=Label("好", "good"), least="60"), Grade(name="poor", label=Label("差", "poor"), least="0"),
    ... ))
    >>> scale.grade(600_000).name, scale.grade(599_999).name
    ('good', 'poor')
    """

    label: Label
    grades: tuple[Grade, ...]

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        problems = tuple(self._problems())
        if problems:
            raise RecordProblem(*problems)

    def _problems(self) -> Iterator[Problem]:
        where = Where(kind="grade scale", record=self.name)
        cuts = [grade.least for grade in self.grades]
        if not cuts or cuts != sorted(set(cuts), reverse=True) or cuts[-1] != 0:
            read = ", ".join(shown(cut, point.scale) for cut in cuts) or "no grade"
            yield Problem(
                "grade-cuts", where, read, "falling cuts that end at 0", "Order the grades best first."
            )
        twice = ", ".join(repeated(grade.name for grade in self.grades))
        if twice:
            yield Problem("listed-twice", where, twice, "each once", "Remove the repetition.")

    def grade(self, total: int) -> Grade:
        """The grade that a total earns, in ten-thousandths of a point; below nothing it is the last one."""
        return next((grade for grade in self.grades if total >= grade.least), self.grades[-1])
