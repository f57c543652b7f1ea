#!/usr/bin/env bash
# Builds the release programs and prints the figures of the README.
set -euo pipefail
cd "$(dirname "$0")/.."
./scripts/packages.sh build
cargo build --release --locked -p lanside-cli -p lanside-gateway -p lanside-bench
cargo run --release --locked -q -p lanside-bench
if command -v Xvfb >/dev/null; then
    ./scripts/ui.sh
    cargo build --release --locked -p lanside-app --features custom-protocol --bins --example empty_window
    ./scripts/window-start.sh
    ./scripts/window-figures.sh
fi
