"""What stands in the way of edits: array formulas, data tables, merged ranges. A whole array formula may go."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping

from rules.errors import Code
from sheets_schema.grid.address import Range, parse_range
from sheets_schema.grid.codes import X_ARRAY, X_MERGED
from sheets_schema.grid.edits import Cached, CellEdit
from sync.backends.workbook.codes import X_DATA_TABLE
from sync.backends.workbook.holders import Held
from sync.backends.workbook.survey_parts import Survey

Place = tuple[int, int]
Edits = Mapping[Place, CellEdit]


def obstacles(
    survey: Survey, asked: Mapping[int, tuple[int, ...]], edits: Edits, held: Iterable[Held]
) -> dict[Place, tuple[Code, str]]:
    """The asked cells that can't be written, with the reason and the range.

    Those in an array formula, unless all of it is replaced; in a data table; in a merged range but not first;
    in an area that something else holds.
    """
    rows = sorted(survey.rows)
    answer: dict[Place, tuple[Code, str]] = {}

    def mark(area: Range | None, code: Code, first_too: bool, name: str = "") -> None:
        if area is None:
            return
        for at in range(bisect_left(rows, area.top), bisect_right(rows, area.bottom)):
            row = survey.rows[rows[at]]
            for column in asked.get(row.number, ()):
                if area.left <= column <= area.right and (first_too or (row.number, column) != area[:2]):
                    answer.setdefault((row.number, column), (code, name or str(area)))

    for region in survey.regions:
        area = parse_range(region.ref)
        if region.kind == "dataTable":
            mark(area, X_DATA_TABLE, True)
        elif region.kind == "array" and not (area and replaces(area, edits)):
            mark(area, X_ARRAY, True)
    for node in survey.tail_tree.all("mergeCells"):
        for child in node.all("mergeCell"):
            mark(parse_range(child.get("ref")), X_MERGED, False)
    for held_area, code, name in held:
        mark(held_area, code, True, name)
    return answer


def whole_arrays(survey: Survey, edits: Edits) -> Iterator[Place]:
    """The cells of array formulas that are replaced."""
    for region in survey.regions:
        area = parse_range(region.ref) if region.kind == "array" else None
        if area and replaces(area, edits):
            yield from area.cells()


def replaces(area: Range, edits: Edits) -> bool:
    """Whether every cell of a range is to hold something else than what a formula shows there."""
    if area.size > len(edits):
        return False
    found = [edits.get(place) for place in area.cells()]
    return not any(edit is None or isinstance(edit.value, Cached) for edit in found)
