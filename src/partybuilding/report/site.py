"""A folder of pages that opens from disk, asks no host for anything, and reads well in Chinese and in English."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from importlib import resources
from pathlib import Path

import jinja2
from attrs import field, frozen

from partybuilding.cycle.lists import proposals, standings
from partybuilding.domain.letters import Letter
from partybuilding.domain.lifecycles import Course, Step
from partybuilding.domain.projects import Project
from partybuilding.domain.venues import Work
from partybuilding.extension.tables import Amount, Cell, Table, shown
from partybuilding.labels import MADE_UP, Label
from partybuilding.money import Rate
from partybuilding.report import accountability, carriers, funding, letters, projects, targets, venues
from partybuilding.report.book import Book

ASSETS = ("site.css", "site.js")
GOOD, FAIR, WARN, BAD = "good", "fair", "warn", "bad"
TONES: Mapping[str, str] = {
    "好": GOOD, "较好": FAIR, "一般": WARN, "差": BAD, "无法评定": "none", "待有权机关决定": WARN, "销号": GOOD, "已核验": GOOD,
    "整改中": FAIR, "申请验收": FAIR, "挂号": WARN, "通过验收": GOOD, "已推广": GOOD, "实施中": FAIR, "撤项": BAD, "评诺": GOOD,
    "践诺": GOOD, "验收合格": GOOD, "已取消": BAD, "示诺": FAIR, "提醒": WARN, "督办": WARN, "约谈": BAD, "通报": BAD, "提请问责": BAD, "曾逾期": WARN,
}  # fmt: skip
"""Words that are shown as badges, and in which tone."""


@frozen(kw_only=True)
class Shown:
    """A cell as a page shows it."""

    text: Label
    css: str = ""
    badge: str = ""
    share: str | None = None
    missing: bool = False


@frozen(kw_only=True)
class Header:
    """A header as a page shows it: figures stand to the right."""

    label: Label
    number: bool


@frozen(kw_only=True)
class Sheet:
    """A table as a page shows it."""

    title: Label
    headers: tuple[Header, ...]
    rows: tuple[tuple[Shown, ...], ...] = field(repr=False)
    notes: tuple[Label, ...] = ()


def laid_out(table: Table) -> Sheet:
    """A table with every cell in both languages, figures to the right, states as badges, rates with a bar."""
    rows = tuple(tuple(_cell(cell) for cell in row) for row in table.rows)
    numbers = [any(row[at].css == "number" for row in rows) for at in range(len(table.headers))]
    headers = tuple(
        Header(label=label, number=number) for label, number in zip(table.headers, numbers, strict=True)
    )
    return Sheet(title=table.title, headers=headers, rows=rows, notes=table.notes)


def _cell(cell: Cell) -> Shown:
    text = Label(shown(cell, "zh"), shown(cell, "en"))
    if cell is None:
        return Shown(text=text, missing=True)
    if isinstance(cell, Rate):
        return Shown(text=text, css="number", share=_width(cell))
    if isinstance(cell, Amount):
        return Shown(text=text, css="number")
    if isinstance(cell, date):
        return Shown(text=text, css="day")
    return Shown(text=text, badge=TONES.get(text.zh, "") if isinstance(cell, Label) else "")


def _width(rate: Rate) -> str:
    """How long the bar of a rate is, in whole percent."""
    return str(min(100, rate.numerator * 100 // rate.denominator))


@frozen(kw_only=True)
class Page:
    """One page: its file, its title, and what its template needs."""

    file: str
    title: Label
    values: Mapping[str, object] = field(repr=False)


def write_site(folder: Path, book: Book, *, purpose: str, least: int) -> tuple[Path, ...]:
    """Write the pages of a year into a folder that exists; the files are given back, the index first.

    ``purpose`` is the purpose whose money is shown, ``least`` how many full members a branch of its own needs.
    """
    environment = _environment()
    pages = tuple(make(book, purpose, least) for make in PAGES)
    for name in ASSETS:
        (folder / name).write_bytes(_template(name).encode())
    written = []
    for page in pages:
        html = environment.get_template(f"{page.file}.j2").render(
            page=page, pages=pages, book=book, made_up=MADE_UP, **page.values
        )
        (folder / page.file).write_bytes(html.encode())
        written.append(folder / page.file)
    return tuple(written)


def _template(name: str) -> str:
    return resources.files("partybuilding.report").joinpath("templates", name).read_text(encoding="utf-8")


def _environment() -> jinja2.Environment:
    """Templates from the package only, every value escaped, an unknown name an error."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_template),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["sheet_of"] = laid_out
    environment.globals["amount"] = lambda value, unit: Label(
        shown(Amount(value, unit), "zh"), shown(Amount(value, unit), "en")
    )
    environment.globals["text_of"] = lambda cell: Label(shown(cell, "zh"), shown(cell, "en"))
    return environment


def _index(book: Book, purpose: str, least: int) -> Page:
    root = book.result.organisations[0]
    found = standings(book.snapshot, book.catalogue)
    figures = {
        "letters": len([each for each in book.snapshot.of(Letter) if each.year == book.year.year]),
        "projects": len(book.snapshot.of(Project)),
        "items": len(found),
        "proposals": len(proposals(book.snapshot, book.catalogue)),
        "organisations": len(book.result.organisations),
    }
    coverage = (
        book.cell(root, "acheng.coverage.actual") if "acheng.coverage.actual" in book.result.columns else None
    )
    values = {
        "figures": figures, "root": book.name(root), "coverage": coverage,
        "entitlement": book.cell(root, "entitlement_all"), "moments": book.year.moments,
        "findings": accountability.findings(book), "manifest": book.catalogue.manifest, "purpose": purpose, "least": least,
    }  # fmt: skip
    return Page(file="index.html", title=Label("总览", "Overview"), values=values)


def _streets(book: Book) -> tuple[str, ...]:
    return book.children(book.result.organisations[0])


def _targets(book: Book, purpose: str, least: int) -> Page:
    del purpose, least
    root = book.result.organisations[0]
    held = {each.organisation: each for each in book.snapshot.of(Letter) if each.year == book.year.year}
    first = next((each for each in _streets(book) if each in held), None)
    sample = [held[each] for each in (root, first) if each in held]
    values = {
        "indicators": targets.indicators(book),
        "letters": targets.letters(book),
        "root": targets.cascade(book, root),
        "below": [targets.cascade(book, each) for each in _streets(book) if book.children(each)],
        "sample": [targets.letter(book, each) for each in sample],
        "overall": targets.overall(book),
        "in_time": letters.in_time(book),
        "late": letters.late(book),
        "ways": [_way(book, each) for each in letters.answered(book)],
    }
    return Page(file="targets.html", title=Label("目标与责任", "Targets and responsibility"), values=values)


def _way(book: Book, letter: Letter) -> Mapping[str, object]:
    """A letter whose draft was answered: its way, its figures and its nine parts."""
    return {
        "way": letters.way(book, letter),
        "round": letters.round_of(book, letter),
        "parts": letters.parts(book, letter),
    }


def _projects(book: Book, purpose: str, least: int) -> Page:
    del purpose, least
    cards = [
        {
            "project": each,
            "type": projects.type_label(book, each),
            "state": projects.state_label(book, each),
            "tone": TONES.get(projects.state_label(book, each).zh, "fair"),
            "rung": projects.RUNG_LABELS[each.rung],
            "where": book.name(each.organisation),
            "owner": book.post(each.owner),
            "steps": tuple(taken(book.course(each), book)),
        }
        for each in book.snapshot.of(Project)
    ]
    values = {"types": projects.types(book), "portfolio": projects.portfolio(book), "cards": cards}
    return Page(file="projects.html", title=Label("项目带动", "Projects"), values=values)


def taken(course: Course, book: Book) -> Iterator[Mapping[str, object]]:
    """The steps of a course in words: the day, the step, who took it, why, until when."""
    labels = {each.step: each.label for each in course.lifecycle.transitions}
    for step in course.taken:
        yield {
            "day": step.day,
            "label": labels[step.name],
            "post": book.post(step.post),
            "note": step.note,
            "until": step.until,
            "evidence": _evidence(step),
        }


def _evidence(step: Step) -> str:
    return "、".join(each.reference for each in step.evidence)


def _carriers(book: Book, purpose: str, least: int) -> Page:
    del purpose
    values = {
        "links": carriers.links(book),
        "levels": carriers.levels(book),
        "carriers": carriers.carriers(book),
        "gaps": carriers.gap_list(book, least),
    }
    return Page(file="carriers.html", title=Label("载体覆盖", "Carriers"), values=values)


def _funding(book: Book, purpose: str, least: int) -> Page:
    del least
    root = book.result.organisations[0]
    values = {
        "standards": funding.standards(book),
        "flow": funding.flow(book, (root, *_streets(book)), purpose),
        "below": [
            funding.flow(book, (each, *book.children(each)), purpose)
            for each in _streets(book)
            if book.children(each)
        ],
        "refusals": funding.refusals(book.year.refused),
        "venues": venues.venues(book, book.result.organisations),
        "venues_below": venues.below(book, book.result.organisations),
        "venue_standards": venues.standards(book),
        "works": [_work(each, book) for each in book.snapshot.of(Work)],
    }
    return Page(file="funding.html", title=Label("经费与场所", "Funding and venues"), values=values)


def _work(work: Work, book: Book) -> Mapping[str, object]:
    """A work on a venue as a card: what it changes, where it stands, what it cost."""
    state = venues.state_label(book, work)
    return {
        "work": work,
        "where": book.name(work.organisation),
        "owner": book.post(work.owner),
        "build": venues.BUILDS[work.build],
        "state": state,
        "tone": TONES.get(state.zh, "fair"),
        "areas": venues.areas(book, work),
        "money": venues.money(book, work),
        "steps": tuple(taken(book.course(work), book)),
    }


def _accountability(book: Book, purpose: str, least: int) -> Page:
    del purpose, least
    streets = _streets(book)
    low = next(
        (each for each in streets if book.organisations[each].example), streets[0] if streets else None
    )
    below = () if low is None else (low, *book.children(low))
    cards = [
        {
            "standing": each, "where": book.name(each.item.organisation), "owner": book.post(each.item.owner),
            "state": each.course.lifecycle.states[each.course.state], "steps": tuple(taken(each.course, book)),
        }
        for each in standings(book.snapshot, book.catalogue)
    ]  # fmt: skip
    values = {
        "items": accountability.items(book),
        "proposed": accountability.proposed(book),
        "commitments": accountability.commitments(book),
        "appraisals": accountability.appraisals(book, (*streets, *below[1:])),
        "scores": accountability.scores(book, streets),
        "below": [
            accountability.scores(book, (each, *book.children(each)))
            for each in streets
            if book.children(each)
        ],
        "details": [
            accountability.deductions(book, each) for each in below if book.result.scheme_of(each) is not None
        ],
        "cards": cards,
    }
    return Page(
        file="accountability.html", title=Label("评价与问责", "Evaluation and accountability"), values=values
    )


PAGES: tuple[Callable[[Book, str, int], Page], ...] = (
    _index,
    _targets,
    _projects,
    _carriers,
    _funding,
    _accountability,
)
"""The pages in the order of the menu."""
