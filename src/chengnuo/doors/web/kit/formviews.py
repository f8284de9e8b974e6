"""Forms of a pack as a template wants them, and what came back as the pack's reader wants it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.translation import gettext as _

from chengnuo.doors.web.kit import filestore, moments
from chengnuo.doors.web.kit.reading import moment_in
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.packs.forms import LONGEST_TEXT, choices_of
from chengnuo.packs.schema import FactShape, FieldShape, FormShape, Pack
from chengnuo.packs.shape import TextShape
from chengnuo.packs.triggers import ConditionField, condition
from chengnuo.rules.words import Text

MANY = 6
CHOSEN = ("choice", "choices")
ANCHORS = (
    Text("很差", "very poor"),
    Text("较差", "poor"),
    Text("一般", "fair"),
    Text("较好", "good"),
    Text("很好", "very good"),
)
SIGNS = {
    "not_in": Text("不为", "is not"),
    "lt": Text("小于", "is below"),
    "lte": Text("不大于", "is at most"),
    "gt": Text("大于", "is above"),
    "gte": Text("不小于", "is at least"),
}


@dataclass(slots=True)
class FieldView:
    """One field ready for a template."""

    name: str
    type: str
    title: Any
    required: bool
    help: Any = None
    unit: str = ""
    value: Any = None
    error: Any = None
    options: list[tuple[str, Any]] = field(default_factory=list)
    min: float | None = None
    max: float | None = None
    ticket: str = ""
    file: filestore.StoredFile | None = None
    # When it is needed, in words; and as what the page can follow while one answers.
    needed: Text | None = None
    when: str = ""
    prefix: str = "f"

    @property
    def id(self) -> str:
        return f"{self.prefix}-{self.name}"

    @property
    def described_by(self) -> str:
        parts = [f"{self.id}-help" if self.help else "", f"{self.id}-error" if self.error else ""]
        return " ".join(p for p in parts if p)

    @property
    def longest(self) -> int:
        """So many characters of a text are kept."""
        return LONGEST_TEXT

    @property
    def as_radios(self) -> bool:
        return self.type == "choice" and len(self.options) <= MANY

    @property
    def whole(self) -> bool:
        return self.type == "integer"

    @property
    def is_group(self) -> bool:
        """Several controls under one question."""
        return self.as_radios or self.type in ("choices", "flag", "score")


@dataclass(slots=True)
class FormView:
    """A form ready for a template."""

    id: str
    shape: FormShape
    fields: list[FieldView]
    token: str
    version: int | None = None
    action: str = ""
    keeps: list[Any] = field(default_factory=list)
    # Words that must not stand in its texts, as `wording.forbidden` gives them.
    forbidden: str = ""

    @property
    def title(self) -> TextShape:
        return self.shape.title

    @property
    def passes_on(self) -> bool:
        """Whether the customer is told by it, or asked: what the departments said is at hand."""
        return self.shape.told is not None or self.shape.callback is not None

    @property
    def errors(self) -> list[FieldView]:
        return [f for f in self.fields if f.error]

    @property
    def has_files(self) -> bool:
        return any(f.type == "file" for f in self.fields)


def form_view(
    *,
    pack: Pack,
    form_id: str,
    token: str,
    now: datetime,
    facts: Mapping[str, Any],
    signer: str,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, Text] | None = None,
    version: int | None = None,
    action: str = "",
    service: str = "",
) -> FormView:
    """A form; empty with what is known already, or as it was typed with what is wrong."""
    shape = pack.forms[form_id]
    wrong = errors or {}
    fields = []
    for one in shape.fields:
        view = _field(pack, one)
        view.prefix = form_id
        view.error = wrong.get(one.id)
        if typed is not None:
            view.value = typed.get(one.id)
            _carry_file(view)
        else:
            view.value = _known(one, facts, now, signer, service)
        view.needed, view.when = needed_when(pack, shape, one), followed(one.required_when)
        fields.append(view)
    return FormView(form_id, shape, fields, token, version, action)


def _field(pack: Pack, shape: FieldShape) -> FieldView:
    fact = pack.facts.get(shape.fact) if shape.fact else None
    low, high = shape.min, shape.max
    if shape.type == "score":
        low, high = low if low is not None else 1, high if high is not None else 5
    view = FieldView(
        name=shape.id,
        type=shape.type,
        title=shape.title,
        required=shape.required,
        help=shape.help,
        unit=(fact.unit or "") if fact else "",
        min=low,
        max=high,
    )
    view.options = (
        list(choices_of(pack, shape).items()) if shape.type in ("choice", "choices") else []
    )
    if shape.type == "score" and low is not None and high is not None:
        numbers = range(int(low), int(high) + 1)
        view.options = [(str(n), _anchored(n, numbers)) for n in numbers]
    return view


def _anchored(score: int, scale: range) -> Text:
    """What a score means: each of five in words, of other scales both ends."""
    whole = len(scale) == len(ANCHORS)
    ends = {scale[0]: ANCHORS[0], scale[-1]: ANCHORS[-1]}
    word = ANCHORS[score - scale[0]] if whole else ends.get(score)
    said = Text(f" {word.zh}", f" {word.en}") if word else Text("", "")
    return Text(f"{score}{said.zh}", f"{score}{said.en}")


def needed_when(pack: Pack, form: FormShape, shape: FieldShape) -> Text | None:
    """When a field is needed, in the words of the form: `“Customer reached” is yes`."""
    shapes = {one.id: one for one in form.fields}
    options = {n: choices_of(pack, s) for n, s in shapes.items() if s.type in CHOSEN}
    return in_words(shape.required_when, shapes, options)


def in_words(
    given: ConditionField,
    shapes: Mapping[str, FieldShape | FactShape],
    options: Mapping[str, Mapping[str, TextShape]],
) -> Text | None:
    """A condition on fields or facts as people read it."""
    zh, en = [], []
    for test in condition(given).tests:
        said = [_value_in_words(options.get(test.fact, {}), v) for v in test.value]
        title, sign = shapes[test.fact].title, SIGNS.get(test.op, Text("为", "is"))
        zh.append(f"“{title.zh}”{sign.zh}{'、'.join(v.zh for v in said)}")
        en.append(f"“{title.en}” {sign.en} {' or '.join(v.en for v in said)}")
    return Text(f"{'，'.join(zh)}时必填", f"required when {' and '.join(en)}") if zh else None


def followed(given: ConditionField, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """The same for the page, which folds the question away until then; `names` of controls."""
    tests = [
        {
            "field": names.get(test.fact, test.fact),
            "op": test.op,
            "values": [str(v).lower() if isinstance(v, bool) else str(v) for v in test.value],
        }
        for test in condition(given).tests
    ]
    return json.dumps(tests, ensure_ascii=False) if tests else ""


def _value_in_words(options: Mapping[str, TextShape], value: Any) -> Text:
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    option = options.get(str(value))
    return option.text() if option else Text(str(value), str(value))


def _known(
    shape: FieldShape, facts: Mapping[str, Any], now: datetime, signer: str, service: str
) -> Any:
    """What need not be typed again: a fact of the case, what its service tells, this moment, the
    signer's own name."""
    for value, services in shape.by_service.items():
        if service in services:
            return value
    if shape.fact and shape.fact in facts:
        return for_control(facts[shape.fact], shape.type)
    if shape.is_ == "event_time":
        return moments.for_input(now)
    return signer if shape.type == "signature" or shape.is_ == "crew" else None


def for_control(value: Any, kind: str) -> Any:
    """A stored value as a control shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return moments.for_input(value)
    if kind == "moment" and isinstance(value, str):
        return moments.for_input(datetime.fromisoformat(value))
    return value if isinstance(value, list) else str(value)


def _carry_file(view: FieldView) -> None:
    if view.type == "file" and view.value:
        view.file = filestore.from_value(view.value)
        view.ticket = view.file.as_ticket() if view.file else ""


@dataclass(frozen=True, slots=True)
class FormInput:
    """What came back: as it was typed, as the pack reads it, and files that were no good."""

    typed: dict[str, Any]
    raw: dict[str, Any]
    errors: dict[str, Text]
    takes_files: frozenset[str]

    @property
    def values(self) -> dict[str, Any]:
        """What is typed, without the files."""
        return {k: v for k, v in self.raw.items() if k not in self.takes_files}

    @property
    def files(self) -> dict[str, str]:
        """The kept files, by field."""
        return {k: v for k, v in self.raw.items() if k in self.takes_files}


def read_form(request: HttpRequest, pack: Pack, shape: FormShape, *, now: datetime) -> FormInput:
    """Read a submitted pack form out of a request."""
    typed: dict[str, Any] = {}
    errors: dict[str, Text] = {}
    for one in shape.fields:
        if one.type == "choices":
            typed[one.id] = request.POST.getlist(one.id)
        elif one.type == "file":
            with Trying() as tried:
                typed[one.id] = _read_file(request, one.id)
            if tried.refused:
                typed[one.id], errors[one.id] = "", tried.refused.text
        else:
            typed[one.id] = request.POST.get(one.id, "")
    raw = dict(typed)
    zone = ZoneInfo(pack.time_zone)
    for one in shape.fields:
        if one.is_ == "event_time":
            raw[one.id] = exact(str(raw[one.id]), zone, now)
    files = frozenset(one.id for one in shape.fields if one.type == "file")
    return FormInput(typed, raw, errors, files)


def _read_file(request: HttpRequest, name: str) -> str:
    upload = request.FILES.get(name)
    if upload is None:
        kept = filestore.from_ticket(request.POST.get(f"{name}.kept", ""))
        return kept.as_value() if kept else ""
    return filestore.keep(upload).as_value()


def exact(typed: str, zone: ZoneInfo, now: datetime) -> str:
    """A moment told to the minute means now, when it is this minute; the room below places it
    among what it knows of any other minute."""
    told = moment_in(typed, zone)
    if told is None:
        return typed
    this_minute = now.astimezone(told.tzinfo).replace(second=0, microsecond=0)
    return now.isoformat() if told == this_minute else typed


# -- facts: asked at intake, and put right on the case page ----------------------------------------


def fact_view(name: str, shape: FactShape, value: Any, error: Any = None) -> FieldView:
    """A fact as a field; the control follows its type."""
    kind = {"text": "text", "flag": "flag"}.get(shape.type, shape.type)
    view = FieldView(
        name=f"fact.{name}",
        type=kind,
        title=shape.title,
        required=False,
        help=shape.help,
        unit=shape.unit or "",
        value=value,
        error=error,
        min=shape.min,
        max=shape.max,
    )
    view.prefix = "i"
    view.options = list(shape.values.items())
    return view


def fact_in_words(shape: FactShape | None, value: Any) -> Any:
    """A fact's value as people read it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if shape is None:
        return str(value)
    if shape.type == "choice" and str(value) in shape.values:
        return shape.values[str(value)]
    if shape.type == "moment":
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return moments.moment(at)
    return f"{value} {shape.unit}" if shape.unit else str(value)


def answer_in_words(pack: Pack, shape: FieldShape, value: Any) -> Any:
    """A filled field as people read it."""
    if isinstance(value, bool) or value in ("true", "false"):
        return _("yes") if value in (True, "true") else _("no")
    if shape.type in ("choice", "choices"):
        options = choices_of(pack, shape)
        given = value if isinstance(value, list) else [value]
        named = [options[v].text() if v in options else Text(str(v), str(v)) for v in given]
        return Text("、".join(n.zh for n in named), ", ".join(n.en for n in named))
    if shape.type == "moment":
        return moments.moment(datetime.fromisoformat(str(value)))
    return str(value)
