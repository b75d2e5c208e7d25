# SPDX-License-Identifier: Apache-2.0
# Back ends with accounts of their own, exch1 and exch2, which behave like Exchange and can demand Negotiate as it does.
# shellcheck shell=bash disable=SC2153  # names.sh sets LAB and the like

BACK_END_CONTROL=8090   # the port that opens gates and sets faults

# back_end_start NAME [--tls] [--negotiate] [--channel-bindings accept|require] [--persist]: at https://NAME.$DOMAIN, or without
# --tls at http://; its account NAME$ holds HTTP/NAME.$DOMAIN. A journal that an earlier one wrote is continued.
back_end_start() {
    local name=$1 address=${BACK_END_IP[$1]} port=80 journal=exchange/$1.journal lines more=() certificate=()
    shift
    back_end_place
    back_end_account "$name"
    for option; do
        case $option in
        --tls)
            port=443
            certificate=("$IN/certificates/$name/cert.pem" "$IN/certificates/$name/key.pem")
            [ -s "$LAB/certificates/$name/cert.pem" ] ||
                certificate_issue "$LAB/certificates/$name" "$name.$DOMAIN" "${PUBLISHED[@]/%/.$DOMAIN}" ;;
        --negotiate) more+=(--key-table "$IN/exchange/$name.keytab" --service "HTTP/$name.$DOMAIN") ;;
        *) more+=("$option") ;;
        esac
    done
    touch "$LAB/$journal"
    lines=$(grep -c '"ready"' "$LAB/$journal") || true
    inside_started "$LAB/exchange/log" env KRB5_CONFIG="$IN/krb5.conf" /usr/bin/python3 "$IN/exchange/server.py" "${more[@]}" \
        "$address" "$port" "$BACK_END_CONTROL" "$IN/$journal" "${certificate[@]}"
    wait_until 60 back_end_ready "$name" "$lines" || { say_log "$LAB/exchange/log"; return 1; }
}

# back_end_ready NAME STARTS: it has started once more.
back_end_ready() {
    [ "$(grep -c '"ready"' "$LAB/exchange/$1.journal")" -gt "$2" ]
}

# back_end_place: the program.
back_end_place() {
    mkdir -p "$LAB/exchange"
    cp "$ROOT"/scripts/lib/exchange/*.py "$LAB/exchange/"
}

# back_end_account NAME: the account in the directory and its key table, unless they are there.
back_end_account() {
    local account=${1^^}\$
    [ ! -s "$LAB/exchange/$1.keytab" ] || return 0
    account_computer "$account" "HTTP/$1.$DOMAIN" | ldap_as dc1 modify >/dev/null || die "the account $account could not be made"
    keytable_write "exchange/$1.keytab" "$account" "$(account_kvno "$account")"
}

# back_end_stop NAME [SIGNAL]: ends the process; its connections end with it.
back_end_stop() {
    local pid
    pid=$(back_end_pid "$1")
    inside kill "-${2:-TERM}" "$pid"
    wait_until 60 back_end_gone "$pid"
}

back_end_pid() {
    sed -n 's/.*"event": "ready", "pid": \([0-9]*\)}/\1/p' "$LAB/exchange/$1.journal" 2>/dev/null | tail -n 1
}

back_end_gone() {
    ! inside kill -0 "$1" 2>/dev/null
}

# True if the process of that name runs. The pid is one of the lab's own pid namespace.
back_end_runs() {
    local pid
    pid=$(back_end_pid "$1") && [ -n "$pid" ] && inside kill -0 "$pid" 2>/dev/null
}

# back_end_journal NAME EXPRESSION: of every event d of that back end's journal, what the Python expression says, if it is true.
back_end_journal() {
    back_end_events "$LAB/exchange/$1.journal" "$2"
}

# back_end_events JOURNAL EXPRESSION
back_end_events() {
    /usr/bin/python3 -c 'import json, sys
for line in open(sys.argv[1]):
    d = json.loads(line)
    if found := eval(sys.argv[2]):
        print(found)' "$1" "$2"
}

# back_end_delegation NAME: LDIF that lets the alternate service account have tickets of users for that back end, also of
# users whose own ticket is of the time before a roll (TRUSTED_TO_AUTH_FOR_DELEGATION, 0x1000000, beside a computer's 0x1000).
back_end_delegation() {
    cat <<EOF
dn: CN=${ASA%\$},CN=Computers,$BASE
changetype: modify
add: msDS-AllowedToDelegateTo
msDS-AllowedToDelegateTo: HTTP/$1.$DOMAIN
-
replace: userAccountControl
userAccountControl: $((0x1001000))
EOF
}

# back_end_allowed NAME: is it so already?
back_end_allowed() {
    ldap_as dc1 search -LLL -b "$BASE" "(&(sAMAccountName=$ASA)(msDS-AllowedToDelegateTo=HTTP/$1.$DOMAIN))" dn | grep -q '^dn: '
}

# back_end_allow NAME: as the administrator, unless it is so.
back_end_allow() {
    back_end_allowed "$1" || back_end_delegation "$1" | ldap_as dc1 modify >/dev/null ||
        die "the directory does not let $ASA have tickets for $1"
}
