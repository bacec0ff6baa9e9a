"""A web host's open document: its cells go to the service as JSON, and come back as edits to be written.

Its JSON is what docs/service.md records; test_host checks it against a service that runs.
"""

import json

from addin.commands.as_json import value_json
from addin.service import models
from sheets_schema.grid.address import Range, parse_cell
from sheets_schema.grid.edits import UNSET, CellEdit, Receipt
from sync.backends.memory import MemoryStore


class WebDocument(MemoryStore):
    """A document of a page. What is read of it is what the service reads of its JSON."""

    def as_json(self):
        """The tabs as rows of JSON cells."""
        return {name: self._rows(cells) for name, cells in self._tabs.items()}

    def read(self, tab):
        body = json.dumps({"tabs": self.as_json()}).encode()
        return models.work(body).store.read(tab)

    def write(self, edits):
        """Writes the edits of a plan, each only where its cell still holds what it names."""
        read = [self._edit(edit) for edit in edits]
        return self.apply(edits=read, expected=self.version())

    def press(self, client, command, selection, answers):
        """One button, through the service: preview, apply there, write here. Answers the report and what undoes it."""
        area = Range(selection.top, selection.left, selection.bottom, selection.right)
        body = {"tabs": self.as_json(), "selection": {"tab": selection.tab, "cells": str(area)}, "answers": answers}
        told = client.ask("POST", f"/v1/commands/{command}/apply", body)
        assert told.status == 200, told.document
        report = self.write(told.document["plan"]["edits"])
        written = set(report.changed)
        undo = [edit for edit in told.document["inverse"] if f"{edit['tab']}!{edit['cell']}" in written]
        return Receipt(report.changed, report.refused), undo

    @staticmethod
    def _edit(edit):
        expect = models.cell(edit["expect"]) if "expect" in edit else UNSET
        return CellEdit(edit["tab"], *parse_cell(edit["cell"]), models.cell(edit["value"]), expect)

    @staticmethod
    def _rows(cells):
        rows = []
        for (number, column), value in sorted(cells.items()):
            rows.extend([] for _ in range(number - len(rows)))
            row = rows[number - 1]
            row.extend([None] * (column + 1 - len(row)))
            row[column] = value_json(value)
        return rows
