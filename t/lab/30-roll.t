#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A roll with both keys staged first: no ticket is refused in between, and the log tells Latest from Previous.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
suite_begin
MAIL=https://mail.$DOMAIN/mapi/emsmdb/

# signs_in_with USER KEY KVNO DESCRIPTION
signs_in_with() {
    sign_in "$1" "$MAIL"
    is "$VISIT_STATUS" 200 "$4"
    is "$(proven 'GenericInfo;Key' 'GenericInfo;Kvno')" "$2	$3" "$4: with the $2 key"
}

signs_in_with wendy latest 1 "before the roll"
for node in "${NODES[@]}"; do
    ok "$node begins with one version" node_holds "$node" 1
done

# Stage: every node gets the next key beside the current one, then the directory is changed.
cp "$LAB/secrets/$ASA" "$LAB/secrets/before"
secret_new "$ASA"
keytable_write keys/next.keytab "$ASA" 2 keys/asa.keytab
keytable_give keys/next.keytab
for node in "${NODES[@]}"; do
    ok "$node takes the next key up" wait_until 60 node_holds "$node" "2, 1"
done
signs_in_with wendy previous 1 "staged: the old ticket"

account_set "$ASA"
is "$(account_kvno "$ASA")" 2 "the directory has the next version"
signs_in_with wendy previous 1 "rolled: the old ticket"
signs_in_with bob latest 2 "rolled: a new ticket"
for node in "${NODES[@]}"; do
    sign_in bob "$MAIL" --connect-to "::$node.$DOMAIN:"
    is "$VISIT_STATUS" 200 "$node signs bob in with the new key"
    sign_in wendy "$MAIL" --connect-to "::$node.$DOMAIN:"
    is "$VISIT_STATUS" 200 "$node signs wendy in with the previous key"
done
suite_end
