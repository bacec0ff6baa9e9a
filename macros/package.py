"""Writes an Office package whose bytes depend on its parts alone: fixed dates, fixed order, nothing deflated.

Compressed members would differ between versions of the compressing library; these packages are small.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_DATE = (2025, 1, 1, 0, 0, 0)
_MADE_ON_DOS = 0


def package(parts: Mapping[str, bytes]) -> bytes:
    """The zip of an Office document; `parts` by name, in the order they are written.

    >>> package({"a": b"x"}) == package({"a": b"x"})
    True
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            member = zipfile.ZipInfo(name, _DATE)
            member.create_system = _MADE_ON_DOS
            archive.writestr(member, content)
    return target.getvalue()
