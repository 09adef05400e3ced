"""A file written with a plugin opens without it: its records are kept, shown and carried on unchanged."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copyfile

import pytest
from attrs import evolve

import partybuilding as pb
from partybuilding.cycle.steps import take
from partybuilding.domain.lifecycles import Evidence, Step
from partybuilding.domain.organisations import Organisation, PartyBody
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.projects import Project
from partybuilding.errors import StepRefused
from partybuilding.extension.host import PluginHost
from partybuilding.extension.store import Draft, Head, Header, Row, Stored
from partybuilding.storage.sqlite import open_sqlite

FIRST_SCHEMA = Path(__file__).parents[1] / "fixtures" / "store-schema-1.db"
OFFICE = pb.Actor("office")
DAY = date(2026, 6, 1)
LAB = '''"""A plugin with a type of project of its own."""
from partybuilding.plugin import Label, Lifecycle, ProjectType, Transition, hookimpl

LIFE = Lifecycle(
    name="lab.trial",
    start="draft",
    closed=("done",),
    states={"draft": Label("草拟", "draft"), "done": Label("完成", "done")},
    transitions=(Transition(step="declare", sources=("draft",), target="done", label=Label("申报", "declare")),),
)


@hookimpl
def partybuilding_rules():
    yield ProjectType(
        name="lab.trial", label=Label("试点", "trial"), source="made up", lifecycle=LIFE, acceptance="learning"
    )
'''


def at(day: int) -> datetime:
    return datetime(2026, 6, day, 1, tzinfo=UTC)


def opened(path: Path, host: PluginHost) -> pb.Ledger:
    return pb.Ledger.open(f"sqlite:///{path}", host=host, policy=pb.AllowAll())


def stored(path: Path, *kinds: str) -> list[Stored]:
    """The rows of some kinds as the file has them."""
    with open_sqlite(f"sqlite:///{path}", read_only=True) as store:
        return [row for kind in kinds for row in store.read(kind)]


def without() -> PluginHost:
    """The library without any plugin of a district."""
    return PluginHost.installed([])


@pytest.fixture
def lab(tmp_path: Path) -> PluginHost:
    """The library with a plugin that is written here and nowhere else."""
    file = tmp_path / "lab.py"
    file.write_text(LAB, encoding="utf-8")
    return PluginHost.installed(files=[file])


@pytest.fixture
def path(tmp_path: Path, lab: PluginHost) -> Path:
    """A ledger that the plugin took part in: a project of its type, its step, and a record of a kind of its own."""
    place = tmp_path / "ledger.db"
    village = Organisation(id="shili-01", name="示例村01", kind="village", example=True)
    body = PartyBody(id="b", name="示例党支部", kind="branch", seat="shili-01")
    posts = (Post(id="officer", body="b", role="officer"), Post(id="secretary", body="b", role="secretary"))
    held = (Tenure(id=f"t-{each.id}", post=each.id, holder=f"h-{each.id}") for each in posts)
    project = Project(
        id="p", type="lab.trial", name="示例试点", organisation="shili-01", owner="officer", first="secretary",
        measure="item", due=date(2026, 11, 30),
    )  # fmt: skip
    with opened(place, lab) as ledger:
        ledger.commit((village, body, *posts, *held, project), actor=OFFICE, why="opening", at=at(1))
        step = Step(
            id="p/declare", of="project:p", name="declare", day=DAY, post="officer",
            evidence=(Evidence(reference="申报表"),),
        )  # fmt: skip
        ledger.commit(
            [take(ledger.snapshot(on=DAY), lab.catalogue(), step)], actor=OFFICE, why="declared", at=at(2)
        )
    with open_sqlite(f"sqlite:///{place}") as store:
        row = Row(kind="lab_visit", id="v-1", starts=DAY, body='{"of":"shili-01","score":7}')
        header = Header(
            at=at(3), actor="office", reason="a visit", rule="allow-all", manifest=(("lab", "0" * 64),)
        )
        store.append(Draft(header=header, rows=(row,)), store.head().number)
    return place


def test_without_the_plugin_the_file_opens_verifies_and_shows_its_records(path: Path) -> None:
    with opened(path, without()) as ledger:
        assert ledger.head().number == 3
        assert ledger.verify() == ()
        snapshot = ledger.snapshot(on=DAY)
        assert [each.type for each in snapshot.of(Project)] == ["lab.trial"]
        assert [each.name for each in snapshot.of(Step)] == ["declare"]
        assert "lab_visit" not in snapshot.records
        manifests = [dict(each.header.manifest).keys() for each in ledger.log()]
        assert all("lab" in each for each in manifests)


def test_what_comes_after_leaves_the_records_of_the_absent_plugin_as_they_are(
    path: Path, lab: PluginHost
) -> None:
    before = stored(path, "lab_visit", "project", "step")
    with opened(path, without()) as ledger:
        village = ledger.snapshot(on=DAY).organisations()["shili-01"]
        ledger.commit([evolve(village, name="示例新村", starts=DAY)], actor=OFFICE, why="更名", at=at(4))
        assert ledger.verify() == ()
    assert stored(path, "lab_visit", "project", "step") == before
    with opened(path, lab) as ledger:
        assert ledger.verify() == ()
        assert ledger.snapshot(on=DAY).organisations()["shili-01"].name == "示例新村"
        assert ledger.snapshot(on=DAY, known=3).organisations()["shili-01"].name == "示例村01"


def test_a_project_of_an_undeclared_type_can_be_corrected_but_takes_no_step(path: Path) -> None:
    host = without()
    with opened(path, host) as ledger:
        snapshot = ledger.snapshot(on=DAY)
        (project,) = snapshot.of(Project)
        head = ledger.head()
        step = Step(id="p/again", of="project:p", name="declare", day=DAY, post="officer")
        with pytest.raises(StepRefused, match="no lifecycle"):
            take(snapshot, host.catalogue(), step)
        assert ledger.head() == head
        ledger.commit([evolve(project, budget=100)], actor=OFFICE, why="更正", at=at(4))
        assert ledger.snapshot(on=DAY).of(Project) == (evolve(project, budget=100),)
        assert ledger.verify() == ()


@pytest.mark.parametrize("schema", [FIRST_SCHEMA], ids=lambda path: path.stem)
def test_a_ledger_of_a_released_schema_opens_verifies_and_goes_on(schema: Path, tmp_path: Path) -> None:
    place = tmp_path / "ledger.db"
    copyfile(schema, place)
    outside = Head(4, "0ebda281ecbd79adb1f7d6704d1457823ab75c407b856421684fd15c5e35c478")
    with opened(place, without()) as ledger:
        assert ledger.verify(outside=outside) == ()
        assert ledger.snapshot(on=DAY).organisations()["shili-03"].name == "示例新村"
        assert ledger.snapshot(on=DAY, known=2).organisations()["shili-03"].name == "示例村03"
        village = Organisation(id="shili-04", name="示例村04", kind="village", example=True)
        assert ledger.commit([village], actor=OFFICE, why="new", at=at(1)).number == 5
        assert ledger.verify(outside=outside) == ()
    (visit,) = stored(place, "lab_visit")
    assert (visit.number, visit.row.id, visit.row.body) == (4, "v-1", '{"of":"shili-01","score":7}')
