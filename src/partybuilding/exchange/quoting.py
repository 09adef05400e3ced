"""Text that a spreadsheet would take for a formula: marked on the way out, unmarked on the way in.

A cell that starts with ``=``, ``+``, ``-`` or ``@`` is a formula to a spreadsheet, and a formula may send data away or
start a program. An apostrophe before it makes it text. A text that starts with apostrophes before such a sign gets one
more, so that reading gives back exactly what was written.
"""

from __future__ import annotations

import re

_BEGINS_FORMULA = re.compile(r"'*(?:[\x00\t\r\n]|[ \u3000]*[=+\-@＝＋－＠])")
_FIGURE = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)


def quoted(text: str) -> str:
    """A text as a spreadsheet may have it; a plain negative figure stays a figure.

    >>> quoted("=1+1"), quoted("-12.5"), quoted("'=1+1"), quoted("金城街道")
    ("'=1+1", '-12.5', "''=1+1", '金城街道')
    """
    return f"'{text}" if _BEGINS_FORMULA.match(text) and not _FIGURE.fullmatch(text) else text


def unquoted(text: str) -> str:
    """What was written before it was quoted.

    >>> unquoted("'=1+1"), unquoted("'quoted'")
    ('=1+1', "'quoted'")
    """
    return text[1:] if text.startswith("'") and _BEGINS_FORMULA.match(text) else text
