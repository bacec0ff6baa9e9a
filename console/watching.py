"""The daemon beside the service (`qlc serve --sync`): none of the two outlives the other."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from console.daemon_start import Service
from rules.errors import Code, Error

D_BESIDE = Code(
    "D-007",
    "自动同步停了,服务也跟着停:{found}",
    "the rounds by itself ended, and the service with it: {found}",
    "看 state 文件夹里的 daemon.log,解决后再启动;已经写的不会丢",
    "see daemon.log in the state folder and start it again once that is solved; nothing that was written is lost",
)
ENDS_WITHIN = 18.0
"""Seconds that the daemon has to end: a round that runs is given most of them."""


class Beside:
    """A daemon that runs in a thread of its own; `ended` is called there when it has, whatever ended it."""

    def __init__(self, service: Service, ended: Callable[[], None]) -> None:
        self._daemon, self._begun, self._ended = service.daemon, service.begun, ended
        self._thread = Thread(target=self._run, name="daemon", daemon=True)
        self._refusal: BaseException | None = None
        """What kept it from starting."""
        self._failure: BaseException | None = None
        """What ended it later."""

    def start(self) -> None:
        """Waits until it runs. Raises what keeps it from that: Busy D-001 where a service runs on this state already."""
        self._thread.start()
        self._begun.wait()
        if self._refusal is not None:
            raise self._refusal

    def _run(self) -> None:
        try:
            self._daemon.run()
        except BaseException as error:  # whatever it is, the other half must hear of it
            if not self._begun.is_set():
                self._refusal = error
                self._begun.set()
                return
            self._failure = error
        self._ended()

    def stop(self) -> None:
        """Ends it, and waits for that. Raises D-007 where it had ended by itself, or does not end in time."""
        self._daemon.stop()
        self._thread.join(ENDS_WITHIN)
        if self._thread.is_alive():
            raise Error(D_BESIDE, found=f"> {ENDS_WITHIN:.0f} s")
        if self._failure is not None:
            found = self._failure.text() if isinstance(self._failure, Error) else repr(self._failure)
            raise Error(D_BESIDE, found=found) from self._failure
