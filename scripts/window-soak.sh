#!/usr/bin/env bash
# Prints how the memory of the release window grows over a day's worth of events, one after the other.
# Needs the built programs, WebKitWebDriver and Xvfb. LANSIDE_SOAK_EVENTS says how many events.
set -euo pipefail
cd "$(dirname "$0")/.."
built=${CARGO_TARGET_DIR:-$PWD/target}
case $built in /*) ;; *) built=$PWD/$built ;; esac
export LANSIDE_APP_BIN=${LANSIDE_APP_BIN:-$built/release/lanside-app}
export LANSIDE_GATEWAY_BIN=${LANSIDE_GATEWAY_BIN:-$built/release/lanside-gateway}
export LANSIDE_CLI_BIN=${LANSIDE_CLI_BIN:-$built/release/lanside}
for tool in WebKitWebDriver xvfb-run dbus-run-session; do
    command -v "$tool" >/dev/null || { echo "$tool is missing: the soak is left out" >&2; exit 0; }
done
echo "the window over a day of events"
dbus-run-session -- xvfb-run -a -s "-screen 0 1280x800x24" node tests/ui/soak.mjs
