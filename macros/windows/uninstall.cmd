@echo off
rem Removes quanliucheng of this user.
powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0uninstall.ps1" %*
set CODE=%ERRORLEVEL%
if not "%1"=="-Quiet" pause
exit /b %CODE%
