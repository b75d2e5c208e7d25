#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The sample front end under load and faults: 600 channels on one node, 10,000 visits of mixed users, nodes and back end that go away.
# shellcheck disable=SC2016  # of awk, sed and inner shells
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# As conf/exchange/server.conf says.
export HTTPD_MPM=${ASA_MPM:-worker}
suite_begin domain
# shellcheck source=/dev/null
. "$(dirname "$0")/front_end.sh"

# On each node a second port for a balancer that ends TLS, so that both kinds stand at the same time.
front_end_files
{
    echo "Listen \${ADDRESS}:8444 https"
    sed -n '/^<VirtualHost \*:${ASA_PORT}>/,/^<\/VirtualHost>/p' "$LAB/samples/front-end.conf" |
        sed -e 's/\${ASA_PORT}/8444/' -e "$BEHIND_HTTP"
} >"$LAB/http-port.conf"
cat "$LAB/http-port.conf" >>"$LAB/samples/front-end.conf"
front_end_start
ok "a balancer that passes TCP" balancer haproxy.cfg
BALANCER=balancer7 balancer_certificate
BALANCER=balancer7 BALANCER_PORT=8443 ok "a balancer that ends TLS and shares its connections" balancer haproxy-http.cfg \
    -e 's/http-reuse safe/http-reuse always/' -e 's/:443 port/:8444 port/'
CACHES=()
for user in wendy bob; do
    visit_ticket "$user"
    in_lab KRB5CCNAME="FILE:$IN/tickets/$user" kvno -q "HTTP/mail.$DOMAIN"
    CACHES+=("FILE:$IN/tickets/$user")
done

# --- clients that hold what they have until they are told ---
declare -A TO=() FROM=()

# crowd_begin NAME: clients of that name, wendy and bob in turn.
crowd_begin() {
    local pipe=$LAB/exchange/$1 to from
    mkfifo "$pipe.in" "$pipe.out"
    client_run crowd.py wendy 1200 "$1" "${CACHES[@]}" <"$pipe.in" >"$pipe.out" &
    exec {to}>"$pipe.in" {from}<"$pipe.out"
    TO[$1]=$to FROM[$1]=$from
}

# crowd NAME STEP…: SAID is what came of it.
crowd() {
    echo "${*:2}" >&"${TO[$1]}"
    read -r -t 120 SAID <&"${FROM[$1]}" || SAID="no answer"
}

crowd_end() {
    local to=${TO[$1]}
    exec {to}>&-
}

# only NODE…: new connections go to these nodes only; the others keep what they have.
only() {
    local node
    for node in "${NODES[@]}"; do
        case " $* " in
        *" $node "*) balancer_say "set server nodes/$node state ready" ;;
        *) balancer_say "set server nodes/$node state drain" ;;
        esac
    done >/dev/null
}

# httpd_processes NODE…: of httpd on these nodes, without the one that starts the others.
httpd_processes() {
    local node
    for node in "$@"; do
        inside ps -o pid= --ppid "$(<"$LAB/$node/run/httpd.pid")"
    done | tr -d ' '
}

# memory PROCESS…: KiB that these take, what they share divided among them.
memory() {
    inside bash -c 'for process; do cat "/proc/$process/smaps_rollup" 2>/dev/null; done' memory "$@" |
        awk '/^Pss:/ { sum += $2 } END { print sum + 0 }'
}

# rows AWK-CONDITION FIELD…: of the HttpProxy lines for which it is true of the fields $1, $2 and so on, how many.
rows() {
    local condition=$1
    shift
    proof_files | proof_rows "$@" | awk -F'\t' "$condition { count++ } END { print count + 0 }"
}

# rows_are NUMBER AWK-CONDITION FIELD…
rows_are() {
    [ "$(rows "${@:2}")" = "$1" ]
}

# The order of two of them is the balancer's.
only node1 node2
crowd_begin held
crowd held open 1
is "$SAID" "1 pairs, 0 notifications" "a pair of RPC channels is opened, to be held to the end"

only "${NODES[@]}"

# --- 10,000 visits of two users and of nobody on shared connections ---
SAID=$(BALANCER_PORT=8443 client_run visitors.py wendy 250 mixed 3336 "$IN/tickets/wendy" "$IN/tickets/bob" nobody)
is "$SAID" "bob 200: 3336, nobody 401: 3336, wendy 200: 3336" "10,008 visits of wendy, bob and nobody: everybody is who he is"
ok "on connections that the balancer shares among them" test "$(BALANCER=balancer7 balancer_count connect "${NODES[@]}")" -lt 1000
WHO="d['target'].split('?')[-1].split('-')[0]"
is "$(journal "d['event'] == 'request' and '/owa/who?' in d['target'] and d['user'] != '${NETBIOS}\\\\' + $WHO and d['target']" | head -3)" '' \
    "the back end was never told another name"
ok "each visit has its line in the HttpProxy log" wait_until 60 rows_are 10008 '$1 == "/owa/who"' UrlStem
is "$(rows '$1 == "/owa/who" && ($2 != ($5 ~ /^.wendy/ ? "TAILSPIN\\wendy" : $5 ~ /^.bob/ ? "TAILSPIN\\bob" : "") ||
    ($3 == "true") != ($4 == 200))' UrlStem AuthenticatedUser IsAuthenticated HttpStatus UrlQuery)" 0 "with its own user"
crowd held call
is "$SAID" "1 answers" "the pair that is held answers"

# --- the address book: 100 MiB in ranges, and in two halves ---
crowd_begin book
crowd book ranges 8
is "$SAID" "8 ranges" "the address book in eight ranges, the last first"
mapfile -t PROCESSES < <(httpd_processes "${NODES[@]}")
BEFORE=$(memory "${PROCESSES[@]}")
crowd book stop-at 40
is "$SAID" "40 MiB" "a download that stops in the middle"
GROWN=$(($(memory "${PROCESSES[@]}") - BEFORE))
ok "is not held in memory: $GROWN KiB" test "$GROWN" -lt 16384
crowd book leave
crowd book resume
is "$SAID" "the same" "the client goes away and fetches the rest: it is the same file"
ok "the HttpProxy log says ClientDisconnect" wait_until 60 rows_are 1 '$1 == "Oab" && $2 == "ClientDisconnect"' Protocol ErrorCode
crowd_end book

# --- 200 pairs and 200 notifications at once on one node ---
only node3
crowd_begin many
crowd many open 1
mapfile -t PROCESSES < <(httpd_processes node3)
BEFORE=$(memory "${PROCESSES[@]}")
crowd many open 199 200
is "$SAID" "200 pairs, 200 notifications" "200 pairs of RPC channels and 200 notifications are open at once"
is "$(balancer_count scur node3)" 600 "all of them on one node"
crowd many call
is "$SAID" "200 answers" "every pair answers"
ok "memory is measured: $BEFORE KiB" test "$BEFORE" -gt 1024
mapfile -t PROCESSES < <(httpd_processes node3)
GROWN=$((($(memory "${PROCESSES[@]}") - BEFORE) / 599))
ok "a channel takes less than 1 MiB: $GROWN KiB" test "$GROWN" -lt 1024
BEFORE=$(memory "${PROCESSES[@]}")
crowd many pour 64
is "$SAID" "64 MiB" "64 MiB through one channel"
GROWN=$(($(memory "${PROCESSES[@]}") - BEFORE))
ok "leave nothing in memory: $GROWN KiB" test "$GROWN" -lt 8192
crowd many notify
is "$SAID" "200 PENDING PENDING PENDING DONE" "each part of each notification arrives before the next one is written"
httpd_reload node3
crowd_begin later
crowd later open 100
is "$SAID" "100 pairs, 0 notifications" "a graceful restart under 400 channels: new ones are served"
crowd many call
is "$SAID" "200 answers" "and the old ones go on"
crowd many close
crowd later close
for name in many later; do
    crowd_end "$name"
done
ok "every channel has its line in the HttpProxy log" wait_until 60 rows_are 900 \
    '$1 == "NODE3" && $2 == "RpcHttp" && $3 ~ /^.(many|later)@/' ServerHostName Protocol UrlQuery
is "$(rows '$1 == "NODE3" && $2 == "Mapi" && $3 == "200" && $4 ~ /^.many-/' ServerHostName Protocol HttpStatus UrlQuery)" 200 \
    "and every notification"
is "$(rows '$1 ~ /^.(many|later)@/ && $2 == "RPC_OUT_DATA" && $3 == 200 && $4 == "" && $5 == "PossibleException=IOException;"' \
    UrlQuery Method HttpStatus ErrorCode GenericErrors)" 300 "the end of a channel is no error"
crowd held call
is "$SAID" "1 answers" "the pair that is held answers"

# --- visitors who come all the time ---
# visitors_begin NAME: until visitors_end, which says what they saw in SAID.
visitors_begin() {
    VISITORS=$LAB/exchange/$1
    client_run visitors.py wendy 250 steady "$IN/exchange/$1" "$IN/tickets/wendy" "$IN/tickets/bob" >"$VISITORS.said" &
    VISITORS_JOB=$!
}

visitors_end() {
    touch "$VISITORS.stop"
    wait "$VISITORS_JOB"
    SAID=$(<"$VISITORS.said")
}

# traffic NUMBER: waits for so many requests more at the back end.
traffic() {
    local wanted=$(($(wc -l <"$JOURNAL") + $1))
    wait_until 60 journal_has "$wanted"
}

journal_has() {
    [ "$(wc -l <"$JOURNAL")" -ge "$1" ]
}

empty_of_sessions() {
    [ "$(balancer_count scur "$1")" = 0 ]
}

# --- a node is drained, stopped, and comes back ---
only "${NODES[@]}"
visitors_begin drain
ok "visitors come" traffic 200
only node1 node2
ok "a node that is drained gets rid of them" wait_until 60 empty_of_sessions node3
httpd_run node3 -k graceful-stop </dev/null >>"$LAB/node3/logs/start.log" 2>&1
ok "it stops" wait_until 60 httpd_stopped node3
ok "and they go on" traffic 200
httpd_start node3
only "${NODES[@]}"
ok "it comes back, and they go on" traffic 200
visitors_end
like "$SAID" '^200: [0-9]+$' "no visitor has noticed"

# --- a node is killed ---
only node3
crowd_begin doomed
crowd doomed open 10
is "$SAID" "10 pairs, 0 notifications" "channels on a node that will be killed"
only "${NODES[@]}"
visitors_begin kill
ok "visitors come" traffic 200
inside bash -c 'kill -KILL "$1" $(ps -o pid= --ppid "$1")' kill "$(<"$LAB/node3/run/httpd.pid")"
touch "$VISITORS.mark"
crowd doomed lost
is "$SAID" "10 are broken" "it is killed: its channels are broken"
crowd doomed open 10
is "$SAID" "10 pairs, 0 notifications" "and opened again, on the other nodes"
ok "visitors go on" traffic 500
visitors_end
like "$SAID" '^200: [0-9]+(, broken: [1-6])?$' "nobody saw more than the end of a connection to that node"
crowd doomed close
crowd_end doomed
httpd_start node3

# --- the pair that was held ---
crowd held call
is "$SAID" "1 answers" "the pair that is held answers at the end"
crowd held close
like "$SAID" '^1 pairs lived for' "$SAID"
crowd_end held
ok "both of its channels have their lines" wait_until 60 rows_are 3 '$1 ~ /^.held@/' UrlQuery
is "$(proof_files | proof_rows UrlQuery ServerHostName | grep -a '^.held@' | sort -u | wc -l)" 2 "they were on two nodes"

# --- the back end answers before it has the request ---
client wendy rpc-answered-early
is "$SAID" "502" "a back end that answers an IN channel early and leaves: the client learns it at once"

client wendy refused-by-back-end "/owa/?refuse=half"
client wendy refused-by-back-end "/mapi/?refused"
# outcomes QUERY ERROR-CODE GENERIC-ERRORS: the lines of that query.
outcomes() {
    rows_are 1 '$1 == "?'"$1"'" && $2 == "'"$2"'" && $3 == "'"$3"'"' UrlQuery ErrorCode GenericErrors
}
ok "the HttpProxy log names an answer that broke off" wait_until 60 outcomes refuse=half ReceiveFailure 'PossibleException=IOException;'
ok "and the status of one that refuses" wait_until 60 outcomes refused ProtocolError 'WebExceptionStatus=ProtocolError;ResponseStatusCode=400;'

# --- the back end is killed ---
visitors_begin away
ok "visitors come" traffic 200
inside kill -KILL "$(journal "d['event'] == 'ready' and d['pid']")"
ok "the back end is gone: they are told so" wait_until 60 test -s "$VISITORS.refused"
is "$(in_lab curl -s -o /dev/null -w '%{http_code}' "http://node1.$DOMAIN:8081/asa-health" -H "Host: mail.$DOMAIN")" 200 "the nodes are healthy"
mv "$JOURNAL" "$JOURNAL.first"
exchange_start
ok "it comes back, and they go on" traffic 500
visitors_end
like "$SAID" '^200: [0-9]+(, 50[23]: [0-9]+)+(, broken: [1-6])?$' "they saw 502 and 503, or the end of an answer that had begun"

is "$(proof_files | proof_rows UrlStem HttpStatus ErrorCode | grep -a '^/owa/who' | sort -u | cut -f 2- | tr '\t' ' ' |
    grep -vxe '200 ' -e '200 ReceiveFailure' -e '401 NoCredentials' -e '502 ReceiveFailure' -e '503 ConnectFailure')" '' \
    "and the HttpProxy log says why"

# --- the log of all that ---
is "$(proof_files | xargs /usr/bin/perl -I"$SUITE_ROOT/t/lib" -MASA::HttpProxyLog=faults -e 'print map { "$_\n" } faults(@ARGV)' | head -3)" '' \
    "every line of the HttpProxy log is sound, and its sums hold"
is "$(cat "$JOURNAL.first" "$JOURNAL" >"$JOURNAL.all"
    JOURNAL=$JOURNAL.all
    journal "d['event'] == 'violation' and 'X-RequestType' not in d['text'] and d['text']" | sort | uniq -c)" '' \
    "the back end has nothing to complain of"
# Nodes and the back end are killed, channels end in the middle of the length that they announced, clients go away.
expect_log 'AH00098|AH01097|AH02608|AH01110|AH01102|AH01114|AH00957|AH00898|AH01084|AH01086|AH10184'
suite_end
