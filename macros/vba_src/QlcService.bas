Option Explicit
Option Private Module
' Functions without a Python on this computer: one request for each formula, a whole range in it.

Private Const NoProxy As Long = 1
Private Const StreamOfBytes As Long = 1
Private Const StreamOfText As Long = 2

Public Function Thin() As Boolean
    ' Whether the user's settings name a service.
    Thin = Len(Setting("SERVICE", "")) > 0
End Function

Public Function AskService(ByVal Name As String, ByVal Given As Variant) As Variant
    ' The answer of the service: a value, or an array; error texts for errors.
    Dim Request As Object
    Set Request = CreateObject("WinHttp.WinHttpRequest.5.1")
    Request.SetTimeouts 3000, 3000, 10000, 40000
    Request.SetProxy NoProxy
    Request.Open "POST", Setting("SERVICE", "") & "/v1/batch", False
    Request.SetRequestHeader "Content-Type", "application/json"
    Request.SetRequestHeader "Authorization", "Bearer " & Token()
    Request.Send CallText(Name, Given)
    If Request.Status <> 200 Then Err.Raise vbObjectError + Request.Status, , "HTTP " & Request.Status
    AskService = Outcome(FromUtf8(Request.ResponseBody))
End Function

Public Function CallText(ByVal Name As String, ByVal Given As Variant) As String
    ' The body of a request.
    Dim Pieces() As String
    Dim I As Long
    ReDim Pieces(LBound(Given) To UBound(Given))
    For I = LBound(Given) To UBound(Given)
        Pieces(I) = JsonRows(Given(I))
    Next I
    CallText = "{" & JsonText("calls") & ":[{" & JsonText("function") & ":" & JsonText(Name) & "," & JsonText("args") & ":[" & Join(Pieces, ",") & "]}]}"
End Function

Public Function Outcome(ByVal Text As String) As Variant
    ' What the body of an answer says.
    Dim Result As Variant
    Dim Value As Variant
    Result = JsonField(JsonRead(Text), "results")
    Result = Result(1)
    Value = JsonField(Result, "value")
    If IsArray(Value) Then
        Outcome = Grid(Value)
    ElseIf IsEmpty(Value) And Not IsEmpty(JsonField(Result, "error")) Then
        Outcome = JsonField(Result, "error")
    Else
        Outcome = CellOf(Value)
    End If
End Function

Private Function Grid(ByVal Rows As Variant) As Variant
    Dim Cells() As Variant
    Dim I As Long
    Dim J As Long
    ReDim Cells(1 To UBound(Rows), 1 To UBound(Rows(1)))
    For I = 1 To UBound(Rows)
        For J = 1 To UBound(Rows(I))
            Cells(I, J) = CellOf(Rows(I)(J))
        Next J
    Next I
    Grid = Cells
End Function

Private Function CellOf(ByVal Value As Variant) As Variant
    ' Blanks as empty text, days and moments as dates.
    CellOf = Value
    If IsEmpty(Value) Then
        CellOf = ""
    ElseIf VarType(Value) = vbString Then
        If Value Like "####-##-##" Or Value Like "####-##-##T##:##:##" Then CellOf = AsDay(Value)
    End If
End Function

Private Function AsDay(ByVal Text As String) As Date
    AsDay = DateSerial(Val(Left$(Text, 4)), Val(Mid$(Text, 6, 2)), Val(Mid$(Text, 9, 2)))
    If Len(Text) > 10 Then AsDay = AsDay + TimeSerial(Val(Mid$(Text, 12, 2)), Val(Mid$(Text, 15, 2)), Val(Mid$(Text, 18, 2)))
End Function

Private Function Token() As String
    ' The first line of the file that the settings name; it is never written anywhere else.
    Dim Number As Integer
    Dim First As String
    Number = FreeFile
    Open Setting("TOKEN", "") For Input As #Number
    Line Input #Number, First
    Close #Number
    Token = Trim$(Split(First & vbLf, vbLf)(0))
End Function

Private Function FromUtf8(ByVal Bytes As Variant) As String
    With CreateObject("ADODB.Stream")
        .Type = StreamOfBytes
        .Open
        .Write Bytes
        .Position = 0
        .Type = StreamOfText
        .Charset = "utf-8"
        FromUtf8 = .ReadText
        .Close
    End With
End Function
