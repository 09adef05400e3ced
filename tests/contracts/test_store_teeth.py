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
from partybuilding.extension.sealing import verify_link
from partybuilding.extension.store import Draft, Head, Store, Stored
from partybuilding.ledger.chain import verify_chain
from partybuilding.storage.memory import MemoryStore
from partybuilding.storage.sqlite import open_sqlite
from partybuilding.testing.store_checks import Case, Subject, cases
from partybuilding.testing.store_checks.check import Damage
from partybuilding.testing.store_checks.corruption import filled
from partybuilding.testing.store_checks.forgeries import FORGERIES, Verifier, unseen
from partybuilding.testing.store_checks.machine import agrees_with_memory

pytestmark = pytest.mark.measured
QUICK, SLOW = frozenset("ABCD"), frozenset({"B1", "C9", "D10"})


def looked_at(broken: Broken, every: tuple[Case, ...]) -> Iterator[Case]:
    """The checks that are named, and for a store in memory also all the quick ones: they must see no more."""
    for case in every:
        quick = broken.in_memory and case.check.code[0] in QUICK and case.check.code not in SLOW
        if case.left_out is None and (quick or case.check.code in broken.seen_by):
            yield case


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("broken", [pytest.param(each, id=each.defect) for each in BROKEN])
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
    assert len({broken.defect for broken in BROKEN} | set(BROKEN_VERIFIERS)) == 24


def only_the_ends(store: Store) -> tuple[Problem, ...]:
    """Verifies only the first and the last link."""
    first, *_, before, last = store.changes()
    return verify_link(first, Head()) + verify_link(last, before.head)


def links_alone(store: Store) -> tuple[Problem, ...]:
    """Verifies that each changeset names the one before, but not what it is made of."""
    found, last = [], Head()
    for each in store.changes():
        wrong = {"chain-number", "chain-previous"}
        found += [problem for problem in verify_link(each, last) if problem.code in wrong]
        last = Head(last.number + 1, each.hash)
    return tuple(found)


def without_numbers(store: Store) -> tuple[Problem, ...]:
    """Verifies a hash that holds no number: each changeset may have any."""
    found, last = [], Head()
    for each in store.changes():
        found += [problem for problem in verify_link(each, last) if problem.code != "chain-number"]
        last = each.head
    return tuple(found)


BROKEN_VERIFIERS: dict[str, tuple[Verifier, set[str]]] = {
    "verifies only the first and last link": (
        only_the_ends,
        {
            "a changeset in the middle is missing",
            "a body is changed",
            "an id is changed",
            "the actor is changed",
        },
    ),
    "verifies prev but not body": (
        links_alone,
        {
            "a body is changed",
            "a row is missing",
            "the actor is changed",
            "the digest of a content is missing",
        },
    ),
    "hash without seq": (without_numbers, {"the numbers start with 2", "a number is left out"}),
}


@pytest.mark.parametrize("defect", BROKEN_VERIFIERS)
def test_forged_chains_show_a_verifier_that_looks_away(defect: str) -> None:
    verify, missed = BROKEN_VERIFIERS[defect]
    with MemoryStore() as store:
        contents, chain = filled(store), tuple(store.changes())
    assert missed <= set(unseen(verify, chain, contents))
    assert unseen(verify_chain, chain, contents) == ()


def test_every_forgery_is_a_forgery_and_there_are_thirty() -> None:
    with MemoryStore() as store:
        filled(store)
        chain = tuple(store.changes())
    forged = [forge(chain) for forge in FORGERIES.values()]
    assert len(set(forged)) == 30
    assert chain not in forged


def damage_nothing(_url: str, _damage: Damage) -> None:
    """Somebody who only looked."""


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("H5", "nothing is seen of edit-body"),
        ("H7", "a store with changed tables was opened (edit-schema), read_only=True"),
        ("H8", "the head that was kept elsewhere is not named in None"),
    ],
)
def test_a_damage_that_nothing_shows_is_told(code: str, said: str, tmp_path: Path) -> None:
    assert said in failing(code, evolve(subjects.sqlite(tmp_path), spoil=damage_nothing))


@pytest.mark.parametrize("code", ["H5", "H7", "H8"])
def test_a_store_that_nobody_can_spoil_is_no_pass(code: str, tmp_path: Path) -> None:
    subject = evolve(subjects.sqlite(tmp_path), spoil=None)
    (case,) = (case for case in cases(subject) if case.check.code == code)
    with pytest.raises(pytest.skip.Exception, match=f"{code}: hand over `spoil`"):
        case.run(subject)


def test_a_genuine_store_that_passes_for_foreign_is_told(tmp_path: Path) -> None:
    whole = subjects.sqlite(tmp_path)
    with whole.reopen(url := whole.place()) as store:
        filled(store)
    own = subjects.file_of(url).read_bytes()
    said = failing("H3", evolve(whole, foreign=lambda: {"our own": own}))
    assert said.startswith("a file of our own was opened as a store, read_only=True")
