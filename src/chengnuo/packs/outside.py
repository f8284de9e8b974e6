"""What a company knows of those who send it matters from outside: `policies/outside`.

A desk is one file per pack: senders, who gets a copy, what the reply is made of. A sheet is one
file per outside system: the columns of its spreadsheet. Both are strict like a pack.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BeforeValidator, Field, ValidationError

from chengnuo.packs.channels import channels_of
from chengnuo.packs.errors import PackError, Problem
from chengnuo.packs.messages import faults_of
from chengnuo.packs.names import unknown
from chengnuo.packs.reading import POLICIES, read_file
from chengnuo.packs.rule_shapes import ClauseShape
from chengnuo.packs.schema import Pack
from chengnuo.packs.shape import FactName, Id, RoleName, Shape, TextShape

FOLDER = POLICIES / "outside"
Told = Literal["received_on", "sender", "sender_name", "scan", "copied", "copies", "sent_at"]
S = TypeVar("S", bound=Shape)


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Columns = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]
# `form.field`
Source = Annotated[str, Field(pattern=r"^[a-zA-Z0-9-]+\.[a-z][a-z0-9_]*$")]


class SenderShape(Shape):
    """Someone who sends matters: how they come in, and as which service."""

    channel: FactName
    service: Id
    title: TextShape | None = None


class UsualSenderShape(Shape):
    """A sender whom every company knows; the service of a matter is chosen by hand."""

    channel: FactName
    title: TextShape


class UsualSendersShape(Shape):
    """The senders of a pack without a file of its own."""

    senders: dict[Id | FactName, UsualSenderShape]


class CopiesShape(Shape):
    """Who gets a copy, by role, and the clause that says so."""

    roles: tuple[RoleName, ...]
    clause: ClauseShape | None = None


class ScanShape(Shape):
    """The form that a registration fills by itself: its fields, and what goes into each."""

    form: Id
    fields: dict[FactName, Told]


class ReplyShape(Shape):
    """The form by which the reply goes out, and where its parts come from."""

    form: Id
    text: FactName
    findings: tuple[Source, ...]
    result: tuple[Source, ...]
    callback: tuple[Source, ...] = ()
    satisfied: tuple[Source, ...] = ()
    solved: tuple[Source, ...] = ()


class OutsideShape(Shape):
    """Matters from outside at the companies of one pack."""

    pack: Id
    senders: dict[Id | FactName, SenderShape]
    copies: CopiesShape = CopiesShape(roles=())
    scan: ScanShape | None = None
    reply: ReplyShape | None = None


class MomentColumn(Shape):
    column: Columns
    formats: tuple[str, ...] = ()


class FlagColumn(Shape):
    column: Columns
    values: dict[str, bool]


class AnswerColumns(Shape):
    """The columns that are ours to fill."""

    status: str
    reply: str
    replied: str
    closed: str
    satisfied: str
    solved: str


class YesNo(Shape):
    yes: str
    no: str


class StateWords(Shape):
    open: str
    replied: str
    closed: str


class SenderSheetShape(Shape):
    """The spreadsheet of one outside system, as it comes in and as our answers go back."""

    id: Id
    title: TextShape
    pack: Id
    sender: FactName
    encoding: Literal["utf-8", "gb18030"] | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    sheet: str | None = None
    number: Columns
    received: MomentColumn
    due: MomentColumn | None = None
    narrative: Columns
    contact_name: Columns | None = None
    contact_phone: Columns | None = None
    address: Columns | None = None
    confidential: FlagColumn | None = None
    category: Columns | None = None
    services: dict[str, Id] = {}
    unit: Columns | None = None
    answer: AnswerColumns
    states: StateWords
    verdicts: YesNo
    satisfaction: YesNo


# Without a file of its own a pack has these senders; the service is chosen by hand.
USUAL = FOLDER / "usual" / "senders.yaml"


@cache
def outside_of(pack: str) -> OutsideShape | None:
    """What is known for the companies of a pack; None without a file. Raises PackError."""
    path = FOLDER / f"{pack}.yaml"
    return _read(path, OutsideShape) if path.is_file() else None


@cache
def usual_senders() -> dict[str, UsualSenderShape]:
    return _read(USUAL, UsualSendersShape).senders


@cache
def sheets_of(pack: str) -> tuple[SenderSheetShape, ...]:
    """The spreadsheets that companies of a pack can take in and give back. Raises PackError."""
    found = (_read(path, SenderSheetShape) for path in sorted((FOLDER / "sheets").glob("*.yaml")))
    return tuple(sheet for sheet in found if sheet.pack == pack)


def senders_of(pack: Pack) -> dict[str, TextShape]:
    """Who sends matters, in words."""
    known = outside_of(pack.id)
    named = pack.facts["sender"].values if "sender" in pack.facts else {}
    if known is None:
        return {sender: named.get(sender, s.title) for sender, s in usual_senders().items()}
    return {
        sender: shape.title or named.get(sender) or usual_senders()[sender].title
        for sender, shape in known.senders.items()
    }


def channel_of(pack: Pack, sender: str) -> str:
    """How the matters of a sender come in."""
    known = outside_of(pack.id)
    return (known.senders if known else usual_senders())[sender].channel


def sender_problems(pack: Pack, folder: Path = FOLDER) -> list[Problem]:
    """Senders whose matters would come in by a channel, or as a service, that the pack has not."""
    path = folder / f"{pack.id}.yaml"
    if not path.is_file():
        return []
    name = f"{folder.name}/{path.name}"
    known = channels_of(pack)
    document = read_file(path, name=name)
    return [
        Problem(document.place(("senders", sender, key)), what, f"senders.{sender}.{key}")
        for sender, shape in _read(path, OutsideShape).senders.items()
        for key, value, allowed in (
            ("channel", shape.channel, known),
            ("service", shape.service, pack.services),
        )
        for what in unknown(key, [value], allowed)
    ]


def _read(path: Path, shape: type[S]) -> S:
    document = read_file(path, name=path.name)
    try:
        return shape.model_validate(document.data)
    except ValidationError as error:
        raise PackError(path.name, faults_of(error, document)) from error
