"""What cannot be read as YAML is told in both languages, with file, line and column."""

from __future__ import annotations

import re

import pytest

from chengnuo.doors.cli.main import main
from chengnuo.packs.errors import PackError
from chengnuo.packs.reading import read_file

WORDS = re.compile(r"[A-Za-z]{3,}")
# text, line and column, a word of each message
FAULTS = {
    "a tab": ("a:\n  b: 1\n\tc: 2\n", 3, 1, "制表符", "a tab"),
    "a tab before a list": ("a:\n\t- b: 1\n", 2, 1, "制表符", "a tab"),
    "a number without end": ("a: " + "9" * 5000, 1, 4, "数字过长", "too long"),
    "a value in a value": ("a: b: c\n", 1, 5, "键值对", "no “key: value”"),
    "an unclosed quote": ('x: 1\na: "bcd\nb: 1\n', 2, 4, "引号没有配对", "never closed"),
    "an unclosed list": ("a: [1, 2\nb: 3\n", 1, 4, "方括号没有配对", "“]”"),
    "an unclosed brace": ("a: {x: 1\nb: 3\n", 1, 4, "花括号没有配对", "“}”"),
    "an anchor twice": ("a: &x 1\nb: &x 2\n", 2, 4, "锚点（&）的名字用了两次", "used twice"),
    "an unknown alias": ("a: 1\nb: *x\n", 2, 4, "没有这个锚点", "no anchor"),
    "a crooked indent": ("a:\n    b: 1\n  c: 2\n", 3, 3, "缩进不齐", "one column"),
    "no colon": ("a: 1\nbcd\ne: 2\n", 3, 1, "缺冒号", "a colon"),
    "a sign in front": ("a: @x\n", 1, 4, "请加引号", "in quotes"),
    "a list in the line": ("a: - b\n", 1, 4, "另起一行", "a line of its own"),
    "two documents": ("a: 1\n---\nb: 2\n", 2, 1, "一份内容", "one document"),
    "an escape": ('a: "\\q"\n', 1, 5, "反斜杠", "backslash"),
    "a tag": ("a: !x!y z\n", 1, 4, "标记类型", "tags"),
    "a star": ("a: *\n", 1, 5, "跟名字", "a name follows"),
    "a bracket too many": ("a: ]\n", 1, 4, "多了一个括号", "too many"),
    "a control character": ("b: 1\na: \x01\n", 2, 4, "控制字符", "control character"),
    "a bar with a word": ("a: |x\n  b\n", 1, 5, "不合 YAML", "no YAML"),
    "an anchor in itself": ("r: &a {x: *a}\n", 1, 4, "包含了它自己", "holds itself"),
    "an anchor in its list": ("r: &a [1, [*a]]\n", 1, 4, "包含了它自己", "holds itself"),
    "brackets without end": ("a: " + "[" * 2000, 1, 63, "嵌套超过", "nests more than"),
    "far too deep": ("x: 1\na: " + "[" * 100_000, 2, 63, "嵌套超过", "nests more than"),
    "dashes without end": ("- " * 100_000 + "x", 1, 121, "嵌套超过", "nests more than"),
    "a list as a key": ("? [a, b]\n: 1\n", 1, 3, "一个词", "one word"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_kind_is_told_where_it_begins_and_what_to_write(tmp_path, name):
    text, line, column, zh, en = FAULTS[name]
    file = tmp_path / "f.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        read_file(file, name="f.yaml")
    (problem,) = caught.value.problems
    assert problem.where == f"f.yaml:{line}"
    assert zh in problem.text.zh
    assert en in problem.text.en
    assert f"第 {column} 列" in problem.text.zh
    assert f"column {column})" in problem.text.en
    assert set(WORDS.findall(problem.text.zh)) <= {"YAML", "Tab"}, "no English of the library"


def test_aliases_that_repeat_each_other_do_not_fill_the_memory(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in range(1, 12):
        told = ", ".join([f"*a{level - 1}"] * 10)
        lines.append(f"a{level}: &a{level} [{told}]")
    file = tmp_path / "f.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        read_file(file, name="f.yaml")
    assert "层层重复" in caught.value.said("zh")
    assert "aliases" in caught.value.said("en")


def test_an_alias_that_repeats_a_text_is_read(tmp_path):
    file = tmp_path / "f.yaml"
    file.write_text("a: &x {zh: 一, en: one}\nb: *x\n", encoding="utf-8")
    assert read_file(file, name="f.yaml").data["b"] == {"zh": "一", "en": "one"}


@pytest.mark.parametrize("content", ["r: &a {x: *a}\n", "a: " + "[" * 2000])
def test_the_check_of_a_pack_ends_with_1_and_names_file_and_line(tmp_path, capsys, content):
    (tmp_path / "pack.yaml").write_text(content, encoding="utf-8")
    assert main(["policy", "check", str(tmp_path), "--language", "zh"]) == 1
    assert re.search(r"pack\.yaml:1: YAML 写法有误", capsys.readouterr().err)
