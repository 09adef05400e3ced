"""What the machine lacks is one printed skip, a failure where everything is installed; what is excluded is counted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = """
import pytest


@pytest.mark.needs("flying")
@pytest.mark.parametrize("number", range(3))
def test_flies(number):
    raise AssertionError


@pytest.mark.needs("walking")
def test_walks():
    assert True


@pytest.mark.soak
def test_waits():
    assert True


@pytest.mark.excluded("the memory store keeps no file")
@pytest.mark.parametrize("number", range(2))
def test_excluded(number):
    raise AssertionError


@pytest.mark.xfail
def test_fails_as_expected():
    raise AssertionError
"""


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    known = 'CAPABILITIES |= {"flying": lambda: "no wings", "walking": lambda: None}\n'
    (tmp_path / "conftest.py").write_text((ROOT / "conftest.py").read_text("utf-8") + known, "utf-8")
    (tmp_path / "test_sample.py").write_text(SAMPLE, "utf-8")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(folder: Path, *arguments: str, strict: str = "0") -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments, "test_sample.py"]
    environment = {**os.environ, "PARTYBUILDING_STRICT": strict, "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment)
    return ran.returncode, ran.stdout


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_lack_is_one_line_and_what_is_excluded_is_counted(sample: Path, workers: str) -> None:
    status, said = run(sample, "-n", workers)
    assert status == 0, said
    assert (
        said.count("needs flying: no wings") == 2
    )  # one line of the summary for three tests, one line of the count
    assert "skipped: 3 × needs flying: no wings" in said
    assert "not collected: 1 × for nox -s soak; 2 × the memory store keeps no file" in said
    assert "--hypothesis-seed=" in said
    assert "1 passed, 3 skipped" in said


def test_where_everything_is_installed_a_skip_is_a_failure(sample: Path) -> None:
    status, said = run(sample, strict="1")
    assert status == 1, said
    assert "1 passed, 3 deselected, 1 xfailed, 3 errors" in said
    assert "PARTYBUILDING_STRICT=1 allows no skip" in said


def test_where_everything_is_installed_a_module_may_not_skip_itself(sample: Path) -> None:
    (sample / "test_sample.py").write_text(
        'import pytest\n\npytest.importorskip("no_such_module")\n', "utf-8"
    )
    assert run(sample)[0] == 5
    status, said = run(sample, strict="1")
    assert status not in {0, 5}
    assert "PARTYBUILDING_STRICT=1 allows no skip" in said


def test_the_soak_collects_what_takes_long(sample: Path) -> None:
    _, said = run(sample, "--soak")
    assert "not collected: 2 × the memory store keeps no file" in said
    assert "2 passed, 3 skipped" in said


def test_a_misspelt_need_is_an_error(sample: Path) -> None:
    (sample / "test_sample.py").write_text(
        'import pytest\n\n\n@pytest.mark.needs("wings")\ndef test_it():\n    pass\n', "utf-8"
    )
    status, said = run(sample)
    assert (status, "KeyError: 'wings'" in said) == (1, True)


def test_examples_are_collected_only_when_asked_for(sample: Path) -> None:
    page = "One and one:\n\n```python\nassert 1 + 1 == 2\n```\n\n```pycon\n>>> 1 + 1\n3\n```\n"
    (sample / "page.md").write_text(page, "utf-8")
    (sample / "examples").mkdir()
    assert "1 passed, 3 skipped" in run(sample)[1]
    (sample / "test_sample.py").write_text("", "utf-8")
    assert "1 failed, 1 passed" in run(sample, "--examples", "page.md")[1]
