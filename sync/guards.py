"""Refusals before harm (sync.md, Guards): each has a code, `--force CODE` lifts most for one plan."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rules.errors import Code, Error, Refused
from rules.policy.site import Guards

G_EMPTY = Code(
    "G-001",
    "导出里没有数据行({report})",
    "the export holds no data rows ({report})",
    "没有采用这个文件;请重新导出,或用 --force G-001 照用",
    "the file was not taken; export again, or lift with --force G-001",
)
G_SHRUNK = Code(
    "G-002",
    "筛选导出?{report} 只列出 {pair} 已知 {expected} 行中的 {found} 行",
    "a filtered export? {report} lists {found} of the {expected} known rows of {pair}",
    "列出的行已更新,其余行不做“ERP已无”判断;若确实只剩这些,用 --force G-002",
    "the listed rows were updated, the others are not judged; if only these are left, use --force G-002",
)
G_STALE = Code(
    "G-003",
    "文件比已采用的数据旧(数据截至 {found},已采用 {expected})",
    "older than what was applied (data of {found}, applied {expected})",
    "没有采用这个文件;请导出新的,或用 --force G-003 照用",
    "the file was not taken; export a new one, or lift with --force G-003",
)
G_DRIFT = Code(
    "G-004",
    "表头变了:上次有而这次没有 {found}",
    "the header drifted: {found} were there last time",
    "没有采用这个文件;核对导出的列,或在 site.export_aliases 登记新列名,或用 --force G-004",
    "the file was not taken; check its columns, add aliases to site.export_aliases, or use --force G-004",
)
G_CHANGES = Code(
    "G-006",
    "改动过多:{owner} 列将改 {found} 格(共 {total} 格,上限 {expected})",
    "too many changes: {found} of {total} cells of {owner} columns (limit {expected})",
    "本表没有写入;用 qlc sync plan 核对,确认后用 --force G-006",
    "nothing was written to this tab; check with qlc sync plan, then lift with --force G-006",
)
G_MARKS = Code(
    "G-007",
    "将标记“ERP已无”的行过多:{found} 行(共 {total} 行,上限 {expected})",
    "too many rows would be marked as no longer listed: {found} of {total} (limit {expected})",
    "本表没有写入;核对导出是否完整,确认后用 --force G-007",
    "nothing was written to this tab; check that the exports are whole, then lift with --force G-007",
)
G_OWNER = Code(
    "G-008",
    "不知道谁负责:{found}",
    "unknown owner: {found}",
    "表结构里没有它;改正 config.yaml 的 site.workbooks 或 site.column_aliases",
    "no sheet schema holds it; correct site.workbooks or site.column_aliases in config.yaml",
)
G_LOST_BASE = Code(
    "G-009",
    "上次一致值已丢失或损坏",
    "the last agreed values are lost or damaged",
    "本表没有写入;恢复 state 备份,或用 --force G-009(不相等的格子会成为冲突)",
    "nothing was written to this tab; restore the state, or use --force G-009 (unequal cells become conflicts)",
)
G_CONFIG = Code(
    "G-010",
    "配置改了这张表的来源:{found}",
    "the configuration changes what this tab is read from: {found}",
    "本表没有写入;用 qlc sync plan --force G-010 核对后再执行",
    "nothing was written to this tab; check with qlc sync plan --force G-010, then run it",
)
G_ADOPT = Code(
    "G-013",
    "第一次接管:将填 {fill} 个空格,{differ} 格与 ERP 不同",
    "first contact: {fill} blanks would be filled, {differ} cells differ from the ERP",
    "先运行 qlc sync adopt {workbook}",
    "run qlc sync adopt {workbook} first",
)
G_BELOW = Code(
    "G-015",
    "表格末尾第 {row} 行以下还有内容,{found} 个新行没有追加(首行 {first})",
    "there is content at row {row} below the table; {found} new rows were not appended (first: {first})",
    "把合计或备注移开,下一轮会追加;或自己粘贴列出的行",
    "move the totals or notes away and the next round appends them; or paste the rows that are listed",
)
G_OLD_COPY = Code(
    "G-040",
    "像是一份旧副本:{found} 格显示的是第 {round} 轮({started})写入之前的值",
    "this looks like an older copy: {found} cells show what stood there before round {round} ({started})",
    "没有写入。点“立即同步”选,或者:回到那时 qlc sync once --old-copy back,补到最新 --old-copy update;"
    "不是旧副本、是人改的,用 --force G-040",
    "nothing was written. Choose with the button “Sync now”, or: go back there with qlc sync once --old-copy back, "
    "bring it up to date with --old-copy update; if people typed all that, --force G-040",
)
G_UNSAVED_COPY = Code(
    "G-041",
    "旧副本正打开着,还没有保存",
    "the older copy is open and not saved",
    "先保存,再回到那时;或者补到最新",
    "save it before going back to it; or bring it up to date",
)
G_PREVIEW = Code(
    "G-018",
    "预览之后表格或导出变了,没有写入",
    "the sheet or the exports changed after the preview; nothing was written",
    "再看一次,确认后再写",
    "look again, then confirm",
)
G_UNSAVED = Code(
    "G-019",
    "第 {found} 轮写进了打开着的工作簿,还没有保存",
    "round {found} was written into the open workbook, which is not saved yet",
    "先保存,或在那个工作簿里撤销",
    "save it first, or undo inside that workbook",
)
C_FORCE = Code(
    "C-010",
    "{found} 不能用 --force 解除",
    "{found} can't be lifted with --force",
    "可解除的:{expected}",
    "these can be: {expected}",
)

LIFTABLE = frozenset(
    code.id
    for code in (G_EMPTY, G_SHRUNK, G_STALE, G_DRIFT, G_CHANGES, G_MARKS, G_LOST_BASE, G_CONFIG, G_ADOPT, G_OLD_COPY)
)


def check_force(codes: Collection[str]) -> frozenset[str]:
    """The codes of `--force`. Raises C-010 for one that can't be lifted."""
    for code in codes:
        if code not in LIFTABLE:
            raise Error(C_FORCE, found=code, expected=", ".join(sorted(LIFTABLE)))
    return frozenset(codes)


@dataclass(frozen=True)
class Volume:
    """How much of a tab one owner's plan would change: cells changed, cells there are."""

    owner: str
    changed: int
    total: int


def check_volume(
    volumes: Collection[Volume], marks: int, rows: int, limits: Guards, force: frozenset[str], *, file: str, tab: str
) -> None:
    """Refuses a plan that would change or mark too much of a tab.

    Only cells that held something count as changed; a tab with fewer than `small_tab` cells (rows, for
    marks) is never refused. A limit that is met exactly still passes.

    Raises:
        Refused: G-006 too many changes, G-007 too many marks.
    """
    for volume in volumes:
        limit = min(limits.max_change_count, volume.total * limits.max_change_percent / 100)
        if volume.total >= limits.small_tab and volume.changed > limit and G_CHANGES.id not in force:
            raise Refused(
                G_CHANGES,
                file=file,
                tab=tab,
                owner=volume.owner,
                found=volume.changed,
                total=volume.total,
                expected=int(limit),
            )
    limit = min(limits.max_mark_count, rows * limits.max_mark_percent / 100)
    if rows >= limits.small_tab and marks > limit and G_MARKS.id not in force:
        raise Refused(G_MARKS, file=file, tab=tab, found=marks, total=rows, expected=int(limit))
