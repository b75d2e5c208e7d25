# SPDX-License-Identifier: Apache-2.0
# What suites need of the back ends beyond what scripts/lib/exchange.sh has: faults, a journal, and clients that are Outlook on the wire.
# shellcheck shell=bash disable=SC2034,SC2153  # suites read what is set here; lib.sh sets LAB and the like
#
# Use, after suite_begin:   . t/lab/back_ends.sh; back_end_start exch1 --negotiate --tls

JOURNAL=$LAB/exchange/journal
back_end_place
cp "$ROOT"/t/lab/exchange/*.py "$LAB/exchange/"

# back_end_fault NAME FAULT: the next request there meets it; server.py says which faults there are.
back_end_fault() {
    in_lab curl -sS --max-time 60 "http://${BACK_END_IP[$1]}:$BACK_END_CONTROL/fault/$2"
}

# journal EXPRESSION: as back_end_journal, of the back end whose journal is JOURNAL.
journal() {
    back_end_events "$JOURNAL" "$1"
}

# client_at NODE:PORT BACK-END CASE…: a client of ours with wendy's ticket, past the balancer; SAID is what it saw.
client_at() {
    local node=$1 back_end=$2
    shift 2
    SAID=$(in_lab KRB5CCNAME="FILE:$IN/tickets/wendy" timeout 60 /usr/bin/python3 "$IN/exchange/client.py" "mail.$DOMAIN" \
        "${NODE_IP[${node%:*}]}:${node#*:}" "$IN/ca/ca.pem" "${BACK_END_IP[$back_end]}:$BACK_END_CONTROL" "$@" 2>&1)
}
