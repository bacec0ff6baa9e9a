"""A page as blocks, written out as Markdown or as HTML.

Texts may hold `code` in backticks and links to a place of the page, ``[words](#place)``; nothing else is markup.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_CODE = re.compile(r"`([^`]*)`")
_LINK = re.compile(r"\[([^\]]*)\]\(#([\w-]+)\)")


@dataclass(frozen=True)
class Heading:
    """A title of level 1–3; `place` is where links go."""

    level: int
    text: str
    place: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A text."""

    text: str


@dataclass(frozen=True)
class Items:
    """A list."""

    texts: Sequence[str]


@dataclass(frozen=True)
class Grid:
    """A table."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Quote:
    """Somebody else's words, line by line."""

    lines: Sequence[str]


@dataclass(frozen=True)
class Listing:
    """Text as it is, in a fixed width."""

    text: str


Block = Heading | Paragraph | Items | Grid | Quote | Listing


def markdown(blocks: Iterable[Block]) -> str:
    """The page as Markdown, without a line break at its end."""
    return "\n\n".join("\n".join(_lines(block)) for block in blocks)


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, text, place):
            yield (f'<a id="{place}"></a>\n\n' if place else "") + f"{'#' * level} {_safe(text)}"
        case Paragraph(text):
            yield _safe(text)
        case Items(texts):
            yield from (f"- {_safe(text)}" for text in texts)
        case Grid(head, rows):
            yield _row(head)
            yield _row(["---"] * len(head))
            yield from map(_row, rows)
        case Quote(lines):
            yield "\n>\n".join(f"> {_safe(line)}" for line in lines)
        case Listing(text):
            yield f"```text\n{text}\n```"


def _safe(text: str) -> str:
    """Without anything that Markdown would take for a tag or for emphasis, outside code."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(
        part if at % 2 else part.replace("<", "&lt;").replace("*", r"\*").replace("_", r"\_")
        for at, part in enumerate(parts)
    )


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_safe(cell).replace("|", r"\|").replace("\n", "<br>") for cell in cells) + " |"


STYLE = """
body{font:16px/1.6 "Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif;max-width:960px;margin:0 auto;padding:1em;color:#222}
h1,h2{border-bottom:1px solid #ddd;padding-bottom:.2em}h3{margin-top:2em}
code,pre{font-family:Consolas,Menlo,monospace;background:#f3f3f3;padding:.1em .3em;border-radius:3px}
pre{padding:.6em;overflow:auto;white-space:pre-wrap}
table{border-collapse:collapse;margin:.6em 0;font-size:15px}td,th{border:1px solid #ccc;padding:.25em .6em;text-align:left;vertical-align:top}
blockquote{margin:.4em 0;padding:0 1em;border-left:4px solid #ccc;color:#555}
@media print{h3{break-after:avoid}}
""".strip()


def page(blocks: Iterable[Block], title: str, lang: str) -> str:
    """The page as one HTML file that needs nothing else: no network, no script."""
    body = "\n".join(line for block in blocks for line in _tags(block))
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head><meta charset="utf-8"><title>{html.escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">\n<style>\n{STYLE}\n</style></head>\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _tags(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, text, place):
            anchor = f' id="{place}"' if place else ""
            yield f"<h{level}{anchor}>{_inline(text)}</h{level}>"
        case Paragraph(text):
            yield f"<p>{_inline(text)}</p>"
        case Items(texts):
            yield "<ul>" + "".join(f"<li>{_inline(text)}</li>" for text in texts) + "</ul>"
        case Grid(head, rows):
            yield "<table>"
            yield "<tr>" + "".join(f"<th>{_inline(cell)}</th>" for cell in head) + "</tr>"
            for row in rows:
                yield "<tr>" + "".join(f"<td>{_inline(cell)}</td>" for cell in row) + "</tr>"
            yield "</table>"
        case Quote(lines):
            yield "<blockquote>" + "<br>".join(map(_inline, lines)) + "</blockquote>"
        case Listing(text):
            yield f"<pre>{html.escape(text)}</pre>"


def _inline(text: str) -> str:
    coded = _CODE.sub(lambda match: f"<code>{match[1]}</code>", html.escape(text, quote=False))
    return _LINK.sub(lambda match: f'<a href="#{match[2]}">{match[1]}</a>', coded).replace("\n", "<br>")
