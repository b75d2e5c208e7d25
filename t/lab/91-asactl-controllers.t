#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# asactl roll with two domain controllers: one lags, or is down; nobody is refused meanwhile, and the roll says which.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
if [ "$(id -u)" != 0 ]; then
    echo "1..0 # SKIP sshd needs root"
    exit 0
fi
suite_begin
admin_tool_place
ssh_nodes_up
second_controller_up
sed "s/\(kdc = \|kpasswd_server = \)$DC1_IP\$/\1$DC2_IP/" "$LAB/krb5.conf" >"$LAB/krb5-dc2.conf"

# run ARGUMENT…: asactl, its exit code in RC, what it said in SAID (stdout, then stderr).
run() {
    RC=0
    SAID=$(asactl "$@" 2>&1) || RC=$?
}

# ticket_of_dc2 USER: the user's tickets come from dc2; prints the kvno of the one for the published name.
ticket_of_dc2() {
    rm -f "$LAB/tickets/$1"
    in_lab KRB5_CONFIG="$IN/krb5-dc2.conf" kinit -c "FILE:$IN/tickets/$1" "$1@$REALM" \
        <"$(secret_file "$1")" >/dev/null &&
        in_lab KRB5_CONFIG="$IN/krb5-dc2.conf" KRB5CCNAME="FILE:$IN/tickets/$1" kvno "HTTP/mail.$DOMAIN@$REALM" |
            sed -n 's/.*kvno = //p'
}

# node_keys: kvno of each key of the account, one line if every node holds the same.
node_keys() {
    local node
    for node in "${NODES[@]}"; do
        in_lab klist -k "$IN/$node/keys/asa.keytab" | sed -n "s/^ *\([0-9]*\) $ASA@.*/\1/p" | sort -nu | tr '\n' ' '
        echo
    done | sort -u
}

# --- both follow ---
visit_ticket wendy
KVNO=$(account_kvno "$ASA")
run roll --to-all --yes --pause 1
is "$RC" 0 "a roll: done" || echo "$SAID" >&2
like "$SAID" "kvno $((KVNO + 1)) is on 3 nodes, and 2 domain controllers use it" "a roll waits for both controllers"
is "$(ticket_of_dc2 carol)" "$((KVNO + 1))" "a ticket of dc2 is sealed with the new key"
all_sign_in carol "and signs in"
all_sign_in wendy "as does an old one"

# --- one lags ---
second_controller_lags +
new_ticket wendy
asactl roll --to-all --yes --pause 1 >"$LAB/roll.out" 2>&1 &
roll=$!
ok "a roll says that dc2 lags" wait_until 40 grep -q "waiting for dc2\.$DOMAIN to use kvno $((KVNO + 2))" "$LAB/roll.out"
is "$(account_kvno "$ASA")" "$((KVNO + 2))" "dc1 has the new password"
all_sign_in wendy "dc2 lags: old tickets sign in"
new_ticket bob
all_sign_in bob "dc2 lags: new tickets of dc1 sign in"
is "$(ticket_of_dc2 carol)" "$((KVNO + 1))" "dc2 lags: its tickets are sealed with the key before"
all_sign_in carol "dc2 lags: its tickets sign in"
ok "the roll still waits" kill -0 "$roll"
second_controller_lags -
second_controller_follow
wait "$roll"
is "$?" 0 "dc2 follows: the roll ends"
is "$(ticket_of_dc2 carol)" "$((KVNO + 2))" "dc2 follows: its tickets are sealed with the new key"
all_sign_in carol "dc2 follows: they sign in"

# --- one lags for longer than the roll waits ---
second_controller_lags +
run roll --to-all --yes --pause 1 --wait 3
is "$RC" 1 "dc2 does not follow in time: exit code 1"
like "$SAID" "dc2\.$DOMAIN does not use kvno $((KVNO + 3)) yet" "dc2 does not follow in time: it says so"
like "$SAID" "Every node holds both keys, so nobody is refused" "and that nobody suffers"
run roll --to-all --yes --pause 1 --wait 3
is "$RC $(account_kvno "$ASA")" "1 $((KVNO + 3))" "run again, it waits again, and changes nothing"
ticket_of_dc2 carol >/dev/null
all_sign_in carol "tickets of dc2 sign in"
second_controller_lags -
second_controller_follow
run roll --to-all --yes --pause 1
is "$RC $(account_kvno "$ASA")" "0 $((KVNO + 3))" "dc2 follows: the same roll is finished"
all_sign_in carol "tickets that dc2 gave before sign in"

# --- two rolls from two machines ---
# on_another_machine ARGUMENT…: asactl where it sees no lock of this machine.
on_another_machine() {
    # shellcheck disable=SC2016  # expanded by the inner shell
    in_lab KRB5CCNAME="FILE:$IN/tickets/dc1-administrator" unshare --mount bash -c \
        'mkdir -p /run/asactl && mount -t tmpfs -o mode=0700 none /run/asactl && exec "$@"' other \
        "$IN/bin/asactl" --conf "$IN/asactl.conf" "$@"
}

# first_pauses: a roll at dc1 has staged its key and is about to set its password; its process is FIRST.
first_pauses() {
    asactl roll --to-all --yes --pause 8 >"$LAB/first.out" 2>&1 &
    FIRST=$!
    ok "the first has staged its key" wait_until 20 grep -q 'for the workers' "$LAB/first.out"
}

KVNO=$(account_kvno "$ASA")
new_ticket wendy
first_pauses
on_another_machine roll --to-all --yes --pause 1 >"$LAB/other.out" 2>&1
is "$?" 0 "two at dc1: the second overtakes the first" || cat "$LAB/other.out" >&2
wait "$FIRST"
is "$?" 4 "two at dc1: the first loses"
like "$(<"$LAB/first.out")" 'was set by somebody else meanwhile' "two at dc1: the first says so, and sets nothing"
is "$(account_kvno "$ASA")" "$((KVNO + 1))" "two at dc1: one password was set"
all_sign_in wendy "two at dc1: old tickets sign in"
new_ticket bob
all_sign_in bob "two at dc1: new tickets sign in"

# Each sets a password at its own controller, under the same kvno; what replicates is the later one, the first's.
run roll --to-all --yes --pause 1
is "$RC" 0 "then a roll is done as usual" || echo "$SAID" >&2
new_ticket wendy
KVNO=$(account_kvno "$ASA")
second_controller_lags + dc1
# The other one has staged its key when the first begins: that must not take it for one that was left behind.
on_another_machine roll --server "dc2.$DOMAIN" --to-all --yes --pause 4 --wait 60 >"$LAB/other.out" 2>&1 &
other=$!
ok "another one has staged its key" wait_until 20 grep -q 'for the workers' "$LAB/other.out"
first_pauses
ok "another one has set its password at dc2" wait_until 20 grep -q "waiting for dc1\.$DOMAIN" "$LAB/other.out"
is "$(ticket_of_dc2 carol)" "$((KVNO + 1))" "a ticket of dc2 is sealed with the key of the other"
all_sign_in carol "and signs in"
wait "$FIRST"
is "$?" 0 "the first sets its own at dc1, which both controllers take" || cat "$LAB/first.out" >&2
wait "$other"
is "$?" 4 "the other one loses" || cat "$LAB/other.out" >&2
like "$(<"$LAB/other.out")" 'another roll of EXCH2016ASA. has set another password meanwhile' "and says so"
second_controller_lags - dc1
all_sign_in carol "the ticket sealed with the key that lost still signs in"
all_sign_in wendy "and older ones"
new_ticket bob
all_sign_in bob "and new ones"
second_controller_follow dc1 dc2

# One begins while another waits for a controller that lags.
run roll --to-all --yes --pause 1
is "$RC" 0 "then a roll is done as usual" || echo "$SAID" >&2
KVNO=$(account_kvno "$ASA")
new_ticket wendy
second_controller_lags +
asactl roll --to-all --yes --pause 1 >"$LAB/first.out" 2>&1 &
roll=$!
ok "the first has set its password at dc1" wait_until 40 grep -q "waiting for dc2\.$DOMAIN" "$LAB/first.out"
new_ticket bob
all_sign_in bob "tickets of the first sign in"
on_another_machine roll --server "dc2.$DOMAIN" --to-all --yes --pause 1 --wait 5 >"$LAB/other.out" 2>&1
like "$?" '^[14]$' "one from another machine at dc2 does not go through, as the controllers differ"
second_controller_lags -
second_controller_follow
wait "$roll"
is "$?" 0 "the first is done when dc2 follows" || cat "$LAB/first.out" >&2
all_sign_in bob "its tickets still sign in"
all_sign_in wendy "and older ones"
ticket_of_dc2 carol >/dev/null
all_sign_in carol "and those of dc2"

# --- one is down ---
KVNO=$(account_kvno "$ASA")
controller_stop dc2
before=$(node_keys)
run roll --to-all --yes --pause 1
is "$RC" 6 "dc2 is down: exit code 6"
like "$SAID" "dc2\.$DOMAIN" "dc2 is down: it is named"
is "$(account_kvno "$ASA") $(node_keys)" "$KVNO $before" "dc2 is down: nothing is changed"
all_sign_in wendy "dc2 is down: everybody signs in"
suite_end
