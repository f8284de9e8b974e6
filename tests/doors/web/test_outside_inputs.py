"""Sheets as senders really send them, through the page: each comes out as it should, and what does
not go in is told by its row."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from chengnuo.cases.models import Case
from tests.companies import house
from tests.doors.web.conftest import control, page, sits
from tests.rules.world import at
from tests.tables.files import workbook
from tests.tables.inputs import HEAD, SHARED, numbered, row, sheet, text

SHANGHAI = ZoneInfo("Asia/Shanghai")
shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/inputs is not at hand")


@pytest.fixture
def water(db, tmp_path, settings, clock):
    settings.MEDIA_ROOT = tmp_path / "files"
    clock.move_to(at("2026-11-30 10:00"))
    return house("water-company")


@pytest.fixture
def clerk(water):
    return sits(water.people["administration"])


def look(client, path, **more):
    content = path.read_bytes() if hasattr(path, "read_bytes") else path
    name = getattr(path, "name", "given.csv")
    file = SimpleUploadedFile(name, content)
    return client.post("/outside/sheets/", {"sheet": "12345-demo", "file": file}, **more)


def take(client, html, **more):
    names = ("ticket", "sheet", "total")
    given = {n: control(html, n).split('value="')[1].split('"')[0] for n in names}
    return client.post("/outside/sheets/take/", given | more)


def counts(html):
    """New, already here, with errors; as the page says."""
    return tuple(int(n) for n in re.findall(r">(?:New|Already here|With errors): (\d+)<", html))


def wrong_rows(html):
    part = html.split("Rows with errors")[-1].split("</section>")[0] if "Rows with" in html else ""
    return sorted({int(n) for n in re.findall(r"<tr><td>(\d+)</td>", part)})


# The right values of the files beside the checkout: new matters, rows that stay outside, and a
# word that is said of one of them.
RIGHT = {
    "w1-title-row.xlsx": (2, [5], "a row of totals"),
    "w1b-totals.xlsx": (2, [4], "a row of totals"),
    "w3-dates.xlsx": (18, [4], "is not a clear date and time. Enter it as 2026-01-31 09:00."),
    "w4-gbk.csv": (2, [], ""),
    "w4b-gbk-cut-character.csv": (2, [3], "bytes that are no text"),
    "w5-short-rows.csv": (4, [], ""),
    "w6-long-number.xlsx": (0, [2, 3, 4], "export it again"),
    "w6c-excel-15-digits.xlsx": (0, [2, 3], "export it again"),
    "w7-hidden-first.xlsx": (2, [], ""),
    "w8-zero-width.xlsx": (4, [3, 4], "Same number as row 2"),
    "w8b-zero-width-header.xlsx": (1, [], ""),
    "w9-phones.xlsx": (31, [], "the telephone number cannot be read"),
    "w10-formula.xlsx": (0, [2, 3, 4], "cell A2 holds a formula"),
    "w11b-merged-address.xlsx": (3, [], ""),
    "w12-stray-far.xlsx": (2, [], ""),
    "w13-1904.xlsx": (1, [], ""),
    "w14-rare.xlsx": (7, [9], "is empty"),
    "w15-confidential.xlsx": (8, [], ""),
    "w16-due-day.xlsx": (1, [], ""),
    "w19-real.xls": (2, [], ""),
    "w20-utf16.csv": (1, [], ""),
    "w22-tab.txt": (2, [], ""),
    "w24-other-headings.xlsx": (1, [], "sender&#x27;s time limit is not tracked"),
}
REFUSED = {
    "w18-xml2003.xls": "XML Spreadsheet 2003",
    "w21-encrypted.xlsx": "has a password",
}


@shared
@pytest.mark.parametrize("name", [*RIGHT, *REFUSED])
def test_each_odd_file_comes_out_as_it_should(water, clerk, name):
    answer = look(clerk, SHARED / name)
    html = answer.content.decode()
    if name in REFUSED:
        assert answer.status_code == 422
        assert REFUSED[name] in html
        return
    new, wrong, said = RIGHT[name]
    assert counts(html)[::2] == (new, len(wrong))
    assert wrong_rows(html) == wrong
    assert said in html
    if new:
        done = page(take(clerk, page(answer), without=["confidential", "due"]))
        while "Imported:" not in done:
            hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', done))
            done = page(clerk.post("/outside/sheets/take/", hidden))
        assert Case.objects.count() == new


@shared
def test_nobody_is_missing_among_the_odd_files():
    assert {path.name for path in SHARED.glob("w*")} == {*RIGHT, *REFUSED}


# -- kinds of faults, made here --------------------------------------------------------------------


def test_a_sheet_that_would_lose_secrecy_or_limit_asks_before_it_is_taken_in(
    water, clerk, tmp_path
):
    head = [{"办理时限": "处理时限", "是否保密": "保密"}.get(name, name) for name in HEAD]
    html = page(look(clerk, sheet(tmp_path, [row(secret="是")], head=head)))
    listed = html.split("Parts of the file that are not read")[1].split("</section>")[0]
    for name in ("办理时限 / 截止时间", "是否保密", "处理时限", "保密"):
        assert f">{name}<" in listed
    assert 'name="without" value="confidential" required' in html
    for given in ([], ["due"], ["confidential"]):
        refused = take(clerk, html, without=given)
        assert refused.status_code == 422
        assert "confirm first what would be lost" in page(refused)
        assert Case.objects.count() == 0
    assert "Imported: 1" in page(take(clerk, html, without=["confidential", "due"]))
    assert Case.objects.get().outside_due_at is None


def test_secrecy_is_kept_in_every_word_for_yes_and_an_unknown_word_is_refused(
    water, clerk, tmp_path
):
    yes, no = ("是", "√", "保密", True, "Y", "yes", " 是 ", "是\u200b"), ("否", "", "不保密", False)
    rows = [row(f"{n}", secret=word) for n, word in enumerate((*yes, *no, "也许"))]
    html = page(look(clerk, sheet(tmp_path, rows)))
    assert wrong_rows(html) == [len(rows) + 1]
    assert "should be: 是、保密" in html
    take(clerk, html)
    kept = set(Case.objects.filter(confidential=True).values_list("source_ref", flat=True))
    assert kept == {f"{n}" for n in range(len(yes))}


def test_one_number_is_one_matter_however_it_is_spelt(water, clerk, tmp_path):
    take(clerk, page(look(clerk, sheet(tmp_path, [row("DZ-202611")]))))
    spelt = [
        "DZ-202611\u200b",
        "dz-202611",
        " DZ- 202611 ",
        "ＤＺ－２０２６１１",
        "\ufeffDZ-202611",
    ]
    for number in spelt:
        assert counts(page(look(clerk, sheet(tmp_path, [row(number)])))) == (0, 1, 0), number
    assert wrong_rows(page(look(clerk, sheet(tmp_path, [row(n) for n in spelt])))) == [3, 4, 5, 6]
    typed = {"sender": "gov_hotline", "number": "dz-2026 11"}
    assert Case.objects.get().number in page(clerk.get("/outside/known/", typed))
    assert Case.objects.get().source_ref == "DZ-202611", "as the sender spelt it"


def test_a_limit_goes_back_as_the_sender_wrote_it(water, clerk, tmp_path):
    told = {
        "1": ("2026-12-05", "2026-12-06 00:00"),
        "2": ("2026-12-05 24:00", "2026-12-06 00:00"),
        "3": ("2026-12-05 00:00", "2026-12-05 00:00"),
        "4": ("2026年12月5日下午6点", "2026-12-05 18:00"),
    }
    rows = [row(number, due=due) for number, (due, _) in told.items()]
    take(clerk, page(look(clerk, sheet(tmp_path, rows))))
    for case in Case.objects.all():
        due = case.outside_due_at.astimezone(SHANGHAI)
        assert f"{due:%Y-%m-%d %H:%M}" == told[case.source_ref][1]
    given = {"sheet": "12345-demo", "since": "2026-11-01", "until": "2026-11-30"}
    answer = clerk.post("/outside/sheets/answers/", given)
    (tmp_path / "back.xlsx").write_bytes(answer.content)
    book = CalamineWorkbook.from_path(str(tmp_path / "back.xlsx"))
    titles, *back = book.get_sheet_by_index(0).to_python()
    at_number, at_due, at_received = (
        titles.index(name) for name in ("工单编号", "办理时限", "派单时间")
    )
    assert {r[at_number]: r[at_due] for r in back} == {n: due for n, (due, _) in told.items()}
    assert {r[at_received] for r in back} == {"2026-11-20 09:30"}


def test_telephones_are_stored_in_one_spelling_and_unreadable_ones_go_in(water, clerk, tmp_path):
    long = f"13800001234（女儿，{'白天上班不方便接听，' * 6}请晚上七点以后再打过来）"
    told = {"1": "+86 138-0000-1234", "2": "１３８００００１２３４", "3": "匿名", "4": long}
    rows = [row(number, phone=phone) for number, phone in told.items()]
    html = page(look(clerk, sheet(tmp_path, rows)))
    assert counts(html) == (4, 0, 0)
    assert "Imported with a remark" in html
    take(clerk, html)
    phones = dict(Case.objects.values_list("source_ref", "contact_phone"))
    assert phones == {"1": "13800001234", "2": "13800001234", "3": "匿名", "4": "13800001234"}
    assert long in Case.objects.get(source_ref="4").narrative, "nothing that was told is lost"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-hans", "文件其实是网页（HTML），只是名为 .xls：请用 Excel 或 WPS 打开，另存为"),
        ("en", "the file really is a web page (HTML) under the name .xls: open it"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_the_reader_s_language(water, clerk, language, said):
    clerk.cookies["chengnuo_language"] = language
    assert said in page(look(clerk, b"<table><tr><td>1</td></tr></table>"))


def test_a_damaged_row_alone_stays_outside_and_its_page_can_be_shown(water, clerk):
    content = text(numbered(3)).encode("gb18030")
    broken = content.replace("小区停水两天".encode("gb18030"), b"\xd0\xa1\xc7\xf8\xcd", 1)
    html = page(look(clerk, broken))
    assert counts(html) == (2, 0, 1)
    assert wrong_rows(html) == [2]
    assert "�" in html


def test_workbooks_by_other_programs_are_read_with_their_sheets_named(water, clerk, tmp_path):
    sheets = {"11月": [HEAD, *numbered(2)], "12月": [HEAD, row("9")]}
    html = page(look(clerk, workbook(tmp_path / "a.xlsm", sheets)))
    assert counts(html) == (2, 0, 0)
    assert ">12月<" in html


def test_text_with_tabs_and_semicolons_is_read(water, clerk):
    for mark in ("\t", ";"):
        assert counts(page(look(clerk, text(numbered(2), mark).encode("utf-16")))) == (2, 0, 0)


def test_no_moment_is_taken_for_another(water, clerk, tmp_path):
    told = {
        "1": "46346.6041666667",
        "2": "2026年11月20日下午2点30分",
        "3": 46346.6041666667,
    }
    rows = [row(n, received=when) for n, when in told.items()]
    take(clerk, page(look(clerk, sheet(tmp_path, rows))))
    moments = {case.lodged_at.astimezone(SHANGHAI) for case in Case.objects.all()}
    assert moments == {datetime(2026, 11, 20, 14, 30, tzinfo=SHANGHAI)}
