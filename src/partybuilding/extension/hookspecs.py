"""The hooks: what a plugin may be asked, and what it must answer.

A plugin is a module with some of these functions, each marked with :func:`hookimpl`. A plural noun declares: it takes no
argument and gives records, by ``yield`` or in a list. A verb asks. A hook may leave out arguments that it does not need,
but may not add any; it has no defaults and no keyword-only arguments, and it never changes what it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

import pluggy

from partybuilding.domain.carriers import CarrierModel
from partybuilding.domain.decisions import Ladder
from partybuilding.domain.indicators import Indicator
from partybuilding.domain.letter_rules import LetterForm, SigningWindow
from partybuilding.domain.lists import Item
from partybuilding.domain.projects import ProjectType
from partybuilding.domain.responsibilities import ResponsibilityKind
from partybuilding.domain.schemes import GradeScale, Scheme
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.standards import Declaration, Standard
from partybuilding.extension.declarations import (
    Cascade,
    Check,
    Command,
    Distribution,
    Fact,
    FileFormat,
    Finding,
    Formula,
    Method,
    Motion,
    Pairs,
    Ranking,
    Rollup,
    ScoringRule,
    Tally,
)
from partybuilding.extension.store import StorageBackend

PROJECT = "partybuilding"
"""The beginning of every hook's name, and the group of entry points that makes plugins known."""

F = TypeVar("F", bound=Callable[..., Any])

hookspec = pluggy.HookspecMarker(PROJECT)
_hookimpl = pluggy.HookimplMarker(PROJECT)


def hookimpl(function: F) -> F:
    """Mark a function of a plugin as the answer to the hook of the same name.

    It takes no options: order, wrappers and other names would let one plugin change what another one says.

    >>> @hookimpl
    ... def partybuilding_standards():
    ...     return ()
    """
    return _hookimpl(function)


@hookspec
def partybuilding_indicators() -> Iterable[Indicator]:  # type: ignore[empty-body]  # a specification has no body
    """What organisations are assessed on. Unique by name and start."""


@hookspec
def partybuilding_standards() -> Iterable[Standard]:  # type: ignore[empty-body]  # as above
    """The figures of instruments, by place, kinds and time. Unique by name, place, kinds and start."""


@hookspec
def partybuilding_formulas() -> Iterable[Motion]:  # type: ignore[empty-body]  # as above
    """The columns and what moves them: facts, tallies, formulas, roll-ups, cascades, rankings, scoring rules, checks."""


@hookspec
def partybuilding_rules() -> Iterable[Declaration]:  # type: ignore[empty-body]  # as above
    """Schemes, grade scales, ladders, project types, carrier models, kinds of responsibility, letters' forms and windows."""


@hookspec
def partybuilding_storage_backends() -> Iterable[StorageBackend]:  # type: ignore[empty-body]  # as above
    """The databases that a ledger can live in. Unique by scheme, the word before ``:`` in a store's URL."""


@hookspec
def partybuilding_file_formats() -> Iterable[FileFormat]:  # type: ignore[empty-body]  # as above
    """The formats that tables can be read from and written to."""


@hookspec
def partybuilding_commands() -> Iterable[Command]:  # type: ignore[empty-body]  # as above
    """Commands beside the built-in ones."""


@hookspec
def partybuilding_check(snapshot: Snapshot) -> Iterable[Finding]:  # type: ignore[empty-body]  # as above
    """What is wrong with the structure in a way that no formula can say. A check that breaks becomes a finding itself."""


@hookspec
def partybuilding_responsible_party(
    items: Sequence[Item], lineages: Sequence[Sequence[str]]
) -> Iterable[str] | None:
    """Which organisation answers for each item of a batch; None leaves the whole batch to the next plugin, national last.

    ``lineages`` holds, for each item, the id of its organisation and those of its ancestors, nearest first.
    """


DECLARES: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        "partybuilding_indicators": (Indicator,),
        "partybuilding_standards": (Standard,),
        "partybuilding_formulas": (
            *(Fact, Tally, Pairs, Formula, Rollup, Cascade, Ranking, Distribution),
            *(ScoringRule, Check, Method),
        ),
        "partybuilding_rules": (
            *(Scheme, GradeScale, Ladder, ProjectType, CarrierModel, ResponsibilityKind),
            *(LetterForm, SigningWindow),
        ),
        "partybuilding_storage_backends": (StorageBackend,),
        "partybuilding_file_formats": (FileFormat,),
        "partybuilding_commands": (Command,),
    }
)
"""The hooks that declare, with exactly the classes that they may give."""
CHECK = "partybuilding_check"
RESPONSIBLE_PARTY = "partybuilding_responsible_party"
HOOKS: tuple[str, ...] = (*DECLARES, CHECK, RESPONSIBLE_PARTY)
"""The names of all hooks."""
