#!/bin/sh
# Install the packages that are missing, on Debian and its relatives: those of
# system-packages.txt, and of the other lists beside it that the arguments name.
# Elsewhere it says what to look for, and is no obstacle: without them the command line works, and
# only the window needs them.
set -eu

cd "$(dirname "$0")"
wanted="$(sed -e 's/#.*//' system-packages.txt "$@" | tr -s '[:space:]' ' ')"

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    if [ "$(uname -s)" = Linux ]; then
        echo "This system has no apt-get: install what it calls these packages:$wanted" >&2
    fi
    exit 0
fi

missing=""
for package in $wanted; do
    status="$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)"
    if [ "$status" != installed ]; then
        missing="$missing $package"
    fi
done
if [ -z "$missing" ]; then
    exit 0
fi

if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif command -v sudo >/dev/null; then
    as_root="sudo"
else
    echo "System packages are missing. As root, run: apt-get install$missing" >&2
    exit 1
fi

echo "Installing system packages:$missing"
# A failed update need not matter: the lists may be recent enough.
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update --quiet=2 || true
# shellcheck disable=SC2086  # the words are package names
$as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --quiet=2 --no-install-recommends $missing </dev/null >/dev/null
