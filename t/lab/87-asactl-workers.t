#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What the running workers hold, seen by asactl: status shows it, and a roll changes the directory only when all have the key.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/roll.sh"
suite_needs_root sshd
suite_begin
admin_tool_place
ssh_nodes_up
PAGE=https://mail.$DOMAIN/asa-status
visit_ticket wendy
KVNO=$(account_kvno "$ASA")
KEYS=$(node_keys) FIRST=$KVNO

# json PYTHON-EXPRESSION: of the document d that asactl printed.
json() {
    sed -n '/^{/,/^}/p' <<<"$SAID" | /usr/bin/python3 -c 'import json, sys; d = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"
}

# workers_of NODE: the pids of its httpd's children, as Python prints a list of them.
workers_of() {
    inside pgrep -P "$(<"$LAB/$1/run/httpd.pid")" | sort -n | sed -z 's/\n$//; s/\n/, /g; s/.*/[&]/'
}

# row NODE: what the last status said of that node's workers and directory.
row() {
    sed -n "s/^$1\.$DOMAIN .* 0[0-7][0-7]0  *//p" <<<"$SAID"
}

# refused REGEX DESCRIPTION: the last roll was, with this sentence and a remedy, and nobody notices.
refused() {
    is "$RC" 1 "$2: exit code 1"
    is "$(node_keys)" "$KEYS" "$2: every node holds what it held"
    like "$SAID" "error: node[123]\.$DOMAIN: $1[^"$'\n'"]*"$'\n'"  [A-Z]" "$2: the node is named, with what is wrong and a remedy"
    like "$SAID" 'The roll is not complete; the password is as it was' "$2: the verdict"
    is "$(account_kvno "$ASA")" "$KVNO" "$2: the directory is untouched"
    all_sign_in wendy "$2: everybody signs in"
}

# before_and_now: what node_keys says after a roll, when each node held one key before this suite's first one.
before_and_now() {
    local kvno
    for ((kvno = FIRST; kvno <= KVNO; kvno++)); do printf '%s:aes128 %s:aes256 ' $kvno $kvno; done
}

# rolled DESCRIPTION: the last roll went through.
rolled() {
    [ "$RC" = 0 ] || echo "$SAID" >&2
    KVNO=$((KVNO + 1))
    KEYS=$(node_keys)
    is "$RC $(account_kvno "$ASA")" "0 $KVNO" "$1: the roll is done"
    all_sign_in wendy "$1: old tickets sign in"
}

# --- status ---
run status
is "$RC" 0 "status: exit code 0"
for node in "${NODES[@]}"; do
    like "$(row "$node")" "^all [0-9]+ hold $KVNO +matches" "status: $node shows that its workers hold the key"
done
# lists_workers NODE: status lists exactly its workers; httpd may begin one between the two looks.
lists_workers() {
    run status --json
    [ "$(json "sorted(w['pid'] for n in d['nodes'] if n['node'].startswith('$1.') for w in n['report']['workers'])")" = "$(workers_of "$1")" ]
}
for node in "${NODES[@]}"; do
    ok "status --json: the workers of $node, and no other's" wait_until 60 lists_workers "$node"
done
run status --json
is "$(json '{(k["account"], k["realm"], k["kvno"]) for n in d["nodes"] for w in n["report"]["workers"] for k in w["keys"] if k["account"] == d["account"]}')" \
    "{('$ASA', '$REALM', $KVNO)}" "status --json: account, realm and kvno of what they hold"
is "$(json '[sorted({k["id"] for k in n["report"]["keys"]}) == sorted({k["id"] for k in w["keys"] if k["account"] == d["account"]}) for n in d["nodes"] for w in n["report"]["workers"][:1]]')" \
    '[True, True, True]' "status --json: with the ids of the keys in the key table"
is "$(json '[n["workers_hold"] for n in d["nodes"]]')" '[True, True, True]' "status --json: workers_hold"
run status --status none
like "$RC $(row node1)" '^0 not asked +matches' "--status none: the workers are not asked"

# --- node serve examines its machine ---
# examine NODE: what asactl answers there, asked as a verb asks it over ssh.
examine() {
    printf '{"asactl":1,"do":"examine","account":"%s","realm":"%s","settled":false,"force":false,"dry_run":false,"ticket_life":0,"keytab":"%s","owner":null,"group":null,"mode":416,"status":"%s","httpd":"hostname","ca":"%s","ticket":{"etype":18,"kvno":%s,"cipher":"bm90IHNlYWxlZCB3aXRoIGFueSBrZXkgb2YgdGhpcyBub2Rl"},"length":0}\n' \
        "$ASA" "$REALM" "$(conf_value keytab)" "$PAGE" "$(conf_value ca)" "$KVNO" >"$LAB/examine.json"
    RC=0
    SAID=$(in_lab ssh -F none -i "$IN/ssh/id" -o UserKnownHostsFile="$IN/ssh/known_hosts" "root@$1.$DOMAIN" \
        "$IN/bin/asactl --conf $IN/asactl.conf node serve --as-asked" <"$LAB/examine.json" 2>&1) || RC=$?
}

# conf_value KEY: of asactl.conf.
conf_value() { sed -n "s/^    $1 = //p" "$LAB/asactl.conf"; }

new_ticket wendy
all_sign_in wendy "before node2 is examined"
examine node2
is "$RC" 0 "examine: exit code 0"
is "$(json 'sorted(k for k in d if k in ("report", "facts")), d["facts"]["served_error"], len(d["report"]["workers"]) > 0')" \
    "(['facts', 'report'], None, True)" "examine: a report, and facts with what httpd serves"
like "$(json '"%s %s %s" % (d["facts"]["served"]["user"], d["facts"]["served"]["httpd"], d["facts"]["version"])')" \
    "^$HTTPD_USER Apache/2\.4\.[0-9]+ \(.*\) [0-9.]+$" "examine: user and version of httpd, version of asactl"
is "$(json 'sorted({(s["name"], s["port"], s["tls"], tuple(s["principals"]), s["field_size"], s["log"]["writable"]) for s in d["facts"]["served"]["servers"]})')" \
    "[('autodiscover.$DOMAIN', 443, True, ('http/autodiscover.$DOMAIN',), 65536, True), ('autodiscover.$DOMAIN', 8443, True, ('http/autodiscover.$DOMAIN',), 65536, True), ('mail.$DOMAIN', 443, True, ('http/mail.$DOMAIN', 'http/other.$DOMAIN'), 65536, True), ('mail.$DOMAIN', 8443, True, ('http/mail.$DOMAIN', 'http/other.$DOMAIN'), 65536, True), ('node2.$DOMAIN', 443, True, ('http/node2.$DOMAIN',), 65536, True)]" \
    "examine: every virtual host, with TLS, what it accepts, and its log"
is "$(json '[(p["path"], p["negotiate"], p["protocol"]) for p in d["facts"]["served"]["servers"][0]["places"]]')" \
    "[('/', True, None), ('/autodiscover/', True, 'Autodiscover'), ('/mapi/', True, 'Mapi'), ('/rpc/', True, 'RpcHttp'), ('/owa/', True, 'Owa'), ('/asa-health', False, None), ('/asa-status', True, None)]" \
    "examine: and every place"
is "$(json '[(o["reason"], o["slot"]) for o in [d["facts"]["opening"]]]')" "[('KeyMismatch', None)]" "examine: a ticket of another key is not opened, and it says why"
is "$(json '[(l["folder"], l["exists"], l["error"], l["owner"], l["of"]["kerberos"] > 0, l["bad"]) for l in d["facts"]["logs"]]')" \
    "[('$IN/node2/HttpProxy', True, None, '$HTTPD_USER', True, 0)]" "examine: its log, which proves Kerberos"
is "$(json 'abs(d["facts"]["logs"][0]["newest"] - d["facts"]["time"]) < 600e6, d["facts"]["schedule"]["file"]')" "(True, None)" \
    "examine: the newest line is of now, and there is no schedule"

# --- a page that cannot be read is no proof ---
# unseen REGEX ARGUMENT…: status says why, and fails; so does a rehearsal of a roll.
unseen() {
    local regex=$1
    shift
    run status "$@"
    is "$RC" 1 "status $*: exit code 1"
    like "$(row node2)" "^unknown: $regex" "status $*: says why"
    run roll --to-all --dry-run "$@"
    is "$RC" 1 "roll --dry-run $*: exit code 1"
    like "$SAID" "error: node1\.$DOMAIN: nobody can see which keys its workers hold: $regex" "roll --dry-run $*: says why"
}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=other -keyout "$LAB/other.key" -out "$LAB/other.pem" 2>/dev/null
unseen "https://mail\.$DOMAIN/index\.html at [0-9.]+ answers 401" --status "https://mail.$DOMAIN/index.html"
unseen ".*asa-status at [0-9.]+ has a certificate that $IN/other\.pem does not vouch for" --ca "$IN/other.pem"
unseen "https://backend\.$DOMAIN/asa-status at [0-9.]+ has a certificate" --status "https://backend.$DOMAIN/asa-status"
unseen "'198\.51\.100\.7' .*is no address of its own" --httpd 198.51.100.7
in_lab /usr/bin/python3 "$SUITE_ROOT/t/lab/pages.py" 8099 "$IN/pages" >"$LAB/pages.log" 2>&1 </dev/null &
ok "pages of another kind" wait_until 60 test -e "$LAB/pages"
OTHER=http://mail.$DOMAIN:8099
unseen "http://mail\.$DOMAIN:8099/forbidden at [0-9.]+ answers 403: its Require must let the machine itself in" --status "$OTHER/forbidden"
unseen "http://mail\.$DOMAIN:8099/garbage at [0-9.]+: it is no page of asa-status" --status "$OTHER/garbage"
unseen "http://mail\.$DOMAIN:8099/other at [0-9.]+: it is no page of asa-status" --status "$OTHER/other"
unseen "http://mail\.$DOMAIN:8099/endless at [0-9.]+ sends too much" --status "$OTHER/endless"
unseen "http://mail\.$DOMAIN:8099/trickle at [0-9.]+ has not answered within 5 s" --status "$OTHER/trickle"
run roll --to-all --yes --pause 1 --status "$OTHER/garbage"
refused 'nobody can see which keys its workers hold: .*it is no page of asa-status' "garbage"
is "$(grep -c staging <<<"$SAID")" 0 "garbage: nothing was staged"
inside kill "$(<"$LAB/pages")"
run status
is "$RC" 0 "with the page of asactl.conf, all are seen"

# --- a roll sees them ---
run roll --to-all --yes
rolled "all workers take it up"
like "$SAID" "waiting for the workers to take kvno $KVNO up.*node2\.$DOMAIN: of its workers all [0-9]+ hold $KVNO" "it says that they hold it"
is "$(grep -c 'waiting [0-9.]* s for' <<<"$SAID")" 0 "and waits no longer than for that"

# --- httpd's group cannot read the key table of one node ---
new_ticket wendy
chown root:root "$LAB/node2/keys/asa.keytab"
chmod 600 "$LAB/node2/keys/asa.keytab"
run roll --to-all --yes --pause 3
refused "its workers do not take kvno $((KVNO + 1)) up: ([0-9]+) of ([0-9]+) hold $KVNO" "mode 0600"
like "$SAID" "error: node2\.$DOMAIN: .*chmod 640" "mode 0600: it is node2, and the remedy"
like "$SAID" "taking kvno $((KVNO + 1)) back from the nodes" "mode 0600: the key goes back"
run status
like "$(row node3)" "^all [0-9]+ hold $KVNO +matches" "mode 0600, status: the others are as before"
like "$(roll_killed back --pause 1)" "killed: .*taking kvno $((KVNO + 1)) back" "killed while it takes the key back"
all_sign_in wendy "killed while it takes the key back: everybody signs in"
run roll --to-all --yes --status none --dry-run
like "$SAID" '5\.0 s for their workers to take it up' "--status none: the roll would not look"
chown "root:$HTTPD_USER" "$LAB/node2/keys/asa.keytab"
chmod 640 "$LAB/node2/keys/asa.keytab"
run roll --to-all --yes
rolled "mended"
is "$(grep -c 'waiting [0-9.]* s for' <<<"$SAID")" 0 "mended: without a pause"
is "$(node_keys)" "$(before_and_now)" "mended: what the killed one left is gone"
run status
is "$RC" 0 "mended, status: exit code 0"

# --- one worker of one node hangs ---
new_ticket wendy
WORKER=$(workers_of node3 | tr -d '[],' | awk '{ print $NF }')
inside kill -STOP "$WORKER"
run roll --to-all --yes --pause 3
inside kill -CONT "$WORKER"
refused "its workers do not take kvno $((KVNO + 1)) up: 1 of [0-9]+ holds $KVNO" "one worker hangs"
like "$SAID" "error: node3\.$DOMAIN:" "one worker hangs: it is node3's"
run roll --to-all --yes
rolled "it goes on"

# --- httpd of one node does not run ---
new_ticket wendy
httpd_stop node1
run status
is "$RC" 0 "httpd is down, status: exit code 0"
like "$(row node1)" '^not running +matches' "httpd is down, status: node1 is shown"
run status --json
is "$(json '[n["report"]["workers"] for n in d["nodes"]][0], [n["workers_hold"] for n in d["nodes"]]')" \
    "({'running': False}, [None, True, True])" "httpd is down, status --json: running is false"
run roll --to-all --yes --pause 1
is "$RC" 1 "httpd is down, roll: exit code 1"
like "$SAID" "error: node1\.$DOMAIN: no httpd answers there"$'\n'"  Start it, or leave the node out" "httpd is down, roll: node1 is named, with a remedy"
is "$(account_kvno "$ASA") $(node_keys)" "$KVNO $KEYS" "httpd is down, roll: nodes and directory are as they were"
run roll --to-all --yes --status none --pause 1
is "$RC $(account_kvno "$ASA")" "0 $((KVNO + 1))" "httpd is down: --status none goes on"
KVNO=$((KVNO + 1))
httpd_start node1
all_sign_in wendy "and up again: old tickets sign in"
new_ticket bob
all_sign_in bob "and up again: new tickets sign in"
run status
like "$RC $(row node1)" "^0 all [0-9]+ hold $KVNO" "and up again, status: its workers hold it"

# --- on the node itself, and under a forced command ---
RC=0
# shellcheck disable=SC2086  # ssh's own words
SAID=$(in_lab ssh -F none -i "$IN/ssh/id" -o UserKnownHostsFile="$IN/ssh/known_hosts" "root@node3.$DOMAIN" \
    "$IN/bin/asactl --conf $IN/asactl.conf node status" 2>&1) || RC=$?
like "$RC $SAID" "^0 .*  all [0-9]+ hold $KVNO" "node status: exit code 0, and the workers"
cp "$LAB/ssh/authorized_keys" "$LAB/ssh/authorized_keys.plain"
cp "$LAB/asactl.conf" "$LAB/forced.conf"
sed "s|^|command=\"$IN/bin/asactl --conf $IN/forced.conf node serve\",restrict |" \
    "$LAB/ssh/authorized_keys.plain" >"$LAB/ssh/authorized_keys"
run status --httpd 198.51.100.7
like "$RC $(row node1)" "^0 all [0-9]+ hold $KVNO" "forced command: the node's own settings say where its page is"
sed -i '/^    status = /d' "$LAB/forced.conf"
run status
like "$RC $(row node1)" "^1 unknown: the node's own asactl\.conf.* names no status page" "forced command: or that there is none"
run status --status none
like "$RC $(row node1)" '^0 not asked' "forced command: who does not ask is not told"

# --- an older asactl there, which does not know how to examine its machine ---
echo '{"asactl":1,"code":2,"error":"what came on stdin is no whole request","remedy":"Look.","changed":false,"report":null,"length":0}' \
    >"$LAB/older.json"
sed "s|^|command=\"cat >/dev/null; cat $IN/older.json\",restrict |" "$LAB/ssh/authorized_keys.plain" >"$LAB/ssh/authorized_keys"
run doctor
like "$SAID" "node1\.$DOMAIN: asactl there is another version, which cannot examine its machine"$'\n'" *Install the same version of asactl there as here\." \
    "an older asactl: doctor says so, with the remedy"
mv "$LAB/ssh/authorized_keys.plain" "$LAB/ssh/authorized_keys"

expect_log 'asa\.keytab'
suite_end
