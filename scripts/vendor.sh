#!/usr/bin/env bash
# Fetches the front-end assets we ship, at exactly these versions, refusing any other content.
# Wants npm, for the person who updates them only; whoever installs Chengnuo needs neither.
#
# To update: change a version below, run, read the integrity it reports, compare it with what
# `npm view NAME@VERSION dist.integrity` says, write it here, run again.
set -euo pipefail
cd "$(dirname "$0")/.."

HTMX=(htmx.org 2.0.11 sha512-Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==)
TABLER=(@tabler/core 1.6.1 sha512-lgmR9gcxRp5JlLxcmRi9Rz85JrEvH6Bz71KnlcPVSa97wtwQNjgSs3g3fxwbAlulHyRMghhIV04QUuW3pqDsIg==)
ICONS=(@tabler/icons 3.51.0 sha512-0pinvPZz7YeX+OSfxuEAbnEPWbocVXW5iU8h5lh41pYG8sZuQfpWECC980lxOT0clGIcNGn8xsBr+zKaRGdA/g==)
ECHARTS=(echarts 6.1.0 sha512-q0yaFPggC9FUdsWH4blavRWFmxdrIodbkoKNAjJudAI6CA9gNPxHtV2RcZNEepZVlk4yvBYkOkbk6HIVpIyHZA==)
AXE=(axe-core 4.14.1 sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==)

# The icons in the sprite, by Tabler's names: <svg><use href="…/sprite.svg#alarm"></use></svg>
ICON_NAMES='
    alarm alert-circle alert-triangle arrow-back-up arrow-right arrow-up bell book-2 building
    calendar calendar-event chart-bar check checklist chevron-down chevron-left chevron-right
    circle-check circle-x clipboard-check clipboard-list clock clock-exclamation copy database
    device-floppy download edit external-link eye eye-off file-export file-import file-spreadsheet
    file-text filter flag flame gauge gavel history home id info-circle keyboard language link list
    lock lock-open logout mail map-pin message messages note paperclip phone phone-incoming
    phone-outgoing player-pause player-play plus printer refresh scale search send settings
    shield-check shield-lock sitemap sort-ascending sort-descending star sun table tag target urgent
    user user-check user-plus users versions x zoom-question'

shipped=src/chengnuo/doors/web/kit/static/vendor
for_tests=tests/vendor
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# unpack NAME VERSION INTEGRITY: leaves the package in $work/package
unpack() {
    local name=$1 version=$2 expected=$3 tarball found
    tarball=$(cd "$work" && npm pack --silent --loglevel=error "$name@$version" 2>/dev/null | tail -n 1)
    found=sha512-$(openssl dgst -sha512 -binary "$work/$tarball" | base64 -w0)
    if [ "$found" != "$expected" ]; then
        echo "$name $version is not what was recorded." >&2
        printf '  recorded %s\n  received %s\n' "$expected" "$found" >&2
        exit 1
    fi
    rm -rf "$work/package"
    mkdir "$work/package"
    tar -xzf "$work/$tarball" -C "$work/package" --strip-components=1
}

# take FOLDER FILE…: copies files of the package. A reference to a source map that we do not ship
# would stop the manifest storage, so that one comment goes.
take() {
    local folder=$1 file
    shift
    rm -rf "$folder"
    mkdir -p "$folder"
    for file in "$@"; do
        install -m 644 "$work/package/$file" "$folder/"
        case "$file" in
            *.js) sed -i '/^\/\/# sourceMappingURL=/d' "$folder/${file##*/}" ;;
            *.css) sed -i '/^\/\*# sourceMappingURL=.*\*\/$/d' "$folder/${file##*/}" ;;
        esac
    done
}

# record FOLDER NAME VERSION INTEGRITY LICENCE REMARK
record() {
    {
        echo "# $2 $3"
        echo
        echo "| | |"
        echo "|---|---|"
        echo "| npm package | \`$2\` |"
        echo "| version | $3 |"
        echo "| integrity of the package | \`$4\` |"
        echo "| licence | $5, see \`LICENSE\` |"
        echo "| what we took | $6 |"
        echo
        echo "Fetched by \`scripts/vendor.sh\`; do not edit by hand."
    } >"$1/VENDORED.md"
    echo "$2 $3: $(du -sh "$1" | cut -f1) in $1"
}

unpack "${HTMX[@]}"
take $shipped/htmx dist/htmx.min.js LICENSE
record $shipped/htmx "${HTMX[@]}" 0BSD "\`dist/htmx.min.js\`, unchanged"

unpack "${TABLER[@]}"
take $shipped/tabler dist/css/tabler.min.css dist/js/tabler.min.js
cat >$shipped/tabler/LICENSE <<'LICENCE'
MIT License

Tabler: Copyright 2018-2026 The Tabler Authors; Copyright 2018-2026 codecalm.net Paweł Kuna
Bootstrap, which it contains: Copyright 2011-2025 The Bootstrap Authors
Popper, which Bootstrap contains: Copyright 2019 Federico Zivolo

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
LICENCE
record $shipped/tabler "${TABLER[@]}" MIT \
    "\`dist/css/tabler.min.css\` and \`dist/js/tabler.min.js\`, without their source map comment. The package carries no licence file; the text is MIT's, the names are those in its files"

unpack "${ICONS[@]}"
take $shipped/tabler-icons LICENSE
python3 - "$work/package/icons/outline" $shipped/tabler-icons/sprite.svg $ICON_NAMES <<'PYTHON'
import re
import sys
from pathlib import Path

source, target, *names = sys.argv[1:]
STYLE = (
    'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"'
)
FRAME = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'  # draws nothing
symbols = []
for name in sorted(names):
    icon = Path(source, f"{name}.svg").read_text(encoding="utf-8")
    body = re.search(r"<svg[^>]*>(.*)</svg>", icon, re.DOTALL).group(1).replace(FRAME, "")
    body = "".join(line.strip() for line in body.splitlines())
    symbols.append(f'<symbol id="{name}" {STYLE}>{body}</symbol>')
Path(target).write_text(
    '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n", encoding="utf-8"
)
PYTHON
record $shipped/tabler-icons "${ICONS[@]}" MIT \
    "$(wc -w <<<"$ICON_NAMES") outline icons, gathered into \`sprite.svg\`; the list is in the script"

unpack "${ECHARTS[@]}"
take $shipped/echarts dist/echarts.min.js LICENSE NOTICE
record $shipped/echarts "${ECHARTS[@]}" Apache-2.0 "\`dist/echarts.min.js\`, unchanged"

unpack "${AXE[@]}"
take $for_tests/axe-core axe.min.js LICENSE LICENSE-3RD-PARTY.txt
record $for_tests/axe-core "${AXE[@]}" MPL-2.0 "\`axe.min.js\`, unchanged; used by tests, not shipped"
