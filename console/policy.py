"""The configuration that a command works with, and the day it calls today."""

from __future__ import annotations

import argparse
from datetime import date, datetime

from console.output import Output
from rules.errors import Code, Error
from rules.policy.kept import in_force
from rules.policy.loader import Config, find_config
from sheets_schema.cells import parse_date

C_TODAY = Code(
    "C-031", "--today “{found}”不是日期", "--today “{found}” is no date", "写成 2025-04-03", "write it as 2025-04-03"
)


def policy_in_force(args: argparse.Namespace, out: Output) -> Config:
    """The configuration asked for; where it is broken, the last good one, said in a line on stderr."""
    config = in_force(find_config(args.config))
    if config.problem:
        out.remark(config.problem.text(out.lang))
    return config


def add_today(parser: argparse.ArgumentParser) -> None:
    """Adds --today."""
    parser.add_argument("--today", metavar="D", help="今天算哪天,默认真的今天 / the day to call today")


def today(args: argparse.Namespace, config: Config) -> date:
    """The day asked for, else today in the configured zone. Raises C-031."""
    if args.today is None:
        return datetime.now(config.site.zone).date()
    moment = parse_date(args.today)
    if moment is None:
        raise Error(C_TODAY, found=args.today)
    return moment.date() if isinstance(moment, datetime) else moment
