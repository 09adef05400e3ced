"""What was published stays as it was published, byte for byte, however much is corrected afterwards."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import partybuilding as pb
from partybuilding.convert import to_plain
from partybuilding.domain.appraisals import Appraisal
from partybuilding.domain.organisations import Organisation
from partybuilding.domain.record import Record
from partybuilding.domain.sheets import Sheet, sheet
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.venues import Venue, Work
from partybuilding.engine.result import Result
from partybuilding.exchange import csv_text, read_folder
from partybuilding.extension.canonical import canonical
from partybuilding.extension.host import PluginHost
from partybuilding.extension.store import Row
from partybuilding.ledger.versions import Withdrawal, content
from partybuilding.storage.memory import MemoryStore

ACHENG = Path(__file__).parents[2] / "examples" / "acheng"
END = date(2026, 12, 31)
OPENED = datetime(2026, 12, 31, 1, tzinfo=UTC)
OFFICE = pb.Actor("office")
CHANGESETS, EACH = 100, 10
COUNTED = ("acheng.trained", "acheng.services", "general_meetings", "party_days")
URLS = ("memory:", "sqlite:///{folder}/ledger.db")


class Published(NamedTuple):
    """The bytes of a year's results as people get them: a CSV table and the exact numbers as JSON."""

    table: bytes
    exact: bytes
    records: bytes


def published(snapshot: Snapshot, result: Result) -> Published:
    names = result.names()
    rows = [[id_, *(repr(result.value(id_, name)) for name in names)] for id_ in result.organisations]
    numbers = {name: [result.raw(id_, name) for id_ in result.organisations] for name in names}
    exact = {"known": snapshot.known, "head": snapshot.head, "numbers": numbers}
    return Published(
        csv_text(["organisation", *names], rows).encode("utf-8-sig"),
        json.dumps(exact, sort_keys=True, ensure_ascii=False).encode(),
        state(snapshot).encode(),
    )


def state(snapshot: Snapshot) -> str:
    """A snapshot as canonical text."""
    return canonical(
        {
            noun: [
                to_plain(each) if not isinstance(each, Sheet) else json.loads(content(each)) for each in held
            ]
            for noun, held in snapshot.records.items()
            if held
        }
    )


def at(ledger: pb.Ledger, host: PluginHost, known: int | None) -> Published:
    snapshot = ledger.snapshot(on=END, known=known)
    return published(snapshot, pb.evaluate(snapshot, host.catalogue(), year=2026))


class Corrector:
    """Draws later corrections of every sort: figures, names, areas, withdrawals, backdated versions."""

    def __init__(self, records: Sequence[Record], seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a fixed draw is meant
        self.sheets = {each.id: each for each in records if isinstance(each, Sheet) and each.name in COUNTED}
        self.places = {each.id: each for each in records if isinstance(each, Organisation) and each.example}
        built = {
            each.venue for each in records if isinstance(each, Work)
        }  # these areas are what was measured
        self.venues = {
            (each.id, each.starts): each
            for each in records
            if isinstance(each, Venue) and each.id not in built
        }
        self.appraisals = {each.id: each for each in records if isinstance(each, Appraisal)}
        self.count = 0

    def changeset(self) -> list[Record | Withdrawal]:
        """Ten corrections, each of another record."""
        found: dict[tuple[str, str], Record | Withdrawal] = {}
        while len(found) < EACH:
            one = self.random.choice((self.figure, self.rename, self.area, self.score, self.withdraw))()
            if one is not None:
                found.setdefault((one.noun, one.id), one)
        for one in found.values():
            self.keep(one)
        return list(found.values())

    def keep(self, one: Record | Withdrawal) -> None:
        if isinstance(one, Sheet):
            self.sheets[one.id] = one
        elif isinstance(one, Appraisal):
            self.appraisals[one.id] = one
        elif isinstance(one, Withdrawal):
            self.appraisals.pop(one.id)

    def figure(self) -> Record:
        old = self.random.choice(list(self.sheets.values()))
        figures = dict(zip(old.organisations, old.figures, strict=True))
        for id_ in self.random.sample(sorted(figures), min(3, len(figures))):
            figures[id_] += self.random.choice((-2, -1, 1, 7)) if figures[id_] > 1 else 1
        return sheet(name=old.name, unit=old.unit, starts=old.starts, ends=old.ends, figures=figures)

    def rename(self) -> Record:
        """A name that holds from some day on, perhaps a day long ago."""
        self.count += 1
        old = self.random.choice(list(self.places.values()))
        since = date(2025, 1, 1) + timedelta(days=self.random.randrange(900))
        return evolve(old, name=f"{old.name}之{self.count}", starts=since)

    def area(self) -> Record:
        old = self.random.choice(list(self.venues.values()))
        return evolve(old, area=old.area + self.random.randrange(1, 500))

    def score(self) -> Record | None:
        if not self.appraisals:
            return None
        old = self.random.choice(list(self.appraisals.values()))
        return evolve(old, score=self.random.randrange(600_000, 1_000_001, 1000))

    def withdraw(self) -> Withdrawal | None:
        """An appraisal that was a mistake; its day is that of an event."""
        if len(self.appraisals) < 100:
            return None
        old = self.random.choice(list(self.appraisals.values()))
        return Withdrawal(noun="appraisal", id=old.id, starts=old.valid[0])


@pytest.fixture(scope="module", params=URLS, ids=lambda url: url.partition(":")[0])
def corrected(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[pb.Ledger, PluginHost, int, Published]]:
    """A ledger whose results were published at a number and which was corrected a thousand times since."""
    host = PluginHost.installed(["acheng"])
    folder = read_folder(ACHENG)
    url = str(request.param).format(folder=tmp_path_factory.mktemp("corrected"))
    with pb.Ledger.open(url, host=host, policy=pb.AllowAll()) as ledger:
        number = ledger.commit(folder, actor=OFFICE, why="the year", at=OPENED).number
        first = at(ledger, host, number)
        corrector = Corrector(tuple(folder), seed=20261231)
        for each in range(CHANGESETS):
            later = OPENED + timedelta(days=each + 1)
            ledger.commit(corrector.changeset(), actor=OFFICE, why="更正", at=later, command="correct")
        yield ledger, host, number, first


Corrected = tuple[pb.Ledger, PluginHost, int, Published]


def test_the_results_of_a_year_are_the_same_bytes_after_a_thousand_later_corrections(
    corrected: Corrected,
) -> None:
    ledger, host, number, first = corrected
    assert ledger.head().number == number + CHANGESETS
    assert at(ledger, host, number) == first


def test_they_were_a_thousand_and_the_state_of_today_differs_where_it_should(corrected: Corrected) -> None:
    ledger, host, number, first = corrected
    later = [each for each in ledger.log() if each.header.number > number]
    assert sum(each.count for each in later) >= CHANGESETS * EACH
    now = at(ledger, host, None)
    assert now.table != first.table
    assert now.records != first.records
    before, after = ledger.snapshot(on=END, known=number), ledger.snapshot(on=END)
    for noun in ("sheet", "organisation", "venue", "appraisal"):
        assert before.records[noun] != after.records[noun]
    same = ("body", "post", "tenure", "goal", "movement", "project", "decision")
    assert all(before.records[noun] == after.records[noun] for noun in same)
    assert len(after.of(Appraisal)) < len(before.of(Appraisal))


def test_every_number_between_gives_its_own_state_and_the_chain_verifies(corrected: Corrected) -> None:
    ledger, _, number, first = corrected
    states = [state(ledger.snapshot(on=END, known=number + each)) for each in (0, 1, 50, CHANGESETS)]
    assert states[0].encode() == first.records
    assert len(set(states)) == len(states)
    assert ledger.verify() == ()


def test_memory_and_file_agree_on_every_hash(tmp_path: Path) -> None:
    heads = []
    for url in URLS:
        folder = read_folder(ACHENG)
        corrector = Corrector(tuple(folder), seed=7)
        host = PluginHost.installed(["acheng"])
        with pb.Ledger.open(url.format(folder=tmp_path), host=host, policy=pb.AllowAll()) as ledger:
            ledger.commit(folder, actor=OFFICE, why="the year", at=OPENED)
            for each in range(5):
                ledger.commit(
                    corrector.changeset(), actor=OFFICE, why="更正", at=OPENED + timedelta(days=each)
                )
            heads.append(ledger.head())
    assert heads[0] == heads[1]


# --- the same for drawn histories ---------------------------------------------------------------------------------

DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 12))
IDS = st.sampled_from(["shili-01", "shili-02", "shili-03"])


@st.composite
def said(draw: st.DrawFn) -> Organisation:
    """A version of one of three villages: another name from some day on, perhaps until some day."""
    starts = draw(st.none() | DAYS)
    days = draw(st.none() | st.integers(1, 9))
    ends = None if days is None else (starts or date(2026, 1, 1)) + timedelta(days=days)
    name = draw(st.sampled_from(["甲", "乙", "丙", "丁"]))
    return Organisation(
        id=draw(IDS), name=f"示例村{name}", kind="village", starts=starts, ends=ends, example=True
    )


Moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside
HISTORIES = st.lists(
    st.tuples(st.lists(said(), min_size=1, max_size=4, unique_by=lambda each: each.id), Moments), max_size=10
)
History = list[tuple[list[Organisation], datetime]]


def ledger_of(history: History) -> tuple[pb.Ledger, MemoryStore]:
    """A ledger to which everything was said in this order, whatever the clock showed."""
    store = MemoryStore()
    ledger = pb.Ledger(store, host=PluginHost.of({}), policy=pb.AllowAll())
    for records, moment in history:
        ledger.commit(records, actor=OFFICE, why="更正", at=moment)
    return ledger, store


def replayed(store: MemoryStore, on: date, known: int) -> Mapping[tuple[str, str], str]:
    """The state of a day as known at a number, from all rows one after another, without any index."""
    found: dict[tuple[str, str], Row] = {}
    for changeset in store.changes():
        if changeset.header.number > known:
            break
        for row in sorted(changeset.rows, key=lambda each: each.starts or date.min):
            if (row.starts is None or row.starts <= on) and (row.ends is None or on < row.ends):
                found[row.kind, row.id] = row
    return {key: row.body for key, row in found.items() if row.body is not None}


def held(snapshot: Snapshot) -> Mapping[tuple[str, str], str]:
    return {(noun, each.id): content(each) for noun, kept in snapshot.records.items() for each in kept}


@given(history=HISTORIES, on=DAYS, known=st.integers(0, 10))
def test_the_state_of_a_day_and_a_number_is_the_naive_replay_of_all_rows(
    history: History, on: date, known: int
) -> None:
    ledger, store = ledger_of(history)
    number = min(known, ledger.head().number)
    assert held(ledger.snapshot(on=on, known=number)) == replayed(store, on, number)


@given(history=HISTORIES, on=DAYS, known=st.integers(0, 10), more=HISTORIES)
def test_a_state_once_known_is_the_same_bytes_whatever_is_said_later(
    history: History, on: date, known: int, more: History
) -> None:
    ledger, _ = ledger_of(history)
    number = min(known, ledger.head().number)
    before = state(ledger.snapshot(on=on, known=number))
    for records, moment in more:
        ledger.commit(records, actor=OFFICE, why="更正", at=moment)
    assert state(ledger.snapshot(on=on, known=number)) == before


@given(history=HISTORIES, on=DAYS, moments=st.lists(Moments, min_size=10, max_size=10))
@settings(max_examples=50)
def test_order_goes_by_number_and_a_clock_that_steps_back_changes_no_state(
    history: History, on: date, moments: list[datetime]
) -> None:
    other = [(records, moment) for (records, _), moment in zip(history, moments, strict=False)]
    one, two = ledger_of(history)[0], ledger_of(other)[0]
    assert one.head().number == two.head().number
    for known in range(one.head().number + 1):
        assert state(one.snapshot(on=on, known=known)) == state(two.snapshot(on=on, known=known))
