"""Writes a compound file ([MS-CFB] version 3): storages and streams in sectors of 512 bytes.

Streams shorter than 4096 bytes share the mini stream. The directory's siblings form a red-black tree,
ordered by the length of the name and then by its upper-case letters. No timestamps: the same content
gives the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Union

Storage = Mapping[str, Union[bytes, "Storage"]]
"""What a storage holds, by name: streams as bytes, storages as mappings."""

_SECTOR, _MINI = 512, 64
_CUTOFF = 4096
"""Streams below this size are kept in the mini stream."""
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_NONE = 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_RED, _BLACK = 0, 1
_IN_HEADER = 109
"""Sectors of the allocation table that the header can name; enough for 6.8 MB."""


@dataclass
class _Entry:
    name: str
    kind: int
    content: bytes = b""
    colour: int = _BLACK
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    start: int = _END
    size: int = 0


@dataclass
class _Sectors:
    """Chains of equal pieces with their allocation table."""

    piece: int
    table: list[int] = field(default_factory=list)
    data: bytearray = field(default_factory=bytearray)

    def add(self, content: bytes) -> int:
        """Appends a chain; answers its first sector."""
        if not content:
            return _END
        start, count = len(self.table), -(-len(content) // self.piece)
        self.table += [*range(start + 1, start + count), _END]
        self.data += content.ljust(count * self.piece, b"\0")
        return start


def compound_file(root: Storage) -> bytes:
    """The file that holds `root`. Raises ValueError for a name over 31 characters or more than 6.8 MB."""
    entries = [_Entry("Root Entry", _ROOT)]
    entries[0].child = _laid_out(root, entries)
    mini, sectors = _Sectors(_MINI), _Sectors(_SECTOR)
    for entry in entries:
        if entry.kind == _STREAM:
            entry.size = len(entry.content)
            entry.start = (mini if entry.size < _CUTOFF else sectors).add(entry.content)
    entries[0].start, entries[0].size = sectors.add(bytes(mini.data)), len(mini.data)
    mini_table = _table(mini.table)
    mini_start = sectors.add(mini_table)
    directory = b"".join(map(_directory_entry, entries))
    directory += _directory_entry(_Entry("", 0, start=0)) * (-len(entries) % 4)
    directory_start = sectors.add(directory)
    first, count = len(sectors.table), 1
    while count * (_SECTOR // 4) < first + count:
        count += 1
    if count > _IN_HEADER:
        raise ValueError("too large for a compound file without further tables")
    sectors.add(_table(sectors.table + [_FAT] * count))
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII",
        bytes.fromhex("D0CF11E0A1B11AE1"),
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        count,
        directory_start,
        0,
        _CUTOFF,
        mini_start,
        len(mini_table) // _SECTOR,
        _END,
        0,
        first,
    )
    named = [*range(first + 1, first + count), *[_FREE] * (_IN_HEADER - count)]
    return header + struct.pack(f"<{len(named)}I", *named) + bytes(sectors.data)


def _table(links: list[int]) -> bytes:
    """An allocation table, filled up to whole sectors."""
    whole = links + [_FREE] * (-len(links) % (_SECTOR // 4))
    return struct.pack(f"<{len(whole)}I", *whole)


def _laid_out(storage: Storage, entries: list[_Entry]) -> int:
    """Adds what a storage holds to the directory; answers the root of its tree."""
    names = sorted(storage, key=lambda name: (len(name), name.upper()))
    places: list[int] = []
    for name in names:
        if len(name) > 31:
            raise ValueError(f"too long for a name: {name}")
        content = storage[name]
        places.append(len(entries))
        stream = isinstance(content, bytes)
        entries.append(_Entry(name, _STREAM if stream else _STORAGE, content if isinstance(content, bytes) else b""))
    for name, place in zip(names, places, strict=True):
        content = storage[name]
        if not isinstance(content, bytes):
            entries[place].child = _laid_out(content, entries)
    return _tree(places, entries, (len(places) + 1).bit_length())


def _tree(places: list[int], entries: list[_Entry], levels: int) -> int:
    """A balanced tree over sorted places: black, but red where its last level is not full."""
    if not places:
        return _NONE
    middle = len(places) // 2
    entry = entries[places[middle]]
    entry.left = _tree(places[:middle], entries, levels - 1)
    entry.right = _tree(places[middle + 1 :], entries, levels - 1)
    entry.colour = _RED if levels == 1 else _BLACK
    return places[middle]


def _directory_entry(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16xI16xIII",
        name,
        len(name) + 2 if entry.name else 0,
        entry.kind,
        entry.colour if entry.kind else _RED,
        entry.left,
        entry.right,
        entry.child,
        0,
        entry.start,
        entry.size,
        0,
    )
