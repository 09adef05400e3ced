"""Letters: complete lines, and no letter in effect below one that is not."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from partybuilding.domain.letters import LETTER_LIFE, LETTER_STATES, Letter, Line, effective
from partybuilding.testing import strategies as draw_

NAMES = tuple("abcdefgh")
STATES = st.sampled_from(("signed", "signed", "signed", "issued", "draft", "revoked"))


def letter(id_: str, above: str | None) -> Letter:
    return Letter(
        id=id_, year=2026, organisation="o", issuer="upper", receiver="lower", above=above, lines=()
    )


@st.composite
def forests(draw: st.DrawFn) -> tuple[dict[str, Letter], dict[str, str]]:
    """Letters that name any letter above them: also themselves, in a circle, or one that is not there."""
    listed = draw(st.lists(st.sampled_from(NAMES), unique=True))
    above = st.sampled_from((None, *NAMES))
    states = draw(st.dictionaries(st.sampled_from(NAMES), STATES))
    return {each: letter(each, draw(above)) for each in listed}, states


@given(forests(), st.sampled_from(NAMES))
def test_a_letter_is_effective_exactly_if_it_is_signed_and_has_none_or_an_effective_one_above(
    forest: tuple[dict[str, Letter], dict[str, str]], id_: str
) -> None:
    letters, states = forest
    in_effect: set[str] = set()
    for _ in NAMES:  # grows from the top, one level a round: what stands in a circle never gets in
        in_effect |= {
            each.id
            for each in letters.values()
            if states.get(each.id) == "signed" and (each.above is None or each.above in in_effect)
        }
    assert effective(letters, states, id_) is (id_ in in_effect)


@given(forests())
def test_no_letter_is_effective_below_an_ineffective_one(
    forest: tuple[dict[str, Letter], dict[str, str]],
) -> None:
    letters, states = forest
    for each in letters.values():
        if effective(letters, states, each.id) and each.above is not None:
            assert effective(letters, states, each.above)


def test_letters_in_a_circle_or_below_a_missing_one_are_not_effective() -> None:
    letters = {"a": letter("a", "b"), "b": letter("b", "a"), "c": letter("c", "x"), "d": letter("d", None)}
    states = dict.fromkeys((*letters, "x"), "signed")
    assert {each: effective(letters, states, each) for each in (*letters, "x")} == {
        "a": False,
        "b": False,
        "c": False,
        "d": True,
        "x": False,
    }


@given(draw_.letters())
def test_a_letter_finds_its_lines_by_indicator(given_letter: Letter) -> None:
    for line in given_letter.lines:
        assert given_letter.line(line.indicator) is line
        assert line.lacks() == ()
    assert given_letter.line("no such indicator") is None


@given(draw_.lines())
def test_the_target_of_an_additive_line_is_its_share_plus_what_was_added(line: Line) -> None:
    assert line.share is None or line.amount == line.share + line.added


def test_every_state_of_a_letter_is_labelled_and_reached() -> None:
    reached = {LETTER_LIFE.start, *(each.target for each in LETTER_LIFE.transitions)}
    assert reached == set(LETTER_STATES)
    assert all(not LETTER_LIFE.possible(state) for state in LETTER_LIFE.closed)


def test_a_letter_is_an_interval_of_the_term() -> None:
    given_letter = Letter(
        id="l",
        year=2026,
        organisation="o",
        issuer="a",
        receiver="b",
        lines=(),
        starts=date(2026, 1, 1),
        ends=date(2027, 1, 1),
    )
    assert given_letter.holds(date(2026, 12, 31))
    assert not given_letter.holds(date(2027, 1, 1))
