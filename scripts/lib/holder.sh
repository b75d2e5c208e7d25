# SPDX-License-Identifier: Apache-2.0
# The holder: one process whose namespaces are the lab. Ending it ends everything inside, and nothing else.
# shellcheck shell=bash
#
# The holder is process 1 of a pid namespace of its own, with its own network and mounts. The machine keeps no
# name of them (no /run/netns, no /etc/netns); they vanish with the holder. Its pid, start time and the machine's
# boot id are noted in $LAB/holder, so a pid that was given to another process since is never mistaken for it.

# holder_pid: prints the holder's pid if the noted process is still the one that we started.
holder_pid() {
    local pid start boot
    [ -r "$LAB/holder" ] || return 1
    read -r pid start boot <"$LAB/holder" || return 1
    [ "$boot" = "$(</proc/sys/kernel/random/boot_id)" ] || return 1
    [ -n "$start" ] && [ "$(process_start_time "$pid")" = "$start" ] || return 1
    # Whatever the note says: a process that shares our own namespace is no holder.
    ! [ "/proc/$pid/ns/pid" -ef /proc/self/ns/pid ] || return 1
    echo "$pid"
}

# Start time of a process in clock ticks since boot, field 22 of its stat.
process_start_time() {
    local line fields
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
    read -ra fields <<<"${line##*) }"
    echo "${fields[19]}"
}

# Starts the holder unless it runs already.
holder_start() {
    local flags=(--mount --net --pid --fork --kill-child)
    ! holder_pid >/dev/null || return 0
    rm -f "$LAB/holder"
    [ "$(id -u)" = 0 ] || flags+=(--user --map-root-user)
    names_hosts >"$LAB/hosts"
    names_resolver >"$LAB/resolv.conf"
    names_krb5 >"$LAB/krb5.conf"
    # shellcheck disable=SC2046  # one word an address
    setsid unshare "${flags[@]}" "$ROOT/scripts/lib/holder_init.sh" "$LAB" "$IN" $(names_addresses) \
        </dev/null >"$LAB/holder.log" 2>&1 9>&- &
    wait_until 60 holder_ready $! && holder_pid >/dev/null && return 0
    say_log "$LAB/holder.log"
    if [ "$(id -u)" != 0 ]; then
        die "no lab without root here: the kernel must allow unprivileged user namespaces (unshare -Ur)"
    fi
    die "no lab here: unshare needs the right to make namespaces (a container needs CAP_SYS_ADMIN)"
}

# True when the holder is ready or can no longer become so.
holder_ready() {
    [ -s "$LAB/holder" ] || ! [ -d "/proc/$1" ]
}

# Ends the holder; the kernel then ends every process of its pid namespace before the holder itself is gone.
holder_stop() {
    local pid
    if pid=$(holder_pid); then
        kill -TERM "$pid" 2>/dev/null || true
        if ! wait_until 20 holder_gone; then
            # Verified once more: the pid is still that very process.
            pid=$(holder_pid) && kill -KILL "$pid"
            wait_until 60 holder_gone || die "the lab's first process $pid does not end"
        fi
    fi
    rm -f "$LAB/holder"
}

holder_gone() {
    ! holder_pid >/dev/null
}

# inside COMMAND…: runs COMMAND within the lab, as the caller's own user, in the caller's working folder.
inside() {
    # --root: after a chroot, too, the root folder is the one that the holder sees.
    local pid flags=(--mount --net --pid --root)
    pid=$(holder_pid) || die "the lab is not up; start it with: scripts/lab up"
    [ "$(id -u)" = 0 ] || flags+=(--user --preserve-credentials)
    # shellcheck disable=SC2016  # expanded by the inner shell
    nsenter --target "$pid" "${flags[@]}" -- \
        env -C / bash -c 'cd "$1" 2>/dev/null; shift; exec "$@"' inside "$PWD" "$@" 9>&-
}

# inside_started LOG COMMAND…: starts COMMAND within the lab and leaves it running there.
inside_started() {
    local log=$1
    shift
    # shellcheck disable=SC2016  # expanded by the inner shell
    inside bash -c 'log=$1; shift; setsid "$@" </dev/null >>"$log" 2>&1 &' started "$log" "$@" </dev/null
}
