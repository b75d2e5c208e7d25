# SPDX-License-Identifier: Apache-2.0
# An sshd for every node of the lab, with host keys and a client key of the lab's own; only keys let anyone in.
# shellcheck shell=bash disable=SC2153  # names.sh sets DOMAIN and the like

SSHD=/usr/sbin/sshd

# ssh_nodes_up: needs root, as sshd does. Every node's sshd has the node's host name and sees the node's own
# key table at the path that all of them share.
ssh_nodes_up() {
    local node
    mkdir -p "$LAB/ssh" "$LAB/node/keys"
    inside mkdir -p /run/sshd
    ssh_key "$LAB/ssh/id"
    : >"$LAB/ssh/known_hosts"
    cp "$LAB/ssh/id.pub" "$LAB/ssh/authorized_keys"
    for node in "${NODES[@]}"; do
        ssh_key "$LAB/$node/ssh/host_key"
        ssh_node_trust "$node"
        ssh_node_start "$node"
    done
}

# ssh_key FILE: a key pair without a passphrase.
ssh_key() {
    mkdir -p "${1%/*}"
    rm -f "$1" "$1.pub"
    ssh-keygen -q -t ed25519 -N '' -C lab -f "$1" </dev/null
}

# ssh_node_trust NODE: its present host key is the one that clients know.
ssh_node_trust() {
    local known=$LAB/ssh/known_hosts
    { grep -v "^$1\." "$known" || true
      echo "$1.$DOMAIN $(cut -d' ' -f1,2 "$LAB/$1/ssh/host_key.pub")"; } >"$known.new"
    mv "$known.new" "$known"
}

# ssh_node_start NODE: what root's shell does at each start on this machine is none of the node's. The key exchange is
# a cheap one, as suites make hundreds of connections.
ssh_node_start() {
    local home=$LAB/$1
    mkdir -p "$home/ssh" "$home/keys"
    cat >"$home/ssh/sshd_config" <<EOF
# SPDX-License-Identifier: Apache-2.0
# sshd of $1: root with a key, nobody else.
ListenAddress ${NODE_IP[$1]}:22
HostKey $IN/$1/ssh/host_key
PidFile $IN/$1/ssh/sshd.pid
AuthorizedKeysFile $IN/ssh/authorized_keys
AuthenticationMethods publickey
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
MaxStartups 200
PrintMotd no
KexAlgorithms curve25519-sha256
EOF
    # shellcheck disable=SC2016  # expanded by the inner shell
    inside_started "$home/ssh/log" unshare --uts --mount bash -c \
        'hostname "$1" && mount --bind "$2" "$3" && { [ ! -e ~root/.bashrc ] || mount --bind /dev/null ~root/.bashrc; } &&
            exec "$4" -D -e -f "$5"' sshd \
        "$1" "$IN/$1/keys" "$NODE_KEYS" "$SSHD" "$IN/$1/ssh/sshd_config"
    wait_until 60 ssh_node_listens "$1" || { say_log "$home/ssh/log"; die "sshd of $1 does not start"; }
}

ssh_node_listens() {
    local address=${NODE_IP[$1]}
    inside bash -c "exec 3<>/dev/tcp/${address//[][]/}/22" 2>/dev/null
}

# ssh_node_stop NODE: the pid is one of the lab's own pid namespace.
ssh_node_stop() {
    inside kill -TERM "$(<"$LAB/$1/ssh/sshd.pid")"
    wait_until 60 ssh_node_is_down "$1" || die "sshd of $1 does not stop"
}

ssh_node_is_down() {
    ! ssh_node_listens "$1"
}
