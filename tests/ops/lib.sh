# Shared by the scripts of this folder, which source it: the folder of the repository, a folder for what they make, and its removal.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

work="$(mktemp -d)"
started=()

clean_up() {
  local pid
  for pid in "${started[@]}"; do
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  # Something that is still mounted in it is not emptied.
  rm -rf --one-file-system "$work"
}
trap clean_up EXIT
trap 'exit 143' TERM INT

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# A check that cannot be made on this machine counts as skipped.
skip() {
  echo "SKIPPED: $*" >&2
  exit 77
}

need() {
  local program
  for program in "$@"; do
    command -v "$program" >/dev/null || skip "$program is not installed"
  done
}

# Starts a command in the background, to be ended with the script; its number is in $!.
start() {
  "$@" &
  started+=($!)
}

# Tries a command again for ten seconds.
eventually() {
  local _
  for _ in $(seq 100); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.1
  done
  fail "it never succeeded: $*"
}

target="${TARGET:-$(uname -m)-unknown-linux-musl}"
version="$(sed -n '/^\[workspace.package\]/,/^$/s/^version = "\(.*\)"$/\1/p' Cargo.toml)"
release="dist/liaison-$version-$target"
