"""Strategies of single values: ids, days, texts, whole numbers, shares of a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from typing import TypeVar

from hypothesis import strategies as st

from partybuilding.domain.record import LEAST, LONGEST_ID, MOST
from partybuilding.labels import Label

R = TypeVar("R")

FIRST_DAY, LAST_DAY = date(1921, 7, 23), date(2099, 12, 31)
IDS = (
    *(
        "a",
        "A",
        "b",
        "c",
        "d",
        "0",
        "00",
        "-",
        "_",
        ".",
        "/",
        "a/b",
        "a.b",
        "2026/jincheng/main",
        "o-1",
        "o-2",
        "o-10",
    ),
    *(
        "示例村01",
        "示例",
        "村",
        "ａ",
        "é",
        "e\u0301",
        "𠀀",
        "Ж",
        "ا",
        "'",
        '"',
        "<b>",
        "&",
        "=1+1",
        "%s",
        "{}",
        "\\",
        "\U0001f600",
    ),
    *("x" * LONGEST_ID, "示" * LONGEST_ID, "z" * (LONGEST_ID - 1)),
)
"""Ids of all sorts, few enough that some are drawn twice: text drawn letter by letter would take most of a test's time."""
NAMES = (
    *("a", "b", "c", "members", "members_all", "trained", "per_head", "total_score", "main", "x_y", "zz"),
    *("acheng.training", "acheng.service", "acheng.floor", "lab.a", "lab.b", "lab.members"),
)
SAYINGS = (
    *("村党支部", "a b", " x ", "a,b;c\td", '"', "'", "<script>", "=1+1", "１２３", "NaN", "null", "0"),
    *IDS,
)
Span = tuple[date | None, date | None]


def ids() -> st.SearchStrategy[str]:
    """Ids of records in all scripts, short ones and the longest that are allowed."""
    return st.sampled_from(IDS)


def names() -> st.SearchStrategy[str]:
    """Names of rules, bare or with a dot behind the owner."""
    return st.sampled_from(NAMES)


def references(*nouns: str) -> st.SearchStrategy[str]:
    """References ``noun:id`` to records of some nouns."""
    return st.builds("{}:{}".format, st.sampled_from(nouns or ("item", "letter", "project")), ids())


def texts() -> st.SearchStrategy[str]:
    """Texts of any script, possibly empty, without control characters and lone surrogates."""
    return st.sampled_from(("", *SAYINGS))


def said() -> st.SearchStrategy[str]:
    """Texts that say something: not empty, not only spaces."""
    return st.sampled_from(SAYINGS)


def labels() -> st.SearchStrategy[Label]:
    """Names in both languages."""
    return st.sampled_from([Label(text, text.upper()) for text in ("", *SAYINGS)])


def days() -> st.SearchStrategy[date]:
    """Days from the founding of the Party to the end of the century."""
    return st.integers(FIRST_DAY.toordinal(), LAST_DAY.toordinal()).map(date.fromordinal)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """Half-open days ``(starts, ends)``, open on either side or on both."""
    first, last = sorted(draw(st.lists(days(), min_size=2, max_size=2, unique=True)))
    return draw(st.sampled_from(((first, last), (first, None), (None, last), (None, None))))


def wholes() -> st.SearchStrategy[int]:
    """Whole numbers of 64 bits."""
    return st.integers(LEAST, MOST)


def naturals(most: int = MOST) -> st.SearchStrategy[int]:
    """Whole numbers from zero up."""
    return st.integers(0, most)


@st.composite
def shares(draw: st.DrawFn, whole: int, *, least: int = 1, most: int = 5) -> Sequence[int]:
    """Whole numbers from zero up that sum to a whole."""
    cuts = draw(st.lists(st.integers(0, whole), min_size=least - 1, max_size=most - 1))
    return [upper - lower for lower, upper in pairwise((0, *sorted(cuts), whole))]


def maybe(strategy: st.SearchStrategy[R]) -> st.SearchStrategy[R | None]:
    """The values of a strategy, or None."""
    return st.one_of(st.none(), strategy)


def tuples_of(
    strategy: st.SearchStrategy[R], *, least: int = 0, most: int = 3
) -> st.SearchStrategy[tuple[R, ...]]:
    """Tuples of the values of a strategy."""
    return st.lists(strategy, min_size=least, max_size=most).map(tuple)


@st.composite
def states(draw: st.DrawFn, made: Callable[..., R], /, **fields: st.SearchStrategy[object]) -> R:
    """States of a class: an id, days, and the fields given."""
    starts, ends = draw(spans())
    return made(
        id=draw(ids()), starts=starts, ends=ends, **{name: draw(each) for name, each in fields.items()}
    )
