# SPDX-License-Identifier: Apache-2.0
# Puts the admin tool asactl into the lab, with settings for the lab's domain and nodes, and runs it there.
# shellcheck shell=bash disable=SC2153  # names.sh sets REALM and the like

# The key table's path on every node: each node's sshd sees its own folder there.
NODE_KEYS=$IN/node/keys

admin_tool_place() {
    local build
    build=$(build_folder)
    [ -n "${ASA_BUILD:-}" ] || module_build
    [ -s "$build/asactl/asactl" ] || die "there is no asactl in $build; build it first"
    mkdir -p "$LAB/bin" "$LAB/node/keys"
    cp "$build/asactl/asactl" "$LAB/bin/asactl.new"
    mv "$LAB/bin/asactl.new" "$LAB/bin/asactl"
    admin_tool_conf >"$LAB/asactl.conf"
}

# admin_tool_command: "asactl" as the lab's people type it, with the lab's settings.
admin_tool_command() {
    mkdir -p "$LAB/commands"
    cat >"$LAB/commands/asactl" <<EOF
#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# asactl with the settings of this lab.
exec $IN/bin/asactl --conf $IN/asactl.conf "\$@"
EOF
    chmod 755 "$LAB/commands/asactl"
}

# The administrator's asactl.conf.
admin_tool_conf() {
    local node
    cat <<EOF
# SPDX-License-Identifier: Apache-2.0
# The lab: one alternate service account on three nodes.
[asactl]
    realm = $REALM
    account = $ASA
    server = dc1.$DOMAIN
    keytab = $NODE_KEYS/asa.keytab
    owner = root
    group = $HTTPD_USER
    status = https://mail.$DOMAIN/asa-status
    httpd = hostname
    ca = $IN/ca/ca.pem
[arrays]
    nodes = {
EOF
    for node in "${NODES[@]}"; do
        echo "        server = $node.$DOMAIN"
    done
    cat <<EOF
    }
[ssh]
    user = root
    option = IdentityFile=$IN/ssh/id
    option = IdentitiesOnly=yes
    option = StrictHostKeyChecking=yes
    option = UserKnownHostsFile=$IN/ssh/known_hosts
    option = GlobalKnownHostsFile=none
    option = ConnectTimeout=30
    command = $IN/bin/asactl
EOF
}

# asactl ARGUMENT…: as the lab's administrator, whose ticket the domain's first controller gave; ASACTL_CONF names
# another asactl.conf inside the lab.
asactl() {
    in_lab KRB5CCNAME="FILE:$IN/tickets/dc1-administrator" "$IN/bin/asactl" \
        --conf "${ASACTL_CONF:-$IN/asactl.conf}" "$@"
}
