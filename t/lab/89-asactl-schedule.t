#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# asactl schedule: what it writes is what systemd and cron run, it rolls when it is due, and its last run can be watched.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/directory.sh"
suite_needs_root sshd
suite_begin
admin_tool_place
ssh_nodes_up
NAME=asactl-roll-exch2016asa
MACHINE=$LAB/machine
mkdir -p "$MACHINE"/etc/{systemd/system,cron.d} "$MACHINE"/var/{lib,log}
SERVICE=$MACHINE/etc/systemd/system/$NAME.service

# schedule VERB ARGUMENT…: of the machine below $MACHINE, without any ticket.
schedule() {
    local verb=$1
    shift
    admin none schedule "$verb" --root "$IN/machine" "$@"
}

# unattended COMMAND-LINE: a shell runs it as cron does, without any ticket; the result file lies on the machine below
# $MACHINE.
unattended() {
    RC=0
    rm -f "$LAB/tickets/unattended"
    # shellcheck disable=SC2016  # expanded by the inner shell
    in_lab KRB5CCNAME="FILE:$IN/tickets/unattended" \
        /bin/sh -c "${1//\/var\/lib/$IN/machine/var/lib}" </dev/null >>"$MACHINE/log" 2>&1 || RC=$?
}

# make_old DAYS: the password was set so many days ago.
make_old() {
    local ticks=$((($(date +%s) - $1 * 86400 + 11644473600) * 10000000))
    inside ldbmodify -H "$IN/dc1/private/sam.ldb.d/DC=CORP,DC=TAILSPINTOYS,DC=COM.ldb" \
        --configfile="$IN/dc1/etc/smb.conf" >"$SUITE_WORK/aged" 2>&1 <<END
dn: CN=${ASA%\$},CN=Computers,$BASE
changetype: modify
replace: pwdLastSet
pwdLastSet: $ticks
END
}

# --- what cannot be a schedule ---
schedule show
like "$RC $COMPLAINED" '^3 error: there is no schedule' "show: there is none"
schedule create
like "$RC $COMPLAINED" '^2 error: schedule create on which nodes' "without nodes"
schedule create --to-array nowhere
like "$RC $COMPLAINED" "^2 error: there is no array 'nowhere'" "an array that is none"
schedule create --to-all --every 3w
like "$RC $COMPLAINED" "^2 error: --every '3w'" "days that are none"
schedule create --to-all --at 25:00
like "$RC $COMPLAINED" "^2 error: --at '25:00'" "a time that is none"
schedule create --to-server $'node1\n* * * * * root true'
like "$RC $COMPLAINED $(find "$MACHINE" -type f)" '^2 error: .*control character.* $' "a name with a line end"
admin none roll --to-all --if-older 21d --server nowhere
like "$RC $COMPLAINED" "^2 error: --if-older '21d'" "an age that is none"
mkfifo "$LAB/result"
admin none roll --to-all --if-older 21d --server nowhere --result "$IN/result"
like "$COMPLAINED" 'warning: .*/result is no regular file and is not replaced' "a result that would replace no file"
ok "stays what it was" test -p "$LAB/result"
schedule create --to-all --dry-run
is "$RC $(find "$MACHINE" -type f)" "0 " "--dry-run writes nothing"
echo '[Unit]' >"$SERVICE"
schedule create --to-all
like "$RC $COMPLAINED" "^4 error: .*$NAME.service was not made by asactl" "what somebody else made"
is "$(<"$SERVICE")" '[Unit]' "stays as it is"
rm "$SERVICE"
admin none schedule create --to-all
like "$RC $COMPLAINED" '^1 error: systemd does not run this machine' "where there is no systemd: it says so"

# --- the account that rolls unattended, as asactl.conf(5) says, with two rights ---
mkdir "$LAB/roller"
admin administrator account create ASA-ROLLER
is "$RC" 0 "an account that will roll this one"
admin administrator roll --account 'ASA-ROLLER$' --to-server localhost --keytab "$IN/roller/roller.keytab" --owner root \
    --group root --mode 0600 --pause 0 --yes
is "$RC $(stat -c '%U %G %a' "$LAB/roller/roller.keytab")" "0 root root 600" "its first roll makes its key table" ||
    echo "$COMPLAINED" >&2
ok "it gets two rights" least_rights 'ASA-ROLLER$'

# --- systemd ---
schedule create --to-all --dry-run
like "$RC $SAID" '^0 .*client-keytab' "without a key table: it is told that one is needed"
schedule create --to-all --every 30 --at 04:20 --client-keytab "$IN/roller/roller.keytab"
like "$RC $SAID" "^0 .*$NAME.timer: looks daily at 04:20.*30 days old" "a timer is made"
is "$(grep -c client-keytab <<<"$SAID")" 0 "with one it is not"
# systemd-analyze wants programs that exist where it looks.
mkdir -p "$MACHINE/verify"
sed "s,$IN/bin/asactl,/bin/true," "$SERVICE" >"$MACHINE/verify/$NAME.service"
cp "$MACHINE/etc/systemd/system/$NAME.timer" "$MACHINE/verify/"
ok "systemd-analyze is there" command -v systemd-analyze
is "$(systemd-analyze verify --man=no "$MACHINE/verify/$NAME.timer" 2>&1 | grep -F "$NAME")" '' "systemd finds nothing wrong with it"
sed -i 's/^Type=/Typo=/' "$MACHINE/verify/$NAME.service"
like "$(systemd-analyze verify --man=no "$MACHINE/verify/$NAME.timer" 2>&1)" "$NAME.*Typo" "and would find a mistake"
is "$(stat -c %a "$SERVICE" "${SERVICE%.service}.timer" | uniq)" 644 "everybody may read it"
schedule show
like "$RC $SAID" '^0 .*last run  none yet' "show: it has not run yet"

# Its command, unquoted as systemd does: no word of it has a quote or a backslash.
COMMAND=$(sed -n 's/^ExecStart=//p' "$SERVICE" | sed "s/\"/'/g; s/\\\$\\\$/\$/g; s/%%/%/g")
like "$COMMAND" "'roll' '--conf' '.*/asactl.conf' '--client-keytab' '.*/roller.keytab' '--account' 'EXCH2016ASA\\$' '--to-all' '--yes' '--if-older' '30' '--result' '/var/lib/" \
    "it takes along what was given"

KVNO=$(account_kvno "$ASA")
visit_ticket wendy
unattended "$COMMAND"
is "$RC $(account_kvno "$ASA")" "0 $KVNO" "a password that is young stays" || cat "$MACHINE/log" >&2
like "$(<"$MACHINE/log")" 'is 0 days old; it is rolled when it is 30 days old' "and the log says so"
schedule show --json
is "$RC $(said '(d["ok"], d["last"]["code"])')" "0 (True, 0)" "show: the last run was in order"
ok "the password gets old" make_old 31
unattended "$COMMAND"
is "$RC $(account_kvno "$ASA")" "0 $((KVNO + 1))" "a password that is old is rolled, with least rights and a key table"
for node in "${NODES[@]}"; do
    # shellcheck disable=SC2046  # words of curl's arguments
    sign_in wendy "https://mail.$DOMAIN/mapi/" $(to_node "$node")
    is "$VISIT_STATUS" 200 "wendy's old ticket signs in on $node"
done

# --- a run that fails ---
make_old 31
ssh_node_stop node2
unattended "$COMMAND"
is "$RC $(account_kvno "$ASA")" "6 $((KVNO + 1))" "a node is down: exit code 6, nothing changed"
schedule show
like "$RC $SAID" "^1 .*the last run failed: node2\.$DOMAIN: nothing answers" "show: exit code 1, and why"
ssh_node_start node2
unattended "$COMMAND"
is "$RC $(account_kvno "$ASA")" "0 $((KVNO + 2))" "the next run does it"
schedule show
is "$RC" 0 "and show is content"
touch -d '5 days ago' "${SERVICE%.service}.timer"
sed -i 's/"time":[0-9]*/"time":1000000000/' "$MACHINE/var/lib/asactl/$NAME.json"
schedule show
like "$RC $SAID" '^1 .*it has not run for three days' "show: a timer that does not come"

# What a create leaves that was killed between its files.
mv "${SERVICE%.service}.timer" "$LAB/timer.kept"
schedule show
like "$RC $SAID" '^1 .*the timer is missing' "show: a service without its timer"
mv "$LAB/timer.kept" "${SERVICE%.service}.timer"
mkdir -p "$MACHINE/etc/systemd/system/timers.target.wants"
ln -s ../"$NAME.timer" "$MACHINE/etc/systemd/system/timers.target.wants/"

# --- cron ---
schedule create --to-array nodes --cron --client-keytab "$IN/roller/roller.keytab"
is "$RC $(cd "$MACHINE/etc" && find . ! -type d)" "0 ./cron.d/$NAME" "--cron: a file for cron instead of the timer"
LINE=$(grep -v '^#' "$MACHINE/etc/cron.d/$NAME")
like "$LINE" '^17 3 \* \* \* root ' "--cron: daily, as root"
make_old 22
LINE=${LINE#* root }
LINE=${LINE//\\%/%}
unattended "${LINE//\/var\/log/$IN/machine/var/log}"
is "$RC $(account_kvno "$ASA")" "0 $((KVNO + 3))" "--cron: its line rolls"
like "$(<"$MACHINE/var/log/asactl/$NAME.log")" 'The roll is complete' "--cron: and writes its log"
schedule remove
is "$RC $(find "$MACHINE/etc" "$MACHINE/var/lib" -type f)" "0 " "remove: nothing is left but the log"
schedule remove
is "$RC" 3 "remove: there is none any more"
suite_end
