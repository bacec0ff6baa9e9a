"""A virtual screen with a window manager: real windows, clicked and typed into as a person does."""

import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

NEEDED = ("Xvfb", "xdotool", "openbox", "import")


def need_screen():
    """Without it the test is skipped, and fails where `CI` is set."""
    missing = [name for name in NEEDED if not shutil.which(name)]
    if not missing:
        return
    said = f"{', '.join(missing)} missing: apt-get install xvfb xdotool openbox imagemagick"
    if os.environ.get("CI"):
        pytest.fail(said)
    pytest.skip(said)


@dataclass(frozen=True)
class Screen:
    """One screen; places are pixels from its top left."""

    display: str

    def do(self, *words):
        """One command of xdotool."""
        subprocess.run(["xdotool", *map(str, words)], check=True, env=self._env(), timeout=30)

    def click(self, place, button=1):
        """Moves the mouse there and presses."""
        self.do("mousemove", *place)
        time.sleep(0.15)
        self.do("click", button)

    def key(self, *names):
        """Keys one after the other, as xdotool names them."""
        self.do("key", "--delay", 60, *names)

    def photo(self, path: Path):
        """What is on the screen, as a PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["import", "-window", "root", str(path)], check=True, env=self._env(), timeout=30)

    def _env(self):
        return {**os.environ, "DISPLAY": self.display}


@contextmanager
def screen(size="1280x800x24"):
    """A screen that ends with the block."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp"],
        pass_fds=(write,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    display = f":{number}"
    manager = subprocess.Popen(
        ["openbox"], env={**os.environ, "DISPLAY": display}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield Screen(display)
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait(20)
