"""The store of a configured workbook."""

from __future__ import annotations

from pathlib import Path

from rules.policy.site import AnyWorkbook, Site
from sync.backends.file import FileStore
from sync.backends.port import Store


def store_of(site: Site, folder: Path, workbook: AnyWorkbook) -> Store:
    """Where a configured workbook is; paths start in `folder`, that of config.yaml."""
    return FileStore(workbook.file(folder), keep_backups=site.backups)
