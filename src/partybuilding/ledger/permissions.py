"""Who may do what: two questions to a policy that the embedding program hands over; the library knows no users.

There is no default policy: whoever wants none writes ``AllowAll()`` down. What must hold whoever acts (the verifier is not
the owner, the issuer not the receiver) is an invariant, so that no policy can switch it off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from attrs import field, frozen

from partybuilding.domain.lifecycles import Step

if TYPE_CHECKING:
    from datetime import date

    from partybuilding.domain.record import Record

Action = Literal[
    "read",
    "read-person",
    "draft",
    "issue",
    "sign",
    "score",
    "verify",
    "publish",
    "answer",
    "decide",
    "fund",
    "administer",
]

ACTIONS: tuple[Action, ...] = get_args(Action)

Lineage = tuple[str, ...]
"""An organisation's id and then those above it, nearest first; the empty one is no one organisation."""

_STEPS: Mapping[str, Action] = MappingProxyType(
    {
        "issue": "issue",
        "sign": "sign",
        "verify": "verify",
        "reject": "verify",
        "close": "verify",
        "accept": "verify",
        "post": "publish",
        "answer": "answer",
        "supersede": "issue",
        "revoke": "issue",
    }
)
_NOUNS: Mapping[str, Action] = MappingProxyType(
    {
        "district": "administer",
        "organisation": "administer",
        "body": "administer",
        "post": "administer",
        "tenure": "administer",
        "reorganisation": "administer",
        "movement": "fund",
        "decision": "decide",
        "appraisal": "score",
        "feedback": "answer",
    }
)


@frozen
class Actor:
    """Who acts, as the embedding program has authenticated it: an id, and attributes that a policy may look at."""

    id: str
    attributes: Mapping[str, str] = field(factory=dict, hash=False)


@frozen(kw_only=True)
class Permission:
    """The answer of a policy: whether it allows, and the rule that says so, which goes into the header."""

    allow: bool
    rule: str
    why: str = ""


@frozen(kw_only=True)
class Scope:
    """Which organisations an actor may see: grants and denials as (organisation, with everything below it).

    The nearest organisation upwards that says anything decides, and there a denial beats a grant.

    >>> scope = Scope(granted=frozenset({("acheng", True)}), denied=frozenset({("jincheng", True)}))
    >>> scope.holds(("village", "jincheng", "acheng")), scope.holds(("village", "shili", "acheng"))
    (False, True)
    """

    everything: bool = False
    granted: frozenset[tuple[str, bool]] = frozenset()
    denied: frozenset[tuple[str, bool]] = frozenset()

    @property
    def whole(self) -> bool:
        """Whether it leaves nothing out."""
        return self.everything and not self.denied

    def holds(self, lineage: Iterable[str]) -> bool:
        """Whether an organisation may be seen; ``lineage`` is its own id, then those above it, nearest first."""
        for steps, organisation in enumerate(lineage):
            said = {(organisation, True)} if steps else {(organisation, True), (organisation, False)}
            if said & self.denied:
                return False
            if said & self.granted:
                return True
        return self.everything


class Policy(Protocol):
    """What the embedding program decides: may an actor do this, and what may it see.

    A policy needs no ledger: the place of an organisation comes with the question, as its lineage on the day.
    """

    def decide(self, actor: Actor, action: Action, *, on: Lineage, at: date) -> Permission:
        """Whether an actor may do this to the organisation that ``on`` begins with, on a day.

        An empty lineage asks for everything: what belongs to no organisation, or to none that is known.
        """
        ...

    def visible(self, actor: Actor, action: Action, *, at: date) -> Scope:
        """Which organisations an actor may do this to; it must agree with :meth:`decide`."""
        ...


@frozen
class AllowAll:
    """The policy of a program that lets everybody do everything; it must be written down.

    >>> from datetime import date
    >>> AllowAll().decide(Actor("office"), "fund", on=("acheng",), at=date(2026, 1, 5)).rule
    'allow-all'
    """

    def decide(self, actor: Actor, action: Action, *, on: Lineage, at: date) -> Permission:  # noqa: ARG002 - it looks at nothing
        """Allow."""
        return Permission(allow=True, rule="allow-all")

    def visible(self, actor: Actor, action: Action, *, at: date) -> Scope:  # noqa: ARG002 - it looks at nothing
        """Everything."""
        return Scope(everything=True)


def action_of(record: Record) -> Action:
    """What committing a record asks to be allowed.

    The action follows from the record and not from what the caller says, so that nobody can sign under the name of
    drafting.
    """
    if isinstance(record, Step):
        return _STEPS.get(record.name, "draft")
    return action_on(record.noun)


def action_on(noun: str) -> Action:
    """What committing or withdrawing a record of a noun asks to be allowed, steps apart."""
    return _NOUNS.get(noun, "draft")
