"""A day with letters: the mayor's letter with scan and copies, and a sheet of the hotline."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.stories.steps import fill

SCAN = b"%PDF-1.4\n% a scanned letter\n%%EOF"
CHINA = timedelta(hours=8)
COLUMNS = "工单编号,派单时间,办理时限,诉求内容,诉求人,联系电话,承办单位,是否保密"


def a_file(name: str, content: bytes, kind: str) -> dict[str, object]:
    return {"name": name, "mimeType": kind, "buffer": content}


def test_a_letter_of_the_mayor_s_mailbox_is_copied_worked_and_answered(enters):
    # given a letter that lies on the desk of the administration
    clerk = enters("DW07")
    clerk.goto("/outside/new/")
    clerk.locator("[name=sender][value=mayor_mailbox]").check()
    clerk.locator("#number").fill("市长信箱-演示-15")
    clerk.locator("#narrative").fill("小区门口井盖破损，夜间行人不便")
    clerk.locator("#contact_name").fill("演示来信人")
    limit = datetime.now(UTC) + CHINA + timedelta(hours=3)
    clerk.locator("#due_at").fill(f"{limit:%Y-%m-%dT%H:%M}")
    clerk.locator("#unit").select_option(label="Network department")
    expect(clerk.locator("[name=copies]:checked")).to_have_count(2)
    # when the first scan is none at all, that is said and everything else stays
    script = a_file("photo.png", b"<script>alert(1)</script>", "image/png")
    clerk.locator("#scan").set_input_files([a_file("来信.pdf", SCAN, "application/pdf"), script])
    clerk.locator(".outside-form .actions button").click()
    expect(clerk.locator("#scan-error")).to_contain_text("photo.png")
    expect(clerk.locator("#narrative")).to_have_value("小区门口井盖破损，夜间行人不便")
    clerk.locator(".outside-form .actions button").click()
    clerk.wait_for_url(re.compile(r"/cases/DW-"))
    case = clerk.url.rstrip("/").rsplit("/", 1)[-1]
    # then the scan is kept, the copies are out, the form about the scan need not be typed again
    papers = clerk.locator(".papers")
    expect(papers).to_contain_text("来信.pdf")
    expect(papers).to_contain_text("not viewed yet")
    kept = clerk.locator(".promise", has_text="Letter scanned and sent")
    expect(kept).to_contain_text("Kept")
    # and the department's promise counts down to the sender's limit, which is the earlier one
    owed = clerk.locator(".promise", has_text="Information on a letter").first
    expect(owed.locator(".count")).to_contain_text(re.compile("2 h|3 h"))

    # when the manager of customer service opens his copy, that is seen
    manager = enters("DW12")
    manager.goto(f"/cases/{case}/")
    clerk.reload()
    expect(clerk.locator(".papers li", has_text="Head of customer")).to_contain_text("viewed")

    # when the department supplies what it found
    clerk.goto(f"/cases/{case}/reply/")
    expect(clerk.locator(".alarm")).to_contain_text("the result of the handling unit")
    fill(
        enters("DW03"), case, "department-feedback",
        feedback="result", content="井盖已于当日更换", clear=True,
    )  # fmt: skip
    specialist = enters("DW10")
    fill(specialist, case, "reply", content="已电话告知来信人", same_channel=True)
    # then the reply can go out in the sender's form, with both in it
    clerk.goto(f"/cases/{case}/reply/")
    expect(clerk.locator(".reply-sheet")).to_contain_text("井盖已于当日更换")
    form = clerk.locator(".reply-page form")
    expect(form.locator("[name=content]")).to_have_value(re.compile("井盖已于当日更换"))
    form.get_by_label("Letter", exact=True).check()
    form.locator("[name=signed_by]").fill("演示签发人")
    form.locator(".primary").click()
    clerk.wait_for_url(re.compile(rf"/cases/{case}/$"))
    done = clerk.locator(".promise", has_text="Reply to the sending authority")
    expect(done.first).to_contain_text("Kept")
    clerk.goto(f"/cases/{case}/reply/")
    expect(clerk.locator(".reply-sheet")).to_contain_text("演示签发人")
    # and the same number again only opens the case
    clerk.goto("/outside/new/?sender=mayor_mailbox")
    clerk.locator("#number").press_sequentially("市长信箱-演示-15")
    expect(clerk.locator("#known")).to_contain_text(case)


def test_a_sheet_of_the_hotline_is_looked_at_taken_in_worked_and_given_back(enters, tmp_path):
    # given a sheet with two good rows and a bad one
    at = datetime.now(UTC) + CHINA - timedelta(hours=1)
    limit = at + timedelta(days=5)
    rows = [
        f"演示-{n},{at:%Y-%m-%d %H:%M},{limit:%Y-%m-%d},"
        f"水压低，{n}楼,演示来电人,13800000001,管网部,否"
        for n in (1, 2)
    ]
    bad = "演示-3,昨天,,没有水,演示来电人,,不存在的单位,否"
    text = "\n".join([COLUMNS, *rows, bad]).encode("utf-8-sig")
    clerk = enters("DW10", language="zh")
    clerk.goto("/outside/sheets/")
    clerk.locator("#in-file").set_input_files([a_file("12345.csv", text, "text/csv")])
    clerk.get_by_role("button", name="预览").click()
    # then it says what would become of each row
    expect(clerk.locator("main")).to_contain_text("新增：2")
    expect(clerk.locator("main")).to_contain_text("有错误：1")
    expect(clerk.locator("main")).to_contain_text("请按“2026-01-31 09:00”填写")
    # when it is taken in, each number is one case, however often
    clerk.get_by_role("button", name="导入2件").click()
    expect(clerk.locator(".told")).to_contain_text("已导入：2")
    clerk.goto("/outside/sheets/")
    clerk.locator("#in-file").set_input_files([a_file("12345.csv", text, "text/csv")])
    clerk.get_by_role("button", name="预览").click()
    expect(clerk.locator("main")).to_contain_text("已有：2")
    expect(clerk.get_by_role("button", name=re.compile("导入"))).to_have_count(0)

    # when one of them is worked
    clerk.goto("/outside/?sender=gov_hotline&q=演示-1")
    clerk.locator(".outside-lines a").first.click()
    case = clerk.url.rstrip("/").rsplit("/", 1)[-1]
    fill(
        enters("DW03"), case, "department-feedback",
        feedback="result", content="已调高水压", clear=True,
    )  # fmt: skip
    fill(clerk, case, "reply", content="已告知来电人", same_channel=True)
    # then our answers go back in the sender's columns
    clerk.goto("/outside/sheets/")
    with clerk.expect_download() as saved:
        clerk.get_by_role("button", name="导出 XLSX").click()
    book = CalamineWorkbook.from_filelike(BytesIO(Path(saved.value.path()).read_bytes()))
    titles, *told = book.get_sheet_by_index(0).to_python()
    answers = {row[0]: dict(zip(titles, row, strict=True)) for row in told}
    assert answers["演示-1"]["办理状态"] == "已答复"
    assert "已调高水压" in answers["演示-1"]["办理情况"]
    assert answers["演示-2"]["办理状态"] == "办理中"
    # and the week counts them
    clerk.goto("/outside/")
    expect(clerk.locator(".week")).to_contain_text("12345政务服务热线")
