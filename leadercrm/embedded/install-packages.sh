#!/bin/sh
# Bring what browsers need of others' making into node_modules, exactly as package-lock.json has it, and put
# what a page takes a part of into static/dist, as bundles and a trimmed style sheet: install-packages.sh [dev]
# With `dev`, what tests need comes as well. Does nothing when that was done last. Without an npm of the
# machine's, one comes from PyPI.
set -eu
lock=package-lock.json
done=node_modules/.installed-$lock
done_dev=node_modules/.installed-dev-$lock
bundles=leadercrm/embedded/bundles
style=static/dist/components.css

inputs() { cat "$lock" "$bundles"/*.js; }

installed() { [ -d static/dist ] && inputs | cmp -s - "$done"; }

# A page or a script may name other classes than when the style sheet was trimmed.
trimmed() {
    [ -f "$style" ] && [ -z "$(find templates static/backoffice static/embedded crm billing marketing events leadercrm \
        \( -name '*.html' -o -name '*.js' -o -name '*.py' -o -name '*.cjs' \) -newer "$style" -print 2>/dev/null | head -n 1)" ]
}

installed_dev() { [ "${1:-}" != dev ] || cmp -s "$lock" "$done_dev"; }

# npm 7 was the first to read this kind of lock file.
find_npm() {
    npm=npm
    if version=$(npm --version 2>/dev/null) && [ "${version%%.*}" -ge 7 ]; then return; fi
    npm=.venv/bin/npm
    PATH=$PWD/.venv/bin:$PATH
    # It trusts whom the machine trusts: a company's proxy, say.
    export NODE_OPTIONS=--use-system-ca
    [ -x "$npm" ] && return
    echo "Installing requirements-node.txt ..." >&2
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-node.txt
}

# Whoever is reading the old style sheet goes on reading it.
trim() {
    trimmed && return
    "$npm" exec --offline -- purgecss --config leadercrm/embedded/purgecss.config.cjs --output "$style.css" >&2
    mv "$style.css" "$style"
}

installed && installed_dev "$@" && trimmed && exit 0

find_npm
# No package's script runs: what is installed is files to be served.
quietly="--ignore-scripts --no-audit --no-fund --loglevel=error"
if ! installed; then
    echo "Installing $lock ..." >&2
    # shellcheck disable=SC2086 # words on purpose
    "$npm" ci --omit=dev $quietly >&2
    "$npm" exec --offline -- esbuild "$bundles"/*.js --bundle --minify --outdir=static/dist --log-level=warning >&2
    rm -f "$style"
    inputs > "$done"
fi
trim
if ! installed_dev "$@"; then
    # `npm ci` has seen that the lock file is whole; this adds to what it brought.
    # shellcheck disable=SC2086
    "$npm" install --no-save --include=dev $quietly >&2
    cp "$lock" "$done_dev"
fi
