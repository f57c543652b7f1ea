#!/usr/bin/env bash
# All Rust tests, with nextest where it is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
# The programs the end-to-end tests drive through their front door.
cargo build --locked -p lanside-cli -p lanside-gateway
target=${CARGO_TARGET_DIR:-target}
export LANSIDE_PROGRAMS=$(cd "$target" && pwd)/debug
# Stories that need what this machine does not have write a line here.
LANSIDE_LEFT_OUT=$(mktemp)
export LANSIDE_LEFT_OUT
show_left_out() {
    if [ -s "$LANSIDE_LEFT_OUT" ]; then
        printf '\n== Not tried on this machine\n'
        sort -u "$LANSIDE_LEFT_OUT"
    fi
    rm -f "$LANSIDE_LEFT_OUT"
}
trap show_left_out EXIT
if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --workspace --locked --no-fail-fast
    cargo test --workspace --locked --doc --quiet
else
    cargo test --workspace --locked
fi
