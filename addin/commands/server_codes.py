"""What the server refuses to a PC's button, with codes that the PC knows too."""

from __future__ import annotations

from rules.errors import Code

V_ROLE = Code(
    "V-018",
    "{found} 不能做这一步,要 {expected} 来做",
    "{found} may not do this; it takes {expected}",
    "请有这个角色的人来做,或在服务器的 site.service.users 里改角色",
    "ask somebody of that role, or change the role in site.service.users of the server",
)
V_NO_SUCH_BOOK = Code(
    "V-019",
    "服务器的配置里没有工作簿《{found}》",
    "the server's configuration has no workbook {found}",
    "两边的 site.workbooks 里名字要一样;服务器上有:{expected}",
    "use the same name in both site.workbooks; the server has {expected}",
)
V_OTHER_FILE = Code(
    "V-020",
    "这里打开的文件不是服务器上的《{found}》,是一份副本,或者共享盘还没有同步过来",
    "the file that is open here is not the server's {found}: it is a copy, or the shared folder is not up to date yet",
    "关掉副本,从共享文件夹里打开;网盘等它同步完再点一次",
    "close the copy and open it from the shared folder; where a cloud folder lags, press again when it is done",
)
V_SEEN = Code(
    "V-021",
    "和看到的不一样了:表格、导出或冲突在这期间变了,什么都没有做",
    "it is not what was shown any more: the sheet, an export or a conflict moved meanwhile; nothing was done",
    "再点一次按钮",
    "press the button again",
)
V_FILE_NAME = Code(
    "V-022",
    "不能这样收文件:{found}",
    "no such file is taken: {found}",
    "可用:{expected}",
    "use {expected}",
)
