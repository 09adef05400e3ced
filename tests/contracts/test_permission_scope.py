"""What a reader in one district gets of another: nothing, by no method, and the same answer as for what is not there."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from attrs import evolve

import partybuilding as pb
from partybuilding.cycle.year import retell
from partybuilding.domain.funding import Leg, Movement, Pocket
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.organisations import District, Organisation, PartyBody, Placement
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.sheets import Sheet, sheet
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.venues import Venue
from partybuilding.engine.tree import part_of, tree_of
from partybuilding.extension.persons import Person
from partybuilding.extension.store import Draft, Header, Row
from partybuilding.ledger.grants import ROLES
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.permissions import Actor
from partybuilding.ledger.versions import Withdrawal, content
from partybuilding.storage.memory import MemoryStore

if TYPE_CHECKING:
    from partybuilding.domain.record import Record
    from partybuilding.ledger.permissions import Policy

EXAMPLE = Path(__file__).parents[2] / "examples/acheng"
DAY, MOVE, END = date(2026, 3, 1), date(2026, 7, 1), date(2026, 12, 31)
OFFICE, READER = Actor("office"), Actor("reader")


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


AT = moment(DAY)


RULES = """
from partybuilding.plugin import Check, Fact, Label, Rollup, hookimpl


def enough(people):
    return people >= 5


@hookimpl
def partybuilding_formulas():
    yield Fact(name="lab.people", most=10**6)
    yield Rollup(name="lab.people_all", of="lab.people")
    yield Check(name="lab.enough", function=enough, says=Label("人数不足", "too few"))
"""


def organisation(id_: str, *placements: Placement, kind: str = "village") -> Organisation:
    return Organisation(id=id_, name=f"{id_}村", kind=kind, placements=placements)


TREE = (
    organisation("top", kind="city"),
    organisation("east", Placement(parent="top"), kind="district"),
    organisation("west", Placement(parent="top"), kind="district"),
    organisation("east-1", Placement(parent="east")),
    organisation("east-2", Placement(parent="east", ends=MOVE), Placement(parent="west", starts=MOVE)),
    organisation("west-1", Placement(parent="west")),
)
FIGURES = {"top": 7, "east": 1, "west": 2, "east-1": 10, "east-2": 20, "west-1": 40}


def leg(id_: str, amount: int, pocket: Pocket = "free") -> Leg:
    return Leg(organisation=id_, purpose="x", pocket=pocket, amount=amount)


def of_unit(id_: str) -> tuple[Record, ...]:
    return (
        PartyBody(id=f"{id_}-body", name="B", kind="branch", seat=id_),
        Post(id=f"{id_}-post", body=f"{id_}-body", role="secretary"),
        Tenure(id=f"{id_}-tenure", post=f"{id_}-post", holder=f"{id_}-holder"),
        Venue(id=f"{id_}-hall", organisation=id_, name="H", area=1, build="existing"),
    )


RECORDS: tuple[Record, ...] = (
    *TREE,
    District(id="d", root="top"),
    *(each for unit in ("east-1", "west-1") for each in of_unit(unit)),
    sheet(name="lab.people", unit="item", starts=date(2026, 1, 1), ends=date(2027, 1, 1), figures=FIGURES),
    sheet(name="western", unit="member", starts=DAY, ends=date(2026, 4, 1), figures={"west": 1}),
    sheet(name="eastern", unit="member", starts=DAY, ends=date(2026, 4, 1), figures={"east": 1}),
    Movement(
        id="budget", day=DAY, year=2026, kind="budget", legs=(leg("east", -10, "source"), leg("east", 10))
    ),
    Movement(id="inside", day=DAY, year=2026, kind="allocate", legs=(leg("east", -5), leg("east-1", 5))),
    Movement(id="across", day=DAY, year=2026, kind="allocate", legs=(leg("east", -5), leg("west", 5))),
)


def grants(role: str, unit: str | None, *more: pb.Grant) -> pb.Grants:
    return pb.Grants([pb.Grant(actor="reader", role=role, organisation=unit), *more])


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> pb.PluginHost:
    rules = tmp_path_factory.mktemp("rules") / "lab.py"
    rules.write_text(RULES, encoding="utf-8")
    return pb.PluginHost.installed(files=[rules])


def opened(policy: Policy, host: pb.PluginHost) -> tuple[Ledger, MemoryStore]:
    store = MemoryStore()
    Ledger(store, host=host, policy=pb.AllowAll()).commit(RECORDS, actor=OFFICE, why="opening", at=AT)
    store.keep_persons([Person(id=f"{unit}-holder", name=f"姓名{unit}") for unit in ("east-1", "west-1")])
    return Ledger(store, host=host, policy=policy), store


# --- the snapshot -----------------------------------------------------------------------------------------------


def test_a_snapshot_answers_for_the_organisations_in_scope_only(host: pb.PluginHost) -> None:
    ledger, _ = opened(grants("reader", "east"), host)
    seen = ledger.snapshot(on=DAY, actor=READER, at=AT)
    assert seen.seen == frozenset({"east", "east-1", "east-2"})
    assert list(seen.organisations()) == ["east", "east-1", "east-2"]
    references = {each.reference for held in seen.records.values() for each in held}
    assert {each for each in references if "west" in each or each == "district:d"} == set()
    assert {"movement:inside", "tenure:east-1-tenure", "venue:east-1-hall", "body:east-1-body"} <= references
    assert "movement:across" not in references
    assert (seen.root, seen.head, seen.known) == (None, ledger.head().hash, 1)
    assert seen.find(Organisation, "west") is seen.find(Organisation, "nowhere") is None
    assert "west" not in repr(seen)


def test_a_sheet_shows_its_rows_in_scope_and_a_stamp_only_where_it_is_whole(host: pb.PluginHost) -> None:
    ledger, _ = opened(grants("reader", "east"), host)
    seen = ledger.snapshot(on=DAY, actor=READER, at=AT)
    shown = {each.name: each for each in seen.of(Sheet)}
    assert dict(zip(shown["lab.people"].organisations, shown["lab.people"].figures, strict=True)) == {
        "east": 1,
        "east-1": 10,
        "east-2": 20,
    }
    assert set(shown) == {"lab.people", "eastern"}
    assert shown["lab.people"].reference not in seen.stamps  # its digest covers the hidden rows
    assert shown["eastern"].reference in seen.stamps
    assert seen.stamps.keys() <= {each.reference for held in seen.records.values() for each in held}


def test_what_is_proposed_is_added_to_both_sides(host: pb.PluginHost) -> None:
    ledger, _ = opened(grants("reader", "east"), host)
    hall = Venue(id="new", organisation="east-1", name="N", area=1, build="new")
    grown = ledger.snapshot(on=DAY, actor=READER, at=AT).adding([hall])
    assert grown.find(Venue, "new") == hall
    assert grown.whole is not None
    assert grown.whole.find(Venue, "new") == hall
    assert grown.whole.find(Organisation, "west") is not None


def test_who_may_read_everything_gets_the_whole_and_a_denial_cuts_it(host: pb.PluginHost) -> None:
    ledger, _ = opened(grants("reader", None), host)
    assert ledger.snapshot(on=DAY, actor=READER, at=AT).seen is None
    assert len(list(ledger.log(actor=READER, at=AT))) == 1
    assert ledger.verify(actor=READER, at=AT) == ()
    denied = pb.Grant(actor="reader", actions=["read"], organisation="west", deny=True)
    ledger, _ = opened(grants("reader", None, denied), host)
    assert ledger.snapshot(on=DAY, actor=READER, at=AT).seen == frozenset({"top", "east", "east-1", "east-2"})
    top, _ = opened(grants("reader", "top"), host)
    for ask in (ledger.log, ledger.verify, top.log, top.verify):
        with pytest.raises(pb.PartybuildingError) as caught:
            ask(actor=READER, at=AT)
        assert caught.value.code == "not-permitted"


def test_a_unit_that_moves_out_takes_the_access_along_from_that_day_and_not_before(
    host: pb.PluginHost,
) -> None:
    ledger, _ = opened(grants("reader", "east"), host)
    before, after = moment(date(2026, 6, 30)), moment(MOVE)
    for on in (DAY, END):
        assert "east-2" in ledger.snapshot(on=on, actor=READER, at=before).organisations()
        assert "east-2" not in ledger.snapshot(on=on, actor=READER, at=after).organisations()
    west, _ = opened(grants("reader", "west"), host)
    assert "east-2" not in west.snapshot(on=DAY, actor=READER, at=before).organisations()
    assert "east-2" in west.snapshot(on=DAY, actor=READER, at=after).organisations()
    hall = Venue(id="new", organisation="east-2", name="N", area=1, build="new")
    drafting, store = opened(grants("clerk", "east"), host)
    with pytest.raises(pb.PartybuildingError):
        drafting.commit([hall], actor=READER, why="x", at=after)
    drafting.commit([hall], actor=READER, why="x", at=before)
    assert store.head().number == 2


def test_records_of_what_is_not_in_force_are_found_by_their_history(host: pb.PluginHost) -> None:
    ledger, store = opened(grants("reader", "east"), host)
    office = Ledger(store, host=host, policy=pb.AllowAll())
    gone = [
        evolve(each, ends=date(2026, 5, 1))
        for unit in ("east-1", "west-1")
        for each in of_unit(unit)
        if isinstance(each, PartyBody | Post)
    ]
    office.commit(gone, actor=OFFICE, why="dissolved", at=AT)
    seen = ledger.snapshot(on=date(2026, 6, 1), actor=READER, at=AT)
    assert [each.id for each in seen.of(Tenure)] == ["east-1-tenure"]


def test_a_step_of_a_record_that_nobody_here_knows_is_shown_to_nobody(host: pb.PluginHost) -> None:
    ledger, store = opened(grants("reader", "east"), host)
    strange = Step(id="strange", of="star:x", name="shine", post="east-1-post", day=DAY)
    header = Header(at=AT, actor="office", reason="by a plugin that is gone", rule="allow-all")
    store.append(
        Draft(header=header, rows=[Row(kind="step", id="strange", starts=DAY, body=content(strange))]), 1
    )
    seen = ledger.snapshot(on=DAY, actor=READER, at=AT)
    assert (seen.of(Step), None if seen.whole is None else seen.whole.of(Step)) == ((), (strange,))


# --- the result -------------------------------------------------------------------------------------------------


def test_a_result_has_the_numbers_of_all_for_those_in_scope_and_answers_for_no_other(
    host: pb.PluginHost,
) -> None:
    ledger, store = opened(grants("reader", "west"), host)
    seen = ledger.snapshot(on=END, actor=READER, at=moment(END))
    mine = pb.evaluate(seen, host.catalogue(), year=2026)
    whole = pb.evaluate(
        Ledger(store, host=host, policy=pb.AllowAll()).snapshot(on=END), host.catalogue(), year=2026
    )
    assert mine.organisations == ("west", "east-2", "west-1")
    assert mine.value("west", "lab.people_all") == 62
    assert whole.value("top", "lab.people_all") == 80
    for name in whole.names():
        assert dict(mine.rows(name)) == {id_: whole.value(id_, name) for id_ in mine.organisations}
        assert len(mine.frame()[name]) == 3
    assert [each.organisation for each in whole.findings] == ["east", "west"]
    assert [each.organisation for each in mine.findings] == ["west"]
    assert mine.snapshot is seen


def test_a_district_result_is_cut_without_changing_a_number() -> None:
    host = pb.PluginHost.installed(["acheng"])
    store = MemoryStore()
    office = Ledger(store, host=host, policy=pb.AllowAll())
    office.commit(pb.read_folder(EXAMPLE), actor=OFFICE, why="opening", at=AT)
    whole = pb.evaluate(office.snapshot(on=END), host.catalogue(), year=2026)
    denied = pb.Grant(actor="reader", actions=["read"], organisation="shili-05", deny=True)
    reading = Ledger(store, host=host, policy=grants("reader", "shili", denied))
    result = pb.evaluate(reading.snapshot(on=END, actor=READER, at=AT), host.catalogue(), year=2026)
    assert result.organisations[0] == "shili"
    assert 5 < len(result.organisations) < len(whole.organisations)
    assert "shili-05" not in result.organisations
    for id_ in result.organisations:
        assert [result.raw(id_, name) for name in result.names()] == [
            whole.raw(id_, name) for name in whole.names()
        ]
        assert result.grade(id_) == whole.grade(id_)
        assert result.scheme_of(id_) == whole.scheme_of(id_)
        assert [result.standard(id_, name) for name, _ in result.laid] == [
            whole.standard(id_, name) for name, _ in whole.laid
        ]
    letters = pb.decompose(reading.snapshot(on=END, actor=READER, at=AT), host.catalogue(), year=2026)
    everybody = pb.decompose(office.snapshot(on=END), host.catalogue(), year=2026)
    own = {each.organisation: each for each in everybody}
    assert {each.organisation for each in letters} <= set(result.organisations)
    assert [each.lines for each in letters] == [own[each.organisation].lines for each in letters]


def test_a_year_is_retold_for_a_reader(host: pb.PluginHost) -> None:
    ledger, _ = opened(grants("reader", "west"), host)
    told = retell(ledger, host.catalogue(), END, actor=READER, at=AT)
    assert told.moments == ()
    assert told.result.organisations == ("west", "west-1")
    ledger, _ = opened(grants("reader", None), host)
    assert len(retell(ledger, host.catalogue(), END, actor=READER, at=AT).moments) == 1


def test_a_failure_of_the_whole_tells_a_reader_nothing_of_others(host: pb.PluginHost) -> None:
    for unit, codes in (("west-1", ["beyond-scope"]), ("east-1", ["beyond-bounds"])):
        _, store = opened(pb.AllowAll(), host)
        wrong = sheet(
            name="lab.people",
            unit="item",
            starts=date(2026, 1, 1),
            ends=date(2027, 1, 1),
            figures={unit: 10**9},
        )
        Ledger(store, host=host, policy=pb.AllowAll()).commit([wrong], actor=OFFICE, why="x", at=AT)
        seen = Ledger(store, host=host, policy=grants("reader", "east")).snapshot(on=END, actor=READER, at=AT)
        with pytest.raises(pb.PartybuildingError) as caught:
            pb.evaluate(seen, host.catalogue(), year=2026)
        assert [each.code for each in caught.value.problems] == codes
        assert caught.value.__suppress_context__
        assert "west" not in str(caught.value)


def test_what_is_wrong_with_the_rules_is_told_to_every_reader(host: pb.PluginHost) -> None:
    ledger, store = opened(grants("reader", "east"), host)
    Ledger(store, host=host, policy=pb.AllowAll()).commit(
        [Withdrawal(noun="district", id="d")], actor=OFFICE, why="x", at=AT
    )
    with pytest.raises(pb.PartybuildingError) as caught:
        pb.evaluate(ledger.snapshot(on=END, actor=READER, at=AT), host.catalogue(), year=2026)
    assert caught.value.code == "no-root"


def test_a_part_of_a_tree_is_a_tree_of_several_roots(host: pb.PluginHost) -> None:
    _, store = opened(pb.AllowAll(), host)
    tree = tree_of(Ledger(store, host=host, policy=pb.AllowAll()).snapshot(on=DAY))
    part = part_of(tree, {"east", "east-2", "west-1", "east-1"})
    assert part.ids == ("east", "west-1", "east-1", "east-2")
    assert part.parent.tolist() == [-1, -1, 0, 0]
    assert part.first.tolist() == [2, 4, 4, 4, 4]
    assert part.levels == ((0, 2), (2, 4))
    assert part.size.tolist() == [3, 1, 1, 1]
    assert part.preorder.tolist() == [0, 3, 1, 2]
    assert part_of(tree, set()).ids == ()
    whole = part_of(tree, set(tree.ids))
    assert (whole.ids, whole.preorder.tolist(), whole.first.tolist()) == (
        tree.ids,
        tree.preorder.tolist(),
        tree.first.tolist(),
    )


# --- every method, with an id of the other district -------------------------------------------------------------

Call = Callable[["Desk", str], object]


class Desk:
    """What somebody in one district has at hand; every role at once, so that no method fails for want of a role."""

    def __init__(self, host: pb.PluginHost) -> None:
        every = [pb.Grant(actor="reader", role=role, organisation="east", inherit=True) for role in ROLES]
        self.ledger, self.store = opened(pb.Grants(every), host)
        self.snapshot = self.ledger.snapshot(on=DAY, actor=READER, at=AT)
        self.result = pb.evaluate(self.snapshot, host.catalogue(), year=2026)

    def state(self) -> object:
        kept = self.store.persons([f"{unit}-holder" for unit in ("east-1", "west-1")])
        return self.store.head(), kept, self.store.forgotten()


def commit(desk: Desk, record: Record | Withdrawal) -> object:
    return desk.ledger.commit([record], actor=READER, why="x", at=AT)


CALLS: Mapping[str, Call] = {
    "Ledger.commit an organisation": lambda desk, unit: commit(desk, organisation(unit)),
    "Ledger.commit a venue": lambda desk, unit: commit(
        desk, Venue(id="n", organisation=unit, name="N", area=1, build="new")
    ),
    "Ledger.commit a child": lambda desk, unit: commit(desk, organisation("n", Placement(parent=unit))),
    "Ledger.commit a tenure": lambda desk, unit: commit(
        desk, Tenure(id="n", post=f"{unit}-post", holder="n")
    ),
    "Ledger.commit a withdrawal": lambda desk, unit: commit(
        desk, Withdrawal(noun="venue", id=f"{unit}-hall")
    ),
    "Ledger.commit figures": lambda desk, unit: commit(
        desk, sheet(name="x", unit="item", starts=DAY, ends=END, figures={unit: 1})
    ),
    "Ledger.keep_names": lambda desk, unit: desk.ledger.keep_names(
        [Person(id=f"{unit}-holder", name="甲")], actor=READER, at=AT
    ),
    "Ledger.names": lambda desk, unit: desk.ledger.names([f"{unit}-holder"], actor=READER, at=AT),
    "Ledger.forget": lambda desk, unit: desk.ledger.forget([f"{unit}-holder"], actor=READER, why="x", at=AT),
    "Snapshot.find": lambda desk, unit: [
        desk.snapshot.find(noun, f"{unit}{tail}")
        for noun, tail in ((Organisation, ""), (Venue, "-hall"), (Tenure, "-tenure"))
    ],
    "Result.raw": lambda desk, unit: desk.result.raw(unit, "lab.people"),
    "Result.value": lambda desk, unit: desk.result.value(unit, "lab.people"),
    "Result.grade": lambda desk, unit: desk.result.grade(unit),
    "Result.scheme_of": lambda desk, unit: desk.result.scheme_of(unit),
    "Result.standard": lambda desk, unit: desk.result.standard(unit, "lab.none"),
}
"""Every public method that takes an id, called with one."""
WITHOUT_ID: Mapping[str, str] = {
    "Ledger.open": "opens; the policy is an argument",
    "Ledger.snapshot": "takes days and a number; cut to the scope, as tested above",
    "Ledger.number_on": "a number by a day",
    "Ledger.head": "a number and a hash",
    "Ledger.log": "for whoever may read everything, as tested above",
    "Ledger.verify": "for whoever may read everything, as tested above",
    "Ledger.backup": "for whoever may administer everything, as tested below",
    "Ledger.backups": "for whoever may administer everything, as tested below",
    "Ledger.discard_backup": "for whoever may administer everything, as tested below",
    "Ledger.close": "closes",
    "Snapshot.of": "takes a class; the records are cut",
    "Snapshot.steps": "the records are cut",
    "Snapshot.organisations": "the records are cut",
    "Snapshot.adding": "takes records, and stores nothing",
    "Result.names": "names of columns",
    "Result.node": "takes the name of a column",
    "Result.frame": "all of the cut columns",
    "Result.rows": "all of a cut column",
    "Result.organisations": "the ids in scope",
}


def public_methods() -> set[str]:
    return {
        f"{cls.__name__}.{name}"
        for cls in (Ledger, Snapshot, pb.Result)
        for name, member in inspect.getmembers(cls)
        if not name.startswith("_") and (inspect.isroutine(member) or isinstance(member, property))
    }


def outcome(call: Call, desk: Desk, unit: str) -> str:
    """What comes back, or the refusal, with the caller's own id and the names in scope that look like it made equal."""
    try:
        said = repr(call(desk, unit))
    except pb.PartybuildingError as error:
        said = f"{type(error).__name__} {error}"
    return re.sub(r"east[-, east12]+", "NEAR", said.replace(unit, "UNIT"))


def test_every_public_method_is_tried_or_says_why_it_need_not_be() -> None:
    assert {name.split(" ")[0] for name in CALLS} | WITHOUT_ID.keys() == public_methods()


@pytest.mark.parametrize("name", CALLS)
def test_an_id_of_another_district_gives_and_changes_nothing_and_looks_like_none(
    name: str, host: pb.PluginHost
) -> None:
    desk = Desk(host)
    before = desk.state()
    hidden, absent = outcome(CALLS[name], desk, "west-1"), outcome(CALLS[name], desk, "west-9")
    assert desk.state() == before
    assert hidden == absent
    assert "west" not in hidden
    assert hidden.startswith(("NotPermitted", "PlanProblem", "[None, None, None]"))
    assert outcome(CALLS[name], desk, "east-1") != hidden


def test_a_copy_of_everything_is_for_whoever_may_administer_everything(tmp_path: Path) -> None:
    host = pb.PluginHost.installed(["acheng"])
    target, codes = tmp_path / "copy.db", []
    for unit in ("top", None):
        with Ledger.open(
            f"sqlite:///{tmp_path}/{unit}.db", host=host, policy=grants("administrator", unit)
        ) as ledger:
            try:
                codes.append(str(ledger.backup(target, actor=READER, at=AT).number))
            except pb.PartybuildingError as error:
                codes.append(error.code)
    assert (codes, target.exists()) == (["not-permitted", "0"], True)


def test_a_store_that_is_no_file_is_not_copied(host: pb.PluginHost, tmp_path: Path) -> None:
    ledger, _ = opened(pb.AllowAll(), host)
    with pytest.raises(pb.PartybuildingError) as caught:
        ledger.backup(tmp_path / "copy.db", actor=OFFICE, at=AT)
    assert caught.value.code == "store-no-backup"


def test_only_who_may_administer_everything_sees_and_lets_go_of_the_copies(tmp_path: Path) -> None:
    ledger = pb.Ledger.open(
        f"sqlite:///{tmp_path / 'l.db'}", host=pb.PluginHost.installed([]), policy=pb.Grants(())
    )
    with ledger:
        for refused in (
            lambda: ledger.backups(actor=READER, at=AT),
            lambda: ledger.discard_backup(tmp_path / "copy.db", actor=READER, at=AT),
        ):
            with pytest.raises(pb.PartybuildingError) as caught:
                refused()
            assert caught.value.code == "not-permitted"
