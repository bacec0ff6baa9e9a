"""Lines of text files: separators, quotes, widths, ends."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import Error
from sync.files.library import Library
from sync.ingest.container import bytes_of
from sync.ingest.read import inspect, read
from tests.sync.ingest.files import at, csv_file

HEAD = ["店铺", "MSKU", "SKU", "品名", "FBA可售", "FBA入库中", "FBA实际在途"]


def stock(*rows, end="\n", separator=","):
    return "".join(separator.join(map(str, row)) + end for row in [HEAD, *rows])


def row(number, **cells):
    plain = dict(zip(HEAD, ["LO-CA", f"M{number}", "S", "灯", number, 2, 3], strict=True))
    return list((plain | cells).values())


def taken(folder, text, encoding="utf-8"):
    path = folder / "export.csv"
    path.write_bytes(text.encode(encoding))
    export = read(path)
    return export.table.values("msku"), [(problem.code.id, problem.row) for problem in export.problems]


def names(*numbers):
    return [f"M{number}" for number in numbers]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_end_and_separator(end, separator, tmp_path):
    assert taken(tmp_path, stock(*map(row, range(5)), end=end, separator=separator)) == (names(*range(5)), [])


def test_mixed_ends_of_lines(tmp_path):
    lines = stock(*map(row, range(6))).split("\n")
    text = "".join(line + "\r\n\r"[at % 3 : at % 3 + 1 + (at % 3 == 0)] for at, line in enumerate(lines) if line)
    assert taken(tmp_path, text) == (names(*range(6)), [])


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;"])
def test_the_line_that_names_the_separator(first, tmp_path):
    assert taken(tmp_path, f"\ufeff{first}\n" + stock(row(1), separator=";")) == (["M1"], [])


def test_a_separator_of_unicode_is_a_character_of_a_cell(tmp_path):
    rows = [row(1, 品名="灯\u2028泡"), row(2, 品名='7" 灯\u0085')]
    path = csv_file(tmp_path, [HEAD, *rows], separator="\t")
    assert len(read(path).table) == 2


def test_a_stray_quote_costs_its_own_line(tmp_path):
    rows = [row(number) for number in range(30)]
    rows[9] = row(9, 品名='"灯 7')
    rows[20] = row(20, 品名='7" 灯"')
    assert taken(tmp_path, stock(*rows)) == (names(*range(9), *range(10, 30)), [("I-030", 11)])
    rows[20] = row(20)
    assert taken(tmp_path, stock(*rows)) == (names(*range(9), *range(10, 30)), [("I-030", 11)])


def test_two_stray_quotes_in_lines_that_follow(tmp_path):
    rows = [row(number) for number in range(12)]
    rows[4], rows[5] = row(4, 品名='"灯 7'), row(5, 品名='"灯 9')
    found, problems = taken(tmp_path, stock(*rows))
    assert set(found) >= set(names(*range(4), *range(6, 12)))
    assert {code for code, _ in problems} == {"I-030"}


DAMAGE = st.lists(
    st.tuples(
        st.integers(1, 24), st.integers(0, 40), st.sampled_from(["quote", "more", "fewer", "break", "join", "cut"])
    ),
    max_size=4,
    unique_by=lambda item: item[0],
)


@given(DAMAGE, st.sampled_from([",", "\t", ";"]))
@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_puts_a_number_into_another_row(tmp_path, damage, separator):
    """Each line is hurt once: a quote, a separator too many or too few, a line end too many or too few, or cut."""
    original = [
        row(number, FBA可售=number * 100, FBA入库中=number * 100 + 1, FBA实际在途=number * 100 + 2)
        for number in range(24)
    ]
    lines = [separator.join(map(str, cells)) + "\n" for cells in [HEAD, *original]]
    for number, where, kind in damage:
        line = lines[number]
        places = [place for place, char in enumerate(line) if char == separator]
        place = places[where % len(places)]
        spot = min(where, len(line) - 1)
        lines[number] = {
            "quote": line[: place + 1] + '"' + line[place + 1 :],
            "more": line[:spot] + separator + line[spot:],
            "fewer": line[:place] + line[place + 1 :],
            "break": line[:place] + "\n" + line[place:],
            "join": line[:-1],
            "cut": line[:place] + "\n",
        }[kind]
    path = tmp_path / "export.csv"
    path.write_text("".join(lines), "utf-8")
    with suppress(Error):
        table = read(path).table
        right = {cells[1]: list(map(float, cells[4:])) for cells in original}
        for place, msku in enumerate(table.values("msku")):
            values = [table.value(name, place) for name in ("fba_sellable", "fba_receiving", "fba_in_transit")]
            for value, expected in zip(values, right.get(msku, values), strict=True):
                assert not isinstance(value, float) or value == expected, (msku, values)


def test_a_cell_of_several_lines_is_a_cell(tmp_path):
    text = '"FBA1|5|海运\nFBA2|7|空运, 快线\nFBA3|9|海运"'
    rows = [row(1, 品名=text), row(2), row(3, 品名='"他说 ""好"""')]
    assert taken(tmp_path, stock(*rows)) == (names(1, 2, 3), [])


@pytest.mark.parametrize("remark", ["a\nb, c", "a, b, c, d, e, f\nb", "a\n1, 2, 3\n4, 5, 6, 7, 8", "a\n"])
def test_a_remark_of_several_lines_in_the_last_column_is_a_remark(remark, tmp_path):
    rows = [[*HEAD, "备注"], *([*row(number), f'"{remark}"'] for number in range(3)), [*row(3), ""]]
    text = "".join(",".join(map(str, cells)) + "\n" for cells in rows)
    assert taken(tmp_path, text) == (names(0, 1, 2, 3), [])


def test_a_row_with_too_few_or_too_many_cells_is_left_out(tmp_path):
    rows = [row(1), row(2)[:-1], row(3), [*row(4), 9], [*row(5), "", ""], row(6)]
    assert taken(tmp_path, stock(*rows)) == (names(1, 3, 5, 6), [("I-032", 3), ("I-026", 5)])


def test_files_put_together_have_their_header_twice(tmp_path):
    assert taken(tmp_path, stock(row(1)) + stock(row(2))) == (names(1, 2), [])


def saved_by_a_spreadsheet(rows, block=16):
    """Text as spreadsheet programs save it: blank cells at the end of 16 rows at a time are left out."""
    lines = [list(map(str, cells)) for cells in rows]
    for start in range(0, len(lines), block):
        part = lines[start : start + block]
        while all(not line[-1] for line in part):
            for line in part:
                line.pop()
    return "".join(",".join(line) + "\n" for line in lines)


@pytest.mark.parametrize("count", [15, 16, 40, 47, 49, 50])
def test_blanks_that_a_spreadsheet_left_out_are_no_damage(count, tmp_path):
    rows = [[*HEAD, "备注"], *([*row(number), ""] for number in range(count))]
    text = saved_by_a_spreadsheet(rows)
    found, problems = taken(tmp_path, text)
    alone = (count + 1) % 16 == 1
    assert found == names(*range(count - alone))
    assert [code for code, _ in problems] == ["I-032"] * alone, "one short row alone may be a cut or a lost cell"


def test_one_short_row_among_blocks_is_damage(tmp_path):
    lines = saved_by_a_spreadsheet([[*HEAD, "备注"], *([*row(number), ""] for number in range(40))]).split("\n")
    lines[3] = lines[3].replace("灯,", "", 1)
    found, problems = taken(tmp_path, "\n".join(lines))
    assert "M2" not in found
    assert ("I-032", 4) in problems


@pytest.mark.parametrize("short", [1, 5, 9, 15])
def test_a_download_that_breaks_off_is_refused(short, tmp_path):
    text = stock(row(1), row(2, FBA实际在途="123456789012"))[: -13 - short]
    with pytest.raises(Error) as caught:
        taken(tmp_path, text)
    assert (caught.value.code.id, caught.value.facts["found"]) == ("I-031", 3)


def test_a_file_need_not_end_its_last_line(tmp_path):
    assert taken(tmp_path, stock(row(1), row(2))[:-1]) == (names(1, 2), [])
    total = stock(row(1), ["合计", "", "", "", 1])[:-1]
    assert taken(tmp_path, total) == (["M1"], []), "a short total at the end is no cut"


def test_a_group_does_not_go_on_behind_a_line_that_was_lost(tmp_path):
    head = ["货件单号", "店铺", "货件状态", "MSKU", "SKU", "申报量", "已发货", "签收量"]
    rows = [head, ["FBA1AAAAAAAA", "LO-CA", "SHIPPED", "A", "S", 1, 1, 0], ["", "", "", "B", "S", 2, 2, 0]]
    rows += [["FBA2BBBBBBBB", "LO-CA", "SHIPPED", "A", "S", 3, 3], ["", "", "", "C", "S", 4, 4, 0]]
    rows += [["FBA3CCCCCCCC", "LO-CA", "SHIPPED", "A", "S", 5, 5, 0], ["", "", "", "D", "S", 6, 6, 0]]
    export = read(csv_file(tmp_path, rows))
    pairs = list(zip(export.table.values("shipment"), export.table.values("msku"), strict=True))
    assert ("FBA1AAAAAAAA", "C") not in pairs
    assert pairs[-1] == ("FBA3CCCCCCCC", "D")
    assert len(pairs) == 4


def test_a_damaged_file_does_not_prove_that_a_row_is_gone(tmp_path):
    whole = read(at(csv_file(tmp_path, [HEAD, *map(row, range(10))], name="a.csv"), 2026, 4, 20, 8, 0))
    rows = [HEAD, *map(row, range(9))]
    later = read(at(csv_file(tmp_path, rows, name="b.csv"), 2026, 4, 21, 8, 0))
    hurt = read(at(csv_file(tmp_path, [*rows, row(9)[:-1]], name="c.csv"), 2026, 4, 21, 8, 0))
    assert Library([whole, later]).index("FBA库存明细").gone.tolist() == [False] * 9 + [True]
    assert not Library([whole, hurt]).index("FBA库存明细").gone.any()


@pytest.mark.parametrize(
    "cell", ['="0012345"', "'0012345", "`0012345", "0012345\t", "\t0012345", '= "0012345"', " '0012345 "]
)
def test_guards_of_ids_are_taken_off(cell, tmp_path):
    quoted = '"' + cell.replace('"', '""') + '"'
    path = tmp_path / "export.csv"
    for written in (cell, quoted):
        path.write_text(",".join(HEAD) + f"\nLO-CA,{written},{written},{written},{quoted},2,3\n", "utf-8")
        table = read(path).table
        assert [table.value(name, 0) for name in ("msku", "sku", "name")] == ["0012345"] * 3
        assert table.value("fba_sellable", 0) == 12345.0


def test_guarded_titles_are_titles(tmp_path):
    path = csv_file(tmp_path, [['="SKU"', "'可用量", "品名"], ['="A"', '="1,200"', '=""']], separator=";")
    answer = inspect(path)
    assert (answer["report"], answer["columns"]) == (
        "仓库库存明细",
        {"SKU": "sku", "可用量": "available", "品名": "name"},
    )
    table = read(path).table
    assert (table.value("available", 0), table.value("name", 0)) == (1200.0, None)


def test_a_file_that_grows_is_not_read(tmp_path, monkeypatch):
    path = csv_file(tmp_path, [HEAD, row(1)])
    real = __import__("os").fstat

    def growing(handle):
        found = real(handle)
        with path.open("ab") as file:
            file.write(b"x")
        return found

    monkeypatch.setattr("sync.ingest.container.os.fstat", growing)
    with pytest.raises(Error) as caught:
        bytes_of(path)
    assert (caught.value.code.id, caught.value.exit_code) == ("I-054", 4)


def test_a_pipe_is_not_waited_for(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(OSError, match="ordinary"):
        bytes_of(tmp_path / "pipe.csv")


def test_a_nul_costs_its_cell_wherever_it_stands(tmp_path):
    titles = ["仓库", "SKU", "品名", "可用量", "总量"]
    rows = [["国内仓", f"HI-{at}", f"灯{at}", at, at] for at in range(300)]
    for row in (1, 250):
        rows[row][2] = "灯\0具"
    export = read(csv_file(tmp_path, [titles, *rows]))
    assert [(problem.code.id, problem.cell) for problem in export.problems] == [("I-037", "C3"), ("I-037", "C252")]
    assert len(export.table.values("name")) == 300


@pytest.mark.parametrize(
    "cell", ["'0012345'", '"0012345"', "\u201c0012345\u201d", "=\u201c0012345\u201d", "00\u034f12345"]
)
def test_ids_in_quotes_are_those_ids(cell, tmp_path):
    quoted = '"' + cell.replace('"', '""') + '"'
    path = tmp_path / "export.csv"
    path.write_text(",".join(HEAD) + f"\nLO-CA,{quoted},{quoted},{quoted},1,2,3\n", "utf-8")
    table = read(path).table
    assert [table.value(name, 0) for name in ("msku", "sku")] == ["0012345"] * 2
