# Installs the add-in for this user without a Python: its functions ask a service (qlc serve), its ribbon shows
# what needs no Python. -Service is the service's address, -TokenFile the file that holds this user's token.
param([Parameter(Mandatory = $true)][string]$Service, [Parameter(Mandatory = $true)][string]$TokenFile)
$ErrorActionPreference = 'Stop'

$Here = Split-Path -Parent $MyInvocation.MyCommand.Path
$Start = Join-Path $env:APPDATA 'Microsoft\Excel\XLSTART'
$Settings = Join-Path $env:USERPROFILE '.quanliucheng'

function Stop-With([string]$Text, [int]$Code) { Write-Host $Text -ForegroundColor Red; exit $Code }

if ($Service -notmatch '^(https://|http://(127\.0\.0\.1|localhost)(:|/|$))') {
    Stop-With '服务地址要用 https://(本机可以用 http://127.0.0.1) / The address must be https://, or http://127.0.0.1 on this computer' 2
}
if (-not (Test-Path $TokenFile)) {
    Stop-With "没有令牌文件 $TokenFile / There is no token file $TokenFile" 2
}
if (Get-Process -Name EXCEL -ErrorAction SilentlyContinue) {
    Stop-With '请先关闭 Excel 再装 / Close Excel first' 4
}
New-Item -ItemType Directory -Force -Path $Start, $Settings | Out-Null
Copy-Item (Join-Path $Here 'quanliucheng.xlam') $Start -Force
Unblock-File (Join-Path $Start 'quanliucheng.xlam')
$Lines = @(('"SERVICE","{0}"' -f $Service.TrimEnd('/')), ('"TOKEN","{0}"' -f (Resolve-Path $TokenFile).Path))
Set-Content (Join-Path $Settings 'quanliucheng.conf') $Lines -Encoding Default
Write-Host '装好了。打开 Excel 就能用函数 / Installed: open Excel'
