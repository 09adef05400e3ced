"""What the files around the source must hold: locks without hosts, one way to run everything, fragments with a kind."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_names_versions_and_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text("utf-8")
    requirements = re.findall(
        r"^\S+==\S+(?:[^\n]*\\\n)(?:    --hash=sha256:[0-9a-f]{64}[^\n]*\n)+", text, re.MULTILINE
    )
    assert len(requirements) == len(re.findall(r"^[A-Za-z0-9]", text, re.MULTILINE)) > 0
    assert re.findall(r"https?:|file:|--\w*index|--find-links|--trusted", text) == []


def test_every_session_that_installs_has_its_lock() -> None:
    named = set(re.findall(r'install\(session, "(\w+)"', (ROOT / "noxfile.py").read_text("utf-8")))
    assert named == {lock.stem for lock in LOCKS}


def test_no_lock_of_uv_is_tracked() -> None:
    assert "uv.lock" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_the_machine_runs_exactly_what_the_readme_says() -> None:
    command = (ROOT / ".ci/run").read_text("utf-8").rstrip().splitlines()[-1]
    readme = (ROOT / "README.md").read_text("utf-8")
    assert re.search(rf"^{re.escape(command)}$", readme, re.MULTILINE)
    assert re.search(rf"^{re.escape(command)} -s demo$", readme, re.MULTILINE)


def test_every_changelog_fragment_has_a_known_kind() -> None:
    kinds = {kind["directory"] for kind in PROJECT["tool"]["towncrier"]["type"]}
    names = [path.name for path in (ROOT / "changelog.d").iterdir() if path.name != "README.md"]
    assert [name for name in names if not re.fullmatch(rf"[\w+-]+\.({'|'.join(kinds)})\.md", name)] == []


def test_the_example_of_the_repository_is_the_example_of_the_plugin() -> None:
    carried = ROOT / "plugins/partybuilding-acheng/src/partybuilding_acheng/example"
    assert (ROOT / "examples/acheng").samefile(carried)


def test_every_decision_has_a_number_of_its_own_and_says_why() -> None:
    pages = sorted(path for path in (ROOT / "docs/decisions").glob("*.md") if path.name != "index.md")
    assert [page.name[:4] for page in pages] == [f"{number:04}" for number in range(len(pages))]
    for page in pages:
        assert page.read_text("utf-8").startswith(f"# {page.name[:4]} ")
        assert "**Why not otherwise.**" in page.read_text("utf-8"), page.name


def test_every_plugin_is_typed_licensed_and_explained() -> None:
    for project in ROOT.glob("plugins/*/pyproject.toml"):
        name = tomllib.loads(project.read_text("utf-8"))["project"]["name"]
        module = name.replace("-", "_")
        lacking = [
            each
            for each in ("README.md", "LICENSE", f"src/{module}/py.typed")
            if not (project.parent / each).exists()
        ]
        assert (name, lacking) == (project.parent.name, [])
