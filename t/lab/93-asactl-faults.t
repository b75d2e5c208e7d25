#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# asactl roll with one node in trouble: the directory stays as it is, the node is named, and the others go on.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
suite_needs_root sshd
suite_begin
admin_tool_place
ssh_nodes_up
KEYS=$IN/node2/keys

# roll ARGUMENT…: from a machine that finds the nodes where hosts.seen says.
roll() {
    # shellcheck disable=SC2016  # expanded by the inner shell
    in_lab KRB5CCNAME="FILE:$IN/tickets/dc1-administrator" unshare --mount bash -c \
        'mount --bind "$1" /etc/hosts && shift && exec "$@"' seen "$IN/hosts.seen" \
        "$IN/bin/asactl" --conf "$IN/asactl.conf" roll --to-all --yes "$@" 2>&1
}

# node2_seen_at ADDRESS
node2_seen_at() {
    sed "s/^${NODE_IP[node2]} /$1 /" "$LAB/hosts" >"$LAB/hosts.seen"
}

# on_node2 COMMAND…: with the mounts that node2's sshd has, and all that it starts.
on_node2() {
    inside nsenter --mount --target "$(<"$LAB/node2/ssh/sshd.pid")" -- "$@"
}

# fails CODE REGEX FAULT ARGUMENT…: a roll ends so because of node2, and nobody notices.
fails() {
    local code=$1 regex=$2 fault=$3 said rc=0
    shift 3
    said=$(roll "$@") || rc=$?
    is "$rc" "$code" "$fault: exit code $code"
    like "$said" "error: node2\.$DOMAIN: [^"$'\n'"]*$regex[^"$'\n'"]*"$'\n'"  [A-Z]" "$fault: node2 is named, with what is wrong and a remedy"
    like "$said" 'The roll is not complete; the password is as it was' "$fault: the verdict"
    is "$(account_kvno "$ASA")" "$KVNO" "$fault: the directory is untouched"
    is "$(other_keys)" "$OTHERS" "$fault: no other node has a new key"
    is "$(grep -c staging <<<"$said")" 0 "$fault: nor had one for a while"
    all_sign_in wendy "$fault: everybody signs in"
}

# other_keys: of the nodes that are in no trouble.
other_keys() {
    local node
    for node in node1 node3; do
        in_lab klist -kKe "$IN/$node/keys/asa.keytab" | sed 1d | cksum
    done
}

# mended FAULT: the same command goes through.
mended() {
    local rc=0
    roll >"$LAB/mended" || rc=$?
    [ "$rc" = 0 ] || cat "$LAB/mended" >&2
    KVNO=$((KVNO + 1)) OTHERS=$(other_keys)
    is "$rc $(account_kvno "$ASA")" "0 $KVNO" "$1, mended: the roll is done"
    all_sign_in wendy "$1, mended: everybody signs in"
}

# small_disk: node2's folder of keys lies on a file system of its own, with room for nothing more.
small_disk() {
    ssh_node_stop node2
    # shellcheck disable=SC2016  # expanded by the inner shell
    inside bash -c 'mkdir -p "$1.kept" && cp -p "$1"/* "$1.kept/" &&
        mount -t tmpfs -o size=16k,mode=755 keys "$1" && cp -p "$1.kept"/* "$1/" &&
        { head -c 65536 /dev/zero >"$1/ballast"; true; }' disk "$KEYS" 2>/dev/null
    ssh_node_start node2
}

# remount OPTION: what the file system allows from now on.
remount() {
    ssh_node_stop node2
    inside mount -o "remount,$1" "$KEYS"
    ssh_node_start node2
}

# An address of this network that nobody has, and one whose packets nobody takes.
NOBODY_IP=${NODE_IP[node2]%.*}.99 SILENT_IP=${NODE_IP[node2]%.*}.98
inside ip route add unreachable "$NOBODY_IP"
inside ip neigh add "$SILENT_IP" lladdr 02:00:00:00:00:98 dev asa0
node2_seen_at "${NODE_IP[node2]}"
KVNO=$(account_kvno "$ASA")
OTHERS=$(other_keys)
visit_ticket wendy

node2_seen_at "$NOBODY_IP"
fails 6 'cannot be reached' "no route"
node2_seen_at "$SILENT_IP"
fails 6 'does not answer' "packets are dropped" --ssh-option ConnectTimeout=2
node2_seen_at "${NODE_IP[node2]}"
SSHD_PID=$(<"$LAB/node2/ssh/sshd.pid")
inside kill -STOP "$SSHD_PID"
fails 6 '.' "sshd hangs" --ssh-option ConnectTimeout=2
inside kill -CONT "$SSHD_PID"
mended "no route, packets are dropped, sshd hangs"

: >"$LAB/ssh/nobody"
ssh_node_stop node2
( AUTHORIZED=$IN/ssh/nobody
  ssh_node_start node2
  sed -i "s,^AuthorizedKeysFile .*,AuthorizedKeysFile $AUTHORIZED," "$LAB/node2/ssh/sshd_config"
  inside kill -HUP "$(<"$LAB/node2/ssh/sshd.pid")" )
ok "sshd has read its settings anew" wait_until 60 grep -q 'SIGHUP' "$LAB/node2/ssh/log"
ok "and listens" wait_until 60 ssh_node_listens node2
fails 5 '.' "sshd refuses the key"
ssh_node_stop node2
ssh_node_start node2
mended "sshd refuses the key"

on_node2 mount --bind /bin/false /bin/bash
fails 1 'asactl was not run: ssh ended with status 1' "the login shell is broken"
on_node2 umount /bin/bash

mkdir "$LAB/nothing"
on_node2 mount --bind "$IN/nothing" "$IN/bin"
fails 1 'asactl is not found there' "asactl is missing"
on_node2 umount "$IN/bin"

cat >"$LAB/newer" <<'END'
#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stands for an asactl of another time.
exec echo '{"asactl": 2, "told": "in a way that nobody knows yet"}'
END
chmod 755 "$LAB/newer"
on_node2 mount --bind "$IN/newer" "$IN/bin/asactl"
fails 1 'asactl there is another version: it speaks protocol 2' "asactl is another version"
on_node2 umount "$IN/bin/asactl"
mended "the login shell is broken, asactl is missing, asactl is another version"

mv "$LAB/node2/keys/asa.keytab" "$LAB/node2/asa.kept"
printf '\5\2torn' >"$LAB/node2/keys/asa.keytab"
fails 1 'asa\.keytab' "the key table is torn"
mv "$LAB/node2/asa.kept" "$LAB/node2/keys/asa.keytab"
small_disk
fails 1 'No space left on device' "the disk is full"
inside rm -f "$KEYS/ballast"
remount ro
fails 5 'Read-only file system' "the folder is read-only"
remount rw
mended "the key table is torn, the disk is full, the folder is read-only"

expect_log 'asa\.keytab'
suite_end
