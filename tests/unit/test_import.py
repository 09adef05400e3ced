"""What `import partybuilding` brings, and what it leaves for later."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import partybuilding

HEAVY = ("numpy", "sqlite3", "_sqlite3", "pluggy", "attrs", "cattrs", "dateutil", "jinja2", "plotly", "rich")


def modules_after(code: str) -> set[str]:
    """The modules that a fresh interpreter holds after some code, beyond those it started with."""
    program = f"import sys, json\nheld = set(sys.modules)\n{code}\nprint(json.dumps(sorted(set(sys.modules) - held)))"
    printed = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return set(json.loads(printed.stdout))


def test_importing_the_package_brings_no_numpy_no_sqlite_no_host_and_no_plugin() -> None:
    brought = modules_after("import partybuilding")
    assert "partybuilding" in brought
    assert {each for each in brought if each.partition(".")[0] in HEAVY} == set()
    assert {each for each in brought if each.startswith("partybuilding")} == {"partybuilding"}


def test_the_check_of_what_is_brought_would_see_numpy_sqlite_and_pluggy() -> None:
    code = "import partybuilding\npartybuilding.Ledger, partybuilding.evaluate, partybuilding.PluginHost"
    brought = modules_after(code)
    assert {"numpy", "partybuilding.engine.run", "pluggy"} <= brought
    assert "sqlite3" in modules_after("import partybuilding.storage.sqlite")


def test_a_name_is_loaded_on_first_use_only() -> None:
    brought = modules_after("import partybuilding\npartybuilding.Problem")
    assert "partybuilding.errors" in brought
    assert "partybuilding.engine" not in brought
    assert "numpy" not in brought


@pytest.mark.parametrize("name", partybuilding.__all__)
def test_a_public_name_is_the_object_of_its_module(name: str) -> None:
    module = import_module(partybuilding.PLACES[name])
    assert getattr(partybuilding, name) is getattr(module, name)
    assert (
        getattr(module, name).__module__ == module.__name__
    )  # where it is made, not somewhere it passes through


@pytest.mark.parametrize("name", partybuilding.__all__)
def test_a_public_name_that_was_never_used_is_found_anew(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delitem(vars(partybuilding), name, raising=False)
    found = getattr(partybuilding, name)
    assert vars(partybuilding)[name] is found


def test_places_public_names_and_what_type_checkers_see_are_the_same_list() -> None:
    tree = ast.parse(Path(partybuilding.__file__).read_text("utf-8"))
    seen = {
        alias.name: node.module
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If)
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == partybuilding.PLACES
    assert sorted(seen) == partybuilding.__all__


def test_dir_names_everything_public_before_it_was_used() -> None:
    code = "import partybuilding\nassert set(partybuilding.__all__) <= set(dir(partybuilding))\nassert '__version__' in dir(partybuilding)"
    assert "partybuilding.errors" not in modules_after(code)
    assert dir(partybuilding) == sorted(set(dir(partybuilding)))


def test_a_star_import_brings_exactly_the_public_names() -> None:
    names: dict[str, object] = {}
    exec("from partybuilding import *", names)  # noqa: S102 - the statement is the thing under test, and only a module may hold it
    assert sorted(set(names) - {"__builtins__"}) == partybuilding.__all__


def test_an_unknown_attribute_is_an_attribute_error_that_names_it() -> None:
    with pytest.raises(AttributeError, match=r"^module 'partybuilding' has no attribute 'evaluat'$"):
        _ = partybuilding.evaluat
    assert not hasattr(partybuilding, "numpy")
    with pytest.raises(ImportError, match="evaluat"):
        exec("from partybuilding import evaluat")  # noqa: S102 - as above
