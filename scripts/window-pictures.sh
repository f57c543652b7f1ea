#!/usr/bin/env bash
# Makes the pictures of the main screens anew, which tests/ui/pictures.spec.mjs compares with.
# Needs the built window and gateway; look at what changed before it is committed.
set -euo pipefail
cd "$(dirname "$0")/.."
LANSIDE_UI_MAKE_PICTURES=1 ./scripts/window-tests.sh tests/ui/pictures.spec.mjs
git status --short tests/ui/pictures
