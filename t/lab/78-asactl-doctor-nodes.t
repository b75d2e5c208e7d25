#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# asactl doctor: faults of the nodes, their keys, httpd's configuration and logs; each is seen, and nothing else.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/roll.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/doctor.sh"
suite_needs_root sshd
suite_begin
doctor_lab || die "the lab is not in order"
KEYS=$LAB/node2/keys/asa.keytab
LOGS=$LAB/node2/HttpProxy
mkdir -p "$LAB"/{node2,node3}/fault

# keys_taken_up NODE: its workers hold what its key table holds; waits for it.
keys_taken_up() {
    wait_until 60 workers_are_fine "$1" || die "the workers of $1 do not hold its key table"
}

workers_are_fine() {
    asactl status --no-directory --json "$1.$DOMAIN" | grep -q '"workers_hold": true'
}

# give NODE FILE: this key table, and the workers take it up.
give() {
    keytable_put "$2" "$1"
    keys_taken_up "$1"
}

healthy "a lab in order: nothing is found" || cat "$LAB/diagnosis" >&2

# --- the machines ---
ssh_node_stop node3
EXCEPT=nodes
sick "FAIL nodes$(unseen nodes 'status page')" "a node that does not answer"
ssh_node_start node3
sed "s|IdentityFile=.*|IdentityFile=/nonexistent|" "$LAB/asactl.conf" >"$LAB/no-key.conf"
is "$(diagnose --conf "$IN/no-key.conf")" "$(lines "FAIL nodes$(unseen nodes 'status page')")" "a caller whom no node lets in is told of each check what was not looked at"
EXCEPT=

# nobody_there ARGUMENT…: doctor on node1 itself, as a user without rights and with an administrator's ticket.
nobody_there() {
    install -o nobody -m 600 "$LAB/tickets/dc1-administrator" "$LAB/tickets/nobody"
    # shellcheck disable=SC2016  # expanded by the inner shell
    in_lab KRB5CCNAME="FILE:$IN/tickets/nobody" unshare --uts --mount bash -c 'hostname node1 && mount --bind "$1" "$2" && shift 2 &&
        exec setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"' there "$IN/node1/keys" "$NODE_KEYS" \
        "$IN/bin/asactl" --conf "$IN/asactl.conf" doctor localhost "$@" 2>/dev/null
}
chmod 750 "$LAB"/node1/HttpProxy/*
TOLD=$(nobody_there)
is "$? $(grep -v ^ok <<<"$TOLD" | sed -n 's/^\([?a-zA-Z]\+\) \+\(.*[^ ]\)  .*/\1 \2/p' | paste -sd ,)" '0 ? key-table,? ticket-opens,? workers,? 2 checks' \
    "who may not read the key table and the logs is told so, and no fault is made of it"
like "$TOLD" "$NODE_KEYS/asa.keytab.*Run asactl as root.*log-recent, log-kerberos" "with what to do"
chmod 755 "$LAB"/node1/HttpProxy/*

echo 100 >"$LAB/node2/fault/skew"
sick 'warn clock-nodes' "a node that is 100 s ahead"
echo 250 >"$LAB/node2/fault/skew"
sick 'FAIL clock-nodes' "a node that is 250 s ahead"
rm "$LAB/node2/fault/skew"

sed "s/0\.1\.0/0.0.9/g" "$LAB/bin/asactl" >"$LAB/node3/fault/asactl"
chmod 755 "$LAB/node3/fault/asactl"
sick 'warn versions' "a node with another version"
rm "$LAB/node3/fault/asactl"

inside bash -c 'echo "$1" >/var/log/audit/audit.log' audit \
    "type=AVC msg=audit($(date +%s).100:42): avc:  denied  { read } for  pid=7 comm=\"apache2\" name=\"asa.keytab\" dev=\"sda1\" ino=9 scontext=system_u:system_r:httpd_t:s0 tcontext=unconfined_u:object_r:user_home_t:s0 tclass=file permissive=0"
sick 'warn denials' "SELinux has refused the key table"
inside bash -c ': >/var/log/audit/audit.log'
healthy "all as it was"

# --- keys ---
account_roll "$ASA"
KVNO=$(account_kvno "$ASA")
keytable_write keys/good.keytab "$ASA" "$KVNO"
for node in "${NODES[@]}"; do
    give "$node" keys/good.keytab
done
keytable_write keys/foreign.keytab "$OTHER" "$KVNO"
keytable_put keys/foreign.keytab node2
wait_until 60 lacks_account node2
sick 'FAIL key-table' "a node without a key of the account, as a new server is"
explained "asactl copy --from node1\.$DOMAIN --to node2\.$DOMAIN" "the remedy is the command"
cure
keys_taken_up node2
healthy "as it stands there, it helps" || cat "$LAB/cure" >&2

# A key of this version that is another one: the password of somebody else.
cp "$LAB/secrets/$ASA" "$LAB/secrets/kept"
cp "$LAB/secrets/$OTHER" "$LAB/secrets/$ASA"
keytable_write keys/wrong.keytab "$ASA" "$KVNO"
keytable_write keys/wrong-previous.keytab "$ASA" $((KVNO - 1)) keys/good.keytab
mv "$LAB/secrets/kept" "$LAB/secrets/$ASA"
keytable_write keys/previous.keytab "$ASA" $((KVNO - 1)) keys/good.keytab
give node2 keys/wrong.keytab
sick 'FAIL ticket-opens' "a node with another key of the same version"
for node in node1 node3; do
    give "$node" keys/previous.keytab
done
give node2 keys/wrong-previous.keytab
sick 'FAIL keys-alike' "a node whose Previous is another one"
cure
for node in "${NODES[@]}"; do
    keys_taken_up "$node"
done
healthy "the remedy ends it" || cat "$LAB/cure" >&2
account_roll "$ASA"
KVNO=$(account_kvno "$ASA")
keytable_write keys/good.keytab "$ASA" "$KVNO"
for node in "${NODES[@]}"; do
    give "$node" keys/good.keytab
done
chmod 644 "$KEYS"
sick 'FAIL key-file' "a key table that everybody can read"
cure
healthy "the remedy, typed there, helps" || cat "$LAB/cure" >&2

asactl roll --to-server "node1.$DOMAIN" --to-server "node3.$DOMAIN" --yes --force >/dev/null 2>&1
sick 'FAIL key-table' "a node that missed a roll"
asactl copy --from "node1.$DOMAIN" --to "node2.$DOMAIN" --yes >/dev/null
keys_taken_up node2
healthy "the remedy helps"

# --- httpd ---
WORKER=$(asactl status --json "node3.$DOMAIN" | tr -d ',' | sed -n 's/^ *"pid": //p' | tail -n 1)
inside kill -STOP "$WORKER"
asactl roll --to-all --yes --status none --pause 0 >/dev/null 2>&1
keys_taken_up node1
keys_taken_up node2
sick 'FAIL workers' "a worker that has not taken the new key up"
inside kill -CONT "$WORKER"
keys_taken_up node3

expect_log 'keys/own.keytab'
cp "$LAB/node2/keys/own.keytab" "$LAB/keys/own.keytab"
echo torn >"$LAB/node2/keys/own.keytab"
wait_until 60 eval 'diagnose --only httpd-keys | grep -q FAIL'
sick 'FAIL httpd-keys' "a key table that httpd cannot take up"
cp "$LAB/keys/own.keytab" "$LAB/node2/keys/own.new"
keytable_protect "$LAB/node2/keys/own.new"
mv "$LAB/node2/keys/own.new" "$LAB/node2/keys/own.keytab"
wait_until 60 eval '! diagnose --only httpd-keys | grep -q FAIL'

httpd_stop node2
sick "FAIL httpd$(unseen 'status page')" "httpd of a node does not run"
httpd_start node2

# --- what it serves ---
# node1_has [LINE…]: its published names have this besides.
node1_has() {
    on_node node1 published.conf "$@"
    node_reload node1
}

node1_has '<Location /owa/>' 'AuthType None' 'Require all granted' '</Location>'
sick 'FAIL places' "a protocol whose sign-in was forgotten"
explained '/owa/ of mail' "it is named"
node1_has '<Location /asa-health>' 'AuthType Negotiate' 'Require valid-user' '</Location>'
sick 'FAIL health' "a page for the balancer that wants a sign-in"
explained 'asa-health answers 401' "it says so"
node1_has 'LimitRequestFieldSize 8190'
sick 'FAIL header-size' "headers that are too short for large tickets"
node1_has 'RequestReadTimeout header=20 body=20,MinRate=500'
sick 'FAIL read-timeout' "a time limit that cuts RPC channels off"
node1_has '<Location /oab/>' 'AsaProtocol Oab' '</Location>'
sick 'FAIL servers-alike' "a place that only one node has, as where the offline address book was forgotten"
explained "node[23]\.$DOMAIN has no Location /oab/" "it is named"
node1_has 'AsaRequireTLS on'
sick 'warn servers-alike' "a directive that only one node has"
node1_has

# --- logs ---
mkdir "$LAB/kept"
mv "$LOGS"/*/ "$LAB/kept/"
sick 'warn log-recent' "a node that has logged nothing"
mv "$LAB"/kept/*/ "$LOGS/"
NEWEST=$(find "$LOGS/Mapi" -name '*.LOG' | sort | tail -n 1)
cp -p "$NEWEST" "$LAB/newest"
grep ',Negotiate,true,' "$NEWEST" | tail -n 1 | sed 's/,Negotiate,true,/,NTLM,true,/; s/AuthPkg=Kerberos;//' >>"$NEWEST"
sick 'warn log-kerberos' "a sign-in by NTLM"
cat "$LAB/newest" >"$NEWEST"
chown -R root "$LOGS"
sick 'FAIL log-folder' "a log that httpd cannot write"
cure
healthy "the remedy helps, and all is as it was" || cat "$LAB/cure" >&2
suite_end
