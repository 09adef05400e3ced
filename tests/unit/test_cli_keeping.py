"""The commands of whoever keeps the ledger: check it, against a head kept outside too, copy it, forget names."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

import pytest

from partybuilding import cli
from partybuilding.cli import keeping
from partybuilding.extension.host import PluginHost
from partybuilding.extension.persons import Person
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.permissions import Actor, AllowAll
from partybuilding.storage.memory import MemoryStore

SAMPLE = Path(__file__).parents[1] / "fixtures" / "store-schema-1.db"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A ledger of four changesets."""
    copyfile(SAMPLE, tmp_path / "ledger.db")
    return f"sqlite:///{tmp_path / 'ledger.db'}"


def said(capsys: pytest.CaptureFixture[str], *words: object, status: int = 0) -> str:
    """What a command prints, when it ends with this status."""
    with pytest.raises(SystemExit) as ended:
        cli.main([str(word) for word in words])
    assert (ended.value.code or 0) == status
    captured = capsys.readouterr()
    return captured.out + captured.err


def head_of(capsys: pytest.CaptureFixture[str], url: str) -> str:
    """The last line of the log: what is copied onto paper."""
    return said(capsys, "log", "--store", url).splitlines()[-1]


def test_a_sound_ledger_is_said_to_be_sound_with_its_head(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    head = head_of(capsys, url)
    text = said(capsys, "verify", "--store", url)
    assert "账本完好" in text
    assert head.removeprefix("账本编号 ") in text
    assert "未与账外留存的校验值比对" in text


def test_the_last_line_of_the_log_is_a_head_to_check_against(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    head = head_of(capsys, url)
    assert "与账外留存的第 4 号一致" in said(capsys, "verify", "--store", url, "--head", head)
    on_a_page = head.replace(" 4 ", " 4 · ")
    assert "第 4 号一致" in said(capsys, "verify", "--store", url, "--head", on_a_page)
    assert "it agrees with head 4" in said(capsys, "verify", "--store", url, "--head", head, "--lang", "en")


def test_a_head_that_is_not_the_ledgers_is_told(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    other = f"4 {'0' * 64}"
    text = said(capsys, "verify", "--store", url, "--head", other, "--lang", "en", status=1)
    assert "The ledger is not sound: 1 problems" in text
    assert other in text
    assert "1 problems" in said(
        capsys, "verify", "--store", url, "--head", f"5 {'0' * 64}", "--lang", "en", status=1
    )


def test_a_changed_row_is_told_with_the_number_of_its_changeset(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute(
            "UPDATE partybuilding_version SET body = replace(body, '示例', '真实') WHERE number = 1"
        )
    text = said(capsys, "verify", "--store", url, status=1)
    assert "账本有问题" in text
    assert "记录 1" in text


@pytest.mark.parametrize("text", ["", "4", f"{'0' * 64}", f"4 {'0' * 63}", f"{'9' * 19} {'0' * 64}"])
def test_what_is_no_head_is_refused(text: str, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--head" in said(capsys, "verify", "--store", url, f"--head={text}", status=2)


def test_a_backup_is_a_ledger_with_the_same_head(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = head_of(capsys, url).removeprefix("账本编号 ")
    assert head in said(capsys, "backup", tmp_path / "copy.db", "--store", url)
    assert head in head_of(capsys, f"sqlite:///{tmp_path / 'copy.db'}")
    assert "copy.db" in said(capsys, "backup", tmp_path / "copy.db", "--store", url, status=2)
    assert "MemoryStore" in said(
        capsys, "backup", tmp_path / "m.db", "--store", "memory:", "--lang", "en", status=2
    )


def test_a_name_is_forgotten_here_and_in_the_backups(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Ledger.open(url, host=PluginHost.installed([]), policy=AllowAll()) as ledger:
        ledger.keep_names(
            [Person(id="k7q2", name="示例甲某某")], actor=Actor("office"), at=datetime(2026, 5, 1, tzinfo=UTC)
        )
    said(capsys, "backup", tmp_path / "copy.db", "--store", url)
    text = said(capsys, "forget", "k7q2", "--store", url, "--why", "离任")
    assert "已删除 1 人" in text
    assert "账本完好" in said(capsys, "verify", "--store", url)
    assert [each.name for each in tmp_path.iterdir() if "示例甲某某".encode() in each.read_bytes()] == []


def test_a_backup_that_was_moved_away_is_told_until_it_is_back_or_destroyed(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Ledger.open(url, host=PluginHost.installed([]), policy=AllowAll()) as ledger:
        ledger.keep_names(
            [Person(id="k7q2", name="示例甲某某")], actor=Actor("office"), at=datetime(2026, 5, 1, tzinfo=UTC)
        )
    copy, away = tmp_path / "copy.db", tmp_path / "away.db"
    said(capsys, "backup", copy, "--store", url)
    copy.rename(away)
    forget = ("forget", "k7q2", "--store", url, "--why", "离任")
    text = said(capsys, *forget, status=1)
    assert "已删除 1 人" in text
    assert "copy.db" in text
    assert "仍有姓名" in text
    assert "still holds names" in said(capsys, "backups", "--store", url, "--lang", "en")
    away.rename(copy)
    assert "已删除 0 人" in said(capsys, *forget)
    assert "一致" in said(capsys, "backups", "--store", url)
    assert "copy.db" in said(capsys, "backups", "--store", url, "--discard", copy, status=2)
    copy.unlink()
    assert "copy.db" not in said(capsys, "backups", "--store", url, "--discard", copy)


def test_names_in_a_store_without_backups_are_forgotten_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = Ledger(MemoryStore(), host=PluginHost.installed([]), policy=AllowAll())
    ledger.keep_names(
        [Person(id="k7q2", name="示例甲")], actor=Actor("office"), at=datetime(2026, 5, 1, tzinfo=UTC)
    )
    monkeypatch.setattr(keeping, "kept_ledger", lambda *_: ledger)
    assert "已删除 1 人" in said(capsys, "forget", "k7q2", "--store", "memory:", "--why", "离任")


@pytest.mark.parametrize(
    "words",
    [
        ("log",), ("verify",), ("run",), ("report", "--out", "pages"), ("backup", "copy.db"), ("backups",),
        ("forget", "k7q2", "--why", "离任"),
    ],
)  # fmt: skip
def test_a_mistyped_address_makes_no_ledger(
    words: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    said(capsys, *words, "--store", "sqlite:///typo.db", status=2)
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_an_id_that_nobody_has_cannot_be_forgotten(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "forget", "张三", "--store", url, "--why", "离任", status=2)
    assert "张三" not in text


def test_the_tables_are_printed_for_the_administrator_of_a_database(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = said(capsys, "ddl", "--dialect", "postgresql", "--schema", "office", "--prefix", "acheng_")
    assert text.startswith("CREATE TABLE office.acheng_partybuilding_changeset (")
    assert 'actor TEXT COLLATE "C" NOT NULL,\n' in text
    assert "CREATE TABLE partybuilding_changeset (" in said(capsys, "ddl", "--dialect", "tidb")


def test_an_unknown_database_is_told_with_those_that_are_known(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "ddl", "--dialect", "dbase", "--lang", "en", status=2)
    assert "There is no database dialect dbase" in text
    assert "postgresql" in text


def test_without_its_plugin_the_command_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "partybuilding_sql.ddl", None)
    text = said(capsys, "ddl", "--dialect", "postgresql", status=2)
    assert "没有安装所需的插件" in text
    assert "partybuilding-sql" in text
