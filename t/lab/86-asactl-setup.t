#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# From an empty domain to a verified sign-in, and on to its end, with the very settings and commands that README tells.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
if [ "$(id -u)" != 0 ]; then
    echo "1..0 # SKIP sshd needs root"
    exit 0
fi
suite_begin empty
admin_tool_place
ssh_nodes_up
CONF=$LAB/readme.conf
mkdir -p "$LAB"/machine/etc/{systemd/system,cron.d} "$LAB"/machine/var/{lib,log}

# chapter TITLE: the text of that chapter, with the lab's names of the nodes.
chapter() {
    sed -n "/^## $1\$/,/^## /p" "$SUITE_ROOT/README.md" | sed 's/\bcas-\([1-3]\)/node\1/g'
}

# commands TITLE: the lines that run asactl in it, without their comments.
commands() {
    chapter "$1" | sed -n 's/^ *\(asactl .*[^ ]\)\( *\)$/\1/p' | sed 's/  *#.*//'
}

# follow COMMAND-LINE: as an administrator types it, who says yes; ARRIVED is what it said.
follow() {
    local words i
    read -r -a words <<<"$1"
    # Names that README gives in short, as ssh on a real machine takes them.
    for i in "${!words[@]}"; do
        [[ ${words[i]} != node[1-3] ]] || words[i]+=.$DOMAIN
    done
    ARRIVED=$(in_lab KRB5CCNAME="FILE:$IN/tickets/dc1-administrator" "$IN/bin/asactl" --conf "$IN/readme.conf" \
        "${words[@]:1}" --yes "${@:2}" 2>&1 </dev/null) || { FOLLOWED="exit code $?: $ARRIVED"; return; }
    FOLLOWED=done
}

# Its settings, and what only this lab needs: how its nodes are reached, and where they keep the key table.
{ chapter 'Set up in five minutes' | sed -n '/```conf/,/```/p' | sed '/```/d; s/^   //'
  sed -n '/^\[ssh\]/,$p' "$LAB/asactl.conf"; } >"$CONF"
sed -i "s,^\[asactl\],&\n    keytab = $NODE_KEYS/asa.keytab," "$CONF"
like "$(<"$CONF")" "account = EXCH2016ASA.*server = node3\.$DOMAIN" "README has settings"
is "$(account_kvno "$ASA")" '' "the domain knows nothing of the account"

commands 'Set up in five minutes' >"$LAB/commands"
is "$(wc -l <"$LAB/commands")" 4 "README has four commands"
while read -r line; do
    follow "$line"
    is "$FOLLOWED" "done" "$line"
done <"$LAB/commands"
like "$ARRIVED" "node3\.$DOMAIN .*matches" "every node matches the directory"

# httpd, from then on; a client through the balancer.
lab_nodes_up
visits_begin
visit_every_node /mapi/emsmdb/ POST
is "$?" 0 "wendy signs in on every node: $VISIT_SUMMARY"
is "$(proven AuthenticationType AuthenticatedUser 'GenericInfo;AuthPkg')" $'Negotiate\tTAILSPIN\\wendy\tKerberos' "and the log proves it"

# What README says of the time after; the machine has no systemd, which schedule says.
commands 'Keep the credential' >"$LAB/commands"
is "$(wc -l <"$LAB/commands")" 8 "README has eight commands for later"
while read -r line; do
    case $line in
    *schedule*) follow "$line" --root "$IN/machine" ;;
    *) follow "$line" ;;
    esac
    is "$FOLLOWED" "done" "$line"
done <"$LAB/commands"
is "$(account_kvno "$ASA")" '' "in the end the account is gone"
expect_log 'asa\.keytab'
suite_end
