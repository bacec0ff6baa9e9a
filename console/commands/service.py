"""`qlc service`: installs `qlc serve --sync` as a service of the operating system, removes it, asks it to end."""

from __future__ import annotations

import argparse
import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from console.arguments import Parser, common
from console.output import Output
from console.policy import policy_in_force
from console.service_plan import Plan, ToWrite, plan_for
from console.service_units import is_of
from rules.errors import Busy, Code, Error, Refused
from rules.policy.kept import is_shipped
from rules.policy.loader import Config
from sync.daemon.stopping import ask_to_stop
from sync.state.locks import SERVICE, holder

C_NO_SITE = Code(
    "C-017",
    "这是随产品发布的配置,没有可以运行的东西",
    "this is the configuration that ships with the product; there is nothing to run",
    "用 --config 指定公司的配置",
    "name the company's configuration with --config",
)
D_STAYS = Code(
    "D-030",
    "服务 {expected} 秒后还没有停({found})",
    "the service had not ended after {expected} seconds ({found})",
    "看 state 文件夹里的 daemon.log;多半是网络盘不应答,必要时在系统里结束这个进程,不会丢东西",
    "see daemon.log in the state folder; as a rule a network drive does not answer. End the process if need be: nothing is lost",
)
D_OTHERS = Code(
    "D-032",
    "已经装了另一份配置的服务:{found}",
    "a service of another configuration is installed: {found}",
    "先用那份配置运行 qlc service uninstall",
    "run qlc service uninstall with that configuration first",
)
D_COMMAND = Code(
    "D-033",
    "这条命令没有成功:{found}",
    "this command failed: {found}",
    "文件已经写好;照上面列出的命令自己运行一次",
    "the files are written; run the commands listed above yourself",
)

WITHIN = 20.0
"""Seconds that a service has to end."""
EXAMPLES = """
例 / examples:
  qlc --config 全流程/config.yaml service install --dry-run   看看会写什么 / what would be written
  qlc --config 全流程/config.yaml service install
  qlc --config 全流程/config.yaml service stop
  qlc --config 全流程/config.yaml service uninstall

说明 / guide: docs/it.zh-CN.md, docs/it.md
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The sub-commands and their arguments."""
    parser.epilog = EXAMPLES
    group = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)
    for name, zh, en in (
        ("install", "装成系统的服务", "install it as a service of the system"),
        ("uninstall", "删掉这个服务", "remove that service"),
        ("stop", "让正在跑的服务结束", "ask the running service to end"),
    ):
        sub = group.add_parser(name, help=f"{zh} · {en}", description=f"{zh} · {en}", epilog=EXAMPLES)
        common(sub)
        if name != "stop":
            sub.add_argument("--dry-run", action="store_true", help="只说会做什么 / only says what would be done")
        if name == "install":
            sub.add_argument("--out", metavar="DIR", help="把文件写到这里,不安装 / writes the files there instead")


def run(args: argparse.Namespace, out: Output) -> int:
    """0 when done; 3 where another configuration's service stands there, 4 where a service does not end in time."""
    config = policy_in_force(args, out)
    if is_shipped(config.path):
        raise Error(C_NO_SITE, file=config.path)
    if args.action == "stop":
        return _stop(config, out)
    plan = plan_for(config)
    return _install(args, plan, config, out) if args.action == "install" else _uninstall(args, plan, config, out)


def _install(args: argparse.Namespace, plan: Plan, config: Config, out: Output) -> int:
    for file in plan.files:
        _check_ours(file, config)
    if args.dry_run or args.out:
        where = Path(args.out) if args.out else None
        for file in plan.files:
            if where is not None:
                where.mkdir(parents=True, exist_ok=True)
                (where / file.path.name).write_bytes(file.data())
            out.line(f"--- {where / file.path.name if where else file.path}")
            if where is None:
                out.lines(file.text)
    else:
        for file in plan.files:
            _write(file)
            out.say(f"写好了 {file.path}", f"wrote {file.path}")
    done = not (args.dry_run or args.out)
    out.json(_document(plan, done=done))
    out.say("命令:" if done else "安装时还会运行:", "Commands:" if done else "Installing it runs as well:")
    for command in plan.enable:
        out.line(f"  {_shown(command)}")
    secrets = next(file.path for file in plan.files if file.secret)
    out.say(f"密钥写进 {secrets}(只有它的主人读得到)", f"secrets go into {secrets} (its owner alone reads it)")
    out.say(f"日志:{'、'.join(plan.logs)}", f"logs: {', '.join(plan.logs)}")
    for note in plan.notes:
        out.say(*note)
    if done:
        for command in plan.enable:
            _call(command)
    return 0


def _uninstall(args: argparse.Namespace, plan: Plan, config: Config, out: Output) -> int:
    there = [file for file in plan.files if file.path.exists()]
    for file in there:
        _check_ours(file, config)
    kept = [file for file in there if file.secret and file.path.read_bytes() != file.data()]
    gone = [file for file in there if file not in kept]
    if not args.dry_run:
        if there:
            for command in plan.disable:
                _call(command, must=False)
        for file in gone:
            file.path.unlink()
        if there:
            for command in plan.cleanup:
                _call(command, must=False)
    out.json({"removed": [str(file.path) for file in gone], "kept": [str(file.path) for file in kept]})
    if not there:
        out.say("没有装过服务。", "No service is installed.")
    for file in gone:
        out.say(
            f"{'会删掉' if args.dry_run else '删掉了'} {file.path}",
            f"{'would remove' if args.dry_run else 'removed'} {file.path}",
        )
    for file in kept:
        out.say(
            f"留着 {file.path}:里面有密钥,不要了就自己删", f"kept {file.path}: it holds secrets; delete it yourself"
        )
    return 0


def _stop(config: Config, out: Output) -> int:
    folder = config.folder / config.site.state_folder
    running = holder(folder / SERVICE)
    if not running:
        out.json({"stopped": False, "running": False})
        out.say("没有服务在跑。", "No service runs.")
        return 0
    ask_to_stop(folder)
    end = time.monotonic() + WITHIN
    while holder(folder / SERVICE):
        if time.monotonic() > end:
            raise Busy(D_STAYS, file=folder, found=running, expected=int(WITHIN))
        time.sleep(0.2)
    out.json({"stopped": True, "running": False})
    out.say(f"服务停了({running})。", f"The service ended ({running}).")
    return 0


def _check_ours(file: ToWrite, config: Config) -> None:
    """Raises D-032 where a file of that name is another configuration's, or not ours at all."""
    if file.secret or not file.path.exists():
        return
    there = file.path.read_bytes()
    text = there.decode("utf-16" if file.path.suffix == ".xml" else "utf-8-sig", "replace")
    if not is_of(text, config.path.absolute()):
        raise Refused(D_OTHERS, found=file.path)


def _write(file: ToWrite) -> None:
    file.path.parent.mkdir(parents=True, exist_ok=True)
    if not file.secret:
        file.path.write_bytes(file.data())
        return
    try:
        handle = os.open(file.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        file.path.chmod(0o600)
        return
    with os.fdopen(handle, "wb") as opened:
        opened.write(file.data())


def _call(command: Sequence[str], *, must: bool = True) -> None:
    """Runs a command of the system; it may ask on the screen. Raises D-033 unless it need not succeed."""
    try:
        code = subprocess.run(command, stdout=2, check=False).returncode  # noqa: S603 - the system's program; stdout is ours
    except OSError as error:
        code = error.errno or 1
    if code and must:
        raise Error(D_COMMAND, found=_shown(command))


def _shown(command: Sequence[str]) -> str:
    return subprocess.list2cmdline(command)


def _document(plan: Plan, *, done: bool) -> dict[str, object]:
    return {
        "installed": done,
        "files": [{"path": str(file.path), "text": file.text, "secret": file.secret} for file in plan.files],
        "commands": [list(command) for command in plan.enable],
        "logs": list(plan.logs),
        "notes": [{"zh": zh, "en": en} for zh, en in plan.notes],
    }
