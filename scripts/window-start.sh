#!/usr/bin/env bash
# How long the release window takes from its start until it can be used, several times, beside
# a window with an empty page, if that example is built, as scripts/bench.sh does. Needs the built
# program and Xvfb; the window's own log tells the time.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-7}
case ${CARGO_TARGET_DIR:-} in
    /*) program=$CARGO_TARGET_DIR/release/lanside-app ;;
    *) program=$PWD/${CARGO_TARGET_DIR:-target}/release/lanside-app ;;
esac
[ -x "$program" ] || { echo "$program is not built" >&2; exit 1; }
command -v Xvfb >/dev/null || { echo "Xvfb is missing: window start left out" >&2; exit 0; }

scratch=$(mktemp -d)
exec 3<>"$scratch/display"
Xvfb -displayfd 3 -screen 0 1280x800x24 -noreset >/dev/null 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$scratch"' EXIT
for _ in $(seq 100); do [ -s "$scratch/display" ] && break; sleep 0.05; done
DISPLAY=:$(head -1 "$scratch/display")
export DISPLAY

empty=${program%/*}/examples/empty_window
times=() bare=()
for round in $(seq "$rounds"); do
    [ ! -x "$empty" ] || bare+=("$(timeout 20 "$empty" 2>/dev/null || echo 0)")
    state=$scratch/state$round
    LANSIDE_STATE_DIR=$state LANSIDE_SECRETS=file LANSIDE_INTERFACE=127.0.0.1 \
        "$program" >/dev/null 2>&1 &
    window=$!
    for _ in $(seq 200); do
        found=$(grep -rhos 'ready.*ms=[0-9]*' "$state" | grep -o '[0-9]*$' || true)
        [ -n "$found" ] && break
        sleep 0.05
    done
    kill "$window" 2>/dev/null || true
    wait "$window" 2>/dev/null || true
    times+=("${found:-0}")
done
median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }
printf 'window, from start until it can be used\n  %8s ms (goal 600); all: %s\n' "$(median "${times[@]}")" "${times[*]}"
[ ${#bare[@]} -eq 0 ] || awk -v ours="$(median "${times[@]}")" -v bare="$(median "${bare[@]}")" -v all="${bare[*]}" 'BEGIN {
    printf "a window with an empty page\n  %8s ms; all: %s\nthe window beside it: %.2f times, %d ms more (goal 100)\n", bare, all, ours / bare, ours - bare }'
