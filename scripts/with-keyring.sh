#!/usr/bin/env bash
# Runs a command with a D-Bus session and an unlocked keyring of its own, so that the
# keyring is tested without touching the person's. Without D-Bus the command runs bare.
set -euo pipefail
if ! command -v dbus-run-session >/dev/null || ! command -v gnome-keyring-daemon >/dev/null; then
    echo "Left out: the system keyring (no D-Bus or no gnome-keyring on this machine)."
    exec "$@"
fi
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
# The toolchain stays where it is although HOME moves.
export CARGO_HOME=${CARGO_HOME:-$HOME/.cargo} RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
export HOME=$home XDG_RUNTIME_DIR=$home/run
mkdir -p -m 700 "$XDG_RUNTIME_DIR"
dbus-run-session -- bash -c '
    printf "%s" "a password of this run" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
    "$@"' with-keyring "$@"
