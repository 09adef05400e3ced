"""Carriers such as "branch + association" along industry chains: chains, their links and units, who covers what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from attrs import field, frozen
from attrs.validators import optional

from partybuilding.domain.record import State, natural, repeated, valid_day, valid_id, valid_ids
from partybuilding.domain.standards import Declaration
from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.labels import Label

WHOLE_SHARE = 10_000
"""A whole share, in basis points."""


@frozen(kw_only=True)
class CarrierModel(Declaration):
    """A declared form of carrier: which bodies lead it, and whether it covers by organisation or only by work.

    >>> CarrierModel(name="branch_association", label=Label("支部＋协会", "branch + association"), source="practice").covers
    ('organisation', 'work')
    """

    label: Label
    covers: tuple[str, ...] = ("organisation", "work")


@frozen(kw_only=True)
class Link:
    """A link of an industry chain: input, production, processing, marketing, service.

    >>> Link(name="input", label=Label("农资", "input")).name
    'input'
    """

    name: str
    label: Label


@frozen(kw_only=True)
class Chain(State):
    """An industry chain of an organisation's area, with its links in order.

    Raises:
        RecordProblem: ``listed-twice`` for a link's name: coverage counts each link once.

    >>> rice = Chain(id="rice", name="稻米", name_en="rice", organisation="acheng", links=(
    ...     Link(name="input", label=Label("农资", "input")), Link(name="processing", label=Label("加工", "processing")),
    ... ))
    >>> rice.label.en
    'rice'
    """

    noun: ClassVar[str] = "chain"
    name: str
    name_en: str = ""
    organisation: str = field(validator=valid_id)
    links: tuple[Link, ...]

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        twice = ", ".join(repeated(link.name for link in self.links))
        if twice:
            where = Where(kind="chain", record=self.id)
            raise RecordProblem(Problem("listed-twice", where, twice, "each once", "Remove the repetition."))

    @property
    def label(self) -> Label:
        """The name in both languages."""
        return Label(self.name, self.name_en or self.name)


@frozen(kw_only=True)
class ChainUnit(State):
    """That a unit (a cooperative, an enterprise) works on a link of a chain within an organisation's area.

    A unit dormant since a day leaves the denominator, and the reason is kept. ``full_members`` tells whether the
    condition for setting up an organisation is met.

    Raises:
        RecordProblem: ``negative`` members; ``no-reason`` for a dormant unit without a reason: it would leave the
            denominator and nobody could ask why.

    >>> unit = ChainUnit(id="rice/coop-1", chain="rice", link="processing", unit="coop-1", organisation="shili-01")
    >>> unit.dormant is None
    True
    """

    noun: ClassVar[str] = "chain_unit"
    chain: str = field(validator=valid_id)
    link: str
    unit: str = field(validator=valid_id)
    organisation: str = field(validator=valid_id)
    full_members: int | None = field(default=None, validator=optional(natural))
    dormant: date | None = field(default=None, validator=optional(valid_day))
    reason: str = ""

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.dormant is not None and not self.reason.strip():
            where = Where(kind="chain_unit", record=self.id)
            raise RecordProblem(Problem("no-reason", where, repr(self.reason), "a reason", "Say why."))


@frozen(kw_only=True)
class Part:
    """An organisation's part in a carrier, in basis points of the whole.

    >>> Part(organisation="shili-01", share=6_000).share
    6000
    """

    organisation: str = field(validator=valid_id)
    share: int = field(validator=natural)


@frozen(kw_only=True)
class Carrier(State):
    """A concrete form that carries the work: its model, the leading body, who takes part, which units it covers.

    ``covers`` are ids of chain units; the parts of lead and assisting organisations sum to the whole.

    Raises:
        RecordProblem: ``parts-not-whole``; ``listed-twice`` for an organisation with two parts; both at once.

    >>> carrier = Carrier(
    ...     id="rice-1", model="branch_association", name="稻米支部＋协会", chain="rice", lead="shili-committee",
    ...     parts=(Part(organisation="shili-01", share=WHOLE_SHARE),), covers=("rice/coop-1",),
    ... )
    >>> carrier.label.en
    '稻米支部＋协会'
    """

    noun: ClassVar[str] = "carrier"
    model: str
    name: str
    name_en: str = ""
    chain: str = field(validator=valid_id)
    lead: str = field(validator=valid_id)
    association: str = ""
    parts: tuple[Part, ...]
    covers: tuple[str, ...] = field(default=(), validator=valid_ids)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        problems = tuple(self._problems())
        if problems:
            raise RecordProblem(*problems)

    def _problems(self) -> Iterator[Problem]:
        where = Where(kind="carrier", record=self.id)
        given = sum(part.share for part in self.parts)
        if given != WHOLE_SHARE:
            expected, remedy = str(WHOLE_SHARE), "Let the parts sum to the whole."
            yield Problem("parts-not-whole", where, str(given), expected, remedy)
        twice = ", ".join(repeated(part.organisation for part in self.parts))
        if twice:
            yield Problem("listed-twice", where, twice, "each once", "Remove the repetition.")

    @property
    def label(self) -> Label:
        """The name in both languages."""
        return Label(self.name, self.name_en or self.name)
