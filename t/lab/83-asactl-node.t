#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# asactl and the nodes: keys go to key tables over ssh, are seen there, copied and removed; every fault leaves them as they were.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
suite_needs_root sshd
suite_begin
admin_tool_place
ssh_nodes_up
MAIL=https://mail.$DOMAIN/mapi/
visit_ticket wendy

# run ARGUMENT…: asactl, its exit code in RC, what it said in SAID (stdout, then stderr).
run() {
    RC=0
    SAID=$(asactl "$@" 2>&1) || RC=$?
}

# on_node1 FILE ARGUMENT…: the same on node1 itself, with this key table on stdin.
on_node1() {
    local table=$1
    shift
    RC=0
    # shellcheck disable=SC2086  # ssh's own words
    SAID=$(in_lab ssh -F none -i "$IN/ssh/id" -o UserKnownHostsFile="$IN/ssh/known_hosts" "root@node1.$DOMAIN" \
        "$IN/bin/asactl --conf $IN/asactl.conf $*" <"$table" 2>&1) || RC=$?
}

# fails CODE REGEX DESCRIPTION: the last run ended so, with this sentence.
fails() {
    is "$RC" "$1" "$3: exit code $1"
    like "$SAID" "$2" "$3: it says so"
}

# keys_of NODE: a sum of the key table, to see whether it was touched; its owner and mode too.
keys_of() {
    { stat -c '%i %U:%G %a' "$LAB/$1/keys/asa.keytab"; sha256sum <"$LAB/$1/keys/asa.keytab"; } 2>&1
}

# json PYTHON-EXPRESSION: of the document d that asactl printed.
json() {
    python3 -c 'import json, sys; d = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1" <<<"$SAID"
}

# --- status ---
run status
is "$RC" 0 "status: all nodes hold what the directory has"
is "$(grep -c 'kvno 1 .*matches' <<<"$SAID")" 3 "status: a line for each node says that it matches"
run status --json --no-directory
is "$(json '[(n["code"], n["report"]["host"], n["report"]["mode"], n["report"]["group"]) for n in d["nodes"]]')" \
    "[(0, 'node1', '0640', 'www-data'), (0, 'node2', '0640', 'www-data'), (0, 'node3', '0640', 'www-data')]" \
    "status --json: every node answers for itself"
is "$(json 'sorted({k["enctype"] for n in d["nodes"] for k in n["report"]["keys"]})')" '[17, 18]' \
    "status --json: encryption types"

# --- install: the next key beside the present one; the workers take it up ---
secret_new "$ASA"
keytable_write keys/next.keytab "$ASA" 2
before=$(stat -c '%U:%G %a' "$LAB/node1/keys/asa.keytab")
on_node1 "$LAB/keys/next.keytab" node install --dry-run
like "$SAID" 'would be replaced' "node install --dry-run: says what would be"
on_node1 "$LAB/keys/next.keytab" node install
is "$RC" 0 "node install: the next key is taken"
like "$SAID" 'kvno 2 .* kvno 1 ' "node install: shows Latest and Previous"
is "$(stat -c '%U:%G %a' "$LAB/node1/keys/asa.keytab")" "$before" "node install: owner and mode stay"
is "$(in_lab klist -kte "$IN/node1/keys/asa.keytab" | grep -c "$ASA@$REALM (aes")" 4 \
    "node install: MIT's klist lists four keys"
ok "node install: every worker holds both" wait_until 60 node_holds node1 "2, 1"
# shellcheck disable=SC2046  # words of curl's arguments
sign_in wendy "$MAIL" $(to_node node1)
is "$VISIT_STATUS" 200 "a ticket for the old key signs in"
first=$(keys_of node1)
on_node1 "$LAB/keys/next.keytab" node install
is "$(keys_of node1)" "$first" "node install again: nothing is written"

run status
is "$RC" 1 "status: a node ahead of the directory is exit code 1"
like "$SAID" 'node1[^'$'\n'']*node is ahead: it has kvno 1' "status: it is named"
like "$SAID" "node1\.$DOMAIN holds a key that the directory does not use.*asactl roll, run again" "status: with a remedy"

# --- copy ---
run copy --from "node1.$DOMAIN" --to "node2.$DOMAIN" --to "node3.$DOMAIN"
is "$RC" 0 "copy: to two nodes"
run status --no-directory --json
is "$(json 'len({tuple(sorted((k["kvno"], k["enctype"], k["id"]) for k in n["report"]["keys"])) for n in d["nodes"]})')" 1 \
    "copy: three nodes hold the same keys"
for node in "${NODES[@]}"; do
    ok "copy: every worker of $node holds both" wait_until 60 node_holds "$node" "2, 1"
done
account_set "$ASA"
new_ticket wendy
for node in "${NODES[@]}"; do
    # shellcheck disable=SC2046
    sign_in wendy "$MAIL" $(to_node "$node")
    is "$VISIT_STATUS $(proven 'GenericInfo;Kvno')" "200 2" "$node: a ticket for the new key signs in"
done
run status
is "$RC" 0 "status: the directory has followed"

# --- what is refused leaves everything as it is ---
held=$(keys_of node1)
on_node1 "$LAB/keys/asa.keytab" node install
fails 8 'older keys arrived .kvno 1. than the node holds .kvno 2' "older keys"
keytable_write keys/other.keytab "$OTHER" 1
on_node1 "$LAB/keys/other.keytab" node install
fails 8 'belongs to OTHERSVC' "keys of another account"
head -c 50 "$LAB/keys/next.keytab" >"$LAB/keys/torn.keytab"
on_node1 "$LAB/keys/torn.keytab" node install
fails 2 'torn' "a torn key table on stdin"
chmod 777 "$LAB/node1/keys"
on_node1 "$LAB/keys/next.keytab" node remove --yes
fails 5 'folder that others may write to' "a folder that others may write to"
chmod 755 "$LAB/node1/keys"
mv "$LAB/node1/keys/asa.keytab" "$LAB/node1/keys/real.keytab"
ln -s real.keytab "$LAB/node1/keys/asa.keytab"
on_node1 "$LAB/keys/next.keytab" node remove --yes
fails 5 'not a regular file' "a symbolic link"
mv "$LAB/node1/keys/real.keytab" "$LAB/node1/keys/asa.keytab"
is "$(keys_of node1)" "$held" "after all of these the key table is as it was"

cp -p "$LAB/node2/keys/asa.keytab" "$LAB/node2/keys/kept"
keytable_put keys/other.keytab node2
held=$(keys_of node2)
run copy --from "node1.$DOMAIN" --to "node2.$DOMAIN"
fails 4 "node2\.$DOMAIN: the key table serves another account: OTHERSVC" "a node with another account's keys"
is "$(keys_of node2)" "$held" "its key table is as it was"
run copy --from "node1.$DOMAIN" --to "node2.$DOMAIN" --force
is "$RC" 0 "copy --force: adds the keys"
run status --no-directory --json "node2.$DOMAIN"
is "$(json 'sorted({(k["account"], k["kvno"]) for k in d["nodes"][0]["report"]["keys"]})')" \
    "[('EXCH2016ASA\$', 1), ('EXCH2016ASA\$', 2), ('OTHERSVC\$', 1)]" "the other account's keys are still there"
mv "$LAB/node2/keys/kept" "$LAB/node2/keys/asa.keytab"

# --- what status finds without the directory ---
# The workers of node2 take its keys up again.
settled() {
    run status --no-directory
    [ "$RC" = 0 ]
}
wait_until 60 settled
is "$RC" 0 "status --no-directory: three nodes with the same keys"
mv "$LAB/node2/keys/asa.keytab" "$LAB/node2/keys/kept"
run status --no-directory
like "$RC $SAID" "^1 .*node2\.$DOMAIN [^"$'\n'"]*does not exist" "status --no-directory: a node without a key table"
cp "$LAB/secrets/$ASA" "$LAB/secrets/kept"
secret_new "$ASA"
keytable_write keys/false.keytab "$ASA" "$(account_kvno "$ASA")"
mv "$LAB/secrets/kept" "$LAB/secrets/$ASA"
keytable_put keys/false.keytab node2
run status --no-directory
like "$RC $SAID" "^1 .*node2\.$DOMAIN holds another key than node1\.$DOMAIN under the same kvno" "status: the same kvno, another key"
run status --json
is "$RC $(json '[n["differs_from"] for n in d["nodes"]]')" "1 [None, 'node1.$DOMAIN', 'node2.$DOMAIN']" "status --json: says which differ"
rm "$LAB/node2/keys/asa.keytab"
run status
like "$RC $SAID" "^1 .*node2\.$DOMAIN refuses new tickets: it lacks kvno [0-9]+\. asactl copy --from node1\.$DOMAIN --to node2\.$DOMAIN\." \
    "status: a node that is behind, with the very command"
mv "$LAB/node2/keys/kept" "$LAB/node2/keys/asa.keytab"

# --- nodes that cannot be reached: each is named with its remedy, the others answer ---
ssh_node_stop node3
run status --no-directory
fails 6 "node3\.$DOMAIN: nothing answers at its ssh port" "a node without sshd"
is "$(grep -c '^node[12].*kvno 2' <<<"$SAID")" 2 "a node without sshd: the others are shown"
ssh_key "$LAB/node3/ssh/host_key"
ssh_node_start node3
run status --no-directory
fails 5 "node3\.$DOMAIN: its ssh host key has changed" "a changed host key"
ssh_node_trust node3
run status --no-directory
is "$RC" 0 "with the host key in known_hosts, all answer"
mv "$LAB/ssh/authorized_keys" "$LAB/ssh/authorized_keys.off"
run status --no-directory "node1.$DOMAIN"
fails 5 "node1\.$DOMAIN: ssh does not let us in" "a refused key"
mv "$LAB/ssh/authorized_keys.off" "$LAB/ssh/authorized_keys"
run status --no-directory "nowhere.$DOMAIN"
fails 6 "nowhere\.$DOMAIN: no such host" "a node that DNS does not know"
sed 's|^    command = .*|    command = asactl-nowhere|' "$LAB/asactl.conf" >"$LAB/nowhere.conf"
ASACTL_CONF=$IN/nowhere.conf run status --no-directory "node1.$DOMAIN"
fails 1 "node1\.$DOMAIN: asactl is not found there" "a node without asactl"
sed 's|^    command = .*|    command = echo hello; :|' "$LAB/asactl.conf" >"$LAB/chatty.conf"
ASACTL_CONF=$IN/chatty.conf run status --no-directory "node1.$DOMAIN"
fails 1 "node1\.$DOMAIN: it does not answer as asactl does" "a node that says something else"

# --- fifty nodes at the same time: each command waits until all have begun ---
many=()
for number in {1..50}; do
    many+=("m$number.$DOMAIN")
    echo "${NODE_IP[node$((number % 3 + 1))]} m$number.$DOMAIN"
done >"$LAB/many.hosts"
inside bash -c 'cat "$1" >>/etc/hosts' hosts "$IN/many.hosts"
cp "$LAB/ssh/known_hosts" "$LAB/ssh/known_hosts.plain"
sed "s/^[^ ]*/*.$DOMAIN/" "$LAB/ssh/known_hosts.plain" >>"$LAB/ssh/known_hosts"
mkdir "$LAB/arrived"
cat >"$LAB/bin/together" <<END
#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Stands for asactl on a node: waits until fifty of its kind are there.
exec 8<> <(:)
: >"$IN/arrived/\$\$"
until arrived=("$IN/arrived/"*) && [ "\${#arrived[@]}" -ge 50 ]; do
    read -r -t 0.1 <&8
done
exec $IN/bin/asactl --conf $IN/asactl.conf "\$@"
END
chmod 755 "$LAB/bin/together"
sed "s|^    command = .*|    command = $IN/bin/together|" "$LAB/asactl.conf" >"$LAB/together.conf"
before=$(cd "$LAB" && for node in "${NODES[@]}"; do sha256sum <"$node/keys/asa.keytab"; done)
ASACTL_CONF=$IN/together.conf run copy --json --from localhost --to "${many[0]}"
fails 3 'localhost: .*does not exist|holds no key' "copy from a machine without keys"
mkdir -p "$LAB/node/keys"
cp -p "$LAB/node1/keys/asa.keytab" "$LAB/node/keys/asa.keytab"
ASACTL_CONF=$IN/together.conf run copy --json --from localhost "${many[@]/#/--to=}"
is "$RC" 0 "fifty nodes take keys at the same time"
is "$(json '(len(d["nodes"]), {n["code"] for n in d["nodes"]})')" "(50, {0})" "each has answered"
is "$(ls "$LAB/arrived" | wc -l)" 50 "each ran once"
is "$(cd "$LAB" && for node in "${NODES[@]}"; do sha256sum <"$node/keys/asa.keytab"; done)" "$before" \
    "they held these keys already: no key table has changed"
mv "$LAB/ssh/known_hosts.plain" "$LAB/ssh/known_hosts"
rm "$LAB/node/keys/asa.keytab"

# --- a forced command: the node's own settings count ---
sed "s|^    keytab = .*|    keytab = $IN/node/keys/forced.keytab|" "$LAB/asactl.conf" >"$LAB/forced.conf"
cp "$LAB/ssh/authorized_keys" "$LAB/ssh/authorized_keys.plain"
sed "s|^|command=\"$IN/bin/asactl --conf $IN/forced.conf node serve\",restrict |" \
    "$LAB/ssh/authorized_keys.plain" >"$LAB/ssh/authorized_keys"
held=$(keys_of node2)
run status --no-directory --json "node2.$DOMAIN"
is "$(json 'd["nodes"][0]["report"]["keytab"]')" "$IN/node/keys/forced.keytab" "forced command: the node names the key table"
run copy --account "$OTHER" --from "node1.$DOMAIN" --to "node2.$DOMAIN"
fails 5 'this node takes keys of EXCH2016ASA. only' "forced command: another account"
is "$(keys_of node2)" "$held" "forced command: the key table that the caller named is not touched"
sed -i '/^    account = /d' "$LAB/forced.conf"
run copy --from "node2.$DOMAIN" --to localhost
fails 5 'does not say whose keys it takes' "forced command: no account is named on the node"
# A session without a command, which tells the forced one nothing of what was asked for.
RC=0
SAID=$(in_lab ssh -T -F none -i "$IN/ssh/id" -o UserKnownHostsFile="$IN/ssh/known_hosts" "root@node2.$DOMAIN" 2>&1 <<END
{"asactl":1,"do":"status","account":null,"realm":null,"settled":false,"force":false,"dry_run":false,"ticket_life":0,"keytab":"$NODE_KEYS/asa.keytab","owner":null,"group":null,"mode":416,"length":0}
END
) || RC=$?
like "$RC $SAID" "^0 .*\"keytab\": *\"$IN/node/keys/forced.keytab\"" "forced command, without another one: the node names the key table, too"
mv "$LAB/ssh/authorized_keys.plain" "$LAB/ssh/authorized_keys"

# --- a full disk, a read-only folder ---
held=$(keys_of node1)
keytable_write keys/third.keytab "$ASA" 3
RC=0
SAID=$(in_lab bash -c 'mkdir -p "$1/small" && mount -t tmpfs -o size=8k,mode=755 small "$1/small" &&
    cp "$1/node1/keys/asa.keytab" "$1/small/asa.keytab" && sha256sum <"$1/small/asa.keytab" >"$1/small.before"
    head -c 100000 /dev/zero >"$1/small/ballast"
    sed "s|^    keytab = .*|    keytab = $1/small/asa.keytab|" "$1/asactl.conf" >"$1/small.conf"
    "$1/bin/asactl" --conf "$1/small.conf" node install <"$1/keys/third.keytab" || rc=$?
    sha256sum <"$1/small/asa.keytab" | cmp - "$1/small.before" && ls -A "$1/small" | tr "\n" " "; exit $rc' full "$IN" 2>&1) || RC=$?
fails 1 'No space left on device' "a full disk"
like "$SAID" 'asa.keytab ballast ' "a full disk: the old key table is there, and no rest of the new one"
RC=0
SAID=$(in_lab bash -c 'rm "$1/small/ballast" && mount -o remount,ro "$1/small"
    "$1/bin/asactl" --conf "$1/small.conf" node install <"$1/keys/third.keytab"' ro "$IN" 2>&1) || RC=$?
fails 5 'Read-only file system' "a read-only file system"
is "$(keys_of node1)" "$held" "node1 is as it was"

# --- remove ---
on_node1 /dev/null node remove
fails 8 'nothing is removed' "node remove without a terminal and without --yes"
on_node1 /dev/null node remove --yes
is "$RC" 0 "node remove --yes"
ok "the key table that held nothing else is gone" test ! -e "$LAB/node1/keys/asa.keytab"
run copy --from "node3.$DOMAIN" --to "node1.$DOMAIN"
is "$RC" 0 "copy: the forgotten node takes the keys again"
is "$(stat -c '%U:%G %a' "$LAB/node1/keys/asa.keytab")" "root:$HTTPD_USER 640" "with owner and mode of the settings"
# shellcheck disable=SC2046
sign_in wendy "$MAIL" $(to_node node1)
is "$VISIT_STATUS" 200 "and signs in"

# Between removal and copy the workers say that they keep the last good keys; so they do for torn tables.
expect_log 'asa\.keytab'
suite_end
