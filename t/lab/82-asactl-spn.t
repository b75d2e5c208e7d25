#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# asactl spn: query, add, remove, list, duplicates, in the whole forest; and what a name in the way does.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/directory.sh"
suite_begin domain
admin_tool_place
: >"$LAB/empty.conf"
MAIL=http/mail.$DOMAIN

# names_of ACCOUNT: its service principal names as the directory has them.
names_of() {
    ldap_as dc1 search -LLL -o ldif-wrap=no -b "$BASE" "(sAMAccountName=$1)" servicePrincipalName |
        sed -n 's/^servicePrincipalName: //p' | sort | tr '\n' ' '
}

# --- query, list ---
admin wendy spn query "HTTP/MAIL.$DOMAIN"
like "$RC $SAID" "^0 NAME .*$MAIL +EXCH2016ASA[$] +CN=EXCH2016ASA," "anybody may ask who holds a name; case does not matter"
admin administrator spn query "http/free.$DOMAIN"
like "$RC $SAID" '^3 no account holds http/free' "a free name: exit code 3"
admin administrator spn query 'http/node*' 'exchangeMDB/*' --json
is "$RC $(said '(sorted(h["account"] for h in d["holders"]), d["free"])')" \
    "3 (['NODE1\$', 'NODE2\$', 'NODE3\$'], ['exchangeMDB/*'])" "patterns, in JSON"
admin administrator spn query "http/mail.$DOMAIN)(objectClass=*"
is "$RC" 3 "a filter within a name means nothing"
refused 2 "'mail' is no service principal name" "what is no name" administrator spn query mail
refused 2 'no service principal name was given' "no name" administrator spn query
admin administrator spn list "$ASA"
is "$RC $(sort <<<"$SAID" | tr '\n' ' ')" "0 http/autodiscover.$DOMAIN $MAIL " "list"
admin administrator spn list --json
is "$(said '(d["account"], sorted(d["spns"]))')" "('EXCH2016ASA\$', ['http/autodiscover.$DOMAIN', '$MAIL'])" \
    "list --json of the account of asactl.conf"
refused 3 'there is no account NOBODY' "list of nobody" administrator spn list NOBODY

# --- add ---
before=$(directory_now)
admin administrator spn add "$ASA" "http/one.$DOMAIN" exchangeMDB/one --force --dry-run
like "$RC $SAID" '^0 would add http/one.*would add exchangeMDB/one.*would hold 4' "add --dry-run"
is "$(directory_now)" "$before" "changes nothing"
admin administrator spn add "$ASA" --force "http/one.$DOMAIN" exchangeMDB/one exchangeRFR/one exchangeAB/one http/one \
    "HTTP/Mail.$DOMAIN"
like "$RC $SAID" "^0 added http/one.$DOMAIN.*added exchangeAB/one.*held already: HTTP/Mail.*holds 7" "many names in one call"
is "$(names_of "$ASA")" \
    "exchangeAB/one exchangeMDB/one exchangeRFR/one http/autodiscover.$DOMAIN $MAIL http/one http/one.$DOMAIN " \
    "the directory has them, and those from before in their spelling"
ok "a client gets a ticket for a new name" in_lab KRB5CCNAME="FILE:$IN/tickets/wendy" kvno -q "http/one.$DOMAIN@$REALM"
admin administrator spn add --force "http/two.$DOMAIN" --json
is "$RC $(said '(d["account"], d["added"], d["kept"], len(d["spns"]))')" "0 ('EXCH2016ASA\$', ['http/two.$DOMAIN'], [], 8)" \
    "without an account: that of asactl.conf"
admin administrator spn add --force "http/two.$DOMAIN"
like "$RC $SAID" '^0 held already: http/two' "a second time is no error"
refused 4 "EXCH2016ASA[$] holds $MAIL already" "a held name is refused with its holder, whatever its case" \
    administrator spn add --force "$OTHER" "HTTP/MAIL.$DOMAIN"
refused 4 "EXCH2016ASA[$] holds $MAIL already" "all or nothing: a free name beside it is not added" \
    administrator spn add --force "$OTHER" "http/free.$DOMAIN" "$MAIL"
refused 2 "'http/\*' is no service principal name" "a pattern is no name to add" administrator spn add "$ASA" 'http/*'
refused 2 "'http://mail2.$DOMAIN' is no service principal name: .*not a URL" "nor is a URL" \
    administrator spn add "$ASA" "http/mail2.$DOMAIN" "http://mail2.$DOMAIN"
refused 2 "'http/x@Y'" "nor is one with a realm" administrator spn add "$ASA" http/x@Y
refused 2 'no service principal name was given' "no name to add" administrator spn add "$ASA"
refused 3 'there is no account NOBODY' "an account that is none" administrator spn add NOBODY http/x
refused 5 '.*"Write servicePrincipalName" on CN=EXCH2016ASA,' "who may not is told which right is missing, and where" \
    wendy spn add --force "$ASA" http/wendy
refused 7 '.*no Kerberos ticket' "no ticket" none spn add --force "$ASA" http/wendy

# host/NAME stands for http/NAME: the directory refuses, asactl says who is in the way.
refused 4 "EXCH2016ASA[$] holds $MAIL .*stands for host/mail.$DOMAIN" "a name that stands for a held one" \
    administrator spn add --force "$OTHER" "host/mail.$DOMAIN" "http/three.$DOMAIN"
admin administrator spn add --force "$OTHER" "exchangeMDB/mail.$DOMAIN"
is "$RC" 0 "but not of a class that host does not stand for"

# Names before keys would end sign-ins that work: clients get tickets that no node can open.
refused 8 'none of 3 nodes holds a key of OTHERSVC[$]' "no names for an account whose keys no node holds" \
    administrator spn add "$OTHER" "http/four.$DOMAIN"
admin administrator spn add --force "$OTHER" "http/four.$DOMAIN"
like "$RC $COMPLAINED" '^0 warning: none of 3 nodes holds a key of OTHERSVC' "--force does it, and says what will break"
admin administrator spn remove "$OTHER" --yes "http/four.$DOMAIN"
ldap_as dc1 modify >/dev/null <<END
dn: CN=OTHERSVC,CN=Computers,$BASE
changetype: modify
add: servicePrincipalName
servicePrincipalName: http://planted.$DOMAIN
END
admin administrator spn remove "$OTHER" --yes "http://planted.$DOMAIN"
like "$RC $SAID" "^0 removed http://planted" "what is no name, and held all the same, can be removed"
# This machine as a node.
keytable_write here.keytab "$ASA" 1
printf '[asactl]\n realm = %s\n server = %s\n keytab = %s\n[arrays]\n here = {\n server = localhost\n }\n' \
    "$REALM" "dc1.$DOMAIN" "$IN/here.keytab" >"$LAB/here.conf"
ADMIN_CONF=$IN/here.conf
admin administrator spn add "$ASA" "http/five.$DOMAIN"
is "$RC $COMPLAINED" '0 ' "a node that holds one is enough"
refused 8 'none of 1 nodes holds a key of OTHERSVC' "but of this account" \
    administrator spn add "$OTHER" "http/six.$DOMAIN"
# Somebody else writes while asactl asks the nodes: between its reading and its writing.
cat >"$LAB/meddle" <<END
#!/bin/sh
KRB5_CONFIG=$IN/krb5.conf KRB5CCNAME=FILE:$IN/tickets/dc1-administrator LDAPSASL_NOCANON=on \\
    ldapmodify -Q -Y GSSAPI -H ldap://dc1.$DOMAIN <<LDIF
dn: CN=EXCH2016ASA,CN=Computers,$BASE
changetype: modify
add: servicePrincipalName
servicePrincipalName: http/meddled
LDIF
END
chmod +x "$LAB/meddle"
sed "s|server = localhost|&\n server = other|" "$LAB/here.conf" >"$LAB/meddle.conf"
printf '[ssh]\n option = ProxyCommand=%s\n' "$IN/meddle" >>"$LAB/meddle.conf"
ADMIN_CONF=$IN/meddle.conf
admin administrator spn add "$ASA" "http/seven.$DOMAIN"
like "$RC $COMPLAINED" '^4 error: somebody else has just changed the service principal names of EXCH2016ASA' \
    "a list that somebody else has just changed is not written over"
like "$(names_of "$ASA")" ' http/meddled ' "what the other one wrote stands"
admin administrator spn query "http/seven.$DOMAIN"
is "$RC" 3 "and nothing of ours"
ADMIN_CONF=$IN/empty.conf
admin administrator --server "dc1.$DOMAIN" spn add "$ASA" "http/five.$DOMAIN" "http/six.$DOMAIN"
like "$RC $COMPLAINED" '^0 warning: .*names no node' "without nodes in asactl.conf, a warning"
ADMIN_CONF=

# A directory that gives two names at a time.
gcc -std=gnu11 -O1 -Wall -Werror -shared -fPIC "$SUITE_ROOT/t/lib/parts.c" -o "$LAB/parts.so" -ldl
in_parts() {
    RC=0
    SAID=$(in_lab KRB5CCNAME="FILE:$IN/tickets/administrator" LD_PRELOAD="$IN/parts.so" \
        "$IN/bin/asactl" --conf "$IN/asactl.conf" "$@" 2>&1 </dev/null) || RC=$?
}
admin administrator spn list "$ASA"
WHOLE=$SAID
in_parts spn list "$ASA"
is "$RC $(wc -l <<<"$SAID") $SAID" "0 $(wc -l <<<"$WHOLE") $WHOLE" "names that come in parts are all listed"
in_parts spn query http/six."$DOMAIN"
like "$RC $SAID" '^0 .*EXCH2016ASA' "and found"
in_parts spn add "$ASA" --force "http/part.$DOMAIN"
is "$RC $(names_of "$ASA" | wc -w)" "0 $(($(wc -l <<<"$WHOLE") + 1))" "one more is written without losing one"
admin administrator spn remove "$ASA" --yes "http/part.$DOMAIN"

# Least rights: to write the names of this one account is enough.
ok "a user is granted the right to write the names of the account" \
    granted bob "CN=EXCH2016ASA,CN=Computers,$BASE" "OA;;WP;f3a64788-5306-11d1-a9c5-0000f80367c1;"
admin bob spn add --force "$ASA" "http/bob.$DOMAIN"
is "$RC" 0 "with just this right it is done"
refused 5 '.*on CN=OTHERSVC' "and on no other account" bob spn add --force "$OTHER" "http/bobs.$DOMAIN"

# --- remove ---
refused 8 'nothing was done' "remove asks; without a terminal the answer is no" administrator spn remove "$ASA" http/one
refused 3 'EXCH2016ASA[$] does not hold http/none' "all or nothing" administrator spn remove "$ASA" --yes http/one http/none
refused 5 '.*"Write servicePrincipalName"' "who may not remove" wendy spn remove "$ASA" --yes http/one
before=$(directory_now)
admin administrator spn remove "$ASA" http/one --dry-run --json
is "$RC $(said '(d["dry_run"], d["removed"])')" "0 (True, ['http/one'])" "remove --dry-run"
is "$(directory_now)" "$before" "changes nothing"
admin administrator spn remove "$ASA" --yes HTTP/ONE exchangeMDB/one exchangeRFR/one exchangeAB/one "http/bob.$DOMAIN" \
    "http/one.$DOMAIN" "http/two.$DOMAIN" "http/five.$DOMAIN" "http/six.$DOMAIN" http/meddled
is "$RC" 0 "names in any case are removed"
is "$(names_of "$ASA")" "http/autodiscover.$DOMAIN $MAIL " "and only these"

# --- duplicates ---
admin administrator spn duplicates
like "$RC $SAID" '^0 no service principal name is held twice' "none"
# The directory itself would not take it: written into the partition's file.
inside ldbmodify -H "$IN/dc1/private/sam.ldb.d/DC=CORP,DC=TAILSPINTOYS,DC=COM.ldb" --configfile="$IN/dc1/etc/smb.conf" \
    >"$SUITE_WORK/plant" 2>&1 <<END
dn: CN=OTHERSVC,CN=Computers,$BASE
changetype: modify
add: servicePrincipalName
servicePrincipalName: HTTP/Mail.$DOMAIN
END
admin administrator spn duplicates --json
is "$RC $(said 'sorted((h["account"], h["spn"]) for h in d["duplicates"])')" \
    "1 [('EXCH2016ASA\$', '$MAIL'), ('OTHERSVC\$', 'HTTP/Mail.$DOMAIN')]" "a planted one is found, with both holders"
admin administrator spn duplicates
like "$RC $SAID" '^1 NAME.*EXCH2016ASA[$].*OTHERSVC[$].*asactl spn remove' "and in text, with what to do"
refused 4 "OTHERSVC[$] holds HTTP/Mail.$DOMAIN already" "a name held twice is in the way of its first holder too" \
    administrator spn add --force "$ASA" "$MAIL"
admin administrator spn remove "$OTHER" --yes "$MAIL"
is "$RC" 0 "the left-over is removed"
admin administrator spn duplicates
is "$RC" 0 "and no name is held twice any more"
is "$(names_of "$ASA")" "http/autodiscover.$DOMAIN $MAIL " "the account keeps its own"
suite_end
