"""What can be wrong with a workbook file (X-0..), with one of its cells (X-1..), or with replacing it (X-2..)."""

from __future__ import annotations

from rules.errors import Code

X_NOT_A_WORKBOOK = Code(
    "X-001",
    "不是可读的工作簿:{found}",
    "not a readable workbook: {found}",
    "需要 .xlsx/.xlsm/.xltx/.xltm;用表格软件打开后另存为 .xlsx",
    "expected .xlsx/.xlsm/.xltx/.xltm; open it in a spreadsheet program and save it as .xlsx",
)
X_ENCRYPTED = Code(
    "X-002",
    "工作簿有打开密码(已加密)",
    "the workbook is encrypted with a password",
    "去掉打开密码后重试",
    "remove the password and try again",
)
X_BROKEN_ZIP = Code(
    "X-003",
    "文件损坏:{found}",
    "the file is damaged: {found}",
    "用表格软件打开并修复,或取回上一个版本",
    "open and repair it in a spreadsheet program, or take an earlier version",
)
X_BOMB = Code(
    "X-004",
    "解压后过大:{found},上限 {expected}",
    "unpacks to too much: {found}, limit {expected}",
    "不要打开来历不明的文件",
    "do not open files of unknown origin",
)
X_DOCTYPE = Code(
    "X-005",
    "部件 {found} 含 DOCTYPE 或实体定义,可能有害",
    "part {found} has a DOCTYPE or entities, which may do harm",
    "用表格软件打开后另存",
    "open it in a spreadsheet program and save it anew",
)
X_DUPLICATE = Code(
    "X-006",
    "压缩包里有重名成员 {found}",
    "the package holds two members named {found}",
    "用表格软件打开后另存",
    "open it in a spreadsheet program and save it anew",
)
X_LOCKED_MEMBER = Code(
    "X-007",
    "压缩包成员 {found} 已加密",
    "member {found} of the package is encrypted",
    "去掉压缩密码后重试",
    "remove the archive's password and try again",
)
X_SIGNED = Code(
    "X-008",
    "工作簿有数字签名,修改会使签名失效",
    "the workbook is digitally signed; a change would break the signature",
    "请签名人改好后重新签名,或先删除签名",
    "let the signer change it and sign again, or remove the signature first",
)
X_TRACKED = Code(
    "X-009",
    "工作簿在旧式共享或修订模式",
    "the workbook is in legacy shared or tracked-changes mode",
    "先取消共享工作簿",
    "stop sharing the workbook first",
)
X_BROKEN_PART = Code(
    "X-010",
    "部件 {found} 缺失或不是正确的 XML",
    "part {found} is missing or not well-formed XML",
    "用表格软件打开并修复",
    "open and repair it in a spreadsheet program",
)
X_BROKEN_ROWS = Code(
    "X-011",
    "工作表的行或单元格损坏:{found}",
    "rows or cells of the sheet are broken: {found}",
    "用表格软件打开并修复",
    "open and repair it in a spreadsheet program",
)
X_NO_TAB = Code(
    "X-012",
    "没有工作表 {found}",
    "there is no tab {found}",
    "已有:{expected}",
    "there are: {expected}",
)
X_NOT_A_SHEET = Code(
    "X-013",
    "{found} 不是普通工作表({kind})",
    "{found} is not a worksheet ({kind})",
    "只能读写普通工作表",
    "only worksheets can be read and written",
)

X_SHARED_MASTER = Code(
    "X-101",
    "此单元格的公式被其他单元格共用({found})",
    "other cells share this cell's formula ({found})",
    "在表格软件里改写这组公式",
    "rewrite this group of formulas in a spreadsheet program",
)
X_ARRAY = Code(
    "X-102",
    "此单元格属于数组公式 {found}",
    "the cell belongs to the array formula {found}",
    "在表格软件里改写整个数组公式",
    "rewrite the whole array formula in a spreadsheet program",
)
X_DATA_TABLE = Code(
    "X-103",
    "此单元格属于模拟运算表 {found}",
    "the cell belongs to the what-if data table {found}",
    "在表格软件里改",
    "change it in a spreadsheet program",
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
X_NO_STYLE = Code(
    "X-112",
    "工作簿没有样式表,不能写日期 {found}",
    "the workbook has no styles; date {found} can't be written",
    "写成文本,或用表格软件另存一次",
    "write it as text, or save the workbook once in a spreadsheet program",
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
X_STRUCTURE = Code(
    "X-115",
    "工作簿结构受保护,不能新建工作表 {found}",
    "the workbook's structure is protected; tab {found} can't be added",
    "解除工作簿保护",
    "unprotect the workbook",
)

X_NO_FORMULA = Code(
    "X-116",
    "单元格里没有公式,不能只写公式的结果",
    "the cell holds no formula whose value could be written",
    "重新读取工作簿后再算",
    "read the workbook again and compute anew",
)

X_VERIFY = Code(
    "X-201",
    "写后核对不一致:{found}",
    "the check after writing failed: {found}",
    "原文件没有改动;请把此文件交给维护人员",
    "the original is unchanged; please send the file to the maintainers",
)
X_OPEN = Code(
    "X-202",
    "工作簿正被打开({found})",
    "the workbook is open elsewhere ({found})",
    "关闭后重试",
    "close it and try again",
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
