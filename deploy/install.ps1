<#
.SYNOPSIS
Installs chat, a group chat for the terminal, for the current user and without further rights.

.DESCRIPTION
Downloads a release, verifies its checksum, and puts chat.exe into .local\bin in the home folder, with its completions
for PowerShell. It requires PowerShell 5.1 or newer, on Windows.

  irm https://github.com/OWNER/NAME/releases/latest/download/install.ps1 | iex

reads its settings from the environment: CHAT_INSTALL_VERSION, CHAT_INSTALL_DIR, CHAT_INSTALL_FROM and
CHAT_INSTALL_REPOSITORY. As a file, .\install.ps1 also accepts them as parameters.

.PARAMETER Version
The release to install, by default the latest.

.PARAMETER To
The folder for the executable.

.PARAMETER From
The address of a folder with the files of a release, such as a mirror.

.PARAMETER Repository
OWNER/NAME: the repository on GitHub to download from.
#>
param(
  [string] $Version = $env:CHAT_INSTALL_VERSION,
  [string] $To = $env:CHAT_INSTALL_DIR,
  [string] $From = $env:CHAT_INSTALL_FROM,
  [string] $Repository = $env:CHAT_INSTALL_REPOSITORY
)

# The last line calls the functions, so that an incomplete download of this script runs nothing.

function Install-Chat {
  param([string] $Version, [string] $To, [string] $From, [string] $Repository)

  $ErrorActionPreference = 'Stop'
  # The progress bar makes downloads many times slower in Windows PowerShell.
  $ProgressPreference = 'SilentlyContinue'
  # Windows PowerShell on older systems uses only older versions of TLS by default.
  [Net.ServicePointManager]::SecurityProtocol =
    [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

  # OWNER/NAME, set in each release.
  $Stamped = ''

  if (-not $Repository) { $Repository = $Stamped }
  $Version = $Version -replace '^v', ''
  if ($Version -match '[^0-9A-Za-z.+-]') { throw "$Version is not a version" }
  if (-not $To) { $To = Join-Path $HOME '.local\bin' }
  $To = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($To)
  $target = Get-ChatTarget
  $releases = ''
  if ($From) {
    $source = $From.TrimEnd('/')
  } elseif (-not $Repository) {
    throw 'this copy does not know where to download from: name the repository with -Repository OWNER/NAME, or a folder of files with -From URL'
  } elseif ($Repository -notmatch '^[0-9A-Za-z._-]+/[0-9A-Za-z._-]+$') {
    throw "$Repository is not a repository: give OWNER/NAME"
  } else {
    $releases = "https://github.com/$Repository/releases"
    $source = if ($Version) { "$releases/download/v$Version" } else { "$releases/latest/download" }
  }

  $work = Join-Path ([IO.Path]::GetTempPath()) "chat-install-$([Guid]::NewGuid())"
  New-Item -ItemType Directory -Path $work | Out-Null
  $staged = ''
  try {
    # The archive for the target is in SHA256SUMS; its name contains the version.
    $sums = Join-Path $work 'SHA256SUMS'
    Get-ChatFile "$source/SHA256SUMS" $sums
    $pattern = "^([0-9a-f]{64}) [ *](chat-([0-9][0-9A-Za-z.+-]*)-$target\.zip)$"
    $archive = ''
    foreach ($line in Get-Content $sums) {
      if ($line -match $pattern) { $wanted, $archive, $found = $Matches[1], $Matches[2], $Matches[3] }
    }
    if (-not $archive) { throw "$source has no chat for ${target}: its SHA256SUMS does not list it" }
    if ($Version -and $found -ne $Version) { throw "$source has chat $found, not $Version" }
    $Version = $found
    if ($releases) { $source = "$releases/download/v$Version" }

    Write-Output "downloading $source/$archive"
    $file = Join-Path $work $archive
    Get-ChatFile "$source/$archive" $file
    $actual = (Get-FileHash -Algorithm SHA256 -Path $file).Hash.ToLowerInvariant()
    if ($actual -ne $wanted) {
      throw "$archive is not what it should be, so nothing was installed: its SHA-256 is $actual, and SHA256SUMS says $wanted. Try again; if it happens again, tell whoever runs $source"
    }
    Expand-Archive -Path $file -DestinationPath $work
    $unpacked = Join-Path $work "chat-$Version-$target"
    if (-not (Test-Path (Join-Path $unpacked 'chat.exe'))) { throw "$archive has no executable in it" }

    # The new executable is tried in the target folder. A running executable cannot be replaced, but it can be renamed.
    try { New-Item -ItemType Directory -Force -Path $To | Out-Null } catch {
      throw "cannot write to ${To}: choose another one with -To FOLDER"
    }
    $place = Join-Path $To 'chat.exe'
    $staged = Join-Path $To ".chat-$([Guid]::NewGuid()).exe"
    Copy-Item (Join-Path $unpacked 'chat.exe') $staged
    $said = & $staged --version
    if ($LASTEXITCODE -ne 0) { throw "chat $Version does not run on this machine, so nothing was installed: $said" }
    $instead = ''
    Get-ChildItem -Path $To -Filter '.chat-old-*.exe' -Force | Remove-Item -Force -ErrorAction SilentlyContinue
    if (Test-Path $place) {
      $older = & $place --version
      if ($older) { $instead = " in place of $older" }
      $old = Join-Path $To ".chat-old-$([Guid]::NewGuid()).exe"
      Move-Item -Path $place -Destination $old
      try { Move-Item -Path $staged -Destination $place } catch {
        Move-Item -Path $old -Destination $place
        throw
      }
      Remove-Item -Path $old -Force -ErrorAction SilentlyContinue # fails while it runs; then the next installation removes it
    } else {
      Move-Item -Path $staged -Destination $place
    }
    $staged = ''
    Write-Output "installed ${said}${instead}: $place"

    $completions = Join-Path $unpacked 'completions/chat.ps1'
    if (Test-Path $completions) {
      $beside = Join-Path $To 'chat-completions.ps1'
      Copy-Item -Force $completions $beside
      Write-Output "installed $beside; this line in `$PROFILE uses it: . '$beside'"
    }
    if (($env:Path -split ';') -notcontains $To) {
      Write-Output "$To is not in Path; this adds it, for new windows:"
      Write-Output "  [Environment]::SetEnvironmentVariable('Path', [Environment]::GetEnvironmentVariable('Path', 'User') + ';$To', 'User')"
    }
    Write-Output 'start a hub with "chat server", join one with "chat client HOST PORT"; see "chat --help" for more'
  } finally {
    if ($staged -and (Test-Path $staged)) { Remove-Item -Path $staged -Force -ErrorAction SilentlyContinue }
    Remove-Item -Path $work -Recurse -Force -ErrorAction SilentlyContinue
  }
}

function Get-ChatTarget {
  # Windows PowerShell has no $IsWindows, and runs on Windows only.
  if ((Test-Path Variable:IsWindows) -and -not $IsWindows) {
    throw 'this is not Windows: run install.sh in a shell'
  }
  $machine = if ($env:PROCESSOR_ARCHITEW6432) { $env:PROCESSOR_ARCHITEW6432 } else { $env:PROCESSOR_ARCHITECTURE }
  switch ($machine) {
    'AMD64' { return 'x86_64-pc-windows-msvc' }
    'ARM64' { return 'x86_64-pc-windows-msvc' } # Windows 11 emulates it
    default { throw "chat has no executable for Windows on ${machine}: the README says how to run chat from source" }
  }
}

function Get-ChatFile([string] $Address, [string] $Path) {
  try { Invoke-WebRequest -UseBasicParsing -Uri $Address -OutFile $Path } catch {
    throw "cannot download ${Address}: $($_.Exception.Message)"
  }
}

function Start-ChatInstallation {
  try { Install-Chat -Version $Version -To $To -From $From -Repository $Repository } catch {
    [Console]::Error.WriteLine("install.ps1: $($_.Exception.Message)")
    # With iex, exit would close the user's window.
    if ($PSCommandPath) { exit 1 }
  }
}

Start-ChatInstallation
