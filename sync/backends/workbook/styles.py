"""What reading and patching need of the cell formats: which are dates, which are unlocked."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

_BUILTIN = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_NOISE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|General', re.I)
_DATE = re.compile(r"[ymdhs]|(?<![0#.])e+(?![+-])", re.I)


def is_date_format(code: str) -> bool:
    """Whether a number format shows a day or a time.

    >>> is_date_format('yyyy"年"m"月"d"日"'), is_date_format("[h]:mm"), is_date_format('0.00E+00;[Red]"days"0')
    (True, True, False)
    """
    return bool(_DATE.search(_NOISE.sub("", code)))


class Styles:
    """The `cellXfs` of a workbook; `dates` and `unlocked` hold indexes as written in ``s="…"``.

    A cell without ``s`` has format 0. `formats` are the number format ids in use, `count` the number of xfs.
    """

    def __init__(self, sheet: Element) -> None:
        codes = {item.get("numFmtId", ""): item.get("formatCode", "") for item in sheet.iterfind("numFmts/numFmt")}
        self.dates: set[str] = set()
        self.unlocked: set[str] = set()
        self.count = 0
        for index, xf in enumerate(sheet.iterfind("cellXfs/xf")):
            number = xf.get("numFmtId", "0")
            code = codes.get(number)
            if is_date_format(code) if code is not None else number.isdigit() and int(number) in _BUILTIN:
                self.dates.add(str(index))
            protection = xf.find("protection")
            if protection is not None and protection.get("locked") in ("0", "false"):
                self.unlocked.add(str(index))
            self.count = index + 1
        if "0" in self.dates:
            self.dates.add("")
        if "0" in self.unlocked:
            self.unlocked.add("")
