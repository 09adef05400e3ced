"""The office in which the invariants are tried: a small district, and what stories about it are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from attrs import evolve, frozen

from partybuilding.domain.appraisals import Appraisal
from partybuilding.domain.decisions import Decision
from partybuilding.domain.feedback import Feedback
from partybuilding.domain.funding import Leg, Movement, MovementKind, Pocket
from partybuilding.domain.indicators import Goal
from partybuilding.domain.letters import Letter, Line
from partybuilding.domain.lifecycles import Evidence, Lifecycle, Step, Transition
from partybuilding.domain.lists import Item, PublicCommitment
from partybuilding.domain.organisations import District, Organisation, PartyBody, Placement
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.projects import Project
from partybuilding.domain.record import Event, Record, State
from partybuilding.domain.responsibilities import Responsibilities
from partybuilding.extension.catalogue import Catalogue
from partybuilding.extension.host import PluginHost
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.permissions import Actor, AllowAll
from partybuilding.ledger.versions import Withdrawal, content_digest
from partybuilding.storage.memory import MemoryStore

JAN, FEB, MAR, APR, MAY, JUN, JUL = (date(2026, month, 1) for month in range(1, 8))
NEXT_YEAR = date(2027, 1, 1)
Changeset = tuple[Record | Withdrawal, ...]
Story = tuple[Changeset, ...]
"""What is committed one after the other; the last changeset is the one that is looked at."""


@frozen(kw_only=True)
class Wrong:
    """A story whose last changeset an invariant refuses, with the codes that it tells."""

    story: Story
    codes: frozenset[str]


@frozen(kw_only=True)
class Bug:
    """Faulty code, planted: its docstring says what is wrong with it; it makes the last changeset of a story."""

    before: Story
    code: Callable[[], Changeset]
    codes: frozenset[str]

    @property
    def story(self) -> Story:
        """The story with what the faulty code commits."""
        return (*self.before, self.code())


@frozen(kw_only=True)
class Held:
    """How an invariant is tried: what it lets pass, what it refuses, and a bug that only it catches."""

    code: str
    right: tuple[Story, ...]
    wrong: tuple[Wrong, ...]
    bugs: tuple[Bug, ...]


def wrong(codes: str, *story: Changeset) -> Wrong:
    """A wrong story, with its codes between spaces."""
    return Wrong(story=story, codes=frozenset(codes.split()))


def bug(code: Callable[[], Changeset], codes: str, *before: Changeset) -> Bug:
    """A planted bug, with its codes between spaces."""
    return Bug(before=before, code=code, codes=frozenset(codes.split()))


class Rules:
    """A catalogue that declares one type of project."""

    def lifecycle(self, record: Record, day: date) -> Lifecycle | None:
        return PROJECT_LIFE if isinstance(record, Project) else Catalogue().lifecycle(record, day)


class Host:
    """A host without plugins."""

    manifest = ()
    backends = staticmethod(lambda: PluginHost.of({}).backends())
    catalogue: Any = staticmethod(Rules)


PROJECT_LIFE = Lifecycle(
    name="project",
    start="draft",
    closed=("ended",),
    transitions=(Transition(step="end", sources=("draft",), target="ended"),),
)


def opened() -> Ledger:
    """A ledger in memory that holds the district."""
    ledger = Ledger(MemoryStore(), host=Host(), policy=AllowAll())
    commit(ledger, tuple(district()))
    return ledger


def commit(ledger: Ledger, changeset: Changeset) -> None:
    """Commit as the office does."""
    ledger.commit(changeset, actor=Actor("office"), why="test", at=datetime(2026, 1, 5, tzinfo=UTC))


def gone(record: Record) -> Withdrawal:
    """That a record was a mistake."""
    starts = record.day if isinstance(record, Event) else record.starts if isinstance(record, State) else None
    return Withdrawal(noun=record.noun, id=record.id, starts=starts)


# --- the district: two streets, two villages with branches, a hamlet without one -------------------------------------


def organisation(id_: str, parent: str | None = None, **more: Any) -> Organisation:
    placements = () if parent is None else (Placement(parent=parent),)
    return Organisation(**{"id": id_, "name": id_, "kind": "village", "placements": placements, **more})


def body(id_: str, seat: str, superior: str | None = None, **more: Any) -> PartyBody:
    return PartyBody(id=id_, name=id_, kind="committee", seat=seat, superior=superior, **more)


HAMLET = organisation("hamlet", "shili")
VACANT = Post(id="wc-dep", body="wc", role="deputy")
HOLDERS = {
    id_: Tenure(id=f"{id_}-t", post=f"{id_}-sec", holder=f"h-{id_}") for id_ in ("dc", "wc", "sc", "b1", "b2")
}


def district() -> Iterator[Record]:
    yield District(id="acheng", root="acheng")
    yield organisation("acheng", kind="district")
    yield organisation("jincheng", "acheng", kind="street")
    yield organisation("shili", "acheng", kind="street")
    yield from (organisation(id_, "jincheng") for id_ in ("v1", "v2"))
    yield HAMLET
    yield body("dc", "acheng")
    yield body("wc", "jincheng", "dc")
    yield body("sc", "shili", "dc")
    yield from (body(f"b{place}", f"v{place}", "wc") for place in (1, 2))
    for id_, tenure in HOLDERS.items():
        yield Post(id=f"{id_}-sec", body=id_, role="secretary")
        yield tenure
    for id_ in ("wc", "sc"):
        yield Post(id=f"{id_}-sup", body=id_, role="supervisor", capacity=2)
        yield Tenure(id=f"{id_}-sup-t", post=f"{id_}-sup", holder=f"h-{id_}-sup")
    yield VACANT


# --- letters ---------------------------------------------------------------------------------------------------------

ANSWERS = Responsibilities(collective="wc", primary="wc-sec", specific="wc-sup", direct="wc-sup")


def line(amount: int = 100, **more: Any) -> Line:
    given = {"indicator": "trained", "amount": amount, "unit": "member", "due": date(2026, 12, 31)}
    return Line(**{**given, "asks": "完成", "source": "s", "responsibilities": ANSWERS, **more})


def letter(id_: str, place: str, issuer: str, receiver: str, **more: Any) -> Letter:
    given = {"id": id_, "year": 2026, "organisation": place, "issuer": issuer, "receiver": receiver}
    return Letter(**{**given, "lines": (line(),), "starts": JAN, "ends": NEXT_YEAR, **more})


TOP = letter("top", "jincheng", "dc", "wc", lines=(line(100, reserve=10),))
ONE = letter("one", "v1", "wc", "b1", above="top", lines=(line(50, share=50),))
TWO = letter("two", "v2", "wc", "b2", above="top", lines=(line(40, share=40),))


def signing(given: Letter, day: date = FEB, **more: Any) -> tuple[Step, Step]:
    """Issue and signature by the secretaries, over the content."""
    issue = Step(
        id=f"{given.id}/issue",
        of=given.reference,
        name="issue",
        day=day,
        post=f"{given.issuer}-sec",
        digest=content_digest(given),
    )
    sign = evolve(issue, id=f"{given.id}/sign", name="sign", post=f"{given.receiver}-sec")
    return evolve(issue, **more), evolve(sign, **more)


def ending(given: Letter, name: str = "revoke", day: date = MAY) -> Step:
    return Step(
        id=f"{given.id}/end", of=given.reference, name=name, day=day, post=f"{given.issuer}-sec", note="更正"
    )


SIGNED: Changeset = (TOP, ONE, TWO, *signing(TOP), *signing(ONE), *signing(TWO))

# --- money -----------------------------------------------------------------------------------------------------------


def movement(
    id_: str, kind: MovementKind, *legs: tuple[str, Pocket, int], day: date = FEB, **more: Any
) -> Movement:
    given = tuple(
        Leg(organisation=who, purpose="education", pocket=pocket, amount=amount)
        for who, pocket, amount in legs
    )
    return Movement(**{"id": id_, "day": day, "year": 2026, "kind": kind, "legs": given, **more})


BUDGET = movement("budget", "budget", ("acheng", "source", -1000), ("acheng", "free", 1000))
DOWN = movement("down", "allocate", ("acheng", "free", -600), ("jincheng", "free", 600))
PROMISE = movement("promise", "commit", ("jincheng", "free", -600), ("jincheng", "reserved", 600))
PAID = movement("paid", "pay", ("jincheng", "reserved", -400), ("jincheng", "spent", 400))
PROJECT = Project(
    id="p", type="plain", name="项目", organisation="v1", owner="b1-sec", first="wc-sec", measure="m", due=JUN
)


def reversal(of: Movement, id_: str = "reversal", **more: Any) -> Movement:
    legs = tuple(evolve(leg, amount=-leg.amount) for leg in of.legs)
    return evolve(of, **{"id": id_, "kind": "reverse", "reverses": of.id, "day": MAR, "legs": legs, **more})


# --- lists -----------------------------------------------------------------------------------------------------------

ITEM = Item(
    id="i",
    day=JAN,
    organisation="v1",
    text="问题",
    channel="masses",
    owner="b1-sec",
    lead="wc",
    measures="整改",
    baseline="无",
    target="有",
    due=JUN,
)
PROOF = (Evidence(reference="照片编号1", digest="ab"),)


def step(name: str, post: str, day: date, of: str = "item:i", **more: Any) -> Step:
    return Step(
        **{
            "id": f"{of.partition(':')[2]}/{day}-{name}",
            "of": of,
            "name": name,
            "post": post,
            "day": day,
            **more,
        }
    )


RECTIFIED: Changeset = (ITEM, step("rectify", "b1-sec", FEB), step("report", "b1-sec", MAR, evidence=PROOF))
VERIFIED = step("verify", "wc-sup", APR, evidence=PROOF)
CLOSED = step("close", "wc-sup", MAY, decision="d")
REOPENED = step("reopen", "wc-sup", JUN, note="又出现")
PROMISED = PublicCommitment(
    id="c", day=JAN, body="b1", organisation="v1", text="承诺", baseline="无", target="有", due=JUN
)
VETTED, POSTED = (step(name, "b1-sec", day, "commitment:c") for name, day in (("vet", FEB), ("post", MAR)))
SAID = Feedback(
    id="f", day=JAN, organisation="v1", text="活动室不开门", channel="masses", informant="x7f3q9zk"
)
APPRAISED = Appraisal(
    id="a",
    day=date(2026, 12, 20),
    organisation="v1",
    year=2026,
    voice="masses",
    score=900_000,
    asked=9,
    answered=8,
    satisfied=7,
)


def decision(id_: str = "d", subject: str = "v1", by: str = "wc", **more: Any) -> Decision:
    given = {"id": id_, "day": APR, "body": by, "document": "1号", "matter": "grade", "subject": subject}
    return Decision(**{**given, "outcome": "good", **more})


CLOSING = decision(matter="closing", of="item:i", outcome="closed")
GOAL = Goal(id="g", organisation="hamlet", indicator="trained", year=2026, amount=10)
