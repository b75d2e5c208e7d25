#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Two sites with an account, nodes and names of their own: the sample's settings and commands, and that they stay apart.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/directory.sh"
suite_needs_root sshd
suite_begin empty
admin_tool_place
ssh_nodes_up
SAMPLE=$SUITE_ROOT/conf/asactl-multi-site.conf

# The sample with this lab's nodes, and how they are reached.
{ sed 's/lon-1/node1/; s/nyc-1/node2/; s/nyc-2/node3/; /^\[ssh\]/,$d' "$SAMPLE"
  sed -n '/^\[ssh\]/,$p' "$LAB/asactl.conf"; } >"$LAB/sites.conf"
sed -i "s,^\[asactl\],&\n    keytab = $NODE_KEYS/asa.keytab," "$LAB/sites.conf"
ADMIN_CONF=$IN/sites.conf
mkdir -p "$LAB"/machine/etc/{systemd/system,cron.d} "$LAB"/machine/var/{lib,log}

# --- the sample's own commands ---
sed -n 's/^# *\(asactl .*\)/\1/p' "$SAMPLE" >"$LAB/sites.commands"
is "$(wc -l <"$LAB/sites.commands")" 10 "the sample has ten commands"
while read -r line <&7; do
    read -r -a words <<<"$line"
    [[ $line != *schedule* ]] || words+=(--root "$IN/machine")
    admin administrator "${words[@]:1}" --yes
    is "$RC" 0 "$line" || echo "$COMPLAINED" >&2
done 7<"$LAB/sites.commands"
is "$(cd "$LAB/machine/etc/systemd/system" && echo ./*.timer)" "./asactl-roll-londonasa.timer ./asactl-roll-newyorkasa.timer" \
    "each site has a timer of its own"

# opens NODE SITE: does the node's key table open a ticket for the site's name?
opens() {
    in_lab KRB5CCNAME="FILE:$IN/tickets/wendy" kvno -k "$IN/$1/keys/asa.keytab" "http/mail.$2.$DOMAIN@$REALM" 2>&1 |
        grep -c 'keytab entry valid'
}

visit_ticket wendy
is "$(for node in "${NODES[@]}"; do opens "$node" london; done | tr '\n' ' ')" "1 0 0 " "London's tickets are opened in London only"
is "$(for node in "${NODES[@]}"; do opens "$node" newyork; done | tr '\n' ' ')" "0 1 1 " "and New York's in New York"

# --- a wrong pair ---
node1_keys() { in_lab klist -kKe "$IN/node1/keys/asa.keytab" | cksum; }
KEYS=$(node1_keys)
refused 8 "node1\\.$DOMAIN holds keys of LONDONASA[$] too" "London's keys do not go to New York, nor without London" \
    administrator roll --account 'LONDONASA$' --to-array newyork --yes
admin administrator roll --account 'LONDONASA$' --to-all --yes
like "$RC $COMPLAINED" "^4 .*node2\\.$DOMAIN: the key table serves another account" "nor to all"
is "$(node1_keys)" "$KEYS" "and London has none of it either"
is "$(for node in "${NODES[@]}"; do opens "$node" newyork; done | tr '\n' ' ')" "0 1 1 " "New York goes on"
refused 2 '.*which account' "without an account, nothing is rolled" administrator roll --to-array london --yes
refused 4 "NEWYORKASA[$] holds http/mail\.newyork" "a name of one site is not given to the other" \
    administrator spn add 'LONDONASA$' "http/mail.newyork.$DOMAIN" --yes

# --- each goes its way ---
admin administrator roll --account 'NEWYORKASA$' --to-array newyork --yes --pause 1
is "$RC" 0 "New York rolls" || echo "$COMPLAINED" >&2
is "$(for node in "${NODES[@]}"; do opens "$node" london; done | tr '\n' ' ')" "1 0 0 " "London does not notice"
admin administrator roll --account 'LONDONASA$' --to-array london --yes --pause 1
is "$RC" 0 "London rolls" || echo "$COMPLAINED" >&2
admin administrator status --account 'LONDONASA$' london
like "$RC $SAID" "^0 .*node1\.$DOMAIN .*matches" "London matches the directory"
admin administrator remove --account 'LONDONASA$' --from-array london --delete-account --yes
is "$RC" 0 "London is turned off" || echo "$COMPLAINED" >&2
is "$(opens node2 newyork)" 1 "New York goes on"
suite_end
