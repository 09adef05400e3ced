"""No reachable state has a letter in effect below one that is not, two for one unit and year, or a line without its posts."""

from __future__ import annotations

import pytest
from tests.reliability.letter_states import Explored, explore, office_moves, raw_moves

from partybuilding.domain import letters
from partybuilding.ledger import invariants

BELOW = "in effect below one that is not"
TWICE = "two in effect for one unit"
LINE = "a line without its posts"


def without(monkeypatch: pytest.MonkeyPatch, *codes: str) -> Explored:
    """What is found if invariants are left out, as nobody can."""
    kept = tuple(each for each in invariants.INVARIANTS if each.code not in codes)
    assert len(kept) == len(invariants.INVARIANTS) - len(codes)
    monkeypatch.setattr(invariants, "INVARIANTS", kept)
    return explore(raw_moves())


def test_whatever_is_committed_no_wrong_state_is_reached() -> None:
    found = explore(raw_moves())
    assert found.wrong == ()
    assert found.states > 400
    assert found.transitions == found.states * len(tuple(raw_moves()))
    assert found.refused > 5_000


def test_the_commands_of_the_office_reach_no_wrong_state_either() -> None:
    found = explore(office_moves())
    assert found.wrong == ()
    assert found.states > 900
    assert found.transitions == found.states * len(tuple(office_moves()))
    assert found.transitions - found.refused > 5_000


def test_without_the_order_from_the_top_a_letter_is_found_in_effect_below_one_that_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = without(monkeypatch, "above-not-signed")
    assert found.wrong == (BELOW,)
    assert "sign" in found.way[-1]


def test_without_the_rule_of_one_letter_two_are_found_in_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    found = without(monkeypatch, "letter-twice")
    assert found.wrong == (TWICE,)
    assert {"draft s", "draft s/2"} < set(found.way)


def test_if_lines_were_taken_as_they_come_one_without_its_posts_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(letters, "_line_problems", lambda *_: ())
    found = explore(raw_moves())
    assert found.wrong == (LINE,)
    assert found.way == ("a line without posts",)


def test_a_letter_that_names_none_above_is_held_below_the_one_that_its_issuer_gets_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The exploration found this: only what a letter names was looked at when the letter above came later."""
    monkeypatch.setattr("partybuilding.ledger.invariants.letters.letter_issuer", lambda _: ())
    found = explore(raw_moves())
    assert found.wrong == (BELOW,)
    assert found.way == ("draft, issue and sign s/3", "draft d")
