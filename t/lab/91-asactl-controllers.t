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
MAIL=https://mail.$DOMAIN/mapi/

# run ARGUMENT…: asactl, its exit code in RC, what it said in SAID (stdout, then stderr).
run() {
    RC=0
    SAID=$(asactl "$@" 2>&1) || RC=$?
}

# all_sign_in USER DESCRIPTION: with the ticket that the user has, on every node.
all_sign_in() {
    local node got=
    for node in "${NODES[@]}"; do
        # shellcheck disable=SC2046  # words of curl's arguments
        sign_in "$1" "$MAIL" $(to_node "$node")
        got+="$VISIT_STATUS "
    done
    is "$got" "200 200 200 " "$2"
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

# --- one is down ---
controller_stop dc2
before=$(node_keys)
run roll --to-all --yes --pause 1
is "$RC" 6 "dc2 is down: exit code 6"
like "$SAID" "dc2\.$DOMAIN" "dc2 is down: it is named"
is "$(account_kvno "$ASA") $(node_keys)" "$((KVNO + 3)) $before" "dc2 is down: nothing is changed"
all_sign_in wendy "dc2 is down: everybody signs in"
suite_end
