#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Whom asactl acts as: a key table of two rights, the account itself with its key, and callers that are in trouble.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/directory.sh"
suite_needs_root sshd
suite_begin
admin_tool_place
# This machine is a node here, without an httpd.
sed -i '/^    status = /d' "$LAB/asactl.conf"
ssh_nodes_up
TABLE=$IN/bob.keytab
ACCOUNT=CN=${ASA%\$},CN=Computers,$BASE

# is_now USER ATTRIBUTE VALUE: what the directory says of the user from now on.
is_now() {
    ldap_as dc1 modify >/dev/null <<END
dn: CN=$1,CN=Users,$BASE
changetype: modify
replace: $2
$2:$3
END
}

# bob ARGUMENT…: as the owner of the key table, without any ticket.
bob() {
    admin none --client-keytab "$TABLE" "$@"
}

ok "bob gets two rights" least_rights bob
keytable_write bob.keytab bob 1
chmod 600 "$LAB/bob.keytab"
visit_ticket wendy
KVNO=$(account_kvno "$ASA")

# --- two rights are enough for what a schedule does, and for nothing else ---
admin none account show
like "$RC $COMPLAINED" '^7 error: .*no Kerberos ticket' "without a ticket and a key table nothing goes"
bob status --json
is "$RC $(said '[n["matches"] for n in d["nodes"]]')" "0 [True, True, True]" "a key table is enough for status"
bob roll --to-all --yes --pause 1
KVNO=$((KVNO + 1))
is "$RC $(account_kvno "$ASA")" "0 $KVNO" "and for a roll"
all_sign_in wendy "old tickets sign in"
bob spn add "$ASA" "http/bob.$DOMAIN"
is "$RC" 0 "and to add a name"
bob spn list "$ASA"
like "$SAID" "http/bob\.$DOMAIN" "which is there then"
bob spn remove "$ASA" --yes "http/bob.$DOMAIN"
is "$RC" 0 "and to remove it"
is "$COMPLAINED" '' "without a complaint"
ok "no cache of tickets is left" test ! -e "$LAB/tickets/none"
bob --client "bob@$REALM" account show
is "$RC" 0 "its principal can be named"
bob --client bob account show
is "$RC" 0 "without its realm too"
AS=(none --client-keytab "$TABLE")
refused 5 '.*"Create Computer objects" on CN=Computers,' "to create an account takes another right" "${AS[@]}" account create QASA
refused 5 ".*\"Write userAccountControl\" on $ACCOUNT" "so does to disable this one" "${AS[@]}" account disable "$ASA" --yes
refused 5 ".*\"Delete\" on $ACCOUNT" "and to delete it" "${AS[@]}" account delete "$ASA" --yes --force
refused 5 '.*"Write servicePrincipalName" on CN=OTHERSVC' "and to name another one" \
    "${AS[@]}" spn add --force "$OTHER" "http/bobs.$DOMAIN"
refused 5 '.*"Reset Password" on CN=OTHERSVC' "and to roll another one" \
    "${AS[@]}" roll --account "$OTHER" --to-server localhost --keytab "$IN/other.keytab" --yes --pause 0

# --- the account itself, with its own key ---
SELF_CONF=$IN/self.conf
sed -e "/^\[asactl\]/a\    client-keytab = $NODE_KEYS/asa.keytab\n    client = $ASA" \
    -e "/^    nodes = {/a\        server = localhost" "$LAB/asactl.conf" >"$LAB/self.conf"
sed '/server = localhost/d' "$LAB/self.conf" >"$LAB/apart.conf"
cp -p "$LAB/node1/keys/asa.keytab" "$LAB/node/keys/asa.keytab"

# self ARGUMENT…: as the account itself; this machine is one of the nodes.
self() {
    ADMIN_CONF=$SELF_CONF admin none "$@"
}

new_ticket wendy
# Another controller for passwords than that of the run.
sed -i.kept "s/kpasswd_server = .*/kpasswd_server = $BACKEND_IP/" "$LAB/krb5.conf"
self roll --to-all --yes --pause 1
mv "$LAB/krb5.conf.kept" "$LAB/krb5.conf"
KVNO=$((KVNO + 1))
is "$RC $(account_kvno "$ASA")" "0 $KVNO" "the account rolls itself, at the controller of the run, whatever krb5.conf says"
understood() { [[ $COMPLAINED != *warning:* ]]; }
ok "whose answer is understood" understood
like "$COMPLAINED" "a ticket of dc1\.$DOMAIN proves that kvno $KVNO is in use" "a ticket proves it"
all_sign_in wendy "old tickets sign in"
new_ticket wendy
all_sign_in wendy "so do new ones"
# shellcheck disable=SC2016  # expanded by the inner shell
killed=$(in_lab KRB5CCNAME="FILE:$IN/tickets/none" bash -c '
    exec 7< <(exec "$@" 2>&1 >/dev/null)
    roll=$!
    while read -r -u 7 line; do
        [[ $line != *"for the workers"* ]] || { kill -KILL "$roll"; echo "killed: $line"; exit; }
    done' kill "$IN/bin/asactl" --conf "$SELF_CONF" roll --to-all --yes --pause 60)
like "$killed" 'killed' "killed between the nodes and the directory"
self roll --to-all --yes --pause 1
KVNO=$((KVNO + 1))
is "$RC $(account_kvno "$ASA")" "0 $KVNO" "run again, with a key above the one in use in its table, it is done"
all_sign_in wendy "and everybody signs in"

ADMIN_CONF=$IN/apart.conf refused 8 ".*to which this roll does not bring the next one" \
    "where its next key would not come to it, it is refused" none roll --to-all --yes --pause 1
sed "s|client-keytab = .*|client-keytab = $NODE_KEYS/linked.keytab|" "$LAB/self.conf" >"$LAB/linked.conf"
ln "$LAB/node/keys/asa.keytab" "$LAB/node/keys/linked.keytab"
ADMIN_CONF=$IN/linked.conf refused 8 ".*linked\.keytab, to which this roll does not bring the next one" \
    "so it is where only a link leads to the file that will be replaced" none roll --to-all --yes --pause 1
rm "$LAB/node/keys/linked.keytab"
in_lab kinit -k -t "$NODE_KEYS/asa.keytab" -c "FILE:$IN/tickets/itself" "$ASA"
refused 7 "the ticket is that of EXCH2016ASA[$], which can change its own password only with its key"$'\n'".*--client-keytab" \
    "with a ticket and without a key too" itself roll --to-all --yes --pause 1

# young_enough DAYS: how old a password must be before its owner may change it; computers are not asked.
young_enough() {
    samba domain passwordsettings set --min-pwd-age="$1" >/dev/null
}
is_now carol servicePrincipalName "http/carol.$DOMAIN"
is_now carol msDS-SupportedEncryptionTypes 24
keytable_write carol.keytab carol 1
CAROL=(none --client-keytab "$IN/carol.keytab" --account carol --keytab "$IN/carol.keytab" roll --to-server localhost --yes --pause 0)
# The nodes of this lab share its files: here they must not be nodes.
sed '/^\[arrays\]/,/^    }/d' "$LAB/asactl.conf" >"$LAB/nodeless.conf"
ok "passwords must be a day old" young_enough 1
ADMIN_CONF=$IN/nodeless.conf refused 1 "dc1\.$DOMAIN refuses the password: the domain's policy forbids it \(kpasswd says 4, .*minimum password age" \
    "the policy's refusal is told" "${CAROL[@]}"
ok "passwords may be young again" young_enough 0
ADMIN_CONF=$IN/nodeless.conf admin "${CAROL[@]}"
is "$RC $(account_kvno carol)" "0 2" "then a user account rolls itself too"
is "$(in_lab klist -k "$IN/carol.keytab" | grep -c '^ *2 carol@')" 2 "its next key is in its table"

bob roll --to-all --yes --pause 1
KVNO=$((KVNO + 1))
is "$RC $(account_kvno "$ASA")" "0 $KVNO" "somebody else rolls the account"
ADMIN_CONF=$SELF_CONF refused 7 'could not get a ticket for EXCH2016ASA[$]@.*: none of its keys is that of' \
    "a key table that missed a roll" none roll --to-all --yes
admin administrator copy --from "node1.$DOMAIN" --to localhost
is "$RC" 0 "asactl copy brings the key"
self account show
is "$RC" 0 "and then it signs in"
ADMIN_CONF=$IN/apart.conf admin none roll --to-all --yes --pause 0 --force
like "$RC $COMPLAINED" '^0 warning: .*to which this roll does not bring the next one' "--force does it, and warns"
KVNO=$((KVNO + 1))
is "$(account_kvno "$ASA")" "$KVNO" "by the same way"

# --- callers in trouble ---
# sound DESCRIPTION: bob's key table does again.
sound() {
    bob account show
    is "$RC" 0 "$1"
}

# trouble CODE REGEX DESCRIPTION: bob cannot roll, and nothing has changed.
trouble() {
    refused "$1" "$2" "$3" "${AS[@]}" roll --to-all --yes
}

# troubled KEY-TABLE TICKET DESCRIPTION: so it is with his key table, with a ticket that he got before, and with one by
# which he has been at the directory before: each is told what is wrong.
troubled() {
    trouble 7 "could not get a ticket for bob@.*: $1" "$3"
    cp "$LAB/tickets/before" "$LAB/tickets/held"
    refused 7 "could not sign in to dc1\.$DOMAIN: $2" "$3, with a ticket from before" held roll --to-all --yes
    cp "$LAB/tickets/used" "$LAB/tickets/held"
    refused 7 "dc1\.$DOMAIN gives no ticket: $2" "$3, with one that the directory knows" held roll --to-all --yes
}

visit_ticket bob
mv "$LAB/tickets/bob" "$LAB/tickets/before"
cp "$LAB/tickets/before" "$LAB/tickets/used"
admin used account show
is "$RC" 0 "bob has been at the directory with a ticket, too"
is_now bob userAccountControl 514
troubled 'the account is disabled or locked' "the domain does not take the ticket's account any more: it may be disabled" \
    "a disabled account"
is_now bob userAccountControl 512
sound "enabled again"
is_now bob pwdLastSet 0
troubled "the account.s password has expired" "the password of the ticket's account has expired" "an expired password"
is_now bob pwdLastSet -1
sound "a password that has not"
is_now bob accountExpires 116444736000000000
troubled 'the account (has expired|is disabled or locked)' "the account of the ticket has expired" "an account that has ended"
is_now bob accountExpires 0
sound "one that has no end"
samba domain passwordsettings set --account-lockout-threshold=1 >/dev/null
is "$(in_lab kinit -c "FILE:$IN/tickets/none" "bob@$REALM" <<<wrong 2>&1 | grep -c 'Password incorrect')" 1 "one wrong password"
troubled 'the account is disabled or locked' "the account of the ticket is disabled or locked" "a locked account"
samba domain passwordsettings set --account-lockout-threshold=0 >/dev/null
is_now bob lockoutTime 0
sound "unlocked again"

cp -p "$LAB/bob.keytab" "$LAB/old.keytab"
secret_new bob
ok "bob gets a new password" is_now bob unicodePwd ": $(secret_for_ldap bob)"
trouble 7 'could not get a ticket for bob@.*: none of its keys is that of' "an old key"
keytable_write bob.keytab bob 2 old.keytab
sound "the old one and the new one"
rm "$LAB/bob.keytab"
keytable_write bob.keytab bob 1
chmod 644 "$LAB/bob.keytab"
bob account show
like "$RC $COMPLAINED" "^0 warning: everybody on this machine can read $TABLE" "a key table that is open to all is warned of"
chmod 600 "$LAB/bob.keytab"

refused 7 'the client key table /run/asa-lab/nothing does not exist' "a key table that is not there" \
    none --client-keytab "$IN/nothing" roll --to-all --yes
head -c 40 "$LAB/bob.keytab" >"$LAB/torn.keytab"
refused 7 'the client key table /run/asa-lab/torn.keytab .*' "a torn one" none --client-keytab "$IN/torn.keytab" roll --to-all --yes
refused 7 ".*holds no key of carol@$REALM" "a principal that it does not hold" "${AS[@]}" --client carol roll --to-all --yes
refused 2 "--client is '@X'" "one that is none" "${AS[@]}" --client @X roll --to-all --yes
refused 2 'client is bob, and there is no client-keytab' "a principal without a key table" \
    none --client bob roll --to-all --yes

# stranger REALM: the key table of a bob of another realm.
stranger() {
    { echo "add_entry -password -p bob@$1 -k 1 -e aes256-cts-hmac-sha1-96 -s salt"
      echo nothing
      echo "write_kt $IN/stranger.$1"; } | in_lab ktutil >/dev/null
}
stranger NOWHERE.EXAMPLE
refused 7 'could not get a ticket for bob@NOWHERE\.EXAMPLE .*: no KDC is known for its realm' "a realm that nobody knows" \
    none --client-keytab "$IN/stranger.NOWHERE.EXAMPLE" roll --to-all --yes
stranger "$REALM2"
refused 6 "could not get a ticket for bob@$REALM2 .*: no KDC of its realm answers" "a realm whose KDC is down" \
    none --client-keytab "$IN/stranger.$REALM2" roll --to-all --yes
sound "and the right realm"

in_lab kinit -l 1s -c "FILE:$IN/tickets/over" "administrator@$REALM" <"$(secret_file administrator)" >/dev/null
over() { ! in_lab klist -s -c "FILE:$IN/tickets/over"; }
ok "a ticket of one second ends" wait_until 60 over
refused 7 'could not sign in .*expired' "an ended ticket" over roll --to-all --yes
before=$(directory_now)
admin over --client-keytab "$TABLE" status
is "$RC" 0 "a key table wins over such a ticket"

gcc -std=gnu11 -O1 -Wall -Werror -shared -fPIC "$SUITE_ROOT/t/lib/skew.c" -o "$LAB/skew.so" -ldl
for skew in 1200 -1200 100; do
    RC=0
    COMPLAINED=$(in_lab KRB5CCNAME="FILE:$IN/tickets/none" ASA_SKEW=$skew LD_PRELOAD="$IN/skew.so" \
        "$IN/bin/asactl" --conf "$IN/asactl.conf" --client-keytab "$TABLE" account show 2>&1 </dev/null) || RC=$?
    case $skew in
    100) like "$RC $COMPLAINED" '^0 account' "a clock that is off by less than Kerberos allows" ;;
    *) like "$RC $COMPLAINED" '^7 error: could not get a ticket for bob@.*clock' "a clock that is $skew seconds off" ;;
    esac
done
is "$(directory_now)" "$before" "none of these has changed the directory"

# --- a crash leaves nothing ---
# crash_of COMMAND…: is killed as by a mistake of its own when it says that it waits; where core files go, there is one,
# unless it forbids them.
crash_of() {
    # shellcheck disable=SC2016  # expanded by the inner shell
    in_lab KRB5CCNAME="FILE:$IN/tickets/none" bash -c '
        ulimit -c unlimited
        cd "$1" || exit
        shift
        exec 7< <(exec "$@" 2>&1 >/dev/null)
        crashing=$!
        while read -r -u 7 line; do
            [[ $line != *"for the workers"* ]] || { kill -SEGV "$crashing"; break; }
        done
        while read -r -u 7 line; do :; done' crash "$IN/crash" "$@"
    find "$LAB/crash" -name '*core*' -type f | wc -l
}
mkdir "$LAB/crash"
is "$(crash_of "$IN/bin/asactl" --conf "$IN/asactl.conf" --client-keytab "$TABLE" roll --to-all --yes --pause 60)" 0 \
    "asactl that crashes with keys in its memory leaves no core file"
if [[ $(</proc/sys/kernel/core_pattern) == [!/\|]* ]]; then
    is "$(crash_of perl -e '$| = 1; print STDERR "for the workers\n"; require POSIX; POSIX::pause()')" 1 "another program leaves one"
fi

expect_log 'asa\.keytab'
suite_end
