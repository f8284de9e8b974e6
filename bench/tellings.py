"""What people are called, where they live and what they tell, all invented: pools to draw from.

The words by which a case is found are written by the product's own code, once for each telling and
once for each customer; the database puts the two together a million times.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

STREETS = 5_000
# What is told, each in so many of a million cases; the last ones are rare.
MATTERS = (
    (300_000, "路面漏水，积水较深，请尽快派人检修"),
    (200_000, "水压不足，高层用户反映用水高峰断水"),
    (350_000, "咨询水费账单，想知道阶梯水价如何计算"),
    (100_000, "水表不转，要求校验并更换"),
    (45_000, "自来水发黄有异味，怀疑水质问题"),
    (4_500, "井盖破损，行人通过有危险"),
    (450, "主干管爆管，多个小区停水"),
    (50, "原水疑似蓝藻，请核实"),
)
RARE, COMMON = "蓝藻", "漏水"
MORE = (
    "客户称已多次来电反映，希望今天之内有人联系。",
    "家中有老人和小孩，用水不便，请告知处理时间。",
    "物业表示不归其管理，客户要求上门查看并说明原因。",
    "客户对上次的处理结果不满意，要求重新核查并书面答复。",
    "周边多户有同样情况，希望统一处理后逐户回复。",
)
FIRST = "宝长春大东丰福光广国海和红华吉建江金锦景康乐利隆民明南宁平庆仁瑞胜顺泰天通文西兴学阳永裕"
SECOND = (
    "安昌城德东发贵海河恒湖华辉济建江康兰林宁平泉仁山盛石松台潭田通旺文溪祥新阳义源月云泽正中洲"
)
KINDS_OF_STREETS = "路街巷"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰文辉建国红春梅志新海燕"


def streets() -> list[str]:
    """So many streets, no two of one name."""
    names = [f"示例{a}{b}{k}" for a in FIRST for b in SECOND for k in KINDS_OF_STREETS]
    return list(dict.fromkeys(names))[:STREETS]


def tellings() -> Iterator[tuple[int, str, str]]:
    """A number, a narrative and its words: of every matter one for every street."""
    from chengnuo.cases.finding.words import words_of

    mixed = random.Random(11)
    for matter, (_, told) in enumerate(MATTERS):
        for place, street in enumerate(streets()):
            house = mixed.randint(1, 400)
            text = f"{street}{house}号附近{told}。{mixed.choice(MORE)}"
            yield matter * STREETS + place, text, words_of(number="", narrative=text).strip()


def customers(number: int) -> Iterator[tuple[Any, ...]]:
    """For each customer what is found, sealed and hashed of him, as the columns want it."""
    from chengnuo.cases.finding.words import words_of

    mixed, names, columns = random.Random(12), streets(), _columns()
    for place in range(number):
        name = mixed.choice(SURNAMES) + mixed.choice(GIVEN) + mixed.choice(GIVEN)
        phone = f"139{(place * 7_368_787 + 1_234_567) % 100_000_000:08d}"
        house, entrance, floor = mixed.randint(1, 400), mixed.randint(1, 9), mixed.randint(1, 18)
        where = f"示例市{mixed.choice(names)}{house}号{entrance}单元{floor}01室"
        words = words_of(number="", narrative="", name=name, phone=phone, address=where).strip()
        told = {"name": name, "phone": phone}
        yield place, where, words, *(f.get_prep_value(told[what]) for f, what in columns)


def _columns() -> list[tuple[Any, str]]:
    """The columns that hold a name or a telephone, sealed or as a key, in the order of `person`."""
    from chengnuo.cases.models import Case, Contact
    from chengnuo.customers.models import Customer

    kept = (
        (Customer, "name", "name"),
        (Customer, "phone", "phone"),
        (Case, "contact_name", "name"),
        (Case, "contact_phone", "phone"),
        (Contact, "phone", "phone"),
        (Customer, "name_key", "name"),
        (Customer, "phone_key", "phone"),
    )
    return [(model._meta.get_field(name), what) for model, name, what in kept]
