"""Pages for matters from outside: registering, the register, spreadsheets, papers, the reply."""

from __future__ import annotations

import re
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from chengnuo.cases.models import Attachment, Case, Copy
from chengnuo.doors.web.kit import filestore
from chengnuo.ledger.models import Entry
from tests.companies import house
from tests.doors.web.conftest import LATER, control, page, sits

PDF = b"%PDF-1.4\n% a scanned letter\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 32
HEAD = "工单编号,派单时间,办理时限,诉求内容,诉求人,联系电话,承办单位,是否保密\n"
GOOD = "DEMO-1,2026-03-09 09:00,2026-03-12,路面井盖破损,演示来电人,13800000001,network,否\n"
BAD = "DEMO-2,昨天上午,2026-03-12,水压低,演示来电人,13800000002,不存在的单位,否\n"


@pytest.fixture
def water(db, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    return house("water-company")


@pytest.fixture
def clerk(water):
    return sits(water.people["administration"])


def upload(content, name="来信.pdf", kind="application/pdf"):
    return SimpleUploadedFile(name, content, content_type=kind)


def typed(water, **more):
    told = {
        "token": "a-token-of-this-page",
        "sender": "mayor_mailbox",
        "number": "市长〔2026〕15号",
        "received_at": "2026-03-09T09:00",
        "due_at": "2026-03-12T18:00",
        "narrative": "小区门口井盖破损，请尽快修复",
        "contact_name": "演示来信人",
        "contact_phone": "13800000001",
        "copies": [str(water.people[r].pk) for r in ("cs-manager", "branch-deputy")],
    }
    return {**told, **more}


# -- registering -----------------------------------------------------------------------------------


def test_one_screen_registers_a_letter_with_scan_and_copies(water, clerk):
    blank = page(clerk.get("/outside/new/"))
    assert blank.count('name="copies"') == 2, "those whom the clause names are offered"
    unit = str(water.units["network"].pk)
    answer = clerk.post("/outside/new/", typed(water, unit=unit, scan=[upload(PDF), upload(PNG)]))
    case = Case.objects.get()
    assert answer.url == f"/cases/{case.number}/"
    assert (case.source, case.source_ref) == ("mayor_mailbox", "市长〔2026〕15号")
    html = page(clerk.get(answer.url))
    assert "来信.pdf" in html
    assert "来信.png" in html, "the ending says what the file is"
    assert html.count("not viewed yet") == 2


def test_the_same_number_opens_the_case_that_is_there(water, clerk):
    clerk.post("/outside/new/", typed(water))
    case = Case.objects.get()
    known = page(
        clerk.get("/outside/known/", {"sender": "mayor_mailbox", "number": "市长〔2026〕15号"})
    )
    assert case.number in known
    answer = clerk.post("/outside/new/", typed(water, token="another-token"))
    assert answer.url == f"/cases/{case.number}/"
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"narrative": ""}, "Please enter the customer's request."),
        ({"sender": "nobody"}, "Please choose who sent it."),
        ({"contact_phone": "call me"}, "This is not a telephone number"),
        ({"due_at": "2026-03-01T10:00"}, "The time limit is before the receipt"),
        ({"received_at": "2026-03-20T10:00"}, "The time of receipt cannot be later than now"),
        ({"received_at": "yesterday"}, "Enter a date and time"),
        ({"address": "x" * 301}, "At most 300 characters."),
        ({"number": "#1"}, "A number does not begin with #"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_typed_is_lost(water, clerk, wrong, said):
    given = typed(water, scan=upload(PDF)) | wrong
    answer = clerk.post("/outside/new/", given)
    html = page(answer)
    assert answer.status_code == 422
    assert said in html
    assert "演示来信人" in html
    assert control(html, "scan.kept"), "the scan need not be chosen again"
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"<script>alert(1)</script>", "photo.png", "This type of file is not accepted"),
        (b"", "empty.pdf", "The file is empty"),
        (PDF + b"0" * filestore.LARGEST, "large.pdf", "larger than 10 MB"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
            "x.svg",
            "This type of file is not accepted",
        ),
    ],
)
def test_a_bad_scan_is_named_and_a_good_one_beside_it_stays(water, clerk, content, name, said):
    scans = [upload(PDF), upload(content, name)]
    answer = clerk.post("/outside/new/", typed(water, scan=scans))
    html = page(answer)
    assert answer.status_code == 422
    assert re.search(rf'id="scan-error".*{re.escape(name)}: [^<]*{said}', html, re.DOTALL)
    ticket = control(html, "scan.kept").split('value="')[1].split('"')[0]
    clerk.post("/outside/new/", typed(water, **{"scan.kept": ticket}))
    assert [a.name for a in Attachment.objects.all()] == ["来信.pdf"]


def test_papers_are_shown_without_running_anything(water, clerk):
    ofd = BytesIO()
    with zipfile.ZipFile(ofd, "w") as packed:
        packed.writestr("OFD.xml", "<ofd:OFD/>")
    clerk.post("/outside/new/", typed(water, scan=[upload(PDF), upload(ofd.getvalue(), "件.ofd")]))
    case = Case.objects.get()
    headers = {}
    for paper in case.attachments.all():
        answer = clerk.get(f"/cases/{case.number}/files/{paper.sha256}/")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].startswith("default-src 'none'")
        headers[paper.type] = answer["Content-Disposition"].split(";")[0]
        assert b"".join(answer.streaming_content)
    assert headers == {"application/pdf": "inline", "application/ofd": "attachment"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\papers\\letter.PDF", "letter.PDF"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("photo\u202efdp.exe", "photofdp.pdf"),
        ("来信 1.pdf", "来信 1.pdf"),
        ("..", "file.pdf"),
    ],
)
def test_names_of_files_are_only_names(given, kept):
    assert filestore.safe_name(given, "application/pdf") == kept


def test_the_letter_of_somebody_unnamed_is_closed_to_who_handles_it(water, clerk):
    unit = str(water.units["network"].pk)
    told = typed(water, unit=unit, confidential="true", scan=[upload(PDF)])
    clerk.post("/outside/new/", told)
    case = Case.objects.get()
    paper = f"/cases/{case.number}/files/{case.attachments.get().sha256}/"
    handler = sits(water.people["network"])
    html = page(handler.get(f"/cases/{case.number}/"))
    assert "来信.pdf" not in html
    assert "they identify the requester" in html
    assert handler.get(paper).status_code == 404
    assert b"".join(clerk.get(paper).streaming_content) == PDF, "whoever took it in reads it"


def test_who_got_a_copy_sees_the_case_and_that_he_looked(water, clerk):
    clerk.post("/outside/new/", typed(water))
    case = Case.objects.get()
    manager = sits(water.people["cs-manager"])
    assert manager.get(f"/cases/{case.number}/").status_code == 200
    seen = Copy.objects.filter(seen_at__isnull=False)
    assert [c.staff for c in seen] == [water.people["cs-manager"]]


# -- the register ----------------------------------------------------------------------------------


def test_the_register_shows_both_limits_and_its_filter_is_in_the_address(water, clerk):
    clerk.post("/outside/new/", typed(water))
    clerk.post("/outside/new/", typed(water, sender="gov_hotline", number="G-1", token="other-one"))
    html = page(clerk.get("/outside/"))
    assert "市长〔2026〕15号" in html
    assert "G-1" in html
    assert "Thu 12 Mar, 18:00" in html
    only = page(clerk.get("/outside/", {"sender": "gov_hotline", "stage": "open"}))
    assert "市长〔2026〕15号" not in only
    assert "G-1" in only
    assert "G-1" not in page(clerk.get("/outside/", {"stage": "closed"}))
    assert "0/2" in page(clerk.get("/outside/", {"stage": "unseen"}))


def test_the_figures_of_the_week_open_into_their_rows(water, clerk):
    clerk.post("/outside/new/", typed(water))
    html = page(clerk.get("/outside/"))
    link = re.search(r'href="(\?sender=mayor_mailbox&since=[^"]+)">1<', html)
    assert link
    assert "市长〔2026〕15号" in page(clerk.get(f"/outside/{link.group(1)}"))
    before = page(clerk.get("/outside/?week=2026-03-02"))
    assert "None received this week." in before


# -- spreadsheets ----------------------------------------------------------------------------------


def give(client, text, name="12345.csv"):
    return client.post(
        "/outside/sheets/",
        {"sheet": "12345-demo", "file": upload(text.encode("utf-8-sig"), name, "text/csv")},
    )


def tickets(html):
    names = ("ticket", "sheet", "total")
    return {n: control(html, n).split('value="')[1].split('"')[0] for n in names}


def test_a_sheet_is_looked_at_before_anything_is_taken_in(water, clerk):
    html = page(give(clerk, HEAD + GOOD + BAD))
    assert "New: 1" in html
    assert "With errors: 1" in html
    for words in ("派单时间", "昨天上午", "Enter it as 2026-01-31", "不存在的单位"):
        assert words in html
    assert Case.objects.count() == 0
    done = page(clerk.post("/outside/sheets/take/", tickets(html)))
    assert "Imported: 1" in done
    case = Case.objects.get()
    assert case.docket.handling_unit == water.units["network"]
    assert case.outside_due_at.isoformat() == "2026-03-12T16:00:00+00:00", "the day's 24:00"
    # and the same sheet again adds nothing
    again = page(give(clerk, HEAD + GOOD + BAD))
    assert "Already here: 1" in again
    assert "Import 1" not in again.split("<main")[1].split("Choose another")[0].split("<h1>")[1]
    assert Case.objects.count() == 1


def test_a_number_of_stars_alone_is_none(water, clerk):
    number = GOOD.split(",")[0]
    html = page(give(clerk, HEAD + GOOD.replace(number, "*", 1)))
    assert "New: 0" in html
    assert "With errors: 1" in html


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("编号,内容\n1,2\n", "there is no column"),
        ("", "the file is empty"),
        ("%PDF-1.4 not a sheet", "x.csv: the file really is a PDF"),
        (HEAD.replace("工单编号", "x") + GOOD, "工单编号 / 工单号"),
    ],
)
def test_what_is_no_such_sheet_is_said_and_nothing_is_taken_in(water, clerk, content, said):
    answer = clerk.post(
        "/outside/sheets/", {"sheet": "12345-demo", "file": upload(content.encode(), "x.csv")}
    )
    assert answer.status_code == 422
    assert said in page(answer)


def test_a_number_that_stands_twice_in_a_sheet_is_an_error_of_the_second(water, clerk):
    html = page(give(clerk, HEAD + GOOD + GOOD))
    assert "Same number as row 2" in html


def test_a_telephone_too_long_goes_in_with_a_remark_and_stands_whole_on_paper(water, clerk):
    """The remark of the preview, and the line in the narrative that the printed page carries."""
    long = "、".join(["13800000001", "021-55550001转8", "请晚上八点以后联系其女儿的办公室" * 4])
    html = page(give(clerk, HEAD + GOOD.replace("13800000001", long)))
    assert "Imported with a remark" in html
    assert "all of it stands at the end of the request" in html
    clerk.post("/outside/sheets/take/", tickets(html))
    case = Case.objects.get()
    assert case.contact_phone == "13800000001"
    assert case.narrative.endswith(f"（联系电话：{long}）")
    assert f"（联系电话：{long}）" in page(sits(water.top).get(f"/cases/{case.number}/"))


def test_the_main_search_finds_a_case_by_its_sender_s_number(water, clerk):
    clerk.post("/outside/new/", typed(water))
    case = Case.objects.get()
    for asked in ("市长〔2026〕15号", "市长[2026]15号", "２０２６ 15号"):
        found = page(clerk.get("/cases/", {"q": asked}))
        assert case.number in found, asked
    assert case.number not in page(clerk.get("/cases/", {"q": "市长〔2026〕16号"}))


def test_a_large_sheet_goes_in_by_steps(water, clerk, monkeypatch):
    monkeypatch.setattr("chengnuo.doors.web.referrals.views.sheets.STEP", 2)
    rows = "".join(GOOD.replace("DEMO-1", f"DEMO-{n}") for n in range(5))
    step = page(clerk.post("/outside/sheets/take/", tickets(page(give(clerk, HEAD + rows)))))
    assert "2 / 5" in step
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', step))
    step = page(clerk.post("/outside/sheets/take/", hidden, headers={"HX-Request": "true"}))
    assert "4 / 5" in step
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', step))
    assert "Imported: 5" in page(clerk.post("/outside/sheets/take/", hidden))
    assert Case.objects.count() == 5
    assert clerk.post("/outside/sheets/take/", hidden).status_code == 422, "the sheet is gone"


def test_our_answers_go_back_in_the_sender_s_columns_and_that_is_recorded(water, clerk):
    clerk.post("/outside/sheets/take/", tickets(page(give(clerk, HEAD + GOOD))))
    answer = clerk.post(
        "/outside/sheets/answers/",
        {"sheet": "12345-demo", "since": "2026-03-09", "until": "2026-03-15"},
    )
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    titles, row = rows
    assert titles[0] == "工单编号"
    told = dict(zip(titles, row, strict=True))
    assert told["工单编号"] == "DEMO-1"
    assert told["办理状态"] == "办理中"
    assert told["承办单位"] == "network"
    assert "13800000001" not in str(rows)
    assert Entry.objects.filter(kind="personal_data.exported").count() == 1


# -- the reply -------------------------------------------------------------------------------------


def test_the_reply_names_what_is_missing_before_it_can_go_out(water, clerk):
    clerk.post("/outside/new/", typed(water))
    case = Case.objects.get()
    html = page(clerk.get(f"/cases/{case.number}/reply/"))
    assert "Cannot be sent yet. Missing:" in html
    assert "the reply to the customer" in html
    assert 'name="content"' not in html
    assert "data-prints" not in html


def test_only_matters_from_outside_have_a_reply_to_the_sender(firm, leak):
    assert sits(firm.top).get(f"/cases/{leak.number}/reply/").status_code == 404


def test_pages_work_for_a_pack_without_letters(firm):
    client = sits(firm.top)
    assert client.get("/outside/").status_code == 200
    assert "No sheet layout of an outside system" in page(client.get("/outside/sheets/"))
    answer = client.post(
        "/outside/new/",
        {
            "token": "a-token-of-this-page",
            "sender": "gov_hotline",
            "number": "G-9",
            "service": "leak",
            "narrative": "路面冒水",
            "received_at": f"{LATER - timedelta(hours=2):%Y-%m-%dT%H:%M}",
        },
    )
    assert answer.status_code == 302
    assert Case.objects.get().channel == "transfer"
