@echo off
rem Installs the add-in without a Python: functions are answered by a service. See README.txt.
powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0install-thin.ps1" %*
exit /b %ERRORLEVEL%
