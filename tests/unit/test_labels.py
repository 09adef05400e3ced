"""Every problem is told in Chinese and in English, with the same words left open."""

from __future__ import annotations

import re
import string
from inspect import isclass
from pathlib import Path

import pytest
from attrs import fields

from partybuilding import errors, labels, money, timeline
from partybuilding.engine import apportion
from partybuilding.errors import (
    InputProblem,
    PartybuildingError,
    PlanProblem,
    Problem,
    RecordProblem,
    StoreProblem,
    Where,
)
from partybuilding.labels import MADE_UP, UNVERIFIED, Label, Language, describe, sentence, tables

LANGUAGES: tuple[Language, Language] = ("zh", "en")
HAN = re.compile("[\u4e00-\u9fff]")


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_both_languages_have_the_same_tables_and_keys() -> None:
    keys = [{table: sorted(rows) for table, rows in tables(language).items()} for language in LANGUAGES]
    assert keys[0] == keys[1]
    assert sorted(keys[0]) == ["places", "problems", "sentences", "titles"]


def test_both_languages_leave_the_same_words_open() -> None:
    different = [
        f"{table}.{key}"
        for table, rows in tables("zh").items()
        for key, template in rows.items()
        if placeholders(template) != placeholders(tables("en")[table][key])
    ]
    assert different == []


def test_the_sentences_of_problems_ask_for_what_a_problem_has() -> None:
    asked = {name for template in tables("en")["problems"].values() for name in placeholders(template)}
    assert asked <= {"read", "expected"}


def test_chinese_sentences_are_chinese_and_english_ones_are_not() -> None:
    for table, rows in tables("zh").items():
        for key, template in rows.items():
            assert HAN.search(template), f"{table}.{key}"
            assert not HAN.search(tables("en")[table][key]), f"{table}.{key}"


def test_every_place_of_a_problem_has_a_word() -> None:
    for language in LANGUAGES:
        assert list(tables(language)["places"]) == [each.name for each in fields(Where)]


def test_every_error_has_a_title_or_stands_under_one_and_english_titles_are_those_of_the_classes() -> None:
    titled = {name for name, each in vars(errors).items() if isclass(each) and "title" in vars(each)}
    assert set(tables("en")["titles"]) == titled
    assert all(tables("en")["titles"][name] == getattr(errors, name).title for name in titled)


def test_every_code_of_the_first_floors_has_a_sentence() -> None:
    files = [Path(str(module.__file__)) for module in (labels, timeline, apportion)]
    files += Path(str(money.__file__)).parent.glob("*.py")
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)
    codes = set(re.findall(r'Problem\(\s*"([a-z-]+)"', source)) | set(re.findall(r'code="([a-z-]+)"', source))
    assert {"bad-day", "bad-number", "negative-weight", "floors-above-total"} <= codes
    assert codes - set(tables("zh")["problems"]) == set()


def test_a_label_is_said_in_either_language() -> None:
    label = Label("党支部", "Party branch")
    assert [label.say(language) for language in LANGUAGES] == ["党支部", "Party branch"]
    assert MADE_UP.say("zh") == "演示数据，非真实"
    assert UNVERIFIED.say("en") == "unverified"


def test_a_problem_is_told_with_its_place_in_the_reader_s_language() -> None:
    where = Where(file="units.csv", row=3, column="starts")
    problem = Problem("bad-day", where, "'2024-02-30'", "a day as YYYY-MM-DD", "Correct the day.")
    assert (
        describe(problem, "zh")
        == "文件 units.csv，第 3 行，列 starts：'2024-02-30' 不是日历上有的日期。请写成 YYYY-MM-DD。"
    )
    assert describe(problem, "en") == (
        "file units.csv, row 3, column starts: '2024-02-30' is not a day of the calendar written as YYYY-MM-DD."
        " Correct the day."
    )


def test_a_remedy_that_the_sentence_already_says_is_not_said_twice() -> None:
    said = tables("en")["problems"]["bad-day"].format(read="x")
    assert describe(Problem("bad-day", read="x", remedy=said), "en") == said
    assert describe(Problem("bad-day", read="x"), "en") == said


def test_braces_in_what_was_read_are_only_text() -> None:
    assert "{expected}{0}" in describe(Problem("bad-number", read="{expected}{0}"), "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_code_is_told_in_english_rather_than_not_at_all(language: Language) -> None:
    problem = Problem("acheng-oddity", Where(file="x.csv"), "1", "2", "Mend it.")
    assert describe(problem, language) == str(problem)


def test_an_error_with_one_problem_is_that_problem_and_with_several_a_list() -> None:
    one, two = Problem("bad-year", read="0"), Problem("bad-scale", read="3")
    assert describe(RecordProblem(one), "zh") == describe(one, "zh")
    assert describe(InputProblem(one, two), "zh").splitlines() == [
        "输入无法读取：共 2 个问题",
        f"- {describe(one, 'zh')}",
        f"- {describe(two, 'zh')}",
    ]
    assert describe(InputProblem(one, two), "en").startswith("the input cannot be read: 2 problems\n- ")
    assert describe(PartybuildingError(), "zh") == "无法继续：共 0 个问题"


def test_an_error_without_a_title_of_its_own_speaks_as_its_class() -> None:
    class DistrictStoreProblem(StoreProblem):
        """An error of a plugin."""

    problems = Problem("bad-year", read="0"), Problem("bad-scale", read="3")
    assert describe(DistrictStoreProblem(*problems), "zh").startswith("存储出错")


def test_a_sentence_needs_a_known_code_and_all_its_values() -> None:
    assert sentence("several-problems", "en", title="not permitted", count=2) == "not permitted: 2 problems"
    with pytest.raises(PlanProblem) as caught:
        sentence("no-such-sentence", "zh")
    assert caught.value.code == "unknown-sentence"
    with pytest.raises(PlanProblem) as caught:
        sentence("several-problems", "zh", title="x")
    assert caught.value.code == "missing-word"
