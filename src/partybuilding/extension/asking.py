"""The hooks that ask: checks of the structure, and who answers for a batch of problems.

Each plugin's answer is checked like everything else that comes from a plugin, and a failure names plugin, file and line.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import evolve

from partybuilding.domain.record import is_id
from partybuilding.domain.snapshot import Snapshot
from partybuilding.errors import PluginProblem, Problem
from partybuilding.extension.admission import Admitted, Hook, given_by, spot_of, wrong
from partybuilding.extension.declarations import Finding
from partybuilding.extension.hookspecs import CHECK, RESPONSIBLE_PARTY
from partybuilding.extension.shapes import misfits, told
from partybuilding.extension.sources import blaming
from partybuilding.labels import Label, describe


def findings(admitted: Admitted, snapshot: Snapshot) -> tuple[Finding, ...]:
    """What the check of a plugin finds in a snapshot; a check that breaks is one finding that says so."""
    function = admitted.hooks.get(CHECK)
    try:
        return () if function is None else tuple(_found(admitted, function, snapshot))
    except PluginProblem as error:
        says = Label(describe(error, "zh"), describe(error, "en"))
        return (Finding(code="check-failed", says=says, rule=CHECK, plugin=admitted.plugin.name),)


def _found(admitted: Admitted, function: Hook, snapshot: Snapshot) -> Iterator[Finding]:
    plugin = admitted.plugin
    for value, where in given_by(plugin, CHECK, function, *_arguments(function, {"snapshot": snapshot})):
        if type(value) is not Finding:
            raise PluginProblem(wrong(where, told(value), "Finding"))
        for path, read, expected in misfits(value):
            raise PluginProblem(
                Problem("wrong-field", evolve(where, path=path), read, expected, "Correct the field.")
            )
        yield evolve(value, plugin=plugin.name)


def parties(
    admitted: Admitted, items: Sequence[object], lineages: Sequence[Sequence[str]]
) -> tuple[str, ...] | None:
    """Which organisation answers for each item, if the plugin says anything.

    Raises:
        PluginProblem: the hook failed, or gave something else than an id for every item.
    """
    plugin, function = admitted.plugin, admitted.hooks.get(RESPONSIBLE_PARTY)
    if function is None:
        return None
    where = spot_of(plugin, RESPONSIBLE_PARTY, function)
    with blaming(plugin.sources, where):
        answer = function(*_arguments(function, {"items": items, "lineages": lineages}))
        given = tuple(answer) if isinstance(answer, Iterable) and not isinstance(answer, str) else answer
    if given is None:
        return None
    if not isinstance(given, tuple) or len(given) != len(items):
        read = f"{len(given)} answers" if isinstance(given, tuple) else told(given)
        raise PluginProblem(wrong(where, read, f"{len(items)} organisation ids, or None"))
    for each in given:
        if not isinstance(each, str) or not is_id(each):
            raise PluginProblem(wrong(where, told(each), "the id of an organisation"))
    return given


def _arguments(function: Hook, offered: Mapping[str, object]) -> list[object]:
    """The arguments that a hook takes, in its own order; it may leave some out."""
    return [offered[name] for name in inspect.signature(function).parameters]
