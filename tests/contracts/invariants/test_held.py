"""Each invariant lets the right pass, refuses the wrong, and catches a planted bug that nothing else notices."""

from __future__ import annotations

import pytest
from tests.contracts.invariants import decisions, letters, lists, money, succession, tree, venues, voices
from tests.contracts.invariants.office import Bug, Held, Story, Wrong, commit, opened

from partybuilding.errors import InvariantBroken, Problem
from partybuilding.ledger import invariants
from partybuilding.ledger.invariants import INVARIANTS, Change
from partybuilding.ledger.ledger import Ledger

FAMILIES = (tree, letters, money, venues, lists, voices, decisions, succession)
HELD: tuple[Held, ...] = tuple(held for family in FAMILIES for held in family.FAMILY)
BY_CODE = {each.code: each for each in INVARIANTS}


def told(story: Story) -> tuple[Problem, ...]:
    """Tell the last changeset of a story; what comes before must pass."""
    ledger = opened()
    *before, last = story
    for changeset in before:
        commit(ledger, changeset)
    head = ledger.head()
    try:
        commit(ledger, last)
    except InvariantBroken as error:
        assert ledger.head() == head
        return error.problems
    assert ledger.head().number == head.number + 1
    assert ledger.verify() == ()
    return ()


def each(what: str) -> list[object]:
    """Every story of a sort, named after its invariant."""
    return [
        pytest.param(held.code, found, id=f"{held.code}-{number}")
        for held in HELD
        for number, found in enumerate(getattr(held, what), 1)
    ]


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes of the invariants that had something to look at, in the last changeset."""
    seen: list[str] = []
    kept = invariants.violations

    def watched(change: Change) -> tuple[Problem, ...]:
        seen[:] = [each.code for each in INVARIANTS if any(change.touches(noun) for noun in each.reads)]
        return kept(change)

    monkeypatch.setattr(invariants, "violations", watched)
    return seen


@pytest.mark.parametrize(("code", "story"), each("right"))
def test_what_is_right_is_looked_at_and_stored(code: str, story: Story, looked: list[str]) -> None:
    assert told(story) == ()
    assert code in looked


@pytest.mark.parametrize(("code", "found"), each("wrong"))
def test_what_is_wrong_is_refused(code: str, found: Wrong, monkeypatch: pytest.MonkeyPatch) -> None:
    # Alone, because a wrong story may break others, too: it needs not be a likely one.
    monkeypatch.setattr(invariants, "INVARIANTS", (BY_CODE[code],))
    problems = told(found.story)
    assert {problem.code for problem in problems} == found.codes
    for problem in problems:
        assert problem.where.kind
        assert problem.expected
        assert problem.remedy


@pytest.mark.parametrize(("code", "found"), each("bugs"))
def test_a_planted_bug_is_caught_by_its_invariant_and_by_nothing_else(
    code: str, found: Bug, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found.code.__doc__
    problems = told(found.story)
    assert problems
    assert {problem.code for problem in problems} == found.codes
    monkeypatch.setattr(invariants, "INVARIANTS", tuple(each for each in INVARIANTS if each.code != code))
    assert told(found.story) == ()


@pytest.mark.parametrize(("code", "found"), each("bugs"))
def test_what_a_planted_bug_breaks_is_told_with_its_place_and_day(code: str, found: Bug) -> None:
    for problem in told(found.story):
        assert problem.where.kind, code
        assert problem.where.organisation, code
        assert problem.where.day is not None, code


def test_what_got_past_the_invariants_is_told_by_verify_with_its_changeset(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for held in HELD:
        for found in held.bugs:
            ledger = smuggled(found, monkeypatch)
            problems = ledger.verify()
            assert {problem.code for problem in problems} == found.codes, held.code
            assert {problem.where.changeset for problem in problems} == {ledger.head().number}, held.code


def smuggled(found: Bug, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """A ledger that holds what a bug committed while nobody looked."""
    with monkeypatch.context() as patch:
        patch.setattr(invariants, "INVARIANTS", ())
        ledger = opened()
        for changeset in found.story:
            commit(ledger, changeset)
    return ledger


def test_every_invariant_has_right_wrong_and_planted_stories() -> None:
    assert [
        held.code for held in HELD if len(held.right) < 1 or len(held.wrong) < 3 or len(held.bugs) < 1
    ] == []
    assert sorted(held.code for held in HELD) == sorted(BY_CODE)
