"""Worked examples beside a pack: tests that a lawyer can read and write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from chengnuo.packs.errors import PackError, Problem
from chengnuo.packs.explaining import explain
from chengnuo.packs.loader import LoadedPack
from chengnuo.packs.messages import faults_of
from chengnuo.packs.reading import read_file
from chengnuo.packs.shape import Shape, TextShape, wrong
from chengnuo.rules.words import Text


def _moment(value: object) -> object:
    if isinstance(value, datetime) or value is None:
        return value
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise wrong(
            "moment",
            "{value} 不是时刻，应如 2026-09-30T16:00+08:00",
            "{value} is not a moment like 2026-09-30T16:00+08:00",
            value=repr(value),
        ) from error
    if moment.tzinfo is None:
        raise wrong(
            "moment",
            "{value} 没有时区，应如 2026-09-30T16:00+08:00",
            "{value} has no time zone; write it like 2026-09-30T16:00+08:00",
            value=repr(value),
        )
    return moment


Moment = Annotated[datetime, BeforeValidator(_moment)]


class PauseExample(Shape):
    from_: Moment = Field(alias="from")
    to: Moment


class Example(Shape):
    name: TextShape
    rule: str
    at: Moment
    facts: dict[str, Any] = {}
    settings: dict[str, str] = {}
    pauses: tuple[PauseExample, ...] = ()
    agreed: Moment | None = None
    due: Moment | None
    provisional: bool = False
    why: TextShape | None = None


@dataclass(frozen=True, slots=True)
class ExampleOutcome:
    """What the example says and what the engine finds."""

    example: Example
    due: datetime | None
    provisional: bool

    @property
    def holds(self) -> bool:
        return self.due == self.example.due and self.provisional == self.example.provisional


def read_examples(loaded: LoadedPack) -> list[Example]:
    """The examples beside a pack; none where there is no file. Raises PackError."""
    path = loaded.folder / "examples.yaml"
    if not path.is_file():
        return []
    name = f"{loaded.folder.name}/examples.yaml"
    document = read_file(path, name=name, root="examples")
    if strange := sorted(map(str, set(document.data) - {"examples"})):
        what = Text(
            f"没有这一节：{strange[0]}；示例写在 examples 之下",
            f"unknown section {strange[0]}; examples stand under “examples”",
        )
        raise PackError(name, [Problem(document.place((strange[0],)), what, strange[0])])
    try:
        return TypeAdapter(list[Example]).validate_python(document.data.get("examples", []))
    except ValidationError as error:
        faults = faults_of(error, document, within=("examples",))
        raise PackError(name, faults) from error


def try_example(loaded: LoadedPack, example: Example) -> ExampleOutcome:
    """Reckon one example under the shipped holiday notices."""
    answer = explain(
        loaded.pack,
        digest=loaded.digest,
        rule=example.rule,
        at=example.at,
        facts=example.facts,
        settings=example.settings,
        pauses=[(p.from_, p.to) for p in example.pauses],
        agreed=example.agreed,
    )
    return ExampleOutcome(example, answer.due, answer.provisional)
