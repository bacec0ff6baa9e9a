Option Explicit
Option Private Module
' What the function wizard says, messages, and links of workbooks to this add-in.

Private Described As Boolean

Public Sub DescribeFunctions()
    ' Gives every function its category and help; waits for a workbook to be open, as Excel asks.
    Dim Row As Long
    If Described Or ActiveWorkbook Is Nothing Then Exit Sub
    Described = True
    On Error Resume Next
    For Row = 2 To Guide.UsedRange.Rows.Count
        Describe Row
    Next Row
End Sub

Private Sub Describe(ByVal Row As Long)
    Dim Arguments() As String
    Dim Count As Long
    Dim I As Long
    Dim Macro As String
    Dim About As String
    About = Left$(Guide.Cells(Row, 2).Value & ": " & Guide.Cells(Row, 3).Value, 255)
    Macro = "'" & ThisWorkbook.Name & "'!" & Guide.Cells(Row, 1).Value
    Do While Guide.Cells(Row, 6 + Count).Value <> ""
        Count = Count + 1
    Loop
    If Count = 0 Then
        Application.MacroOptions Macro:=Macro, Description:=About, Category:=Message("category")
    Else
        ReDim Arguments(1 To Count)
        For I = 1 To Count
            Arguments(I) = Guide.Cells(Row, 5 + I).Value
        Next I
        Application.MacroOptions Macro:=Macro, Description:=About, Category:=Message("category"), ArgumentDescriptions:=Arguments
    End If
End Sub

Public Function Message(ByVal Key As String) As String
    ' A text of the sheet of messages; the key itself for one that is not there.
    Dim Row As Long
    Message = Key
    For Row = 1 To Texts.UsedRange.Rows.Count
        If Texts.Cells(Row, 1).Value = Key Then
            Message = Texts.Cells(Row, 2).Value
            Exit Function
        End If
    Next Row
End Function

Public Sub LinkHere(ByVal Book As Workbook)
    ' A workbook made on another computer names the add-in by that computer's path: it means this one.
    Dim Links As Variant
    Dim Link As Variant
    Dim Unchanged As Boolean
    On Error GoTo Done
    Links = Book.LinkSources(xlExcelLinks)
    If IsEmpty(Links) Then Exit Sub
    Unchanged = Book.Saved
    For Each Link In Links
        If Elsewhere(CStr(Link)) Then Book.ChangeLink CStr(Link), ThisWorkbook.FullName, xlLinkTypeExcelLinks
    Next Link
    Book.Saved = Unchanged
Done:
End Sub

Private Function Elsewhere(ByVal Path As String) As Boolean
    Dim Name As String
    Name = Mid$(Path, InStrRev(Replace(Path, "/", "\"), "\") + 1)
    If StrComp(Name, ThisWorkbook.Name, vbTextCompare) <> 0 Then Exit Function
    Elsewhere = StrComp(Path, ThisWorkbook.FullName, vbTextCompare) <> 0
End Function
