"""How Sphinx builds the pages: MyST pages by hand, and one reference page per part of the library, written before."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "partybuilding"
copyright = "the partybuilding contributors, Apache-2.0"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "partybuilding"
html_theme_options = {"footer_icons": []}
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
napoleon_google_docstring = True
# Annotations are short names in the generated signatures, and several parts have a Line or a Column of their own.
suppress_warnings = ["ref.python"]

HERE = Path(__file__).parent
SOURCE = HERE.parent / "src"
# The pages name what the ledger holds as people write it; quotes and dashes stay as typed.
smartquotes = False


def _parts() -> dict[str, list[tuple[str, str]]]:
    """Every part of the library, with its public modules and the first sentence of each."""
    parts: dict[str, list[tuple[str, str]]] = {}
    for path in sorted(SOURCE.glob("partybuilding/**/*.py")):
        names = path.relative_to(SOURCE).with_suffix("").parts
        names = names[:-1] if names[-1] == "__init__" else names
        docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        sentence = docstring.partition("\n\n")[0].replace("\n", " ")
        if names[-1] != "__main__":
            parts.setdefault(".".join(names[:2]), []).append((".".join(names), sentence))
    return parts


def _write(path: Path, text: str) -> None:
    """Write only what changed, so that an unchanged page is not built again."""
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def _page(part: str, modules: list[tuple[str, str]]) -> str:
    """One part of the library: a heading per module; the package itself documents its names where they are at home."""
    blocks = []
    for name, _ in modules:
        members = "" if name == "partybuilding" else "\n   :members:\n   :ignore-module-all:"
        heading = f"## {name.removeprefix(part + '.')}\n\n" if name != part else ""
        blocks.append(f"{heading}```{{eval-rst}}\n.. automodule:: {name}{members}\n```\n")
    return f"# {part}\n\n" + "\n".join(blocks)


def write_reference(_app: Sphinx) -> None:
    """Write one page per part: a module that appears is documented, and one that goes leaves nothing behind."""
    folder = HERE / "reference" / "api"
    folder.mkdir(exist_ok=True)
    parts = _parts()
    for part, modules in parts.items():
        _write(folder / f"{part}.md", _page(part, modules))
    for stale in set(folder.glob("*.md")) - {folder / f"{part}.md" for part in parts} - {folder / "index.md"}:
        stale.unlink()
    rows = "".join(f"* [`{part}`]({part}.md): {modules[0][1]}\n" for part, modules in parts.items())
    names = "\n".join(parts)
    _write(
        folder / "index.md",
        f"# The library, part by part\n\n{rows}\n```{{toctree}}\n:hidden:\n\n{names}\n```\n",
    )


def setup(app: Sphinx) -> None:
    """Let Sphinx write the reference pages before it looks for pages."""
    app.connect("builder-inited", write_reference)
