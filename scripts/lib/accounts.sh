# SPDX-License-Identifier: Apache-2.0
# Accounts of the lab: users, the group, computers; passwords and key version numbers.
# shellcheck shell=bash disable=SC2153  # names.sh sets REALM, BASE and the like

# accounts_seed: LDIF of everything that the domain holds, for a directory that was just made.
accounts_seed() {
    local user node
    for user in "${USERS[@]}"; do
        account_user "$user"
    done
    cat <<EOF
dn: CN=mailusers,CN=Users,$BASE
changetype: add
objectClass: group
sAMAccountName: mailusers
member: CN=wendy,CN=Users,$BASE

EOF
    account_computer "$OTHER" "http/other.$DOMAIN"
    for node in "${NODES[@]}"; do
        account_computer "${node^^}\$" "http/$node.$DOMAIN"
    done
}

# account_asa: the alternate service account, in the running directory, unless it is there.
account_asa() {
    [ -z "$(account_kvno "$ASA")" ] || return 0
    account_computer "$ASA" "http/mail.$DOMAIN" "http/autodiscover.$DOMAIN" | ldap_as dc1 modify >/dev/null ||
        die "the account $ASA could not be made"
}

# account_user NAME [BASE]: LDIF that adds a user with a new password. dn and name may hold any character.
account_user() {
    local base=${2:-$BASE}
    secret_new "$1"
    cat <<EOF
dn:: $(printf %s "CN=$1,CN=Users,$base" | base64 -w0)
changetype: add
objectClass: user
sAMAccountName:: $(printf %s "$1" | base64 -w0)
userAccountControl: 512
unicodePwd:: $(secret_for_ldap "$1")

EOF
}

# account_computer NAME$ SPN…: LDIF that adds a computer account whose tickets are sealed with AES only (24).
account_computer() {
    local name=$1 spn
    shift
    secret_new "$name"
    cat <<EOF
dn: CN=${name%\$},CN=Computers,$BASE
changetype: add
objectClass: computer
sAMAccountName: $name
userAccountControl: 4096
msDS-SupportedEncryptionTypes: 24
unicodePwd:: $(secret_for_ldap "$name")
EOF
    for spn in "$@"; do
        echo "servicePrincipalName: $spn"
    done
    echo
}

# account_roll NAME$: gives a computer account a new random password in the running directory.
account_roll() {
    secret_new "$1"
    account_set "$1"
}

# account_set NAME$: sets the account's password in the running directory to the one that the lab keeps.
account_set() {
    ldap_as dc1 modify >/dev/null <<EOF
dn: CN=${1%\$},CN=Computers,$BASE
changetype: modify
replace: unicodePwd
unicodePwd:: $(secret_for_ldap "$1")
EOF
}

# account_kvno NAME$: the key version number that the directory states for the account.
account_kvno() {
    ldap_as dc1 search -LLL -b "$BASE" "(sAMAccountName=$1)" msDS-KeyVersionNumber |
        sed -n 's/^msDS-KeyVersionNumber: //p'
}
