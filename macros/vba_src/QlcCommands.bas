Option Explicit
Option Private Module
' What the buttons of the ribbon do.

Public Sub explain_cell()
    ' The rule, the numbers and the SOP's lines behind the active cell.
    Dim Told As Variant
    If ActiveCell Is Nothing Then
        Say Message("no_cell")
        Exit Sub
    End If
    If Not ActiveCell.HasFormula Then
        Say Message("no_formula")
        Exit Sub
    End If
    Told = Answer("EXPLAIN", Array(FormulaOf(ActiveCell)))
    If IsError(Told) Then
        Say Message("cannot_explain")
    Else
        Say CStr(Told)
    End If
End Sub

Public Sub function_guide()
    ' A new workbook with every function, its arguments and an example.
    Guide.Copy
End Sub

Private Sub Say(ByVal Text As String)
    ' Unlike MsgBox, this shows Chinese whatever the computer's language is.
    CreateObject("WScript.Shell").Popup Text, 0, Message("category"), 64
End Sub
