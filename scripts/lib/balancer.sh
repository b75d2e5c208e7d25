# SPDX-License-Identifier: Apache-2.0
# The balancer (haproxy): passes TCP to the nodes in turn and tells them the client's address.
# shellcheck shell=bash

balancer_configure() {
    local node
    mkdir -p "$LAB/balancer"
    cat <<EOF >"$LAB/balancer/haproxy.cfg"
# SPDX-License-Identifier: Apache-2.0
# TLS passes through, so channel bindings hold. A node without a usable key answers 503 and is left out.
global
    log stdout format raw local0
    maxconn 4000
    stats socket $IN/balancer/socket mode 600 level admin
defaults
    mode tcp
    log global
    option redispatch
    retries 3
    timeout connect 5s
    timeout client 960s
    timeout server 960s
frontend published
    bind $BALANCER_IP:443
    default_backend nodes
backend nodes
    balance roundrobin
    option httpchk
    http-check send meth GET uri /asa-health ver HTTP/1.1 hdr Host mail.$DOMAIN
    http-check expect status 200
    # Checks go to the nodes' own port, without the PROXY protocol: httpd 2.4.68 refuses its LOCAL command.
    default-server check port 443 check-ssl check-sni mail.$DOMAIN verify required ca-file $IN/ca/ca.pem inter 500 fall 2 rise 1 send-proxy-v2
EOF
    for node in "${NODES[@]}"; do
        echo "    server $node ${NODE_IP[$node]}:8443" >>"$LAB/balancer/haproxy.cfg"
    done
}

balancer_up() {
    ! balancer_runs || return 0
    balancer_configure
    inside haproxy -c -q -f "$IN/balancer/haproxy.cfg" >"$LAB/balancer/log" 2>&1 ||
        { say_log "$LAB/balancer/log"; die "haproxy refuses its configuration"; }
    inside_started "$LAB/balancer/log" haproxy -W -p "$IN/balancer/pid" -f "$IN/balancer/haproxy.cfg"
    wait_until 60 balancer_listens && return 0
    say_log "$LAB/balancer/log"
    die "haproxy did not start"
}

balancer_runs() {
    [ -s "$LAB/balancer/pid" ] && inside kill -0 "$(head -1 "$LAB/balancer/pid")" 2>/dev/null
}

balancer_listens() {
    inside bash -c "exec 3<>/dev/tcp/${BALANCER_IP//[][]/}/443" 2>/dev/null
}
