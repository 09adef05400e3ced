"""Venues: how large they are, how large they must be, which lie below that, and what lifting them would cost.

Floor areas and prices are local: the nation only says that places give them. A standard is an area per venue or an area
for a hundred households; the greater one counts. A shared room counts for who may use it, and not in the sum of an area,
so that no square metre is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from attrs import evolve

from partybuilding.mechanisms.targets import whole_area
from partybuilding.plugin import (
    Formula,
    Label,
    Motion,
    Source,
    Standard,
    Tally,
    Venue,
    Work,
    choose,
    divide,
    fen,
    greatest,
    item,
    known,
    or_else,
    square_metre,
)

if TYPE_CHECKING:
    from partybuilding.plugin import Expression

MOST_AREA = 1_000_000_000
"""More than any one organisation has: ten square kilometres, in hundredths of a square metre."""
OWN = ("existing", "new", "rebuilt", "expanded")
"""The builds of venues that an organisation has for itself."""
LOCAL = Source("无全国统一规定，由各地规定", "", "K")
COSTS = (
    ("new", Label("新建每平方米造价", "cost of a square metre newly built")),
    ("rebuilt", Label("改建每平方米造价", "cost of a square metre rebuilt")),
    ("expanded", Label("扩建每平方米造价", "cost of a square metre added")),
)


def standards() -> Iterator[Standard]:
    """What places give: floor areas, absolute and by households, prices by build, and who may share a venue."""
    yield Standard(
        name="venue_least",
        value=None,
        unit=square_metre,
        label=Label("活动场所面积下限", "least floor area of a venue"),
        source=LOCAL,
    )
    yield Standard(
        name="venue_per_100_households",
        value=3_000,
        unit=square_metre,
        label=Label("每百户居民活动场所面积", "floor area for 100 households"),
        kinds=("community",),
        starts=date(2021, 1, 1),
        ends=date(2026, 1, 1),
        source=Source("“十四五”社区综合服务设施指标", "每百户不低于30平方米，见各地文件", "S"),
    )
    for build, label in COSTS:
        yield Standard(name=f"venue_cost_{build}", value=None, unit=fen, label=label, source=LOCAL)
    yield Standard(
        name="venue_sharing",
        value=None,
        unit=item,
        label=Label("可与村共用活动场所", "may share the venue of a village"),
        modality="may",
        source=Source("铺镇活动场所建设要求", "两新组织无场所的可与村共用；由各地规定适用范围", "S"),
    )


def venue_required(
    households: Expression, *, venue_least: Expression, venue_per_100_households: Expression
) -> Expression:
    """The greater of the absolute floor and the floor by households; missing where neither is set."""
    by_households = divide(or_else(households, 0) * or_else(venue_per_100_households, 0), 100)
    return choose(
        known(venue_least) | known(venue_per_100_households),
        greatest(or_else(venue_least, 0), by_households),
        venue_least,
    )


def venue_shortfall(venue_area: Expression, venue_required: Expression) -> Expression:
    """The floor area that is missing."""
    return greatest(venue_required - venue_area, 0)


def venues_needed(venue_required: Expression) -> Expression:
    """One where a floor area is asked for, none elsewhere."""
    return choose(known(venue_required), 1, 0)


def venues_sufficient(venue_area: Expression, venue_required: Expression) -> Expression:
    """One where the floor area asked for is there."""
    return choose(known(venue_required), choose(venue_area >= venue_required, 1, 0), 0)


def venues_below(venue_area: Expression, venue_required: Expression) -> Expression:
    """One where less floor area is there than asked for."""
    return choose(known(venue_required), choose(venue_area < venue_required, 1, 0), 0)


def venue_lift_new(venue_shortfall: Expression, *, venue_cost_new: Expression) -> Expression:
    """What it costs to build the missing floor area anew; missing where somebody lacks area and the price is not known.

    An area is in hundredths of a square metre, a price in fen for a square metre: divided once, to the whole fen.

    >>> from partybuilding.extension.expressions import trace
    >>> trace(venue_lift_new).body
    choose(or_else(venue_shortfall, 0) > 0, divide(venue_shortfall * venue_cost_new, 100), 0)
    """
    return _lifting(venue_shortfall, venue_cost_new)


def venue_lift_rebuilt(venue_shortfall: Expression, *, venue_cost_rebuilt: Expression) -> Expression:
    """What it costs to gain the missing floor area by rebuilding."""
    return _lifting(venue_shortfall, venue_cost_rebuilt)


def venue_lift_expanded(venue_shortfall: Expression, *, venue_cost_expanded: Expression) -> Expression:
    """What it costs to gain the missing floor area by an expansion."""
    return _lifting(venue_shortfall, venue_cost_expanded)


def _lifting(shortfall: Expression, cost: Expression) -> Expression:
    return choose(or_else(shortfall, 0) > 0, divide(shortfall * cost, 100), 0)


def floor_area(area: Expression) -> Expression:
    """The floor area of a venue."""
    return area


def work_open(accept: Expression, cancel: Expression) -> Expression:
    """One for a work that was neither accepted nor cancelled."""
    return choose(known(accept) | known(cancel), 0, 1)


def work_accepted(accept: Expression) -> Expression:
    """One for a work that was accepted."""
    return choose(known(accept), 1, 0)


def columns() -> Iterator[Motion]:
    """Every column of venues, and of the works on them."""
    yield from venues()
    yield from lifting()
    yield from works()


def venues() -> Iterator[Motion]:
    """Floor area there, asked for and missing; venues asked for, sufficient and below, own and over every area."""
    yield Tally(
        name="venue_area",
        of=Venue,
        function=floor_area,
        unit=square_metre,
        label=Label("活动场所面积", "floor area of venues"),
        most=MOST_AREA,
    )
    owned = Tally(
        name="venue_owned",
        of=Venue,
        function=floor_area,
        where={"build": OWN},
        unit=square_metre,
        label=Label("自有活动场所面积", "floor area of its own venues"),
        most=MOST_AREA,
    )
    yield owned
    yield whole_area(owned)
    rows = (
        ("venue_required", venue_required, square_metre, Label("应有活动场所面积", "floor area asked for")),
        ("venue_shortfall", venue_shortfall, square_metre, Label("活动场所面积缺口", "floor area missing")),
        ("venues_needed", venues_needed, item, Label("应有活动场所", "venues asked for")),
        ("venues_sufficient", venues_sufficient, item, Label("达标活动场所", "venues up to standard")),
        ("venues_below", venues_below, item, Label("未达标活动场所", "venues below standard")),
    )
    for name, function, unit, label in rows:
        formula = Formula(name=name, function=function, unit=unit, label=label)
        yield formula
        yield whole_area(formula)


def lifting() -> Iterator[Motion]:
    """What lifting the venues to their standard costs, by build; an area where one price is missing is not assessable."""
    rows = (
        ("venue_lift_new", venue_lift_new, Label("补足面积所需（新建）", "cost of lifting by new building")),
        (
            "venue_lift_rebuilt",
            venue_lift_rebuilt,
            Label("补足面积所需（改建）", "cost of lifting by rebuilding"),
        ),
        (
            "venue_lift_expanded",
            venue_lift_expanded,
            Label("补足面积所需（扩建）", "cost of lifting by expansion"),
        ),
    )
    for name, function, label in rows:
        formula = Formula(name=name, function=function, unit=fen, label=label)
        yield formula
        yield evolve(whole_area(formula), missing="spoil")


def works() -> Iterator[Motion]:
    """Works that go on and works that were accepted, own and over every area."""
    rows = (
        ("venue_works_open", work_open, Label("在建活动场所工程", "works on venues that go on")),
        ("venue_works_accepted", work_accepted, Label("已验收活动场所工程", "works on venues accepted")),
    )
    for name, function, label in rows:
        tally = Tally(name=name, of=Work, function=function, unit=item, label=label, most=1_000)
        yield tally
        yield whole_area(tally)
