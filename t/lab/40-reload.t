#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The key table changes again and again under load, by rename and by writing in place: none of 10,000 requests fails.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
suite_begin
REQUESTS=10000
SECONDS_OF_LOAD=14

# One table as it was, one with the next key beside it: each opens the tickets of this suite.
secret_new "$ASA"
keytable_write keys/next.keytab "$ASA" 2 keys/asa.keytab

load() {
    in_lab python3 "$SUITE_ROOT/t/lab/load.py" "mail.$DOMAIN" "$BALANCER_IP" /index.html 6 "$SECONDS_OF_LOAD" \
        "$IN/ca/ca.pem" "$IN/load.done" <"$LAB/tokens" >"$LAB/load.result" 2>&1
}

# replace NODE TABLE: the other copy appears in one step, as deployment tools do it.
replace() {
    keytable_put "keys/$2.keytab" "$1"
    renames=$((renames + 1))
}

# overwrite NODE TABLE: the file is emptied and written again in two parts, so that it is torn for a while.
overwrite() {
    head -c 100 "$LAB/keys/$2.keytab" >"$LAB/$1/keys/asa.keytab"
    say_pause
    tail -c +101 "$LAB/keys/$2.keytab" >>"$LAB/$1/keys/asa.keytab"
    writes=$((writes + 1))
}

visit_ticket wendy
TOKEN=$(suite_tool)
ok "$REQUESTS tokens, each for one request" test -n "$TOKEN"
in_lab KRB5CCNAME="FILE:$IN/tickets/wendy" "$TOKEN" -n "$REQUESTS" "http/mail.$DOMAIN" >"$LAB/tokens"
is "$(wc -l <"$LAB/tokens")" "$REQUESTS" "the tokens are there"

renames=0 writes=0
load &
client=$!
loaded() {
    [ -e "$LAB/load.done" ] || ! kill -0 "$client" 2>/dev/null
}
# every_node WAY TABLE VERSIONS: changes every node's table in this way and waits until all of its workers hold it.
every_node() {
    local node
    for node in "${NODES[@]}"; do
        "$1" "$node" "$2"
    done
    for node in "${NODES[@]}"; do
        wait_until 60 node_holds "$node" "$3" || late+=("$node $1 $2")
    done
}
late=()
until loaded; do
    every_node replace next "2, 1"
    every_node overwrite asa 1
    every_node overwrite next "2, 1"
    every_node replace asa 1
done
wait "$client"
is "$(cat "$LAB/load.result")" "$REQUESTS 200" "every request was signed in"
ok "meanwhile tables were replaced by rename ($renames times)" test "$renames" -ge 12
ok "and written in place ($writes times)" test "$writes" -ge 12
is "${late[*]}" '' "every worker took up every one of them"

# --- a child that comes later begins with the keys of now, not with those that httpd was started with ---
every_node replace next "2, 1"
account_set "$ASA"
new_ticket bob
rested() {
    [ $(($(date +%s) - $(stat -c %Z "$LAB/node1/keys/asa.keytab"))) -ge 2 ]
}
ok "the key table has been as it is for some time" wait_until 60 rested
before=$(inside pgrep -P "$(<"$LAB/node1/run/httpd.pid")" | sort)
# shellcheck disable=SC2086  # one word a process
inside kill -KILL $before
answers=
for _ in {1..15}; do
    # shellcheck disable=SC2046  # words of curl's arguments
    sign_in bob "https://mail.$DOMAIN/index.html" $(to_node node1)
    answers+="$VISIT_STATUS "
done
is "$(tr ' ' '\n' <<<"${answers% }" | sort -u)" 200 "new children sign in with a ticket for the key that came since: $answers"
is "$(comm -12 <(echo "$before") <(inside pgrep -P "$(<"$LAB/node1/run/httpd.pid")" | sort))" '' "they are new indeed"

# A table read while it is torn is kept out with one line; the last good keys stay.
expect_log 'asa_auth:(warn|error).*asa\.keytab'
expect_log 'AH10392: children are killed successively'
suite_end
