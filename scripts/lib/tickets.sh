# SPDX-License-Identifier: Apache-2.0
# Tickets and directory access: kinit with a password from a file, LDAP sealed with Kerberos.
# shellcheck shell=bash

# in_lab COMMAND…: inside, with the lab's Kerberos, CA and LDAP settings and without the caller's own.
in_lab() {
    inside env -u KRB5_KTNAME -u KRB5_CLIENT_KTNAME -u KRB5_TRACE -u LDAPRC \
        -u http_proxy -u https_proxy -u HTTP_PROXY -u HTTPS_PROXY -u ALL_PROXY -u all_proxy \
        KRB5_CONFIG="$IN/krb5.conf" CURL_CA_BUNDLE="$IN/ca/ca.pem" LDAPTLS_CACERT="$IN/ca/ca.pem" \
        LDAPSASL_NOCANON=on "$@"
}

# ticket_get PRINCIPAL PASSWORD-FILE CCACHE: the password travels on stdin. As those of Windows, the ticket is forwardable.
ticket_get() {
    mkdir -p "$LAB/tickets"
    in_lab kinit -f -c "FILE:$3" "$1" <"$2" >/dev/null
}

# ticket_principal USER: the principal that the lab's user name stands for.
ticket_principal() {
    case $1 in
    *@*) echo "$1" ;;
    fred) echo "fred@$REALM2" ;;
    *) echo "$1@$REALM" ;;
    esac
}

# ldap_as CONTROLLER search|modify ARGUMENT…: as that controller's administrator, sealed with Kerberos.
ldap_as() {
    local controller=$1 tool=ldap$2 fqdn
    shift 2
    fqdn=$controller.$(controller_domain "$controller")
    in_lab KRB5CCNAME="FILE:$IN/tickets/$controller-administrator" \
        timeout 60 "$tool" -Q -Y GSSAPI -H "ldap://$fqdn" "$@"
}

controller_domain() {
    if [ "$1" = dcf ]; then echo "$DOMAIN2"; else echo "$DOMAIN"; fi
}
