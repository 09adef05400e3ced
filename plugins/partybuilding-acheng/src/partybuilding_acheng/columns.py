"""Columns of the district: what it has reported, what it counts, and how three of its targets go down the tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from partybuilding.plugin import (
    Cascade,
    Decision,
    Fact,
    Formula,
    Label,
    Motion,
    Rollup,
    Tally,
    greatest,
    item,
    member,
    person_time,
    point,
    portion,
    truth,
)
from partybuilding_acheng.figures import MADE_UP

if TYPE_CHECKING:
    from partybuilding.plugin import Expression

MOST_PIECES = 100_000
"""More of anything than one organisation reports in a year."""


def motions() -> Iterator[Motion]:
    """Every column and cascade."""
    yield from reported()
    yield from vetoes()
    yield from cascades()


def reported() -> Iterator[Motion]:
    """Facts; those that add up also over every area."""
    summed = (
        ("acheng.trained", person_time, Label("教育培训人次", "person-times trained")),
        ("acheng.admitted", member, Label("发展党员", "members admitted")),
        ("acheng.services", item, Label("服务群众事项", "services for the masses")),
        ("acheng.incidents", item, Label("负面事件", "incidents")),
        ("acheng.honours", item, Label("上级表彰", "honours from above")),
    )
    for name, unit, label in summed:
        yield Fact(name=name, unit=unit, label=label, over_time="sum", most=MOST_PIECES, source=MADE_UP)
        whole = Label(f"{label.zh}（全辖）", f"{label.en}, whole area")
        yield Rollup(name=f"{name}_all", of=name, unit=unit, label=whole, source=MADE_UP)
    yield Fact(
        name="acheng.plan_level", unit=item, label=Label("工作谋划等级", "level of planning"), least=1, most=4,
        source=MADE_UP,
    )  # fmt: skip
    yield Fact(
        name="acheng.daily_score", unit=point, label=Label("日常工作评分", "points by the department"),
        most=1_000_000, source=MADE_UP,
    )  # fmt: skip


def of_this_year(year: Expression, this_year: Expression) -> Expression:
    """A decision that concerns the year."""
    return year == this_year


def vetoed(veto_decisions: Expression) -> Expression:
    """Whether an authorised body decided on a veto; nothing else brings one about."""
    return veto_decisions > 0


def vetoes() -> Iterator[Motion]:
    """The veto, from decisions only."""
    yield Tally(
        name="acheng.veto_decisions", of=Decision, by="subject", where={"matter": ("veto",)},
        function=of_this_year, unit=item, label=Label("一票否决决定", "decisions on a veto"), most=MOST_PIECES,
        source=MADE_UP,
    )  # fmt: skip
    yield Formula(
        name="acheng.vetoed", function=vetoed, unit=truth, label=Label("一票否决", "vetoed"), source=MADE_UP
    )


def admission_cap(members_all: Expression, *, admission_most: Expression) -> Expression:
    """Quality before numbers: at most a share of the members, but always one."""
    return greatest(portion(members_all, admission_most), 1)


def cascades() -> Iterator[Motion]:
    """Training and admissions go down by members, services by households."""
    yield Formula(
        name="acheng.admission_cap", function=admission_cap, unit=member,
        label=Label("发展党员上限", "admissions at most"), source=MADE_UP,
    )  # fmt: skip
    rows = (
        ("acheng.training_cascade", "acheng.training", "members_all", None),
        ("acheng.admission_cascade", "acheng.admission", "members_all", "acheng.admission_cap"),
        ("acheng.service_cascade", "acheng.service", "households_all", None),
    )
    for name, indicator, weight, cap in rows:
        yield Cascade(name=name, indicator=indicator, weight=weight, cap=cap, source=MADE_UP)
