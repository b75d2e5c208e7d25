# SPDX-License-Identifier: Apache-2.0
# What the suites of asactl roll share: rolls of this machine and of another one, killed ones, and what the nodes hold.
# shellcheck shell=bash disable=SC2034  # suites read what is set here

# run ARGUMENT…: asactl, its exit code in RC, what it said in SAID (stdout, then stderr).
run() {
    RC=0
    SAID=$(asactl "$@" 2>&1) || RC=$?
}

# The other machine has a folder of its own for locks and notes.
# shellcheck disable=SC2016  # expanded by the inner shell
OTHER_MACHINE=(unshare --mount bash -c 'mkdir -p "$1" /run/asactl && mount --bind "$1" /run/asactl && shift && exec "$@"'
    other "$IN/other-machine")

# on_another_machine ARGUMENT…: asactl there, with the same settings.
on_another_machine() {
    in_lab KRB5CCNAME="FILE:$IN/tickets/dc1-administrator" "${OTHER_MACHINE[@]}" "$IN/bin/asactl" --conf "$IN/asactl.conf" "$@"
}

# roll_killed AT ARGUMENT…: a roll that is killed when it says that it begins this step; says at which line. MACHINE may
# be OTHER_MACHINE.
MACHINE=()
roll_killed() {
    local at=$1
    shift
    # shellcheck disable=SC2016  # expanded by the inner shell
    in_lab KRB5CCNAME="FILE:$IN/tickets/dc1-administrator" bash -c '
        at=$1
        shift
        exec 7< <(exec "$@" 2>&1 >/dev/null)
        roll=$!
        while read -r -u 7 line; do
            if [[ $line == *"$at"* ]]; then
                kill -KILL "$roll"
                echo "killed: $line"
                exit
            fi
        done' kill "$at" "${MACHINE[@]}" "$IN/bin/asactl" --conf "$IN/asactl.conf" roll --to-all --yes "$@" 2>&1
}

# roll_stands JOB: a roll that was begun in the background stands still, so that whatever the suite does meanwhile
# comes first on a slow machine too; roll_goes_on JOB ends that. nsenter, between the two, stops when its child does.
roll_stands() {
    kill -STOP "$(pgrep -P "$(pgrep -P "$1")")"
}

roll_goes_on() {
    local enter
    enter=$(pgrep -P "$1")
    kill -CONT "$(pgrep -P "$enter")"
    kill -CONT "$enter"
}

# roll_steps: what a roll can say when it begins a step, as its sources have it, a regex a line.
roll_steps() {
    cat "$SUITE_ROOT"/asactl/roll*.c | tr -d '\n' | grep -oP 'asactl_out_step\(\s*"\K[^"]*' | sed 's/%[.0-9]*[a-z]/.*/g'
}

# node_keys: what every node holds of the account, one line if all hold the same: kvno and enctype of each key.
node_keys() {
    local node
    for node in "${NODES[@]}"; do
        in_lab klist -ke "$IN/$node/keys/asa.keytab" | sed -n "s/^ *\([0-9]*\) $ASA@.*(\(aes[0-9]*\).*/\1:\2/p" |
            sort -n | tr '\n' ' '
        echo
    done | sort -u
}

# age_keys: the keys of every node came twelve hours earlier than they did.
age_keys() {
    local node
    for node in "${NODES[@]}"; do
        /usr/bin/python3 - "$LAB/$node/keys/asa.keytab" <<'END'
import struct, sys
data = bytearray(open(sys.argv[1], "rb").read())
at = 2
while at + 4 <= len(data):
    size, = struct.unpack_from(">i", data, at)
    spot, names = at + 4, 0
    if size > 0:
        names, = struct.unpack_from(">H", data, spot)
        spot += 2
        for _ in range(names + 1):
            spot += 2 + struct.unpack_from(">H", data, spot)[0]
        struct.pack_into(">I", data, spot + 4, struct.unpack_from(">I", data, spot + 4)[0] - 12 * 3600)
    at += 4 + abs(size)
open(sys.argv[1], "wb").write(data)
END
    done
}
