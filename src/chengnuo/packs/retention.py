"""How long personal data is kept, as data: by kind of record, with the provision behind it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from chengnuo.packs.errors import PackError
from chengnuo.packs.messages import faults_of
from chengnuo.packs.reading import read_file
from chengnuo.packs.schema import SettingShape
from chengnuo.packs.shape import Shape, TextShape

FILE = Path(__file__).resolve().parent.parent / "policies" / "retention" / "cn.yaml"
PREFIX = "retention-"


class KeptShape(Shape):
    """One kind of record: `months` unless a house chooses otherwise, never fewer than `least`."""

    title: TextShape
    since: TextShape
    months: int
    least: int
    choices: tuple[int, ...]
    clause: TextShape


class RetentionShape(Shape):
    case: KeptShape
    customer: KeptShape
    contact: KeptShape
    message: KeptShape

    @property
    def kinds(self) -> dict[str, KeptShape]:
        return {name: getattr(self, name) for name in type(self).model_fields}


@lru_cache(maxsize=1)
def retention() -> RetentionShape:
    """The periods that are shipped. Raises PackError."""
    document = read_file(FILE, name=FILE.name)
    try:
        return RetentionShape.model_validate(document.data)
    except ValidationError as error:
        raise PackError(FILE.name, faults_of(error, document)) from error


def settings_of_retention() -> dict[str, SettingShape]:
    """The same as settings of a house; a choice that is too short is not offered."""
    return {
        f"{PREFIX}{name}": SettingShape(
            title=TextShape(
                zh=f"保存期限（月）：{kept.title.zh}", en=f"Kept, months: {kept.title.en}"
            ),
            values=tuple(str(n) for n in kept.choices if n >= kept.least),
            value=str(kept.months),
            note=TextShape(
                zh=f"{kept.since.zh}。依据：{kept.clause.zh}",
                en=f"{kept.since.en}. By: {kept.clause.en}",
            ),
        )
        for name, kept in retention().kinds.items()
    }
