"""How fast this machine is right now: limits in seconds of CPU are those of a quiet one."""

from console.bench.measure import run

QUIET = 1.0
"""Seconds of CPU that `_WORK` takes on the machine that the limits were set on, when nothing else runs."""
_WORK = """
import re
cell = re.compile(r'<c r="([A-Z]+)([0-9]+)"><v>([^<]*)</v></c>')
text = "".join(f'<c r="B{at}"><v>{at}.5</v></c>' for at in range(2000))
for _ in range(700):
    for letters, digits, value in cell.findall(text):
        float(value)
"""


def is_within(seconds: float, limit: float) -> bool:
    """Whether CPU time keeps a limit; one beyond it may be as much longer as the same work takes longer right now."""
    return seconds <= limit or seconds <= limit * run(["-c", _WORK], repeat=1).cpu / QUIET
