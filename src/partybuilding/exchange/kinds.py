"""What a cell may hold, and how strictly it is read: a cell that could be read two ways is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import TypeVar

from attrs import frozen

from partybuilding.convert import NOUNS
from partybuilding.domain.record import LONGEST_ID, is_id
from partybuilding.domain.standards import Unit, fen, point, square_metre
from partybuilding.errors import InputProblem, Problem, Where
from partybuilding.exchange.quoting import unquoted
from partybuilding.exchange.units import UNITS
from partybuilding.extension.names import is_name, nearest
from partybuilding.labels import Label
from partybuilding.money import scaled
from partybuilding.timeline import parse_day

W = TypeVar("W", bound=str)
_YEAR = re.compile(r"[1-9][0-9]{3}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_BETWEEN = re.compile("[;；]")
_SHOWN = 80
_BASIS_POINTS = 100  # in a hundredth


@frozen(kw_only=True)
class Kind:
    """A kind of cell: its name in the manual, what it must look like, and the function that reads it.

    ``read`` turns the text of a cell that is not empty into a value.

    Raises:
        InputProblem: from ``read``, a text that is not of the kind.
    """

    name: str
    looks: str
    read: Callable[[str], object]


def shown(text: str) -> str:
    """A text as a complaint shows it: with its quotation marks, and never a page long."""
    return repr(text)[:_SHOWN]


def _id(text: str) -> str:
    given = unquoted(text)
    if not is_id(given):
        expected = f"1 to {LONGEST_ID} characters without space, control character or colon"
        raise InputProblem(Problem("bad-id", Where(), shown(text), expected, "Write another id."))
    return given


def _ids(text: str) -> tuple[str, ...]:
    return tuple(_id(each) for each in _BETWEEN.split(text))


def _declared(text: str) -> str:
    if not is_name(text):
        raise InputProblem(
            Problem(
                "bad-name",
                Where(),
                shown(text),
                "words joined by dots, as plugins declare them",
                "Write the name.",
            )
        )
    return text


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    return parse_day(text)


def _year(text: str) -> int:
    if not _YEAR.fullmatch(text):
        raise InputProblem(
            Problem("bad-year", Where(), shown(text), "four digits", "Write the year with four plain digits.")
        )
    return int(text)


def from_zero(text: str, scale: int) -> int:
    """An amount that cannot be negative, in steps of its unit."""
    value = scaled(text, scale)
    if value < 0:
        raise InputProblem(Problem("negative", Where(), shown(text), "0 or more", "Correct the amount."))
    return value


def _truth(text: str) -> bool:
    truths = {"yes": True, "no": False, "是": True, "否": False}
    if text not in truths:
        raise InputProblem(
            Problem("bad-truth", Where(), shown(text), "yes or no", "Write yes (是) or no (否).")
        )
    return truths[text]


def _reference(text: str) -> str:
    noun, colon, id_ = text.partition(":")
    if not colon or noun not in NOUNS or not is_id(id_):
        known = nearest(noun, NOUNS) or ", ".join(NOUNS)
        raise InputProblem(
            Problem(
                "bad-reference",
                Where(),
                shown(text),
                f"noun:id, the noun such as {known}",
                "Write noun and id.",
            )
        )
    return text


def _evidence(text: str) -> tuple[dict[str, str], ...]:
    return tuple(_piece(each) for each in _BETWEEN.split(text))


def _piece(text: str) -> dict[str, str]:
    reference, mark, digest = unquoted(text).partition("#")
    if not reference.strip() or (mark and not _DIGEST.fullmatch(digest)):
        expected = "reference or reference#digest, the digest 64 hexadecimal digits"
        raise InputProblem(
            Problem(
                "bad-evidence",
                Where(),
                shown(text),
                expected,
                "Write what the evidence is called where it is kept.",
            )
        )
    return {"reference": reference, "digest": digest} if digest else {"reference": reference}


def _figure(text: str) -> str:
    return text


def _unit(text: str) -> Unit:
    found = UNITS.get(text)
    if found is None:
        raise InputProblem(
            Problem(
                "unknown-unit", Where(), shown(text), nearest(text, UNITS) or ", ".join(UNITS), "Name a unit."
            )
        )
    return found


def word(table: Mapping[W, Label]) -> Kind:
    """A word of a table, in English as the code has it or in Chinese as people say it."""
    words: dict[str, str] = {label.zh: name for name, label in table.items()}
    words |= {name: name for name in table}

    def read(text: str) -> str:
        if text not in words:
            raise InputProblem(
                Problem(
                    "unknown-kind",
                    Where(),
                    shown(text),
                    nearest(text, words) or ", ".join(table),
                    "Use one of the words.",
                )
            )
        return words[text]

    return Kind(
        name="word", looks="; ".join(f"`{name}` {label.zh}" for name, label in table.items()), read=read
    )


TEXT = Kind(name="text", looks="one line of visible characters, kept as given", read=unquoted)
ID = Kind(name="id", looks="1 to 64 characters without space or colon", read=_id)
IDS = Kind(name="ids", looks="ids between semicolons", read=_ids)
DECLARED = Kind(name="name", looks="a name that a plugin declares, such as `acheng.training`", read=_declared)
DAY = Kind(name="day", looks="`2026-01-31`", read=_day)
YEAR = Kind(name="year", looks="`2026`", read=_year)
COUNT = Kind(name="count", looks="a whole number from 0 up", read=lambda text: from_zero(text, 1))
YUAN = Kind(
    name="yuan", looks="yuan, at most two decimals: `12.34`", read=lambda text: from_zero(text, fen.scale)
)
AREA = Kind(
    name="area",
    looks="m², at most two decimals: `183.5`",
    read=lambda text: from_zero(text, square_metre.scale),
)
POINTS = Kind(
    name="points",
    looks="points, at most four decimals: `87.5`",
    read=lambda text: from_zero(text, point.scale),
)
PERCENT = Kind(
    name="percent",
    looks="percent without the sign, at most two decimals: `60`",
    read=lambda text: from_zero(text, _BASIS_POINTS),
)
FIGURE = Kind(name="figure", looks="a number in the row's unit: `87.5`, `-3`", read=_figure)
UNIT = Kind(name="unit", looks=" ".join(f"`{name}`" for name in UNITS), read=_unit)
TRUTH = Kind(name="truth", looks="`yes` 是 or `no` 否; empty is no", read=_truth)
REFERENCE = Kind(name="reference", looks="noun:id, such as `item:shili-03-fire`", read=_reference)
EVIDENCE = Kind(
    name="evidence",
    looks="`reference` or `reference#SHA-256 digest`, several between semicolons",
    read=_evidence,
)
