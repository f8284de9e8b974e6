"""Read a pack folder into a validated pack: all of it, or what is wrong with file and line."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from chengnuo.packs.asking import asking_problems
from chengnuo.packs.channels import with_channels
from chengnuo.packs.compiling import decision_id, mean_id
from chengnuo.packs.errors import PackError, Problem
from chengnuo.packs.ignored import ignored_keys
from chengnuo.packs.including import with_parts
from chengnuo.packs.inheritance import merged, tightening_problems
from chengnuo.packs.messages import faults_of
from chengnuo.packs.purposes import purpose_problems, urging_problems
from chengnuo.packs.reading import COMMON, POLICIES, Document, read_folder
from chengnuo.packs.references import reference_problems, unknown_levels
from chengnuo.packs.schema import Pack
from chengnuo.rules.words import Text

LONGEST_ID = 80


@dataclass(frozen=True, slots=True)
class LoadedPack:
    """A pack as it applies: what it inherited is part of `pack`.

    `own_rules` are those it wrote or redefined. `digest` identifies the resolved content: cases
    pin it.
    """

    pack: Pack
    digest: str
    folder: Path
    own_rules: frozenset[str]
    document: Document
    parent: LoadedPack | None = None

    def where(self, *path: str | int) -> str:
        return self.document.place(path)

    def content(self) -> dict[str, Any]:
        """The resolved pack as plain data; `stored` writes and reads it."""
        return content_of(self.pack)


def content_of(pack: Pack) -> dict[str, Any]:
    data: dict[str, Any] = pack.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    # A default that tells the kinds of rules apart must stay.
    for rule_id, rule in pack.rules.items():
        data["rules"][rule_id]["kind"] = rule.kind
    return data


def digest_of(pack: Pack) -> str:
    canonical = json.dumps(
        content_of(pack), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def pack_folder(name: str) -> Path:
    """A pack by id (one that ships with the product) or by path."""
    shipped = POLICIES / name
    folder = shipped if "/" not in name and (shipped / "pack.yaml").is_file() else Path(name)
    if folder.name == "pack.yaml":
        folder = folder.parent
    if not (folder / "pack.yaml").is_file():
        known = ", ".join(shipped_packs())
        raise PackError(
            name,
            [
                Problem(
                    name,
                    Text(
                        f"没有这个制度包；请给出含 pack.yaml 的文件夹，或以下之一：{known}",
                        f"no such pack; give a folder with a pack.yaml, or one of: {known}",
                    ),
                )
            ],
        )
    return folder


def shipped_packs() -> list[str]:
    return sorted(p.parent.name for p in POLICIES.glob("*/pack.yaml"))


def load(name: str, *, _above: tuple[Path, ...] = ()) -> LoadedPack:
    """Load a pack by id or path, with everything it inherits.

    Raises PackError with every problem found.
    """
    folder = pack_folder(name).resolve()
    if folder in _above:
        what = Text("制度包相互继承，成了循环", "the packs extend each other in a circle")
        raise PackError(name, [Problem(str(folder), what)])
    document = with_channels(with_parts(read_folder(folder), folder=folder, common=COMMON))
    own = validated(document, folder.name)
    parent = None
    pack = own
    if own.extends is not None:
        target = own.extends if not own.extends.startswith(".") else str(folder / own.extends)
        parent = load(target, _above=(*_above, folder))
        pack = merged(parent.pack, own, document)
    problems = reference_problems(pack, document) + asking_problems(pack, document)
    problems += _decision_problems(pack, document)
    problems += purpose_problems(pack, document) + urging_problems(pack, document)
    problems += ignored_keys(pack, document)
    if parent is not None:
        problems += tightening_problems(parent.pack, own, pack, document)
    if problems:
        raise PackError(own.id, problems)
    return LoadedPack(
        pack=pack,
        digest=digest_of(pack),
        folder=folder,
        own_rules=frozenset(own.rules),
        document=document,
        parent=parent,
    )


def _decision_problems(pack: Pack, document: Document) -> list[Problem]:
    """What is wrong with the promises to decide pauses, which are made from the rules."""
    bad: list[Text] = []
    given = pack.pauses
    if given is not None:
        bad += unknown_levels(pack, given.escalate or ())
    if given is not None and given.reading not in pack.readings:
        what = f"没有释义 '{given.reading}'", f"unknown reading '{given.reading}'"
        bad.append(Text(*what))
    for rule_id, rule in pack.rules.items():
        named = mean_id(rule_id)
        if not _fits(named, pack) and getattr(rule, "verdict", "") == "average":
            bad.append(
                Text(
                    f"平均承诺的名字是 '{named}'：超过 {LONGEST_ID} 个字符，或已被占用",
                    f"the mean of an average is called '{named}': that is taken, or longer than "
                    f"{LONGEST_ID} characters",
                )
            )
        for pause in getattr(rule, "pause", ()):
            made = decision_id(rule_id, pause.reason)
            if not _fits(made, pack):
                bad.append(
                    Text(
                        f"暂停审批的名字是 '{made}'：超过 {LONGEST_ID} 个字符，或已被占用",
                        f"the decision of a pause is called '{made}': that is taken, or longer "
                        f"than {LONGEST_ID} characters",
                    )
                )
    return [Problem(document.place(("pauses",)), p, "pauses") for p in bad]


def _fits(name: str, pack: Pack) -> bool:
    """Whether a promise that the house makes of a rule can be called so."""
    return name not in pack.rules and len(name) <= LONGEST_ID


def validated(document: Document, name: str) -> Pack:
    """The document as a pack; every fault with its place."""
    try:
        return Pack.model_validate(document.data)
    except ValidationError as error:
        raise PackError(name, faults_of(error, document)) from error
