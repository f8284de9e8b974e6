"""A working day at the screen: languages, keys only, and an appearance of one's own."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

PAGES = ("/", "/intake/?service=pipe-repair", "/cases/", "/overdue/", "/regulation/")
# Names and the customer's words are data; where a clause stands has no other name.
OURS = "nav a, h1, h2, th, legend, label, button:not(.link):not([lang]), summary, .legend, .head"
LEFT_IN_ENGLISH = re.compile(r"[A-Za-z]{4,}")
LEFT_IN_CHINESE = re.compile(r"[\u4e00-\u9fff]")
NOT_WORDS = re.compile(
    r"[A-Z]{2}-[\d-]+|[0-9a-f]{12}|WeChat|Ctrl|XLSX|[A-Z]+-\d+|DN\d+|"
    r"(?m:^[一二三四五六七八九十]+[.（(][\d一二三四五六七八九十.()（）]*$)"
)


def everywhere(enters, **how) -> Iterator[tuple[Page, str]]:
    """Every kind of page: those of a head with duties, and those of a crew with a case."""
    head = enters("DW08", **how)
    head.goto("/regulation/")
    process = head.locator(".toc a[href*=processes]").nth(1).get_attribute("href")
    head.goto("/")
    duty = head.locator("a[href^='/duties/']").first.get_attribute("href")
    for address in (*PAGES, process, duty):
        yield head, str(address)
    crew = enters("DW17", **how)
    case = crew.locator("tr", has_text="厂区门口").locator("a").first.get_attribute("href")
    crew.goto(str(case))
    form = crew.locator(".offered a").first.get_attribute("href")
    yield crew, str(case)
    yield crew, str(form)


def test_the_language_sticks(enters, product):
    # given somebody who signs in in Chinese and changes to English on a page
    page = enters("DW16", language="zh")
    expect(page.locator("h1")).to_have_text("工作台")
    page.goto("/overdue/")
    page.locator("header .menu").last.locator("summary").click()
    page.get_by_role("button", name="English").click()
    # then he is on the same page, and every page speaks English, in every browser of his
    expect(page).to_have_url(f"{product.address}/overdue/")
    expect(page.locator("h1")).to_contain_text("Overdue register")
    again = enters("DW16", language="as it is")
    expect(again.locator("h1")).to_have_text("My desk")


@pytest.mark.parametrize(
    ("language", "foreign"), [("zh", LEFT_IN_ENGLISH), ("en", LEFT_IN_CHINESE)]
)
def test_no_label_is_left_in_the_other_language(enters, language, foreign):
    left = []
    for page, address in everywhere(enters, language=language):
        page.goto(address)
        for words in page.locator("main").locator(OURS).all_inner_texts():
            if foreign.search(NOT_WORDS.sub("", words)):
                left.append(f"{address}: {words}")
    assert not left, "\n".join(left)


def test_everything_by_keys_alone(enters, product):
    page = enters("DW09")
    keys = page.keyboard
    # the search has the focus after `/`, and finds a telephone
    keys.press("/")
    expect(page.locator("#find")).to_be_focused()
    keys.type("13800000002")
    keys.press("Enter")
    expect(page.locator("tbody tr").first).to_be_visible()
    # `n` takes in, with the telephone first; Alt and a letter lead to every other field
    page.locator("h1").click()
    keys.press("n")
    page.wait_for_url("**/intake/")
    expect(page.locator("#phone")).to_be_focused()
    keys.type("13900000005")
    keys.press("Alt+w")
    keys.type("路面冒水")
    keys.press("Alt+s")
    expect(page.locator("#service-search")).to_be_focused()
    keys.type("漏水")
    keys.press("Enter")
    expect(page.locator("#services input:checked")).to_have_count(1)
    expect(page.locator("#promises .until").first).to_be_visible()
    keys.press("Alt+n")
    keys.type("演示来电人")
    keys.press("Alt+a")
    keys.type("示例路5号")
    keys.press("Control+Enter")
    page.wait_for_url(re.compile("/cases/DW-"))
    # `?` shows the keys, Esc puts them away, `g d` goes to the desk, `j` to its first line
    keys.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    keys.press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()
    keys.press("g")
    keys.press("d")
    page.wait_for_url(f"{product.address}/")
    keys.press("j")
    expect(page.locator("table.lines a:focus, table.lines button:focus")).to_have_count(1)


def test_a_key_in_a_field_is_a_letter(enters):
    page = enters("DW09")
    page.locator("#find").click()
    page.keyboard.type("n/?gd")
    expect(page.locator("#find")).to_have_value("n/?gd")


def test_the_appearance_can_be_chosen_and_stays(enters):
    page = enters("DW09")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.locator("header .menu").last.locator("summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.goto("/cases/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
