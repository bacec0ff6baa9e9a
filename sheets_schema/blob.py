"""A table as one compressed columnar blob, and values as JSON: how state remembers.

Numbers travel as raw float64, everything else as codes into the distinct values. No pickle: a
blob that somebody tampered with is refused, never executed.
"""

from __future__ import annotations

import json
import struct
import zlib
from datetime import date, datetime
from typing import Any

import numpy as np

from rules.errors import Code, Error
from sheets_schema.cells import CellError, Value
from sheets_schema.table import Array, Table

S_BLOB = Code(
    "S-090",
    "保存的数据已损坏:{found}",
    "remembered data is damaged: {found}",
    "从备份恢复 state 文件夹,或重新接管工作簿",
    "restore the state folder from a backup, or adopt the workbook again",
)

_MAGIC = b"QLC1"


def encode(value: Value) -> Any:
    """A typed value as JSON that keeps its type.

    >>> encode(date(2025, 4, 3)), encode(1.5), encode("x"), encode(CellError("#N/A"))
    ({'d': '2025-04-03'}, 1.5, 'x', {'e': '#N/A'})
    """
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, CellError):
        return {"e": str(value)}
    return value


def decode(item: Any) -> Value:
    """The inverse of `encode`.

    >>> decode({'t': '2025-04-03T14:00:00'}), decode(3)
    (datetime.datetime(2025, 4, 3, 14, 0), 3.0)
    """
    if isinstance(item, dict):
        ((tag, text),) = item.items()
        return (
            datetime.fromisoformat(text) if tag == "t" else date.fromisoformat(text) if tag == "d" else CellError(text)
        )
    if isinstance(item, int) and not isinstance(item, bool):
        return float(item)
    value: Value = item
    return value


def pack(table: Table, extra: dict[str, Any] | None = None) -> bytes:
    """The blob of a table; `extra` is any JSON that belongs to it."""
    head: dict[str, Any] = {"rows": len(table), "columns": [], "extra": extra or {}}
    parts: list[bytes] = []
    for title in table.columns:
        array = table.data[title]
        spelled = {str(row): encode(cell) for row, cell in table.raw.get(title, {}).items()}
        if array.dtype != object:
            head["columns"].append({"title": title, "kind": "number", "raw": spelled})
            parts.append(np.ascontiguousarray(array, dtype="<f8").tobytes())
            continue
        codes, distinct = _codes(array)
        head["columns"].append({"title": title, "kind": "codes", "distinct": distinct, "raw": spelled})
        parts.append(codes.astype("<u4").tobytes())
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    body = zlib.compress(struct.pack("<Q", len(text)) + text + b"".join(parts), 1)
    return _MAGIC + struct.pack("<I", zlib.crc32(body)) + body


def unpack(blob: bytes) -> tuple[Table, dict[str, Any]]:
    """The table and its extra. Raises S-090 when the blob is damaged."""
    if blob[:4] != _MAGIC or struct.unpack("<I", blob[4:8])[0] != zlib.crc32(blob[8:]):
        raise Error(S_BLOB, found="checksum")
    body = zlib.decompress(blob[8:])
    (size,) = struct.unpack("<Q", body[:8])
    head = json.loads(body[8 : 8 + size])
    rows, offset = head["rows"], 8 + size
    data: dict[str, Array] = {}
    raw: dict[str, dict[int, Any]] = {}
    kinds: dict[str, frozenset[type]] = {}
    for column in head["columns"]:
        width = 8 if column["kind"] == "number" else 4
        piece = body[offset : offset + rows * width]
        offset += rows * width
        if column["kind"] == "number":
            data[column["title"]] = np.frombuffer(piece, dtype="<f8").astype(np.float64)
        else:
            distinct = np.empty(len(column["distinct"]), dtype=object)
            texts = set(map(type, column["distinct"])) <= {str, type(None)}
            distinct[:] = column["distinct"] if texts else [decode(item) for item in column["distinct"]]
            kinds[column["title"]] = frozenset(map(type, distinct.tolist()))
            data[column["title"]] = distinct[np.frombuffer(piece, dtype="<u4")] if rows else np.empty(0, dtype=object)
        if column["raw"]:
            raw[column["title"]] = {int(row): decode(cell) for row, cell in column["raw"].items()}
    return Table(tuple(column["title"] for column in head["columns"]), data, raw, kinds), head["extra"]


def _codes(array: Array) -> tuple[Array, list[Any]]:
    values = array.tolist()
    texts = set(map(type, values)) <= {str, type(None)}
    if not texts:  # TRUE is not 1
        values = [(type(value), value) for value in values]
    distinct = list(dict.fromkeys(values))
    code_of = {value: code for code, value in enumerate(distinct)}
    codes = np.fromiter(map(code_of.__getitem__, values), dtype=np.int64, count=len(values))
    return codes, distinct if texts else [encode(value) for _, value in distinct]
