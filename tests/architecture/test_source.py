"""What the source alone must hold: sizes, names, who may import, print or ask the clock, and a reason for every exception."""

from __future__ import annotations

import ast
import re
import sys
import tokenize
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "src" / "partybuilding"
SHIPPED = [path for folder in ("src", "plugins/*/src") for path in sorted(ROOT.glob(f"{folder}/**/*.py"))]
EVERYTHING = [
    *SHIPPED,
    *(
        path
        for folder in ("tests", "plugins/*/tests", "benchmarks")
        for path in sorted(ROOT.glob(f"{folder}/**/*.py"))
    ),
    *(ROOT / name for name in ("conftest.py", "noxfile.py", "docs/conf.py")),
]
JUNK_DRAWERS = {"util", "utils", "helper", "helpers", "common", "core", "base", "misc", "models"}
AT_MOST_LINES = 400
AT_MOST_LINES_OF_A_FUNCTION = 60

# Who outside the standard library may be imported where; a package that is not named here may be imported nowhere.
ROOMS = {
    "attrs": ("",),
    "attr": (),
    "cattrs": ("convert",),
    "chinese_calendar": ("timeline",),
    "cyclopts": ("cli",),
    "dateutil": ("timeline",),
    "hypothesis": ("testing",),
    "jinja2": ("report",),
    "numpy": ("engine",),
    "plotly": ("report",),
    "pluggy": ("extension/hookspecs", "extension/host"),
    "pytest": ("testing",),
    "rich": ("cli",),
    "sqlite3": ("storage",),
    "random": ("testing",),
    "secrets": (),
    "uuid": (),
}
CLOCKS = {
    *(
        ("time", name)
        for name in ("time", "time_ns", "localtime", "gmtime", "monotonic", "perf_counter", "process_time")
    ),
    *(("datetime", name) for name in ("now", "today", "utcnow")),
    ("date", "today"),
}
EXCEPTION = re.compile(
    r"#\s*(noqa|type:\s*ignore|pragma:\s*no\s+\w+|ruff:\s*noqa|mypy:)(?P<rest>[^#]*)(?P<more>#.*)?"
)


def place(path: Path, node: ast.AST | int = 1) -> str:
    """Return the place as editors understand it."""
    line = node if isinstance(node, int) else getattr(node, "lineno", 1)
    return f"{path.relative_to(ROOT)}:{line}"


@cache
def tree(path: Path) -> ast.Module:
    """Return the parsed file."""
    return ast.parse(path.read_text("utf-8"), str(path))


def room(path: Path) -> str:
    """Return the module's place inside the library, as in `engine/tree`."""
    return path.relative_to(LIBRARY).with_suffix("").as_posix().removesuffix("/__init__")


def imported(path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """Yield every imported module, by its full name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def in_rooms(path: Path, rooms: tuple[str, ...]) -> bool:
    """Tell whether the module is one of the rooms, or lies in one."""
    return any(each in ("", room(path)) or room(path).startswith(f"{each}/") for each in rooms)


@pytest.mark.parametrize("path", SHIPPED, ids=place)
def test_no_module_is_longer_than_a_reader_can_hold(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= AT_MOST_LINES


@pytest.mark.parametrize("path", SHIPPED, ids=place)
def test_no_function_is_longer_than_a_page(path: Path) -> None:
    functions = (
        node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    sizes = {place(path, node): (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    assert {where: size for where, size in sizes.items() if size > AT_MOST_LINES_OF_A_FUNCTION} == {}


def test_no_module_is_a_junk_drawer() -> None:
    assert [
        place(path) for path in SHIPPED if set(path.relative_to(ROOT).with_suffix("").parts) & JUNK_DRAWERS
    ] == []


def test_every_module_says_in_one_sentence_what_it_is() -> None:
    sentences = {place(path): (ast.get_docstring(tree(path)) or "").partition("\n\n")[0] for path in SHIPPED}
    assert [where for where, sentence in sentences.items() if not sentence.endswith((".", "?"))] == []


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("**/*.py")), ids=place)
def test_every_package_is_imported_only_where_it_belongs(path: Path) -> None:
    found = []
    for node, name in imported(path):
        package = name.partition(".")[0]
        outside = package not in sys.stdlib_module_names and package != "partybuilding"
        if (outside or package in ROOMS) and not in_rooms(path, ROOMS.get(package, ())):
            found.append(f"{place(path, node)} imports {package}")
    assert found == []


def test_no_module_takes_a_shortcut_through_the_public_names() -> None:
    parts = {path.stem for path in LIBRARY.iterdir()} | {"__version__"}
    names = ((place(path, node), name) for path in LIBRARY.glob("**/*.py") for node, name in imported(path))
    roots = [
        (where, name)
        for where, name in names
        if name.count(".") < 2 and name.partition(".")[0] == "partybuilding"
    ]
    assert [(where, name) for where, name in roots if name.partition(".")[2] not in parts] == []


def test_the_national_rules_know_nothing_but_what_a_plugin_may_know() -> None:
    allowed = ("partybuilding.plugin.", "partybuilding.mechanisms.")
    paths = [path for path in LIBRARY.glob("**/*.py") if room(path).partition("/")[0] == "mechanisms"]
    names = ((place(path, node), name) for path in paths for node, name in imported(path))
    assert [
        each for each in names if each[1].startswith("partybuilding.") and not each[1].startswith(allowed)
    ] == []


def test_the_verifier_stands_on_the_standard_library_alone() -> None:
    paths = [path for path in LIBRARY.glob("**/*.py") if room(path).partition("/")[0] == "verifier"]
    names = (
        (place(path, node), name.partition(".")[0], name) for path in paths for node, name in imported(path)
    )
    own = "partybuilding.verifier"
    assert [
        each for each in names if each[1] not in sys.stdlib_module_names and not each[2].startswith(own)
    ] == []


def prints_or_asks_the_clock(node: ast.AST) -> bool:
    """Tell whether a node prints, reads the keyboard, or reads a clock."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in {"print", "input"}
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
        owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
        return (owner, node.attr) in CLOCKS or (owner == "sys" and node.attr in {"stdout", "stderr", "stdin"})
    names = [(node.module, alias.name) for alias in node.names] if isinstance(node, ast.ImportFrom) else []
    return any(name in CLOCKS for name in names)


def test_only_the_command_line_prints_or_asks_the_clock() -> None:
    silent = [path for path in SHIPPED if not (path.is_relative_to(LIBRARY) and in_rooms(path, ("cli",)))]
    assert [
        place(path, node)
        for path in silent
        for node in ast.walk(tree(path))
        if prints_or_asks_the_clock(node)
    ] == []


@pytest.mark.parametrize(
    "code",
    [
        "print(1)",
        "input()",
        "time.time()",
        "datetime.datetime.now()",
        "date.today()",
        "sys.stdout",
        "from time import time",
    ],
)
def test_the_search_for_prints_and_clocks_finds_them(code: str) -> None:
    assert any(prints_or_asks_the_clock(node) for node in ast.walk(ast.parse(code)))


def unreasoned(path: Path) -> Iterator[str]:
    """Yield every comment that switches a check off without saying why."""
    with path.open("rb") as source:
        for token in tokenize.tokenize(source.readline):
            found = EXCEPTION.search(token.string) if token.type == tokenize.COMMENT else None
            if found:
                codes = re.sub(
                    r"^[\s:]*(\[[\w\s,-]*\]|[A-Z]+[0-9]+([\s,]+[A-Z]+[0-9]+)*)?", "", found["rest"]
                )
                if not re.search(r"\w{4}", codes + (found["more"] or "")):
                    yield f"{place(path, token.start[0])} {token.string}"


def test_every_check_that_is_switched_off_has_its_reason_on_the_line() -> None:
    assert list(chain.from_iterable(unreasoned(path) for path in EVERYTHING)) == []


@pytest.mark.parametrize(
    ("comment", "complaints"),
    [
        ("# noqa: S603", 1),
        ("# noqa: S603, S607", 1),
        ("# noqa: S603 - our own program", 0),
        ("# type: ignore[arg-type]", 1),
        ("# type: ignore[arg-type]  # an exact text", 0),
        ("# pragma: no cover", 1),
        ("# pragma: no cover - only on Windows", 0),
        ("# an ordinary remark", 0),
    ],
)
def test_the_search_for_reasons_finds_what_lacks_one(
    comment: str, complaints: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    path = tmp_path / "module.py"
    path.write_text(f"x = 1  {comment}\n", "utf-8")
    assert len(list(unreasoned(path))) == complaints


def test_every_ignored_lint_rule_has_its_reason_on_the_line() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    start, end = text.index("[tool.ruff.lint]"), text.index("[tool.mypy]")
    ignoring = [line for line in text[start:end].splitlines() if re.search(r'"[A-Z]{1,4}[0-9]*"', line)]
    assert [line for line in ignoring if "ALL" not in line and not re.search(r"#\s*\w+\W+\w+", line)] == []
