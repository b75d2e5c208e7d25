#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# No password is ever in the arguments or the environment of a process, from the making of the domain to a roll.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
trap suite_clean EXIT
export ASA_CACHE=$SUITE_WORK/cache
mkdir -p "$LAB"

# Everything that handles passwords, in one shell: made here, traced below.
work() {
    "$SUITE_ROOT/scripts/lab" up --domain
    # shellcheck disable=SC2016  # expanded by the inner shell
    bash -c '. "$1/scripts/lib/lab.sh"; set -e
        mkdir -p "$LAB/keys"
        keytable_write keys/asa.keytab "$ASA" "$(account_kvno "$ASA")"
        account_roll "$ASA"
        keytable_write keys/next.keytab "$ASA" "$(account_kvno "$ASA")" keys/asa.keytab
        ticket_get "wendy@$REALM" "$(secret_file wendy)" "$IN/tickets/wendy"' work "$SUITE_ROOT" &&
        touch "$SUITE_WORK/worked"
}
export -f work
export SUITE_ROOT SUITE_WORK

# The tracer follows the domain's processes too, so it ends when the lab does.
strace -f -qq -v -s 65536 -e trace=execve -o "$SUITE_WORK/trace" bash -c work >"$SUITE_WORK/log" 2>&1 &
tracer=$!
finished() {
    [ -e "$SUITE_WORK/worked" ] || ! kill -0 "$tracer" 2>/dev/null
}
ok "the domain is made, keys are written, the password is rolled" wait_until 400 finished
ok "all of it" test -e "$SUITE_WORK/worked"
[ -e "$SUITE_WORK/worked" ] || sed 's/^/# /' "$SUITE_WORK/log"

# secrets: the first, random part of every password that this lab has had.
secrets() {
    local file
    for file in "$LAB"/secrets/*; do
        cat "$file"
        echo
    done | cut -c1-20
}
ok "the lab has passwords to look for ($(secrets | wc -l))" test "$(secrets | wc -l)" -ge 8
ok "the trace has seen kinit" grep -q 'execve("/usr/bin/kinit"' "$SUITE_WORK/trace"
ok "and the making of the domain" grep -q 'samba_tool.py.*provision' "$SUITE_WORK/trace"
exposed() {
    grep -aFf <(secrets) "$1"
}
is "$(exposed "$SUITE_WORK/trace" | head -c 300)" '' "no password in arguments or environment"
{ cat "$SUITE_WORK/trace"; printf 'execve("/bin/kinit", ["kinit", "%s"])\n' "$(cat "$LAB/secrets/wendy")"; } >"$SUITE_WORK/planted"
like "$(exposed "$SUITE_WORK/planted")" kinit "one that is there would be found"
is "$(find "$LAB/secrets" "$ASA_CACHE" -type f ! -path '*/build/*' -perm /077)" '' \
    "the files that hold passwords are for their owner only"
holder_stop
wait
echo "1..$POINTS"
[ "$FAILURES" = 0 ]
