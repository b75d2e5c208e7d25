#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# First process of a machine: makes the folder that it is given the root, and becomes systemd.
# Usage (by machine.sh, under unshare): machine_init.sh LAB-SHORT-PATH ROOT NOTE; its pid in the lab goes to NOTE.
set -euo pipefail
lab=$1 root=$2 note=$3

read -r pid _ </proc/self/stat
cd "$root"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup sys/fs/cgroup
mount --rbind /dev dev
mount -t tmpfs -o mode=755 run run
mkdir -p "${root}$lab"
mount --bind "$lab" "${root}$lab"
# The lab's folder is found at its path there, too.
mkdir run/before
echo "$pid" >"$note.new"
mv "$note.new" "$note"
pivot_root . run/before
umount -l /run/before
export container=lab
exec /lib/systemd/systemd --system --unit=basic.target --log-target=null </dev/null
