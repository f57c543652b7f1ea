#!/bin/sh
# Writes every size the bundles need from icon.svg into icons/generated.
# Needs the Tauri command line of ui/node_modules (npm --prefix ui ci).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$here/generated"
"$here/../ui/node_modules/.bin/tauri" icon "$here/icon.svg" --output "$here/generated"
# Phones and the Windows store are no targets of this program.
rm -rf "$here/generated/ios" "$here/generated/android"
rm -f "$here"/generated/Square*Logo.png "$here/generated/StoreLogo.png" "$here/generated/64x64.png"
