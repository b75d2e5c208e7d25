#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The lab ends its own processes and no other, and recognises what an earlier lab left.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
suite_begin domain

# alive PID: a zombie that nobody has collected yet is not alive.
alive() {
    [ -d "/proc/$1" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status"
}

dead() {
    ! alive "$1"
}

# inner_pids: the lab's processes, by the pids that the machine knows them by.
inner_pids() {
    local space process
    space=$(readlink "/proc/$(holder_pid)/ns/pid")
    for process in /proc/[0-9]*; do
        [ "$(readlink "$process/ns/pid" 2>/dev/null)" != "$space" ] || echo "${process#/proc/}"
    done
}

# Strangers: one started beside the lab, one whose pid the lab's file is made to name.
( exec -a stranger-beside tail -f /dev/null ) &
stranger=$!
( exec -a second-stranger tail -f /dev/null ) &
second=$!

inside_started "$LAB/loose.log" tail -f /dev/null
mapfile -t inner < <(inner_pids)
ok "the lab has processes (${#inner[@]})" test "${#inner[@]}" -ge 5

# Another lab beside this one.
other() {
    ASA_LAB=$SUITE_WORK/other "$SUITE_ROOT/scripts/lab" "$@"
}
ok "a second lab starts beside the first" other up --domain
ok "down ends the first" lab_down
for pid in "${inner[@]}"; do
    wait_until 60 dead "$pid" || echo "# $pid is left: $(tr '\0' ' ' <"/proc/$pid/cmdline")"
done
is "$(for pid in "${inner[@]}"; do ! alive "$pid" || echo "$pid"; done)" '' "every process of it is gone"
ok "a stranger beside it lives" alive "$stranger"
ok "the second lab still answers" other exec klist
ok "and is ended by its own down" other down

# What an earlier lab left: a noted pid that now belongs to a stranger.
printf '%s %s %s\n' "$second" 1 "$(</proc/sys/kernel/random/boot_id)" >"$LAB/holder"
ok "down with a pid that was given to somebody else" lab_down
ok "leaves that process alone" alive "$second"
is "$(cat "$LAB/holder" 2>/dev/null)" '' "and forgets the note"
printf '%s %s %s\n' "$second" "$(process_start_time "$second")" 'another-boot' >"$LAB/holder"
is "$(holder_pid)" '' "a note from before a reboot names no holder"
printf '%s %s %s\n' "$second" "$(process_start_time "$second")" "$(</proc/sys/kernel/random/boot_id)" >"$LAB/holder"
is "$(holder_pid)" '' "nor does one that names a process of the machine"
# A process in namespaces of its own, as the holder is, but not of this boot.
unshare --mount --net --pid --fork --kill-child tail -f /dev/null >/dev/null 2>&1 &
foreign=$!
foreign_inside() {
    read -r foreign_child _ < <(cat "/proc/$foreign/task/$foreign/children" && echo) && [ -n "$foreign_child" ]
}
wait_until 60 foreign_inside
printf '%s %s %s\n' "$foreign_child" "$(process_start_time "$foreign_child")" 'another-boot' >"$LAB/holder"
is "$(holder_pid)" '' "nor one that looks like a holder, from before a reboot"
ok "up with a note from before a reboot" lab_domain_up
ok "leaves that process alone, too" alive "$foreign_child"
ok "and the lab has a holder of its own" test "$(holder_pid)" != "$foreign_child"
ok "and the lab runs" controller_runs dc1

# A lab that was killed without a chance to tidy up.
kill -KILL "$(holder_pid)"
ok "the killed lab is seen to be gone" wait_until 60 holder_gone
is "$(lab_status | tr -s ' ' | cut -d' ' -f1,2)" "lab down" "status says so"
ok "up starts anew" lab_domain_up
ok "and it works" ticket_get "wendy@$REALM" "$LAB/secrets/wendy" "$IN/tickets/wendy"

kill "$stranger" "$second"
kill -KILL "$foreign_child"
is "$(ls -d /run/netns/asa* /etc/netns/asa* 2>/dev/null)" '' "the machine keeps no namespace by name"
echo "1..$POINTS"
[ "$FAILURES" = 0 ]
