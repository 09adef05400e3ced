"""The default policy: dated grants. The nearest word decides, a denial beats a grant beside it, and silence is a no.

A grant is a value that the embedding program makes from its own users and offices; it is no record of the ledger, which
keeps no list of users. Roles are names for sets of actions and nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import optional

from partybuilding.domain.record import require_interval, valid_day, valid_id, within
from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.ledger.permissions import ACTIONS, Permission, Scope
from partybuilding.timeline import Interval

if TYPE_CHECKING:
    from partybuilding.ledger.permissions import Action, Actor, Lineage

ROLES: Mapping[str, frozenset[Action]] = MappingProxyType(
    {
        "reader": frozenset({"read"}),
        "clerk": frozenset({"read", "draft", "answer"}),
        "secretary": frozenset({"read", "draft", "issue", "sign", "publish", "answer"}),
        "supervisor": frozenset({"read", "score", "verify"}),
        "committee": frozenset({"read", "issue", "decide", "publish"}),
        "treasurer": frozenset({"read", "fund"}),
        "administrator": frozenset({"read", "read-person", "draft", "administer"}),
    }
)
"""The roles: names for what often goes together. Who has none of them may do nothing."""

GOES_DOWN: frozenset[Action] = frozenset(
    {"read", "draft", "issue", "score", "publish", "answer", "administer"}
)
"""The actions whose grant also holds for everything below, unless it says otherwise."""

SILENCE = "no grant says so"


def _actions(given: Iterable[Action]) -> frozenset[Action]:
    return frozenset(given)


@frozen(kw_only=True)
class Grant:
    """That an actor may, or with ``deny`` may not, do some actions to an organisation on the days ``[starts, ends)``.

    ``role`` and ``actions`` add up. ``organisation=None`` means everywhere, also where no organisation is known; every
    nearer word goes before it. ``inherit=None`` lets the actions in :data:`GOES_DOWN` hold for everything below, and of
    a denial all; ``True`` takes all of them down, ``False`` none.

    Raises:
        RecordProblem: ``unknown-role``, ``unknown-word`` for an action, ``grant-says-nothing``, ``empty-interval``,
            ``bad-id``.

    >>> print(Grant(actor="u-17", role="clerk", organisation="acheng", starts=date(2026, 1, 1)))
    grant clerk at acheng [2026-01-01, …)
    """

    actor: str
    role: str = ""
    actions: frozenset[Action] = field(default=(), converter=_actions)
    organisation: str | None = field(validator=optional(valid_id))
    starts: date | None = field(default=None, validator=optional(valid_day))
    ends: date | None = field(default=None, validator=optional(valid_day))
    inherit: bool | None = None
    deny: bool = False

    def __attrs_post_init__(self) -> None:
        require_interval(self.starts, self.ends, kind="grant", record=str(self.organisation))
        problems = tuple(self._problems())
        if problems:
            raise RecordProblem(*problems)

    def _problems(self) -> Iterator[Problem]:
        where = Where(kind="grant", record=self.organisation)
        if self.role and self.role not in ROLES:
            yield Problem("unknown-role", where, self.role, ", ".join(ROLES), "Use one of the roles.")
        for each in sorted(self.actions.difference(ACTIONS)):
            yield Problem("unknown-word", where, each, ", ".join(ACTIONS), "Use one of the actions.")
        if not (self.actor and (self.role or self.actions)):
            remedy = "Say who, and what."
            yield Problem("grant-says-nothing", where, str(self), "an actor, and a role or actions", remedy)

    def names(self, action: Action) -> bool:
        """Whether the grant is about an action."""
        return action in self.actions or action in ROLES.get(self.role, frozenset())

    def reaches(self, action: Action) -> bool:
        """Whether what it says of an action also holds below its organisation."""
        return (self.deny or action in GOES_DOWN) if self.inherit is None else self.inherit

    def __str__(self) -> str:
        said = ", ".join([*([self.role] if self.role else []), *sorted(self.actions)])
        below = {None: "", True: " and below", False: " alone"}[self.inherit]
        word = "deny" if self.deny else "grant"
        return (
            f"{word} {said} at {self.organisation or 'everywhere'}{below} {Interval(self.starts, self.ends)}"
        )


def _tuple(given: Iterable[Grant]) -> tuple[Grant, ...]:
    return tuple(given)


@frozen
class Grants:
    """The policy of dated grants: of those of the day, the nearest organisation that says anything decides.

    It is asked with the organisation's lineage, compares texts exactly, and remembers no answer.

    >>> from partybuilding.ledger.permissions import Actor
    >>> policy = Grants([
    ...     Grant(actor="u-17", role="secretary", organisation="jincheng"),
    ...     Grant(actor="u-17", actions=["read"], organisation="jincheng-03", deny=True),
    ... ])
    >>> day, street, village = date(2026, 1, 5), ("jincheng", "acheng"), ("jincheng-03", "jincheng", "acheng")
    >>> [policy.decide(Actor("u-17"), action, on=on, at=day).allow for action in ("read", "sign") for on in (street, village)]
    [True, False, True, False]
    """

    grants: tuple[Grant, ...] = field(converter=_tuple)

    @cached_property
    def _by(self) -> Mapping[tuple[str, str | None], tuple[Grant, ...]]:
        """The grants by actor and organisation: the same words in another order, never an answer."""
        found: dict[tuple[str, str | None], tuple[Grant, ...]] = {}
        for each in self.grants:
            key = (each.actor, each.organisation)
            found[key] = (*found.get(key, ()), each)
        return found

    def decide(self, actor: Actor, action: Action, *, on: Lineage, at: date) -> Permission:
        """Whether the grants of the day allow it, and which one said so; without a word the answer is no."""
        for steps, organisation in enumerate((*on, None)):
            said = [
                each
                for each in self._by.get((actor.id, organisation), ())
                if within(at, each.starts, each.ends)
                and each.names(action)
                and (steps == 0 or organisation is None or each.reaches(action))
            ]
            if said:
                word = min(said, key=lambda each: (not each.deny, str(each)))
                return Permission(allow=not word.deny, rule=str(word))
        return Permission(allow=False, rule=SILENCE)

    def visible(self, actor: Actor, action: Action, *, at: date) -> Scope:
        """The organisations for which :meth:`decide` says yes, as a scope."""
        said = [
            each
            for each in self.grants
            if each.actor == actor.id and within(at, each.starts, each.ends) and each.names(action)
        ]
        everywhere = [each.deny for each in said if each.organisation is None]
        places = {
            deny: frozenset(
                (each.organisation, each.reaches(action))
                for each in said
                if each.organisation is not None and each.deny == deny
            )
            for deny in (False, True)
        }
        return Scope(
            everything=bool(everywhere) and not any(everywhere), granted=places[False], denied=places[True]
        )
