# Installs quanliucheng for this user: a Python of its own, the add-in in Excel's start-up folder. A config.yaml beside
# this script stays where it is: the add-in follows it from there, and keeps a copy of the last good one.
# -Quiet says nothing unless something is wrong; -Force installs the same version again.
param([switch]$Quiet, [switch]$Force)
$ErrorActionPreference = 'Stop'

$Here = Split-Path -Parent $MyInvocation.MyCommand.Path
$Target = Join-Path $env:LOCALAPPDATA 'quanliucheng'
$Python = Join-Path $Target 'python'
$Old = Join-Path $Target 'python.old'
$Installed = Join-Path $Target 'VERSION'
$Program = Join-Path $Python 'python.exe'
$Config = Join-Path $Here 'config.yaml'
$Settings = Join-Path $env:USERPROFILE '.quanliucheng\quanliucheng.conf'
$Version = (Get-Content (Join-Path $Here 'VERSION') -TotalCount 1).Trim()

function Say([string]$Text) { if (-not $Quiet) { Write-Host $Text } }
function Stop-With([string]$Text, [int]$Code) { Write-Host $Text -ForegroundColor Red; exit $Code }

if (-not $Force -and (Test-Path $Installed) -and ((Get-Content $Installed -TotalCount 1).Trim() -eq $Version)) {
    if ((Test-Path $Config) -and -not (Select-String -Path $Settings -SimpleMatch $Config -Encoding Default -Quiet -ErrorAction SilentlyContinue)) {
        & $Program -m console.cli --config $Config addin follow
        if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    }
    Say "已经是 $Version,不用再装 / $Version is installed already"
    exit 0
}
if (Get-Process -Name EXCEL -ErrorAction SilentlyContinue) {
    Stop-With '请先关闭 Excel 再装 / Close Excel first' 4
}
$Embedded = Get-ChildItem (Join-Path $Here 'python') -Filter 'python-3.*-embed-amd64.zip' -ErrorAction SilentlyContinue |
    Sort-Object Name | Select-Object -Last 1
if (-not $Embedded) {
    Stop-With '文件夹 python 里没有 python-3.11.x-embed-amd64.zip,见 README.txt / No embeddable Python in the folder python, see README.txt' 2
}
$Wheels = Join-Path $Here 'wheels'
$Pip = Get-ChildItem $Wheels -Filter 'pip-*.whl' -ErrorAction SilentlyContinue | Select-Object -Last 1
if (-not $Pip) {
    Stop-With '文件夹 wheels 不全,见 README.txt / The folder wheels is incomplete, see README.txt' 2
}

New-Item -ItemType Directory -Force -Path $Target | Out-Null
if (Test-Path $Old) { Remove-Item $Old -Recurse -Force }
if (Test-Path $Python) { Move-Item $Python $Old }
try {
    Say "正在安装 $Version / Installing $Version"
    Expand-Archive -Path $Embedded.FullName -DestinationPath $Python
    $Paths = Get-ChildItem $Python -Filter 'python3*._pth' | Select-Object -First 1
    (Get-Content $Paths.FullName) -replace '^#\s*import site', 'import site' | Set-Content $Paths.FullName -Encoding ASCII
    & $Program (Join-Path $Pip.FullName 'pip') install --quiet --no-index --find-links $Wheels --no-warn-script-location quanliucheng
    if ($LASTEXITCODE -ne 0) { throw "pip: $LASTEXITCODE" }
    $Company = if (Test-Path $Config) { '--config', $Config } else { @() }
    & $Program -m console.cli @Company addin install --file (Join-Path $Here 'quanliucheng.xlam')
    if ($LASTEXITCODE -ne 0) { throw "qlc addin install: $LASTEXITCODE" }
}
catch {
    if (Test-Path $Python) { Remove-Item $Python -Recurse -Force }
    if (Test-Path $Old) { Move-Item $Old $Python }
    Stop-With "没有装成,原来的还在:$_ / Not installed, what was there before stays: $_" 1
}
Set-Content (Join-Path $Target 'qlc.cmd') '@"%~dp0python\python.exe" -m console.cli %*' -Encoding ASCII
Set-Content $Installed $Version -Encoding ASCII
if (Test-Path $Old) { Remove-Item $Old -Recurse -Force }
Say "装好了 $Version。打开 Excel 就有“全流程”这一栏 / Installed $Version: open Excel"
