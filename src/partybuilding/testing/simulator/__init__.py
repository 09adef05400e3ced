"""A simulated district: some years of an office in random order, with mistakes, late corrections and failing stores.

One seed gives one history, on every backend the same to the last byte; so the hash of the head says at once whether two
stores agree.
"""

from __future__ import annotations

from partybuilding.testing.simulator.simulation import Outcome, SimulationFailed, simulate

__all__ = ["Outcome", "SimulationFailed", "simulate"]
