"""Published holiday notices (节假日安排) as data: a new year is a file, not a release."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from chengnuo.packs.errors import PackError, Problem
from chengnuo.packs.messages import faults_of
from chengnuo.packs.reading import Document, read_file
from chengnuo.packs.shape import Day, Shape, TextShape
from chengnuo.rules.calendar import PublishedNotice
from chengnuo.rules.words import Text

FOLDER = Path(__file__).resolve().parent.parent / "policies" / "notices"


class Off(Shape):
    """Days off, both ends included."""

    name: TextShape
    from_: Day = Field(alias="from")
    to: Day


class NoticeShape(Shape):
    """One year's notice: family (whose calendar), source, days off and make-up working days."""

    family: str
    year: int
    source: str
    off: tuple[Off, ...]
    work: tuple[Day, ...] = ()

    def notice(self) -> PublishedNotice:
        off: dict[date, Text] = {}
        for span in self.off:
            for step in range((span.to - span.from_).days + 1):
                off[span.from_ + timedelta(days=step)] = span.name.text()
        makeup = Text("调休上班", "make-up working day")
        return PublishedNotice(
            year=self.year,
            off=off,
            work=dict.fromkeys(self.work, makeup),
            source=f"{self.family}:{self.source}",
        )


def read_notice(path: Path) -> NoticeShape:
    """Read a notice from our YAML, or from a holiday-cn year file (JSON). Raises PackError."""
    if path.suffix == ".json":
        data = _read_holiday_cn(path)
        document = Document(data, {(): path.name})
    else:
        document = read_file(path, name=path.name)
    try:
        notice = NoticeShape.model_validate(document.data)
    except ValidationError as error:
        raise PackError(path.name, faults_of(error, document)) from error
    if not notice.off:
        what = Text(
            "通知里没有放假日：是否尚未公布？", "the notice holds no days: is it published yet?"
        )
        raise PackError(path.name, [Problem(path.name, what)])
    return notice


def _read_holiday_cn(path: Path) -> dict[str, Any]:
    try:
        return _from_holiday_cn(json.loads(path.read_text(encoding="utf-8")), path.name)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        what = Text("不是 UTF-8 的 JSON 文件", "is no JSON file in UTF-8")
    except (KeyError, TypeError, AttributeError):
        what = Text(
            "不是 holiday-cn 的年度文件：每天要有 name、date、isOffDay",
            "is no year of holiday-cn: each day has name, date and isOffDay",
        )
    raise PackError(path.name, [Problem(path.name, what)])


def _from_holiday_cn(data: dict[str, Any], name: str) -> dict[str, Any]:
    papers = data.get("papers") or [name]
    days = data.get("days", [])
    return {
        "family": "cn",
        "year": data.get("year"),
        "source": papers[0],
        "off": [
            {"name": {"zh": d["name"], "en": d["name"]}, "from": d["date"], "to": d["date"]}
            for d in days
            if d["isOffDay"]
        ],
        "work": [d["date"] for d in days if not d["isOffDay"]],
    }


@lru_cache(maxsize=1)
def shipped_notices() -> tuple[PublishedNotice, ...]:
    """The notices that come with the product."""
    return tuple(read_notice(p).notice() for p in sorted(FOLDER.glob("*.yaml")))


def joined(
    base: Iterable[PublishedNotice], more: Iterable[PublishedNotice]
) -> tuple[PublishedNotice, ...]:
    """Later notices replace earlier ones of the same family and year."""
    held = {(n.source.partition(":")[0], n.year): n for n in base}
    held |= {(n.source.partition(":")[0], n.year): n for n in more}
    return tuple(sorted(held.values(), key=lambda n: n.year))
