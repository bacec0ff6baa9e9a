"""SQLite on a network drive is refused, before it gets damaged; what is nobody's knowledge is let be."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules.errors import Error
from sync.state import database
from sync.state.database import State
from sync.state.drives import is_unc, mounts_of_linux, mounts_of_mac, network_drive, remote_kind
from sync.state.examine import examine

NOW = datetime(2026, 4, 27, tzinfo=UTC)

LINUX = r"""/dev/sda1 / ext4 rw,relatime 0 0
srv:/export /mnt/share nfs4 rw,vers=4.2 0 0
//srv/team /mnt/team\040files cifs rw 0 0
C:\134 /mnt/c 9p rw,aname=drvfs 0 0
me@srv: /home/me/srv fuse.sshfs rw 0 0
/dev/sdb1 /mnt/share/disk xfs rw 0 0
/dev/fuse /run/user/1000/doc fuse.portal rw 0 0
"""
MAC = """/dev/disk3s1s1 on / (apfs, sealed, local, read-only)
//me@srv/team on /Volumes/team (smbfs, nodev, nosuid, mounted by me)
srv:/export (old) on /Volumes/old (1) (nfs, asynchronous)
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/home/me/state", ""),
        ("/mnt/share/qlc/state", "nfs4"),
        ("/mnt/shared/state", ""),
        ("/mnt/share/disk/state", ""),
        ("/mnt/team files/state", "cifs"),
        ("/mnt/c/qlc", "9p"),
        ("/home/me/srv", "fuse.sshfs"),
        ("/run/user/1000/doc/x", ""),
    ],
)
def test_of_linux(place, kind):
    assert remote_kind(Path(place), mounts_of_linux(LINUX)) == kind


@pytest.mark.parametrize(
    ("place", "kind"), [("/Users/me", ""), ("/Volumes/team/qlc", "smbfs"), ("/Volumes/old (1)/qlc", "nfs")]
)
def test_of_macos(place, kind):
    assert remote_kind(Path(place), mounts_of_mac(MAC)) == kind


def test_a_computer_whose_own_disk_comes_over_the_network_is_let_be():
    assert remote_kind(Path("/state"), {"/": "nfs"}) == ""
    assert remote_kind(Path("/state"), {}) == ""


def test_unc_paths():
    assert is_unc(r"\\server\share\state")
    assert not is_unc("state")


def test_this_folder_is_this_machines_own(tmp_path):
    assert network_drive(tmp_path / "not there yet") == ""


def test_a_state_there_is_refused_with_what_to_do(tmp_path, monkeypatch):
    for module in (database, __import__("sync.state.examine", fromlist=["examine"])):
        monkeypatch.setattr(module, "network_drive", lambda folder: "cifs")
    with pytest.raises(Error, match="T-050") as refused:
        State(tmp_path / "state")
    assert "postgresql+psycopg://" in refused.value.message()
    assert "cifs" in refused.value.message("en")
    assert [error.code.id for error in examine(tmp_path / "state", NOW).wrong] == ["T-050"]
    assert not (tmp_path / "state" / database.DATABASE).exists()
