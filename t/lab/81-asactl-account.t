#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# asactl account: create, show, disable, delete; each way to the directory, and everything that can be wrong with one.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/directory.sh"
suite_begin domain
admin_tool_place
DC=dc1.$DOMAIN
CA=$IN/ca/ca.pem
OTHER_CA=/etc/ssl/certs/ca-certificates.crt

# --- create, show ---
admin administrator account create NEWASA --description 'For the tests' --dry-run
like "$RC $SAID" '^0 would create the computer account NEWASA\$' "--dry-run says what would be done"
admin administrator account show NEWASA
like "$RC $COMPLAINED" '^3 error: there is no account NEWASA' "and has not done it"
admin administrator account create NEWASA --description 'For the tests'
like "$RC $SAID" "^0 created NEWASA[$] \(CN=NEWASA,CN=Computers,$BASE\)" "an account is made"
is "$COMPLAINED" '' "without a complaint"
admin administrator account show newasa
like "$SAID" 'account +TAILSPIN\\NEWASA[$]' "show finds it without its dollar"
like "$SAID" 'state +enabled' "it is enabled"
like "$SAID" 'description +For the tests' "it is described"
like "$SAID" 'enctypes +24 \(AES256, AES128\)' "its tickets are sealed with AES"
like "$SAID" 'note: it holds no service principal name' "what it lacks is told"
admin administrator account show 'TAILSPIN\NEWASA$' --json
is "$RC $(said '(d["account"], d["kind"], d["disabled"], d["kvno"], d["enctypes"], d["spns"])')" \
    "0 ('NEWASA\$', 'computer', False, 1, 24, [])" "show --json says the same"
is "$(said 'len(d["findings"])')" 1 "and what it lacks"
admin administrator account show
like "$RC $SAID" 'TAILSPIN\\EXCH2016ASA[$]' "without a name: the account of asactl.conf"
refused 4 'the account NEWASA[$] exists already \(' "what exists is not made again" administrator account create NEWASA
refused 4 'the account wendy exists already' "nor a user" administrator account create wendy --user
refused 3 'CONTOSO.*another domain' "an account of another domain" administrator account show 'CONTOSO\NEWASA$'
refused 3 'could not create .*no such object' "a place that is none" administrator account create QASA --ou "OU=none,$BASE"
refused 2 'could not create .*DN' "a place that is no DN" administrator account create QASA --ou nonsense
refused 2 '--enctypes is 24 or 28' "enctypes that are none" administrator account create QASA --enctypes 31
refused 2 "'A,B'" "a name that is none" administrator account create 'A,B'
refused 2 "'b' is one word too many" "two names" administrator account create a b
refused 5 '.*"Create Computer objects" on CN=Computers,' "who may not is told which right is missing, and where" \
    wendy account create QASA
admin administrator account create OLDWAY --user --enctypes 28 --ou "CN=Users,$BASE"
like "$RC $COMPLAINED" '^0 warning: 28 allows RC4' "RC4 is warned of"
admin administrator account show OLDWAY --json
is "$(said '(d["account"], d["kind"], d["enctypes"], d["dn"].split(",")[1])')" "('OLDWAY', 'user', 28, 'CN=Users')" \
    "a user account, where it was asked for"
like "$(said 'd["findings"]')" 'allow RC4' "and show remembers"
is "$(ldap_as dc1 search -LLL -b "$BASE" '(sAMAccountName=OLDWAY)' userAccountControl | sed -n 's/^userAccountControl: //p')" \
    66048 "a user's password does not expire by itself"

# --- each way to the directory ---
for way in gssapi ldaps starttls; do
    admin administrator account show NEWASA --json --ldap $way --ca "$CA"
    is "$RC $(said 'd["account"]')" '0 NEWASA$' "$way"
    admin administrator account create "W$way" --ldap $way --ca "$CA"
    like "$RC $SAID" '^0 created' "$way takes a password"
    refused 5 '.*"Create Computer objects"' "$way: rights count" wendy account create QASA --ldap $way --ca "$CA"
done
refused 1 "could not trust the TLS certificate of $DC" "ldaps with another authority" \
    administrator account create QASA --ldap ldaps --ca "$OTHER_CA"
refused 1 "could not trust the TLS certificate of $DC" "starttls with another authority" \
    administrator account create QASA --ldap starttls --ca "$OTHER_CA"
refused 1 'could not trust the TLS certificate of 10.77.0.1' "a certificate of another name" \
    administrator account create QASA --ldap ldaps --ca "$CA" --server 10.77.0.1
refused 2 '.*none.pem' "an authority that is no file" administrator account create QASA --ldap ldaps --ca "$IN/none.pem"

# own_way VARIABLE=VALUE ARGUMENT…: with what a user's own settings of OpenLDAP would weaken.
own_way() {
    RC=0
    SAID=$(in_lab KRB5CCNAME="FILE:$IN/tickets/administrator" "$1" "$IN/bin/asactl" --conf "$IN/asactl.conf" \
        account show "${@:2}" 2>&1 </dev/null) || RC=$?
}
own_way LDAPTLS_REQCERT=never --ldap ldaps --ca "$OTHER_CA"
like "$RC $SAID" '^1 error: could not trust' "LDAPTLS_REQCERT=never changes nothing"
own_way LDAPTLS_CACERT="$CA" --ldap ldaps --ca "$OTHER_CA"
like "$RC $SAID" '^1 error: could not trust' "nor does LDAPTLS_CACERT"
own_way LDAPSASL_SECPROPS=maxssf=0
like "$RC $SAID" '^0 account' "nor does LDAPSASL_SECPROPS"

# --- tickets, realms, servers ---
refused 7 'could not sign in .*no Kerberos ticket' "no ticket" none account create QASA
in_lab kinit -l 1s -c "FILE:$IN/tickets/over" "administrator@$REALM" <"$(secret_file administrator)" >/dev/null
ticket_is_over() { ! in_lab klist -s -c "FILE:$IN/tickets/over"; }
ok "a ticket of one second ends" wait_until 60 ticket_is_over
refused 7 'could not sign in .*expired' "an ended ticket" over account create QASA
gcc -std=gnu11 -O1 -Wall -Werror -shared -fPIC "$SUITE_ROOT/t/lib/skew.c" -o "$LAB/skew.so" -ldl
for skew in 1200 0; do
    RC=0
    SAID=$(in_lab KRB5CCNAME="FILE:$IN/tickets/administrator" ASA_SKEW=$skew LD_PRELOAD="$IN/skew.so" \
        "$IN/bin/asactl" --conf "$IN/asactl.conf" account show 2>&1 </dev/null) || RC=$?
    case $skew in
    0) like "$RC $SAID" '^0 account' "and one that is right is not in the way" ;;
    *) like "$RC $SAID" '^7 error: could not sign in .*clock' "a clock that is 20 minutes wrong" ;;
    esac
done
refused 7 ".* serves the realm $DOMAIN, not FABRIKAM.COM" "another realm" administrator account create QASA --realm FABRIKAM.COM
refused 7 "could not sign in to $DOMAIN: .*realm" "a name that no ticket is for" \
    administrator account create QASA --server "$DOMAIN"
refused 6 'could not reach node1' "a server that does not answer" administrator account create QASA --server "node1.$DOMAIN"
refused 6 'could not reach nowhere' "a server that is none" administrator account create QASA --server "nowhere.$DOMAIN"
: >"$LAB/empty.conf"
RC=0
SAID=$(in_lab KRB5CCNAME="FILE:$IN/tickets/administrator" "$IN/bin/asactl" --conf "$IN/empty.conf" account show NEWASA 2>&1) || RC=$?
like "$RC $SAID" "^0 .*asked +$DC" "DNS names the domain controller"
RC=0
# shellcheck disable=SC2016  # expanded by the inner shell
SAID=$(in_lab KRB5CCNAME="FILE:$IN/tickets/administrator" unshare --mount bash -c \
    'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"' unnamed "$IN/empty.conf" \
    "$IN/bin/asactl" --conf "$IN/empty.conf" account show NEWASA 2>&1) || RC=$?
like "$RC $SAID" "^6 error: DNS names no domain controller \\(_ldap\\._tcp\\.dc\\._msdcs\\.$REALM\\)"$'\n'"  name a domain controller with --server" \
    "where DNS names none, krb5.conf's kdc is not taken for one"
ok "although it names one" in_lab grep -q 'kdc = ' "$IN/krb5.conf"

# --- disable, delete ---
refused 8 'nothing was done' "disable asks; without a terminal the answer is no" administrator account disable NEWASA
refused 5 '.*"Write userAccountControl" on CN=NEWASA' "who may not disable" wendy account disable NEWASA --yes
before=$(directory_now)
admin administrator account disable NEWASA --dry-run --json
is "$RC $(said '(d["verb"], d["dry_run"], d["account"])')" "0 ('account disable', True, 'NEWASA\$')" "disable --dry-run"
is "$(directory_now)" "$before" "changes nothing"
admin administrator account disable NEWASA --yes
like "$RC $SAID" '^0 disabled NEWASA' "disable --yes"
admin administrator account show NEWASA
like "$SAID" 'state +disabled.*note: it is disabled' "it is"
refused 4 'the account NEWASA[$] exists already, and is disabled' "create says that it is disabled" \
    administrator account create NEWASA
admin administrator account disable NEWASA --yes --json
is "$RC $(said 'd["account"]')" '0 NEWASA$' "a second time is no error"
refused 8 'EXCH2016ASA[$] holds 2 service principal names' "what holds names is not deleted" \
    administrator account delete "$ASA" --yes
refused 8 'nothing was done' "delete asks" administrator account delete NEWASA
refused 5 '.*"Delete" on CN=NEWASA' "who may not delete" wendy account delete NEWASA --yes
admin administrator account delete NEWASA --yes
like "$RC $SAID" '^0 deleted NEWASA' "delete --yes"
refused 3 'there is no account NEWASA' "then it is gone" administrator account delete NEWASA --yes
admin administrator account delete "$OTHER" --yes --force
like "$RC $SAID" '^0 deleted OTHERSVC' "--force deletes one with its names"

# --- what the directory says is hostile ---
ldap_as dc1 modify >/dev/null <<END
dn: CN=OLDWAY,CN=Users,$BASE
changetype: modify
replace: description
description:: $(printf 'a\033[2Jb\nc\xe2\x80\xae' | base64)
END
admin administrator account show OLDWAY
like "$SAID" 'description +a\\x1b\[2Jb\\x0ac\\xe2\\x80\\xae' "control characters are shown, not sent to the terminal"
admin administrator account show OLDWAY --json
like "$RC $(said 'd["description"]')" '^0 a\\x1b\[2Jb' "also in JSON"
suite_end
