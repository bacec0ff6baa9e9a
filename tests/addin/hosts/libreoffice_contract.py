"""Runs the suites of stores and hosts on documents of a real LibreOffice, by its own Python with the product's packages.

Facts on stdin: the pipe, and the folders to import from. Prints what pytest says and its exit code.
"""

import contextlib
import io
import sys

from console.bench.office_session import Session, answer


def main():
    session = Session()
    sys.path.extend(session.facts["paths"])
    import pytest

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = pytest.main(
            ["-x", "-p", "no:cacheprovider", "--no-header", "tests/addin/hosts/libreoffice_documents.py"],
            plugins=[Desk(session)],
        )
    answer({"code": int(code), "said": said.getvalue()[-6000:]})


class Desk:
    """Opens documents for the suites."""

    def __init__(self, session):
        self.session = session

    def pytest_configure(self, config):
        config.desk = self

    def document(self, tabs):
        """A document with those tabs: `Formula` for formulas, `CellError` for errors."""
        from addin.hosts.libreoffice.store import OpenDocument
        from addin.hosts.libreoffice.writing import write_cell
        from sheets_schema.cells import CellError
        from sheets_schema.grid.edits import CellEdit

        made = self.session.open()
        for place, (name, rows) in enumerate(tabs.items()):
            made.Sheets.insertNewByName(name, place)
            sheet = made.Sheets.getByName(name)
            for row, cells in enumerate(rows, 1):
                for column, value in enumerate(cells):
                    if isinstance(value, CellError):
                        sheet.getCellByPosition(column, row - 1).setFormula(f"={value}")
                    elif value is not None:
                        write_cell(made, sheet, CellEdit(name, row, column, value))
        made.Sheets.removeByName(made.Sheets.ElementNames[-1])
        return OpenDocument(made)


if __name__ == "__main__":
    main()
