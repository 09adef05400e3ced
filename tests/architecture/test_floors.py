"""The floors of the library, as import-linter reads them in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_no_module_imports_from_a_floor_above_its_own() -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    command = [sys.executable, "-X", "utf8", "-c", code]
    ran = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env={"PYTHONPATH": "src"}
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_floors_name_every_part_of_the_design_once() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    parts = [part.strip(" ()") for layer in contracts[0]["layers"] for part in layer.split("|")]
    assert len(parts) == len(set(parts))
    assert contracts[0]["exhaustive"] is True
