#!/usr/bin/env bash
# Makes .venv with every dependency at its locked version, and this project installed in it.
#
#   scripts/setup.sh          what running Chengnuo needs
#   scripts/setup.sh --dev    that, and what its tests and checks need
#
# Wants only Python 3.11 or newer. Uses uv where there is one, else venv and pip. Does nothing, in a
# few milliseconds, when neither the locks nor the project's own metadata have changed.
set -euo pipefail
cd "$(dirname "$0")/.."

kind=run lock=requirements.lock
case "${1:-}" in
    '') ;;
    --dev) kind=dev lock=requirements-dev.lock ;;
    *) echo "usage: scripts/setup.sh [--dev]" >&2; exit 2 ;;
esac

# Two at once would trip over each other: the second waits, and then finds nothing to do.
if command -v flock >/dev/null 2>&1; then
    exec 9<scripts/setup.sh
    flock 9
fi

venv=.venv
stamp=$venv/chengnuo-$kind.stamp
# The tools' own settings, below the first [tool.*], change nothing that is installed.
fingerprint=$({
    cat requirements.lock requirements-dev.lock scripts/setup.sh
    sed '/^\[tool\./,$d' pyproject.toml
} | sha256sum | cut -d' ' -f1)

fresh() { [ -f "$1" ] && [ "$(cat "$1")" = "$fingerprint" ]; }
if [ -x $venv/bin/python ] && $venv/bin/python -c '' 2>/dev/null; then
    if fresh "$stamp" || fresh $venv/chengnuo-dev.stamp; then
        exit 0
    fi
    # Once somebody made it for development, a plain `make run` must not take the tools away again.
    if [ -f $venv/chengnuo-dev.stamp ]; then
        kind=dev lock=requirements-dev.lock stamp=$venv/chengnuo-dev.stamp
    fi
fi

usable() { command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
python=
for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3; do
    if usable "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Chengnuo needs Python 3.11 or newer, and none was found." >&2
    echo "On Debian 12 or Ubuntu 24.04:  sudo apt-get install python3 python3-venv" >&2
    exit 1
fi

started=$(date +%s)
# A line for each part: whoever looks at a log instead of a terminal sees that it goes on.
tell() { echo "  $(($(date +%s) - started)) s: $*"; }
packages=$(grep -cE '^[A-Za-z0-9]' "$lock")

broken() { ! { [ -x $venv/bin/python ] && $venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }; }

if command -v uv >/dev/null 2>&1; then
    echo "Setting up $venv with uv and $("$python" --version) ..."
    if broken; then
        uv venv --quiet --clear --python "$(command -v "$python")" $venv
    fi
    tell "downloading and installing $packages packages"
    uv pip install --quiet --python $venv/bin/python --require-hashes -r $lock
    tell "installing Chengnuo itself"
    uv pip install --quiet --python $venv/bin/python --no-deps --no-build-isolation --editable .
else
    echo "Setting up $venv with pip and $("$python" --version) ..."
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        scripts/system.sh venv
    fi
    if broken; then
        tell "making the virtual environment"
        rm -rf $venv
        "$python" -m venv $venv
    fi
    if ! $venv/bin/python -m pip --version >/dev/null 2>&1; then
        $venv/bin/python -m ensurepip --default-pip >/dev/null
    fi
    pip=($venv/bin/python -m pip --disable-pip-version-check install --progress-bar off)
    tell "downloading and installing $packages packages, a minute or two"
    # Pip's own lines, one a package, without those that say the same again.
    "${pip[@]}" --require-hashes -r $lock |
        { grep --line-buffered -oE '^(Collecting [^ ]+|Installing .{0,60})' || true; }
    tell "installing Chengnuo itself"
    "${pip[@]}" -qq --no-deps --no-build-isolation --editable .
fi

echo "$fingerprint" >"$stamp"
echo "$venv is ready after $(($(date +%s) - started)) s."
