"""How the Party is organised: when a branch must be set up, how long a term lasts, how often people meet.

Every figure is one standard with its instrument, article and first day; "must", "normally" and "may with approval" stay
apart, because only the first is a bottom line. What only one place decided is no national figure: it comes with that
place, or from a plugin. Article numbers of the branch regulations beside 4 and 16 are from memory; the figures were read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from partybuilding.plugin import (
    Label,
    Modality,
    Rate,
    Source,
    Standard,
    Unit,
    hour,
    meeting,
    member,
    month,
    organisation,
    share,
    year_unit,
)

BRANCH_REGULATIONS = "中国共产党支部工作条例（试行）"
RURAL_REGULATIONS = "中国共产党农村基层组织工作条例"
ENTERPRISE_REGULATIONS = "中国共产党国有企业基层组织工作条例（试行）"
ELECTION_REGULATIONS = "中国共产党基层组织选举工作条例"
TRAINING_PLAN = "全国党员教育培训工作规划"
TERMS = "关于党的基层组织任期的意见"

BRANCHES_SINCE = date(2018, 10, 28)
RURAL_SINCE = date(2018, 12, 28)
TERMS_SINCE = date(2018, 7, 1)  # the month was read in a source; the day in it is not certain
ELECTIONS_SINCE = date(2020, 7, 13)
FOUNDING = Source("人民日报关于阿城区基层党建的报道摘要", "", "B")
BASIS_POINT = Unit("basis_point", 100, Label("%", "%"))
"""A hundredth of a percent, for rates that stand in tables of brackets and for weights."""
PLAN_2009, PLAN_2014, PLAN_2024 = date(2009, 1, 1), date(2014, 1, 1), date(2024, 1, 1)

AT_HOME = ("village", "community")
"""Kinds of organisation whose branches stand where people live."""


def branch_rule(
    name: str,
    value: int | Rate,
    *,
    label: Label,
    article: str,
    unit: Unit,
    modality: Modality = "normally",
) -> Standard:
    """A figure of the branch regulations of 2018, which no place may change."""
    return Standard(
        name=name,
        value=value,
        label=label,
        unit=unit,
        modality=modality,
        policy="fixed",
        starts=BRANCHES_SINCE,
        source=Source(BRANCH_REGULATIONS, article, "S"),
    )


def standards() -> Iterator[Standard]:
    """All figures of this module."""
    yield from setting_up()
    yield from larger_organisations()
    yield from committees()
    yield from terms()
    yield from elections()
    yield from meetings()
    yield from training()


def setting_up() -> Iterator[Standard]:
    """From how many members on which kind of organisation is set up."""
    yield branch_rule(
        "branch_least_full",
        3,
        unit=member,
        label=Label("应成立党支部的正式党员数", "full members from which a branch must be set up"),
        article="第四条",
        modality="must",
    )
    yield branch_rule(
        "branch_most",
        50,
        unit=member,
        label=Label("党支部党员人数上限", "members of a branch at most"),
        article="第四条",
    )
    yield branch_rule(
        "joint_branch_most",
        5,
        unit=organisation,
        label=Label("联合党支部覆盖单位上限", "units of a joint branch at most"),
        article="第五条",
    )
    yield branch_rule(
        "project_branch_least_months",
        6,
        unit=month,
        label=Label("工程项目应成立党支部的期限", "months of works from which a branch should be set up"),
        article="第五条",
    )


def larger_organisations() -> Iterator[Standard]:
    """From how many members a village or an enterprise may have more than a branch, with approval."""
    yield Standard(
        name="village_general_branch_above",
        value=50,
        unit=member,
        label=Label(
            "村可成立党总支的党员数（超过）", "village members above which a general branch may be set up"
        ),
        modality="may",
        policy="fixed",
        kinds=("village",),
        starts=RURAL_SINCE,
        source=Source(RURAL_REGULATIONS, "组织设置", "S"),
    )
    yield Standard(
        name="village_committee_least",
        value=100,
        unit=member,
        label=Label("村可成立党委的党员数", "village members from which a committee may be set up"),
        modality="may",
        policy="fixed",
        kinds=("village",),
        starts=RURAL_SINCE,
        source=Source(RURAL_REGULATIONS, "组织设置，须经县级党委批准", "S"),
    )
    yield Standard(
        name="enterprise_committee_least",
        value=100,
        unit=member,
        label=Label("国有企业成立党委的党员数", "state enterprise members from which a committee is set up"),
        policy="fixed",
        kinds=("state_enterprise",),
        starts=date(2019, 12, 30),
        source=Source(ENTERPRISE_REGULATIONS, "第四条", "S"),
    )


def committees() -> Iterator[Standard]:
    """From how many full members a branch has a committee, and how large it is."""
    yield branch_rule(
        "branch_committee_least_full",
        7,
        unit=member,
        label=Label("应设支部委员会的正式党员数", "full members from which a branch has a committee"),
        article="第二十条",
        modality="must",
    )
    sizes = (
        (
            "branch_committee_least",
            3,
            Label("支部委员会委员数下限", "members of a branch committee at least"),
        ),
        (
            "branch_committee_most",
            5,
            Label("支部委员会委员数上限", "members of a branch committee as a rule at most"),
        ),
        (
            "branch_committee_cap",
            7,
            Label("支部委员会委员数最高限", "members of a branch committee at the very most"),
        ),
    )
    for name, value, label in sizes:
        yield branch_rule(name, value, unit=member, label=label, article="第二十条")


def terms() -> Iterator[Standard]:
    """How long a term lasts."""
    lengths: tuple[tuple[str, int, Modality, tuple[str, ...], Label], ...] = (
        (
            "term_village",
            5,
            "must",
            AT_HOME,
            Label("村、社区党组织任期", "term of village and community organisations"),
        ),
        ("term_committee", 5, "normally", (), Label("基层党委任期", "term of primary-level committees")),
        (
            "term_branch",
            3,
            "normally",
            (),
            Label("其他总支、支部任期", "term of other general branches and branches"),
        ),
    )
    for name, years, modality, kinds, label in lengths:
        yield Standard(
            name=name,
            value=years,
            unit=year_unit,
            label=label,
            modality=modality,
            policy="fixed",
            kinds=kinds,
            starts=TERMS_SINCE,
            source=Source(TERMS, "2018年7月（具体日期未核实）", "S"),
        )


def elections() -> Iterator[Standard]:
    """How far an election may be moved, when to remind of it, and when a congress may elect."""
    yield Standard(
        name="term_shift_most",
        value=1,
        unit=year_unit,
        label=Label("提前或延期换届的最长期限", "longest shift of an election, either way"),
        modality="normally",
        policy="fixed",
        starts=ELECTIONS_SINCE,
        source=Source(ELECTION_REGULATIONS, "第三条", "S"),
    )
    yield Standard(
        name="term_reminder",
        value=6,
        unit=month,
        label=Label("换届提醒提前期", "months before the end of a term when the superior reminds"),
        modality="normally",
        policy="fixed",
        starts=BRANCHES_SINCE,
        source=Source(BRANCH_REGULATIONS, "第二十一条", "K"),
    )
    congress = Label("可召开党员代表大会选举的党员数", "members from which delegates may elect")
    editions = (
        ("中国共产党基层组织选举工作暂行条例", date(1990, 6, 27), ELECTIONS_SINCE),
        (ELECTION_REGULATIONS, ELECTIONS_SINCE, None),
    )
    for instrument, starts, ends in editions:
        yield Standard(
            name="congress_least",
            value=500,
            unit=member,
            label=congress,
            modality="may",
            policy="fixed",
            starts=starts,
            ends=ends,
            source=Source(instrument, "第四条", "S"),
        )


FREQUENCIES: tuple[tuple[str, int, str, Modality, Label], ...] = (
    (
        "general_meeting_least",
        4,
        "第十一条",
        "normally",
        Label("支部党员大会每年次数", "general meetings a year"),
    ),
    (
        "committee_meeting_least",
        12,
        "第十二条",
        "normally",
        Label("支委会每年次数", "branch committee meetings a year"),
    ),
    (
        "group_meeting_least",
        12,
        "第十四条",
        "normally",
        Label("党小组会每年次数", "group meetings a year"),
    ),
    (
        "party_day_least",
        12,
        "第十六条",
        "normally",
        Label("主题党日每年次数", "themed Party days a year"),
    ),
    (
        "party_class_least",
        1,
        "第十六条",
        "must",
        Label("书记讲党课每年次数", "Party classes by the secretary a year"),
    ),
    (
        "life_meeting_least",
        1,
        "第十七条",
        "must",
        Label("组织生活会每年次数", "organisational life meetings a year"),
    ),
    (
        "member_appraisal_least",
        1,
        "第十八条",
        "normally",
        Label("民主评议党员每年次数", "democratic appraisals a year"),
    ),
)
"""How often a year a branch holds which meeting, and by which article."""


def meetings() -> Iterator[Standard]:
    """How often a year; places may ask for more, never for less."""
    for name, times, article, modality, label in FREQUENCIES:
        yield Standard(
            name=name,
            value=times,
            unit=meeting,
            label=label,
            modality=modality,
            policy="tighten",
            stricter="higher",
            starts=BRANCHES_SINCE,
            source=Source(BRANCH_REGULATIONS, article, "S"),
        )
    yield Standard(
        name="excellent_members_most",
        value=Rate(1, 3),
        unit=share,
        label=Label("民主评议优秀党员比例上限", "share of excellent members at most"),
        modality="normally",
        policy="tighten",
        stricter="lower",
        starts=BRANCHES_SINCE,
        source=Source("12371民主评议党员操作指南", "", "S"),
    )


def training() -> Iterator[Standard]:
    """Hours of training a year under each national plan; whether the figures go on after 2023 is not certain."""
    member_hours = Label("党员年度培训学时", "training hours of a member a year")
    secretary_hours = Label("书记和班子成员年度培训学时", "training hours of a secretary a year")
    plans = (
        (
            "training_hours_member",
            16,
            AT_HOME,
            PLAN_2009,
            PLAN_2014,
            "2009—2013年，农村、社区党员",
            member_hours,
        ),
        ("training_hours_member", 32, (), PLAN_2014, PLAN_2024, "2014—2018年、2019—2023年", member_hours),
        (
            "training_hours_secretary",
            56,
            (),
            PLAN_2014,
            PLAN_2024,
            "2014—2018年、2019—2023年",
            secretary_hours,
        ),
    )
    for name, hours, kinds, starts, ends, article, label in plans:
        yield Standard(
            name=name,
            value=hours,
            unit=hour,
            label=label,
            policy="tighten",
            stricter="higher",
            kinds=kinds,
            starts=starts,
            ends=ends,
            source=Source(TRAINING_PLAN, f"{article}（起止年份未核实）", "S"),
        )
