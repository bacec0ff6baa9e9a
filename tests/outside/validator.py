"""What Microsoft's Open XML SDK finds in a file: its own schemas and rules of meaning."""

import json
from collections import Counter, namedtuple

from tests.outside.tools import run

Said = namedtuple("Said", "kind id part text")


class Crashed(Exception):
    """The validator itself failed: no judgement of the file."""


def said(program, path):
    """Its findings, each as often as it stands; places within a part are left out, because a patch moves cells.

    Raises:
        Crashed: no answer that can be read, one that contradicts itself, or an exit code.
    """
    done = run([program, path])
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise Crashed(f"{path.name}: exit {done.returncode}: {done.stderr[-300:]}") from None
    if done.returncode or answer["ok"] == bool(answer["errors"]):
        raise Crashed(f"{path.name}: exit {done.returncode} for {str(answer)[:300]}")
    return Counter(
        Said(error["errorType"], error["id"], error["path"], _unplaced(error["description"], path))
        for error in answer["errors"]
    )


def _unplaced(text, path):
    return text.replace(str(path), "the file")


def not_opened(findings):
    """Did it give up before it looked inside?"""
    return any(found.kind == "Exception" for found in findings)
