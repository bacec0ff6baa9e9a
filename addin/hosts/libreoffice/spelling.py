"""Formulas between Excel's way of writing, which this product keeps, and Calc's own.

They differ in what separates arguments, rows and columns of an array, and a sheet from its cells.
"""

from __future__ import annotations

import re

from sheets_schema.formula_tokens import QUOTED, TEXT, tokens

_ARRAY = rf"\{{(?:[^\"}}]|{TEXT})*\}}"
_CALC = re.compile(
    rf"""(?P<text>{TEXT})|(?P<array>{_ARRAY})
    |\$?(?P<sheet>{QUOTED}|[^\W\d][\w]*)\.(?=\$?[A-Za-z]{{1,3}}\$?\d+(?![\w(])|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z])
    |(?P<gap>;)""",
    re.VERBOSE,
)
_IN_ARRAY = re.compile(rf"{TEXT}|[;|]")


def to_calc(formula: str) -> str:
    """Excel's text as Calc takes it.

    >>> to_calc("SUM('库存 数据'!A1:B2,Tab!C3,{1,\\"a,b\\";2,3})")
    'SUM($\\'库存 数据\\'.A1:B2;$Tab.C3;{1;"a,b"|2;3})'
    """

    written = []
    in_array = False
    for kind, text, _ in tokens(formula):
        if kind == "sheet" and "[" not in text:
            text = f"${text[:-1]}."
        elif text in ("{", "}"):
            in_array = text == "{"
        elif text == ",":
            text = ";"
        elif text == ";" and in_array:
            text = "|"
        written.append(text)
    return "".join(written)


def to_excel(formula: str) -> str:
    """Calc's text as Excel writes it.

    >>> to_excel("SUM($'库存 数据'.A1:B2;$Tab.C3;{1;\\"a;b\\"|2;3};CEILING.MATH(A1.5))")
    'SUM(\\'库存 数据\\'!A1:B2,Tab!C3,{1,"a;b";2,3},CEILING.MATH(A1.5))'
    """

    def spelled(match: re.Match[str]) -> str:
        if match["gap"]:
            return ","
        if match["sheet"]:
            return f"{match['sheet']}!"
        if match["array"]:
            return _IN_ARRAY.sub(lambda item: {";": ",", "|": ";"}.get(item[0], item[0]), match[0])
        return match[0]

    return _CALC.sub(spelled, formula)
