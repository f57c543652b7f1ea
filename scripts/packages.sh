#!/usr/bin/env bash
# Makes sure that what the build, or the tests, need is on this machine.
# Usage: scripts/packages.sh build|test
# On Debian and Ubuntu missing packages are installed with apt; elsewhere they are named.
set -euo pipefail

build="build-essential pkg-config libssl-dev libwebkit2gtk-4.1-dev"
test="xvfb xauth dbus-daemon webkit2gtk-driver gnome-keyring libsecret-tools iproute2 fonts-dejavu-core curl"

wanted=$build
[ "${1:-build}" = test ] && wanted="$build $test"

for tool in cargo node npm; do
    command -v "$tool" >/dev/null || {
        echo "Missing: $tool. Lanside needs Rust (https://rustup.rs) and Node.js 20 or newer." >&2
        exit 1
    }
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "This is not a Debian or Ubuntu system. If the build fails, install the equivalents of:" >&2
    echo "  $wanted" >&2
    exit 0
fi

missing=()
for package in $wanted; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "Installing with apt: ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "Neither root nor sudo: ask an administrator to install ${missing[*]}" >&2
        exit 1
    }
    as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get -o DPkg::Lock::Timeout=600 update -q
"${as_root[@]}" apt-get -o DPkg::Lock::Timeout=600 install -q -y --no-install-recommends "${missing[@]}"
