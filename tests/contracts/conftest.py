"""The tests of this folder share stores: a JSON store, broken stores, and how each backend is put under test."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import pytest

ROOT = str(Path(__file__).parents[2])
if (
    ROOT not in sys.path
):  # test folders are no packages: `tests.contracts.json_store` is found from the project folder
    sys.path.append(ROOT)


@pytest.fixture(scope="session")
def effort(pytestconfig: pytest.Config) -> Literal["default", "soak"]:
    """How often the checks that count try."""
    return "soak" if pytestconfig.getoption("--soak") else "default"
