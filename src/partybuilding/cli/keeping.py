"""The commands of whoever keeps the ledger: its log, its check, its copies, the names to erase, its tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from partybuilding.cli.asking import (
    OFFICE,
    Lang,
    Plugins,
    Store,
    host_of,
    kept_ledger,
    new_ledger,
    office_moment,
    today,
)
from partybuilding.cli.voice import FOUND, mistakes, voice
from partybuilding.errors import InputProblem, Problem, StoreProblem, Where
from partybuilding.extension.store import Backup, Head
from partybuilding.extension.tables import Table
from partybuilding.labels import Label
from partybuilding.ledger.ledger import Ledger
from partybuilding.timeline import day_of

SQL = "sql"
_HEAD = re.compile(r"(?<![0-9])(?P<number>[0-9]{1,18})[ :·]+(?P<hash>[0-9a-f]{64})(?![0-9a-f])", re.ASCII)


def log(*, store: Store, plugin: Plugins = (), lang: Lang = "zh") -> None:
    """账本记录。The changesets of a ledger, with the head to keep outside."""
    speaker = voice(lang)
    with mistakes(voice(lang, stderr=True)), new_ledger(store, host_of(plugin), read_only=True) as ledger:
        rows = [
            (
                str(each.header.number),
                day_of(each.header.at),
                each.header.actor,
                each.header.reason,
                str(each.count),
                each.hash[:16],
            )
            for each in ledger.log()
        ]
        head = ledger.head()
    headers = (
        *(Label("编号", "Number"), Label("日期", "Day"), Label("经办", "Actor"), Label("事由", "Why")),
        *(Label("记录", "Records"), Label("校验值", "Hash")),
    )
    speaker.table(Table(title=Label("账本", "Ledger"), headers=headers, rows=rows), most=len(rows))
    speaker.say(Label(f"账本编号 {head.number} {head.hash}", f"Head {head.number} {head.hash}"))


def verify(
    *,
    store: Store,
    head: Annotated[str | None, Parameter(help="A head kept outside: its number and its hash.")] = None,
    plugin: Plugins = (),
    lang: Lang = "zh",
) -> None:
    """核验账本。Check the chain and every invariant, and the ledger against a head that was kept outside."""
    speaker = voice(lang)
    with mistakes(voice(lang, stderr=True)):
        outside = None if head is None else head_given(head)
        with new_ledger(store, host_of(plugin), read_only=True) as ledger:
            found, last = ledger.verify(outside=outside), ledger.head()
    for problem in found:
        speaker.complain(problem)
    if found:
        speaker.say(Label(f"账本有问题：{len(found)} 处", f"The ledger is not sound: {len(found)} problems"))
        raise SystemExit(FOUND)
    if outside is None:
        kept = Label("未与账外留存的校验值比对（--head）", "not compared with a head kept outside (--head)")
    else:
        kept = Label(
            f"与账外留存的第 {outside.number} 号一致", f"it agrees with head {outside.number} kept outside"
        )
    speaker.say(
        Label(
            f"账本完好：{last.number} {last.hash}；{kept.zh}",
            f"The ledger is sound: {last.number} {last.hash}; {kept.en}",
        )
    )


def head_given(text: str) -> Head:
    """The head that was kept outside, as the log prints it: a number and a hash.

    Raises:
        InputProblem: ``bad-head``.

    >>> head_given("3 " + "0" * 64).number
    3
    """
    found = _HEAD.search(text)
    if found is None:
        remedy = "Copy the line that the log or the yearly report ends with."
        raise InputProblem(Problem("bad-head", Where(path="--head"), text, "NUMBER HASH", remedy))
    return Head(int(found["number"]), found["hash"])


def backup(target: Path, *, store: Store, plugin: Plugins = (), lang: Lang = "zh") -> None:
    """备份账本。Copy a ledger into a new file while it is in use.

    Args:
        target: the new file; it must not exist yet.
        store: where the ledger is.
        plugin: plugins that take part.
        lang: language of the messages.
    """
    with mistakes(voice(lang, stderr=True)), kept_ledger(store, host_of(plugin)) as ledger:
        head = ledger.backup(target, actor=OFFICE, at=office_moment(today()))
    voice(lang).say(
        Label(
            f"已备份：{target}，编号 {head.number} {head.hash}",
            f"Backup: {target}, head {head.number} {head.hash}",
        )
    )


def forget(
    *ids: str,
    store: Store,
    why: Annotated[str, Parameter(help="Why the names are erased; write no name here.")],
    plugin: Plugins = (),
    lang: Lang = "zh",
) -> None:
    """删除姓名与联系方式。Erase the names behind random ids, here and in the backups that can be reached.

    Args:
        ids: the random ids.
        store: where the ledger is.
        why: the reason.
        plugin: plugins that take part.
        lang: language of the messages.
    """
    speaker = voice(lang)
    with mistakes(voice(lang, stderr=True)), kept_ledger(store, host_of(plugin)) as ledger:
        moment = office_moment(today())
        erased = ledger.forget(ids, actor=OFFICE, why=why, at=moment)
        behind = [each for each in copies(ledger, moment) if each.behind]
    speaker.say(
        Label(f"已删除 {len(erased)} 人的姓名与联系方式", f"Erased the names of {len(erased)} persons")
    )
    if behind:
        speaker.table(listed(behind))
        speaker.say(
            Label(
                "以上备份无法同步，其中仍有姓名：请放回原处后重新执行，或销毁后用 backups --discard 注销",
                "These backups were not reached and still hold names: put them back and forget again, or destroy them"
                " and tell so by backups --discard",
            )
        )
        raise SystemExit(FOUND)


def backups(
    *,
    store: Store,
    discard: Annotated[
        Path | None, Parameter(help="A backup that was destroyed, no longer to be remembered.")
    ] = None,
    plugin: Plugins = (),
    lang: Lang = "zh",
) -> None:
    """备份清单。The backups that a ledger remembers, and which of them still hold a name that was to be forgotten."""
    with mistakes(voice(lang, stderr=True)), kept_ledger(store, host_of(plugin)) as ledger:
        moment = office_moment(today())
        if discard is not None:
            ledger.discard_backup(discard, actor=OFFICE, at=moment)
        found = ledger.backups(actor=OFFICE, at=moment)
    voice(lang).table(listed(found))


def copies(ledger: Ledger, moment: datetime) -> tuple[Backup, ...]:
    """The backups that a ledger remembers; none where the database makes them by its own means."""
    try:
        return ledger.backups(actor=OFFICE, at=moment)
    except StoreProblem:
        return ()


def listed(found: Sequence[Backup]) -> Table:
    """Backups as a table: where they lie, their number, and whether a name is still in them."""
    behind = Label("仍有应删姓名", "still holds names to be forgotten")
    rows = [
        (str(each.path), str(each.number), behind if each.behind else Label("一致", "up to date"))
        for each in found
    ]
    headers = (Label("文件", "File"), Label("编号", "Number"), Label("状态", "State"))
    return Table(title=Label("备份", "Backups"), headers=headers, rows=rows)


def ddl(
    *,
    dialect: Annotated[str, Parameter(help="The database: postgresql, mysql, ...")],
    schema: str | None = None,
    prefix: str = "",
    lang: Lang = "zh",
) -> None:
    """建表语句。The statements that make a ledger's tables, for a database administrator.

    Args:
        dialect: the database.
        schema: the schema that the tables go into.
        prefix: what the names of the tables begin with.
        lang: language of the messages.
    """
    speaker = voice(lang)
    with mistakes(voice(lang, stderr=True)):
        try:
            made: str = import_module("partybuilding_sql.ddl").ddl(dialect, schema=schema, prefix=prefix)
        except ModuleNotFoundError:
            where, remedy = Where(plugin=SQL), "Install partybuilding-sql."
            raise InputProblem(
                Problem("plugin-missing", where, "nothing", "partybuilding-sql", remedy)
            ) from None
    speaker.console.print(made, markup=False, highlight=False, soft_wrap=True)
