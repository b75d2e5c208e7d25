# SPDX-License-Identifier: Apache-2.0
# The second forest: FABRIKAM.COM with user fred, and the trust in both directions.
# shellcheck shell=bash disable=SC2153  # names.sh sets REALM2 and the like

forest_up() {
    [ "$(id -u)" = 0 ] ||
        die "forest needs root: making a trust needs Samba's file service, which sets the ids of real users"
    holder_pid >/dev/null || die "the lab is not up; start it with: scripts/lab up"
    if controller_runs dcf; then
        say "the forest $REALM2 runs already"
        return
    fi
    say_live "making the forest $REALM2"
    forest_make
    say "forest $REALM2 answers"
    forest_full_service
    say_live "making the trust"
    forest_trust
    say "$REALM and $REALM2 trust each other; user fred can sign in"
}

forest_make() {
    if domain_unpack dcf; then
        controller_configure dcf "$REALM2" "$NETBIOS2" "$DCF_IP" "$DC1_IP" trust
    else
        secret_new "administrator@$REALM2"
        controller_configure dcf "$REALM2" "$NETBIOS2" "$DCF_IP" "$DC1_IP" trust
        controller_provision dcf "$REALM2" "$NETBIOS2" "$DCF_IP"
        account_user fred "$BASE2" | controller_edit dcf
        domain_pack dcf "secrets/administrator@$REALM2" secrets/fred
    fi
    certificate_issue "$LAB/dcf/private/tls" "dcf.$DOMAIN2" "$DOMAIN2"
    controller_start dcf "$REALM2"
}

# A trust is made over RPC, between winbinds: both controllers need these services.
forest_full_service() {
    controller_stop dc1
    controller_configure dc1 "$REALM" "$NETBIOS" "$DC1_IP" "$DCF_IP" trust
    controller_start dc1 "$REALM"
    wait_until 20 forest_winbinds || die "winbind does not answer on both controllers"
}

forest_winbinds() {
    [ -S "$LAB/dc1/run/samba/winbindd/pipe" ] && [ -S "$LAB/dcf/run/samba/winbindd/pipe" ]
}

# A controller that has just started may not find the other's yet; nothing has been changed then.
forest_trust() {
    local log=$LAB/dcf/log/trust.log
    if ! wait_until 40 forest_trust_made "$log" || ! grep -q '^Success' "$log"; then
        say_log "$log"
        die "the trust with $REALM2 could not be made"
    fi
}

# True when the attempt is over, for good or bad. The passwords of both administrators travel on stdin.
forest_trust_made() {
    { printf -- '--password='; cat "$(secret_file "administrator@$REALM2")"; echo
      printf -- '--local-dc-password='; cat "$(secret_file administrator)"; echo; } |
        in_lab /usr/bin/python3 "$ROOT/scripts/lib/samba_tool.py" domain trust create "$REALM2" \
            -s "$IN/dc1/etc/smb.conf" --type=forest --direction=both --create-location=both \
            -U "administrator@$REALM2" --local-dc-username="administrator@$REALM" >"$1" 2>&1 ||
        ! grep -q 'Failed to find a writeable DC' "$1"
}
