#!/usr/bin/env bash
# Feeds every parser a peer can reach with inputs cargo-fuzz makes up, guided by what each
# reaches. The short run on the stable compiler is part of the tests (tests/fuzz).
# Usage: scripts/fuzz.sh [seconds for each target, 60] [targets…]
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v rustup >/dev/null && rustup toolchain list | grep -q '^nightly' ||
    missing+=("rustup toolchain install nightly --profile minimal")
cargo fuzz --version >/dev/null 2>&1 || missing+=("cargo install cargo-fuzz --locked")
command -v c++ >/dev/null || missing+=("a C++ compiler, as in build-essential")
if [ ${#missing[@]} -gt 0 ]; then
    echo "The long run needs what is not on this machine. To get it:" >&2
    printf '  %s\n' "${missing[@]}" >&2
    echo "The short run needs neither: cargo test -p lanside-fuzz" >&2
    exit 1
fi

seconds=${1:-60}
shift || true
target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target"
work=$(cd "$target" && pwd)/fuzz-run
seeds() { cargo run --quiet --locked -p lanside-fuzz --bin seeds -- "$@"; }
seeds unpack "$work/seeds"
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(seeds targets)

# Programs built with nightly and instrumentation have a folder of their own.
export CARGO_TARGET_DIR=$work/target
cargo +nightly fuzz build
failed=()
for name in "${targets[@]}"; do
    echo "== $name, $seconds s"
    found=$work/found/$name
    mkdir -p "$found" "$work/grown/$name"
    # What reaches something new is kept in the first folder, and starts the next run.
    cargo +nightly fuzz run "$name" "$work/grown/$name" "$work/seeds/$name" -- \
        -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -max_len=65536 \
        -dict="$work/seeds/$name.dict" -artifact_prefix="$found/" -print_final_stats=1 \
        >"$work/$name.log" 2>&1 || failed+=("$name")
    grep -aE '^(stat::|SUMMARY|#[0-9]+.*DONE)' "$work/$name.log" || true
done
if [ ${#failed[@]} -gt 0 ]; then
    echo "Found something: ${failed[*]}. Each input as a file for tests/fuzz/corpus:" >&2
    unset CARGO_TARGET_DIR
    for name in "${failed[@]}"; do
        grep -am1 -A3 'panicked at' "$work/$name.log" >&2 || true
        find "$work/found/$name" -type f -exec cargo run --quiet --locked -p lanside-fuzz \
            --bin seeds -- pack {} + >&2
    done
    exit 1
fi
echo "Nothing found."
