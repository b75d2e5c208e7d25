#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# asactl roll: nobody notices, whatever ticket they have; refused or killed, it harms nothing and goes on from there.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/roll.sh"
suite_needs_root sshd
suite_begin
admin_tool_place
ssh_nodes_up

# refused CODE REGEX DESCRIPTION: the last run ended so, with this sentence, and the directory is as it was.
refused() {
    is "$RC" "$1" "$3: exit code $1"
    like "$SAID" "$2" "$3: it says so"
    is "$(account_kvno "$ASA")" "$KVNO" "$3: the directory is untouched"
}

KVNO=$(account_kvno "$ASA")
visit_ticket wendy
before=$(node_keys)

# --- what changes nothing ---
run roll --to-all --dry-run --status none --pause 7 --pause 3
is "$RC" 0 "--dry-run: exit code 0"
like "$SAID" "kvno $KVNO to $((KVNO + 1)).* 3.0 s for their workers.*node3\.$DOMAIN: would take kvno $((KVNO + 1)).*Nothing was changed" "--dry-run: shows the plan"
is "$(node_keys) $(account_kvno "$ASA")" "$before $KVNO" "--dry-run: nodes and directory are as they were"
run roll --to-all
refused 8 'nobody has agreed' "without a terminal and without --yes"
run roll --yes
refused 2 'roll on which nodes' "without nodes"
run roll --to-array nowhere --yes
refused 2 "no array 'nowhere'" "an array that is not there"
ssh_node_stop node3
run roll --to-all --yes
refused 6 "node3\.$DOMAIN: nothing answers at its ssh port" "a node without sshd"
is "$(node_keys)" "$before" "a node without sshd: the others are as they were"
ssh_node_start node3
cp -p "$LAB/node2/keys/asa.keytab" "$LAB/node2/keys/kept"
keytable_write keys/other.keytab "$OTHER" 1
keytable_put keys/other.keytab node2
run roll --to-all --yes
refused 4 "node2\.$DOMAIN: the key table serves another account" "a node with another account's keys"
mv "$LAB/node2/keys/kept" "$LAB/node2/keys/asa.keytab"
ok "node2 has its keys again" wait_until 60 node_holds node2 1
run roll --to-server node1."$DOMAIN" --yes --pause 1
refused 8 "node2\.$DOMAIN holds keys of EXCH2016ASA. too, .*--to-server node2\.$DOMAIN too" "a node that would be left behind"
# This machine under two names: the nodes of this lab share its files, and it is called as node2 is.
sed '/server = node[13]/d' "$LAB/asactl.conf" >"$LAB/node2.conf"
mkdir "$LAB/here"
here() {
    RC=0
    # shellcheck disable=SC2016  # expanded by the inner shell
    SAID=$(in_lab KRB5CCNAME="FILE:$IN/tickets/dc1-administrator" unshare --uts bash -c 'hostname "$1"; shift; exec "$@"' here "$1" \
        "$IN/bin/asactl" --conf "$IN/node2.conf" --account "$OTHER" --keytab "$IN/here/other.keytab" \
        roll --to-server localhost --yes --status none --pause 0 2>&1) || RC=$?
}
here node2
like "$RC $SAID" '^0 .*The roll is complete' "a roll of this machine makes its key table"
here node2
like "$RC $SAID" '^0 .*The roll is complete' "this machine is not left behind under its other name"
here elsewhere
like "$RC $SAID" "^8 .*node2\.$DOMAIN holds keys of OTHERSVC" "another machine would be"
all_sign_in wendy "after all of these, everybody signs in"

# --- the report ---
run roll --to-array nodes --yes
is "$RC" 0 "a roll: done"
KVNO=$((KVNO + 1))
is "$(account_kvno "$ASA")" "$KVNO" "a roll: the directory has kvno $KVNO"
like "$SAID" "node1\.$DOMAIN"$'\n'"  Latest: [-0-9]+ [:0-9]+Z, TAILSPIN.EXCH2016ASA."$'\n'"  Previous: [-0-9]+ [:0-9]+Z, TAILSPIN.EXCH2016ASA" \
    "the report ends with Latest and Previous"
like "$SAID" "The roll is complete: kvno $KVNO is on 3 nodes" "and a verdict"
is "$(node_keys)" "$before$KVNO:aes128 $KVNO:aes256 " "what the refused one had left on the other nodes is gone"

# --- killed behind each step, and run again ---
# The last one finds what a roll has left that was killed before it, and is killed when it drops that.
KILLED=
for at in 'looking at' 'whether they can take' staging 'waiting for the workers' 's for the workers' 'setting the password' 'proves that' 'dropping keys'; do
    age_keys
    new_ticket wendy
    KVNO=$(account_kvno "$ASA")
    unseen=()
    [ "$at" != 's for the workers' ] || unseen=(--status none --pause 60)
    [ "$at" != 'dropping keys' ] || roll_killed 's for the workers' --status none --pause 60 >/dev/null
    line=$(roll_killed "$at" "${unseen[@]}")
    like "$line" "killed: .*$at" "killed at '$at'"
    KILLED+=$line$'\n'
    all_sign_in wendy "killed at '$at': old tickets sign in"
    new_ticket bob
    all_sign_in bob "killed at '$at': new tickets sign in"
    run roll --to-all --yes
    is "$RC" 0 "killed at '$at': run again, it is done"
    is "$(account_kvno "$ASA")" "$((KVNO + 1))" "killed at '$at': one roll in all"
    is "$(node_keys)" "$KVNO:aes128 $KVNO:aes256 $((KVNO + 1)):aes128 $((KVNO + 1)):aes256 " \
        "killed at '$at': exactly Latest and Previous on every node"
    all_sign_in wendy "killed at '$at', run again: old tickets sign in"
    all_sign_in bob "killed at '$at', run again: later tickets sign in"
done

# What waits for a second controller is killed in the suite that has one.
spared=$(roll_steps | while read -r step; do grep -qx "killed: .*$step" <<<"$KILLED" || echo "$step"; done)
# What a refused roll takes back, is killed in the suite of the workers.
is "$spared" $'waiting for .* to use kvno .*\ntaking kvno .* back from the nodes: the directory was not changed' \
    "that is every step that a roll can say, but two"

# --- killed at moments that nobody chose ---
SEED=${ASA_SEED:-$((SRANDOM % 100000))}
RANDOM=$SEED
echo "# ASA_SEED=$SEED"
# A roll may be done before its moment comes. The next one is then a second one, and the key of wendy's ticket, which is
# still alive, the third that stays.
for moment in 1 2 3; do
    age_keys
    new_ticket wendy
    KVNO=$(account_kvno "$ASA")
    after=$((RANDOM % 3)).$((RANDOM % 9 + 1))
    in_lab KRB5CCNAME="FILE:$IN/tickets/dc1-administrator" timeout -s KILL "$after" \
        "$IN/bin/asactl" --conf "$IN/asactl.conf" roll --to-all --yes >/dev/null 2>&1
    all_sign_in wendy "killed after $after s: old tickets sign in"
    new_ticket bob
    all_sign_in bob "killed after $after s: new tickets sign in"
    run roll --to-all --yes
    is "$RC" 0 "killed after $after s: run again, it is done"
    SET=$(account_kvno "$ASA")
    ok "killed after $after s: one roll in all, or two" test $((SET - KVNO)) = 1 -o $((SET - KVNO)) = 2
    is "$(node_keys)" "$(for ((kvno = KVNO; kvno <= SET; kvno++)); do printf '%s:aes128 %s:aes256 ' $kvno $kvno; done)" \
        "killed after $after s: exactly the keys of living tickets on every node"
    all_sign_in wendy "killed after $after s, run again: old tickets sign in"
    new_ticket bob
    all_sign_in bob "killed after $after s, run again: later tickets sign in"
done

# --- two at once ---
KVNO=$(account_kvno "$ASA")
asactl roll --to-all --yes --status none --pause 6 >"$LAB/first.out" 2>&1 &
first=$!
ok "a roll runs" wait_until 60 grep -q staging "$LAB/first.out"
run roll --to-all --yes
is "$RC" 4 "a second one: exit code 4"
like "$SAID" 'another roll of EXCH2016ASA. runs on this machine' "a second one: it says so"
wait "$first"
is "$(account_kvno "$ASA")" "$((KVNO + 1))" "the first one went on"
all_sign_in bob "and everybody signs in"

# --- a password of one's own ---
new_ticket wendy
secret_new "$ASA"
printf 'ß€𝄞' >>"$LAB/secrets/$ASA"
run roll --to-server node1."$DOMAIN" --to-server node2."$DOMAIN" --to-server node3."$DOMAIN" --yes --json \
    --password-file "$IN/secrets/$ASA"
is "$RC" 0 "--password-file: done"
is "$(sed -n '/^{/,/^}/p' <<<"$SAID" | /usr/bin/python3 -c 'import json, sys
d = json.load(sys.stdin)
print(d["complete"], d["changed"], len(d["nodes"]), [c["uses"] for c in d["controllers"]])')" \
    "True True 3 [True]" "--json: says so"
ok "the account signs in with it" ticket_get "$ASA@$REALM" "$(secret_file "$ASA")" "$IN/tickets/asa"
new_ticket bob
all_sign_in bob "--password-file: new tickets sign in"
all_sign_in wendy "--password-file: old tickets sign in"
quiet() {
    ! grep -qF -f "$(secret_file "$ASA")" <<<"$SAID"
}
ok "the password stands in no output" quiet

expect_log 'asa\.keytab|OTHERSVC'
suite_end
