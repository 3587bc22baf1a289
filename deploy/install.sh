#!/bin/sh
# Installs chat, a group chat for the terminal, for the current user and without further rights: downloads a release,
# verifies its checksum, and puts the executable into ~/.local/bin. `sh install.sh --help` lists the options.
#
# For any POSIX shell. It is one block, so that an incomplete download of this script runs nothing.
{
set -eu

# OWNER/NAME, set in each release.
REPOSITORY=''

usage() {
  cat <<'HELP'
Installs chat for the current user: the executable into ~/.local/bin, the manual page and
the completions for bash, zsh and fish into ~/.local/share.

Usage: sh install.sh [OPTIONS]

  --version VERSION        the release to install, by default the latest
  --to FOLDER              the folder for the executable (CHAT_INSTALL_DIR)
  --from URL               a folder with the files of a release, such as a mirror
                           (CHAT_INSTALL_FROM)
  --repository OWNER/NAME  the repository on GitHub to download from
                           (CHAT_INSTALL_REPOSITORY)
  --only-executable        without the manual page and the completions
  --uninstall              remove what this script has installed
  --help                   print this text
HELP
}

say() {
  printf '%s\n' "$*"
}

fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}

misused() {
  printf 'install.sh: %s; see --help\n' "$*" >&2
  exit 2
}

has() {
  command -v "$1" >/dev/null 2>&1
}

main() {
  version=''
  only_executable=''
  uninstall=''
  folder=${CHAT_INSTALL_DIR:-}
  from=${CHAT_INSTALL_FROM:-}
  repository=${CHAT_INSTALL_REPOSITORY:-$REPOSITORY}
  read_options "$@"
  choose_folder
  if [ -n "$uninstall" ]; then
    uninstall
    return
  fi
  choose_source
  choose_target

  work=''
  staged=''
  trap 'tidy' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  work=$(mktemp -d "${TMPDIR:-/tmp}/chat-install.XXXXXX") ||
    fail "cannot make a folder in ${TMPDIR:-/tmp}: set TMPDIR to a writable one"

  fetch_archive
  unpack_archive
  install_executable
  [ -n "$only_executable" ] || extras
  say_how_to_start
}

read_options() {
  while [ $# -gt 0 ]; do
    option=$1
    shift
    case $option in
      --help | -h)
        usage
        exit 0
        ;;
      --only-executable)
        only_executable=yes
        continue
        ;;
      --uninstall)
        uninstall=yes
        continue
        ;;
      --*=*)
        value=${option#*=}
        option=${option%%=*}
        ;;
      --version | --to | --from | --repository)
        [ $# -gt 0 ] || misused "$option requires a value"
        value=$1
        shift
        ;;
      *) misused "unknown option: $option" ;;
    esac
    [ -n "$value" ] || misused "$option requires a value"
    case $option in
      --version) version=${value#v} ;;
      --to) folder=$value ;;
      --from) from=$value ;;
      --repository) repository=$value ;;
      *) misused "unknown option: $option" ;;
    esac
  done
}

choose_folder() {
  if [ -z "$folder" ]; then
    [ -n "${HOME:-}" ] || fail "HOME is not set: say where the executable goes with --to FOLDER"
    folder=${HOME%/}/.local/bin
  fi
  case $folder in
    /*) ;;
    *) folder=$PWD/$folder ;;
  esac
  folder=${folder%/}
  share=${XDG_DATA_HOME:-${HOME:+${HOME%/}/.local/share}}
}

# The address of the release's files. For the latest release it is set again once its version is known.
choose_source() {
  case $version in
    *[!0-9A-Za-z.+-]*) misused "$version is not a version" ;;
  esac
  releases=''
  if [ -n "$from" ]; then
    source=${from%/}
    return
  fi
  case $repository in
    '')
      fail "this copy does not know where to download from: name the repository with" \
        "--repository OWNER/NAME, or a folder of files with --from URL"
      ;;
    */*/* | /* | */ | *[!0-9A-Za-z._/-]*) misused "$repository is not a repository: give OWNER/NAME" ;;
    */*) ;;
    *) misused "$repository is not a repository: give OWNER/NAME" ;;
  esac
  releases=https://github.com/$repository/releases
  if [ -n "$version" ]; then
    source=$releases/download/v$version
  else
    source=$releases/latest/download
  fi
}

choose_target() {
  system=$(uname -s)
  machine=$(uname -m)
  # Under Rosetta, uname reports an Intel machine.
  if [ "$system" = Darwin ] && [ "$(sysctl -n sysctl.proc_translated 2>/dev/null || :)" = 1 ]; then
    machine=arm64
  fi
  case $system/$machine in
    Linux/x86_64 | Linux/amd64) target=x86_64-unknown-linux-gnu ;;
    Linux/aarch64 | Linux/arm64) target=aarch64-unknown-linux-gnu ;;
    Darwin/x86_64) target=x86_64-apple-darwin ;;
    Darwin/arm64) target=aarch64-apple-darwin ;;
    MINGW*/* | MSYS*/* | CYGWIN*/*)
      fail "this is Windows: run install.ps1 in PowerShell"
      ;;
    *)
      fail "chat has no executable for $system on $machine: the README says how to run chat from source"
      ;;
  esac
  # The executable is linked to glibc.
  if [ "$system" = Linux ] && has ldd && ldd --version 2>&1 | grep -qi musl; then
    fail "the executable for Linux needs glibc, and this system has musl: the README says how to run chat from source"
  fi
}

# Run by the trap.
# shellcheck disable=SC2317
tidy() {
  [ -z "$staged" ] || rm -f "$staged"
  [ -z "$work" ] || rm -rf "$work"
}

fetch_archive() {
  download "$source/SHA256SUMS" "$work/SHA256SUMS"
  find_archive
  [ -z "$releases" ] || source=$releases/download/v$version
  say "downloading $source/$archive"
  download "$source/$archive" "$work/$archive"
  actual=$(checksum "$work/$archive")
  if [ "$actual" != "$wanted" ]; then
    fail "$archive is not what it should be, so nothing was installed: its SHA-256 is $actual," \
      "and SHA256SUMS says $wanted. Try again; if it happens again, tell whoever runs $source"
  fi
}

# Finds the archive for the target in SHA256SUMS; its name contains the version.
find_archive() {
  archive=''
  while read -r sum name; do
    name=${name#\*}
    case $name in
      *[!0-9A-Za-z._+-]*) ;;
      chat-[0-9]*-"$target".tar.gz)
        archive=$name
        wanted=$sum
        ;;
    esac
  done <"$work/SHA256SUMS"
  [ -n "$archive" ] || fail "$source has no chat for $target: its SHA256SUMS does not list it"
  found=${archive#chat-}
  found=${found%-"$target".tar.gz}
  if [ -n "$version" ] && [ "$found" != "$version" ]; then
    fail "$source has chat $found, not $version"
  fi
  version=$found
}

download() {
  if has curl; then
    case $1 in
      https://*) curl -fsSL --proto '=https' --tlsv1.2 --retry 2 -o "$2" "$1" 2>"$work/said" || undownloaded "$1" ;;
      *) curl -fsSL --retry 2 -o "$2" "$1" 2>"$work/said" || undownloaded "$1" ;;
    esac
  elif has wget; then
    wget -O "$2" "$1" 2>"$work/said" || undownloaded "$1"
  else
    fail "neither curl nor wget is installed: install one of them"
  fi
}

# The last line of curl and wget is the reason.
undownloaded() {
  fail "cannot download $1: $(grep -v '^ *$' "$work/said" | tail -n 1)"
}

checksum() {
  if has sha256sum; then
    sha256sum <"$1" | cut -d ' ' -f 1
  elif has shasum; then
    shasum -a 256 <"$1" | cut -d ' ' -f 1
  elif has openssl; then
    openssl dgst -sha256 <"$1" | sed 's/^.*= *//'
  else
    fail "no program to check SHA-256 is installed: install coreutils, perl or openssl"
  fi
}

unpack_archive() {
  unpacked=$work/${archive%.tar.gz}
  { has tar && has gzip; } || fail "tar and gzip are needed to unpack $archive: install them"
  tar -xzf "$work/$archive" -C "$work" || fail "cannot unpack $archive: is there room in $work?"
  [ -f "$unpacked/chat" ] || fail "$archive has no executable in it"
}

# Tries the executable in the target folder, and replaces the old one in one step.
install_executable() {
  make_folder "$folder"
  [ ! -d "$folder/chat" ] || fail "$folder/chat is a folder: choose another place with --to FOLDER"
  older=''
  if [ -x "$folder/chat" ]; then
    older=$("$folder/chat" --version </dev/null 2>/dev/null | head -n 1 || :)
  fi
  staged=$(mktemp "$folder/.chat.XXXXXX" 2>/dev/null) || unwritable "$folder"
  cp "$unpacked/chat" "$staged" || fail "cannot write to $folder: is there room for it?"
  chmod 755 "$staged"
  said=$("$staged" --version </dev/null 2>&1) ||
    fail "chat $version does not run on this machine, so nothing was installed: $(printf '%s' "$said" | head -n 1)"
  mv -f "$staged" "$folder/chat"
  staged=''
  case $older in
    '') say "installed $said: $folder/chat" ;;
    *) say "installed $said in place of $older: $folder/chat" ;;
  esac
}

make_folder() {
  mkdir -p "$1" 2>/dev/null || unwritable "$1"
}

unwritable() {
  fail "cannot write to $1: choose another one with --to FOLDER"
}

# Man and the shells find these by themselves, except zsh.
extras() {
  [ -n "$share" ] || return 0
  extra chat.1 man/man1/chat.1
  extra completions/chat.bash bash-completion/completions/chat
  extra completions/_chat zsh/site-functions/_chat
  extra completions/chat.fish fish/vendor_completions.d/chat.fish
}

extra() {
  if [ -z "$uninstall" ]; then
    place "$1" "$2"
  elif [ -f "$share/$2" ]; then
    remove "$share/$2"
  fi
}

place() {
  [ -f "$unpacked/$1" ] || return 0
  if mkdir -p "$share/${2%/*}" 2>/dev/null && cp "$unpacked/$1" "$share/$2" 2>/dev/null; then
    say "installed $share/$2"
  else
    say "skipped $share/$2: it cannot be written"
  fi
}

uninstall() {
  removed=''
  if [ -f "$folder/chat" ]; then
    said=$("$folder/chat" --version </dev/null 2>/dev/null | head -n 1 || :)
    case $said in
      chat\ [0-9]*) remove "$folder/chat" ;;
      *) fail "$folder/chat is another program, so nothing was removed: say where chat is with --to FOLDER" ;;
    esac
  fi
  [ -n "$only_executable" ] || extras
  [ -n "$removed" ] || fail "chat is not in $folder: say where it is with --to FOLDER"
  state=${XDG_STATE_HOME:-${HOME:+${HOME%/}/.local/state}}/chat
  [ ! -d "$state" ] || say "left $state with what chat keeps for you, such as the keys of hubs; this removes it: rm -r '$state'"
}

remove() {
  rm -f "$1" 2>/dev/null || fail "cannot remove $1"
  removed=yes
  say "removed $1"
}

# Text in single quotes is for the user's shell.
# shellcheck disable=SC2016
say_how_to_start() {
  shell=${SHELL:-sh}
  if [ -z "$only_executable" ] && [ "${shell##*/}" = zsh ] && [ -n "$share" ]; then
    say "zsh completes chat with this line in ~/.zshrc, before compinit: fpath=($share/zsh/site-functions \$fpath)"
  fi
  case :$PATH: in
    *:"$folder":*)
      first=$(command -v chat || :)
      [ "$first" = "$folder/chat" ] || say "note: $first comes before it in PATH"
      ;;
    *)
      case ${shell##*/} in
        fish) say "$folder is not in PATH; this adds it: fish_add_path $folder" ;;
        zsh) say "$folder is not in PATH; this line in ~/.zshrc adds it: export PATH=\"$folder:\$PATH\"" ;;
        bash) say "$folder is not in PATH; this line in ~/.bashrc adds it: export PATH=\"$folder:\$PATH\"" ;;
        *) say "$folder is not in PATH; this line in ~/.profile adds it: export PATH=\"$folder:\$PATH\"" ;;
      esac
      ;;
  esac
  say 'start a hub with "chat server", join one with "chat client HOST PORT"; see "chat --help" for more'
}

main "$@"
exit
}
