"""What people read, in Chinese and English: names of declared nouns, fixed sentences, and problems by their code.

The code speaks English and numbers; this floor turns a code into a sentence. The sentences lie in ``zh.toml`` and
``en.toml`` beside this file, in the same tables with the same keys and placeholders.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from partybuilding.errors import PartybuildingError, PlanProblem, Problem, Where

if TYPE_CHECKING:
    from collections.abc import Mapping

Language = Literal["zh", "en"]


@frozen
class Label:
    """The name of a declared noun in both languages.

    >>> Label("党支部", "Party branch").say("zh")
    '党支部'
    """

    zh: str
    en: str

    def say(self, language: Language) -> str:
        """The name in one language."""
        return self.zh if language == "zh" else self.en


MADE_UP = Label("演示数据，非真实", "Demonstration data, not real")
"""Stands on every page, table and letter that shows made-up figures."""

UNVERIFIED = Label("未核实", "unverified")
"""Stands beside every figure whose source was not read."""


@cache
def tables(language: Language) -> Mapping[str, Mapping[str, str]]:
    """All sentences of a language: the tables places, titles, problems and sentences.

    >>> sorted(tables("zh")) == sorted(tables("en"))
    True
    """
    import tomllib  # noqa: PLC0415 - only who speaks pays for reading: importing a record must stay quick

    text = resources.files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def sentence(code: str, language: Language, /, **values: object) -> str:
    """A fixed sentence by its code, with the values put in.

    Raises:
        PlanProblem: ``unknown-sentence`` for a code without a sentence, ``missing-word`` for a value not given.

    >>> sentence("several-problems", "zh", title="输入无法读取", count=2)
    '输入无法读取：共 2 个问题'
    """
    template = tables(language)["sentences"].get(code)
    if template is None:
        remedy = "Add it to both language files."
        raise PlanProblem(
            Problem("unknown-sentence", Where(path=code), code, "a sentence of the language files", remedy)
        )
    try:
        return template.format(**values)
    except KeyError as error:
        remedy = "Give every value that the sentence names."
        raise PlanProblem(Problem("missing-word", Where(path=code), str(error), template, remedy)) from error


def describe(problem: Problem | PartybuildingError, language: Language) -> str:
    """A problem, or an error with all its problems, as a reader of one language needs it: where, what, what to do.

    A code without a sentence, which a plugin may raise, is told in English rather than not at all.

    >>> print(describe(Problem("bad-day", Where(file="units.csv", row=3, column="starts"), "2024-02-30"), "zh"))
    文件 units.csv，第 3 行，列 starts：2024-02-30 不是日历上有的日期。请写成 YYYY-MM-DD。
    """
    if isinstance(problem, Problem):
        return _described(problem, language)
    if len(problem.problems) == 1:
        return _described(problem.problems[0], language)
    title = sentence(
        "several-problems", language, title=_title(problem, language), count=len(problem.problems)
    )
    return "\n- ".join((title, *(_described(each, language) for each in problem.problems)))


def _described(problem: Problem, language: Language) -> str:
    template = tables(language)["problems"].get(problem.code)
    if template is None:
        return str(problem)
    said = template.format(read=problem.read, expected=problem.expected)
    if language == "en" and problem.remedy and problem.remedy not in said:
        said = f"{said} {problem.remedy}"
    place = _place(problem.where, language)
    return f"{place}{_COLON[language]}{said}" if place else said


_COMMA: Mapping[Language, str] = {"zh": "，", "en": ", "}
_COLON: Mapping[Language, str] = {"zh": "：", "en": ": "}


def _place(where: Where, language: Language) -> str:
    words = tables(language)["places"]
    return _COMMA[language].join(words[name].format(text) for name, text in where.parts())


def _title(error: PartybuildingError, language: Language) -> str:
    """The title of the nearest class that has one: a plugin's own error speaks as the class it stands under."""
    titles = tables(language)["titles"]
    return next(titles[each.__name__] for each in type(error).__mro__ if each.__name__ in titles)
