"""Collects what Windows needs to run without the network: our wheel, its dependencies, pip itself.

pip judges dependencies by the computer it runs on, so what only Windows needs is asked for by name, and
`missing` tells afterwards what a Windows computer would still lack.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from email.parser import HeaderParser
from pathlib import Path

from rules.errors import Code, Remote

H_DOWNLOAD = Code(
    "H-022",
    "下载依赖没有成功:{found}",
    "the dependencies could not be downloaded: {found}",
    "检查网络和 pip 的设置",
    "check the network and pip's settings",
)
H_INCOMPLETE = Code(
    "H-023",
    "wheel 文件夹不全,Windows 上还缺 {found}",
    "the wheels are incomplete; Windows still lacks {found}",
    "重新运行 qlc addin bundle --windows --download",
    "run qlc addin bundle --windows --download again",
)

ONLY_ON_WINDOWS = ("pywin32", "tzdata", "pip")
_PLATFORM = ("--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp", "--only-binary=:all:")
_WINDOWS = {
    "sys_platform": "win32",
    "platform_system": "Windows",
    "os_name": "nt",
    "platform_machine": "AMD64",
    "python_version": "3.11",
    "python_full_version": "3.11.9",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "extra": "",
}


def download(source: Path, folder: Path) -> list[Path]:
    """Fills `folder` with the wheels of `source` (a checkout or a wheel of ours) for 64-bit Windows.

    Raises H-022 (5) when pip fails, H-023 (5) when Windows would lack something.
    """
    folder.mkdir(parents=True, exist_ok=True)
    constraints = source / "constraints.txt"
    pinned = ("-c", str(constraints)) if constraints.is_file() else ()
    _pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(source))
    ours = next(folder.glob("quanliucheng-*.whl"))
    _pip("download", "--dest", str(folder), *_PLATFORM, *pinned, str(ours), *ONLY_ON_WINDOWS)
    if lacking := missing(folder):
        raise Remote(H_INCOMPLETE, found=", ".join(lacking))
    return sorted(folder.glob("*.whl"))


def _pip(*words: str) -> None:
    done = subprocess.run(  # noqa: S603 - pip, with words of ours
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Remote(H_DOWNLOAD, found=(done.stderr.strip().splitlines() or ["pip"])[-1])


def missing(folder: Path) -> list[str]:
    """What the wheels of a folder require on Windows and the folder does not hold."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name, parse_wheel_filename

    held = {}
    for path in folder.glob("*.whl"):
        name, version, _, _ = parse_wheel_filename(path.name)
        held[name] = version
    lacking = {name for name in ONLY_ON_WINDOWS if canonicalize_name(name) not in held}
    for path in folder.glob("*.whl"):
        for line in _requirements(path):
            wanted = Requirement(line)
            if wanted.marker and not wanted.marker.evaluate(_WINDOWS):
                continue
            found = held.get(canonicalize_name(wanted.name))
            if found is None or not wanted.specifier.contains(found, prereleases=True):
                lacking.add(str(wanted))
    return sorted(lacking)


def _requirements(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(archive.read(name).decode()).get_all("Requires-Dist") or []
