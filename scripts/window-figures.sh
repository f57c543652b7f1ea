#!/usr/bin/env bash
# Prints figures of the release window. Needs the built programs, WebKitWebDriver and Xvfb.
# Usage: scripts/window-figures.sh         frames while 100,000 rows are scrolled, and the idle window
#        scripts/window-figures.sh soak    memory over a day of events; LANSIDE_SOAK_EVENTS says how many
set -euo pipefail
cd "$(dirname "$0")/.."
built=${CARGO_TARGET_DIR:-$PWD/target}
case $built in /*) ;; *) built=$PWD/$built ;; esac
export LANSIDE_APP_BIN=${LANSIDE_APP_BIN:-$built/release/lanside-app}
export LANSIDE_GATEWAY_BIN=${LANSIDE_GATEWAY_BIN:-$built/release/lanside-gateway}
export LANSIDE_CLI_BIN=${LANSIDE_CLI_BIN:-$built/release/lanside}
for tool in WebKitWebDriver xvfb-run dbus-run-session; do
    command -v "$tool" >/dev/null || { echo "$tool is missing: figures of the window left out" >&2; exit 0; }
done
dbus-run-session -- xvfb-run -a -s "-screen 0 1280x800x24 -noreset" node "tests/ui/${1:-figures}.mjs"
