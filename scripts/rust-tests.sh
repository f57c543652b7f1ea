#!/usr/bin/env bash
# All Rust tests, with nextest where it is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
# The programs the end-to-end tests drive through their front door.
cargo build --locked -p lanside-cli -p lanside-gateway
target=${CARGO_TARGET_DIR:-target}
export LANSIDE_PROGRAMS=$(cd "$target" && pwd)/debug
if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --workspace --locked --no-fail-fast
    cargo test --workspace --locked --doc --quiet
else
    cargo test --workspace --locked
fi
