Option Explicit
Option Private Module
' As much JSON as calls and answers need. A list is read as an array that begins with "[", an object as one that
' begins with "{" and goes on with names and values in turn.

Private Const Most As Long = 16

Private Source As String
Private At As Long
Private Slash As Long

Public Function JsonText(ByVal Text As String) As String
    ' A text in quotes, in ASCII: every other character as \u and four digits.
    Dim Pieces() As String
    Dim Code As Long
    Dim I As Long
    If Len(Text) = 0 Then
        JsonText = Chr$(34) & Chr$(34)
        Exit Function
    End If
    ReDim Pieces(1 To Len(Text))
    For I = 1 To Len(Text)
        Code = AscW(Mid$(Text, I, 1))
        If Code < 0 Then Code = Code + 65536
        If Code = 34 Or Code = 92 Then
            Pieces(I) = "\" & Chr$(Code)
        ElseIf Code >= 32 And Code < 127 Then
            Pieces(I) = Chr$(Code)
        Else
            Pieces(I) = "\u" & Right$("000" & Hex$(Code), 4)
        End If
    Next I
    JsonText = Chr$(34) & Join(Pieces, "") & Chr$(34)
End Function

Public Function JsonRows(ByVal Value As Variant) As String
    ' A value alone as it is; an array as rows, one of one dimension as one row.
    Dim Rows() As String
    Dim Cells() As String
    Dim I As Long
    Dim J As Long
    If Not IsArray(Value) Then
        JsonRows = JsonCell(Value)
    ElseIf Dimensions(Value) = 1 Then
        ReDim Cells(LBound(Value) To UBound(Value))
        For J = LBound(Value) To UBound(Value)
            Cells(J) = JsonCell(Value(J))
        Next J
        JsonRows = "[[" & Join(Cells, ",") & "]]"
    Else
        ReDim Rows(LBound(Value, 1) To UBound(Value, 1))
        ReDim Cells(LBound(Value, 2) To UBound(Value, 2))
        For I = LBound(Value, 1) To UBound(Value, 1)
            For J = LBound(Value, 2) To UBound(Value, 2)
                Cells(J) = JsonCell(Value(I, J))
            Next J
            Rows(I) = "[" & Join(Cells, ",") & "]"
        Next I
        JsonRows = "[" & Join(Rows, ",") & "]"
    End If
End Function

Private Function JsonCell(ByVal Cell As Variant) As String
    ' One value; a blank or a missing one is null.
    If IsError(Cell) Then
        JsonCell = JsonError(Cell)
    ElseIf IsEmpty(Cell) Or IsNull(Cell) Then
        JsonCell = "null"
    ElseIf VarType(Cell) = vbBoolean Then
        JsonCell = IIf(Cell, "true", "false")
    ElseIf VarType(Cell) = vbString Then
        JsonCell = JsonText(Cell)
    Else
        JsonCell = JsonNumber(CDbl(Cell))
    End If
End Function

Private Function JsonError(ByVal Cell As Variant) As String
    If IsMissing(Cell) Then
        JsonError = "null"
    Else
        JsonError = "{" & JsonText("error") & ":" & JsonText(ErrorText(Cell)) & "}"
    End If
End Function

Private Function JsonNumber(ByVal Number As Double) As String
    ' With a point, whatever the computer's own decimal sign, and a digit before it.
    JsonNumber = Trim$(Str$(Number))
    If Left$(JsonNumber, 1) = "." Then JsonNumber = "0" & JsonNumber
    If Left$(JsonNumber, 2) = "-." Then JsonNumber = "-0" & Mid$(JsonNumber, 2)
End Function

Public Function JsonRead(ByVal Text As String) As Variant
    Source = Text
    At = 1
    Slash = 0
    JsonRead = ReadValue()
End Function

Public Function JsonField(ByVal Found As Variant, ByVal Name As String) As Variant
    ' The value of a name; Empty for one that is not there.
    Dim I As Long
    JsonField = Empty
    For I = 1 To UBound(Found) - 1 Step 2
        If Found(I) = Name Then
            JsonField = Found(I + 1)
            Exit Function
        End If
    Next I
End Function

Private Function ReadValue() As Variant
    SkipBlanks
    Select Case Mid$(Source, At, 1)
        Case "{"
            ReadValue = ReadMany("{", "}")
        Case "["
            ReadValue = ReadMany("[", "]")
        Case Chr$(34)
            ReadValue = ReadText()
        Case "t"
            At = At + 4
            ReadValue = True
        Case "f"
            At = At + 5
            ReadValue = False
        Case "n"
            At = At + 4
            ReadValue = Empty
        Case Else
            ReadValue = ReadNumber()
    End Select
End Function

Private Function ReadMany(ByVal First As String, ByVal Last As String) As Variant
    Dim Items() As Variant
    Dim Count As Long
    ReDim Items(0 To Most)
    Items(0) = First
    At = At + 1
    SkipBlanks
    Do While Mid$(Source, At, 1) <> Last
        If At > Len(Source) Then Err.Raise 5
        If InStr(",:", Mid$(Source, At, 1)) > 0 Then At = At + 1
        Count = Count + 1
        If Count > UBound(Items) Then
            ReDim Preserve Items(0 To 2 * Count)
        End If
        Items(Count) = ReadValue()
        SkipBlanks
    Loop
    At = At + 1
    ReDim Preserve Items(0 To Count)
    ReadMany = Items
End Function

Private Function ReadText() As String
    Dim Quote As Long
    At = At + 1
    Do
        Quote = InStr(At, Source, Chr$(34))
        If Quote = 0 Then Err.Raise 5
        If Slash < At Then Slash = InStr(At, Source, "\")
        If Slash = 0 Then Slash = Len(Source) + 1
        If Slash > Quote Then Exit Do
        ReadText = ReadText & Mid$(Source, At, Slash - At) & Escaped(Mid$(Source, Slash + 1, 5))
        At = Slash + IIf(Mid$(Source, Slash + 1, 1) = "u", 6, 2)
    Loop
    ReadText = ReadText & Mid$(Source, At, Quote - At)
    At = Quote + 1
End Function

Private Function Escaped(ByVal Code As String) As String
    Select Case Left$(Code, 1)
        Case "n": Escaped = Chr$(10)
        Case "r": Escaped = Chr$(13)
        Case "t": Escaped = Chr$(9)
        Case "b": Escaped = Chr$(8)
        Case "f": Escaped = Chr$(12)
        Case "u": Escaped = ChrW$(CLng("&H" & Mid$(Code, 2, 4)))
        Case Else: Escaped = Left$(Code, 1)
    End Select
End Function

Private Function ReadNumber() As Double
    Dim First As Long
    First = At
    Do While InStr("+-.0123456789eE", Mid$(Source, At, 1)) > 0 And At <= Len(Source)
        At = At + 1
    Loop
    If At = First Then Err.Raise 5
    ReadNumber = Val(Mid$(Source, First, At - First))
End Function

Private Sub SkipBlanks()
    Do While At <= Len(Source)
        If Asc(Mid$(Source, At, 1)) > 32 Or Asc(Mid$(Source, At, 1)) < 0 Then Exit Do
        At = At + 1
    Loop
End Sub
