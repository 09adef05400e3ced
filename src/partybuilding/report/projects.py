"""Mechanism 2 on paper: the three types with their gates, the portfolio, and the course of every project."""

from __future__ import annotations

from partybuilding.domain.projects import Project, ProjectType
from partybuilding.domain.standards import fen
from partybuilding.extension.tables import Amount, Table
from partybuilding.labels import Label
from partybuilding.report.book import Book, source_label

RUNG_LABELS = {
    "innovation": Label("探索创新", "innovation"),
    "demonstration": Label("典型示范", "demonstration"),
    "rollout": Label("制度推广", "roll-out"),
}
ACCEPTANCE = {
    "floor": Label("底线达标", "the floor holds"),
    "improvement": Label("较基线有提升", "better than the baseline"),
    "learning": Label("容许如实失败，须总结", "honest failure tolerated, lesson told"),
}


def types(book: Book) -> Table:
    """The declared types: their gates in order, the documents asked for, and what acceptance means."""
    rows = []
    for declared in book.catalogue.rules_on(ProjectType, book.snapshot.on):
        kind = declared.value
        steps = dict.fromkeys(each.step for each in kind.lifecycle.transitions)
        labels = {each.step: each.label for each in kind.lifecycle.transitions}
        documents = [document for _, asked in kind.documents for document in asked]
        rows.append(
            (
                kind.label,
                Label(
                    " → ".join(labels[step].zh for step in steps),
                    " → ".join(labels[step].en for step in steps),
                ),
                "、".join(documents),
                ACCEPTANCE[kind.acceptance],
                source_label(kind.source),
            )
        )
    headers = (
        *(Label("类型", "Type"), Label("环节", "Gates"), Label("材料", "Documents")),
        *(Label("验收标准", "Acceptance"), Label("依据", "Source")),
    )
    return Table(
        title=Label("项目类型与环节", "Types of projects and their gates"), headers=headers, rows=rows
    )


def type_label(book: Book, project: Project) -> Label:
    """The label of a project's type."""
    declared = book.catalogue.rule(ProjectType, project.type, book.snapshot.on)
    return Label(project.type, project.type) if declared is None else declared.value.label


def state_label(book: Book, project: Project) -> Label:
    """How far a project has come, in words."""
    course = book.course(project)
    return course.lifecycle.states.get(course.state, Label(course.state, course.state))


def portfolio(book: Book) -> Table:
    """Every project with its type, level, state, deadline and budget."""
    rows = [
        (
            each.label,
            type_label(book, each),
            book.name(each.organisation),
            state_label(book, each),
            RUNG_LABELS[each.rung],
            each.due,
            book.course(each).until(each.due),
            Amount(each.budget, fen),
        )
        for each in book.snapshot.of(Project)
    ]
    headers = (
        *(
            Label("项目", "Project"),
            Label("类型", "Type"),
            Label("单位", "Organisation"),
            Label("状态", "State"),
        ),
        *(
            Label("层次", "Rung"),
            Label("原定期限", "Due"),
            Label("现定期限", "Due now"),
            Label("预算（元）", "Budget (yuan)"),
        ),
    )
    return Table(title=Label("项目一览", "Portfolio"), headers=headers, rows=rows)
