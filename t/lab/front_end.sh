# SPDX-License-Identifier: Apache-2.0
# What the suites of the sample front end share: a back end that behaves like Exchange, nodes that run conf/front-end.conf,
# a balancer of the samples in front, and clients that are Outlook on the wire.
# shellcheck shell=bash disable=SC2034,SC2153  # suites read what is set here; lib.sh sets LAB and the like
#
# Use, after suite_begin domain:   . t/lab/front_end.sh; front_end_up; balancer haproxy.cfg

HERE=$SUITE_ROOT/t/lab
# shellcheck source=/dev/null
. "$HERE/back_ends.sh"
ADDRESSES=()    # of the nodes, as sed's arguments for a sample of haproxy

# front_end_up: the back end, and the nodes as the samples have them.
front_end_up() {
    local node port=8081
    packages_need build lab
    module_place
    mkdir -p "$LAB"/{samples,exchange,htdocs,conf,keys}
    cp -r "$SUITE_ROOT"/conf/* "$LAB/samples/"
    cp -r "$HERE/exchange" "$LAB/"
    cp "$HERE"/conf/* "$LAB/conf/"
    certificate_issue "$LAB/certificates/published" "mail.$DOMAIN" "autodiscover.$DOMAIN"
    certificate_issue "$LAB/certificates/backend" "backend.$DOMAIN" "mail.$DOMAIN" "autodiscover.$DOMAIN"
    exchange_start
    nodes_keys
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

# balancer SAMPLE [SED-ARGUMENT…]: the sample with the lab's addresses and paths.
balancer() {
    local sample=$1
    shift
    mkdir -p "$LAB/balancer"
    sed "${ADDRESSES[@]}" -e "s/bind :443/bind $BALANCER_IP:443/" -e 's,log /dev/log local0,log stdout format raw local0,' \
        -e "s,/etc/haproxy/,$IN/balancer/," -e "s,/etc/ssl/certs/ca-certificates.crt,$IN/ca/ca.pem," "$@" \
        "$LAB/samples/$sample" >"$LAB/balancer/haproxy.cfg"
    inside haproxy -c -q -f "$IN/balancer/haproxy.cfg" || return 1
    rm -f "$LAB/balancer/pid"
    inside_started "$LAB/balancer/log" haproxy -W -p "$IN/balancer/pid" -f "$IN/balancer/haproxy.cfg"
    wait_until 60 balancer_listens
}

balancer_gone() {
    ! balancer_runs
}

# balancer_http [SED-ARGUMENT…]: instead of the balancer that runs, one that ends TLS and shares its connections with the
# nodes among all clients; the nodes take the client's address from it as that sample says.
balancer_http() {
    local node
    inside kill -TERM "$(head -1 "$LAB/balancer/pid")"
    ok "the balancer ends" wait_until 60 balancer_gone
    cat "$LAB/certificates/published/cert.pem" "$LAB/certificates/published/key.pem" >"$LAB/balancer/mail.pem"
    sed -i "s/RemoteIPProxyProtocol On/RemoteIPHeader X-Forwarded-For/; s/RemoteIPProxyProtocolExceptions .*/RemoteIPInternalProxy 10.77.0.0\/24/" \
        "$LAB/samples/front-end.conf"
    for node in "${NODES[@]}"; do
        httpd_reload "$node"
    done
    ok "conf/haproxy-http.cfg" balancer haproxy-http.cfg -e 's/http-reuse safe/http-reuse always/' "$@"
}

# client_run USER SECONDS CASE…: a client of ours, through the balancer.
client_run() {
    local user=$1 seconds=$2
    shift 2
    in_lab KRB5CCNAME="FILE:$IN/tickets/$user" timeout "$seconds" /usr/bin/python3 "$IN/exchange/client.py" \
        "mail.$DOMAIN" "$BALANCER_IP:443" "$IN/ca/ca.pem" "$BACKEND_IP:8090" "$@" 2>&1
}

# client USER CASE…: SAID is what the client saw.
client() {
    local user=$1
    shift
    [ -s "$LAB/tickets/$user" ] || visit_ticket "$user"
    SAID=$(client_run "$user" 60 "$@") || SAID="failed: $SAID"
}
