"""What the service says of a round or a folder that stands in its way."""

from __future__ import annotations

from rules.errors import Code

D_HUNG = Code(
    "D-002",
    "一轮跑了 {found} 秒还没有结束,已经停掉",
    "a round ran for {found} seconds and was ended",
    "多半是网络盘不应答;写到一半的下一轮会接着核对",
    "as a rule a network drive does not answer; the next round settles what was half written",
)

D_SYSTEM = Code(
    "D-006",
    "系统不让服务继续:{found}",
    "the system stands in the service's way: {found}",
    "检查磁盘、文件夹和网络盘;服务会接着试",
    "check the disk, the folder and the network drive; the service goes on trying",
)

D_SILENT = Code(
    "D-020",
    "文件夹 {found} 没有应答,那里的工作簿先不同步",
    "the folder {found} does not answer; the workbooks there wait",
    "检查网络盘;它一有应答就接着同步,别的工作簿照常",
    "check the network drive; it goes on as soon as the folder answers, and the other workbooks go on anyhow",
)
