#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A newcomer on an empty domain who types every command of README: from installing to a sign-in, on to the account's end.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/machine.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/readme.sh"
suite_needs_root sshd
suite_begin empty
admin_tool_place
ssh_nodes_up

# follow COMMAND-LINE: as an administrator types it, who says yes and knows the passwords; ARRIVED is what it said.
follow() {
    local line=$1 word short where=on_machine
    case $line in
    asactl\ *)
        # Names that README gives in short, as ssh on a real machine takes them.
        for word in $line; do
            [[ $word != node[1-3] ]] || short+=" $word.$DOMAIN"
            [[ $word == node[1-3] ]] || short+=" $word"
        done
        line="$short --yes"
        ;;
    apt-get\ *) where=machine_online ;;
    kinit\ *)
        word=${line##* }
        line+=" <$IN/secrets/${word%@*}"
        ;;
    esac
    ARRIVED=$($where "$line" 2>&1 </dev/null) || { FOLLOWED="exit code $?: $(tail -n 8 <<<"$ARRIVED")"; return; }
    FOLLOWED=done
}

# follow_chapter TITLE COUNT: every command of it, in order, each a test point, and more where it shows something.
follow_chapter() {
    local line
    readme_chapter "$1" | sed 's/\bcas-\([1-3]\)/node\1/g' | readme_blocks sh >"$LAB/commands"
    is "$(wc -l <"$LAB/commands")" "$2" "README, '$1': $2 commands"
    while read -r -u 5 line; do
        line=$(sed 's/  *# .*//' <<<"$line")
        follow "$line"
        is "$FOLLOWED" "done" "$line"
        case $line in
        'asactl schedule create '*) schedule_runs ;;
        'asactl schedule show') schedule_fails ;;
        'asactl schedule remove') schedule_is_gone ;;
        'asactl status') like "$ARRIVED" "node3\.$DOMAIN .*matches" "every node matches the directory"; keys_arrive ;;
        'curl -i '*/owa/) like "$ARRIVED" 'HTTP/[0-9.]+ 200 .*Mailbox of TAILSPIN.wendy' "wendy sees her mailbox" ;;
        'curl -i '*) like "$ARRIVED" 'HTTP/[0-9.]+ 200 .*the mailbox' "wendy is let in" ;;
        'asactl verify') like "$ARRIVED" '8 of 8 sign-ins' "every name on every node, and through the balancer" ;;
        'asactl doctor') like "$ARRIVED" ' 0 failed, [01] that could not be checked' "nothing is wrong" ;; # with AppArmor, there is no audit log to look into
        'asactl log '*) like "$ARRIVED" 'Mapi .*Owa .*Every request that was signed in \([0-9]+\) came by Kerberos' "all is proven" ;;
        'curl '*) like "$ARRIVED" 'EXCH2016ASA.*kvno [0-9]+' "the node says what it holds" ;;
        'tail '*/Owa/*) wait_until 60 log_proves "$line"; like "$(on_machine "$line")" \
            ",TAILSPIN.wendy,.*,exch1\.$DOMAIN,.*BeSpn=HTTP/exch1\.$DOMAIN;BeWay=s4u2proxy;" "and the log says how exch1 was asked" ;;
        'tail '*) wait_until 60 log_proves "$line"; ok "and that is the proof" log_proves "$line" ;;
        esac
    done 5<"$LAB/commands"
}

# keys_arrive: the machine is a node as well; what asactl brought to one comes to the path that httpd reads.
keys_arrive() {
    on_machine "install -m 640 -o root -g www-data $IN/node1/keys/asa.keytab /etc/apache2/asa.keytab"
}

# What systemd makes of the schedule: with a key table it runs by its service, in nobody's session.
schedule_runs() {
    local unit=asactl-roll-exch2016asa
    like "$(on_machine 'systemctl list-timers --no-pager')" "$unit.timer +$unit.service" "systemd will start it"
    keytable_write roller.keytab bob 1
    ok "it gets a credential" on_machine "kdestroy; cp $IN/roller.keytab /etc/roller.keytab && chmod 600 /etc/roller.keytab &&
        sed -i 's,^.asactl.,&\n    client-keytab = /etc/roller.keytab,' /etc/asactl.conf"
    ok "systemd runs it" on_machine "systemctl start $unit.service"
    like "$(on_machine "cat /var/log/asactl/$unit.log")" 'is 0 days old; it is rolled when it is 21 days old' "and its log says what it did"
}

schedule_fails() {
    like "$ARRIVED" 'result +in order' "the run was in order"
    ok "a run without its credential fails" on_machine 'rm /etc/roller.keytab; ! systemctl start asactl-roll-exch2016asa.service 2>/dev/null'
    follow 'asactl schedule show'
    like "$FOLLOWED" "exit code 1: .*the last run failed: .*/etc/roller.keytab" "monitoring hears of it"
}

schedule_is_gone() {
    is "$(on_machine 'systemctl list-units --all --no-legend --plain "asactl*"; systemctl list-unit-files --no-legend "asactl*"')" '' \
        "systemd knows nothing of it any more, not even that it failed"
    ok "the administrator is back" on_machine "sed -i /client-keytab/d /etc/asactl.conf; kinit administrator@$REALM <$IN/secrets/administrator"
}

log_proves() {
    on_machine "$1" 2>/dev/null | grep -F 'Negotiate,true,TAILSPIN\wendy' | grep -qF 'AuthPkg=Kerberos;'
}

# --- a machine with httpd as Debian's package leaves it, and a site whose users are to sign in ---
ok "a machine" machine_up
certificate_issue "$LAB/machine/site" "mail.$DOMAIN"
machine_file /etc/apache2/sites-available/mail.conf <<END
<VirtualHost *:443>
    ServerName mail.$DOMAIN
    DocumentRoot /var/www/html
    SSLEngine on
    SSLCertificateFile $IN/machine/site/cert.pem
    SSLCertificateKeyFile $IN/machine/site/key.pem
</VirtualHost>
END
ok "httpd and a site" on_machine "a2enmod -q mpm_event authz_core authz_host authz_user authn_core alias dir env mime ssl && a2ensite -q mail &&
    mkdir -p /var/www/html/mapi && echo 'the mailbox' >/var/www/html/mapi/index.html &&
    sed -i 's/Listen 443/Listen 127.0.0.1:443/' /etc/apache2/ports.conf &&
    cat $IN/ca/ca.pem >>/etc/ssl/certs/ca-certificates.crt"

follow_chapter Install 6

# Its settings, and what only this lab needs: how its nodes are reached, and where they keep the key table.
{ readme_chapter 'Set up in five minutes' | sed 's/\bcas-\([1-3]\)/node\1/g' | readme_blocks conf
  sed -n '/^\[ssh\]/,$p' "$LAB/asactl.conf"; } | sed "s,^\[asactl\],&\n    keytab = $NODE_KEYS/asa.keytab," >"$LAB/settings"
like "$(<"$LAB/settings")" "account = EXCH2016ASA.*server = node3\.$DOMAIN" "README has settings"
machine_file /etc/asactl.conf <"$LAB/settings"
is "$(account_kvno "$ASA")" '' "the domain knows nothing of the account"

follow_chapter 'Set up in five minutes' 15
follow_chapter 'Health and status' 1

# --- Exchange behind it ---
ok "exch1 demands tickets" back_end_start exch1 --tls --negotiate --channel-bindings require
ok "a certificate where README has one" on_machine "cp $IN/machine/site/cert.pem /etc/ssl/certs/mail.pem && cp $IN/machine/site/key.pem /etc/ssl/private/mail.key"
readme_chapter 'Front end for Exchange' | readme_blocks conf | machine_file /etc/apache2/conf-available/exchange.conf
readme_chapter 'Front end for Exchange' | readme_blocks ldif | machine_file /usr/src/mod_asa_auth/delegation.ldif
follow_chapter 'Front end for Exchange' 14
is "$(back_end_journal exch1 "d['event'] == 'sign-in' and (d['client'], *d['delegated_by'], d['bound'])")" \
    "('wendy@$REALM', 'HTTP/mail.$DOMAIN@$REALM', True)" "exch1 saw wendy, by delegation, bound to its certificate"

is "$(on_machine "grep -E ':(warn|error|crit)\]' /var/log/apache2/error.log | grep -v AH01882")" '' "the machine's httpd complains of nothing"
ok "the machine's httpd ends" on_machine 'systemctl stop apache2'

# --- httpd on every node, from then on; a client through the balancer ---
lab_nodes_up
visits_begin
visit_every_node /mapi/emsmdb/ POST
is "$?" 0 "wendy signs in on every node: $VISIT_SUMMARY"
is "$(proven AuthenticationType AuthenticatedUser 'GenericInfo;AuthPkg')" $'Negotiate\tTAILSPIN\\wendy\tKerberos' "and the log proves it"

# --- the proof ---
on_machine "kinit administrator@$REALM <$IN/secrets/administrator" >/dev/null
# Its status page, as README has it in 'Keep the credential'; here the nodes have no trust in the lab's authority.
STATUS=$(readme_chapter 'Keep the credential' | readme_blocks conf | grep 'status =')
on_machine "sed -i 's,^.asactl.,&\n$STATUS\n    httpd = hostname\n    ca = $IN/ca/ca.pem,' /etc/asactl.conf"
# The machine was a node so far; from here, the published names lead to the balancer.
names_hosts | machine_file /etc/hosts
# What is served there, besides, for the sake of failures.
sed -i '/ServerAlias other/d' "$LAB/conf/node.conf"
for node in "${NODES[@]}"; do
    httpd_reload "$node"
done
follow_chapter 'Prove that NTLM is gone' 3
ok "the report is there" on_machine 'grep -q "came by Kerberos" kerberos.html'

# --- the time after ---
follow_chapter 'Keep the credential' 8
is "$(account_kvno "$ASA")" '' "in the end the account is gone"
expect_log 'asa\.keytab'
suite_end
