"""A real LibreOffice opens the add-in, lists its modules, and runs macros of it."""

import json

from addin.service.models import batch
from macros.xlam import modules, xlam
from tests.macros.basic import run_macro

PROBE = r"""
Sub Run(target As String, book As String)
    Dim how(2) As New com.sun.star.beans.PropertyValue
    Dim handle
    how(0).Name = "Hidden" : how(0).Value = True
    how(1).Name = "MacroExecutionMode" : how(1).Value = 4
    how(2).Name = "FilterName" : how(2).Value = "Calc MS Excel 2007 VBA XML"
    handle = FreeFile
    Open target For Output As #handle
    On Error Goto Failed
    doc = StarDesktop.loadComponentFromURL(ConvertToURL(book), "_blank", 0, how())
    For Each sheet In doc.Sheets.ElementNames
        Print #handle, "sheet " & sheet
    Next
    For Each module_ In doc.BasicLibraries.getByName("quanliucheng").ElementNames
        Print #handle, "module " & module_
    Next
    script = doc.ScriptProvider.getScript("vnd.sun.star.script:quanliucheng.QlcHelp.Message?language=Basic&location=document")
    Print #handle, "message " & script.invoke(Array("category"), Array(), Array())
    Print #handle, "message " & script.invoke(Array("strange"), Array(), Array())
    script = doc.ScriptProvider.getScript("vnd.sun.star.script:quanliucheng.QlcBridge.Shown?language=Basic&location=document")
    Print #handle, "shown " & script.invoke(Array("71"), Array(), Array())
    doc.close(True)
    Close #handle
    StarDesktop.terminate()
    Exit Sub
Failed:
    Print #handle, "failed " & Error$
    Close #handle
    StarDesktop.terminate()
End Sub
"""

ANSWERS = [
    {"value": 71, "error": None},
    {"value": None, "error": "#N/A", "message": "不认得"},
    {"value": None, "error": None},
    {"value": 'a"b\\c\n车机', "error": None, "marks": ["解读"]},
    {"value": -0.125, "error": None},
    {"value": True, "error": None},
    {"value": "2025-04-03", "error": None},
    {"value": "2025-04-03T14:30:00", "error": None},
    {"value": [[1, None], ["x", "#NUM!"]], "error": "#NUM!"},
    {"value": [[number, f"第{number}行"] for number in range(1, 2001)], "error": None},
]
"""Outcomes as the service writes them."""


JSON_PROBE = r"""
Sub Run(target As String, answers As String)
    Dim handle, body, value
    Dim rows(1, 1) As Variant
    handle = FreeFile
    Open target For Output As #handle
    On Error Goto Failed
    rows(0, 0) = "x" : rows(0, 1) = 1.5 : rows(1, 0) = "" : rows(1, 1) = False
    Print #handle, JsonText("a""b\c " & Chr(9) & "车机😀")
    Print #handle, CallText("LEADTIME", Array("车机", Empty, 0.5, -0.25, -3, True, rows, Array(1, "y")))
    Open answers For Input As #2
    Do While Not EOF(2)
        Line Input #2, body
        value = Outcome(body)
        If IsArray(value) Then
            Print #handle, "grid " & UBound(value, 1) & "x" & UBound(value, 2) & " " & value(1, 1) & "|" & value(1, 2) & "|" & value(UBound(value, 1), 2)
        ElseIf TypeName(value) = "Date" Then
            Print #handle, "date " & CDbl(value)
        Else
            Print #handle, TypeName(value) & " " & value
        End If
    Loop
    Close #2
    Close #handle
    StarDesktop.terminate()
    Exit Sub
Failed:
    Print #handle, "failed " & Error$
    Close #handle
    StarDesktop.terminate()
End Sub
"""


def test_the_json_of_thin_mode(tmp_path):
    answers = tmp_path / "answers.txt"
    bodies = [
        json.dumps({"results": [outcome]}, ensure_ascii=bool(number % 2)) for number, outcome in enumerate(ANSWERS)
    ]
    answers.write_text("\n".join(bodies) + "\n", "utf-8")
    needed = [module for module in modules() if module.name in ("QlcJson", "QlcService", "QlcBridge")]
    said = run_macro(JSON_PROBE, tmp_path, answers, vba=needed)
    assert json.loads(said[0]) == 'a"b\\c \t车机😀'
    assert said[0].isascii()
    call = json.loads(said[1])
    assert batch(said[1].encode()).calls == (
        ("LEADTIME", ["车机", None, 0.5, -0.25, -3.0, True, [["x", 1.5], ["", False]], [[1.0, "y"]]]),
    )
    assert call["calls"][0]["function"] == "LEADTIME"
    assert said[2:] == [
        "Double 71",
        "String #N/A",
        "String ",
        'String a"b\\c',
        "车机",
        "Double -0.125",
        "Boolean True",
        "date 45750",
        "date 45750.6041666667",
        "grid 2x2 1||#NUM!",
        "grid 2000x2 1|第1行|第2000行",
    ]


def test_it_opens_lists_and_runs(tmp_path):
    book = tmp_path / "quanliucheng.xlam"
    book.write_bytes(xlam())
    said = run_macro(PROBE, tmp_path, book)
    assert [line for line in said if line.startswith("sheet")] == ["sheet 函数说明", "sheet _texts"]
    assert {line[7:] for line in said if line.startswith("module")} == {module.name for module in modules()}
    assert said[-3:] == ["message 全流程", "message strange", "shown 71"]
