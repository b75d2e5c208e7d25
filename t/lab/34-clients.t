#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Programs that people really use, through the sample front end: each signs in by itself, and gives up at once without a ticket.
#
# What is measured of each is compared with the table in README.md. Chromium's screenshot stays in the build's folder.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
packages_need build lab clients
suite_begin domain
# shellcheck source=/dev/null
. "$(dirname "$0")/front_end.sh"
# A place where the end of the final token is spoiled on its way: who verifies the server does not take that answer.
for node in "${NODES[@]}"; do
    mkdir -p "$LAB/$node/extra"
    cat >"$LAB/$node/extra/clients.conf" <<'END'
LoadModule http2_module ${MODULES}/mod_http2.so
<LocationMatch "^/(?:owa|rpc)/spoiled/">
  Header always edit WWW-Authenticate "^(Negotiate .+).{8}$" "$1AAAAAAAA"
</LocationMatch>
END
done
front_end_up
MAIL=https://mail.$DOMAIN
SIGNED_IN='200 Negotiate,true,TAILSPIN\wendy' REFUSED='401 ,false, NoCredentials'
TABLE=()    # what was measured, a line for each row of README.md
ok "conf/haproxy.cfg" balancer haproxy.cfg
visits_begin
cp -r "$HERE/clients" "$LAB/"
echo "# $(dpkg-query -W -f '${Package} ${Version}  ' curl chromium openjdk-17-jre-headless python3-gssapi \
    python3-requests-kerberos python3-impacket)"

# paula, who belongs to 500 groups, is made while the first clients run.
{
    account_user paula
    for (( number = 1; number <= 500; number++ )); do
        printf 'dn: CN=club-%d,CN=Users,%s\nchangetype: add\nobjectClass: group\nsAMAccountName: club-%d\nmember: CN=paula,CN=Users,%s\n\n' \
            $number "$BASE" $number "$BASE"
    done
} >"$LAB/clients/paula.ldif"
in_lab KRB5CCNAME="FILE:$IN/tickets/dc1-administrator" timeout 120 ldapmodify -Q -Y GSSAPI -H "ldap://dc1.$DOMAIN" \
    -f "$IN/clients/paula.ldif" >"$LAB/clients/groups" 2>&1 </dev/null &
GROUPS_MADE=$!

# --- what the HttpProxy log says of a visit ---

# requests PATH [FIELD…]: of each request for this path.
requests() {
    local path=$1
    shift
    proof_files | proof_rows UrlStem "$@" | awk -F'\t' -v OFS='\t' -v path="$path" '$1 == path { $1 = ""; print substr($0, 2) }'
}

requests_are() {
    [ "$(requests "$1" HttpStatus | wc -l)" -ge "$2" ]
}

# seen PATH COUNT: every request for this path, once COUNT of them are there.
seen() {
    wait_until 60 requests_are "$1" "$2"
    requests "$1" HttpStatus AuthenticationType IsAuthenticated AuthenticatedUser ErrorCode |
        awk -F'\t' '{ print $1 " " $2 "," $3 "," $4 ($5 == "" ? "" : " " $5) }' | sort | sed -z 's/\n$//; s/\n/ | /g'
}

wendy_was_at() {
    [[ $(requests "$1" AuthenticatedUser) = *wendy* ]]
}

# row CLIENT PATH SPOILED ANSWER [MARK]: what was measured of it: its sign-in at PATH, and whether it took the answer of the
# path SPOILED, where it was signed in, too.
row() {
    local first='brings a ticket' mutual=verified bound=no
    [[ $(requests "$2" HttpStatus) != *401* ]] || first='is challenged (401)'
    wait_until 60 wendy_was_at "$3" || mutual="not tried at $3"
    [[ $4 != *"${5:-Mailbox of TAILSPIN\\wendy}"* ]] || mutual='not verified'
    [[ $(requests "$2" 'GenericInfo;Bound') != *true* ]] || bound=yes
    TABLE+=("$1 | $first | $mutual | $bound")
}

# as USER COMMAND…: SAID is what a program says that has this user's ticket; nobody has none.
as() {
    local user=$1
    shift
    SAID=$(in_lab HOME="$IN/clients" KRB5CCNAME="FILE:$IN/tickets/$user" timeout 60 "$@" 2>"$LAB/clients/errors" </dev/null)
}

# --- curl ---
with_curl() {
    as "$1" curl -sS -w '%{http_code} %{http_version}\n' "${@:2}"
}
PAGE='<!DOCTYPE html><title>Mail</title><h1>Mailbox of TAILSPIN\wendy</h1>'
with_curl wendy --negotiate -u : "$MAIL/owa/curl"
is "$SAID" "$PAGE"$'\n200 1.1' "curl --negotiate: the page"
is "$(seen /owa/curl 1)" "$SIGNED_IN" "curl --negotiate: one request"
with_curl wendy --negotiate -u : "$MAIL/owa/spoiled/curl"
row 'curl --negotiate' /owa/curl /owa/spoiled/curl "$SAID"
with_curl wendy --anyauth -u : "$MAIL/owa/curl-any"
is "$SAID" "$PAGE"$'\n200 1.1' "curl --anyauth: the page"
is "$(seen /owa/curl-any 2)" "$SIGNED_IN | $REFUSED" "curl --anyauth: two requests"
with_curl wendy --anyauth -u : "$MAIL/owa/spoiled/curl-any"
row 'curl --anyauth' /owa/curl-any /owa/spoiled/curl-any "$SAID"
with_curl nobody --negotiate -u : -o "$IN/clients/none" "$MAIL/owa/curl-none"
is "$SAID $(seen /owa/curl-none 1)" "401 1.1 $REFUSED" "curl without a ticket: 401, once"

# --- Chromium ---
mkdir -p "$LAB/clients/.pki/nssdb"
ok "Chromium trusts the lab's authority" in_lab bash -c "certutil -d sql:$IN/clients/.pki/nssdb -N --empty-password &&
    certutil -d sql:$IN/clients/.pki/nssdb -A -n lab -t C,, -i $IN/ca/ca.pem"
with_chromium() {
    as "$1" chromium --headless=new --no-sandbox --disable-gpu --no-first-run --user-data-dir="$IN/clients/profile" \
        --auth-server-allowlist="*.$DOMAIN" "${@:2}"
}
# picture FILE: its kind, width and height.
picture() {
    echo "$(head -c 4 "$1" | tr -cd A-Z)" $(od -An -j16 -N8 --endian=big -tu4 "$1")
}
with_chromium wendy --dump-dom "$MAIL/owa/chromium-new"
like "$SAID $(seen /owa/chromium-new 1)" "401 Unauthorized.* $REFUSED\$" "Chromium, a new profile: answers no challenge on its first run"
with_chromium wendy --dump-dom "$MAIL/owa/chromium"
like "$SAID" 'Mailbox of TAILSPIN\\wendy' "Chromium: the page"
is "$(seen /owa/chromium 2)" "$SIGNED_IN | $REFUSED" "Chromium: two requests"
with_chromium wendy --window-size=800,300 --screenshot="$IN/clients/page.png" "$MAIL/owa/chromium-picture"
is "$(seen /owa/chromium-picture 2) $(picture "$LAB/clients/page.png")" "$SIGNED_IN | $REFUSED PNG 800 300" "Chromium: a screenshot"
cp "$LAB/clients/page.png" "${ASA_BUILD:-$LAB}/34-clients.png"
with_chromium wendy --dump-dom "$MAIL/owa/spoiled/chromium"
row Chromium /owa/chromium /owa/spoiled/chromium "$SAID"
with_chromium nobody --dump-dom "$MAIL/owa/chromium-none"
like "$SAID $(seen /owa/chromium-none 2)" "401 Unauthorized.* $REFUSED( . $REFUSED)?\$" "Chromium without a ticket: 401, and no loop"

# --- Java ---
JAVA=/usr/lib/jvm/java-17-openjdk-$(dpkg --print-architecture)
with_java() {
    as "$1" "$JAVA/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.security.krb5.conf="$IN/krb5.conf" \
        -Djava.security.auth.login.config="$IN/clients/jaas.conf" -Djavax.security.auth.useSubjectCredsOnly=false \
        -cp "$IN/clients/java" "${@:2}"
}
ok "the client in Java compiles" env JAVA_HOME="$JAVA" ecj -17 -proc:none -d "$LAB/clients/java" "$LAB/clients/Fetch.java"
with_java wendy Fetch "$IN/ca/ca.pem" "GET $MAIL/owa/java" "POST $MAIL/ews/java 100000" "GET $MAIL/nowhere" "GET $MAIL/owa/java-502?refuse=401" \
    "GET $MAIL/owa/spoiled/java"
mapfile -t ANSWERS <<<"$SAID"
is "${ANSWERS[0]}" "200 $PAGE" "Java: the page"
is "$(seen /owa/java 2)" "$SIGNED_IN | $REFUSED" "Java: two requests"
is "${ANSWERS[1]}" "200 <Envelope><Bytes>100000</Bytes></Envelope>" "Java: a body of 100,000 bytes"
is "$(seen /ews/java 2)" "$SIGNED_IN | $REFUSED" "Java: sends it twice"
is "${ANSWERS[2]:0:3} ${ANSWERS[3]:0:3}" "404 502" "Java: error statuses with a final token"
row 'Java HttpURLConnection' /owa/java /owa/spoiled/java "${ANSWERS[4]}"
with_java nobody Fetch "$IN/ca/ca.pem" "GET $MAIL/owa/java-none"
is "${SAID:0:3} $(seen /owa/java-none 1)" "401 $REFUSED" "Java without a ticket: 401, once"
with_java wendy -Djdk.https.negotiate.cbt=always Fetch "$IN/ca/ca.pem" "GET $MAIL/owa/java-bound" "GET $MAIL/owa/spoiled/java-bound"
is "$(seen /owa/java-bound 2)" "$SIGNED_IN | $REFUSED" "Java with jdk.https.negotiate.cbt: two requests"
row 'Java HttpURLConnection, `jdk.https.negotiate.cbt=always`' /owa/java-bound /owa/spoiled/java-bound "${SAID#*$'\n'}"

# --- python3-gssapi ---
client wendy page /owa/gssapi
is "$SAID $(seen /owa/gssapi 1)" "200 <h1>Mailbox of TAILSPIN\\wendy</h1> $SIGNED_IN" "python3-gssapi: the page, one request"
client wendy page /owa/spoiled/gssapi
row python3-gssapi /owa/gssapi /owa/spoiled/gssapi "$SAID"
client wendy page /owa/gssapi-bound bound
is "$SAID $(seen /owa/gssapi-bound 1)" "200 <h1>Mailbox of TAILSPIN\\wendy</h1> $SIGNED_IN" "python3-gssapi, bound: the page, one request"
client wendy page /owa/spoiled/gssapi-bound bound
row 'python3-gssapi, `channel_bindings=`' /owa/gssapi-bound /owa/spoiled/gssapi-bound "$SAID"
client wendy page /owa/gssapi-none nobody
is "$SAID $(seen /owa/gssapi-none 1)" "401 <h1>Unauthorized</h1> $REFUSED" "python3-gssapi without a ticket: 401, once"

# --- requests-kerberos ---
with_requests() {
    as "$1" /usr/bin/python3 "$IN/clients/mutual_required.py" "$IN/ca/ca.pem" "${@:2}"
}
for when in late early; do
    expected="$SIGNED_IN | $REFUSED" count=2 name='requests-kerberos, `REQUIRED`'
    [ $when = late ] || expected=$SIGNED_IN count=1 name='requests-kerberos, `REQUIRED`, `force_preemptive`'
    with_requests wendy $when "$MAIL/owa/requests-$when"
    is "$SAID" "200 verified $PAGE" "requests-kerberos, $when: the page"
    is "$(seen /owa/requests-$when $count)" "$expected" "requests-kerberos, $when: its requests"
    with_requests wendy $when "$MAIL/ews/requests-$when" 100000
    is "$SAID" "200 verified <Envelope><Bytes>100000</Bytes></Envelope>" "requests-kerberos, $when: a body of 100,000 bytes"
    with_requests wendy $when "$MAIL/nowhere"
    like "$SAID" "^404 verified" "requests-kerberos, $when: an error page"
    with_requests wendy $when "$MAIL/owa/requests?refuse=401"
    is "${SAID% }" "502 verified" "requests-kerberos, $when: 502 in the place of the back end's 401"
    with_requests wendy $when "$MAIL/owa/spoiled/requests-$when"
    row "$name" /owa/requests-$when /owa/spoiled/requests-$when "$SAID"
done
with_requests nobody late "$MAIL/owa/requests-none"
is "${SAID:0:14} $(seen /owa/requests-none 1)" "401 unverified $REFUSED" "requests-kerberos without a ticket: 401, once"

# --- impacket ---
# with_impacket PATH CALLS negotiate|nobody
with_impacket() {
    as wendy /usr/bin/python3 "$IN/clients/impacket_rpc.py" "$MAIL/rpc/$1/rpcproxy.dll" "$2" "$3"
}
with_impacket impacket 60 negotiate
is "$SAID" 181830 "impacket: an RPC connection, and more than its window"
wait_until 60 requests_are /rpc/impacket/rpcproxy.dll 2
ENDS=$(requests /rpc/impacket/rpcproxy.dll Method ErrorCode)
like "$ENDS" $'RPC_IN_DATA\tClientDisconnect' "impacket: closes the IN channel in the middle of its length"
is "$(requests /rpc/impacket/rpcproxy.dll Method AuthenticationType IsAuthenticated AuthenticatedUser | sort | tr '\t' ,)" \
    $'RPC_IN_DATA,Negotiate,true,TAILSPIN\\wendy\nRPC_OUT_DATA,Negotiate,true,TAILSPIN\\wendy' "impacket: both channels are wendy's"
with_impacket spoiled 5 negotiate
row 'impacket, RPC over HTTP' /rpc/impacket/rpcproxy.dll /rpc/spoiled/rpcproxy.dll "$SAID" 15015
with_impacket nobody 5 nobody
like "$SAID $(seen /rpc/nobody/rpcproxy.dll 1)" "401 Unauthorized $REFUSED\$" "impacket without a token: 401, once"

# --- a user in 500 groups ---
wait $GROUPS_MADE
is "$? $(grep -c 'adding new entry' "$LAB/clients/groups")" "0 501" "paula belongs to 500 groups"
# A forwardable ticket, which a client can hand on: it then brings all groups twice.
in_lab kinit -f -c "FILE:$IN/tickets/paula" "paula@$REALM" <"$(secret_file paula)" >/dev/null

# token_size: of the last visit of curl -v, in characters.
token_size() {
    sed -n 's/^> [Aa]uthorization: Negotiate //p' "$LAB/clients/errors" | tr -d '\r\n' | wc -c
}

# large WHERE: all of it with paula's ticket.
large() {
    local size
    client paula rpc-pair 5
    like "$SAID" ' 5$' "500 groups, $1: RPC"
    client paula mapi "large-$1"
    is "$SAID" "200 PROCESSING PENDING PENDING PENDING DONE" "500 groups, $1: MAPI"
    client paula expects-100
    is "$SAID" "200 100000" "500 groups, $1: EWS"
    # With as many cookies as a browser brings.
    with_curl paula --negotiate -u : --delegation always -v -H "Cookie: $(printf 'X-BackEndCookie=%02000d' 1)" "$MAIL/owa/$1"
    is "$SAID" "${PAGE/wendy/paula}"$'\n200 1.1' "500 groups, $1: a ticket that is handed on"
    size=$(token_size)
    ok "500 groups, $1: $size characters are more than 8190, httpd's default" test "$size" -gt 8190
}
large layer-4
with_curl paula --negotiate -u : -v "$MAIL/owa/large"
SIZE=$(token_size)
ok "500 groups: a token of $SIZE characters" test "$SIZE" -gt 7000

# --- HTTP/2, for which the sample must be changed ---
sed -i 's,^Protocols http/1.1,Protocols h2 http/1.1,' "$LAB/samples/exchange/server.conf"
http2_offered() {
    local node
    for node in "${NODES[@]}"; do
        [ "$(in_lab curl -sS -o /dev/null -w '%{http_version}' --connect-to "::${NODE_IP[$node]}:" --haproxy-protocol "$MAIL/owa/healthcheck.htm")" = 2 ] ||
            return 1
    done
}
for node in "${NODES[@]}"; do
    httpd_reload "$node"
done
ok "HTTP/2 is offered" wait_until 60 http2_offered
with_curl wendy --negotiate -u : "$MAIL/owa/h2-curl"
is "$SAID" "$PAGE"$'\n200 2' "HTTP/2, curl --negotiate: the page"
is "$(seen /owa/h2-curl 1)" "$SIGNED_IN" "HTTP/2, curl --negotiate: one request"
with_curl wendy --anyauth -u : "$MAIL/owa/h2-curl-any"
is "$SAID" "$PAGE"$'\n200 2' "HTTP/2, curl --anyauth: the page"
is "$(seen /owa/h2-curl-any 2)" "$SIGNED_IN | $REFUSED" "HTTP/2, curl --anyauth: two requests"
with_curl nobody --negotiate -u : -o "$IN/clients/none" "$MAIL/owa/h2-curl-none"
is "$SAID $(seen /owa/h2-curl-none 1)" "401 2 $REFUSED" "HTTP/2, curl without a ticket: 401, once"
head -c 100000 /dev/zero >"$LAB/clients/body"
with_curl wendy --negotiate -u : --data-binary @"$IN/clients/body" "$MAIL/ews/h2-curl"
is "$SAID" $'<Envelope><Bytes>100000</Bytes></Envelope>\n200 2' "HTTP/2, curl: a body of 100,000 bytes"
truncate -s 1G "$LAB/clients/body"
as nobody nghttp -nv -d "$IN/clients/body" "$MAIL/ews/h2-nghttp"
is "$(grep -o ':status: [0-9]*\|recv RST_STREAM\|code=[A-Z_]*' <<<"$SAID" | head -n 3 | tr '\n' ' ')" ":status: 401 recv RST_STREAM code=NO_ERROR " \
    "HTTP/2, nghttp: a body of 1 GiB is refused before it came, and that is no error"
is "$(seen /ews/h2-nghttp 1)" "$REFUSED" "HTTP/2, nghttp: one request"
rm "$LAB/clients/body"
with_chromium wendy --dump-dom "$MAIL/owa/h2-chromium"
like "$SAID" 'Mailbox of TAILSPIN\\wendy' "HTTP/2, Chromium: the page"
is "$(seen /owa/h2-chromium 2)" "$SIGNED_IN | $REFUSED" "HTTP/2, Chromium: two requests"
echo "# Chromium signed in over HTTP/$(journal "d['event'] == 'request' and d['target'] == '/owa/h2-chromium' and d['headers']['via'][:3]")"

# Streams of one connection, wendy's, bob's and nobody's in turn.
[ -s "$LAB/tickets/bob" ] || visit_ticket bob
mkdir "$LAB/clients/streams"
in_lab /usr/bin/python3 "$IN/clients/streams.py" "mail.$DOMAIN" "$IN/clients/streams" 60 \
    "wendy=FILE:$IN/tickets/wendy" "bob=FILE:$IN/tickets/bob" nobody >"$LAB/clients/streams.conf"
as nobody curl -Z --parallel-max 30 -K "$IN/clients/streams.conf"
is "$(sort <<<"$SAID" | uniq -c | tr -s ' ')" $' 39 200 2 0\n 1 200 2 1\n 20 401 2 0' "HTTP/2: 60 streams of one connection"
is "$(cd "$LAB/clients/streams" && grep -o 'Mailbox of [^<]*\|Unauthorized</h1>' -- * | sed 's/-[0-9]*:/ /' | sort | uniq -c | tr -s ' ')" \
    $' 20 bob Mailbox of TAILSPIN\\bob\n 20 nobody Unauthorized</h1>\n 20 wendy Mailbox of TAILSPIN\\wendy' "HTTP/2: everybody is who he is"
# Connections at the same time, each of one user.
several() {
    in_lab KRB5CCNAME="FILE:$IN/tickets/$1" timeout 60 curl -sS --negotiate -u : "$MAIL/owa/several/$1-[1-60]" 2>&1 | sort | uniq -c | tr -s ' '
}
several wendy >"$LAB/clients/wendy" &
WENDYS=$!
several bob >"$LAB/clients/bob"
wait $WENDYS
is "$(cat "$LAB/clients/"{wendy,bob})" " 60 $PAGE"$'\n'" 60 ${PAGE/wendy/bob}" "HTTP/2: two connections of two users at once"

# --- a balancer that ends TLS ---
balancer_http
large layer-7

# --- the table in README.md ---
DOCUMENTED=$(sed -n '/^## Clients that were really run/,/^## [^C]/p' "$SUITE_ROOT/README.md" | sed -n '/^| ---/,/^$/p' | sed '1d;$d' |
    awk -F ' [|] ' '{ sub(/^[|] /, "", $1); sub(/ [|]$/, "", $6); print $1 " | " $4 " | " $5 " | " $6 }')
is "$(diff <(echo "$DOCUMENTED") <(printf '%s\n' "${TABLE[@]}"))" '' "README.md says of each what was measured here"
printf '# %s\n' "${TABLE[@]}"

is "$(journal "d['event'] == 'violation' and d['text']")" '' "the back end has nothing to complain of"
is "$(journal "d['event'] == 'request' and 'authorization' in d['headers'] and d['target']")" '' "no ticket of a client reaches it"
# Channels end in the middle of the length that they announced; whether a node listens is tried without the PROXY protocol.
expect_log 'the back end answered 401|AH02608|AH01097|AH01110|AH10154|AH10184'
suite_end
