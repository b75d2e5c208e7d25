# SPDX-License-Identifier: Apache-2.0
# Counts test points in files of TAP, the form in which every suite reports.
# shellcheck shell=bash

# tap_count FILE: prints "PASSED FAILED SKIPPED". Fewer points than planned, no point at all, and output without
# a plan count as a failure: a suite that dies early must not look like a short one.
tap_count() {
    awk '
        /^ok/ && /# *[Ss][Kk][Ii][Pp]/ { skipped++; next }
        /^ok/                          { passed++; next }
        /^not ok/                      { failed++; next }
        /^1\.\.[0-9]+ *# *[Ss][Kk][Ii][Pp]/ { skipped++; planned = 0; has_plan = 1; all = 1; next }
        /^1\.\.[0-9]+/                 { planned += substr($1, 4); has_plan = 1 }
        END {
            points = passed + failed + skipped
            if (!all && (!has_plan || points == 0 || points < planned)) failed++
            print passed + 0, failed + 0, skipped + 0
        }' "$1"
}

# tap_failures FILE: the failed points, also inside subtests, with the lines that explain them; then what the
# suite said outside of TAP, if it said something.
tap_failures() {
    awk '
        /^ *not ok/         { print; shown = 25; next }
        /^ *ok/             { shown = 0; next }
        /^ *#/              { if (shown-- > 0) print; next }
        /^ *1\.\.|^ *$/     { next }
                            { said[++count] = $0 }
        END {
            for (i = count > 12 ? count - 11 : 1; i <= count; i++) print "> " said[i]
        }' "$1"
}

# tap_skips FILE: the skipped points and whole files with their reasons.
tap_skips() {
    grep -iE '^(ok|1\.\.0).*# *skip' "$1" || true
}

# tap_point FILE STATUS DESCRIPTION [LOG]: adds one point, with the end of LOG if it failed.
tap_point() {
    local file=$1 status=$2 description=$3 log=${4:-} number
    number=$(( $(grep -cE '^(not )?ok' "$file" 2>/dev/null || true) + 1 ))
    if [ "$status" = 0 ]; then
        echo "ok $number - $description" >>"$file"
        return 0
    fi
    echo "not ok $number - $description" >>"$file"
    if [ -n "$log" ] && [ -s "$log" ]; then
        tail -n 25 "$log" | sed 's/^/# /' >>"$file"
    fi
    return 1
}

# tap_end FILE: the plan, for points that tap_point added.
tap_end() {
    echo "1..$(grep -cE '^(not )?ok' "$1" || true)" >>"$1"
}
