# SPDX-License-Identifier: Apache-2.0
# What every lab suite shares: a lab of its own, test points in TAP, visits, and the check of the error logs at the end.
# shellcheck shell=bash disable=SC2034  # suites read what is set here
#
# A suite is an executable t/lab/*.t:   . t/lab/lib.sh; suite_begin; …test points…; suite_end
# It may be run by hand from the top of the sources. ASA_BUILD names a finished build; without it, one is made.
set -uo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
umask 022

SUITE_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source=/dev/null
. "$SUITE_ROOT/scripts/lib/say.sh"
# shellcheck source=/dev/null
. "$SUITE_ROOT/scripts/lib/work.sh"
SUITE_WORK=$(work_folder lab) || exit 1
export ASA_LAB=$SUITE_WORK/lab
# shellcheck source=/dev/null
. "$SUITE_ROOT/scripts/lib/lab.sh"
# shellcheck source=/dev/null
. "$SUITE_ROOT/scripts/lib/visits.sh"
# shellcheck source=/dev/null
. "$SUITE_ROOT/scripts/lib/proof.sh"

POINTS=0 FAILURES=0 DECLARED=()

# --- test points -----------------------------------------------------------------------------------------------

# ok DESCRIPTION COMMAND…: passes if COMMAND succeeds; what it prints explains a failure.
ok() {
    local description=$1 output
    shift
    if output=$("$@" 2>&1 </dev/null); then
        point ok "$description"
    else
        point 'not ok' "$description" "$output"
    fi
}

# is GOT EXPECTED DESCRIPTION
is() {
    if [ "$1" = "$2" ]; then
        point ok "$3"
    else
        point 'not ok' "$3" "got:      $1"$'\n'"expected: $2"
    fi
}

# like GOT REGEX DESCRIPTION
like() {
    if [[ $1 =~ $2 ]]; then
        point ok "$3"
    else
        point 'not ok' "$3" "got:           $1"$'\n'"does not match: $2"
    fi
}

# point 'ok'|'not ok' DESCRIPTION [EXPLANATION]: succeeds if the point passes.
point() {
    POINTS=$((POINTS + 1))
    echo "$1 $POINTS - $2"
    if [ "$1" != ok ]; then
        FAILURES=$((FAILURES + 1))
        printf '%s\n' "${3:-}" | head -n 12 | cut -c1-300 | sed 's/^/#   /'
        return 1
    fi
}

# --- the suite's own lab ---------------------------------------------------------------------------------------

# suite_needs_root WHY: skips all of the suite for anybody else; before suite_begin.
suite_needs_root() {
    [ "$(id -u)" != 0 ] || return 0
    echo "1..0 # SKIP $1 needs root"
    exit 0
}

# suite_begin [domain|empty]: a lab of this suite's own; it ends with the suite, whatever happens. domain: without
# nodes; empty: also without the alternate service account, for a suite that makes it and calls lab_nodes_up.
suite_begin() {
    trap suite_clean EXIT
    trap 'exit 130' INT TERM HUP
    mkdir -p "$LAB/visits"
    lab_lock
    case ${1:-} in
    domain) lab_domain_up ;;
    empty) packages_need build lab; module_place; lab_empty_domain_up ;;
    *) lab_up ;;
    esac
}

suite_clean() {
    local rc=$? job
    trap - EXIT
    holder_stop
    # What the suite itself still has running beside the lab.
    for job in $(jobs -p); do
        kill -KILL "$job" 2>/dev/null || true
    done
    rm -rf "$SUITE_WORK"
    exit "$rc"
}

# expect_log REGEX: lines of this form in an error log, at warn or above, are what the suite provokes.
expect_log() {
    DECLARED+=("$1")
}

# suite_end: the error logs hold nothing at warn or above that was not declared; then the plan.
suite_end() {
    local undeclared
    undeclared=$(suite_undeclared)
    is "$undeclared" '' "the error logs hold nothing that this suite did not declare"
    echo "1..$POINTS"
    [ "$FAILURES" = 0 ]
}

# AH01882 says of the machine that its mod_ssl is newer than its libssl: Debian updates them apart from each other.
suite_undeclared() {
    local pattern
    pattern=$(IFS='|'; echo "AH01882|${DECLARED[*]}")
    pattern=${pattern%|}
    cat "$LAB"/node?/logs/error.log "$LAB"/backend/logs/error.log 2>/dev/null |
        grep -E '^\[[^]]*\] \[[a-z0-9_]*:(warn|error|crit|alert|emerg)\]' |
        grep -vE "$pattern"
}

# --- visits ----------------------------------------------------------------------------------------------------

# to_node NODE: curl's arguments that take a visit past the balancer to this node.
to_node() {
    echo "--connect-to ::$1.$DOMAIN:"
}

# sign_in USER URL CURL-ARGUMENT…: one visit with the user's ticket; VISIT_* say how it went.
sign_in() {
    local user=$1 url=$2
    shift 2
    [ -s "$LAB/tickets/$user" ] || visit_ticket "$user"
    visit "$user" --negotiate -u : "$@" "$url" || VISIT_STATUS="none ($VISIT_ERROR)"
}

# all_sign_in USER DESCRIPTION: with the ticket that the user has, on every node, past the balancer: a test point.
all_sign_in() {
    local node got=
    for node in "${NODES[@]}"; do
        # shellcheck disable=SC2046  # words of curl's arguments
        sign_in "$1" "https://mail.$DOMAIN/mapi/" $(to_node "$node")
        got+="$VISIT_STATUS "
    done
    is "$got" "200 200 200 " "$2"
}

# new_ticket USER: forgets the user's tickets and gets a fresh one, after a key was changed.
new_ticket() {
    rm -f "$LAB/tickets/$1"
    visit_ticket "$1"
}

# proven FIELD…: fields of the HttpProxy line of the last visit; waits until the line is there.
proven() {
    wait_until 60 proof_has_line "$VISIT_NODE" "$VISIT_ID" || { echo "no line for request $VISIT_ID"; return; }
    proof_fields "$VISIT_NODE" "$VISIT_ID" "$@"
}

# node_holds NODE VERSIONS: the node's status page says that every one of its workers holds these versions of the
# alternate service account's key, newest first: "2, 1".
node_holds() {
    local held=$LAB/visits/held
    sign_in administrator "https://mail.$DOMAIN/asa-status?json" --connect-to "::$1.$DOMAIN:"
    [ "$VISIT_STATUS" = 200 ] && grep -F '"held":' "$LAB/visits/body" >"$held" &&
        ! grep -vqF "$ASA kvno $2 (" "$held"
}

# told KEY: what the back end says that it was told, in the last answer.
told() {
    sed -n "s/^$1: //p" "$LAB/visits/body"
}

# suite_tool: the program that makes tokens, built for this run or by the build that we stand on.
suite_tool() {
    local tool=$LAB/token
    if [ ! -x "$tool" ]; then
        gcc -std=gnu11 -O1 -I "$SUITE_ROOT" "$SUITE_ROOT"/t/lib/{token,text}.c -o "$tool" -lgssapi_krb5 || return 1
    fi
    echo "$IN/token"
}
