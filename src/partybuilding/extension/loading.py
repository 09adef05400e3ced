"""From a name, a file or a module to a plugin: only what is named is loaded, and only if it fits this library.

Plugins are trusted code in the same process; nothing here is a sandbox. Entry points make names known and load nothing.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator, Mapping
from importlib.machinery import ModuleSpec
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import CodeType, MappingProxyType, ModuleType

from attrs import field, frozen

from partybuilding import __version__
from partybuilding.errors import PluginProblem, Problem, Where
from partybuilding.extension.declared import PluginRecord
from partybuilding.extension.hookspecs import HOOKS, PROJECT
from partybuilding.extension.names import NATIONAL, is_name, nearest
from partybuilding.extension.sources import Sources, blaming

PLUGIN_API = (1, 0)
"""What this library offers to plugins: the same major number is needed, and a minor number not above ours."""
DECLARED_API = "PARTYBUILDING_API"
"""The attribute in which a plugin may say what it was written for."""
SWITCH = "PARTYBUILDING_DISABLE_PLUGINS"
"""Set to 1 in the environment, it leaves only the built-in plugins, to find out whether a plugin is at fault."""
BUILT_IN: Mapping[str, str] = MappingProxyType(
    {NATIONAL: "partybuilding.mechanisms", "stores": "partybuilding.storage"}
)
"""The plugins that always take part, and their modules."""


@frozen(kw_only=True, eq=False)
class Plugin:
    """A loaded plugin: its record for the manifest, its module, and its source files."""

    record: PluginRecord
    module: object = field(repr=False)
    sources: Sources = field(repr=False)

    @property
    def name(self) -> str:
        """The name under which it declares."""
        return self.record.name


def disabled() -> bool:
    """Whether the environment leaves only the built-in plugins."""
    return os.environ.get(SWITCH) == "1"


def known_plugins() -> dict[str, tuple[EntryPoint, ...]]:
    """The plugins that installed distributions make known, by name; more than one entry is a conflict. Loads nothing."""
    found: dict[str, dict[tuple[str, str], EntryPoint]] = {}
    for entry in entry_points(group=PROJECT):
        # An editable installation may be listed twice; the same distribution naming the same module is one.
        found.setdefault(entry.name, {})[_distribution(entry), entry.value] = entry
    return {name: tuple(found[name][key] for key in sorted(found[name])) for name in sorted(found)}


def _distribution(entry: EntryPoint) -> str:
    return "" if entry.dist is None else entry.dist.name


def load_built_in(name: str) -> Plugin:
    """Load a plugin that always takes part."""
    return _imported(name, BUILT_IN[name], __version__)


def load_named(name: str) -> Plugin:
    """Load a plugin that an installed distribution makes known.

    Raises:
        PluginProblem: an unknown name, one that two distributions claim, or a module that does not load or fit.
    """
    known = known_plugins()
    entries = known.get(name, ())
    if not entries:
        expected = nearest(name, known) or ", ".join(known)
        remedy = "Install the distribution that brings the plugin, or name its file."
        raise PluginProblem(Problem("unknown-plugin", Where(plugin=name), name, expected, remedy))
    if len(entries) > 1:
        read = " and ".join(f"{_distribution(each)} ({each.value})" for each in entries)
        remedy = "Uninstall one of the distributions."
        raise PluginProblem(
            Problem("plugin-name-twice", Where(plugin=name), read, "one distribution", remedy)
        )
    distribution = entries[0].dist
    return _imported(name, entries[0].module, "" if distribution is None else distribution.version)


def load_file(path: Path) -> Plugin:
    """Load a single Python file as a plugin; its name is the file's name without ``.py``.

    The text that is read is the text that runs: no bytecode of an earlier version can take its place.

    Raises:
        PluginProblem: no such file, another kind of file, or a module that does not load or fit.
    """
    where = Where(plugin=path.stem, file=path.name)
    if path.suffix != ".py" or not path.is_file():
        read = f"{path.name}, which {'is no Python file' if path.is_file() else 'does not exist'}"
        raise PluginProblem(
            Problem("plugin-file", where, read, "a .py file", "Correct the name of the file.")
        )
    sources = Sources.under(path)
    module = ModuleType(f"{PROJECT}_file_{path.stem}")
    module.__file__ = str(path)
    with blaming(sources, Where(plugin=path.stem)):
        _run(module, compile(path.read_bytes(), path.absolute(), "exec", dont_inherit=True))
    return _plugin(path.stem, module, sources, version=_said_version(module))


def _run(module: ModuleType, code: CodeType) -> None:
    """Run a module's code; while it runs it is known by its name, because class decorators look it up."""
    sys.modules[module.__name__] = module
    try:
        exec(code, module.__dict__)  # noqa: S102 - loading a plugin is running its code
    finally:
        del sys.modules[module.__name__]


def take_module(name: str, module: object) -> Plugin:
    """Take a module, or any object with hooks, that a program or a test has at hand.

    Its sources are its own file, or its package's folder, and the files in which its hooks stand.
    """
    sources = Sources()
    file = getattr(module, "__file__", None)
    if file is not None:
        sources = Sources.under(Path(file).parent if hasattr(module, "__path__") else Path(file))
    for hook in HOOKS:
        code = getattr(getattr(module, hook, None), "__code__", None)
        if code is not None and sources.name(code.co_filename) is None and Path(code.co_filename).is_file():
            sources = Sources(
                {**sources.names, os.path.realpath(code.co_filename): Path(code.co_filename).name}
            )
    return _plugin(name, module, sources, version=_said_version(module))


def _imported(name: str, module_name: str, version: str) -> Plugin:
    where = Where(plugin=name)
    with blaming(Sources(), where):
        spec = importlib.util.find_spec(module_name)
    sources = Sources() if spec is None or spec.origin is None else Sources.under(_root(spec))
    with blaming(sources, where):
        module = importlib.import_module(module_name)
    return _plugin(name, module, sources, version=version)


def _root(spec: ModuleSpec) -> Path:
    """The folder of a package, the folder around a package's module, or the single file of a module outside packages."""
    file = Path(str(spec.origin))
    return file.parent if spec.parent else file


def _plugin(name: str, module: object, sources: Sources, *, version: str) -> Plugin:
    """A module as a plugin, if its name and what it was written for fit.

    Raises:
        PluginProblem: a name that could not stand before a dot, or another interface than ours.
    """
    problems = (*_name_problems(name), *_api_problems(name, getattr(module, DECLARED_API, PLUGIN_API)))
    if problems:
        raise PluginProblem(*problems)
    return Plugin(record=PluginRecord(name, version, sources.digest()), module=module, sources=sources)


def _name_problems(name: str) -> Iterator[Problem]:
    if not is_name(name) or "." in name:
        where, remedy = Where(plugin=name), "Rename the plugin: letters, digits and single underscores."
        yield Problem(
            "bad-plugin-name", where, name, "a word that can stand before the dot of a name", remedy
        )


def _api_problems(name: str, declared: object) -> Iterator[Problem]:
    """Whether a plugin was written for another interface: the major number must be ours, the minor not above ours."""
    where, ours = Where(plugin=name), f"{PLUGIN_API[0]}.0 to {PLUGIN_API[0]}.{PLUGIN_API[1]}"
    match declared:
        case (int() as major, int() as minor):
            read = f"{major}.{minor}"
            if (major, minor) > PLUGIN_API:
                yield Problem("plugin-too-new", where, read, ours, "Install a newer version of this library.")
            elif major < PLUGIN_API[0]:
                yield Problem("plugin-too-old", where, read, ours, "Install a newer version of the plugin.")
        case _:
            remedy = f"Write {DECLARED_API} = {PLUGIN_API}."
            yield Problem("bad-plugin-api", where, f"a {type(declared).__name__}", "(major, minor)", remedy)


def _said_version(module: object) -> str:
    """The version that a module without a distribution says of itself; empty if it says none."""
    return str(getattr(module, "__version__", ""))
