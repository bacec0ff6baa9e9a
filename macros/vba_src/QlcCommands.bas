Option Explicit
Option Private Module
' What the buttons of the ribbon do: most of it in Python, asked and confirmed here.

Private Const Buttons As String = "addin.hosts.excel.buttons"
Private Const Question As Long = 32
Private Const Information As Long = 64
Private Const YesNoCancel As Long = 3
Private Const FolderPicker As Long = 4
Private Const LongestPrompt As Long = 250

Public Sub RunButton(ByVal Id As String)
    ' A button whose work is in Python: its questions, its preview, a confirmation, one step of undo.
    Dim Reply As Variant
    Dim Given As Variant
    If ActiveWorkbook Is Nothing Then
        Say Message("no_workbook")
        Exit Sub
    End If
    On Error GoTo Failed
    Reply = Work("press", Array(ActiveWorkbook, Id))
    Do
        Select Case Reply(0)
            Case "tell"
                Say CStr(Reply(1))
                Exit Sub
            Case "confirm"
                Select Case Popup(CStr(Reply(1)) & vbLf & vbLf & Message("confirm"), YesNoCancel + Question)
                    Case vbYes
                        Reply = Work("go_on", Array("confirm", ""))
                        Application.OnUndo Message("undo"), "'" & ThisWorkbook.Name & "'!TakeBack"
                    Case vbNo
                        ShowList Work("whole_list", Array(""))
                        Exit Sub
                    Case Else
                        Exit Sub
                End Select
            Case Else
                Given = Asked(Reply)
                If VarType(Given) = vbBoolean Then Exit Sub
                Reply = Work("go_on", Array("answer", Given))
        End Select
    Loop
Failed:
    Application.Cursor = xlDefault
    Say Message("python_missing") & " " & Err.Description
End Sub

Public Sub UndoButton()
    ' Excel's own undo, after a button has written.
    Dim Reply As Variant
    On Error GoTo Failed
    Reply = Work("go_on", Array("take_back", ""))
    Say CStr(Reply(1))
    Exit Sub
Failed:
    Application.Cursor = xlDefault
    Say Message("python_missing") & " " & Err.Description
End Sub

Private Function Work(ByVal Name As String, ByVal Given As Variant) As Variant
    Application.Cursor = xlWait
    Work = Called(Buttons, Name, Given)
    Application.Cursor = xlDefault
End Function

Private Function Asked(ByVal Reply As Variant) As Variant
    ' What the person answers; False for nothing. A long list is shown first, since a prompt holds little.
    Dim Prompt As String
    If Reply(0) = "folder" Then
        Asked = PickedFolder(CStr(Reply(1)))
        Exit Function
    End If
    Prompt = Reply(1)
    If Len(Prompt) > LongestPrompt Then
        Say Prompt
        Prompt = Message("number")
    End If
    Asked = Application.InputBox(Prompt, Message("category"), Reply(2), Type:=2)
End Function

Private Function PickedFolder(ByVal Title As String) As Variant
    PickedFolder = False
    With Application.FileDialog(FolderPicker)
        .Title = Title
        If .Show = -1 Then PickedFolder = .SelectedItems(1)
    End With
End Function

Private Sub ShowList(ByVal Rows As Variant)
    ' Every change of a preview in a new workbook; the button is pressed again to write them.
    Dim Sheet As Worksheet
    Set Sheet = Workbooks.Add(xlWBATWorksheet).Worksheets(1)
    With Sheet.Range("A1").Resize(UBound(Rows, 1) - LBound(Rows, 1) + 1, UBound(Rows, 2) - LBound(Rows, 2) + 1)
        .NumberFormat = "@"
        .Value = Rows
        .Columns.AutoFit
    End With
    Sheet.Rows(2).Font.Bold = True
End Sub

Public Sub explain_cell()
    ' The rule, the numbers and the SOP's lines behind the active cell, where no Python is on this computer.
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
    ' A new workbook with every function, its arguments and an example, where no Python is on this computer.
    Guide.Copy
End Sub

Public Sub copy_picture()
    ' The selected cells as a picture on the clipboard.
    If TypeName(Selection) <> "Range" Then
        Say Message("no_cell")
        Exit Sub
    End If
    Selection.CopyPicture xlScreen, xlPicture
    Say Message("copied")
End Sub

Private Sub Say(ByVal Text As String)
    Popup Text, Information
End Sub

Private Function Popup(ByVal Text As String, ByVal Look As Long) As Long
    ' Unlike MsgBox, this shows Chinese whatever the computer's language is.
    Popup = CreateObject("WScript.Shell").Popup(Text, 0, Message("category"), Look)
End Function
