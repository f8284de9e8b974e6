"""What is said of YAML that cannot be read: in both languages, with line and column.

The library tells it in English, in the words of its grammar, and often at the end of what it could
not read; here it is told where the fault begins and what to write.
"""

from __future__ import annotations

import yaml

from chengnuo.packs.errors import PackError, Problem
from chengnuo.rules.words import Text

MOST_BYTES = 4 << 20
"""A pack's largest file has some tens of thousands."""
DEEPEST = 60
"""Levels of a mapping in a mapping: a pack has about ten, and no author reads sixty."""
LONGEST_NUMBER = 40
"""Digits: the interpreter gives up at some thousands, and nothing is counted in so many."""
MOST_PLACES = 200_000
"""Values in one file, those that stand behind an alias counted each time."""

# What the library says, and what is meant by it; the first that fits.
TAB = Text("缩进用了制表符（Tab），请改用空格", "a tab indents the line: use blanks instead")
KINDS: tuple[tuple[str, Text], ...] = (
    (
        "tab character",
        TAB,
    ),
    (
        "mapping values are not allowed",
        Text(
            "此处不能有键值对：上一行缩进不齐，或文字里有“: ”而没有加引号",
            "no “key: value” can stand here: the indent does not fit, or a text with “: ” in it "
            "wants quotes",
        ),
    ),
    (
        "found unexpected end of stream",
        Text("引号没有配对：从这里开始，没有结束", "the quote that opens here is never closed"),
    ),
    (
        "expected ',' or ']'",
        Text(
            "方括号没有配对：从这里开始的列表缺“]”或逗号",
            "the list that opens here wants “]” or a comma",
        ),
    ),
    (
        "expected ',' or '}'",
        Text("花括号没有配对：从这里开始，缺“}”或逗号", "what opens here wants “}” or a comma"),
    ),
    (
        "second occurrence",
        Text("锚点（&）的名字用了两次", "the name of this anchor (&) is used twice"),
    ),
    ("undefined alias", Text("没有这个锚点（*）", "there is no anchor of this name (*)")),
    (
        "expected key",
        Text(
            "缩进不齐：应与同级的键对齐",
            "the indent does not fit: keys of one level begin in one column",
        ),
    ),
    (
        "expected ':'",
        Text(
            "这一行不是键值对：缺冒号和空格",
            "this is no “key: value”: a colon and a blank are missing",
        ),
    ),
    (
        "expected '-'",
        Text(
            "列表的每一项都应以“- ”开头并对齐",
            "every entry of a list begins with “- ” in one column",
        ),
    ),
    (
        "cannot start any token",
        Text(
            "文字不能以这个符号开头（@、`、% 等），请加引号",
            "a text cannot begin with this sign (@, `, % …): write it in quotes",
        ),
    ),
    (
        "block sequence entries are not allowed",
        Text("列表（- ）应另起一行", "a list (- ) begins on a line of its own"),
    ),
    (
        "another document",
        Text(
            "一个文件只能有一份内容，不能用“---”再分",
            "one document in a file: “---” cannot begin another",
        ),
    ),
    (
        "escape",
        Text(
            "双引号里的反斜杠不是可用的转义：请写成单引号",
            "this backslash means nothing in double quotes: use single ones",
        ),
    ),
    (
        "tag",
        Text("不能用“!”标记类型：文字请加引号", "no “!” tags: a text that begins so wants quotes"),
    ),
    (
        "alphabetic or numeric",
        Text(
            "“*”和“&”后面须跟名字；当作文字用请加引号",
            "a name follows “*” and “&”; as a text they want quotes",
        ),
    ),
    (
        "node content",
        Text("此处缺内容，或多了一个括号", "something is missing here, or a bracket is too many"),
    ),
    (
        "directive",
        Text("文字不能以“%”开头，请加引号", "a text cannot begin with “%”: write it in quotes"),
    ),
    (
        "control characters",
        Text("有看不见的控制字符，请删去", "there is an invisible control character: delete it"),
    ),
)
OTHER = Text(
    "不合 YAML 写法：请看此处和上一行的缩进、冒号、引号和括号",
    "this is no YAML: look at indent, colons, quotes and brackets here and on the line before",
)
# The fault lies where it opened, not where the reader gave up.
OPENED = ("unexpected end of stream", "expected ',' or")


def broken(error: yaml.YAMLError, name: str, text: str) -> PackError:
    """The library's complaint as a problem of the file."""
    said = f"{getattr(error, 'problem', None) or getattr(error, 'reason', '') or error}"
    what = next((words for part, words in KINDS if part in said), OTHER)
    mark = getattr(error, "problem_mark", None)
    if any(part in said for part in OPENED):
        mark = getattr(error, "context_mark", None) or mark
    if mark is not None:
        line = text.split("\n")[mark.line] if mark.line <= text.count("\n") else ""
        if "cannot start any token" in said and line[mark.column : mark.column + 1] == "\t":
            what = TAB
        return fault(name, mark.line, mark.column, what)
    before = text[: getattr(error, "position", 0)]
    return fault(name, before.count("\n"), len(before) - before.rfind("\n") - 1, what)


def fault(name: str, line: int, column: int, what: Text) -> PackError:
    """Line and column count from 0 here, and from 1 for whoever reads it."""
    said = Text(
        f"YAML 写法有误（第 {column + 1} 列）：{what.zh}",
        f"broken YAML (column {column + 1}): {what.en}",
    )
    return PackError(name, [Problem(f"{name}:{line + 1}", said)])


def too_long(name: str, line: int, column: int) -> PackError:
    return fault(name, line, column, Text("数字过长，请核对", "the number is too long: check it"))


def too_deep(name: str, line: int, column: int) -> PackError:
    what = Text(
        f"嵌套超过 {DEEPEST} 层，或括号没有配对",
        f"it nests more than {DEEPEST} levels, or brackets are not closed",
    )
    return fault(name, line, column, what)


def in_itself(name: str, line: int, column: int) -> PackError:
    what = Text("锚点（&）包含了它自己", "an anchor (&) holds itself")
    return fault(name, line, column, what)


def too_much(name: str, line: int, column: int) -> PackError:
    what = Text(
        f"内容超过 {MOST_PLACES} 项：别名（*）层层重复",
        f"it comes to more than {MOST_PLACES} values: aliases (*) repeat each other",
    )
    return fault(name, line, column, what)


def no_key(name: str, line: int, column: int) -> PackError:
    what = Text("键须是一个词，不能是列表或键值对", "a key is one word, no list and no mapping")
    return fault(name, line, column, what)
