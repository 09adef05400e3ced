"""Money as movements between accounts, in fen: double entry, so that every yuan is accounted for at every node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import ClassVar, Literal

from attrs import field, frozen
from attrs.validators import optional

from partybuilding.domain.record import Event, among, valid_id, valid_reference, whole
from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.labels import Label

Pocket = Literal["source", "free", "reserved", "spent", "brought", "carried"]
POCKETS: Mapping[Pocket, Label] = MappingProxyType(
    {
        "source": Label("财政拨入", "source"),
        "free": Label("可用", "available"),
        "reserved": Label("已承诺", "committed"),
        "spent": Label("已支付", "paid"),
        "brought": Label("上年结转", "brought from the year before"),
        "carried": Label("结转下年", "carried to the next year"),
    }
)
MovementKind = Literal[
    "budget", "allocate", "commit", "pay", "release", "return", "carry", "bring", "reverse"
]
MOVEMENT_KINDS: Mapping[MovementKind, Label] = MappingProxyType(
    {
        "budget": Label("预算下达", "budget"),
        "allocate": Label("分配", "allocation"),
        "commit": Label("承诺", "commitment"),
        "pay": Label("支付", "payment"),
        "release": Label("解除承诺", "release"),
        "return": Label("交回", "return"),
        "carry": Label("结转下年", "carry-over"),
        "bring": Label("上年结转", "bringing forward"),
        "reverse": Label("冲销", "reversal"),
    }
)

WAYS: Mapping[MovementKind, tuple[frozenset[Pocket], frozenset[Pocket]]] = MappingProxyType(
    {
        "budget": (frozenset({"source"}), frozenset({"free"})),
        "allocate": (frozenset({"free"}), frozenset({"free"})),
        "commit": (frozenset({"free"}), frozenset({"reserved"})),
        "pay": (frozenset({"reserved"}), frozenset({"spent"})),
        "release": (frozenset({"reserved"}), frozenset({"free"})),
        "return": (frozenset({"free"}), frozenset({"free", "source"})),
        "carry": (frozenset({"free", "reserved"}), frozenset({"carried"})),
        "bring": (frozenset({"brought"}), frozenset({"free", "reserved"})),
    }
)
"""From which pockets to which a movement goes; a reversal goes back the way of what it takes back."""
FEWEST_LEGS = 2
"""Double entry has two sides."""


@frozen
class Account:
    """A pocket of an organisation for a purpose: ``free``, ``reserved``, ``spent``, or the ``source`` it came from.

    What a year leaves is ``carried`` and comes as ``brought`` into the next one.

    >>> Account("shili", "education", "free").pocket
    'free'
    """

    organisation: str
    purpose: str
    pocket: Pocket


@frozen(kw_only=True)
class Leg:
    """One side of a movement: what an account gains (positive) or gives (negative), in fen.

    >>> Leg(organisation="shili", purpose="education", pocket="free", amount=-2000).account
    Account(organisation='shili', purpose='education', pocket='free')
    """

    organisation: str = field(validator=valid_id)
    purpose: str
    pocket: Pocket = field(validator=among(POCKETS))
    amount: int = field(validator=whole)

    @property
    def account(self) -> Account:
        """The account of the leg."""
        return Account(self.organisation, self.purpose, self.pocket)


@frozen(kw_only=True)
class Movement(Event):
    """A movement of money in a year, whose legs sum to zero, so that no fen comes from nowhere or gets lost.

    ``of`` names what it is for (``project:id``, ``venue:id``), ``reverses`` the movement it takes back.

    Raises:
        RecordProblem: ``not-balanced``, ``empty-movement``, ``reversal-of-nothing``; all at once.

    >>> from datetime import date
    >>> payment = Movement(id="m-1", day=date(2026, 5, 6), year=2026, kind="pay", of="project:p-1", legs=(
    ...     Leg(organisation="shili", purpose="education", pocket="reserved", amount=-2000),
    ...     Leg(organisation="shili", purpose="education", pocket="spent", amount=2000),
    ... ))
    >>> sum(balances([payment]).values())
    0
    """

    noun: ClassVar[str] = "movement"
    year: int = field(validator=whole)
    kind: MovementKind = field(validator=among(MOVEMENT_KINDS))
    legs: tuple[Leg, ...]
    of: str | None = field(default=None, validator=optional(valid_reference))
    reverses: str | None = field(default=None, validator=optional(valid_id))
    reason: str = ""

    def __attrs_post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise RecordProblem(*problems)

    def _problems(self) -> Iterator[Problem]:
        where = Where(kind="movement", record=self.id)
        total = sum(leg.amount for leg in self.legs)
        if total != 0:
            yield Problem("not-balanced", where, f"{total} fen", "legs that sum to 0", "Correct the legs.")
        if len(self.legs) < FEWEST_LEGS or any(leg.amount == 0 for leg in self.legs):
            read = ", ".join(f"{leg.amount} fen" for leg in self.legs) or "no leg"
            yield Problem(
                "empty-movement", where, read, "two legs or more, none of 0 fen", "Correct the legs."
            )
        if (self.kind == "reverse") != (self.reverses is not None):
            read = f"kind={self.kind!r}, reverses={self.reverses!r}"
            remedy = "Name the movement that a reversal takes back, and only there."
            yield Problem(
                "reversal-of-nothing", where, read, "kind='reverse' and a movement, or neither", remedy
            )


def balances(movements: Iterable[Movement]) -> dict[Account, int]:
    """What every account holds after the movements, in fen; over all accounts the sum is zero.

    >>> balances(())
    {}
    """
    held: dict[Account, int] = {}
    for movement in movements:
        for leg in movement.legs:
            held[leg.account] = held.get(leg.account, 0) + leg.amount
    return held
