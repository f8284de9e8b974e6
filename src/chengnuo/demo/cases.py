"""Matters of the demonstration: what was asked, how long ago, with which facts. All invented."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCase:
    """One matter, lodged so many minutes before the demonstration starts."""

    service: str
    narrative: str
    minutes_ago: int
    channel: str = "phone"
    facts: dict[str, str | int | bool] = field(default_factory=dict)


CASES: dict[str, tuple[DemoCase, ...]] = {
    "water-company": (
        DemoCase(
            service="pipe-repair",
            narrative="示例路路口路面冒水，水量较大，已影响通行。",
            minutes_ago=12,
            facts={"area": "urban", "diameter_mm": 300},
        ),
        DemoCase(
            service="pipe-repair",
            narrative="厂区门口主管漏水。",
            minutes_ago=60 * 30,
            facts={"area": "outside_urban", "diameter_mm": 700},
        ),
        DemoCase(
            service="service-complaint",
            narrative="上门人员未按约定时间到达，也没有电话说明。",
            minutes_ago=35,
        ),
        DemoCase(service="no-water", narrative="整栋楼停水，没有看到通知。", minutes_ago=60 * 20),
        DemoCase(
            service="meter-data-review",
            narrative="本月水量比上月多一倍，要求核查。",
            minutes_ago=60 * 50,
            channel="wechat",
        ),
        DemoCase(service="water-quality", narrative="早晨放出的水发黄。", minutes_ago=60 * 5),
        DemoCase(service="routine-enquiry", narrative="咨询水价和抄表周期。", minutes_ago=8),
    ),
    "gas-company": (
        DemoCase(
            service="service-complaint", narrative="缴费后三天没有人来安装。", minutes_ago=60 * 26
        ),
        DemoCase(
            service="service-complaint", narrative="营业厅排队一小时，无人引导。", minutes_ago=90
        ),
        DemoCase(
            service="indoor-fault", narrative="灶具打不着火，怀疑燃气表故障。", minutes_ago=60 * 3
        ),
        DemoCase(
            service="emergency-alarm",
            narrative="楼道里有很重的燃气味。",
            minutes_ago=15,
            facts={"area": "urban"},
        ),
    ),
    "gas-appliance": (
        DemoCase(
            service="customer-opinion",
            narrative="师傅态度生硬，收费没有说明。",
            minutes_ago=60 * 30,
        ),
        DemoCase(service="equipment-repair", narrative="热水器频繁熄火。", minutes_ago=60 * 2),
    ),
    "gas-callcentre": (
        DemoCase(
            service="product-complaint",
            narrative="新换的灶具三天就坏了，要求更换。",
            minutes_ago=60 * 4,
        ),
        DemoCase(service="consultation", narrative="咨询怎样办理过户。", minutes_ago=10),
    ),
    "power-subsidiary": (
        DemoCase(service="fault-repair", narrative="小区半边没有电。", minutes_ago=40),
        DemoCase(
            service="service-complaint", narrative="抢修人员没有说明恢复时间。", minutes_ago=60 * 6
        ),
    ),
}
