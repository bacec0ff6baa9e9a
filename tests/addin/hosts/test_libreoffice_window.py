"""Buttons pressed with the mouse in a real LibreOffice on a virtual screen, on the demo company's workbook."""

import os
import time
from pathlib import Path

import openpyxl
import pytest

from addin.hosts.libreoffice.settings import environment
from console.bench.office import office
from tests.office import need_session
from tests.screen import need_screen, screen
from tests.warm import qlc

DRIVER = "tests.addin.hosts.libreoffice_window"
LINKS = "子-2链接负责人"
CHOSEN = os.environ.get("QLC_SCREENSHOTS")
"""A folder for the pictures of the guide."""


class Person:
    """Somebody before the screen."""

    def __init__(self, screen, office):
        self.screen, self.office = screen, office

    def ask(self, action, **facts):
        return self.office.run(DRIVER, action=action, **facts)

    def click(self, name):
        place = self.ask("locate", name=name)
        assert place, f"nothing called {name} on the screen"
        self.screen.click(place)

    def press(self, button, word):
        """A button of the toolbar; what the dialog says that has the word."""
        self.click(button)
        said = "\n".join(self.ask("dialog", word=word))
        assert word in said
        return said

    def photo(self, name):
        """A picture for the guide, where somebody wants them."""
        if CHOSEN:
            time.sleep(0.5)
            self.screen.photo(Path(CHOSEN) / f"libreoffice-{name}.png")

    def until(self, action, good, **facts):
        """What an action answers once it is good; a minute at most, longer on a busy machine."""
        for _ in range(120):
            found = self.ask(action, **facts)
            if good(found):
                break
            time.sleep(0.5)
        return found


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """The demo company, and an export that came in after its last round: seven more of everything in stock."""
    folder = tmp_path_factory.mktemp("company") / "demo"
    assert qlc("demo", str(folder), "--rows", "60").returncode == 0
    old = next((folder / "inbox").rglob("仓库库存明细-20260427.csv"))
    head, *lines = old.read_bytes().decode("gb18030").splitlines()
    columns = head.split(",")
    more = [columns.index(name) for name in ("可用量", "总量")]
    rows = [[str(int(cell) + 7) if at in more else cell for at, cell in enumerate(line.split(","))] for line in lines]
    text = "\r\n".join([head, *map(",".join, rows), ""])
    old.with_name("仓库库存明细-20260504.csv").write_bytes(text.encode("gb18030"))
    return folder, next((folder / "workbooks").glob("*.xlsx"))


@pytest.fixture(scope="module")
def person(company):
    need_session()
    need_screen()
    folder, path = company
    settings = {**environment(), "config": str(folder / "config.yaml")}
    with screen() as shown, office(display=shown.display, settings=settings) as running:
        somebody = Person(shown, running)
        somebody.ask("open", path=str(path))
        yield somebody


def test_check_lists_the_problems_on_a_sheet_and_one_undo_takes_it_back(person):
    person.ask("select", tab=LINKS, area="A2")
    person.photo("toolbar")
    said = person.press("检查本表", "查了")
    person.photo("check")
    assert "K-033" in said
    person.click("确认")
    assert "校验结果" in person.until("tabs", lambda tabs: "校验结果" in tabs)
    person.click("知道了")
    rows = person.ask("cells", tab="校验结果", area="A1:F3")
    assert rows[0][0] == "代码"
    assert rows[1][4].startswith("查了 61 行")
    assert rows[2][0] == "K-033"
    assert person.ask("undo titles")[:1] == ["全流程"]
    person.screen.key("ctrl+z")
    assert "校验结果" not in person.until("tabs", lambda tabs: "校验结果" not in tabs)


def test_a_sync_is_previewed_written_into_the_open_book_and_undone(person):
    person.ask("select", tab="库存数据", area="A2")
    before = person.ask("cells", tab="库存数据", area="A1:X63")
    preview = person.press("看看会改什么", "会写")
    person.photo("preview")
    person.click("知道了")
    assert person.ask("cells", tab="库存数据", area="A1:X63") == before
    said = person.press("立即同步", "会写")
    assert said.splitlines()[1] == preview.splitlines()[1]
    person.click("确认")
    assert "写了 8 格" in "\n".join(person.ask("dialog", word="写了"))
    after = person.ask("cells", tab="库存数据", area="A1:X63")
    changed = sum(a != b for old, new in zip(before, after, strict=True) for a, b in zip(old, new, strict=True))
    assert changed > 8
    person.photo("synced")
    person.click("知道了")
    person.screen.key("ctrl+z")
    assert person.until("cells", lambda cells: cells == before, tab="库存数据", area="A1:X63") == before


def test_empty_skus_are_made_and_undone(person, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "新品"
    for row in (
        ["品牌", "品名", "款式", "装数", "站点", "SKU"],
        ["HIFILUZ", "球泡灯", "WIFI款", 8, "加拿大站", None],
        ["HIFILUZ", "车顶射灯", "12V款", 4, "墨西哥站", None],
    ):
        sheet.append(row)
    book.save(tmp_path / "skus.xlsx")
    person.ask("open", path=str(tmp_path / "skus.xlsx"))
    person.ask("select", tab="新品", area="A2:F3")
    person.press("生成SKU", "要填 2 个 SKU")
    person.photo("skus")
    person.click("确认")
    made = person.until("cells", lambda cells: cells[0][0] != "", tab="新品", area="F2:F3")
    assert made == [["HI-QPD-WiFi-8PCS-CA"], ["HI-CDSD-12V-4PCS-MX"]]
    person.click("知道了")
    person.screen.key("ctrl+z")
    assert person.until("cells", lambda cells: cells[0][0] == "", tab="新品", area="F2:F3") == [[""], [""]]


def test_a_question_is_asked_and_can_be_left(person):
    person.ask("select", tab="新品", area="F2:F3")
    said = person.press("填充公式", "公式")
    person.photo("question")
    person.click("取消")
    assert said
    assert person.ask("cells", tab="新品", area="F2:F3") == [[""], [""]]


def test_the_function_wizard_explains_in_chinese(person):
    person.ask("select", tab="新品", area="H2")
    person.ask("dispatch", command=".uno:EnterString", given={"StringName": '=LEADTIME.备货周期("车机";"快线")'})
    person.ask("select", tab="新品", area="H2")
    assert person.ask("cells", tab="新品", area="H2") == [[71]]
    person.ask("select", tab="新品", area="H4")
    person.ask("dispatch", command=".uno:FunctionDialog")
    time.sleep(1)
    person.screen.do("type", "--delay", 60, "LEADTIME")
    person.screen.key("Tab", "Tab", "Down", "Home", "alt+n")
    time.sleep(1)
    person.photo("wizard")
    person.screen.key("Escape")


def test_a_wrong_sheet_is_named(person):
    person.ask("select", tab="新品", area="A1")
    assert "K-" in person.press("周转测算", "K-")
    person.click("知道了")


def test_a_press_without_an_environment_says_what_to_install(tmp_path):
    need_session()
    need_screen()
    book = openpyxl.Workbook()
    book.active["A1"] = '=LEADTIME("车机")'
    book.save(tmp_path / "b.xlsx")
    with screen() as shown, office(display=shown.display, settings={"python": "2.7"}) as running:
        somebody = Person(shown, running)
        somebody.ask("open", path=str(tmp_path / "b.xlsx"))
        somebody.click("检查本表")
        names = somebody.until("names", lambda names: any("2.7" in name for name in names))
        assert any("libreoffice.json" in name for name in names)
