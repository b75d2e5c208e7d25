# SPDX-License-Identifier: Apache-2.0
# Visits to the published names with curl: who goes, what came back, from which node.
# shellcheck shell=bash disable=SC2153,SC2034  # names.sh sets DOMAIN and the like; callers read VISIT_*

# visits_begin: one ticket for wendy serves all of her visits, as on a desktop.
visits_begin() {
    visit_ticket wendy
    mkdir -p "$LAB/visits"
}

visit_ticket() {
    ticket_get "$(ticket_principal "$1")" "$(secret_file "$1")" "$IN/tickets/$1" || die "no ticket for $1"
}

# visit USER CURL-ARGUMENT…: one request. Sets VISIT_STATUS, VISIT_NODE and VISIT_ID (the request-id it was given).
visit() {
    local user=$1 head=$LAB/visits/head
    shift
    VISIT_ERROR=$(in_lab KRB5CCNAME="FILE:$IN/tickets/$user" curl -sS --max-time 60 \
        -D "$IN/visits/head" -o "$IN/visits/body" "$@" 2>&1) || return 1
    VISIT_STATUS=$(awk 'NR == 1 { print $2 }' "$head")
    VISIT_NODE=$(visit_header X-Node)
    VISIT_ID=$(visit_header request-id)
}

# visit_header NAME: its value in the last answer.
visit_header() {
    tr -d '\r' <"$LAB/visits/head" |
        awk -F': ' -v name="$1" 'tolower($1) == tolower(name) { print $2; exit }'
}

# visit_every_node PATH METHOD: repeats until each node has signed wendy in, a bounded number of times. What Exchange
# demands of a first request is there: MAPI's PING, the echo of RPC over HTTP.
visit_every_node() {
    local count=0 rounds node method=(-X "$2")
    local -A served=()
    [ "$2" = GET ] || method+=(--data '')
    case $1 in
    /mapi/*)
        method+=(-H 'Content-Type: application/mapi-http' -H 'X-RequestType: PING' -H 'X-ClientInfo: {demo}:1'
            -H 'X-RequestId: {00000000-0000-0000-0000-000000000000}:1') ;;
    /rpc/*) method+=(-H 'Accept: application/rpc') ;;
    esac
    for (( rounds = 4 * ${#NODES[@]}; rounds > 0; rounds-- )); do
        visit wendy --negotiate -u : "${method[@]}" "https://$(visit_host "$1").$DOMAIN$1" ||
            { VISIT_SUMMARY=$VISIT_ERROR; return 1; }
        if [ "$VISIT_STATUS" != 200 ]; then
            VISIT_SUMMARY="${VISIT_NODE:-no node} answered $VISIT_STATUS"
            return 1
        fi
        served[$VISIT_NODE]=1
        count=$((count + 1))
        [ ${#served[@]} -lt ${#NODES[@]} ] || break
    done
    VISIT_SUMMARY=$(for node in "${!served[@]}"; do echo "$node"; done | sort | tr '\n' ' ')
    VISIT_SUMMARY+="($2, $count visits)"
    [ ${#served[@]} = ${#NODES[@]} ]
}

visit_host() {
    case $1 in
    /autodiscover/*) echo autodiscover ;;
    *) echo mail ;;
    esac
}

# The first message of NTLM (MS-NLMP section 2.2.1.1: signature, type 1, flags), as a client without a ticket sends it.
visit_ntlm_token() {
    printf 'NTLMSSP\0\1\0\0\0\7\202\10\242\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\12\0\143\105\0\0\0\17' | base64 -w0
}
