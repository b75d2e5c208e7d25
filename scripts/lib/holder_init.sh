#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# First process of the lab: makes its private network and mounts, reports itself ready, then waits to be ended.
# Usage (by holder.sh, under unshare): holder_init.sh LAB-FOLDER SHORT-PATH ADDRESS…
set -euo pipefail
PATH=/usr/sbin:/usr/bin:/sbin:/bin
umask 022
lab=$1 short=$2
shift 2

# Sets $me to our pid and start time as the machine sees them (/proc is still the machine's here) and the boot id.
# Not in a subshell, which would be another process.
note_who_we_are() {
    local line pid fields
    read -r line </proc/self/stat
    pid=${line%% *}
    read -ra fields <<<"${line##*) }"
    me="$pid ${fields[19]} $(</proc/sys/kernel/random/boot_id)"
}

# The lab folder at its short path, on a /run of our own: sockets of the machine's services are out of reach.
mount_lab() {
    cd "$lab"
    mount -t tmpfs -o mode=755 asa-run /run
    mkdir -p "$short" /run/samba /run/lock
    mount --no-canonicalize --bind . "$short"
    cd /
}

# A /proc that shows the lab's processes only. A container may forbid it; then the machine's serves as well.
mount_proc() {
    mount -t proc proc /proc || echo "no /proc of its own: the machine's stays visible"
}

# Our hosts and resolv.conf, whatever these are on the machine (absent, or a dangling link): a layer over /etc.
# Where the kernel has no overlay, they are mounted over the files that exist.
mount_names() {
    local layer=/run/asa-etc file
    mkdir -p $layer/upper $layer/work
    cp "$short/hosts" "$short/resolv.conf" $layer/upper/
    if mount -t overlay -o lowerdir=/etc,upperdir=$layer/upper,workdir=$layer/work asa-etc /etc; then
        return
    fi
    for file in hosts resolv.conf; do
        [ ! -e /etc/$file ] || mount --bind $layer/upper/$file /etc/$file
    done
}

# Every address of the lab on one interface.
make_network() {
    local device=asa0 address
    ip link set lo up
    if ip link add $device type bridge; then
        ip link set $device up
    else
        device=lo
    fi
    for address in "$@"; do
        ip addr add "$address/24" dev $device
    done
    # httpd gets no root to bind port 443 with when the lab itself has none to give.
    echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start
}

note_who_we_are
mount_lab
mount_proc
mount_names
make_network "$@"
trap 'exit 0' TERM INT HUP
echo "$me" >"$short/holder.new"
mv "$short/holder.new" "$short/holder"

# A shell collects orphans while it waits for a child. This child reads from a pipe that nobody writes to.
exec 8<> <(:)
while :; do
    cat <&8 &
    wait $! || true
done
