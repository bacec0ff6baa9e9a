"""A `qlc serve` whose work can be told to hang or to die, with short limits: ``python -m tests.addin.service.slow …``."""

import ctypes
import os
import re
import sys
import time

from addin.service import jobs

HANG, BURN, DIE, SLEEP = "HANG", "BURN", "DIE", "SLEEP"
ANSWERED_WITHIN, STOPS_WITHIN = 5, 1
YEAR = 365 * 24 * 3600


def compute(job, config):
    """As the service's own; a body with one of the words does what it says."""
    if HANG.encode() in job.body:
        ctypes.PyDLL(None).sleep(YEAR)  # holds the interpreter, and leaves the machine to the others
    if BURN.encode() in job.body:
        re.match(r"(a+)+$", "a" * 64 + "b")  # for years too
    if DIE.encode() in job.body:
        os._exit(3)
    if SLEEP.encode() in job.body:
        time.sleep(ANSWERED_WITHIN / 3)
    return jobs.compute(job, config)


if __name__ == "__main__":
    from addin.service import app
    from console import listening
    from console.cli import main
    from tests.addin.service import slow  # by its own name, which its children know

    app.compute = slow.compute
    app.ANSWERED_WITHIN = float(os.environ.get("ANSWERED_WITHIN", ANSWERED_WITHIN))
    listening.STOPS_WITHIN = STOPS_WITHIN
    sys.exit(main())
