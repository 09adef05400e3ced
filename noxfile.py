"""The sessions of this project: `nox` checks everything, `nox -s demo` runs the year, `nox --list` names the rest.

The fifteen minutes that a plain `nox` may take on two cores are shared out in MINUTES: a row is a session, or a part of the
tests, told by the names of their files (the first fitting row counts). The table is printed after the run, with the minutes
used beside the minutes allotted; it never fails a run. What does not fit into its share belongs into `nox -s soak`.
"""

from __future__ import annotations

import ast
import atexit
import fnmatch
import functools
import os
import shutil
import subprocess
import sys
import time
import tomllib
import xml.etree.ElementTree as ET
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import nox
import nox.virtualenv

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MINUTES: dict[str, tuple[float, tuple[str, ...]]] = {
    "lint": (0.25, ()),
    "types": (0.5, ()),
    "floors": (0.25, ()),
    "docs": (1.5, ()),
    "the promises of the stores, checked": (2.5, ("*contracts/test_store_*",)),
    "tests of other databases": (3.0, ("plugins/partybuilding-sql/*",)),
    "the simulated district": (1.25, ("*simulated_years*",)),
    "tests of ledger and stores": (
        0.5,
        ("*unit/test_sqlite*", "*ledger*", "*storage*", "*store*", "*memory*", "*canonical*"),
    ),
    "tests of plugins and the host": (
        0.5,
        ("plugins/*", "*plugin*", "*host*", "*expression*", "*catalogue*"),
    ),
    "tests of targets and money": (
        0.5,
        ("*target*", "*letter*", "*cascade*", "*apportion*", "*money*", "*fund*"),
    ),
    "tests of projects, carriers and lists": (
        0.5,
        ("*project*", "*carrier*", "*list*", "*lifecycle*", "*appraisal*"),
    ),
    "tests of proofs and variants": (0.25, ("*proof*", "*variant*", "*verifier*")),
    "tests of pages and files": (1.0, ("*report*", "*exchange*", "*office*", "*page*", "*demo*", "*cli*")),
    "tests of the engine": (0.25, ("*engine*", "*scale*")),
    "all other tests, and installing them": (2.25, ("*",)),
}
WORKERS = 2

ROOT = Path(__file__).parent
PLUGINS = sorted(path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("plugins/*/pyproject.toml"))
SOURCES = ["src", *(f"{plugin}/src" for plugin in PLUGINS)]
TESTS = ["tests", *(f"{plugin}/tests" for plugin in PLUGINS if (ROOT / plugin / "tests").is_dir())]
FRAME = ["noxfile.py", "conftest.py", *(["benchmarks"] if (ROOT / "benchmarks").is_dir() else [])]
JUNIT = ROOT / ".nox" / "tests.xml"

# --- uv where it can do what pip was told to do, else virtualenv --------------------------------------------------
#
# uv reads no pip configuration: behind an office mirror it would fail after pip succeeded. So what pip is configured
# to is handed on. What uv has no word for, or what it then cannot reach, makes us stay with virtualenv and pip.

TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}
NO_MATTER_TO_UV = frozenset(
    {
        *(
            "break-system-packages",
            "cache-dir",
            "config-file",
            "default-timeout",
            "disable-pip-version-check",
        ),
        *(
            "no-cache-dir",
            "no-color",
            "no-input",
            "no-warn-script-location",
            "progress-bar",
            "quiet",
            "require-virtualenv",
        ),
        *("retries", "root-user-action", "timeout", "verbose"),
    }
)


def pip_settings(listing: str) -> dict[str, str]:
    """Read what `pip config list` prints, as `pip install` reads it: the environment wins, then [install], then [global]."""
    sections: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in listing.splitlines():
        name, _, quoted = line.partition("=")
        section, _, key = name.rpartition(".")
        if section in sections and (value := ast.literal_eval(quoted)):
            sections[section][key] = value
    return {**sections["global"], **sections["install"], **sections[":env:"]}


def uv_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Say in uv's words what pip was told about indexes and certificates."""
    words = {TO_UV[key]: " ".join(value.split()) for key, value in settings.items() if key in TO_UV}
    if "UV_FIND_LINKS" in words:
        words["UV_FIND_LINKS"] = ",".join(os.path.expanduser(link) for link in words["UV_FIND_LINKS"].split())  # noqa: PTH111 - a link may be an address, which Path would mangle
    if "UV_INDEX" in words:
        words["UV_INDEX_STRATEGY"] = (
            "unsafe-best-match"  # pip looks at all indexes alike; the locks hold the hashes
        )
    return words


def beyond_uv(settings: Mapping[str, str]) -> list[str]:
    """Name the settings of pip that matter, and that uv has no word for."""
    return sorted(set(settings) - set(TO_UV) - NO_MATTER_TO_UV)


def uv_obstacle(*, trial: bool = True) -> str | None:
    """Hand pip's configuration to uv; tell why uv cannot be used, or None when it works."""
    if not nox.virtualenv.HAS_UV:
        return "uv is not installed"
    command = [sys.executable, "-m", "pip", "config", "list"]
    settings = pip_settings(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    if beyond := beyond_uv(settings):
        return f"pip is configured with {', '.join(beyond)}, and uv has no word for it"
    for name, value in uv_environment(settings).items():
        os.environ.setdefault(name, value)  # whoever configured uv has the last word
    return _tried() if trial else None


def _tried() -> str | None:
    command = [nox.virtualenv.UV, "pip", "compile", "--quiet", "--no-deps", "--no-header", "-"]
    try:
        tried = subprocess.run(command, input="nox", capture_output=True, text=True, check=False, timeout=60)
    except subprocess.TimeoutExpired:
        return "uv got no answer from the index within a minute"
    return (
        None
        if tried.returncode == 0
        else f"uv does not reach what pip reaches: {tried.stderr.partition(chr(10))[0]}"
    )


def choose_backend(arguments: list[str]) -> str:
    """Choose uv or virtualenv for this call of nox; with `-R` without asking the network."""
    if {"-l", "--list", "-h", "--help", "--version"} & set(arguments):
        return "uv|virtualenv"
    if obstacle := uv_obstacle(trial=not {"-R", "--no-install"} & set(arguments)):
        print(f"nox: virtualenv and pip instead of uv: {obstacle}", file=sys.stderr)
        return "virtualenv"
    return "uv"


if __name__ == "user_nox_module":  # so nox calls it; the tests that import this file must change nothing
    os.environ.setdefault(
        "UV_PYTHON_DOWNLOADS", "never"
    )  # the Python that runs nox is the Python that is meant
    own = sys.argv[1 : sys.argv.index("--")] if "--" in sys.argv else sys.argv[1:]
    nox.options.default_venv_backend = choose_backend(own)
nox.options.sessions = ["lint", "types", "floors", "tests", "docs"]
nox.options.error_on_missing_interpreters = True

# --- minutes used and allotted ------------------------------------------------------------------------------------

used: defaultdict[str, float] = defaultdict(float)


def timed(session: Callable[[nox.Session], None]) -> Callable[[nox.Session], None]:
    """Keep the minutes of a session for the table at the end."""

    @functools.wraps(session)
    def run(handed: nox.Session) -> None:
        started = time.monotonic()
        try:
            session(handed)
        finally:
            used[session.__name__] += (time.monotonic() - started) / 60

    return run


def minutes_by_part(report: Path) -> dict[str, float]:
    """Share the minutes of the tests out over the rows of MINUTES, by the names of the test files."""
    minutes: defaultdict[str, float] = defaultdict(float)
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - the report that our own pytest wrote a moment ago
        file = case.get("file", "")
        row = next(
            row
            for row, (_, patterns) in MINUTES.items()
            if any(fnmatch.fnmatch(file, each) for each in patterns)
        )
        minutes[row] += float(case.get("time", "0")) / 60 / WORKERS
    return minutes


def print_minutes() -> None:
    """Print the table, if one of its sessions ran."""
    if not used.keys() & set(nox.options.sessions or ()):
        return
    rows = dict(used)
    if (whole := rows.pop("tests", None)) is not None:
        parts = minutes_by_part(JUNIT) if JUNIT.exists() else {}
        rows |= parts
        other = next(reversed(MINUTES))
        rows[other] = max(0.0, parts.get(other, 0.0) + whole - sum(parts.values()))
    print("\nminutes used  allotted  part")
    for row, (share, _) in MINUTES.items():
        print(f"{rows.get(row, 0.0):12.2f}  {share:8.2f}  {row}")
    print(
        f"{sum(used.values()):12.2f}  {sum(share for share, _ in MINUTES.values()):8.2f}  in all", flush=True
    )


if __name__ == "user_nox_module":
    atexit.register(print_minutes)

# --- sessions -----------------------------------------------------------------------------------------------------


def install(session: nox.Session, lock: str, *, project: bool = True, editable: bool = True) -> None:
    """Install what requirements/LOCK.txt names, checked by hash, and then the library and its plugins."""
    session.install("--require-hashes", "-r", f"requirements/{lock}.txt")
    if project:
        folders = [f"./{folder}" for folder in (".", *PLUGINS)]
        session.install(
            "--no-deps", *(part for folder in folders for part in (["-e"] if editable else []) + [folder])
        )


@nox.session
def demo(session: nox.Session) -> None:
    """Run one year of party-building work in Acheng District, from letters to accountability."""
    install(session, "demo", editable=False)
    session.run("partybuilding", "demo", *session.posargs)


@nox.session
@timed
def lint(session: nox.Session) -> None:
    """Check style and layout of all Python files."""
    install(session, "lint", project=False)
    session.run("ruff", "check", *session.posargs)
    session.run("ruff", "format", "--check")


@nox.session
@timed
def types(session: nox.Session) -> None:
    """Check all annotations, strictly."""
    install(session, "types")
    if session.posargs:
        session.run("mypy", *session.posargs)
        return
    apart = [each for each in TESTS if (ROOT / each / "conftest.py").exists() and each != "tests"]
    session.run("mypy", *SOURCES, *(each for each in TESTS if each not in apart), *FRAME)
    for each in apart:  # a second module of the name conftest
        session.run("mypy", each)


@nox.session
@timed
def floors(session: nox.Session) -> None:
    """Check that no module imports from a floor above its own."""
    install(session, "floors", project=False)
    session.run("lint-imports", env={"PYTHONPATH": "src"})


@nox.session
@timed
def tests(session: nox.Session) -> None:
    """Run the tests; without arguments every branch of the library must be reached."""
    install(session, "tests")
    JUNIT.unlink(missing_ok=True)
    report = ["-o", "junit_family=xunit1", f"--junitxml={JUNIT}"]
    whole = [] if session.posargs else ["--cov", "--cov-fail-under=100", *report]
    session.run("pytest", "-n", str(WORKERS), *whole, *session.posargs)


@nox.session
@timed
def docs(session: nox.Session) -> None:
    """Run every example of docstrings and pages, then build the pages; a warning is an error."""
    install(session, "docs")
    session.run("pytest", "--examples", "README.md", "CONTRIBUTING.md", "docs", *SOURCES, *session.posargs)
    session.run(
        "sphinx-build",
        "--fail-on-warning",
        "--keep-going",
        "--fresh-env",
        "-q",
        "-j",
        str(WORKERS),
        "docs",
        "docs/_build/html",
    )


@nox.session
def soak(session: nox.Session) -> None:
    """Run what takes too long for every day: the soak tests, and all properties on many more examples."""
    install(session, "soak")
    examples = os.environ.get("PARTYBUILDING_EXAMPLES", "2000")
    session.run(
        "pytest", "--soak", "-n", str(WORKERS), *session.posargs, env={"PARTYBUILDING_EXAMPLES": examples}
    )


@nox.session
def bench(session: nox.Session) -> None:
    """Run the benchmarks, which print their medians and assert no time."""
    install(session, "demo")
    chosen = session.posargs or [
        path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("benchmarks/*.py"))
    ]
    if not chosen:
        session.skip("benchmarks/ holds no script")
    for script in chosen:
        session.run("python", script)


@nox.session
def lowest(session: nox.Session) -> None:
    """Run the tests with the lowest versions that pyproject.toml allows."""
    install(session, "lowest")
    session.run("pytest", "-n", str(WORKERS), "-W", "default", *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Build wheel and sdist of the library and of every plugin, and try the wheels in a fresh environment."""
    install(session, "build", project=False)
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    for folder in (".", *PLUGINS):
        session.run("python", "-m", "build", "--outdir", "dist", folder)  # the wheel is built from the sdist
    _try_wheels(session, Path(session.create_tmp()).resolve())


def _try_wheels(session: nox.Session, folder: Path) -> None:
    session.run(sys.executable, "-m", "venv", "--clear", str(folder / "fresh"), external=True)
    python = str(folder / "fresh" / ("Scripts" if os.name == "nt" else "bin") / "python")
    wheels = [f"{path}[cli,report]" for path in ROOT.glob("dist/partybuilding-*.whl")]
    wheels += [str(path) for path in ROOT.glob("dist/partybuilding_*.whl")]
    for wheel in wheels:  # one by one, the library first: so a plugin finds it, and asks no index for it
        session.run(python, "-m", "pip", "install", "-q", wheel, external=True)
    session.chdir(folder)  # away from the checkout: what is imported now comes from the wheels
    session.run(python, "-I", "-m", "partybuilding", "plugins", external=True)
    session.run(python, "-I", "-m", "partybuilding", "demo", external=True)


@nox.session
def news(session: nox.Session) -> None:
    """Gather changelog.d/ into CHANGELOG.md: nox -s news -- --version 0.2.0."""
    install(session, "news", project=False)
    session.run("towncrier", "build", *session.posargs)


@nox.session(venv_backend="uv")
def lock(session: nox.Session) -> None:
    """Write requirements/*.txt anew: the newest versions, with the hashes of all their files, without any host."""
    full = {"UV_INDEX": None, "UV_FIND_LINKS": None}  # only the main index holds the files of every machine
    common = [
        "--generate-hashes",
        "--no-header",
        "--no-emit-index-url",
        "--universal",
        "--python-version",
        "3.11",
        "--upgrade",
        "-q",
    ]
    library = ["pyproject.toml", "--extra", "cli", "--extra", "report"]
    floor = Path(session.create_tmp()) / "floor.txt"
    session.run(
        "uv", "pip", "compile", *common, *library, "--resolution", "lowest-direct", "-o", str(floor), env=full
    )
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    plans = {group: ["--group", group] for group in groups}
    plans |= {group: [*library, "--group", group] for group in ("tests", "soak", "types", "docs")}
    plans |= {"demo": library, "lowest": [*library, "--group", "tests", "-c", str(floor)]}
    for name, plan in plans.items():
        session.run("uv", "pip", "compile", *common, *plan, "-o", f"requirements/{name}.txt", env=full)
