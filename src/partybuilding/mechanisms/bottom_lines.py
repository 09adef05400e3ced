"""Bottom lines: what must hold for every organisation, what normally holds, and what may be done with approval.

A check that fails is a finding for people to look at. Where an instrument says "may", it is a proposal that names the
level that would approve: nothing is set up, split or upgraded by a number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from partybuilding.mechanisms.norms import BRANCH_REGULATIONS, ENTERPRISE_REGULATIONS, RURAL_REGULATIONS
from partybuilding.plugin import (
    Check,
    Label,
    Modality,
    PartyBody,
    Source,
    Tally,
    greatest,
    least,
    or_else,
    organisation,
)

if TYPE_CHECKING:
    from partybuilding.plugin import Expression

ONE_COMMITTEE = ("committee", "organ_committee", "working_committee", "district_committee", "local_committee")
"""Kinds of body that rank as a committee."""


def begun(starts: Expression, today: Expression) -> Expression:
    """A record in force on the day, each of which counts as one."""
    return or_else(starts, today) <= today


def bodies() -> Iterator[Tally]:
    """How many Party bodies of which kind sit at an organisation."""
    kinds = (
        (
            "bodies",
            ("branch", "joint_branch", "general_branch", *ONE_COMMITTEE),
            Label("党组织", "Party bodies"),
        ),
        ("branches", ("branch", "joint_branch"), Label("党支部", "branches")),
        ("general_branches", ("general_branch",), Label("党总支", "general branches")),
        ("committees", ONE_COMMITTEE, Label("党委（党工委）", "committees")),
    )
    for name, wanted, label in kinds:
        yield Tally(
            name=name,
            of=PartyBody,
            by="seat",
            where={"kind": wanted},
            function=begun,
            unit=organisation,
            label=label,
            most=1_000,
        )


def branch_where_due(
    full_members: Expression, bodies: Expression, *, branch_least_full: Expression
) -> Expression:
    """Whoever has enough full members has an organisation of its own."""
    return (full_members < branch_least_full) | (bodies >= 1)


def branches_not_too_large(
    members: Expression,
    branches: Expression,
    general_branches: Expression,
    committees: Expression,
    *,
    branch_most: Expression,
) -> Expression:
    """A branch above the limit is split, or becomes a general branch or a committee."""
    return (members <= greatest(branches, 1) * branch_most) | (general_branches + committees >= 1)


def general_branch_possible(
    members: Expression,
    general_branches: Expression,
    committees: Expression,
    *,
    village_general_branch_above: Expression,
) -> Expression:
    """A village above the limit has used the right to a general branch."""
    return (members <= village_general_branch_above) | (general_branches + committees >= 1)


def village_committee_possible(
    members: Expression, committees: Expression, *, village_committee_least: Expression
) -> Expression:
    """A village from the limit on has used the right to a committee."""
    return (members < village_committee_least) | (committees >= 1)


def enterprise_committee_due(
    members: Expression, committees: Expression, *, enterprise_committee_least: Expression
) -> Expression:
    """A state enterprise from the limit on has a committee."""
    return (members < enterprise_committee_least) | (committees >= 1)


def often_enough(
    held: Expression,
    least_a_year: Expression,
    today: Expression,
    year_starts: Expression,
    year_ends: Expression,
) -> Expression:
    """As often as the days of the year passed so far ask for, whole periods only: nothing before the first one ends."""
    passed, whole = least(today, year_ends) - year_starts + 1, year_ends - year_starts + 1
    return (held + 1) * whole > least_a_year * passed


def general_meetings_held(
    general_meetings: Expression,
    today: Expression,
    year_starts: Expression,
    year_ends: Expression,
    *,
    general_meeting_least: Expression,
) -> Expression:
    """General meetings as often as the regulations ask."""
    return often_enough(general_meetings, general_meeting_least, today, year_starts, year_ends)


def committee_meetings_held(
    committee_meetings: Expression,
    full_members: Expression,
    today: Expression,
    year_starts: Expression,
    year_ends: Expression,
    *,
    committee_meeting_least: Expression,
    branch_committee_least_full: Expression,
) -> Expression:
    """Committee meetings as often as the regulations ask, where a branch is large enough for a committee."""
    held = often_enough(committee_meetings, committee_meeting_least, today, year_starts, year_ends)
    return (full_members < branch_committee_least_full) | held


def party_days_held(
    party_days: Expression,
    today: Expression,
    year_starts: Expression,
    year_ends: Expression,
    *,
    party_day_least: Expression,
) -> Expression:
    """Party days as often as the regulations ask."""
    return often_enough(party_days, party_day_least, today, year_starts, year_ends)


def party_classes_given(
    party_classes: Expression,
    today: Expression,
    year_starts: Expression,
    year_ends: Expression,
    *,
    party_class_least: Expression,
) -> Expression:
    """Party classes as often as the regulations ask."""
    return often_enough(party_classes, party_class_least, today, year_starts, year_ends)


def life_meetings_held(
    life_meetings: Expression,
    today: Expression,
    year_starts: Expression,
    year_ends: Expression,
    *,
    life_meeting_least: Expression,
) -> Expression:
    """Organisational life meetings as often as the regulations ask."""
    return often_enough(life_meetings, life_meeting_least, today, year_starts, year_ends)


def venue_large_enough(venue_area: Expression, venue_required: Expression) -> Expression:
    """A venue has the floor area that its place asks for."""
    return venue_area >= venue_required


def not_overspent(free: Expression) -> Expression:
    """No organisation hands on or commits more than it has."""
    return free >= 0


def checks() -> Iterator[Check]:
    """Every bottom line."""
    yield from set_up()
    yield from meetings()
    yield Check(
        name="venue_floor",
        function=venue_large_enough,
        says=Label("活动场所面积未达标", "the venue is smaller than its place asks"),
        source="由各地规定的活动场所面积标准",
    )
    yield Check(
        name="funds_left",
        function=not_overspent,
        says=Label("可用经费为负", "more handed on or committed than there is"),
        source="量入为出",
    )


def meetings() -> Iterator[Check]:
    """Meetings: the regulations say "normally", but at least one life meeting and one class by the secretary a year."""
    rows: tuple[tuple[str, Callable[..., Expression], str, Modality, Label], ...] = (
        ("general_meetings_held", general_meetings_held, "第十一条", "normally",
         Label("支部党员大会次数不足", "too few general meetings")),
        ("committee_meetings_held", committee_meetings_held, "第十二条", "normally",
         Label("支委会次数不足", "too few branch committee meetings")),
        ("party_days_held", party_days_held, "第十六条", "normally",
         Label("主题党日次数不足", "too few themed Party days")),
        ("party_classes_given", party_classes_given, "第十六条", "must",
         Label("书记讲党课次数不足", "too few Party classes by the secretary")),
        ("life_meetings_held", life_meetings_held, "第十七条", "must",
         Label("组织生活会次数不足", "too few organisational life meetings")),
    )  # fmt: skip
    for name, function, article, modality, says in rows:
        yield Check(
            name=name,
            function=function,
            says=says,
            modality=modality,
            source=Source(BRANCH_REGULATIONS, article, "S"),
        )


def set_up() -> Iterator[Check]:
    """The bottom lines of setting up organisations; the two that only may be used come out as proposals."""
    yield Check(
        name="branch_set_up",
        function=branch_where_due,
        says=Label("正式党员达到规定人数而未成立党组织", "enough full members, but no Party organisation"),
        source=Source(BRANCH_REGULATIONS, "第四条", "S"),
        approver="township",
    )
    yield Check(
        name="branch_size",
        function=branches_not_too_large,
        says=Label(
            "党支部党员超过规定人数，一般应分设或升格",
            "a branch above its usual size is normally split or upgraded",
        ),
        source=Source(BRANCH_REGULATIONS, "第四条", "S"),
        modality="normally",
        approver="township",
    )
    yield Check(
        name="village_general_branch",
        function=general_branch_possible,
        says=Label("党员人数可以成立党总支", "enough members: a general branch may be set up"),
        source=Source(RURAL_REGULATIONS, "组织设置", "S"),
        modality="may",
        kinds=("village",),
        approver="township",
    )
    yield Check(
        name="village_committee",
        function=village_committee_possible,
        says=Label("党员人数经批准可以成立党委", "enough members: a committee may be set up with approval"),
        source=Source(RURAL_REGULATIONS, "组织设置", "S"),
        modality="may",
        kinds=("village",),
        approver="district",
    )
    yield Check(
        name="enterprise_committee",
        function=enterprise_committee_due,
        says=Label(
            "国有企业党员达到规定人数而未成立党委",
            "a state enterprise with enough members, but without a committee",
        ),
        source=Source(ENTERPRISE_REGULATIONS, "第四条", "S"),
        kinds=("state_enterprise",),
    )
