Option Explicit
Option Private Module
' From cells to the Python that answers, and back.

Private Const Answers As String = "addin.hosts.excel.functions"

Private Const RestSeconds As Long = 30

Private Server As Object
Private Unreachable As Boolean
Private Since As Double

Public Function Answer(ByVal Name As String, ByVal Given As Variant) As Variant
    ' One call of a function: a value, an array, or a cell error.
    On Error GoTo Failed
    If Resting() Then
        Answer = CVErr(xlErrNA)
        Exit Function
    End If
    If Thin() Then
        Answer = Shown(AskService(Name, Given))
    Else
        Answer = Shown(Called(Answers, Name, Given))
    End If
    If Unreachable Then Recovered
    Exit Function
Failed:
    Complain Err.Description
    Answer = CVErr(xlErrNA)
End Function

Public Function Called(ByVal Script As String, ByVal Name As String, ByVal Given As Variant) As Variant
    ' One call of Python. A server that has gone is started once more.
    Dim Tries As Integer
    On Error GoTo Failed
    If Server Is Nothing Then Set Server = XLPy()
    Called = Server.CallUDF(Script, Name, Given)
    Exit Function
Failed:
    Set Server = Nothing
    Tries = Tries + 1
    If Tries < 2 Then Resume
    Err.Raise Err.Number, , Err.Description
End Function

Private Function Resting() As Boolean
    ' A sheet full of formulas does not wait for each of them when nobody answers.
    If Not Unreachable Then Exit Function
    Resting = Timer >= Since And Timer < Since + RestSeconds
End Function

Private Sub Complain(ByVal Reason As String)
    On Error Resume Next
    If Server Is Nothing Then
        Unreachable = True
        Since = Timer
    End If
    If Thin() Then
        Application.StatusBar = Message("service_missing") & " " & Reason
    Else
        Application.StatusBar = Message("python_missing") & " " & Reason
    End If
End Sub

Private Sub Recovered()
    On Error Resume Next
    Unreachable = False
    Application.StatusBar = False
End Sub

Public Function Plain(ByRef Given As Variant) As Variant
    ' What an argument holds: a value, or rows of values for a range; a missing argument stays missing.
    Dim Area As Range
    If IsMissing(Given) Then
        Plain = Given
    ElseIf TypeName(Given) <> "Range" Then
        Plain = Given
    ElseIf Given.Areas.Count > 1 Then
        Plain = CVErr(xlErrValue)
    Else
        Set Area = Used(Given)
        If Area Is Nothing Then
            Plain = Empty
        ElseIf Area.Worksheet.Parent.Date1904 Then
            Plain = Area.Value
        Else
            Plain = Area.Value2
        End If
    End If
End Function

Private Function Used(ByVal Given As Range) As Range
    ' Whole columns and rows end where the sheet's cells end.
    If Given.Rows.Count = Given.Worksheet.Rows.Count Or Given.Columns.Count = Given.Worksheet.Columns.Count Then
        Set Used = Intersect(Given, Given.Worksheet.UsedRange)
    Else
        Set Used = Given
    End If
End Function

Public Function LeftOut(ByRef Given As Variant) As Boolean
    ' Whether a day was not given, so that today counts.
    If IsMissing(Given) Then
        LeftOut = True
    ElseIf Not IsObject(Given) Then
        LeftOut = IsEmpty(Given)
    End If
End Function

Public Function FormulaOf(ByRef Given As Variant) As Variant
    ' The formula of a cell, where Python is on this computer with values in place of its references; other
    ' arguments as they are.
    FormulaOf = Plain(Given)
    If TypeName(Given) <> "Range" Then Exit Function
    If Given.Cells.CountLarge <> 1 Then Exit Function
    If Not Given.HasFormula Then Exit Function
    If Thin() Then
        FormulaOf = Given.Formula
    Else
        FormulaOf = Filled(Given.Formula, Given.Worksheet)
    End If
End Function

Private Function Filled(ByVal Text As String, ByVal Sheet As Worksheet) As Variant
    Dim Reference As Variant
    Dim Values As New Collection
    Dim Row() As Variant
    Dim Found As Variant
    Dim I As Long
    Found = Answer("references", Array(Text))
    If IsError(Found) Then
        Filled = Found
    ElseIf Found = "" Then
        Filled = Text
    Else
        For Each Reference In Split(Found, vbLf)
            Values.Add ValueAt(CStr(Reference), Sheet)
        Next Reference
        ReDim Row(0 To Values.Count - 1)
        For I = 1 To Values.Count
            Row(I - 1) = Values(I)
        Next I
        Filled = Answer("with_values", Array(Text, Row))
    End If
End Function

Private Function ValueAt(ByVal Reference As String, ByVal Sheet As Worksheet) As Variant
    Dim Found As Variant
    On Error GoTo Failed
    If IsObject(Sheet.Evaluate(Reference)) Then
        Set Found = Sheet.Evaluate(Reference)
        ValueAt = Plain(Found)
    Else
        ValueAt = Sheet.Evaluate(Reference)
    End If
    Exit Function
Failed:
    ValueAt = CVErr(xlErrRef)
End Function

Public Function Shown(ByVal Value As Variant) As Variant
    ' Error texts become the cell errors that they name, alone and in arrays of one or two dimensions.
    Dim I As Long
    Dim J As Long
    If Not IsArray(Value) Then
        Shown = AsError(Value)
    ElseIf Dimensions(Value) = 1 Then
        For I = LBound(Value) To UBound(Value)
            Value(I) = AsError(Value(I))
        Next I
        Shown = Value
    Else
        For I = LBound(Value, 1) To UBound(Value, 1)
            For J = LBound(Value, 2) To UBound(Value, 2)
                Value(I, J) = AsError(Value(I, J))
            Next J
        Next I
        Shown = Value
    End If
End Function

Public Function Dimensions(ByRef Value As Variant) As Long
    Dim Bound As Long
    Dimensions = 1
    On Error GoTo Done
    Bound = UBound(Value, 2)
    Dimensions = 2
Done:
End Function

Private Function AsError(ByVal Value As Variant) As Variant
    AsError = Value
    If VarType(Value) <> vbString Then Exit Function
    Select Case Value
        Case "#VALUE!": AsError = CVErr(xlErrValue)
        Case "#N/A": AsError = CVErr(xlErrNA)
        Case "#NUM!": AsError = CVErr(xlErrNum)
        Case "#NAME?": AsError = CVErr(xlErrName)
        Case "#REF!": AsError = CVErr(xlErrRef)
        Case "#DIV/0!": AsError = CVErr(xlErrDiv0)
        Case "#NULL!": AsError = CVErr(xlErrNull)
    End Select
End Function

Public Function ErrorText(ByVal Value As Variant) As String
    ' What a cell error is called.
    Select Case Value
        Case CVErr(xlErrNA): ErrorText = "#N/A"
        Case CVErr(xlErrNum): ErrorText = "#NUM!"
        Case CVErr(xlErrName): ErrorText = "#NAME?"
        Case CVErr(xlErrRef): ErrorText = "#REF!"
        Case CVErr(xlErrDiv0): ErrorText = "#DIV/0!"
        Case CVErr(xlErrNull): ErrorText = "#NULL!"
        Case Else: ErrorText = "#VALUE!"
    End Select
End Function
