"""`qlc bench NAME`: the benchmarks, as ratios against their baselines in the same run."""

from __future__ import annotations

import argparse
from importlib import import_module

from console.output import Output
from rules.errors import Code, Error

NAMES = ("daemon", "functions", "headless", "look", "merge", "patch", "plan", "read", "round", "rules", "startup")

C_BENCH = Code("C-021", "没有基准测试 {found}", "no benchmark {found}", "可用:{expected}", "use one of {expected}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The benchmark's name."""
    parser.epilog = "例 / example: qlc bench patch"
    parser.add_argument("name", help=f"{', '.join(NAMES)}, all")


def run(args: argparse.Namespace, out: Output) -> int:
    """Runs benchmarks; exit 1 when one is over its limit."""
    if args.name not in (*NAMES, "all"):
        raise Error(C_BENCH, found=args.name, expected=", ".join((*NAMES, "all")))
    chosen = NAMES if args.name == "all" else (args.name,)
    rows = [row for name in chosen for row in import_module(f"console.bench.{name}").run()]
    out.json(rows)
    out.table(
        [
            (
                row["name"],
                _shown(row["value"]),
                _shown(row["baseline"]),
                _shown(row["ratio"]),
                _shown(row["limit"]),
                "ok" if row["ok"] else "!!",
            )
            for row in rows
        ],
        ("基准", "值", "对照", "比", "上限", "")
        if out.lang == "zh"
        else ("benchmark", "value", "baseline", "ratio", "limit", ""),
    )
    for row in rows:
        if profile := row.get("profile"):
            spent = " · ".join(f"{name} {share:.0%}" for name, share in profile.items())
            out.line(f"{row['name']}: {spent}")
    return int(not all(row["ok"] for row in rows))


def _shown(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else "" if value is None else str(value)
