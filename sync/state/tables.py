"""What is remembered, as SQL tables (of SQLite, or of PostgreSQL; nothing here is one's own).

Bulk lives in blobs: one base per tab, one table per accepted file. Rows exist only for what changed
or waits for a person. Times are UTC ISO text; values are the JSON of `sheets_schema.blob.encode`;
a key is the JSON list of its parts.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text, false

LONGEST_TITLE = 200
"""Characters of a column's title that findings are known by."""

metadata = MetaData()

version = Table("alembic_version", metadata, Column("version_num", String(32), primary_key=True))

meta = Table(  # schema: the version, for 0.2.0, which refuses a newer one by it; rules, site: the last ones used;
    # audit: the head of the record; backup: the last safety copy; id: the state's own name
    "meta",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

rounds = Table(
    "rounds",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(10), nullable=False),  # sync, adopt, undo
    Column("started", String(32), nullable=False),
    Column("finished", String(32)),
    Column("undone", Integer),  # the round that an undo took back
    Column("closed_by", Integer),  # of a round that was killed: the later one that found it
    Column("who", String(100)),  # the user of the service who asked for it
    Column("runner", String(16)),  # who runs it, where several machines do
)

round_books = Table(
    "round_books",
    metadata,
    Column("round", Integer, primary_key=True),
    Column("workbook", String(200), primary_key=True),
    Column("state", String(12), nullable=False),  # sync.md: PLANNED … COMMITTED, HELD, STALE, PARTIAL
    Column("plan_id", String(64)),
    Column("sha_before", String(64)),
    Column("sha_after", String(64)),
    Column("backup", Text),
    Column("summary", Text, nullable=False),
    Column("went_back", Integer),  # an older copy was agreed on: rounds from this one on count no more
    Column("epoch", Integer),  # that of the lease under which it was written
)

leases = Table(
    "leases",
    metadata,
    Column("workbook", String(200), primary_key=True),
    Column("epoch", Integer, nullable=False),  # raised by whoever takes it
    Column("runner", String(16)),  # who has it; null: nobody
)

runners = Table(
    "runners",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("host", String(200), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("until", Float, nullable=False),  # seconds of the database's clock: alive until then
)

writes = Table(
    "writes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("round", Integer, nullable=False),
    Column("workbook", String(200), nullable=False),
    Column("tab", String(200), nullable=False),
    Column("key", Text, nullable=False),
    Column("column", String(200), nullable=False),
    Column("cell", String(12), nullable=False),
    Column("kind", String(10), nullable=False),  # cell, append, computed, mark, manual, kept, again, restore
    Column("before", Text),
    Column("after", Text),
    Column("base", Text),  # the base before the round, null = never seen; of a restore, the one put back
    Column("conflict", String(16)),  # the conflict whose choice was carried out by this cell
    Column("source", Text),
    Column("source_sha", String(64)),
    Column("verified", Integer, nullable=False),
    Index("writes_by_cell", "workbook", "tab", "key", "column"),
    Index("writes_by_round", "round", "workbook"),
)

packed = Table(  # rows of `writes` of rounds that ended long ago
    "packed",
    metadata,
    Column("round", Integer, primary_key=True),
    Column("workbook", String(200), primary_key=True),
    Column("count", Integer, nullable=False),  # cells and rows that arrived
    Column("row_keys", LargeBinary, nullable=False),  # their keys, compressed JSON: where a cell is looked for
    Column("cells", LargeBinary, nullable=False),  # column by column, compressed JSON
)

asks = Table(  # rounds that workers are asked for
    "asks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("workbook", String(200), nullable=False),
    Column("made", String(32), nullable=False),
    Column("taken", String(32)),  # when somebody last began it
    Column("said", Text),  # what became of it, as JSON
)

bases = Table(
    "bases",
    metadata,
    Column("workbook", String(200), primary_key=True),
    Column("tab", String(200), primary_key=True),
    Column("round", Integer, nullable=False),
    Column("mapping", Text, nullable=False),  # what mapped titles and stores, as JSON; a hash by 0.2.0
    Column("blob", LargeBinary, nullable=False),
    Column("doubtful", Boolean, nullable=False, server_default=false()),  # of a restored state: may be out of date
)

conflicts = Table(
    "conflicts",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("workbook", String(200), nullable=False),
    Column("tab", String(200), nullable=False),
    Column("key", Text, nullable=False),
    Column("column", String(200), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("base", Text),
    Column("ours", Text),
    Column("theirs", Text),
    Column("source", Text),
    Column("first_seen", String(32), nullable=False),
    Column("shown", String(32)),  # when a person was first shown it
    Column("choice", String(10)),  # sheet, erp, manual, always
    Column("manual", Text),
    Column("closed", String(32)),
    Column("chosen_by", String(100)),  # the user of the service whose choice it is
    Index("conflicts_by_tab", "workbook", "tab"),
)

pins = Table(
    "pins",
    metadata,
    Column("workbook", String(200), primary_key=True),
    Column("tab", String(200), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("column", String(200), primary_key=True),  # "" pins the whole row against appending
    Column("value", Text),  # the ERP's values (of a row by title) that must not be brought again, as JSON lists
    Column("reason", String(10), nullable=False),  # choice, undo, always; a whole column has the key []
    Column("made", String(32), nullable=False),
    Column("round", Integer),  # the round that made it, where it is known
)

rule_changes = Table(
    "rule_changes",
    metadata,
    Column("round", Integer, primary_key=True),  # the first that used the new number
    Column("key", String(200), primary_key=True),
    Column("before", Text),  # null: there was none
    Column("after", Text),
)

told = Table(
    "told",
    metadata,
    Column("workbook", String(200), primary_key=True),
    Column("tab", String(200), primary_key=True),
    Column("code", String(12), primary_key=True),
    Column("column", String(LONGEST_TITLE), primary_key=True),
)

files = Table(
    "files",
    metadata,
    Column("sha", String(64), primary_key=True),
    Column("store", String(200), primary_key=True),  # "" where the file itself says whose data it is
    Column("report", String(100), nullable=False),
    Column("path", Text, nullable=False),
    Column("scope", Text, nullable=False),  # JSON list of pairs
    Column("as_of", String(32), nullable=False),  # wall clock of the site
    Column("as_of_source", String(10), nullable=False),
    Column("estimated", Boolean, nullable=False),
    Column("rank", String(32), nullable=False),  # as_of, or later where a person put the file above newer ones
    Column("rows", Integer, nullable=False),
    Column("modified", Float, nullable=False),
    Column("arrived", String(32), nullable=False),
    Column("state", String(12), nullable=False),  # used, superseded, stale, held
    Column("whole", Boolean, nullable=False),
    Column("blob", LargeBinary, nullable=False),
)

places = Table(
    "places",
    metadata,
    Column("path", Text, primary_key=True),  # relative to the configuration's folder
    Column("sha", String(64), nullable=False),
    Column("modified", Float, nullable=False),
    Column("stale", Boolean, nullable=False),  # G-003 was said of it there
    Column("mark", String(120), nullable=False, server_default=""),  # size and times; "" where they tell nothing
)


def _due(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("name", String(200), primary_key=True),
        Column("next", String(32), nullable=False),
        Column("last", String(32)),
        Column("failures", Integer, nullable=False),  # in a row
        Column("said", Text, nullable=False),  # how the last time ended, as JSON
        Column("since", String(32)),  # of failures in a row: the first
        Column("alerted", Boolean, nullable=False),  # somebody was told of them
    )


due = _due("due")
"""By workbook."""
jobs = _due("jobs")
"""What the service does beside rounds."""

daemon = Table(
    "daemon",
    metadata,
    Column("id", Integer, primary_key=True),  # 1: one service per state
    Column("pid", Integer, nullable=False),
    Column("host", String(200), nullable=False),
    Column("version", String(32), nullable=False),
    Column("since", String(32), nullable=False),
    Column("heartbeat", String(32), nullable=False),
    Column("sees", Text, nullable=False, server_default="{}"),  # what is the matter with folders, as JSON
)

audit = Table(  # sync.state.audit
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("moment", String(32), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("round", Integer),
    Column("workbook", String(200), nullable=False),  # "" where it is about none
    Column("body", Text, nullable=False),  # canonical JSON
    Column("data", LargeBinary, nullable=False),  # of agreed values: what changed
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

held = Table(  # what the last round of a workbook refused
    "held",
    metadata,
    Column("workbook", String(200), primary_key=True),
    Column("tab", String(200), primary_key=True),  # "" for the whole workbook
    Column("code", String(12), primary_key=True),
    Column("round", Integer, nullable=False),
    Column("moment", String(32), nullable=False),
    Column("error", Text, nullable=False),  # what was said, in both languages, as JSON
    Column("plan", String(64)),  # what would be done if it were lifted; null: it can't be
    Column("approved", String(32)),  # when somebody let that very plan through
    Column("approved_by", String(200)),
)
