"""A text that is no YAML of ours, as one coded line: the line, the key near it, what stands there, and why."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from rules.errors import Code, Error, Text

P_UNREADABLE = Code(
    "P-001",
    "读不了配置:{found}",
    "cannot read the configuration: {found}",
    "检查路径、权限和编码(UTF-8)",
    "check path, permission and encoding (UTF-8)",
)
P_YAML = Code(
    "P-002",
    "第 {line} 行{near}不是正确的 YAML:{found}",
    "line {line}{near} is not valid YAML: {found}",
    "缩进用空格,冒号、逗号、引号用半角,冒号后空一格",
    "indent with blanks; a colon is followed by a blank; quotes and brackets come in pairs",
)

MOST_SHOWN = 60
"""Characters that a message shows of a text."""

_KEY = re.compile(r"( *)(?:- +)*([^\s#\[\]{},:&*!|>%@`-][^:#]{0,80}?)\s*[::](?:\s|$)")
_COLON = re.compile(r"\s*(?:- +)*[^\s:：#'\"]+(?:：|:(?=[^\s/]))(?!.*: )")
"""A key whose colon is a wide one, or has no blank behind it; what is wrong shows a line later."""
_NARROW = Text("冒号要半角,后面空一格", "a colon is half-width and followed by a blank")

_WHY = {
    "mapping values are not allowed": "这里不能再有冒号:缩进不对,或者值里的冒号要加引号",
    "could not find expected ':'": "键的后面缺少冒号和空格",
    "did not find expected key": "缩进不对,或者引号、括号后面多了东西",
    "did not find expected '-' indicator": "列表的缩进不对",
    "did not find expected ',' or ']'": "方括号没有关上,或者缺逗号",
    "did not find expected ',' or '}'": "花括号没有关上,或者缺逗号",
    "did not find expected node content": "括号里缺内容",
    "did not find expected alphabetic or numeric character": "不用 &名称 和 *名称,把内容写全",
    "found character that cannot start any token": "不能用这个字符开头(Tab、@、`、% 等;文字可以加引号)",
    "found a tab character": "缩进用了 Tab,要用空格",
    "found invalid Unicode": "双引号里的 \\ 要写成 \\\\,或者用单引号",
    "did not find expected hexdecimal": "双引号里的 \\ 要写成 \\\\,或者用单引号",
    "found unexpected end of stream": "引号没有关上",
    "found unexpected document indicator": "引号没有关上",
    "found undefined alias": "不用 *名称,把内容写全",
    "found unknown escape character": "双引号里的 \\ 要写成 \\\\,或者用单引号",
    "block sequence entries are not allowed": "这里不能用 - 列表:缩进不对",
    "but found another document": "一个文件只能有一份配置,去掉 ---",
    "did not find expected <document start>": "一个文件只能有一份配置,去掉 % 和 --- 行",
}
"""What the parser says, by its beginning, in Chinese."""

_OPENED = ("quoted scalar", "flow sequence", "flow mapping")
"""What was opened and never closed is shown where it was opened."""


def shown(text: str) -> str:
    """A piece of a configuration as a message shows it: one line, bounded, nothing invisible.

    >>> shown("a\\x1b[31m\\n  b"), len(shown("c" * 100))
    ('a\\\\x1b[31m b', 60)
    """
    line = " ".join(re.split(r"[ \t\r\n]+", text[: 4 * MOST_SHOWN].strip(" \t\r\n")))
    safe = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in line)
    return safe if len(safe) <= MOST_SHOWN and len(text) <= 4 * MOST_SHOWN else f"{safe[: MOST_SHOWN - 1]}…"


def broken(text: str, error: Any, path: Path, why: Text | None = None) -> Error:
    """P-002 for what a YAML parser says."""
    problem = str(getattr(error, "problem", None) or "")
    mark = getattr(error, "problem_mark", None)
    opened = getattr(error, "context_mark", None)
    if opened and any(word in str(error.context) for word in _OPENED):
        mark = opened
    lines = text.splitlines() or [""]
    line = min(mark.line + 1, len(lines)) if mark else 1
    colons = [number for number in (line - 1, line) if number and _COLON.match(lines[number - 1])]
    if why is None and colons:
        return _at(lines, colons[0], _NARROW, path)
    if why is None:
        zh = next((zh for said, zh in _WHY.items() if problem.startswith(said)), f"看不懂({problem})")
        why = Text(zh, problem)
    return _at(lines, line, why, path)


def strange_character(text: str, found: re.Match[str], path: Path) -> Error:
    """P-002 for a character that no text file holds."""
    line = text.count("\n", 0, found.start()) + 1
    invisible = Text(f"有看不见的字符 U+{ord(found[0]):04X}", f"an invisible character U+{ord(found[0]):04X}")
    said = Text("不用 % 行", "no lines with %") if found[0] == "%" else invisible
    return _at(text.split("\n"), line, said, path)


def not_utf8(content: bytes, error: UnicodeDecodeError, path: Path) -> Error:
    """P-001 with the line, and the encoding that it looks like."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        found = Text("是 UTF-16,要另存为 UTF-8", "it is UTF-16; save it as UTF-8")
        return Error(P_UNREADABLE, file=path, line=1, found=found)
    number = content.count(b"\n", 0, error.start) + 1
    line = content.split(b"\n")[number - 1]
    try:
        content.decode("gb18030")
        text, why = line.decode("gb18030"), Text("像是 GBK(ANSI),要另存为 UTF-8", "looks like GBK: save it as UTF-8")
    except UnicodeDecodeError:
        text, why = line.decode("utf-8", "replace"), Text("不是 UTF-8", "is not UTF-8")
    found = Text(f"第 {number} 行{why.zh}:{shown(text)}", f"line {number} {why.en}: {shown(text)}")
    return Error(P_UNREADABLE, file=path, line=number, found=found)


def _at(lines: list[str], line: int, why: Text, path: Path) -> Error:
    key, text = shown(_key_near(lines, line)), shown(lines[line - 1])
    near = Text(f"({key} 附近)" if key else "", f" (near {key})" if key else "")
    return Error(P_YAML, file=path, line=line, near=near, found=Text(f"{why.zh}:{text}", f"{why.en}: {text}"))


def _key_near(lines: list[str], line: int) -> str:
    """The key path above a line, by its indentation: the text can't be parsed."""
    path: list[str] = []
    limit = None
    for text in reversed(lines[:line]):
        found = _KEY.match(text)
        if found and (limit is None or len(found[1]) < limit):
            path.insert(0, found[2])
            limit = len(found[1])
            if limit == 0:
                break
    return ".".join(path)
