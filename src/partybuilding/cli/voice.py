"""How the program speaks: sentences, tables and complaints in the reader's language, on the terminal or into a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from attrs import frozen
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table as Grid
from rich.text import Text

from partybuilding.cycle.year import Moment
from partybuilding.errors import PartybuildingError, Problem
from partybuilding.extension.tables import Amount, Table, shown
from partybuilding.labels import Label, Language, describe
from partybuilding.money import Rate

DONE, FOUND, BAD = 0, 1, 2
"""Exit statuses: done, done with findings, bad input."""


@frozen(kw_only=True)
class Voice:
    """Where and in which language the program speaks."""

    console: Console
    language: Language

    def say(self, label: Label) -> None:
        """A sentence."""
        self.console.print(label.say(self.language), markup=False, highlight=False, soft_wrap=True)

    def complain(self, problem: Problem) -> None:
        """What is wrong, on one line however long, so that a hash in it can be copied."""
        text = describe(problem, self.language)
        self.console.print(text, markup=False, highlight=False, style="red", soft_wrap=True)

    def head(self, label: Label) -> None:
        """The head of a part."""
        self.console.rule(Text(label.say(self.language), style="bold red"))

    def table(self, table: Table, *, most: int = 30) -> None:
        """A table that fits the terminal; of a long one the beginning, and how much was left out."""
        grid = Grid(
            title=table.title.say(self.language),
            title_justify="left",
            title_style="bold",
            header_style="bold",
        )
        for at, header in enumerate(table.headers):
            number = any(isinstance(row[at], (Amount, Rate)) for row in table.rows)
            grid.add_column(header.say(self.language), justify="right" if number else "left", overflow="fold")
        for row in table.rows[:most]:
            grid.add_row(*(Text(shown(cell, self.language)) for cell in row))
        self.console.print(grid)
        if len(table.rows) > most:
            left = len(table.rows) - most
            self.say(Label(f"（另有 {left} 行，见网页）", f"({left} more rows: see the pages)"))


def voice(language: Language, *, stderr: bool = False) -> Voice:
    """The program's voice on the terminal, or into a file at a readable width."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else 140
    return Voice(console=Console(file=stream, width=width), language=language)


@contextmanager
def mistakes(speaker: Voice) -> Iterator[None]:
    """Say what is wrong, everything at once and in the reader's language, and leave with the status of bad input."""
    try:
        yield
    except PartybuildingError as error:
        for problem in error.problems:
            speaker.complain(problem)
        raise SystemExit(BAD) from None


@contextmanager
def progress(speaker: Voice, total: int) -> Iterator[Callable[[Moment], None]]:
    """A bar that moves with every moment of the year and says what it is about."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=speaker.console, transient=True) as bar:
        task = bar.add_task("", total=total)

        def tell(moment: Moment) -> None:
            bar.update(task, advance=1, description=f"{moment.day} {moment.what.say(speaker.language)}")

        yield tell
