"""A real LibreOffice opens the add-in, lists its modules, and runs macros of it."""

from macros.xlam import modules, xlam
from tests.macros.basic import run_macro

PROBE = """
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


def test_it_opens_lists_and_runs(tmp_path):
    book = tmp_path / "quanliucheng.xlam"
    book.write_bytes(xlam())
    said = run_macro(PROBE, tmp_path, book)
    assert [line for line in said if line.startswith("sheet")] == ["sheet 函数说明", "sheet _texts"]
    assert {line[7:] for line in said if line.startswith("module")} == {module.name for module in modules()}
    assert said[-3:] == ["message 全流程", "message strange", "shown 71"]
