# SPDX-License-Identifier: Apache-2.0
# The lab as a whole: brings it up and down, says what runs, runs commands in it. Sources every topic it needs.
# shellcheck shell=bash disable=SC2153  # names.sh sets LAB and the like

LAB_LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
for topic in say names packages work build holder secrets tickets controller accounts dns keytables \
    certificates domain forest second_controller module exchange nodes balancer admin_tool ssh_nodes; do
    # shellcheck source=/dev/null
    . "$LAB_LIB/$topic.sh"
done

# One up, down or forest at a time in one lab folder. Whatever the lab starts does not inherit the lock.
lab_lock() {
    mkdir -p "$LAB"
    LAB=$(cd "$LAB" && pwd -P)
    exec 9>"$LAB/lock"
    flock 9
}

# The domain with users and computers; the alternate service account is still to be made.
lab_empty_domain_up() {
    packages_need lab
    if ! holder_pid >/dev/null; then
        lab_forget
        holder_start
    fi
    certificates_authority
    domain_up
}

lab_domain_up() {
    lab_empty_domain_up
    account_asa
}

# What an earlier lab in this folder left: its accounts, keys and logs belong to a domain that is gone.
lab_forget() {
    local part
    for part in holder dc1 dc2 dcf secrets tickets keys backend exchange balancer "${NODES[@]}"; do
        rm -rf "${LAB:?}/$part"
    done
}

# lab_up [NAME]: as lab_nodes_up, with the domain; the account may have tickets of users for the back end NAME.
lab_up() {
    packages_need build lab
    module_place
    lab_domain_up
    lab_nodes_up "$@"
    [ $# = 0 ] || back_end_allow "$1"
}

# lab_nodes_up [NAME]: the nodes with the key tables that they have (or, without any, with those that the lab makes), and
# what is around; NAME is their back end, which behaves like Exchange and demands tickets.
lab_nodes_up() {
    say_live "starting the back end and the nodes"
    nodes_up "$@"
    say "nodes ${NODES[*]} and the back end${1:+ $1} run"
    balancer_up
    say "balancer sends $(printf '%s.%s ' "${PUBLISHED[0]}" "$DOMAIN" "${PUBLISHED[1]}" "$DOMAIN")to the nodes"
}

# As an administrator has it: asactl on this machine, sshd on the nodes; sshd needs root.
lab_admin_up() {
    [ "$(id -u)" = 0 ] || return 0
    admin_tool_place
    admin_tool_command
    ssh_nodes_up
    say "asactl reaches the nodes over ssh"
}

lab_down() {
    if holder_pid >/dev/null; then
        holder_stop
        say "the lab is down"
    else
        rm -f "$LAB/holder"
        say "the lab was not up"
    fi
}

lab_status() {
    local part
    if ! holder_pid >/dev/null; then
        echo "lab        down ($LAB)"
        return 1
    fi
    echo "lab        up, held by process $(holder_pid) ($LAB)"
    for part in dc1 dcf; do
        lab_part "$part" controller_runs "$part"
    done
    for part in "${NODES[@]}"; do
        lab_part "$part" httpd_runs "$part"
    done
    [ ! -d "$LAB/backend" ] || lab_part backend httpd_runs backend
    for part in "${!BACK_END_IP[@]}"; do
        [ ! -s "$LAB/exchange/$part.journal" ] || lab_part "$part" back_end_runs "$part"
    done
    lab_part balancer balancer_runs
}

# lab_part NAME TEST…: one line of the status.
lab_part() {
    local name=$1 state=down
    shift
    ! "$@" || state=up
    printf '%-10s %s\n' "$name" "$state"
}

# lab_exec USER COMMAND…: with a fresh ticket in a cache of its own, which goes when the command ends.
lab_exec() {
    local user=$1 cache=FILE:$IN/tickets/none rc=0
    shift
    holder_pid >/dev/null || die "the lab is not up; start it with: scripts/lab up"
    if [ "$user" != none ]; then
        LAB_TICKET=$(lab_ticket "$user") || exit 1
        trap 'rm -f "$LAB_TICKET"' EXIT
        cache=FILE:$IN/tickets/${LAB_TICKET##*/}
    fi
    in_lab KRB5CCNAME="$cache" PATH="$IN/commands:$PATH" "$@" || rc=$?
    exit "$rc"
}

# lab_ticket USER: gets a ticket into a new cache and prints the cache's path outside the lab.
lab_ticket() {
    local password cache
    password=$(secret_file "$1") || die "the lab has no user '$1'; it has: $(ls -C "$LAB/secrets")"
    mkdir -p "$LAB/tickets"
    cache=$(mktemp "$LAB/tickets/exec.XXXXXX")
    ticket_get "$(ticket_principal "$1")" "$password" "$IN/tickets/${cache##*/}" ||
        { rm -f "$cache"; die "the KDC gives $1 no ticket"; }
    echo "$cache"
}
