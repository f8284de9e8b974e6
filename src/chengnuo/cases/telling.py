"""What the timeline of a case reads out of its entries, under the name of the event."""

from __future__ import annotations

from typing import Any

from chengnuo.ledger.kinds import Detail, Said, Telling, as_moment, as_names
from chengnuo.people.queries import units_by_id
from chengnuo.rules.words import Text


def _unit(value: Any, telling: Telling) -> Said:
    """A unit by its name; some entries tell its number."""
    if isinstance(value, str):
        return value
    unit = units_by_id([value]).get(value)
    return Text(unit.name_zh, unit.name_en or unit.name_zh) if unit is not None else str(value)


def _handed_to(value: Any, telling: Telling) -> Said:
    """The unit by its number, in both languages; an entry from elsewhere tells its name alone."""
    unit = units_by_id([number]).get(number) if (number := telling.data.get("to")) else None
    return _unit(value if unit is None else unit.pk, telling)


def _pause(value: Any, telling: Telling) -> Said:
    """A reason for which the rule of the promise lets its clock stand still."""
    rule = telling.book.rules.get(str(telling.data.get("target", "")).split("#")[0])
    for pause in getattr(rule, "pauses", ()):
        if pause.id == value:
            title: Text = pause.title
            return title
    return str(value)


def _names_of_files(value: Any, telling: Telling) -> Said:
    return tuple(file["name"] for file in value)


CASE = Detail(key="case", label=Text("工单", "Case"))
UNIT = Detail(key="unit", label=Text("单位", "Unit"), said=_unit)
TO = Detail(key="unit", label=Text("移交至", "To"), said=_handed_to)
COPIED_TO = Detail(key="to", label=Text("抄送", "Copied to"), said=as_names)
UNTIL = Detail(key="until", label=Text("可见至", "Access until"), said=as_moment)
PAUSE = Detail(key="reason", label=Text("理由", "Reason"), said=_pause)
FILES = Detail(
    key="files", label=Text("附件", "Attachments"), said=_names_of_files, with_papers=True
)
