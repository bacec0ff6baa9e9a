"""What can be wrong with an export, as codes.

`Error`/`Refused` for the file as a whole, `Problem` for a row or cell.
"""

from __future__ import annotations

from rules.errors import Code

_AGAIN = ("请从 ERP 重新导出", "export it from the ERP again")

I_KIND = Code(
    "I-001",
    "认不出文件格式(开头是 {found})",
    "unknown kind of file (it begins with {found})",
    "请导出为 xlsx 或 csv;{expected} 之外的格式读不了",
    "export as xlsx or csv; only {expected} can be read",
)
I_EMPTY = Code("I-002", "文件是空的", "the file is empty", *_AGAIN)
I_LARGE = Code(
    "I-005",
    "文件太大:{found},上限 {expected}",
    "the file is too large: {found}, the limit is {expected}",
    "分几次导出",
    "export it in several parts",
)
I_ENCODING = Code(
    "I-006",
    "认不出文字编码(试过 {expected})",
    "unknown text encoding (tried {expected})",
    "用 Excel 打开,另存为“CSV UTF-8”或 xlsx",
    "open it in Excel and save as CSV UTF-8 or xlsx",
)
I_BROKEN = Code("I-007", "文件损坏:{found}", "the file is damaged: {found}", *_AGAIN)
I_ENTITY = Code(
    "I-008",
    "XML 里有 DOCTYPE 或实体定义,拒绝读取",
    "the XML holds a DOCTYPE or entities; it is not read",
    *_AGAIN,
)
I_UNKNOWN = Code(
    "I-010",
    "认不出是哪种报表;{nearest}",
    "no known report; {nearest}",
    "核对导出的列;列改了名就写进 config.yaml 的 site.export_aliases:报表: {{字段: [新列名]}}",
    "check the exported columns; a renamed one goes to site.export_aliases in config.yaml as report: {{field: [title]}}",
)
I_AMBIGUOUS = Code(
    "I-011",
    "可能是 {found},列太少分不清",
    "could be {found}: too few columns to tell",
    "导出时多选几列,例如 {expected}",
    "select more columns when exporting, for example {expected}",
)
I_RIVAL = Code(
    "I-012",
    "这是{found}的导出,这里只认领星和亚马逊的报表",
    "an export of another ERP ({found}); only Lingxing's and Amazon's are read",
    "请从领星或亚马逊后台导出",
    "export it from Lingxing or Seller Central",
)
I_OWN_SHEET = Code(
    "I-013",
    "这是团队自己的表“{found}”,不是 ERP 导出",
    "this is the team's own sheet {found}, not an export",
    "把它移出收件文件夹",
    "move it out of the inbox",
)
I_NO_STORE = Code(
    "I-014",
    "{report} 没有店铺列,不知道是哪个店铺的数据",
    "{report} has no store column; nobody knows whose data it is",
    "放进登记了店铺的收件文件夹;config.yaml 的 site.inbox 里写成 - {{path: inbox/店名, store: 店名}}",
    "drop it into an inbox with a store; site.inbox in config.yaml has it as - {{path: inbox/STORE, store: STORE}}",
)
I_UNKNOWN_STORE = Code(
    "I-020",
    "不认识的店铺 {value}",
    "unknown store {value}",
    "该店铺的行没有采用;在 config.yaml 的 site.stores 加一行 - {{name: {value!r}}},或写进已有店铺的 aliases:下一轮就用上,不用重新导出",
    "its rows were left out; add - {{name: {value!r}}} to site.stores in config.yaml, or an alias of a store there: the next round takes them",
)
I_BLANK_KEY = Code(
    "I-021",
    "这一行缺 {column},没有采用",
    "{column} is blank; the row was left out",
    "在 ERP 里补全后重新导出",
    "complete it in the ERP and export again",
)
I_BAD_VALUE = Code(
    "I-022",
    "{column} 应为{expected},却是 {value}",
    "{column} should be {expected}, found {value}",
    "这一格没有采用;在 ERP 里改正后重新导出",
    "the cell was not taken; correct it in the ERP and export again",
)
I_LOST_DIGITS = Code(
    "I-023",
    "{column} 的 {value} 是被表格软件改坏的编号",
    "{column}: {value} is an id that a spreadsheet program spoiled",
    "这一格没有采用;请直接用 ERP 导出的原文件,不要另存",
    "the cell was not taken; use the file as exported, not re-saved",
)
I_SEVERAL = Code(
    "I-024",
    "{found} 行的 {column} 是多个值合并的,不能算到单个 MSKU 上",
    "{found} rows hold several values in {column}; they say nothing about a single MSKU",
    "导出时选按 MSKU 的维度",
    "export by MSKU",
)
I_DOUBLE = Code(
    "I-025",
    "键 {value} 有 {found} 行,数值不同",
    "key {value} has {found} rows that differ",
    "数量相加,文字取第一行;请在 ERP 里核对",
    "quantities are added, texts are those of the first row; check it in the ERP",
)
I_LONG_ROW = Code(
    "I-026",
    "这一行比表头多出 {found} 格",
    "the row has {found} cells more than the header",
    "文本文件里这样的行整行没有采用,工作簿里只有多出的格没有采用;核对是否有未加引号的分隔符",
    "in a text file the row was left out, in a workbook these cells only; look for a separator without quotes",
)
I_READINGS = Code(
    "I-027",
    "文字编码有几种读法都讲得通:{found},不猜",
    "the text can be read in several encodings alike ({found}); nothing is guessed",
    "用 Excel 打开,看清文字后另存为“CSV UTF-8”或 xlsx",
    "open it in Excel, look at the words and save as CSV UTF-8 or xlsx",
)
I_LOST_TEXT = Code(
    "I-028",
    "{column} 的 {value} 里有读不出的字符",
    "{column}: {value} holds characters that can't be read",
    "这一格没有采用;请重新导出,不要转存",
    "the cell was not taken; export it again and do not re-save it",
)
I_QUESTION = Code(
    "I-029",
    "{column} 有 {found} 格的文字里夹着问号(如 {value}),导出时已丢字",
    "{column}: {found} cells hold question marks inside words ({value}): letters were lost when they were exported",
    "丢掉的字补不回来;换一种导出格式或编码重新导出",
    "they can't be brought back; export it again in another format or encoding",
)
I_SWALLOWED = Code(
    "I-030",
    "第 {row} 行有一个没有结束的引号,会吞掉后面的行",
    "line {row} opens a quote that is never closed; it would swallow the lines below",
    "这一行没有采用;在 ERP 里改掉引号后重新导出",
    "the line was left out; change the quote in the ERP and export it again",
)
I_CUT = Code(
    "I-031",
    "文件没有下载完整,在第 {found} 行断开",
    "the download is incomplete: it breaks off in line {found}",
    "重新下载",
    "download it again",
)
I_SHORT_ROW = Code(
    "I-032",
    "这一行只有 {found} 格,表头有 {expected} 格",
    "the row has {found} cells, the header has {expected}",
    "这一行没有采用:格数不对,数字可能错位;请重新导出",
    "the row was left out: its numbers may stand in wrong columns; export it again",
)
I_BYTES = Code(
    "I-034",
    "第 {found} 行有读不出的字节(编码是 {expected})",
    "line {found} holds bytes that can't be read (the encoding is {expected})",
    "改掉这一行,或重新导出",
    "correct this line, or export it again",
)
I_MORE = Code(
    "I-035",
    "{column} 还有 {found} 处 {expected}",
    "{column}: {found} more of {expected}",
    "处理办法同前面几处",
    "do as with those before",
)
I_NOT_READ = Code(
    "I-036",
    "看起来是{found},这里不读这种报表",
    "this looks like {found}, a report that is not read here",
    "可以移出收件文件夹",
    "it may be moved out of the inbox",
)
I_CONTROL = Code(
    "I-037",
    "{column} 的 {value} 里有控制字符",
    "{column}: {value} holds control characters",
    "这一格没有采用;在 ERP 里改正后重新导出",
    "the cell was not taken; correct it in the ERP and export again",
)
I_ARCHIVE = Code(
    "I-038",
    "这是压缩包({found})",
    "this is a compressed archive ({found})",
    "解压后把里面的文件放进来",
    "unpack it and drop the files inside",
)
I_EXTRA = Code(
    "I-040",
    "写 {expected} 需要 {found}",
    "writing {expected} needs {found}",
    "安装它:pip install {found},或改用 .csv / .json",
    "install it: pip install {found}, or use .csv / .json",
)
I_SUFFIX = Code(
    "I-041",
    "不能写成 {found}",
    "cannot write {found}",
    "用 .csv、.json 或 .parquet",
    "use .csv, .json or .parquet",
)
I_INBOX = Code(
    "I-050",
    "收件文件夹读不了:{found}",
    "the inbox folder can't be read: {found}",
    "里面的文件这一轮都没有看;改正文件夹、权限,或 config.yaml 的 site.inbox",
    "nothing in it was looked at this time; correct the folder, its permissions, or site.inbox in config.yaml",
)
I_CLOSED = Code(
    "I-051",
    "文件打不开:{found}",
    "the file can't be opened: {found}",
    "没有采用;检查权限,关掉正在用它的程序,或重新下载",
    "it was not taken; check its permissions, close the program that uses it, or download it again",
)
I_NO_FILE = Code(
    "I-052",
    "这不是文件,是{found}",
    "this is no file but {found}",
    "把导出文件本身放进来",
    "drop the export file itself",
)
I_NAME = Code(
    "I-053",
    "文件名不是 UTF-8,没有打开",
    "the file's name is no UTF-8; it was not opened",
    "改一个普通的文件名",
    "give it an ordinary name",
)
I_GREW = Code(
    "I-054",
    "读的时候文件变了",
    "the file changed while it was read",
    "没有采用;等它写完再读一次,同步的下一轮自己会读",
    "it was not taken; read it again when it is written, the next round does so by itself",
)
I_FAILED = Code(
    "I-055",
    "读这个文件时出了没有料到的错({found})",
    "reading this file failed in an unforeseen way ({found})",
    "没有采用,其他文件照常;请重新导出,仍然不行就把文件发给开发",
    "it was not taken, the others were; export it again, and if that does not help send it to the developers",
)
I_COPY = Code(
    "I-057",
    "看起来是同步盘给 {found} 留的冲突副本,没有采用",
    "this looks like a sync folder's conflict copy of {found}; it was not taken",
    "比对两份:要用它就改掉名字里的冲突标记,不用就删掉",
    "compare the two: to use it take the mark of the conflict out of its name, else delete it",
)
