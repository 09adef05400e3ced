"""Funding: what organisations are entitled to, where the money is, and what dues cost.

Amounts are fen. The pockets of an organisation tell where its money of the year is: available, committed, paid; what came
from a budget and what was handed on add up to exactly these, reversals and returns included. Amounts per head are local:
the nation only says that places give them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from partybuilding.mechanisms.norms import BASIS_POINT
from partybuilding.mechanisms.targets import whole_area
from partybuilding.plugin import (
    Brackets,
    Formula,
    Label,
    Motion,
    Movement,
    Rate,
    Source,
    Standard,
    Tally,
    choose,
    fen,
    greatest,
    month,
    share,
)

if TYPE_CHECKING:
    from partybuilding.plugin import Expression

DUES_2008 = "关于中国共产党党费收缴、使用和管理的规定（中组发〔2008〕3号）"
DUES_1998 = "早期党费收缴规定（1998年）"
DUES_SINCE = date(2008, 4, 1)  # the day is not certain
DUES_1998_SINCE = date(1999, 1, 1)
"""The first day of the older rule is unknown; from 1999 on it was in force for certain."""
ENTERPRISE_FUNDS = "关于国有企业党组织工作经费问题的通知（组通字〔2017〕38号）"
ENTERPRISE_FUNDS_SINCE = date(2017, 1, 1)  # the day is not certain
HUBEI = ("stats", "42")
MOST_FEN = 10**12
"""More than any one organisation moves in a year: ten thousand million yuan."""


def standards() -> Iterator[Standard]:
    """All figures of this module."""
    yield from local_amounts()
    yield from dues()
    yield from state_enterprises()
    yield from villages_in_hubei()


def local_amounts() -> Iterator[Standard]:
    """What places give: an amount per head."""
    yield Standard(
        name="per_head",
        value=None,
        unit=fen,
        label=Label("党员人均教育培训经费（每年）", "training funds per member a year"),
        source=Source("中国共产党党员教育管理工作条例", "数额无全国统一规定", "K"),
    )


def dues() -> Iterator[Standard]:
    """Dues under both rules; the rate of a bracket holds for the whole base, in hundredths of a percent."""
    wage = Label("党费比例（工资收入）", "dues of wage earners")
    yield Standard(
        name="dues_wage",
        value=Brackets(((40_000, 50), (60_000, 100), (80_000, 150), (150_000, 200), (None, 300))),
        unit=BASIS_POINT,
        label=wage,
        policy="fixed",
        starts=DUES_1998_SINCE,
        ends=DUES_SINCE,
        source=Source(DUES_1998, "文号和施行日期未核实，自1999年起计", "S"),
    )
    yield Standard(
        name="dues_wage",
        value=Brackets(((300_000, 50), (500_000, 100), (1_000_000, 150), (None, 200))),
        unit=BASIS_POINT,
        label=wage,
        policy="fixed",
        starts=DUES_SINCE,
        source=Source(DUES_2008, "施行日期未核实", "S"),
    )
    yield Standard(
        name="dues_retired",
        value=Brackets(((500_000, 50), (None, 100))),
        unit=BASIS_POINT,
        label=Label("党费比例（离退休）", "dues of retired members"),
        policy="fixed",
        starts=DUES_SINCE,
        source=Source(DUES_2008, "", "S"),
    )
    amounts = (
        ("dues_farmer_least", 20, Label("农民党员月党费下限", "monthly dues of a farmer at least")),
        ("dues_farmer_most", 100, Label("农民党员月党费上限", "monthly dues of a farmer at most")),
        (
            "dues_flat",
            20,
            Label("学生等党员月党费", "monthly dues of students, unemployed and members on relief"),
        ),
    )
    for name, value, label in amounts:
        yield Standard(
            name=name,
            value=value,
            unit=fen,
            label=label,
            policy="fixed",
            starts=DUES_SINCE,
            source=Source(DUES_2008, "第六条", "S"),
        )
    yield Standard(
        name="dues_arrears_most",
        value=6,
        unit=month,
        label=Label("可补交党费的月数", "months of arrears that may be made up"),
        policy="fixed",
        starts=DUES_SINCE,
        source=Source(DUES_2008, "", "S"),
    )


def state_enterprises() -> Iterator[Standard]:
    """The working funds of Party organisations in state enterprises, by last year's payroll."""
    rows = (
        (
            "enterprise_fund",
            Rate(1, 100),
            Label("党组织工作经费占上年度工资总额比例", "funds, as a share of payroll"),
        ),
        (
            "enterprise_carryover_most",
            Rate(2, 100),
            Label("结转达到即不再安排的比例", "carry-over that stops new funds"),
        ),
    )
    for name, value, label in rows:
        yield Standard(
            name=name,
            value=value,
            unit=share,
            label=label,
            modality="normally" if name == "enterprise_fund" else "must",
            policy="fixed",
            kinds=("state_enterprise",),
            starts=ENTERPRISE_FUNDS_SINCE,
            source=Source(ENTERPRISE_FUNDS, "施行日期未核实", "S"),
        )


def villages_in_hubei() -> Iterator[Standard]:
    """A real provincial rule on operating funds of villages; it stands where the province does, and nowhere else."""
    amounts: tuple[tuple[str, int | Rate, Label], ...] = (
        ("village_office_least", 2_000_000, Label("村必要办公经费", "office costs of a village a year")),
        (
            "village_public_least",
            5_000_000,
            Label("村公共事业经费", "upkeep, security and health of a village a year"),
        ),
        ("village_chief_pay_least", 4_000_000, Label("村主职年报酬下限", "least yearly pay of the chief")),
        (
            "village_chief_multiple_least",
            Rate(2, 1),
            Label("村主职报酬倍数下限", "least multiple of rural income"),
        ),
        (
            "village_chief_multiple_most",
            Rate(25, 10),
            Label("村主职报酬倍数上限", "greatest multiple of rural income"),
        ),
        (
            "village_deputy_share_least",
            Rate(7, 10),
            Label("村副职报酬占主职比例", "share of the chief's pay for deputies"),
        ),
    )
    for name, value, label in amounts:
        yield Standard(
            name=name,
            value=value,
            unit=share if isinstance(value, Rate) else fen,
            label=label,
            policy="tighten",
            stricter="lower" if name.endswith("_most") else "higher",
            place=HUBEI,
            kinds=("village",),
            starts=date(2021, 1, 1),
            source=Source("湖北省实施意见（村级组织运转经费）", "", "S"),
        )


def entitlement(members: Expression, *, per_head: Expression) -> Expression:
    """An amount for every member at the end of last year.

    >>> from partybuilding.extension.expressions import trace
    >>> trace(entitlement).body
    members * per_head
    """
    return members * per_head


def of_the_year(year: Expression, this_year: Expression, amount: Expression) -> Expression:
    """What a pocket gained in the year's budget, less what it gave."""
    return choose(year == this_year, amount, 0)


def drawn(year: Expression, this_year: Expression, amount: Expression) -> Expression:
    """What was drawn from the source in the year's budget."""
    return choose(year == this_year, 0 - amount, 0)


def came_in(year: Expression, this_year: Expression, amount: Expression) -> Expression:
    """What came in by an allocation."""
    return choose(year == this_year, greatest(amount, 0), 0)


def went_out(year: Expression, this_year: Expression, amount: Expression) -> Expression:
    """What went out by an allocation."""
    return choose(year == this_year, greatest(0 - amount, 0), 0)


def net_allocated(
    free: Expression, committed: Expression, paid: Expression, budgeted: Expression
) -> Expression:
    """What came from others less what was handed on: what the pockets hold beyond the own budget."""
    return free + committed + paid - budgeted


def columns() -> Iterator[Motion]:
    """Every column of money."""
    yield from money()


def money() -> Iterator[Motion]:
    """Entitlement and pockets, own and over every area."""
    entitled = Formula(
        name="entitlement", function=entitlement, unit=fen, label=Label("应安排经费", "funds due by heads")
    )
    yield entitled
    yield whole_area(entitled)
    allocation = {"kind": ("allocate",), "pocket": ("free",)}
    rows = (
        ("budgeted", drawn, {"pocket": ("source",)}, Label("预算下达", "budgeted")),
        ("allocated_in", came_in, allocation, Label("分配转入", "allocated to it")),
        ("allocated_out", went_out, allocation, Label("分配转出", "allocated by it")),
        ("free", of_the_year, {"pocket": ("free",)}, Label("可用余额", "available")),
        ("committed", of_the_year, {"pocket": ("reserved",)}, Label("已承诺未支付", "committed")),
        ("paid", of_the_year, {"pocket": ("spent",)}, Label("已支付", "paid")),
    )
    for name, function, where, label in rows:
        tally = Tally(
            name=name, of=Movement, function=function, where=where, unit=fen, label=label, most=MOST_FEN
        )
        yield tally
        yield whole_area(tally)
    yield Formula(
        name="net_allocated",
        function=net_allocated,
        unit=fen,
        label=Label("净转入", "received, net of handed on"),
    )
