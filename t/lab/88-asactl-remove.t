#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# asactl remove: a node leaves, or Kerberos is turned off; whatever stands in the way is told before anything changes.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/directory.sh"
suite_needs_root sshd
suite_begin
admin_tool_place
ssh_nodes_up
MAIL=https://mail.$DOMAIN/mapi/

# spns: how many names the account has, or none for no account.
spns() {
    asactl spn list --json "$ASA" 2>/dev/null | /usr/bin/python3 -c 'import json, sys; print(len(json.load(sys.stdin)["spns"]))' 2>/dev/null || echo none
}

# holders: the nodes whose key table has a key of the account.
holders() {
    local node
    for node in "${NODES[@]}"; do
        in_lab klist -k "$IN/$node/keys/asa.keytab" 2>/dev/null | grep -qF "$ASA" && echo "$node"
    done | tr '\n' ' '
}

# unchanged DESCRIPTION
unchanged() {
    is "$(spns) $(holders)" "$SPNS node1 node2 node3 " "$1: names and keys are as they were"
}

# signs_in NODE…: the status of a visit with wendy's ticket to each.
signs_in() {
    local node
    for node in "$@"; do
        # shellcheck disable=SC2046  # words of curl's arguments
        sign_in wendy "$MAIL" $(to_node "$node")
        printf '%s ' "$VISIT_STATUS"
    done
}

SPNS=$(spns)
like "$SPNS" '^[1-9]' "the account has names"
visit_ticket wendy

# --- what changes nothing ---
admin administrator remove --from-all --dry-run
like "$RC $SAID" "^0 .*http/mail\.$DOMAIN.*node3\.$DOMAIN: loses the keys and with them its key table; a running httpd takes .*Nothing was changed" "--dry-run shows the plan"
unchanged "--dry-run"
refused 2 'remove on which nodes' "without nodes" administrator remove --yes
refused 2 '.*exclude each other' "keep the names and delete their account" \
    administrator remove --from-all --keep-spns --delete-account --yes
refused 2 '.*exclude each other' "keep all" administrator remove --from-all --keep-spns --keep-keys --yes
refused 3 '.*is of another domain' "the account of another domain" \
    administrator remove --account "OTHER\\$ASA" --from-all --yes
refused 8 '.*nobody has agreed' "without a terminal and without --yes" administrator remove --from-all
refused 8 "node3\.$DOMAIN would be left with keys of EXCH2016ASA\\$, and clients would get no ticket" "a part of the nodes" \
    administrator remove --from-server "node1.$DOMAIN" --from-server "node2.$DOMAIN" --yes
refused 5 '.*"Write servicePrincipalName"' "who may not" wendy remove --from-all --yes
ok "bob is granted the right to write the account's names" \
    granted bob "CN=${ASA%\$},CN=Computers,$BASE" "OA;;WP;f3a64788-5306-11d1-a9c5-0000f80367c1;"
refused 5 "may not delete the account EXCH2016ASA\\$: the permission \"Delete\" on CN=EXCH2016ASA,.*without --delete-account" \
    "who may take the names, and not delete" bob remove --from-all --delete-account --yes
admin bob remove --from-all --dry-run
like "$RC $SAID" '^0 .*loses its names' "without --delete-account, bob may"
unchanged "refused"
ssh_node_stop node3
refused 6 "node3\.$DOMAIN: nothing answers at its ssh port" "a node is down" administrator remove --from-all --yes
ssh_node_start node3
unchanged "a node is down"
mv "$LAB/node2/keys/asa.keytab" "$LAB/node2/asa.kept"
printf '\5\2torn' >"$LAB/node2/keys/asa.keytab"
refused 1 ".*node2\.$DOMAIN: [^ ]*asa\.keytab " "a key table that nobody can read" administrator remove --from-all --yes
mv "$LAB/node2/asa.kept" "$LAB/node2/keys/asa.keytab"
unchanged "a key table that nobody can read"
is "$(signs_in node1 node2 node3)" "200 200 200 " "and everybody signs in"

# --- a node leaves ---
admin administrator remove --from-server "node1.$DOMAIN" --keep-spns --yes
is "$RC" 0 "a node leaves: exit code 0"
like "$SAID" "node1\.$DOMAIN: the key table is gone.*The removal is complete" "a node leaves: it is told what httpd does then"
is "$(spns) $(holders)" "$SPNS node2 node3 " "a node leaves: the others keep theirs, and the names stay"
is "$(signs_in node2 node3)" "200 200 " "a node leaves: the others sign users in"
wait_until 60 grep -q 'keys that were loaded before stay in use' "$LAB/node1/logs/error.log"
is "$(signs_in node1)" "200 " "a node leaves: its running httpd keeps the keys"
like "$(httpd_run node1 -t 2>&1; echo "$?")" 'AsaCredential: the key table .* does not exist.*1$' "a node leaves: its httpd does not start again"
admin administrator copy --from "node2.$DOMAIN" --to "node1.$DOMAIN"
is "$RC $(holders)" "0 node1 node2 node3 " "copy brings it back"

# --- names only ---
admin administrator remove --from-all --keep-keys --yes
like "$RC $SAID" "^0 .*node1\.$DOMAIN: keeps the keys.*The removal is complete" "--keep-keys shows what stays"
is "$(spns) $(holders)" "0 node1 node2 node3 " "--keep-keys: the names are gone, the keys are not"
is "$(signs_in node1 node2 node3)" "200 200 200 " "--keep-keys: a ticket that wendy has signs in"
admin administrator spn add "$ASA" "http/mail.$DOMAIN" "http/autodiscover.$DOMAIN" --yes
is "$RC $(spns)" "0 $SPNS" "the names come back"

# --- killed at each of its steps, and run again ---
# killed_at STEP: remove with the account, killed when it says so.
killed_at() {
    # shellcheck disable=SC2016  # expanded by the inner shell
    like "$(in_lab KRB5CCNAME="FILE:$IN/tickets/bob" bash -c '
        step=$1
        shift
        exec 7< <(exec "$@" 2>&1 >/dev/null)
        while read -r -u 7 line; do
            case $line in *"$step"*) kill -KILL "$!"; echo "killed: $line"; exit ;; esac
        done' kill "$1" "$IN/bin/asactl" --conf "$IN/asactl.conf" remove --from-all --delete-account --yes 2>&1)" \
        "killed: .*$1" "killed at: $1"
}
ok "bob is granted the right to delete what lies beside the account" \
    granted bob "CN=Computers,$BASE" "OA;;DC;bf967a86-0de6-11d0-a285-00aa003049e2;"
admin bob remove --from-all --delete-account --dry-run
like "$RC $SAID" "^0 .*The account is deleted: CN=EXCH2016ASA,CN=Computers,$BASE"$'\n' "bob may delete it now, and the plan is sure of it"
killed_at 'looking at'
unchanged "killed while it looks"
killed_at 'taking'
like "$(spns) $(holders)" "^(0|$SPNS) node1 node2 node3 $" "all names or none are gone, and no key"
is "$(signs_in node1 node2 node3)" "200 200 200 " "and everybody signs in"
cp -p "$LAB/node3/keys/asa.keytab" "$LAB/node3/asa.whole"
killed_at 'removing keys'
is "$(spns)" 0 "the names went first"
# A node finishes what it was told, so it is open which nodes have keys now. node3 has them back.
nobody_works() {
    ! inside pgrep -f "$IN/bin/asactl" >/dev/null
}
ok "the nodes have done what they were told" wait_until 60 nobody_works
mv "$LAB/node3/asa.whole" "$LAB/node3/keys/asa.keytab"
new_ticket wendy
# shellcheck disable=SC2046  # words of curl's arguments
sign_in wendy "$MAIL" $(to_node node1)
is "$VISIT_STATUS" 401 "a client without a ticket for the name is asked, and falls back"

# --- a node is down, and so be it ---
ssh_node_stop node3
admin administrator remove --from-all --delete-account --force --yes --json
is "$RC $(said '(d["complete"], d["deleted"])') $(spns) $(holders)" "1 (False, False) 0 node3 " \
    "--force: the node that is down keeps its keys, the account stays, and the exit code says so"
ssh_node_start node3
cp -p "$LAB/node3/keys/asa.keytab" "$LAB/node3/asa.kept"
killed_at 'deleting'
like "$(spns) $(holders)" '^(0|none) $' "no key is left then"
admin bob remove --from-all --delete-account --yes --json
is "$RC $(said '(d["complete"], d["spns"])')" "0 (True, [])" "run again, it does the rest"
is "$(spns) $(holders)" "none " "no account, no key"
admin administrator remove --from-all --yes --json
is "$RC $(said '(d["complete"], d["deleted"], d["nodes"])')" "0 (True, False, [])" "and again, there is nothing to do"
admin administrator remove --from-all --yes
like "$RC $SAID" '^0 .*There is no account.*There was nothing to remove. Is that its name' "which a misspelt name is told, too"

mv "$LAB/node3/asa.kept" "$LAB/node3/keys/asa.keytab"
tail -c +3 "$LAB/node3/keys/own.keytab" >>"$LAB/node3/keys/asa.keytab"
is "$(spns) $(holders)" "none node3 " "the account is gone, and a node has its keys, beside its own"
on_node3() {
    inside nsenter --mount --target "$(<"$LAB/node3/ssh/sshd.pid")" -- "$@"
}
on_node3 mount -o remount,bind,ro "$NODE_KEYS"
admin administrator remove --account "$ASA" --realm "$REALM" --from-all --yes
like "$RC $COMPLAINED $SAID" "^5 .*node3\.$DOMAIN: .*Read-only file system.*node3\.$DOMAIN: its keys stay.*not complete; run it again" \
    "a node that cannot is named"
is "$(holders)" "node3 " "and keeps them"
on_node3 mount -o remount,bind,rw "$NODE_KEYS"
admin administrator remove --account "$ASA" --realm "$REALM" --from-all --yes --json
is "$RC $(said '(d["complete"], d["account"])') $(holders)" "0 (True, '$ASA') " "run again, they go too"
like "$(in_lab klist -k "$IN/node3/keys/asa.keytab")" 'NODE3' "and its own stay"

expect_log 'asa\.keytab'
suite_end
