"""What the tests do inside LibreOffice; run by its own Python, one action of `facts` at a time."""

from console.bench.office_session import Session, answer


def main():
    session = Session()
    answer(ACTIONS[session.facts["action"]](session))


def shown(cell):
    """A number, a text, or an error's code."""
    error = cell.getError()
    if error:
        return {"error": error}
    return cell.getDataArray()[0][0]


def read(sheet, area):
    cells = sheet.getCellRangeByName(area)
    at = cells.RangeAddress
    return [
        [shown(cells.getCellByPosition(column, row)) for column in range(at.EndColumn - at.StartColumn + 1)]
        for row in range(at.EndRow - at.StartRow + 1)
    ]


def recompute(session):
    """Opens a workbook, reads cells and formulas, and saves it as xlsx."""
    document = session.open(session.facts["path"])
    sheet = document.Sheets[0]
    found = {area: read(sheet, area) for area in session.facts["areas"]}
    formulas = {area: sheet.getCellRangeByName(area.split(":")[0]).getCellByPosition(0, 0).Formula for area in found}
    if session.facts.get("out"):
        session.save(document, session.facts["out"])
    document.close(True)
    return {"values": found, "formulas": formulas}


def service_names(session):
    """The same formulas by the name of the add-in's service, written through the API."""
    document = session.open(session.facts["path"])
    sheet = document.Sheets[0]
    found = {}
    for area, formula in session.facts["formulas"].items():
        cells = sheet.getCellRangeByName(area)
        cells.clearContents(31)
        cells.setArrayFormula(formula)
        found[area] = read(sheet, area)
    document.close(True)
    return found


def typed(session):
    """What stands in cells after a person entered formulas in a window, and after it is saved and opened again."""
    document = session.open(session.facts["path"], hidden=False)
    frame = document.CurrentController.Frame
    helper = session.service("com.sun.star.frame.DispatchHelper")
    from console.bench.office_session import properties

    found = {}
    for cell, formula in session.facts["formulas"].items():
        helper.executeDispatch(frame, ".uno:GoToCell", "", 0, properties(ToPoint=cell))
        helper.executeDispatch(frame, ".uno:EnterString", "", 0, properties(StringName=formula))
    for cell in session.facts["formulas"]:
        at = document.Sheets[0].getCellRangeByName(cell).getCellByPosition(0, 0)
        found[cell] = [at.Formula, shown(at)]
    session.save(document, session.facts["out"])
    document.close(True)
    return found


def wizard(session):
    """What the function wizard knows."""
    known = session.service("com.sun.star.sheet.FunctionDescriptions")
    found = []
    for place in range(known.Count):
        fields = {item.Name: item.Value for item in known.getByIndex(place)}
        if fields["Name"].split(".")[0] in session.facts["names"]:
            arguments = [[item.Name, item.Description] for item in fields["Arguments"]]
            found.append({"name": fields["Name"], "help": fields["Description"], "args": arguments})
    return found


ACTIONS = {
    "recompute": recompute,
    "service names": service_names,
    "typed": typed,
    "wizard": wizard,
}

if __name__ == "__main__":
    main()
