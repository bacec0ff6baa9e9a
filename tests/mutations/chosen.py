"""A plugin of pytest: runs the tests that it is told, in that order."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    place = {
        test: at for at, test in enumerate(json.loads(Path(os.environ["QLC_MUTATIONS"]).read_text("utf-8"))["tests"])
    }
    left_out = [item for item in items if item.nodeid not in place]
    items[:] = sorted((item for item in items if item.nodeid in place), key=lambda item: place[item.nodeid])
    config.hook.pytest_deselected(items=left_out)
