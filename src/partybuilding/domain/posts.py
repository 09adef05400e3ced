"""Posts, and who holds them when. A holder is a random id; a name, if kept at all, lies outside the ledger's chain."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from attrs import field, frozen

from partybuilding.domain.organisations import one_of
from partybuilding.domain.record import State, natural, valid_id
from partybuilding.labels import Label

POST_ROLES: Mapping[str, Label] = MappingProxyType(
    {
        "secretary": Label("书记", "secretary"),
        "deputy": Label("副书记", "deputy secretary"),
        "organization": Label("组织委员", "member for organization"),
        "discipline": Label("纪检委员", "member for discipline"),
        "publicity": Label("宣传委员", "member for publicity"),
        "officer": Label("党务工作者", "Party affairs worker"),
        "supervisor": Label("督查员", "supervisor"),
    }
)


@frozen(kw_only=True)
class Post(State):
    """An office of a Party body, which letters and lists fix responsibility on.

    ``capacity`` is how many may hold it at a time.

    Raises:
        RecordProblem: ``unknown-kind`` for a role that no table knows, ``negative`` capacity.

    >>> Post(id="shili-secretary", body="shili-committee", role="secretary").label.zh
    '书记'
    """

    noun: ClassVar[str] = "post"
    body: str = field(validator=valid_id)
    role: str
    title: str = ""
    capacity: int = field(default=1, validator=natural)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        one_of(POST_ROLES, self, self.role)

    @property
    def label(self) -> Label:
        """The title in both languages."""
        role = POST_ROLES[self.role]
        return Label(self.title or role.zh, role.en)


@frozen(kw_only=True)
class Tenure(State):
    """That a holder, a random id, held a post for a time.

    >>> from datetime import date
    >>> Tenure(id="t-1", post="shili-secretary", holder="k7q2", starts=date(2026, 1, 1)).holds(date(2025, 12, 31))
    False
    """

    noun: ClassVar[str] = "tenure"
    post: str = field(validator=valid_id)
    holder: str = field(validator=valid_id)
