# SPDX-License-Identifier: Apache-2.0
# A machine to install on: this Debian with package apache2, in a layer that ends with the lab; no service runs on it.
# shellcheck shell=bash disable=SC2153  # names.sh sets LAB and the like

# Its root folder, as the lab sees it.
MACHINE=$IN/machine/root/root

# machine_up: lies over the root folder, in the lab's network, and is run by a systemd of its own. Files under
# /usr/src/mod_asa_auth are the sources. Fails where the kernel has no overlay.
machine_up() {
    local place=$LAB/machine
    mkdir -p "$place/root"
    machine_package "$place" || return 1
    # shellcheck disable=SC2016  # expanded by the inner shell
    inside bash -ec '
        mount -t tmpfs -o mode=755 machine "$1"
        mkdir "$1"/{upper,work,root}
        mount -t overlay -o lowerdir=/,upperdir="$1/upper",workdir="$1/work" machine "$1/root"' \
        machine "$IN/machine/root" || return 1
    # /lib is a link there, which dpkg -x would replace by a folder.
    dpkg-deb --fsys-tarfile "$place/apache2.deb" | in_lab tar -C "$MACHINE" --keep-directory-symlink -xf - &&
        machine_names &&
        names_krb5 | machine_file /etc/krb5.conf &&
        machine_sources && machine_boot
}

# No unit of this Debian is wanted there; what a suite starts is started.
machine_boot() {
    inside find "$MACHINE/etc/systemd/system" -path '*.wants/*' -type l -delete
    inside_started "$LAB/machine/log" unshare --mount --pid --fork --cgroup --uts --ipc \
        bash "$SUITE_ROOT/t/lab/machine_init.sh" "$IN" "$MACHINE" "$IN/machine/first"
    wait_until 60 machine_runs || { say_log "$LAB/machine/log"; return 1; }
}

machine_runs() {
    [ -s "$LAB/machine/first" ] && on_machine 'systemctl is-system-running' >/dev/null
}

# The names of the lab; the published one is this machine's.
machine_names() {
    { names_hosts | grep -vF " ${PUBLISHED[0]}.$DOMAIN"
      echo "127.0.0.1 ${PUBLISHED[0]}.$DOMAIN"; } | machine_file /etc/hosts
    names_resolver | machine_file /etc/resolv.conf
}

# The package is unpacked and never installed, for that would start a server.
machine_package() {
    ( cd "$1" && { apt-get download apache2 || { apt-get update && apt-get download apache2; }; } &&
        mv apache2_*.deb apache2.deb ) >"$1/apt.log" 2>&1
}

machine_sources() {
    build_copy "$SUITE_ROOT" "$LAB/machine/source" &&
        in_lab rm -rf "$MACHINE/usr/src/mod_asa_auth" &&
        in_lab cp -r "$IN/machine/source" "$MACHINE/usr/src/mod_asa_auth"
}

# machine_file PATH: what stands on the input becomes this file.
machine_file() {
    in_lab tee "$MACHINE$1" >/dev/null
}

# machine_online COMMAND-LINE: on the machine, in the network that the tests were called in, where the mirror is.
machine_online() {
    local rc=0
    machine_file /etc/hosts </etc/hosts
    machine_file /etc/resolv.conf </etc/resolv.conf
    # shellcheck disable=SC2016  # expanded by the inner shell
    nsenter --target "$(holder_pid)" --mount --root -- bash -c '
        mount --bind /dev "$1/dev" && exec env HOME=/root chroot "$1" bash -c "$2"' online "$MACHINE" "$1" || rc=$?
    machine_names
    return "$rc"
}

# on_machine COMMAND-LINE: as root types it there, in the folder of the sources; LANG and PATH as after a login.
on_machine() {
    inside nsenter --target "$(<"$LAB/machine/first")" --mount --pid --uts --ipc --cgroup --root --wdns=/usr/src/mod_asa_auth -- \
        env -i HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin bash -c "$1"
}
