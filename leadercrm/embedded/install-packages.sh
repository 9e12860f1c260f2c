#!/bin/sh
# Bring what browsers need of others' making into node_modules, exactly as package-lock.json has it, and put
# what a page takes a part of into bundles (static/dist): install-packages.sh [dev]
# With `dev`, what tests need comes as well. Does nothing when that was done last. Without an npm of the
# machine's, one comes from PyPI.
set -eu
lock=package-lock.json
done=node_modules/.installed-$lock
done_dev=node_modules/.installed-dev-$lock
bundles=leadercrm/embedded/bundles

inputs() { cat "$lock" "$bundles"/*.js; }

installed() { [ -d static/dist ] && inputs | cmp -s - "$done"; }

installed_dev() { [ "${1:-}" != dev ] || cmp -s "$lock" "$done_dev"; }

installed && installed_dev "$@" && exit 0

npm=npm
# npm 7 was the first to read this kind of lock file.
if ! version=$(npm --version 2>/dev/null) || [ "${version%%.*}" -lt 7 ]; then
    echo "Installing requirements-node.txt ..." >&2
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-node.txt
    npm=.venv/bin/npm
    PATH=$PWD/.venv/bin:$PATH
fi
# No package's script runs: what is installed is files to be served.
quietly="--ignore-scripts --no-audit --no-fund --loglevel=error"
if ! installed; then
    echo "Installing $lock ..." >&2
    # shellcheck disable=SC2086 # words on purpose
    "$npm" ci --omit=dev $quietly >&2
    "$npm" exec --offline -- esbuild "$bundles"/*.js --bundle --minify --outdir=static/dist --log-level=warning >&2
    inputs > "$done"
fi
if ! installed_dev "$@"; then
    # `npm ci` has seen that the lock file is whole; this adds to what it brought.
    # shellcheck disable=SC2086
    "$npm" install --no-save --include=dev $quietly >&2
    cp "$lock" "$done_dev"
fi
