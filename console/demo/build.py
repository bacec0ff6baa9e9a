"""Puts the demo company on disk: configuration, workbook, inbox; then the second week."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import yaml

from console.demo.catalogue import STORES
from console.demo.company import make_company
from console.demo.content import first_pages
from console.demo.files import saved_at
from console.demo.history import advance_week
from console.demo.inbox import AMAZON_STORE, ERP, FILTERED, drop
from console.demo.people import ALIASES, edit_as_people
from console.demo.records import Company
from console.demo.workbook import build
from rules.errors import Code, Error
from rules.policy.loader import packaged_path

C_FOLDER = Code(
    "C-060",
    "{file} 里有别的东西({found}),不覆盖",
    "{file} holds something else ({found}) and is not overwritten",
    "换一个空文件夹,例如 qlc demo demo2",
    "name an empty folder, for example qlc demo demo2",
)

WORKBOOK = "全流程数据"
BOOK = Path("workbooks") / f"{WORKBOOK}.xlsx"
MARK = "demo.json"
"""The file that says a folder is a demo, and of which size and seed."""

PARTS = ("config.yaml", "workbooks", "inbox", "state", MARK)
"""Everything that a demo consists of; nothing else is removed when it is made anew."""


def make(folder: Path, rows: int, seed: int) -> Company:
    """Writes the company's first day; an earlier demo in `folder` is replaced.

    Raises:
        Error: C-060 when `folder` is a file or holds anything but an earlier demo.
    """
    clear(folder)
    company = make_company(rows, seed)
    (folder / MARK).write_text(json.dumps({"rows": rows, "seed": seed}) + "\n", "utf-8")
    write_config(folder / "config.yaml")
    build(folder / BOOK, first_pages(company))
    saved_at(folder / BOOK, company.day, 9, 0)
    drop(company, folder / "inbox")
    return company


def second_week(folder: Path, company: Company) -> Company:
    """People edit the workbook as the last round left it, and a week later new exports arrive."""
    later = advance_week(company)
    edit_as_people(folder / BOOK, company.seed)
    saved_at(folder / BOOK, later.day, 8, 55)
    drop(later, folder / "inbox")
    return later


def clear(folder: Path) -> None:
    """An empty folder to build in. Raises C-060."""
    if folder.exists() and not folder.is_dir():
        raise Error(C_FOLDER, file=folder, found=folder.name)
    if folder.is_dir():
        found = sorted(path.name for path in folder.iterdir())
        if found and MARK not in found:
            raise Error(C_FOLDER, file=folder, found=", ".join(found[:3]))
        for name in PARTS:
            path = folder / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)


def write_config(path: Path) -> None:
    """config.yaml: the rules as shipped, comments included, and the demo's own `site:`."""
    shipped = packaged_path().read_text("utf-8")
    rules = re.search(r"^rules:.*?(?=^site:|\Z)", shipped, re.MULTILINE | re.DOTALL)
    site = {
        "timezone": "Asia/Shanghai",
        "state": "state",
        "inbox": [
            {"path": f"inbox/{ERP}"},
            {"path": f"inbox/{AMAZON_STORE}", "store": AMAZON_STORE},
            {"path": f"inbox/{FILTERED}"},
        ],
        "stores": [{"name": store.name, "site": store.site, "aliases": list(store.aliases)} for store in STORES],
        "workbooks": [{"name": WORKBOOK, "path": BOOK.as_posix()}],
        "column_aliases": ALIASES,
    }
    body = yaml.safe_dump({"site": site}, allow_unicode=True, sort_keys=False, width=110)
    head = "# 演示公司 / the demo company. Made by `qlc demo`; change it as you like.\n"
    path.write_text(f"{head}{rules[0] if rules else ''}{body}", "utf-8", newline="\n")
