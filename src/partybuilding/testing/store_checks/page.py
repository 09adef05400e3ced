"""The page "What a store promises", written from the checks themselves, so that it says what is really checked."""

from __future__ import annotations

from itertools import groupby

from partybuilding.labels import Label
from partybuilding.testing.store_checks.check import StoreCheck
from partybuilding.testing.store_checks.kit import every_check

LETTERS = {
    "A": Label("基本约定", "Contract"),
    "B": Label("原子性与次序", "Atomicity and order"),
    "C": Label("两个时间", "Two clocks"),
    "D": Label("数值与文本", "Values"),
    "E": Label("并发", "Concurrency"),
    "F": Label("崩溃与断电", "Crash and power loss"),
    "G": Label("资源耗尽与磁盘错误", "Exhaustion and disk errors"),
    "H": Label("损坏与篡改", "Corruption and tampering"),
    "I": Label("版本", "Versions"),
    "J": Label("规模", "Scale"),
}
HEAD = """# What a store promises 数据存储的承诺

Written from the checks of `partybuilding.testing.store_checks`, one row for each; do not edit it by hand. How an author runs them on a backend of one's own: [Write a store](../how-to/write-a-store.md). A check that needs a capability is left out, and named, for a backend that does not declare it.
"""


def page() -> str:
    """The whole page, as Markdown.

    >>> page().splitlines()[0]
    '# What a store promises 数据存储的承诺'
    """
    parts = [HEAD]
    for letter, checks in groupby(every_check(), key=lambda check: check.code[0]):
        label = LETTERS[letter]
        parts.append(
            f"\n## {letter}. {label.en} {label.zh}\n\n| code | promise | 承诺 | needs |\n| --- | --- | --- | --- |\n"
        )
        parts.extend(map(_line, checks))
    return "".join(parts)


def _line(check: StoreCheck) -> str:
    cells = check.code, check.statement.en, check.statement.zh, ", ".join(sorted(check.needs))
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"
