#!/bin/sh
# Bring the protocol's test suites, and the Node.js that they need, exactly as package-lock.json has them.
# Does nothing when that was done last. No package's script runs. Takes 330 MB beside this file.
set -eu
cd "$(dirname "$0")"
root=../../..
done=node_modules/.installed-package-lock.json

cmp -s package-lock.json "$done" && exit 0

npm=npm
# npm 7 was the first to read this kind of lock file.
if ! version=$(npm --version 2>/dev/null) || [ "${version%%.*}" -lt 7 ]; then
    "$root/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
        -r "$root/requirements-node.txt"
    npm=$root/.venv/bin/npm
    PATH=$(cd "$root" && pwd)/.venv/bin:$PATH
    export NODE_OPTIONS=--use-system-ca
fi
echo "Installing the protocol's test suites ..." >&2
# Not `npm ci`: it refuses a lock file without an optional package, for Windows, that not every registry has.
"$npm" install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error >&2
cp package-lock.json "$done"
