"""数据截至: where it is taken from, in which order, and where it is cut."""

import zipfile
from datetime import date, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from rules.policy.site import Site
from sync.ingest.as_of import data_time
from sync.ingest.inside import time_inside
from sync.ingest.read import read
from sync.ingest.stamps import stamp_of
from tests.sync.ingest.files import at, csv_file, xlsx_file, xml_file

SHANGHAI = ZoneInfo("Asia/Shanghai")
SITE = Site()
NOW = datetime(2026, 11, 28, 10)
HEAD = ["店铺", "MSKU", "SKU", "FBA可售", "FBA入库中", "FBA实际在途"]
ROW = ["LOMEESS-CA", "A", "S", 1, 2, 3]


def saved(*moment):
    return datetime(*moment, tzinfo=SHANGHAI).timestamp()


SAVED = saved(2026, 4, 20, 8, 30)


def found(name="库存.csv", modified=SAVED, column=(), inside=None):
    dated = data_time(column, stamp_of(name, NOW), inside, modified, arrived=NOW, zone=SHANGHAI)
    return dated.text, str(dated.source)


def test_the_order_of_the_sources():
    column, inside = [datetime(2026, 4, 18, 7), date(2026, 4, 17)], datetime(2026, 4, 16, 9)
    assert found("库存20260415.csv", column=column, inside=inside) == ("2026-04-18 07:00", "column")
    assert found("库存20260415.csv", inside=inside) == ("2026-04-15", "filename")
    assert found(inside=inside) == ("2026-04-16 09:00", "inside")
    assert found() == ("2026-04-20 08:30 估算", "mtime")


@pytest.mark.parametrize(
    ("name", "column"), [("库存20260420.csv", ()), ("库存.csv", [date(2026, 4, 20)]), ("x2026-04-01~2026-04-20", ())]
)
def test_a_day_takes_the_hour_of_the_modification_on_that_day(name, column):
    assert found(name, saved(2026, 4, 20, 8, 30), column)[0] == "2026-04-20 08:30"
    assert found(name, saved(2026, 4, 21, 8, 30), column)[0] == "2026-04-20"
    assert found(name, saved(2026, 4, 19, 23, 59), column)[0] == "2026-04-20"


def test_a_stamp_with_an_hour_keeps_it():
    assert found("库存20260420 070000.csv", saved(2026, 4, 20, 8, 30))[0] == "2026-04-20 07:00"


def test_nothing_lies_after_the_arrival():
    cut = "2026-11-28 10:00 估算"
    assert found("x（2026-11-01~2026-12-30）.xlsx") == (cut, "filename")
    assert found("x21000101.csv") == (cut, "filename")
    assert found("x20261128 235959.csv") == (cut, "filename")
    assert found(column=[date(2100, 1, 1)]) == (cut, "column")
    assert found(modified=saved(2027, 1, 1)) == (cut, "mtime")
    assert found("x20261128.csv")[0] == "2026-11-28", "today is not the future"


def test_a_single_cell_of_the_year_2100_does_not_make_a_file_new():
    assert found(column=[date(2026, 4, 18), date(2100, 1, 1)]) == ("2026-04-18 估算", "column")


@pytest.mark.parametrize("modified", [0, -1, saved(1980, 1, 1), 1e18])
def test_a_modification_time_that_no_clock_sets_is_none(modified):
    assert found(modified=modified) == ("2026-11-28 10:00 估算", "mtime")


@pytest.mark.parametrize("inside", [datetime(1980, 1, 1), datetime(2006, 9, 16), datetime(2026, 11, 28, 11)])
def test_a_constant_inside_the_file_or_one_of_the_future_is_none(inside):
    assert found(inside=inside)[1] == "mtime"


def core(made, saved_):
    both = (
        f"<dcterms:{tag} xsi:type='dcterms:W3CDTF'>{text}</dcterms:{tag}>" for tag, text in made_saved(made, saved_)
    )
    return f"<cp:coreProperties xmlns:cp='c' xmlns:dcterms='d' xmlns:xsi='x'>{''.join(both)}</cp:coreProperties>"


def made_saved(made, saved_):
    return [(tag, text) for tag, text in (("created", made), ("modified", saved_)) if text]


def workbook(path, made, saved_):
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("docProps/core.xml", core(made, saved_))
    return path.read_bytes()


@pytest.mark.parametrize(
    ("made", "again", "wanted"),
    [
        ("2026-04-20T00:30:00Z", "2026-04-20T00:30:00Z", datetime(2026, 4, 20, 8, 30)),
        ("2026-04-20T00:30:00Z", "2026-11-20T00:30:00Z", datetime(2026, 4, 20, 8, 30)),  # opened and saved again
        ("2019-04-20T00:30:00Z", "2026-04-20T00:30:00Z", datetime(2026, 4, 20, 8, 30)),  # from a template
        (None, "2026-04-20T08:30:00+08:00", datetime(2026, 4, 20, 8, 30)),
        ("2026-04-20T08:30:00", None, datetime(2026, 4, 20, 8, 30)),  # no zone: as written
        ("yesterday morning", None, None),
        (None, None, None),
    ],
)
def test_the_time_in_the_properties_of_a_workbook(made, again, wanted, tmp_path):
    assert time_inside(workbook(tmp_path / "x.xlsx", made, again), "xlsx", SHANGHAI) == wanted


def test_what_another_program_wrote_into_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active.append(ROW)
    book.properties.created = datetime(2026, 4, 20, 0, 30)  # openpyxl's times are UTC
    book.save(tmp_path / "x.xlsx")
    export = read(at(tmp_path / "x.xlsx", 2026, 5, 5), site=SITE, arrived=NOW)
    assert (export.as_of, export.as_of_source) == (datetime(2026, 4, 20, 8, 30), "inside")


def test_document_properties_of_an_xml_workbook(tmp_path):
    path = xml_file(tmp_path, [HEAD, ROW])
    properties = (
        '<DocumentProperties xmlns="urn:schemas-microsoft-com:office:office">'
        "<Created>2026-04-20T00:30:00Z</Created></DocumentProperties>"
    )
    path.write_text(path.read_text("utf-8").replace("<Worksheet", properties + "<Worksheet", 1), "utf-8")
    export = read(path, site=SITE, arrived=NOW)
    assert (export.as_of, export.as_of_source) == (datetime(2026, 4, 20, 8, 30), "inside")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04" + b"x" * 40, b"<html><x:created>soon</x:created>"])
def test_what_can_not_be_read_says_nothing(data):
    assert time_inside(data, "xlsx", SHANGHAI) is None
    assert time_inside(data, "html", SHANGHAI) is None


def test_reading_a_file_decides(tmp_path):
    plain = at(csv_file(tmp_path, [HEAD, ROW]), 2026, 4, 20, 8, 30)
    local = datetime.fromtimestamp(plain.stat().st_mtime, SHANGHAI).replace(tzinfo=None)
    assert (read(plain, site=SITE, arrived=NOW).as_of, read(plain, site=SITE, arrived=NOW).as_of_source) == (
        local,
        "mtime",
    )
    dated = csv_file(tmp_path, [[*HEAD, "更新时间"], [*ROW, "2026/4/18"]], name="库存20260101.csv")
    export = read(dated, site=SITE, arrived=NOW)
    assert (export.as_of_text, export.as_of_source) == ("2026-04-18", "column")


SALES = ["ASIN", "MSKU", "店铺", "国家", "销量", "销售额", "销量环比"]


@pytest.mark.parametrize(
    ("name", "arrived", "field", "wanted"),
    [
        ("产品表现_2026-04-13_2026-04-19.xlsx", NOW, "daily_7", 10.0),
        ("产品表现（2026-11-01~2026-11-30）.xlsx", datetime(2026, 11, 14, 9), "daily_14", 5.0),
        ("产品表现（2026-11-01~2026-11-30）.xlsx", NOW, "daily_30", None),
        ("产品表现（2026-11-01~2026-11-30）.xlsx", datetime(2026, 12, 1), "daily_30", 70 / 30),
    ],
)
def test_sales_per_day_count_the_days_that_have_passed(name, arrived, field, wanted, tmp_path):
    path = xlsx_file(tmp_path, {"S": [SALES, ["B01", "A", "LOMEESS-CA", "加拿大", 70, 1, None]]}, name=name)
    table = read(path, site=SITE, arrived=arrived).table
    assert (table.values(field) if field in table.data else [None]) == [wanted]


def test_the_last_day_of_a_window_is_whole_once_it_has_ended():
    """Saved on its last day it is of that hour; exported later it holds all of that day."""

    def rank(name, *modified):
        stamp = stamp_of(name, NOW)
        return data_time((), stamp, None, saved(*modified), arrived=NOW, zone=SHANGHAI).rank

    window = "x（2026-04-01~2026-04-20）.xlsx"
    assert rank(window, 2026, 4, 20, 8, 30) == datetime(2026, 4, 20, 8, 30)
    assert rank(window, 2026, 4, 21, 8, 30) == datetime(2026, 4, 21)
    assert rank("x20260420.xlsx", 2026, 4, 21, 8, 30) == datetime(2026, 4, 20), "of a single day the hour is lost"
    assert rank("x（2026-11-01~2026-11-28）.xlsx", 2026, 4, 20) == datetime(2026, 11, 28), "today has not ended"
    assert rank("x（2026-11-01~2026-11-30）.xlsx", 2026, 4, 20) == NOW
