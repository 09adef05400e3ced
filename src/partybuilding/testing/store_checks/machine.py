"""Any order of operations: a store under test goes the way of the memory store, step by step, and must agree with it.

The checks of the kit each look at one promise; this machine looks for what happens only after a particular row of
steps, and Hypothesis shrinks the row to the shortest one that shows it.
"""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from attrs import evolve
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from partybuilding.errors import PartybuildingError
from partybuilding.extension.persons import Person, PersonStore
from partybuilding.ledger.chain import verify_chain
from partybuilding.storage.memory import MemoryStore
from partybuilding.testing.store_checks.expecting import fail, same
from partybuilding.testing.store_checks.writing import content, draft, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from partybuilding.extension.store import Draft, Store
    from partybuilding.testing.store_checks.check import Subject

STEPS = 30
_DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in range(5)]
_ENDS = [None, *_DAYS]
_KINDS = st.sampled_from(["post", "Post", "任职"])
_NAMES = st.sampled_from(["a", "A", "示", "a0"])
_KEYS = st.none() | st.sampled_from(["k", "K", ""])
_CONTENTS = st.lists(st.sampled_from([b"", b"minutes", b"\0\xff"]), max_size=2)
_GOOD = st.builds(
    lambda kind, name, span, body: row(name, body, kind=kind, starts=span[0], ends=span[1]),
    _KINDS,
    _NAMES,
    st.sampled_from([(a, b) for a in _ENDS for b in _ENDS if a is None or b is None or a < b]),
    st.sampled_from(["1", "2", '""', "null", None]),
)
_BAD = st.sampled_from(
    [row("a b"), row(body="1.5"), row(body="{ }"), row(starts=_DAYS[1], ends=_DAYS[0]), row(kind="\0")]
)
_PEOPLE = st.sampled_from(["p1", "p2", "P1"])

Answer = tuple[str, object]


def answer(action: Callable[[], object]) -> Answer:
    """What a step gave: a value, or the class and codes of the refusal; what the message says may differ."""
    try:
        return "gave", action()
    except PartybuildingError as error:
        return type(error).__name__, sorted({problem.code for problem in error.problems})


class StoreMachine(RuleBasedStateMachine):
    """A store under test beside the memory store; a subclass of :func:`agrees_with_memory` says which."""

    subject: Subject

    @initialize()
    def begin(self) -> None:
        """Open both at new places."""
        self.url = self.subject.place()
        self.store: Store = self.subject.reopen(self.url)
        self.model = MemoryStore()

    def both(self, what: str, ask: Callable[[Store], object]) -> None:
        """Ask both the same, and require the same answer."""
        expected = answer(lambda: ask(self.model))
        same(answer(lambda: ask(self.store)), expected, what)

    def _append(self, drafted: Draft, away: int) -> None:
        expected = max(self.model.head().number + away, 0)
        self.both(f"an append that expects {expected}", lambda store: store.append(drafted, expected))

    @rule(
        rows=st.lists(_GOOD, min_size=1, max_size=4),
        key=_KEYS,
        contents=_CONTENTS,
        away=st.sampled_from([0, 0, 0, 0, -1, 1]),
    )
    def append(self, rows: list[object], key: str | None, contents: list[bytes], away: int) -> None:
        """A changeset that is mostly good: keys repeat, rows are sometimes doubled, the head is sometimes wrong."""
        self._append(draft(*rows, key=key, contents=contents), away)  # type: ignore[arg-type]  # rows by their strategy

    @rule(rows=st.lists(_GOOD, max_size=2), bad=st.lists(_BAD, max_size=2))
    def append_bad(self, rows: list[object], bad: list[object]) -> None:
        """A changeset with bad rows, or without any."""
        self._append(draft(*rows, *(bad if rows else ())), 0)  # type: ignore[arg-type]  # rows by their strategy

    @rule()
    def append_false_content(self) -> None:
        """A content that does not fit its digest."""
        self._append(evolve(draft(row()), blobs=(("ab" * 32, b"minutes"),)), 0)

    @rule(
        kind=_KINDS,
        ids=st.none() | st.lists(_NAMES, max_size=3),
        on=st.none() | st.sampled_from(_DAYS),
        part=st.integers(0, 12),
    )
    def read(self, kind: str, ids: list[str] | None, on: date | None, part: int) -> None:
        """A day or the history, as known at some number, now and then one beyond the head."""
        known = None if part == 0 else part * (self.model.head().number + 1) // 11
        self.both(
            f"read {kind} {ids} {on} {known}",
            lambda store: tuple(store.read(kind, ids=ids, on=on, known=known)),
        )
        self.both(f"kinds {known}", lambda store: store.kinds(known))

    @rule(start=st.integers(-1, 6), stop=st.none() | st.integers(-1, 8))
    def look_at_changes(self, start: int, stop: int | None) -> None:
        """A part of the chain and of the log."""
        self.both(f"changes {start} {stop}", lambda store: tuple(store.changes(start, stop)))
        self.both(f"entries {start} {stop}", lambda store: tuple(store.entries(start, stop)))

    @rule(key=st.sampled_from(["k", "K", ""]), contents=_CONTENTS)
    def look_up(self, key: str, contents: list[bytes]) -> None:
        """A changeset by its key, and contents by their digests."""
        self.both(f"keyed {key}", lambda store: store.keyed(key))
        for each in contents:
            self.both("a content", lambda store, each=each: store.blob(sha256(each).hexdigest()))  # type: ignore[misc]  # the content of this turn

    @precondition(lambda self: "durable" in self.subject.backend.capabilities)
    @rule(read_only=st.booleans())
    def reopen(self, *, read_only: bool) -> None:
        """Close and open again, perhaps once for reading in between."""
        self.store.close()
        if read_only:
            with self.subject.reopen(self.url, read_only=True) as store:
                same(content(store), content(self.model), "what is read from the store opened for reading")
        self.store = self.subject.reopen(self.url)

    @precondition(lambda self: isinstance(self.model, PersonStore) and _erasable(self.subject))
    @rule(ids=st.lists(_PEOPLE, max_size=2), name=st.sampled_from(["示例甲", "示例乙", ""]))
    def keep_persons(self, ids: list[str], name: str) -> None:
        """Keep a name; a forgotten id is refused."""
        people = [Person(id=each, name=name, contact=name[:1]) for each in ids]
        self._persons("keep_persons", lambda store: store.keep_persons(people))

    @precondition(lambda self: isinstance(self.model, PersonStore) and _erasable(self.subject))
    @rule(ids=st.lists(_PEOPLE, max_size=2))
    def forget(self, ids: list[str]) -> None:
        """Erase names; no hash changes by it, which the invariant sees."""
        self._persons("forget", lambda store: store.forget(ids))

    def _persons(self, what: str, ask: Callable[[PersonStore], object]) -> None:
        pair = self.model, self.store
        for store in pair:
            if not isinstance(store, PersonStore):
                fail(f"{type(store).__name__} is no PersonStore, though the backend says erasable")
        given = [answer(lambda store=store: ask(store)) for store in pair]  # type: ignore[misc]  # seen a moment ago
        same(given[1], given[0], what)
        known = [(dict(store.persons(["p1", "p2", "P1"])), store.forgotten()) for store in pair]  # type: ignore[attr-defined]  # as above
        same(known[1], known[0], "the persons and the forgotten")

    @invariant()
    def everything_agrees(self) -> None:
        """The whole of what can be read is the same, hashes too."""
        same(content(self.store), content(self.model), "all that can be read")

    def teardown(self) -> None:
        """The chain holds at the end."""
        if hasattr(self, "store"):
            try:
                same(verify_chain(self.store), (), "what the verifier finds")
            finally:
                self.store.close()


def _erasable(subject: Subject) -> bool:
    return "erasable" in subject.backend.capabilities


def agrees_with_memory(subject: Subject, *, runs: int = 100) -> None:
    """Let a store and the memory store go the same random ways, and compare all that can be read after every step.

    Raises:
        AssertionError: they differ; Hypothesis prints the shortest row of steps that shows it.

    >>> from partybuilding.storage.memory import MEMORY
    >>> from partybuilding.testing.store_checks import Subject
    >>> agrees_with_memory(Subject(backend=MEMORY, place=lambda: "memory:"), runs=3)
    """
    machine = type("Machine", (StoreMachine,), {"subject": subject})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=STEPS,
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
