# SPDX-License-Identifier: Apache-2.0
# What the suites of the sample front end share: a back end that behaves like Exchange, nodes that run conf/front-end.conf,
# a balancer of the samples in front, and clients that are Outlook on the wire.
# shellcheck shell=bash disable=SC2034,SC2153  # suites read what is set here; lib.sh sets LAB and the like
#
# Use, after suite_begin domain:   . t/lab/front_end.sh; front_end_up; balancer haproxy.cfg
# front_end_up is front_end_files and front_end_start; a suite may change the samples' copies in $LAB/samples between.

HERE=$SUITE_ROOT/t/lab
# shellcheck source=/dev/null
. "$HERE/back_ends.sh"
ADDRESSES=()    # of the nodes, as sed's arguments for a sample of haproxy

front_end_up() {
    front_end_files
    front_end_start
}

# The samples, certificates and key tables.
front_end_files() {
    packages_need build lab
    module_place
    mkdir -p "$LAB"/{samples,htdocs,conf,keys}
    cp -r "$SUITE_ROOT"/conf/* "$LAB/samples/"
    cp "$HERE"/conf/* "$ROOT"/scripts/lib/conf/* "$LAB/conf/"
    certificate_issue "$LAB/certificates/published" "mail.$DOMAIN" "autodiscover.$DOMAIN"
    certificate_issue "$LAB/certificates/backend" "backend.$DOMAIN" "mail.$DOMAIN" "autodiscover.$DOMAIN"
    nodes_keys
}

# The back end, and the nodes as the samples have them.
front_end_start() {
    local node port=8081
    exchange_start
    for node in "${NODES[@]}"; do
        httpd_configure "$node" "${NODE_IP[$node]}" front-end-node.conf
        echo "Define ASA_HEALTH_PORT $port" >"$LAB/$node/extra/port.conf"
        ADDRESSES+=(-e "s/server cas-${node#node} 192.0.2.1${node#node}:443/server $node ${NODE_IP[$node]}:443 port $port/")
        port=$((port + 1))
        httpd_start "$node"
    done
}

# exchange_start: the back end; an earlier one has ended.
exchange_start() {
    rm -f "$JOURNAL"
    inside_started "$LAB/exchange/log" /usr/bin/python3 "$IN/exchange/server.py" "$BACKEND_IP" 443 8090 "$IN/exchange/journal" \
        "$IN/certificates/backend/cert.pem" "$IN/certificates/backend/key.pem"
    ok "the back end runs" wait_until 60 grep -q '"ready"' "$JOURNAL"
}

# balancer SAMPLE [SED-ARGUMENT…]: the sample with the lab's addresses and paths. Another one beside it has another
# folder in BALANCER and another BALANCER_PORT.
balancer() {
    local sample=$1 folder=${BALANCER:-balancer} port=${BALANCER_PORT:-443}
    shift
    mkdir -p "$LAB/$folder"
    sed "${ADDRESSES[@]}" -e "s/bind :443/bind $BALANCER_IP:$port/" -e 's,log /dev/log local0,log stdout format raw local0,' \
        -e "s,/etc/haproxy/\|/run/haproxy/,$IN/$folder/," -e "s,/etc/ssl/certs/ca-certificates.crt,$IN/ca/ca.pem," "$@" \
        "$LAB/samples/$sample" >"$LAB/$folder/haproxy.cfg"
    inside haproxy -c -q -f "$IN/$folder/haproxy.cfg" || return 1
    rm -f "$LAB/$folder/pid"
    inside_started "$LAB/$folder/log" haproxy -W -p "$IN/$folder/pid" -f "$IN/$folder/haproxy.cfg"
    wait_until 60 inside bash -c "exec 3<>/dev/tcp/$BALANCER_IP/$port" 2>/dev/null
}

# balancer_say COMMAND…: what haproxy answers on its socket.
balancer_say() {
    inside /usr/bin/python3 -c 'import socket, sys
with socket.socket(socket.AF_UNIX) as haproxy:
    haproxy.connect(sys.argv[1])
    haproxy.sendall(sys.argv[2].encode() + b"\n")
    sys.stdout.write(haproxy.makefile().read())' "$IN/${BALANCER:-balancer}/admin.sock" "$*"
}

# balancer_count COLUMN NODE…: the sum of that column of haproxy's statistics over these nodes.
balancer_count() {
    local column=$1
    shift
    balancer_say show stat | awk -F, -v column="$column" -v wanted=" $* " '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) at = i }
        $1 == "nodes" && index(wanted, " " $2 " ") { sum += $at }
        END { print sum + 0 }'
}

balancer_gone() {
    ! balancer_runs
}

# balancer_certificate: where a balancer that ends TLS has it.
balancer_certificate() {
    local folder=${BALANCER:-balancer}
    mkdir -p "$LAB/$folder"
    cat "$LAB/certificates/published/cert.pem" "$LAB/certificates/published/key.pem" >"$LAB/$folder/mail.pem"
}

# Of front-end.conf, as haproxy-http.cfg says, for a balancer that ends TLS.
BEHIND_HTTP='s/RemoteIPProxyProtocol On/RemoteIPHeader X-Forwarded-For/
    s/RemoteIPProxyProtocolExceptions .*/RemoteIPInternalProxy 10.77.0.0\/24/'

# balancer_http [SED-ARGUMENT…]: instead of the balancer that runs, one that ends TLS and shares its connections with the
# nodes among all clients; the nodes take the client's address from it as that sample says.
balancer_http() {
    local node
    inside kill -TERM "$(head -1 "$LAB/balancer/pid")"
    ok "the balancer ends" wait_until 60 balancer_gone
    balancer_certificate
    sed -i "$BEHIND_HTTP" "$LAB/samples/front-end.conf"
    for node in "${NODES[@]}"; do
        httpd_reload "$node"
    done
    ok "conf/haproxy-http.cfg" balancer haproxy-http.cfg -e 's/http-reuse safe/http-reuse always/' "$@"
}

# client_run PROGRAM USER SECONDS ARGUMENT…: a program of clients, through the balancer.
client_run() {
    local program=$1 user=$2 seconds=$3
    shift 3
    in_lab KRB5CCNAME="FILE:$IN/tickets/$user" timeout "$seconds" /usr/bin/python3 "$IN/exchange/$program" \
        "mail.$DOMAIN" "$BALANCER_IP:${BALANCER_PORT:-443}" "$IN/ca/ca.pem" "$BACKEND_IP:8090" "$@" 2>&1
}

# client USER CASE…: SAID is what the client saw.
client() {
    local user=$1
    shift
    [ -s "$LAB/tickets/$user" ] || visit_ticket "$user"
    SAID=$(client_run client.py "$user" 60 "$@") || SAID="failed: $SAID"
}
