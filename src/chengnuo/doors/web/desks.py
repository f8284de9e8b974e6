"""The desks: each has its addresses, views, pages, templates and static files in its own folder."""

DESKS = (
    "desk",
    "account",
    "intake",
    "casefile",
    "referrals",
    "administration",
    "customers",
    "overview",
    "queues",
    "conduct",
    "callbacks",
    "regulation",
)
