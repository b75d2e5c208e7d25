# SPDX-License-Identifier: Apache-2.0
# Back ends with accounts of their own, exch1 and exch2, which behave like Exchange and can demand Negotiate as its folders do.
# shellcheck shell=bash disable=SC2034,SC2153  # suites read what is set here; lib.sh sets LAB and the like
#
# Use, after suite_begin:   . t/lab/back_ends.sh; back_end_start exch1 --negotiate --tls

BACK_END_CONTROL=8090   # the port that opens gates and sets faults
JOURNAL=$LAB/exchange/journal

# back_end_start NAME [--tls] [--negotiate] [--channel-bindings accept|require] [--persist]: at https://NAME.$DOMAIN, or without
# --tls at http://; its account NAME$ holds HTTP/NAME.$DOMAIN. A journal that an earlier one wrote is continued.
back_end_start() {
    local name=$1 address=${BACK_END_IP[$1]} port=80 journal=exchange/$1.journal lines more=() certificate=()
    shift
    back_end_account "$name"
    for option; do
        case $option in
        --tls)
            port=443
            certificate=("$IN/certificates/$name/cert.pem" "$IN/certificates/$name/key.pem")
            [ -s "$LAB/certificates/$name/cert.pem" ] ||
                certificate_issue "$LAB/certificates/$name" "$name.$DOMAIN" "mail.$DOMAIN" "autodiscover.$DOMAIN" ;;
        --negotiate) more+=(--key-table "$IN/exchange/$name.keytab" --service "HTTP/$name.$DOMAIN") ;;
        *) more+=("$option") ;;
        esac
    done
    touch "$LAB/$journal"
    lines=$(grep -c '"ready"' "$LAB/$journal")
    inside_started "$LAB/exchange/log" env KRB5_CONFIG="$IN/krb5.conf" /usr/bin/python3 "$IN/exchange/server.py" "${more[@]}" \
        "$address" "$port" "$BACK_END_CONTROL" "$IN/$journal" "${certificate[@]}"
    wait_until 60 back_end_ready "$name" "$lines" || { say_log "$LAB/exchange/log"; return 1; }
}

# back_end_ready NAME STARTS: it has started once more.
back_end_ready() {
    [ "$(grep -c '"ready"' "$LAB/exchange/$1.journal")" -gt "$2" ]
}

# back_end_account NAME: the account in the directory, its key table, and the program, unless they are there.
back_end_account() {
    local account=${1^^}\$
    [ -e "$LAB/exchange/server.py" ] || { mkdir -p "$LAB/exchange" && cp "$ROOT"/t/lab/exchange/*.py "$LAB/exchange/"; }
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
    sed -n 's/.*"event": "ready", "pid": \([0-9]*\)}/\1/p' "$LAB/exchange/$1.journal" | tail -n 1
}

back_end_gone() {
    ! inside kill -0 "$1" 2>/dev/null
}

# back_end_fault NAME FAULT: the next request there meets it; server.py says which faults there are.
back_end_fault() {
    in_lab curl -sS --max-time 60 "http://${BACK_END_IP[$1]}:$BACK_END_CONTROL/fault/$2"
}

# back_end_journal NAME EXPRESSION: as journal, of that back end.
back_end_journal() {
    JOURNAL=$LAB/exchange/$1.journal journal "$2"
}

# journal EXPRESSION: of every event d of the back end's journal, what the Python expression says, if it is true.
journal() {
    /usr/bin/python3 -c 'import json, sys
for line in open(sys.argv[1]):
    d = json.loads(line)
    if found := eval(sys.argv[2]):
        print(found)' "$JOURNAL" "$1"
}
