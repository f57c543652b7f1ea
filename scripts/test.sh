#!/usr/bin/env bash
# Everything that has to hold before a change lands. Says what it left out, and why.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*"; }

say "System packages"
./scripts/packages.sh test

say "Format"
cargo fmt --all --check

say "UI: types, tests, build"
./scripts/ui.sh
npm --prefix ui run --silent check
npm --prefix ui run --silent test

say "Lints"
cargo clippy --workspace --all-targets --locked -- -D warnings

say "Licences, bans and sources of what is used"
# tests/e2e/tests/stories/licences.rs checks licences and sources in any case.
if cargo deny --version >/dev/null 2>&1; then
  cargo deny --offline check licenses bans sources
  advisories="${CARGO_HOME:-$HOME/.cargo}/advisory-dbs"
  if [ -d "$advisories" ]; then
    cargo deny --offline check advisories
  else
    echo "left out: known vulnerabilities: no advisory database in $advisories (cargo deny fetch)"
  fi
else
  echo "left out: cargo deny (bans, known vulnerabilities): cargo-deny is not installed"
fi

say "Rust tests"
./scripts/with-keyring.sh ./scripts/rust-tests.sh

say "The real window"
cargo build --locked -p lanside-app --features custom-protocol
cargo build --locked -p lanside-gateway -p lanside-cli
./scripts/window-tests.sh

say "All green"
