"""Every state that letters can reach in a small district: explored breadth first on a ledger in memory until none is new.

The district has three levels and four units: a district, a street and two villages. A move is a commit, lawful or not; what
the ledger refuses leads nowhere. Two states are one if their letters have the same contents, stand in the same states and
carry the same signatures. What must never be is said once more here, without the invariants that keep it from being.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from attrs import evolve, frozen

from partybuilding.convert import from_plain, to_plain
from partybuilding.cycle.letters import issue, meeting, sign
from partybuilding.cycle.revisions import revise, supersede
from partybuilding.domain.letters import LETTER_LIFE, Letter, Line
from partybuilding.domain.lifecycles import Step, follow
from partybuilding.domain.organisations import District, Organisation, PartyBody, Placement
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.record import Record
from partybuilding.domain.responsibilities import Responsibilities
from partybuilding.domain.snapshot import Snapshot
from partybuilding.errors import PartybuildingError
from partybuilding.extension.catalogue import Catalogue
from partybuilding.extension.host import PluginHost
from partybuilding.extension.store import Changeset, Stored
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.permissions import Actor, AllowAll
from partybuilding.ledger.versions import Withdrawal, content_digest
from partybuilding.storage.memory import MemoryStore

DAY, LATER = date(2026, 2, 2), date(2026, 6, 1)
MOMENT = datetime(2026, 2, 2, 1, tzinfo=UTC)
CATALOGUE = Catalogue()
PARENTS: Mapping[str, str | None] = {"d": None, "s": "d", "v1": "s", "v2": "s"}
AMOUNTS = {"d": 4, "s": 4, "v1": 2, "v2": 2}
Said = Record | Withdrawal
Mark = tuple[tuple[Changeset, ...], Mapping[str, Mapping[str, list[Stored]]]]
Move = tuple[str, Callable[[Snapshot], Iterable[Said]]]
"""A name, and what is committed in a state."""


class Host:
    """A host without plugins."""

    manifest = ()
    backends = staticmethod(lambda: PluginHost.of({}).backends())
    catalogue: Any = staticmethod(lambda: CATALOGUE)


class Returning(MemoryStore):
    """A store that can go back to what it held before, so that many ways can be tried from one state."""

    def mark(self) -> Mark:
        """What the store holds now."""
        rows = {kind: {id_: [*held] for id_, held in ids.items()} for kind, ids in self._rows.items()}
        return tuple(self._changes), rows

    def back(self, mark: Mark) -> None:
        """Hold again what was held at a mark."""
        self._changes = [*mark[0]]
        self._rows = {kind: {id_: [*held] for id_, held in ids.items()} for kind, ids in mark[1].items()}


def district() -> Iterator[Record]:
    """A district, a street and two villages, with committees that stand under each other and their secretaries."""
    yield District(id="d", root="d")
    yield PartyBody(id="bc", name="c", kind="local_committee", seat="d")
    for unit, parent in PARENTS.items():
        placements = () if parent is None else (Placement(parent=parent),)
        yield Organisation(id=unit, name=unit, kind="village", placements=placements)
        yield PartyBody(id=f"b{unit}", name=unit, kind="committee", seat=unit, superior=f"b{parent or 'c'}")
    for body in ("bc", *(f"b{unit}" for unit in PARENTS)):
        yield Post(id=f"{body}-sec", body=body, role="secretary")
        yield Tenure(id=f"{body}-t", post=f"{body}-sec", holder=f"holder-{body}")


def letter(unit: str, *, share: int | None = 0, **changes: Any) -> Letter:
    """The letter of a unit, in which what came down is exactly what is handed down; with no share, nothing came down."""
    parent = PARENTS[unit]
    answers = Responsibilities(collective=f"b{unit}", primary="p", specific="p", direct="p")
    line = Line(
        indicator="training",
        amount=AMOUNTS[unit],
        unit="item",
        due=date(2026, 12, 31),
        asks="x",
        source="y",
        responsibilities=answers,
        share=share if share is None else AMOUNTS[unit],
    )
    given: dict[str, Any] = {
        "id": unit,
        "year": 2026,
        "organisation": unit,
        "issuer": f"b{parent or 'c'}",
        "receiver": f"b{unit}",
        "above": parent,
        "lines": (line,),
        "starts": date(2026, 1, 1),
        "ends": date(2027, 1, 1),
    }
    return Letter(**(given | changes))


def step(of: Letter, name: str, **changes: Any) -> Step:
    """A step with a letter by the secretary of the party whose turn it is."""
    body = of.receiver if name in {"sign", "counter"} else of.issuer
    given = {"id": f"{of.id}/{name}", "of": of.reference, "name": name, "day": DAY, "post": f"{body}-sec"}
    return Step(**({**given, "note": "n", "digest": content_digest(of)} | changes))  # type: ignore[arg-type]  # every value fits its field


def always(*records: Said) -> Callable[[Snapshot], Iterable[Said]]:
    """A move that commits the same in every state."""
    return lambda _: records


def raw_moves() -> Iterator[Move]:
    """Bare records, lawful or not, as a faulty program might commit them: nothing but the ledger stands in between."""
    street, rival, stray = letter("s"), letter("s", id="s/2", share=None), letter("s", id="s/3", above=None)
    village, second = letter("v1"), letter("v2")
    for each in (letter("d"), street, rival, village, second):
        yield f"draft {each.id}", always(each)
        yield f"sign {each.id}", always(step(each, "sign"))
    yield "issue s", always(step(street, "issue"))
    for each in (street, village):
        yield f"supersede {each.id}", always(step(each, "supersede"))
    for each in (letter("d"), rival, village, second):
        yield f"issue and sign {each.id}", always(step(each, "issue"), step(each, "sign"))
    yield "draft, issue and sign s/3", always(stray, step(stray, "issue"), step(stray, "sign"))
    yield "revoke d", always(step(letter("d"), "revoke"))
    yield "change v1", always(letter("v1", guidance=("other words",)))
    yield "withdraw s", always(Withdrawal(noun="letter", id="s", starts=date(2026, 1, 1)))
    yield "sign v2 for v1", always(step(second, "issue"), step(second, "sign", post="bv1-sec"))
    yield "a line without posts", lambda _: (_without_posts(),)


def _without_posts() -> Record:
    """The letter of a village as a file might hold it, with nobody who answers."""
    plain: Any = to_plain(letter("v2"))
    del plain["lines"][0]["responsibilities"]["direct"]
    return from_plain("letter", plain)


def office_moves() -> Iterator[Move]:
    """What the office does, by the commands that it has: draft, issue, sign, supersede, revise."""
    for unit in PARENTS:
        yield f"draft {unit}", partial(_drafted, unit)
        yield f"sign {unit}", partial(_signed, unit)
        yield f"revise {unit}", partial(_revised, unit)
    yield "issue s", partial(_signed, "s", only_issue=True)
    for unit in ("s", "v1"):
        yield f"supersede {unit}", partial(_superseded, unit)


def _drafted(unit: str, now: Snapshot) -> Iterable[Said]:
    return () if _latest(now, unit) else (letter(unit),)


def _latest(now: Snapshot, unit: str) -> list[Letter]:
    return sorted((each for each in now.of(Letter) if each.organisation == unit), key=lambda each: each.id)[
        -1:
    ]


def _signed(unit: str, now: Snapshot, *, only_issue: bool = False) -> Iterable[Said]:
    letters = _latest(now, unit)
    command = issue if only_issue else sign
    return command(letters, by=meeting(now, letters, day=LATER), snapshot=now)


def _revised(unit: str, now: Snapshot) -> Iterable[Said]:
    """A revision, at most once in a course of events, so that the states have an end."""
    if any(each.revises is not None for each in now.of(Letter)):
        return ()
    given = [evolve(each, safeguards=("经费",)) for each in _latest(now, unit)]
    return revise(now, given, day=LATER, reason="年中调整")


def _superseded(unit: str, now: Snapshot) -> Iterable[Said]:
    return supersede(now, [each.id for each in _latest(now, unit)], day=LATER, reason="年中调整")


Key = tuple[tuple[str, str, str, tuple[tuple[str, str, str], ...]], ...]


def key_of(now: Snapshot) -> Key:
    """What tells two states apart: of each letter its content, how far it is, and its signatures."""
    steps = now.steps()
    return tuple(
        (
            each.id,
            content_digest(each),
            follow(LETTER_LIFE, taken).state,
            tuple((step.name, step.post, step.digest) for step in taken if step.name in {"issue", "sign"}),
        )
        for each in now.of(Letter)
        for taken in (steps.get(each.reference, []),)
    )


def wrong(now: Snapshot) -> tuple[str, ...]:
    """What must never be, said without the invariants."""
    steps = now.steps()
    letters = {each.id: each for each in now.of(Letter)}
    states = {id_: follow(LETTER_LIFE, steps.get(each.reference, ())).state for id_, each in letters.items()}
    in_effect = [each for id_, each in letters.items() if states[id_] == "signed"]
    found = []
    for each in in_effect:
        own = [
            other.id
            for other in letters.values()
            if other.receiver == each.issuer and states[other.id] not in {"superseded", "revoked"}
        ]
        above = own if each.above is None else [each.above]
        if any(states.get(id_) != "signed" for id_ in above):
            found.append("in effect below one that is not")
        if any(other is not each and other.organisation == each.organisation for other in in_effect):
            found.append("two in effect for one unit")
    if any(line.responsibilities.lacks() for each in letters.values() for line in each.lines):
        found.append("a line without its posts")
    return tuple(dict.fromkeys(found))


@frozen
class Explored:
    """What an exploration found: how many states and transitions, how many were refused, and the first wrong state."""

    states: int
    transitions: int
    refused: int
    wrong: tuple[str, ...] = ()
    way: tuple[str, ...] = ()


def explore(moves: Iterable[Move]) -> Explored:
    """Try every move in every state until no state is new, or until one is wrong; the way to it is the shortest."""
    moves, store = tuple(moves), Returning()
    ledger = Ledger(store, host=Host(), policy=AllowAll())
    ledger.commit(district(), actor=Actor("office"), why="opening", at=MOMENT)
    now = ledger.snapshot(on=LATER)
    seen = {key_of(now)}
    todo: deque[tuple[Mark, Snapshot, tuple[str, ...]]] = deque([(store.mark(), now, ())])
    transitions = refused = 0
    while todo:
        mark, now, way = todo.popleft()
        for name, records in moves:
            transitions += 1
            if store.head().hash != now.head:
                store.back(mark)
            try:
                ledger.commit(records(now), actor=Actor("office"), why=name, at=MOMENT)
            except PartybuildingError:
                refused += 1
                continue
            if store.head().hash == now.head:
                continue
            then = ledger.snapshot(on=LATER)
            key, found = key_of(then), wrong(then)
            if key not in seen:
                seen.add(key)
                todo.append((store.mark(), then, (*way, name)))
            if found:
                return Explored(len(seen), transitions, refused, found, (*way, name))
    return Explored(len(seen), transitions, refused)
