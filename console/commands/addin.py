"""`qlc addin`: builds the add-ins, puts them where the program loads them, packs them for other computers."""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from console.arguments import Parser, common
from console.output import Output
from rules.errors import Code, Error

if TYPE_CHECKING:
    from addin.hosts.excel.installation import InstallStep

EXAMPLES = """
例 / examples:
  qlc addin build --host all --out dist
  qlc addin install
  qlc addin install --host libreoffice
  qlc --config 公司/config.yaml addin follow
  qlc addin uninstall
  qlc addin bundle --windows --download --out dist
"""

HOSTS = ("excel", "libreoffice")

H_HOST = Code("H-020", "没有 {found} 的插件", "no add-in for {found}", "可用:{expected}", "use one of {expected}")
H_FOLLOW = Code(
    "H-090",
    "没说跟着哪份配置",
    "which configuration is to be followed?",
    "用 --config 写上它,如 qlc --config '\\\\server\\share\\config.yaml' addin follow",
    "name it with --config, as in qlc --config '\\\\server\\share\\config.yaml' addin follow",
)
H_TARGET = Code("H-021", "没说安装包给哪种系统", "a package for which system?", "加上 --windows", "add --windows")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The sub-commands and their arguments."""
    parser.epilog = EXAMPLES
    group = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)
    words = {
        "build": ("做出插件文件", "make the add-in's file"),
        "install": ("装到本机的 Excel 或 LibreOffice", "install into this computer's Excel or LibreOffice"),
        "follow": ("插件跟着哪份配置(可以在共享文件夹)", "which configuration the add-in follows"),
        "uninstall": ("从本机的 Excel 或 LibreOffice 卸掉", "remove from this computer's Excel or LibreOffice"),
        "bundle": ("做给其他电脑的安装包", "make a package for other computers"),
    }
    for name, (zh, en) in words.items():
        sub = common(group.add_parser(name, help=f"{zh} · {en}", description=f"{zh} · {en}", epilog=EXAMPLES))
        if name in ("build", "bundle"):
            sub.add_argument("--out", type=Path, default=Path("dist"), metavar="DIR", help="文件夹 / folder (dist)")
        if name in ("build", "install", "follow", "uninstall"):
            sub.add_argument("--host", default="excel", help=f"{', '.join(_hosts(name))} (excel)")
        if name == "install":
            sub.add_argument(
                "--file", type=Path, metavar="F", help="装这一个(签过名的),默认现做 / this one, e.g. signed"
            )
        if name == "bundle":
            sub.add_argument("--windows", action="store_true", help="Windows 10/11, 64 位 / 64 bit")
            sub.add_argument("--download", action="store_true", help="下载依赖装进包里 / download what Windows needs")
            sub.add_argument("--wheels", type=Path, metavar="DIR", help="装进包里的 wheel 文件夹 / wheels to pack")


def run(args: argparse.Namespace, out: Output) -> int:
    """Does one of them; 0 when done."""
    hosts = _hosts(args.action)
    if getattr(args, "host", "excel") not in hosts:
        raise Error(H_HOST, found=args.host, expected=", ".join(hosts))
    return ACTIONS[args.action](args, out)


def _hosts(action: str) -> tuple[str, ...]:
    return (*HOSTS, "all") if action == "build" else HOSTS


def _build(args: argparse.Namespace, out: Output) -> int:
    from macros import oxt, xlam

    makers = {"excel": (xlam.FILE_NAME, xlam.xlam), "libreoffice": (oxt.FILE_NAME, oxt.oxt)}
    chosen = [makers[host] for host in HOSTS if args.host in (host, "all")]
    _show([_written(args.out / name, make()) for name, make in chosen], out)
    return 0


def _install(args: argparse.Namespace, out: Output) -> int:
    if args.host == "libreoffice":
        return _install_libreoffice(args, out)
    from addin.hosts.excel.installation import install, need_windows
    from macros.xlam import FILE_NAME, xlam

    need_windows()
    config = Path(args.config) if args.config else None
    content = args.file.read_bytes() if args.file else xlam()
    steps = install(FILE_NAME, content, Path(sys.executable), config)
    _tell(steps, out)
    out.say("重新打开 Excel,就有“全流程”这一栏了。", "Open Excel again: the tab 全流程 is there.")
    return 0


def _install_libreoffice(args: argparse.Namespace, out: Output) -> int:
    from addin.hosts.libreoffice.installation import install
    from macros.oxt import FILE_NAME, oxt

    config = Path(args.config) if args.config else None
    _tell(install(FILE_NAME, args.file.read_bytes() if args.file else oxt(), config), out)
    out.say("重新打开 LibreOffice,就有“全流程”工具栏了。", "Open LibreOffice again: the toolbar 全流程 is there.")
    return 0


def _follow(args: argparse.Namespace, out: Output) -> int:
    from addin.hosts.excel import installation as excel
    from addin.hosts.libreoffice import installation as libreoffice

    if not args.config:
        raise Error(H_FOLLOW)
    if args.host == "excel":
        excel.need_windows()
    _tell({"excel": excel, "libreoffice": libreoffice}[args.host].follow(Path(args.config)), out)
    out.say("插件下次启动就用它,它改了也跟着。", "The add-in uses it from its next start on, and follows its changes.")
    return 0


def _uninstall(args: argparse.Namespace, out: Output) -> int:
    from addin.hosts.excel.installation import need_windows, uninstall
    from addin.hosts.libreoffice import installation as libreoffice
    from macros.xlam import FILE_NAME

    if args.host == "excel":
        need_windows()
    steps = uninstall(FILE_NAME) if args.host == "excel" else libreoffice.uninstall()
    _tell(steps, out)
    if not steps:
        out.say("没有装过,什么都没动。", "It was not installed; nothing was changed.")
    return 0


def _bundle(args: argparse.Namespace, out: Output) -> int:
    from macros.bundle import bundle, bundle_name

    if not args.windows:
        raise Error(H_TARGET)
    if args.download:
        from macros.wheels import download

        args.wheels = args.wheels or args.out / "wheels"
        download(Path(__file__).parents[2], args.wheels)
    _show([_written(args.out / bundle_name(), bundle(args.wheels))], out)
    return 0


def _written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)
    return path


def _show(paths: list[Path], out: Output) -> None:
    facts = [
        {"path": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}
        for path in paths
    ]
    out.json(facts)
    for fact in facts:
        out.line(f"{fact['path']}  {fact['bytes']:,} B  sha256 {fact['sha256']}")


def _tell(steps: list[InstallStep], out: Output) -> None:
    out.json([{"did": step.did.say(out.lang), "path": str(step.path)} for step in steps])
    for step in steps:
        out.line(f"{step.did.say(out.lang)}: {step.path}")


ACTIONS = {"build": _build, "install": _install, "follow": _follow, "uninstall": _uninstall, "bundle": _bundle}
