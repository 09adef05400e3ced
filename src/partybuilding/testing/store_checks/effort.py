"""How often the checks try that draw or count: a default for every test run, a soak for the night before a release."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen


@frozen(kw_only=True)
class Effort:
    """The counts of one run of the kit; what has no count here is tried whole every time."""

    transactions: int
    """Committed list-append transactions of each of four threads; a tenth, if the backend keeps nothing anyway."""
    process_transactions: int
    """The same for each of four processes."""
    waits: int
    """Commits of each of six writers that compete."""
    kills: int
    """Kills while committing."""
    other_kills: int
    """Kills while opening, copying and recovering, of each."""
    power_states: int
    """States of the disk after a power cut, over the recorded runs together."""
    server_kills: int
    """Sudden ends of a database server."""
    full_points: int
    """Points at which the disk is full, in each of three ways."""
    operations: int
    """Operations of which every write and every sync fails once."""
    flips: int
    """Single bits that change in a file."""
    truncations: int
    """Lengths to which a file is cut."""


EFFORTS: Mapping[str, Effort] = MappingProxyType(
    {
        "default": Effort(
            transactions=1000,
            process_transactions=100,
            waits=50,
            kills=200,
            other_kills=20,
            power_states=2000,
            server_kills=3,
            full_points=20,
            operations=1,
            flips=300,
            truncations=200,
        ),
        "soak": Effort(
            transactions=100_000,
            process_transactions=1000,
            waits=300,
            kills=10_000,
            other_kills=1000,
            power_states=200_000,
            server_kills=100,
            full_points=500,
            operations=12,
            flips=20_000,
            truncations=2000,
        ),
    }
)
