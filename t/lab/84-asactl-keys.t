#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Keys that we make from a password are the domain controller's own, bit for bit: computer, user, with a UPN, renamed; rolled too.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/directory.sh"
suite_begin domain
admin_tool_place
# shellcheck disable=SC2046  # one word an option
gcc -std=gnu11 -O1 -I "$SUITE_ROOT" $(apr-1-config --cppflags --includes) "$SUITE_ROOT"/t/lib/account_keys.c \
    "$(build_folder)/.libs/libasacore.a" -o "$LAB/account_keys" \
    $(apr-1-config --link-ld) -lkrb5 -lk5crypto || exit 1

# exported PRINCIPAL: the keys that the controller has, one "(enctype) (key)" a line, sorted.
exported() {
    rm -f "$LAB/exported.keytab"
    in_lab /usr/bin/python3 "$ROOT/scripts/lib/samba_tool.py" domain exportkeytab "$IN/exported.keytab" \
        --principal="$1" -s "$IN/dc1/etc/smb.conf" </dev/null >"$LAB/export.log" 2>&1 || cat "$LAB/export.log"
    listed exported
}

listed() {
    in_lab klist -keK "$IN/$1.keytab" | sed -n "s/.* (\(DEPRECATED:\)\{0,1\}\([a-z0-9-]*\)) *\((0x.*)\)$/\2 \3/p" | sort
}

# made NAME HOW [UPN]: the keys that we make of the account's password, listed likewise; SALT is the salt.
made() {
    local name=$1
    shift
    SALT=$(in_lab "$IN/account_keys" "$IN/made.keytab" "$name" "$REALM" 1 "$@" \
        <"$(secret_file "$name")" 2>&1) && listed made
}

# same NAME HOW UPN SALT DESCRIPTION
same() {
    local theirs ours
    theirs=$(exported "$1")
    # shellcheck disable=SC2086  # no word if there is no UPN
    made "$1" "$2" $3 >"$LAB/ours"
    ours=$(<"$LAB/ours")
    is "$(grep -c 0x <<<"$theirs")" 3 "$5: the controller exports three keys"
    is "$ours" "$theirs" "$5: ours are the same"
    is "$SALT" "$4" "$5: the salt"
}

same "$ASA" stated '' "${REALM}hostexch2016asa.$DOMAIN" "a computer, salt stated by the KDC"
same "$ASA" computer '' "${REALM}hostexch2016asa.$DOMAIN" "a computer, salt from its names"
same zoë stated '' "${REALM}zoë" "a user, salt stated by the KDC"
same zoë user '' "${REALM}zoë" "a user, salt from its name"

# A user whose UPN is another name, set before the password.
ldap_as dc1 modify >/dev/null <<EOF
dn: CN=bob,CN=Users,$BASE
changetype: modify
replace: userPrincipalName
userPrincipalName: Robert@$DOMAIN
EOF
secret_new bob
ldap_as dc1 modify >/dev/null <<EOF
dn: CN=bob,CN=Users,$BASE
changetype: modify
replace: unicodePwd
unicodePwd:: $(secret_for_ldap bob)
EOF
same bob stated '' "${REALM}Robert" "a user with a UPN, salt stated by the KDC"
same bob user "Robert@$DOMAIN" "${REALM}Robert" "a user with a UPN, salt from it"

# After a rename the present key keeps its salt; the next one gets the new name's.
ldap_as dc1 modify >/dev/null <<EOF
dn: CN=OTHERSVC,CN=Computers,$BASE
changetype: modify
replace: sAMAccountName
sAMAccountName: Renamed\$
EOF
cp "$LAB/secrets/$OTHER" "$LAB/secrets/Renamed\$"
same 'Renamed$' stated '' "${REALM}hostothersvc.$DOMAIN" "a renamed computer: the old salt"
secret_new 'Renamed$'
ldap_as dc1 modify >/dev/null <<EOF
dn: CN=OTHERSVC,CN=Computers,$BASE
changetype: modify
replace: unicodePwd
unicodePwd:: $(secret_for_ldap 'Renamed$')
EOF
same 'Renamed$' stated '' "${REALM}hostrenamed.$DOMAIN" "with a new password: the new salt, stated by the KDC"
same 'Renamed$' computer '' "${REALM}hostrenamed.$DOMAIN" "with a new password: the new salt, from its names"

# --- asactl's own account and rolls, with this machine as the node ---
mkdir -p "$LAB/here"
sed "/^\[arrays\]/,\$d; /^    status = /d; s|^    keytab = .*|    keytab = $IN/here/asa.keytab|; s|^    account = .*|    account = svcAsa|" \
    "$LAB/asactl.conf" >"$LAB/here.conf"
ADMIN_CONF=$IN/here.conf

# renamed UPN: the account's userPrincipalName, none if it is empty.
renamed() {
    local change="replace: userPrincipalName"$'\n'"userPrincipalName: $1"
    [ -n "$1" ] || change='delete: userPrincipalName'
    ldap_as dc1 modify >/dev/null <<EOF
dn: CN=svcAsa,CN=Users,$BASE
changetype: modify
$change
EOF
}

# rolled DESCRIPTION: a roll is done, and a ticket opens with what it has left.
rolled() {
    admin administrator roll --to-server localhost --yes --pause 0
    is "$RC" 0 "$1: the roll is done" || echo "$COMPLAINED" >&2
    new_ticket wendy
    like "$(in_lab KRB5CCNAME="FILE:$IN/tickets/wendy" kvno -k "$IN/here/asa.keytab" "http/svc.$DOMAIN" 2>&1)" \
        'keytab entry valid' "$1: a ticket opens"
}

admin administrator account create svcAsa --user
like "$RC $SAID" "^0 .*next: asactl spn add 'svcAsa' 'asactl/svcAsa' --force .*then: asactl roll" "asactl makes a user account"
refused 1 "svcAsa is a user account without service principal names: .*asactl spn add 'svcAsa' 'asactl/svcAsa' --force" \
    "which has no tickets before it has a name" administrator roll --to-server localhost --yes --pause 0
admin administrator spn add --force svcAsa "http/svc.$DOMAIN"
rolled "a user"
renamed "Mail.Service@$DOMAIN"
rolled "a user with a UPN since its last password"
renamed "other@elsewhere.example"
rolled "a user with another UPN, of another domain"
renamed "HTTP/svc.$DOMAIN@$REALM"
rolled "a user whose UPN looks like a service principal name"
before=$(in_lab klist -kK "$IN/here/asa.keytab")
renamed "svc\\Asa@$DOMAIN"
refused 1 "the userPrincipalName of svcAsa, svc\\\\Asa@$DOMAIN, leaves open which keys its next password will have"$'\n'".*one like name@realm" \
    "a UPN that can be read in two ways" administrator roll --to-server localhost --yes --pause 0
is "$(in_lab klist -kK "$IN/here/asa.keytab")" "$before" "and no key was staged"
renamed ''
rolled "a user without its UPN"

# Renamed when its next keys are staged already.
KVNO=$(account_kvno svcAsa)
admin administrator roll --to-server localhost --yes --pause 4 &
job=$!
staged() { in_lab klist -k "$IN/here/asa.keytab" | grep -q "^ *$((KVNO + 1)) svcAsa@"; }
ok "the next keys are staged" wait_until 60 staged
renamed "late@$DOMAIN"
wait "$job"
like "$(<"$SUITE_WORK/complained")" 'error: svcAsa was renamed meanwhile' "then a rename is seen"
is "$(account_kvno svcAsa)" "$KVNO" "and the password is as it was"
rolled "run again"
ADMIN_CONF=

RC=0
cp "$LAB/secrets/$ASA" "$LAB/secrets/NOBODY\$"
made 'NOBODY$' stated >/dev/null || RC=$?
is "$RC" 1 "an account that does not exist has no salt"
suite_end
