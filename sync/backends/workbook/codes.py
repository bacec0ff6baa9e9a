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
X_NOT_A_SHEET = Code(
    "X-013",
    "{found} 不是普通工作表({kind})",
    "{found} is not a worksheet ({kind})",
    "只能读写普通工作表",
    "only worksheets can be read and written",
)

X_TYPES = Code(
    "X-014",
    "工作簿缺少可读的 [Content_Types].xml({found})",
    "the workbook lacks a readable [Content_Types].xml ({found})",
    "用表格软件打开并修复",
    "open and repair it in a spreadsheet program",
)
X_SAME_TAB = Code(
    "X-015",
    "有两张工作表名叫 {found}(大小写不计)",
    "two tabs are named {found} (upper or lower case)",
    "给其中一张改名后重试",
    "rename one of them and try again",
)
X_RELATION = Code(
    "X-016",
    "工作簿内部的指向不对:{found}",
    "the workbook's parts are not linked as they must be: {found}",
    "用表格软件打开并修复,或取回上一个版本",
    "open and repair it in a spreadsheet program, or take an earlier version",
)
X_LARGE = Code(
    "X-017",
    "工作簿过大:{found},上限 {expected}",
    "the workbook is too large: {found}, the limit is {expected}",
    "删掉多余的工作表、行或格式,或拆成几个文件",
    "delete superfluous tabs, rows or formats, or split the file",
)
X_NOT_A_FILE = Code(
    "X-018",
    "不是可以读的文件:{found}",
    "not a file that can be read: {found}",
    "检查路径",
    "check the path",
)
X_NO_ACCESS = Code(
    "X-019",
    "没有权限:{found}",
    "permission denied: {found}",
    "检查文件和文件夹的权限,或换一个账号运行",
    "check the permissions of file and folder, or run as another user",
)
X_GONE = Code(
    "X-020",
    "文件不在那里(可能刚被移走、改名或正在保存)",
    "the file is not there (it may just have been moved, renamed or be in the middle of a save)",
    "检查路径,稍后再试",
    "check the path, try again later",
)
X_UNREADABLE = Code(
    "X-021",
    "读不懂这个工作簿:{found}",
    "this workbook can't be understood: {found}",
    "用表格软件打开后另存;仍然如此请把文件交给维护人员",
    "save it anew in a spreadsheet program; if that does not help, send it to the maintainers",
)
X_DISK = Code(
    "X-022",
    "读写文件失败:{found}",
    "reading or writing failed: {found}",
    "检查磁盘和网络,稍后再试",
    "check disk and network, try again later",
)

X_SHARED_MASTER = Code(
    "X-101",
    "此单元格的公式被其他单元格共用({found})",
    "other cells share this cell's formula ({found})",
    "在表格软件里改写这组公式",
    "rewrite this group of formulas in a spreadsheet program",
)
X_DATA_TABLE = Code(
    "X-103",
    "此单元格属于模拟运算表 {found}",
    "the cell belongs to the what-if data table {found}",
    "在表格软件里改",
    "change it in a spreadsheet program",
)
X_NO_STYLE = Code(
    "X-112",
    "工作簿没有样式表,不能写日期 {found}",
    "the workbook has no styles; date {found} can't be written",
    "写成文本,或用表格软件另存一次",
    "write it as text, or save the workbook once in a spreadsheet program",
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

X_HEADER = Code(
    "X-117",
    "{found} 不能做表格“{table}”的标题",
    "{found} can't be a title of the table {table}",
    "标题是 1–255 个字符的文本,同一张表格里不重复(大小写不计)",
    "a title is a text of 1–255 characters, not used twice in a table (upper or lower case)",
)
X_TITLE_USED = Code(
    "X-118",
    "标题“{found}”被 {place} 按名字引用",
    "the title {found} is used by name in {place}",
    "在表格软件里改这个标题,引用会一起改",
    "change this title in a spreadsheet program, which changes what refers to it",
)
X_TOTALS = Code(
    "X-119",
    "此单元格在表格“{table}”的汇总行里",
    "the cell lies in the totals row of the table {table}",
    "只能写没有汇总函数的单元格的文字;其他在表格软件里改",
    "only the text of a cell without a function can be written; change the rest in a spreadsheet program",
)
X_PIVOT = Code(
    "X-120",
    "此单元格属于数据透视表 {found}",
    "the cell belongs to the pivot table {found}",
    "改它的源数据,再刷新透视表",
    "change its source data and refresh the pivot table",
)
X_CONTROL = Code(
    "X-121",
    "此单元格和控件 {found} 相连",
    "the cell is linked to the control {found}",
    "在表格软件里操作这个控件",
    "use this control in a spreadsheet program",
)
X_LIVE = Code(
    "X-122",
    "此单元格的公式取实时数据,工作簿另外登记了它",
    "the cell's formula takes real-time data, which the workbook records elsewhere too",
    "在表格软件里改",
    "change it in a spreadsheet program",
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
X_FULL = Code(
    "X-207",
    "磁盘已满或超出配额:{found}",
    "the disk or the quota is full: {found}",
    "什么也没写;腾出空间后重试",
    "nothing was written; make room and try again",
)
X_READ_ONLY = Code(
    "X-208",
    "文件夹不能写:{found}",
    "the folder can't be written to: {found}",
    "什么也没写;检查文件夹的权限,或把工作簿放到可写的地方",
    "nothing was written; check the folder's permissions, or keep the workbook where it can be written",
)
X_NO_BACKUP = Code(
    "X-209",
    "备份放不进 {found}({why})",
    "no backup can be kept in {found} ({why})",
    "没有备份就不写;检查这个文件夹的权限和空间",
    "without a backup nothing is written; check permissions and space of this folder",
)
X_DISPLACED = Code(
    "X-210",
    "写入的一瞬间有人保存了工作簿,那一次保存留在备份 {found} 里",
    "somebody saved the workbook in the very moment of writing; what they saved is in the backup {found}",
    "打开备份,把其中的改动抄回工作簿,再同步",
    "open the backup, copy its changes into the workbook, then sync again",
)
