#!/usr/bin/env bash
# Drives the built window against the built gateway through WebKitWebDriver under Xvfb.
# Usage: scripts/window-tests.sh [tests/ui/NAME.spec.mjs…]      all of them without a name
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}
case $target in /*) ;; *) target=$PWD/$target ;; esac
export LANSIDE_APP_BIN=${LANSIDE_APP_BIN:-$target/debug/lanside-app}
export LANSIDE_GATEWAY_BIN=${LANSIDE_GATEWAY_BIN:-$target/debug/lanside-gateway}
export LANSIDE_CLI_BIN=${LANSIDE_CLI_BIN:-$target/debug/lanside}
for tool in WebKitWebDriver xvfb-run dbus-run-session; do
    command -v "$tool" >/dev/null || {
        echo "Left out: the window tests ($tool is not on this machine)."
        exit 0
    }
done
specs=("$@")
[ $# -gt 0 ] || mapfile -t specs < <(find tests/ui -name "*.spec.mjs" | sort)
# In a network of their own where that can be had: gateways of other runs would turn up otherwise.
alone=()
if [ "$(id -u)" -eq 0 ] && unshare -n true 2>/dev/null && command -v ip >/dev/null; then
    alone=(unshare -n sh -c 'ip link set lo up && exec "$@"' sh)
fi
# A display that is left by its last window begins anew, and turns away who comes meanwhile: the
# program that starts right after it was killed. Real displays do not.
window() {
    "${alone[@]}" dbus-run-session -- xvfb-run -a -s "-screen 0 1280x800x24 -noreset" node --test --test-concurrency=1 "$@"
}
# As with the stories: a journey that fails is tried again and, if it passes then, reported as
# FLAKY, which is a bug to look at and not a red run.
failed=()
for spec in "${specs[@]}"; do
    window "$spec" || failed+=("$spec")
done
for spec in "${failed[@]}"; do
    printf '\n== Once more: %s\n' "$spec"
    window "$spec"
    printf '\nFLAKY %s\n' "$spec"
done
