"""Refusals before harm (sync.md, Guards): each has a code; most can be lifted for one plan (`sync.plan.force`)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rules.errors import Code, Refused
from rules.policy.site import Guards

G_EMPTY = Code(
    "G-001",
    "导出里没有数据行({report})",
    "the export holds no data rows ({report})",
    "没有采用这个文件;请重新导出,或照用:{lift}",
    "the file was not taken; export again, or lift it for this file: {lift}",
)
G_SHRUNK = Code(
    "G-002",
    "筛选导出?{report} 只列出 {pair} 已知 {expected} 行中的 {found} 行",
    "a filtered export? {report} lists {found} of the {expected} known rows of {pair}",
    "列出的行已更新,其余行不做“ERP已无”判断;若确实只剩这些:{lift}",
    "the listed rows were updated, the others are not judged; if only these are left: {lift}",
)
G_STALE = Code(
    "G-003",
    "文件比已采用的数据旧(数据截至 {found},已采用 {newer},数据截至 {expected})",
    "older than what was applied (data of {found}; applied: {newer}, data of {expected})",
    "没有采用这个文件;请导出新的,或照用:{lift}",
    "the file was not taken; export a new one, or lift it for this file: {lift}",
)
G_DRIFT = Code(
    "G-004",
    "表头变了:上次有而这次没有 {found}",
    "the header drifted: {found} were there last time",
    "没有采用这个文件;核对导出的列,改了名的写进 config.yaml 的 site.export_aliases,或照用:{lift}",
    "the file was not taken; check its columns, add renamed ones to site.export_aliases in config.yaml, or lift it for this file: {lift}",
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
    "表结构里没有它;改正 config.yaml 里 site.workbooks 的 tabs 或 site.column_aliases",
    "no sheet schema holds it; correct tabs in site.workbooks, or site.column_aliases, in config.yaml",
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
G_BLANK_KEY = Code(
    "G-014",
    "{found} 行有内容但键不完整(第 {rows} 行),没有同步",
    "{found} rows have content but an incomplete key (rows {rows}); they were not synced",
    "补全键,下一轮就会同步;若是备注,移到表格末尾之后",
    "complete the key and the next round syncs them; move notes below the table",
)
G_CLEARED = Code(
    "G-025",
    "键被清空?{keys} 在表里找不到了,而有 {found} 行键不完整;没有重新追加",
    "key cleared? {keys} vanished from the tab while {found} rows lack their key; they were not appended again",
    "补回第 {rows} 行的键;若那一行确实不要了,删掉它,下一轮会追加",
    "put the key back in row {rows}; if that row is not wanted, delete it and the next round appends",
)
G_LOOKS = Code(
    "G-026",
    "新行 {key} 和第 {row} 行的 {found} 看起来一样,但不是同一个键",
    "the new row {key} looks like {found} in row {row}, but is another key",
    "核对大小写、横杠和相似字母;若是同一个,改正表里的键并删去新行",
    "check letter case, dashes and look-alike letters; if it is the same, correct the sheet's key and delete the new row",
)
G_UNMET = Code(
    "G-027",
    "{report} 的 {total} 行里只有 {found} 行的键以前见过",
    "only {found} of the {total} rows of {report} have a key that was seen before",
    "新行会照常追加;先核对是不是别的店铺、别的维度,或 MSKU 被改了写法",
    "new rows are appended as always; check first whether it is another store's, another dimension, or spells MSKU anew",
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
G_RESTORED = Code(
    "G-044",
    "状态是从备份恢复的,之后的轮次它不知道:这张表重新比一遍,没有覆盖任何不同的格子",
    "the state was restored and does not know the rounds since: this tab was compared anew, and no cell that differs was overwritten",
    "不同的格子都列为冲突,用 qlc sync conflicts 处理;下一轮照常",
    "what differs is a conflict (qlc sync conflicts); the next round is as usual",
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
G_UNVERIFIED = Code(
    "G-049",
    "写完再看,工作簿不是刚写成的样子",
    "looked at again after the write, the workbook is not what was written",
    "多半有人同时保存了,或网络盘丢了这次写入;下一轮会逐格核对,不用做什么",
    "as a rule somebody saved it in the same moment, or a network drive lost the write; the next round checks cell by cell",
)
G_BACK = Code(
    "G-020",
    "回到旧数?改动的 {changed} 个非零格里有 {found} 格等于早先的 {older}(数据截至 {expected})",
    "back to old numbers? {found} of {changed} changed cells equal those of the earlier {older} (data of {expected})",
    "没有采用这个文件;如果是旧文件就移走,确实如此就照用:{lift}",
    "the file was not taken; if it is an old one, move it away, and if it is right, lift it for this file: {lift}",
)
G_TIE = Code(
    "G-023",
    "和 {other} 的数据时间、到达时间、修改时间都一样({found}),数值却不同,分不出哪个新",
    "of the same data time, arrival and modification time as {other} ({found}), with other values: which is newer?",
    "没有采用;移走旧的那个,或指定较新的:{lift}",
    "it was not taken; move the older one away, or name the newer: {lift}",
)


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
