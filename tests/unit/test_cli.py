"""The command line in this process: what it prints, writes and answers, and how it refuses."""

from __future__ import annotations

import runpy
from collections.abc import Sequence
from pathlib import Path

import pytest

from partybuilding import cli
from partybuilding.cli import asking, year

EXAMPLE = Path(__file__).parents[2] / "examples" / "acheng"


def run(*words: object) -> int:
    """The exit status of a command."""
    with pytest.raises(SystemExit) as ended:
        cli.main([str(word) for word in words])
    return ended.value.code if isinstance(ended.value.code, int) else 0


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A ledger into which the example folder was loaded."""
    url = f"sqlite:///{tmp_path_factory.mktemp('stored') / 'acheng.db'}"
    assert run("load", EXAMPLE, "--store", url, "--on", "2026-12-31") == 0
    return url


def said(capsys: pytest.CaptureFixture[str], *words: object, status: int = 0) -> str:
    assert run(*words) == status
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_a_stored_year_is_evaluated_with_findings_as_exit_status(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = said(
        capsys, "run", "--store", store, "--on", "2026-12-31", "--out", tmp_path / "figures", status=1
    )
    assert "演示数据，非真实" in text
    assert "得分与等次" in text
    assert "底线检查与提示" in text
    assert sorted(each.name for each in (tmp_path / "figures").iterdir()) == ["columns.csv", "result.csv"]
    english = said(capsys, "run", "--store", store, "--on", "2026-12-31", "--lang", "en", status=1)
    assert "Scores and grades" in english
    assert "more rows: see the pages" in english


def test_a_report_of_a_stored_year_is_a_folder_of_pages(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "pages"
    assert "index.html" in said(capsys, "report", "--store", store, "--on", "2026-12-31", "--out", out)
    assert (out / "index.html").is_file()
    again = said(capsys, "report", "--store", store, "--on", "2026-12-31", "--out", out, status=2)
    assert "index.html" not in again


def test_the_log_tells_who_why_and_the_head_to_keep(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "log", "--store", store)
    assert "office" in text
    assert "load acheng" in text
    assert "账本编号 1 " in text


def test_the_plugins_are_told_with_version_and_digest(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "plugins", "--plugin", "acheng")
    assert "national" in text
    assert "acheng" in text


def test_a_single_file_is_a_plugin_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = tmp_path / "lab.py"
    rules.write_text(
        "from partybuilding.plugin import Fact, hookimpl\n\n\n@hookimpl\ndef partybuilding_formulas():\n    yield Fact(name='lab.trees', most=9)\n",
        encoding="utf-8",
    )
    assert "lab" in said(capsys, "plugins", "--plugin", rules)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("load", "nowhere", "--store", "memory:"), "nowhere"),
        (("load", EXAMPLE, "--store", "memory:", "--on", "31.12.2026"), "31.12.2026"),
        (("plugins", "--plugin", "achang"), "achang"),
        (("log", "--store", "nonsense:"), "nonsense"),
    ],
)
def test_bad_input_is_one_clear_complaint_and_status_2(
    words: Sequence[object], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = said(capsys, *words, status=2)
    assert expected in text
    assert "Traceback" not in text


def test_a_demo_never_writes_into_a_folder_that_holds_something(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    said(capsys, "demo", "--out", tmp_path, status=2)
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]


def test_a_second_demo_takes_the_next_free_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert year.free_folder("acheng-2026") == Path("acheng-2026")
    for name in ("acheng-2026", "acheng-2026-2"):
        (tmp_path / name).mkdir()
    assert year.free_folder("acheng-2026") == Path("acheng-2026-3")


def test_without_the_plugin_the_demo_says_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> object:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(year, "import_module", missing)
    assert "partybuilding-acheng" in said(capsys, "demo", "--out", tmp_path / "out", status=2)


def test_the_day_is_today_unless_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    day = asking.today()
    assert asking.day_given(None) == day
    assert asking.office_moment(day).date() is not None
    assert asking.office_moment(asking.day_given("2026-03-01")).isoformat() == "2026-03-01T01:00:00+00:00"
    monkeypatch.setattr(asking, "today", lambda: asking.day_given("2026-01-02"))
    assert asking.day_given(None).isoformat() == "2026-01-02"


def test_real_figures_without_findings_end_with_status_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "district.toml").write_text(
        'id = "east"\nname = "东区"\nroot = "east"\nyear = 2026\n', encoding="utf-8"
    )
    (folder / "organisations.csv").write_text(
        "id,name,kind,parent\neast,东区,district,\neast-1,一村,school,east\n", encoding="utf-8"
    )
    url = f"sqlite:///{tmp_path / 'small.db'}"
    assert run("load", folder, "--store", url, "--on", "2026-03-01") == 0
    text = said(capsys, "run", "--store", url, "--on", "2026-03-01")
    assert "演示数据" not in text
    assert said(capsys, "demo", folder, "--out", tmp_path / "out").count("演示数据") == 0


def test_the_package_is_the_command_line_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["partybuilding", "plugins"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("partybuilding", run_name="__main__")
    assert ended.value.code in (None, 0)
    assert "national" in capsys.readouterr().out
