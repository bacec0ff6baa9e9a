"""What the server makes of an upload's name."""

import pytest

from addin.service.sync_jobs import LONGEST_NAME, cleaned
from rules.errors import Error


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("FBA库存 20260427.csv", "FBA库存 20260427.csv"),
        ("C:\\Users\\li\\a.XLSX", "a.XLSX"),
        ("../../etc/a.csv", "a.csv"),
        ('a<b>:"|?*.csv', "a_b______.csv"),
        ("a\x00\n\u202eb.csv", "a___b.csv"),
        ("长" * 300 + ".xlsx", "长" * (LONGEST_NAME - 5) + ".xlsx"),
        ("  a .csv ", "a.csv"),
    ],
)
def test_names_are_cleaned(written, kept):
    assert cleaned(written) == kept


@pytest.mark.parametrize(
    "written", ["", "a", ".csv", ".a.csv", "~$a.csv", "a.exe", "a.csv.exe", "NUL.csv", "com1.xlsx", "..", "/", "__.csv"]
)
def test_what_is_no_export_by_its_name_is_refused(written):
    with pytest.raises(Error) as caught:
        cleaned(written)
    assert caught.value.code.id == "V-022"
