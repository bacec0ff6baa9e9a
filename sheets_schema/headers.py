"""Titles: one spelling for comparing, one distinct title per column, known words to canonical names.

Nobody writes a title the same way twice: full-width brackets, line breaks, blanks, letter case,
``fulfillable_quantity`` and ``fulfillableQuantity``. Comparing happens on `normal_title` only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sheets_schema.cells import clean
from sheets_schema.keys import clean_key
from sheets_schema.model import Report, Sheet

_JOINT = re.compile(r"(?<=[a-z])[-_.](?=[a-z])")
_PANDAS = re.compile(r"(.+)\.(\d{1,3})")

QUANTITY = frozenset({"数量", "数量(个)", "件数", "quantity", "qty"})
COST = frozenset({"成本", "成本(元)", "金额", "货值", "cost", "amount"})
"""Second-row labels of the ERP's quantity and cost pairs, in normal form."""


def normal_title(title: Any) -> str:
    """A title without blanks, line breaks, letter case, full-width forms and joints between letters.

    Digits keep their hyphens: ``0-30`` is an age, not the number 30.

    >>> normal_title("ＦＢＡ\\n可售（成本） "), normal_title("afn-fulfillable_quantity"), normal_title("0-30")
    ('fba可售(成本)', 'afnfulfillablequantity', '0-30')
    """
    if title is None:
        return ""
    text = "".join(clean_key(str(title)).split()).casefold().replace("～", "~").lstrip("*")
    return _JOINT.sub("", text)


def cost_title(title: str) -> str:
    """The distinct title of the cost column of a pair.

    >>> cost_title("FBA可售")
    'FBA可售(成本)'
    """
    return f"{title}(成本)"


def titles_of_report(report: Report, aliases: Mapping[str, Sequence[str]] | None = None) -> dict[str, str]:
    """Normal title -> field name; `aliases` adds the installation's own words (field -> titles)."""
    known = {normal_title(title): item.name for item in report.fields for title in item.titles}
    for name, words in (aliases or {}).items():
        if name in report.by_name:
            known.update((normal_title(word), name) for word in words)
    return known


def titles_of_sheet(sheet: Sheet, aliases: Mapping[str, Sequence[str]] | None = None) -> dict[str, str]:
    """Normal title -> our column title; the column's own title wins over another column's alias."""
    more = aliases or {}
    known = {
        normal_title(word): column.title
        for column in sheet.columns
        for word in (*column.aliases, *more.get(column.title, ()))
    }
    return known | {normal_title(column.title): column.title for column in sheet.columns}


def two_rows(top: Sequence[Any], sub: Sequence[Any], known: Iterable[str]) -> list[str] | None:
    """The titles of a two-row header, or None when `sub` is no second header row.

    `top` has its merged labels already repeated over the columns they span. A pair 数量 + 成本 under
    one label becomes the label and ``label(成本)``; a group label above real titles gives way to them,
    joined with them where only the joint form is known (``AWD`` over ``在库``).

    >>> two_rows(["MSKU", "FBA可售", "FBA可售"], [None, "数量", "成本"], ["msku", "fba可售"])
    ['MSKU', 'FBA可售', 'FBA可售(成本)']
    """
    words = set(known)
    titles: list[str] = []
    subtitled = 0
    for over, under in _padded(top, sub):
        label, word = normal_title(over), normal_title(under)
        if not word:
            titles.append(clean(str(over)) if label else "")
            continue
        if word in QUANTITY and label:
            title = over
        elif word in COST and label:
            title = cost_title(clean(str(over)))
        elif word == label:
            title = over
        elif label + word in words:
            title = clean(str(over)) + clean(str(under))
        elif word in words and (not label or label not in words):
            title = under
        else:
            return None
        subtitled += 1
        titles.append(clean(str(title)))
    return titles if subtitled else None


def _padded(top: Sequence[Any], sub: Sequence[Any]) -> Iterable[tuple[Any, Any]]:
    width = max(len(top), len(sub))
    return zip([*top, *[None] * (width - len(top))], [*sub, *[None] * (width - len(sub))], strict=True)


def distinct_titles(titles: Sequence[Any], known: Iterable[str] = ()) -> list[str]:
    """One distinct title per column; blank titles stay blank.

    The second of two equal titles is the cost of the pair where the report knows that title, otherwise
    it gets a number. A suffix that pandas gave (``销量.1``) counts as the same title again.

    >>> distinct_titles(["MSKU", "FBA可售", "FBA可售.1", "销量", "销量"], [normal_title("FBA可售(成本)")])
    ['MSKU', 'FBA可售', 'FBA可售(成本)', '销量', '销量 (2)']
    """
    words = set(known)
    texts = ["" if title is None else clean(str(title)) for title in titles]
    present = {normal_title(text) for text in texts}
    seen: dict[str, int] = {}
    answer: list[str] = []
    for text in texts:
        if not text:
            answer.append("")
            continue
        renamed = _PANDAS.fullmatch(text)
        if renamed and normal_title(renamed[1]) in present and normal_title(text) not in words:
            text = renamed[1]
        word = normal_title(text)
        seen[word] = seen.get(word, 0) + 1
        if seen[word] == 1:
            answer.append(text)
        elif seen[word] == 2 and normal_title(cost_title(text)) in words - present:
            answer.append(cost_title(text))
        else:
            answer.append(f"{text} ({seen[word]})")
    return answer
