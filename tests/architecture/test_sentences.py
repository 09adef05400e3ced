"""Every error code has a sentence in both languages, and both languages say the same things."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SHIPPED = [path for folder in ("src", "plugins/*/src") for path in sorted(ROOT.glob(f"{folder}/**/*.py"))]
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")


@cache
def sentences(language: str) -> dict[str, str]:
    """Return all sentences of a language by table and key, as in `problems.unknown-column`."""
    tables = tomllib.loads((ROOT / "src/partybuilding/labels" / f"{language}.toml").read_text("utf-8"))
    return {f"{table}.{key}": text for table, keys in tables.items() for key, text in keys.items()}


def placeholders(text: str) -> set[str]:
    """Return the names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def called(node: ast.AST) -> str:
    """Return the last name of what is called, or nothing."""
    func = node.func if isinstance(node, ast.Call) else None
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def literals(node: ast.AST) -> Iterator[str]:
    """Yield every text in a node that looks like a code."""
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and CODE.fullmatch(each.value):
            yield each.value


def problems(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield what stands at the place of the code wherever a problem is made."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) == "Problem":
            yield next((word.value for word in node.keywords if word.arg == "code"), None) or node.args[0]


def hands_a_code_on(node: ast.AST) -> bool:
    """Tell whether a function or class makes problems whose code it was given."""
    definition = isinstance(node, ast.FunctionDef | ast.ClassDef)
    return definition and any(isinstance(code, ast.Name | ast.Attribute) for code in problems(node))


def picks_a_code(node: ast.AST) -> bool:
    """Tell whether a function makes problems whose code it takes from a variable of its own."""
    if not isinstance(node, ast.FunctionDef):
        return False
    given = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
    return any(isinstance(code, ast.Name) and code.id not in given for code in problems(node))


@cache
def codes() -> dict[str, str]:
    """Return every code of the source with a file that uses it.

    A code stands where a problem is made; or in the call of what makes one from a given code; or in the function that picks
    it; or, where the code comes out of a table or a record, anywhere in that module.
    """
    trees = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in SHIPPED}
    makers = {node.name for tree in trees.values() for node in ast.walk(tree) if hands_a_code_on(node)}  # type: ignore[attr-defined]  # what hands a code on is a definition
    found: dict[str, str] = {}
    for file, tree in trees.items():
        made = list(problems(tree))
        found |= {str(node.value): file for node in made if isinstance(node, ast.Constant)}
        found |= {text: file for node in made for text in literals(node)}
        found |= {text: file for node in ast.walk(tree) if called(node) in makers for text in literals(node)}
        found |= {text: file for node in ast.walk(tree) if picks_a_code(node) for text in literals(node)}
        if any(isinstance(node, ast.Attribute) for node in made):
            found |= dict.fromkeys(literals(tree), file)
    return found


def test_every_error_code_has_a_sentence() -> None:
    assert {code: file for code, file in codes().items() if f"problems.{code}" not in sentences("zh")} == {}


def test_every_sentence_about_a_problem_has_a_code_that_uses_it() -> None:
    source = "\n".join(path.read_text("utf-8") for path in SHIPPED)
    named = [key.removeprefix("problems.") for key in sentences("zh") if key.startswith("problems.")]
    assert [code for code in named if f'"{code}"' not in source] == []


def test_both_languages_have_the_same_sentences() -> None:
    assert sentences("zh").keys() ^ sentences("en").keys() == set()


def test_both_languages_fill_the_same_gaps() -> None:
    gaps = {
        key: (placeholders(text), placeholders(sentences("en").get(key, text)))
        for key, text in sentences("zh").items()
    }
    assert {key: both for key, both in gaps.items() if both[0] != both[1]} == {}


def test_the_chinese_sentences_are_chinese() -> None:
    assert [key for key, text in sentences("zh").items() if not re.search(r"[\u4e00-\u9fff]", text)] == []
