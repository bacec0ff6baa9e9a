"""Raw deflate and its checksum: by `isal` where it is installed, a third to a half of zlib's time, else by zlib.

What is unpacked, and which streams are broken, is the same; what is packed differs in length only.
"""

from __future__ import annotations

import zlib
from contextlib import suppress
from typing import Any

library: Any = zlib
with suppress(ImportError):
    from isal import isal_zlib as library

_LEVEL = 2
_RAW = -15

BROKEN: tuple[type[Exception], ...] = (zlib.error, library.error)
"""What `decompress` raises for a stream that is none."""


def unpacker() -> Any:
    """A decompressor of one raw stream, as `zlib.decompressobj` makes them."""
    return library.decompressobj(_RAW)


def packer() -> Any:
    """A compressor of one raw stream, quick rather than small."""
    return library.compressobj(_LEVEL, zlib.DEFLATED, _RAW)


def checksum(data: bytes, start: int = 0) -> int:
    """The CRC-32 that archives keep, going on from `start`."""
    return int(library.crc32(data, start))
