# Removes quanliucheng of this user. The user's config.yaml stays.
param([switch]$Quiet)
$ErrorActionPreference = 'Stop'

$Target = Join-Path $env:LOCALAPPDATA 'quanliucheng'
$Program = Join-Path $Target 'python\python.exe'

if (Get-Process -Name EXCEL -ErrorAction SilentlyContinue) {
    Write-Host '请先关闭 Excel 再卸 / Close Excel first' -ForegroundColor Red
    exit 4
}
if (Test-Path $Program) {
    & $Program -m console.cli addin uninstall
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}
else {
    $Start = Join-Path $env:APPDATA 'Microsoft\Excel\XLSTART\quanliucheng.xlam'
    $Settings = Join-Path $env:USERPROFILE '.quanliucheng\quanliucheng.conf'
    Remove-Item $Start, $Settings -ErrorAction SilentlyContinue
}
if (Test-Path $Target) { Remove-Item $Target -Recurse -Force }
if (-not $Quiet) { Write-Host '卸掉了;你的 config.yaml 还在 / Removed; your config.yaml stays' }
