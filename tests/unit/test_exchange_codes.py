"""A figure may name its organisation by an official code: always with its scheme, and as it was borne in those days."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from partybuilding.domain.sheets import Sheet
from partybuilding.errors import InputProblem
from partybuilding.exchange import Folder, read_folder

DISTRICT = 'id = "d"\nname = "示例区"\nroot = "d"\nyear = 2026\nmade_up = true\n'
ORGANISATIONS = "id,name,kind,parent,example\nd,示例区,district,,yes\na,示例街道甲,street,d,yes\nb,示例街道乙,street,d,yes\n"
ALIASES = (
    "organisation,scheme,code,starts,ends\n"
    "a,stats,001,,2026-07-01\nb,stats,002,,2026-07-01\nb,stats,001,2026-07-01,\na,stats,002,2026-07-01,\n"
    "a,mca,002,,\nb,mca,001,,\nb,mca,'=7,,\n"
)
HEADER = "organisation,scheme,code,fact,unit,starts,ends,value"
FIRST, SECOND, WHOLE = "2026-01-01,2026-07-01", "2026-07-01,2027-01-01", "2026-01-01,2027-01-01"


def read(folder: Path, *rows: str, header: str = HEADER, aliases: str | None = ALIASES) -> Folder:
    """The small district with these readings."""
    files = {"district.toml": DISTRICT, "organisations.csv": ORGANISATIONS, "aliases.csv": aliases}
    files["readings.csv"] = "\n".join((header, *rows, ""))
    for name, text in files.items():
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
    return read_folder(folder)


def refused(folder: Path, *rows: str, **given: str) -> list[tuple[str, int | None, str | None]]:
    """Code, row and column of every problem."""
    with pytest.raises(InputProblem) as caught:
        read(folder, *rows, **given)
    assert {each.where.file for each in caught.value.problems} <= {"readings.csv", "aliases.csv"}
    return [(each.code, each.where.row, each.where.column) for each in caught.value.problems]


def figures(folder: Folder) -> dict[tuple[date, str], int]:
    return {
        (each.starts, id_): figure
        for each in folder.of(Sheet)
        for id_, figure in zip(each.organisations, each.figures, strict=True)
    }


def test_a_code_means_the_organisation_of_its_scheme(tmp_path: Path) -> None:
    found = read(tmp_path, f",stats,001,members,member,{FIRST},11", f",mca,001,members,member,{FIRST},22")
    assert figures(found) == {(date(2026, 1, 1), "a"): 11, (date(2026, 1, 1), "b"): 22}


def test_a_code_means_the_organisation_that_bore_it_in_the_days_of_the_figure(tmp_path: Path) -> None:
    found = read(tmp_path, f",stats,001,members,member,{FIRST},11", f",stats,001,members,member,{SECOND},22")
    assert figures(found) == {(date(2026, 1, 1), "a"): 11, (date(2026, 7, 1), "b"): 22}


def test_ids_and_codes_may_stand_in_one_file_and_a_code_may_look_like_a_formula(tmp_path: Path) -> None:
    found = read(tmp_path, f"a,,,members,member,{FIRST},11", f",mca,'=7,members,member,{FIRST},22")
    assert figures(found) == {(date(2026, 1, 1), "a"): 11, (date(2026, 1, 1), "b"): 22}


def test_a_file_of_codes_needs_no_column_of_ids_and_its_headers_may_be_chinese(tmp_path: Path) -> None:
    header = "代码体系,代码,事实,单位,开始日期,结束日期,数值"
    found = read(tmp_path, f"stats,001,members,member,{FIRST},11", header=header)
    assert figures(found) == {(date(2026, 1, 1), "a"): 11}


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (f",stats,001,members,member,{WHOLE},1", "ambiguous-code", "code"),
        (f",stats,003,members,member,{FIRST},1", "unknown-code", "code"),
        (f",gb,001,members,member,{FIRST},1", "unknown-scheme", "scheme"),
        (f",Stats 1,001,members,member,{FIRST},1", "bad-name", "scheme"),
        (f",stats,,members,member,{FIRST},1", "empty-cell", "code"),
        (f",,001,members,member,{FIRST},1", "empty-cell", "scheme"),
        (f"a,stats,001,members,member,{FIRST},1", "code-beside-id", "organisation"),
        (f",,,members,member,{FIRST},1", "empty-cell", "organisation"),
    ],
)
def test_a_code_that_says_nothing_or_two_things_is_refused_where_it_stands(
    tmp_path: Path, row: str, code: str, column: str
) -> None:
    assert refused(tmp_path, row, row) == [(code, 2, column), (code, 3, column)]


def test_a_code_of_no_days_is_told_with_the_nearest_codes_of_those_days(tmp_path: Path) -> None:
    aliases = "organisation,scheme,code,starts,ends\na,stats,230112001,,\nb,stats,230112009,2027-01-01,\n"
    with pytest.raises(
        InputProblem, match=r"read stats 230112009, 2026-01-01 \.\. 2026-07-01; expected 230112001"
    ):
        read(tmp_path, f",stats,230112009,members,member,{FIRST},1", aliases=aliases)


def test_one_street_by_id_and_by_code_is_one_figure_too_many(tmp_path: Path) -> None:
    rows = (f"a,,,members,member,{FIRST},1", f",stats,001,members,member,{FIRST},1")
    assert refused(tmp_path, *rows) == [("duplicate-reading", 3, "organisation")]


def test_a_row_whose_days_cannot_be_read_says_nothing_of_its_code(tmp_path: Path) -> None:
    assert refused(tmp_path, ",stats,009,members,member,2026-01-32,2026-07-01,1") == [
        ("bad-day", 2, "starts")
    ]


@pytest.mark.parametrize("line", ["b,stats,009,2026-02-30,", "b,,009,,", "b,stats,,,", ",stats,009,,"])
def test_no_code_is_called_unknown_while_a_row_of_the_codes_cannot_be_read(tmp_path: Path, line: str) -> None:
    problems = refused(tmp_path, f",stats,009,members,member,{FIRST},1", aliases=f"{ALIASES}{line}\n")
    assert [each for each in problems if each[0] in {"unknown-code", "ambiguous-code"}] == []


def test_without_codes_every_scheme_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(InputProblem, match=r"unknown scheme: read stats; expected a scheme of aliases\.csv"):
        read(tmp_path, f",stats,001,members,member,{FIRST},1", aliases=None)


@pytest.mark.parametrize(
    ("header", "lacking"),
    [
        ("fact,unit,starts,ends", "organisation"),
        ("organisation,scheme,fact,unit,starts,ends", "code"),
        ("code,fact,unit,starts,ends", "scheme"),
    ],
)
def test_a_file_must_have_ids_or_codes_with_their_scheme(tmp_path: Path, header: str, lacking: str) -> None:
    assert refused(tmp_path, header=header) == [("missing-column", 1, lacking)]


def test_a_misspelt_header_is_told_once(tmp_path: Path) -> None:
    assert refused(tmp_path, header="organization,fact,unit,starts,ends") == [
        ("unknown-column", 1, "organization")
    ]
