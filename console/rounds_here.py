"""Whether rounds are run on this computer at all."""

from __future__ import annotations

from pathlib import Path

from rules.errors import Code, Error, Refused
from rules.policy.kept import is_shipped
from rules.policy.loader import Config

C_NOTHING = Code(
    "C-014",
    "这是随产品发布的配置,没有要同步的工作簿",
    "this is the configuration that ships with the product; it names no workbook",
    "复制 config.yaml 并填写 site:(docs/site.zh-CN.md),用 --config 指定;想先试试就 qlc demo",
    "copy config.yaml, fill site: (docs/site.md) and name it with --config; to try it, run qlc demo",
)
C_AT_SERVER = Code(
    "C-015",
    "这台电脑的同步由服务器 {found} 来做(site.server),这里没有自己的状态",
    "the rounds of this computer are run by the server {found} (site.server); there is no state of its own here",
    "在表格里点同步的按钮,或到服务器上、用服务器自己的配置运行",
    "press the sync buttons in the sheet, or run it on the server with the server's own configuration",
)


def check_own_file(path: Path) -> None:
    """Raises C-014 for the configuration that ships with the product."""
    if is_shipped(path):
        raise Error(C_NOTHING, file=path)


def check_rounds_here(config: Config) -> None:
    """Raises C-015 where a server runs the rounds."""
    if config.site.server is not None:
        raise Refused(C_AT_SERVER, file=config.path, found=config.site.server.url)
