#!/usr/bin/env bash
# Tries packages: what is in them, and for the .deb that it installs, that window and command line
# start from where it put them, and that nothing is left when it is removed.
# Usage: scripts/package-test.sh FILE.deb [FILE.rpm]
# As root on Debian or Ubuntu the .deb is really installed and purged; otherwise it is unpacked.
set -euo pipefail
deb=$(realpath "$1")
rpm=${2:-}
fail() { echo "package test: $*" >&2; exit 1; }
say() { echo "package test: $*"; }

scratch=$(mktemp -d)
server= window= installed=
cleanup() {
    [ -z "$window" ] || kill "$window" 2>/dev/null || true
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$installed" ] || dpkg --purge lanside >/dev/null 2>&1 || true
    rm -rf "$scratch"
}
trap cleanup EXIT

name=$(dpkg-deb -f "$deb" Package)
[ "$name" = lanside ] || fail "the package is called $name"
dpkg-deb -c "$deb" | awk '$1 !~ /^d/ { print $6 }' | sed 's/^\.\///' >"$scratch/listed"
for file in usr/bin/lanside usr/bin/lanside-app usr/share/applications/Lanside.desktop \
    usr/share/metainfo/org.lanside.app.metainfo.xml usr/share/man/man1/lanside.1.gz \
    usr/share/man/man1/lanside-pair.1.gz usr/share/bash-completion/completions/lanside \
    usr/share/zsh/vendor-completions/_lanside usr/share/fish/vendor_completions.d/lanside.fish \
    usr/share/icons/hicolor/16x16/apps/lanside-app.png usr/share/icons/hicolor/512x512/apps/lanside-app.png \
    usr/share/doc/lanside/copyright usr/share/doc/lanside/third-party.txt.gz \
    usr/share/doc/lanside/examples/operator.toml usr/share/doc/lanside/examples/recipes/first-set-up.toml; do
    grep -qx "$file" "$scratch/listed" || fail "$file is not in the .deb"
done
! grep -q lanside-gateway "$scratch/listed" || fail "the simulated gateway is in the .deb"

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null && ! dpkg -s lanside >/dev/null 2>&1; then
    for path in /usr/bin/lanside /usr/bin/lanside-app; do
        [ ! -e "$path" ] || fail "$path exists already and belongs to no package"
    done
    installed=yes
    # Without force: dpkg itself refuses when a dependency is missing.
    dpkg -i "$deb" >/dev/null || fail "it cannot be installed"
    root=
    say "installed: $(dpkg-query -W -f '${Package} ${Version}, ${Installed-Size} KiB' lanside)"
else
    root=$scratch/root
    dpkg-deb -x "$deb" "$root"
    say "unpacked (not root, or already installed)"
fi

case $("$root/usr/bin/lanside" --version) in
    "lanside $(dpkg-deb -f "$deb" Version)"*) say "$("$root/usr/bin/lanside" --version)" ;;
    *) fail "lanside says another version than the package" ;;
esac
for program in lanside lanside-app; do
    ! ldd "$root/usr/bin/$program" | grep 'not found' || fail "$program lacks libraries"
done
if command -v desktop-file-validate >/dev/null; then
    desktop-file-validate "$root/usr/share/applications/Lanside.desktop" || fail "the desktop file is not valid"
fi
for line in 'Exec=lanside-app %u' 'MimeType=x-scheme-handler/lanside;'; do
    grep -qx "$line" "$root/usr/share/applications/Lanside.desktop" || fail "the desktop file lacks $line"
done
bash -c "source '$root/usr/share/bash-completion/completions/lanside'
    COMP_WORDS=(lanside disc) COMP_CWORD=1; _lanside lanside disc lanside; [ \"\${COMPREPLY[*]}\" = discover ]" ||
    fail "the completion of bash does not complete"
command -v man >/dev/null && [ -d /usr/share/man/man1 ] &&
    { man -l "$root/usr/share/man/man1/lanside-pair.1.gz" 2>/dev/null | grep -q -- --push-button || fail "the manual page cannot be read"; }

if command -v Xvfb >/dev/null; then
    exec 3<>"$scratch/display"
    Xvfb -displayfd 3 -screen 0 1280x800x24 -noreset >/dev/null 2>&1 &
    server=$!
    for _ in $(seq 200); do [ -s "$scratch/display" ] && break; sleep 0.05; done
    DISPLAY=:$(head -1 "$scratch/display") HOME=$scratch XDG_RUNTIME_DIR=$scratch \
        LANSIDE_STATE_DIR=$scratch/state LANSIDE_SECRETS=file LANSIDE_INTERFACE=127.0.0.1 \
        "$root/usr/bin/lanside-app" >"$scratch/window.log" 2>&1 3>&- &
    window=$!
    ready=
    for _ in $(seq 600); do
        ready=$(grep -rhos 'ready.*ms=[0-9]*' "$scratch/state" | grep -o 'ms=[0-9]*' | head -1) && break
        kill -0 "$window" 2>/dev/null || { cat "$scratch/window.log" >&2; fail "the window ended"; }
        sleep 0.1
    done
    [ -n "$ready" ] || { cat "$scratch/window.log" >&2; fail "the window did not say that it can be used"; }
    say "the window can be used ($ready)"
    kill "$window"
    wait "$window" 2>/dev/null || true
    window=
else
    say "no Xvfb: the window was not started"
fi

if [ -n "$installed" ]; then
    dpkg --purge lanside >/dev/null || fail "it cannot be removed"
    installed=
    while read -r file; do
        [ ! -e "/$file" ] || fail "/$file is left after removing"
    done <"$scratch/listed"
    [ ! -e /usr/share/doc/lanside ] || fail "/usr/share/doc/lanside is left after removing"
    ! dpkg -s lanside >/dev/null 2>&1 || fail "dpkg still knows it"
    say "removed, nothing is left"
fi

if [ -n "$rpm" ] && command -v rpm >/dev/null; then
    rpm -qpl "$rpm" | grep -qx /usr/bin/lanside || fail "lanside is not in the .rpm"
    say ".rpm needs: $(rpm -qpR "$rpm" | grep -v ^rpmlib | paste -sd' ' -)"
elif [ -n "$rpm" ]; then
    say "no rpm program here: the .rpm was built, not tried"
fi
