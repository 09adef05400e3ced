"""The rules of Acheng District (阿城区): an ordinary plugin, and the district folder that the demonstration runs.

The founding document says little in figures: twenty yuan a member a year, four layers of responsibility, three types of
projects, an ordering of the ladder. Everything else here is made up, says so in its source, and shows how a district
would write its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from partybuilding.plugin import Declaration, Finding, Indicator, Motion, Snapshot, Standard, hookimpl
from partybuilding_acheng import assessment, columns, figures, structure


def data_folder() -> Path:
    """The district folder of the example, which lies inside the package.

    >>> data_folder().name
    'example'
    """
    return Path(__file__).parent / "example"


@hookimpl
def partybuilding_indicators() -> Iterable[Indicator]:
    """The indicators of the district."""
    return assessment.indicators()


@hookimpl
def partybuilding_standards() -> Iterable[Standard]:
    """The district's values of national standards, and figures of its own."""
    return figures.standards()


@hookimpl
def partybuilding_formulas() -> Iterable[Motion]:
    """The district's facts, tallies, formulas, roll-ups and cascades."""
    return columns.motions()


@hookimpl
def partybuilding_rules() -> Iterator[Declaration]:
    """The schemes, the grade scale and the ladder."""
    return assessment.rules()


@hookimpl
def partybuilding_check(snapshot: Snapshot) -> Iterator[Finding]:
    """What is missing in the district's records."""
    return structure.findings(snapshot)
