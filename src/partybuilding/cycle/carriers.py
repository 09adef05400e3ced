"""Carriers: which links and units of a chain have no organisation, and what could be set up by whom.

Coverage is a union: a unit that two carriers cover counts once, at every node. Dormant units leave the denominator, and
the reason is kept.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from partybuilding.domain.carriers import Carrier, Chain, ChainUnit, Link
from partybuilding.domain.organisations import Organisation
from partybuilding.domain.snapshot import Snapshot


@frozen(kw_only=True)
class LinkCover:
    """A link of a chain: its active units, those that a carrier covers, the dormant ones, and the gaps."""

    chain: Chain
    link: Link
    active: tuple[ChainUnit, ...]
    covered: tuple[ChainUnit, ...]
    dormant: tuple[ChainUnit, ...]

    @property
    def gaps(self) -> tuple[ChainUnit, ...]:
        """The active units that no carrier covers."""
        return tuple(each for each in self.active if each not in self.covered)


@frozen(kw_only=True)
class Gap:
    """A unit without any organisation: whether the condition for a branch of its own is met (None: not reported)."""

    chain: Chain
    unit: ChainUnit
    organisation: Organisation
    condition_met: bool | None


def active(unit: ChainUnit, snapshot: Snapshot) -> bool:
    """Whether a unit counts on the snapshot's day."""
    return unit.dormant is None or unit.dormant > snapshot.on


def covered_ids(carriers: Iterable[Carrier]) -> frozenset[str]:
    """The union of what carriers cover."""
    return frozenset(id_ for carrier in carriers for id_ in carrier.covers)


def coverage(snapshot: Snapshot) -> tuple[LinkCover, ...]:
    """Every link of every chain with its units, in the order of the chains and their links."""
    covered = covered_ids(snapshot.of(Carrier))
    units = snapshot.of(ChainUnit)
    found: list[LinkCover] = []
    for chain in snapshot.of(Chain):
        for link in chain.links:
            here = [each for each in units if (each.chain, each.link) == (chain.id, link.name)]
            there = tuple(each for each in here if active(each, snapshot))
            found.append(
                LinkCover(
                    chain=chain,
                    link=link,
                    active=there,
                    covered=tuple(each for each in there if each.id in covered),
                    dormant=tuple(each for each in here if not active(each, snapshot)),
                )
            )
    return tuple(found)


def gaps(snapshot: Snapshot, *, least: int) -> tuple[Gap, ...]:
    """The units without any organisation; ``least`` is how many full members a branch of its own needs."""
    organisations = snapshot.organisations()
    return tuple(
        Gap(
            chain=each.chain,
            unit=unit,
            organisation=organisations[unit.unit],
            condition_met=None if unit.full_members is None else unit.full_members >= least,
        )
        for each in coverage(snapshot)
        for unit in each.gaps
    )
