#!/bin/sh
# What the benchmark itself needs of a Debian system; each peer's `preparer` installs its own. Without wrk nothing can be
# measured; without the others the page tells which candidate is missing.
set -eu
manquants=
command -v wrk >/dev/null || manquants="$manquants wrk"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || manquants="$manquants postgresql"
command -v npm >/dev/null || manquants="$manquants nodejs npm"
for python in /usr/bin/python3.13 /usr/bin/python3.12 /usr/bin/python3.11; do # that the Makefile measures with
    [ -x "$python" ] || continue
    "$python" -c "import ensurepip" 2>/dev/null || manquants="$manquants ${python##*/}-venv"
    break
done
[ -n "$manquants" ] || exit 0

echo "À installer : sudo apt-get install --no-install-recommends$manquants" >&2
if [ "$(id -u)" -eq 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update --quiet --quiet || true
    # shellcheck disable=SC2086
    apt-get install --yes --quiet --quiet --no-install-recommends $manquants >/dev/null || true
fi
command -v wrk >/dev/null
