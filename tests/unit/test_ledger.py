"""The ledger: what a commit keeps, refuses and leaves out, and how every past day is asked again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest
from attrs import evolve, frozen

from partybuilding.domain.lifecycles import Step
from partybuilding.domain.organisations import Alias, District, Organisation, PartyBody, Placement
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.record import Record
from partybuilding.domain.sheets import Sheet, sheet
from partybuilding.errors import (
    HeadMoved,
    InvariantBroken,
    NotPermitted,
    PartybuildingError,
    RecordProblem,
    StoreProblem,
)
from partybuilding.extension.declared import PluginRecord
from partybuilding.extension.host import PluginHost
from partybuilding.extension.store import Draft, Head, Header, Row
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.permissions import Action, Actor, AllowAll, Lineage, Permission, Scope
from partybuilding.ledger.versions import Withdrawal
from partybuilding.storage.memory import MemoryStore

OFFICE = Actor("office")
MOMENT = datetime(2026, 1, 5, 1, tzinfo=UTC)
DAY = date(2026, 6, 1)
STORES = {"stores": __import__("partybuilding.storage").storage}


def host() -> PluginHost:
    return PluginHost.of(STORES)


def memory() -> Ledger:
    return Ledger.open("memory:", host=host(), policy=AllowAll())


def commit(
    ledger: Ledger, *records: Record | Withdrawal, at: datetime = MOMENT, key: str | None = None
) -> Head:
    return ledger.commit(records, actor=OFFICE, why="test", at=at, key=key)


def village(name: str = "示例村", id_: str = "a", starts: date | None = None) -> Organisation:
    return Organisation(id=id_, name=name, kind="village", starts=starts)


def found(ledger: Ledger, on: date = DAY, known: int | date | None = None) -> list[str]:
    return [each.name for each in ledger.snapshot(on=on, known=known).of(Organisation)]


def test_what_is_committed_is_in_the_snapshot_with_its_stamp() -> None:
    with memory() as ledger:
        head = commit(ledger, village(id_="b"), village("中文", id_="a"))
        snapshot = ledger.snapshot(on=DAY)
        assert (snapshot.on, snapshot.known, snapshot.head) == (DAY, 1, head.hash)
        assert [each.id for each in snapshot.of(Organisation)] == ["a", "b"]
        stamp = snapshot.stamps["organisation:a"]
        assert stamp.changeset == 1
        assert len(stamp.digest) == 64
        assert (snapshot.root, snapshot.line) == (None, "territory")


def test_the_district_says_which_root_and_line_a_plan_covers() -> None:
    with memory() as ledger:
        district = District(id="acheng", root="acheng", line="sector")
        commit(ledger, district)
        snapshot = ledger.snapshot(on=DAY)
        assert (snapshot.root, snapshot.line) == ("acheng", "sector")
        commit(ledger, evolve(district, id="other"))
        assert ledger.snapshot(on=DAY).root is None


def test_a_rerun_changes_nothing() -> None:
    with memory() as ledger:
        records = [village(), sheet(name="m", unit="u", starts=DAY, ends=date(2026, 7, 1), figures={"a": 1})]
        head = commit(ledger, *records)
        assert commit(ledger, *records, at=MOMENT + timedelta(1)) == head
        assert commit(ledger) == head
        assert len(list(ledger.log())) == 1


def test_the_header_says_who_when_why_with_what_and_by_which_rule() -> None:
    with memory() as ledger:
        ledger.commit(
            [village()],
            actor=OFFICE,
            why="开年",
            at=datetime(2026, 1, 5, 9, tzinfo=timezone(timedelta(hours=8))),
            command="load",
            key="k1",
            on_behalf_of="bureau",
        )
        (entry,) = ledger.log()
        header = entry.header
        assert (header.actor, header.reason, header.command, header.key) == ("office", "开年", "load", "k1")
        assert (header.on_behalf_of, header.at, header.rule) == ("bureau", MOMENT, "allow-all")
        assert dict(header.versions).keys() == {"partybuilding", "stores"}
        assert dict(header.manifest) == {each.name: each.digest for each in host().manifest}


def test_a_moment_needs_an_offset_and_a_commit_a_reason() -> None:
    with memory() as ledger:
        with pytest.raises(StoreProblem):
            commit(ledger, village(), at=datetime(2026, 1, 5))  # noqa: DTZ001 - the very mistake
        with pytest.raises(StoreProblem) as caught:
            ledger.commit([village()], actor=OFFICE, why="", at=MOMENT)
        assert caught.value.code == "header-lacks"
        assert ledger.head() == Head()


def test_the_past_is_asked_by_day_and_by_what_was_known() -> None:
    with memory() as ledger:
        commit(ledger, village("旧"))
        commit(ledger, village("新", starts=DAY), at=MOMENT + timedelta(30))
        commit(ledger, village("更正"), at=MOMENT + timedelta(60))
        before = DAY - timedelta(1)
        assert [found(ledger, before, known) for known in (0, 1, 2, 3, None)] == [
            [],
            ["旧"],
            ["旧"],
            ["更正"],
            ["更正"],
        ]
        assert [found(ledger, DAY, known) for known in (1, 2, 3)] == [["旧"], ["新"], ["新"]]


def test_known_may_be_a_day_that_ends_in_beijing() -> None:
    with memory() as ledger:
        for name, hour in (("一", 15), ("二", 16)):
            commit(ledger, village(name), at=datetime(2026, 1, 5, hour, 30, tzinfo=UTC))
        days = [date(2026, 1, 4), date(2026, 1, 5), date(2026, 1, 6), date(2027, 1, 1)]
        assert [ledger.number_on(day) for day in days] == [0, 1, 2, 2]
        assert [found(ledger, known=day) for day in days] == [[], ["一"], ["二"], ["二"]]


def test_a_clock_that_steps_back_changes_no_order() -> None:
    with memory() as ledger:
        commit(ledger, village("一"), at=MOMENT + timedelta(10))
        commit(ledger, village("二"), at=MOMENT)
        assert found(ledger) == ["二"]
        assert found(ledger, known=date(2026, 1, 5)) == ["二"]
        assert [each.header.number for each in ledger.log()] == [1, 2]


@pytest.mark.parametrize("known", [2, -1, 10**30])
def test_known_beyond_the_head_is_refused(known: int) -> None:
    with memory() as ledger:
        commit(ledger, village())
        with pytest.raises(StoreProblem) as caught:
            ledger.snapshot(on=DAY, known=known)
        assert caught.value.code == "known-beyond-head"


def test_a_published_result_reproduces_after_a_later_correction() -> None:
    with memory() as ledger:
        commit(ledger, village("旧"))
        before = ledger.snapshot(on=DAY)
        commit(ledger, village("更正"))
        again = ledger.snapshot(on=DAY, known=before.known)
        assert (again.records, again.stamps, again.head) == (before.records, before.stamps, before.head)


def test_a_repeated_request_is_one_effect_even_after_later_changes() -> None:
    with memory() as ledger:
        commit(ledger, village("旧", id_="b"))
        first = commit(ledger, village("一"), village("旧", id_="b"), key="k1")
        commit(ledger, village("二"))
        assert (
            commit(ledger, village("一"), village("旧", id_="b"), at=MOMENT + timedelta(3), key="k1") == first
        )
        assert found(ledger) == ["二", "旧"]
        for other in ([village("三")], [village("旧", id_="b")], []):
            with pytest.raises(StoreProblem) as caught:
                commit(ledger, *other, key="k1")
            assert caught.value.code == "key-reused"
        assert ledger.head().number == 3


def test_a_commit_may_insist_on_the_head_that_was_read() -> None:
    with memory() as ledger:
        head = commit(ledger, village("一"))
        commit(ledger, village("二"))
        with pytest.raises(HeadMoved) as caught:
            ledger.commit([village("三")], actor=OFFICE, why="test", at=MOMENT, expected_head=head.number)
        assert (caught.value.problems[0].read, caught.value.problems[0].expected) == ("2", "1")
        assert (
            ledger.commit([village("三")], actor=OFFICE, why="test", at=MOMENT, expected_head=2).number == 3
        )


def test_a_refused_commit_stores_nothing_and_leaves_no_trace_in_what_is_checked_next() -> None:
    with memory() as ledger:
        commit(ledger, village(), Post(id="p", body="b", role="secretary"))
        tenures = [Tenure(id=each, post="p", holder=each) for each in "xy"]
        for _ in range(2):
            with pytest.raises(InvariantBroken) as caught:
                commit(ledger, *tenures)
            assert caught.value.code == "post-full"
        assert ledger.head().number == 1
        assert commit(ledger, tenures[0]).number == 2
        with pytest.raises(InvariantBroken):
            commit(ledger, tenures[1])


def test_invariants_see_what_another_program_has_stored_meanwhile(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    with (
        Ledger.open(url, host=host(), policy=AllowAll()) as one,
        Ledger.open(url, host=host(), policy=AllowAll()) as two,
    ):
        commit(one, Post(id="p", body="b", role="secretary"))
        commit(two, Tenure(id="x", post="p", holder="x"))
        with pytest.raises(InvariantBroken):
            commit(one, Tenure(id="y", post="p", holder="y"))
        commit(
            one,
            Tenure(id="x", post="p", holder="x", ends=DAY),
            Tenure(id="y", post="p", holder="y", starts=DAY),
        )
        assert commit(two, village()).number == 4
    with Ledger.open(url, host=host(), policy=AllowAll()) as ledger:
        with pytest.raises(InvariantBroken):
            commit(ledger, Tenure(id="z", post="p", holder="z", starts=DAY))
        assert [each.holder for each in ledger.snapshot(on=DAY).of(Tenure)] == ["y"]
        assert ledger.verify() == ()


class Racing(MemoryStore):
    """A store in which somebody else is always faster."""

    def append(self, draft: Draft, expected_head: int) -> Head:
        super().append(
            evolve(draft, rows=(Row(kind="acheng.star", id="faster", body="{}"),), blobs=()), expected_head
        )
        return super().append(draft, expected_head)


def test_a_commit_that_lost_the_race_can_be_tried_again() -> None:
    store = Racing()
    ledger = Ledger(store, host=host(), policy=AllowAll())
    with pytest.raises(HeadMoved):
        commit(ledger, village())
    assert found(ledger) == []
    assert ledger.head().number == 1


def test_bulk_is_there_when_it_is_checked_and_when_it_is_read(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    given = sheet(name="members", unit="member", starts=DAY, ends=date(2026, 7, 1), figures={"a": 1, "b": -2})
    with Ledger.open(url, host=host(), policy=AllowAll()) as ledger:
        commit(ledger, given)
        commit(ledger, evolve(given, buffer=b"\1" + given.buffer[1:]))
        assert ledger.snapshot(on=DAY, known=1).of(Sheet) == (given,)
    with Ledger.open(url, host=host(), policy=AllowAll(), read_only=True) as ledger:
        (read,) = ledger.snapshot(on=DAY).of(Sheet)
        assert read.buffer == b"\1" + given.buffer[1:]
        assert ledger.verify() == ()


def test_records_of_a_plugin_that_is_not_here_stay_as_they_are() -> None:
    store = MemoryStore()
    header = Header(at=MOMENT, actor="office", reason="test", rule="allow-all")
    store.append(Draft(header=header, rows=(Row(kind="acheng.star", id="a", body='{"stars":5}'),)), 0)
    ledger = Ledger(store, host=host(), policy=AllowAll())
    commit(ledger, village())
    assert set(ledger.snapshot(on=DAY).records) == {"organisation"}
    assert ledger.verify() == ()
    assert [each.row.body for each in store.read("acheng.star")] == ['{"stars":5}']


def test_a_withdrawal_takes_back_a_version() -> None:
    with memory() as ledger:
        commit(ledger, village("一"), village("二", starts=DAY))
        commit(ledger, Withdrawal(noun="organisation", id="a", starts=DAY))
        assert found(ledger) == ["一"]
        with pytest.raises(RecordProblem):
            commit(ledger, Withdrawal(noun="organisation", id="a", starts=DAY))
        with pytest.raises(RecordProblem):
            commit(ledger, Withdrawal(noun="spirit", id="a"))


@frozen
class Narrow:
    """A policy that lets one actor administer one organisation, and read."""

    def decide(self, actor: Actor, action: Action, *, on: Lineage, at: date) -> Permission:
        allow = (
            actor.id == "office"
            and (action == "read" or (action, on) == ("administer", ("a",)))
            and at >= date(2026, 1, 5)
        )
        return Permission(allow=allow, rule=f"grant-{action}")

    def visible(self, actor: Actor, action: Action, *, at: date) -> Scope:
        return Scope(everything=self.decide(actor, action, on=(), at=at).allow)


def test_the_policy_is_asked_for_every_commit_and_its_rule_is_kept() -> None:
    ledger = Ledger(MemoryStore(), host=host(), policy=Narrow())
    commit(ledger, village())
    assert [each.header.rule for each in ledger.log(actor=OFFICE, at=MOMENT)] == ["grant-administer"]
    with pytest.raises(NotPermitted) as caught:
        commit(ledger, village(id_="b"), Step(id="s", of="letter:1", name="sign", post="p", day=DAY))
    assert [problem.expected for problem in caught.value.problems] == [
        "a permission on organisation:b",
        "a permission on step:s",
    ]
    with pytest.raises(NotPermitted):
        commit(ledger, village("新"), at=datetime(2026, 1, 4, 15, 59, tzinfo=UTC))
    assert commit(ledger, village("新"), at=datetime(2026, 1, 4, 16, tzinfo=UTC)).number == 2
    with pytest.raises(NotPermitted):
        ledger.commit([Withdrawal(noun="organisation", id="a")], actor=Actor("guest"), why="test", at=MOMENT)
    assert commit(ledger, Withdrawal(noun="organisation", id="a")).number == 3


def test_who_reads_must_be_named_unless_everybody_may() -> None:
    ledger = Ledger(MemoryStore(), host=host(), policy=Narrow())
    assert ledger.snapshot(on=DAY, actor=OFFICE, at=MOMENT).records == {}
    for actor, at, codes in (
        (None, MOMENT, ["actor-missing"]),
        (OFFICE, None, ["moment-missing"]),
        (None, None, ["actor-missing", "moment-missing"]),
        (Actor("guest"), MOMENT, ["not-permitted"]),
    ):
        for ask in (partial(ledger.snapshot, on=DAY), ledger.log, ledger.verify):
            with pytest.raises(NotPermitted) as caught:
                ask(actor=actor, at=at)
            assert [each.code for each in caught.value.problems] == codes
    assert list(ledger.log(actor=OFFICE, at=MOMENT)) == []
    assert ledger.verify(actor=OFFICE, at=MOMENT) == ()


def test_an_unknown_scheme_names_the_known_ones() -> None:
    with pytest.raises(StoreProblem) as caught:
        Ledger.open("oracle://x", host=host(), policy=AllowAll())
    assert caught.value.code == "store-unknown-scheme"
    assert caught.value.problems[0].expected == "memory:, sqlite:"


def test_verify_finds_what_broke_an_invariant_past_the_ledger_and_what_cannot_be_read() -> None:
    store = MemoryStore()
    header = Header(at=MOMENT, actor="office", reason="test", rule="allow-all")
    rows = [
        Row(
            kind="organisation",
            id=id_,
            body=f'{{"aliases":[{{"code":"1","scheme":"stats"}}],"id":"{id_}","kind":"village","name":"x"}}',
        )
        for id_ in "ab"
    ]
    store.append(Draft(header=header, rows=rows), 0)
    ledger = Ledger(store, host=host(), policy=AllowAll())
    assert [problem.code for problem in ledger.verify()] == ["code-taken"]
    assert [problem.code for problem in ledger.verify(outside=Head(1, "0" * 64))] == ["chain-outside-head"]
    store.append(Draft(header=header, rows=[Row(kind="post", id="p", body='{"id":"p"}')]), 1)
    problems = ledger.verify()
    assert {problem.code for problem in problems} == {"code-taken", "missing-key"}
    with pytest.raises(PartybuildingError):
        ledger.snapshot(on=DAY)


def test_codes_may_change_hands_from_one_day_to_the_next() -> None:
    with memory() as ledger:
        one = evolve(village(), aliases=(Alias(scheme="stats", code="1", ends=DAY),))
        commit(ledger, one, evolve(village(id_="b"), aliases=(Alias(scheme="stats", code="1", starts=DAY),)))
        assert ledger.head().number == 1


def test_twenty_thousand_records_and_more_are_converted_again_when_the_room_is_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("partybuilding.ledger.histories.MOST_RECORDS", 3)
    with memory() as ledger:
        commit(ledger, *(village(id_=f"v{place}") for place in range(10)))
        assert len(found(ledger)) == len(found(ledger)) == 10


def test_a_plugin_that_took_part_stands_in_the_header() -> None:
    record = PluginRecord(name="acheng", version="1.2", digest="ab" * 32)

    class With:
        manifest = (record,)
        backends = staticmethod(lambda: host().backends())
        catalogue = staticmethod(lambda: host().catalogue())

    ledger = Ledger(MemoryStore(), host=With(), policy=AllowAll())
    commit(ledger, PartyBody(id="b", name="B", kind="branch", seat="a"))
    (entry,) = ledger.log()
    assert ("acheng", "1.2") in entry.header.versions
    assert entry.header.manifest == (("acheng", "ab" * 32),)


def test_a_child_may_come_with_its_parent_in_one_changeset() -> None:
    with memory() as ledger:
        child = evolve(village(id_="c"), placements=(Placement(parent="a"),))
        with pytest.raises(InvariantBroken) as caught:
            commit(ledger, child)
        assert caught.value.code == "tree-orphan"
        assert commit(ledger, child, village()).number == 1
