@echo off
rem Installs quanliucheng for this user. No administrator's rights are needed.
powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0install.ps1" %*
set CODE=%ERRORLEVEL%
if not "%1"=="-Quiet" pause
exit /b %CODE%
