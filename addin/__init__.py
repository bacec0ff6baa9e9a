"""The face in the spreadsheet: functions, commands, hosts."""
