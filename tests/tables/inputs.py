"""The odd sheets as a city sends them, made here; where the same files lie beside the checkout,
they are read too. Names, numbers and addresses are invented."""

from __future__ import annotations

from pathlib import Path

from tests.tables.files import workbook

SHARED = Path(__file__).resolve().parents[3] / "shared" / "inputs"
HEAD = [
    "工单编号",
    "派单时间",
    "办理时限",
    "诉求人",
    "联系电话",
    "诉求地址",
    "诉求内容",
    "是否保密",
]
COLUMN = {name: place for place, name in enumerate(HEAD)}


def row(number: str = "202611010001", **cells: object) -> list[object]:
    """A matter as it mostly comes; `cells` by the English names of the columns."""
    told: list[object] = [
        number, "2026-11-20 09:30", "2026-12-05 18:00", "张某", "13800001234", "示例路1号",
        "小区停水两天", "否",
    ]  # fmt: skip
    names = ("number", "received", "due", "name", "phone", "address", "narrative", "secret")
    for name, value in cells.items():
        told[names.index(name)] = value
    return told


def numbered(count: int, **cells: object) -> list[list[object]]:
    return [row(f"2026110100{n:02d}", **cells) for n in range(1, count + 1)]


def text(rows: list[list[object]], mark: str = ",") -> str:
    return "\n".join(mark.join(map(str, told)) for told in [HEAD, *rows]) + "\n"


def sheet(folder: Path, rows: list[list[object]], *, head: list[str] | None = None) -> Path:
    return workbook(folder / "sheet.xlsx", {"工单": [head or HEAD, *rows]})
