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
# shellcheck source=/dev/null
. "$(dirname "$0")/verify.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/readme.sh"
suite_needs_root sshd
suite_begin
admin_tool_place
doctor_command
ssh_nodes_up
WHO='TAILSPIN\\Administrator'
MAIL=http/mail.$DOMAIN AUTODISCOVER=http/autodiscover.$DOMAIN OTHER_NAME=http/other.$DOMAIN
CLIENT=administrator@$REALM

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
certificate_issue "$LAB/certificates/more" {mail,autodiscover,node1,big,under_score}."$DOMAIN"
in_lab kinit -F -c "FILE:$IN/tickets/kept" "$CLIENT" <"$(secret_file administrator)" >/dev/null
verify_places node1
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
asactl spn remove --yes "$ASA" "http/plain.$DOMAIN" >/dev/null 2>&1
FORMS=("HTTP/BIG.$DOMAIN" "http/under_score.$DOMAIN" "http/mail.$DOMAIN:443")
named add "${FORMS[@]}"
run verify --json --no-balancer "node1.$DOMAIN"
is "$RC $(cells "${FORMS[0]}") $(cells "${FORMS[1]}")" '0 yes yes' "names in capitals and with an underscore sign in as they stand"
is "$(json '[(n["spn"], n["why"]) for n in d["not_tried"]]')" "[('${FORMS[2]}', 'clients of HTTP ask for a host alone')]" "one with a port is not tried, and that is said"
named delete "${FORMS[@]}"
MANY=("http/n"{01..62}".$DOMAIN")
named add "${MANY[@]}"
run verify --no-balancer --path /mapi/ "node1.$DOMAIN"
like "$RC $SAID" '^1 .*NotServed: http/n01[a-z.]* .*2 of 64 sign-ins' "64 names are tried"
named add "http/n63.$DOMAIN"
run verify "node1.$DOMAIN"
like "$RC $SAID" '^2 .*65 names are more than the 64 that one run can try.*Name some of them with --spn' "65 are too many, and none is left out in silence"
named delete "${MANY[@]}" "http/n63.$DOMAIN"
rm "$LAB/node1/extra/server.conf"
extra '' node1

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
openssl req -x509 "${CERTIFICATE_KEY[@]}" -days 30 -subj "/CN=mail.$DOMAIN" -addext "subjectAltName=DNS:mail.$DOMAIN" \
    -addext 'basicConstraints=critical,CA:FALSE' \
    -keyout "$LAB/certificates/own.key" -out "$LAB/certificates/own.pem" 2>/dev/null
extra "SSLCertificateFile $IN/certificates/own.pem
SSLCertificateKeyFile $IN/certificates/own.key" node3
run verify --json --no-balancer
is "$RC $(cells "$MAIL")" '1 yes CertificateWrong CertificateWrong' "a certificate for another name, and one of nobody"
for why in 'no alternative certificate subject name' 'self.signed certificate'; do
    explained "CertificateWrong \| https://mail\.[a-z.]*/ has a certificate that $IN/ca/ca\.pem does not vouch for: [^|]*$why[^|]* \| Clients refuse it, too" "with a remedy: $why"
done
extra "AsaChannelBindingCertificate $IN/certificates/strange/cert.pem" "${NODES[@]}"
another_front "$LAB/certificates/strange"
matrix "another certificate at the nodes than clients see; an impostor in the balancer's place" 1 'yes yes yes BadBindings' 'yes yes yes CertificateWrong'
explained 'BadBindings \| refused with 401 by NODE[123]: BadBindings; .* \| TLS ends in front of this node with another certificate' "bindings: the remedy"
explained 'CertificateWrong \| https://autodiscover\.[a-z.]*/autodiscover/ has a certificate .* \| Clients refuse it, too' "the impostor: the remedy"
another_front_ends
for node in "${NODES[@]}"; do
    certificate_issue "$LAB/certificates/$node" {mail,autodiscover,"$node"}."$DOMAIN"
    echo "SSLCertificateFile $IN/certificates/$node/cert.pem
SSLCertificateKeyFile $IN/certificates/$node/key.pem
AsaHttpProxyLog off
<Location />
AsaChannelBindings require
</Location>" >"$LAB/$node/extra/published.conf"
done
restarted "${NODES[@]}"
run verify
like "$RC $SAID" '^0 .*8 of 8 sign-ins' "AsaChannelBindings require, and each node has a certificate of its own: tokens are bound to the one that is met"
like "$SAID" 'Line not seen at node1[a-z.]*, node2[a-z.]*, node3[a-z.]*, balancer, so user and key are not compared: AsaHttpProxyLog is off there' "AsaHttpProxyLog off: is said"
extra '' "${NODES[@]}"
mv "$LAB/node2/HttpProxy" "$LAB/node2/HttpProxy.away"
run verify --no-balancer
like "$RC $SAID" '^0 .*node2[a-z.]* +yes, line not seen .*Line not seen at node2[a-z.]*, so .*: httpd there cannot write its log: .*No such file' "the log's folder is gone: is said"
mv "$LAB/node2/HttpProxy.away" "$LAB/node2/HttpProxy"

# --- nodes and balancer ---
ssh_node_stop node1
httpd_stop node3
matrix "sshd of one node and httpd of another do not run" 1 'NodeUnreachable yes NobodyListens yes' 'NodeUnreachable yes NobodyListens yes'
explained "NodeUnreachable \| node1\.$DOMAIN: nothing answers at its ssh port \| Start sshd there" "without sshd: the remedy"
ssh_node_start node1
explained "NobodyListens \| nothing listens for https://mail\.$DOMAIN/ at 10\.77\.0\.13 \| Start httpd" "with a remedy"
httpd_start node3
matrix "nodes without sshd" 1 'NodeUnreachable NodeUnreachable NodeUnreachable yes' \
    'NodeUnreachable NodeUnreachable NodeUnreachable yes' --ssh-port 9
BALANCER=$(head -1 "$LAB/balancer/pid")
inside kill "$BALANCER"
balancer_is_down() { ! balancer_listens; }
ok "the balancer ends" wait_until 60 balancer_is_down
matrix "the balancer is down" 1 'yes yes yes NobodyListens' 'yes yes yes NobodyListens'

# --- IPv6: node2 and the balancer have nothing else; node3 has both, and its httpd listens on IPv4 alone ---
DEVICE=$(inside ip -o addr show to "${NODE_IP[node1]}" | awk '{ print $2 }')
if inside ip addr add fd77::12/64 dev "$DEVICE" nodad 2>/dev/null; then
    ssh_node_stop node2
    httpd_stop node2
    inside ip addr add fd77::13/64 dev "$DEVICE" nodad
    inside ip addr add fd77::20/64 dev "$DEVICE" nodad
    NODE_IP[node2]='[fd77::12]' BALANCER_IP='[fd77::20]'
    inside sed -i -e 's/^10\.77\.0\.12 /fd77::12 /' -e 's/^10\.77\.0\.20 /fd77::20 /' -e "1i fd77::13 node3.$DOMAIN node3" /etc/hosts
    sed -i "s/^Define ADDRESS .*/Define ADDRESS ${NODE_IP[node2]}/" "$LAB/node2/httpd.conf"
    httpd_start node2
    ssh_node_start node2
fi
balancer_up
matrix "nodes with IPv6 alone and with both" 0 "$GOOD" "$GOOD"
CLIENTS=
for place in 1 2 3; do
    VISIT_NODE=$(json "d['visits'][$place]['line']['node'].lower()") VISIT_ID=$(json "d['visits'][$place]['request_id']")
    CLIENTS+="$(proven ClientIpAddress) "
done
case ${NODE_IP[node2]} in
\[*) is "$CLIENTS" "fd77::12 10.77.0.13 fd77::20 " "the log has their addresses" ;;
*) point ok "the log has their addresses # SKIP no IPv6 here" ;;
esac

# --- a key that may do this and nothing else ---
cp "$LAB/asactl.conf" "$LAB/forced.conf"
sed "s|^|command=\"$IN/bin/asactl --conf $IN/forced.conf node serve\",restrict |" "$LAB/ssh/id.pub" >"$LAB/ssh/authorized_keys"
matrix "a forced command" 0 "$GOOD" "$GOOD"
sed -i '/^    status = /d' "$LAB/forced.conf"
run verify --path /mapi/
like "$RC $SAID" '^0 .*node2[a-z.]* +yes, line not seen .*Line not seen.*no status page is named' "a forced command: the node's own settings count"
cp "$LAB/ssh/id.pub" "$LAB/ssh/authorized_keys"

# --- what may be asked of a node ---
# served VISIT: what node serve answers on node1 to a request with this visit, given in JSON.
served() {
    in_lab ssh -F none -i "$IN/ssh/id" -o UserKnownHostsFile="$IN/ssh/known_hosts" "root@node1.$DOMAIN" "$IN/bin/asactl node serve --as-asked" <<END |
{"asactl":1,"do":"visit","account":null,"realm":null,"settled":false,"force":false,"dry_run":false,"ticket_life":0,"keytab":"$NODE_KEYS/asa.keytab","owner":null,"group":null,"mode":416,"status":"https://mail.$DOMAIN/asa-status","httpd":"hostname","ca":"$IN/ca/ca.pem","visits":[$1],"length":0}
END
        /usr/bin/python3 -c 'import json, sys; d = json.load(sys.stdin); print(d["code"], [(v["state"], v["status"], v["error"]) for v in d.get("visits", [])])'
}
TOKEN='"authorization":"Negotiate YWJj"'
like "$(served "{\"url\":\"https://mail.$DOMAIN/mapi/\",$TOKEN}")" "^0 \[\('answered', 401" "a node asks its own httpd"
for url in "https://backend.$DOMAIN/" "https://mail.$DOMAIN:8443/" "http://mail.$DOMAIN/" "https://${NODE_IP[node3]}/"; do
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
run_as none verify --client-keytab "$IN/none" --client 'NODE1$'
like "$RC $SAID" "^7 .*client key table $IN/none does not exist.*check client-keytab" "one that is not there"
run_as none verify --client-keytab "$IN/node1/keys/asa.keytab" --client 'NODE1$'
like "$RC $SAID" '^7 .*holds no key of NODE1\$@[A-Z.]*.*klist -k' "one of somebody else"
in_lab kinit -l 1 -c "FILE:$IN/tickets/short" "$CLIENT" <"$(secret_file administrator)" >/dev/null
has_ended() { ! in_lab klist -s -c "FILE:$IN/tickets/short"; }
wait_until 60 has_ended
run_as short verify
like "$RC $SAID" '^7 .*ticket has expired.*kinit' "with a ticket that has ended"
CLOCK=900 run_as dc1-administrator verify --spn "$MAIL"
like "$RC $SAID" '^7 .*clock and the domain.s differ too much.*chronyc' "with a clock that is off"

# --- ended from the keyboard, while it waits for the nodes; with a /tmp of its own ---
mkfifo "$LAB/silence"
sed "s|command = .*|command = cat $IN/silence|" "$LAB/asactl.conf" >"$LAB/silent.conf"
BEFORE=$(find "$LAB/tickets" -printf '%p %s %t\n' | sort)
# shellcheck disable=SC2016  # expanded by the inner shell
SAID=$(in_lab KRB5CCNAME="FILE:$IN/tickets/dc1-administrator" unshare --mount bash -c 'mount -t tmpfs tmpfs /tmp
/usr/bin/python3 -c "$@"
ls -A /tmp' ended 'import os, signal, subprocess, sys
asactl = subprocess.Popen(sys.argv[1:], stdout=-1, stderr=-1, start_new_session=True, text=True,
                          preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
while "asking 3 nodes" not in asactl.stderr.readline(): pass
os.killpg(asactl.pid, signal.SIGINT)
said, complaint = asactl.communicate()
print(asactl.returncode, said + complaint)' "$IN/bin/asactl" --conf "$IN/silent.conf" verify)
is "$SAID" "-2 " "it ends without a word, and leaves no file"
is "$(find "$LAB/tickets" -printf '%p %s %t\n' | sort)" "$BEFORE" "the tickets are as they were"
inside bash -c ": <>'$IN/silence'"

# --- keys ---
asactl roll --to-server "node1.$DOMAIN" --to-server "node3.$DOMAIN" --yes --force >/dev/null 2>&1
matrix "a node missed a roll" 1 'yes KeyVersionMissing yes' 'yes KeyVersionMissing yes' --no-balancer --path /mapi/
explained 'KeyVersionMissing \| refused with 401: KeyVersionMissing; the ticket has kvno 2 \(aes256[^)]*\), the key table holds kvno 1 \| It missed the last roll: asactl copy' "what it holds, and a remedy"
run verify --no-balancer --path /mapi/
is "$(readme_lacks verify "$SAID" | grep -v '^balancer ')" '' "what README shows is what it says, but for the balancer, which may choose any node"
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
expect_log 'asa: (the HttpProxy log cannot be written|Key|NoUsableKey|EncryptionType|ClockSkew|BackEnd|DelegationNotAllowed|KdcUnreachable)|AH0(0957|1114|0959|0980|1631|1909)'
suite_end
