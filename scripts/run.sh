#!/usr/bin/env bash
# The whole job at once: a simulated gateway on the loopback interface and the window that
# takes control of it. Nothing is sent to any other network.
set -euo pipefail
cd "$(dirname "$0")/.."

./scripts/packages.sh build
./scripts/ui.sh
cargo build --release --locked -p lanside-cli -p lanside-gateway
bin=$PWD/${CARGO_TARGET_DIR:-target}/release
case ${CARGO_TARGET_DIR:-} in /*) bin=$CARGO_TARGET_DIR/release ;; esac

if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    echo "No display: running the same job on the command line."
    exec "$bin/lanside" demo
fi
cargo build --release --locked -p lanside-app --features custom-protocol

state=${LANSIDE_DEMO_DIR:-$PWD/target/demo}
mkdir -p "$state"
ready=$state/gateway.ready
rm -f "$ready"
"$bin/lanside-gateway" --friendly-name "Demonstration gateway" --pin 1234-5670 \
    --user Administrator:lanside --state-dir "$state/gateway" >"$ready" 2>"$state/gateway.log" &
gateway=$!
trap 'kill "$gateway" 2>/dev/null || true' EXIT

for _ in $(seq 100); do
    [ -s "$ready" ] && break
    kill -0 "$gateway" 2>/dev/null || { cat "$state/gateway.log" >&2; exit 1; }
    sleep 0.1
done
echo "A simulated gateway runs on the loopback interface. Its label says: PIN 1234-5670"

LANSIDE_STATE_DIR=$state/lanside LANSIDE_SECRETS=file LANSIDE_INTERFACE=127.0.0.1 \
    LANSIDE_DEMO_PIN=1234-5670 "$bin/lanside-app"
