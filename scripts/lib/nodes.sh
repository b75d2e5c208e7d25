# SPDX-License-Identifier: Apache-2.0
# The httpd servers of the lab: three nodes that share the alternate service account, and a plain back end.
# shellcheck shell=bash disable=SC2153  # names.sh sets DOMAIN and the like

HTTPD=/usr/sbin/apache2
HTTPD_MODULES=/usr/lib/apache2/modules
HTTPD_MPM=${ASA_MPM:-event}

# nodes_up [NAME]: keys, certificates, configuration and processes of every node and of the back end: NAME, which behaves
# like Exchange and is asked in the users' names; or the plain one, which believes the nodes.
nodes_up() {
    local node defines=()
    mkdir -p "$LAB/htdocs" "$LAB/conf" "$LAB/keys"
    # httpd's users read it, also where this folder was cloned for its owner's eyes only.
    install -m 644 "$ROOT"/scripts/lib/conf/* "$LAB/conf/"
    echo "served by a node itself" >"$LAB/htdocs/index.html"
    nodes_keys
    [ -s "$LAB/certificates/published/cert.pem" ] ||
        certificate_issue "$LAB/certificates/published" "${PUBLISHED[@]/%/.$DOMAIN}" "${NODES[@]/%/.$DOMAIN}"
    if [ -n "${1:-}" ]; then
        back_end_runs "$1" || back_end_start "$1" --tls --negotiate --channel-bindings require || die "$1 did not start"
        defines=(DELEGATE "BACK_END https://$1.$DOMAIN")
    else
        httpd_configure backend "$BACKEND_IP" backend.conf
        httpd_start backend
    fi
    for node in "${NODES[@]}"; do
        httpd_configure "$node" "${NODE_IP[$node]}" node.conf "${defines[@]}"
        httpd_start "$node"
    done
}

# The shared key table goes to every node, unless asactl has brought it; each also gets the keys of its own account.
nodes_keys() {
    local node
    if [ ! -s "$LAB/${NODES[0]}/keys/asa.keytab" ]; then
        [ -s "$LAB/keys/asa.keytab" ] || keytable_write keys/asa.keytab "$ASA" "$(account_kvno "$ASA")"
        keytable_give keys/asa.keytab
    fi
    for node in "${NODES[@]}"; do
        [ -s "$LAB/$node/keys/own.keytab" ] ||
            keytable_write "$node/keys/own.keytab" "${node^^}\$" "$(account_kvno "${node^^}\$")"
    done
}

# httpd_configure NAME ADDRESS FILE [DEFINE…]: a ServerRoot of its own, whose httpd.conf names its place, has these lines
# of Define and includes FILE.
httpd_configure() {
    local home=$LAB/$1 define
    mkdir -p "$home"/{logs,run,keys,extra,replay,HttpProxy}
    cat >"$home/httpd.conf" <<EOF
# SPDX-License-Identifier: Apache-2.0
# Where $1 is at home; the rest is in $IN/conf/$3.
Define NAME $1
Define ADDRESS $2
Define LAB $IN
Define HOME $IN/$1
Define MPM $HTTPD_MPM
Define MODULES $HTTPD_MODULES
$(for define in "${@:4}"; do echo "Define $define"; done)
Include "$IN/conf/$3"
EOF
    # The children write the HttpProxy log and remember seen authenticators.
    [ "$(id -u)" != 0 ] || chown "$HTTPD_USER" "$home/HttpProxy" "$home/replay"
}

# httpd_run NAME ARGUMENT…: httpd of that name, with the host name of its own that it would have on its own machine.
# Without root, it runs under the id of its account in a user namespace: httpd refuses to serve as root. HTTPD_ENV has
# what a suite wants it to have besides (VARIABLE=VALUE…).
HTTPD_ENV=()
httpd_run() {
    local name=$1 as=()
    shift
    [ "$(id -u)" = 0 ] ||
        as=(unshare --user --map-user="$(id -u "$HTTPD_USER")" --map-group="$(id -g "$HTTPD_USER")")
    # shellcheck disable=SC2016  # expanded by the inner shell
    in_lab KRB5RCACHEDIR="$IN/$name/replay" "${HTTPD_ENV[@]}" \
        unshare --uts bash -c 'hostname "$1"; shift; exec "$@"' httpd "$name" \
        "${as[@]}" "$HTTPD" -d "$IN/$name" -f "$IN/$name/httpd.conf" "$@"
}

httpd_start() {
    local log=$LAB/$1/logs/start.log
    httpd_run "$1" -k start </dev/null >"$log" 2>&1 && wait_until 60 httpd_listens "$1" && return 0
    say_log "$log"
    say_log "$LAB/$1/logs/error.log"
    die "httpd did not start as $1"
}

# True if the main process of that httpd runs. The pid is one of the lab's own pid namespace.
httpd_runs() {
    [ -s "$LAB/$1/run/httpd.pid" ] && inside kill -0 "$(<"$LAB/$1/run/httpd.pid")" 2>/dev/null
}

# True once it accepts connections.
httpd_listens() {
    local address=${NODE_IP[$1]:-} port=443
    [ -n "$address" ] || { address=$BACKEND_IP port=80; }
    address=${address//[][]/}
    httpd_runs "$1" && inside bash -c "exec 3<>/dev/tcp/$address/$port" 2>/dev/null
}

httpd_stopped() {
    ! httpd_runs "$1"
}

httpd_stop() {
    httpd_runs "$1" || return 0
    httpd_run "$1" -k stop </dev/null >>"$LAB/$1/logs/start.log" 2>&1 || true
    wait_until 60 httpd_stopped "$1" || die "httpd of $1 does not stop"
}

# httpd_reload NAME: takes up a changed configuration without dropping a request.
httpd_reload() {
    httpd_run "$1" -k graceful </dev/null >"$LAB/$1/logs/start.log" 2>&1 ||
        { say_log "$LAB/$1/logs/start.log"; die "$1 refuses its configuration"; }
}
