#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The sample front end, haproxy in front and a back end that behaves like Exchange behind: what Outlook does on the wire.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
suite_begin domain
# shellcheck source=/dev/null
. "$(dirname "$0")/front_end.sh"
front_end_up
ok "conf/haproxy.cfg" balancer haproxy.cfg
visits_begin

# --- RPC over HTTP ---
client wendy rpc-refused
is "$SAID" "401 Negotiate" "RPC_IN_DATA of 1 GiB without a ticket is refused before anything of it came"
client wendy rpc-pair 50
like "$SAID" '^[0-9a-f]{8} 50$' "a pair: 50 PDUs of every size come back one by one"
NAME=${SAID% *}
is "$(journal "d['event'] in ('in', 'out') and d['connection'] == '$NAME' and d['user']" | sort | uniq -c | tr -s ' ')" \
    " 2 TAILSPIN\\wendy" "both channels reach the back end under wendy's name"
client wendy rpc-pairs 40
is "$SAID" 40 "40 pairs are open at once"
SERVED=$(cat "$LAB"/node?/HttpProxy/RpcHttp/*.LOG | grep -ac 'RPC_.*_DATA')
ok "every channel has its line in the HttpProxy log" test "$SERVED" -ge 82

# --- MAPI over HTTP ---
client wendy mapi
is "$SAID" "200 PROCESSING PENDING PENDING PENDING DONE" "each part of a notification arrives before the back end writes the next"

# --- the others ---
client wendy expects-100
is "$SAID" "200 100000" "EWS: a POST that expects 100"
client wendy ews-stream
is "$SAID" "200 0 1 2" "EWS: notifications as they come"
client wendy token-of 60000
is "$SAID" 401 "a header of 60,000 characters is read, and refused for what it is"
for path in /mapi/ /ews/ /oab/ /owa/ /rpc/ /autodiscover/; do
    client wendy refused-by-back-end "$path?refuse=401"
    like "$SAID" '^502' "$path: a 401 of the back end is a 502"
done
is "$(journal "d['event'] == 'request' and 'refuse=401' in d['target'] and 1" | wc -l)" 6 "each with one request to the back end"

# --- the address book ---
fetch() {
    SAID=$(in_lab KRB5CCNAME="FILE:$IN/tickets/wendy" timeout 60 curl -sS --negotiate -u : -o "$LAB/exchange/oab" -w '%{http_code} %{size_download}' \
        "$@" "https://mail.$DOMAIN/OAB/7f3b/data.lzx" 2>&1)
}
fetch
is "$SAID" "200 104857600" "the address book: 100 MiB"
WHOLE=$(sha256sum <"$LAB/exchange/oab")
rm "$LAB/exchange/oab"
fetch -r 0-49999999
is "$SAID" "206 50000000" "the address book: a range"
cp "$LAB/exchange/oab" "$LAB/exchange/part"
fetch -r 50000000-
cat "$LAB/exchange/oab" >>"$LAB/exchange/part"
is "$SAID $(sha256sum <"$LAB/exchange/part")" "206 54857600 $WHOLE" "the address book: the rest, and both are the whole"
fetch -I
is "$SAID" "200 0" "the address book: HEAD"
rm "$LAB"/exchange/{oab,part}

# --- open and closed ---
anonymous() {
    in_lab timeout 60 curl -sS -o /dev/null -w '%{http_code}' "https://mail.$DOMAIN$1" "${@:2}" 2>&1
}
for path in /owa/healthcheck.htm /RPC/HealthCheck.htm /autodiscover/autodiscover.json; do
    is "$(anonymous "$path")" 200 "$path is open"
done
for path in /owa/ /RPC/rpcproxy.dll /mapi/healthcheck.htm/x /nowhere/healthcheck.htm; do
    is "$(anonymous "$path")" 401 "$path is not"
done
is "$(anonymous /owa/ -X RPC_OUT_DATA) $(anonymous /PowerShell/) $(anonymous /asa-status)" "401 403 403" "other methods, PowerShell, asa-status"

# --- a graceful restart of every node, with a channel that lives ---
client_run client.py wendy 60 rpc-until "$IN/exchange/graceful" >"$LAB/exchange/graceful.said" &
LIVING=$!
ok "a channel lives" wait_until 60 test -e "$LAB/exchange/graceful.open"
for node in "${NODES[@]}"; do
    httpd_reload "$node"
done
client wendy rpc-pair 5
like "$SAID" ' 5$' "graceful: new channels are served"
touch "$LAB/exchange/graceful.stop"
wait "$LIVING"
is "$(<"$LAB/exchange/graceful.said")" "every call was answered" "graceful: and the old one goes on"

# --- a balancer that ends TLS and shares its connections among all clients ---
balancer_http
client wendy rpc-pair 50
like "$SAID" ' 50$' "layer 7: a pair of RPC channels"
client wendy mapi mapi7
is "$SAID" "200 PROCESSING PENDING PENDING PENDING DONE" "layer 7: parts of a notification one by one"
client wendy token-of 60000
is "$SAID" 401 "layer 7: a header of 60,000 characters"
visit_ticket bob

# --- AsaPersistentAuth, where it must not be: behind that balancer ---
for node in "${NODES[@]}"; do
    echo "AsaPersistentAuth on" >"$LAB/$node/extra/persistent.conf"
done
like "$(httpd_run node1 -t 2>&1)" 'AsaPersistentAuth on .line 1 of .* is not possible beside RemoteIPHeader .line ' \
    "AsaPersistentAuth is refused where httpd takes addresses from a balancer"
sed -i '/RemoteIP/d' "$LAB/samples/front-end.conf"
for node in "${NODES[@]}"; do
    httpd_reload "$node"
done
# turns: wendy, nobody, bob, nobody, each on a new connection to the balancer, which leads them over those that it has.
turns() {
    local user as
    for user in wendy '' bob ''; do
        as=()
        [ -z "$user" ] || as=(--negotiate -u :)
        in_lab KRB5CCNAME="FILE:$IN/tickets/${user:-nobody}" timeout 20 curl -sS "${as[@]}" -w '%{http_code}\n' "https://mail.$DOMAIN/owa/who" 2>&1
    done | grep -o 'Mailbox of [^<]*\|^[0-9]*$' | tr '\n' ' '
}
for _ in {1..8}; do
    turns
    echo
done >"$LAB/exchange/turns"
is "$(sort "$LAB/exchange/turns" | uniq -c | tr -s ' ')" ' 8 Mailbox of TAILSPIN\wendy 200 401 Mailbox of TAILSPIN\bob 200 401 ' \
    "where nothing in httpd's configuration tells of it, everybody is still who he is on shared connections"
for node in "${NODES[@]}"; do
    ok "$node: says what to remove" grep -q 'AsaPersistentAuth is on, but a proxy stands in front.*Remove AsaPersistentAuth' "$LAB/$node/logs/error.log"
done
WHO="https://mail.$DOMAIN/owa/who"
SAID=$(in_lab KRB5CCNAME="FILE:$IN/tickets/wendy" timeout 60 curl -sS --negotiate -u : --connect-to "::${NODE_IP[node1]}:" \
    -o /dev/null -o /dev/null -w '%{http_code} %{num_connects} %header{persistent-auth};' "$WHO" "$WHO" 2>&1)
is "$SAID" "200 1 true;200 0 ;" "past the balancer, curl signs in once on its own connection"
ok "and the log tells the second request from the first" \
    grep -rqa 'Negotiate,true,TAILSPIN.wendy,.*;Session=connection;' "$LAB/node1/HttpProxy/Owa"
rm "$LAB"/node?/extra/persistent.conf

# --- delegate: the sample with two lines changed, before a back end that demands tickets ---
# shellcheck source=/dev/null
. "$HERE/delegation.sh"
ok "exch1 demands tickets" back_end_start exch1 --tls --negotiate --channel-bindings require
delegation_allow "HTTP/exch1.$DOMAIN"
httpd_stop node2
cat >"$LAB/node2/extra/delegate.conf" <<END
Define ASA_BACKEND https://exch1.$DOMAIN
Define ASA_BACKEND_AUTH delegate
END
httpd_start node2
client_at node2:443 exch1 rpc-pair 50
like "$SAID" ' 50$' "delegate: a pair of RPC channels"
client_at node2:443 exch1 mapi
is "$SAID" "200 PROCESSING PENDING PENDING PENDING DONE" "delegate: MAPI, part by part"
client_at node2:443 exch1 expects-100
is "$SAID" "200 100000" "delegate: EWS, a POST that expects 100"
fetch --connect-to "::${NODE_IP[node2]}:" -r 0-49999999
is "$SAID" "206 50000000" "delegate: a range of the address book"
rm "$LAB/exchange/oab"
sign_in wendy "https://mail.$DOMAIN/autodiscover/autodiscover.xml" --connect-to "::${NODE_IP[node2]}:"
like "$VISIT_STATUS $(<"$LAB/visits/body")" '^200 .*<User>TAILSPIN.wendy</User>' "delegate: Autodiscover"
visit none --connect-to "::${NODE_IP[node2]}:" "https://mail.$DOMAIN/owa/healthcheck.htm"
is "$VISIT_STATUS" 200 "delegate: what is open is open"
# The folder itself, as a browser comes to it: mod_proxy has to find the line of that place however short the URL is.
GOT=
for folder in autodiscover mapi rpc ews oab owa ecp; do
    sign_in wendy "https://mail.$DOMAIN/$folder/" --connect-to "::${NODE_IP[node2]}:"
    VISIT_NODE=node2
    GOT+="$(proven 'GenericInfo;BeSpn') "
done
is "$GOT" "$(printf "HTTP/exch1.$DOMAIN %.0s" {1..7})" "delegate: every folder by itself"
is "$(back_end_journal exch1 "d['event'] == 'sign-in' and (d['client'], *d['delegated_by'], d['bound'])" | sort -u)" \
    "('wendy@$REALM', 'HTTP/mail.$DOMAIN@$REALM', True)" "exch1 sees wendy, by delegation, bound to its certificate"
is "$(back_end_journal exch1 "d['event'] == 'refused' and d['why']")" '' "and has refused no ticket"

# --- two sites on one node ---
account_computer 'NEWYORKASA$' "http/mail.newyork.$DOMAIN" | ldap_as dc1 modify >/dev/null
mkdir -p "$LAB/sites"
keytable_write sites/newyork.keytab 'NEWYORKASA$' "$(account_kvno 'NEWYORKASA$')"
cp -p "$LAB/node1/keys/asa.keytab" "$LAB/sites/london.keytab"
certificate_issue "$LAB/certificates/newyork" "mail.newyork.$DOMAIN"
certificate_issue "$LAB/certificates/backend2" "mail.newyork.$DOMAIN" "backend2.$DOMAIN"
for file in cert:pem key:key; do
    cp "$LAB/certificates/published/${file%:*}.pem" "$LAB/sites/london.${file#*:}"
    cp "$LAB/certificates/newyork/${file%:*}.pem" "$LAB/sites/newyork.${file#*:}"
done
inside_started "$LAB/exchange/log" /usr/bin/python3 "$IN/exchange/server.py" "$BACKEND_IP" 1443 1090 "$IN/exchange/journal2" \
    "$IN/certificates/backend2/cert.pem" "$IN/certificates/backend2/key.pem"
ok "a second back end runs" wait_until 60 grep -q '"ready"' "$LAB/exchange/journal2"
sed -i "/Define ASA_EXCHANGE/,\$d" "$LAB/conf/front-end-node.conf"
cat >>"$LAB/conf/front-end-node.conf" <<END
Define ASA_EXCHANGE \${LAB}/samples/exchange
Define ASA_SITES \${LAB}/sites
Define ASA_LONDON $DOMAIN
Define ASA_LONDON_BACKEND https://backend.$DOMAIN
Define ASA_NEWYORK newyork.$DOMAIN
Define ASA_NEWYORK_BACKEND https://backend.$DOMAIN:1443
Include "\${HOME}/extra/*.conf"
Include "\${LAB}/samples/front-end-multi-site.conf"
END
sed -i '/RemoteIPProxyProtocol/d' "$LAB/samples/front-end-multi-site.conf"
httpd_reload node1
# at HOST: wendy's visit of that site on node1, past the balancer; its status and what the back end says.
at() {
    in_lab KRB5CCNAME="FILE:$IN/tickets/wendy" timeout 60 curl -sS --negotiate -u : --connect-to "::${NODE_IP[node1]}:" -w '%{http_code}' \
        "https://$1/owa/" 2>&1 | grep -o 'Mailbox.*<\|[0-9]*$' | tr '\n' ' '
}
is "$(at "mail.$DOMAIN")" 'Mailbox of TAILSPIN\wendy< 200 ' "London: wendy signs in with London's key"
is "$(at "mail.newyork.$DOMAIN")" 'Mailbox of TAILSPIN\wendy< 200 ' "New York: wendy signs in with New York's"
is "$(grep -c '"target": "/owa/"' "$LAB/exchange/journal2")" 1 "and comes to New York's back end"

is "$(journal "d['event'] == 'violation' and d['text']")" '' "the back end has nothing to complain of"
is "$(journal "d['event'] == 'request' and 'authorization' in d['headers'] and d['target']")" '' "no ticket of a client reaches it"
# A channel ends in the middle of the length that it announced; PowerShell is denied; whether a node listens is tried
# without the PROXY protocol.
expect_log 'the back end answered 401|AH01630|AH02608|AH01097|AH01110|AH10184|AsaPersistentAuth is on, but a proxy'
suite_end
