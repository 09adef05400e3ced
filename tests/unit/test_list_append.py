"""The checker of list-append histories names every anomaly that is planted, and nothing in what is right."""

from __future__ import annotations

import pytest

from partybuilding.testing.store_checks.list_append import Lists, Transaction, anomalies, counted


def done(number: int, read: Lists, appended: Lists, *, committed: bool = True) -> Transaction:
    return Transaction(number=number, read=read, appended=appended, committed=committed)


@pytest.mark.parametrize(
    ("history", "final", "names"),
    [
        pytest.param([done(1, {}, {"x": (10,)})], {}, ["lost append"], id="lost append"),
        pytest.param([done(1, {}, {"x": (10,)})], {"x": (10, 10)}, ["duplicate"], id="duplicate"),
        pytest.param(
            [done(1, {}, {"x": (10,)}, committed=False)], {"x": (10,)}, ["aborted read"], id="aborted read"
        ),
        pytest.param([], {"x": (10,)}, ["aborted read"], id="from nowhere"),
        pytest.param(
            [done(1, {}, {"x": (10, 11)}), done(2, {"x": (10,)}, {})],
            {"x": (10, 11)},
            ["intermediate read", "rw cycle"],
            id="intermediate read",
        ),
        pytest.param(
            [done(1, {}, {"x": (10,)}), done(2, {}, {"x": (20,)}), done(3, {"x": (20, 10)}, {})],
            {"x": (10, 20)},
            ["incompatible order"],
            id="incompatible order",
        ),
        pytest.param(
            [done(1, {}, {"x": (10,), "y": (11,)}), done(2, {}, {"x": (20,), "y": (21,)})],
            {"x": (10, 20), "y": (21, 11)},
            ["G0"],
            id="G0",
        ),
        pytest.param(
            [done(1, {"y": (20,)}, {"x": (10,)}), done(2, {"x": (10,)}, {"y": (20,)})],
            {"x": (10,), "y": (20,)},
            ["G1c"],
            id="G1c",
        ),
        pytest.param(
            [done(1, {"x": (), "y": ()}, {"x": (10,)}), done(2, {"x": (), "y": ()}, {"y": (20,)})],
            {"x": (10,), "y": (20,)},
            ["rw cycle"],
            id="write skew",
        ),
        pytest.param(
            [
                done(1, {"x": ()}, {"x": (10,)}),
                done(2, {"x": (10,)}, {"x": (20,)}),
                done(3, {"x": (10,)}, {}),
                done(4, {"x": (10,)}, {"x": (40,)}, committed=False),
            ],
            {"x": (10, 20)},
            [],
            id="all is well",
        ),
    ],
)
def test_the_checker_names_what_is_planted(
    history: list[Transaction], final: Lists, names: list[str]
) -> None:
    assert sorted(counted(anomalies(history, final))) == sorted(names)
