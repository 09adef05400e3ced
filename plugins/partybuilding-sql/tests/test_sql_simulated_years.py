"""The simulated district on a server: the same seed gives the same head as in memory, through every mishap."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import pytest

from partybuilding.storage.memory import MemoryStore
from partybuilding.testing.simulator import Outcome, simulate
from partybuilding_sql import open_sql

SEEDS, SOAK = 40, 2_000
COMMANDS, FEWER, UNITS = 300, 20, 16
WHOLE = range(2)
"""The seeds whose whole year is also in a quick run made on the server; of the others it is the beginning."""


def agree(seed: int, url: str, *, commands: int = COMMANDS) -> None:
    """The same history in memory and on a server, which is left and opened again after every crash."""
    assert on_a_server(seed, url, commands) == in_memory(seed, commands)


def in_memory(seed: int, commands: int) -> Outcome:
    store = MemoryStore()
    return simulate(seed, lambda: store, commands=commands, units=UNITS, watch_every=0)


def on_a_server(seed: int, url: str, commands: int) -> Outcome:
    with ExitStack() as left:
        return simulate(
            seed,
            lambda: left.enter_context(open_sql(url)),
            commands=commands,
            units=UNITS,
            watch_every=0,
        )


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_year_has_one_head_in_memory_and_on_a_server(seed: int, new_place: Callable[[], str]) -> None:
    agree(seed, new_place(), commands=COMMANDS if seed in WHOLE else FEWER)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(len(WHOLE), SOAK))
def test_many_years_have_one_head_in_memory_and_on_a_server(seed: int, new_place: Callable[[], str]) -> None:
    agree(seed, new_place())
