"""The host: what it loads, what it refuses and in which words, what it asks, and what it leaves behind."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import dedent
from types import MappingProxyType, ModuleType, SimpleNamespace
from typing import Literal

import pytest
from attrs import fields

from partybuilding.domain.lists import Item
from partybuilding.domain.organisations import Organisation
from partybuilding.domain.snapshot import Snapshot
from partybuilding.errors import InputProblem, PlanProblem, PluginProblem, Problem, Where
from partybuilding.extension import admission, loading
from partybuilding.extension import host as host_module
from partybuilding.extension.hookspecs import DECLARES, HOOKS
from partybuilding.extension.host import PluginHost
from partybuilding.extension.shapes import fits, misfits
from partybuilding.extension.sources import Sources
from partybuilding.extension.tables import Table
from partybuilding.labels import Label

NATIONAL = """
from partybuilding.plugin import Fact, Standard, fen, hookimpl, member

@hookimpl
def partybuilding_standards():
    yield Standard(name="per_head", value=None, unit=fen, source="law")

@hookimpl
def partybuilding_formulas():
    yield Fact(name="members", most=10_000, unit=member)
"""
GOOD = """
from partybuilding.plugin import Formula, Standard, fen, hookimpl

def grant(members, *, per_head):
    return members * per_head

@hookimpl
def partybuilding_formulas():
    yield Formula(name="good.grant", function=grant, unit=fen)

@hookimpl
def partybuilding_standards():
    yield Standard(name="per_head", value=2000, unit=fen, place=("stats", "230112"), source="budget")
"""
IMPORTS = "from partybuilding.plugin import *\n"
SNAPSHOT = Snapshot(
    on=date(2026, 12, 31),
    known=1,
    head="0" * 64,
    records={"organisation": (Organisation(id="acheng", name="阿城区", kind="district"),)},
)


def module_of(folder: Path, name: str, text: str) -> ModuleType:
    """A module made from a file, without leaving it among the imported ones."""
    path = folder / f"{name}.py"
    path.write_text(dedent(text), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(f"plugin_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    module.__file__ = str(path)
    exec(compile(path.read_bytes(), path, "exec"), module.__dict__)  # noqa: S102 - the test wrote the text itself
    return module


def host_of(folder: Path, **texts: str) -> PluginHost:
    """A host over a national plugin and others, each given as text."""
    return PluginHost.of(
        {name: module_of(folder, name, text) for name, text in {"national": NATIONAL, **texts}.items()}
    )


@pytest.fixture
def built_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Tiny built-in plugins instead of the real ones; gives the folder for further files."""
    package = tmp_path / "tiny"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "norms.py").write_text(NATIONAL)
    (tmp_path / "tiny_stores.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    modules = MappingProxyType({"national": "tiny.norms", "stores": "tiny_stores"})
    monkeypatch.setattr(loading, "BUILT_IN", modules)
    monkeypatch.setattr(host_module, "BUILT_IN", modules)
    for name in ("tiny", "tiny.norms", "tiny_stores"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return tmp_path


def make_known(monkeypatch: pytest.MonkeyPatch, *entries: tuple[str, str, str | None]) -> None:
    """Let the environment know plugins: (name, module, distribution)."""

    def known(*, group: str) -> list[SimpleNamespace]:
        assert group == "partybuilding"
        return [
            SimpleNamespace(
                name=name,
                value=module,
                module=module,
                dist=None if owner is None else SimpleNamespace(name=owner, version="1.2"),
            )
            for name, module, owner in entries
        ]

    monkeypatch.setattr(loading, "entry_points", known)


# --- loading ----------------------------------------------------------------------------------------------------


def test_only_what_is_named_is_loaded(built_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (built_in / "good_rules.py").write_text(GOOD)
    (built_in / "bystander.py").write_text("raise RuntimeError('loaded')")
    make_known(monkeypatch, ("good", "good_rules", "partybuilding-good"), ("bystander", "bystander", "other"))
    host = PluginHost.installed(["good", "good", "national"])
    assert [(each.name, each.version) for each in host.manifest] == [
        ("national", "0.1.0"),
        ("good", "1.2"),
        ("stores", "0.1.0"),
    ]
    assert [each.value.name for each in host.catalogue().motions] == ["members", "good.grant"]
    assert host.failures == ()


def test_a_plugin_may_come_without_a_distribution(built_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (built_in / "good_rules.py").write_text(GOOD)
    make_known(monkeypatch, ("good", "good_rules", None))
    assert PluginHost.installed(["good"]).manifest[1].version == ""


def test_a_single_file_is_a_plugin_named_like_the_file(built_in: Path) -> None:
    path = built_in / "good.py"
    path.write_text(GOOD + "__version__ = '3'\n")
    before = set(sys.modules)
    host = PluginHost.installed(files=[path])
    assert [(each.name, each.version) for each in host.manifest][1] == ("good", "3")
    assert not any("good" in name for name in set(sys.modules) - before)
    assert list(built_in.glob("__pycache__/good*")) == []


def test_a_file_may_hold_classes_that_look_up_their_module(built_in: Path) -> None:
    path = built_in / "good.py"
    path.write_text(
        "from __future__ import annotations\nfrom dataclasses import KW_ONLY, dataclass\n"
        "@dataclass\nclass Row:\n    _: KW_ONLY\n    name: str\n"
    )
    assert PluginHost.installed(files=[path]).manifest[1].name == "good"


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_naming_changes_nothing(built_in: Path, order: int) -> None:
    files = []
    for name in ("zeta", "alpha"):
        files.append(built_in / f"{name}.py")
        files[-1].write_text(GOOD.replace("good.", f"{name}.").replace('"230112"', f'"{name}"'))
    host = PluginHost.installed(files=files[::order])
    assert [each.name for each in host.manifest] == ["national", "alpha", "stores", "zeta"]
    assert [each.plugin for each in host.catalogue().motions] == ["national", "alpha", "zeta"]


def test_the_switch_leaves_only_the_built_in_plugins(built_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTYBUILDING_DISABLE_PLUGINS", "1")
    host = PluginHost.installed(["unheard_of"], files=[built_in / "missing.py"])
    assert [each.name for each in host.manifest] == ["national", "stores"]


def test_known_plugins_are_listed_without_loading_them(monkeypatch: pytest.MonkeyPatch) -> None:
    make_known(monkeypatch, ("b", "m", "d"), ("a", "m", "d"), ("a", "m", "d"))
    known = loading.known_plugins()
    assert list(known) == ["a", "b"]
    assert len(known["a"]) == 1


def test_the_real_entry_points_can_be_listed() -> None:
    assert isinstance(loading.known_plugins(), dict)


def test_a_package_is_digested_whole_and_a_file_alone(tmp_path: Path) -> None:
    first, second = tmp_path / "one" / "rules", tmp_path / "two" / "rules"
    for folder in (first, second):
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_bytes(b"A = 1\n")
        (folder / "b.toml").write_bytes(b"b = 2\n")
    (second / "data.csv").write_bytes(b"no source")
    (second / "__pycache__").mkdir()
    (second / "__pycache__" / "b.pyc").write_bytes(b"no source either")
    digest = Sources.under(first).digest()
    assert digest == Sources.under(second).digest()
    assert len(digest) == 64
    (second / "b.toml").write_bytes(b"b = 2\r\n")
    assert Sources.under(second).digest() != digest
    (second / "b.toml").rename(second / "c.toml")
    (second / "c.toml").write_bytes(b"b = 2\n")
    assert Sources.under(second).digest() != digest


def test_names_and_contents_cannot_be_moved_into_each_other(tmp_path: Path) -> None:
    one, other = tmp_path / "1", tmp_path / "2"
    one.write_bytes(b"bc")
    other.write_bytes(b"c")
    assert Sources({str(one): "a"}).digest() != Sources({str(other): "ab"}).digest()


def test_a_digest_does_not_depend_on_the_order_in_which_files_are_found(tmp_path: Path) -> None:
    files = {str(tmp_path / name): name for name in ("a.py", "b.py", "c.py")}
    for path, name in files.items():
        Path(path).write_text(name)
    backwards = dict(reversed(files.items()))
    assert Sources(files).digest() == Sources(backwards).digest()


def test_the_module_of_a_package_counts_with_the_whole_package(built_in: Path) -> None:
    digest = PluginHost.installed().manifest[0].digest
    (built_in / "tiny" / "more.py").write_text("")
    assert PluginHost.installed().manifest[0].digest != digest


def test_a_package_given_as_a_module_counts_with_its_folder(tmp_path: Path) -> None:
    module = module_of(tmp_path, "__init__", "")
    module.__path__ = [str(tmp_path)]
    (tmp_path / "rules.toml").write_text("")
    names = loading.take_module("whole", module).sources.names.values()
    assert sorted(names) == [f"{tmp_path.name}/__init__.py", f"{tmp_path.name}/rules.toml"]


def test_any_object_with_hooks_can_be_given(tmp_path: Path) -> None:
    module = module_of(tmp_path, "good", GOOD)
    given = SimpleNamespace(partybuilding_formulas=module.partybuilding_formulas)
    plugin = loading.take_module("good", given)
    assert list(plugin.sources.names.values()) == ["good.py"]
    assert list(loading.take_module("good", SimpleNamespace()).sources.names) == []
    source = "def partybuilding_formulas(): return ()"
    unwritten: dict[str, object] = {}
    exec(compile(source, "<typed>", "exec"), unwritten)  # noqa: S102 - the test wrote the text itself
    assert list(loading.take_module("good", SimpleNamespace(**unwritten)).sources.names) == []


# --- what stops a plugin from loading ---------------------------------------------------------------------------


def refusal(call: object) -> PluginProblem:
    with pytest.raises(PluginProblem) as caught:
        call()  # type: ignore[operator]  # a lambda of the test
    return caught.value


@pytest.mark.usefixtures("built_in")
def test_an_unknown_plugin_is_refused_with_the_nearest_names(monkeypatch: pytest.MonkeyPatch) -> None:
    make_known(monkeypatch, ("acheng", "m", "d"), ("luobei", "m", "d"))
    assert str(refusal(lambda: PluginHost.installed(["achen"]))) == (
        "plugin achen: unknown plugin: read achen; expected acheng. "
        "Install the distribution that brings the plugin, or name its file."
    )
    assert refusal(lambda: PluginHost.installed(["xyz"])).problems[0].expected == "acheng, luobei"


@pytest.mark.usefixtures("built_in")
def test_a_name_that_two_distributions_claim_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    make_known(monkeypatch, ("a", "y", "two"), ("a", "x", "one"))
    problem = refusal(lambda: PluginHost.installed(["a"])).problems[0]
    assert (problem.code, problem.read) == ("plugin-name-twice", "one (x) and two (y)")


def test_a_file_named_like_another_plugin_is_refused(built_in: Path) -> None:
    path = built_in / "stores.py"
    path.write_text("")
    problem = refusal(lambda: PluginHost.installed(files=[path])).problems[0]
    assert (problem.code, problem.read, problem.where.plugin) == ("plugin-name-twice", "stores", "stores")


@pytest.mark.parametrize(
    ("name", "read"),
    [("rules.txt", "rules.txt, which is no Python file"), ("none.py", "none.py, which does not exist")],
)
def test_only_python_files_are_plugins(built_in: Path, name: str, read: str) -> None:
    (built_in / "rules.txt").write_text("")
    problem = refusal(lambda: PluginHost.installed(files=[built_in / name])).problems[0]
    assert (problem.code, problem.read) == ("plugin-file", read)


@pytest.mark.parametrize("name", ["my-rules", "class", "a__b"])
def test_a_plugin_whose_name_cannot_stand_before_a_dot_is_refused(built_in: Path, name: str) -> None:
    path = built_in / f"{name}.py"
    path.write_text("")
    problem = refusal(lambda: PluginHost.installed(files=[path])).problems[0]
    assert (problem.code, problem.read, problem.where.plugin) == ("bad-plugin-name", name, name)


def test_a_plugin_name_holds_no_dot() -> None:
    assert refusal(lambda: PluginHost.of({"a.b": SimpleNamespace()})).code == "bad-plugin-name"


@pytest.mark.parametrize(
    ("declared", "code", "read"),
    [
        ((1, 1), "plugin-too-new", "1.1"),
        ((2, 0), "plugin-too-new", "2.0"),
        ((0, 9), "plugin-too-old", "0.9"),
        ("1.0", "bad-plugin-api", "a str"),
        ((1,), "bad-plugin-api", "a tuple"),
    ],
)
def test_a_plugin_for_another_interface_is_refused(declared: object, code: str, read: str) -> None:
    given = SimpleNamespace(PARTYBUILDING_API=declared)
    problem = refusal(lambda: PluginHost.of({"given": given})).problems[0]
    assert (problem.code, problem.read) == (code, read)


def test_a_plugin_for_this_interface_is_taken() -> None:
    given = SimpleNamespace(PARTYBUILDING_API=(1, 0))
    assert [each.name for each in PluginHost.of({"given": given}).manifest] == ["given"]


@pytest.mark.parametrize(
    ("text", "line", "read"),
    [
        ("import no_such_package\n", 1, "ModuleNotFoundError: No module named 'no_such_package'"),
        ("x = 1\nx = = 2\n", 2, "SyntaxError: invalid syntax"),
        ("\n\nraise SystemExit(3)\n", 3, "SystemExit: 3"),
        ("assert False\n", 1, "AssertionError"),
    ],
)
def test_a_plugin_that_cannot_be_imported_is_refused_with_its_line(
    built_in: Path, monkeypatch: pytest.MonkeyPatch, text: str, line: int, read: str
) -> None:
    path = built_in / "broken.py"
    path.write_text(text)
    make_known(monkeypatch, ("broken", "broken", "d"))
    for error in (
        refusal(lambda: PluginHost.installed(["broken"])),
        refusal(lambda: PluginHost.installed(files=[path])),
    ):
        assert error.problems[0].where == Where(plugin="broken", file="broken.py", line=line)
        assert error.problems[0].read.startswith(read)
        assert type(error.__cause__).__name__ == read.partition(":")[0]


@pytest.mark.usefixtures("built_in")
def test_an_entry_point_to_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    make_known(monkeypatch, ("gone", "gone_module", "d"), ("lost", "gone_package.rules", "d"))
    for name in ("gone", "lost"):
        assert refusal(lambda name=name: PluginHost.installed([name])).problems[0].where == Where(plugin=name)


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "MemoryError"])
def test_an_interrupt_and_a_lack_of_memory_pass(built_in: Path, error: str) -> None:
    path = built_in / "broken.py"
    path.write_text(f"raise {error}\n")
    with pytest.raises((KeyboardInterrupt, MemoryError)):
        PluginHost.installed(files=[path])


# --- what a hook may not be, and may not give -------------------------------------------------------------------

STANDARDS = "@hookimpl\ndef partybuilding_standards():\n"
FORMULAS = "@hookimpl\ndef partybuilding_formulas():\n"
RULES = "@hookimpl\ndef partybuilding_rules():\n"
DOORS = "@hookimpl\ndef partybuilding_{}():\n"
OWN = "Standard(name='bad.floor', value={}, unit=fen, source='s'{})"
NAN, TEXT, HAMLET = "float('nan')", "'20'", ", kinds=['hamlet']"
BAD = {
    "a misspelt hook": (
        "@hookimpl  # HERE\ndef partybuilding_indicator(): return ()",
        ["unknown-hook", "partybuilding_indicator", "partybuilding_indicators"],
    ),
    "a hook like no other": (
        "@hookimpl  # HERE\ndef other(): return ()",
        ["unknown-hook", "other", ", ".join(HOOKS)],
    ),
    "a forgotten mark": ("def partybuilding_standards(): return ()  # HERE", ["hook-unmarked", "@hookimpl"]),
    "an extra argument": (
        "@hookimpl  # HERE\ndef partybuilding_check(snapshot, day): return ()",
        ["hook-arguments", "day", "snapshot"],
    ),
    "an argument for a hook without any": (
        "@hookimpl  # HERE\ndef partybuilding_standards(day): return ()",
        ["hook-arguments", "day", "no arguments"],
    ),
    "a default": (
        "@hookimpl  # HERE\ndef partybuilding_check(snapshot=None): return ()",
        ["hook-arguments", "snapshot=None", "snapshot"],
    ),
    "a keyword-only argument": (
        "@hookimpl  # HERE\ndef partybuilding_check(*, snapshot): return ()",
        ["hook-arguments", "snapshot", "snapshot"],
    ),
    "a missing return": (STANDARDS + "    pass", ["wrong-result", "None", "an iterable of records"]),
    "one record instead of several": (
        STANDARDS + f"    return {OWN.format(1, '')}",
        ["wrong-result", "a Standard"],
    ),
    "a text": (STANDARDS + "    return 'per_head'", ["wrong-result", "'per_head'"]),
    "a record of another hook": (
        STANDARDS + "    yield Fact(name='bad.members', most=1)  # HERE",
        ["wrong-result", "a Fact", "Standard"],
    ),
    "an endless generator": (
        STANDARDS + f"    while True: yield {OWN.format(1, '')}",
        ["wrong-result", "more than 50 records", "a hook that ends"],
    ),
    "an exception": (
        STANDARDS + "    raise ValueError('no budget')  # HERE",
        ["plugin-failed", "ValueError: no budget"],
    ),
    "an exception after the first record": (
        STANDARDS + f"    yield {OWN.format(1, '')}\n    {{}}['x']  # HERE",
        ["plugin-failed", "KeyError: 'x'"],
    ),
    "an exception in a function of the file": (
        "def half(x):\n    return x / 0  # HERE\n" + STANDARDS + "    return [half(1)]",
        ["plugin-failed", "ZeroDivisionError"],
    ),
    "an exception in a library that it calls": (
        STANDARDS + "    __import__('json').loads('{')  # HERE",
        ["plugin-failed", "JSONDecodeError"],
    ),
    "an iterable that cannot be gone through": (
        "class Odd:\n    def __iter__(self):\n        raise OSError('gone')  # HERE\n"
        + STANDARDS
        + "    return Odd()",
        ["plugin-failed", "OSError: gone"],
    ),
    "leaving the program": (STANDARDS + "    raise SystemExit  # HERE", ["plugin-failed", "SystemExit"]),
    "endless recursion": (
        "def deep():  # HERE\n    return deep()  # HERE\n" + STANDARDS + "    return deep()",
        ["plugin-failed", "RecursionError"],
    ),
    "a record that contradicts itself": (
        STANDARDS
        + "    yield Standard(name='bad.x', value=1, unit=fen, source='s', policy='tighten')  # HERE",
        ["no-stricter", "tighten"],
    ),
    "a float": (STANDARDS + f"    yield {OWN.format('float(1)', '')}  # HERE", ["1.0"]),
    "not a number": (STANDARDS + f"    yield {OWN.format(NAN, '')}  # HERE", ["nan"]),
    "a figure that is a text": (STANDARDS + f"    yield {OWN.format(TEXT, '')}  # HERE", ["'20'"]),
    "a figure beyond 64 bits": (STANDARDS + f"    yield {OWN.format('2**63', '')}  # HERE", [str(2**63)]),
    "an unknown unit": (
        STANDARDS + "    yield Standard(name='bad.floor', value=1, unit='fen', source='s')  # HERE",
        ["wrong-field", "'fen'", "Unit"],
    ),
    "an unknown word": (
        FORMULAS + "    yield Rollup(name='bad.all', of='members', by='average')  # HERE",
        ["wrong-field", "'average'", "Literal"],
    ),
    "a place that is none": (STANDARDS + f"    yield {OWN.format(1, ', place=230112')}  # HERE", ["230112"]),
    "an unknown kind of organisation": (
        STANDARDS + f"    yield {OWN.format(1, HAMLET)}  # HERE",
        ["hamlet", "village"],
    ),
    "a foreign name": (
        STANDARDS + "    yield Standard(name='acheng.floor', value=1, unit=fen, source='s')  # HERE",
        ["foreign-name", "acheng.floor", "bad.floor"],
    ),
    "a bare name": (
        FORMULAS + "    yield Fact(name='floor', most=1)  # HERE",
        ["foreign-name", "floor", "bad.floor"],
    ),
    "a national standard without a place": (
        STANDARDS + "    yield Standard(name='per_head', value=1, unit=fen, source='s')  # HERE",
        ["foreign-name", "per_head", "bad.per_head"],
    ),
    "a national standard without a value": (
        STANDARDS
        + "    yield Standard(name='per_head', value=None, place='acheng', unit=fen, source='s')  # HERE",
        ["foreign-name", "per_head", "bad.per_head"],
    ),
    "a local value of what is not national": (
        STANDARDS
        + "    yield Standard(name='per_haed', value=1, place='acheng', unit=fen, source='s')  # HERE",
        ["foreign-name", "per_haed", "bad.per_haed or per_head"],
    ),
    "a local value of what is like nothing": (
        STANDARDS + "    yield Standard(name='zzz', value=1, place='acheng', unit=fen, source='s')  # HERE",
        ["foreign-name", "zzz", "bad.zzz"],
    ),
    "a name that no parameter can have": (
        STANDARDS + "    yield Standard(name='bad.per head', value=1, unit=fen, source='s')  # HERE",
        ["bad-name", "'bad.per head'"],
    ),
    "a formula that branches": (
        "def rule(members):\n    return 1 if members else 0  # HERE\n"
        + FORMULAS
        + "    yield Formula(name='bad.rule', function=rule)",
        ["formula-branch", "choose(condition, a, b)"],
    ),
    "a formula that is no function": (
        FORMULAS + "    yield Formula(name='bad.rule', function=int)  # HERE",
        ["formula-function", "a type"],
    ),
    "the same name twice": (
        STANDARDS + f"    yield {OWN.format(1, '')}\n    yield {OWN.format(2, '')}  # HERE",
        ["declared-twice", "by bad", "once: bad declares it too"],
    ),
    "a scheme that scores what nobody declared": (
        RULES
        + "    yield Scheme(name='bad.s', label=Label('', ''), points={'grant': '100'}, scale='x', source='s')  # HERE",
        ["unknown-name", "x"],
    ),
    "a backend of a scheme that is taken": (
        DOORS.format("storage_backends")
        + "    yield StorageBackend(scheme='x', open=open)\n    yield StorageBackend(scheme='x', open=open)  # HERE",
        ["declared-twice", "by bad", "once: bad declares it too"],
    ),
    "a backend that cannot be opened": (
        DOORS.format("storage_backends") + "    yield StorageBackend(scheme='x', open=1)  # HERE",
        ["wrong-field", "1", "OpenStore"],
    ),
    "a command of somebody else": (
        DOORS.format("commands") + "    yield Command(name='year', label=Label('', ''), run=print)  # HERE",
        ["foreign-name", "year", "bad.year"],
    ),
}


def spot(text: str) -> int | None:
    """The line that is marked, the last one if there are several."""
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if "# HERE" in line]
    return lines[-1] if lines else None


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_plugin_is_refused_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(admission, "MOST", 50)
    body, words = BAD[fault]
    text = IMPORTS + body + "\n"
    error = refusal(lambda: host_of(tmp_path, bad=text))
    problem = error.problems[0]
    assert problem.where.plugin == "bad"
    assert problem.where.file == "bad.py"
    if "recursion" not in fault:
        assert problem.where.line == (spot(text) or text.splitlines().index("@hookimpl") + 1)
    if "scheme that scores" not in fault:
        assert (problem.where.hook or "").startswith("partybuilding_") or fault == "a hook like no other"
    said = (problem.code, str(problem))
    assert all(word in "\n".join(said) for word in words)
    modules = {
        "national": module_of(tmp_path, "national", NATIONAL),
        "good": module_of(tmp_path, "good", GOOD),
    }
    host = PluginHost.of({**modules, "bad": module_of(tmp_path, "bad", text)}, on_error="report")
    assert [each.name for each in host.manifest] == ["national", "good"]
    assert host.failures == error.problems
    assert {each.plugin for each in host.catalogue().motions} == {"national", "good"}


def test_the_cause_of_a_failure_is_kept(tmp_path: Path) -> None:
    error = refusal(lambda: host_of(tmp_path, bad=IMPORTS + BAD["an exception"][0]))
    assert isinstance(error.__cause__, ValueError)


def test_all_problems_of_all_plugins_come_at_once(tmp_path: Path) -> None:
    one = IMPORTS + STANDARDS + "    raise OSError\n" + FORMULAS + "    yield Fact(name='x', most=1.5)\n"
    two = IMPORTS + STANDARDS + "    raise ValueError\n"
    error = refusal(lambda: host_of(tmp_path, one=one, two=two))
    assert [(each.where.plugin, each.code) for each in error.problems] == [
        ("one", "plugin-failed"),
        ("one", "wrong-field"),
        ("one", "foreign-name"),
        ("two", "plugin-failed"),
    ]
    assert isinstance(error.__cause__, BaseExceptionGroup)
    assert [type(each) for each in error.__cause__.exceptions] == [OSError, ValueError]
    assert "the plugin failed: 4 problems" in str(error)


def test_both_owners_of_a_doubled_layer_are_named_and_the_later_one_is_left_out(tmp_path: Path) -> None:
    other = GOOD.replace("good.", "other.")
    texts = {"national": NATIONAL, "good": GOOD, "other": other}
    modules = {name: module_of(tmp_path, name, text) for name, text in texts.items()}
    error = refusal(lambda: PluginHost.of(modules))
    assert str(error) == (
        "file other.py, line 13, plugin other, hook partybuilding_standards, kind Standard, record per_head: declared "
        "twice: read by other; expected once: good declares it too. Rename one of them, or give it another first day."
    )
    assert isinstance(error.__cause__, PlanProblem)
    host = PluginHost.of(modules, on_error="report")
    assert [each.name for each in host.manifest] == ["national", "good"]
    assert host.failures == error.problems


def test_each_plugin_in_blame_is_left_out_with_its_own_problems(tmp_path: Path) -> None:
    text = IMPORTS + STANDARDS + "    yield Standard(name='{}', value=1, place='p', unit=fen, source='s')\n"
    texts = {"national": NATIONAL, "one": text.format("zzz"), "two": text.format("qqq")}
    modules = {name: module_of(tmp_path, name, each) for name, each in texts.items()}
    host = PluginHost.of(modules, on_error="report")
    assert [each.name for each in host.manifest] == ["national"]
    assert [(each.where.plugin, each.read) for each in host.failures] == [("one", "zzz"), ("two", "qqq")]


@pytest.mark.parametrize(("count", "whole"), [(2, True), (3, False)])
def test_a_hook_gives_no_more_than_its_measure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, whole: bool
) -> None:
    monkeypatch.setattr(admission, "MOST", 2)
    text = f"{IMPORTS}{FORMULAS}    return [Fact(name=f'good.f{{n}}', most=1) for n in range({count})]\n"
    host = PluginHost.of({"good": module_of(tmp_path, "good", text)}, on_error="report")
    assert (host.failures == ()) is whole


def test_a_broken_built_in_plugin_is_never_only_reported(tmp_path: Path) -> None:
    broken = module_of(tmp_path, "national", IMPORTS + STANDARDS + "    raise ValueError\n")
    twice = module_of(
        tmp_path,
        "twice",
        IMPORTS + STANDARDS + "    yield Standard(name='a', value=1, unit=fen, source='')\n" * 2,
    )
    for module in (broken, twice):
        error = refusal(lambda module=module: PluginHost.of({"national": module}, on_error="report"))
        assert error.problems[0].where.plugin == "national"


def test_the_national_plugin_declares_no_dots(tmp_path: Path) -> None:
    module = module_of(tmp_path, "national", IMPORTS + FORMULAS + "    yield Fact(name='a.b', most=1)\n")
    problem = refusal(lambda: PluginHost.of({"national": module})).problems[0]
    assert (problem.code, problem.expected) == ("foreign-name", "a name without a dot")


def test_a_declaration_remembers_its_line_even_through_other_generators(tmp_path: Path) -> None:
    text = IMPORTS + (
        "def own():\n    yield Fact(name='good.a', most=1)  # HERE\n"
        + FORMULAS
        + "    yield from own()\n    yield from [Fact(name='good.b', most=1)]\n"
    )
    host = host_of(tmp_path, good=text)
    lines = {each.value.name: each.where.line for each in host.catalogue().motions if each.plugin == "good"}
    assert lines == {"good.a": 3, "good.b": 7}


def test_a_generator_of_somebody_else_is_placed_at_the_hook(tmp_path: Path) -> None:
    module_of(tmp_path, "helper", IMPORTS + "def facts():\n    yield Fact(name='good.a', most=1)\n")
    text = (
        IMPORTS
        + "import importlib.util\n"
        + f"spec = importlib.util.spec_from_file_location('helper', {str(tmp_path / 'helper.py')!r})\n"
        + "helper = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(helper)\n"
        + FORMULAS
        + "    return helper.facts()\n"
    )
    host = host_of(tmp_path, good=text)
    assert [each.where.line for each in host.catalogue().motions if each.plugin == "good"] == [6]


def test_functions_that_only_look_like_hooks_from_elsewhere_are_left_alone(tmp_path: Path) -> None:
    given = module_of(tmp_path, "good", GOOD)
    given.partybuilding_helper = module_of  # type: ignore[attr-defined]  # a function of another module
    assert (
        PluginHost.of({"national": module_of(tmp_path, "national", NATIONAL), "good": given}).failures == ()
    )


# --- doors: stores, formats, commands ---------------------------------------------------------------------------

DOORS_PLUGIN = (
    IMPORTS
    + """
def opened(url, *, connection=None, read_only=False):
    return {store}

def read(path):
    {read}

def write(path, tables):
    raise OSError("disk full")

def run(context, words):
    {run}

@hookimpl
def partybuilding_storage_backends():
    yield StorageBackend(scheme="good", open=opened)

@hookimpl
def partybuilding_file_formats():
    yield FileFormat(name="good.sheet", label=Label("表", "sheet"), suffixes=(".s",), read=read, write=write)
    yield FileFormat(name="good.nothing", label=Label("无", "nothing"), suffixes=(".n",))

@hookimpl
def partybuilding_commands():
    yield Command(name="good.run", label=Label("跑", "run"), run=run)
"""
)
TABLE = "Table(title=Label('', ''), headers=(), rows=())"


def doors(folder: Path, store: str = "None", read: str = "pass", run: str = "return 0") -> PluginHost:
    return host_of(folder, good=DOORS_PLUGIN.format(store=store, read=read, run=run))


def test_a_store_that_lacks_something_is_refused_when_it_is_opened(tmp_path: Path) -> None:
    error = refusal(lambda: doors(tmp_path).backends()["good"].open("good:x"))
    assert error.problems[0].where == Where(
        plugin="good",
        hook="partybuilding_storage_backends",
        file="good.py",
        line=17,
        kind="StorageBackend",
        record="good",
    )
    assert "append" in error.problems[0].expected
    assert "head" in error.problems[0].expected


def test_a_store_that_cannot_be_opened_names_the_plugin_and_line(tmp_path: Path) -> None:
    error = refusal(lambda: doors(tmp_path, store="1 / 0").backends()["good"].open("good:x", read_only=True))
    assert error.problems[0].read == "ZeroDivisionError: division by zero"
    assert error.problems[0].where.line == 4


def test_a_whole_store_is_opened(tmp_path: Path) -> None:
    names = ["head", "append", "read", "kinds", "changes", "entries", "keyed", "blob", "close"]
    store = f"__import__('types').SimpleNamespace(**dict.fromkeys({names!r}, print))"
    assert callable(doors(tmp_path, store=store).backends()["good"].open("good:x").append)


def test_a_format_reads_tables_only(tmp_path: Path) -> None:
    formats = doors(tmp_path, read=f"return iter([{TABLE}])").file_formats()
    assert [each.name for each in formats] == ["good.sheet", "good.nothing"]
    assert (formats[1].read, formats[1].write) == (None, None)
    assert formats[0].read is not None
    assert formats[0].read(tmp_path) == (Table(title=Label("", ""), headers=(), rows=()),)
    wrong = doors(tmp_path, read="return [1]").file_formats()[0].read
    assert wrong is not None
    assert (refusal(lambda: wrong(tmp_path)).code, refusal(lambda: wrong(tmp_path)).problems[0].read) == (
        "wrong-result",
        "1",
    )


def test_a_format_that_fails_while_it_is_gone_through_names_its_line(tmp_path: Path) -> None:
    read = doors(tmp_path, read="yield {}['x']").file_formats()[0].read
    assert read is not None
    assert refusal(lambda: read(tmp_path)).problems[0].where.line == 7


def test_a_format_that_cannot_write_names_its_line(tmp_path: Path) -> None:
    write = doors(tmp_path).file_formats()[0].write
    assert write is not None
    error = refusal(lambda: write(tmp_path, ()))
    assert (error.problems[0].read, error.problems[0].where.line) == ("OSError: disk full", 10)


def test_what_the_library_refuses_inside_a_format_passes_as_it_is(tmp_path: Path) -> None:
    read = doors(tmp_path, read="raise InputProblem(Problem('bad-row', Where(row=3)))").file_formats()[0].read
    assert read is not None
    with pytest.raises(InputProblem) as caught:
        read(tmp_path)
    assert caught.value.problems == (Problem("bad-row", Where(row=3)),)


def test_a_command_gives_its_exit_status(tmp_path: Path) -> None:
    assert doors(tmp_path, run="return len(words)").commands()[0].run(None, ("a", "b")) == 2
    for wrong in ("return None", "return True", "raise SystemExit(0)"):
        command = doors(tmp_path, run=wrong).commands()[0]
        assert (
            refusal(lambda command=command: command.run(None, ())).problems[0].where.hook
            == "partybuilding_commands"
        )


# --- asking -----------------------------------------------------------------------------------------------------

CHECK = IMPORTS + "@hookimpl\ndef partybuilding_check({}):\n    {}\n"


def test_every_check_is_asked_and_its_findings_carry_the_plugin(tmp_path: Path) -> None:
    body = "for each in snapshot.of(Organisation): yield Finding(code='c', organisation=each.id, says=Label('', ''))"
    found = host_of(tmp_path, good=CHECK.format("snapshot", body)).check(SNAPSHOT)
    assert [(each.code, each.organisation, each.plugin) for each in found] == [("c", "acheng", "good")]


def test_a_check_may_leave_out_the_snapshot(tmp_path: Path) -> None:
    assert host_of(tmp_path, good=CHECK.format("", "return ()")).check(SNAPSHOT) == ()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("snapshot.on = None", "FrozenInstanceError"),
        ("snapshot.records['organisation'] = ()", "TypeError"),
        ("return [1]", "The plugin gave 1 instead of Finding"),
        ("return [Finding(code='c', says='text')]", "'text' instead of Label"),
        ("return None", "The plugin gave None instead of"),
    ],
)
def test_a_check_that_breaks_is_a_finding_and_the_others_go_on(tmp_path: Path, body: str, words: str) -> None:
    good = CHECK.format("snapshot", "yield Finding(code='c', says=Label('', ''))")
    found = host_of(tmp_path, bad=CHECK.format("snapshot", body), good=good).check(SNAPSHOT)
    assert [(each.code, each.plugin) for each in found] == [("check-failed", "bad"), ("c", "good")]
    assert words in found[0].says.en
    assert "bad.py" in found[0].says.zh


def item(name: str) -> Item:
    return Item(
        id=name, day=date(2026, 1, 1), organisation="shili", text="", channel="self", owner="p", lead="b", measures="",
        baseline="", target="", due=date(2026, 2, 1),
    )  # fmt: skip


PARTY = IMPORTS + "@hookimpl\ndef partybuilding_responsible_party({}):\n    {}\n"
BATCH = (item("a"), item("b")), (("shili", "acheng"), ("shili", "acheng"))


def test_the_first_plugin_that_answers_for_a_batch_decides_and_the_national_one_is_last(
    tmp_path: Path,
) -> None:
    national = PARTY.format("items", "return [each.organisation for each in items]")
    local = PARTY.format("lineages, items", "return (line[-1] for line in lineages)")
    silent = PARTY.format("", "return None")
    assert host_of(tmp_path, national=national, a=silent).responsible_party(*BATCH) == ("shili", "shili")
    assert host_of(tmp_path, national=national, a=silent, zz=local).responsible_party(*BATCH) == (
        "acheng",
        "acheng",
    )


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ("return ['shili']", "1 answers"),
        ("return 5", "5"),
        ("return 'ab'", "'ab'"),
        ("return ['shili', None]", "None"),
        ("return ['shili', 'a b']", "'a b'"),
        ("raise OSError", "OSError"),
    ],
)
def test_a_wrong_answer_about_responsibility_is_refused(tmp_path: Path, body: str, read: str) -> None:
    host = host_of(tmp_path, bad=PARTY.format("items", body))
    problem = refusal(lambda: host.responsible_party(*BATCH)).problems[0]
    assert (problem.read, problem.where.plugin, problem.where.hook) == (
        read,
        "bad",
        "partybuilding_responsible_party",
    )


def test_somebody_must_answer(tmp_path: Path) -> None:
    assert refusal(lambda: host_of(tmp_path).responsible_party(*BATCH)).code == "nobody-answers"


# --- shapes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", sorted({cls for kinds in DECLARES.values() for cls in kinds}, key=str))
def test_the_fields_of_every_class_that_a_hook_may_give_can_be_checked(cls: type) -> None:
    blank: object = object.__new__(cls)
    for each in fields(cls):
        object.__setattr__(blank, each.name, object())
    assert {path for path, _, _ in misfits(blank)} == {each.name for each in fields(cls)}


@pytest.mark.parametrize(
    ("value", "hint", "whole"),
    [
        (1, int, True),
        (True, int, False),
        (1.0, int, False),
        (2**63 - 1, int, True),
        (2**63, int, False),
        (None, int | None, True),
        ("may", Literal["must", "may"], True),
        ("could", Literal["must", "may"], False),
        (1, Literal["must", "may"], False),
        (datetime(2026, 1, 1, tzinfo=UTC), date, False),
        (("a", 1), tuple[str, int], True),
        (("a",), tuple[str, int], False),
        (("a", "b"), tuple[str, ...], True),
        (("a", 1), tuple[str, ...], False),
        (["a"], tuple[str, ...], False),
        (frozenset({"a"}), frozenset[str], True),
        (frozenset({1}), frozenset[str], False),
        ({"a": 1}, Mapping[str, int], True),
        ({1: 1}, Mapping[str, int], False),
        ({"a": "b"}, Mapping[str, int], False),
        (print, Callable[..., object], True),
        (1, Callable[..., object], False),
        (Item, type[Item], True),
        (Label, type[Item], False),
        (1, type[Item], False),
        (Label("a", "b"), Label, True),
        (Label("a", 1), Label, False),  # type: ignore[arg-type]  # what a plugin might write
    ],
)
def test_a_value_fits_only_if_every_part_does(value: object, hint: object, whole: bool) -> None:
    assert fits(value, hint) is whole
