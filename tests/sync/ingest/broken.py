"""Broken, hostile and foreign files of every container, and the code that each must get.

`codes` are alternatives: one of them must be said. No code at all means that the file must be read, whatever it
claims. `heavy` files are made for the proof only: they are large, or take long to make.
"""

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape

STOCK = ["店铺", "MSKU", "SKU", "品名", "FBA可售", "FBA入库中", "FBA实际在途", "单位采购成本", "更新时间"]
GOOD = ["LOMEESS-CA", "HI-1", "HI-QPD-CA", "球泡灯 8个装", "12", "5", "3", "19.90", "2026-04-20 08:00"]
ALSO = ["HIMICAR-MX", "HI-2", "HI-CJ-MX", "车机 导航", "7", "0", "1", "199.00", "2026-04-20 08:00"]
AMAZON = ["sku", "fnsku", "asin", "product-name", "your-price", "mfn-listing-exists", "afn-fulfillable-quantity"]
AMAZON += ["afn-warehouse-quantity", "afn-total-quantity"]
ITEM = ["HI-1", "X001", "B0AAAAAAA1", "Foco LED", "29.99", "No", "12", "13", "14"]
OTHER = ["HI-2", "X002", "B0AAAAAAA2", "Radio", "9.99", "Yes", "3", "3", "3"]
SPACE = "urn:schemas-microsoft-com:office:spreadsheet"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"

DAMAGED_XML = ("X-010", "X-011", "X-016", "X-021", "I-007")
LARGE = ("I-005", "X-004", "X-017", "I-007")
NOT_A_WORKBOOK = ("X-001", "X-003", "X-010", "X-014", "X-016", "X-021")


@dataclass(frozen=True)
class Broken:
    """One file: its name, its bytes, the codes of which one must be said, cells (field, values) that are never taken."""

    name: str
    make: Callable[[], bytes]
    codes: tuple[str, ...]
    suffix: str = ".csv"
    heavy: bool = False


def all_broken():
    """Every broken file."""
    for group in (foreign, encodings, structure, cells, moments, pages, spreadsheetml, workbooks, workbook_cells):
        yield from group()


# ---- what the files are made of


def delimited(*rows, separator=",", end="\n"):
    """Rows as text, as they are written."""
    return "".join(separator.join(row) + end for row in rows)


def stock(*rows, **more):
    """An ERP's stock list."""
    return delimited(STOCK, *rows, **more)


def amazon(*rows):
    """Amazon's flat file."""
    return delimited(AMAZON, *rows, separator="\t", end="\r\n")


def put(row, at, value):
    """The row with another cell at a title's place."""
    titles = STOCK if len(row) == len(STOCK) and row[0] in (GOOD[0], ALSO[0]) else AMAZON
    answer = list(row)
    answer[titles.index(at)] = value
    return answer


def page(body, head=""):
    """An HTML page."""
    return f"<html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode()


def table(*rows, end="</table>"):
    """An HTML table."""
    return "<table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows) + end


def xml(rows, head="", kind="String"):
    """SpreadsheetML; a row may be XML already."""
    body = "".join(row if isinstance(row, str) else xml_row(row, kind) for row in rows)
    return (
        f'<?xml version="1.0"?>{head}<Workbook xmlns="{SPACE}" xmlns:ss="{SPACE}"><Worksheet ss:Name="S"><Table>{body}'
        "</Table></Worksheet></Workbook>"
    ).encode()


def xml_row(row, kind="String"):
    """A row of SpreadsheetML."""
    cells = (f'<Cell><Data ss:Type="{kind}">{escape(cell)}</Data></Cell>' for cell in row)
    return f"<Row>{''.join(cells)}</Row>"


def letters(column):
    """Column letters of a 0-based column."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def inline(row, number):
    """A row of a sheet part: texts in place; a cell that begins with ``<`` is XML already."""
    cells = (
        cell.replace("@", f"{letters(at)}{number}")
        if cell.startswith("<c")
        else f'<c r="{letters(at)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
        for at, cell in enumerate(row)
        if cell
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


def sheet(*rows, tail="", head=""):
    """A sheet part."""
    body = "".join(row if isinstance(row, str) else inline(row, at) for at, row in enumerate(rows, 1))
    return f'<worksheet xmlns="{MAIN}">{head}<sheetData>{body}</sheetData>{tail}</worksheet>'


def xlsx(*sheets, strings=None, styles="", parts=None, drop=(), method=zipfile.ZIP_DEFLATED):
    """A workbook package; `parts` adds or replaces members, `drop` leaves some out."""
    numbers = range(1, len(sheets) + 1)
    tabs = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    links += f'<Relationship Id="rId90001" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    links += f'<Relationship Id="rId90002" Type="{OFFICE}/styles" Target="styles.xml"/>'
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{KIND}.worksheet+xml"/>' for n in numbers
    )
    members = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{tabs}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        "xl/sharedStrings.xml": strings or f'<sst xmlns="{MAIN}"/>',
        "xl/styles.xml": styles or STYLES,
    } | {f"xl/worksheets/sheet{n}.xml": text for n, text in zip(numbers, sheets, strict=True)}
    members |= parts or {}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, text in members.items():
            if name not in drop:
                package.writestr(name, text)
    return out.getvalue()


STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/>'
    '</borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf xfId="0"/><xf numFmtId="22" xfId="0"/>'
    "</cellXfs></styleSheet>"
)


# ---- files that are something else


def foreign():
    """Files that no reader of tables should touch."""
    text = stock(GOOD, ALSO).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("export.csv", text)
    ods = io.BytesIO()
    with zipfile.ZipFile(ods, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", "<x/>")
    docx = xlsx(sheet(STOCK), drop=("xl/workbook.xml",), parts={"word/document.xml": "<w/>"})
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    for name, data, code in (
        ("nothing", b"", "I-002"),
        ("a byte order mark alone", b"\xef\xbb\xbf", "I-002"),
        ("blank lines", b"\r\n\r\n \t\n", "I-002"),
        ("zeros alone", bytes(5000), "I-002"),
        ("PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "I-001"),
        ("PNG", b"\x89PNG\r\n\x1a\n" + bytes(50), "I-001"),
        ("JPEG", b"\xff\xd8\xff\xe0" + bytes(50), "I-001"),
        ("GIF", b"GIF89a" + bytes(50), "I-001"),
        ("RTF", b"{\\rtf1\\ansi MSKU}", "I-001"),
        ("SQLite", b"SQLite format 3\x00" + bytes(80), "I-001"),
        ("parquet", b"PAR1" + bytes(range(200)) + b"PAR1", "I-001"),
        ("a program", b"MZ\x90\x00\x03" + bytes(range(256)) * 4, "I-001"),
        ("noise", bytes((at * 197 + at // 7) % 256 for at in range(4000)), "I-001"),
        ("gzip", gzip.compress(text), "I-038"),
        ("gzip cut off", gzip.compress(text * 50)[:100], "I-038"),
        ("bzip2", bz2.compress(text), "I-038"),
        ("xz", lzma.compress(text), "I-038"),
        ("rar", b"Rar!\x1a\x07\x01\x00" + bytes(40), "I-038"),
        ("7z", b"7z\xbc\xaf\x27\x1c" + bytes(40), "I-038"),
        ("zip of a csv", packed.getvalue(), "X-001"),
        ("zip of a csv cut off", packed.getvalue()[:-30], NOT_A_WORKBOOK),
        ("OpenDocument", ods.getvalue(), "X-001"),
        ("Word document", docx, NOT_A_WORKBOOK),
        ("binary .xls", ole + bytes(3000), "X-001"),
        ("workbook with a password", ole + bytes(3000) + "EncryptedPackage".encode("utf-16-le"), "X-002"),
        ("JSON", b'{"code": 500, "msg": "export failed", "data": null}', "I-010"),
        ("mail that holds a page", b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n--x\n<html>", "I-010"),
        ("message instead of data", "导出失败,请稍后重试\n".encode(), "I-010"),
    ):
        yield broken(name, data, code, suffix=".xls")


def broken(name, data, code, **more):
    """One file whose bytes are cheap to keep."""
    return Broken(name, lambda: data, (code,) if isinstance(code, str) else code, **more)


# ---- texts that can't be read


def encodings():
    """Bytes that are no text in any encoding, or in several."""
    good, also = ITEM, OTHER
    for name, data, code in (
        (
            "a cp1252 byte in UTF-8",
            amazon(put(good, "product-name", "Cámara – año"), also).encode().replace(b"Radio", b"Ra\x96o"),
            "I-028",
        ),
        (
            "the same in a key",
            amazon(put(good, "product-name", "Cámara – año"), also).encode().replace(b"HI-2", b"HI\x962"),
            "I-028",
        ),
        (
            "the same in a number",
            amazon(put(good, "product-name", "Cámara – año"), also).encode().replace(b"\t3\t3", b"\t\xa03\t3"),
            "I-028",
        ),
        ("half a surrogate pair in UTF-8", stock(GOOD, ALSO).encode().replace("车".encode(), b"\xed\xa0\x80"), "I-028"),
        ("overlong UTF-8", stock(GOOD, ALSO).encode().replace("车".encode(), b"\xc0\xaf"), "I-028"),
        ("a broken byte in GBK", stock(GOOD, ALSO).encode("gbk").replace("车".encode("gbk"), b"\xff"), "I-028"),
        ("a broken byte in a GBK key", stock(GOOD, ALSO).encode("gbk").replace(b"HI-2", b"HI\xff2"), "I-021"),
        (
            "a broken byte in cp932",
            amazon(put(good, "product-name", "車載ホルダー"), also).encode("cp932").replace(b"Radio", b"Ra\xfd\xfe"),
            ("I-028", "I-006"),
        ),
        ("GBK cut inside a character", stock(GOOD, put(ALSO, "更新时间", "今天")).encode("gbk")[:-2], "I-031"),
        ("UTF-8 cut inside a character", stock(GOOD, put(ALSO, "更新时间", "今天")).encode()[:-2], "I-031"),
        ("UTF-16 cut inside a character", stock(GOOD, ALSO).encode("utf-16")[:-3], ("I-031", "I-028")),
        (
            "half a pair in UTF-16",
            stock(GOOD, ALSO).encode("utf-16-le").replace("车".encode("utf-16-le"), b"\x00\xd8"),
            ("I-028", "I-006"),
        ),
        (
            "UTF-8 and GBK in one file",
            (stock(GOOD).encode() + delimited(ALSO, ALSO).encode("gbk")) * 3,
            ("I-006", "I-028"),
        ),
        ("a UTF-8 mark before GBK", b"\xef\xbb\xbf" + stock(GOOD, ALSO).encode("gbk"), "I-006"),
        ("a UTF-16 mark before UTF-8", b"\xff\xfe" + stock(GOOD, ALSO).encode(), ("I-006", "I-010")),
        ("one word in several encodings", amazon(put(good, "product-name", "新"), also).encode("gbk"), "I-027"),
        (
            "bytes of no encoding",
            amazon(put(good, "product-name", "@@"), also).encode().replace(b"@@", b"\x81\x20\x8d\x20\xff\xfe"),
            "I-006",
        ),
        ("letters lost before", amazon(put(good, "product-name", "C\ufffdmara"), also).encode(), "I-028"),
        ("letters lost in a key", stock(put(GOOD, "MSKU", "HI\ufffd1"), ALSO).encode(), "I-021"),
        ("question marks for letters", amazon(put(good, "product-name", "L?mpara autom?tica"), also).encode(), "I-029"),
        ("nothing but question marks", amazon(put(good, "product-name", "???? ???"), also).encode("cp1252"), "I-029"),
    ):
        yield broken(f"encoding: {name}", data, code)


# ---- lines that are no rows


def structure():
    """Quotes, cuts, widths, controls: lines of text that are no rows."""
    rows = [put(GOOD, "MSKU", f"HI-R{at}") for at in range(30)]
    whole = stock(*rows)
    stray = delimited(
        STOCK, *rows[:9], put(rows[9], "品名", '"灯 7'), *rows[10:15], put(rows[15], "品名", '7" 灯"'), *rows[16:]
    )
    for name, text, code in (
        ("a stray quote that another row closes", stray, "I-030"),
        ("a stray quote that nothing closes", whole.replace("HI-R20,", '"HI-R20,'), "I-030"),
        (
            "a stray quote in the last line",
            whole[:-1].rpartition("\n")[0] + "\n" + ",".join(put(GOOD, "品名", '"灯')) + "\n",
            "I-030",
        ),
        ("cut inside a quoted cell", whole + 'LOMEESS-CA,HI-99,"球泡', "I-031"),
        ("cut inside the last line", whole[:-40], "I-031"),
        ("cut before the last cell", whole[: whole.rindex(",")], "I-031"),
        ("a row with a cell too few", whole.replace("HI-R7,HI-QPD-CA,", "HI-R7,"), "I-032"),
        ("rows that are all too short", delimited(STOCK, *(row[:-1] for row in rows)), "I-032"),
        ("a line that is one quoted cell", stock(GOOD, ALSO) + '"' + ",".join(ALSO) + '"\n', "I-032"),
        ("a separator without quotes", whole.replace("HI-R7,HI-QPD-CA,球泡灯", "HI-R7,HI-QPD-CA,球泡灯,白"), "I-026"),
        (
            "an inch sign among tabs",
            delimited(STOCK, GOOD, put(ALSO, "品名", '"7 灯'), [*GOOD[:-1], "x", "y"], *rows, separator="\t"),
            ("I-030", "I-026"),
        ),
        ("zeros that a download left", whole + "\x00" * 4000, "I-031"),
        ("a cell without end", stock(put(GOOD, "品名", "灯" * 140_000), ALSO), "I-007"),
        ("three thousand columns", ",".join(["MSKU"] * 3000) + "\n", "I-005"),
        ("a header in row 25", "说明\n" * 24 + stock(GOOD), "I-010"),
        ("no header", delimited(GOOD, ALSO), "I-010"),
        ("a header of blanks", delimited([""] * 9, GOOD, ALSO), "I-010"),
    ):
        yield broken(f"text: {name}", text.encode(), code)
    far = delimited(STOCK, *(put(GOOD, "MSKU", f"HI-R{at}") for at in range(90)))
    for name, value, code in (
        ("NUL", "灯\x00泡", "I-037"),
        ("a control character", "灯\x01泡", "I-037"),
        ("an escape sequence", "\x1b[2J灯", "I-037"),
        ("DEL", "灯\x7f", "I-037"),
        ("a C1 control", "灯\x9b31m", "I-037"),
        ("a noncharacter", "灯\uffff", "I-037"),
        ("a backspace", "灯\b泡", "I-037"),
    ):
        yield broken(f"text: {name} in a cell", (far + delimited(put(ALSO, "品名", value))).encode(), code)
    yield broken(
        "text: a control character in a key", (far + delimited(put(ALSO, "MSKU", "HI\x0b2"))).encode(), "I-021"
    )
    yield Broken("text: two million lines", lambda: b"MSKU,x\n" * 2_200_000, ("I-005",), heavy=True)
    yield Broken("text: a line of 20 MB", lambda: stock(GOOD).encode() + b"x" * (20 << 20), ("I-005",), heavy=True)
    yield Broken(
        "text: twelve million cells", lambda: b",".join([b"1"] * 100 + [b"\n"]) * 120_000, ("I-005",), heavy=True
    )
    yield Broken("text: six million different cells", _distinct_cells, ("I-005", "I-010"), heavy=True)
    yield Broken("text: a million lines of two cells", lambda: b"MSKU,x\n" * 1_000_000, ("I-005",), heavy=True)
    yield Broken("text: 200 MB", lambda: b"MSKU,x\n" * 30_000_000, ("I-005",), heavy=True)
    yield Broken(
        "text: a million wrong cells",
        lambda: (",".join(STOCK) + "\n" + (",".join(put(GOOD, "FBA可售", "约30")) + "\n") * 250_000).encode(),
        ("I-022",),
        heavy=True,
    )


def _distinct_cells():
    return b"".join(b",".join(b"%x" % (row * 97 + at) for at in range(97)) + b"\n" for row in range(70_000))


# ---- cells that can't be of their type


def cells():
    """Numbers, shares, truth values and ids that are none."""
    for value in (
        "1.5", "1E308", "9" * 400, "9999999999", "-5", "NaN", "INF", "-Infinity", "1E999", "0x1F", "1_000", "约30", "12 个",
        "=1+1", "1;2", "1,2,3", "--5", "true", "2026-04-20", "#DIV/0!", "#REF!", "½", "1/2", "٣x",
    ):  # fmt: skip
        yield broken(
            f"count: {value[:12]}", delimited(STOCK, put(GOOD, "FBA可售", f'"{value}"'), ALSO).encode(), "I-022"
        )
    for values in (("1.234", "5.5"), ("1.234", "1,234"), ("1.000", "2.000"), ("1.234", "1234"), ("1.234.5", "1")):
        rows = (put(row, "afn-fulfillable-quantity", value) for row, value in zip((ITEM, OTHER), values, strict=True))
        yield broken(f"counts: {' and '.join(values)}", amazon(*rows).encode(), "I-022")
    for value in ("1E400", "abc", "$", "1.2.3", "19,9,0", "1E13", "十九"):
        yield broken(
            f"money: {value}", delimited(STOCK, put(GOOD, "单位采购成本", f'"{value}"'), ALSO).encode(), "I-022"
        )
    for value in ("Maybe", "2", "TRUEE", "-1"):
        yield broken(f"yes or no: {value}", amazon(put(ITEM, "mfn-listing-exists", value), OTHER).encode(), "I-022")
    sales = ["ASIN", "MSKU", "店铺", "销量", "销售额", "销量环比"]
    for value in ("200000%", "1E9", "很多"):
        text = delimited(sales, ["B0", "HI-1", "LOMEESS-CA", "7", "1", value])
        yield broken(f"share: {value}", text.encode(), "I-022")
    for value in ("1.23457E+17", "8.9E+12"):
        yield broken(f"id: {value}", stock(put(GOOD, "SKU", value), ALSO).encode(), "I-023")
    yield broken("key: question marks for letters", stock(put(GOOD, "MSKU", "HI-灯?泡"), ALSO).encode(), "I-021")
    yield broken("key: blank", stock(put(GOOD, "MSKU", ""), ALSO).encode(), "I-021")
    yield broken("key: a cell error", stock(put(GOOD, "MSKU", "#N/A"), ALSO).encode(), "I-021")
    yield broken("key: nothing but a guard", stock(put(GOOD, "MSKU", '="' + '"'), ALSO).encode(), "I-021")
    yield broken("key: twice, and different", stock(GOOD, put(GOOD, "FBA可售", "13")).encode(), "I-025")


def moments():
    """Days and moments that are none, or of no year of ours."""
    for value in (
        "2025-02-30", "2025-13-01", "2025-00-10", "1900-01-01", "9999-12-31", "0000-00-00 00:00:00", "1970-01-01 08:00",
        "45750000", "14:00", "昨天", "2025-04-02 25:00", "2025-04-02 06:30 PST", "2025-04-02T06:30:00+99:00", "3/4/2025",
        "2025-04-02T06:61:00Z", "9999-12-31T23:59:59-12:00",
    ):  # fmt: skip
        yield broken(f"moment: {value}", stock(put(GOOD, "更新时间", value), ALSO).encode(), "I-022")


# ---- pages


def pages():
    """HTML that calls itself .xls."""
    whole = table(STOCK, GOOD, ALSO)
    digits = "9" * 6000
    for name, data, code in (
        ("a table that never ends", page(table(STOCK, GOOD, ALSO, end="")), "I-031"),
        ("cut inside a row", page(whole)[:-150], "I-031"),
        ("five hundred nested tables", b"<html>" + b"<table><tr><td>" * 500, "I-005"),
        ("a span over everything", page(whole.replace("<td>店铺", "<td rowspan=1000000 colspan=1900>店铺")), "I-005"),
        ("a span of fifty digits", page(whole.replace("<td>店铺", f"<td colspan={'9' * 50}>店铺")), "I-005"),
        (
            "many large spans",
            page(
                table(STOCK, *[['<b rowspan="1"></b>'] for _ in range(3)])
                + "<table>"
                + '<tr><td rowspan="60000" colspan="20">x</td></tr>' * 5
                + "</table>"
            ),
            "I-005",
        ),
        ("a tag without end", page("<td " + "a " * 60_000)[:-14], "I-007"),
        ("a quote without end", page('<table><tr><td title="' + "a" * 100_000), "I-007"),
        ("a row of three thousand cells", page(table(["x"] * 3000)), "I-005"),
        ("three hundred tables", page(table(["x"]) * 300), "I-005"),
        ("no table", page("<h1>502 Bad Gateway</h1>"), "I-010"),
        ("an empty table", page("<table></table>"), "I-010"),
        ("a page that asks to log in", page("<form><input name=user></form>", "<title>登录</title>"), "I-010"),
        ("scripts alone", page("<script>" + "if(a<b){}" * 5000 + "</script>"), "I-010"),
        ("frames of another file", page("<frameset><frame src='a_files/sheet001.htm'></frameset>"), "I-010"),
        ("a reference to no character", page(whole.replace("HI-1", "HI&#x110000;1")), "I-028"),
        ("a reference of 6,000 digits", page(whole.replace("HI-1", f"HI&#{digits};1")), "I-028"),
        ("a reference to half a pair", page(whole.replace("HI-1", "HI&#xD800;1")), "I-028"),
        ("a reference to NUL", page(whole.replace("HI-1", "HI&#0;1")), "I-028"),
        ("a control character", page(whole.replace("球泡灯", "球\x02泡灯")), "I-037"),
        ("GBK with a broken byte", page(whole.replace("车", "@@")).replace(b"@@", b"\xff"), "I-028"),
        ("a count with a fraction", page(table(STOCK, put(GOOD, "FBA可售", "1.5"))), "I-022"),
        ("96 KB of <", page("<" * 96_000), "I-010"),
        ("96 KB of comments", page("<!--" * 24_000), "I-010"),
        ("96 KB of open tags", page("<a " * 32_000)[:-14], "I-007"),
        ("96 KB of quotes", page('<a ="' * 19_000)[:-14], "I-007"),
        ("96 KB of scripts", page("<script>" * 12_000), "I-010"),
        ("96 KB of closing tags", page("</" * 48_000), "I-010"),
        ("96 KB of sections", page("<![CDATA[" * 10_000), "I-010"),
        ("96 KB of ampersands", page(table(["&" * 96_000])), "I-010"),
    ):
        yield broken(f"page: {name}", data, code, suffix=".xls")
    yield Broken("page: 30 MB of <", lambda: page("<" * (30 << 20)), ("I-010",), ".xls", heavy=True)
    yield Broken(
        "page: ten million cells",
        lambda: page("<table>" + ("<tr>" + "<td>" * 100) * 100_000),
        LARGE,
        ".xls",
        heavy=True,
    )


# ---- XML of 2003


def spreadsheetml():
    """SpreadsheetML that is none."""
    laughs = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    good = xml([STOCK, GOOD, ALSO])
    back = '<Row><Cell ss:Index="3"><Data ss:Type="String">x</Data></Cell><Cell ss:Index="2"><Data ss:Type="String">y</Data></Cell></Row>'
    twice = good.replace(b"HI-1</Data>", b'HI-1</Data><Data ss:Type="String">HI-9</Data>')
    for name, data, code in (
        ("a DOCTYPE", xml([STOCK], "<!DOCTYPE Workbook>"), "I-008"),
        ("entities that multiply", xml([STOCK], laughs), "I-008"),
        ("cut off", good[:-200], "I-007"),
        ("cells that go back", xml([STOCK, back]), "I-007"),
        ("rows that go back", xml([STOCK, '<Row ss:Index="9"/>', '<Row ss:Index="3"/>']), "I-007"),
        ("a row far outside", xml([STOCK, '<Row ss:Index="99999999999"/>']), "I-005"),
        ("a cell far outside", xml([STOCK, '<Row><Cell ss:Index="40000"/></Row>']), "I-005"),
        (
            "a merge of everything",
            xml([STOCK, '<Row><Cell ss:MergeDown="1000000" ss:MergeAcross="1900"/></Row>']),
            "I-005",
        ),
        ("an index that is no number", xml([STOCK, '<Row ss:Index="²"/>']), "I-005"),
        ("two values in a cell", twice, "I-007"),
        ("five thousand nested elements", xml([STOCK, "<a>" * 5000 + "</a>" * 5000]), "I-005"),
        ("a reference to NUL", good.replace(b"HI-1<", b"HI&#0;1<"), "I-007"),
        ("a reference to no character", good.replace(b"HI-1<", b"HI&#x110000;1<"), "I-007"),
        ("an unknown entity", good.replace(b"HI-1<", b"HI&nbsp;1<"), "I-007"),
        ("tags that cross", good.replace(b"</Row>", b"</Cell>", 1), "I-007"),
        ("no worksheet", f'<?xml version="1.0"?><Workbook xmlns="{SPACE}"/>'.encode(), "I-010"),
        (
            "three hundred worksheets",
            f'<?xml version="1.0"?><Workbook xmlns="{SPACE}" xmlns:ss="{SPACE}">'.encode()
            + b"<Worksheet/>" * 300
            + b"</Workbook>",
            "I-005",
        ),
        (
            "a number that is none",
            xml([STOCK, put(GOOD, "FBA可售", "@")]).replace(b'String">@', b'Number">NaN'),
            "I-022",
        ),
        ("an error value", xml([STOCK, put(GOOD, "FBA可售", "@")]).replace(b'String">@', b'Error">#DIV/0!'), "I-022"),
        (
            "a moment of 1899",
            xml([STOCK, put(GOOD, "更新时间", "@")]).replace(b'String">@', b'DateTime">1899-12-31T14:00:00.000'),
            "I-022",
        ),
        ("one attribute of 3 MB", good.replace(b"<Table>", b'<Table x="' + b"y" * 3_000_000 + b'">'), "I-007"),
    ):
        yield broken(f"xml: {name}", data, code, suffix=".xls")


# ---- workbooks


def workbooks():
    """Packages and parts that are damaged, hostile, or claim too much."""
    good = xlsx(sheet(STOCK, GOOD, ALSO))
    shared = f'<sst xmlns="{MAIN}"><si><t>HI-1</t></si></sst>'
    by_index = sheet(STOCK, put(GOOD, "MSKU", '<c r="@" t="s"><v>0</v></c>'))
    crc = bytearray(good)
    crc[good.rindex(b"xl/worksheets/sheet1.xml") - 30] ^= 0xFF
    double = io.BytesIO(good)
    with zipfile.ZipFile(double, "a") as package:
        package.writestr("XL/worksheets/sheet1.xml", sheet(STOCK))
    locked = bytearray(good)
    at = good.index(b"PK\x01\x02")
    while at >= 0:
        locked[at + 8] |= 1
        at = good.find(b"PK\x01\x02", at + 4)
    deep = "<extLst>" + "<a>" * 3000 + "</a>" * 3000 + "</extLst>"
    wide = sheet(STOCK, GOOD, '<row r="3"><c r="XFD3" t="inlineStr"><is><t>x</t></is></c></row>')
    merges = "".join(f'<mergeCell ref="A{at}:J1048576"/>' for at in range(2, 40))
    many = "".join(inline(put(GOOD, "MSKU", f"HI-R{at}"), at) for at in range(2, 9_000))
    for name, data, code in (
        ("half a file", good[: len(good) // 2], NOT_A_WORKBOOK),
        ("the last bytes missing", good[:-10], NOT_A_WORKBOOK),
        ("the first bytes alone", good[:60], NOT_A_WORKBOOK),
        ("a wrong checksum", bytes(crc), ("X-003",)),
        ("a part twice", double.getvalue(), ("X-006",)),
        ("a locked part", bytes(locked), ("X-007",)),
        ("no workbook part", xlsx(sheet(STOCK), drop=("xl/workbook.xml",)), NOT_A_WORKBOOK),
        ("no sheet part", xlsx(sheet(STOCK), drop=("xl/worksheets/sheet1.xml",)), DAMAGED_XML),
        (
            "a binary workbook",
            xlsx(
                sheet(STOCK),
                parts={
                    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
                    "xl/workbook.bin": b"\x83\x01",
                },
            ),
            NOT_A_WORKBOOK,
        ),
        ("a DOCTYPE", xlsx('<!DOCTYPE x [<!ENTITY a "b">]>' + sheet(STOCK)), ("X-005",)),
        (
            "entities that multiply",
            xlsx(by_index, strings='<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + shared),
            ("X-005",),
        ),
        ("a sheet cut off", xlsx(sheet(STOCK, GOOD)[:-30]), DAMAGED_XML),
        ("a sheet that is no sheet", xlsx("<html/>"), (*DAMAGED_XML, "I-010")),
        ("rows out of order", xlsx(sheet(inline(STOCK, 5), inline(GOOD, 2))), ("X-011",)),
        ("a row twice", xlsx(sheet(inline(STOCK, 1), inline(GOOD, 2), inline(ALSO, 2))), ("X-011",)),
        (
            "cells out of order",
            xlsx(sheet(STOCK, '<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>2</v></c></row>')),
            ("X-011",),
        ),
        (
            "a row number of 5,000 digits",
            xlsx(sheet(STOCK, f'<row r="{"9" * 5000}"><c><v>1</v></c></row>')),
            DAMAGED_XML,
        ),
        ("a string that is not there", xlsx(by_index), ("X-011",)),
        ("a string index that is none", xlsx(by_index.replace("<v>0</v>", "<v>x</v>"), strings=shared), ("X-011",)),
        (
            "strings that are no UTF-8",
            xlsx(by_index, strings=shared.encode().replace(b"HI-1", b"HI\xff\xfe")),
            DAMAGED_XML,
        ),
        ("a sheet that is no UTF-8", xlsx(sheet(STOCK, GOOD).encode().replace(b"HI-1", b"HI\xff\xfe")), DAMAGED_XML),
        ("three hundred tabs", xlsx(*[sheet(["x"])] * 300), LARGE),
        ("a cell in the last column", xlsx(wide), ("I-005",)),
        (
            "merged ranges over the whole sheet",
            xlsx(sheet(STOCK, many, tail=f"<mergeCells>{merges}</mergeCells>")),
            LARGE,
        ),
        ("no worksheet at all", xlsx(), ("I-010", "X-016")),
        ("three thousand nested extensions", xlsx(sheet(STOCK, GOOD, tail=deep)), (*DAMAGED_XML, "X-017", "")),
        ("a range that claims everything", xlsx(sheet(STOCK, GOOD, head='<dimension ref="A1:XFD1048576"/>')), ("",)),
        ("a header below row 20", xlsx(sheet(*[["说明"]] * 22, STOCK, GOOD)), ("I-010",)),
    ):
        yield broken(f"workbook: {name}", data, code, suffix=".xlsx")
    yield Broken("workbook: ten thousand tabs", lambda: xlsx(*[sheet(["x"])] * 10_000), LARGE, ".xlsx", heavy=True)
    yield Broken("workbook: 1.5 million formats", _formats, (*LARGE, ""), ".xlsx", heavy=True)
    yield Broken("workbook: a million names", _names, (*LARGE, ""), ".xlsx", heavy=True)
    yield Broken(
        "workbook: 500 MB of blanks",
        lambda: xlsx(sheet(STOCK) + " " * 500_000_000),
        (*LARGE, *DAMAGED_XML),
        ".xlsx",
        heavy=True,
    )
    yield Broken(
        "workbook: 60 MB of blanks",
        lambda: xlsx(sheet(STOCK, tail=" " * 60_000_000)),
        (*LARGE, ""),
        ".xlsx",
        heavy=True,
    )
    yield Broken("workbook: twenty million cells", _many_cells, LARGE, ".xlsx", heavy=True)
    yield Broken(
        "workbook: a comment of 60 MB",
        lambda: xlsx(f"<!--{'x' * 60_000_000}-->" + sheet(STOCK)),
        (*LARGE, "X-010", ""),
        ".xlsx",
        heavy=True,
    )
    yield Broken(
        "workbook: 100,000 nested extensions",
        lambda: xlsx(sheet(STOCK, tail="<a>" * 100_000 + "</a>" * 100_000)),
        (*DAMAGED_XML, "X-017", ""),
        ".xlsx",
        heavy=True,
    )


def _formats():
    return xlsx(
        sheet(STOCK, GOOD),
        styles=f'<styleSheet xmlns="{MAIN}"><cellXfs>' + "<xf/>" * 1_500_000 + "</cellXfs></styleSheet>",
    )


def _names():
    names = "".join(f'<definedName name="n{at}">A1</definedName>' for at in range(1_000_000))
    text = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="S1" sheetId="1" r:id="rId1"/></sheets><definedNames>{names}</definedNames></workbook>'
    return xlsx(sheet(STOCK, GOOD), parts={"xl/workbook.xml": text})


def _many_cells():
    row = "".join(f"<c><v>{at}</v></c>" for at in range(100))
    return xlsx(sheet(STOCK, f"<row>{row}</row>" * 200_000))


def workbook_cells():
    """Cells of a workbook that can't be of their column's type."""
    for name, cell, code in (
        ("NaN", '<c r="@"><v>NaN</v></c>', "I-022"),
        ("nan", '<c r="@"><v>nan</v></c>', "I-022"),
        ("INF", '<c r="@"><v>INF</v></c>', "I-022"),
        ("-Infinity", '<c r="@"><v>-Infinity</v></c>', "I-022"),
        ("1E999", '<c r="@"><v>1E999</v></c>', "I-022"),
        ("1E308", '<c r="@"><v>1E308</v></c>', "I-022"),
        ("400 digits", f'<c r="@"><v>{"9" * 400}</v></c>', "I-022"),
        ("a fraction", '<c r="@"><v>1.5</v></c>', "I-022"),
        ("below zero", '<c r="@"><v>-3</v></c>', "I-022"),
        ("letters", '<c r="@"><v>abc</v></c>', "I-022"),
        ("a comma", '<c r="@"><v>1,2</v></c>', "I-022"),
        ("a cell error", '<c r="@" t="e"><v>#REF!</v></c>', "I-022"),
        ("a truth value", '<c r="@" t="b"><v>1</v></c>', "I-022"),
        ("a day", '<c r="@" t="d"><v>2026-04-20</v></c>', "I-022"),
        ("a type that nobody knows", '<c r="@" t="zz"><v>x</v></c>', "I-022"),
        ("text with NUL", '<c r="@" t="inlineStr"><is><t>1_x0000_2</t></is></c>', ("I-037", "I-022")),
        ("a reference to no character", '<c r="@" t="inlineStr"><is><t>&#x110000;</t></is></c>', DAMAGED_XML),
        ("a reference of 6,000 digits", f'<c r="@" t="inlineStr"><is><t>&#{"9" * 6000};</t></is></c>', DAMAGED_XML),
        ("a reference to half a pair", '<c r="@" t="inlineStr"><is><t>&#xD800;</t></is></c>', (*DAMAGED_XML, "I-037")),
        ("a reference to NUL", '<c r="@" t="inlineStr"><is><t>&#0;</t></is></c>', (*DAMAGED_XML, "I-037")),
    ):
        yield broken(
            f"workbook count: {name}", xlsx(sheet(STOCK, put(GOOD, "FBA可售", cell), ALSO)), code, suffix=".xlsx"
        )
    for name, cell in (
        ("day 1 of the calendar", '<c r="@" s="1"><v>1</v></c>'),
        ("the last day of 9999", '<c r="@" s="1"><v>2958465</v></c>'),
        ("past the calendar", '<c r="@" s="1"><v>1E10</v></c>'),
        ("below the calendar", '<c r="@" s="1"><v>-5</v></c>'),
        ("a time of day", '<c r="@" s="1"><v>0.5833333</v></c>'),
        ("no day of February", '<c r="@" t="d"><v>2025-02-30</v></c>'),
        ("infinite", '<c r="@" s="1"><v>inf</v></c>'),
    ):
        yield broken(
            f"workbook moment: {name}", xlsx(sheet(STOCK, put(GOOD, "更新时间", cell), ALSO)), "I-022", suffix=".xlsx"
        )
    for name, cell, code in (
        ("NUL in a key", '<c r="@" t="inlineStr"><is><t>HI_x0000_1</t></is></c>', "I-021"),
        ("a bell in a key", '<c r="@" t="inlineStr"><is><t>HI_x0007_1</t></is></c>', "I-021"),
        ("an error as a key", '<c r="@" t="e"><v>#N/A</v></c>', "I-021"),
        ("an id of 18 digits as a number", '<c r="@"><v>123456789012345678</v></c>', "I-023"),
        ("an infinite key", '<c r="@"><v>inf</v></c>', ("I-021", "")),
    ):
        yield broken(f"workbook key: {name}", xlsx(sheet(STOCK, put(GOOD, "MSKU", cell), ALSO)), code, suffix=".xlsx")
    for value in ("yes please", "2", "wahr"):
        cell = f'<c r="@" t="b"><v>{value}</v></c>'
        data = xlsx(sheet(AMAZON, put(ITEM, "mfn-listing-exists", cell)))
        yield broken(f"workbook yes or no: {value}", data, "I-022", suffix=".xlsx")
