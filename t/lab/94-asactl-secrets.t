#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# asactl's secrets: passwords and keys are looked for wherever they must not be, and key tables are nobody else's for an instant.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
suite_needs_root sshd
touch "$SUITE_WORK/begin"
suite_begin
admin_tool_place
ssh_nodes_up
mkdir -p "$LAB"/{traces,said,here,core} "$LAB"/found/{passwords,keytabs}
CALLS=execve,write,writev,pwrite64,pwritev,sendto,sendmsg,getrandom,open,openat,creat,memfd_create,shmget,mknod,mknodat
CALLS+=,rename,renameat,renameat2,linkat,ftruncate,fchmod,chmod,fchmodat,fchown,chown,fchownat,fsync
STRACE="strace -f -qq -v -xx -yy -s 65536 -e trace=$CALLS -e signal=none"

# The far side of ssh is traced too.
cat >"$LAB/bin/traced" <<END
#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# asactl on a node, traced.
exec $STRACE -o "\$(mktemp $IN/traces/node.XXXXXX)" $IN/bin/asactl --conf $IN/asactl.conf "\$@"
END
chmod 755 "$LAB/bin/traced"
sed "s|^    command = .*|    command = $IN/bin/traced|" "$LAB/asactl.conf" >"$LAB/traced.conf"
sed "s|^    keytab = .*|    keytab = $IN/here/asa.keytab|" "$LAB/asactl.conf" >"$LAB/here.conf"

# traced NAME CONF ARGUMENT…: asactl under the tracer; what it says stays in said/NAME, and explains a failure.
traced() {
    local name=$1 conf=$2
    shift 2
    # shellcheck disable=SC2086  # one word an option
    in_lab KRB5CCNAME="FILE:$IN/tickets/dc1-administrator" $STRACE -o "$IN/traces/$name" \
        "$IN/bin/asactl" --conf "$IN/$conf" "$@" >"$LAB/said/$name" 2>&1 && return
    cat "$LAB/said/$name"
    return 1
}

leaks() {
    /usr/bin/python3 "$SUITE_ROOT/t/lab/leaks.py" "$@"
}

# random_password NAME: the one that the run traced as NAME has made; it is to be looked for.
random_password() {
    leaks passwords "$LAB/traces/$1" | tail -n 1 | tr -d '\n' >"$LAB/found/passwords/$1"
    stat -c %s "$LAB/found/passwords/$1"
}

# keep_keys NAME: the keys that nodes hold now are to be looked for.
keep_keys() {
    local node
    for node in "${NODES[@]}"; do
        cp "$LAB/$node/keys/asa.keytab" "$LAB/found/keytabs/$1-$node"
    done
}

# rights: owner and mode of every node's key table.
rights() {
    (cd "$LAB" && stat -c '%U:%G %a' node?/keys/asa.keytab) | sort -u
}

# --- what is watched ---
mkfifo "$SUITE_WORK/watching"
inside /usr/bin/python3 "$SUITE_ROOT/t/lab/leaks.py" watch "$LAB/traces/processes" <"$SUITE_WORK/watching" &
WATCH=$!
exec 8>"$SUITE_WORK/watching"
ok "every process is watched" wait_until 60 test -s "$LAB/traces/processes"
RIGHTS=$(rights)
is "$RIGHTS" "root:$HTTPD_USER 640" "the key tables are httpd's to read, and nobody else's"
keep_keys before

ok "an account is made" traced create traced.conf account create TRACED
is "$(random_password create)" 120 "its password is known from the trace"
ok "and is the one: the account signs in with it" ticket_get "TRACED\$@$REALM" "$LAB/found/passwords/create" "$IN/tickets/traced"
ok "a roll with a random password" traced roll traced.conf roll --to-all --yes
is "$(random_password roll)" 120 "its password is known from the trace"
ok "and is the one" ticket_get "$ASA@$REALM" "$LAB/found/passwords/roll" "$IN/tickets/traced"
keep_keys roll
secret_new "$ASA"
printf 'ß€𝄞 and more' >>"$LAB/secrets/$ASA"
cp "$LAB/secrets/$ASA" "$LAB/found/passwords/file"
ok "a roll with a password from a file" traced file traced.conf roll --to-all --yes --password-file "$IN/secrets/$ASA"
ok "the account signs in with it" ticket_get "$ASA@$REALM" "$(secret_file "$ASA")" "$IN/tickets/traced"
keep_keys file
is "$(rights)" "$RIGHTS" "owner and mode of the key tables are as they were"
rm "$LAB/node1/keys/asa.keytab"
ok "a copy to a node without keys" traced copy traced.conf copy --from "node2.$DOMAIN" --to "node1.$DOMAIN"
is "$(rights)" "$RIGHTS" "which get the owner and mode of the settings"
install_by_hand() { traced install here.conf node install <"$LAB/node2/keys/asa.keytab"; }
ok "node install by hand" install_by_hand
ok "status of everything, when the workers have taken the copied keys up" wait_until 60 traced status traced.conf status -v

# --- a signal that makes core files ---
# shellcheck disable=SC2016  # expanded by the inner shell
in_lab KRB5CCNAME="FILE:$IN/tickets/dc1-administrator" bash -c 'cd "$1" && ulimit -c unlimited && shift && exec "$@"' core \
    "$IN/core" "$IN/bin/asactl" --conf "$IN/traced.conf" roll --to-all --yes --status none --pause 30 >"$LAB/said/core" 2>&1 &
ok "a roll holds keys and waits" wait_until 60 grep -q 'for the workers' "$LAB/said/core"
ROLL=$(inside pgrep -f 'asactl .* --pause 30' | tail -n 1)
is "$(inside awk '/^Max core file size/ { print $5, $6 }' "/proc/$ROLL/limits")" '0 0' "no core file can be made of it"
locked=$(inside awk '/^VmLck/ { print $2 }' "/proc/$ROLL/status")
may_lock=$((0x$(inside awk '/^CapEff/ { print $2 }' /proc/self/status) >> 14 & 1))
ok "its memory is kept from the swap where it may be (CAP_IPC_LOCK $may_lock): $locked kB" test "$locked" -gt $((may_lock ? 1000 : -1))
inside kill -SEGV "$ROLL"
wait $! 2>/dev/null
is "$?" 139 "a fault ends it"
is "$(ls "$LAB/core")" '' "and leaves no core file"
keep_keys core

# Who may not lock memory is not refused.
LIMITED=-ipc_lock,-sys_resource
ok "without the right to lock memory an account is made all the same" in_lab KRB5CCNAME="FILE:$IN/tickets/dc1-administrator" \
    prlimit --memlock=0:0 setpriv --bounding-set "$LIMITED" --inh-caps "$LIMITED" \
    "$IN/bin/asactl" --conf "$IN/asactl.conf" account create LIMITED

# While it waits for keys on standard input, as a user other than root.
mkfifo "$SUITE_WORK/keys"
setpriv --reuid "$WORK_USER" --regid "$(id -g "$WORK_USER")" --clear-groups -- \
    "$LAB/bin/asactl" --account "$ASA" --realm "$REALM" --keytab "$SUITE_WORK/none" node install <"$SUITE_WORK/keys" >/dev/null 2>&1 &
WAITING=$!
exec 7>"$SUITE_WORK/keys"
sheltered() { [ "$(awk '/^Max core file size/ { print $5, $6 }' "/proc/$WAITING/limits")" = '0 0' ]; }
ok "no core file can be made of an install" wait_until 60 sheltered
is "$(stat -c %U "/proc/$WAITING/environ")" root "no other process of its user can look into it"
ok "and no file that it makes begins its life readable by others" grep -q '^Umask:[[:space:]]*0077' "/proc/$WAITING/status"
exec 7>&-
wait "$WAITING" && RC=0 || RC=$?
like "$RC" '^[1-8]$' "an empty stream is no key table"
ok "and none is made of it" test ! -e "$SUITE_WORK/none"

# --- what was seen ---
exec 8>&-
wait "$WATCH"
mapfile -t TRACES < <(ls "$LAB"/traces/{create,roll,file,copy,install,status} "$LAB"/traces/node.*)
ok "far sides were traced: ${#TRACES[@]}" test "${#TRACES[@]}" -ge 20
ok "processes of the far side were seen" grep -qa 'node.serve' "$LAB/traces/processes"
ok "and ssh" grep -qa 'BatchMode=yes' "$LAB/traces/processes"
is "$(leaks traces "$LAB/found" "${TRACES[@]}" | sort | uniq -c | head -n 5)" '' \
    "no secret in arguments, in an environment, or in a write to anything but a pipe and a new key table"
is "$(leaks files "$LAB/found" <<<"$LAB/traces/processes" | tr -d '\0')" '' "nor in what the kernel shows of a process"
is "$(leaks created "${TRACES[@]}" | sed "s|/node/keys/|/N/|; s|/here/|/N/|; s|/asactl-roll-[a-z0-9_-]* |/LOCK |" | sort -u)" \
"$IN/N/.asa.keytab.new 0600
/run/asactl/LOCK 0600" "asactl makes these files and no other, for their owner alone"

# places: what there is to search: the lab, and where programs leave files; not the lab's own passwords and key tables,
# the controllers' directories, and what this suite itself has noted.
places() {
    find "$LAB" -type f -size +0 \
        ! -path "$LAB/secrets/*" ! -path "$LAB/found/*" ! -path "$LAB/keys/*.keytab" ! -path "$LAB/dc1/private/*" \
        ! -path "$LAB/dc1/state/*" ! -path "$LAB/node?/keys/asa.keytab" ! -path "$LAB/here/asa.keytab" \
        ! -path "$LAB/traces/*" -print0
    find /tmp /var/tmp /dev/shm -type f -newer "$SUITE_WORK/begin" ! -path "$SUITE_WORK/*" -user root -size -9000k -print0 2>/dev/null
    inside find /run /dev/shm -type f -size +0 ! -path "$IN/*" -printf "/proc/$(holder_pid)/root%p\0"
}
ok "there are files to search" test "$(places | tr -cd '\0' | wc -c)" -ge 40
is "$(places | leaks files "$LAB/found" | head -n 5)" '' "no secret in any output, log, or temporary file"

# --- and each kind would be found ---
/usr/bin/python3 - "$LAB" <<'END'
import base64, pathlib, sys
lab = pathlib.Path(sys.argv[1])
password = (lab / "found/passwords/roll").read_bytes().decode()
key = (lab / "found/keytabs/roll-node1").read_bytes()[-40:-8]
forms = [password.encode(), password.encode("utf-16-le"), password.encode().hex().encode(),
         base64.b64encode(b"x" + password.encode()), base64.b64encode(b"xy" + password.encode("utf-16-le")),
         (lab / "found/keytabs/roll-node1").read_bytes(), (lab / "found/keytabs/roll-node1").read_bytes().hex().upper().encode(),
         base64.b64encode(b"x" + (lab / "found/keytabs/roll-node1").read_bytes())]
for number, form in enumerate(forms):
    (lab / f"said/planted{number}").write_bytes(b"line\n" + form + b"\nline\n")
END
is "$(places | leaks files "$LAB/found" | sed -n 's|.*/\(planted.\): .*|\1|p' | sort -u | tr '\n' ' ')" \
    "planted0 planted1 planted2 planted3 planted4 planted5 planted6 planted7 " "a planted secret is found in each of its forms"
hex_of() { od -An -v -tx1 "$@" | tr -d '\n' | sed 's/ /\\x/g'; }
{ printf '9 execve("/bin/kinit", ["kinit", "%s"], []) = 0\n' "$(hex_of "$LAB/found/passwords/file")"
  printf '9 write(5<pipe:[9]>, "%s", 120) = 120\n' "$(hex_of "$LAB/found/passwords/roll")"
  for place in '2<pipe:[9]>' '4</tmp/x>' '1</dev/pts/1>'; do
      printf '9 write(%s, "%s", 340) = 340\n' "$place" "$(hex_of "$LAB/found/keytabs/roll-node1")"
  done; } >"$LAB/traces/planted"
is "$(leaks traces "$LAB/found" "$LAB/traces/planted" | sed 's/ of .*//; s/ in UTF.*//; s/, plain//' | sort -u)" \
'execve "/bin/kinit": password file
write 1</dev/pts/1>: key
write 2<pipe:[9]>: key
write 4</tmp/x>: key
write 5<pipe:[9]>: password roll' "so it is in an argument, and in a write to the wrong place"

# --- key tables ---
NEW='openat O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC, 0600; write; fchown 0, GID; fchmod 0640; fsync file; rename; fsync folder'
is "$(leaks replaced "${TRACES[@]}" | sed "s/fchown 0, $(getent group "$HTTPD_USER" | cut -d: -f3);/fchown 0, GID;/" | sort | uniq -c |
    sed 's/^ *//')" "9 ${NEW%; rename*}"$'\n'"11 $NEW" "every key table was replaced so: three rolls on three nodes, each rehearsed; a copy, an install"

expect_log 'asa\.keytab'
suite_end
