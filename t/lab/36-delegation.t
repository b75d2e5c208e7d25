#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# AsaBackendAuth: the back end is asked in the user's name, or the user is told why not; never 401.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
suite_begin
# shellcheck source=/dev/null
. "$(dirname "$0")/back_ends.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/delegation.sh"
ok "exch1 runs, and demands tokens that are bound to its certificate" \
    back_end_start exch1 --tls --negotiate --channel-bindings require
ok "exch2 runs, and ties users to connections" back_end_start exch2 --tls --negotiate --persist
ok "users who are not like others" eval 'delegation_user_sensitive victor && delegation_user_protected paula'

# One process, so that what is kept is kept by the one that is asked.
cat >"$LAB/node1/extra/server.conf" <<'END'
LoadModule slotmem_shm_module ${MODULES}/mod_slotmem_shm.so
LoadModule proxy_balancer_module ${MODULES}/mod_proxy_balancer.so
LoadModule lbmethod_byrequests_module ${MODULES}/mod_lbmethod_byrequests.so
LoadModule rewrite_module ${MODULES}/mod_rewrite.so
StartServers 1
ServerLimit 1
ThreadsPerChild 64
MaxRequestWorkers 64
MinSpareThreads 1
MaxSpareThreads 64

# Outlook's protocols, and a connection that keeps its user.
Listen ${ADDRESS}:9443 https
<VirtualHost ${ADDRESS}:9443>
  ServerName mail.corp.tailspintoys.com
  SSLEngine on
  SSLProxyEngine On
  SSLProxyCACertificateFile "${LAB}/ca/ca.pem"
  Header always set X-Node "${NAME}"
  <Location "/">
    AuthType Negotiate
    AuthName "Tailspin Toys"
    Require valid-user
    AsaProtocol RpcHttp
    AsaBackendAuth delegate
    AsaPersistentAuth on
  </Location>
  <Location "/rpc/">
    SetEnv proxy-prefetch-nonblocking 1
  </Location>
  ProxyPass "/" "https://exch1.corp.tailspintoys.com/" retry=0
</VirtualHost>
END
cat >"$LAB/node1/extra/published.conf" <<'END'
SSLProxyEngine On
SSLProxyCACertificateFile "${LAB}/ca/ca.pem"
<Proxy "balancer://exchange">
  BalancerMember "https://exch1.corp.tailspintoys.com" retry=60
  BalancerMember "https://exch2.corp.tailspintoys.com" status=+H
</Proxy>
<LocationMatch "^/(?:one|two|both|named|any|errors)/">
  AsaProtocol Ews
  AsaBackendAuth delegate
</LocationMatch>
<Location "/named/">
  AsaBackendAuth delegate HTTP/exch1.corp.tailspintoys.com
</Location>
<Location "/nobody/">
  AsaProtocol Ews
  AsaBackendAuth delegate HTTP/nowhere.corp.tailspintoys.com
</Location>
<Location "/pinned/">
  AsaProtocol Ews
  AsaBackendAuth delegate certificate=${LAB}/certificates/exch1/cert.pem
</Location>
<Location "/pinned/wrong/">
  AsaBackendAuth delegate certificate=${LAB}/certificates/exch2/cert.pem
</Location>
<Location "/strip/">
  AsaProtocol Ews
</Location>
<Location "/pass/">
  AsaProtocol Ews
  AsaBackendAuth pass
</Location>
<Location "/errors/">
  ProxyErrorOverride On
</Location>
ProxyPass "/one/" "https://exch1.corp.tailspintoys.com/" retry=0
ProxyPass "/two/" "https://exch2.corp.tailspintoys.com/"
ProxyPass "/named/" "https://exch2.corp.tailspintoys.com/"
ProxyPass "/nobody/" "https://exch1.corp.tailspintoys.com/"
ProxyPass "/pinned/wrong/" "https://exch1.corp.tailspintoys.com/" retry=0
ProxyPass "/pinned/" "https://exch1.corp.tailspintoys.com/" retry=0
ProxyPass "/strip/" "https://exch1.corp.tailspintoys.com/"
ProxyPass "/errors/" "https://exch1.corp.tailspintoys.com/"
ProxyPass "/both/" "balancer://exchange/"
ProxyPass "/pass/" "http://backend.corp.tailspintoys.com:8080/"
RewriteEngine On
RewriteRule "^/any/(.*)$" "http://%{HTTP_HOST}:1/$1" [P]
END
httpd_stop node1
httpd_start node1
visits_begin

# at PATH [USER [CURL-ARGUMENT…]]: the user's visit of node1; SAID is its status, and the reason if there is one.
at() {
    local path=$1 user=${2:-wendy}
    shift $(( $# > 2 ? 2 : $# ))
    sign_in "$user" "https://mail.$DOMAIN$path" --connect-to "::node1.$DOMAIN:" "$@"
    SAID="$VISIT_STATUS $(proven ErrorCode)"
    SAID=${SAID% }
}
# mailbox: whose, of the last answer.
mailbox() {
    sed -n 's/.*Mailbox of \(.*\)<.*/\1/p' "$LAB/visits/body"
}
# forwardable USER [-F]: a new ticket that may be passed on, or one that may not.
forwardable() {
    in_lab kinit "${2:--f}" -c "FILE:$IN/tickets/$1" "$1@$REALM" <"$(secret_file "$1")" >/dev/null
}
for user in wendy bob victor paula; do
    forwardable "$user"
done

# --- nothing is allowed ---
at /one/owa/
is "$SAID" "502 DelegationNotAllowed" "nothing is allowed: 502 with its reason"
is "$(visit_header WWW-Authenticate | cut -d' ' -f1) $(proven AuthenticationType AuthenticatedUser BackEndStatus)" \
    "Negotiate Negotiate	TAILSPIN\\wendy	" "and wendy is signed in all the same, and gets her final token"
like "$(proof_sentence node1 DelegationNotAllowed)" "in the name of TAILSPIN.+wendy \(KDC can't fulfill requested option\)\. Add that name to msDS-AllowedToDelegateTo" \
    "the error log says what to do"
at /strip/owa/
is "$SAID" "502 BackEndRefused" "without a ticket, the back end's 401 becomes 502"
is "$(back_end_journal exch1 "d['event'] == 'request' and d['target']" | sort | uniq -c | tr -s ' ')" " 1 /owa/" \
    "after one request; the one that was not allowed never left"

# --- constrained delegation with the user's ticket as evidence ---
delegation_allow "HTTP/exch1.$DOMAIN"
# The refusal is remembered for a few seconds.
allowed() { at /one/owa/; [ "$SAID" = 200 ]; }
ok "exch1 is allowed: 200" wait_until 30 allowed
allowed
is "$(mailbox) $(proven 'GenericInfo;BeSpn' 'GenericInfo;BeWay' 'GenericInfo;BeBound' BackEndStatus)" \
    "TAILSPIN\\wendy HTTP/exch1.$DOMAIN	s4u2proxy	true	200" "as wendy, with her ticket as evidence, bound to the back end's certificate"
is "$(back_end_journal exch1 "d['event'] == 'sign-in' and (d['client'], d['service'], *d['delegated_by'], d['mutual'], d['bound'])" | sort -u)" \
    "('wendy@$REALM', 'HTTP/exch1.$DOMAIN@$REALM', 'HTTP/mail.$DOMAIN@$REALM', True, True)" "exch1 sees wendy, and by whom, and is asked to prove itself"
like "$(proven KerberosAuthHeaderLatency)" '^[0-9]+$' "KerberosAuthHeaderLatency is measured"
is "$(proven 'GenericInfo;BeTicket')" kept "her ticket for exch1 is kept"
at /one/owa/ bob
is "$(mailbox) $(proven 'GenericInfo;BeTicket')" "TAILSPIN\\bob fetched" "bob gets one of his own"
BEFORE=$(back_end_journal exch1 "d['event'] == 'sign-in' and d['target']" | wc -l)
GOT=
for _ in 1 2 3 4 5; do
    for user in wendy bob; do
        at /one/owa/ "$user"
        GOT+="$(mailbox) "
    done
done
is "$GOT" "$(printf 'TAILSPIN\\wendy TAILSPIN\\bob %.0s' 1 2 3 4 5)" "wendy and bob in turn: everybody is who he is"
is "$(back_end_journal exch1 "d['event'] == 'request' and d['headers'].get('authorization')" | sort -u | wc -l)" \
    "$(back_end_journal exch1 "d['event'] == 'request' and d['headers'].get('authorization')" | wc -l)" "each request has a token of its own"
is "$(( $(back_end_journal exch1 "d['event'] == 'sign-in' and d['target']" | wc -l) - BEFORE ))" 10 "and each is signed in"

at /pinned/owa/
is "$SAID $(mailbox) $(proven 'GenericInfo;BeBound')" "200 TAILSPIN\\wendy true" "certificate=: bound to the certificate that is configured"
at /pinned/wrong/owa/
is "$SAID" "502 BackEndRefused" "certificate=: and to no other"

# --- names ---
at /two/owa/
is "$SAID" "502 DelegationNotAllowed" "another back end, which is not allowed: its own name is asked for"
at /named/owa/
is "$SAID" "502 BackEndRefused" "a name that is not the back end's: it refuses the ticket"
is "$(back_end_journal exch2 "d['event'] == 'request' and d['target']")" /owa/ "after one request"
at /nobody/owa/
is "$SAID" "502 BackEndUnknown" "a name that nobody has"
at /any/owa/
is "$SAID" "502 BackEndUnknown" "a host that the client could choose names no service"
delegation_allow "HTTP/exch1.$DOMAIN" "HTTP/exch2.$DOMAIN"
two_allowed() { at /two/owa/; [ "$SAID" = 200 ]; }
ok "exch2 is allowed, too" wait_until 30 two_allowed
at /one/owa/ wendy -H "Host: other.$DOMAIN"
is "$(proven 'GenericInfo;BeSpn')" "HTTP/exch1.$DOMAIN" "nor does the Host header"

# --- who may not be delegated ---
at /one/owa/ victor
is "$SAID" "403 UserNotDelegated" "a sensitive user: 403"
at /one/owa/ paula
is "$SAID" "403 UserNotDelegated" "a member of Protected Users: 403"
forwardable carol -F
at /one/owa/ carol
is "$SAID" "403 TicketNotForwardable" "a ticket that may not be passed on: 403"
delegation_allow_any_protocol on
forwardable dave -F
at /one/owa/ dave
is "$SAID $(mailbox) $(proven 'GenericInfo;BeWay')" "200 TAILSPIN\\dave s4u2self" "any protocol: it may be of any kind"
at /one/owa/ victor
is "$SAID" "403 UserNotDelegated" "a sensitive user is one all the same"
delegation_allow_any_protocol off

# --- Outlook's protocols, and a connection that keeps its user ---
client_at node1:9443 exch1 rpc-pair 50
like "$SAID" ' 50$' "a pair of RPC channels, each with a ticket"
client_at node1:9443 exch1 mapi
is "$SAID" "200 PROCESSING PENDING PENDING PENDING DONE" "MAPI: parts as they come"
client_at node1:9443 exch1 expects-100
is "$SAID" "200 100000" "EWS: a POST that expects 100"
is "$(back_end_journal exch1 "d['event'] == 'violation' and d['text']")" '' "exch1 has nothing to complain of"
BEFORE=$(back_end_journal exch1 "d['event'] == 'sign-in' and d['target']" | wc -l)
in_lab KRB5CCNAME="FILE:$IN/tickets/wendy" curl -sS --max-time 30 --negotiate -u : --connect-to "::${NODE_IP[node1]}:9443" \
    -w '%{http_code}\n' "https://mail.$DOMAIN/owa/kept1" "https://mail.$DOMAIN/owa/kept2" >"$LAB/visits/kept" 2>&1
is "$(grep -c 'Mailbox of TAILSPIN.wendy' "$LAB/visits/kept")" 2 "AsaPersistentAuth: the second request without a token of the client's is wendy's, too"
is "$(( $(back_end_journal exch1 "d['event'] == 'sign-in' and d['target']" | wc -l) - BEFORE )) $(cat "$LAB"/node1/HttpProxy/RpcHttp/*.LOG | grep -a '/owa/kept' | grep -ao 'Session=[a-z]*' | paste -sd ' ')" \
    "2 Session=false Session=connection" "and at the back end each has one"

# --- what the back end answers ---
for proof in none garbage stale; do
    at "/one/owa/?proof=$proof"
    is "$SAID" "502 BackEndNotProven" "final token: $proof"
    is "$(mailbox)" '' "and nothing of the answer comes through"
done
at '/one/nowhere/?proof=none'
is "$VISIT_STATUS $(proven BackEndStatus)" "400 400" "an error passes without"
at '/one/owa/?refuse=401'
is "$SAID $(proven BackEndStatus)" "502 BackEndRefused 401" "a 401 in spite of a ticket: 502"
at '/errors/owa/?refuse=401'
is "$SAID" "502 BackEndRefused" "with ProxyErrorOverride, too"
is "$(visit_header WWW-Authenticate | cut -c1-12)" "Negotiate oY" "with our own final token"
at /one/owa/
is "$SAID $(proven 'GenericInfo;BeTicket')" "200 fetched" "the next request gets a ticket anew"

# --- a balancer of httpd's: the member that is chosen ---
at /both/owa/
is "$SAID $(proven TargetServer 'GenericInfo;BeSpn')" "200 exch1.$DOMAIN	HTTP/exch1.$DOMAIN" "balancer: the first member"
ok "exch1 ends" back_end_stop exch1
at /both/owa/
is "$SAID $(mailbox) $(proven TargetServer 'GenericInfo;BeSpn')" "200 TAILSPIN\\wendy exch2.$DOMAIN	HTTP/exch2.$DOMAIN" \
    "failover: a ticket for the second, in the same request"
at /one/owa/
is "$SAID" "503 ConnectFailure" "a back end that is down is mod_proxy's 503"
for user in wendy bob wendy; do
    at /both/owa/ "$user"
    is "$(mailbox)" "TAILSPIN\\$user" "a back end that ties users to connections: $user is $user"
done
is "$(back_end_journal exch2 "d['event'] == 'persisted' and d['target']")" '' "as every request has a token"
ok "exch1 is back" back_end_start exch1 --tls --negotiate --channel-bindings require
at /one/owa/
is "$SAID" 200 "and is asked again"

# --- a new certificate of the back end ---
ok "exch1 ends" back_end_stop exch1
certificate_issue "$LAB/certificates/exch1" "exch1.$DOMAIN" "mail.$DOMAIN" "autodiscover.$DOMAIN"
ok "exch1 is back with a new certificate" back_end_start exch1 --tls --negotiate --channel-bindings require
at /one/owa/
at /one/owa/
is "$SAID" 200 "it is looked at after a refusal at the latest"

# --- the KDC is down, and does not answer ---
ok "bob's ticket for the node is there" eval "at /two/owa/ bob; [ \"\$VISIT_STATUS\" = 200 ]"
forwardable bob
in_lab KRB5CCNAME="FILE:$IN/tickets/bob" kvno -q "HTTP/mail.$DOMAIN"
forwardable carol
in_lab KRB5CCNAME="FILE:$IN/tickets/carol" kvno -q "HTTP/mail.$DOMAIN"
forwardable dave
in_lab KRB5CCNAME="FILE:$IN/tickets/dave" kvno -q "HTTP/mail.$DOMAIN"
controller_stop dc1
at /one/owa/ carol
is "$SAID" "503 KdcUnreachable" "no KDC: a user without a kept ticket gets 503"
at /one/owa/
is "$SAID $(proven 'GenericInfo;BeTicket')" "200 kept" "and wendy goes on"
# One that takes connections and says nothing: the request waits for a bounded time, others do not wait for it.
inside_started "$LAB/silent.log" /usr/bin/python3 -c 'import os, socket, sys
listener = socket.create_server((sys.argv[1], 88), backlog=64)
print("listens", os.getpid(), flush=True)
kept = []
while True:
    kept.append(listener.accept())
    print("asked", flush=True)' "$DC1_IP"
ok "a KDC that is silent" wait_until 10 grep -q listens "$LAB/silent.log"
asked_silent() { at /one/owa/ carol; grep -q asked "$LAB/silent.log"; }
ok "it is asked again" wait_until 30 asked_silent
at /one/owa/ carol
is "$SAID" "503 KdcUnreachable" "silent KDC: 503"
in_lab KRB5CCNAME="FILE:$IN/tickets/dave" curl -sS --max-time 60 --negotiate -u : -o /dev/null -w '%{http_code}\n' \
    --connect-to "::node1.$DOMAIN:" "https://mail.$DOMAIN/two/owa/" >"$LAB/dave.said" 2>&1 &
WAITING=$!
GOT=
for _ in 1 2 3; do
    at /one/owa/
    GOT+="$SAID "
done
is "$GOT" "200 200 200 " "meanwhile wendy goes on"
wait "$WAITING"
is "$(<"$LAB/dave.said")" 503 "and dave is told"
inside kill "$(sed -n 's/^listens //p' "$LAB/silent.log")"
controller_start dc1 "$REALM"
back_to_normal() { at /one/owa/ carol; [ "$SAID" = 200 ]; }
ok "the KDC is back: carol is served" wait_until 60 back_to_normal

# --- the user's own ticket, and one that the client forwarded ---
inside_started "$LAB/exchange/log" env KRB5_CONFIG="$IN/krb5.conf" /usr/bin/python3 "$IN/exchange/server.py" \
    --key-table "$IN/node1/keys/asa.keytab" --service "http/mail.$DOMAIN" --service "HTTP/mail.$DOMAIN" "$BACKEND_IP" 8080 8091 "$IN/exchange/shared.journal"
ok "a back end that holds the account's keys" wait_until 10 grep -q '"ready"' "$LAB/exchange/shared.journal"
at /pass/owa/
is "$SAID $(mailbox)" "200 TAILSPIN\\wendy" "pass: the client's own ticket goes through"
is "$(visit_header WWW-Authenticate | grep -c Negotiate)" 1 "and the client gets one final token"
at '/pass/owa/?refuse=401'
is "$SAID" "502 BackEndRefused" "pass: a 401 is 502, too"
delegation_allow
forwardable zoë
at /two/owa/ zoë
is "$SAID" "502 DelegationNotAllowed" "nothing is allowed any more"
at /two/owa/ zoë --delegation always
is "$SAID $(mailbox) $(proven 'GenericInfo;BeWay')" "200 TAILSPIN\\zoë forwarded" "but with a ticket that the client forwarded"

# --- after a roll ---
delegation_allow "HTTP/exch1.$DOMAIN" "HTTP/exch2.$DOMAIN"
forwardable carol
in_lab KRB5CCNAME="FILE:$IN/tickets/carol" kvno -q "HTTP/mail.$DOMAIN"
account_roll "$ASA"
keytable_write keys/asa.keytab "$ASA" "$(account_kvno "$ASA")" keys/asa.keytab
keytable_give keys/asa.keytab
ok "node1 holds both keys" wait_until 20 node_holds node1 "2, 1"
at /two/owa/ carol
is "$SAID" "502 TicketOutdated" "a ticket of the time before a roll is no evidence for this KDC"
delegation_allow_any_protocol on
settled() { at /two/owa/ carol; [ "$SAID" = 200 ]; }
ok "any protocol: nobody notices" wait_until 30 settled
at /one/owa/
is "$SAID" 200 "and wendy has never noticed"

expect_log 'asa: ([0-9]+ more times: )?(DelegationNotAllowed|BackEndRefused|BackEndUnknown|BackEndNotProven|KdcUnreachable|TicketOutdated|KeyVersionMissing): |AH0(2608|0898|0957|0959|1084|1097|1110|1114)'
suite_end
