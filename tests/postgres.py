"""A real PostgreSQL of the tests' own: in a folder that nobody else has, on a loopback port, as an ordinary user.

Without its programs tests are skipped and say so; where CI asks, that is a failure.
"""

import atexit
import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

USER, PASSWORD = "qlc", "nur fürs Testen"
SETTINGS = """
listen_addresses = '127.0.0.1'
fsync = off
full_page_writes = off
max_connections = 60
shared_buffers = 16MB
max_wal_size = 128MB
"""
PATIENCE = 60
"""Seconds that a busy machine may need to start it."""


def programs():
    """The folder of `initdb` and `pg_ctl`; None where there is none."""
    known = shutil.which("initdb")
    places = [Path(known).parent] if known else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: -int(place.parent.name))
    return next((place for place in places if (place / "pg_ctl").exists()), None)


class Server:
    """One that is started when it is made, and ended with the tests."""

    def __init__(self, home):
        self._home = home
        self.folder = Path(tempfile.mkdtemp(prefix="qlc-pg-"))
        self._as = {}
        if os.geteuid() == 0:  # which initdb refuses
            owner = next(user for name in ("postgres", "nobody") for user in pwd.getpwall() if user.pw_name == name)
            self._as = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        secret = self.folder / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._run("initdb", "-D", self.data, "-U", USER, "-A", "scram-sha-256", f"--pwfile={secret}", "--no-sync",
                  "-E", "UTF8", "--locale=C.UTF-8")  # fmt: skip
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(f"{SETTINGS}\nport = {self.port}\nunix_socket_directories = '{self.folder}'\n")
        self._guard = self._ended_with_us()
        atexit.register(self._guard.communicate)
        self._count = 0
        self.start()

    @property
    def data(self):
        return self.folder / "data"

    def _run(self, program, *words):
        with (self.folder / "said").open("ab") as said:
            subprocess.run(
                [self._home / program, *words], cwd=self.folder, check=True, stdin=subprocess.DEVNULL, stdout=said,
                stderr=said, timeout=PATIENCE, env={**os.environ, "LC_ALL": "C.UTF-8"}, **self._as,
            )  # fmt: skip

    def start(self):
        self._run("pg_ctl", "-D", self.data, "-l", self.data / "log", "-t", str(PATIENCE), "-w", "start")

    def stop(self, how="immediate"):
        """As if it had crashed, unless told otherwise."""
        self._run("pg_ctl", "-D", self.data, "-m", how, "-t", str(PATIENCE), "-w", "stop")

    def restart(self):
        self.stop()
        self.start()

    def _ended_with_us(self):
        """A process that ends it once nobody holds the other end of its input: also where the tests were killed."""
        words = f"cat >/dev/null; {self._home}/pg_ctl -D {self.data} -m immediate stop >/dev/null 2>&1; rm -rf {self.folder}"
        return subprocess.Popen(["sh", "-c", words], cwd="/", stdin=subprocess.PIPE, process_group=0, **self._as)

    def cpu(self):
        """Seconds of CPU that it and its processes took, those that ended since it started too."""
        pid = (self.data / "postmaster.pid").read_text().split()[0]
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if stat.parent.name == pid:
                    ticks += sum(map(int, fields[11:15]))
                elif fields[1] == pid:
                    ticks += sum(map(int, fields[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def address(self, database, user=USER):
        """What `site.state` says; the password is in the environment."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"

    def database(self):
        """A new one, empty; answers its address."""
        self._count += 1
        name = f"t{os.getpid()}_{self._count}"
        self.run(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.address(name)

    def run(self, statement, database="postgres"):
        """What a statement answers, as its keeper asks it."""
        import psycopg

        where = {"host": "127.0.0.1", "port": self.port, "user": USER, "password": PASSWORD, "dbname": database}
        with psycopg.connect(**where, autocommit=True) as connection:
            done = connection.execute(statement)
            return done.fetchall() if done.description else []


@cache
def server():
    """The one of this process."""
    home = programs()
    try:
        import psycopg  # noqa: F401
    except ImportError:
        home = None
    if home is None:
        why = "no PostgreSQL server (Debian: postgresql) or no psycopg"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
    return Server(home)


def name_of(address):
    """The database of an address."""
    return address.rpartition("/")[2]
