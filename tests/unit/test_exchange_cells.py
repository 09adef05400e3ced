"""Cells, encodings and results: what is written comes back as it was, and no cell is ever a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from partybuilding.errors import InputProblem, Problem, RecordProblem, Where
from partybuilding.exchange import csv_text, write_csv
from partybuilding.exchange.complaints import Complaints
from partybuilding.exchange.decoding import Decoded, decode
from partybuilding.exchange.grids import read_grid
from partybuilding.exchange.kinds import (
    AREA,
    COUNT,
    DAY,
    EVIDENCE,
    ID,
    IDS,
    PERCENT,
    POINTS,
    REFERENCE,
    TEXT,
    TRUTH,
    UNIT,
    YEAR,
    YUAN,
    Kind,
    word,
)
from partybuilding.exchange.quoting import quoted, unquoted
from partybuilding.labels import Label

VISIBLE = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn"]))
PLACE = Where(file="x.csv")
COLOURS = word({"red": Label("红", "red"), "blue": Label("蓝", "blue")})


def refusal(kind: Kind, text: str) -> Problem:
    with pytest.raises(InputProblem) as caught:
        kind.read(text)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (YUAN, "12.34", 1234), (YUAN, "0", 0), (YUAN, "200000.01", 20_000_001), (AREA, "183.5", 18_350),
        (POINTS, "87.5", 875_000), (PERCENT, "66.67", 6_667), (COUNT, "22", 22), (YEAR, "2026", 2026),
        (TRUTH, "是", True), (TRUTH, "no", False), (ID, "2026/d/main", "2026/d/main"), (IDS, "a;b；c", ("a", "b", "c")),
        (REFERENCE, "item:a/1", "item:a/1"), (TEXT, "'=1", "=1"), (TEXT, "'", "'"), (COLOURS, "蓝", "blue"),
        (COLOURS, "red", "red"), (EVIDENCE, "照片", ({"reference": "照片"},)),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_its_kind(kind: Kind, text: str, value: object) -> None:
    assert kind.read(text) == value


BAD_NUMBERS = [
    "１２３",
    "1_000",
    "٣",
    "²",
    "三",
    "1e3",
    "NaN",
    "inf",
    "-0x1",
    "1,234.5",
    "(5)",
    "5-",
    "+5",
    " 5",
    "5 ",
    "05",
    ".5",
    "5.",
    "0x10",
    "1" * 5_000,
]


@pytest.mark.parametrize("text", BAD_NUMBERS)
@pytest.mark.parametrize("kind", [YUAN, AREA, POINTS, PERCENT, COUNT], ids=lambda kind: kind.name)
def test_a_number_that_could_be_misread_is_refused(kind: Kind, text: str) -> None:
    problem = refusal(kind, text)
    assert problem.code == "bad-number"
    assert len(problem.read) <= 80


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-30",
        "20240101",
        "2024-W01-1",
        "２０２４-01-01",
        "2024.1.1",
        "2024/01/01",
        "45292",
        "二〇二四年",
        "2024-1-1",
        "1900-02-29",
    ],
)
def test_a_day_that_is_none_is_refused(text: str) -> None:
    assert refusal(DAY, text).code == "bad-day"


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (YUAN, "-0.01", "negative"), (YUAN, "0.005", "too-many-decimals"), (COUNT, "-1", "negative"),
        (COUNT, "9223372036854775808", "number-too-large"), (YEAR, "202", "bad-year"), (YEAR, "0202", "bad-year"),
        (YEAR, "２０２６", "bad-year"), (TRUTH, "True", "bad-truth"), (ID, "a b", "bad-id"), (IDS, "a;;b", "bad-id"),
        (REFERENCE, "item", "bad-reference"), (REFERENCE, "item:", "bad-reference"), (REFERENCE, "itm:a", "bad-reference"),
        (EVIDENCE, "a#" + "A" * 64, "bad-evidence"), (EVIDENCE, "#" + "a" * 64, "bad-evidence"), (EVIDENCE, "a#", "bad-evidence"),
        (UNIT, "mu", "unknown-unit"), (UNIT, "元", "unknown-unit"), (COLOURS, "Red", "unknown-kind"),
    ],
)  # fmt: skip
def test_a_cell_of_another_kind_is_refused(kind: Kind, text: str, code: str) -> None:
    assert refusal(kind, text).code == code


def test_a_word_is_refused_with_the_nearest_ones() -> None:
    assert refusal(COLOURS, "bleu").expected == "blue"
    assert refusal(COLOURS, "xyz").expected == "red, blue"


@given(VISIBLE)
@example("=1+1")
@example("'=1")
@example("-5")
@example("'-5")
@example(" +1")
@example("＝cmd")
def test_what_is_quoted_comes_back_as_it_was(text: str) -> None:
    assert unquoted(quoted(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+cmd|' /C calc'!A0",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\x00=1",
        " =1",
        "\u3000=1",
        "＝1",
        "－1a",
        "＋1",
        "＠x",
        "'=1",
    ],
)
def test_no_text_begins_as_a_formula(text: str) -> None:
    assert quoted(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12.5", "-0", "12", "87.5", "金城街道", "", "—", "’=", "a=b"])
def test_figures_and_plain_texts_are_written_as_they_are(text: str) -> None:
    assert quoted(text) == text


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_a_table_is_read_back_by_any_csv_reader(rows: list[list[str]]) -> None:
    given_rows = [[each.replace("\r", "").replace("\x00", "") for each in row] for row in rows]
    text = csv_text(["organisation", "名称"], given_rows)
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert [[unquoted(cell) for cell in row] for row in read] == [["organisation", "名称"], *given_rows]


def test_a_results_file_opens_in_a_spreadsheet(tmp_path: Path) -> None:
    write_csv(tmp_path / "result.csv", ["组织", "得分"], [["示例村01", "87.5"], ["=1+1", "-5"]])
    assert (tmp_path / "result.csv").read_bytes() == "\ufeff组织,得分\n示例村01,87.5\n'=1+1,-5\n".encode()


# --- encodings ----------------------------------------------------------------------------------------------------


@given(VISIBLE.map(lambda text: f"金城街道{text}"))
def test_chinese_text_is_read_from_utf_8_with_and_without_a_mark(text: str) -> None:
    assert decode(text.encode(), PLACE) == decode(text.encode("utf-8-sig"), PLACE) == Decoded(text)


@given(
    st.lists(st.sampled_from("金城街道示例村党支部委员会书记社区平安和平红旗东光"), min_size=4).map("".join)
)
def test_chinese_text_in_gb18030_is_recognised(text: str) -> None:
    assert decode(f"名称,{text},是\n".encode("gb18030"), PLACE) == Decoded(f"名称,{text},是\n", guessed=True)


@given(st.integers(0, 169), st.integers(0x80, 0xFF))
def test_chinese_utf_8_with_one_broken_byte_is_never_read_as_gb18030(at: int, byte: int) -> None:
    raw = bytearray("".join(f"组织{number},示例村{number}\n" for number in range(10)).encode())
    raw[at] = byte
    try:
        assert not decode(bytes(raw), PLACE).guessed
    except InputProblem as error:
        assert error.code == "bad-encoding"  # noqa: PT017 - both ways are right: the byte may give another character


def test_letters_of_other_scripts_are_read_where_gb18030_could_not_mean_them() -> None:
    assert decode("name,Übung\n".encode("utf-8-sig"), PLACE).text == "name,Übung\n"
    assert decode("示例,αβγ\n".encode(), PLACE).text == "示例,αβγ\n"
    for raw in ("停业".encode("gb18030"), "αβγ".encode()):
        with pytest.raises(InputProblem) as caught:
            decode(raw, PLACE)
        assert caught.value.code == "unclear-encoding"


# --- grids and complaints -----------------------------------------------------------------------------------------


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    complaints = Complaints()
    grid = read_grid('a,b\n\n1,2\n,\n"3","4"\n', "x.csv", complaints)
    assert grid is not None
    assert grid.header.cells == ("a", "b")
    assert [(row.number, row.cells) for row in grid.rows] == [(3, ("1", "2")), (5, ("3", "4"))]
    complaints.refuse()


def test_a_row_that_is_too_short_keeps_what_it_has_and_one_too_long_only_its_first_cell() -> None:
    complaints = Complaints()
    grid = read_grid("a,b,c\n1,2\n1,2,3,4\n", "x.csv", complaints)
    assert grid is not None
    assert [(row.cells, set(row.broken)) for row in grid.rows] == [
        (("1", "2", ""), {2}),
        (("1", "2", "3"), {1, 2}),
    ]
    with pytest.raises(InputProblem) as caught:
        complaints.refuse()
    assert [(each.where.row, each.read) for each in caught.value.problems] == [(2, "2 cells"), (3, "4 cells")]


def test_a_refused_character_is_told_by_its_number() -> None:
    complaints = Complaints()
    read_grid("a,b\n1,x\u200b\u202ey\n", "x.csv", complaints)
    with pytest.raises(InputProblem) as caught:
        complaints.refuse()
    (problem,) = caught.value.problems
    assert (problem.read, problem.where.column) == ("U+200B U+202E", "b")


def test_complaints_keep_the_order_of_files_and_rows() -> None:
    complaints = Complaints()
    for file, row in (("b", 3), ("a", 1), ("b", 2), ("a", 1)):
        complaints.add(Problem(f"{file}{row}", Where(file=file, row=row)))
    with pytest.raises(InputProblem) as caught:
        complaints.refuse()
    assert [each.code for each in caught.value.problems] == ["b2", "b3", "a1", "a1"]


def test_a_taken_problem_moves_to_the_readers_place() -> None:
    complaints = Complaints()
    error = RecordProblem(Problem("bad-id", Where(kind="post", path="legs[0].body.id")))
    complaints.take(error, Where(file="x.csv", row=4), {"legs": "金额"})
    with pytest.raises(InputProblem) as caught:
        complaints.refuse()
    where = caught.value.problems[0].where
    assert (where.file, where.row, where.column, where.kind) == ("x.csv", 4, "金额", "post")


def test_nothing_wrong_is_nothing_refused() -> None:
    Complaints().refuse()
