"""The manual of the district folder says of every file and column exactly what the reader does."""

from __future__ import annotations

from pathlib import Path

import pytest

from partybuilding.convert import NOUNS
from partybuilding.domain.standards import Unit
from partybuilding.exchange.columns import Column, Form
from partybuilding.exchange.district import KEYS
from partybuilding.exchange.forms import FORMS
from partybuilding.exchange.kinds import REFERENCE, UNIT
from partybuilding.exchange.units import UNITS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "district-folder.md"


def row(column: Column) -> str:
    needed = "yes" if column.needed else ""
    refers = f" ({' or '.join(column.refers)})" if column.refers else ""
    looks = "" if column.kind.name != "word" else f": {column.kind.looks}"
    return (
        f"| `{column.name}` | {column.zh} | {column.kind.name}{refers} | {needed} | {column.meaning}{looks} |"
    )


def section(form: Form) -> str:
    """What the page must say of a form."""
    lines = [f"### `{form.file}`: {form.label.zh}, {form.label.en}", "", form.meaning, ""]
    if form.key:
        lines += [f"Key: {', '.join(f'`{each}`' for each in form.key)}.", ""]
    if form.scaled:
        figures = ", ".join(f"`{each}`" for each in form.scaled)
        lines += [f"In the unit of the column `{form.unit}`: {figures}.", ""]
    lines += ["| column | 表头 | cells | needed | meaning |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([*lines, *(row(column) for column in form.columns), ""])


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.file)
def test_the_manual_says_of_every_column_what_the_reader_does(form: Form) -> None:
    assert section(form) in PAGE.read_text("utf-8")


def test_the_manual_has_the_files_in_the_order_of_the_reader_and_no_others() -> None:
    heads = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("### `")]
    assert heads == [section(form).splitlines()[0] for form in FORMS]


def test_the_manual_says_what_every_key_of_the_district_means() -> None:
    text = PAGE.read_text("utf-8")
    for key in KEYS:
        assert f"| `{key.name}` | {key.looks} | {'yes' if key.needed else ''} | {key.meaning} |" in text


def test_the_manual_says_how_every_kind_of_cell_is_written() -> None:
    text = PAGE.read_text("utf-8")
    kinds = {
        column.kind.name: column.kind
        for form in FORMS
        for column in form.columns
        if column.kind.name != "word"
    }
    for kind in kinds.values():
        assert f"| {kind.name} | {kind.looks} |" in text
    for unit in UNITS.values():
        assert f"| `{unit.name}` | {unit.label.zh} | {unit.label.en} |" in text


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.file)
def test_no_two_columns_of_a_file_have_a_header_in_common(form: Form) -> None:
    assert len(set(form.titles)) == 2 * len(form.columns)


@pytest.mark.parametrize("form", [form for form in FORMS if form.noun], ids=lambda form: form.file)
def test_every_field_of_a_record_can_be_given_in_its_file(form: Form) -> None:
    nested = {
        "organisation": {"placements", "aliases"},
        "chain": {"links"},
        "carrier": {"parts"},
        "movement": {"legs"},
        "work": {"contract"},
    }
    extra = {
        "organisation": {"parent"},
        "movement": {"organisation", "to", "purpose", "amount"},
        "work": {"signed", "contract", "advance", "progress", "completion", "final"},
    }
    elsewhere = {"step": {"digest"}, "feedback": {"informant"}}
    noun = str(form.noun)
    fields = (
        {each.name for each in NOUNS[noun].__attrs_attrs__}
        - nested.get(noun, set())
        - elsewhere.get(noun, set())
    )
    units = (
        {column.name for column in form.columns if column.kind is UNIT and column.name == "unit"}
        if form.scaled
        else set()
    )
    assert {column.target for column in form.columns} - extra.get(noun, set()) - units == fields


def test_every_noun_that_people_enter_has_a_file() -> None:
    assert NOUNS.keys() - {form.noun for form in FORMS} == {"district", "letter", "reorganisation", "sheet"}


def test_every_noun_that_a_column_refers_to_is_one() -> None:
    for form in FORMS:
        for column in form.columns:
            assert set(column.refers) <= NOUNS.keys()
            assert not (column.refers and column.kind is REFERENCE)


def test_the_units_are_a_read_only_table() -> None:
    with pytest.raises(TypeError):
        UNITS["mu"] = Unit("mu", 1, UNITS["item"].label)  # type: ignore[index]  # what must not work
