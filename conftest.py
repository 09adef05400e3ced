"""What all tests of this project share: capabilities of the machine, Hypothesis, the soak, examples in the docs."""

from __future__ import annotations

import functools
import os
import random
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from sybil import Sybil
from sybil.evaluators.doctest import DocTestEvaluator
from sybil.integration.pytest import pytest_integration as collector
from sybil.parsers.abstract.doctest import DocTestStringParser
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from sybil.document import Document
    from sybil.region import Region

HERE = Path(__file__).parent
pytest_plugins = ["partybuilding.testing.store_checks.table"]
EXCLUDED = pytest.StashKey[dict[str, int]]()

# --- Hypothesis -------------------------------------------------------------------------------------------------

settings.register_profile(
    "partybuilding",
    deadline=None,  # two shared cores: a slow moment is no error
    derandomize=False,  # under CI=true the library's own profile would repeat the same examples for ever
    print_blob=True,
    max_examples=int(os.environ.get("PARTYBUILDING_EXAMPLES", "100")),
    suppress_health_check=[HealthCheck.too_slow],  # as deadline: coverage and a busy machine slow the drawing
)
settings.load_profile("partybuilding")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Fix the seed before Hypothesis reads it, so that it can be printed and all workers draw from it."""
    config.stash[EXCLUDED] = {}
    if config.getoption("hypothesis_seed") is None:
        config.option.hypothesis_seed = str(random.SystemRandom().getrandbits(32))


def pytest_report_header(config: pytest.Config) -> str:
    """Say how to draw the same examples again."""
    return f"replay the drawn examples with: --hypothesis-seed={config.getoption('hypothesis_seed')}"


@pytest.fixture(autouse=True)
def _programs_are_measured_on_demand(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the conformance kit does its work in programs of its own; others start as they do at a user's."""
    if request.node.get_closest_marker("measured") is None:
        monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)


# --- what the machine can do ------------------------------------------------------------------------------------


def _program(*names: str) -> str | None:
    return (
        None if any(shutil.which(name) for name in names) else f"no program {' or '.join(names)} on the PATH"
    )


def _strace() -> str | None:
    if missing := _program("strace"):
        return missing
    tried = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False)  # noqa: S603, S607 - the strace of the PATH is meant
    return "strace may not trace here" if tried.returncode else None


def _chinese_fonts() -> str | None:
    if missing := _program("fc-list"):
        return missing
    listed = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, check=False)  # noqa: S607 - the fc-list of the PATH is meant
    return None if listed.stdout.strip() else "no font for Chinese is installed"


def _root() -> str | None:
    return None if hasattr(os, "geteuid") and os.geteuid() == 0 else "not running as root"


CAPABILITIES: dict[str, Callable[[], str | None]] = {
    "cc": lambda: _program("cc", "gcc", "clang"),
    "chromium": lambda: _program("chromium", "chromium-browser", "google-chrome"),
    "cjk-fonts": _chinese_fonts,
    "pdftotext": lambda: _program("pdftotext"),
    "root": _root,
    "strace": _strace,
}


@functools.cache
def lack(name: str) -> str | None:
    """Why this machine cannot do it, or None when it can; asked once in a run."""
    return CAPABILITIES[name]()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip here, at one place, so that one lack becomes one line of the summary, whatever the number of tests."""
    for marker in item.iter_markers("needs"):
        for name in marker.args:
            if reason := lack(name):
                pytest.skip(f"needs {name}: {reason}")


def _strict(report: pytest.CollectReport | pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("PARTYBUILDING_STRICT") == "1":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{reason}\nPARTYBUILDING_STRICT=1 allows no skip"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where the machine is bound to have everything."""
    report = yield
    _strict(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Do the same for a module that skips itself while it is collected."""
    report = yield
    _strict(report)
    return report


# --- what is not collected, and counted -------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the two options that the sessions of the noxfile use."""
    group = parser.getgroup("partybuilding")
    group.addoption("--soak", action="store_true", help="collect the long-running tests, too")
    group.addoption("--examples", action="store_true", help="collect the examples of docstrings and pages")


def _exclusion(item: pytest.Item) -> str | None:
    if not item.config.getoption("--soak") and item.get_closest_marker("soak"):
        return "for nox -s soak"
    marker = item.get_closest_marker("excluded")
    return str(marker.args[0]) if marker else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this run excludes."""
    excluded = [item for item in items if _exclusion(item)]
    config.stash[EXCLUDED] = dict(Counter(_exclusion(item) or "" for item in excluded))
    if excluded:
        config.hook.pytest_deselected(items=excluded)
        items[:] = [item for item in items if item not in set(excluded)]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the counts of a pytest-xdist worker to the process that prints."""
    handed: dict[str, object] | None = getattr(session.config, "workeroutput", None)
    if handed is not None:
        handed["excluded"] = session.config.stash[EXCLUDED]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Take the counts of a worker; every worker collects the same, so the last one stands for all."""
    handed = getattr(node, "workeroutput", {})
    config: pytest.Config = node.config  # type: ignore[attr-defined]  # pytest-xdist exports no type for its nodes
    config.stash[EXCLUDED] = handed.get("excluded", {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print one line of what did not run, and why."""
    skipped = Counter(
        str(report.longrepr[2]).removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    terminalreporter.section("what did not run")
    terminalreporter.line(f"skipped: {_counted(skipped)}")
    terminalreporter.line(f"not collected: {_counted(config.stash[EXCLUDED])}")


def _counted(counts: dict[str, int]) -> str:
    return "; ".join(f"{number} × {reason}" for reason, number in sorted(counts.items())) or "nothing"


# --- examples in docstrings and pages ---------------------------------------------------------------------------


class PyconParser(CodeBlockParser):
    """Run blocks that are marked ``pycon``, that is, an interactive session with its answers."""

    def __init__(self) -> None:
        super().__init__(language="pycon", evaluator=DocTestEvaluator())

    def __call__(self, document: Document) -> Iterable[Region]:
        """Cut every block into its questions."""
        for block in super().__call__(document):
            source = block.lexemes["source"]
            for question in DocTestStringParser()(source, document.path):
                question.adjust(block, source)
                yield question


PAGES = Sybil(
    name="pages",
    parsers=[PythonCodeBlockParser(), PyconParser(), SkipParser()],
    patterns=["*.md"],
    fixtures=["scratch"],
)
DOCSTRINGS = [
    Sybil(
        name="docstrings",
        path=str(folder),
        parsers=[DocTestParser()],
        patterns=["*.py"],
        fixtures=["scratch"],
    )
    for folder in (HERE / "src", *sorted(HERE.glob("plugins/*/src")))
]
_collect = collector(PAGES, *DOCSTRINGS)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect examples only when they are asked for: the tests measure coverage, and an example is no test."""
    return _collect(file_path, parent) if parent.config.getoption("--examples") else None


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Run the examples of one page in a folder of their own, where `examples/` lies as in a checkout."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "examples").symlink_to(HERE / "examples")
    before = Path.cwd()
    os.chdir(folder)
    yield folder
    os.chdir(before)
