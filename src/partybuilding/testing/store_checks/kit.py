"""All checks of the kit, found by looking, and what becomes of each for one backend: run, left out, or waived."""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import pytest
from attrs import frozen

from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.testing import store_checks
from partybuilding.testing.store_checks.check import CannotRun, StoreCheck, Subject, marked

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODE = re.compile("([A-Z])([0-9]+)")


def every_check() -> tuple[StoreCheck, ...]:
    """Every check of the kit, by letter and number.

    They are found by reflection in the modules of the package, so that none can be left out silently.

    >>> every_check()[0].statement.say("en")
    'A new store has head 0 and reads empty.'
    """
    return tuple(sorted(_found(), key=_place))


def _found() -> Iterator[StoreCheck]:
    for module in iter_modules(store_checks.__path__, f"{store_checks.__name__}."):
        for thing in vars(import_module(module.name)).values():
            check = marked(thing)
            if check is not None and check.run.__module__ == module.name:
                yield check


def _place(check: StoreCheck) -> tuple[str, int]:
    letter, number = _CODE.fullmatch(check.code).groups()  # type: ignore[union-attr]  # a test reads every code
    return letter, int(number)


@frozen(kw_only=True)
class Case:
    """What becomes of one check for one backend.

    ``left_out`` says which capability it lacks, ``waived`` why it is known to fail; both None: it runs and must pass.
    """

    check: StoreCheck
    left_out: str | None = None
    waived: str | None = None

    def run(self, subject: Subject) -> None:
        """Run the check on a backend; what cannot be made here is skipped, and says what is lacking.

        Raises:
            AssertionError: the backend does not keep the promise; the error names it, and what came instead.
        """
        promise = f"{self.check.code}: {self.check.statement.say('en')}"
        try:
            self.check.run(subject)
        except CannotRun as lack:
            pytest.skip(f"{self.check.code}: {lack}")
        except AssertionError as error:
            error.add_note(promise)
            raise
        except Exception as error:
            message = f"{promise} Instead it raised {type(error).__name__}: {error}"
            raise AssertionError(message) from error


def cases(subject: Subject) -> tuple[Case, ...]:
    """What becomes of every check for a backend, by code.

    Raises:
        RecordProblem: a waiver without a reason (``waiver-reason``), of a check that does not exist or that the
            capabilities leave out anyway (``waiver-unknown``).
    """
    found = tuple(_case(check, subject) for check in every_check())
    run = {case.check.code for case in found if case.left_out is None}
    problems = [*_waiver_problems(subject, run)]
    if problems:
        raise RecordProblem(*problems)
    return found


def _case(check: StoreCheck, subject: Subject) -> Case:
    lacking = sorted(check.needs - subject.backend.capabilities)
    if lacking:
        return Case(check=check, left_out=f"{subject.backend.scheme} does not declare {', '.join(lacking)}")
    return Case(check=check, waived=subject.waivers.get(check.code))


def _waiver_problems(subject: Subject, run: set[str]) -> Iterator[Problem]:
    for code, reason in subject.waivers.items():
        where = Where(path=f"waivers.{code}")
        if code not in run:
            remedy = "Remove the waiver, or correct its code."
            yield Problem("waiver-unknown", where, code, "a check that runs for this backend", remedy)
        if not reason.strip():
            yield Problem(
                "waiver-reason", where, "nothing", "a reason", "Say why the check is known to fail."
            )


def checks_for(subject: Subject, *, left_out: pytest.MarkDecorator = pytest.mark.skip) -> list[object]:
    """The checks as parameters for ``pytest.mark.parametrize``, with ids such as ``sqlite-A1``.

    What the backend's capabilities leave out carries the mark ``left_out`` with its reason (by default it is printed as
    skipped); what is waived is expected to fail, and an error if it passes.

    Raises:
        RecordProblem: what :func:`cases` refuses.
    """
    return [
        pytest.param(case, id=f"{subject.backend.scheme}-{case.check.code}", marks=[*_marks(case, left_out)])
        for case in cases(subject)
    ]


def _marks(case: Case, left_out: pytest.MarkDecorator) -> Iterator[pytest.MarkDecorator]:
    if case.left_out is not None:
        yield left_out(case.left_out)
    if case.waived is not None:
        yield pytest.mark.xfail(strict=True, reason=case.waived)
