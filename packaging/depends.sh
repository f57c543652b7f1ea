#!/usr/bin/env bash
# What the programs need at run time, read from the programs themselves: for .deb by dpkg-shlibdeps
# (packages with their lowest version), for .rpm by the names of the libraries, which every
# distribution's packages declare. Usage: depends.sh PROGRAM…    Writes JSON for the bundler.
set -euo pipefail
json() { sed 's/"/\\"/g; s/.*/"&"/' | paste -sd, -; }

deb=
if command -v dpkg-shlibdeps >/dev/null; then
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    mkdir "$scratch/debian"
    printf 'Source: lanside\n\nPackage: lanside\nArchitecture: any\n' >"$scratch/debian/control"
    programs=()
    for program in "$@"; do programs+=("$(realpath "$program")"); done
    deb=$(cd "$scratch" && dpkg-shlibdeps -O "${programs[@]}" 2>/dev/null |
        sed -n 's/^shlibs:Depends=//p' | sed 's/, */\n/g' | sort -u | json)
fi

# Each library, and of the C library the newest version asked for.
rpm=$(for program in "$@"; do objdump -p "$program"; done | awk '
    $1 == "NEEDED" && $2 !~ /^ld-linux/ { print $2 "()(64bit)" }
    $1 == "required" { from = $3; sub(":", "", from) }
    from !~ /^ld-linux/ && $4 ~ /^(GLIBC|OPENSSL)_[0-9.]+$/ { print from "(" $4 ")(64bit)" }' | sort -uV |
    awk -F'[()]' '{ key = $1 ($2 == "" ? "" : "v"); last[key] = $0 } END { for (key in last) print last[key] }' |
    sort | json)

printf '{"bundle":{"linux":{"deb":{"depends":[%s]},"rpm":{"depends":[%s]}}}}\n' "$deb" "$rpm"
