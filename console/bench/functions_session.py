"""The recalculations of `qlc bench functions`, timed inside one LibreOffice."""

from __future__ import annotations

import time
from typing import Any

from console.bench.office_session import Session, answer


def main() -> None:
    """Times each kind of formula over the same rows; native formulas take turns with them."""
    session = Session()
    rows, repeat = session.facts["rows"], session.facts["repeat"]
    documents = [_filled(session, case, rows) for case in session.facts["cases"]]
    turns = [
        [_seconds(document, f"{place}-{turn}") for place, document in enumerate(documents)] for turn in range(repeat)
    ]
    shown = [document.Sheets[0].getCellRangeByName(f"C1:C{rows}").getDataArray() for document in documents]
    for document in documents:
        document.close(True)
    answer({"turns": turns, "shown": [[cells[0][0], cells[-1][0]] for cells in shown]})


def _filled(session: Session, case: dict[str, Any], rows: int) -> Any:
    """A document with categories in A, channels in B, and the formula in C; ``#`` is its row, or for an array the last one."""
    document = session.open()
    sheet = document.Sheets[0]
    different, formula = case["different"], case["formula"]
    inputs = tuple((f"品类{number % different}", "快线") for number in range(rows))
    sheet.getCellRangeByName(f"A1:B{rows}").setDataArray(inputs)
    cells = sheet.getCellRangeByName(f"C1:C{rows}")
    if case["array"]:
        cells.setArrayFormula(formula.replace("#", str(rows)))
    else:
        cells.setFormulaArray(tuple((formula.replace("#", str(number)),) for number in range(1, rows + 1)))
    return document


def _seconds(document: Any, word: str) -> float:
    """Seconds until everything is computed anew after a word that every formula reads has changed."""
    start = time.perf_counter()
    document.Sheets[0].getCellRangeByName("D1").setString(word)
    document.calculateAll()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
