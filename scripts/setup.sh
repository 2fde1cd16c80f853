#!/bin/sh
# Makes the virtual environment $1 from requirements.lock; says in one sentence what is missing.
set -eu
venv=$1

fail() {
  printf 'setup: %s\n' "$1" >&2
  exit 3
}

python=
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
  if command -v "$candidate" >/dev/null 2>&1 &&
    "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || fail 'Python 3.11, 3.12 or 3.13 is needed and none was found on the PATH; install one, or name it: make PYTHON=/path/to/python3.12.'

if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
  rm -rf "$venv"
  "$python" -m venv "$venv" >/dev/null 2>&1 ||
    fail "$python cannot make a virtual environment; install its venv package (on Debian and Ubuntu: apt-get install python3-venv)."
fi

printf 'setup: installing what requirements.lock names into %s (a minute or two the first time)\n' "$venv" >&2
log=$venv/setup.log
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
  --require-hashes --requirement requirements.lock >"$log" 2>&1 || {
  tail -n 5 "$log" >&2
  fail "the libraries could not be installed; is the package index reachable? The whole log is in $log."
}
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
  --no-deps --no-build-isolation --editable . >>"$log" 2>&1 || {
  tail -n 5 "$log" >&2
  fail "this package itself could not be installed; the whole log is in $log."
}
