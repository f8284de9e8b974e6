"""A cell of a fact by the mapping's values, tables and factors."""

from __future__ import annotations

from chengnuo.doors.cli.importing.mapping import FactField, Mapping, chosen
from chengnuo.packs.schema import FactShape
from chengnuo.rules.words import Text
from chengnuo.tables.values import NotReadable, number_of


def converted(field: FactField, mapping: Mapping, shape: FactShape, text: str) -> object:
    """A cell of a fact by the field's list of values, its table, its factor, or as it stands."""
    if field.values:
        found = chosen(field.values, text, field.otherwise)
        if found is None:
            raise NotReadable(unknown("fact"))
        return found
    if shape.type not in ("number", "integer"):
        return text
    number = number_of(text)
    if field.table is None:
        return round(number * (field.factor or 1), 6)
    for key, value in mapping.tables[field.table].items():
        if float(key) == number:
            return value
    if field.factor is None:
        raise NotReadable(Text("不在对照表内", "is not in the table"))
    return round(number * field.factor, 6)


def unknown(name: str) -> Text:
    return Text(f"映射中没有这个值（{name}）", f"the mapping does not know this value ({name})")
