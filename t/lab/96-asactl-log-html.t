#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The HTML report of asactl log in a real browser: no text of a log runs, loads or hides, and its numbers are those of --json.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
trap suite_clean EXIT
packages_need build clients
if [ -z "${ASA_BUILD:-}" ]; then
    module_build
    ASA_BUILD=$CACHE/build/tree
fi
TOOL=$ASA_BUILD/asactl/asactl
LOGS=$SUITE_WORK/logs
PAGE=$SUITE_WORK/report.html
judge() { /usr/bin/python3 "$SUITE_ROOT/t/lab/report/judge.py" "$@" 2>&1; }

# browser ARGUMENT…: Chromium, in a network that has nothing but itself; its answer to every name would be this machine.
browser() {
    local flags=(--net)
    [ "$(id -u)" = 0 ] || flags=(--user --map-root-user --net)
    HOME=$SUITE_WORK timeout 120 unshare "${flags[@]}" chromium --headless=new --no-sandbox --disable-gpu --no-first-run \
        --disable-background-networking --user-data-dir="$SUITE_WORK/profile" --host-resolver-rules='MAP * 127.0.0.1' "$@" \
        2>"$SUITE_WORK/errors" </dev/null
}

/usr/bin/python3 "$SUITE_ROOT/t/lab/report/hostile.py" "$LOGS" "$SUITE_WORK/quiet.LOG"
RC=0
"$TOOL" log --json --html "$PAGE" "$LOGS" >"$SUITE_WORK/report.json" 2>"$SUITE_WORK/errors" || RC=$?
is "$RC $(stat -c '%a' "$PAGE")" "1 600" "the report of a hostile log is written, for its owner alone"
browser --log-net-log="$SUITE_WORK/network" --dump-dom "file://$PAGE" >"$SUITE_WORK/dom"
like "$(<"$SUITE_WORK/dom")" '<title>Kerberos report: 2026-11-12 to 2026-11-15 \(UTC\)</title>.*</footer>' "Chromium shows it whole, under its own title"
is "$(judge elements "$SUITE_WORK/dom")" '' "no element, attribute or address in it comes from the log"
is "$(judge texts "$SUITE_WORK/dom" "<script>document.title='owned'</script>" \
    '</title></style></svg><img src=http://leak.example/a onerror=document.title=1>' "' onmouseover='document.title=1' x='" \
    '\xe2\x80\xaegpj.exe\xe2\x80\xac' '\x1b]0;owned\x07\x1b[2J' '\xff\xfe\xc0\xaf' '<!--<svg onload=document.title=1>' \
    'javascript:document.title=1' '&lt;b&gt;&#60;i&#62;' 'Zoë Ŝ😀' '%s%n%d' "$LOGS/<img src=x onerror=document.title=1>.LOG")" '' \
    "the log's texts are shown as they are, and what is no text as \\xHH"
is "$(judge numbers "$SUITE_WORK/dom" "$SUITE_WORK/report.json")" '' "every number is that of --json"
is "$(judge asked "$SUITE_WORK/network" leak.example)" 0 "nothing was asked of the network"

# The same browser, and a page that has what the report must not have.
printf '<!DOCTYPE html><title>own</title><img src=http://leak.example/a><script>document.title="owned"</script>' >"$SUITE_WORK/bad.html"
browser --log-net-log="$SUITE_WORK/network" --dump-dom "file://$SUITE_WORK/bad.html" >"$SUITE_WORK/dom"
like "$(<"$SUITE_WORK/dom") $(judge asked "$SUITE_WORK/network" leak.example)" '<title>owned</title>.* [1-9][0-9]*$' \
    "which would have been seen"
like "$(judge elements "$SUITE_WORK/dom")" 'element img.*element script' "and named"

# A second wall: had a script come in, the policy would not let it run or load.
sed 's|</h1>|&<img src=http://leak.example/a onerror="document.title=1"><script>document.title="owned"</script>|' "$PAGE" >"$SUITE_WORK/planted.html"
browser --log-net-log="$SUITE_WORK/network" --dump-dom "file://$SUITE_WORK/planted.html" >"$SUITE_WORK/dom"
like "$(<"$SUITE_WORK/dom") $(judge asked "$SUITE_WORK/network" leak.example)" '<title>Kerberos report.*<script>document.title="owned".* 0$' \
    "a script and a picture that were planted in it do not run and are not loaded"

browser --no-pdf-header-footer --print-to-pdf="$SUITE_WORK/report.pdf" "file://$PAGE"
is "$(head -c 5 "$SUITE_WORK/report.pdf")" '%PDF-' "it prints"
browser --window-size=1280,2400 --screenshot="$SUITE_WORK/report.png" "file://$PAGE"
is "$(head -c 4 "$SUITE_WORK/report.png" | tr -cd A-Z)" PNG "and has a picture, kept in the build's folder"
cp "$SUITE_WORK/report.png" "$ASA_BUILD/96-asactl-log-html.png"

# --- what may be dropped on evidence ---
# advice ARGUMENT…: the report's words on RC4 and on the older key.
advice() {
    "$TOOL" log --html "$PAGE" "$@" >"$SUITE_WORK/said" 2>&1
    sed -n '/class="evidence"/,/<.ul>/p' "$PAGE" | sed 's/<[^>]*>//g'
}
like "$(advice "$LOGS")" 'RC4 and DES: used by 32 of 128 .*Do not drop it yet.*An older key.*: used by 32 of 128 .*Do not drop it yet.*32 further sign-ins' \
    "what is in use is not to be dropped"
like "$(advice "$SUITE_WORK/quiet.LOG")" 'RC4 and DES: none of 10 .*may be dropped.*An older key.*: used by 1 of 10 .*go on for 9 days.*may be dropped' \
    "what was not used for long enough may be"
like "$(advice --since 2026-11-20 "$SUITE_WORK/quiet.LOG")" 'RC4 and DES: none of 2 .*no evidence.*older key.*: none of 2 .*no evidence' \
    "but not on the evidence of a part"

# --- its place ---
RC=0
ln -s "$SUITE_WORK/target" "$SUITE_WORK/link"
"$TOOL" log --html "$SUITE_WORK/link" "$LOGS" >"$SUITE_WORK/said" 2>&1 || RC=$?
like "$RC $(<"$SUITE_WORK/said")" '^2 error: .* is no regular file' "a link is not followed"
RC=0
"$TOOL" log --html - "$LOGS" >"$SUITE_WORK/said" 2>&1 || RC=$?
like "$RC $(<"$SUITE_WORK/said")" '^2 error: the HTML report is not written to standard output' "standard output is refused"

echo "1..$POINTS"
[ "$FAILURES" = 0 ]
