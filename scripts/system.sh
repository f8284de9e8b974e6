#!/usr/bin/env bash
# Installs the few things that come from the system and not from a Python package, where they are
# missing and where we may: as root, or with sudo that asks nothing. Otherwise it says what to type.
#
#   scripts/system.sh venv        python3-venv
#   scripts/system.sh postgres    the PostgreSQL server's programs (no cluster is made or started)
#   scripts/system.sh browser     Chromium and a Chinese font, for the browser tests; Chromium without a
#                                 window, which does a third less work for the same pages, where it can be had
set -euo pipefail

has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null 2>&1; }
has_font() { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh family 2>/dev/null | head -n 1)" ]; }
has_library() { ldconfig -p 2>/dev/null | grep -q "$1" || /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }

missing=()
wished=()
for want in "$@"; do
    case "$want" in
        venv) python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv) ;;
        postgres) has_postgres || missing+=(postgresql) ;;
        browser)
            command -v chromium >/dev/null 2>&1 || missing+=(chromium)
            command -v chromium-headless-shell >/dev/null 2>&1 || wished+=(chromium-headless-shell)
            has_library libatomic.so.1 || missing+=(libatomic1)
            has_font || missing+=(fonts-noto-cjk fontconfig)
            ;;
        *) echo "system.sh: unknown: $want" >&2; exit 2 ;;
    esac
done

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root=(sudo -n)
    else
        as_root=(refuse)
    fi
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
may_install() { [ "${as_root[*]:-}" != refuse ] && command -v apt-get >/dev/null 2>&1; }
install() {
    get install "$@" || { get update || true; get install "$@"; }
}
get() {
    local what=$1
    shift
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive timeout 600 apt-get "$what" -y -qq \
        --no-install-recommends -o Dpkg::Options::=--force-confold "$@" >>"$log" 2>&1
}

if [ ${#missing[@]} -gt 0 ]; then
    if ! may_install; then
        echo "Missing on this system: ${missing[*]}" >&2
        echo "Please install them, on Debian or Ubuntu with:" >&2
        echo "    sudo apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    echo "Installing from Debian: ${missing[*]} ..."
    # The Debian package would make and start a cluster of its own; ours are thrown away after use.
    case " ${missing[*]} " in
        *' postgresql '*)
            if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
                "${as_root[@]}" mkdir -p /etc/postgresql-common
                echo 'create_main_cluster = false' |
                    "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
            fi
            ;;
    esac
    if ! install "${missing[@]}"; then
        tail -n 20 "$log" >&2
        echo "apt-get could not install: ${missing[*]}" >&2
        exit 1
    fi
fi
# What only makes tests quicker is tried, and never missed.
if [ ${#wished[@]} -gt 0 ] && may_install; then install "${wished[@]}" || true; fi
