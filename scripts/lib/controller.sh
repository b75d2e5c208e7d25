# SPDX-License-Identifier: Apache-2.0
# Domain controllers (Samba): configure, provision, start, stop, wait until they answer.
# shellcheck shell=bash
#
# A controller NAME lives in $LAB/NAME. Everything below is told where to find it by the short path inside the lab.

# controller_configure NAME REALM NETBIOS ADDRESS FORWARDER SERVICES
# SERVICES: few (directory and KDC, starts in half a second), trust (also RPC, file service and winbind) or all (also
# replication).
controller_configure() {
    local name=$1 here=$IN/$1 services='ldap, cldap, kdc, dns' domain=${2,,}
    mkdir -p "$LAB/$name"/{etc,private/tls,state/sysvol/"$domain"/scripts,cache,lock,run/samba,log,bind-dns}
    [ "$6" = few ] || services+=', rpc, s3fs, winbindd'
    [ "$6" != all ] || services+=', drepl, kcc'
    cat >"$LAB/$name/etc/smb.conf" <<EOF
[global]
    workgroup = $3
    realm = $2
    netbios name = ${name^^}
    server role = active directory domain controller
    server services = $services
    dns forwarder = $5
    interfaces = $4
    bind interfaces only = yes
    private dir = $here/private
    state directory = $here/state
    cache directory = $here/cache
    lock directory = $here/lock
    pid directory = $here/run
    ncalrpc dir = $here/run/ncalrpc
    binddns dir = $here/bind-dns
    ntp signd socket directory = $here/run/ntp_signd
    log file = $here/log/log.%m
    logging = file
    printing = bsd
    load printers = no
    printcap name = /dev/null
    ldap server require strong auth = allow_sasl_over_tls
    tls cafile = $IN/ca/ca.pem
    tls certfile = $here/private/tls/cert.pem
    tls keyfile = $here/private/tls/key.pem
[sysvol]
    path = $here/state/sysvol
    read only = no
[netlogon]
    path = $here/state/sysvol/$domain/scripts
    read only = no
EOF
}

# controller_provision NAME REALM NETBIOS ADDRESS: makes the domain, offline. secrets/administrator… exists before.
controller_provision() {
    local log="$LAB/$1/log/provision.log" admin
    admin=$(secret_file "$(controller_administrator "$2")") || die "no password for the administrator of $2"
    { printf -- '--adminpass='; cat "$admin"; } |
        inside env -u KRB5CCNAME /usr/bin/python3 "$ROOT/scripts/lib/samba_tool.py" domain provision \
            -s "$IN/$1/etc/smb.conf" --realm="$2" --domain="$3" --server-role=dc \
            --dns-backend=SAMBA_INTERNAL --host-name="$1" --host-ip="$4" >"$log" 2>&1 ||
        { say_log "$log"; die "the domain $2 could not be made"; }
    controller_settle "$1" "$2" | controller_edit "$1"
}

# controller_administrator REALM: under which name the lab keeps that realm's administrator password.
controller_administrator() {
    if [ "$1" = "$REALM" ]; then echo administrator; else echo "administrator@$1"; fi
}

# What a new domain lacks for a lab, as LDIF: names of the directory service that a controller registers only
# seconds after its first start, and passwords that neither expire (a cached domain gets old) nor must age.
controller_settle() {
    local fqdn=$1.${2,,} domain=${2,,} base
    base=DC=${domain//./,DC=}
    cat <<EOF
dn: CN=${1^^},OU=Domain Controllers,$base
changetype: modify
add: servicePrincipalName
servicePrincipalName: ldap/$fqdn
servicePrincipalName: ldap/$fqdn/$domain
servicePrincipalName: ldap/${1^^}
servicePrincipalName: GC/$fqdn/$domain

dn: $base
changetype: modify
replace: maxPwdAge
maxPwdAge: -9223372036854775808
-
replace: minPwdAge
minPwdAge: 0

EOF
}

# controller_edit NAME <LDIF: changes the directory of a controller that does not run.
controller_edit() {
    local log="$LAB/$1/log/edit.log"
    inside ldbmodify -H "$IN/$1/private/sam.ldb" --configfile="$IN/$1/etc/smb.conf" >"$log" 2>&1 ||
        { say_log "$log"; die "offline edit of the directory of $1 failed"; }
}

# controller_start NAME REALM: starts Samba and waits until the KDC and the directory answer.
controller_start() {
    local fqdn=$1.${2,,}
    controller_inside "$1" samba --daemon --model=standard -s "$IN/$1/etc/smb.conf" \
        </dev/null >"$LAB/$1/log/start.log" 2>&1 ||
        { say_log "$LAB/$1/log/start.log"; die "samba did not start as $1"; }
    if ! wait_until 60 controller_issues_tickets "$1" "$2"; then
        controller_explain "$1"
        die "the KDC of $2 does not answer"
    fi
    if ! wait_until 60 controller_answers_ldap "$1" "$fqdn"; then
        controller_explain "$1"
        die "the directory on $fqdn does not answer"
    fi
}

# controller_inside NAME COMMAND…: as a process of that controller. winbind's socket has a path that is built in, so each
# controller sees a /run/samba of its own.
controller_inside() {
    local name=$1
    shift
    # shellcheck disable=SC2016  # expanded by the inner shell
    inside env -u KRB5CCNAME KRB5_CONFIG="$IN/krb5.conf" unshare --mount bash -c \
        'mount --bind "$1/run/samba" /run/samba && shift && exec "$@"' controller "$IN/$name" "$@"
}

controller_issues_tickets() {
    local admin
    admin=$(secret_file "$(controller_administrator "$2")") &&
        ticket_get "administrator@$2" "$admin" "$IN/tickets/$1-administrator" 2>/dev/null
}

controller_answers_ldap() {
    ldap_as "$1" search -b '' -s base defaultNamingContext >/dev/null 2>&1
}

controller_explain() {
    say_log "$LAB/$1/log/start.log"
    say_log "$LAB/$1/log/log.samba"
}

# True if the controller's main process runs. The pid is one of the lab's own pid namespace.
controller_runs() {
    [ -s "$LAB/$1/run/samba.pid" ] && inside kill -0 "$(<"$LAB/$1/run/samba.pid")" 2>/dev/null
}

controller_stopped() {
    ! controller_runs "$1"
}

controller_stop() {
    controller_runs "$1" || return 0
    inside kill -TERM "$(<"$LAB/$1/run/samba.pid")"
    wait_until 60 controller_stopped "$1" || die "samba of $1 does not stop"
    rm -f "$LAB/$1/run/samba.pid"
}
