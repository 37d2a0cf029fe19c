#!/bin/sh
# What the benchmark itself needs of a Debian system; each peer's `preparer` installs its own.
set -eu
command -v wrk >/dev/null && ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && command -v npm >/dev/null && exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "À installer : sudo apt-get install wrk postgresql nodejs npm" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet --quiet
apt-get install --yes --quiet --quiet --no-install-recommends wrk postgresql >/dev/null
command -v npm >/dev/null || apt-get install --yes --quiet --quiet --no-install-recommends nodejs npm >/dev/null
