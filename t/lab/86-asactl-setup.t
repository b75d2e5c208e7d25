#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# From nothing to a sign-in as README tells it: a new account, its first key on every node, its names.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
if [ "$(id -u)" != 0 ]; then
    echo "1..0 # SKIP sshd needs root"
    exit 0
fi
suite_begin
admin_tool_place
ssh_nodes_up
NEW='NEWASA$' KEYS=$NODE_KEYS/new.keytab
SPN=http/webmail.$DOMAIN

# run ARGUMENT…: asactl for the new account, its exit code in RC, what it said in SAID.
run() {
    RC=0
    SAID=$(asactl "$@" --account "$NEW" --keytab "$KEYS" 2>&1) || RC=$?
}

run account create NEWASA --yes
is "$RC" 0 "a new account is made" || echo "$SAID" >&2
run spn add NEWASA "$SPN" --yes
is "$RC" 8 "it gets no name while no node holds its key"
run roll --to-array nodes --yes --pause 1
is "$RC" 0 "its first roll brings a key to every node" || echo "$SAID" >&2
like "$SAID" "Latest: .*NEWASA" "and ends with what every node holds"
run spn add NEWASA "$SPN" --yes
is "$RC" 0 "then it gets its name"
run spn query "$SPN"
like "$SAID" 'NEWASA\$' "which the directory says that it holds"
run status
is "$RC" 0 "status: every node matches the directory" || echo "$SAID" >&2

# A ticket for the new name, opened with the key table of each node.
visit_ticket wendy
for node in "${NODES[@]}"; do
    like "$(in_lab KRB5CCNAME="FILE:$IN/tickets/wendy" kvno -k "$IN/$node/keys/new.keytab" "$SPN@$REALM" 2>&1)" \
        'keytab entry valid' "$node opens a ticket for it"
done
suite_end
