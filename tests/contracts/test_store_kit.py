"""The conformance kit on the stores of this project, and what the kit itself promises to the author of a backend."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Literal

import pytest
from attrs import evolve
from tests.contracts import subjects

from partybuilding.errors import RecordProblem
from partybuilding.extension.store import CAPABILITIES
from partybuilding.testing.store_checks import (
    CannotRun,
    Case,
    StoreCheck,
    Subject,
    cases,
    checks_for,
    every_check,
)
from partybuilding.testing.store_checks.expecting import refused, same
from partybuilding.testing.store_checks.machine import agrees_with_memory
from partybuilding.testing.store_checks.page import page

pytestmark = pytest.mark.measured
NOWHERE = Path("nowhere")
COUNTS = {"A": 9, "B": 9, "C": 9, "D": 12, "E": 10, "F": 8, "G": 7, "H": 8, "I": 5, "J": 4}
OUT = pytest.mark.excluded
Effort = Literal["default", "soak"]


@pytest.mark.parametrize("check", checks_for(subjects.memory(NOWHERE), left_out=OUT))
def test_the_memory_store_keeps_its_promises(check: Case, tmp_path: Path, effort: Effort) -> None:
    check.run(evolve(subjects.memory(tmp_path), effort=effort))


@pytest.mark.parametrize("check", checks_for(subjects.sqlite(NOWHERE), left_out=OUT))
def test_the_sqlite_store_keeps_its_promises(check: Case, tmp_path: Path, effort: Effort) -> None:
    check.run(evolve(subjects.sqlite(tmp_path), effort=effort))


@pytest.mark.parametrize("check", checks_for(subjects.json(NOWHERE), left_out=OUT))
def test_a_store_of_a_few_lines_behind_json_messages_keeps_its_promises(
    check: Case, tmp_path: Path, effort: Effort
) -> None:
    check.run(evolve(subjects.json(tmp_path), effort=effort))


@pytest.mark.parametrize("subject", [subjects.memory, subjects.sqlite, subjects.json])
def test_any_row_of_steps_gives_what_the_memory_store_gives(
    subject: subjects.Making, tmp_path: Path, effort: Effort
) -> None:
    agrees_with_memory(subject(tmp_path), runs=100 if effort == "default" else 5_000)


def test_the_kit_has_exactly_the_checks_of_the_specification() -> None:
    codes = [check.code for check in every_check()]
    assert codes == [
        f"{letter}{number}" for letter, count in COUNTS.items() for number in range(1, count + 1)
    ]
    assert len(codes) == 81


def test_every_check_says_what_it_requires_in_both_languages_and_needs_known_capabilities() -> None:
    for check in every_check():
        assert check.statement.zh.endswith("。"), check.code
        assert check.statement.en.endswith("."), check.code
        assert check.needs <= set(CAPABILITIES), check.code
        assert check.run.__doc__, check.code
    statements = Counter(
        sentence for check in every_check() for sentence in (check.statement.zh, check.statement.en)
    )
    assert set(statements.values()) == {1}


@pytest.mark.parametrize(
    ("subject", "left_out"),
    [
        (
            subjects.memory,
            "E6 E7 E8 E9 F1 F2 F3 F4 F5 F6 F7 F8 G1 G2 G3 G4 G5 G6 H1 H2 H3 H4 H5 H7 H8 I1 I2 I3 I4",
        ),
        (subjects.sqlite, "F8"),
        (
            subjects.json,
            "E6 E7 E8 E9 F1 F2 F3 F4 F5 F6 F7 F8 G1 G2 G3 G4 G5 G6 H1 H2 H3 H4 H5 H7 H8 I1 I2 I3 I4",
        ),
    ],
    ids=["memory", "sqlite", "json"],
)
def test_what_the_capabilities_leave_out_is_known_by_name(subject: subjects.Making, left_out: str) -> None:
    assert [case.check.code for case in cases(subject(NOWHERE)) if case.left_out] == left_out.split()


def test_what_is_left_out_says_which_capability_is_lacking() -> None:
    (reason,) = {case.left_out for case in cases(subjects.sqlite(NOWHERE)) if case.left_out}
    assert reason == "sqlite does not declare server"


def test_the_page_of_the_promises_is_written_from_the_checks() -> None:
    kept = (Path(__file__).parents[2] / "docs/reference/store-promises.md").read_text("utf-8")
    assert kept == page(), (
        "write partybuilding.testing.store_checks.page.page() into docs/reference/store-promises.md"
    )


def waiving(**waivers: str) -> Subject:
    return evolve(subjects.memory(NOWHERE), waivers=waivers)


def test_a_waived_check_must_fail_for_the_reason_that_is_given() -> None:
    subject = waiving(A5="closing twice is not built yet")
    parameters: dict[str, Any] = {
        case.check.code: each for case, each in zip(cases(subject), checks_for(subject), strict=True)
    }
    assert parameters["A5"].id == "memory-A5"
    (mark,) = parameters["A5"].marks
    assert (mark.name, mark.kwargs) == ("xfail", {"strict": True, "reason": "closing twice is not built yet"})
    assert parameters["A4"].marks == []


@pytest.mark.parametrize(
    ("waivers", "codes"),
    [
        ({"A5": "  "}, ["waiver-reason"]),
        ({"Z9": "there is none"}, ["waiver-unknown"]),
        ({"F1": "not durable anyway"}, ["waiver-unknown"]),
        ({"Z9": "", "A5": ""}, ["waiver-unknown", "waiver-reason", "waiver-reason"]),
    ],
)
def test_a_waiver_of_nothing_or_without_a_reason_is_an_error(
    waivers: dict[str, str], codes: list[str]
) -> None:
    with pytest.raises(RecordProblem) as caught:
        checks_for(waiving(**waivers))
    assert [problem.code for problem in caught.value.problems] == codes


def lacking(_: Subject) -> None:
    message = "no disk to fail"
    raise CannotRun(message)


def test_a_check_that_cannot_be_made_here_is_skipped_and_says_why() -> None:
    check = StoreCheck(code="G9", statement=every_check()[0].statement, needs=frozenset(), run=lacking)
    with pytest.raises(pytest.skip.Exception, match="G9: no disk to fail"):
        Case(check=check).run(subjects.memory(NOWHERE))


def test_a_finding_shows_both_sides_and_no_more_than_a_reader_can_take() -> None:
    with pytest.raises(AssertionError, match="the head: found 1, expected True"):
        same(1, True, "the head")
    with pytest.raises(AssertionError, match="1002 characters"):
        same("x" * 1000, "", "the text")


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (None, "not refused, expected RecordProblem"),
        (KeyError("raw"), "raised KeyError"),
        (AssertionError("as it was"), "as it was"),
        (RecordProblem(), "refused as unknown, expected this-code"),
    ],
)
def test_what_should_be_refused_is_a_finding_if_it_is_not_refused_by_that_name(
    raised: Exception | None, said: str
) -> None:
    with pytest.raises(AssertionError, match=said):
        refuse(raised)


def refuse(raised: Exception | None) -> None:
    with refused(RecordProblem, "it", code="this-code"):
        if raised is not None:
            raise raised


AUTHOR = """
import pytest
from partybuilding.storage.memory import MEMORY
from partybuilding.testing.store_checks import Subject, checks_for

WAIVERS = {"A5": "shown on purpose"}
SUBJECT = Subject(backend=MEMORY, place=lambda: "memory:", waivers=WAIVERS)


@pytest.mark.parametrize("check", [each for each in checks_for(SUBJECT) if each.id[7:] in "A4 A5 A6 F1"])
def test_our_store(check):
    assert check.check.code != "A4"
    if check.check.code == "A5":
        raise AssertionError
    check.run(SUBJECT)
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_an_author_sees_a_table_of_what_became_of_every_check(
    tmp_path: Path, workers: tuple[str, ...]
) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["partybuilding.testing.store_checks.table"]\n')
    (tmp_path / "test_ours.py").write_text(AUTHOR)
    command = [sys.executable, "-m", "pytest", "-rsx", "-p", "no:cacheprovider", *workers]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "1 failed, 1 passed, 1 skipped, 1 xfailed" in ran.stdout, ran.stdout + ran.stderr
    assert (
        f"memory: 1 passed, 1 failed (A4), 1 waived (A5), {len(every_check()) - 3} not run (A1 A2 A3 A7"
        in ran.stdout
    )
    assert "memory does not declare durable, multi_process" in ran.stdout
