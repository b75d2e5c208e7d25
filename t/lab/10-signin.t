#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Users of a real domain sign in on every node, past the balancer and through it, and the log proves it.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
suite_begin
MAIL=https://mail.$DOMAIN
AUTODISCOVER=https://autodiscover.$DOMAIN

for node in "${NODES[@]}"; do
    # shellcheck disable=SC2046  # words of curl's arguments
    sign_in wendy "$MAIL/mapi/emsmdb/" $(to_node "$node") -X POST --data ''
    is "$VISIT_STATUS" 200 "$node: wendy signs in"
    is "$VISIT_NODE" "$node" "$node: it was this node that answered"
    is "$(told user)" "TAILSPIN\\wendy" "$node: the back end is told the name that the KDC signed"
    is "$(told authorization)" absent "$node: the ticket does not reach the back end"
    like "$(visit_header WWW-Authenticate)" '^Negotiate [A-Za-z0-9+/=]+$' "$node: the final token goes out"
    is "$(proven Protocol HttpStatus IsAuthenticated AuthenticatedUser AuthenticationType)" \
        "Mapi	200	true	TAILSPIN\\wendy	Negotiate" "$node: HttpProxy line"
    is "$(proven 'GenericInfo;AuthPkg' 'GenericInfo;Key' 'GenericInfo;Kvno' 'GenericInfo;Etype')" \
        "Kerberos	latest	1	aes256-cts-hmac-sha1-96" "$node: the proof in GenericInfo"
done

visits_begin
while read -r path method; do
    ok "through the balancer, every node signs wendy in to $path ($method)" visit_every_node "$path" "$method"
done <<'TABLE'
/autodiscover/autodiscover.xml GET
/mapi/emsmdb/ POST
/rpc/rpcproxy.dll RPC_OUT_DATA
/rpc/rpcproxy.dll RPC_IN_DATA
TABLE

sign_in wendy "$MAIL/mapi/" -H 'Host: MAIL.CORP.TAILSPINTOYS.COM'
is "$VISIT_STATUS" 200 "any spelling of the published name"
sign_in wendy "https://MAIL.CORP.TAILSPINTOYS.COM/mapi/"
is "$VISIT_STATUS" 200 "a ticket for any spelling of the service principal name"

sign_in zoë "$AUTODISCOVER/autodiscover/"
is "$VISIT_STATUS" 200 "a user whose name is not ASCII signs in"
is "$(told user)" "TAILSPIN\\zoë" "the name survives on its way to the back end"
is "$(proven AuthenticatedUser)" "TAILSPIN\\zoë" "and into the log"

# A node under its own name, with its own account's key.
visit_ticket wendy
sign_in wendy "https://node1.$DOMAIN/mapi/"
is "$VISIT_STATUS" 200 "node1 is addressed by its own name"
is "$(proven 'GenericInfo;Key')" own "its own key is told from the alternate service account's"

# Who may come in is httpd's business as ever.
for node in "${NODES[@]}"; do
    cat >"$LAB/$node/extra/published-wendy.conf" <<'CONF'
# SPDX-License-Identifier: Apache-2.0
# A place for one user of the domain.
<Location /mapi/only-wendy>
  Require user 'TAILSPIN\wendy'
</Location>
CONF
    httpd_reload "$node"
done
# The old generation may still answer until the new one has taken over.
only_wendy() {
    sign_in bob "$MAIL/mapi/only-wendy"
    [ "$VISIT_STATUS" = 401 ] || [ "$VISIT_STATUS" = 403 ]
}
wait_until 60 only_wendy
sign_in bob "$MAIL/mapi/only-wendy"
like "$VISIT_STATUS" '^40[13]$' "Require user keeps bob out"
sign_in wendy "$MAIL/mapi/only-wendy"
is "$VISIT_STATUS" 200 "Require user lets wendy in"
sign_in bob "$MAIL/mapi/"
is "$VISIT_STATUS" 200 "bob is welcome elsewhere"

# Every line of every log has 74 columns.
is "$(proof_files | while read -r file; do tr -d '\r' <"$file" | grep -v '^#'; done |
    awk -F, '{ print NF }' | sort -u)" 74 "every HttpProxy line has 74 columns"

expect_log 'user TAILSPIN.*bob.*authorization failure'
suite_end
