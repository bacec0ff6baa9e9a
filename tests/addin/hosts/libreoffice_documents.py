"""The suites of stores and hosts, collected for LibreOffice; only `libreoffice_contract` runs this module."""

import struct
from datetime import date

import pytest

from addin.hosts.libreoffice.functions import Functions
from addin.hosts.libreoffice.values import ERRORS
from addin.registry.catalogue import find
from sheets_schema.cells import CellError, to_serial
from sheets_schema.grid.edits import Formula
from sync.backends.document import DocumentStore
from tests.contracts import hosts, test_host, test_store
from tests.fakes.fixed_policy import FixedPolicy


def calc(cell):
    """A cell as Calc hands it over."""
    if isinstance(cell, list):
        return tuple(tuple(calc(item) for item in row) for row in cell)
    if isinstance(cell, date):
        return to_serial(cell)
    return float(cell) if isinstance(cell, (bool, int)) else cell


def answered(functions, name, cells):

    if error := next((cell for cell in cells if isinstance(cell, CellError)), None):
        return error  # Calc passes an error on without calling
    entry = find(name)
    value = functions.answer(name, (*map(calc, cells), *[None] * (len(entry.args) - len(cells))))
    value = value[0][0] if isinstance(value, tuple) else value
    if isinstance(value, float) and value != value:
        return CellError(next(n for n, e in ERRORS.items() if struct.pack("<d", e) == struct.pack("<d", value)))
    return value


@pytest.fixture(scope="module")
def host(request):
    functions = Functions(FixedPolicy(hosts.TODAY))
    return hosts.Host(
        "libreoffice",
        request.config.desk.document,
        lambda calls: [answered(functions, name, cells) for name, cells in calls],
        hosts.press,
        hosts.undo,
        hosts.Spelling.LIBREOFFICE,
    )


@pytest.fixture
def store(request):
    tabs = {
        name: [
            [Formula(cell[1:]) if isinstance(cell, str) and cell.startswith("=") else cell for cell in row]
            for row in rows
        ]
        for name, rows in test_store.TABS.items()
    }
    return request.config.desk.document(tabs)


@pytest.fixture
def place(store):
    """The document as a round asks it."""
    return DocumentStore(store, "d")


for _suite in (test_store, test_host):
    globals().update({name: value for name, value in vars(_suite).items() if name.startswith("test_")})
