"""The conformance kit has teeth: it fails every store that is wrong on purpose, and these are the checks that see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve
from tests.contracts import subjects
from tests.contracts.broken_stores import BROKEN, Broken

from partybuilding.errors import Problem, SchemaTooNew
from partybuilding.extension.store import Draft, Head, Store, Stored
from partybuilding.storage.memory import MemoryStore
from partybuilding.storage.sqlite import open_sqlite
from partybuilding.testing.store_checks import Case, Subject, cases
from partybuilding.testing.store_checks.machine import agrees_with_memory

HALF = pytest.mark.xfail(strict=True, reason="the checks of the letter H are still being written")
QUICK, SLOW = frozenset("ABCD"), frozenset({"B1", "C9", "D10"})


def looked_at(broken: Broken, every: tuple[Case, ...]) -> Iterator[Case]:
    """The checks that are named, and for a store in memory also all the quick ones: they must see no more."""
    for case in every:
        quick = broken.in_memory and case.check.code[0] in QUICK and case.check.code not in SLOW
        if case.left_out is None and (quick or case.check.code in broken.seen_by):
            yield case


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(
    "broken",
    [pytest.param(each, id=each.defect, marks=[HALF] if "H7" in each.seen_by else []) for each in BROKEN],
)
def test_the_kit_sees_every_broken_store(broken: Broken, tmp_path: Path) -> None:
    subject = broken.subject(tmp_path)
    seen = []
    for case in looked_at(broken, cases(subject)):
        try:
            case.run(subject)
        except AssertionError:
            seen.append(case.check.code)
    assert tuple(seen) == broken.seen_by


def failing(code: str, subject: Subject) -> str:
    """What a check says of a subject that it must fail."""
    (case,) = (case for case in cases(subject) if case.check.code == code)
    with pytest.raises(AssertionError) as caught:
        case.run(subject)
    assert case.check.statement.en in "".join([str(caught.value), *getattr(caught.value, "__notes__", ())])
    return str(caught.value)


def of(store: type[MemoryStore]) -> Subject:
    return Broken(defect="", store=store, seen_by="").subject(Path())


class HoldsEverything(MemoryStore):
    def read(
        self, kind: str, *, ids: Iterable[str] | None = None, on: date | None = None, known: int | None = None
    ) -> Iterator[Stored]:
        found = super().read(kind, ids=ids, on=on, known=known)
        return iter([evolve(each, row=evolve(each.row, body=f"{each.row.body} ".strip())) for each in found])


def test_a_store_that_reads_everything_before_it_gives_anything_is_seen() -> None:
    assert "reading a day of 12000 rows took" in failing("J2", of(HoldsEverything))


class LooksForEver(MemoryStore):
    def append(self, draft: Draft, expected_head: int) -> Head:
        for _ in range(300):
            assert draft.rows
        return super().append(draft, expected_head)


def test_a_store_that_never_has_done_with_its_draft_is_seen() -> None:
    assert "looked more than 200 times" in failing("B2", of(LooksForEver))


def test_a_store_that_says_erasable_and_keeps_no_persons_is_seen() -> None:
    whole = subjects.json(Path())
    backend = evolve(whole.backend, capabilities=("erasable",))
    with pytest.raises(AssertionError, match="JsonStore is no PersonStore"):
        agrees_with_memory(evolve(whole, backend=backend))


def refuse_without_numbers(
    url: str, /, *, connection: object | None = None, read_only: bool = False
) -> Store:
    try:
        return open_sqlite(url, connection=connection, read_only=read_only)
    except SchemaTooNew as error:
        raise SchemaTooNew(Problem("schema-too-new", read="the next", expected="schema 2")) from error


def tear(url: str) -> None:
    subjects.file_of(url).write_text("x" * 5_000)


def test_a_refusal_of_a_newer_store_that_does_not_help_is_seen(tmp_path: Path) -> None:
    whole = subjects.sqlite(tmp_path)
    mute = evolve(whole, backend=evolve(whole.backend, open=refuse_without_numbers))
    assert "does not name both schema numbers" in failing("I1", mute)
    torn = evolve(whole, newer=tear)
    assert "a newer store is refused as StoreCorrupt" in failing("I1", torn)


def test_what_an_author_did_not_hand_over_is_said_and_is_no_pass(tmp_path: Path) -> None:
    subject = evolve(subjects.sqlite(tmp_path), newer=None)
    (case,) = (case for case in cases(subject) if case.check.code == "I1")
    with pytest.raises(pytest.skip.Exception, match="I1: hand over `newer`"):
        case.run(subject)


def test_a_kept_store_without_a_changeset_shows_nothing_and_is_seen(tmp_path: Path) -> None:
    whole = subjects.sqlite(tmp_path)
    assert "the fixture of schema 0 is empty" in failing(
        "I2", evolve(whole, releases=lambda: {"0": whole.place()})
    )


def test_every_broken_store_of_the_specification_is_there() -> None:
    assert len({broken.defect for broken in BROKEN}) == 21
