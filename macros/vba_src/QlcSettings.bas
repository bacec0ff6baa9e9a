Option Explicit
Option Private Module
' The user's settings file, read once; no workbook and no folder of a workbook has a say.

Private Known As Object

Public Function Setting(ByVal Key As String, ByVal Default As String) As String
    Dim Value As String
    If Known Is Nothing Then Set Known = CreateObject("Scripting.Dictionary")
    Key = UCase$(Key)
    If Not Known.Exists(Key) Then
        Value = Default
        If FileExists(GetConfigFilePath()) Then
            If Not GetConfigFromFile(GetConfigFilePath(), Key, Value) Then Value = Default
        End If
        Known.Add Key, ExpandEnvironmentStrings(Value)
    End If
    Setting = Known(Key)
End Function
