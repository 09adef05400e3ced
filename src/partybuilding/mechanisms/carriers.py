"""Carriers: the forms that carry the work, and how much of an industry chain they cover.

Coverage is counted by link and by unit, the same unit once at every level. A dormant cooperative is no unit to cover:
shells would otherwise press the rate down, and closing them would count as work.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from partybuilding.mechanisms.norms import BRANCH_REGULATIONS, FOUNDING
from partybuilding.plugin import (
    CarrierModel,
    ChainUnit,
    Formula,
    Label,
    Motion,
    Pairs,
    Rollup,
    Source,
    Standard,
    fen,
    item,
    or_else,
    organisation,
)

if TYPE_CHECKING:
    from partybuilding.plugin import Expression


def rules() -> Iterator[CarrierModel]:
    """The forms of carriers found in practice."""
    yield CarrierModel(
        name="branch_association", label=Label("支部＋协会", "branch + association"), source=FOUNDING
    )
    yield CarrierModel(
        name="branch_cooperative",
        label=Label("支部＋合作社", "branch + cooperative"),
        source=Source("崇仁县、武都区农民专业合作社党建实践", "2016年、2020年", "S"),
    )
    yield CarrierModel(
        name="joint_branch",
        label=Label("产业链联合党支部", "joint branch of an industry chain"),
        source=Source(BRANCH_REGULATIONS, "第五条", "S"),
    )
    yield CarrierModel(
        name="alliance",
        label=Label("党建联盟", "Party-building alliance"),
        covers=("work",),
        source=Source("各地区域化党建实践", "", "K"),
    )
    yield CarrierModel(
        name="functional_group",
        label=Label("功能型党小组", "functional Party group"),
        covers=("work",),
        source=Source("河西走廊某县合作社党建实践（产前、产中、产后党小组）", "", "S"),
    )


def active(dormant: Expression, today: Expression) -> Expression:
    """A unit that is not dormant."""
    return or_else(dormant, today + 1) > today


def active_and_covered(dormant: Expression, today: Expression, covered: Expression) -> Expression:
    """A unit that is not dormant and that a carrier covers."""
    return (or_else(dormant, today + 1) > today) & covered


def columns() -> Iterator[Motion]:
    """Units and links of chains, those that carriers cover, and the same over every area."""
    rows = (
        (
            "units_active",
            ("unit",),
            active,
            organisation,
            Label("正常运行的链上单位", "active units on chains"),
        ),
        (
            "units_covered",
            ("unit",),
            active_and_covered,
            organisation,
            Label("已覆盖的链上单位", "units covered"),
        ),
        ("links", ("chain", "link"), active, item, Label("有单位的产业链环节", "links with active units")),
        (
            "links_covered",
            ("chain", "link"),
            active_and_covered,
            item,
            Label("已覆盖的产业链环节", "links covered"),
        ),
    )
    for name, element, function, unit, label in rows:
        yield Pairs(name=name, of=ChainUnit, element=element, function=function, unit=unit, label=label)
        whole = Label(f"{label.zh}（全辖）", f"{label.en}, whole area")
        yield Rollup(name=f"{name}_all", of=name, by="union", unit=unit, label=whole)
    yield Formula(
        name="carrier_incentive_all",
        function=carrier_incentive_all,
        unit=fen,
        label=Label("载体激励（全辖）", "incentive for carriers, whole area"),
        source=FOUNDING,
    )


def carrier_incentive_all(units_covered_all: Expression, *, incentive_per_unit: Expression) -> Expression:
    """What the carriers of an area earn: an amount for every active unit that they cover."""
    return units_covered_all * incentive_per_unit


def standards() -> Iterator[Standard]:
    """What a place must say itself: the incentive for a unit covered."""
    yield Standard(
        name="incentive_per_unit",
        value=None,
        unit=fen,
        label=Label("每覆盖一个单位的激励", "incentive for a unit covered"),
        source=Source("无全国统一规定，由各地规定", "", "K"),
    )
