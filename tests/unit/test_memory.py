"""The memory store, beyond what the contract asks of every store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from partybuilding.errors import HeadMoved, StoreProblem
from partybuilding.extension.store import Draft, Header, Row
from partybuilding.storage import partybuilding_storage_backends
from partybuilding.storage.memory import MemoryStore, open_memory

HEADER = Header(at=datetime(2026, 1, 5, tzinfo=UTC), actor="office", reason="test", rule="allow-all")


def test_both_backends_are_declared() -> None:
    declared = {each.scheme: each.capabilities for each in partybuilding_storage_backends()}
    everything = {"backup", "durable", "erasable", "file_based", "joins", "multi_process"}
    assert declared == {"memory": {"erasable"}, "sqlite": everything}


def test_memory_stores_have_no_names_and_join_no_connection() -> None:
    with pytest.raises(StoreProblem) as caught:
        open_memory("memory:shared")
    assert caught.value.code == "store-url"
    with pytest.raises(StoreProblem) as caught:
        open_memory("memory:", connection=object())
    assert caught.value.code == "store-connection"


def test_a_memory_store_may_be_handed_from_thread_to_thread() -> None:
    with MemoryStore() as store, ThreadPoolExecutor(4) as threads:

        def write(worker: int) -> int:
            lost = 0
            for place in range(25):
                draft = Draft(header=HEADER, rows=(Row(kind="post", id=f"{worker}/{place}", body="1"),))
                while True:
                    try:
                        store.append(draft, store.head().number)
                        break
                    except HeadMoved:
                        lost += 1
            return lost

        list(threads.map(write, range(4)))
        assert store.head().number == 100
        assert len(list(store.read("post"))) == 100
