"""A day of the administrator: somebody comes, signs in, is locked out, and goes."""

import re
import time
from base64 import b32decode

import pytest
from django_otp.oath import totp
from playwright.sync_api import Page, expect

from tests.stories.steps import save, take_in

BADGE = "DW77"
OWN = "zwoelf-Boxkaempfer-7"


def signs_in(page: Page, password: str) -> None:
    page.goto("/sign-in/")
    page.locator("#badge").fill(BADGE)
    page.locator("#password").fill(password)
    page.locator("#password").press("Enter")


def code_of(key: str) -> str:
    """What an authenticator shows for a key, at the next moment that it was not used for."""
    return f"{totp(b32decode(key + '=' * (-len(key) % 8))):06d}"


def wait_for_another(code: str, key: str) -> str:
    while code_of(key) == code:
        time.sleep(0.5)
    return code_of(key)


def sets_up_second_factor(page: Page) -> tuple[str, str]:
    """The key of the authenticator, and the code that was used."""
    expect(page.locator("h1")).to_have_text("Set up two-step verification")
    expect(page.locator(".qr svg")).to_be_visible()
    key = page.locator("code.key").inner_text().replace(" ", "")
    code = code_of(key)
    page.locator("#code").fill(code)
    page.locator("#code").press("Enter")
    expect(page.locator(".codes li")).to_have_count(10)
    return key, code


@pytest.fixture
def boss(enters):
    return enters("DW00")


def test_somebody_comes_works_and_goes(boss, enters, product):
    # given that network crews sign in with a second factor
    boss.goto("/house/settings/")
    crews = boss.locator("input[name=role][value=crew]")
    crews.check()
    boss.get_by_role("button", name="Save", exact=True).last.click()
    expect(boss.locator(".told")).to_contain_text("next sign-in")
    # when the administrator hires somebody, who gets a password for one time
    boss.goto("/house/staff/new/")
    boss.locator("#badge").fill(BADGE)
    boss.locator("#name").fill("演示新人")
    boss.locator("#name_en").fill("Demo Newcomer")
    boss.locator("#unit").select_option(label="Network department")
    boss.locator("main form button.primary").click()
    given = boss.locator("#one-time").inner_text()
    # and appoints him to the crew's post
    crew = boss.locator("#post option", has_text="crew").first.get_attribute("value")
    boss.locator("#post").select_option(crew)
    boss.get_by_role("button", name="Appoint").click()
    expect(boss.locator(".told")).to_contain_text("Appointed")

    # then at the first sign-in he chooses his own password, and nothing else opens before
    newcomer = enters()
    signs_in(newcomer, given)
    expect(newcomer.locator("h1")).to_have_text("Change password")
    newcomer.goto("/cases/")
    expect(newcomer.locator("h1")).to_have_text("Change password")
    for name, words in (("old", given), ("new", "short"), ("again", "short")):
        newcomer.locator(f"#{name}").fill(words)
    newcomer.locator("main .actions button").click()
    expect(newcomer.locator("#new-error")).to_contain_text("at least 10")
    for name, words in (("old", given), ("new", OWN), ("again", OWN)):
        newcomer.locator(f"#{name}").fill(words)
    newcomer.locator("main .actions button").click()
    # and sets up the second factor, whose recovery codes he sees once
    key, code = sets_up_second_factor(newcomer)
    newcomer.locator(".actions .primary").click()
    newcomer.wait_for_url(f"{product.address}/cases/")

    # and from then on the password and a code open the page he wanted
    again = enters()
    again.goto("/overdue/")
    signs_in_from_here = again.url
    again.locator("#badge").fill(BADGE)
    again.locator("#password").fill(OWN)
    again.locator("#password").press("Enter")
    again.locator("#code").fill(code)
    again.locator("#code").press("Enter")
    expect(again.locator("#code-error")).to_contain_text("already used")
    code = wait_for_another(code, key)
    again.locator("#code").fill(code)
    again.locator("#code").press("Enter")
    again.wait_for_url("**/overdue/")
    assert "next=" in signs_in_from_here

    # when somebody guesses at his password, the door closes and says until when
    thief = enters()
    for _ in range(5):
        signs_in(thief, "guess-guess-guess")
    expect(thief.locator("h1")).to_contain_text("Sign-in is locked")
    expect(thief.locator("[role=alert]").first).to_contain_text(
        re.compile(r"until \w{3} \d{1,2} \w{3}")
    )
    # but who is in stays in
    again.reload()
    expect(again.locator("h1")).to_contain_text("Overdue")
    # and the administrator opens it again
    boss.goto(f"/house/staff/{BADGE}/")
    expect(boss.locator("main")).to_contain_text("Locked until")
    boss.get_by_role("button", name="Unlock").click()
    expect(boss.locator("main")).not_to_contain_text("Locked until")
    signs_in(thief, "guess-guess-guess")
    expect(thief.locator(".wrong")).to_contain_text("do not match")

    # when he is dismissed
    boss.get_by_role("button", name="End employment").click()
    expect(boss.locator("#dismissing")).to_contain_text("Open tasks stay with the posts")
    boss.locator("#dismissing .grave").click()
    expect(boss.locator(".told")).to_contain_text("Employment ended")
    # then he is out everywhere, and his badge opens nothing
    for page in (newcomer, again):
        page.goto("/cases/")
        expect(page.locator("#badge")).to_be_visible()
    signs_in(again, OWN)
    expect(again.locator(".wrong")).to_contain_text("do not match")
    # and what was looked at can be looked up
    boss.goto("/house/settings/")
    crews.uncheck()
    boss.get_by_role("button", name="Save", exact=True).last.click()


def test_who_looked_is_found_and_carried_away_on_record(enters):
    # given a leader outside of the units of a case who looks at a telephone, for a reason
    agent = enters("DW09")
    take_in(agent, "service-complaint", "抄表员态度生硬，请回电", phone="13822223333")
    number = save(agent)
    leader = enters("DW02")
    leader.goto(f"/cases/{number}/")
    expect(leader.locator(".contact")).to_contain_text("138****3333")
    leader.locator(".contact summary").first.click()
    leader.locator(".contact [name=why]").fill("回电核对")
    leader.locator(".contact form button").click()
    expect(leader.locator(".contact")).to_contain_text("13822223333")
    # then the head of the company finds it by the case
    head = enters("DW01")
    head.goto("/access-log/")
    head.locator("[name=case]").first.fill(number)
    head.locator(".filters button").click()
    line = head.locator("tbody tr", has_text="DW02")
    expect(line).to_contain_text("回电核对")
    # and takes the list along as a workbook, which stands there too
    with head.expect_download() as download:
        head.get_by_role("button", name="Download spreadsheet").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    head.goto("/access-log/?who=DW01")
    expect(head.locator("tbody tr").first).to_contain_text("exported")
