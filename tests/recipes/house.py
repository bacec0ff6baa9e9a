"""A copy of the product in a scratch folder, to which a test adds something by a recipe of CONTRIBUTING.md."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("rules", "sheets_schema", "sync", "addin", "console", "config.yaml", "tests")
LEFT = shutil.ignore_patterns("fixtures", "scenarios", "mutations", "outside", "package_lint", "R*.yaml")
"""What no recipe needs."""


class House:
    """`touched` are the files that the recipe wrote or changed."""

    def __init__(self, folder):
        self.folder = folder
        self.touched = []
        for room in ROOMS:
            if (ROOT / room).is_dir():
                shutil.copytree(ROOT / room, folder / room, ignore=LEFT)
            else:
                shutil.copy2(ROOT / room, folder / room)

    def new(self, path, text):
        """A new file."""
        place = self._touch(path)
        assert not place.exists(), path
        place.write_text(text, "utf-8")

    def add(self, path, *pairs):
        """Text behind what stands in a file once; at its end without any."""
        place = self._touch(path)
        text = place.read_text("utf-8")
        for behind, added in pairs:
            assert text.count(behind) == 1, (path, behind, text.count(behind))
            text = text.replace(behind, behind + added)
        place.write_text(text, "utf-8")

    def append(self, path, text):
        """Text at the end of a file."""
        place = self._touch(path)
        place.write_text(place.read_text("utf-8") + text, "utf-8")

    def _touch(self, path):
        if path not in self.touched:
            self.touched.append(path)
        return self.folder / path

    def qlc(self, *words, ok=(0,)):
        """What `qlc … --json` of this house says."""
        done = self._run("-c", "import sys; from console.cli import main; sys.exit(main())", *words, "--json")
        assert done.returncode in ok, (done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def cases(self, path, wanted):
        """Runs the cases of this house whose names hold a word; answers how many held."""
        words = ("-m", "pytest", "-q", "-c", os.devnull, "--rootdir", self.folder, "--noconftest", "-k", wanted)
        done = self._run(*words, "-p", "no:cacheprovider", path)
        assert done.returncode == 0, done.stdout + done.stderr
        return int(re.search(r"(\d+) passed", done.stdout)[1])

    def _run(self, *words):
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"PYTHONPATH": str(self.folder), "QLC_CONFIG": str(self.folder / "config.yaml")}
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        command = [sys.executable, *map(str, words)]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)
