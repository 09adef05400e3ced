"""The host: it loads the plugins that are named, asks their hooks one by one, and lets nothing broken through.

Everything happens when the host is made: afterwards it is only read. National rules come first, then plugins by name,
whatever the order in which they were named or installed.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from attrs import evolve, field, frozen
from pluggy import PluginManager

from partybuilding.domain.lists import Item
from partybuilding.domain.snapshot import Snapshot
from partybuilding.errors import PluginProblem, Problem, Where
from partybuilding.extension import hookspecs
from partybuilding.extension.admission import Admitted, Hook, admit, joined, spot_of
from partybuilding.extension.asking import findings, parties
from partybuilding.extension.catalogue import Catalogue
from partybuilding.extension.declarations import Command, FileFormat, Finding
from partybuilding.extension.declared import PluginRecord, rank
from partybuilding.extension.gathering import every, together
from partybuilding.extension.hookspecs import HOOKS, PROJECT, RESPONSIBLE_PARTY
from partybuilding.extension.loading import (
    BUILT_IN,
    Plugin,
    disabled,
    load_built_in,
    load_file,
    load_named,
    take_module,
)
from partybuilding.extension.names import NATIONAL, nearest
from partybuilding.extension.store import StorageBackend

OnError = Literal["raise", "report"]
Loader = Callable[[], Plugin]


@frozen(kw_only=True, eq=False)
class PluginHost:
    """The plugins of a run, and everything that they declared.

    ``failures`` holds what went wrong with plugins that were left out (``on_error="report"``); every report prints it.
    """

    failures: tuple[Problem, ...] = ()
    _admitted: tuple[Admitted, ...] = field(repr=False)
    _catalogue: Catalogue = field(repr=False)

    @classmethod
    def installed(
        cls, names: Iterable[str] = (), *, files: Iterable[Path] = (), on_error: OnError = "raise"
    ) -> PluginHost:
        """Load the built-in plugins, those named, and single files; nothing that is not named takes part.

        With ``PARTYBUILDING_DISABLE_PLUGINS=1`` in the environment only the built-in ones are loaded. A broken plugin
        stops everything, or, with ``on_error="report"``, is left out as a whole and its failure kept.

        Raises:
            PluginProblem: every problem of every plugin. A built-in one that is broken always raises.
        """
        loaders: list[tuple[str, Loader]] = [(name, partial(load_built_in, name)) for name in BUILT_IN]
        if not disabled():
            loaders += [(name, partial(load_named, name)) for name in sorted(set(names).difference(BUILT_IN))]
            loaders += [(path.stem, partial(load_file, path)) for path in sorted(set(files))]
        return cls._made(loaders, on_error=on_error)

    @classmethod
    def of(cls, modules: Mapping[str, object], *, on_error: OnError = "raise") -> PluginHost:
        """Take modules that a program or a test has at hand, by plugin name; no plugin is added to them.

        Raises:
            PluginProblem: as :meth:`installed`.

        >>> PluginHost.of({}).manifest
        ()
        """
        loaders = [(name, partial(take_module, name, module)) for name, module in modules.items()]
        return cls._made(loaders, on_error=on_error)

    @classmethod
    def _made(cls, loaders: Sequence[tuple[str, Loader]], *, on_error: OnError) -> PluginHost:
        admitted, errors = _admitted(loaders)
        _require(errors, on_error=on_error)
        while True:
            try:
                catalogue = together(admitted)
            except PluginProblem as error:
                # What one plugin got wrong may be all that is wrong with another: leave out the first in blame, look again.
                name = error.problems[0].where.plugin or NATIONAL
                errors[name] = error if on_error == "raise" else _about(error, name)
                _require(errors, on_error=on_error)
                admitted = tuple(each for each in admitted if each.plugin.name != name)
            else:
                failures = tuple(problem for error in errors.values() for problem in error.problems)
                return cls(admitted=admitted, catalogue=catalogue, failures=failures)

    @property
    def manifest(self) -> tuple[PluginRecord, ...]:
        """Name, version and source digest of every plugin that takes part, national first, then by name."""
        return tuple(each.plugin.record for each in self._admitted)

    def catalogue(self) -> Catalogue:
        """Everything that was declared, checked to fit together."""
        return self._catalogue

    def backends(self) -> Mapping[str, StorageBackend]:
        """The storage backends by the scheme of their URLs."""
        return MappingProxyType(
            {each.value.scheme: each.value for each in every(self._admitted, StorageBackend)}
        )

    def file_formats(self) -> tuple[FileFormat, ...]:
        """The formats that tables can be read from and written to."""
        return tuple(each.value for each in every(self._admitted, FileFormat))

    def commands(self) -> tuple[Command, ...]:
        """The commands that plugins add."""
        return tuple(each.value for each in every(self._admitted, Command))

    def check(self, snapshot: Snapshot) -> tuple[Finding, ...]:
        """What the plugins' own checks find in a snapshot; a check that breaks is a finding, and the others go on."""
        unchanging = evolve(snapshot, records=MappingProxyType(dict(snapshot.records)))
        return tuple(finding for each in self._admitted for finding in findings(each, unchanging))

    def responsible_party(self, items: Sequence[Item], lineages: Sequence[Sequence[str]]) -> tuple[str, ...]:
        """Which organisation answers for each item: what the first plugin says that says anything, the national one last.

        Raises:
            PluginProblem: a plugin failed, gave something else than an id for every item, or nobody answered.
        """
        batch, lines = tuple(items), tuple(map(tuple, lineages))
        for each in sorted(self._admitted, key=lambda each: (each.plugin.name == NATIONAL, each.plugin.name)):
            answer = parties(each, batch, lines)
            if answer is not None:
                return answer
        expected, remedy = "an organisation for every item", "Take the national plugin, or one that answers."
        raise PluginProblem(
            Problem("nobody-answers", Where(hook=RESPONSIBLE_PARTY), "no answer", expected, remedy)
        )


def _admitted(loaders: Sequence[tuple[str, Loader]]) -> tuple[tuple[Admitted, ...], dict[str, PluginProblem]]:
    """The plugins that loaded and whose declarations are whole, in their order, and the failures of the others."""
    admitted: list[Admitted] = []
    errors: dict[str, PluginProblem] = {}
    names = [name for name, _ in loaders]
    for name, load in sorted(loaders, key=lambda each: rank(each[0])):
        try:
            _require_once(name, names)
            plugin = load()
            admitted.append(admit(plugin, _hooks(plugin)))
        except PluginProblem as error:
            errors[name] = error
    return tuple(admitted), errors


def _require_once(name: str, names: Sequence[str]) -> None:
    if names.count(name) > 1:
        where, remedy = Where(plugin=name), "Rename the file, or leave one of them out."
        raise PluginProblem(Problem("plugin-name-twice", where, name, "every plugin once", remedy))


def _require(errors: Mapping[str, PluginProblem], *, on_error: OnError) -> None:
    """Go on only without failures, or if they may be reported; without a built-in plugin nothing means anything."""
    if errors and (on_error == "raise" or any(name in BUILT_IN for name in errors)):
        error = joined(errors.values())
        raise error from error.__cause__


def _about(error: PluginProblem, plugin: str) -> PluginProblem:
    """The part of a common failure that concerns one plugin."""
    return PluginProblem(*(each for each in error.problems if each.where.plugin == plugin))


def _hooks(plugin: Plugin) -> dict[str, Hook]:
    """The hooks of a plugin, registered in a room of its own, so that a refused one leaves nothing behind.

    Raises:
        PluginProblem: a misspelt or unmarked hook, or arguments that the hook does not have; all at once.
    """
    room = PluginManager(PROJECT)
    room.add_hookspecs(hookspecs)
    problems: list[Problem] = []
    for name in dir(plugin.module):
        function = getattr(plugin.module, name, None)
        if inspect.isroutine(function):
            marked = room.parse_hookimpl_opts(plugin.module, name) is not None
            problems += _hook_problems(plugin, name, function, marked=marked)
    if problems:
        raise PluginProblem(*problems)
    room.register(plugin.module, plugin.name)
    callers = room.get_hookcallers(plugin.module) or ()
    return {caller.name: found.function for caller in callers for found in caller.get_hookimpls()}


def _hook_problems(plugin: Plugin, name: str, function: Hook, *, marked: bool) -> Iterator[Problem]:
    """What is wrong with one function of a plugin as a hook; nothing if it neither is one nor looks like one."""
    where = spot_of(plugin, name, function)
    own = getattr(function, "__module__", None) == getattr(plugin.module, "__name__", None)
    if marked and name not in HOOKS:
        remedy = "Correct the name of the function."
        yield Problem("unknown-hook", where, name, nearest(name, HOOKS) or ", ".join(HOOKS), remedy)
    elif marked:
        offered = tuple(inspect.signature(getattr(hookspecs, name)).parameters)
        strange = [
            str(each) for each in inspect.signature(function).parameters.values() if _strange(each, offered)
        ]
        if strange:
            expected = ", ".join(offered) or "no arguments"
            remedy = "Take the hook's arguments, without defaults, or fewer."
            yield Problem("hook-arguments", where, ", ".join(strange), expected, remedy)
    elif own and name.startswith(f"{PROJECT}_"):
        yield Problem(
            "hook-unmarked", where, name, "@hookimpl", "Write @hookimpl above it, or give it another name."
        )


def _strange(parameter: inspect.Parameter, offered: Sequence[str]) -> bool:
    """Whether a parameter is none of the hook's: another name, a default, or not positional."""
    plain = parameter.kind is parameter.POSITIONAL_OR_KEYWORD and parameter.default is parameter.empty
    return not plain or parameter.name not in offered
