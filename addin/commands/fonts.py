"""A font with Chinese characters on this computer; pictures can't be drawn without one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PIL import ImageFont

from addin.commands.picture_codes import K_NO_FONT
from rules.errors import Error

WINDOWS = ("msyh.ttc", "msyh.ttf", "simhei.ttf", "simsun.ttc", "Deng.ttf")
MACOS = ("PingFang.ttc", "Hiragino Sans GB.ttc", "STHeiti Light.ttc", "Songti.ttc")
LINUX = (
    "wqy/wqy-microhei.ttc",
    "truetype/wqy/wqy-microhei.ttc",
    "truetype/wqy/wqy-zenhei.ttc",
    "opentype/noto/NotoSansCJK-Regular.ttc",
    "noto-cjk/NotoSansCJK-Regular.ttc",
    "google-noto-cjk/NotoSansCJK-Regular.ttc",
    "truetype/droid/DroidSansFallbackFull.ttf",
    "truetype/arphic/uming.ttc",
)


def chinese_font(size: int) -> ImageFont.FreeTypeFont:
    """A font of that size in pixels. Raises K-050 where none is found."""
    path = _font_file()
    if path is None:
        raise Error(K_NO_FONT)
    return ImageFont.truetype(str(path), size)


@cache
def _font_file() -> Path | None:
    return next((path for path in _candidates() if _is_usable(path)), None)


def _is_usable(path: Path) -> bool:
    try:
        return path.is_file() and ImageFont.truetype(str(path), 12).getlength("中") > 0
    except OSError:
        return False


def _candidates() -> Iterator[Path]:
    """Where the systems keep them; on Linux fontconfig is asked last."""
    if sys.platform == "win32":
        homes = [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"]
        if local := os.environ.get("LOCALAPPDATA"):
            homes.append(Path(local) / "Microsoft" / "Windows" / "Fonts")
        yield from (home / name for name in WINDOWS for home in homes)
    elif sys.platform == "darwin":
        homes = [Path("/System/Library/Fonts"), Path("/Library/Fonts"), Path("/System/Library/Fonts/Supplemental")]
        yield from (home / name for name in MACOS for home in homes)
    else:
        homes = [Path("/usr/share/fonts"), Path.home() / ".local/share/fonts", Path.home() / ".fonts"]
        yield from (home / name for name in LINUX for home in homes)
        yield from _asked()


def _asked() -> Iterator[Path]:
    program = shutil.which("fc-list")
    if program is None:
        return
    listed = subprocess.run(  # noqa: S603 - a fixed command
        [program, ":lang=zh", "file"], capture_output=True, text=True, timeout=20, check=False
    )
    yield from (Path(line.rstrip(": ")) for line in sorted(listed.stdout.splitlines()))
