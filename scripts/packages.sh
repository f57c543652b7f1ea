#!/usr/bin/env bash
# Makes sure that what the build, the tests, or packages need is on this machine.
# Usage: scripts/packages.sh build|test|package
# On Debian and Ubuntu missing packages are installed with apt; elsewhere they are named.
set -euo pipefail

build="build-essential pkg-config libssl-dev libwebkit2gtk-4.1-dev"
test="xvfb xauth dbus-daemon webkit2gtk-driver gnome-keyring libsecret-tools iproute2 fonts-dejavu-core imagemagick curl xdotool python3 zbar-tools poppler-utils"
# Devices and control points of other makers, for tests/e2e/tests/stories/other_makers.rs. Tests do without
# those that cannot be had, and say so.
peers="rygel rygel-playbin miniupnpd minidlna gupnp-tools iputils-ping traceroute bind9-dnsutils python3-async-upnp-client"

package="dpkg-dev binutils appstream desktop-file-utils rpm xvfb dbus-daemon"

wanted=$build
[ "${1:-build}" = package ] && wanted="$build $package"
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

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null || true)" = installed ]
}

missing=()
for package in $wanted; do
    installed "$package" || missing+=("$package")
done
optional=()
if [ "${1:-build}" = test ]; then
    for package in $peers; do
        installed "$package" || optional+=("$package")
    done
fi
[ ${#missing[@]} -eq 0 ] && [ ${#optional[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        [ ${#missing[@]} -eq 0 ] && exit 0
        echo "Neither root nor sudo: ask an administrator to install ${missing[*]}" >&2
        exit 1
    }
    as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
apt() { "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=600 "$@"; }

if [ ${#missing[@]} -ne 0 ]; then
    echo "Installing with apt: ${missing[*]}"
    apt update -q
    apt install -q -y --no-install-recommends "${missing[@]}"
fi

# Two of the peers would serve the machine's own network as soon as they are installed. So they are
# only installed where nothing that is installed is started, as in a container image, or when asked for.
[ ${#optional[@]} -eq 0 ] && exit 0
if [ "${LANSIDE_PEERS:-}" != install ] && ! grep -qs 'exit 101' /usr/sbin/policy-rc.d; then
    echo "Not installed, stories with them are left out: ${optional[*]}"
    echo "To try them: LANSIDE_PEERS=install make test (minidlna and miniupnpd may start as services)"
    exit 0
fi
for package in "${optional[@]}"; do
    # Not every release has them all.
    apt-cache show "$package" >/dev/null 2>&1 &&
        apt install -q -y --no-install-recommends "$package" >/dev/null 2>&1 ||
        echo "Not installed, stories with it are left out: $package"
done
