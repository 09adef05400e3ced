"""What a plugin's hooks gave, taken in record by record: of the right class, whole, under the plugin's own names.

Every complaint names plugin, hook, file and line, and all come at once. A formula is read here, so that a rule that says
what no rule may say never reaches a run; functions that are called later leave here wrapped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import CodeType, GeneratorType
from typing import TypeVar

from attrs import evolve, field, frozen

from partybuilding.domain.organisations import ORGANISATION_KINDS
from partybuilding.domain.standards import Standard
from partybuilding.errors import PluginProblem, Problem, Where
from partybuilding.extension.declared import Declared
from partybuilding.extension.doors import guarded
from partybuilding.extension.expressions import trace
from partybuilding.extension.hookspecs import DECLARES
from partybuilding.extension.loading import Plugin
from partybuilding.extension.names import NATIONAL, is_name, owned
from partybuilding.extension.shapes import misfits, told
from partybuilding.extension.sources import blaming

MOST = 100_000
"""What one hook may give at most: a hook that never ends must not end the run by filling the memory."""

T = TypeVar("T")
Hook = Callable[..., object]


@frozen(kw_only=True, eq=False)
class Admitted:
    """A plugin whose hooks were found and whose declarations were taken in, hook by hook."""

    plugin: Plugin
    hooks: dict[str, Hook] = field(repr=False)
    given: dict[str, tuple[Declared[object], ...]] = field(repr=False)

    def every(self, kind: type[T]) -> Iterator[Declared[T]]:
        """Everything that it declared of a class."""
        for declared in self.given.values():
            for each in declared:
                if isinstance(each.value, kind):
                    yield Declared(each.value, each.plugin, each.where)


def admit(plugin: Plugin, hooks: dict[str, Hook]) -> Admitted:
    """Ask every declaring hook of a plugin, and take in what it gives.

    Raises:
        PluginProblem: everything that is wrong with it, from the first cause.
    """
    given: dict[str, tuple[Declared[object], ...]] = {}
    errors: list[PluginProblem] = []
    for hook in DECLARES:
        if hook in hooks:
            try:
                given[hook] = _taken(plugin, hook, hooks[hook])
            except PluginProblem as error:
                errors.append(error)
    if errors:
        raise joined(errors)
    return Admitted(plugin=plugin, hooks=hooks, given=given)


def joined(errors: Iterable[PluginProblem]) -> PluginProblem:
    """Several failures as one that names every problem; the cause is that of the single one, or all of them."""
    errors = tuple(errors)
    together = PluginProblem(*(problem for error in errors for problem in error.problems))
    causes = [error.__cause__ for error in errors if error.__cause__ is not None]
    if len(causes) == 1:
        together.__cause__ = causes[0]
    elif causes:
        together.__cause__ = BaseExceptionGroup("what went wrong in the plugins", causes)
    return together


def _taken(plugin: Plugin, hook: str, function: Hook) -> tuple[Declared[object], ...]:
    """What one hook declares; a hook that breaks off is told before its records are looked at.

    Raises:
        PluginProblem: the hook failed, or every problem of every record.
    """
    taken: list[Declared[object]] = []
    errors: list[PluginProblem] = []
    for value, where in tuple(given_by(plugin, hook, function)):
        try:
            taken.append(_one(plugin, hook, value, where=where))
        except PluginProblem as error:
            errors.append(error)
    if errors:
        raise joined(errors)
    return tuple(taken)


def given_by(plugin: Plugin, hook: str, function: Hook, *arguments: object) -> Iterator[tuple[object, Where]]:
    """What a hook gives, one by one, each with the place in the plugin where it was given.

    Raises:
        PluginProblem: the hook failed, gave nothing that can be gone through, or does not end.
    """
    where = spot_of(plugin, hook, function)
    with blaming(plugin.sources, where):
        given = function(*arguments)
    if not isinstance(given, Iterable) or isinstance(given, str):
        raise PluginProblem(wrong(where, told(given), "an iterable of records: yield them, or return a list"))
    with blaming(plugin.sources, where):
        values = iter(given)
    for count, value in enumerate(_guarded_values(plugin, where, values)):
        if count == MOST:
            raise PluginProblem(wrong(where, f"more than {MOST} records", "a hook that ends"))
        yield value, _yielded(plugin, values, where)


def _guarded_values(plugin: Plugin, where: Where, values: Iterator[object]) -> Iterator[object]:
    """The values of an iterator of a plugin; going through it runs the plugin's code."""
    while True:
        with blaming(plugin.sources, where):
            try:
                value = next(values)
            except StopIteration:
                return
        yield value


def spot_of(plugin: Plugin, hook: str, function: Hook) -> Where:
    """The first line of a hook's function, as a place in the plugin."""
    code = getattr(function, "__code__", None)
    where = Where(plugin=plugin.name, hook=hook)
    if not isinstance(code, CodeType) or plugin.sources.name(code.co_filename) is None:
        return where
    return evolve(where, file=plugin.sources.name(code.co_filename), line=code.co_firstlineno)


def _yielded(plugin: Plugin, values: Iterator[object], where: Where) -> Where:
    """The line of the ``yield`` that gave the last value; a clerk looks for the record, not for the hook."""
    inner: object = values
    while isinstance(inner, GeneratorType):
        frame, file = inner.gi_frame, plugin.sources.name(inner.gi_code.co_filename)
        if frame is not None and file is not None:
            where = evolve(where, file=file, line=frame.f_lineno)
        inner = inner.gi_yieldfrom
    return where


def wrong(where: Where, read: str, expected: str) -> Problem:
    """The complaint that a hook gave something else than it should."""
    return Problem("wrong-result", where, read, expected, "Let the hook give what it is asked for.")


def _one(plugin: Plugin, hook: str, value: object, *, where: Where) -> Declared[object]:
    """Take in one record.

    Raises:
        PluginProblem: another class, a field that does not fit, a name of somebody else, a formula that is refused.
    """
    if type(value) not in DECLARES[hook]:
        expected = " or ".join(cls.__name__ for cls in DECLARES[hook])
        raise PluginProblem(wrong(where, told(value), expected))
    where = evolve(where, kind=type(value).__name__, record=str(_name(value)))
    problems = (*_misfits(value, where), *_naming(plugin, value, where), *_strange_kinds(value, where))
    if problems:
        raise PluginProblem(*problems)
    function = getattr(value, "function", None)
    if function is not None:
        with blaming(plugin.sources, where):
            trace(function)
    return Declared(guarded(value, plugin.sources, where), plugin.name, where)


def _name(value: object) -> object:
    """The name of a declaration; a backend is known by its scheme."""
    return getattr(value, "name", getattr(value, "scheme", ""))


def _misfits(value: object, where: Where) -> Iterator[Problem]:
    for path, read, expected in misfits(value):
        yield Problem("wrong-field", evolve(where, path=path), read, expected, "Correct the field.")


def _naming(plugin: Plugin, value: object, where: Where) -> Iterator[Problem]:
    """Whether a name can be declared, and by this plugin: its own, or a local value of a national standard."""
    name = str(_name(value))
    if not is_name(name):
        remedy = "Use letters, digits and single underscores, joined by dots."
        yield Problem("bad-name", where, repr(name), "a name that a parameter can have", remedy)
    elif hasattr(value, "name") and not owned(name, plugin.name) and not is_local_value(plugin.name, value):
        yield foreign(plugin.name, name, where)


def is_local_value(plugin: str, value: object) -> bool:
    """Whether a record gives a national standard a value for a place; whether there is such a standard shows later."""
    local = isinstance(value, Standard) and value.place is not None and value.value is not None
    return plugin != NATIONAL and local and "." not in str(_name(value))


def foreign(plugin: str, name: str, where: Where) -> Problem:
    """The complaint that a plugin declares a name that is not its own."""
    expected = "a name without a dot" if plugin == NATIONAL else f"{plugin}.{name.rpartition('.')[2]}"
    remedy = "Declare your own names only, or give a national standard a value for a place."
    return Problem("foreign-name", where, name, expected, remedy)


def _strange_kinds(value: object, where: Where) -> Iterator[Problem]:
    """Kinds of organisation that there are not: such a rule would hold for nobody, silently."""
    kinds = getattr(value, "kinds", None)
    if isinstance(kinds, frozenset):
        where = evolve(where, path="kinds")
        for kind in sorted(str(each) for each in kinds.difference(ORGANISATION_KINDS)):
            yield Problem("unknown-kind", where, kind, ", ".join(ORGANISATION_KINDS), "Use one of the kinds.")
