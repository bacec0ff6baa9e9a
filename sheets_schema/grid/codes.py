"""Why a place that holds sheets refuses: each store says these in the same words."""

from __future__ import annotations

from rules.errors import Code

X_NO_TAB = Code(
    "X-012",
    "没有工作表 {found}",
    "there is no tab {found}",
    "已有:{expected}",
    "there are: {expected}",
)
X_ARRAY = Code(
    "X-102",
    "此单元格属于数组公式 {found}",
    "the cell belongs to the array formula {found}",
    "在表格软件里改写整个数组公式",
    "rewrite the whole array formula in a spreadsheet program",
)
X_MERGED = Code(
    "X-104",
    "此单元格在合并区域 {found} 内,但不是左上角",
    "the cell lies inside the merged range {found} and is not its first",
    "改写左上角的单元格",
    "write its first cell instead",
)
X_LOCKED = Code(
    "X-105",
    "工作表受保护且此单元格已锁定",
    "the sheet is protected and the cell is locked",
    "解除保护,或用 --allow-locked",
    "unprotect the sheet, or use --allow-locked",
)
X_LONG = Code(
    "X-106",
    "文本有 {found} 个字符,单元格最多 {expected}",
    "the text has {found} characters; a cell holds {expected}",
    "缩短文本",
    "shorten the text",
)
X_NUMBER = Code(
    "X-107",
    "{found} 不是单元格能存的数字",
    "{found} is not a number that a cell can hold",
    "需要有限的数字,整数最多约 15 位;更长的编号写成文本",
    "expected a finite number, integers of up to about 15 digits; write longer ids as text",
)
X_ADDRESS = Code(
    "X-108",
    "地址 {found} 不存在",
    "there is no cell {found}",
    "需要 A1 到 XFD1048576",
    "expected A1 to XFD1048576",
)
X_CHANGED = Code(
    "X-109",
    "单元格现在是 {found},计划时是 {expected}",
    "the cell is {found} now; it was {expected} when planned",
    "没有写这个单元格;下一轮会重新计划",
    "the cell was not written; the next round plans again",
)
X_VALUE = Code(
    "X-110",
    "{found} 不能写进单元格",
    "{found} can't be written to a cell",
    "需要文本、数字、真假值、日期、错误值或空",
    "expected text, a number, a truth value, a date, an error value or blank",
)
X_DATE = Code(
    "X-111",
    "日期 {found} 超出表格软件的范围",
    "date {found} is out of a spreadsheet's range",
    "需要 {expected} 到 9999-12-31",
    "expected {expected} to 9999-12-31",
)
X_ROW_TAKEN = Code(
    "X-113",
    "第 {found} 行已有内容,不能追加",
    "row {found} already has content; nothing can be appended there",
    "下一轮会重新计划",
    "the next round plans again",
)
X_TAB_NAME = Code(
    "X-114",
    "不能新建工作表 {found}:名称已存在或不合规",
    "can't add tab {found}: the name is taken or not allowed",
    "名称 1–31 个字符,不含 : \\ / ? * [ ]",
    "a name has 1–31 characters, none of : \\ / ? * [ ]",
)
X_MOVED = Code(
    "X-203",
    "工作簿在读取之后被人改过",
    "the workbook changed since it was read",
    "什么也没写;请重试",
    "nothing was written; try again",
)
X_NOTHING = Code(
    "X-204",
    "没有可写的单元格:{found}",
    "no cell could be written: {found}",
    "按每个单元格的说明处理",
    "see the reason of each cell",
)
X_SAME_FILE = Code(
    "X-205",
    "输出与输入是同一个文件",
    "the output is the input file",
    "换一个 --out",
    "choose another --out",
)
