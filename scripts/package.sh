#!/usr/bin/env bash
# Builds the packages of this system and tries the .deb: installed, started, removed.
# Usage: scripts/package.sh      They are in target/package when it is done.
set -euo pipefail
cd "$(dirname "$0")/.."

./scripts/packages.sh package
./scripts/ui.sh
# Not `ci`: the lock file names the tool for other systems too, which not every registry has.
[ packaging/package-lock.json -nt packaging/node_modules/.package-lock.json ] &&
    npm --prefix packaging install --no-save --no-audit --no-fund --loglevel=error
cargo build --release --locked -p lanside-app --features custom-protocol
cargo build --release --locked -p lanside-cli

case ${CARGO_TARGET_DIR:-} in
    /*) built=$CARGO_TARGET_DIR ;;
    *) built=$PWD/${CARGO_TARGET_DIR:-target} ;;
esac
# Everything the bundler takes besides the window program lies in one place.
stage=$PWD/target/package
rm -rf "$stage"
mkdir -p "$stage"
cp "$built/release/lanside" "$stage/lanside"
cargo run --quiet --locked -p lanside-cli --example pages -- "$stage"
gzip -9n "$stage"/man/*.1
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
date=$(git log -1 --format=%cs 2>/dev/null || date +%F)
sed "s/@VERSION@/$version/; s/@DATE@/$date/" packaging/metainfo.xml >"$stage/metainfo.xml"
node packaging/licences.mjs
node packaging/licences.mjs --texts "$stage/third-party.txt"
gzip -9n "$stage/third-party.txt"
{
    printf 'Lanside is licensed under Apache-2.0 or MIT, at your choice.\n'
    printf 'The licences of everything it is made of are in third-party.txt.gz.\n\n'
    cat LICENSE
} >"$stage/copyright"

if command -v appstreamcli >/dev/null; then
    cp "$stage/metainfo.xml" "$stage/org.lanside.app.metainfo.xml"
    appstreamcli validate --no-net --pedantic "$stage/org.lanside.app.metainfo.xml"
    rm "$stage/org.lanside.app.metainfo.xml"
fi

./packaging/depends.sh "$built/release/lanside-app" "$built/release/lanside" >"$stage/depends.json"
rm -rf "$built/release/bundle/deb" "$built/release/bundle/rpm"
CI=true packaging/node_modules/.bin/tauri bundle --bundles deb,rpm --config "$stage/depends.json"
mv "$built"/release/bundle/deb/*.deb "$built"/release/bundle/rpm/*.rpm "$stage/"

./scripts/package-test.sh "$stage"/*.deb "$stage"/*.rpm
ls -l "$stage"/*.deb "$stage"/*.rpm
