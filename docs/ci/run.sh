#!/bin/sh
# Judges a BMP implementation in any CI: installs bmpconform beside it, runs it, leaves the results.
#
#   sh run.sh TARGET [OPTION]...      what is behind `bmpconform run`, such as 'jsonl:./adapter' --expected expected.toml
#
# The environment says the rest:
#   BMPCONFORM_OUT      where results.jsonl, junit.xml, the reports and the evidence go; default bmpconform-results
#   BMPCONFORM_SOURCE   what pip installs: a wheel, a folder or a requirement; default the checkout around this file;
#                       "installed" takes the bmpconform that BMPCONFORM_PYTHON has already
#   BMPCONFORM_PYTHON   the Python to use, 3.11 or newer; default python3
#
# The exit code is that of `bmpconform run`: 0 as expected, 1 something new, 2 wrong usage, 3 a target that cannot be
# used, 4 or 70 a fault of bmpconform; 2 also where it cannot be installed.
set -eu

if [ $# -eq 0 ]; then
    echo "usage: sh $0 TARGET [OPTION]..." >&2
    exit 2
fi
python=${BMPCONFORM_PYTHON:-python3}
out=${BMPCONFORM_OUT:-bmpconform-results}
checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
source=${BMPCONFORM_SOURCE:-$checkout}

if [ "$source" != installed ]; then
    # An environment of its own: what the implementation needs must not meet what bmpconform needs.
    environment=$(mktemp -d)
    trap 'rm -rf "$environment"' EXIT
    "$python" -m venv "$environment" || exit 2
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check "$source" || exit 2
    python=$environment/bin/python
fi

code=0
"$python" -m bmpconform run --out "$out" "$@" || code=$?
if [ -f "$out/results.jsonl" ]; then
    echo "The results are in $out."
fi
exit "$code"
