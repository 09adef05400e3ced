"""The columns of a file, and the file itself, as declared: what the reader and the manual both follow."""

from __future__ import annotations

from attrs import field, frozen

from partybuilding.exchange.kinds import Kind
from partybuilding.labels import Label


@frozen
class Column:
    """A column: its name, its Chinese name, the kind of its cells, and what they mean.

    ``needed`` cells may not be empty, and the column may not be missing. ``refers`` are the nouns among which an id must
    be found. ``field`` is the field of the record, if it is called otherwise.
    """

    name: str
    zh: str
    kind: Kind
    meaning: str
    needed: bool = field(default=False, kw_only=True)
    refers: tuple[str, ...] = field(default=(), kw_only=True)
    field: str = field(default="", kw_only=True)

    @property
    def target(self) -> str:
        """The field of the record that the cell fills."""
        return self.field or self.name


@frozen(kw_only=True)
class Form:
    """A file: its name, the noun of the records that its rows make, its columns.

    Rows of a form without a noun are parts of the records that ``owner`` names. ``key`` are the columns that make up the
    id of a row that gives none. ``scaled`` are the figures that are read in the unit of the column ``unit``.
    """

    file: str
    label: Label
    meaning: str
    noun: str | None = None
    owner: str | None = None
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    scaled: tuple[str, ...] = ()
    unit: str = "unit"

    def column(self, title: str) -> Column | None:
        """The column that a header names, in English or in Chinese."""
        return next((each for each in self.columns if title in (each.name, each.zh)), None)

    @property
    def titles(self) -> tuple[str, ...]:
        """Every header that the form knows."""
        return tuple(title for each in self.columns for title in (each.name, each.zh))
