"""`chengnuo import` and files as they come: odd sheets, words for “not known”, logs of events."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.db.models import Q

from chengnuo.cases.finding.search import search
from chengnuo.cases.models import Case
from chengnuo.doors.cli.main import main
from chengnuo.obligations.models import Obligation
from chengnuo.people.models import Organisation
from chengnuo.tables.opening import opened
from tests.rules.world import at
from tests.tables.files import Plain
from tests.tables.inputs import HEAD, SHARED, numbered, row, sheet, text

pytestmark = pytest.mark.django_db
shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/inputs is not at hand")

MAPPING = """\
id: hotline
title: {zh: 热线工单, en: Hotline matters}
pack: water-company
regulation: newest
time_zone: Asia/Shanghai
reference: [工单编号]
service: {value: routine-enquiry}
lodged: {column: 派单时间}
narrative: {columns: [诉求内容]}
address: {columns: [诉求地址]}
contact_name: 诉求人
contact_phone: 联系电话
"""
# The water company's repair, told event by event.
LOG = """\
id: log
title: {zh: 事件日志, en: Log of events}
pack: water-company
regulation: newest
time_zone: Asia/Shanghai
missing: ["?", 无, "-"]
reference: {columns: [区, 编号], join: "-"}
repeats: {take: events}
service: {value: pipe-repair}
lodged: {column: 报修}
narrative: {columns: [内容]}
contact_name: 联系人
facts:
  diameter_mm: {column: 管径}
events:
  - {event: case.handed_over, when: {动作: 派单}, column: 时间}
  - {event: repair.completed, when: {动作: [修复, 再次修复]}, column: 时间}
  - {event: case.reopened, when: {动作: 重开}, column: 时间}
judge: [pipe-repaired]
"""


def bring_in(path, mapping, *more):
    named = path.with_suffix(".yaml")
    named.write_text(mapping, encoding="utf-8")
    rejects = str(path.with_suffix(".rejects.csv"))
    words = ["import", str(path), "--mapping", str(named), "--into", "HL", "--found"]
    return main([*words, "--rejects", rejects, *more])


def told(capsys):
    """The account of a run: read, imported, there, further rows, rejected."""
    lines = capsys.readouterr().out.partition("提示")[0].splitlines()
    named = {line.split(" / ")[1].split(" ")[0]: line.split()[0] for line in lines if " / " in line}
    return {name: int(count.replace(",", "")) for name, count in named.items()}


def csv_file(tmp_path, *lines):
    path = tmp_path / "given.csv"
    path.write_text("\n".join((*lines, "")), encoding="utf-8")
    return path


# Read, imported, already there, rejected.
RIGHT = {
    "w1-title-row.xlsx": (3, 2, 0, 1),
    "w1b-totals.xlsx": (3, 2, 0, 1),
    "w3-dates.xlsx": (19, 18, 0, 1),
    "w4-gbk.csv": (2, 2, 0, 0),
    "w4b-gbk-cut-character.csv": (3, 2, 0, 1),
    "w5-short-rows.csv": (4, 4, 0, 0),
    "w6-long-number.xlsx": (3, 0, 0, 3),
    "w6c-excel-15-digits.xlsx": (2, 0, 0, 2),
    "w7-hidden-first.xlsx": (2, 2, 0, 0),
    "w8-zero-width.xlsx": (6, 4, 2, 0),
    "w8b-zero-width-header.xlsx": (1, 1, 0, 0),
    "w9-phones.xlsx": (31, 31, 0, 0),
    "w10-formula.xlsx": (3, 0, 0, 3),
    "w11b-merged-address.xlsx": (3, 3, 0, 0),
    "w12-stray-far.xlsx": (2, 2, 0, 0),
    "w13-1904.xlsx": (1, 1, 0, 0),
    "w14-rare.xlsx": (8, 8, 0, 0),
    "w15-confidential.xlsx": (8, 8, 0, 0),
    "w16-due-day.xlsx": (1, 1, 0, 0),
    "w19-real.xls": (2, 2, 0, 0),
    "w20-utf16.csv": (1, 1, 0, 0),
    "w22-tab.txt": (2, 2, 0, 0),
}


@shared
@pytest.mark.parametrize("name", list(RIGHT))
def test_each_odd_file_comes_out_as_it_should(tmp_path, capsys, name):
    path = tmp_path / name
    path.write_bytes((SHARED / name).read_bytes())
    with time_machine.travel(at("2026-11-30 10:00")):
        bring_in(path, MAPPING)
    found = told(capsys)
    right = dict(zip(("read", "imported", "already", "rejected"), RIGHT[name], strict=True))
    assert {key: found[key] for key in right} == right


@shared
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("w18-xml2003.xls", ("XML 表格 2003", "XML Spreadsheet 2003", "另存为", "save it as")),
        ("w21-encrypted.xlsx", ("工作簿设有密码", "the workbook has a password")),
        (
            "w24-other-headings.xlsx",
            ("no column '诉求地址'", "it has: 工单编号, 派单时间, 处理时限"),
        ),
    ],
)
def test_a_file_that_cannot_go_in_says_why_and_leaves_nothing(tmp_path, capsys, name, said):
    path = tmp_path / name
    path.write_bytes((SHARED / name).read_bytes())
    assert bring_in(path, MAPPING) == 1
    told = capsys.readouterr().err
    assert [words for words in said if words not in told] == []
    assert not Case.objects.exists()


RARE = {
    "1": ("𠮷田", "小区停水两天"),
    "2": ("䶮某", "家里没水了😭👨\u200d👩\u200d👧老人"),
    "3": ("买买提·阿不都", "=1+1"),
    "4": ("张　三", "A\nB"),
    "5": ("李 四", "小区停水两天"),
}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_rare_names_are_stored_whole_found_and_exported(tmp_path, ending):
    rows = [row(key, name=name, narrative=told) for key, (name, told) in RARE.items()]
    assert bring_in(sheet(tmp_path, [*rows, row("6", name="\u200b\u3164")]), MAPPING) == 0
    cases = {case.source_ref: case for case in Case.objects.all()}
    assert {key: (cases[key].contact_name, cases[key].narrative) for key in RARE} == RARE
    assert cases["6"].contact_name == ""
    company = Organisation.objects.get(code="HL")
    for asked, key in [("𠮷田", "1"), ("䶮某", "2"), ("买买提阿不都", "3"), ("买买提·阿不都", "3"),
                       ("张三", "4"), ("张 三", "4"), ("李四", "5"), ("李　四", "5")]:  # fmt: skip
        found = search(companies=[company], asked=asked, shown=Q(), in_full=Q()).cases
        assert [case.source_ref for case in found] == [key], asked
    out = tmp_path / f"out.{ending}"
    told = ["--unmasked", "--reason", "核对导入的姓名"]
    assert main(["export", "cases", "--from", "HL", "--out", str(out), *told]) == 0
    with opened(out, Plain()) as table:
        written = [row.cells for row in table.rows]
    names = {str(cell) for cells in written for cell in cells}
    assert {name for name, _ in RARE.values()} <= names
    assert {"A\nB", "家里没水了😭👨\u200d👩\u200d👧老人"} <= names
    assert len(written) == 6


def test_columns_that_are_not_read_are_named_before_the_first_row(tmp_path, capsys):
    path = sheet(tmp_path, [row("1", received="2025-11-20 09:30")])
    assert bring_in(path, MAPPING) == 0
    assert "columns that are not read: 办理时限, 是否保密" in capsys.readouterr().err


def test_a_file_that_is_none_is_named_in_both_languages(tmp_path, capsys):
    path = tmp_path / "report.xls"
    path.write_bytes(b"<html><table><tr><td>1</td></tr></table></html>")
    assert bring_in(path, MAPPING) == 1
    said = capsys.readouterr().err
    assert "网页（HTML）" in said
    assert "a web page (HTML)" in said


def test_a_file_that_reaches_outside_published_years_is_warned_of(tmp_path, capsys):
    path = csv_file(tmp_path, ",".join(HEAD), ",".join(map(str, row(received="2003-05-06 09:30"))))
    assert bring_in(path, MAPPING) == 0
    assert "without a holiday notice (2003)" in capsys.readouterr().err
    within = csv_file(tmp_path, *text(numbered(2, received="2011-05-06 09:30")).splitlines())
    bring_in(within, MAPPING.replace("id: hotline", "id: other"))
    assert "holiday notice" not in capsys.readouterr().err


def test_a_log_of_events_is_one_matter_per_reference(tmp_path, capsys):
    path = csv_file(
        tmp_path,
        "区,编号,报修,动作,时间,内容,联系人,管径",
        "东,1,2025-03-03 08:00,派单,2025-03-03 08:10,路面冒水,?,100",
        "东,2,2025-03-03 09:00,修复,2025-03-05 09:00,井盖冒水,无,-",
        "东,1,2025-03-03 08:00,修复,2025-03-03 20:00,路面冒水,?,100",
        "西,1,2025-03-04 08:00,修复,2025-03-04 09:00,另一处,李四,100",
        "东,3,2025-03-04 08:00,修复,不知道,坏行,无,100",
        "东,3,2025-03-04 08:00,派单,2025-03-04 08:10,坏行,无,100",
        ",9,2025-03-04 08:00,修复,2025-03-04 09:00,没有区,无,100",
    )
    assert bring_in(path, LOG) == 3
    assert told(capsys) == {"read": 7, "imported": 3, "already": 0, "further": 1, "rejected": 3}
    first = Case.objects.get(source_ref="东-1")
    assert (first.contact_name, first.narrative) == ("", "路面冒水")
    kept = Obligation.objects.get(docket=first.docket)
    assert kept.kept_at == datetime(2025, 3, 3, 12, tzinfo=UTC)
    assert Obligation.objects.get(docket__case__source_ref="东-2").broken_at is not None
    # the same file again adds nothing
    assert bring_in(path, LOG) == 3
    assert told(capsys) == {"read": 7, "imported": 0, "already": 3, "further": 1, "rejected": 3}


@pytest.mark.parametrize(
    ("repeats", "narrative"),
    [("{take: last}", "下面的行"), ("{take: latest, by: 更新}", "最晚的行")],
)
def test_the_latest_row_wins_where_the_mapping_says_so(tmp_path, capsys, repeats, narrative):
    mapping = f"{MAPPING}repeats: {repeats}\n"
    path = csv_file(
        tmp_path,
        "工单编号,派单时间,诉求内容,诉求地址,诉求人,联系电话,更新",
        "A1,2025-03-03 08:00,最早的行,x,x,13800001234,2025-03-03 09:00",
        "a1 ,2025-03-03 08:00,最晚的行,x,x,13800001234,2025-03-05 09:00",
        "A1\u200b,2025-03-03 08:00,下面的行,x,x,13800001234,2025-03-04 09:00",
    )
    assert bring_in(path, mapping) == 0
    assert told(capsys) == {"read": 3, "imported": 1, "already": 0, "further": 2, "rejected": 0}
    assert Case.objects.get().narrative == narrative


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("repeats: {take: latest}\n", "give `by` with"),
        ("repeats: {by: 更新}\n", "give `by` with"),
        ("events: [{event: pause.ended, column: 派单时间}]\n", "pauses name a rule"),
        ("events: [{event: pause.requested, rule: x, column: 派单时间}]\n", "names a reason"),
        ("events: [{event: pause.ended, rule: nobody, column: 派单时间}]\n", "no such rule"),
        ("reference: {columns: []}\n", "reference"),
    ],
)
def test_a_mapping_that_contradicts_itself_is_refused(tmp_path, capsys, words, said):
    mapping = MAPPING.replace("reference: [工单编号]\n", "") if "reference" in words else MAPPING
    assert bring_in(sheet(tmp_path, [row()]), mapping + words) == 1
    assert said in capsys.readouterr().err
