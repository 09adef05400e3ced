"""Organisations, their dated codes and parents, and the Party bodies that sit at them.

An administrative unit is not a Party organisation: an :class:`Organisation` is any node of a line (district, street,
village, enterprise, school, cooperative), a :class:`PartyBody` sits at one and covers one or several.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations
from types import MappingProxyType
from typing import ClassVar

from attrs import field, frozen
from attrs.validators import optional

from partybuilding.domain.record import (
    State,
    require_interval,
    valid_day,
    valid_id,
    valid_ids,
    within,
)
from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.labels import Label

TERRITORY = "territory"
"""The line that a plan runs on unless another is named."""

ORGANISATION_KINDS: Mapping[str, Label] = MappingProxyType(
    {
        "country": Label("国家", "country"),
        "province": Label("省", "province"),
        "city": Label("市", "city"),
        "district": Label("区（县）", "district"),
        "street": Label("街道", "street"),
        "town": Label("镇", "town"),
        "township": Label("乡", "township"),
        "zone": Label("开发区", "development zone"),
        "community": Label("社区", "community"),
        "village": Label("村", "village"),
        "organ": Label("机关", "organ"),
        "institution": Label("事业单位", "institution"),
        "state_enterprise": Label("国有企业", "state enterprise"),
        "non_public_enterprise": Label("非公有制企业", "non-public enterprise"),
        "school": Label("学校", "school"),
        "social_organisation": Label("社会组织", "social organisation"),
        "cooperative": Label("农民专业合作社", "farmers' cooperative"),
    }
)
BODY_KINDS: Mapping[str, Label] = MappingProxyType(
    {
        "local_committee": Label("地方党委", "local Party committee"),
        "district_committee": Label("区委", "district committee"),
        "working_committee": Label("党工委", "Party working committee"),
        "committee": Label("基层党委", "primary-level Party committee"),
        "organ_committee": Label("机关党委", "organ Party committee"),
        "general_branch": Label("党总支", "general Party branch"),
        "branch": Label("党支部", "Party branch"),
        "joint_branch": Label("联合党支部", "joint Party branch"),
        "functional_unit": Label("功能型党支部", "functional branch"),
        "organization_department": Label("组织部", "organization department"),
        "discipline_commission": Label("纪委", "discipline commission"),
        "leading_group": Label("党的建设工作领导小组", "Party-building work leading group"),
    }
)


def one_of(kinds: Mapping[str, Label], instance: object, word: str) -> None:
    """Refuse a word that a table of kinds does not hold.

    Raises:
        RecordProblem: ``unknown-kind``.

    >>> one_of(BODY_KINDS, object(), "branch")
    """
    if word not in kinds:
        where = Where(kind=getattr(instance, "noun", None), record=getattr(instance, "id", None))
        raise RecordProblem(
            Problem("unknown-kind", where, str(word), ", ".join(kinds), "Use one of the kinds.")
        )


@frozen(kw_only=True)
class Alias:
    """An official code of an organisation in one scheme (``stats``, ``mca``), for a time; never its identity.

    Raises:
        RecordProblem: ``empty-interval``.

    >>> Alias(scheme="stats", code="230112").starts is None
    True
    """

    scheme: str
    code: str
    starts: date | None = field(default=None, validator=optional(valid_day))
    ends: date | None = field(default=None, validator=optional(valid_day))

    def __attrs_post_init__(self) -> None:
        require_interval(self.starts, self.ends, kind="alias", record=self.code)


@frozen(kw_only=True)
class Placement:
    """Under which parent an organisation stands on a line, for a time.

    Raises:
        RecordProblem: ``empty-interval``.

    >>> Placement(parent="acheng").line
    'territory'
    """

    parent: str = field(validator=valid_id)
    line: str = TERRITORY
    starts: date | None = field(default=None, validator=optional(valid_day))
    ends: date | None = field(default=None, validator=optional(valid_day))

    def __attrs_post_init__(self) -> None:
        require_interval(self.starts, self.ends, kind="placement", record=self.parent)

    def overlaps(self, other: Placement) -> bool:
        """Whether two placements put an organisation on one line on a common day."""
        return (
            self.line == other.line and _before(self.starts, other.ends) and _before(other.starts, self.ends)
        )


def _before(starts: date | None, ends: date | None) -> bool:
    return starts is None or ends is None or starts < ends


@frozen(kw_only=True)
class Organisation(State):
    """A node of one or several lines: a district, street, village, enterprise, school, cooperative.

    ``name`` is the Chinese name, ``name_en`` the English one if there is one. ``example`` marks an invented
    organisation (示例): invented problems may stand beside such a name only.

    Raises:
        RecordProblem: ``unknown-kind``; ``two-parents``, one for each pair of placements that share a line and a day.

    >>> village = Organisation(id="shili-01", name="示例村01", kind="village", placements=(Placement(parent="shili"),))
    >>> village.parent(TERRITORY, date(2026, 1, 1))
    'shili'
    """

    noun: ClassVar[str] = "organisation"
    name: str
    name_en: str = ""
    kind: str
    aliases: tuple[Alias, ...] = ()
    placements: tuple[Placement, ...] = ()
    example: bool = False

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        one_of(ORGANISATION_KINDS, self, self.kind)
        doubts = tuple(self._double_placements())
        if doubts:
            raise RecordProblem(*doubts)

    def _double_placements(self) -> Iterator[Problem]:
        """On a line an organisation has one parent at a time; otherwise its figures would go up twice, or nowhere."""
        where = Where(kind=self.noun, record=self.id)
        for one, other in combinations(self.placements, 2):
            if one.overlaps(other):
                read = f"{one.parent} and {other.parent} on {one.line}"
                yield Problem(
                    "two-parents", where, read, "one parent at a time", "End the earlier placement."
                )

    @property
    def label(self) -> Label:
        """The name in both languages."""
        return Label(self.name, self.name_en or self.name)

    def parent(self, line: str, day: date) -> str | None:
        """The id of the parent on a line and day; None for a root or an organisation absent from the line."""
        return next(
            (
                each.parent
                for each in self.placements
                if each.line == line and within(day, each.starts, each.ends)
            ),
            None,
        )

    def codes(self, day: date) -> tuple[tuple[str, str], ...]:
        """The official codes on a day, as (scheme, code).

        >>> street = Organisation(id="jincheng", name="金城街道", kind="street", aliases=(Alias(scheme="stats", code="230112001"),))
        >>> street.codes(date(2026, 1, 1))
        (('stats', '230112001'),)
        """
        return tuple((each.scheme, each.code) for each in self.aliases if within(day, each.starts, each.ends))


@frozen(kw_only=True)
class PartyBody(State):
    """A Party organisation: it sits at one organisation and covers one or several.

    ``superior`` is the body above it, which issues its letter; ``covers`` are organisations beside its seat.

    Raises:
        RecordProblem: ``unknown-kind``.

    >>> PartyBody(id="shili-committee", name="示例街道党工委", kind="working_committee", seat="shili").label.zh
    '示例街道党工委'
    """

    noun: ClassVar[str] = "body"
    name: str
    name_en: str = ""
    kind: str
    seat: str = field(validator=valid_id)
    covers: tuple[str, ...] = field(default=(), validator=valid_ids)
    superior: str | None = field(default=None, validator=optional(valid_id))

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        one_of(BODY_KINDS, self, self.kind)

    @property
    def label(self) -> Label:
        """The name in both languages."""
        return Label(self.name, self.name_en or self.name)


@frozen(kw_only=True)
class District(State):
    """What a plan covers: the subtree of ``root`` on ``line``; ``made_up`` marks demonstration data on every output.

    >>> District(id="acheng", root="acheng", made_up=True, plugins=("acheng",)).line
    'territory'
    """

    noun: ClassVar[str] = "district"
    root: str = field(validator=valid_id)
    line: str = TERRITORY
    made_up: bool = False
    plugins: tuple[str, ...] = ()
