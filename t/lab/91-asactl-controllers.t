#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# asactl roll with two domain controllers: one lags, or is down; nobody is refused meanwhile, and the roll says which.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/roll.sh"
suite_needs_root sshd
suite_begin
admin_tool_place
ssh_nodes_up
second_controller_up
sed "s/\(kdc = \|kpasswd_server = \)$DC1_IP\$/\1$DC2_IP/" "$LAB/krb5.conf" >"$LAB/krb5-dc2.conf"

# ticket_of_dc2 USER: the user's tickets come from dc2; prints the kvno of the one for the published name.
ticket_of_dc2() {
    rm -f "$LAB/tickets/$1"
    in_lab KRB5_CONFIG="$IN/krb5-dc2.conf" kinit -c "FILE:$IN/tickets/$1" "$1@$REALM" \
        <"$(secret_file "$1")" >/dev/null &&
        in_lab KRB5_CONFIG="$IN/krb5-dc2.conf" KRB5CCNAME="FILE:$IN/tickets/$1" kvno "HTTP/mail.$DOMAIN@$REALM" |
            sed -n 's/.*kvno = //p'
}

# exactly LOWER HIGHER DESCRIPTION: every node holds the keys of these two passwords and no other of the account.
exactly() {
    is "$(node_keys)" "$1:aes128 $1:aes256 $2:aes128 $2:aes256 " "$3: exactly Latest and Previous on every node"
}

# --- both follow ---
visit_ticket wendy
KVNO=$(account_kvno "$ASA")
run roll --to-all --yes
is "$RC" 0 "a roll: done" || echo "$SAID" >&2
like "$SAID" "kvno $((KVNO + 1)) is on 3 nodes, and 2 domain controllers use it" "a roll waits for both controllers"
is "$(ticket_of_dc2 carol)" "$((KVNO + 1))" "a ticket of dc2 is sealed with the new key"
all_sign_in carol "and signs in"
all_sign_in wendy "as does an old one"

# --- one lags ---
second_controller_lags +
new_ticket wendy
asactl roll --to-all --yes >"$LAB/roll.out" 2>&1 &
roll=$!
ok "a roll says that dc2 lags" wait_until 60 grep -q "waiting for dc2\.$DOMAIN to use kvno $((KVNO + 2))" "$LAB/roll.out"
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
age_keys
second_controller_lags +
run roll --to-all --yes --wait 3
is "$RC" 1 "dc2 does not follow in time: exit code 1"
like "$SAID" "dc2\.$DOMAIN does not use kvno $((KVNO + 3)) yet" "dc2 does not follow in time: it says so"
like "$SAID" "Every node holds both keys, so nobody is refused" "and that nobody suffers"
run roll --to-all --yes --wait 3
is "$RC $(account_kvno "$ASA")" "1 $((KVNO + 3))" "run again, it waits again, and changes nothing"
ticket_of_dc2 carol >/dev/null
all_sign_in carol "tickets of dc2 sign in"
second_controller_lags -
second_controller_follow
run roll --to-all --yes
is "$RC $(account_kvno "$ASA")" "0 $((KVNO + 3))" "dc2 follows: the same roll is finished"
exactly $((KVNO + 2)) $((KVNO + 3)) "dc2 follows"
all_sign_in carol "tickets that dc2 gave before sign in"

# --- killed while it waits for one that lags ---
# And with what a roll left behind it that was killed before.
age_keys
KVNO=$(account_kvno "$ASA")
new_ticket wendy
second_controller_lags +
roll_killed 'for the workers' --status none --pause 60 >/dev/null
like "$(roll_killed 'waiting for dc2')" "killed: .*waiting for dc2\.$DOMAIN to use kvno $((KVNO + 1))" "killed while it waits for dc2"
all_sign_in wendy "killed while it waits: old tickets sign in"
new_ticket bob
all_sign_in bob "killed while it waits: new tickets sign in"
ticket_of_dc2 carol >/dev/null
all_sign_in carol "killed while it waits: tickets of dc2 sign in"
asactl roll --to-all --yes >"$LAB/roll.out" 2>&1 &
roll=$!
ok "run again, it waits again" wait_until 60 grep -q "waiting for dc2\.$DOMAIN to use kvno $((KVNO + 1))" "$LAB/roll.out"
second_controller_lags -
second_controller_follow
wait "$roll"
is "$? $(account_kvno "$ASA")" "0 $((KVNO + 1))" "dc2 follows: it is done, one roll in all" || cat "$LAB/roll.out" >&2
like "$(<"$LAB/roll.out")" 'dropping keys that were staged and never used' "and drops what the one before it left"
exactly "$KVNO" $((KVNO + 1)) "killed while it waits, run again"
all_sign_in wendy "killed while it waits, run again: old tickets sign in"
all_sign_in carol "killed while it waits, run again: tickets of dc2 sign in"

# --- two rolls from two machines ---
# first_stands: a roll at dc1 has staged its key, is about to set its password and stands still; its process is FIRST.
first_stands() {
    asactl roll --to-all --yes --status none --pause 5 >"$LAB/first.out" 2>&1 &
    FIRST=$!
    ok "the first has staged its key" wait_until 60 grep -q 'for the workers' "$LAB/first.out"
    roll_stands "$FIRST"
}

KVNO=$(account_kvno "$ASA")
new_ticket wendy
first_stands
on_another_machine roll --to-all --yes --status none --pause 0 >"$LAB/other.out" 2>&1
is "$?" 0 "two at dc1: the second overtakes the first" || cat "$LAB/other.out" >&2
roll_goes_on "$FIRST"
wait "$FIRST"
is "$?" 4 "two at dc1: the first loses"
like "$(<"$LAB/first.out")" 'was set by somebody else meanwhile.*the password is one that somebody else has set' "two at dc1: the first says so, and sets nothing"
is "$(account_kvno "$ASA")" "$((KVNO + 1))" "two at dc1: one password was set"
all_sign_in wendy "two at dc1: old tickets sign in"
new_ticket bob
all_sign_in bob "two at dc1: new tickets sign in"

# Each sets a password at its own controller, under the same kvno; what replicates is the later one, the first's.
run roll --to-all --yes
is "$RC" 0 "then a roll is done as usual" || echo "$SAID" >&2
new_ticket wendy
KVNO=$(account_kvno "$ASA")
roll_killed 'for the workers' --status none --pause 60 >/dev/null
second_controller_lags + dc1
# The other one has staged its key when the first begins: that must not take it for one that was left behind.
on_another_machine roll --server "dc2.$DOMAIN" --to-all --yes --status none --pause 5 --wait 60 >"$LAB/other.out" 2>&1 &
other=$!
ok "another one has staged its key" wait_until 60 grep -q 'for the workers' "$LAB/other.out"
roll_stands "$other"
first_stands
roll_goes_on "$other"
ok "another one has set its password at dc2" wait_until 60 grep -q "waiting for dc1\.$DOMAIN" "$LAB/other.out"
is "$(ticket_of_dc2 carol)" "$((KVNO + 1))" "a ticket of dc2 is sealed with the key of the other"
all_sign_in carol "and signs in"
roll_goes_on "$FIRST"
wait "$FIRST"
is "$?" 0 "the first sets its own at dc1, which both controllers take" || cat "$LAB/first.out" >&2
wait "$other"
is "$?" 4 "the other one loses" || cat "$LAB/other.out" >&2
like "$(<"$LAB/other.out")" 'another roll of EXCH2016ASA. has set another password meanwhile' "and says so"
like "$(<"$LAB/other.out")" 'the password is one that somebody else has set' "and whose password it is"
second_controller_lags - dc1
like "$(<"$LAB/first.out")" 'dropping keys that were staged and never used' "the first drops what it had staged before"
is "$(node_keys | grep -o "\b$((KVNO + 1)):aes256" | wc -l)" 2 "and every node keeps the keys of both"
all_sign_in carol "the ticket sealed with the key that lost still signs in"
all_sign_in wendy "and older ones"
new_ticket bob
all_sign_in bob "and new ones"
second_controller_follow dc1 dc2

# The one that loses was killed while it waited.
run roll --to-all --yes
is "$RC" 0 "then a roll is done as usual" || echo "$SAID" >&2
new_ticket wendy
KVNO=$(account_kvno "$ASA")
second_controller_lags + dc1
first_stands
MACHINE=("${OTHER_MACHINE[@]}")
like "$(roll_killed 'waiting for dc1' --server "dc2.$DOMAIN" --status none --pause 0)" 'killed: .*waiting for dc1' "another one is killed when it has set its password at dc2"
MACHINE=()
is "$(ticket_of_dc2 carol)" "$((KVNO + 1))" "a ticket of dc2 is sealed with the key of the other"
on_another_machine roll --server "dc2.$DOMAIN" --to-all --yes --wait 60 >"$LAB/other.out" 2>&1 &
other=$!
ok "run again, it waits again" wait_until 60 grep -q "waiting for dc1\.$DOMAIN" "$LAB/other.out"
ok "and the first has not set its own" kill -0 "$FIRST"
roll_goes_on "$FIRST"
wait "$FIRST"
is "$?" 0 "then the first sets its own" || cat "$LAB/first.out" >&2
wait "$other"
is "$?" 4 "the other one loses" || cat "$LAB/other.out" >&2
like "$(<"$LAB/other.out")" 'another roll of EXCH2016ASA. has set another password meanwhile' "and says so"
second_controller_lags - dc1
second_controller_follow dc1 dc2
all_sign_in carol "the ticket sealed with the key that lost still signs in"
all_sign_in wendy "and older ones"

# One begins while another waits for a controller that lags.
run roll --to-all --yes
is "$RC" 0 "then a roll is done as usual" || echo "$SAID" >&2
KVNO=$(account_kvno "$ASA")
new_ticket wendy
second_controller_lags +
asactl roll --to-all --yes >"$LAB/first.out" 2>&1 &
roll=$!
ok "the first has set its password at dc1" wait_until 60 grep -q "waiting for dc2\.$DOMAIN" "$LAB/first.out"
new_ticket bob
all_sign_in bob "tickets of the first sign in"
on_another_machine roll --server "dc2.$DOMAIN" --to-all --yes --wait 5 >"$LAB/other.out" 2>&1
OTHER_RC=$?
second_controller_lags -
second_controller_follow
wait "$roll"
# The other one is refused, as the controllers differ; should dc2 have got the change all the same, the other one wins.
like "$? $OTHER_RC" '^(0 [14]|4 0)$' "of it and one from another machine at dc2, one is done" || cat "$LAB/first.out" "$LAB/other.out" >&2
all_sign_in bob "tickets of the first still sign in"
all_sign_in wendy "and older ones"
ticket_of_dc2 carol >/dev/null
all_sign_in carol "and those of dc2"

# --- one is down ---
KVNO=$(account_kvno "$ASA")
controller_stop dc2
before=$(node_keys)
run roll --to-all --yes
is "$RC" 6 "dc2 is down: exit code 6"
like "$SAID" "error: [^"$'\n'"]*dc2\.$DOMAIN[^"$'\n'"]*"$'\n'"  [A-Za-z]" "dc2 is down: it is named, with a remedy"
is "$(account_kvno "$ASA") $(node_keys)" "$KVNO $before" "dc2 is down: nothing is changed"
all_sign_in wendy "dc2 is down: everybody signs in"
suite_end
