"""Files by bytes and store, with where their data time is from, what became of them, and where they lie.

What 0.2.0 kept of a file has stores by name and derived columns among its rows; both are worked out anew when
a file is loaded. A store that came from the inbox folder moves from the rows to the file. It read no single day in
a name: a file that was copied late was of the day of the copy, and would be newer than every later export.
"""

import json
import struct
import zlib
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

import sqlalchemy as sa
from alembic import op

from sync.ingest.stamps import stamp_of

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """The table `files` made anew, `places` added."""
    op.rename_table("files", "files_0001")
    op.create_table(
        "files",
        sa.Column("sha", sa.String(64), primary_key=True),
        sa.Column("store", sa.String(200), primary_key=True),
        sa.Column("report", sa.String(100), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("as_of", sa.String(32), nullable=False),
        sa.Column("as_of_source", sa.String(10), nullable=False),
        sa.Column("estimated", sa.Boolean, nullable=False),
        sa.Column("rank", sa.String(32), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("modified", sa.Float, nullable=False),
        sa.Column("arrived", sa.String(32), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.Column("blob", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "places",
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("modified", sa.Float, nullable=False),
        sa.Column("stale", sa.Boolean, nullable=False),
    )
    bind = op.get_bind()
    tables = sa.MetaData()
    old, files, places = (sa.Table(name, tables, autoload_with=bind) for name in ("files_0001", "files", "places"))
    lying = {}
    for row in bind.execute(sa.select(old)):
        blob, extra = _rows_alone(row.blob) if row.blob else (b"", {})
        moment, source = _not_after(row.as_of, row.accepted), extra.get("as_of_source", "mtime")
        estimated = source == "mtime" or moment != row.as_of
        if source == "mtime" and (named := _named(row, moment)):
            moment, source, estimated = named, "filename", False
        values = {
            "sha": row.sha,
            "store": extra.get("store", ""),
            "report": row.report,
            "path": row.path,
            "scope": json.dumps(extra.get("scope", []), ensure_ascii=False),
            "as_of": moment,
            "as_of_source": source,
            "estimated": estimated,
            "rank": moment,
            "rows": row.rows,
            "modified": row.modified,
            "arrived": row.accepted,
            "state": "used" if blob else "superseded",
            "whole": False,
            "blob": blob,
        }
        bind.execute(files.insert().values(**values))
        lying[row.path] = {"path": row.path, "sha": row.sha, "modified": row.modified, "stale": False}
    if lying:
        bind.execute(places.insert(), list(lying.values()))
    op.drop_table("files_0001")


def _not_after(as_of: str, accepted: str) -> str:
    """A data time, cut at the arrival where it lies in the future: such a file blocked every later one.

    The site's zone is not known here; no wall clock is more than 14 hours before the UTC of `accepted`.
    """
    arrived = datetime.fromisoformat(accepted).replace(tzinfo=None)
    if datetime.fromisoformat(as_of) <= arrived + timedelta(hours=14):
        return as_of
    return arrived.replace(microsecond=0).isoformat()


def _named(row: Any, moment: str) -> str | None:
    """The day that a file's name says, with the hour of its modification where that lies on it; None without one.

    A day after the modification says nothing of the data: it is not taken.
    """
    modified = datetime.fromisoformat(moment)
    stamp = stamp_of(PurePath(row.path).name, modified, american=row.report.startswith("Amazon"))
    if stamp is None or stamp.day > modified.date() or (stamp.clock and stamp.moment > modified):
        return None
    of_day = stamp.clock is None and stamp.day == modified.date()
    return (modified if of_day else stamp.moment).isoformat()


def _rows_alone(blob: bytes) -> tuple[bytes, dict[str, Any]]:
    """A file's blob with the store that its folder gave it beside the rows; and its description.

    A damaged one stays as it is: the round says so of that file (S-090).
    """
    if blob[:4] != b"QLC1" or struct.unpack("<I", blob[4:8])[0] != zlib.crc32(blob[8:]):
        return blob, {}
    body = zlib.decompress(blob[8:])
    (size,) = struct.unpack("<Q", body[:8])
    head, data = json.loads(body[8 : 8 + size]), body[8 + size :]
    extra = head["extra"]
    extra |= {"store": "", "window": [], "at": None, "by": ""}
    columns, parts = [], []
    for column in head["columns"]:
        width = 8 if column["kind"] == "number" else 4
        part, data = data[: head["rows"] * width], data[head["rows"] * width :]
        if column["title"] == "store" and "store" not in extra["provenance"]["columns"].values():
            extra["store"] = next((text for text in column.get("distinct", []) if text), "")
            continue
        columns.append(column)
        parts.append(part)
    text = json.dumps({**head, "columns": columns}, ensure_ascii=False, separators=(",", ":")).encode()
    packed = zlib.compress(struct.pack("<Q", len(text)) + text + b"".join(parts), 1)
    return blob[:4] + struct.pack("<I", zlib.crc32(packed)) + packed, extra
