"""What importing the package costs, and the public names it offers."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

import partybuilding as pb


def test_importing_brings_no_arrays_no_database_and_no_plugin() -> None:
    code = "import sys, partybuilding; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    heavy = {
        "numpy",
        "sqlite3",
        "pluggy",
        "cattrs",
        "jinja2",
        "partybuilding_acheng",
        "partybuilding.mechanisms",
    }
    assert "partybuilding" in loaded
    assert heavy.isdisjoint(loaded)


@pytest.mark.parametrize("name", pb.__all__)
def test_every_public_name_is_the_object_of_its_module(name: str) -> None:
    assert getattr(pb, name) is getattr(import_module(pb.PLACES[name]), name)
    assert name in dir(pb)


def test_an_unknown_name_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Leger'"):
        pb.__getattr__("Leger")
