"""What of the inbox counts, over days: nothing rolls back, whatever is done to old files."""

import os
import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rules.errors import Error
from rules.policy.loader import packaged
from rules.policy.site import Site
from sheets_schema.sheets import SHEETS
from sync.files import news
from sync.files.inbox import KEPT_WORDS, arrivals, remember
from sync.files.theirs import theirs
from sync.plan.force import parse_force
from sync.state.database import State
from sync.state.files import FileState

MONDAY = datetime(2026, 4, 27, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai."""
TITLES = ("店铺", "MSKU", "SKU", "所属仓库", "FBA可售", "FBA入库中", "FBA标发在途")
MSKUS = [f"M{number:02}" for number in range(30)]


class Company:
    """An inbox with two stores' folders, and the days that go by."""

    def __init__(self, folder):
        self.folder = folder
        self.now = MONDAY
        self.site = {
            "stores": [{"name": "LOMEESS-CA"}, {"name": "HIMICAR-MX"}],
            "inbox": [
                {"path": "inbox"},
                {"path": "inbox/CA", "store": "LOMEESS-CA"},
                {"path": "inbox/MX", "store": "HIMICAR-MX"},
            ],
        }
        for inbox in self.site["inbox"]:
            (folder / inbox["path"]).mkdir(exist_ok=True)
        self.configure()

    def configure(self):
        self.config = replace(packaged(), site=Site.model_validate(self.site), path=self.folder / "config.yaml")

    def drop(self, name, values, *, saved=None, store="LOMEESS-CA", titles=TITLES):
        """A list of pieces per MSKU, saved `saved` (now by default)."""
        rows = [dict(zip(TITLES, (store, msku, "S", "仓", value, 0, 0), strict=True)) for msku, value in values.items()]
        lines = [",".join(titles), *(",".join(str(row[title]) for title in titles) for row in rows)]
        path = self.folder / "inbox" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return self.touch(path, saved)

    def touch(self, path, saved=None):
        moment = (saved or self.now).timestamp()
        os.utime(path, (moment, moment))
        return path

    def round(self, *force, dry_run=False):
        """One look; answers what it found."""
        with State(self.folder / "state") as state:
            found = arrivals(self.config, state, parse_force(force), self.now)
            if not dry_run:
                with state.begin():
                    remember(state, found)
        self.library = found.library
        self.fresh = [Path(export.path).name for export in found.fresh]
        self.held = {(error.code.id, Path(error.file).name) for error in found.held}
        self.said = [error.text() for error in found.held]
        self.now += timedelta(minutes=5)
        return self

    def stock(self):
        """FBA可售 by MSKU, and by store where the same MSKU is in both."""
        answer = theirs(SHEETS["库存数据"], self.library, [])
        if not len(answer.table):
            return {}
        columns = [answer.table.values(title) for title in ("MSKU", "FBA可售", "店铺")]
        cells = list(zip(*columns, strict=True))
        if len({msku for msku, *_ in cells}) < len(cells):
            return {(store, msku): value for msku, value, store in cells}
        return {msku: value for msku, value, _ in cells}

    def as_of(self):
        return theirs(SHEETS["库存数据"], self.library, []).as_of

    def files(self):
        with State(self.folder / "state") as state:
            return {Path(file.path).name: file for file in state.files.all()}


def full(value, msku=MSKUS):
    return dict.fromkeys(msku, value)


OLD, NEW = full(10.0), full(20.0)


@pytest.fixture
def company(tmp_path):
    return Company(tmp_path)


@pytest.fixture
def two_weeks(company):
    """Last week's list and this week's, each used in its week."""
    company.now -= timedelta(days=7)
    company.drop("库存20260420.csv", OLD)
    company.round()
    company.now = MONDAY
    company.drop("库存20260427.csv", NEW)
    assert company.round().stock() == NEW
    return company


def path_of(company, name):
    return company.folder / "inbox" / name


def touch(company):
    company.touch(path_of(company, "库存20260420.csv"))
    return "库存20260420.csv"


def copy(company):
    shutil.copy(path_of(company, "库存20260420.csv"), path_of(company, "库存20260420 (2).csv"))
    return "库存20260420 (2).csv"


def unpack(company):
    """Out of an archive, with its own time, in a folder of its own."""
    path_of(company, "归档").mkdir()
    shutil.copy2(path_of(company, "库存20260420.csv"), path_of(company, "归档/库存20260420.csv"))
    return "库存20260420.csv"


def rename(company):
    company.touch(path_of(company, "库存20260420.csv").rename(path_of(company, "最新库存.csv")))
    return "最新库存.csv"


def redate(company):
    """A name with a later stamp does not make numbers new that were replaced since."""
    shutil.copy(path_of(company, "库存20260420.csv"), path_of(company, "库存20260428.csv"))
    company.now += timedelta(days=2)
    return "库存20260428.csv"


@pytest.mark.parametrize("deed", [touch, copy, unpack, rename, redate], ids=lambda deed: deed.__name__)
def test_old_bytes_are_never_newer(two_weeks, deed):
    name = deed(two_weeks)
    two_weeks.now += timedelta(hours=1)
    planned = two_weeks.round(dry_run=True)
    assert (planned.stock(), planned.held) == (NEW, {("G-003", name)})
    assert two_weeks.round().stock() == NEW
    assert two_weeks.held == {("G-003", name)}
    assert "库存20260427.csv" in two_weeks.said[0], "the newer file is named"
    assert two_weeks.round().stock() == NEW
    assert not two_weeks.held, "a second look repeats nothing"


def test_a_file_that_is_moved_as_it_is_is_no_news(two_weeks):
    path_of(two_weeks, "旧的").mkdir()
    path_of(two_weeks, "库存20260420.csv").rename(path_of(two_weeks, "旧的/库存20260420.csv"))
    assert two_weeks.round().held == set()


def test_the_last_word_again_changes_nothing(two_weeks):
    shutil.copy(path_of(two_weeks, "库存20260427.csv"), path_of(two_weeks, "又一次.csv"))
    two_weeks.touch(path_of(two_weeks, "库存20260427.csv"), MONDAY + timedelta(days=3))
    two_weeks.now += timedelta(days=3)
    two_weeks.round()
    assert (two_weeks.fresh, two_weeks.held, two_weeks.as_of()) == ([], set(), {"FBA库存明细": "2026-04-27 10:00"})


def test_a_name_with_a_later_stamp_confirms_the_last_word(two_weeks):
    two_weeks.now += timedelta(days=3)
    shutil.copy2(path_of(two_weeks, "库存20260427.csv"), path_of(two_weeks, "库存20260429.csv"))
    two_weeks.round()
    assert (two_weeks.fresh, two_weeks.stock()) == (["库存20260429.csv"], NEW)
    assert two_weeks.as_of() == {"FBA库存明细": "2026-04-29"}
    two_weeks.drop("库存20260428.csv", full(15.0))
    assert two_weeks.round().stock() == NEW
    assert two_weeks.held == {("G-003", "库存20260428.csv")}


def test_a_word_that_later_files_repeat_is_confirmed(two_weeks):
    two_weeks.now += timedelta(days=1)
    two_weeks.drop("库存20260428.csv", full(20.0, MSKUS[:5]))
    two_weeks.round()
    two_weeks.now += timedelta(days=2)
    shutil.copy(path_of(two_weeks, "库存20260427.csv"), path_of(two_weeks, "库存20260430.csv"))
    two_weeks.round()
    assert (two_weeks.fresh, two_weeks.held) == (["库存20260430.csv"], set())


def test_a_partly_replaced_word_is_not_confirmed(two_weeks):
    two_weeks.now += timedelta(days=1)
    two_weeks.drop("库存20260428.csv", full(30.0, MSKUS[:5]))
    two_weeks.round()
    two_weeks.now += timedelta(days=2)
    shutil.copy(path_of(two_weeks, "库存20260427.csv"), path_of(two_weeks, "库存20260430.csv"))
    two_weeks.round()
    assert ("G-003", "库存20260430.csv") in two_weeks.held
    assert two_weeks.stock() == NEW | full(30.0, MSKUS[:5])


def test_what_was_decided_outlives_the_rows(two_weeks):
    """Superseded long ago, its rows forgotten: the bytes are still old."""
    for week in range(1, KEPT_WORDS + 3):
        two_weeks.now = MONDAY + timedelta(weeks=week)
        two_weeks.drop(f"库存{two_weeks.now:%Y%m%d}.csv", full(100.0 + week))
        two_weeks.round()
    kept = {name for name, file in two_weeks.files().items() if file.state is FileState.SUPERSEDED and file.kept}
    assert len(kept) == KEPT_WORDS
    assert "库存20260420.csv" not in kept
    two_weeks.touch(path_of(two_weeks, "库存20260420.csv").rename(path_of(two_weeks, "x.csv")))
    latest = full(100.0 + KEPT_WORDS + 2)
    assert two_weeks.round().stock() == latest
    assert ("G-003", "x.csv") in two_weeks.held


def test_old_numbers_in_other_bytes_are_held(two_weeks):
    """Saved again, or exported with a filter: other bytes, last week's numbers."""
    two_weeks.now += timedelta(days=1)
    two_weeks.drop("工作簿1.csv", full(10.0, MSKUS[:22]))
    two_weeks.round()
    assert (two_weeks.stock(), two_weeks.held) == (NEW, {("G-020", "工作簿1.csv")})
    assert all(name in two_weeks.said[0] for name in ("工作簿1.csv", "库存20260420.csv", "22"))
    assert two_weeks.round().held == {("G-020", "工作簿1.csv")}, "it is asked until somebody answers"
    two_weeks.round("G-020=工作簿1.csv")
    assert two_weeks.stock() == NEW | full(10.0, MSKUS[:22])


def test_an_ordinary_week_is_no_return(two_weeks):
    two_weeks.now += timedelta(days=7)
    values = {msku: 10.0 if number % 8 == 0 else 30.0 + number for number, msku in enumerate(MSKUS)}
    two_weeks.drop("库存20260504.csv", values)
    assert two_weeks.round().stock() == values
    assert not two_weeks.held


def test_a_held_file_that_is_touched_is_no_newer(two_weeks):
    """Its data time was decided when it was first seen, though it was not taken then."""
    two_weeks.now += timedelta(hours=1)
    two_weeks.drop("工作簿1.csv", full(10.0, MSKUS[:25]))
    two_weeks.round()
    two_weeks.now += timedelta(days=1)
    two_weeks.drop("库存20260428.csv", full(40.0))
    two_weeks.round()
    two_weeks.touch(path_of(two_weeks, "工作簿1.csv"))
    assert two_weeks.round().stock() == full(40.0)
    assert two_weeks.held == {("G-003", "工作簿1.csv")}


def test_forcing_names_one_of_several(two_weeks):
    two_weeks.drop("库存20260401.csv", full(1.0, MSKUS[:3]))
    two_weeks.drop("库存20260402.csv", full(2.0, MSKUS[3:6]))
    two_weeks.round()
    assert {name for _, name in two_weeks.held} == {"库存20260401.csv", "库存20260402.csv"}
    with pytest.raises(Error, match="G-021") as caught:
        two_weeks.round("G-003")
    assert "--force G-003=库存20260402.csv" in caught.value.text()
    with pytest.raises(Error, match="G-022") as caught:
        two_weeks.round("G-003=没有.csv")
    assert "--force G-003=库存20260402.csv" in caught.value.text(), "what was said before is still held"
    two_weeks.round("G-003=库存20260402.csv")
    assert two_weeks.stock() == NEW | full(2.0, MSKUS[3:6])
    assert two_weeks.round("G-003").stock() == NEW | full(2.0, MSKUS[3:6]) | full(1.0, MSKUS[:3]), "one is left"
    assert two_weeks.round().stock() == NEW | full(2.0, MSKUS[3:6]) | full(1.0, MSKUS[:3]), "it stays"


def test_a_forced_file_shows_its_own_time_and_yields_to_the_next(two_weeks):
    two_weeks.round("G-003=库存20260420.csv")
    assert two_weeks.stock() == OLD
    assert two_weeks.as_of() == {"FBA库存明细": "2026-04-20 10:00"}
    two_weeks.now += timedelta(days=1)
    two_weeks.drop("库存20260428.csv", full(25.0))
    assert two_weeks.round().stock() == full(25.0)


def test_a_list_that_is_called_whole_stays_whole(two_weeks):
    two_weeks.now += timedelta(days=1)
    two_weeks.drop("库存20260428.csv", full(21.0, MSKUS[:6]))
    two_weeks.round()
    assert two_weeks.held == {("G-002", "库存20260428.csv")}
    assert "--force G-002=库存20260428.csv" in two_weeks.said[0]
    two_weeks.round("G-002=库存20260428.csv")
    assert two_weeks.stock() == full(21.0, MSKUS[:6])
    two_weeks.round()
    assert (two_weeks.stock(), two_weeks.held) == (full(21.0, MSKUS[:6]), set())


def test_drift_and_empty_files_are_lifted_by_name(two_weeks):
    two_weeks.now += timedelta(days=1)
    two_weeks.drop("空20260428.csv", {})
    two_weeks.drop("少列20260428.csv", full(22.0), titles=("店铺", "MSKU", "所属仓库", "FBA可售"))
    two_weeks.round()
    assert two_weeks.held == {("G-001", "空20260428.csv"), ("G-004", "少列20260428.csv")}
    two_weeks.round("G-004=少列20260428.csv")
    assert two_weeks.stock() == full(22.0)
    assert two_weeks.held == {("G-001", "空20260428.csv")}
    two_weeks.round("G-001=空20260428.csv")
    assert (two_weeks.held, two_weeks.stock()) == (set(), full(22.0))


def test_columns_are_missed_that_the_newest_file_had_not_the_oldest(company):
    """Two stores' files are in force, of two days and with other columns."""
    few = ("店铺", "MSKU", "所属仓库", "FBA可售")
    company.drop("墨20260425.csv", full(5.0), store="HIMICAR-MX", titles=few)
    company.round()
    company.drop("加20260426.csv", OLD)
    assert company.round().held == set()
    company.drop("加20260427.csv", NEW, titles=few)
    assert company.round().held == {("G-004", "加20260427.csv")}


def test_columns_that_only_an_older_file_had_are_not_missed(company):
    few = ("店铺", "MSKU", "所属仓库", "FBA可售")
    company.drop("墨20260425.csv", full(5.0), store="HIMICAR-MX")
    company.round()
    company.drop("加20260426.csv", OLD, titles=few)
    company.round("G-004=加20260426.csv")
    company.drop("加20260427.csv", NEW, titles=few)
    assert company.round().held == set()


def test_an_older_file_with_fewer_columns_is_old_not_drifted(two_weeks):
    two_weeks.drop("少列20260401.csv", full(22.0), titles=("店铺", "MSKU", "所属仓库", "FBA可售"))
    assert two_weeks.round().held == {("G-003", "少列20260401.csv")}


def test_a_window_or_year_of_the_future_blocks_nothing(company):
    company.drop("库存21000101.csv", full(1.0))
    company.round()
    assert company.as_of() == {"FBA库存明细": "2026-04-27 10:00 估算"}
    company.now += timedelta(days=1)
    company.drop("库存20260428.csv", full(2.0))
    assert company.round().stock() == full(2.0)


def test_a_month_that_has_not_ended_yields_to_the_next_days_window(company):
    company.drop("库存（2026-04-01~2026-04-30）.csv", full(1.0))
    company.round()
    assert company.as_of() == {"FBA库存明细": "2026-04-27 10:00 估算"}
    company.now += timedelta(days=1)
    company.drop("库存（2026-04-21~2026-04-27）.csv", full(2.0))
    assert (company.round().stock(), company.as_of()) == (full(2.0), {"FBA库存明细": "2026-04-27"})


def test_two_files_that_nothing_tells_apart_are_asked_about(company):
    moment = MONDAY - timedelta(hours=1)
    company.drop("a/库存20260427.csv", full(1.0), saved=moment)
    company.drop("b/库存20260427.csv", full(2.0), saved=moment)
    company.round()
    assert company.held == {("G-023", "库存20260427.csv")}
    assert len(company.said) == 2
    assert company.stock() == {}
    assert company.round("G-023=b/库存20260427.csv").stock() == full(2.0)
    assert company.round().stock() == full(2.0), "the other one is older now"


def test_the_later_modification_decides_between_two_that_arrive_together(company):
    company.drop("a.csv", full(1.0), saved=MONDAY + timedelta(days=30))
    company.drop("b.csv", full(2.0), saved=MONDAY + timedelta(days=31))  # both are cut at the arrival
    company.round()
    assert (company.stock(), company.held) == (full(2.0), {("G-003", "a.csv")})


def test_equal_times_with_equal_values_are_no_question(company):
    for name in ("a", "b"):
        company.drop(f"{name}/库存20260427.csv", full(1.0, MSKUS[: 20 if name == "a" else 30]), saved=MONDAY)
    company.round()
    assert (company.stock(), {code for code, _ in company.held}) == (full(1.0), set())


STORELESS = TITLES[1:]


def test_the_same_bytes_in_two_stores_folders_are_two_stores_data(company):
    company.drop("CA/库存20260427.csv", full(5.0, MSKUS[:2]), titles=STORELESS)
    company.drop("MX/库存20260427.csv", full(5.0, MSKUS[:2]), titles=STORELESS)
    company.round()
    assert company.stock() == {(store, msku): 5.0 for store in ("LOMEESS-CA", "HIMICAR-MX") for msku in MSKUS[:2]}
    company.now += timedelta(days=1)
    company.drop("CA/库存20260428.csv", full(6.0, MSKUS[:2]), titles=STORELESS)
    assert company.round().stock()["HIMICAR-MX", "M00"] == 5.0


def test_the_same_bytes_in_another_stores_folder_are_as_old_as_they_were(company):
    company.drop("CA/库存.csv", full(5.0, MSKUS[:2]), titles=STORELESS, saved=MONDAY - timedelta(days=9))
    company.round()
    company.now += timedelta(days=1)
    shutil.copy(path_of(company, "CA/库存.csv"), path_of(company, "MX/库存.csv"))
    company.round()
    assert [export.as_of_text for export in company.library.index("FBA库存明细").exports] == [
        "2026-04-18 10:00 估算"
    ] * 2


def test_a_file_that_names_its_stores_is_one_wherever_it_lies(company):
    company.drop("CA/库存20260427.csv", full(5.0))
    shutil.copy2(path_of(company, "CA/库存20260427.csv"), path_of(company, "MX/库存20260427.csv"))
    company.round()
    assert (len(company.fresh), company.stock()) == (1, full(5.0))


def test_unseen_bytes_under_two_names_take_the_stamp(company):
    path = company.drop("aaa.csv", full(5.0))
    shutil.copy(path, path_of(company, "库存20260420.csv"))
    company.round()
    assert (company.fresh, company.as_of()) == (["库存20260420.csv"], {"FBA库存明细": "2026-04-20"})


def test_a_store_that_is_registered_later_acts_without_a_new_export(company):
    company.drop("库存20260427.csv", full(5.0, MSKUS[:3]))
    company.drop("MX库存20260427.csv", full(7.0, MSKUS[3:6]), store="新店 美国")
    company.round()
    assert company.stock() == full(5.0, MSKUS[:3])
    company.site["stores"].append({"name": "HIMI-US", "aliases": ["新店 美国"]})
    company.configure()
    company.round()
    assert company.stock() == full(5.0, MSKUS[:3]) | full(7.0, MSKUS[3:6])
    assert company.fresh == []


def test_titles_that_are_registered_later_act_while_the_file_lies_there(company):
    company.drop("库存20260427.csv", full(5.0, MSKUS[:3]))
    text = path_of(company, "库存20260427.csv").read_text("utf-8").replace("FBA入库中", "正在入库")
    company.touch(
        path_of(company, "库存20260427.csv").write_text(text, "utf-8") and path_of(company, "库存20260427.csv")
    )
    company.round()
    assert "FBA入库中" not in theirs(SHEETS["库存数据"], company.library, []).table.data
    company.site["export_aliases"] = {"FBA库存明细": {"fba_receiving": ["正在入库"]}}
    company.configure()
    company.round()
    assert theirs(SHEETS["库存数据"], company.library, []).table.values("FBA入库中") == [0.0] * 3
    assert (company.fresh, company.as_of()) == ([], {"FBA库存明细": "2026-04-27 10:00"})


def test_what_another_reader_or_clock_read_is_read_anew_while_the_file_lies_there(company, monkeypatch):
    text = "店铺,MSKU,SKU,FBA可售,更新时间\nLOMEESS-CA,A,S,5,2026-04-27T01:00:00Z\n"
    company.drop("库存.csv", {}).write_text(text, "utf-8")

    def reading():
        (export,) = company.round().library.index("FBA库存明细").exports
        return export.reading.by, export.reading.table.value("updated_on", 0)

    with monkeypatch.context() as patched:
        patched.setattr("sync.ingest.read.READER", "old")
        assert reading() == ("old Asia/Shanghai", datetime(2026, 4, 27, 9))
        assert reading() == ("old Asia/Shanghai", datetime(2026, 4, 27, 9))
    by, _ = reading()
    assert by.endswith(" Asia/Shanghai")
    assert not by.startswith("old")
    company.site["timezone"] = "America/Mexico_City"
    company.configure()
    assert reading() == (by.replace("Asia/Shanghai", "America/Mexico_City"), datetime(2026, 4, 26, 19))
    assert company.fresh == []


def test_a_window_that_was_cut_stays_cut_when_the_file_is_read_anew(company):
    """Fourteen of thirty days had passed: read again in summer it is still fourteen."""
    text = "ASIN,MSKU,店铺,国家,销量,销售额,销量环比\nB01,A,LOMEESS-CA,加拿大,70,1,\n"
    company.now = datetime(2026, 4, 14, 4, tzinfo=UTC)
    path = company.touch(company.drop("x", {}).rename(path_of(company, "产品表现_2026-04-01_2026-04-30.csv")))
    path.write_text(text, "utf-8")
    company.touch(path)
    assert company.round().library.index("产品表现").pick("daily_14").values.tolist() == [5.0]
    company.now += timedelta(days=60)
    company.site["export_aliases"] = {"产品表现": {"sold": ["别的列"]}}
    company.configure()
    index = company.round().library.index("产品表现")
    assert "别的列" in index.exports[0].reading.by
    assert index.pick("daily_14").values.tolist() == [5.0]


def test_damaged_rows_are_one_files_fault_and_are_read_again(two_weeks):
    with sqlite3.connect(two_weeks.folder / "state" / "qlc.sqlite") as database:
        database.execute("UPDATE files SET blob = x'00' WHERE state = 'used'")
    two_weeks.round()
    assert {code for code, _ in two_weeks.held} == {"S-090"}
    assert (two_weeks.round().stock(), two_weeks.held) == (NEW, set())
    path_of(two_weeks, "库存20260427.csv").unlink()
    with sqlite3.connect(two_weeks.folder / "state" / "qlc.sqlite") as database:
        database.execute("UPDATE files SET blob = x'00' WHERE state = 'used'")
    two_weeks.drop("库存20260428.csv", full(9.0, MSKUS[:3]))
    two_weeks.now += timedelta(days=1)
    assert two_weeks.round().stock() == full(9.0, MSKUS[:3])


def test_a_share_that_is_off_for_a_round_is_no_news_when_it_is_back(two_weeks):
    away = path_of(two_weeks, "").rename(two_weeks.folder / "away")
    two_weeks.round()
    assert ("I-050", "inbox") in two_weeks.held
    assert two_weeks.stock() == NEW
    away.rename(two_weeks.folder / "inbox")
    assert two_weeks.round().held == set()


def test_a_file_that_is_replaced_before_it_is_read_waits_for_the_next_round(company, monkeypatch):
    company.drop("库存20260427.csv", full(5.0))
    plain = news.read

    def read(path, **more):
        company.drop("库存20260427.csv", full(6.0))
        return plain(path, **more)

    with monkeypatch.context() as patched:
        patched.setattr(news, "read", read)
        company.round()
    assert (company.stock(), company.held) == ({}, {("I-054", "库存20260427.csv")})
    assert company.round().stock() == full(6.0)


def test_a_fault_in_one_file_leaves_the_others(company, monkeypatch):
    company.drop("库存20260427.csv", full(5.0))
    company.drop("坏20260427.csv", full(6.0, ["X"]))
    plain = news.read

    def read(path, **more):
        if path.name.startswith("坏"):
            raise RecursionError
        return plain(path, **more)

    monkeypatch.setattr(news, "read", read)
    assert company.round().stock() == full(5.0)
    assert company.held == {("I-055", "坏20260427.csv")}


def test_a_file_that_meets_almost_no_known_key_is_told_and_taken(two_weeks):
    two_weeks.drop("库存20260428.csv", full(5.0, [f"NEW-{number}" for number in range(28)] + MSKUS[:2]))
    two_weeks.now += timedelta(days=1)
    assert ("G-027", "库存20260428.csv") in two_weeks.round().held
    assert any("30 行里只有 2 行" in line for line in two_weeks.said)
    assert two_weeks.stock()["NEW-0"] == 5.0


@pytest.mark.parametrize(
    ("known", "new", "store"),
    [(3, 27, "LOMEESS-CA"), (1, 18, "LOMEESS-CA"), (0, 30, "HIMICAR-MX")],
    ids=["a tenth is known", "few rows", "a store of which nothing was known"],
)
def test_new_goods_are_no_alarm(two_weeks, known, new, store):
    listed = [*MSKUS[:known], *(f"NEW-{number}" for number in range(new))]
    two_weeks.drop("库存20260428.csv", full(5.0, listed), store=store)
    two_weeks.now += timedelta(days=1)
    assert "G-027" not in {code for code, _ in two_weeks.round().held}
