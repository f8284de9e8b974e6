"""What people do on the pages, in their own words."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


def take_in(page: Page, service: str, narrative: str, **more: str) -> None:
    """Fill the intake; nothing is saved yet."""
    page.goto("/intake/")
    page.locator(f"#services input[value={service}]").check()
    page.locator("#phone").fill(more.get("phone", "13900000000"))
    page.locator("#name").fill(more.get("name", "演示来电人"))
    page.locator("#address").fill(more.get("address", "示例市示例路9号"))
    page.locator("#narrative").fill(narrative)
    answered(page)


def answered(page: Page) -> None:
    """What the page asked of the server has come: it would otherwise be laid over a next choice."""
    expect(page.locator(".htmx-request")).to_have_count(0)


def save(page: Page) -> str:
    """Take it in and open the case; its number."""
    page.locator("#intake .actions [data-plain]").click()
    page.wait_for_url(re.compile(r"/cases/D[A-Z]-.+/taken/"))
    page.locator(".taken-acts a[href^='/cases/']").last.click()
    page.wait_for_url(re.compile(r"/cases/D[A-Z]-[\d-]+/$"))
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def a_letter_comes(page: Page, number: str) -> None:
    """A letter of the mayor's mailbox is taken in by whoever keeps the letters."""
    page.goto("/outside/new/")
    page.locator("[name=sender][value=mayor_mailbox]").check()
    page.locator("#number").fill(number)
    page.locator("#narrative").fill("小区门口井盖破损，夜间行人不便")
    page.locator("#contact_name").fill("演示来信人")
    page.locator("#unit").select_option(index=1)
    page.locator(".outside-form .actions button").click()
    page.wait_for_url(re.compile(r"/cases/DW-"))


def open_form(page: Page, case: str, form: str) -> Locator:
    """The form in its sheet, opened from the case page."""
    page.goto(f"/cases/{case}/")
    page.locator(f".offered a[href$='/forms/{form}/']").click()
    sheet = page.locator("#sheet")
    expect(sheet).to_be_visible()
    return sheet


def write(where: Locator, **answers: str | bool) -> None:
    """Answer questions by the names of their fields."""
    for name, answer in answers.items():
        field = where.locator(f"[name='{name}']")
        kind = field.first.get_attribute("type")
        if kind == "radio":
            value = {True: "true", False: "false"}.get(answer, answer)  # type: ignore[arg-type]
            where.locator(f"[name='{name}'][value='{value}']").check()
        elif kind == "checkbox":
            field.check()
        elif field.evaluate("f => f.tagName") == "SELECT":
            field.select_option(str(answer))
        else:
            field.fill(str(answer))


def record(sheet: Locator) -> None:
    """Send the form; it is accepted, the sheet closes and the page tells so."""
    sheet.locator(".actions .primary").click()
    expect(sheet).to_be_hidden()
    expect(sheet.page.locator(".told")).to_be_visible()


def take_step(page: Page, case: str, what: str, press: str = "", **answers: str) -> None:
    """A small step of the case, on its page; it is accepted and told."""
    page.goto(f"/cases/{case}/?step={what}")
    where = page.locator(f"#step-{what}")
    for name, answer in answers.items():
        field = where.locator(f"[name='{name}']")
        if field.evaluate("f => f.tagName") == "SELECT":
            field.select_option(label=answer)
        else:
            field.fill(answer)
    buttons = where.locator("button")
    (buttons.filter(has_text=press) if press else buttons.last).first.click()
    expect(page.locator(".told")).to_be_visible()


def fill(page: Page, case: str, form: str, **answers: str | bool) -> None:
    sheet = open_form(page, case, form)
    write(sheet, **answers)
    record(sheet)


def message_about(page: Page, words: str) -> Locator:
    """A message, once the worker has brought it; the list of messages is open then."""
    found = page.locator("#message-list a", has_text=words).first
    for _ in range(90):
        page.goto("/")
        page.locator("#messages summary").click()
        expect(page.locator("#message-list h2")).to_be_visible()
        if found.count():
            break
        page.wait_for_timeout(500)
    expect(found).to_be_visible()
    return found
