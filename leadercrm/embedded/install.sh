#!/bin/sh
# Make .venv and install a lock file into it: install.sh requirements|requirements-dev
# Does nothing when the lock file is the one that was installed last.
set -eu
lock=$1.txt
done=.venv/$lock

say() { echo "$*" >&2; }

find_python() {
    for name in python3.13 python3.12 python3.11 python3 python; do
        # A name may be a shim of a version manager that runs nothing: ask each one.
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    say "Leader CRM needs Python 3.11 or newer; install it (https://www.python.org/downloads/) and try again."
    exit 1
}

make_venv() {
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            say "Installing $package ..."
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >&2 || {
                apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >&2
            }
        else
            say "Python's venv module is missing; install it with: sudo apt-get install -y $package"
            exit 1
        fi
    fi
    say "Making .venv with $("$python" --version) ..."
    "$python" -m venv --clear .venv
}

.venv/bin/python -c '' 2>/dev/null || make_venv
if ! cmp -s "$lock" "$done"; then
    .venv/bin/python -I leadercrm/embedded/system_libraries.py
    say "Installing $lock ..."
    # The lock file is complete, so nothing is to be resolved.
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r "$lock"
    cp "$lock" "$done"
fi
