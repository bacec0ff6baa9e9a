"""The moment at which a file says that it was made: docProps of a workbook, DocumentProperties of an XML one."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from datetime import datetime, timedelta, tzinfo

_PROPERTIES = "docprops/core.xml"
_HEAD = 1 << 16
"""Bytes that are looked at: the properties stand first."""
_MADE = re.compile(rb"<(?:\w+:)?created\b[^>]*>\s*([^<]{10,40}?)\s*<", re.IGNORECASE)
_SAVED = re.compile(rb"<(?:\w+:)?(?:modified|lastsaved)\b[^>]*>\s*([^<]{10,40}?)\s*<", re.IGNORECASE)
_TEMPLATE = timedelta(days=366)
"""A file that was made this long before it was saved was made from a template, whose making says nothing."""


def time_inside(data: bytes, container: str, zone: tzinfo | None) -> datetime | None:
    """When a file was made, as the wall clock of `zone`; None where it does not say so.

    The earlier of "created" and "saved": an old export that somebody opens and saves again stays old. A time
    without zone is taken as written.
    """
    head = _properties(data) if container == "xlsx" else data[:_HEAD].replace(b"\x00", b"")
    made, saved = (_moment(pattern.search(head), zone) for pattern in (_MADE, _SAVED))
    if made is None or saved is None:
        return made or saved
    return saved if saved - made > _TEMPLATE else min(made, saved)


def _properties(data: bytes) -> bytes:
    """The workbook's core properties; nothing where they can't be read: they are no part of the data."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = {name.lower(): name for name in package.namelist()}
            with package.open(names[_PROPERTIES]) as part:
                return part.read(_HEAD)
    except (KeyError, OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return b""


def _moment(match: re.Match[bytes] | None, zone: tzinfo | None) -> datetime | None:
    if match is None:
        return None
    try:
        moment = datetime.fromisoformat(match[1].decode())
        local = moment if moment.tzinfo is None else moment.astimezone(zone)
    except (ValueError, OverflowError):  # UnicodeDecodeError is a ValueError
        return None
    return local.replace(tzinfo=None, microsecond=0)
