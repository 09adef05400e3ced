"""The command line: what a clerk or a developer types. Nothing else in the library prints or asks the clock."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cyclopts import App

from partybuilding.cli import keeping, rules, year

app = App(
    name="partybuilding", help="Rules as code for primary-level Party-building work. 基层党建工作责任制。"
)
for command in (
    year.demo,
    year.load,
    year.run,
    year.report,
    keeping.log,
    keeping.verify,
    keeping.backup,
    keeping.backups,
    keeping.forget,
    keeping.ddl,
    rules.plugins,
):
    app.command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """What the script ``partybuilding`` and ``python -m partybuilding`` call."""
    app(list(sys.argv[1:] if arguments is None else arguments))
