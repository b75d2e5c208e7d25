#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Refusals on a real domain: each has its reason in the answer's log line and in the error log, beside a visit that works.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
suite_begin
visit_ticket wendy
MAIL=https://mail.$DOMAIN/mapi/emsmdb/

# refused REASON DESCRIPTION: the last visit got its 401 for that reason, and no identity.
refused() {
    is "$VISIT_STATUS" 401 "$2: 401"
    is "$(proven 'GenericInfo;AuthReason' ErrorCode IsAuthenticated AuthenticatedUser)" \
        "$1	$1	false	" "$2: reason $1"
}

# logged TEXT DESCRIPTION: the error log of the node that answered has this text.
logged() {
    ok "$2" grep -F "$1" "$LAB/$VISIT_NODE/logs/error.log"
}

# welcome DESCRIPTION: the sibling of a refusal.
welcome() {
    sign_in wendy "$MAIL"
    is "$VISIT_STATUS" 200 "$1"
}

visit none "$MAIL"
refused NoCredentials "no ticket"
is "$(visit_header WWW-Authenticate)" Negotiate "no ticket: the challenge names Negotiate"
welcome "with a ticket, the same place answers"

visit none -H "Authorization: Negotiate $(visit_ntlm_token)" "$MAIL"
refused NtlmOffered "an NTLM token"
is "$(proven AuthenticationType)" NTLM "an NTLM token: logged as what it is"
welcome "after it, a ticket is welcome"

sign_in wendy "https://mail.$DOMAIN/autodiscover/" -H "Host: autodiscover.$DOMAIN"
refused WrongPrincipal "a ticket for mail at autodiscover"
logged "brought a ticket for HTTP/mail.$DOMAIN; accepted here: http/autodiscover.$DOMAIN" \
    "a ticket for mail at autodiscover: the error log says which name was brought and which is accepted"
sign_in wendy "https://autodiscover.$DOMAIN/autodiscover/"
is "$VISIT_STATUS" 200 "a ticket for autodiscover is welcome there"

sign_in wendy "https://other.$DOMAIN/mapi/"
refused KeyMismatch "a name whose SPN is on another account"
logged "brought a ticket for HTTP/other.$DOMAIN with kvno 1" "a name on another account: the error log says so"
welcome "the published name is unharmed"

# The password is rolled in the directory and the nodes are told nothing.
sign_in wendy "$MAIL"
cp "$LAB/tickets/wendy" "$LAB/tickets/wendy-before"
account_roll "$ASA"
is "$(account_kvno "$ASA")" 2 "a roll raises the key version number by one"
new_ticket wendy
sign_in wendy "$MAIL"
refused KeyVersionMissing "a node that missed a roll"
logged "with kvno 2 (aes256-cts-hmac-sha1-96); this node holds EXCH2016ASA\$ kvno 1" \
    "a node that missed a roll: the error log names both versions"
visit wendy-before --negotiate -u : "$MAIL"
is "$VISIT_STATUS" 200 "a ticket from before the roll is still welcome"

# Same version number, another key: the table was made with a wrong password.
secret_new "wrong$ASA"
mv "$LAB/secrets/$ASA" "$LAB/secrets/right" && mv "$LAB/secrets/wrong$ASA" "$LAB/secrets/$ASA"
keytable_write keys/wrong.keytab "$ASA" 2
mv "$LAB/secrets/right" "$LAB/secrets/$ASA"
keytable_give keys/wrong.keytab
mismatched() {
    local node
    for node in "${NODES[@]}" "${NODES[@]}" "${NODES[@]}"; do
        # shellcheck disable=SC2046  # words of curl's arguments
        sign_in wendy "$MAIL" $(to_node "$node")
        [ "$(proven 'GenericInfo;AuthReason')" = KeyMismatch ] || return 1
    done
}
ok "the table is taken up by every node without a restart" wait_until 60 mismatched
sign_in wendy "$MAIL"
refused KeyMismatch "a key table made with a wrong password"
keytable_write keys/right.keytab "$ASA" 2
keytable_give keys/right.keytab
signed_in() {
    sign_in wendy "$MAIL"
    [ "$VISIT_STATUS" = 200 ]
}
ok "with the right table every node signs wendy in again" wait_until 60 visit_every_node /mapi/emsmdb/ POST

expect_log 'asa: (KeyMismatch|KeyVersionMissing): '
suite_end
