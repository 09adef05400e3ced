"""Bytes to text: UTF-8 with or without a mark, or GB18030; anything else is refused by name, never guessed."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from attrs import evolve, frozen

from partybuilding.errors import InputProblem, Problem, Where

_REMEDY = "Save the file as UTF-8 (in a spreadsheet: CSV UTF-8) or as GB18030."
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_CHINESE_UTF8 = re.compile(rb"(?:[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})+")

_FIRST_OF_THREE_BYTES = "\u0800"


@frozen
class Decoded:
    """The text of a file, and whether it was read as GB18030."""

    text: str
    guessed: bool = False


def decode(raw: bytes, where: Where) -> Decoded:
    """The text of a file; ``where`` names it.

    Broken UTF-8 often happens to be GB18030 that says nonsense: what looks like UTF-8 is never read as GB18030.

    Raises:
        InputProblem: ``wrong-encoding`` for UTF-16, ``bad-encoding`` with the line and the byte, ``unclear-encoding``
            for the few texts that are sense in both (停业 in GB18030 is Greek and Cyrillic in UTF-8).

    >>> decode("示例村".encode("gb18030"), Where(file="organisations.csv"))
    Decoded(text='示例村', guessed=True)
    """
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise InputProblem(Problem("wrong-encoding", where, "UTF-16", "UTF-8 or GB18030", _REMEDY))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken = error
    else:
        if not raw.startswith(BOM_UTF8) and _could_be_gb18030(text):
            read, remedy = "UTF-8 or GB18030", "Save the file as UTF-8 with a byte order mark (CSV UTF-8)."
            raise InputProblem(Problem("unclear-encoding", where, read, "one of the two", remedy))
        return Decoded(text)
    if not _looks_like_utf8(raw):
        try:
            return Decoded(raw.decode("gb18030"), guessed=True)
        except UnicodeDecodeError as error:
            broken = error
    place = evolve(where, line=raw.count(b"\n", 0, broken.start) + 1)
    read = f"byte 0x{raw[broken.start]:02X} at {broken.start}, not {broken.encoding.upper()}"
    raise InputProblem(Problem("bad-encoding", place, read, "UTF-8 or GB18030", _REMEDY)) from broken


def _looks_like_utf8(raw: bytes) -> bool:
    """Whether at least half of the stretches beyond ASCII are, whole, what UTF-8 makes of Chinese."""
    stretches = _BEYOND_ASCII.findall(raw)
    fitting = sum(_CHINESE_UTF8.fullmatch(each) is not None for each in stretches)
    return 2 * fitting >= len(stretches)


def _could_be_gb18030(text: str) -> bool:
    """Whether what was read as UTF-8 holds letters beyond ASCII, but none that UTF-8 writes with three bytes.

    Any two bytes that UTF-8 makes a letter of are a Chinese character in GB18030.
    """
    beyond = [mark for mark in set(text) if not mark.isascii()]
    return bool(beyond) and max(beyond) < _FIRST_OF_THREE_BYTES
