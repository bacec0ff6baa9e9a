"""What a formula may look like, and where an unreadable one is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.functions.formula import parse
from addin.functions.tree import Array, Call, Constant, Name, Operation
from rules.answer import Fault


def constant(text):
    node = parse(text)
    assert isinstance(node, Constant)
    return node.value


@given(st.text())
def test_any_text_goes_in_and_out_of_quotes(text):
    quoted = text.replace('"', '""')
    assert parse(f'=F("{quoted}")') == Call("F", (Constant(text),), f'F("{quoted}")')


@given(st.floats(0, 1e15, allow_nan=False))
def test_numbers(number):
    assert constant(f"={number!r}") == number


@given(st.lists(st.lists(st.integers(-99, 99), min_size=2, max_size=2), min_size=1, max_size=4))
def test_arrays(rows):
    text = ";".join(",".join(map(str, row)) for row in rows)
    assert parse("{" + text + "}") == Array(tuple(tuple(map(float, row)) for row in rows))


@given(st.text(st.sampled_from('=(){},;"“”+-*/^&<>%1aF. 快（，）'), max_size=30))
def test_any_text_is_read_or_faulted_at_a_character(text):
    try:
        parse(text)
    except Fault as fault:
        position = fault.facts.get("position", 1)
    else:
        position = 1
    assert 1 <= position <= len(text) + 1


@pytest.mark.parametrize("text", ["F(1,2)", "=F(1,2)", " = F( 1 , 2 ) ", "＝Ｆ（1，2）", "=F(1;2)", "=F(1；2）"])
def test_spellings_of_one_call(text):
    node = parse(text)
    assert (node.name, node.arguments) == ("F", (Constant(1.0), Constant(2.0)))


def test_full_width_punctuation_inside_quotes_stays():
    assert parse('=F("（，）")').arguments == (Constant("（，）"),)
    assert parse("=F（“快线”）").arguments == (Constant("快线"),)


def test_arguments_left_out_and_constants():
    assert parse("=F(,TRUE,,-5%,false)").arguments == (
        Constant(None),
        Constant(True),
        Constant(None),
        Operation("-", (Operation("%", (Constant(5.0),)),)),
        Constant(False),
    )
    assert parse("=F()").arguments == ()
    assert parse('={"a",-1;TRUE,50%;,"b""c"}').rows == (("a", -1.0), (True, 0.5), (None, 'b"c'))


def test_operators_bind_as_in_spreadsheets():
    def shape(node):
        if isinstance(node, Operation):
            return (node.operator, *map(shape, node.operands))
        return node.value

    assert shape(parse("=1+2*3^2")) == ("+", 1, ("*", 2, ("^", 3, 2)))
    assert shape(parse("=1-2-3")) == ("-", ("-", 1, 2), 3)
    assert shape(parse('=1&2+3="6"')) == ("=", ("&", 1, ("+", 2, 3)), "6")
    assert shape(parse("=-2^2")) == ("^", ("-", 2), 2)
    assert shape(parse("=2^3^2")) == ("^", ("^", 2, 3), 2)
    assert shape(parse("=--2")) == ("-", ("-", 2))
    assert shape(parse("=---2")) == ("-", 2)
    assert shape(parse("=1<2<3")) == ("<", ("<", 1, 2), 3)
    assert (parse("=(1-2)").in_brackets, parse("=1-2").in_brackets, parse("=(1)-2").in_brackets) == (True, False, False)
    assert shape(parse("=(1+2)*3")) == ("*", ("+", 1, 2), 3)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 1),
        ("=", 2),
        ("=F(1", 5),
        ('=F("a', 4),
        ("=F(1))", 6),
        ("=F 1", 2),
        ("={1,2;3}", 8),
        ("={F(1)}", 3),
        ("=120天", 5),
        ("=1 2", 4),
        ("=#", 2),
    ],
)
def test_where_it_is_wrong(text, position):
    with pytest.raises(Fault) as raised:
        parse(text)
    assert raised.value.kind == "#NAME?"
    if raised.value.code.id == "F-001":
        assert raised.value.facts["position"] == position
    else:
        assert raised.value.code.id == "F-002"


def test_brackets_have_an_end():
    assert parse("=" + "(" * 64 + "1" + ")" * 64) == Constant(1.0)
    assert parse("=" + "F(" * 64 + "1" + ")" * 64).name == "F"


@pytest.mark.parametrize("count", [600, 10_000])
@pytest.mark.parametrize(
    ("start", "part", "end"),
    [
        ("=1", "+1", ""),
        ("=1", "&1", ""),
        ("=1", "^2", ""),
        ("=", "-", "1"),
        ("=", "+", "1"),
        ("=1", "%", ""),
        ("=", "(", "1"),
        ("=", "F(", "1"),
        ("=F(1", ",1", ")"),
        ("=", "a" * 14, ""),
        ("=1", " " * 14, "+1"),
        ("=", "1<", "1"),
    ],
)
def test_what_is_beyond_the_limits_of_a_cell_is_a_coded_fault(start, part, end, count):
    with pytest.raises(Fault) as raised:
        parse(start + part * count + end)
    assert (raised.value.kind, raised.value.code.id) == ("#VALUE!", "F-601")
    assert all(raised.value.message(lang) for lang in ("zh", "en"))


def test_the_limits_themselves():
    assert parse("=1" + "+1" * 500).operator == "+"
    assert len(parse(f"=F({'1,' * 254}1)").arguments) == 255
    assert parse("=" + " " * 8190 + "1") == Constant(1.0)
    for over in ("=1" + "+1" * 501, f"=F({'1,' * 255}1)", "=" + " " * 8191 + "1"):
        with pytest.raises(Fault, match="F-601"):
            parse(over)


def test_values_in_quotes_and_braces_are_not_counted():
    assert parse('=F("' + "a" * 30_000 + '")').arguments == (Constant("a" * 30_000),)
    assert len(parse("={" + '1,"x",' * 9_000 + "1}").rows[0]) == 18_001
    with pytest.raises(Fault, match="F-601"):
        parse("={1}" + "a" * 8_200)


def test_a_number_without_end_is_none():
    with pytest.raises(Fault, match="F-001"):
        parse("=1E999")


def test_full_width_quotes_are_quotes_and_stay_text_inside_plain_ones():
    assert parse('=F（＂a"b＂，"＂"）').arguments == (Constant('a"b'), Constant("＂"))


def test_names_that_have_values():
    assert parse("=1+_x", {"_x"}) == Operation("+", (Constant(1.0), Name("_x")))
