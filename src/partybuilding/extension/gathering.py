"""What all plugins declared, put together: nobody declares a name of somebody else, and nothing is there twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from attrs import evolve

from partybuilding.domain.indicators import Indicator
from partybuilding.domain.standards import Declaration, Standard
from partybuilding.errors import PlanProblem, PluginProblem, Problem
from partybuilding.extension.admission import Admitted, foreign
from partybuilding.extension.catalogue import Catalogue
from partybuilding.extension.declarations import Command, FileFormat, Motion
from partybuilding.extension.declared import Declared
from partybuilding.extension.hookspecs import DECLARES
from partybuilding.extension.names import NATIONAL, nearest, owned
from partybuilding.extension.store import StorageBackend

T = TypeVar("T")
RULES = DECLARES["partybuilding_rules"]


def together(admitted: Sequence[Admitted]) -> Catalogue:
    """Everything that the plugins declared, as one catalogue.

    Raises:
        PluginProblem: whatever does not fit together, every problem with the plugins that it concerns.
    """
    problems = (*_strangers(admitted), *_doubles(admitted))
    try:
        catalogue = Catalogue(
            manifest=tuple(each.plugin.record for each in admitted),
            indicators=every(admitted, Indicator),
            standards=every(admitted, Standard),
            motions=every(admitted, Motion),
            rules=tuple(each for each in every(admitted, Declaration) if isinstance(each.value, RULES)),
        )
    except PlanProblem as error:
        raise PluginProblem(*problems, *error.problems) from error
    if problems:
        raise PluginProblem(*problems)
    return catalogue


def every(admitted: Iterable[Admitted], kind: type[T]) -> tuple[Declared[T], ...]:
    """Everything that was declared of a class, plugin by plugin."""
    return tuple(declared for each in admitted for declared in each.every(kind))


def _strangers(admitted: Sequence[Admitted]) -> Iterator[Problem]:
    """Local values of a national standard that there is not."""
    standards = every(admitted, Standard)
    national = {each.value.name for each in standards if each.plugin == NATIONAL}
    for each in standards:
        if not owned(each.value.name, each.plugin) and each.value.name not in national:
            problem = foreign(each.plugin, each.value.name, each.where)
            near = nearest(each.value.name, national)
            yield evolve(problem, expected=f"{problem.expected} or {near}" if near else problem.expected)


def _doubles(admitted: Sequence[Admitted]) -> Iterator[Problem]:
    """Backends of one scheme, formats and commands of one name, with both owners."""
    for given, part in (
        (every(admitted, StorageBackend), "scheme"),
        (every(admitted, FileFormat), "name"),
        (every(admitted, Command), "name"),
    ):
        first: dict[str, Declared[object]] = {}
        for each in given:
            other = first.setdefault(getattr(each.value, part), each)
            if other is not each:
                read, expected = f"by {each.plugin}", f"once: {other.plugin} declares it too"
                yield Problem("declared-twice", each.where, read, expected, "Rename one of them.")
