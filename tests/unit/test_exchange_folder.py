"""A district folder is read whole or not at all, and every mistake in it is named once, where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partybuilding.domain.carriers import Carrier, Chain, ChainUnit, Part
from partybuilding.domain.funding import Account, Movement, balances
from partybuilding.domain.indicators import Addition, Goal
from partybuilding.domain.lifecycles import Evidence, Step
from partybuilding.domain.organisations import Alias, Organisation, Placement
from partybuilding.domain.projects import Project
from partybuilding.domain.record import Record
from partybuilding.domain.sheets import Sheet
from partybuilding.domain.venues import Contract, Venue, Work
from partybuilding.errors import InputProblem, Problem
from partybuilding.exchange import Folder, read_folder
from partybuilding.exchange.complaints import MOST

Files = Mapping[str, str]
SMALL: Files = {
    "district.toml": 'id = "d"\nname = "示例区"\nroot = "d"\nyear = 2026\nstatistics = 2025-12-31\nmade_up = true\nplugins = ["acheng"]\n',
    "organisations.csv": (
        "id,name,name_en,kind,parent,example,starts,ends\n"
        "d,示例区,Example,district,,yes,,\n"
        "s,示例街道,,street,d,是,,\n"
        "v1,示例村01,,村,s,yes,,2030-01-01\n"
        "v2,示例村02,,village,s,no,,\n"
        "w,示例两新工委,,organ,,yes,,\n"
        "c,示例合作社,,cooperative,,yes,,\n"
    ),
    "placements.csv": "organisation,line,parent,starts,ends\nc,sector,w,,\n",
    "aliases.csv": "organisation,scheme,code,starts,ends\ns,stats,230112001,,2024-01-01\ns,stats,230112002,2024-01-01,\ns,mca,230112001,,\n",
    "bodies.csv": (
        "id,name,name_en,kind,seat,covers,superior,starts,ends\n"
        "db,示例区委,,district_committee,d,,,,\nsb,示例街道党工委,,working_committee,s,s；v1;v2,db,,\n"
    ),
    "posts.csv": "id,body,role,title,capacity\nsp,sb,secretary,,1\nso,sb,officer,,\ndp,db,supervisor,督查员,2\n",
    "tenures.csv": "id,post,holder,starts,ends\n,sp,h1,2021-01-01,2026-07-01\n,sp,h2,2026-07-01,\nt3,so,h3,,\n",
    "goals.csv": "id,organisation,indicator,year,amount,reserve,unit\n,d,acheng.score,2026,12.5,0.5,point\n,s,acheng.score,2026,,1,point\n",
    "agreements.csv": "organisation,indicator,year,amount,unit,reason\nv1,acheng.score,2026,3,point,商定\n",
    "additions.csv": "organisation,indicator,year,amount,unit,reason\ns,acheng.score,2026,-1.5,point,=减负\n",
    "readings.csv": (
        "organisation,fact,unit,starts,ends,value\n"
        "v1,members,member,2025-01-01,2026-01-01,22\nv2,members,member,2025-01-01,2026-01-01,\n"
        "v1,payroll,fen,2026-01-01,2026-04-01,12.34\nv2,payroll,fen,2026-01-01,2026-04-01,-0.01\n"
        "v1,payroll,fen,2026-04-01,2026-07-01,68212207\n"
    ),
    "movements.csv": (
        "id,day,year,kind,organisation,to,purpose,amount,of,reverses,reason\n"
        "m1,2026-01-12,2026,budget,d,,education,100,,,\nm2,2026-01-13,2026,分配,d,s,education,60.5,,,\n"
        "m3,2026-02-01,2026,commit,s,,education,20,project:p,,\nm4,2026-03-01,2026,pay,s,,education,15,,,\n"
        "m5,2026-03-02,2026,reverse,s,,education,15,,m4,发票有误\nm6,2026-03-03,2026,release,s,,education,2,,,\n"
        "m7,2026-03-04,2026,return,s,d,education,0.5,,,\n"
    ),
    "venues.csv": (
        "id,organisation,name,area,build,starts,ends\n"
        "v1v,v1,村部,150,,,2026-08-15\nv1v,v1,村部,260.55,expanded,2026-08-15,\n"
    ),
    "works.csv": (
        "id,organisation,name,venue,build,owner,area_before,area_planned,area_after,signed,contract,advance,final,starts,ends\n"
        "w,v1,扩建,v1v,扩建,so,150,260,,,,,,2026-02-01,2026-03-01\n"
        f"w,v1,扩建,v1v,expanded,so,150,260,260.55,2026-03-01,合同1#{'b' * 64},1000.5,99,2026-03-01,\n"
    ),
    "projects.csv": (
        "id,name,type,organisation,owner,first,measure,baseline,target,reached,due,budget,rung,secretary_project,starts\n"
        "p,示例项目,foundation,s,so,sp,square_metre,1.5,3,,2026-10-31,200.5,,yes,2025-11-20\n"
    ),
    "chains.csv": "id,name,organisation\nch,示例产业链,s\n",
    "links.csv": "chain,link,name,name_en\nch,input,投入,Input\nch,processing,加工,\n",
    "chain_units.csv": (
        "chain,link,unit,organisation,full_members,dormant,reason\n"
        "ch,input,c,v1,3,,\nch,processing,c,v2,,2025-01-01,长期停业\n"
    ),
    "carriers.csv": "id,name,model,chain,lead,association,covers\nca,示例支部＋协会,branch_association,ch,sb,示例协会,ch/input/c\n",
    "carrier_parts.csv": "carrier,organisation,share\nca,v1,66.67\nca,v2,33.33\n",
    "items.csv": (
        "id,day,organisation,text,channel,severity,time_class,owner,lead,measures,baseline,target,due\n"
        'i,2026-02-20,v1,"漏雨, 多处",群众反映,serious,,sp,sb,修,漏,不漏,2026-06-30\n'
    ),
    "commitments.csv": "id,day,body,organisation,item,text,baseline,target,due\nco,2026-03-01,sb,v1,i,按期修好,漏,不漏,2026-06-30\n",
    "decisions.csv": (
        "id,day,body,document,matter,subject,outcome,of,year\n"
        "de,2026-06-20,db,演示〔2026〕1号,closing,v1,closed,item:i,2026\nde2,2026-06-20,db,演示〔2026〕2号,grade,sp,good,letter:2026/s/main,\n"
    ),
    "steps.csv": (
        "id,of,name,day,post,evidence,decision,until,note\n"
        f",item:i,report,2026-06-01,so,照片#{'a' * 64};台账,,,\n,item:i,close,2026-06-20,dp,,de,,销号\n"
    ),
    "appraisals.csv": "day,organisation,year,voice,score,asked,answered,satisfied\n2026-12-20,v1,2026,masses,87.5,60,58,50\n",
}  # fmt: skip


def written(folder: Path, files: Files) -> Path:
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())
    return folder


def refused(folder: Path, files: Files) -> list[Problem]:
    """The problems of a folder that cannot be read."""
    with pytest.raises(InputProblem) as caught:
        read_folder(written(folder, files))
    return list(caught.value.problems)


def changed(name: str, old: str, new: str) -> Files:
    """The small folder with one change."""
    assert SMALL[name].count(old) == 1, "the change must be one"
    return {**SMALL, name: SMALL[name].replace(old, new)}


def found(folder: Folder, noun: type[Record], id_: str) -> Record:
    return next(each for each in folder.of(noun) if each.id == id_)


@pytest.fixture
def small(tmp_path: Path) -> Folder:
    return read_folder(written(tmp_path, SMALL))


# --- what is read -------------------------------------------------------------------------------------------------


def test_a_folder_says_what_it_is_about(small: Folder) -> None:
    assert (small.name, small.name_en, small.year, small.statistics) == (
        "示例区",
        "示例区",
        2026,
        date(2025, 12, 31),
    )
    assert (small.district.root, small.district.line, small.made_up) == ("d", "territory", True)
    assert small.district.plugins == ("acheng",)
    assert small.warnings == ()


def test_a_folder_is_its_records_in_the_order_of_the_files(small: Folder) -> None:
    assert list(small) == list(small.records)
    assert len(small) == len(small.records) == 45
    assert [each.noun for each in small][:3] == ["district", "organisation", "organisation"]
    assert small.records[-1].noun == "sheet"


def test_an_organisation_has_its_parents_and_codes(small: Folder) -> None:
    street = found(small, Organisation, "s")
    assert street == Organisation(
        id="s", name="示例街道", kind="street", example=True, placements=(Placement(parent="d"),),
        aliases=(
            Alias(scheme="stats", code="230112001", ends=date(2024, 1, 1)),
            Alias(scheme="stats", code="230112002", starts=date(2024, 1, 1)),
            Alias(scheme="mca", code="230112001"),
        ),
    )  # fmt: skip
    other = found(small, Organisation, "c")
    assert isinstance(other, Organisation)
    assert other.placements == (Placement(parent="w", line="sector"),)


def test_a_chinese_word_means_the_english_one(small: Folder) -> None:
    village = found(small, Organisation, "v1")
    assert isinstance(village, Organisation)
    assert village.kind == "village"


def test_figures_are_kept_in_the_smallest_unit(small: Folder) -> None:
    goal = found(small, Goal, "2026/d/acheng.score")
    assert isinstance(goal, Goal)
    assert (goal.amount, goal.reserve) == (125_000, 5_000)
    inside = found(small, Goal, "2026/s/acheng.score")
    assert isinstance(inside, Goal)
    assert (inside.amount, inside.reserve) == (None, 10_000)
    project = found(small, Project, "p")
    assert isinstance(project, Project)
    assert (project.measure, project.baseline, project.target, project.reached) == (
        "square_metre",
        150,
        300,
        None,
    )
    assert project.budget == 20_050


def test_an_addition_may_be_negative_and_a_marked_text_loses_its_mark(tmp_path: Path) -> None:
    given = read_folder(written(tmp_path, changed("additions.csv", "=减负", "'=减负")))
    (addition,) = given.of(Addition)
    assert (addition.amount, addition.reason) == (-15_000, "=减负")


def test_readings_become_sheets_and_an_empty_value_is_not_reported(small: Folder) -> None:
    sheets = {each.id: dict(zip(each.organisations, each.figures, strict=True)) for each in small.of(Sheet)}
    assert sheets == {
        "members/2025-01-01/2026-01-01": {"v1": 22},
        "payroll/2026-01-01/2026-04-01": {"v1": 1234, "v2": -1},
        "payroll/2026-04-01/2026-07-01": {"v1": 6_821_220_700},
    }


def test_a_fact_without_any_figure_makes_no_sheet(tmp_path: Path) -> None:
    files = changed("readings.csv", "2025-01-01,2026-01-01,22", "2025-01-01,2026-01-01,")
    assert {each.name for each in read_folder(written(tmp_path, files)).of(Sheet)} == {"payroll"}


def test_movements_are_balanced_and_leave_every_fen_somewhere(small: Folder) -> None:
    held = balances(small.of(Movement))
    assert held == {
        Account("d", "education", "source"): -10_000,
        Account("d", "education", "free"): 10_000 - 6_050 + 50,
        Account("s", "education", "free"): 6_050 - 2_000 + 200 - 50,
        Account("s", "education", "reserved"): 2_000 - 200,
        Account("s", "education", "spent"): 0,
    }
    undone = found(small, Movement, "m5")
    assert isinstance(undone, Movement)
    assert (undone.kind, undone.reverses, undone.reason) == ("reverse", "m4", "发票有误")


def test_two_rows_of_one_id_are_two_versions(small: Folder) -> None:
    areas = [(each.area, each.build, each.valid) for each in small.of(Venue)]
    planned, signed = small.of(Work)
    assert (planned.contract, planned.area_after, planned.ends) == (None, None, signed.starts)
    assert signed.area_after == 26_055
    assert signed.contract == Contract(
        day=date(2026, 3, 1),
        evidence=Evidence(reference="合同1", digest="b" * 64),
        advance=100_050,
        final=9_900,
    )
    day = date(2026, 8, 15)
    assert areas == [(15_000, "existing", (None, day)), (26_055, "expanded", (day, None))]


def test_a_chain_has_its_links_in_the_order_of_the_rows(small: Folder) -> None:
    (chain,) = small.of(Chain)
    assert [(link.name, link.label.zh, link.label.en) for link in chain.links] == [
        ("input", "投入", "Input"),
        ("processing", "加工", "加工"),
    ]
    units = small.of(ChainUnit)
    assert [(each.id, each.full_members, each.dormant) for each in units] == [
        ("ch/input/c", 3, None),
        ("ch/processing/c", None, date(2025, 1, 1)),
    ]


def test_a_carrier_has_its_parts_in_basis_points(small: Folder) -> None:
    (carrier,) = small.of(Carrier)
    assert carrier.parts == (Part(organisation="v1", share=6_667), Part(organisation="v2", share=3_333))
    assert carrier.covers == ("ch/input/c",)


def test_a_step_has_an_id_of_its_key_and_its_evidence(small: Folder) -> None:
    first, second = small.of(Step)
    assert first.id == "item/i/report/2026-06-01"
    assert first.evidence == (Evidence(reference="照片", digest="a" * 64), Evidence(reference="台账"))
    assert (second.decision, second.note, second.evidence) == ("de", "销号", ())


def test_reading_a_folder_twice_gives_the_same_records(small: Folder, tmp_path: Path) -> None:
    assert read_folder(str(tmp_path)).records == small.records


def test_chinese_headers_in_any_order_say_the_same(small: Folder, tmp_path: Path) -> None:
    text = "面积,建设方式,编号,组织,名称,结束日期,开始日期\n150,原有,v1v,v1,村部,2026-08-15,\n260.55,扩建,v1v,v1,村部,,2026-08-15\n"
    (tmp_path / "venues.csv").write_text(text, "utf-8")
    assert read_folder(tmp_path).of(Venue) == small.of(Venue)


@pytest.mark.parametrize("codec", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_do_not_matter(small: Folder, tmp_path: Path, codec: str, ends: str) -> None:
    for name, text in SMALL.items():
        (tmp_path / name).write_bytes(
            text.replace("\n", ends if name.endswith("csv") else "\n").encode(codec)
        )
    again = read_folder(tmp_path)
    assert again.records == small.records
    guessed = {each.where.file for each in again.warnings if each.code == "read-as-gb18030"}
    with_chinese = {name for name, text in SMALL.items() if not text.isascii()}
    assert guessed == (with_chinese if codec == "gb18030" else set())


def test_rows_without_any_text_are_skipped(small: Folder, tmp_path: Path) -> None:
    (tmp_path / "venues.csv").write_text(
        SMALL["venues.csv"].replace("\nv1v,v1,村部,260", "\n\n,,,,,,\nv1v,v1,村部,260"), "utf-8"
    )
    assert read_folder(tmp_path).of(Venue) == small.of(Venue)


def test_only_two_files_must_be_there(tmp_path: Path) -> None:
    files = {
        "district.toml": 'id="x"\nname="x"\nname_en="X"\nroot="x"\nyear=2026',
        "organisations.csv": "id,name,kind\nx,示例村,village\n",
    }
    given = read_folder(written(tmp_path, files))
    assert (len(given), given.made_up, given.statistics, given.name_en) == (2, False, None, "X")


def test_other_files_and_folders_are_left_alone_but_a_workbook_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    written(tmp_path, {**SMALL, "README.md": "x", "readings.xlsx": "x", "source/units.csv": "x"})
    (warning,) = read_folder(tmp_path).warnings
    assert (warning.code, warning.where.file) == ("file-not-read", "readings.xlsx")


def test_names_that_differ_only_in_typing_are_warned_of(tmp_path: Path) -> None:
    (warning,) = read_folder(
        written(tmp_path, changed("organisations.csv", "示例村02", "示例村０１"))
    ).warnings
    assert (warning.code, warning.where.row, warning.read) == ("names-alike", 5, "示例村０１")


def test_a_moved_organisation_has_one_parent_at_a_time(tmp_path: Path) -> None:
    files = {
        **changed("organisations.csv", "v2,示例村02,,village,s,no", "v2,示例村02,,village,,no"),
        "placements.csv": SMALL["placements.csv"]
        + "v2,territory,s,,2026-07-01\nv2,territory,d,2026-07-01,\n",
    }
    village = found(read_folder(written(tmp_path, files)), Organisation, "v2")
    assert isinstance(village, Organisation)
    assert [village.parent("territory", day) for day in (date(2026, 6, 30), date(2026, 7, 1))] == ["s", "d"]


def test_a_parent_that_was_renamed_still_holds_its_children(tmp_path: Path) -> None:
    renamed = "s,示例街道,,street,d,是,,2026-07-01\ns,示例新街道,,street,d,是,2026-07-01,\n"
    assert (
        len(
            read_folder(
                written(tmp_path, changed("organisations.csv", "s,示例街道,,street,d,是,,\n", renamed))
            )
        )
        == 46
    )


# --- what is refused ----------------------------------------------------------------------------------------------

ONE_MISTAKE: list[tuple[str, str, str, str, int | None, str | None]] = [
    # file, what stands there, what stands there instead, code, row, column
    ("organisations.csv", "id,name,name_en", "id,nam,name_en", "unknown-column", 1, "nam"),
    ("organisations.csv", "example,starts", "colour,starts", "unknown-column", 1, "colour"),
    ("organisations.csv", "name_en,kind", "名称,kind", "duplicate-column", 1, "名称"),
    ("organisations.csv", "kind,parent,example,starts,ends", "kind,parent,,starts,ends", "unknown-column", 1, ""),
    ("organisations.csv", "name_en,kind", "name\u200b_en,kind", "bad-character", 1, None),
    ("posts.csv", "id,body,role,title,capacity", "id,body,rolle,title,capacity", "unknown-column", 1, "rolle"),
    ("posts.csv", "id,body,role,title,capacity", "id,body,role,title,role", "duplicate-column", 1, "role"),
    ("organisations.csv", "c,示例合作社", "w,示例协会,,organ,,no,,\nc,示例合作社", "duplicate-id", 7, "id"),
    ("organisations.csv", "v2,示例村02,,village", "v 2,示例村02,,village", "bad-id", 5, "id"),
    ("organisations.csv", "v2,示例村02,,village", "v:2,示例村02,,village", "bad-id", 5, "id"),
    ("organisations.csv", "v2,示例村02,,village", "v2,,,village", "empty-cell", 5, "name"),
    ("organisations.csv", "v2,示例村02,,village", "v2,示例村02,,vilage", "unknown-kind", 5, "kind"),
    ("organisations.csv", "village,s,no", "village,s,maybe", "bad-truth", 5, "example"),
    ("organisations.csv", "village,s,no", "village,x,no", "unknown-reference", 5, "parent"),
    ("organisations.csv", "village,s,no", "village,,no", "orphan", 5, "parent"),
    ("organisations.csv", "village,s,no", "village,v2,no", "circle", 5, "parent"),
    ("organisations.csv", "s,示例街道,,street,d", "s,示例街道,,street,v2", "circle", 3, "parent"),
    ("organisations.csv", "s,示例街道,,street,d", "s,示例街道,,street,", "two-roots", 3, "parent"),
    ("organisations.csv", "示例街道,,street,d,是,,", "示例街道,,street,d,是,,2030-01-01", "outside-parent", 5, "parent"),
    ("organisations.csv", "w,示例两新工委,,organ,,yes,,", "w,示例两新工委,,organ,,yes,,2026-01-01", "outside-parent", 2, "parent"),
    ("organisations.csv", "示例村02,,village,s,no,,", "示例村02,,village,s,no,2026-05-01,2026-05-01", "empty-interval", 5, None),
    ("organisations.csv", "示例村02,,village,s,no,,", "示例村02,,village,s,no,,2024-02-30", "bad-day", 5, "ends"),
    ("organisations.csv", "示例村02,,village,s,no,,", "示例村02,,village,s,no,,20240101", "bad-day", 5, "ends"),
    ("organisations.csv", "示例村02,,village,s,no,,", "示例村02,,village,s,no,,2024-W01-1", "bad-day", 5, "ends"),
    ("organisations.csv", "示例村02,,village,s,no,,", "示例村02,,village,s,no,,２０２４-01-01", "bad-day", 5, "ends"),
    ("organisations.csv", "示例村02,,village,s,no,,", "示例村02,,village,s,no,", "ragged-row", 5, None),
    ("organisations.csv", "示例村02,,village,s,no,,", "示例,村02,,village,s,no,,", "ragged-row", 5, None),
    ("organisations.csv", "示例村02", "示例\u200b村02", "bad-character", 5, "name"),
    ("organisations.csv", "示例村02", "示例\u202e村02", "bad-character", 5, "name"),
    ("organisations.csv", "示例村02", "示例\x00村02", "bad-character", 5, "name"),
    ("organisations.csv", "示例村02", "示例\t村02", "bad-character", 5, "name"),
    ("organisations.csv", "示例村02", '"示例\n村02"', "bad-character", 5, "name"),
    ("organisations.csv", "示例村02", "示例\u0378村02", "bad-character", 5, "name"),
    ("venues.csv", "村部,260.55", '"村部,260.55', "bad-csv", 3, None),
    ("venues.csv", "村部,260.55", f"{'村' * 140_000},260.55", "bad-csv", 3, None),
    ("placements.csv", "c,sector,w", "c,sector,x", "unknown-reference", 2, "parent"),
    ("placements.csv", "c,sector,w,,", "c,sector,w,,\nc,sector,w,2026-01-01,", "two-parents", 7, None),
    ("placements.csv", "c,sector,w,,", "c,sector,w,,\nv1,sector,s,,", "two-roots", 6, "parent"),
    ("placements.csv", "c,sector,w", "c,sec tor,w", "bad-name", 2, "line"),
    ("bodies.csv", "sb,示例街道党工委,,working_committee,s,s；v1;v2", "sb,示例街道党工委,,working_committee,s,s;x", "unknown-reference", 3, "covers"),
    ("bodies.csv", "s,s；v1;v2,db", "s,s；v1;v2,dbb", "unknown-reference", 3, "superior"),
    ("posts.csv", "so,sb,officer", "so,zz,officer", "unknown-reference", 3, "body"),
    ("posts.csv", "督查员,2", "督查员,２", "bad-number", 4, "capacity"),
    ("posts.csv", "督查员,2", "督查员,-2", "negative", 4, "capacity"),
    ("posts.csv", "督查员,2", "督查员,2.5", "too-many-decimals", 4, "capacity"),
    ("tenures.csv", "t3,so", "t3,sx", "unknown-reference", 4, "post"),
    ("tenures.csv", "h2,2026-07-01,", "h1,2026-06-30,", "duplicate-id", 3, "id"),
    ("goals.csv", "2026,12.5,0.5,point", "2026,１２３,0.5,point", "bad-number", 2, "amount"),
    ("goals.csv", "2026,12.5,0.5,point", "2026,1_000,0.5,point", "bad-number", 2, "amount"),
    ("goals.csv", "2026,12.5,0.5,point", "2026,1e3,0.5,point", "bad-number", 2, "amount"),
    ("goals.csv", "2026,12.5,0.5,point", "2026,NaN,0.5,point", "bad-number", 2, "amount"),
    ("goals.csv", "2026,12.5,0.5,point", '2026,"1,000",0.5,point', "bad-number", 2, "amount"),
    ("goals.csv", "2026,12.5,0.5,point", "2026, 12.5,0.5,point", "bad-number", 2, "amount"),
    ("goals.csv", "2026,12.5,0.5,point", "2026,12.5,-0.5,point", "negative", 2, "reserve"),
    ("goals.csv", "2026,12.5,0.5,point", "2026,12.5,0.5,points", "unknown-unit", 2, "unit"),
    ("goals.csv", "2026,12.5,0.5,point", "26,12.5,0.5,point", "bad-year", 2, "year"),
    ("agreements.csv", "point,商定", "point,", "empty-cell", 2, "reason"),
    ("readings.csv", "v1,members", "v9,members", "unknown-reference", 2, "organisation"),
    ("readings.csv", "v2,payroll,fen", "v2,payroll,yuan", "unknown-unit", 5, "unit"),
    ("readings.csv", "v2,payroll,fen", "v2,payroll,point", "unit-disagrees", 5, "unit"),
    ("readings.csv", "v2,payroll,fen", "v2,pay roll,fen", "bad-name", 5, "fact"),
    ("readings.csv", "v2,payroll,fen", "v1,payroll,fen", "duplicate-reading", 5, "organisation"),
    ("readings.csv", "-0.01", "-0.001", "too-many-decimals", 5, "value"),
    ("readings.csv", "-0.01", "-１", "bad-number", 5, "value"),
    ("readings.csv", "2026-04-01,2026-07-01", "2026-03-31,2026-07-01", "overlapping-periods", 6, "starts"),
    ("readings.csv", "2026-04-01,2026-07-01", "2026-07-01,2026-07-01", "empty-interval", 6, "ends"),
    ("readings.csv", "2026-04-01,2026-07-01", ",2026-07-01", "empty-cell", 6, "starts"),
    ("readings.csv", "2026-04-01,2026-07-01", "2026-04-31,2026-07-01", "bad-day", 6, "starts"),
    ("readings.csv", "organisation,fact", "organisation,facts", "unknown-column", 1, "facts"),
    ("readings.csv", "v2,members", "v\u200b2,members", "bad-character", 3, "organisation"),
    ("movements.csv", "education,100", "education,-0.01", "negative", 2, "amount"),
    ("movements.csv", "education,100", "education,0", "empty-movement", 2, None),
    ("movements.csv", "education,100", "education,100.005", "too-many-decimals", 2, "amount"),
    ("movements.csv", "education,100", "education,92233720368547758.08", "number-too-large", 2, "amount"),
    ("movements.csv", "budget,d,,", "budget,d,s,", "to-unclear", 2, "to"),
    ("movements.csv", "分配,d,s,", "分配,d,,", "to-unclear", 3, "to"),
    ("movements.csv", "s,,education,15,,m4", "s,,education,14,,m4", "reversal-differs", 6, "amount"),
    ("movements.csv", "s,,education,15,,m4", "s,,education,15,,m9", "unknown-reference", 6, "reverses"),
    ("movements.csv", "s,,education,15,,m4", "s,,education,15,,", "reversal-unclear", 6, "reverses"),
    ("movements.csv", "s,,education,15,,m4", "s,,education,15,,m5", "reversal-unclear", 6, "reverses"),
    ("movements.csv", "education,2,,,", "education,2,,m4,", "reversal-unclear", 7, "reverses"),
    ("movements.csv", "project:p", "project:q", "unknown-reference", 4, "of"),
    ("movements.csv", "project:p", "projekt:p", "bad-reference", 4, "of"),
    ("movements.csv", "project:p", "project p", "bad-reference", 4, "of"),
    ("venues.csv", "v1v,v1,村部,150,,,2026-08-15", "v1v,v1,村部,150,,,2026-08-16", "duplicate-id", 3, "id"),
    ("works.csv", "2026-03-01,合同1", ",合同1", "contract-unclear", 3, "signed"),
    ("works.csv", f"合同1#{'b' * 64}", "", "contract-unclear", 3, "signed"),
    ("works.csv", f"合同1#{'b' * 64}", "合同1;合同2", "contract-unclear", 3, "signed"),
    ("works.csv", "1000.5", "1000.555", "too-many-decimals", 3, "advance"),
    ("works.csv", "v1v,扩建,so,150,260", "v1v,扩建,so,150,150", "not-larger", 2, None),
    ("works.csv", "v1v,扩建,so", "v1v,existing,so", "unknown-kind", 2, "build"),
    ("works.csv", "v1v,扩建,so", "v1v,扩建,sx", "unknown-reference", 2, "owner"),
    ("chains.csv", "ch,示例产业链,s", "ch,示例产业链,s\nch2,示例二链,s", "chain-without-links", 3, "id"),
    ("links.csv", "ch,processing", "cx,processing", "unknown-reference", 3, "chain"),
    ("chain_units.csv", "ch,processing,c", "ch,marketing,c", "unknown-link", 3, "link"),
    ("chain_units.csv", "2025-01-01,长期停业", "2025-01-01,", "no-reason", 3, None),
    ("carriers.csv", "ch/input/c", "ch/input/x", "unknown-reference", 2, "covers"),
    ("carrier_parts.csv", "ca,v2,33.33", "ca,v2,33.34", "parts-not-whole", 2, None),
    ("carrier_parts.csv", "ca,v2,33.33", "ca,v2,33.333", "too-many-decimals", 3, "share"),
    ("items.csv", "不漏,2026-06-30", "不漏,2026-01-30", "due-before-found", 2, None),
    ("items.csv", "群众反映", "街谈巷议", "unknown-kind", 2, "channel"),
    ("commitments.csv", "v1,i,按期修好", "v1,j,按期修好", "unknown-reference", 2, "item"),
    ("decisions.csv", "closing,v1,closed", "closing,v9,closed", "unknown-reference", 2, "subject"),
    ("decisions.csv", "db,演示〔2026〕1号,closing,v1", "db,演示〔2026〕1号,closing,db", "decides-on-itself", 2, None),
    ("steps.csv", ";台账", ";", "bad-evidence", 2, "evidence"),
    ("steps.csv", ";台账", ";台账#ab", "bad-evidence", 2, "evidence"),
    ("steps.csv", "item:i,close", "item:j,close", "unknown-reference", 3, "of"),
    ("steps.csv", ",,de,,销号", ",,dd,,销号", "unknown-reference", 3, "decision"),
    ("appraisals.csv", "60,58,50", "60,58,59", "counts-disagree", 2, None),
    ("appraisals.csv", "60,58,50", "60,58,５０", "bad-number", 2, "satisfied"),
    ("district.toml", 'root = "d"', 'root = "x"', "unknown-reference", None, "root"),
    ("district.toml", "year = 2026", 'year = 2026\nline = "sectro"', "unknown-line", None, "line"),
    ("district.toml", "year = 2026", "yaer = 2026", "unknown-key", None, "yaer"),
    ("district.toml", "year = 2026", "year = 2026\ncolour = 1", "unknown-key", None, "colour"),
    ("district.toml", "year = 2026", "", "missing-key", None, "year"),
    ("district.toml", "year = 2026", "year = 2026.0", "bad-value", None, "year"),
    ("district.toml", "year = 2026", "year = 26", "bad-value", None, "year"),
    ("district.toml", "year = 2026", "year = true", "bad-value", None, "year"),
    ("district.toml", "made_up = true", 'made_up = "yes"', "bad-value", None, "made_up"),
    ("district.toml", '["acheng"]', '["acheng", 1]', "bad-value", None, "plugins"),
    ("district.toml", "2025-12-31", "2025-12-31T00:00:00", "bad-value", None, "statistics"),
    ("district.toml", 'id = "d"', 'id = "d d"', "bad-id", None, "id"),
    ("district.toml", "示例区", "示例\u200b区", "bad-character", None, None),
    ("district.toml", "year = 2026", "year = ", "bad-toml", None, None),
]  # fmt: skip


TOLD_AT = {
    ("organisations.csv", "outside-parent"): "organisations.csv",
    ("placements.csv", "two-parents"): "organisations.csv",
    ("placements.csv", "two-roots"): "organisations.csv",
    ("carrier_parts.csv", "parts-not-whole"): "carriers.csv",
}
"""Mistakes that are told where the record stands that they spoil."""


@pytest.mark.parametrize(("name", "old", "new", "code", "row", "column"), ONE_MISTAKE)
def test_one_mistake_is_one_problem_where_it_stands(
    tmp_path: Path, name: str, old: str, new: str, code: str, row: int | None, column: str | None
) -> None:
    problems = refused(tmp_path, changed(name, old, new))
    assert [each.code for each in problems] == [code], "\n".join(map(str, problems))
    where = problems[0].where
    assert (
        where.file == TOLD_AT.get((name, code), name)
        if row != 2 or code != "outside-parent"
        else "placements.csv"
    )
    assert (where.row, where.column) == (row, column)
    assert problems[0].expected
    assert problems[0].remedy


RAW_MISTAKES: list[tuple[str, bytes, str]] = [
    ("venues.csv", "面积".encode("utf-16"), "wrong-encoding"),
    ("venues.csv", "面积".encode("utf-16-be").join((b"\xfe\xff", b"")), "wrong-encoding"),
    ("venues.csv", "id,organisation,name,area\nx,v1,示例村部,1\ny,v1,示例村部,2\n".encode().replace("部,2".encode(), b"\xe9\x83,2"), "bad-encoding"),
    ("venues.csv", b"id,organisation,name,area\nx,v1,\xff\xff,1\n", "bad-encoding"),
    ("venues.csv", "id,organisation,name,area\nx,v1,停业,1\n".encode("gb18030"), "unclear-encoding"),
    ("venues.csv", b"", "no-header"),
    ("venues.csv", b"\n\nid,organisation,name,area\n", "no-header"),
    ("venues.csv", b"id;organisation;name;area\nx;v1;a;1\n", "wrong-separator"),
    ("venues.csv", b"sep=;\nid;organisation;name;area\n", "wrong-separator"),
    ("venues.csv", "编号，组织，名称，面积\n".encode(), "wrong-separator"),
    ("venues.csv", b'"id', "bad-csv"),
    ("district.toml", '# 示例区 示例\nid = "示'.encode()[:-1], "bad-encoding"),
    ("venue.csv", b"id,organisation,name,area\n", "unknown-file"),
    ("Venues.CSV", b"id,organisation,name,area\n", "unknown-file"),
    ("disctrict.toml", b"", "unknown-file"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "code"), RAW_MISTAKES)
def test_a_file_that_cannot_be_read_is_named_once(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    written(tmp_path, SMALL)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputProblem) as caught:
        read_folder(tmp_path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.where.file) == (code, name)
    assert problem.remedy


def test_a_broken_byte_is_told_with_its_line(tmp_path: Path) -> None:
    written(tmp_path, SMALL)
    (tmp_path / "venues.csv").write_bytes(
        "id,organisation,name,area\nx,v1,示例村部,1\n".encode() + b"y,v1,\xe9\x83,1\n"
    )
    with pytest.raises(InputProblem) as caught:
        read_folder(tmp_path)
    (problem,) = caught.value.problems
    assert problem.where.line == 3
    assert "0xE9" in problem.read


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path / "a file"):
        (tmp_path / "a file").touch()
        with pytest.raises(InputProblem) as caught:
            read_folder(path)
        assert caught.value.code == "missing-folder"


def test_an_empty_folder_lacks_just_the_two_files_that_must_be_there(tmp_path: Path) -> None:
    problems = refused(tmp_path, {})
    assert [(each.code, each.where.file) for each in problems] == [
        ("missing-file", "district.toml"),
        ("missing-file", "organisations.csv"),
    ]


def test_a_missing_file_is_told_without_every_reference_to_it(tmp_path: Path) -> None:
    problems = refused(tmp_path, {name: text for name, text in SMALL.items() if name != "organisations.csv"})
    assert [(each.code, each.where.file) for each in problems] == [("missing-file", "organisations.csv")]


def test_a_file_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "goals.csv").mkdir()
    problems = refused(tmp_path, {name: text for name, text in SMALL.items() if name != "goals.csv"})
    assert [(each.code, each.where.file) for each in problems] == [("unreadable-file", "goals.csv")]


def test_a_misspelt_needed_column_is_told_once_and_not_for_every_row(tmp_path: Path) -> None:
    for name, column in (("organisations.csv", "id"), ("bodies.csv", "id"), ("readings.csv", "organisation")):
        problems = refused(tmp_path, {**SMALL, name: SMALL[name].replace(column, f"{column}z", 1)})
        assert [(each.code, each.where.row) for each in problems] == [("unknown-column", 1)], problems


def test_a_column_that_nothing_resembles_is_missing(tmp_path: Path) -> None:
    problems = refused(tmp_path, {**SMALL, "venues.csv": "id,organisation,area\nx,v1,1\n"})
    assert [(each.code, each.where.row, each.where.column) for each in problems] == [
        ("missing-column", 1, "name")
    ]


def test_all_problems_of_a_folder_come_at_once_and_in_order(tmp_path: Path) -> None:
    files = {
        **SMALL,
        **changed("district.toml", "year = 2026", "year = 26"),
        **changed("organisations.csv", "village,s,no", "village,x,maybe"),
    }
    files = {
        **files,
        "district.toml": SMALL["district.toml"].replace("year = 2026", "year = 26"),
        "goals.csv": SMALL["goals.csv"].replace("12.5", "１２"),
        "readings.csv": SMALL["readings.csv"].replace("12.34", "1e3").replace("-0.01", "NaN"),
        "items.csv": SMALL["items.csv"].replace("不漏,2026-06-30", "不漏,2026-01-30"),
        "novel.csv": "x",
    }
    problems = refused(tmp_path, files)
    assert [(each.where.file, each.where.row, each.code) for each in problems] == [
        ("novel.csv", None, "unknown-file"),
        ("district.toml", None, "bad-value"),
        ("organisations.csv", 5, "bad-truth"),
        ("organisations.csv", 5, "unknown-reference"),
        ("readings.csv", 4, "bad-number"),
        ("readings.csv", 5, "bad-number"),
        ("goals.csv", 2, "bad-number"),
        ("items.csv", 2, "due-before-found"),
    ]


def test_reading_stops_at_a_thousand_problems_and_says_so(tmp_path: Path) -> None:
    rows = "".join(f"x{number},v9,村部,1\n" for number in range(MOST + 500))
    problems = refused(tmp_path, {**SMALL, "venues.csv": f"id,organisation,name,area\n{rows}"})
    assert len(problems) == MOST + 1
    assert problems[-1].code == "too-many-problems"
    assert [each.where.row for each in problems[:-1]] == list(range(2, MOST + 2))


def test_a_complaint_names_the_column_as_the_file_does(tmp_path: Path) -> None:
    files = {**SMALL, "venues.csv": "编号,组织,名称,面积\nx,v1,村部,１\n"}
    (problem,) = refused(tmp_path, files)
    assert (problem.where.column, problem.code) == ("面积", "bad-number")


def test_an_unknown_id_comes_with_the_nearest_known_one(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, changed("posts.csv", "so,sb,officer", "so,sbb,officer"))
    assert problem.expected == "sb"


def test_a_child_must_lie_within_all_versions_of_its_parent(tmp_path: Path) -> None:
    for second, whole in (("2026-07-01", True), ("2026-07-02", False)):
        versions = f"s,示例街道,,street,d,是,,2026-07-01\ns,示例新街道,,street,d,是,{second},\n"
        files = changed("organisations.csv", "s,示例街道,,street,d,是,,\n", versions)
        if whole:
            assert read_folder(written(tmp_path, files))
        else:
            problems = refused(tmp_path, files)
            assert [(each.code, each.where.row) for each in problems] == [
                ("outside-parent", 5),
                ("outside-parent", 6),
            ]


def test_a_second_root_from_a_day_on_is_told_with_the_day(tmp_path: Path) -> None:
    files = {
        **changed("organisations.csv", "s,示例街道,,street,d", "s,示例街道,,street,"),
        "placements.csv": SMALL["placements.csv"] + "s,territory,d,,2026-07-01\n",
    }
    (problem,) = refused(tmp_path, files)
    assert (problem.code, problem.read) == ("two-roots", "d s from 2026-07-01")


def test_a_long_circle_is_told_once(tmp_path: Path) -> None:
    text = "id,name,kind,parent\n" + "".join(f"o{n},示例{n},village,o{(n + 1) % 50}\n" for n in range(50))
    files = {
        "district.toml": SMALL["district.toml"].replace('root = "d"', 'root = "o0"'),
        "organisations.csv": text,
    }
    (problem,) = refused(tmp_path, files)
    assert (problem.code, problem.where.row) == ("circle", 2)


def test_a_placement_that_cannot_be_read_makes_nobody_a_root(tmp_path: Path) -> None:
    rows = "v1,sector,s,,\ns,sector,w,2024-02-30,\n"
    problems = refused(tmp_path, {**SMALL, "placements.csv": SMALL["placements.csv"] + rows})
    assert [each.code for each in problems] == ["bad-day"]
    problems = refused(
        tmp_path, {**SMALL, "placements.csv": SMALL["placements.csv"] + "v1,sector,s,,\nx y,sector,w,,\n"}
    )
    assert [each.code for each in problems] == ["bad-id"]


def test_what_depends_on_rows_that_cannot_be_read_is_not_complained_about(tmp_path: Path) -> None:
    cases: list[tuple[str, str, str, str]] = [
        ("organisations.csv", "v2,示例村02,,village", "v\u200b2,示例村02,,village", "bad-character"),
        ("chains.csv", "ch,示例产业链", "c h,示例产业链", "bad-id"),
        ("links.csv", "ch,processing,加工", "ch,pro cessing,加工", "bad-name"),
        ("carrier_parts.csv", "ca,v2,33.33", "ca,v2,33,33", "ragged-row"),
        ("movements.csv", "education,15,,,", "education,１５,,,", "bad-number"),
        ("placements.csv", "c,sector,w,,", '"c,sector,w,,', "bad-csv"),
    ]
    for name, old, new, code in cases:
        problems = refused(tmp_path, changed(name, old, new))
        assert [each.code for each in problems] == [code], problems


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_stands_in_a_file_the_folder_is_read_or_refused_and_nothing_else_happens(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(SMALL)))
    content = bytearray(
        SMALL[name].encode(data.draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"])))
    )
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        until = at + data.draw(st.integers(0, 6))
        content[at:until] = data.draw(
            st.sampled_from(
                [b"", b",", b'"', b"\n", b"\x00", b"\xff", b"2026-02-30", b"\xe7\xa4\xba", b"=", b";"]
            )
        )
    folder = written(tmp_path_factory.mktemp("folder"), SMALL)
    (folder / name).write_bytes(bytes(content))
    problems: tuple[Problem, ...] = ()
    records = 0
    try:
        records = len(read_folder(folder))
    except InputProblem as error:
        problems = error.problems
    assert (records > 1) != bool(problems)
    assert all(each.code and each.remedy and each.where.file for each in problems)
