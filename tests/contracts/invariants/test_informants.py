"""Who said something stands nowhere that people read: no message, no page, no file; at most a random id in the ledger."""

from __future__ import annotations

import traceback
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve
from tests.contracts.invariants.office import SAID, Changeset, commit, gone, opened
from tests.contracts.invariants.voices import MERGED, SAME, taken

from partybuilding.convert import from_plain, to_plain
from partybuilding.domain.feedback import Feedback
from partybuilding.errors import InvariantBroken, PartybuildingError
from partybuilding.exchange.columns import Form
from partybuilding.exchange.forms import FORMS
from partybuilding.labels import Language, describe

LANGUAGES: tuple[Language, ...] = ("zh", "en")
NAME = "示例某某"
WHO = str(SAID.informant)


@pytest.mark.parametrize(
    "informant", [f"{NAME} 13800000000", "", "a:b", 13_800_000_000, [NAME], {"name": NAME}]
)
def test_no_refusal_of_an_informant_repeats_what_was_given(informant: object) -> None:
    plain = {**to_plain(SAID), "informant": informant}
    with pytest.raises(PartybuildingError) as caught:
        from_plain("feedback", plain)
    (problem,) = caught.value.problems
    assert problem.code in {"informant-not-an-id", "bad-value"}
    for text in spoken(caught.value):
        assert NAME not in text
        assert "13800000000" not in text
    if isinstance(informant, str):
        with pytest.raises(PartybuildingError, match="informant not an id") as caught:
            evolve(SAID, informant=informant)
        assert not any(NAME in text for text in spoken(caught.value))


def spoken(error: PartybuildingError) -> list[str]:
    """All that an error says, in both languages, and what stands in the log."""
    said = [describe(error, language) for language in LANGUAGES]
    said += [describe(problem, language) for problem in error.problems for language in LANGUAGES]
    return [*said, str(error), repr(error.problems), "".join(traceback.format_exception(error))]


WRONG: tuple[tuple[Changeset, Changeset], ...] = (
    ((), (evolve(SAID, id=f"{WHO}/1"),)),
    ((), (evolve(SAID, text=f"{WHO} 反映"),)),
    ((SAID,), (gone(SAID),)),
    ((SAID,), (evolve(SAME, informant=WHO),)),
    ((SAID,), taken(SAID, "merge")),
    ((SAID, *MERGED), (gone(SAID),)),
)


@pytest.mark.parametrize(("before", "change"), WRONG)
def test_no_broken_invariant_names_the_informant(before: Changeset, change: Changeset) -> None:
    ledger = opened()
    if before:
        commit(ledger, before)
    with pytest.raises(InvariantBroken) as caught:
        commit(ledger, change)
    said = [describe(problem, language) for problem in caught.value.problems for language in LANGUAGES]
    said += [str(caught.value), repr(caught.value.problems)]
    assert not any(WHO in text for text in said)


def test_a_piece_does_not_show_its_informant() -> None:
    assert WHO not in f"{SAID} {SAID!r} {SAID.label}"
    assert WHO in str(to_plain(SAID))


def test_no_file_of_a_folder_has_a_place_for_an_informant() -> None:
    def names(form: Form) -> set[str]:
        return {column.target for column in form.columns}

    (form,) = (each for each in FORMS if each.noun == Feedback.noun)
    assert "informant" not in names(form)
    assert "informant" in {each.name for each in Feedback.__attrs_attrs__}


def test_no_page_or_file_of_results_reads_feedback() -> None:
    """What people read is made in a few parts of the library, and none of them knows the word."""
    library = Path(__file__).parents[3] / "src" / "partybuilding"
    readers = [
        path.relative_to(library).as_posix()
        for part in ("report", "engine", "exchange", "cli")
        for path in sorted((library / part).glob("**/*.py"))
        if "informant" in path.read_text("utf-8")
    ]
    assert readers == []


def test_a_day_of_feedback_is_shown_without_the_informant() -> None:
    ledger = opened()
    commit(ledger, (SAID,))
    found = ledger.snapshot(on=date(2026, 6, 1)).of(Feedback)
    assert found == (SAID,)
    assert WHO not in repr(found)
