"""YAML with line numbers: a folder of files is read as one document.

Scalars follow YAML 1.2: only `true`/`false` are booleans, dates and times stay text. A key given
twice in one mapping, or one id in two files, is an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from chengnuo.packs.errors import PackError, Problem
from chengnuo.packs.yaml_faults import (
    DEEPEST,
    LONGEST_NUMBER,
    MOST_BYTES,
    MOST_PLACES,
    broken,
    in_itself,
    no_key,
    too_deep,
    too_long,
    too_much,
)
from chengnuo.rules.words import Text

POLICIES = Path(__file__).resolve().parent.parent / "policies"
COMMON = POLICIES / "common"
Place = tuple[str | int, ...]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
INTEGER = re.compile(r"[-+]?\d+")
FLOAT = re.compile(r"[-+]?(\d+\.\d*|\.\d+)([eE][-+]?\d+)?")
HEADER = frozenset(
    {
        "id",
        "title",
        "version",
        "utility",
        "in_force",
        "time_zone",
        "extends",
        "include",
        "transition",
    }
    | {"calendar", "warn", "escalate"}
)
LITERALS: dict[str, object] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(slots=True)
class Document:
    """Plain data and, for each place in it, the file and line where it stands."""

    data: dict[str, Any] = field(default_factory=dict)
    places: dict[Place, str] = field(default_factory=dict)

    def place(self, path: Place) -> str:
        """The nearest known place at or above a path."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path[:-1]
        return self.places.get((), "")


def read_file(path: Path, *, name: str, root: str | None = None) -> Document:
    """Read one YAML file. Raises PackError for broken YAML, naming the line.

    A file that is a bare list is taken as the section `root`, where one is named.
    """
    node = _node(path, name)
    document = Document()
    if node is None:
        return document
    if root is not None and isinstance(node, yaml.SequenceNode):
        document.data = {root: _plain(node, (root,), document, name)}
        return document
    document.data = _plain(node, (), document, name)
    if not isinstance(document.data, dict):
        raise PackError(
            name,
            [
                Problem(
                    f"{name}:1",
                    Text(
                        "文件里应是各个章节（键值对）",
                        "the file must hold sections (a mapping)",
                    ),
                )
            ],
        )
    return document


def _node(path: Path, name: str) -> yaml.Node | None:
    if path.stat().st_size > MOST_BYTES:
        large = Text("文件大于 4 MB，不是制度文件", "larger than 4 MB: this is no such file")
        raise PackError(name, [Problem(name, large)])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        said = Text("不是 UTF-8 文本，请另存为 UTF-8", "not a text in UTF-8: save it as UTF-8")
        line = error.object[: error.start].count(b"\n") + 1
        raise PackError(name, [Problem(f"{name}:{line}", said)]) from error
    loader = None
    try:
        _check_depth(text, name)
        loader = LOADER(text)
        found: yaml.Node | None = loader.get_single_node()
    except yaml.YAMLError as error:
        raise broken(error, name, text) from error
    finally:
        if loader is not None:
            loader.dispose()
    return found


def _check_depth(text: str, name: str) -> None:
    """Before anything is built: the library builds by recursion, and dies of a file that is deep
    enough."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                mark = event.start_mark
                raise too_deep(name, mark.line if mark else 0, mark.column if mark else 0)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _check_growth(
    node: yaml.Node, path: Place, document: Document, name: str, above: tuple[yaml.Node, ...]
) -> None:
    """An alias stands for all that its anchor holds: not for itself, and not for ever more."""
    at = name, node.start_mark.line, node.start_mark.column
    if any(node is held for held in above):
        raise in_itself(*at)
    if len(path) > DEEPEST:
        raise too_deep(*at)
    if len(document.places) > MOST_PLACES:
        raise too_much(*at)


def _plain(
    node: yaml.Node,
    path: Place,
    document: Document,
    name: str,
    above: tuple[yaml.Node, ...] = (),
) -> Any:
    _check_growth(node, path, document, name, above)
    above = (*above, node)
    document.places[path] = f"{name}:{node.start_mark.line + 1}"
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise no_key(name, key_node.start_mark.line, key_node.start_mark.column)
            key = str(key_node.value)
            if key in found:
                line = key_node.start_mark.line + 1
                raise PackError(
                    name,
                    [
                        Problem(
                            f"{name}:{line}", Text(f"'{key}' 写了两次", f"'{key}' is given twice")
                        )
                    ],
                )
            found[key] = _plain(value_node, (*path, key), document, name, above)
            document.places[(*path, key)] = f"{name}:{key_node.start_mark.line + 1}"
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(n, (*path, i), document, name, above) for i, n in enumerate(node.value)]
    return _scalar(node, name)


def _scalar(node: yaml.Node, name: str) -> object:
    text = str(node.value)
    if getattr(node, "style", None):  # quoted or block; a plain scalar has none
        return text
    if text in LITERALS:
        return LITERALS[text]
    if INTEGER.fullmatch(text):
        if len(text) > LONGEST_NUMBER:
            raise too_long(name, node.start_mark.line, node.start_mark.column)
        return int(text)
    if FLOAT.fullmatch(text):
        return float(text)
    return text


def read_folder(folder: Path) -> Document:
    """All files of a pack as one document, `examples.yaml` left out. Raises PackError."""
    if not (folder / "pack.yaml").is_file():
        raise PackError(
            str(folder),
            [
                Problem(
                    str(folder),
                    Text("文件夹里没有 pack.yaml", "there is no pack.yaml in this folder"),
                )
            ],
        )
    whole = Document()
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*.yaml"), key=lambda p: (p.name != "pack.yaml", str(p))):
        if path.name == "examples.yaml":
            continue
        part = read_file(path, name=f"{folder.name}/{path.relative_to(folder)}")
        if path.parent != folder or path.name != "pack.yaml":
            problems += [
                Problem(
                    part.place((key,)),
                    Text(f"'{key}' 只能写在 pack.yaml 里", f"'{key}' stands in pack.yaml only"),
                )
                for key in part.data
                if key in HEADER
            ]
        problems += join(whole, part)
    if problems:
        raise PackError(folder.name, problems)
    return whole


def join(whole: Document, part: Document) -> list[Problem]:
    """Take another file's sections in; what both define is a problem."""
    problems = []
    for section, content in part.data.items():
        here = part.place((section,))
        held = whole.data.get(section)
        if held is None:
            whole.data[section] = content
            whole.places.update({p: w for p, w in part.places.items() if p[:1] == (section,)})
        elif isinstance(held, dict) and isinstance(content, dict):
            for key, value in content.items():
                if key in held:
                    first = whole.place((section, key))
                    where = part.place((section, key))
                    problems.append(
                        Problem(
                            where,
                            Text(
                                f"{section} 的 '{key}' 已写在 {first}",
                                f"'{key}' of {section} stands already at {first}",
                            ),
                        )
                    )
                held[key] = value
            whole.places.update({p: w for p, w in part.places.items() if p[:1] == (section,)})
        elif isinstance(held, list) and isinstance(content, list):
            shift = len(held)
            held.extend(content)
            for place, where in part.places.items():
                if place[:1] == (section,) and len(place) > 1:
                    whole.places[(section, int(place[1]) + shift, *place[2:])] = where
        else:
            problems.append(
                Problem(
                    here,
                    Text(
                        f"'{section}' 已写在 {whole.place((section,))}",
                        f"'{section}' stands already at {whole.place((section,))}",
                    ),
                )
            )
    whole.places.setdefault((), part.place(()))
    return problems
