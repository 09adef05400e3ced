"""What every command asks for in the same words: a store, plugins, a day, a language; the only module that asks the clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from partybuilding.errors import InputProblem, Problem, Where
from partybuilding.extension.host import PluginHost
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.permissions import Actor, AllowAll
from partybuilding.timeline import day_of

OFFICE = Actor("office")
Lang = Annotated[Literal["zh", "en"], Parameter(help="Language of tables and messages.")]
Store = Annotated[str, Parameter(help="Where the ledger is: sqlite:///PATH, memory:, or a plugin's scheme.")]
Plugins = Annotated[tuple[str, ...], Parameter(name="--plugin", help="A plugin by name, or a single file.")]
On = Annotated[str | None, Parameter(name="--on", help="The day, as YYYY-MM-DD; today if left out.")]


def today() -> date:
    """The day in Beijing: the only place where the clock is asked."""
    return day_of(datetime.now(tz=UTC))


def day_given(text: str | None) -> date:
    """The day that was asked for, today if none."""
    if text is None:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        where = Where(path="--on")
        raise InputProblem(
            Problem("bad-date", where, text, "YYYY-MM-DD", "Write the day as 2026-12-31.")
        ) from None


def host_of(plugins: Sequence[str]) -> PluginHost:
    """The host with the plugins named: installed ones by name, single files by path."""
    files = [Path(each) for each in plugins if each.endswith(".py")]
    return PluginHost.installed([each for each in plugins if not each.endswith(".py")], files=files)


def new_ledger(store: str, host: PluginHost, *, read_only: bool = False) -> Ledger:
    """The ledger of a store."""
    return Ledger.open(store, host=host, policy=AllowAll(), read_only=read_only)


def kept_ledger(store: str, host: PluginHost) -> Ledger:
    """The ledger of a store that is there already: a mistyped address makes none.

    Raises:
        StoreProblem: nothing is there, or what the backend says.
    """
    new_ledger(store, host, read_only=True).close()
    return new_ledger(store, host)


def office_moment(day: date) -> datetime:
    """The moment of a commit: now, or the opening of the office on a day that was named."""
    now = datetime.now(tz=UTC)
    return now if day_of(now) == day else datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
