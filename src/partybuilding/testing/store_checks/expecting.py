"""How a check says what it found: ``AssertionError`` with both sides, also where Python leaves out ``assert``."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from partybuilding.errors import PartybuildingError

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN = 300


def fail(why: str) -> NoReturn:
    """Say that the requirement does not hold."""
    raise AssertionError(why)


def same(found: object, expected: object, what: str) -> None:
    """Require that what the store gave is what it should give, of the same type.

    >>> same(1, 1, "the head")
    """
    if found != expected or type(found) is not type(expected):
        fail(f"{what}: found {_short(found)}, expected {_short(expected)}")


@contextmanager
def refused(error: type[PartybuildingError], what: str, *, code: str | None = None) -> Iterator[None]:
    """Require that the block is refused by this class of error, and with this code.

    Any other exception becomes an ``AssertionError``, too: a driver's own error is what no caller can handle.

    >>> from partybuilding.errors import StoreClosed
    >>> with refused(StoreClosed, "reading"):
    ...     raise StoreClosed
    """
    try:
        yield
    except error as caught:
        if code is not None and code not in {problem.code for problem in caught.problems}:
            fail(f"{what}: refused as {caught.code}, expected {code}")
    except AssertionError:
        raise
    except Exception as caught:
        message = f"{what}: raised {type(caught).__name__} ({_short(caught)}), expected {error.__name__}"
        raise AssertionError(message) from caught
    else:
        fail(f"{what}: not refused, expected {error.__name__}")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"
