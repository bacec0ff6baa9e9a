"""Every patch that runs in the tests' own process is linted: the file made against the one it was made of.

The patcher's own proof is where it passes; a copy of that call looks at both files after it.
"""

import hashlib
import os
import shutil
from collections import Counter
from functools import partial
from pathlib import Path

from sync.backends.workbook import patcher
from tests.package_lint.linter import lint

KEEP = "QLC_KEEP_PATCHES"
"""The variable that names a folder: both files of each patch are kept there, for other judges."""
_LARGEST = 1_500_000
"""Bytes; larger ones are made for measuring."""


class Patches:
    """What was found since it was last asked; files are looked at once by their bytes."""

    def __init__(self):
        self.found, self._known = [], {}

    def watch(self, monkeypatch):
        monkeypatch.setattr(patcher, "verify", partial(self._verify, patcher.verify))

    def take(self):
        found, self.found = self.found, []
        return found

    def _verify(self, verify, book, target, *rest):
        verify(book, target, *rest)
        if max(Path(book.path).stat().st_size, Path(target).stat().st_size) < _LARGEST:
            new = Counter(self._lint(target)) - Counter(self._lint(book.path))
            self.found += [f"{Path(book.path).name}: {finding}" for finding in new.elements()]
            if os.environ.get(KEEP):
                self._keep(Path(os.environ[KEEP]), Path(book.path), Path(target))

    def _lint(self, path):
        key = hashlib.sha256(Path(path).read_bytes()).digest()
        if key not in self._known:
            self._known[key] = lint(path)
        return self._known[key]

    def _keep(self, folder, before, after):
        number = len(list(folder.iterdir())) // 2
        for state, path in (("before", before), ("after", after)):
            shutil.copyfile(path, folder / f"{number:04} {state} {before.stem}{before.suffix}")
