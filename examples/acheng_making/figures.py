"""What organisations report, where they meet, and what others say of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import field, frozen

from acheng_making.units import FOLDER, YEAR, Row, Unit, draw, read
from partybuilding.money import shown

QUARTERS = (*(f"{YEAR}-{month:02}-01" for month in (1, 4, 7, 10)), f"{YEAR + 1}-01-01")


@frozen(kw_only=True)
class Year:
    """What a 示例村 reports for the year: meetings, shares of its targets in percent, and what others say of it."""

    general: tuple[int, int, int, int] = (1, 1, 1, 1)
    committee: tuple[int, int, int, int] = (3, 3, 3, 3)
    party_days: tuple[int, int, int, int] = (3, 3, 3, 3)
    classes: tuple[int, int, int, int] = (1, 1, 1, 1)
    life: int = 1
    reached: int = 105
    plan: int = 1
    daily: str = "3.8"
    incidents: int = 0
    superior: str = "92"
    satisfied: int = 94


GOOD = Year()
FAIR = Year(reached=82, committee=(3, 3, 2, 2), plan=2, daily="3.2", superior="84", satisfied=80)
AVERAGE = Year(
    general=(1, 1, 0, 1), committee=(2, 2, 2, 2), party_days=(2, 2, 2, 2), reached=68, plan=3, daily="2.5",
    incidents=1, superior="70", satisfied=65,
)  # fmt: skip
POOR = Year(
    general=(1, 0, 0, 0), committee=(1, 1, 1, 1), party_days=(1, 1, 1, 1), classes=(0, 0, 0, 0), life=0, reached=30,
    plan=4, daily="1", incidents=2, superior="50", satisfied=45,
)  # fmt: skip
EXAMPLES: dict[str, Year | None] = {
    "shili-02": AVERAGE,
    "shili-03": POOR,
    "shili-05": None,
    "shili-07": FAIR,
}
"""The weak cases; None reports nothing at all. shili-04 works well and is vetoed by a decision."""
VENUES = {"shili-03": 16_000}
"""Venues below the standard that stay so, in hundredths of a square metre."""
EXPANDED = ("shili-06", 15_000, 26_000, f"{YEAR}-08-15")


@frozen
class Tree:
    """The assessed territory with what its organisations weigh in the cascades."""

    units: tuple[Unit, ...]
    children: dict[str, list[Unit]] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        for unit in self.units:
            self.children.setdefault(unit.parent, []).append(unit)

    def weight(self, unit: Unit, name: str) -> int:
        """Members or households of an organisation and everything below it."""
        own = unit.members if name == "members" else unit.households
        return own + sum(self.weight(each, name) for each in self.children.get(unit.id, ()))

    def targets(self, root: str, amount: int, name: str) -> dict[str, int]:
        """What comes down to each organisation at most: shares rounded up, so that nobody real falls short."""
        below = self.children.get(root, [])
        whole = sum(self.weight(each, name) for each in below)
        found = {root: amount}
        for each in below:
            found |= self.targets(each.id, -(-amount * self.weight(each, name) // whole), name)
        return found


def spread(whole: int) -> list[int]:
    """A figure of a year over its quarters: nothing is lost."""
    return [whole * (number + 1) // 4 - whole * number // 4 for number in range(4)]


def readings(given: Sequence[Unit]) -> Iterator[Row]:
    """Members at the end of last year, and what was reported in the year."""
    yield "organisation", "fact", "unit", "starts", "ends", "value"
    base = (f"{YEAR - 1}-01-01", f"{YEAR}-01-01")
    for unit in given:
        if unit.sizes:
            yield unit.id, "members", "member", *base, unit.members
            yield unit.id, "full_members", "member", *base, unit.full_members
        if unit.sizes and unit.line == "territory":
            yield unit.id, "households", "household", *base, unit.households
    tree = Tree(tuple(unit for unit in given if unit.line == "territory"))
    goals = {row["indicator"]: int(row["amount"]) for row in read(FOLDER / "goals.csv") if row["amount"]}
    targets = {
        indicator: tree.targets("acheng", goals[indicator], weight)
        for indicator, weight in (
            ("acheng.training", "members"), ("acheng.admission", "members"), ("acheng.service", "households"),
        )
    }  # fmt: skip
    for unit in given:
        if unit.assessed and EXAMPLES.get(unit.id, GOOD) is not None:
            yield from reported(unit, {name: each[unit.id] for name, each in targets.items()})


def reported(unit: Unit, targets: dict[str, int]) -> Iterator[Row]:
    """The figures of one organisation in the year."""
    year = EXAMPLES.get(unit.id, GOOD) or GOOD
    quarterly = (
        ("general_meetings", "meeting", year.general),
        ("committee_meetings", "meeting", year.committee),
        ("party_days", "meeting", year.party_days),
        ("party_classes", "meeting", year.classes),
        ("life_meetings", "meeting", (0, 0, 0, year.life)),
        ("acheng.trained", "person_time", spread(worked(unit, year, targets["acheng.training"], "trained"))),
        ("acheng.admitted", "member", spread(admitted(unit, year, targets["acheng.admission"]))),
        ("acheng.services", "item", spread(worked(unit, year, targets["acheng.service"], "services"))),
    )
    for fact, measure, values in quarterly:
        for number, value in enumerate(values):
            yield unit.id, fact, measure, QUARTERS[number], QUARTERS[number + 1], value
    plan: int = year.plan
    daily: str = year.daily
    if not unit.example:
        plan = draw(1, 2, "plan", unit.id)
        daily = shown(draw(35, 40, "daily", unit.id), 10)
    yearly: tuple[tuple[str, str, str | int], ...] = (
        ("appraised_members", "member", unit.members - draw(0, 1, "appraised", unit.id)),
        ("acheng.plan_level", "item", plan),
        ("acheng.daily_score", "point", daily),
        ("acheng.incidents", "item", year.incidents),
        ("acheng.honours", "item", draw(0, 1, "honours", unit.id) * draw(0, 1, "honour", unit.id)),
    )
    for fact, measure, figure in yearly:
        yield unit.id, fact, measure, QUARTERS[0], QUARTERS[4], figure


def leaf(unit: Unit) -> bool:
    """Whether targets go down to it and no further; above, the organisation's own organs add a little."""
    return unit.kind in {"village", "community"}


def worked(unit: Unit, year: Year, target: int, what: str) -> int:
    """What was done towards a target; a real organisation does about what was asked, or more."""
    if not leaf(unit):
        return unit.members // 2
    share = year.reached if unit.example else draw(94, 112, what, unit.id)
    return -(-target * share // 100)


def admitted(unit: Unit, year: Year, target: int) -> int:
    """Members admitted; the weak villages admit none."""
    return target if leaf(unit) and year.reached >= FAIR.reached else 0


def venues(given: Iterable[Unit]) -> Iterator[Row]:
    """A venue for every village and community: 200 and 300 square metres are asked for."""
    yield "id", "organisation", "name", "area", "build", "starts", "ends"
    for unit in given:
        if leaf(unit):
            least = 20_000 if unit.kind == "village" else 30_000
            area = VENUES.get(unit.id, least + 50 * draw(0, 400, "venue", unit.id))
            build = ("existing", "existing", "new", "rebuilt")[draw(0, 3, "build", unit.id)]
            yield from venue(unit, area, build)


def venue(unit: Unit, area: int, build: str) -> Iterator[Row]:
    """The venue of one organisation; one was too small and was expanded during the year."""
    first = (f"{unit.id}-venue", unit.id, f"{unit.name}党群服务中心")
    if unit.id == EXPANDED[0]:
        _, before, after, day = EXPANDED
        yield *first, shown(before, 100), "existing", "", day
        yield *first, shown(after, 100), "expanded", day, ""
    else:
        yield *first, shown(area, 100), build, "", ""


def appraisals(given: Iterable[Unit]) -> Iterator[Row]:
    """What superiors and masses say at the end of the year, as counts."""
    yield "day", "organisation", "year", "voice", "score", "asked", "answered", "satisfied"
    for unit in given:
        year = EXAMPLES.get(unit.id, GOOD)
        if not unit.assessed or year is None:
            continue
        asked = draw(40, 80, "asked", unit.id)
        answered = asked - draw(0, 6, "answered", unit.id)
        share = year.satisfied if unit.example else draw(92, 100, "satisfied", unit.id)
        superior = year.superior if unit.example else shown(draw(178, 196, "superior", unit.id) * 5, 10)
        yield (
            f"{YEAR}-12-10",
            unit.id,
            YEAR,
            "superior",
            superior,
            7,
            7,
            7 if share >= GOOD.satisfied - 2 else 4,
        )
        masses = shown(share * 10 - draw(0, 20, "masses", unit.id), 10)
        yield f"{YEAR}-12-10", unit.id, YEAR, "masses", masses, asked, answered, -(-answered * share // 100)
