#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The whole lab without root: an unprivileged user brings it up, signs in, and takes it down.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
trap suite_clean EXIT
TREE=$SUITE_WORK/tree
HOST=https://mail.$DOMAIN

# A copy of the sources, the module and, if there is one, the cached domain, all owned by the unprivileged user.
mkdir -p "$LAB" "$TREE/.cache" "$TREE/build/mod_asa_auth/.libs"
module_place
cp -r "$SUITE_ROOT/scripts" "$TREE/"
mkdir "$TREE/t" && cp -r "$SUITE_ROOT/t/lab" "$TREE/t/"
cp "$LAB/modules/mod_asa_auth.so" "$TREE/build/mod_asa_auth/.libs/"
cp "$(domain_cache dc1)" "$TREE/.cache/" 2>/dev/null || true
work_give "$TREE"
export ASA_BUILD=$TREE/build ASA_CACHE=$TREE/.cache

# unprivileged COMMAND…: in the copy, with its lab.
unprivileged() {
    ( cd "$TREE" && ASA_LAB=$TREE/.lab work_as_user env HOME="$TREE" "$@" )
}

# Whatever happens, the unprivileged user's lab ends with this suite.
end_all() {
    local rc=$?
    unprivileged scripts/lab down >/dev/null 2>&1
    ( exit "$rc" )
    suite_clean
}
trap end_all EXIT

if ! unprivileged unshare --user --map-root-user true 2>/dev/null; then
    # The kernel does not allow it: then that must be said in plain words, and nothing may be left behind.
    up=$(unprivileged scripts/lab up 2>&1)
    is $? 1 "up fails where the kernel allows no user namespace"
    like "$up" 'the kernel must allow unprivileged user namespaces' "and says why"
    echo "1..$POINTS"
    exit "$FAILURES"
fi

isnt_root() {
    [ "$(unprivileged id -u)" != 0 ]
}
ok "this is not root" isnt_root
ok "up" unprivileged scripts/lab up
ok "up again changes nothing" unprivileged scripts/lab up
status=$(unprivileged scripts/lab status)
is "$(grep -c ' up$' <<<"$status")" 6 "controller, nodes, back end and balancer run"
visit=$(unprivileged scripts/lab exec curl -sS --negotiate -u : "$HOST/owa/")
is "$(sed -n 's/.*Mailbox of \(.*\)<.*/\1/p' <<<"$visit")" "TAILSPIN\\wendy" "wendy reaches her mailbox through the balancer"
is "$(unprivileged scripts/lab exec --as none curl -sS -o /dev/null -w '%{http_code}' --negotiate -u : "$HOST/mapi/")" \
    401 "without a ticket: 401"
like "$(unprivileged scripts/lab exec --as administrator klist)" "Default principal: administrator@$REALM" \
    "exec --as administrator has his ticket"
is "$(unprivileged scripts/lab exec sh -c 'exit 7'; echo $?)" 7 "exec passes the exit status on"
like "$(unprivileged scripts/lab exec --as nobody-here true 2>&1)" "has no user 'nobody-here'" "an unknown user is named"
like "$(unprivileged scripts/lab forest 2>&1)" 'forest needs root' "forest says that it needs root"
left() {
    cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' ' | grep -aoF "$TREE/.lab"
}
like "$(left)" "$TREE" "its processes can be seen from here"
ok "down" unprivileged scripts/lab down
is "$(unprivileged scripts/lab status | tr -s ' ' | cut -d' ' -f1,2)" "lab down" "it is down"
nothing_left() {
    [ -z "$(left)" ]
}
ok "no process is left" wait_until 60 nothing_left
echo "1..$POINTS"
[ "$FAILURES" = 0 ]
