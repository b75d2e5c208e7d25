# SPDX-License-Identifier: Apache-2.0
# The lab's domain: made once, kept in the cache, unpacked and started in about a second from then on.
# shellcheck shell=bash

# Brings the domain up, from the cache if it is there.
domain_up() {
    if controller_runs dc1; then
        say "the domain $REALM runs already"
        return
    fi
    # Left half made by a start that failed.
    rm -rf "$LAB/dc1" "$LAB/secrets"
    say_live "starting the domain $REALM"
    if domain_unpack dc1; then
        controller_configure dc1 "$REALM" "$NETBIOS" "$DC1_IP" "$DCF_IP" few
    else
        say_live "making the domain $REALM"
        secret_new administrator
        controller_configure dc1 "$REALM" "$NETBIOS" "$DC1_IP" "$DCF_IP" few
        controller_provision dc1 "$REALM" "$NETBIOS" "$DC1_IP"
        { accounts_seed; dns_seed; } | controller_edit dc1
        domain_pack dc1 secrets
        say "domain $REALM made; kept for the next time in ${CACHE/#"$ROOT/"/}"
    fi
    certificate_issue "$LAB/dc1/private/tls" "dc1.$DOMAIN" "$DOMAIN"
    controller_start dc1 "$REALM"
    say "domain $REALM answers (KDC and directory on $DC1_IP)"
}

# domain_cache CONTROLLER: the name changes with Samba's version and with everything that decides what is inside.
domain_cache() {
    local version recipe
    version=$(dpkg-query -W -f '${Version}' samba | tr -c 'A-Za-z0-9.\n' '-')
    recipe=$(cd "$ROOT/scripts/lib" &&
        cat names.sh accounts.sh dns.sh controller.sh secrets.sh domain.sh forest.sh samba_tool.py | sha256sum)
    echo "$CACHE/$1-samba-$version-${recipe:0:12}.tar"
}

# domain_pack CONTROLLER SECRET…: keeps a domain and these password files while no process has it open. It holds
# keys, so only its owner may read it.
domain_pack() {
    local controller=$1 tar
    tar=$(domain_cache "$controller")
    shift
    if ! mkdir -p "$CACHE" || ! [ -w "$CACHE" ]; then
        say "the domain is not kept: $CACHE cannot be written"
        return
    fi
    # What an older recipe made is of no use any more.
    rm -f "$CACHE/$controller"-samba-*.tar
    ( umask 077
      tar -C "$LAB" --sparse --exclude="$controller/private/tls" --exclude="$controller/private/ldap*" \
          -cf "$tar.$$" "$@" "$controller/private" "$controller/state" 2>"$LAB/tar.log" && mv "$tar.$$" "$tar" ) ||
        { say_log "$LAB/tar.log"; die "the domain could not be packed into $tar"; }
}

domain_unpack() {
    local tar
    tar=$(domain_cache "$1")
    [ -r "$tar" ] || return 1
    mkdir -p "$LAB/$1"
    tar -C "$LAB" --no-same-owner -xf "$tar" 2>"$LAB/tar.log" ||
        { say_log "$LAB/tar.log"; die "$tar is damaged; remove it and try again"; }
}
