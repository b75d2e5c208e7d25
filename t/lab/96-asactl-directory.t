#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# asactl and a domain controller that is not to be trusted, or may not write: told before or at the change, which is none.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/directory.sh"
suite_needs_root sshd
suite_begin
admin_tool_place
ssh_nodes_up
DC=dc1.$DOMAIN CA=$IN/ca/ca.pem OTHER_CA=/etc/ssl/certs/ca-certificates.crt
ROLL=(roll --to-all --yes --pause 1)
visit_ticket wendy

# keys: what every node holds, as one line.
keys() {
    (cd "$LAB" && sha256sum node?/keys/asa.keytab | tr '\n' ' ')
}

# all_refused CODE REGEX FAULT ROLL-REGEX OPTION…: no verb that writes gets past it; a roll may say so in its own way,
# as it looks before its first step. Directory and nodes stay as they are.
all_refused() {
    local code=$1 regex=$2 fault=$3 rolls=$4 held
    shift 4
    held=$(keys)
    refused "$code" "${rolls:-$regex}" "$fault: roll" administrator "${ROLL[@]}" "$@"
    like "$COMPLAINED" $'\n  [a-z]' "$fault: with a remedy"
    refused "$code" "$regex" "$fault: account create" administrator account create QASA "$@"
    refused "$code" "$regex" "$fault: account disable" administrator account disable OTHERSVC --yes "$@"
    refused "$code" "$regex" "$fault: account delete" administrator account delete OTHERSVC --yes --force "$@"
    refused "$code" "$regex" "$fault: spn add" administrator spn add "http/new.$DOMAIN" "$@"
    refused "$code" "$regex" "$fault: spn remove" administrator spn remove "http/mail.$DOMAIN" --yes "$@"
    refused "$code" "$regex" "$fault: remove" administrator remove --from-all --yes "$@"
    is "$(keys)" "$held" "$fault: the nodes hold what they held"
}

# --- certificates ---
CONTROLLER_IP=$DC1_IP
for way in ldaps starttls; do
    all_refused 1 "could not trust the TLS certificate of $DC" "$way, another authority" '' --ldap $way --ca "$OTHER_CA"
    all_refused 1 "could not trust the TLS certificate of $CONTROLLER_IP" "$way, a certificate of another name" '' \
        --ldap $way --ca "$CA" --server "$CONTROLLER_IP"
done
all_sign_in wendy "and everybody signs in"
KVNO=$(account_kvno "$ASA")
admin administrator "${ROLL[@]}" --ldap ldaps --ca "$CA"
is "$RC $(account_kvno "$ASA")" "0 $((KVNO + 1))" "ldaps, and a certificate that is right: the roll is done"
admin administrator "${ROLL[@]}" --ldap starttls --ca "$CA"
is "$RC $(account_kvno "$ASA")" "0 $((KVNO + 2))" "starttls, and a certificate that is right: the roll is done"
admin administrator spn add "http/new.$DOMAIN" --ldap ldaps --ca "$CA"
like "$RC $SAID" '^0 added http/new' "a name is added"
admin administrator spn remove "http/new.$DOMAIN" --yes --ldap starttls --ca "$CA"
like "$RC $SAID" '^0 removed http/new' "and removed"

# --- a controller that may only read ---
# category DSA: what makes the first controller one that writes, or one that only reads.
category() {
    controller_edit dc1 <<LDIF
dn: CN=NTDS Settings,CN=DC1,CN=Servers,CN=Default-First-Site-Name,CN=Sites,CN=Configuration,$BASE
changetype: modify
replace: objectCategory
objectCategory: CN=$1,CN=Schema,CN=Configuration,$BASE
LDIF
}

# services CONTROLLER WORD…: what it serves from its next start on.
services() {
    local controller=$1
    shift
    sed -i "s/^\( *server services = \).*/\1$*/" "$LAB/$controller/etc/smb.conf"
}

# start_part CONTROLLER: as controller_start, without waiting for what it does not serve.
start_part() {
    # shellcheck disable=SC2016  # expanded by the inner shell
    inside env -u KRB5CCNAME KRB5_CONFIG="$IN/krb5.conf" unshare --mount bash -c \
        'mount --bind "$1/run/samba" /run/samba && exec samba --daemon --model=standard -s "$1/etc/smb.conf"' \
        samba "$IN/$1" </dev/null >"$LAB/$1/log/start.log" 2>&1
}

# becomes_read_only: a copy of it goes on as the KDC of the realm, as a controller without a krbtgt of its own is none.
becomes_read_only() {
    controller_stop dc1
    cp -a "$LAB/dc1" "$LAB/dc1kdc"
    sed -i "s,$IN/dc1/,$IN/dc1kdc/,g" "$LAB/dc1kdc/etc/smb.conf"
    services dc1kdc kdc
    services dc1 ldap, cldap
    category NTDS-DSA-RO
    start_part dc1
    start_part dc1kdc
    wait_until 60 controller_issues_tickets dc1 "$REALM" || die "the KDC of $REALM does not answer"
    wait_until 60 controller_answers_ldap dc1 || die "the directory on dc1 does not answer"
}

becomes_read_only
ok "the controller says that it only reads" grep -q '^msDS-isRODC: TRUE' <(ldap_as dc1 search -LLL -s base \
    -b "CN=NTDS Settings,CN=DC1,CN=Servers,CN=Default-First-Site-Name,CN=Sites,CN=Configuration,$BASE" msDS-isRODC)
all_refused 1 ".*this domain controller may not, and refers to another one .* says 10" "a referral" \
    "$DC is a read-only domain controller"
all_sign_in wendy "and everybody signs in"
admin administrator account show
like "$RC $SAID" '^0 account' "it can be asked"
suite_end
