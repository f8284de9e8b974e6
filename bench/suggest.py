"""Suggesting a service: how often it is right, and how long it takes, on invented narratives.

They are put together from templates by a seeded generator, in the words of a water company's
callers, some of which the catalogue does not know. What is measured on invented words tells what
the method costs and that it learns; how well it does on a company's own words, the command
`chengnuo suggest train` tells on that company's own cases.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable

import django

from bench.telling import say
from chengnuo.cases.intake.learnt import Learnt, unpacked
from chengnuo.packs.loader import load
from chengnuo.packs.schema import Pack
from chengnuo.packs.suggesting import by_words

SEED, TAUGHT, ASKED, WRONG = 7, 6000, 1500, 0.05
OPENINGS = (
    "您好，",
    "我是住户，",
    "喂，",
    "我想反映一下，",
    "麻烦问一下，",
    "昨天打过电话了，",
    "",
)
PLACES = ("家里", "我们小区", "3栋2单元", "厨房", "卫生间", "楼下", "单位食堂", "店里", "路口")
CLOSINGS = (
    "，请尽快处理",
    "，已经两天了",
    "，怎么办",
    "，派人来看看",
    "，家里有老人",
    "，谢谢",
    "",
)
# What callers say, by service: some in the catalogue's words, most in their own.
SAID = {
    "no-water": "停水了 龙头一滴都不出 一早起来没水 打开水管是空的 四楼以上都断水 洗澡洗到一半没了",
    "low-pressure": "水压低 水流像线 热水器打不着因为水太小 高峰时候上不来水 接一桶要半小时",
    "water-quality": "水发黄 放出来有铁锈味 水浑得像米汤 有白色沉淀 水里有沙子 喝着有漂白粉味",
    "pipe-repair": "路面冒水 马路中间往外喷水 管子爆了淹了车库 墙根一直渗水 绿化带里冒泡出水",
    "meter-box": "表箱盖坏了 水表漏水 表前阀关不死 井盖不见了 阀门拧不动滴水",
    "reading-and-charging": "没人抄表 发票还没收到 怎么交水费 账单寄错了地址 扣款扣了两次",
    "meter-data-review": "水费太高 这个月多了一倍 读数不对 家里没人住也有水量 是不是估抄的",
    "meter-verification": "水表不准 不用水表也在走 要求校表 关了总阀指针还转 表走得特别快",
    "application": "想报装 新房要申请用水 房子卖了要过户 店面改名要更名 怎么装第二块表",
    "account": "要销户 长期不住想停用 老人不在了户头注销 刚买房要开户",
    "routine-enquiry": "水价多少钱一吨 几号抄表 污水处理费怎么收 阶梯水价怎么算",
    "service-complaint": "态度差 约好时间没人来 推来推去没人管 师傅说话很难听 要投诉抄表员",
}
# Of each service these last ones are never taught: other people say it in other words.
NEVER_TAUGHT = 2


def run() -> None:
    """Right answers of the catalogue alone, of what was learnt, of both; and the time of one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengnuo.config.settings")
    django.setup()
    from chengnuo.cases.intake.suggesting import Material
    from chengnuo.cases.intake.training import learn

    pack = load("water-company").pack
    rng = random.Random(SEED)
    known = {s: said.split()[:-NEVER_TAUGHT] for s, said in SAID.items()}
    other = {s: said.split()[-NEVER_TAUGHT:] for s, said in SAID.items()}
    taught = _narratives(rng, known, TAUGHT, WRONG)
    begun = time.perf_counter()
    material = Material(tuple(n for n, _ in taught), tuple(s for _, s in taught), {})
    lesson = learn(material)
    took = time.perf_counter() - begun
    packed = lesson.learnt.packed()
    served = unpacked(packed)
    services = len(lesson.learnt.services)
    say(
        "learning, tried and then learnt anew",
        f"{took:.1f} s",
        f"{TAUGHT:,} cases, {services} services",
    )
    say("what is stored", f"{len(packed) / 1024:,.0f} KB", f"{len(served.weights):,} grams")
    for name, said in (("taught phrases", known), ("phrases never taught", other)):
        _ask(name, pack, served, _narratives(rng, said, ASKED, 0))


def _ask(name: str, pack: Pack, learnt: Learnt, asked: list[tuple[str, str]]) -> None:
    """How often the right service was named first and among three, by each way."""
    from chengnuo.cases.intake.suggesting import SHOWN, ranked

    ways: dict[str, Callable[[str], list[str]]] = {
        "catalogue": lambda text: [s.service for s in by_words(pack, text)][:SHOWN],
        "learnt": lambda text: [a.service for a in learnt.answer(text)][:SHOWN],
        "as shown": lambda text: [s.service for s in ranked(pack, text, learnt)],
    }
    for way, answer in ways.items():
        begun = time.perf_counter()
        found = [(answer(text), service) for text, service in asked]
        each = (time.perf_counter() - begun) / len(asked)
        first = sum(named[:1] == [service] for named, service in found) / len(found)
        among = sum(service in named for named, service in found) / len(found)
        say(
            f"{name}, {way}: first; among three",
            f"{first:.0%}; {among:.0%}",
            f"{each * 1000:.2f} ms each",
        )


def _narratives(
    rng: random.Random, said: dict[str, list[str]], number: int, wrong: float
) -> list[tuple[str, str]]:
    """Narratives with their services; a share of them were handled as another one by mistake.

    Every fourth speaks of two things, and people leave characters out.
    """
    names = list(said)
    found = []
    for _ in range(number):
        service = rng.choice(names)
        told = rng.choice(said[service])
        if rng.random() < 0.25:
            told += "，还有" + rng.choice(said[rng.choice(names)])
        told = "".join(c for c in told if rng.random() > 0.06)
        text = rng.choice(OPENINGS) + rng.choice(PLACES) + told + rng.choice(CLOSINGS)
        found.append((text, rng.choice(names) if rng.random() < wrong else service))
    return found
