"""What is missing in the district's records: things that no formula can say, because there is no figure to read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from partybuilding.plugin import Finding, Item, Label, Organisation, PublicCommitment, Venue
from partybuilding_acheng.assessment import VILLAGES
from partybuilding_acheng.figures import MADE_UP

if TYPE_CHECKING:
    from partybuilding.plugin import Snapshot

COMMIT_WITHIN = timedelta(days=30)
"""How long after it was found a problem may be without a public commitment."""


def findings(snapshot: Snapshot) -> Iterator[Finding]:
    """Every finding, in the order of the records."""
    yield from without_venue(snapshot)
    yield from without_commitment(snapshot)


def without_venue(snapshot: Snapshot) -> Iterator[Finding]:
    """Villages and communities of which no venue is recorded, not even a shared one."""
    housed = {venue.organisation for venue in snapshot.of(Venue)}
    for each in snapshot.of(Organisation):
        if each.kind in VILLAGES and each.id not in housed:
            yield Finding(
                code="acheng.no-venue", organisation=each.id, source=MADE_UP, plugin="acheng",
                says=Label("没有登记活动场所", "no venue is recorded"),
            )  # fmt: skip


def without_commitment(snapshot: Snapshot) -> Iterator[Finding]:
    """Open problems found thirty days ago or more that nobody has committed to in public."""
    committed = {commitment.item for commitment in snapshot.of(PublicCommitment)}
    steps = snapshot.steps()
    for each in snapshot.of(Item):
        taken = {step.name for step in steps.get(each.reference, ())}
        if (
            each.id not in committed
            and not taken & {"commit", "close"}
            and each.day + COMMIT_WITHIN <= snapshot.on
        ):
            yield Finding(
                code="acheng.no-commitment", organisation=each.organisation, source=MADE_UP, plugin="acheng",
                says=Label(f"问题 {each.id} 三十日内未公开承诺", f"problem {each.id}: no public commitment in thirty days"),
            )  # fmt: skip
