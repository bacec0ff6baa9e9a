"""`qlc demo`: a small company on disk, its first contact, a week of people's edits, one round."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import Any

from console.arguments import C_USAGE
from console.output import Output
from rules.errors import Error
from sync.round.report import RoundReport, errors_of

EXAMPLES = """
例 / examples:
  qlc demo                      在 demo/ 里造一家公司 / a company in demo/
  qlc demo /tmp/d --rows 1000 --seed 7
"""

SMALLEST, LARGEST = 10, 20_000

EDITS = (
    ("库存数据 排了序,中间插了一列“补货想法”,按店铺筛选", "库存数据 sorted, a column inserted, filtered by store"),
    ("库存数据 改了三个表头", "库存数据 three headers renamed"),
    ("库存数据 FBA可售 手工改了五格,FBA入库中 写了一个公式", "库存数据 five ERP cells typed over, one formula"),
    ("在途 填了物流确认天数、清关异常,改了一个预计到达,表下留了合计行", "在途 people's columns filled, an ERP date changed, a totals row left"),
    ("子-2链接负责人 复制了一行(键重复)", "子-2链接负责人 a row copied: its key stands twice"),
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """DIR, --rows, --seed."""
    parser.epilog = EXAMPLES
    parser.add_argument("dir", nargs="?", default="demo", metavar="DIR", help="文件夹 / folder (demo)")
    parser.add_argument("--rows", type=int, default=400, help="MSKU 个数 / number of MSKUs (400)")
    parser.add_argument("--seed", type=int, default=1, help="随机种子 / seed (1)")


def run(args: argparse.Namespace, out: Output) -> int:
    """Makes the company and runs it; 0 whatever the round found."""
    from console.demo.build import BOOK, WORKBOOK, make, second_week
    from console.demo.rounds import run_round
    from console.sync_views import show_round
    from sync.tab.adopt import Adoption

    if not SMALLEST <= args.rows <= LARGEST:
        raise Error(C_USAGE, found=f"--rows {args.rows} ({SMALLEST}–{LARGEST})")
    folder = Path(args.dir)
    config = folder / "config.yaml"
    company = make(folder, args.rows, args.seed)
    out.say(
        f"造好了:{folder} 五个店铺,{len(company.offers)} 个 MSKU,数据截至 {company.day}",
        f"Made: {folder}, five stores, {len(company.offers)} MSKUs, data of {company.day}",
    )
    first = run_round(config, Adoption())
    _say_counts(out, "第一次接管(不同的格子都留着问)", "First contact (cells that differ are left, and asked)", first)
    later = second_week(folder, company)
    out.say(f"一周后({later.day}),大家改过了工作簿:", f"A week later ({later.day}) people have edited the workbook:")
    for zh, en in EDITS:
        out.say(f"  · {zh}", f"  · {en}")
    out.say("又放进了新的导出。这一轮:", "and new exports were dropped. This round:")
    out.line()
    second = run_round(config)
    show_round(second, out)
    commands = _commands(config, WORKBOOK)
    out.line()
    out.say(f"打开看看:{folder / BOOK}。接着可以试:", f"Open {folder / BOOK}. Try next:")
    for line in commands:
        out.line(f"  {line}")
    out.json(
        {
            "folder": str(folder),
            "config": str(config),
            "workbook": str(folder / BOOK),
            "rows": args.rows,
            "seed": args.seed,
            "days": [company.day, later.day],
            "edits": [zh if out.lang == "zh" else en for zh, en in EDITS],
            "rounds": [summary(first), summary(second)],
            "next": commands,
        }
    )
    return 0


def summary(report: RoundReport) -> dict[str, Any]:
    """The counts of a round over its workbooks."""
    books = report.workbooks
    return {
        "round": report.round,
        "files": len(report.files),
        "writes": sum(book.writes for book in books),
        "appends": sum(book.appends for book in books),
        "computed": sum(book.count("computed") for book in books),
        "marks": sum(book.count("mark") for book in books),
        "conflicts": sum(len(book.conflicts) for book in books),
        "skipped": sum(book.skipped for book in books),
        "problems": len(report.problems) + sum(len(book.problems) for book in books),
        "held": len(report.held),
        "refused": sum(len(list(errors_of(book))) for book in books),
    }


def _say_counts(out: Output, zh: str, en: str, report: RoundReport) -> None:
    counts = summary(report)
    out.say(
        f"{zh}:采用 {counts['files']} 个文件,写入 {counts['writes']} 格,追加 {counts['appends']} 行,"
        f"计算 {counts['computed']} 格,冲突 {counts['conflicts']}",
        f"{en}: {counts['files']} files, {counts['writes']} cells written, {counts['appends']} rows appended, "
        f"{counts['computed']} computed, {counts['conflicts']} conflicts",
    )


def _commands(config: Path, workbook: str) -> list[str]:
    start = f"qlc --config {shlex.quote(str(config))} sync"
    return [
        f"{start} once",
        f"{start} conflicts",
        f"{start} resolve ID --use 用ERP",
        f"{start} explain {workbook} '库存数据!H2'",
        f"{start} undo",
        f"{start} history",
    ]
