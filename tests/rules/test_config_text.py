"""A configuration is text from anybody's editor: each fault is told with its key, line and words, within bounds."""

import json
import subprocess
import sys
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import Error
from rules.policy.document import DEEPEST, MOST_BYTES, MOST_NODES
from rules.policy.loader import load, packaged_path, read

DEFAULT = packaged_path().read_text("utf-8")
DATED = "total_limit_days: {values: {2025-01-01: 120}"
AT = next(number for number, line in enumerate(DEFAULT.splitlines(), 1) if DATED in line)
assert DEFAULT.count(DATED) == 1


def dated(written):
    """The shipped configuration with something else for a day and its number."""
    return DEFAULT.replace("2025-01-01: 120}", written + "}", 1)


def refused(tmp_path, content):
    path = tmp_path / "config.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(Error) as raised:
        load(path)
    assert raised.value.exit_code == 2
    for lang in ("zh", "en"):
        line = raised.value.text(lang)
        assert "\n" not in line
        assert line.isprintable()
        assert len(line) < 4000
        assert str(path) in line
    return raised.value


FAULTS = {
    "no such month": (dated("2026-13-01: 120"), "P-003", AT, "2026-13-01", "没有这一天"),
    "no such day": (dated("2025-02-30: 120"), "P-003", AT, "2025-02-30", "没有这一天"),
    "a day as a value": (dated("2025-01-01: 2025-02-29"), "P-003", AT, "values.2025-01-01", "没有这一天"),
    "no such moment": (dated("2025-01-01T25:00:00Z: 120"), "P-003", AT, "2025-01-01T25", "没有这一天"),
    "a tab": ("site:\n\ttimezone: x", "P-002", 2, "site", "Tab"),
    "a key twice": ("site:\n  state: a\n  state: b\n", "P-002", 3, "site.state", "写了两次"),
    "a day twice": (dated("2025-01-01: 120, 2025-01-01: 90"), "P-002", AT, "2025-01-01", "写了两次"),
    "indented too far": ("site:\n  state: a\n   backups: 3\n", "P-002", 3, "backups", "缩进不对"),
    "a quote left open": ('site:\n  state: "a\n  backups: 3\n', "P-002", 2, "site.state", "引号没有关上"),
    "a bracket left open": ("site:\n  inbox: [{path: a}\n  backups: 3\n", "P-002", 2, "site.inbox", "方括号没有关上"),
    "a brace left open": ("site:\n  service: {port: 1\n", "P-002", 2, "site.service", "花括号没有关上"),
    "a wide colon": ("site:\n  timezone：x\n  backups: 3\n", "P-002", 2, "site", "冒号要半角"),
    "no blank behind a colon": ("site:\n  timezone:x\n  backups: 3\n", "P-002", 2, "site", "冒号要半角,后面空一格"),
    "a colon in a value": ("site:\n  state: a: b\n", "P-002", 2, "site.state", "冒号要加引号"),
    "an anchor": ("site: {timezone: &here Asia/Shanghai}", "P-002", 1, "site", "&here"),
    "an alias": ("site:\n  stores:\n    - &a {name: 甲}\n    - *a\n", "P-002", 3, "site.stores", "内容写全"),
    "an unknown alias": ("site:\n  state: *a\n", "P-002", 2, "site.state", "内容写全"),
    "merged": ("site:\n  service:\n    <<: {port: 1}\n", "P-002", 3, "site.service", "<<"),
    "a tag of Python": ("site: {state: !!python/object/apply:os.system [ls]}", "P-002", 1, "site", "!!python"),
    "a plain tag": ("site:\n  state: !!str x\n", "P-002", 2, "site.state", "!!str"),
    "two documents": ("site: {}\n---\nsite: {}\n", "P-002", 2, "---", "一份配置"),
    "a directive": ("%YAML 1.1\n---\nsite: {}\n", "P-002", 1, "%YAML", "%"),
    "a list as a key": ("site:\n  ? [a]\n  : b\n", "P-002", 2, "[a]", "键要是一个词"),
    "NUL": (b"site:\n  state: a\0b\n", "P-002", 2, "site.state", "U+0000"),
    "two marks of byte order": (b"\xef\xbb\xbf\xef\xbb\xbfsite: {}\n", "P-002", 1, "site", "U+FEFF"),
    "a control character": ('site:\n  state: "a\\eb"\n', "P-003", 2, "site.state", "控制字符"),
    "UTF-16": ("site: {}".encode("utf-16"), "P-001", 1, "UTF-16", "UTF-8"),
    "GBK": ("rules: {}\nsite:\n  stores: [{name: 店铺}]\n".encode("gbk"), "P-001", 3, "店铺", "GBK"),
    "cut in a letter": ("site:\n  state: 店".encode()[:-1], "P-001", 2, "state", "UTF-8"),
    "an unknown key": ("site:\n  timezon: x\n", "P-003", 2, "site.timezon", "不认识这个键"),
    "a wrong type": ("site:\n  inbox: a\n", "P-003", 2, "site.inbox", "要列表"),
    "a word that YAML reads as no": ("site:\n  stores:\n    - {name: NO}\n", "P-003", 3, "NO", "要文字"),
    "a number for a text": ("site:\n  state: 7\n", "P-003", 2, "site.state", "写的是 7"),
    "an octal number": ("site:\n  backups: 030\n", "P-003", 2, "030", "0 开头"),
    "a clock without quotes": ("site:\n  state: 14:00\n", "P-003", 2, "14:00", "加引号"),
    "yes for a number": ("site:\n  backups: yes\n", "P-003", 2, "写的是 yes", "要数字"),
    "off below a list": ("site:\n  service:\n    port: off\n", "P-003", 3, "写的是 off", "要数字"),
    "true among dated numbers": (dated("2025-01-01: true"), "P-003", AT, "写的是 true", "要数字"),
    "a word of no list": (
        "site:\n  warehouses:\n    - {name: 甲, is: 墨西哥}\n", "P-003", 3, "墨西哥", "只能是 '国内', '货代'"
    ),
    "endless": (dated("2025-01-01: .inf"), "P-003", AT, ".inf", "有限"),
    "endless as a text": (dated('2025-01-01: "inf"'), "P-003", AT, "inf", "有限"),
    "beyond a float": (dated("2025-01-01: 1.0e+400"), "P-003", AT, "1.0e+400", "15 位"),
    "sixteen digits": (dated("2025-01-01: 1000000000000000"), "P-003", AT, "1000000000000000", "15 位"),
    "a list as a whole": ("# 说明\n\n- 1\n", "P-003", 3, "- 1", "键: 值"),
    "a section that is a list": ("rules: []\n", "P-003", 1, "rules", "写的是 []"),
    "a section that is no": ("site: no\n", "P-003", 1, "site", "写的是 no"),
    "a folder of time zones": ("site:\n  timezone: Asia\n", "P-003", 2, "site.timezone", "时区"),
    "a workbook twice": (
        "site:\n  workbooks:\n    - {name: 甲, path: a.xlsx}\n    - {name: 甲, path: b.xlsx}\n", "P-003", 2, "甲", "写了两次"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_line_key_and_words(tmp_path, name):
    content, code, line, piece, why = FAULTS[name]
    error = refused(tmp_path, content)
    told = error.text("zh")
    assert error.code.id == code
    assert f"第 {line} 行" in told or "UTF-16" in told
    assert piece in told
    assert why in told
    assert f"line {line}" in error.text("en") or "UTF-16" in told


def test_the_other_mistakes_are_told_beside_a_day_that_is_none(tmp_path):
    text = dated("2026-13-01: 120").replace("domestic_days: {value: 7", "domestic_days: {value: seven")
    error = refused(tmp_path, text)
    keys = [mistake.key for mistake in error.mistakes]
    assert keys == ["rules.lead_time.domestic_days.value", "rules.turnover.total_limit_days.values.2026-13-01"]


def test_of_many_mistakes_the_first_are_told_and_counted(tmp_path):
    error = refused(tmp_path, "site:\n" + "".join(f"  k{number}: 1\n" for number in range(1000)))
    assert "site.k0 " in error.text()
    assert "还有 980 处" in error.text()
    assert "980 more" in error.text("en")


def test_what_is_good_stays_good(tmp_path):
    path = tmp_path / "config.yaml"
    for text in ("site: {}", "\ufeffsite: {}", "site: {state: '='}", "site: {state: =}", "rules:\nsite:\n", DEFAULT):
        path.write_text(text, "utf-8")
        assert load(path).problem is None
    path.write_text("site: {guards: {max_change_count: 1_000, scope_share: -0.0}}\r\n", "utf-8")
    assert load(path).site.guards.max_change_count == 1000


def test_at_the_bounds(tmp_path):
    path = tmp_path / "config.yaml"
    text = "site: {}\n#"
    path.write_text(text + "x" * (MOST_BYTES - len(text)))
    assert load(path).site.stores == ()
    assert refused(tmp_path, text + "x" * (MOST_BYTES - len(text) + 1)).code.id == "P-020"
    # seven: three mappings, three keys, the list itself
    names = "site: {service: {names: [" + "a," * (MOST_NODES - 7) + "]}}"
    path.write_text(names)
    assert len(load(path).site.service.names) == MOST_NODES - 7
    assert refused(tmp_path, names.replace("[a,", "[a,a,")).code.id == "P-020"
    assert refused(tmp_path, "site: " + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1)).code.id == "P-003"
    assert refused(tmp_path, "site: " + "[" * DEEPEST + "]" * DEEPEST).code.id == "P-020"


def test_a_mistake_stands_in_the_line_that_is_named(tmp_path):
    wrong = refused(
        tmp_path,
        "site:\n  inbox:\n    - {path: a}\n\n    - 5\n  stores:\n    - name: a\n      aliases: [x,\n        [1]]\n",
    )
    assert [(item.key, item.line) for item in wrong.mistakes] == [("site.inbox.1", 5), ("site.stores.0.aliases.1", 9)]
    deep = refused(tmp_path, f"site:\n  state: a\n  inbox: {'[' * DEEPEST}")
    assert (deep.code.id, "第 3 行" in deep.text("zh")) == ("P-020", True)


BOMBS = """
import json, re, sys, time
from pathlib import Path
from rules.errors import Error
from rules.policy.loader import load, packaged_path

default = packaged_path().read_text("utf-8")
folder = Path(sys.argv[1])
million = 1_000_000


def inside(written):
    return default.replace("2025-01-01: 120}", written + "}", 1)


bombs = {
    "5,000 digits": inside("2025-01-01: " + "9" * 5000),
    "5,000 digits as a text": inside('2025-01-01: "' + "9" * 5000 + '"'),
    "5,000 hex digits": inside("2025-01-01: 0x" + "f" * 5000),
    "sixties": inside("2025-01-01: 1" + ":1" * 100_000),
    "2,000 brackets": inside("2025-01-01: " + "[" * 2000 + "]" * 2000),
    "100,000 brackets": "site: " + "[" * 100_000,
    "100,000 brackets closed": "site: " + "[" * 100_000 + "]" * 100_000,
    "braces": "{a: " * 100_000,
    "blocks": "- " * 400_000,
    "questions": "? " * 400_000,
    "merges": "a: &a {x: 1}\\n" + "".join(f"b{n}: &b{n} {{<<: [*a, *a]}}\\n" for n in range(1000)),
    "laughs": 'a: &a ["x","x"]\\n' + "".join(f"b{n}: &b{n} [*a,*a,*a,*a,*a,*a,*a,*a,*a]\\n" for n in range(1000)),
    "itself": "site: &a [*a]",
    "500,000 keys": "".join(f"k{n}: 1\\n" for n in range(500_000)),
    "keys below the limit": "site:\\n" + "".join(f"  k{n}: 1\\n" for n in range(24_000)),
    "aliases of a tab": "site:\\n  column_aliases:\\n    甲:\\n" + "".join(f"      k{n}: 1\\n" for n in range(24_000)),
    "wrong items": "site: {inbox: [" + "a," * 49_000 + "]}",
    "a long word": "site: {timezone: '" + "k" * million + "'}",
    "a long key": "'" + "k" * 1000 + "': {" + "x: 1, " * 20,
    "directives": "".join(f"%TAG !a{n}! x\\n" for n in range(60_000)) + "--- a",
    "backslashes": 'site: {state: "' + "\\\\x41" * 200_000 + '\\\\x00"}',
    "lines": "\\n" * million + "a",
    "100 MB": None,
}
told = {}
for name, text in bombs.items():
    path = folder / "config.yaml"
    path.write_text(text or "", "utf-8")
    if text is None:
        with path.open("r+b") as file:
            file.truncate(100 * million)
    start = time.process_time()
    try:
        load(path)
        code, length = None, 0
    except Error as error:
        code, length = error.code.id, len(error.text("zh"))
    most = int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
    told[name] = [code, length, time.process_time() - start, most]
print(json.dumps(told))
"""


def test_hostile_files_end_within_five_seconds_and_256_megabytes(tmp_path):
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(BOMBS), str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name, (code, length, seconds, megabytes) in json.loads(done.stdout).items():
        assert code in ("P-002", "P-003", "P-020"), name
        assert length < 4000, name
        assert seconds < 5, (name, "of CPU: a busy machine is no mistake")
        assert megabytes < 256, name


@settings(deadline=None, max_examples=150)
@given(st.text(st.sampled_from("ab:-[]{}&*!|>'\"%@`#?,<= \n\t012é店\0"), max_size=40))
def test_any_text_is_a_configuration_or_a_coded_mistake(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "config.yaml"
    error = None
    try:
        read(text.encode(), path)
    except Error as found:
        error = found
    if error is not None:
        assert error.code.id in ("P-001", "P-002", "P-003", "P-005", "P-020")
        assert error.text("zh").isprintable()
        assert error.text("en").isprintable()
