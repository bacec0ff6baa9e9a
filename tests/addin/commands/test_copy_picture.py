"""复制为图片: a PNG of what is selected."""

import io
from datetime import date

import pytest
from PIL import Image

from addin.commands import fonts
from addin.commands.catalogue import COMMANDS
from rules.errors import Error
from sheets_schema.cells import CellError
from tests.addin.commands.desk import desk, in_memory

ROWS = [
    ["货件号", "数量", "预计到达", "备注"],
    ["FBA18SHTRFPP", 1200.5, date(2025, 4, 3), "一段很长的备注" * 10],
    ["FBA18SHTRFPP", 3, None, CellError("#N/A")],
    [None, None, None, None],
    ["其他", True, None, "第一行\n第二行"],
]


def picture(cells="A1", rows=ROWS):
    preview = COMMANDS["copy_picture"].run(desk(in_memory({"表": rows}), cells))
    assert not preview.needs_confirmation
    return Image.open(io.BytesIO(preview.picture))


def has_ink(image, box):
    return len(set(image.crop(box).convert("L").tobytes())) > 2


@pytest.fixture(autouse=True)
def _needs_a_font():
    try:
        fonts.chinese_font(12)
    except Error:
        pytest.skip("no Chinese font on this computer (fonts-wqy-zenhei)")


def test_all_of_the_tab_for_a_single_cell():
    image = picture()
    assert image.format == "PNG"
    assert image.height == 5 * 44 + 1
    assert has_ink(image, (2, 2, 100, 42))


def test_only_the_selection_without_blanks_at_its_end():
    assert picture("A2:B400").height == 4 * 44 + 1
    assert picture("A2:A3").size < picture("A2:B3").size


@pytest.mark.parametrize(("cells", "is_shaded"), [("A1:B3", True), ("A1:B1", True), ("A2:B4", False), ("A3:B3", False)])
def test_the_header_is_shaded_where_it_is_selected(cells, is_shaded):
    assert (picture(cells).getpixel((4, 4)) != (255, 255, 255)) == is_shaded


@pytest.mark.parametrize(
    ("cells", "rows", "code"),
    [
        ("A4:D4", ROWS, "K-052"),
        ("A1", [[1]] * 201, "K-051"),
        ("A1", [list(range(41))], "K-051"),
        ("A1", [["长" * 40] * 40] * 200, "K-051.* px"),
        ("A1", [], "K-052"),
    ],
)
def test_what_makes_no_picture(cells, rows, code):
    with pytest.raises(Error, match=code):
        picture(cells, rows)


def test_no_font_is_said(monkeypatch):
    monkeypatch.setattr(fonts, "_candidates", lambda: iter(()))
    fonts._font_file.cache_clear()
    try:
        with pytest.raises(Error, match="K-050"):
            picture()
    finally:
        monkeypatch.undo()
        fonts._font_file.cache_clear()
