"""Every address that gives a page: who may open it, and on which object of the demonstration.

`start -> selector` follows the first such link of the page `start`, again and again. An address of
the resolver stands either in PAGES or in NO_PAGE; what is in neither fails
tests/stories/test_sights.py.
"""

from __future__ import annotations

from dataclasses import dataclass

CASE = "/cases/ -> main a[href^='/cases/D']"
DUTY = "/?show=all -> #rows a[href^='/duties/']"
PROCESS = "/regulation/ -> main a[href*='/processes/']"
OUTSIDE_CASE = "/outside/ -> main a[href^='/cases/D']"
PROCEEDING = "/conduct/ -> main a[href^='/conduct/P'], main a[href^='/conduct/D']"

# The link of a short message, which no page shows.
RATING = "by a short message"


@dataclass(frozen=True, slots=True)
class Sight:
    """A page as somebody opens it. `badge` is empty for pages that want no sign-in; `+` puts the
    rest of an address behind the link that was found."""

    name: str
    badge: str
    way: str
    status: int = 200
    # A part of it comes by itself after the page.
    late: bool = False


PAGES = (
    Sight("sign-in", "", "/sign-in/"),
    Sight("public", "", "/public/"),
    Sight("public-commitments", "", "/public/dw/commitments/"),
    Sight("public-progress", "", "/public/dw/progress/"),
    Sight("public-rate", "", RATING),
    Sight("desk", "DW03", "/"),
    Sight("password", "DW09", "/password/"),
    Sight("second-factor", "DW09", "/second-factor/"),
    Sight("own-settings", "DW09", "/own/"),
    Sight("intake", "DW09", "/intake/?service=pipe-repair&phone=13800000001", late=True),
    Sight("intake-emergency", "DW09", "/intake/emergency/"),
    Sight(
        "case-taken", "DW09", "/cases/ -> tr:has-text('整栋楼停水') a[href^='/cases/D'] + taken/"
    ),
    Sight("cases", "DW09", "/cases/"),
    Sight("case", "DW17", CASE),
    Sight("case-form", "DW03", "/ -> td.step a[href*='/forms/']"),
    Sight("case-sheet", "DA02", CASE + " + sheets/F-02/"),
    Sight("outside", "DW07", "/outside/"),
    Sight("outside-take-in", "DW07", "/outside/new/"),
    Sight("outside-sheets", "DW07", "/outside/sheets/"),
    Sight("outside-reply", "DW07", OUTSIDE_CASE + " + reply/"),
    Sight("duty", "DW02", DUTY),
    Sight("duty-form", "DW02", DUTY + " -> main a[href*='/forms/']"),
    Sight("house", "DW00", "/house/"),
    Sight("house-staff", "DW00", "/house/staff/"),
    Sight("house-hire", "DW00", "/house/staff/new/"),
    Sight("house-person", "DW00", "/house/staff/DW09/"),
    Sight("house-post-new", "DW00", "/house/ -> main a[href^='/house/posts/new/']"),
    Sight("house-post", "DW00", "/house/ -> main a[href^='/house/posts/']:not([href*='new'])"),
    Sight("house-unit-new", "DW00", "/house/units/new/"),
    Sight("house-settings", "DW00", "/house/settings/"),
    Sight("house-unassigned", "DW00", "/house/unassigned/"),
    Sight("house-standing", "DW00", "/house/standing/"),
    Sight("access-log", "DW00", "/access-log/"),
    Sight("privacy", "DW06", "/privacy/"),
    Sight("ledger", "DW00", "/ledger/"),
    Sight("house-waiting", "DW06", "/house/waiting/"),
    Sight("customers", "DW09", "/customers/"),
    Sight("customer", "DW09", "/customers/ -> main td a[href^='/customers/']"),
    Sight("customer-edit", "DW09", "/customers/ -> main td a[href^='/customers/'] + edit/"),
    Sight("customer-new", "DW09", "/customers/new/"),
    Sight("customer-archive", "DW09", "/customers/archive/"),
    Sight("customer-archive-rows", "DW09", "/customers/archive/ -> main a[href*='/rows/']"),
    Sight("overview", "DW02", "/overview/"),
    Sight("overview-rows", "DW02", "/overview/ -> main a[href*='/rows/']"),
    Sight("queues", "DW11", "/queues/"),
    Sight("queue-load", "DW11", "/queues/load/"),
    Sight("queue-load-rows", "DW11", "/queues/load/ -> main a[href*='/rows/']"),
    Sight("conduct", "DW02", "/conduct/"),
    Sight("proceeding", "DW02", PROCEEDING),
    Sight("proceeding-statement", "DW02", PROCEEDING + " + statement/"),
    Sight("pay", "DW02", "/conduct/pay/"),
    Sight("pay-behind", "DW02", "/conduct/pay/ -> main a[href*='/behind/']"),
    Sight("escalations", "DW02", "/escalations/"),
    Sight("pauses", "DW02", "/pauses/"),
    Sight("averages", "DS02", "/averages/"),
    Sight("overdue", "DW11", "/overdue/"),
    Sight("breach", "DW02", "/overdue/ -> main a[href^='/cases/D'] -> main a[href^='/breaches/']"),
    Sight("callback-list", "DW10", "/callbacks/"),
    Sight("callback-call", "DW10", "/callbacks/ -> main a[data-call-next]"),
    Sight("callback-bad", "DW10", "/callbacks/bad/"),
    Sight("callback-visits", "DW10", "/callbacks/visits/"),
    Sight("callback-rates", "DW02", "/callbacks/rates/"),
    Sight("callback-rates-rows", "DW02", "/callbacks/rates/ -> main a[href*='/rows/']"),
    Sight("callback-samples", "DW10", "/callbacks/samples/"),
    Sight("callbacks", "DW10", "/callbacks/register/"),
    Sight("regulation", "DW09", "/regulation/"),
    Sight("regulation-pinned", "DW09", PROCESS + " -> main a[href^='/regulation/']"),
    Sight("rights", "DW02", "/regulation/ -> main a[href$='/rights/']"),
    Sight("loopholes", "DW02", "/regulation/ -> main a[href$='/loopholes/']"),
    Sight("process", "DW09", PROCESS),
)

# What is no address of its own to look at: pages that somebody comes to by another's address.
MORE = (
    Sight("404", "DW09", "/no-such-page/", 404),
    Sight("403", "DW00", "/cases/", 403),
    Sight("search", "DW09", "/cases/?q=水&state=all"),
    Sight("queue-narrowed", "DW11", "/queues/ -> .facets a"),
    Sight("desk-of-a-leader", "DW02", "/"),
    Sight("case-closed", "DW08", "/cases/?state=closed -> main a[href^='/cases/D']"),
    Sight("enrol-anew", "DW10", "/second-factor/?new=1"),
)

POSTED, PART, FILE, SENT_ON = "only posted", "a part of a page", "a file", "sends on"
NO_PAGE = {
    "awake": PART,
    "sign-in-code": SENT_ON,
    "sign-out": POSTED,
    "language": POSTED,
    "theme": POSTED,
    "messages": PART,
    "messages-read": POSTED,
    "desk-live": PART,
    "queue-live": PART,
    "case-live": PART,
    "docket": SENT_ON,
    "intake-fields": POSTED,
    "intake-promises": POSTED,
    "intake-caller": POSTED,
    "intake-outages": POSTED,
    "intake-contact": POSTED,
    "intake-suggest": POSTED,
    "intake-duplicates": POSTED,
    "intake-urge": POSTED,
    "case-step": POSTED,
    "case-undo": POSTED,
    "case-join": POSTED,
    "case-glass": POSTED,
    "case-reveal": POSTED,
    "case-file": FILE,
    "case-picture": FILE,
    "privacy-copy": FILE,
    "privacy-act": POSTED,
    "house-try-again": POSTED,
    "outside-known": PART,
    "outside-take": POSTED,
    "outside-give-back": POSTED,
    "house-person-act": POSTED,
    "house-post-act": POSTED,
    "house-settle": POSTED,
    "access-log-sheet": FILE,
    "ledger-file": FILE,
    "house-waiting-act": POSTED,
    "average": "a page, but the demonstration has judged no mean yet",
    "customer-archive-sheet": FILE,
    "customer-reveal": POSTED,
    "customer-step": POSTED,
    "queue-hand-over": POSTED,
    "conduct-start": POSTED,
    "conduct-start-answer": POSTED,
    "pay-sheet": FILE,
    "pay-sign": POSTED,
    "proceeding-act": POSTED,
    "escalation-reply": POSTED,
    "escalation-settle": POSTED,
    "pause-decide": POSTED,
    "pause-sheet": FILE,
    "overdue-sheet": FILE,
    "callback-decide": POSTED,
    "callback-rates-sheet": FILE,
    "callback-sheet": FILE,
    "callback-take": POSTED,
    "callback-hand-on": POSTED,
    "callback-number": POSTED,
    "callback-attempt": POSTED,
    "callback-answers": "the call sheet with its questionnaire, opened once the number is shown",
    "callback-visit": POSTED,
}
