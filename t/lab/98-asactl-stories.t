#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The stories of the vendor's documents, from the user's complaint to the cure: what verify, doctor and log say of it, and
# that all is well when the remedy was followed.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/doctor.sh"
suite_needs_root sshd
suite_begin
doctor_lab || die "the lab is not in order"
MAIL=http/mail.$DOMAIN AUTODISCOVER=http/autodiscover.$DOMAIN

# told CODE REGEX DESCRIPTION ARGUMENT…: asactl ends with this code and says so.
told() {
    local code=$1 regex=$2 description=$3 rc=0
    shift 3
    SAID=$(asactl "$@" 2>&1 </dev/null) || rc=$?
    like "$rc $SAID" "^$code .*($regex)" "$description"
}

# complaint USER NODE STATUS DESCRIPTION ARGUMENT…: what the user meets there, with a new ticket.
complaint() {
    local user=$1 node=$2 status=$3 description=$4
    shift 4
    rm -f "$LAB/tickets/$user"
    # shellcheck disable=SC2046  # words of curl's arguments
    sign_in "$user" "$@" $(to_node "$node")
    is "$VISIT_STATUS" "$status" "$description"
}

# cured DESCRIPTION: with everything, and by everybody's account.
cured() {
    told 0 '8 of 8 sign-ins' "$1: verify agrees" verify
    healthy "$1: doctor agrees"
}

# logged NODE: the folder of its logs, as asactl sees it.
logged() {
    echo "$IN/$1/HttpProxy"
}

# --- a new server, where nobody thought of the alternate service account (KRB_AP_ERR_MODIFIED) ---
cp -p "$LAB/node3/keys/asa.keytab" "$LAB/keys/before.keytab"
keytable_write keys/new-server.keytab "NODE3\$" 1
keytable_put keys/new-server.keytab node3
wait_until 60 lacks_account node3
complaint wendy node3 401 "wendy cannot sign in at the new server" "https://mail.$DOMAIN/mapi/"
REASON=$(proven ErrorCode)
like "$REASON" '^Key(Mismatch|VersionMissing)$' "the log says why"
complaint wendy node1 200 "at the others she can" "https://mail.$DOMAIN/mapi/"
told 1 "node3\\.$DOMAIN +$REASON +$REASON.*$REASON: .* at node3\\.$DOMAIN" "verify shows which server it is, and why" verify
is "$(diagnose)" "FAIL key-table" "doctor, too"
explained "asactl copy --from node1\\.$DOMAIN --to node3\\.$DOMAIN" "and what to do about it"
told 0 "$REASON: .*node NODE3" "asactl log tells it of that server" log "$(logged node3)"
told 0 '' "the remedy" copy --from "node1.$DOMAIN" --to "node3.$DOMAIN" --yes
wait_until 60 node_holds node3 1
cured "the new server has the keys"
complaint wendy node3 200 "wendy can sign in there" "https://mail.$DOMAIN/mapi/"

# --- a name on two accounts ---
ACCOUNT=$OTHER raw_account add "servicePrincipalName: $MAIL"
complaint wendy node1 401 "wendy gets no ticket" "https://mail.$DOMAIN/mapi/"
told 1 "SeveralAccounts: $MAIL.*asactl spn remove" "verify says why" verify --spn "$MAIL"
is "$(diagnose)" "FAIL spn-duplicates" "doctor finds the name on two accounts"
explained "${OTHER%\$}" "and says which is the other one"
told 1 "$MAIL.*${OTHER%\$}" "spn duplicates, too" spn duplicates
told 0 '' "the remedy" spn remove "$OTHER" "$MAIL" --yes
cured "the name is on one account"

# --- the name of the array has no service principal name ---
told 0 '' "a name is taken from the account" spn remove "$ASA" "$AUTODISCOVER" --yes
complaint bob node1 401 "bob has no ticket for it: an Outlook falls back to NTLM" "https://autodiscover.$DOMAIN/autodiscover/"
is "$(proven ErrorCode AuthenticationType)" "NoCredentials"$'\t' "the log sees nothing of Kerberos"
told 1 ": $AUTODISCOVER everywhere.*asactl spn add" "verify gets no ticket for it, and says what to do" verify --spn "$AUTODISCOVER"
is "$(diagnose)" "FAIL spn-present" "doctor misses the name"
told 0 '' "the remedy" spn add "$AUTODISCOVER" --yes
cured "the name is there"
complaint bob node1 200 "bob can sign in" "https://autodiscover.$DOMAIN/autodiscover/"

# --- the offline address book was forgotten ---
mkdir "$LAB/htdocs/oab"
echo '<OAB/>' >"$LAB/htdocs/oab/oab.xml"
everywhere published.conf '<Location /oab/>' 'AsaProtocol Oab' 'AuthType None' 'Require all granted' '</Location>'
complaint carol node1 200 "carol gets it, but nobody asked who she is" "https://mail.$DOMAIN/oab/oab.xml"
is "$(proven Protocol IsAuthenticated)" "Oab"$'\t'"false" "the log says so"
is "$(diagnose)" "FAIL places" "doctor finds the place"
told 0 'Oab' "asactl log shows the protocol" log "$(logged node1)"
everywhere published.conf '<Location /oab/>' 'AsaProtocol Oab' '</Location>'
cured "the place asks for tickets"
complaint carol node1 200 "carol is signed in there" "https://mail.$DOMAIN/oab/oab.xml"
is "$(proven Protocol IsAuthenticated 'GenericInfo;AuthPkg')" "Oab"$'\t'"true"$'\t'"Kerberos" "the log proves it"
everywhere published.conf

# --- the schedule ran out, and nobody noticed ---
inside touch -d '30 days ago' /etc/cron.d/asactl-roll-exch2016asa
told 1 'none has come|overdue|never run' "schedule show says so" schedule show
is "$(diagnose)" "FAIL schedule-result" "doctor, too"
told 0 '' "the remedy" schedule create --to-all --cron --yes
cured "the schedule is there again"

# --- what the documents look at: front-end logs of IIS, and Exchange 2010's Address Book service ---
mkdir "$LAB/seen"
cat >"$LAB/seen/iis.log" <<'END'
#Software: Microsoft Internet Information Services 10.0
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken
2022-02-05 20:57:34 10.0.0.30 POST /autodiscover/autodiscover.xml - 443 - 10.0.0.23 Microsoft+Office/16.0 - 401 1 2148074254 30
2022-02-05 20:57:34 10.0.0.30 POST /autodiscover/autodiscover.xml - 443 - 10.0.0.23 Microsoft+Office/16.0 - 401 1 2148074254 11
END
told 1 'SEC_E_NO_CREDENTIALS .*this server has its keys' "asactl log knows what IIS says at the new server" log "$IN/seen/iis.log"
echo '2011-03-11T20:00:12.000Z,9,0,/o=First/ou=Exchange/cn=Administrator,,,proseware-hc1,ncacn_ip_tcp,Bind,,6,,,Kerberos,' \
    >"$LAB/seen/address-book.log"
told 0 'AddressBook +1 ' "and what the Address Book service says of Kerberos" log "$IN/seen/address-book.log"

expect_log 'KeyMismatch|KeyVersionMissing'
suite_end
