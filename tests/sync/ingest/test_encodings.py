"""Encodings are judged over the whole file, by what each reading says; nothing is guessed."""

import random
from contextlib import suppress

import pytest

from rules.errors import Error
from sync.ingest.encodings import _western, encodings_of
from sync.ingest.read import inspect, read
from tests.sync.ingest.files import csv_file, html_file, xml_file

HEAD = ["sku", "fnsku", "asin", "product-name", "afn-fulfillable-quantity", "afn-warehouse-quantity"]


def amazon(folder, titles, encoding, name="r.txt"):
    rows = [HEAD, *([f"A-{at}", f"X{at}", f"B{at}", title, at, at] for at, title in enumerate(titles))]
    return csv_file(folder, rows, encoding=encoding, separator="\t", name=name, newline="\r\n")


TITLES = {
    "cp1252": [
        "Foco LED para iluminación automática",
        "Niño – “Señal” 12–24 V, n.º 5",
        "Fußmatte größer für Kfz, Ölfilter",
        "Lampe d’été à l’intérieur, 25°C, ½ pouce",
        "Iluminação e instalação €9 ® ™",
        "ESPAÑA ÉTÉ GRÖSSE",
    ],
    "gb18030": ["球泡灯 8个装", "长条灯防水款", "車載 導航 條燈", "ランプ セット 灯具", "€ ① 灯带"],
    "cp932": ["LEDﾗｲﾄ 8個 ①", "ｶｰｵｰﾃﾞｨｵ", "車載ホルダー 2個入り", "防水ライト 白"],
    "big5": ["球泡燈 防水款", "長條燈 白色", "車用導航"],
    "utf-8": ["Cámara", "球泡灯", "ﾗｲﾄ", "😀"],
    "utf-16": ["Cámara", "球泡灯", "ﾗｲﾄ", "😀"],
    "utf-16-le": ["Cámara", "球泡灯", "ﾗｲﾄ"],
    "utf-16-be": ["Cámara", "球泡灯", "ﾗｲﾄ"],
    "utf-8-sig": ["Cámara", "球泡灯"],
}


@pytest.mark.parametrize("encoding", TITLES)
def test_titles_survive(encoding, tmp_path):
    path = amazon(tmp_path, TITLES[encoding], encoding)
    assert inspect(path)["encoding"] == encoding
    export = read(path, store="S")
    assert export.table.values("title") == TITLES[encoding]
    assert not export.problems


@pytest.mark.parametrize("encoding", ["cp1252", "gb18030", "cp932", "big5"])
def test_the_end_of_a_file_counts_as_its_beginning(encoding, tmp_path):
    titles = [f"LED lamp {at}" for at in range(3000)] + TITLES[encoding]
    assert read(amazon(tmp_path, titles, encoding), store="S").table.values("title") == titles


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "cp932", "cp1252"])
@pytest.mark.parametrize("at", [0, 40, 2500])
def test_one_bad_byte_costs_one_cell(encoding, at, tmp_path):
    titles = [TITLES[encoding][number % 3] for number in range(3000)]
    path = amazon(tmp_path, [*titles[:at], "Radio @ FM", *titles[at + 1 :]], encoding)
    bad = {"cp1252": b"\x81", "utf-8": b"\xf1", "gb18030": b"\xff", "cp932": b"\x85\x20"}[encoding]
    path.write_bytes(path.read_bytes().replace(b"Radio @ FM", b"Radio " + bad + b" FM"))
    export = read(path, store="S")
    (problem,) = export.problems
    assert (problem.code.id, problem.row, problem.column) == ("I-028", at + 2, "title")
    assert export.table.values("title") == [*titles[:at], None, *titles[at + 1 :]]


def test_the_header_decides_between_readings_that_are_equally_good(tmp_path):
    rows = [["SKU", "可用量"], ["A", "5"]]
    data = csv_file(tmp_path, rows, encoding="gbk").read_bytes()
    assert len(encodings_of(data, "x")) > 1
    assert inspect(tmp_path / "export.csv")["encoding"] == "gb18030"


def test_nothing_is_guessed(tmp_path):
    answer = inspect(amazon(tmp_path, ["新"], "gbk"), lang="en")
    (problem,) = answer["problems"]
    assert problem["code"] == "I-027"
    assert "gb18030" in problem["message"]
    assert "cp932" in problem["message"]
    assert read(amazon(tmp_path, ["新", "球泡灯 防水款"], "gbk"), store="S").table.values("title")[0] == "新"


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("cp1250", "Żarówka LED ściemnialna, świąteczna dekoracja łazienki"),
        ("cp1254", "Işık ağacı şık görünüş"),
    ],
)
def test_letters_of_other_countries_are_not_turned_into_western_ones(encoding, title, tmp_path):
    path = amazon(tmp_path, [title, title.upper()], encoding)
    assert [problem["code"] for problem in inspect(path)["problems"]] == ["I-006"]


def test_several_marks_are_no_title(tmp_path):
    path = csv_file(tmp_path, [["SKU", "可用量", "品名"], ["A", 1, "灯"]])
    for marks in (b"\xef\xbb\xbf" * 2, b"\xef\xbb\xbf" * 3):
        path.write_bytes(marks + path.read_bytes().lstrip(b"\xef\xbb\xbf"))
        assert inspect(path)["columns"]["SKU"] == "sku"


@pytest.mark.parametrize(
    ("encoding", "charset", "expected"),
    [
        ("gbk", "gb2312", "gb18030"),
        ("gbk", "utf-8", "gb18030"),
        ("gbk", "iso-8859-1", "gb18030"),
        ("gbk", None, "gb18030"),
        ("utf-8", "gb2312", "utf-8"),
        ("utf-8", "iso-8859-1", "utf-8"),
        ("cp932", "shift_jis", "cp932"),
        ("cp1252", "windows-1252", "cp1252"),
    ],
)
def test_a_page_is_believed_only_where_its_bytes_agree(encoding, charset, expected, tmp_path):
    name = {"cp932": "車載ホルダー", "cp1252": "Señal"}.get(encoding, "车机导航 大屏 球泡灯 防水款")
    rows = [["SKU", "product-name", "sku", "asin", "afn-fulfillable-quantity", "afn-warehouse-quantity"]]
    path = html_file(tmp_path, [*rows, ["A", name, "A", "B0", "1", "2"]], encoding=encoding, charset=charset)
    assert inspect(path)["encoding"] == expected


COMMON = {
    "gb18030": bytes(byte for lead in range(0xB0, 0xD7) for trail in range(0xA1, 0xFF) for byte in (lead, trail)).decode("gb2312"),
    "cp932": "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほアイウエオカキクケコサシスセソタチツテト日本語車灯白黒防水",
    "big5": bytes(byte for lead in range(0xA4, 0xC6) for trail in range(0xA1, 0xFF) for byte in (lead, trail)).decode("big5"),
}  # fmt: skip


@pytest.mark.parametrize("encoding", COMMON)
def test_sixteen_words_are_enough(encoding):
    chance = random.Random(encoding)
    for _ in range(60):
        words = ["".join(chance.choices(COMMON[encoding], k=chance.randint(2, 5))) for _ in range(16)]
        data = "".join(f"A-1\t{word}\t5\n" for word in words).encode(encoding)
        assert encodings_of(data, "x") == [encoding], words


@pytest.mark.parametrize("encoding", COMMON)
def test_one_word_is_never_taken_for_another(encoding):
    """It is read rightly, or all readings that are as good are named; UTF-8 proves itself."""
    chance = random.Random(encoding)
    wrong = 0
    for _ in range(300):
        word = "".join(chance.choices(COMMON[encoding], k=chance.randint(2, 5)))
        with suppress(Error):  # I-006
            wrong += encoding not in encodings_of(f"A-1\t{word}\t5\n".encode(encoding), "x")
    assert wrong <= 6, "two characters may be another two by chance"


def test_what_is_utf_8_is_utf_8_whatever_it_says():
    chance = random.Random(5)
    letters = [chr(code) for code in range(0xC0, 0x800) if chr(code).isprintable()]
    for _ in range(300):
        data = "".join(chance.choices(letters, k=4)).encode()
        assert encodings_of(data, "x") == ["utf-8"]


THEIRS = {
    "cp874": "ไฟหน้ารถ กล้องติดรถยนต์ โคมไฟ ที่ชาร์จ รถจักรยานยนต์ สีขาว",
    "cp1251": "Лампа светодиодная для автомобиля Камера заднего вида Фара рабочая",
    "cp1253": "Λάμπα αυτοκινήτου κάμερα οπισθοπορείας φως εργασίας κάλυμμα",
    "cp1255": "מנורה לרכב מצלמה אחורית תאורת עבודה כיסוי",
    "cp1256": "مصباح سيارة كاميرا خلفية إضاءة عمل غطاء",
}


@pytest.mark.parametrize("encoding", THEIRS)
def test_other_languages_are_not_taken_for_chinese(encoding, tmp_path):
    words, draw = THEIRS[encoding].split(), random.Random(encoding)
    for rows in (3, 200):
        titles = [" ".join(draw.choices(words, k=4)) for _ in range(rows)]
        (problem,) = inspect(amazon(tmp_path, titles, encoding))["problems"]
        assert problem["code"] in ("I-006", "I-027")


@pytest.mark.parametrize("encoding", ["gb18030", "cp932", "big5", "cp1252"])
def test_lines_of_utf8_in_another_file_are_named(encoding, tmp_path):
    titles = TITLES[encoding] * 10
    path = amazon(tmp_path, titles, encoding)
    lines = path.read_bytes().splitlines(keepends=True)
    joined = [2, 9, 17]
    for at in joined:
        lines[at] = lines[at].decode(encoding).encode()
    path.write_bytes(b"".join(lines))
    export = read(path, store="S")
    taken = [None if at + 1 in joined else title for at, title in enumerate(titles)]
    assert [(problem.code.id, problem.row) for problem in export.problems] == [("I-028", at + 1) for at in joined]
    assert export.table.values("title") == taken


@pytest.mark.parametrize("ours", [3, 9, 14])
def test_a_file_in_two_encodings_is_never_read_as_one(ours, tmp_path):
    titles = TITLES["gb18030"] * 4
    path = amazon(tmp_path, titles, "gb18030")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: ours + 1] + [line.decode("gb18030").encode() for line in lines[ours + 1 :]]))
    codes = [problem["code"] for problem in inspect(path)["problems"]]
    assert codes == ["I-006"] or codes == ["I-028"] * ours


@pytest.mark.parametrize("make", [html_file, xml_file])
def test_the_header_of_a_page_decides_as_that_of_a_text(make, tmp_path):
    names = ["球泡灯", "摩托车灯", "恶魔眼", "射灯", "车衣", "应急电源", "抛光机", "玩具"]
    titles = [
        "仓库",
        "SKU",
        "品名",
        "一级分类",
        "品牌",
        "可用量",
        "可用锁定量",
        "次品量",
        "待检待上架量",
        "待到货量",
        "总量",
    ]
    table = [titles, *(["国内仓", f"HI-{at}", name, "灯", "HI", *[1] * 6] for at, name in enumerate(names))]
    path = make(tmp_path, table, encoding="gbk")
    path.write_bytes(path.read_bytes().replace(b'encoding="gbk"', b""))
    assert len(encodings_of(path.read_bytes(), "x")) > 1
    assert read(path).table.values("name") == names


def test_a_page_without_a_known_header_is_not_guessed(tmp_path):
    path = html_file(tmp_path, [["新"]], encoding="gbk")
    assert [problem["code"] for problem in inspect(path)["problems"]] == ["I-027"]


@pytest.mark.parametrize(
    ("run", "before", "behind", "worth"),
    [
        ("é", "t", "c", 1.0),
        ("ção"[:2], "a", "o", 1.0),
        ("é®", "t", "c", 1.0),
        ("é€", "t", "c", 0.0),
        ("é€", "t", " ", 1.0),
        ("’é", "l", "t", 1.0),
        ("€é", "l", "t", 0.0),
        ("é", " ", " ", 1.0),
        ("É", "t", "c", 0.0),
        ("É", "T", "C", 1.0),
        ("éèêë", "t", "c", 0.0),
        ("€", "t", "c", 0.0),
        ("–", "t", "c", 1.0),
    ],
)
def test_accents_stand_in_words_and_signs_beside_them(run, before, behind, worth):
    assert _western(run, before, behind, "cp1252") == worth
