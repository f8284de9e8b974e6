"""A matter as it is typed, a call, and a customer whom one knows."""

from chengnuo.customers.services import register_customer
from tests.doors.web.conftest import NOW, TOKEN, page

LEAK = {
    "service": "leak",
    "channel": "phone",
    "contact_name": "演示客户乙",
    "contact_phone": "13800000002",
    "address": "示例路2号",
    "narrative": "路面冒水，水量很大",
    "fact.area": "urban",
    "token": TOKEN,
}


def called(browser, **typed) -> str:
    return page(browser.post("/intake/caller/", {"contact_phone": "13800000001", **typed}))


def register(firm, number="K1", name="演示客户甲", **more):
    known = {
        "phone": "13800000001",
        "address": "示例市示例路1号1单元101室",
        "area": "urban",
        **more,
    }
    return register_customer(company=firm.company, number=number, name=name, now=NOW, **known)
