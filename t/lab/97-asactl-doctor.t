#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# asactl doctor: faults of the directory, of the published names and of the schedule; each is seen, and nothing else.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/doctor.sh"
suite_needs_root sshd
suite_begin
doctor_lab || die "the lab is not in order"
HOLDS=("http/mail.$DOMAIN" "http/autodiscover.$DOMAIN")

healthy "a lab in order: nothing is found" || cat "$LAB/diagnosis" >&2

# --- the account ---
account_is userAccountControl 4098
sick 'FAIL account-enabled' "a disabled account"
account_is userAccountControl 4096

account_is accountExpires "$(((($(date +%s) + 10 * 86400) + 11644473600) * 10000000))"
sick 'warn account-expiry' "an account that expires in ten days"
account_is accountExpires 0

account_is msDS-SupportedEncryptionTypes 28
sick 'warn encryption-types' "an account that allows RC4"
account_is msDS-SupportedEncryptionTypes
sick 'FAIL encryption-types, ? ticket-opens' "an account without encryption types, whose tickets are RC4"
account_is msDS-SupportedEncryptionTypes 24

account_is sAMAccountName 'GONE$'
sick "FAIL account$(unseen account)" "no account of that name"
account_is sAMAccountName "$ASA"

# What no controller lets an administrator write stands in its own file.
SET=$(ldap_as dc1 search -LLL -o ldif-wrap=no -b "CN=${ASA%\$},CN=Computers,$BASE" -s base pwdLastSet | sed -n 's/^pwdLastSet: //p')
raw_account replace "pwdLastSet: $((SET - 25 * 86400 * 10000000))"
sick 'warn password-age' "a password that the schedule should have rolled"
raw_account replace "pwdLastSet: $SET"

# Only passwords of user accounts end.
password_lasts -8640000000000
account_is userAccountControl 512
sick 'warn password-expiry' "a password that ends in ten days"
account_is userAccountControl 4096
password_lasts -9223372036854775808

# --- names ---
account_is servicePrincipalName "${HOLDS[0]}"
sick 'FAIL spn-present' "a name that no account holds"
explained "no account holds ${HOLDS[1]}, which node1\.$DOMAIN serves" "it is named"
cure
healthy "the remedy, as it stands there, helps" || cat "$LAB/cure" >&2
account_is servicePrincipalName "${HOLDS[0]}"
ACCOUNT=${OTHER%\$} account_is servicePrincipalName "http/other.$DOMAIN" "${HOLDS[1]}"
sick 'FAIL spn-owner' "a name that another account holds"
explained "${HOLDS[1]} belongs to ${OTHER%\$}." "both are named"
cure
healthy "the remedy helps: one account loses it, the other gets it" || cat "$LAB/cure" >&2

ACCOUNT=$OTHER raw_account add "servicePrincipalName: ${HOLDS[0]}"
sick 'FAIL spn-duplicates' "a name that two accounts hold"
cure
healthy "the remedy takes it from the other one" || cat "$LAB/cure" >&2

account_is servicePrincipalName "${HOLDS[@]}" "http/old.$DOMAIN" "exchangeMDB/old.$DOMAIN"
sick 'warn spn-unserved' "a name that nobody serves"
cure
account_is servicePrincipalName "${HOLDS[@]}"
healthy "the remedy helps" || cat "$LAB/cure" >&2

# Samba has no forest of two domains; what only the global catalog shows stands in another partition than the domain's.
elsewhere add "http/mail.$DOMAIN"
sick 'FAIL spn-duplicates' "a name that somebody else in the forest holds"
explained "by ${ASA%\$}. and by ELSE." "both are named"
elsewhere delete "http/mail.$DOMAIN"
healthy "all as it was"

# The account's names are looked for in few searches, however many they are, and one that differs in case is the same.
account_is servicePrincipalName "HTTP/MAIL.$DOMAIN" "${HOLDS[1]}" $(printf "smtp/x%d.$DOMAIN " {1..200})
ACCOUNT=$OTHER raw_account add "servicePrincipalName: SMTP/X199.$DOMAIN"
sick 'FAIL spn-duplicates' "one of 200 names is held twice"
explained "smtp/x199\.$DOMAIN is held by" "it is named"
cure
healthy "the remedy helps" || cat "$LAB/cure" >&2
account_is servicePrincipalName "${HOLDS[@]}"

# The certificate of the lab carries this name, too.
dns_record other A "$BALANCER_IP"
everywhere server.conf 'AsaServicePrincipals http/mail.'"$DOMAIN http/autodiscover.$DOMAIN"
everywhere published.conf "ServerAlias other.$DOMAIN"
sick 'FAIL spn-accepted' "a name that is served, and whose tickets are refused"
everywhere server.conf
everywhere published.conf
dns_forget other

# --- DNS ---
dns_forget mail
sick 'warn name-address' "a name that only /etc/hosts knows"
inside sed -i.bak "/ mail\.$DOMAIN/d" /etc/hosts
sick 'FAIL name-address' "a name that nobody knows"
inside mv /etc/hosts.bak /etc/hosts
dns_record mail CNAME "balancer.$DOMAIN"
dns_record balancer A "$BALANCER_IP"
sick 'warn name-alias' "a name that is an alias"
dns_forget balancer
dns_record mail CNAME "autodiscover.$DOMAIN"
healthy "an alias of another name of the account is in order"
dns_record mail A "$BALANCER_IP"
ZONE=$REVERSE dns_record 20.0 PTR "balancer.$DOMAIN"
sick 'warn name-reverse' "an address that leads back to a name without a key"
explained "http/balancer\.$DOMAIN" "it is named"
ZONE=$REVERSE dns_record 20.0 PTR "mail.$DOMAIN"
healthy "one that leads back to a name of the account is in order"
ZONE=$REVERSE dns_forget 20.0

# --- TLS: somebody else answers for a published name ---
certificate_issue "$LAB/certificates/front" "autodiscover.$DOMAIN"
another_front "$LAB/certificates/front"
sick 'FAIL bindings' "a front end with a certificate of its own, which the nodes do not know"
another_front_ends
certificate_issue "$LAB/certificates/front" "else.$DOMAIN"
another_front "$LAB/certificates/front"
sick 'FAIL certificate' "a certificate that carries another name"
explained 'hostname mismatch' "it says so"
another_front_ends
mv "$LAB/certificates/published" "$LAB/certificates/lasting"
certificate_ends 10 "$LAB/certificates/published"
nodes_reload
sick 'warn certificate-expiry' "a certificate that ends in ten days"
rm -r "$LAB/certificates/published"
mv "$LAB/certificates/lasting" "$LAB/certificates/published"
nodes_reload

# --- the clock and the ticket of this machine ---
is "$(SKEWED=100 diagnose)" 'warn clock-here' "this machine is 100 s ahead"
is "$(SKEWED=250 diagnose)" 'FAIL clock-here' "this machine is 250 s ahead"
[ -s "$LAB/tickets/wendy" ] || visit_ticket wendy
is "$(TICKETS=wendy diagnose)" '' "an ordinary user sees the same as an administrator"
is "$(TICKETS=none diagnose)" "$(lines "FAIL directory$(unseen directory account controllers)")" "no ticket"

# --- the schedule ---
inside mv /etc/cron.d/asactl-roll-exch2016asa /etc/kept
sick 'warn schedule' "no schedule"
inside mv /etc/kept /etc/cron.d/asactl-roll-exch2016asa
inside bash -c 'mkdir -p /var/lib/asactl; echo "{\"account\": \"$1\", \"time\": $(date +%s), \"code\": 5, \"sentence\": \"it may not\"}" >"$2"' \
    result "$ASA" /var/lib/asactl/asactl-roll-exch2016asa.json
sick 'FAIL schedule-result' "a schedule whose last run failed"
inside rm /var/lib/asactl/asactl-roll-exch2016asa.json
inside touch -d '4 days ago' /etc/cron.d/asactl-roll-exch2016asa
sick 'FAIL schedule-result' "a schedule that does not run any more"
explained 'it has never run' "it says so"
inside touch /etc/cron.d/asactl-roll-exch2016asa
healthy "all as it was"

# --- a password without AES keys ---
raw_account delete supplementalCredentials:
sick 'FAIL aes-keys, ? ticket-opens' "an account without AES keys"
account_set "$ASA"
asactl roll --to-all --yes >/dev/null
healthy "a roll gives it some"

# --- two domain controllers ---
second_controller_up
healthy "a second domain controller: nothing is found"
second_controller_lags + dc1
CONTROLLER=dc2 account_is description "of dc2"
CONTROLLER=dc2 account_is msDS-SupportedEncryptionTypes 28
sick 'FAIL replication' "a change that does not get from one controller to the other"
explained "dc2\.$DOMAIN has other encryption types .28, not 24" "it says what"
CONTROLLER=dc2 account_is msDS-SupportedEncryptionTypes 24
second_controller_lags - dc1
second_controller_follow dc1 dc2
controller_stop dc2
EXCEPT=controllers
sick "FAIL controllers$(unseen controllers)" "a domain controller that is down"
controller_skewed dc2 100
sick 'warn clock-controllers' "a domain controller that is 100 s ahead"
suite_end
