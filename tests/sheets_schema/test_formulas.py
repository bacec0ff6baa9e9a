import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.registry.catalogue import ENTRIES, SPELLINGS
from sheets_schema.formulas import Host, for_host, neutral

BARE = 'LEADTIME(A2,"快线")'


@pytest.mark.parametrize(
    "written",
    [
        'LEADTIME(A2,"快线")',
        'leadtime(A2,"快线")',
        '备货周期(A2,"快线")',
        '_xldudf_QUANLIUCHENG_LEADTIME(A2,"快线")',
        '_XLDUDF_quanliucheng_leadtime(A2,"快线")',
        'QUANLIUCHENG.LEADTIME(A2,"快线")',
        "'C:\\Users\\小王\\AppData\\quanliucheng.xlam'!LEADTIME(A2,\"快线\")",
        "'D:\\it''s here\\[quanliucheng.xlam]'!LEADTIME(A2,\"快线\")",
        "'/home/a b/Quanliucheng.XLAM'!LEADTIME(A2,\"快线\")",
        'quanliucheng.xlam!LEADTIME(A2,"快线")',
        '[1]!LEADTIME(A2,"快线")',
        '[quanliucheng.xlam]!LEADTIME(A2,"快线")',
        'CN.QUANLIUCHENG.FUNCTIONS.LEADTIME(A2,"快线")',
        'cn.quanliucheng.Functions.leadtime(A2,"快线")',
        '_xll.LEADTIME(A2,"快线")',
        '_xlfn.LEADTIME(A2,"快线")',
    ],
)
def test_every_spelling_is_one_formula(written):
    assert neutral(written, SPELLINGS) == BARE
    assert for_host(written, Host.EXCEL, SPELLINGS) == BARE


@pytest.mark.parametrize(
    "formula",
    [
        "IF(A1=\"[1]!leadtime(A2)\",'leadtime(x'!B2,Table1[[#This Row],[leadtime(]])",
        "SUM('C:\\x\\other.xlam'!A1:A3)",
        "[2]Sheet1!A1+LEADTIME",
        '{"leadtime(",1;2,3}',
        "OTHER.LEADTIME(A2)",
        "[3]!MACRO(A2)",
        "'C:\\x\\other.xlam'!LEADTIME(A2)",
        "INDEX(Sheet1!A:A,$B$2)",
    ],
)
def test_nothing_else_changes(formula):
    assert neutral(formula, SPELLINGS) == formula
    for host in Host:
        assert for_host(formula, host, SPELLINGS) == formula


def test_native_prefixes_go_for_comparing_and_stay_for_writing():
    formula = "_xlfn._xlws.FILTER(A:A,_xlfn.XLOOKUP(LEADTIME(A1),B:B,C:C))"
    assert neutral(formula, SPELLINGS) == "FILTER(A:A,XLOOKUP(LEADTIME(A1),B:B,C:C))"
    assert for_host(formula, Host.LIBREOFFICE, SPELLINGS) == (
        "_xlfn._xlws.FILTER(A:A,_xlfn.XLOOKUP(CN.QUANLIUCHENG.FUNCTIONS.LEADTIME(A1),B:B,C:C))"
    )


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_function_goes_to_every_host_and_back(entry):
    formula = f"IF(A1,{entry.name}(B2),{entry.alias_zh}('表 1'!C3))"
    bare = f"IF(A1,{entry.name}(B2),{entry.name}('表 1'!C3))"
    for host in Host:
        assert neutral(for_host(formula, host, SPELLINGS), SPELLINGS) == bare


@given(st.text(alphabet="LEADTIM(),\"'![]1.\\{}_ 表$:", max_size=40), st.sampled_from(Host))
def test_writing_for_a_host_never_changes_the_meaning(formula, host):
    assert neutral(for_host(formula, host, SPELLINGS), SPELLINGS) == neutral(formula, SPELLINGS)
