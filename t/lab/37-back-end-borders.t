#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# AsaBackendAuth where one exchange has several requests or one node several accounts: a token goes to the back end that it is
# for and to no other, an answer is written once, and each account asks for itself.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
suite_begin
# shellcheck source=/dev/null
. "$(dirname "$0")/back_ends.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/delegation.sh"
ok "exch1 runs" back_end_start exch1 --negotiate
inside_started "$LAB/exchange/log" /usr/bin/python3 "$IN/exchange/server.py" "$BACKEND_IP" 8080 8091 "$IN/exchange/open.journal"
ok "a back end that asks for nothing runs" wait_until 60 grep -q '"ready"' "$LAB/exchange/open.journal"

cat >"$LAB/node1/extra/server.conf" <<'END'
LoadModule include_module ${MODULES}/mod_include.so
LoadModule proxy_fcgi_module ${MODULES}/mod_proxy_fcgi.so
StartServers 1
ServerLimit 1
ThreadsPerChild 64
MaxRequestWorkers 64
MinSpareThreads 1
MaxSpareThreads 64
END
cat >"$LAB/node1/extra/published.conf" <<'END'
<LocationMatch "^/(?:one|unreachable|overridden|upgrade|fcgi)/">
  AsaProtocol Ews
  AsaBackendAuth delegate HTTP/exch1.corp.tailspintoys.com
</LocationMatch>
<Location "/unreachable/">
  ErrorDocument 500 /sorry/owa/unreachable
  ErrorDocument 502 /sorry/owa/unreachable
</Location>
<Location "/overridden/">
  ProxyErrorOverride On
  ErrorDocument 400 /sorry/owa/overridden
</Location>
<Location "/sorry/">
  AuthType None
  Require all granted
</Location>
<Directory "${LAB}/htdocs">
  Require all granted
  Options +Includes
</Directory>
<Location "/pages/">
  AsaProtocol Owa
  SetOutputFilter INCLUDES
</Location>
ProxyPass "/upgrade/" "http://exch1.corp.tailspintoys.com/owa/" upgrade=websocket
ProxyPass "/one/" "http://exch1.corp.tailspintoys.com/"
ProxyPass "/overridden/" "http://exch1.corp.tailspintoys.com/"
ProxyPass "/unreachable/" "http://has-no-address.corp.tailspintoys.com/"
ProxyPass "/fcgi/" "fcgi://exch1.corp.tailspintoys.com:80/"
ProxyPass "/sorry/" "http://backend.corp.tailspintoys.com:8080/"
END
mkdir -p "$LAB/htdocs/pages"
echo '1<!--#include virtual="/one/owa/part" -->2<!--#include virtual="/one/owa/part?proof=none" -->3<!--#include virtual="/sorry/owa/part" -->4' \
    >"$LAB/htdocs/pages/parts.html"
httpd_stop node1
httpd_start node1
visits_begin
delegation_allow "HTTP/exch1.$DOMAIN"
delegation_set NODE1 Computers msDS-AllowedToDelegateTo "HTTP/exch1.$DOMAIN"
in_lab kinit -f -c "FILE:$IN/tickets/wendy" "wendy@$REALM" <"$(secret_file wendy)" >/dev/null

# at PATH [NAME [CURL-ARGUMENT…]]: wendy's visit of node1 under this name, else mail; SAID is its status, and the reason if
# there is one.
at() {
    local path=$1 host=${2:-mail}.$DOMAIN
    shift $(( $# > 2 ? 2 : $# ))
    sign_in wendy "https://$host$path" --connect-to "::node1.$DOMAIN:" "$@"
    SAID="$VISIT_STATUS $(proven ErrorCode)"
    SAID=${SAID% }
}
mailbox() {
    sed -n 's/.*Mailbox of \(.*\)<.*/\1/p' "$LAB/visits/body"
}
# open_journal: what the back end that asks for nothing was sent.
open_journal() {
    JOURNAL=$LAB/exchange/open.journal journal "d['event'] == 'request' and (d['target'], d['headers'].get('authorization'))"
}
# statuses PATH…: of requests of one connection that are sent without waiting for an answer; each body's length has to be
# what its head says, so that the next answer begins where it should.
statuses() {
    in_lab KRB5CCNAME="FILE:$IN/tickets/wendy" timeout 60 /usr/bin/python3 "$IN/exchange/pipeline.py" "mail.$DOMAIN" "${NODE_IP[node1]}" \
        "$IN/ca/ca.pem" "$@" 2>&1 | paste -sd ' '
}

# --- an answer is written once ---
at /one/owa/
is "$SAID $(mailbox)" "200 TAILSPIN\\wendy" "wendy has a mailbox"
for fault in proof=none proof=garbage refuse=401; do
    is "$(statuses "/one/owa/?$fault" /one/owa/next)" "502 200" "$fault: 502, and behind it begins the next answer"
done
# Its 502 says whether the connection ends with it: that depends on whether the body came with the head.
like "$(statuses "POST /one/ews/exchange.asmx?proof=none GetStreamingEvents" /one/owa/next)" '^502 (none|200)$' \
    "an answer that has no end is not waited for"

# --- a token goes nowhere else ---
at /unreachable/owa/
is "$(mailbox)$(open_journal)" "('/owa/unreachable', None)" "the ErrorDocument of another back end gets no token that was for the first"
at '/overridden/nowhere?proof=none'
is "$(open_journal | tail -n 1)" "('/owa/overridden', None)" "nor after an error that came without final token"
like "$(<"$LAB/visits/body")" '^<!DOCTYPE html><title>Mail' "and its answer is not asked for a proof"

# --- a back end that cannot be asked for its proof gets no token ---
at /upgrade/page
is "$SAID $(mailbox)" "200 TAILSPIN\\wendy" "a worker that can change the protocol"
BEFORE=$(back_end_journal exch1 "d['event'] == 'request' and d['target']" | wc -l)
at /upgrade/page mail -H 'Connection: Upgrade' -H 'Upgrade: websocket'
is "$SAID" "502 NoBackEndTicket" "does so for nobody who is delegated"
at /fcgi/page
is "$SAID" "502 NoBackEndTicket" "nor does FastCGI get a token"
is "$(back_end_journal exch1 "d['event'] == 'request' and d['target']" | wc -l)" "$BEFORE" "and the back end has not heard of either"

# --- parts of a page ---
at /pages/parts.html
like "$(tr -d '\n' <"$LAB/visits/body")" '^1.*Mailbox of TAILSPIN.wendy.*2\[an error.*\]3.*Mailbox of <.*4$' \
    "each part of a page is what it is, also behind one that is refused"

# --- several accounts in one place ---
at /one/owa/ node1
is "$SAID $(mailbox)" "200 TAILSPIN\\wendy" "who comes by the node's own name is delegated by the node's own account"
at /one/owa/
is "$SAID $(mailbox)" "200 TAILSPIN\\wendy" "and who comes by the published name, by the shared one"
is "$(back_end_journal exch1 "d['event'] == 'sign-in' and ' '.join(d['delegated_by'])" | sort -u | paste -sd ' ')" \
    "HTTP/mail.$DOMAIN@$REALM HTTP/node1.$DOMAIN@$REALM" "as the back end sees"

# --- an account whose keys are not the KDC's any more ---
in_lab KRB5CCNAME="FILE:$IN/tickets/wendy" kvno -q "HTTP/mail.$DOMAIN"
httpd_stop node1
account_roll "$ASA"
httpd_start node1
at /one/owa/
is "$SAID" "502 NoBackEndTicket" "a roll that this node has missed: the account gets no ticket of its own"
like "$(proof_sentence node1 NoBackEndTicket)" 'EXCH2016ASA.*cannot sign in: ' "and the error log says so"
keytable_write keys/asa.keytab "$ASA" "$(account_kvno "$ASA")" keys/asa.keytab
keytable_give keys/asa.keytab
ok "node1 gets the new key" wait_until 60 node_holds node1 "2, 1"
in_lab kinit -f -c "FILE:$IN/tickets/wendy" "wendy@$REALM" <"$(secret_file wendy)" >/dev/null
served() { at /one/owa/; [ "$SAID" = 200 ]; }
ok "with which the account signs in" wait_until 60 served

expect_log 'asa: ([0-9]+ more times: )?(BackEndRefused|BackEndNotProven|NoBackEndTicket|KeyVersionMissing): |AH00898: DNS lookup failure|unable to include "/one/owa/part\?proof=none"'
suite_end
