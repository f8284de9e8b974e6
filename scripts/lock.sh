#!/usr/bin/env bash
# Refreshes requirements.lock and requirements-dev.lock: the newest versions pyproject.toml allows,
# with hashes. One lock serves uv and pip, on every platform.
#
#   scripts/lock.sh                 upgrade everything
#   scripts/lock.sh --keep          keep the locked versions, add and drop only what changed
set -euo pipefail
cd "$(dirname "$0")/.."

upgrade=(--upgrade)
[ "${1:-}" = --keep ] && upgrade=()

if command -v uv >/dev/null 2>&1; then
    uv=uv
else
    tools=$(mktemp -d)
    trap 'rm -rf "$tools"' EXIT
    python3 -m venv "$tools"
    "$tools/bin/pip" -qq --disable-pip-version-check install uv
    uv=$tools/bin/uv
fi

compile() {
    "$uv" pip compile --quiet pyproject.toml --group build "$@" --universal --python-version 3.11 \
        --generate-hashes --no-header --no-annotate --no-emit-index-url ${upgrade[@]+"${upgrade[@]}"}
}
compile -o requirements.lock
compile --group dev --constraint requirements.lock -o requirements-dev.lock

if grep -nE 'https?://|file:|/home/|/tmp/' requirements.lock requirements-dev.lock; then
    echo "A lock file names a host or a path of this machine." >&2
    exit 1
fi
