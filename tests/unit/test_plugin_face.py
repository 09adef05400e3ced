"""What a plugin may import, and the sample plugin of the documentation as a clerk would write it."""

from __future__ import annotations

import ast
import sys
from datetime import date
from pathlib import Path

import partybuilding.plugin as face
from partybuilding.domain.organisations import Alias, Organisation
from partybuilding.domain.snapshot import Snapshot
from partybuilding.extension import hookspecs
from partybuilding.extension.declarations import Formula
from partybuilding.extension.expressions import WORDS, trace
from partybuilding.extension.host import PluginHost

SAMPLE = '''"""Acheng: education and training allowance."""
from partybuilding.plugin import Formula, Standard, choose, fen, greatest, hookimpl


def allowance(members, *, floor, per_head):
    """At least the floor for a branch that has members at all."""
    return choose(members > 0, greatest(members * per_head, floor), 0)


@hookimpl
def partybuilding_formulas():
    yield Formula(name="acheng.allowance", function=allowance, unit=fen, source="District budget")


@hookimpl
def partybuilding_standards():
    yield Standard(name="per_head", value=2000, unit=fen, place=("stats", "230112"), source="District budget", starts=None)
    yield Standard(name="acheng.floor", value=30000, unit=fen, source="District budget", starts=None)
'''


def test_the_face_is_sorted_and_every_name_is_there() -> None:
    constants_classes_words = sorted(
        set(face.__all__), key=lambda name: (not name.isupper(), name.islower(), name)
    )
    assert face.__all__ == constants_classes_words
    assert [name for name in face.__all__ if not hasattr(face, name)] == []


def test_the_face_hands_on_everything_that_hooks_and_formulas_need() -> None:
    names = {cls.__name__ for kinds in hookspecs.DECLARES.values() for cls in kinds}
    assert {*names, *WORDS, "hookimpl", "Rate", "Source", "Label", "Finding"} <= set(face.__all__)


def test_the_face_only_hands_on() -> None:
    body = ast.parse(Path(face.__file__).read_text("utf-8")).body
    assert {type(each) for each in body} <= {ast.Expr, ast.ImportFrom, ast.Assign}


def test_every_hook_has_a_table_row_and_says_what_it_is_for() -> None:
    declared = [name for name in vars(hookspecs) if name.startswith("partybuilding_")]
    assert sorted(declared) == sorted(hookspecs.HOOKS)
    assert all(getattr(hookspecs, name).__doc__ for name in declared)


def test_the_sample_plugin_loads_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "acheng.py"
    path.write_text(SAMPLE, encoding="utf-8")
    host = PluginHost.installed(files=[path])
    catalogue = host.catalogue()
    allowance = catalogue.motions_on(date(2026, 12, 31))["acheng.allowance"]
    assert isinstance(allowance.value, Formula)
    assert allowance.plugin == "acheng"
    assert trace(allowance.value.function).standards == ("floor", "per_head")
    assert [each.name for each in host.manifest] == ["national", "acheng", "stores"]
    assert {"memory", "sqlite"} <= set(host.backends())


def test_the_sample_plugin_gives_the_district_its_figure(tmp_path: Path) -> None:
    path = tmp_path / "acheng.py"
    path.write_text(SAMPLE, encoding="utf-8")
    district = Organisation(
        id="d", name="阿城区", kind="district", aliases=(Alias(scheme="stats", code="230112"),)
    )
    snapshot = Snapshot(on=date(2026, 12, 31), known=1, head="", records={"organisation": (district,)})
    found = PluginHost.installed(files=[path]).catalogue().resolve("per_head", "d", snapshot=snapshot)
    assert (found.value, found.plugin, str(found.standard and found.standard.source)) == (
        2000,
        "acheng",
        "District budget",
    )


def test_the_sample_plugin_is_at_most_twenty_five_lines() -> None:
    assert len(SAMPLE.splitlines()) <= 25


def test_a_plugin_needs_no_numpy(tmp_path: Path) -> None:
    import subprocess

    path = tmp_path / "acheng.py"
    path.write_text(SAMPLE, encoding="utf-8")
    program = (
        "import sys, pathlib\nfrom partybuilding.extension.host import PluginHost\n"
        "PluginHost.of({})\nimport partybuilding.plugin\nassert 'numpy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
