"""Privacy by construction: no record has room for a person, and a name that is forgotten is nowhere any more."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import attrs
import pytest

import partybuilding as pb
from partybuilding.convert import NOUNS
from partybuilding.cycle.year import retell
from partybuilding.domain.brackets import Brackets
from partybuilding.domain.feedback import Feedback
from partybuilding.domain.lifecycles import Evidence
from partybuilding.domain.organisations import Organisation, PartyBody, Placement
from partybuilding.domain.posts import Post, Tenure
from partybuilding.errors import NotPermitted, PartybuildingError, RecordProblem, StoreProblem
from partybuilding.exchange.results import write_csv
from partybuilding.extension.persons import Person, PersonStore
from partybuilding.extension.store import Backing, Store
from partybuilding.ledger.ledger import Ledger
from partybuilding.plugin import Fact
from partybuilding.report import columns, site
from partybuilding.report.book import Book
from partybuilding.report.columns import figures
from partybuilding.storage.memory import MemoryStore

DAY = date(2026, 3, 1)
AT = datetime(2026, 3, 1, 1, tzinfo=UTC)
OFFICE = pb.Actor("office")
NAME, CONTACT = "示例甲乙丙", "139-0000-0000"

# --- what a record has room for ---------------------------------------------------------------------------------

REASONS: Mapping[str, str] = {
    "id": "the id of this record, given from outside; no name fits a random or natural key by accident",
    "reference": "the id of another record",
    "organisation": "the id of an organisation",
    "person": "a random id, and the only way to a person",
    "day": "a day or a year of the work",
    "figure": "a count, an amount or a share of an organisation; nothing of one person",
    "flag": "yes or no",
    "word": "a word of a table that is closed or declared",
    "thing": "the name of an organisation, a body, an office, a project: never of a person",
    "text": "words about the work; what people write there the library cannot check, and says so in its manual",
    "digest": "a digest of something kept elsewhere",
    "bulk": "figures of organisations as bytes",
    "nested": "a record of its own in this list",
}
FIELDS: Mapping[str, Mapping[str, str]] = {
    "District": {
        "id": "id",
        "starts ends": "day",
        "root": "organisation",
        "line plugins": "word",
        "made_up": "flag",
    },
    "Alias": {"scheme code": "word", "starts ends": "day"},
    "Placement": {"parent": "organisation", "line": "word", "starts ends": "day"},
    "Organisation": {
        "id": "id",
        "starts ends": "day",
        "name name_en": "thing",
        "kind": "word",
        "aliases placements": "nested",
        "example": "flag",
    },
    "PartyBody": {
        "id": "id",
        "starts ends": "day",
        "name name_en": "thing",
        "kind": "word",
        "seat covers": "organisation",
        "superior": "reference",
    },
    "Post": {
        "id": "id",
        "starts ends": "day",
        "body": "reference",
        "role": "word",
        "title": "thing",
        "capacity": "figure",
    },
    "Tenure": {"id": "id", "starts ends": "day", "post": "reference", "holder": "person"},
    "Source": {"instrument article": "thing", "confidence": "word"},
    "Weight": {"organisation": "organisation", "weight": "figure"},
    "Key": {"weights": "nested", "name": "word"},
    "Succession": {"of to": "reference", "reason": "text"},
    "Reorganisation": {
        "id": "id",
        "day": "day",
        "kind": "word",
        "before after": "organisation",
        "instrument key successions": "nested",
        "decision": "reference",
    },
    "Goal": {
        "id": "id",
        "starts ends year": "day",
        "organisation": "organisation",
        "indicator": "word",
        "amount reserve": "figure",
    },
    "Agreement": {
        "id": "id",
        "starts ends year": "day",
        "organisation": "organisation",
        "indicator": "word",
        "amount": "figure",
        "reason": "text",
    },
    "Addition": {
        "id": "id",
        "starts ends year": "day",
        "organisation": "organisation",
        "indicator": "word",
        "amount": "figure",
        "reason": "text",
    },
    "Responsibilities": {"collective primary specific direct": "reference"},
    "Line": {
        "indicator unit": "word",
        "amount per share added reserve points proposed countered": "figure",
        "due": "day",
        "asks source reason checked scoring": "text",
        "responsibilities": "nested",
        "kept": "flag",
    },
    "Cut": {"grade": "word", "least": "figure"},
    "Letter": {
        "id": "id",
        "starts ends year": "day",
        "kind": "word",
        "organisation": "organisation",
        "issuer receiver above revises": "reference",
        "lines cuts": "nested",
        "guidance safeguards method rewards accountability reason": "text",
    },
    "Evidence": {"reference": "reference", "digest": "digest"},
    "Step": {
        "id": "id",
        "day until": "day",
        "of post decision": "reference",
        "name": "word",
        "evidence": "nested",
        "digest": "digest",
        "note": "text",
    },
    "Sheet": {"id": "id", "name unit": "word", "starts ends": "day", "index buffer": "bulk"},
    "Project": {
        "id": "id",
        "starts ends due": "day",
        "type rung": "word",
        "name name_en": "thing",
        "organisation": "organisation",
        "owner first replicates above": "reference",
        "measure": "text",
        "baseline target reached budget": "figure",
        "secretary_project": "flag",
    },
    "Label": {"zh en": "thing"},
    "Link": {"name": "word", "label": "nested"},
    "Chain": {
        "id": "id",
        "starts ends": "day",
        "name name_en": "thing",
        "organisation": "organisation",
        "links": "nested",
    },
    "ChainUnit": {
        "id": "id",
        "starts ends dormant": "day",
        "chain unit": "reference",
        "link": "word",
        "organisation": "organisation",
        "full_members": "figure",
        "reason": "text",
    },
    "Part": {"organisation": "organisation", "share": "figure"},
    "Carrier": {
        "id": "id",
        "starts ends": "day",
        "model": "word",
        "name name_en association": "thing",
        "chain lead covers": "reference",
        "parts": "nested",
    },
    "Leg": {"organisation": "organisation", "purpose pocket": "word", "amount": "figure"},
    "Movement": {
        "id": "id",
        "day year": "day",
        "kind": "word",
        "legs": "nested",
        "of reverses": "reference",
        "reason": "text",
    },
    "Venue": {
        "id": "id",
        "starts ends": "day",
        "organisation": "organisation",
        "name": "thing",
        "area": "figure",
        "build": "word",
        "shares": "reference",
    },
    "Contract": {
        "day": "day",
        "evidence": "nested",
        "advance progress completion final": "figure",
    },
    "Work": {
        "id": "id",
        "starts ends due": "day",
        "organisation": "organisation",
        "name name_en": "thing",
        "venue shares owner": "reference",
        "build": "word",
        "area_before area_planned area_after": "figure",
        "contract": "nested",
    },
    "Item": {
        "id": "id",
        "day due": "day",
        "organisation": "organisation",
        "text text_en measures baseline target": "text",
        "channel severity time_class": "word",
        "owner lead recurs": "reference",
    },
    "PublicCommitment": {
        "id": "id",
        "day due": "day",
        "organisation": "organisation",
        "body item": "reference",
        "text text_en baseline target": "text",
    },
    "Feedback": {
        "id": "id",
        "day": "day",
        "organisation": "organisation",
        "text text_en": "text",
        "channel": "word",
        "informant": "person",
        "into": "reference",
    },
    "Appraisal": {
        "id": "id",
        "day year": "day",
        "organisation": "organisation",
        "voice": "word",
        "score asked answered satisfied": "figure",
    },
    "Decision": {
        "id": "id",
        "day year until": "day",
        "body subject of lifts": "reference",
        "document": "thing",
        "matter outcome": "word",
    },
}
"""Every field of every record class, with the reason why it is no place for a person."""
TYPES: Mapping[str, set[type]] = {
    "figure": {int, type(None)},
    "flag": {bool},
    "bulk": {bytes},
    "day": {date, int, type(None)},
}


def leaves(kind: object) -> set[object]:
    """The types that a field is made of, without tuples, unions and words."""
    inner = [each for each in get_args(kind) if each is not Ellipsis]
    if not inner:
        return {kind} if isinstance(kind, type) else set()
    return set().union(*map(leaves, inner))


def record_classes() -> dict[str, type]:
    """All classes of records, and whatever attrs classes lie in their fields."""
    found: dict[str, type] = {}
    ready: list[type] = list(NOUNS.values())
    while ready:
        cls = ready.pop()
        if cls.__name__ not in found:
            found[cls.__name__] = attrs.resolve_types(cls)
            kinds = set().union(*(leaves(each.type) for each in attrs.fields(cls)))
            ready.extend(each for each in kinds if isinstance(each, type) and attrs.has(each))
    return found


CLASSES = record_classes()


def declared() -> Iterator[tuple[str, str, str]]:
    for cls, groups in FIELDS.items():
        for names, reason in groups.items():
            yield from ((cls, name, reason) for name in names.split())


def test_every_field_of_every_record_has_a_reason_why_it_is_no_place_for_a_person() -> None:
    found = {(name, each.name) for name, cls in CLASSES.items() for each in attrs.fields(cls)}
    given = [(cls, name) for cls, name, _ in declared()]
    assert sorted(given) == sorted(found)
    assert {reason for _, _, reason in declared()} <= REASONS.keys()


def test_the_reasons_fit_the_types() -> None:
    for cls, name, reason in declared():
        kinds = leaves(getattr(attrs.fields(CLASSES[cls]), name).type)
        if reason in TYPES:
            assert kinds <= TYPES[reason], (cls, name)
        elif reason == "nested":
            assert all(isinstance(each, type) and attrs.has(each) for each in kinds - {type(None)}), (
                cls,
                name,
            )
        else:
            assert kinds <= {str, type(None)}, (cls, name)


def test_the_two_ways_to_a_person_are_ids() -> None:
    persons = [(cls, name) for cls, name, reason in declared() if reason == "person"]
    assert persons == [("Tenure", "holder"), ("Feedback", "informant")]
    made: tuple[Callable[[], object], ...] = (
        lambda: Tenure(id="t", post="p", holder="张 三"),
        lambda: Feedback(id="f", day=DAY, organisation="a", text="x", channel="masses", informant="张 三"),
    )
    for make in made:
        with pytest.raises(RecordProblem):
            make()


def test_evidence_is_a_reference_and_a_digest_and_never_bytes() -> None:
    assert {each.name: each.type for each in attrs.fields(CLASSES["Evidence"])} == {
        "reference": str,
        "digest": str,
    }
    assert CLASSES["Evidence"] is Evidence
    of_bytes = [(cls, name) for cls, name, reason in declared() if reason == "bulk"]
    assert of_bytes == [("Sheet", "index"), ("Sheet", "buffer")]


def test_dues_are_a_function_of_a_base_and_nothing_that_is_kept() -> None:
    catalogue = pb.PluginHost.installed(["acheng"]).catalogue()
    (wage,) = [each.value for each in catalogue.standard_layers("dues_wage", DAY) if not each.value.kinds]
    assert isinstance(wage.value, Brackets)
    assert [wage.value.figure(base) for base in (300_000, 400_000)] == [
        50,
        100,
    ]  # ten-thousandths of the base
    facts = [name for name, each in catalogue.motions_on(DAY).items() if isinstance(each.value, Fact)]
    words = [*facts, *NOUNS, *(name for _, name, _ in declared()), *(cls.lower() for cls in FIELDS)]
    assert facts
    assert [
        each for each in words if any(word in each for word in ("dues", "wage", "salar", "pension", "income"))
    ] == []


# --- names beside the chain -------------------------------------------------------------------------------------

RECORDS = (
    Organisation(id="top", name="区", kind="district"),
    *(
        Organisation(id=id_, name=id_, kind="village", placements=(Placement(parent="top"),))
        for id_ in ("a", "b")
    ),
    *(PartyBody(id=f"{id_}-body", name="B", kind="branch", seat=id_) for id_ in ("a", "b")),
    *(Post(id=f"{id_}-post", body=f"{id_}-body", role="secretary") for id_ in ("a", "b")),
    *(Tenure(id=f"{id_}-tenure", post=f"{id_}-post", holder=f"{id_}-holder") for id_ in ("a", "b")),
    Feedback(id="f", day=DAY, organisation="a", text="x", channel="masses", informant="a-informant"),
)
HOST = pb.PluginHost.installed(["acheng"])


def person(id_: str = "a-holder") -> Person:
    return Person(id=id_, name=NAME, contact=CONTACT)


@pytest.fixture(params=["memory", "sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return "memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/store/ledger.db"


@pytest.fixture
def ledger(url: str, tmp_path: Path) -> Iterator[Ledger]:
    (tmp_path / "store").mkdir()
    with Ledger.open(url, host=HOST, policy=pb.AllowAll()) as opened:
        opened.commit(RECORDS, actor=OFFICE, why="opening", at=AT)
        yield opened


def bytes_of(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file())


def traces(content: bytes) -> list[str]:
    return [
        encoding
        for text in (NAME, NAME[:3], CONTACT)
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
        if text.encode(encoding) in content
    ]


def test_a_name_is_kept_asked_for_and_replaced(ledger: Ledger) -> None:
    ledger.keep_names([person(), person("b-holder")], actor=OFFICE, at=AT)
    ledger.keep_names([Person(id="a-holder", name="示例丁")], actor=OFFICE, at=AT)
    found = ledger.names(["a-holder", "b-holder", "nobody"], actor=OFFICE, at=AT)
    assert {id_: each.name for id_, each in found.items()} == {"a-holder": "示例丁", "b-holder": NAME}
    assert ledger.head().number == 1  # the chain knows nothing of it


def test_after_forgetting_no_byte_of_the_name_is_in_store_backup_or_export(
    ledger: Ledger, url: str, tmp_path: Path
) -> None:
    ledger.keep_names([person(), person("b-holder"), person("a-informant")], actor=OFFICE, at=AT)
    ledger.keep_names([Person(id="b-holder", name="示例丁")], actor=OFFICE, at=AT)
    kept = ledger.forget(["a-holder", "a-informant"], actor=OFFICE, why="依本人申请", at=AT)
    assert set(kept) == {"a-holder", "a-informant"}
    assert [each.name for each in ledger.names(["a-holder", "b-holder"], actor=OFFICE, at=AT).values()] == [
        "示例丁"
    ]
    assert ledger.verify() == ()
    store = ledger._store
    if isinstance(store, Backing):
        store.backup(tmp_path / "store" / "backup.db")
    table = [(each.header.actor, each.header.reason, each.header.rule) for each in ledger.log()]
    write_csv(tmp_path / "store" / "log.csv", ["actor", "why", "rule"], table)
    (tmp_path / "store" / "snapshot.txt").write_text(repr(ledger.snapshot(on=DAY).records), encoding="utf-8")
    ledger.close()
    content = bytes_of(tmp_path / "store")
    assert traces(content) == []
    assert (url == "memory:") or "示例丁".encode() in content  # the search would find it


def test_that_an_id_was_forgotten_stands_in_the_chain_without_a_name(ledger: Ledger) -> None:
    ledger.keep_names([person()], actor=OFFICE, at=AT)
    assert ledger.forget(["a-holder"], actor=OFFICE, why="依本人申请", at=AT) == ("a-holder",)
    last = list(ledger.log())[-1].header
    assert (last.number, last.actor, last.reason, last.command, last.rule) == (
        2,
        "office",
        "依本人申请",
        "forget",
        "allow-all",
    )
    (row,) = next(iter(ledger._store.changes(2))).rows
    assert (row.kind, row.id, row.body) == ("forgotten", "a-holder", '{"day":"2026-03-01","id":"a-holder"}')
    assert ledger.forget(["a-holder"], actor=OFFICE, why="again", at=AT) == ()
    assert ledger.forget([], actor=OFFICE, why="carried on", at=AT) == ()
    assert ledger.head().number == 2
    with pytest.raises(StoreProblem) as caught:
        ledger.keep_names([person()], actor=OFFICE, at=AT)
    assert caught.value.code == "person-forgotten"
    more = Organisation(id="c", name="c", kind="village", placements=(Placement(parent="top"),))
    assert ledger.commit([more], actor=OFFICE, why="the chain goes on", at=AT).number == 3
    assert ledger.verify() == ()


def test_a_reason_that_repeats_the_name_and_an_id_of_nobody_never_reach_the_chain(ledger: Ledger) -> None:
    ledger.keep_names([person()], actor=OFFICE, at=AT)
    for why in (f"{NAME}要求", f"tel. {CONTACT}"):
        with pytest.raises(RecordProblem) as caught:
            ledger.forget(["a-holder"], actor=OFFICE, why=why, at=AT)
        assert caught.value.code == "reason-names-person"
        assert traces(str(caught.value).encode()) == []
    with pytest.raises(RecordProblem) as caught:
        ledger.forget(["a-holder", NAME], actor=OFFICE, why="x", at=AT)
    assert (caught.value.code, caught.value.problems[0].read) == ("person-unknown", "1 of 2")
    assert traces(str(caught.value).encode()) == []
    assert ledger.head().number == 1
    assert len(ledger.names(["a-holder"], actor=OFFICE, at=AT)) == 1


def test_verify_tells_of_a_name_that_the_chain_calls_forgotten() -> None:
    class Broken(MemoryStore):
        def forget(self, ids: Iterable[str]) -> tuple[str, ...]:
            raise StoreProblem(pb.Problem("store-busy", read=str(ids)))

    store = Broken()
    ledger = Ledger(store, host=HOST, policy=pb.AllowAll())
    ledger.commit(RECORDS, actor=OFFICE, why="opening", at=AT)
    ledger.keep_names([person()], actor=OFFICE, at=AT)
    with pytest.raises(StoreProblem):
        ledger.forget(["a-holder"], actor=OFFICE, why="x", at=AT)
    (problem,) = ledger.verify()
    assert (problem.code, problem.where.record) == ("person-not-erased", "a-holder")
    assert traces(str(problem).encode()) == []
    MemoryStore.forget(store, ["a-holder"])
    assert ledger.verify() == ()


def test_a_store_that_cannot_erase_keeps_no_name() -> None:
    inner = MemoryStore()

    class Plain:
        """A store with nothing beside what every store does."""

        def __getattr__(self, name: str) -> object:
            if name in dir(Store):
                return getattr(inner, name)
            raise AttributeError(name)

    ledger = Ledger(Plain(), host=HOST, policy=pb.AllowAll())  # type: ignore[arg-type]  # it does what a store does
    ledger.commit(RECORDS, actor=OFFICE, why="opening", at=AT)
    for call in (
        lambda: ledger.keep_names([person()], actor=OFFICE, at=AT),
        lambda: ledger.names(["a-holder"], actor=OFFICE, at=AT),
        lambda: ledger.forget(["a-holder"], actor=OFFICE, why="x", at=AT),
    ):
        with pytest.raises(StoreProblem) as caught:
            call()
        assert caught.value.code == "store-not-erasable"
    assert ledger.verify() == ()


def of_role(role: str, unit: str | None, store: Store) -> Ledger:
    return Ledger(
        store, host=HOST, policy=pb.Grants([pb.Grant(actor="office", role=role, organisation=unit)])
    )


def test_names_need_their_own_permission_where_the_person_stands() -> None:
    store = MemoryStore()
    Ledger(store, host=HOST, policy=pb.AllowAll()).commit(RECORDS, actor=OFFICE, why="opening", at=AT)
    admin = of_role("administrator", "a", store)
    admin.keep_names([person(), person("a-informant")], actor=OFFICE, at=AT)
    assert len(admin.names(["a-holder", "a-informant"], actor=OFFICE, at=AT)) == 2
    assert of_role("administrator", None, store).names(["nobody"], actor=OFFICE, at=AT) == {}
    told = set()
    for ledger, ids in (
        (of_role("secretary", "a", store), ["a-holder"]),  # reads, but no names
        (of_role("administrator", "top", store), ["a-holder"]),  # reading names does not go down
        (admin, ["b-holder"]),
        (admin, ["nobody"]),
        (admin, ["a-holder", "b-holder"]),
        (admin, []),
    ):
        with pytest.raises(NotPermitted) as caught:
            ledger.names(ids, actor=OFFICE, at=AT)
        told.add(str(caught.value))
    assert len(told) == 1
    for act in (
        lambda: admin.keep_names([person("b-holder")], actor=OFFICE, at=AT),
        lambda: admin.forget(["b-holder"], actor=OFFICE, why="x", at=AT),
        lambda: of_role("secretary", "a", store).forget(["a-holder"], actor=OFFICE, why="x", at=AT),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert store.head().number == 1
    assert of_role("administrator", "top", store).forget(["a-holder"], actor=OFFICE, why="x", at=AT) == (
        "a-holder",
    )
    assert list(store.entries())[-1].header.rule == "grant administrator at top […, …)"


def test_a_name_shows_in_no_representation_message_or_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store = MemoryStore()
    ledger = Ledger(store, host=HOST, policy=pb.AllowAll())
    ledger.commit(RECORDS, actor=OFFICE, why="opening", at=AT)
    ledger.keep_names([person()], actor=OFFICE, at=AT)
    said = [repr(each) for each in (person(), ledger.names(["a-holder"], actor=OFFICE, at=AT), store, ledger)]
    with pytest.raises(PartybuildingError) as caught:
        of_role("reader", "a", store).names([NAME], actor=OFFICE, at=AT)
    assert traces("".join([*said, str(caught.value), repr(caught.value), caplog.text]).encode()) == []


def test_pages_and_tables_of_a_year_show_no_person(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "examples/acheng"
    records = pb.read_folder(example)
    ledger = Ledger(MemoryStore(), host=HOST, policy=pb.AllowAll())
    ledger.commit(records, actor=OFFICE, why="opening", at=AT)
    holders = {each.holder for each in records if isinstance(each, Tenure)}
    assert holders
    ledger.keep_names([person(id_) for id_ in holders], actor=OFFICE, at=AT)
    book = Book(
        year=retell(ledger, HOST.catalogue(), date(2026, 12, 31)),
        catalogue=HOST.catalogue(),
        head=ledger.head(),
    )
    site.write_site(tmp_path, book, purpose="education", least=1)
    table = figures(book)
    write_csv(
        tmp_path / "result.csv",
        [each.zh for each in table.headers],
        [[str(cell) for cell in row] for row in table.rows],
    )
    content = bytes_of(tmp_path)
    assert len(content) > 10_000
    assert traces(content) == []
    assert [each for each in sorted(holders) if each.encode() in content] == []


def test_only_the_ledger_reaches_the_names() -> None:
    """Reports, exports and the engine cannot say a name, because they never see one."""
    source = Path(inspect.getfile(columns)).parents[1]
    rooms = ("report", "exchange", "engine", "cycle", "mechanisms", "domain")
    found = [
        path.name
        for room in rooms
        for path in sorted((source / room).rglob("*.py"))
        if "extension.persons" in path.read_text("utf-8")
    ]
    assert found == []
    assert isinstance(MemoryStore(), PersonStore)
