"""What a loop can't handle: out of file descriptors is a line a minute, everything else is said as ever."""

import errno
import logging

from console.listening import SAID_EVERY, Scarcity


class Loop:
    """Notes what the loop itself is left to say."""

    def __init__(self):
        self.said = []

    def default_exception_handler(self, context):
        self.said.append(context["message"])


def test_a_line_a_minute_with_how_often_it_happened(caplog):
    now = [100.0]
    scarcity, loop = Scarcity(lambda: now[0]), Loop()
    for number in (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS):
        for _ in range(500):
            scarcity(loop, {"message": "accept", "exception": OSError(number, "none left")})
    now[0] += SAID_EVERY - 1
    scarcity(loop, {"message": "accept", "exception": OSError(errno.EMFILE, "none left")})
    assert len(caplog.records) == 1
    now[0] += 1
    scarcity(loop, {"message": "accept", "exception": OSError(errno.EMFILE, "none left")})
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2
    assert "2001" in caplog.records[1].getMessage()
    assert loop.said == []


def test_other_faults_are_not_hidden(caplog):
    loop = Loop()
    Scarcity()(loop, {"message": "broken", "exception": OSError(errno.EIO, "no")})
    Scarcity()(loop, {"message": "odd", "exception": RuntimeError("no")})
    Scarcity()(loop, {"message": "bare"})
    assert loop.said == ["broken", "odd", "bare"]
    assert not caplog.records
