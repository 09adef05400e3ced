"""What a changeset is: its order, its digests, its place in the chain, and everything that is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from partybuilding.errors import HeadMoved, RecordProblem, StoreProblem
from partybuilding.extension.sealing import admit, rows_digest, seal, verify_link
from partybuilding.extension.store import (
    Changeset,
    Draft,
    Entry,
    Head,
    Header,
    Row,
    StorageBackend,
    Store,
    number_known,
)

MOMENT = datetime(2026, 1, 5, 9, tzinfo=UTC)
HEADER = Header(at=MOMENT, actor="office", reason="opening", rule="allow-all")


def draft(*rows: Row, header: Header = HEADER, blobs: tuple[tuple[str, bytes], ...] = ()) -> Draft:
    return Draft(header=header, rows=rows, blobs=blobs)


def row(name: str = "a", body: str | None = "{}", **days: date) -> Row:
    return Row(kind="post", id=name, body=body, **days)


def refused(given: Draft) -> list[str]:
    with pytest.raises(StoreProblem) as caught:
        seal(given, Head())
    return [problem.code for problem in caught.value.problems]


def test_the_hash_follows_the_published_formula() -> None:
    previous = Head(6, "ab" * 32)
    content = b"figures"
    blob = sha256(content).hexdigest()
    sealed = seal(
        draft(row("b", None, starts=date(2026, 1, 1)), row("a", '{"x":1}'), blobs=((blob, content),)),
        previous,
    )
    leaves = [
        sha256(b'\x00post\na\n\n\n{"x":1}').digest(),
        sha256(b"\x00post\nb\n2026-01-01\n\n").digest(),
    ]
    counts = (2).to_bytes(8, "big") + (1).to_bytes(8, "big")
    digest = sha256(b"\x02" + counts + b"".join(leaves) + blob.encode()).digest()
    header = (
        '{"actor":"office","at":"2026-01-05T09:00:00.000000+00:00","command":"","key":null,"manifest":[],"number":7,'
        '"on_behalf_of":null,"reason":"opening","rule":"allow-all","versions":[]}'
    )
    link = (
        b"\x01"
        + bytes.fromhex(previous.hash)
        + (7).to_bytes(8, "big")
        + digest
        + sha256(b"\x03" + header.encode()).digest()
    )
    assert (sealed.digest, sealed.hash) == (digest.hex(), sha256(link).hexdigest())
    assert (sealed.header.number, sealed.previous, sealed.blobs) == (7, previous.hash, (blob,))
    assert sealed.head == Head(7, sealed.hash)


def test_an_empty_store_has_number_zero_and_a_hash_of_zeros() -> None:
    assert Head() == Head(0, "0" * 64)


rows = st.lists(
    st.builds(
        Row,
        kind=st.sampled_from(["post", "organisation"]),
        id=st.text("aBé示", min_size=1, max_size=3),
        starts=st.none() | st.dates(),
        body=st.none() | st.sampled_from(["{}", '{"x":1}']),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda each: (each.kind, each.id, each.starts),
)


@given(rows, st.randoms())
def test_the_order_in_which_rows_are_given_changes_nothing(given_rows: list[Row], random: object) -> None:
    shuffled = list(given_rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    sealed = seal(draft(*shuffled), Head())
    assert sealed == seal(draft(*given_rows), Head())
    keys = [(each.kind, each.id, each.starts is not None, each.starts or date.min) for each in sealed.rows]
    assert keys == sorted(keys)
    assert verify_link(sealed, Head()) == ()


CHANGES = {
    "kind": lambda each: evolve(each, kind="tenure"),
    "id": lambda each: evolve(each, id="z"),
    "starts": lambda each: evolve(each, starts=date(2026, 2, 1)),
    "ends": lambda each: evolve(each, ends=date(2027, 1, 1)),
    "body": lambda each: evolve(each, body='{"x":2}'),
    "withdrawn": lambda each: evolve(each, body=None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_part_of_a_row_is_in_its_digest(change: str) -> None:
    original = row(body="{}")
    changed = CHANGES[change](original)
    assert changed.digest != original.digest
    assert rows_digest([changed], ()) != rows_digest([original], ())


def test_a_day_cannot_pass_from_the_start_to_the_end() -> None:
    day = date(2026, 1, 1)
    assert row(starts=day).digest != row(ends=day).digest


HEADER_CHANGES: dict[str, Any] = {
    "at": MOMENT + timedelta(microseconds=1),
    "actor": "other",
    "on_behalf_of": "bureau",
    "reason": "correction",
    "command": "load",
    "key": "k1",
    "versions": (("partybuilding", "0.1.0"),),
    "manifest": (("national", "ab"),),
    "rule": "other",
}


@pytest.mark.parametrize("name", HEADER_CHANGES)
def test_every_field_of_the_header_is_in_the_hash_and_seen_when_changed(name: str) -> None:
    sealed = seal(draft(row()), Head())
    changed = evolve(sealed, header=evolve(sealed.header, **{name: HEADER_CHANGES[name]}))
    assert [problem.code for problem in verify_link(changed, Head())] == ["chain-hash"]


def test_versions_and_manifest_stand_in_one_order() -> None:
    pairs = (("b", "2"), ("a", "1"))
    assert evolve(HEADER, manifest=pairs, versions=pairs) == evolve(
        HEADER, manifest=pairs[::-1], versions=pairs[::-1]
    )


def test_a_moment_is_kept_in_utc_and_must_say_its_offset() -> None:
    local = MOMENT.astimezone(timezone(timedelta(hours=8)))
    assert evolve(HEADER, at=local).text() == HEADER.text()
    with pytest.raises(StoreProblem) as caught:
        Header(at=datetime(2026, 1, 5), actor="a", reason="b", rule="c")  # noqa: DTZ001 - the very mistake
    assert caught.value.code == "moment-naive"


def test_a_forged_link_is_seen_whatever_was_changed() -> None:
    first = seal(draft(row("a")), Head())
    second = seal(draft(row("b")), first.head)
    forged = {
        "chain-number": evolve(second, header=evolve(second.header, number=3)),
        "chain-previous": evolve(second, previous="0" * 64),
        "chain-rows": evolve(second, rows=(row("c"),)),
        "chain-hash": evolve(second, hash="0" * 64),
    }
    for code, changeset in forged.items():
        assert code in {problem.code for problem in verify_link(changeset, first.head)}
    assert verify_link(evolve(second, blobs=("0" * 64,)), first.head) != ()
    assert verify_link(second, first.head) == ()


def test_an_empty_changeset_is_refused() -> None:
    assert refused(draft()) == ["changeset-empty"]


def test_two_rows_for_one_start_are_refused_and_two_starts_are_not() -> None:
    day = date(2026, 1, 1)
    assert refused(draft(row(starts=day), row(body=None, starts=day))) == ["row-duplicate"]
    assert len(seal(draft(row(), row(starts=day)), Head()).rows) == 2


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\nb", "a\u3000b", "a\0b", "\ud800", "\u202e", "x" * 65])
def test_a_bad_name_is_refused_as_kind_and_as_id(name: str) -> None:
    assert refused(draft(Row(kind=name, id="a", body="{}"))) == ["bad-id"]
    assert refused(draft(Row(kind="post", id=name, body="{}"))) == ["bad-id"]


@pytest.mark.parametrize("name", ["a", "x" * 64, "2026/jincheng/main", "示例村01", "é", "!;~"])
def test_a_good_name_is_taken(name: str) -> None:
    assert seal(draft(Row(kind=name, id=name, body="{}")), Head()).rows[0].id == name


@pytest.mark.parametrize(
    ("starts", "ends"), [(date(2026, 1, 1), date(2026, 1, 1)), (date(2026, 1, 2), date(2026, 1, 1))]
)
def test_days_must_run_forward(starts: date, ends: date) -> None:
    assert refused(draft(row(starts=starts, ends=ends))) == ["empty-interval"]


def test_a_body_must_be_canonical() -> None:
    with pytest.raises(StoreProblem) as caught:
        seal(draft(row(body='{"x":[1.5]}'), row("b", '{"a": 1}')), Head())
    assert [(each.code, each.where.record) for each in caught.value.problems] == [
        ("value-type", "a"),
        ("not-canonical", "b"),
    ]


def test_all_reasons_against_a_draft_come_at_once() -> None:
    header = evolve(HEADER, actor="", reason="\0", rule="")
    given = draft(row("a b"), row(body="x"), header=header, blobs=(("ab", b"x"),))
    assert refused(given) == [
        "header-lacks",
        "header-lacks",
        "value-text",
        "bad-id",
        "not-canonical",
        "blob-digest",
    ]


def entry(changeset: Changeset) -> Entry:
    return Entry(
        header=changeset.header, count=len(changeset.rows), digest=changeset.digest, hash=changeset.hash
    )


def test_a_repeated_request_gives_the_earlier_head_even_if_the_head_moved_on() -> None:
    header = evolve(HEADER, key="k1", versions=(("partybuilding", "0.1.0"),))
    first = seal(draft(row(), header=header), Head())
    assert entry(first).head == first.head
    later = evolve(
        header, at=MOMENT + timedelta(days=1), versions=(("partybuilding", "0.2.0"),), rule="grant"
    )
    again = admit(
        draft(row(), header=later), head=Head(9, "ab" * 32), expected_head=0, earlier=lambda _: entry(first)
    )
    assert again == first.head


@pytest.mark.parametrize(
    "other",
    [
        draft(row("b"), header=evolve(HEADER, key="k1")),
        draft(row(), header=evolve(HEADER, key="k1", actor="other")),
        draft(row(), header=evolve(HEADER, key="k1", on_behalf_of="other")),
        draft(row(), header=evolve(HEADER, key="k1", reason="other")),
        draft(row(), header=evolve(HEADER, key="k1", command="other")),
    ],
)
def test_a_key_that_was_used_for_something_else_is_refused(other: Draft) -> None:
    first = seal(draft(row(), header=evolve(HEADER, key="k1")), Head())
    with pytest.raises(StoreProblem) as caught:
        admit(other, head=first.head, expected_head=1, earlier=lambda _: entry(first))
    assert caught.value.code == "key-reused"


def test_a_draft_on_an_old_head_is_refused() -> None:
    with pytest.raises(HeadMoved) as caught:
        admit(draft(row()), head=Head(3, "ab" * 32), expected_head=2, earlier=lambda _: None)
    assert (caught.value.problems[0].read, caught.value.problems[0].expected) == ("3", "2")


def test_known_may_not_lie_beyond_the_head() -> None:
    assert [number_known(known, 3) for known in (None, 0, 3)] == [3, 0, 3]
    for known in (-1, 4):
        with pytest.raises(StoreProblem) as caught:
            number_known(known, 3)
        assert caught.value.code == "known-beyond-head"


def no_store(_url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:
    raise NotImplementedError(connection, read_only)


def test_a_backend_declares_only_known_capabilities() -> None:
    assert StorageBackend(scheme="x", open=no_store, capabilities=("durable",)).capabilities == {"durable"}
    with pytest.raises(RecordProblem) as caught:
        StorageBackend(scheme="x", open=no_store, capabilities=("durable", "fast", "cheap"))
    assert caught.value.problems[0].read == "cheap, fast"
