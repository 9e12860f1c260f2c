#!/bin/sh
# Bring what browsers need of others' making into node_modules, exactly as package-lock.json has it, and put
# what a page takes a part of into bundles (static/dist).
# Does nothing when that was done last. Without an npm of the machine's, one comes from PyPI.
set -eu
lock=package-lock.json
done=node_modules/.installed-$lock
bundles=leadercrm/embedded/bundles

inputs() { cat "$lock" "$bundles"/*.js; }

[ -d static/dist ] && inputs | cmp -s - "$done" && exit 0

npm=npm
# npm 7 was the first to read this kind of lock file.
if ! version=$(npm --version 2>/dev/null) || [ "${version%%.*}" -lt 7 ]; then
    echo "Installing requirements-node.txt ..." >&2
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-node.txt
    npm=.venv/bin/npm
    PATH=$PWD/.venv/bin:$PATH
fi
echo "Installing $lock ..." >&2
# No package's script runs: what is installed is files to be served.
"$npm" ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
"$npm" exec --offline -- esbuild "$bundles"/*.js --bundle --minify --outdir=static/dist --log-level=warning >&2
inputs > "$done"
