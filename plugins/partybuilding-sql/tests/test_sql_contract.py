"""The contract of every store on PostgreSQL, with the memory store beside it, and what the kit asks of it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from partybuilding.plugin import Store
from partybuilding.storage.memory import open_memory
from partybuilding_sql import open_sql, statements

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


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_of_any_size_give_everything_once_in_order(
    url: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "PAGE", size)
    monkeypatch.setattr(statements, "LOG_PAGE", size)
    with open_sql(url) as store:
        for number in range(6):
            rows = [MODULE.row(name, body=str(number)) for name in ("a", "示", "b")]
            store.append(MODULE.draft(*rows), number)
        assert [each.head.number for each in store.entries()] == [1, 2, 3, 4, 5, 6]
        assert [each.head.number for each in store.changes(2, 5)] == [2, 3, 4]
        found = [(each.row.id, each.number) for each in store.read("post")]
    assert found == [(name, number) for name in ("a", "b", "示") for number in range(1, 7)]
