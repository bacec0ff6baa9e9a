"""``python -m tests.sync.simulation --days 1000`` carries the table on; ``--seed 7`` tells one story, as often as wanted."""

from __future__ import annotations

import argparse

from tests.sync.simulation.checks import Broken
from tests.sync.simulation.runs import DAYS, carry_on, live


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sync.simulation")
    parser.add_argument("--seed", type=int, help="this story alone, with its trace; nothing is written down")
    parser.add_argument("--days", type=int, default=DAYS, help="of the story, or in all")
    args = parser.parse_args()
    if args.seed is None:
        broken = carry_on(args.days, lambda text: print(text, flush=True))
        print("\n".join(broken))
        return int(bool(broken))
    try:
        world = live(args.seed, args.days)
    except Broken as error:
        print(error)
        return 1
    print("\n".join([*world.trace, f"trace {world.digest()}"]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
