# SPDX-License-Identifier: Apache-2.0
# What the suites of asactl doctor share: a lab in which it finds nothing, faults, and what it says of each.
# shellcheck shell=bash disable=SC2153,SC2034  # names.sh sets DOMAIN and the like; suites read what is set here

# dns_record NAME TYPE DATA: one record in the domain's zone (or ZONE), instead of those that the name has.
dns_record() {
    dns_forget "$1"
    dns_entry "$@" | ldap_as dc1 modify >/dev/null
}

# dns_forget NAME: the name is gone.
dns_forget() {
    printf 'dn: DC=%s,DC=%s,CN=MicrosoftDNS,DC=DomainDnsZones,%s\nchangetype: delete\n' "$1" "${ZONE:-$DOMAIN}" "$BASE" |
        ldap_as dc1 modify >/dev/null 2>&1
}

# --- a lab in order ---

# doctor_lab: nodes that serve one name more than the account has are none that are in order; a
# schedule is there; somebody has signed in on every node. What lies under /var here is the lab's own.
doctor_lab() {
    local node
    # shellcheck disable=SC2016  # expanded by the inner shell
    inside bash -ec 'for part in log lib; do
        mkdir -p /run/asa-var/$part/upper /run/asa-var/$part/work
        mount -t overlay -o lowerdir=/var/$part,upperdir=/run/asa-var/$part/upper,workdir=/run/asa-var/$part/work asa-var /var/$part
    done
    # Where the kernel of this machine has AppArmor, doctor looks for one.
    mkdir -p /var/log/audit && : >/var/log/audit/audit.log'
    admin_tool_place
    doctor_command
    sed -i '/ServerAlias other/d' "$LAB/conf/node.conf"
    for node in "${NODES[@]}"; do
        httpd_reload "$node"
    done
    ssh_nodes_up
    asactl schedule create --to-all --cron --yes >/dev/null || return 1
    for node in "${NODES[@]}"; do
        # shellcheck disable=SC2046  # words of curl's arguments
        sign_in wendy "https://mail.$DOMAIN/mapi/" $(to_node "$node")
        proven RequestId >/dev/null
    done
}

# doctor_command: what ssh runs on a node: asactl, as that node's folder "fault" says: with a clock that is off by so
# many seconds (skew), or another program (asactl).
doctor_command() {
    gcc -std=gnu11 -O1 -Wall -Werror -shared -fPIC "$SUITE_ROOT/t/lib/skew.c" -o "$LAB/skew.so" -ldl || return 1
    cat >"$LAB/bin/asactl-node" <<END
#!/bin/sh
fault=$IN/\$(hostname)/fault program=$IN/bin/asactl
[ ! -e "\$fault/asactl" ] || program=\$fault/asactl
[ ! -e "\$fault/skew" ] || export LD_PRELOAD=$IN/skew.so ASA_SKEW=\$(cat "\$fault/skew")
exec "\$program" "\$@"
END
    chmod 755 "$LAB/bin/asactl-node"
    sed -i "s|command = .*|command = $IN/bin/asactl-node|" "$LAB/asactl.conf"
}

# --- what it says ---

# shellcheck disable=SC2120  # suites may pass some
# diagnose ARGUMENT…: what is not ok, a line each: "FAIL key-table"; all of it in the file diagnosis. SKEWED: this
# machine's clock is off by so many seconds; TICKETS: another cache.
diagnose() {
    # shellcheck disable=SC2086  # words of env
    in_lab ${SKEWED:+LD_PRELOAD="$IN/skew.so" ASA_SKEW="$SKEWED"} KRB5CCNAME="FILE:$IN/tickets/${TICKETS:-dc1-administrator}" \
        timeout 120 "$IN/bin/asactl" --conf "$IN/asactl.conf" doctor --json "$@" >"$LAB/diagnosis" 2>"$LAB/complaint"
    /usr/bin/python3 -c 'import json, sys
document = json.load(sys.stdin)
print("\n".join(sorted({"%s %s" % (one["level"], one["check"]) for one in document["findings"] if one["level"] != "ok"})))' \
        <"$LAB/diagnosis" 2>&1 || cat "$LAB/diagnosis" "$LAB/complaint"
}

# healthy DESCRIPTION
healthy() {
    is "$(diagnose)" "" "$1"
}

# sick LINES DESCRIPTION: exactly these lines are not ok: "FAIL key-table, warn schedule".
sick() {
    is "$(diagnose)" "$(lines "$1")" "$2"
}

# lines LINES: as diagnose has them.
lines() {
    tr , '\n' <<<"$1" | sed 's/^ *//' | sort
}

# unseen NEED…: ", ? CHECK" for every check that needs one of these, but those named in EXCEPT.
unseen() {
    asactl doctor --list --json | /usr/bin/python3 -c 'import json, sys
needs, never = set(sys.argv[2:]), set(sys.argv[1].split())
print("".join(", ? " + one["check"] for one in json.load(sys.stdin)["checks"]
              if needs & set(one["needs"].split(", ")) and one["check"] not in never))' "${EXCEPT:-}" "$@"
}

# explained REGEX DESCRIPTION: the last diagnosis says so.
explained() {
    like "$(<"$LAB/diagnosis")" "$1" "$2"
}

# cure: types the commands of the remedies in the last diagnosis, as they stand there: those of asactl here, those that
# begin with "On NODE:" there. Only --yes is added, for want of a terminal.
cure() {
    local node command
    while IFS=$'\t' read -r node command; do
        echo "$command"
        if [ "$node" = here ]; then
            eval "$command" </dev/null
        else
            # shellcheck disable=SC2016  # expanded by the inner shell
            in_lab unshare --mount bash -c 'mount --bind "$1" "$2" && eval "$3"' node "$IN/${node%%.*}/keys" "$NODE_KEYS" "$command"
        fi
    done < <(/usr/bin/python3 -c 'import json, re, sys
for one in json.load(sys.stdin)["findings"]:
    text = one["remedy"] if one["level"] in ("FAIL", "warn") else ""
    there = re.match(r"On (\S+): (.*?)(?:; that user|$)", text)
    if there:
        print("%s\t%s" % there.groups())
    for command in re.findall(r"asactl (?:spn add|spn remove|copy|roll)(?: (?:--[a-z-]+(?: [a-z0-9]+\.[a-z0-9.]*[a-z0-9])?|\x27[^\x27]*\x27))+", text):
        print("here\t" + re.sub("(copy|roll|remove) ", r"\1 --yes ", command))' <"$LAB/diagnosis") >"$LAB/cure" 2>&1
}

# raw_account add|replace|delete LINE: changes the account (ACCOUNT) in the directory's own file, past the controller.
raw_account() {
    local account=${ACCOUNT:-$ASA}
    { printf 'dn: CN=%s,CN=Computers,%s\nchangetype: modify\n%s: %s\n' "${account%\$}" "$BASE" "$1" "${2%%:*}"
      [ "${2#*:}" = '' ] || echo "$2"; } |
        inside ldbmodify -H "$IN/dc1/private/sam.ldb.d/${BASE^^}.ldb" --configfile="$IN/dc1/etc/smb.conf" >/dev/null
}

# elsewhere add|delete NAME: somebody outside the domain's own partition has this service principal name, or loses it.
elsewhere() {
    local dn="CN=ELSE,CN=Services,CN=Configuration,$BASE"
    [ "$1" = delete ] ||
        printf 'dn: %s\nobjectClass: container\n' "$dn" |
        inside ldbadd --relax -H "$IN/dc1/private/sam.ldb" --configfile="$IN/dc1/etc/smb.conf" >/dev/null
    printf 'dn: %s\nchangetype: modify\n%s: servicePrincipalName\nservicePrincipalName: %s\n-\n%s: sAMAccountName\nsAMAccountName: ELSE$\n' \
        "$dn" "$1" "$2" "$1" |
        inside ldbmodify -H "$IN/dc1/private/sam.ldb.d/CN=CONFIGURATION,${BASE^^}.ldb" --configfile="$IN/dc1/etc/smb.conf" >/dev/null
}

# account_is ATTRIBUTE VALUE…: sets an attribute of the account, or takes it away.
account_is() {
    local attribute=$1 value
    shift
    { printf 'dn: CN=%s,CN=Computers,%s\nchangetype: modify\nreplace: %s\n' "${ACCOUNT:-${ASA%\$}}" "$BASE" "$attribute"
      for value in "$@"; do
          echo "$attribute: $value"
      done; } | ldap_as "${CONTROLLER:-dc1}" modify >/dev/null
}

# controller_skewed NAME SECONDS: the controller starts with a clock that is off; without that word, ldb takes its own.
controller_skewed() {
    controller_inside "$1" env LDB_MODULES_DISABLE_DEEPBIND=1 LD_PRELOAD="$IN/skew.so" ASA_SKEW="$2" samba --daemon --model=standard \
        -s "$IN/$1/etc/smb.conf" </dev/null >"$LAB/$1/log/start.log" 2>&1
    wait_until 60 controller_answers_ldap "$1"
}

# password_lasts TIME: passwords of the domain end so much later, in 100 ns, negative.
password_lasts() {
    printf 'dn: %s\nchangetype: modify\nreplace: maxPwdAge\nmaxPwdAge: %s\n' "$BASE" "$1" | ldap_as dc1 modify >/dev/null
}

# --- faults of httpd and of what stands in front ---

# on_node NODE FILE [LINE…]: what the node's configuration has besides (published.conf, server.conf); it is taken up
# when httpd reloads.
on_node() {
    local file=$LAB/$1/extra/$2
    shift 2
    rm -f "$file"
    [ $# = 0 ] || printf '%s\n' "$@" >"$file"
}

# everywhere FILE [LINE…]: the same on every node, and taken up.
everywhere() {
    local node
    for node in "${NODES[@]}"; do
        on_node "$node" "$@"
    done
    nodes_reload
}

# nodes_reload: every node takes up its configuration, and no worker with the one before is left.
nodes_reload() {
    local node
    for node in "${NODES[@]}"; do
        node_reload "$node"
    done
}

node_reload() {
    httpd_stop "$1"
    httpd_start "$1"
}

# another_front FOLDER: a TLS server with the certificate there answers for autodiscover.
another_front() {
    inside sed -i.bak "s/^$BALANCER_IP autodiscover/$BACKEND_IP autodiscover/" /etc/hosts
    # shellcheck disable=SC2016  # expanded by the inner shell
    inside_started "$LAB/front.log" bash -c 'echo $$ >"$1"; shift; exec "$@"' front "$IN/front.pid" \
        openssl s_server -quiet -www -accept "$BACKEND_IP:443" \
        -cert "$IN${1#"$LAB"}/cert.pem" -key "$IN${1#"$LAB"}/key.pem"
    wait_until 60 inside bash -c "exec 3<>/dev/tcp/$BACKEND_IP/443" 2>/dev/null
}

another_front_ends() {
    inside mv /etc/hosts.bak /etc/hosts
    inside kill "$(<"$LAB/front.pid")"
    wait_until 60 front_is_gone
}

front_is_gone() {
    ! inside bash -c "exec 3<>/dev/tcp/$BACKEND_IP/443" 2>/dev/null
}

# certificate_ends DAYS FOLDER: the published names' certificate, which ends then.
certificate_ends() {
    mkdir -p "$2"
    { openssl req -new "${CERTIFICATE_KEY[@]}" -subj "/CN=mail.$DOMAIN" -keyout "$2/key.pem" |
        openssl x509 -req -CA "$LAB/ca/ca.pem" -CAkey "$LAB/ca/ca.key" -days "$1" -set_serial 77 \
            -extfile <(printf 'subjectAltName=DNS:mail.%s,DNS:autodiscover.%s,DNS:node1.%s,DNS:node2.%s,DNS:node3.%s' \
                "$DOMAIN" "$DOMAIN" "$DOMAIN" "$DOMAIN" "$DOMAIN") -out "$2/cert.pem"; } 2>/dev/null
}

# lacks_account NODE: its workers have been seen, and none of them holds a key of the account any more.
lacks_account() {
    { asactl status --no-directory --json "$1.$DOMAIN" 2>/dev/null || true; } | /usr/bin/python3 -c 'import json, sys
workers = json.load(sys.stdin)["nodes"][0]["report"]["workers"]
sys.exit(not workers or any(key["account"] == sys.argv[1] for one in workers for key in one["keys"]))' "$ASA"
}
