#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# asactl roll under load: three in a row, clients sign in through the balancer all the time, and not one is refused.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
suite_needs_root sshd
suite_begin
admin_tool_place
ssh_nodes_up
TOKEN=$(suite_tool)
# Sign-ins with the ticket from before the first roll, spread over so many seconds, but the last of them only after the
# last roll; and after each roll, with a new ticket, as fast as they can.
OLD=11000 SECONDS_OLD=24 NEW=3100

# load FILE CONNECTIONS SECONDS [LAST-FILE] <TOKENS: through the balancer.
load() {
    in_lab python3 "$SUITE_ROOT/t/lab/load.py" "mail.$DOMAIN" "$BALANCER_IP" /index.html "$2" "$3" \
        "$IN/ca/ca.pem" "$IN/$1.done" "${@:4}" >"$LAB/$1.result" 2>&1
}

# tokens USER COUNT: of a ticket that the user has; each is good for one sign-in.
tokens() {
    in_lab KRB5CCNAME="FILE:$IN/tickets/$1" "$TOKEN" -n "$2" "http/mail.$DOMAIN"
}

# key_counts: how many sign-ins each kind of key opened, as the nodes' access logs have it.
key_counts() {
    cat "$LAB"/node?/logs/access.log | sed -n 's/.* 200 .* key=\([a-z]*\) .*/\1/p' | sort | uniq -c | tr -s ' \n' ' '
}

visit_ticket wendy
tokens wendy "$OLD" >"$LAB/old.tokens"
KVNO=$(account_kvno "$ASA")
load old 6 "$SECONDS_OLD" "$IN/rolled" <"$LAB/old.tokens" &
loads=($!)
for number in 1 2 3; do
    asactl roll --to-all --yes >"$LAB/roll.out" 2>&1
    is "$?" 0 "roll $number: done" || cat "$LAB/roll.out" >&2
    is "$(account_kvno "$ASA")" "$((KVNO + number))" "roll $number: the directory has the next key"
    new_ticket bob
    tokens bob "$NEW" >"$LAB/new$number.tokens"
    load "new$number" 4 0 <"$LAB/new$number.tokens" &
    loads+=($!)
done
ok "clients with the first ticket still have sign-ins before them" test ! -e "$LAB/old.done"
touch "$LAB/rolled"
wait "${loads[@]}"
total=$((OLD + 3 * NEW))
is "$(cat "$LAB"/*.result | sort | uniq -c | tr -s ' ' | tr '\n' ';')" " 1 $OLD 200; 3 $NEW 200;" "$total sign-ins: 0 failed"
like "$(key_counts)" 'latest .*older .*previous' "with tickets of every age: $(key_counts)"
suite_end
