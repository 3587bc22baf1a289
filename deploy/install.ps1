<#
.SYNOPSIS
Installs chat, a group chat for the terminal, for you alone and without asking for more rights.

.DESCRIPTION
Downloads a release, checks it against its checksum, and puts chat.exe into .local\bin in your home folder, with its
completions for PowerShell beside it. It needs PowerShell 5.1 or newer, on Windows.

  irm https://github.com/OWNER/NAME/releases/latest/download/install.ps1 | iex

takes what is chosen from the environment: CHAT_INSTALL_VERSION, CHAT_INSTALL_DIR, CHAT_INSTALL_FROM and
CHAT_INSTALL_REPOSITORY. From a file, .\install.ps1 takes it as parameters too.

.PARAMETER Version
Which release, the latest unless given.

.PARAMETER To
Where the executable goes.

.PARAMETER From
The address of a folder that has a release's files, such as a mirror.

.PARAMETER Repository
OWNER/NAME: the repository on GitHub whose releases are meant.
#>
param(
  [string] $Version = $env:CHAT_INSTALL_VERSION,
  [string] $To = $env:CHAT_INSTALL_DIR,
  [string] $From = $env:CHAT_INSTALL_FROM,
  [string] $Repository = $env:CHAT_INSTALL_REPOSITORY
)

# All of it is in functions and the last line calls them, so that a download of this script that was cut runs nothing.

function Install-Chat {
  param([string] $Version, [string] $To, [string] $From, [string] $Repository)

  $ErrorActionPreference = 'Stop'
  # Its bar makes downloads many times slower in Windows PowerShell.
  $ProgressPreference = 'SilentlyContinue'
  # Windows PowerShell of older systems speaks nothing newer by itself.
  [Net.ServicePointManager]::SecurityProtocol =
    [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

  # OWNER/NAME; each release has it here.
  $Stamped = ''

  if (-not $Repository) { $Repository = $Stamped }
  $Version = $Version -replace '^v', ''
  if ($Version -match '[^0-9A-Za-z.+-]') { throw "$Version is no version" }
  if (-not $To) { $To = Join-Path $HOME '.local\bin' }
  $To = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($To)
  $target = Get-ChatTarget
  $releases = ''
  if ($From) {
    $source = $From.TrimEnd('/')
  } elseif (-not $Repository) {
    throw 'this copy does not know whose releases are meant: name the repository with -Repository OWNER/NAME, or a folder of files with -From URL'
  } elseif ($Repository -notmatch '^[0-9A-Za-z._-]+/[0-9A-Za-z._-]+$') {
    throw "$Repository is no repository: it is OWNER/NAME"
  } else {
    $releases = "https://github.com/$Repository/releases"
    $source = if ($Version) { "$releases/download/v$Version" } else { "$releases/latest/download" }
  }

  $work = Join-Path ([IO.Path]::GetTempPath()) "chat-install-$([Guid]::NewGuid())"
  New-Item -ItemType Directory -Path $work | Out-Null
  $staged = ''
  try {
    # The target's archive in SHA256SUMS, whose name has the version.
    $sums = Join-Path $work 'SHA256SUMS'
    Get-ChatFile "$source/SHA256SUMS" $sums
    $pattern = "^([0-9a-f]{64}) [ *](chat-([0-9][0-9A-Za-z.+-]*)-$target\.zip)$"
    $archive = ''
    foreach ($line in Get-Content $sums) {
      if ($line -match $pattern) { $wanted, $archive, $found = $Matches[1], $Matches[2], $Matches[3] }
    }
    if (-not $archive) { throw "$source has no chat for ${target}: its SHA256SUMS does not name one" }
    if ($Version -and $found -ne $Version) { throw "$source has chat $found, not $Version" }
    $Version = $found
    if ($releases) { $source = "$releases/download/v$Version" }

    Write-Output "downloading $source/$archive"
    $file = Join-Path $work $archive
    Get-ChatFile "$source/$archive" $file
    $actual = (Get-FileHash -Algorithm SHA256 -Path $file).Hash.ToLowerInvariant()
    if ($actual -ne $wanted) {
      throw "$archive is not what it should be, so nothing was installed: its SHA-256 is $actual, and SHA256SUMS says $wanted. Try again; if it stays so, tell whoever runs $source"
    }
    Expand-Archive -Path $file -DestinationPath $work
    $unpacked = Join-Path $work "chat-$Version-$target"
    if (-not (Test-Path (Join-Path $unpacked 'chat.exe'))) { throw "$archive has no executable in it" }

    # It is tried where it will be. One that runs cannot be replaced, but it can be renamed.
    try { New-Item -ItemType Directory -Force -Path $To | Out-Null } catch {
      throw "cannot write to ${To}: choose a folder of yours with -To FOLDER"
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
      Remove-Item -Path $old -Force -ErrorAction SilentlyContinue # not while it runs; the next time then
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
    Write-Output 'start a hub with "chat server", join one with "chat client HOST PORT"; "chat --help" says the rest'
  } finally {
    if ($staged -and (Test-Path $staged)) { Remove-Item -Path $staged -Force -ErrorAction SilentlyContinue }
    Remove-Item -Path $work -Recurse -Force -ErrorAction SilentlyContinue
  }
}

function Get-ChatTarget {
  # Windows PowerShell has no $IsWindows, and runs on nothing else.
  if ((Test-Path Variable:IsWindows) -and -not $IsWindows) {
    throw 'this is not Windows: run install.sh in a shell'
  }
  $machine = if ($env:PROCESSOR_ARCHITEW6432) { $env:PROCESSOR_ARCHITEW6432 } else { $env:PROCESSOR_ARCHITECTURE }
  switch ($machine) {
    'AMD64' { return 'x86_64-pc-windows-msvc' }
    'ARM64' { return 'x86_64-pc-windows-msvc' } # Windows 11 runs it there too
    default { throw "there is no executable for Windows on ${machine}: the README says how chat runs from source" }
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
    # A window that pipes this into iex must not be closed.
    if ($PSCommandPath) { exit 1 }
  }
}

Start-ChatInstallation
