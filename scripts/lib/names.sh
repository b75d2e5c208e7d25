# SPDX-License-Identifier: Apache-2.0
# Names and addresses of the lab: two forests, the published names, the nodes; and where things lie.
# shellcheck shell=bash disable=SC2034  # every script that sources this uses some of it

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)

# Where the lab keeps its state on disk, and the short path at which everything inside the lab sees that folder.
# Samba's sockets need a short path, and a domain in the cache must not remember where it was made.
LAB=${ASA_LAB:-$ROOT/.lab}
case $LAB in /*) ;; *) LAB=$PWD/$LAB ;; esac
IN=/run/asa-lab
CACHE=${ASA_CACHE:-$ROOT/.cache}

# The domain of the nodes.
REALM=CORP.TAILSPINTOYS.COM
DOMAIN=corp.tailspintoys.com
NETBIOS=TAILSPIN
BASE=DC=corp,DC=tailspintoys,DC=com
DC1_IP=10.77.0.1
DC2_IP=10.77.0.2                # a second controller of the domain, for suites that ask for it

# The second forest, trusted both ways.
REALM2=FABRIKAM.COM
DOMAIN2=fabrikam.com
NETBIOS2=FABRIKAM
BASE2=DC=fabrikam,DC=com
DCF_IP=10.77.0.3

# Who can sign in. zoë proves that names outside ASCII survive.
USERS=(wendy bob carol dave zoë)
ASA='EXCH2016ASA$'              # the alternate service account, owner of the published names
OTHER='OTHERSVC$'               # owner of http/other; the nodes never hold its key

# httpd: three nodes, the balancer in front, the back end behind. A suite that gives one of them an address of IPv6
# writes it in brackets.
NODES=(node1 node2 node3)
declare -A NODE_IP=([node1]=10.77.0.11 [node2]=10.77.0.12 [node3]=10.77.0.13)
BALANCER_IP=10.77.0.20
BACKEND_IP=10.77.0.30
declare -A BACK_END_IP=([exch1]=10.77.0.31 [exch2]=10.77.0.32)   # back ends with accounts of their own
PUBLISHED=(mail autodiscover other)   # names that lead to the balancer

names_addresses() {
    echo "$DC1_IP" "$DC2_IP" "$DCF_IP" "${NODE_IP[@]}" "$BALANCER_IP" "$BACKEND_IP" "${BACK_END_IP[@]}"
}

# /etc/hosts inside the lab. Programs of LDAP look up the machine's own name, which the lab's DNS does not know.
names_hosts() {
    local node name
    echo "127.0.0.1 localhost"
    echo "$DC1_IP dc1.$DOMAIN dc1"
    echo "$DC2_IP dc2.$DOMAIN dc2"
    echo "$DCF_IP dcf.$DOMAIN2 dcf"
    for node in "${NODES[@]}"; do
        echo "${NODE_IP[$node]} $node.$DOMAIN $node"
    done
    for name in "${PUBLISHED[@]}"; do
        echo "$BALANCER_IP $name.$DOMAIN"
    done
    echo "$BACKEND_IP backend.$DOMAIN"
    echo "127.0.0.1 $HOSTNAME"
    for name in "${!BACK_END_IP[@]}"; do
        echo "${BACK_END_IP[$name]} $name.$DOMAIN"
    done
}

# /etc/resolv.conf inside the lab.
names_resolver() {
    printf 'nameserver %s\nsearch %s\noptions timeout:2 attempts:2\n' "$DC1_IP" "$DOMAIN"
}

# krb5.conf of everything inside the lab. No look-up may leave it, and no name is rewritten.
names_krb5() {
    cat <<EOF
[libdefaults]
    default_realm = $REALM
    dns_lookup_realm = false
    dns_lookup_kdc = false
    dns_canonicalize_hostname = false
    rdns = false
    udp_preference_limit = 1
[realms]
    $REALM = {
        kdc = $DC1_IP
        kpasswd_server = $DC1_IP
    }
    $REALM2 = {
        kdc = $DCF_IP
        kpasswd_server = $DCF_IP
    }
[domain_realm]
    .$DOMAIN = $REALM
    $DOMAIN = $REALM
    .$DOMAIN2 = $REALM2
    $DOMAIN2 = $REALM2
EOF
}
