"""What is looked at around a change finds exactly what looking at everything finds, if the state before was clean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from attrs import evolve
from hypothesis import assume, event, given
from hypothesis import strategies as st

from partybuilding.domain.organisations import Alias, Organisation, Placement
from partybuilding.domain.record import Record
from partybuilding.errors import Problem
from partybuilding.extension.catalogue import Catalogue
from partybuilding.ledger.histories import Histories, Records
from partybuilding.ledger.invariants import Change
from partybuilding.ledger.invariants.reshaping import keeps_shape
from partybuilding.ledger.invariants.tree import DEEPEST, TREE
from partybuilding.ledger.versions import rows_of
from partybuilding.storage.memory import MemoryStore

DAYS = [date(2026, month, 1) for month in (1, 4, 7, 10)]
LINES = ("territory", "sector")
SPANS = [
    (None, None),
    *((first, None) for first in DAYS),
    *((None, last) for last in DAYS),
    *pairwise(DAYS),
]


def full(change: Change) -> Change:
    """The same state, as if everything had just come."""
    everything = dict.fromkeys(change.after.of(Organisation), ())
    return Change(change.after, {Organisation.noun: everything}, lifecycle=Catalogue().lifecycle)


def found(change: Change) -> list[Problem]:
    """All that is wrong with organisations and codes."""
    return [problem for invariant in TREE[:3] for problem in invariant.touched(change)]


class State:
    """Organisations, changeset by changeset, without a ledger that would refuse some."""

    def __init__(self) -> None:
        store = MemoryStore()
        self._store = store
        self._histories = Histories(store, Records(store))

    def laid(self, records: Sequence[Record]) -> Change:
        """The change that records make."""
        rows = rows_of(records, store=self._store, known=0)
        return Change(self._histories, self._histories.lay(rows), lifecycle=Catalogue().lifecycle)


@st.composite
def placements(draw: st.DrawFn, parents: Sequence[str]) -> tuple[Placement, ...]:
    """Under one parent for ever, or under two one after the other, perhaps on a second line, too."""
    given: list[Placement] = []
    for line in LINES[: draw(st.integers(1, 2))]:
        one, other = draw(st.sampled_from(parents)), draw(st.sampled_from(parents))
        day = draw(st.sampled_from([None, *DAYS]))
        given.append(Placement(parent=one, line=line, ends=day))
        if day is not None and draw(st.booleans()):
            given.append(Placement(parent=other, line=line, starts=day))
    return tuple(given)


@st.composite
def units(draw: st.DrawFn, id_: str, parents: Sequence[str]) -> Organisation:
    """A unit with any parents, days and codes."""
    starts, ends = draw(st.sampled_from(SPANS))
    aliases = draw(
        st.lists(
            st.builds(
                lambda code, days: Alias(scheme="stats", code=code, starts=days[0], ends=days[1]),
                st.sampled_from(("1", "2", id_)),
                st.sampled_from(SPANS),
            ),
            max_size=2,
        )
    )
    given = draw(placements(parents)) if draw(st.integers(0, 9)) else ()
    return Organisation(
        id=id_, name=id_, kind="village", starts=starts, ends=ends, placements=given, aliases=tuple(aliases)
    )


@st.composite
def clean(draw: st.DrawFn) -> list[Organisation]:
    """A tree of a root, streets and villages, with room to spare."""
    ids = [f"u{at}" for at in range(draw(st.integers(8, 24)))]
    made = [Organisation(id=ids[0], name=ids[0], kind="district")]
    for at, id_ in enumerate(ids[1:], 1):
        above = made[draw(st.integers(max(0, at - 4), at - 1))]
        lines = LINES[: draw(st.integers(1, 2))]
        spots = tuple(Placement(parent=above.id if line == LINES[0] else ids[0], line=line) for line in lines)
        codes = (Alias(scheme="stats", code=id_),)
        made.append(Organisation(id=id_, name=id_, kind="village", placements=spots, aliases=codes))
    return made


@given(st.data())
def test_around_a_change_everything_is_found_that_is_found_anywhere(data: st.DataObject) -> None:
    state = State()
    before = data.draw(clean())
    assert found(full(state.laid(before))) == []
    ids = [each.id for each in before]
    touched = data.draw(st.lists(st.sampled_from([*ids, "new"]), min_size=1, max_size=3, unique=True))
    change = state.laid([data.draw(units(id_, [*ids, "new", "nowhere"])) for id_ in touched])
    everything = found(full(change))
    event(f"{'broken' if everything else 'kept'}, {'near' if keeps_shape(change, DEEPEST) else 'whole'}")
    near = found(change)
    assert sorted(near, key=str) == sorted(everything, key=str)
    if keeps_shape(change, DEEPEST):
        assert [
            each for each in everything if each.code.startswith("tree-") and each.code != "tree-orphan"
        ] == []


@given(st.data())
def test_a_move_within_a_tree_is_seen_to_be_harmless_without_a_look_at_the_whole(data: st.DataObject) -> None:
    state = State()
    before = data.draw(clean())
    streets = [organisation(f"s{at}", before[0].id) for at in range(8)]
    state.laid([*before, *streets])
    one, other = data.draw(st.permutations(streets))[:2]
    day = data.draw(st.sampled_from(DAYS))
    moved = evolve(
        one, placements=(Placement(parent=before[0].id, ends=day), Placement(parent=other.id, starts=day))
    )
    change = state.laid([moved])
    assume(len(change.after.of(Organisation)) > 8)
    assert keeps_shape(change, DEEPEST)
    assert found(full(change)) == []


def organisation(id_: str, parent: str) -> Organisation:
    return Organisation(id=id_, name=id_, kind="street", placements=(Placement(parent=parent),))


def test_a_chain_is_measured_above_and_below_the_place_where_it_is_joined() -> None:
    state = State()
    root = Organisation(id="root", name="root", kind="district")
    upper = [organisation(f"a{at}", f"a{at - 1}" if at else "root") for at in range(20)]
    lower = [organisation(f"b{at}", f"b{at - 1}" if at else "root") for at in range(20)]
    state.laid([root, *upper, *lower])
    assert keeps_shape(state.laid([evolve(lower[0], placements=(Placement(parent="a11"),))]), DEEPEST)
    assert not keeps_shape(state.laid([evolve(lower[0], placements=(Placement(parent="a12"),))]), DEEPEST)
    assert not keeps_shape(state.laid([evolve(upper[0], placements=(Placement(parent="a19"),))]), DEEPEST)


def test_a_rename_and_a_new_code_are_harmless() -> None:
    state = State()
    root = Organisation(id="root", name="root", kind="district")
    state.laid([root, *(organisation(f"s{at}", "root") for at in range(8))])
    renamed = evolve(organisation("s1", "root"), name="新名", aliases=(Alias(scheme="stats", code="1"),))
    assert keeps_shape(state.laid([renamed]), DEEPEST)
    assert keeps_shape(state.laid([evolve(root, name="新区")]), DEEPEST)
    other = Organisation(id="other", name="other", kind="district")
    assert not keeps_shape(state.laid([other, organisation("new", "other")]), DEEPEST)
