#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A user of a trusted second forest signs in and keeps the name that his own forest signed.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
if [ "$(id -u)" != 0 ]; then
    echo "1..0 # skip a second forest needs root"
    rmdir "$SUITE_WORK"
    exit 0
fi
suite_begin
MAIL=https://mail.$DOMAIN/mapi/emsmdb/
forest_up

for node in "${NODES[@]}"; do
    sign_in fred "$MAIL" --connect-to "::$node.$DOMAIN:"
    is "$VISIT_STATUS" 200 "$node: fred of $REALM2 signs in"
    is "$(told user)" 'FABRIKAM\fred' "$node: with the domain name of his own forest"
    is "$(proven AuthenticatedUser 'GenericInfo;Key')" 'FABRIKAM\fred	latest' "$node: and so it is logged"
done
sign_in wendy "$MAIL"
is "$VISIT_STATUS" 200 "wendy still signs in, after her controller was restarted"
is "$(told user)" 'TAILSPIN\wendy' "with her own domain's name"

# A user of the same name in both forests must never be taken for the other.
LC_ALL=C account_user wendy.fabrikam "$BASE2" >"$SUITE_WORK/same.ldif"
sed -i "s/^sAMAccountName::.*/sAMAccountName: wendy/" "$SUITE_WORK/same.ldif"
ok "FABRIKAM gets a user who is called wendy, too" \
    ldap_as dcf modify -f "$SUITE_WORK/same.ldif"
ok "she gets a ticket" ticket_get "wendy@$REALM2" "$(secret_file wendy.fabrikam)" "$IN/tickets/other-wendy"
visit other-wendy --negotiate -u : "$MAIL"
is "$VISIT_STATUS" 200 "she signs in"
is "$(told user)" 'FABRIKAM\wendy' "and is not taken for TAILSPIN's"

# --- by delegation, to a back end in our own forest ---
# shellcheck source=/dev/null
. "$(dirname "$0")/back_ends.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/delegation.sh"
ok "a back end with an account of its own" back_end_start exch1 --tls --negotiate
cat >"$LAB/node1/extra/published.conf" <<'END'
<Location "/exch1/">
  AsaProtocol Ews
  AsaBackendAuth delegate
</Location>
SSLProxyEngine On
SSLProxyCACertificateFile "${LAB}/ca/ca.pem"
ProxyPass "/exch1/" "https://exch1.corp.tailspintoys.com/"
END
# One process, so that all of them meet what it keeps.
cat >"$LAB/node1/extra/server.conf" <<'END'
StartServers 1
ServerLimit 1
ThreadsPerChild 64
MaxRequestWorkers 64
MinSpareThreads 1
MaxSpareThreads 64
END
delegation_allow "HTTP/exch1.$DOMAIN"
httpd_stop node1
httpd_start node1
in_lab kinit -f -c "FILE:$IN/tickets/fred" "fred@$REALM2" <"$(secret_file fred)" >/dev/null
in_lab kinit -f -c "FILE:$IN/tickets/other-wendy" "wendy@$REALM2" <"$(secret_file wendy.fabrikam)" >/dev/null
in_lab kinit -f -c "FILE:$IN/tickets/wendy" "wendy@$REALM" <"$(secret_file wendy)" >/dev/null
for user in fred other-wendy wendy; do
    sign_in "$user" "https://mail.$DOMAIN/exch1/owa/" --connect-to "::node1.$DOMAIN:"
    is "$VISIT_STATUS $(proven 'GenericInfo;BeWay')" "200 s4u2proxy" "delegation: $user"
done
is "$(back_end_journal exch1 "d['event'] == 'sign-in' and (d['client'], d['user'])" | paste -sd ' ')" \
    "('fred@$REALM2', 'FABRIKAM\\\\fred') ('wendy@$REALM2', 'FABRIKAM\\\\wendy') ('wendy@$REALM', 'TAILSPIN\\\\wendy')" \
    "the back end sees each as who he is"
suite_end
