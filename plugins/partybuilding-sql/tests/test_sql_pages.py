"""Long readings come from the server in pages: whatever their size, everything is given once and in order."""

from __future__ import annotations

import pytest

from partybuilding.testing.store_checks.writing import draft, row
from partybuilding_sql import open_sql, statements


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_of_any_size_give_everything_once_in_order(
    url: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "PAGE", size)
    monkeypatch.setattr(statements, "LOG_PAGE", size)
    with open_sql(url) as store:
        for number in range(6):
            store.append(draft(*(row(name, body=str(number)) for name in ("a", "示", "b"))), number)
        assert [each.head.number for each in store.entries()] == [1, 2, 3, 4, 5, 6]
        assert [each.head.number for each in store.changes(2, 5)] == [2, 3, 4]
        found = [(each.row.id, each.number) for each in store.read(row("a").kind)]
    assert found == [(name, number) for name in ("a", "b", "示") for number in range(1, 7)]
