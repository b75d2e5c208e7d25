#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The back ends that demand Negotiate, and what the domain's KDC gives by delegation: each refusal beside what is granted.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
suite_begin domain
# shellcheck source=/dev/null
. "$(dirname "$0")/back_ends.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/delegation.sh"
keytable_write keys.keytab "$ASA" "$(account_kvno "$ASA")"
ok "exch1 runs" back_end_start exch1 --tls --negotiate --channel-bindings accept
ok "exch2 runs" back_end_start exch2 --tls --negotiate --channel-bindings require --persist
visit_ticket wendy
WENDY=FILE:$IN/tickets/wendy

# direct NAME CREDENTIAL REQUEST…: what the requests to that back end come to, on one line.
direct() {
    local name=$1
    shift
    in_lab KRB5CCNAME="FILE:$IN/tickets/account" KRB5_KTNAME="$IN/keys.keytab" timeout 60 /usr/bin/python3 "$IN/exchange/direct.py" \
        "$name.$DOMAIN" "${BACK_END_IP[$name]}:443" "$IN/certificates/$name/cert.pem" "$@" 2>&1 | paste -sd ';'
}

# --- exch1: each request for itself ---
is "$(direct exch1 "$WENDY" /owa/,nobody /owa/ /owa/,nobody /OWA/HealthCheck.htm,nobody /autodiscover/autodiscover.json,nobody)" \
    "401;200 proven;401;200;200" "each request needs a token, on a connection of a user too; what is open to all is open"
is "$(direct exch1 "$WENDY" /rpc/rpcproxy.dll,nobody,in /owa/)" "401;200 proven" "a channel of 1 GiB is refused at once"
is "$(direct exch1 "$WENDY" /nowhere/ /owa/)" "400 proven;200 proven" "every answer carries the final token"
is "$(direct exch1 "$WENDY" /owa/ /owa/,again /owa/)" "200 proven;401;200 proven" "a token is good once"
is "$(direct exch1 "$WENDY" /owa/,bound /owa/,foreign /owa/)" "200 proven;401;200 proven" "accept: bound here, elsewhere, not at all"
is "$(direct exch1 "$WENDY" /owa/ /owa/,host)" "200 proven;401" "not with a ticket for another service of the same account"
is "$(back_end_journal exch1 "d['event'] == 'refused' and d['why']")" "a replay
the token is bound to another certificate
a ticket for host/exch1.$DOMAIN@$REALM, which is not served here" "it writes down why"
is "$(back_end_journal exch1 "d['event'] == 'sign-in' and (d['user'], d['client'], d['service'], d['mutual'], d['forwarded'], d['delegated_by'])" | sort -u)" \
    "('TAILSPIN\\\\wendy', 'wendy@$REALM', 'HTTP/exch1.$DOMAIN@$REALM', True, False, [])" "and who signed in"
is "$(direct exch1 "$WENDY" '/owa/?refuse=401' '/owa/?proof=none' '/owa/?proof=garbage' '/owa/?proof=stale' /owa/)" \
    "401;200;200 wrong;200 wrong;200 proven" "faults by the query"
back_end_fault exch1 refuse=close
back_end_fault exch1 refuse=half
is "$(direct exch1 "$WENDY" /owa/ /owa/ /owa/)" "0;half;200 proven" "and of the next requests"
is "$(back_end_journal exch1 "d['event'] == 'persisted' or d['event'] == 'challenge' and d['target']" | paste -sd ' ')" \
    "/owa/ /owa/ /rpc/rpcproxy.dll" "what came without a token stands in the journal"

# --- exch2: bound to the certificate, and a connection keeps its user ---
is "$(direct exch2 "$WENDY" /owa/ /owa/,bound)" "401;200 proven" "require: a token that is not bound is refused"
is "$(direct exch2 "$WENDY" /owa/,bound /owa/,nobody /owa/,nobody,new)" "200 proven;200;401" "persist: who comes next on the connection is wendy, too"
is "$(back_end_journal exch2 "d['event'] == 'persisted' and d['user']")" 'TAILSPIN\wendy' "and that is written down"
ok "exch2 ends" back_end_stop exch2
ok "and runs again, without the two" back_end_start exch2 --tls --negotiate
is "$(direct exch2 "$WENDY" /owa/ /owa/,nobody)" "200 proven;401" "as exch1"

# --- what the KDC gives by delegation ---
# account: a ticket of the account that delegates. Its tickets of users are good to be passed on only if it is.
account() {
    in_lab KRB5CCNAME="FILE:$IN/tickets/account" kinit -f -k -t "$IN/keys.keytab" "$ASA@$REALM"
}
# evidence NAME USER [KINIT-OPTION]: with a new ticket of the user's.
evidence() {
    in_lab kinit "${3:--f}" -c "FILE:$IN/tickets/evidence" "$2@$REALM" <"$(secret_file "$2")" >/dev/null
    direct "$1" "evidence=FILE:$IN/tickets/evidence" /owa/
}
self() {
    direct "$1" "self=$2@$REALM" /owa/
}
ok "users who are not like others" eval 'delegation_user_sensitive victor && delegation_user_protected paula'
account
is "$(evidence exch1 wendy) $(self exch1 wendy)" "KDC 13 KDC 13" "nothing is allowed: nothing is given"
delegation_allow "HTTP/exch1.$DOMAIN"
is "$(evidence exch1 wendy)" "200 proven" "a service is allowed: it is given"
is "$(back_end_journal exch1 "d['event'] == 'sign-in' and (d['client'], *d['delegated_by'])" | tail -n 1)" \
    "('wendy@$REALM', '$ASA@$REALM')" "the back end sees wendy, and by whom"
is "$(evidence exch2 wendy)" "KDC 13" "not another one"
is "$(evidence exch1 wendy -F)" "KDC 13" "not with a ticket that may not be passed on"
is "$(evidence exch1 victor) $(evidence exch1 paula)" "KDC 13 KDC 13" "not for a sensitive user, nor a protected one"
is "$(self exch1 wendy)" "KDC 13" "not without a ticket of the user"
delegation_allow_any_protocol on
account
is "$(self exch1 wendy)" "200 proven" "any protocol: without one"
is "$(self exch1 victor) $(self exch1 ghost)" "KDC 13 KDC 6" "not for a sensitive user, nor one who is not known"
delegation_allow_any_protocol off
account
is "$(self exch1 wendy)" "KDC 13" "and no longer"

# Samba's KDC does not look at this attribute: that it is set as the schema has it is all that is shown.
ok "resource-based: exch1 names the account" delegation_resource_based exch1 on
is "$(delegation_resource_based_names exch1)" "$(delegation_sid)" "by its SID"
ok "resource-based: and no longer" delegation_resource_based exch1 off
is "$(delegation_resource_based_names exch1)" '' "nobody is named"

# --- a password change ---
in_lab kinit -f -c "FILE:$IN/tickets/old" "wendy@$REALM" <"$(secret_file wendy)" >/dev/null
in_lab KRB5CCNAME="FILE:$IN/tickets/old" kvno -q "http/mail.$DOMAIN"
account_roll "$ASA"
keytable_write keys.keytab "$ASA" "$(account_kvno "$ASA")" keys.keytab
is "$(direct exch1 "evidence=FILE:$IN/tickets/old" /owa/) $(evidence exch1 wendy)" "KDC 31 200 proven" \
    "a ticket of before the change is no evidence after it; a new one is"
suite_end
