#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# asactl verify: signs in with every name on every node and through the balancer; planted faults, each seen where it is.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/roll.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/doctor.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/delegation.sh"
if [ "$(id -u)" != 0 ]; then
    echo "1..0 # SKIP sshd needs root"
    exit 0
fi
suite_begin
admin_tool_place
doctor_command
ssh_nodes_up
WHO='TAILSPIN\\Administrator'
MAIL=http/mail.$DOMAIN AUTODISCOVER=http/autodiscover.$DOMAIN OTHER_NAME=http/other.$DOMAIN
CLIENT=administrator@$REALM

# json PYTHON-EXPRESSION: of the document d that asactl printed.
json() {
    sed -n '/^{/,/^}/p' <<<"$SAID" | /usr/bin/python3 -c 'import json, sys; d = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"
}

# cells NAME: what the last --json says of it on node1, node2, node3 and through the balancer.
cells() {
    json "' '.join(v['name'] or v['result'] for v in d['visits'] if v['spn'] == '$1')"
}

# matrix DESCRIPTION RC MAIL AUTODISCOVER [ARGUMENT…]: the exit code and both rows.
matrix() {
    local description=$1 rc=$2 mail=$3 autodiscover=$4
    shift 4
    run verify --json "$@"
    is "$RC / $(cells "$MAIL") / $(cells "$AUTODISCOVER")" "$rc / $mail / $autodiscover" "$description"
}

# explained REGEX DESCRIPTION: one of the sentences of the last --json with its remedy.
explained() {
    like "$(json "'\\n'.join('%s | %s | %s' % (v['name'], v['sentence'], v['remedy']) for v in d['visits'] if v['result'] == 'no')")" \
        "$1" "$2"
}

# run_as TICKETS ARGUMENT…: as run, with other tickets; CLOCK: with a clock that is off by so many seconds.
run_as() {
    local tickets=$1
    shift
    RC=0
    SAID=$(in_lab ${CLOCK:+LD_PRELOAD="$IN/skew.so" ASA_SKEW="$CLOCK"} KRB5CCNAME="FILE:$IN/tickets/$tickets" \
        "$IN/bin/asactl" --conf "$IN/asactl.conf" "$@" 2>&1) || RC=$?
}

# answer PATH RC REGEX DESCRIPTION [ARGUMENT…]: what comes of the place on node1: "name | sentence | remedy".
answer() {
    local path=$1 rc=$2 regex=$3 description=$4
    shift 4
    run_as "${TICKETS:-dc1-administrator}" verify --json --no-balancer --path "$path" --spn "${NAME:-$MAIL}" "$@" "node1.$DOMAIN"
    like "$RC $(json "'%s | %s | %s' % (lambda v: (v['name'] or v['result'], v['sentence'] or v['note'], v['remedy']))(d['visits'][0])")" \
        "^$rc $regex" "$description"
}

# restarted NODE…: with what stands in its extra folder now.
restarted() {
    local node
    for node; do
        httpd_stop "$node"
        httpd_start "$node"
    done
}

# changed NODE SED: the node's configuration with this change; as it was without one.
changed() {
    sed "${2:-}" "$LAB/conf/node.conf" >"$LAB/conf/$1.conf"
    sed -i "s|conf/node[0-9]*\.conf|conf/$1.conf|" "$LAB/$1/httpd.conf"
}

# extra TEXT NODE…: what every published name of these nodes has more; nothing for an empty text.
extra() {
    local text=$1 node
    shift
    for node; do
        echo "$text" >"$LAB/$node/extra/published.conf"
    done
    restarted "$@"
}

# --- all is well ---
GOOD='yes yes yes yes'
run verify
is "$RC" 0 "all is well: exit code 0"
for node in "${NODES[@]}"; do
    like "$SAID" "$node\.$DOMAIN +yes, kvno 1 +yes, kvno 1" "all is well: $node"
done
like "$SAID" 'balancer +yes, kvno 1, by NODE[123] +yes, kvno 1, by NODE[123]' "all is well: the balancer, and who stood behind it"
like "$SAID" "8 of 8 sign-ins of $CLIENT succeeded, as $WHO, each with a fresh ticket and mutual" "all is well: the verdict"
run verify -v "node2.$DOMAIN"
like "$SAID" "Ticket for $MAIL
    client     $CLIENT
    server     $MAIL@$REALM
    key        kvno 1, aes256-cts-hmac-sha1-96
    session    aes[0-9a-z-]+
    valid      20..-..-.. ..:..:..Z to 20..-..-.. ..:..:..Z" "-v: the ticket"
like "$SAID" "$MAIL +node2\.$DOMAIN +200 +yes +$WHO +kvno 1 latest +true +[0-9a-f-]{36}" "-v: the visit"
like "$SAID" '4 of 4 sign-ins' "one node, and the balancer"
run verify --json
is "$(json '(d["client"], d["user"], d["account"], d["succeeded"], d["failed"], d["not_tried"])')" \
    "('$CLIENT', '$WHO', '$ASA', 8, 0, [])" "--json: who, whose names, how many"
is "$(json '[(n["spn"], n["ticket"]["kvno"], n["ticket"]["etype"]) for n in d["names"]]')" \
    "[('$MAIL', 1, 'aes256-cts-hmac-sha1-96'), ('$AUTODISCOVER', 1, 'aes256-cts-hmac-sha1-96')]" "--json: the tickets"
is "$(json '[(v["node"], v["status"], v["mutual"], v["line"]["node"], v["line"]["user"], v["line"]["spn"], v["line"]["key"], v["line"]["bound"]) for v in d["visits"]][1]')" \
    "('node2.$DOMAIN', 200, True, 'NODE2', '$WHO', '$MAIL', 'latest', 'true')" "--json: a visit"
VISIT_NODE=node2 VISIT_ID=$(json 'd["visits"][1]["request_id"]')
is "$(proven AuthenticatedUser HttpStatus)" "TAILSPIN\\Administrator	200" "its request-id names a line of that node's log"
SAID=$(in_lab klist -c "FILE:$IN/tickets/dc1-administrator")
like "$SAID" "krbtgt/$REALM@" "the caller's tickets are as they were:"
is "$(grep -ci http/ <<<"$SAID")" 0 "none for a name is left with him"
matrix "without the balancer" 0 'yes yes yes' 'yes yes yes' --no-balancer

# --- names ---
matrix "a name of another account" 1 '' '' --spn "$OTHER_NAME"
is "$(cells "$OTHER_NAME")" 'KeyMismatch KeyMismatch KeyMismatch KeyMismatch' "a name of another account: everywhere"
explained "belongs to OTHERSVC\\$, .* and not that of EXCH2016ASA\\$ \| Take it from that account" "a name of another account: whose it is"
run verify --json --spn "http/nowhere.$DOMAIN" --no-balancer "node1.$DOMAIN"
explained 'UnknownToKdc \| the KDC gives no ticket: no account holds the name: .* \| .*asactl spn add' "a name that nobody has"
is "$RC" 1 "a name that nobody has: exit code 1"
run verify --spn "HTTP://mail.$DOMAIN"
is "$RC" 2 "what is no name is an error of the command line"
run verify --path 'mapi/'
like "$RC $SAID" '^2 .*It must be a path' "what is no path, too"
asactl spn add --force "$ASA" "http/forgotten.$DOMAIN" http/mail "exchangeMDB/mail.$DOMAIN" >/dev/null 2>&1
run verify --json
is "$RC $(cells "http/forgotten.$DOMAIN")" '1 NotServed NotServed NotServed NoAddress' "a name that no virtual host serves, and DNS does not know"
explained 'NotServed \| no virtual host there has the name forgotten\.[a-z.]* \| Add the host as ServerName or ServerAlias' "with a remedy"
is "$(cells http/mail)" 'NotTried NotTried NotTried NotTried' "a name without a dot that nobody serves is not tried"
is "$(json '[(n["spn"], n["why"]) for n in d["not_tried"]]')" "[('exchangeMDB/mail.$DOMAIN', 'no HTTP')]" "nor one of another class"
extra 'ServerAlias mail' node1
run verify --spn http/mail --no-balancer "node1.$DOMAIN"
like "$RC $SAID" "^0 .*node1\.$DOMAIN +yes, kvno 1.*http/mail is tried at mail\.$DOMAIN" "one that is an alias is tried at the name of its virtual host"
extra '' node1
asactl spn remove --yes "$ASA" "http/forgotten.$DOMAIN" http/mail "exchangeMDB/mail.$DOMAIN" >/dev/null 2>&1

# --- places ---
matrix "a place that is open signs nobody in" 1 'NotProtected NotProtected NotProtected NotProtected' \
    'NotProtected NotProtected NotProtected NotProtected' --path /asa-health
run verify --path /nowhere
like "$RC $SAID" "^0 .*node3\.$DOMAIN +yes, then 404, line not seen.*AsaProtocol names no protocol for /nowhere" "404 behind a sign-in is said"
run verify --status none
like "$RC $SAID" '^0 .*yes, .*line not seen.* no status page is named' "--status none: signed in, and the lines are not seen"
httpd_stop backend
matrix "the back end is down" 1 'BackEndFails BackEndFails BackEndFails BackEndFails' \
    'BackEndFails BackEndFails BackEndFails BackEndFails'
explained 'BackEndFails \| signed in, then 503 from https://mail' "the back end is down: but signed in"
matrix "the back end is down: another place" 0 "$GOOD" "$GOOD" --path /
httpd_start backend

# --- reasons of places: refusals, and what stands behind a sign-in ---
asactl spn add --force "$ASA" "http/plain.$DOMAIN" >/dev/null 2>&1
delegation_allow "http/other.$DOMAIN"
delegation_user_sensitive victor
for user in victor bob; do
    visit_ticket "$user"
done
in_lab kinit -F -c "FILE:$IN/tickets/kept" "$CLIENT" <"$(secret_file administrator)" >/dev/null
cat >"$LAB/node1/extra/server.conf" <<'END'
Listen ${ADDRESS}:80
<VirtualHost ${ADDRESS}:80>
  ServerName plain.corp.tailspintoys.com
  AsaProtocol Ews
  <Location />
    AuthType Negotiate
    AuthName "Tailspin Toys"
    Require valid-user
    AsaRequireTLS on
  </Location>
  <Location /bound/>
    AsaRequireTLS off
    AsaChannelBindings require
  </Location>
</VirtualHost>
END
cat >"$LAB/node1/extra/published.conf" <<'END'
SSLProxyEngine on
SSLProxyCACertificateFile "${LAB}/ca/ca.pem"
<Location /spn/>
  AsaProtocol Ews
  AsaServicePrincipals http/another.corp.tailspintoys.com
</Location>
<Location /unlogged/>
  AsaServicePrincipals http/another.corp.tailspintoys.com
</Location>
<Location /shut/>
  AsaProtocol Ews
  Require user nobody
</Location>
<Location /shut-unlogged/>
  Require user nobody
</Location>
<Location /refused/>
  AsaProtocol Ews
</Location>
<Location /open/>
  AuthType None
  Require all granted
</Location>
<Location /unknown/>
  AsaProtocol Ews
  AsaBackendAuth delegate http/nowhere.corp.tailspintoys.com
</Location>
<Location /denied/>
  AsaProtocol Ews
  AsaBackendAuth delegate http/mail.corp.tailspintoys.com
</Location>
<Location /unproven/>
  AsaProtocol Ews
  AsaBackendAuth delegate http/other.corp.tailspintoys.com
</Location>
ProxyPass /open/ http://backend.corp.tailspintoys.com:9/
ProxyPass /refused/ https://node2.corp.tailspintoys.com/
ProxyPass /unknown/ http://backend.corp.tailspintoys.com/
ProxyPass /denied/ http://backend.corp.tailspintoys.com/
ProxyPass /unproven/ http://backend.corp.tailspintoys.com/
END
restarted node1
answer /spn/ 1 'WrongPrincipal \| refused with 401: WrongPrincipal; .* \| .*list the service principal name in AsaServicePrincipals' "a place that takes other names"
answer /unlogged/ 1 'Refused \| .*refuses the ticket \(401, kvno 1\); .*AsaProtocol names no protocol for /unlogged/ \| The error log there' "without a line, all that is known is the refusal"
answer /shut/ 0 'yes \| then 401 \| None' "a Require that lets nobody in: signed in, then 401"
answer /shut-unlogged/ 1 'NotAllowed \| .*answers 401 although it accepts the ticket; .* \| See Require there' "which is not known without a line"
answer /open/ 1 'NoSignIn \| .*/open/ answers 503 without signing anybody in \| .*asactl status' "503 of an open place"
answer /refused/ 1 'BackEndRefused \| signed in, then 502 from .*/refused/: BackEndRefused \| Without a ticket, the back end must' "a back end that refuses"
answer /unknown/ 1 'BackEndUnknown \| signed in, then 502 .* \| Correct the name behind AsaBackendAuth' "one that no account is named for"
answer /denied/ 1 'DelegationNotAllowed \| signed in, then 502 .* \| Add that name to msDS-AllowedToDelegateTo' "one for which no ticket is allowed"
answer /unproven/ 1 'BackEndNotProven \| signed in, then 502 .* \| Something else answers under its address' "one that proves nothing"
TICKETS=kept answer /unproven/ 1 'TicketNotForwardable \| signed in, then 403 .* \| Let the client get forwardable tickets' "a ticket that is not forwardable"
TICKETS=victor answer /unproven/ 1 'UserNotDelegated \| signed in, then 403 .* \| The account is marked as sensitive' "a caller who is sensitive"
TICKETS=victor answer /mapi/ 0 'yes' "who can sign in"
NAME=http/plain.$DOMAIN answer / 1 'TlsRequired \| refused with 401: TlsRequired; .* \| Use https' "AsaRequireTLS, over clear text"
NAME=http/plain.$DOMAIN answer /bound/ 1 'NotBound \| refused with 401: NotBound; .* \| Use a client with Extended Protection' "AsaChannelBindings require, over clear text"
rm "$LAB/node1/extra/server.conf"
extra '' node1
asactl spn remove --yes "$ASA" "http/plain.$DOMAIN" >/dev/null 2>&1

# --- reasons of nodes ---
cp -p "$LAB/node3/keys/asa.keytab" "$LAB/keys/whole.keytab"
printf '%s\n' "read_kt $IN/keys/whole.keytab" 'delete_entry 1' "write_kt $IN/keys/part.keytab" | in_lab ktutil >/dev/null
changed node1 's/^AsaCredential/#&/'
changed node2 's/^LimitRequestFieldSize .*/LimitRequestFieldSize 1024/'
keytable_put keys/part.keytab node3
restarted "${NODES[@]}"
run verify --json --no-balancer
is "$RC $(cells "$MAIL")" '1 NoUsableKey HeadRefused EncryptionTypeUnsupported' "no key, a short head, no key of that encryption type"
explained 'NoUsableKey \| refused with 503: NoUsableKey; .* \| Put a key table with the account.s keys' "no key: the remedy"
explained 'HeadRefused \| .* answers 400: the head of the request is too long.* \| .*LimitRequestFieldSize 65536' "a short head: the remedy"
explained 'EncryptionTypeUnsupported \| refused with 401: .* \(aes256.* \| .*msDS-SupportedEncryptionTypes' "an encryption type: the remedy"
keytable_put keys/whole.keytab node3
changed node1 's/^LogLevel.*/&\nRequestHeader unset Authorization early/'
changed node2 's/^LogLevel.*/&\nRequestHeader edit Authorization "(.{60}).*" "$1" early/'
changed node3 's/^LogLevel.*/&\nRequestHeader set Authorization "Negotiate TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAF1YAAAADw==" early/'
restarted "${NODES[@]}"
run verify --json --no-balancer
is "$RC $(cells "$MAIL")" '1 NoCredentials TokenMalformed NtlmOffered' "the token is taken away, cut off, replaced"
explained 'NoCredentials \| .* \| The token did not arrive: see what takes the Authorization header away' "taken away: the remedy"
explained 'TokenMalformed \| .* \| Look for a proxy or header limit' "cut off: the remedy"
for node in "${NODES[@]}"; do
    changed "$node"
    httpd_stop "$node"
done
HTTPD_ENV=(LD_PRELOAD="$IN/skew.so" ASA_SKEW=900)
httpd_start node1
HTTPD_ENV[1]=ASA_SKEW=-900
httpd_start node2
HTTPD_ENV[1]=ASA_SKEW=40000
httpd_start node3
HTTPD_ENV=()
run verify --json --no-balancer
is "$RC $(cells "$MAIL")" '1 ClockSkew TicketNotYetValid TicketExpired' "clocks of nodes are off"
explained 'TicketExpired \| refused with 401: .* \| The ticket is fresh .* so it is the node.s that is off: set it there' "with a remedy"
sed "s/kdc = $DC1_IP/&:9/" "$LAB/krb5.conf" >"$LAB/krb5-away.conf"
HTTPD_ENV=(KRB5_CONFIG="$IN/krb5-away.conf")
extra "<Location /mapi/>
AsaBackendAuth delegate http/other.$DOMAIN
</Location>" node1
answer /mapi/ 1 'KdcUnreachable \| signed in, then 503 .* \| Let this node reach the domain controllers' "a node that reaches no KDC"
HTTPD_ENV=()
delegation_allow
extra '' "${NODES[@]}"
delegation_set "${ASA%\$}" Computers userAccountControl $((UAC_COMPUTER | 0x2000000))
matrix "tickets without a PAC, and no AsaDomain" 1 'WrongName WrongName WrongName WrongName' 'WrongName WrongName WrongName WrongName'
explained "WrongName \| signed in as $REALM.+administrator, and not as TAILSPIN.+Administrator \| See AsaDomain" "who came out"
delegation_set "${ASA%\$}" Computers userAccountControl "$UAC_COMPUTER"
matrix "all of it is mended" 0 "$GOOD" "$GOOD"

# --- an impostor, certificates, bindings, log ---
extra '<Location /mapi/>
AuthType None
Require all granted
Header always set WWW-Authenticate "Negotiate oRQwEqADCgEAoQsGCSqGSIb3EgECAg=="
</Location>' node2
run verify --json --no-balancer --path /mapi/
is "$RC $(cells "$MAIL")" '1 yes NotProven yes' "200 and a reply token that proves nothing"
explained 'NotProven \| what answers https://mail\.[a-z.]*/mapi/ does not have the key of the ticket' "is said to prove nothing"
certificate_issue "$LAB/certificates/strange" "strange.$DOMAIN"
extra "SSLCertificateFile $IN/certificates/strange/cert.pem
SSLCertificateKeyFile $IN/certificates/strange/key.pem" node2
run verify --json --no-balancer
is "$RC $(cells "$MAIL")" '1 yes CertificateWrong yes' "a certificate for another name"
explained "CertificateWrong \| https://mail\.[a-z.]*/ has a certificate that $IN/ca/ca\.pem does not vouch for: .* \| Clients refuse it, too" "with a remedy"
extra '' node2
extra '<Location />
AsaChannelBindings require
</Location>
AsaHttpProxyLog off' "${NODES[@]}"
run verify
like "$RC $SAID" '^0 .*8 of 8 sign-ins' "AsaChannelBindings require: all tokens are bound"
like "$SAID" 'Line not seen, so user and key are not compared: AsaHttpProxyLog is off there' "AsaHttpProxyLog off: is said"
extra '' "${NODES[@]}"

# --- nodes and balancer ---
httpd_stop node3
matrix "httpd of a node does not run" 1 'yes yes NobodyListens yes' 'yes yes NobodyListens yes'
explained "NobodyListens \| nothing listens for https://mail\.$DOMAIN/ at 10\.77\.0\.13 \| Start httpd" "with a remedy"
httpd_start node3
matrix "nodes without sshd" 1 'NodeUnreachable NodeUnreachable NodeUnreachable yes' \
    'NodeUnreachable NodeUnreachable NodeUnreachable yes' --ssh-port 9
BALANCER=$(head -1 "$LAB/balancer/pid")
inside kill "$BALANCER"
balancer_is_down() { ! balancer_listens; }
ok "the balancer ends" wait_until 60 balancer_is_down
matrix "the balancer is down" 1 'yes yes yes NobodyListens' 'yes yes yes NobodyListens'
balancer_up

# --- what may be asked of a node ---
# served VISIT: what node serve answers on node1 to a request with this visit, given in JSON.
served() {
    in_lab ssh -F none -i "$IN/ssh/id" -o UserKnownHostsFile="$IN/ssh/known_hosts" "root@node1.$DOMAIN" "$IN/bin/asactl node serve" <<END |
{"asactl":1,"do":"visit","account":null,"realm":null,"settled":false,"force":false,"dry_run":false,"ticket_life":0,"keytab":"$NODE_KEYS/asa.keytab","owner":null,"group":null,"mode":416,"status":"https://mail.$DOMAIN/asa-status","httpd":"hostname","ca":"$IN/ca/ca.pem","visits":[$1],"length":0}
END
        /usr/bin/python3 -c 'import json, sys; d = json.load(sys.stdin); print(d["code"], [(v["state"], v["status"], v["error"]) for v in d.get("visits", [])])'
}
TOKEN='"authorization":"Negotiate YWJj"'
like "$(served "{\"url\":\"https://mail.$DOMAIN/mapi/\",$TOKEN}")" "^0 \[\('answered', 401" "a node asks its own httpd"
for url in "https://backend.$DOMAIN/" "https://mail.$DOMAIN:8443/" "http://mail.$DOMAIN/" "https://${NODE_IP[node2]}/"; do
    is "$(served "{\"url\":\"$url\",$TOKEN}")" "0 [('not made', 0, 'is not visited: httpd there does not serve it')]" "and not $url"
done
for visit in "{\"url\":\"file:///etc/passwd\",$TOKEN}" "{\"url\":\"https://mail.$DOMAIN/\"}" \
    "{\"url\":\"https://mail.$DOMAIN/\",\"authorization\":\"Basic YTpi\"}" "{\"host\":\"a b\",\"path\":null}" '{"id":"../../etc"}' '{}' 7; do
    is "$(served "$visit")" '2 []' "nor is this a request: $visit"
done

# --- callers ---
RC=0 SAID=$(in_lab KRB5CCNAME="FILE:$IN/tickets/none" "$IN/bin/asactl" --conf "$IN/asactl.conf" verify 2>&1) || RC=$?
like "$RC $SAID" '^7 .*no Kerberos ticket.*kinit' "without a ticket: exit code 7, and a remedy"
RC=0 SAID=$(in_lab KRB5CCNAME="FILE:$IN/tickets/none" "$IN/bin/asactl" --conf "$IN/asactl.conf" verify \
    --client-keytab "$IN/node1/keys/own.keytab" --client 'NODE1$' 2>&1) || RC=$?
like "$RC $SAID" '^0 .*8 of 8 sign-ins of NODE1\$@[A-Z.]* succeeded, as TAILSPIN\\NODE1\$,' "with a key table of its own"

# --- keys ---
asactl roll --to-server "node1.$DOMAIN" --to-server "node3.$DOMAIN" --yes --force >/dev/null 2>&1
matrix "a node missed a roll" 1 'yes KeyVersionMissing yes' 'yes KeyVersionMissing yes' --no-balancer --path /mapi/
explained 'KeyVersionMissing \| refused with 401: KeyVersionMissing; the ticket has kvno 2 \(aes256[^)]*\), the key table holds kvno 1 \| It missed the last roll: asactl copy' "what it holds, and a remedy"
asactl copy --from "node1.$DOMAIN" --to "node2.$DOMAIN" --yes >/dev/null 2>&1
ok "node2 takes the key up" wait_until 60 node_holds node2 '2, 1'
run verify
like "$RC $SAID" '^0 .*yes, kvno 2.*8 of 8' "mended"
httpd_stop node2
mv "$LAB/node2/keys/asa.keytab" "$LAB/node2/keys/away"
cp "$LAB/node2/keys/own.keytab" "$LAB/node2/keys/asa.keytab"
keytable_protect "$LAB/node2/keys/asa.keytab"
httpd_start node2
run verify --json --no-balancer
is "$RC $(cells "$MAIL")" '1 yes KeyVersionMissing yes' "a node without the account's keys"
explained "the key table holds no key of EXCH2016ASA\\$" "what it lacks"
httpd_stop node2
rm "$LAB/node2/keys/asa.keytab"
printf '%s\n' "add_entry -password -p $ASA@$REALM -k 2 -e aes256-cts-hmac-sha1-96 -f" "not the password" \
    "write_kt $IN/node2/keys/asa.keytab" | in_lab ktutil >/dev/null
keytable_protect "$LAB/node2/keys/asa.keytab"
httpd_start node2
run verify --json --no-balancer
is "$RC $(cells "$MAIL")" '1 yes KeyMismatch yes' "a node with another key of the same version"
explained 'KeyMismatch \| refused with 401: KeyMismatch; the ticket has kvno 2 .* the key table holds kvno 2 \| Either the service principal name' "with a remedy"
expect_log 'asa: (Key|NoUsableKey|EncryptionType|ClockSkew|BackEnd|DelegationNotAllowed|KdcUnreachable)|AH0(0957|1114|0959|0980|1631|1909)'
suite_end
