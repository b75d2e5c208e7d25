#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# asactl roll when the directory sets the password and its answer is lost, or is never asked: a ticket proves which of
# the two it was, and nobody is refused.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/roll.sh"
suite_needs_root sshd
suite_begin
admin_tool_place
ssh_nodes_up
# Where asactl, and nobody else, finds dc1: there the answers are lost.
CUTTER_IP=127.0.0.2
sed "s/^$DC1_IP /$CUTTER_IP /" "$LAB/hosts" >"$LAB/cutter.hosts"

# cutter_starts HOW: between asactl and dc1, until the answer to a change was lost.
cutter_starts() {
    local look=(ldapsearch -LLL -Q -Y GSSAPI -H "ldap://dc1.$DOMAIN" -b "$BASE" "(sAMAccountName=$ASA)" msDS-KeyVersionNumber)
    [ "$1" != request ] || look=(sed -n '/setting the password/p' "$IN/past.said")
    : >"$LAB/past.said"
    rm -f "$LAB/lost" "$LAB/lost.ready"
    in_lab KRB5CCNAME="FILE:$IN/tickets/dc1-administrator" /usr/bin/python3 "$SUITE_ROOT/t/lab/cutter.py" "$1" \
        "$CUTTER_IP" "$DC1_IP" 389 88,464,3268 "$IN/lost" \
        "${look[@]}" >"$LAB/cutter.log" 2>&1 </dev/null &
    CUTTER=$!
    wait_until 60 test -e "$LAB/lost.ready" || { say_log "$LAB/cutter.log"; die "the cutter does not start"; }
}

cutter_stops() {
    inside kill "$(<"$LAB/lost.ready")" 2>/dev/null
    wait "$CUTTER" 2>/dev/null
}

# roll_past_cutter ARGUMENT…: as run, where dc1 is behind the cutter.
roll_past_cutter() {
    RC=0
    # shellcheck disable=SC2016  # expanded by the inner shell
    in_lab KRB5CCNAME="FILE:$IN/tickets/dc1-administrator" unshare --mount bash -c \
        'mount --bind "$1" /etc/hosts && shift && exec "$@"' past "$IN/cutter.hosts" \
        "$IN/bin/asactl" --conf "$IN/asactl.conf" roll --to-all --yes "$@" >"$LAB/past.said" 2>&1 || RC=$?
    SAID=$(<"$LAB/past.said")
}

# begin_with_ticket: a user with a ticket of now, keys that are old enough to go, and the number of now.
begin_with_ticket() {
    age_keys
    new_ticket wendy
    KVNO=$(account_kvno "$ASA")
}

# is_done DESCRIPTION: one password was set, every node holds it and the one before, and all tickets sign in.
is_done() {
    is "$(account_kvno "$ASA")" "$((KVNO + 1))" "$1: one password was set"
    is "$(node_keys)" "$KVNO:aes128 $KVNO:aes256 $((KVNO + 1)):aes128 $((KVNO + 1)):aes256 " \
        "$1: exactly Latest and Previous on every node"
    all_sign_in wendy "$1: old tickets sign in"
    new_ticket bob
    all_sign_in bob "$1: new tickets sign in"
}

for how in cut silence; do
    begin_with_ticket
    cutter_starts $how
    roll_past_cutter
    ok "$how: the answer was lost" test -e "$LAB/lost"
    is "$RC" 0 "$how: exit code 0"
    like "$SAID" "warning: could not see whether dc1\.$DOMAIN has done it \(set the password of EXCH2016ASA.\)[^"$'\n'"]*but the password is set: a ticket proves it" \
        "$how: a warning says what happened"
    like "$SAID" "The roll is complete: kvno $((KVNO + 1)) is on 3 nodes" "$how: the verdict"
    cutter_stops
    is_done "$how"
done

begin_with_ticket
cutter_starts request
roll_past_cutter
ok "request: it was lost" test -e "$LAB/lost"
is "$RC" 6 "request: exit code 6"
like "$SAID" "error: could not see whether dc1\.$DOMAIN has done it \(set the password of EXCH2016ASA.\)[^"$'\n'"]*"$'\n'"  [a-z]" \
    "request: it says so, with a remedy"
like "$SAID" 'The roll is not complete; the password is as it was' "request: and a ticket proved that nothing was changed"
cutter_stops
is "$(account_kvno "$ASA")" "$KVNO" "request: the directory is as it was"
all_sign_in wendy "request: everybody signs in"
run roll --to-all --yes
is "$RC" 0 "request: run again, it is done" || echo "$SAID" >&2
is_done "request, and run again"

begin_with_ticket
cutter_starts gone
roll_past_cutter
ok "gone: the answer was lost" test -e "$LAB/lost"
is "$RC" 6 "gone: exit code 6, as nothing proves what dc1 has done"
like "$SAID" "error: could not see whether dc1\.$DOMAIN has done it \(set the password of EXCH2016ASA.\)[^"$'\n'"]*"$'\n'"  it may have been done" \
    "gone: it says so, with a remedy"
like "$SAID" "The roll is not complete; the password may be the new one already" "gone: the verdict claims nothing"
cutter_stops
all_sign_in wendy "gone: old tickets sign in"
new_ticket bob
all_sign_in bob "gone: new tickets sign in"
run roll --to-all --yes
is "$RC" 0 "gone, and back: run again, it is done" || echo "$SAID" >&2
like "$SAID" "A roll of TAILSPIN.EXCH2016ASA. to kvno $((KVNO + 1)) had begun; it will be finished" "gone, and back: it knows what it had begun"
is_done "gone, and back"
suite_end
