"""A pytest plugin: one line per backend at the end of a run, with what passed, failed, was waived and did not run.

Name it in the ``conftest.py`` of the project: ``pytest_plugins = ["partybuilding.testing.store_checks.table"]``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

from partybuilding.testing.store_checks.kit import every_check

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pytest

_CASE = re.compile(r"\[(?P<scheme>[^\[\]]+)-(?P<code>[A-Z][0-9]+)\]$")
_OUTCOMES = {"passed": "passed", "failed": "failed", "error": "failed", "xfailed": "waived"}


@frozen(kw_only=True)
class Line:
    """What became of the checks of one backend, as codes in order."""

    scheme: str
    passed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()
    not_run: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The line as it is printed: counts, and the codes of everything that did not simply pass."""
        parts = [f"{self.scheme}: {len(self.passed)} passed"]
        for name in ("failed", "waived", "not_run"):
            codes: tuple[str, ...] = getattr(self, name)
            shown = f" ({' '.join(codes)})" if codes else ""
            parts.append(f"{len(codes)} {name.replace('_', ' ')}{shown}")
        return ", ".join(parts)


def lines(outcomes: Mapping[str, Iterable[str]]) -> tuple[Line, ...]:
    """The lines of a run: for pytest's words the ids of the tests; what is no check of the kit is passed over.

    >>> codes = [check.code for check in every_check()][2:]
    >>> (line,) = lines({"passed": [f"t.py::t[ours-{code}]" for code in codes], "failed": ["t.py::t[ours-A1]"]})
    >>> line.failed, line.waived, line.not_run
    (('A1',), (), ('A2',))
    """
    found: dict[str, dict[str, str]] = {}
    for word, ids in outcomes.items():
        for name in ids:
            case = _CASE.search(name)
            if case and word in _OUTCOMES:
                codes = found.setdefault(case["scheme"], {})
                codes[case["code"]] = "failed" if codes.get(case["code"]) == "failed" else _OUTCOMES[word]
    return tuple(_line(scheme, codes) for scheme, codes in sorted(found.items()))


def _line(scheme: str, outcomes: Mapping[str, str]) -> Line:
    named: dict[str, list[str]] = {}
    for check in every_check():
        named.setdefault(outcomes.get(check.code, "not_run"), []).append(check.code)
    return Line(scheme=scheme, **{name: tuple(codes) for name, codes in named.items()})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the lines, if checks of the kit ran."""
    outcomes = {
        word: [str(getattr(report, "nodeid", "")) for report in reports]
        for word, reports in terminalreporter.stats.items()
        if word in _OUTCOMES
    }
    found = lines(outcomes)
    if found:
        terminalreporter.section("what the stores promise")
    for line in found:
        terminalreporter.line(str(line))
