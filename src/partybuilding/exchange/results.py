"""Results as CSV that opens in a Chinese office: UTF-8 with a mark at its head, and no cell that is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from partybuilding.exchange.quoting import quoted

if TYPE_CHECKING:
    from pathlib import Path


def csv_text(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Headers and rows as the text of a CSV file, without the mark at its head.

    >>> print(csv_text(["organisation", "score"], [["示例村01", "87.5"], ["=示例村02", ""]]), end="")
    organisation,score
    示例村01,87.5
    '=示例村02,
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in (headers, *rows):
        writer.writerow([quoted(cell) for cell in row])
    return text.getvalue()


def write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table as CSV: UTF-8 with a byte order mark, lines ended by a line feed, the same bytes on every machine.

    Titles and notes are for pages: a CSV file holds headers and rows only, so that every program reads it.
    """
    path.write_bytes(csv_text(headers, rows).encode("utf-8-sig"))
