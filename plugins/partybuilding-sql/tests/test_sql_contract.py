"""The contract of every store on PostgreSQL, with the memory store beside it, and what the kit asks of it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from partybuilding.plugin import Store
from partybuilding.storage.memory import open_memory
from partybuilding_sql import open_sql

CONTRACT = Path(__file__).parents[3] / "tests" / "contracts" / "test_store_contract.py"


def contract() -> ModuleType:
    """The project's own contract, once more, for other stores."""
    spec = importlib.util.spec_from_file_location("sql_store_contract", CONTRACT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MODULE = contract()
PLACES: list[Callable[[], str]] = []
MODULE.OPENERS = {"memory": lambda _: open_memory("memory:"), "postgresql": lambda _: open_sql(PLACES[0]())}  # type: ignore[attr-defined]  # the table of the module
globals().update({name: value for name, value in vars(MODULE).items() if name.startswith("test_")})


@pytest.fixture(autouse=True)
def _places(new_place: Callable[[], str]) -> Iterator[None]:
    PLACES.append(new_place)
    yield
    PLACES.clear()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_sql(url) as opened:
        yield opened
