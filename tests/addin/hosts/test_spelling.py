"""Formulas as Calc writes them, and the references that explaining looks up."""

import pytest

from addin.commands.insert_function import _written
from addin.hosts.excel.references import references, with_values
from addin.hosts.libreoffice.names import bare
from addin.hosts.libreoffice.spelling import to_calc, to_excel


@pytest.mark.parametrize(
    ("excel", "calc"),
    [
        ("IF(A1,#REF!,Tab!#REF!)", "IF(A1;#REF!;$Tab.#REF!)"),
        ('SUM({1,2;3,4},"a,b",T!A1)', 'SUM({1;2|3;4};"a,b";$T.A1)'),
        ("SUM([1]Tab!A1,'a,b'!B2)", "SUM([1]Tab!A1;$'a,b'.B2)"),
    ],
)
def test_what_calc_is_told(excel, calc):
    assert to_calc(excel) == calc


def test_what_calc_says():
    assert to_excel("SUM({1;2|3;4};\"a;b\";$T.A1;$'a;b'.B2)") == "SUM({1,2;3,4},\"a;b\",T!A1,'a;b'!B2)"


def test_arguments_left_out_are_counted_outside_arrays_and_texts():
    assert bare("=RESTOCK(A2;{1;2};\"a;(\";'(;'.B2;;;24)") == '=RESTOCK(A2;{1;2};"a;(";\'(;\'.B2;"";"";24)'
    assert bare("=RESTOCK((A2);B2;C2;D2;;MAX(;);)") == '=RESTOCK((A2);B2;C2;D2;"";MAX(;);)'


def test_what_is_looked_up():
    formula = "LEADTIME(T1[列],'a b'!$A$1,[1]Tab!B2)&2:3&\"A1\""
    assert references(formula) == ["'a b'!$A$1", "[1]Tab!B2", "2:3"]
    assert with_values(formula, ["车机", 2.0, None]) == 'LEADTIME(T1[列],"车机",2)&&"A1"'


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("14:30", '"14:30"'),
        ("A2:B3", "A2:B3"),
        ("'a b'!$A$1", "'a b'!$A$1"),
        ("FBA:US", '"FBA:US"'),
        ("A1 B1", '"A1 B1"'),
    ],
)
def test_a_typed_argument_is_a_reference_only_where_it_names_cells(typed, written):
    assert _written(typed) == written
