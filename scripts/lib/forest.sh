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

# FABRIKAM's controller forwards no question of DNS: everything in the lab asks dc1, which forwards what it does not
# know to dcf, and between two that forward to each other a name that neither knows would run in a circle.
forest_make() {
    if domain_unpack dcf; then
        controller_configure dcf "$REALM2" "$NETBIOS2" "$DCF_IP" "" trust
    else
        secret_new "administrator@$REALM2"
        controller_configure dcf "$REALM2" "$NETBIOS2" "$DCF_IP" "" trust
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
    forest_meet
}

# Waits until both controllers find each other: a trust that is begun before can fail halfway.
forest_meet() {
    if ! wait_until 120 forest_found dc1 "$DOMAIN2" || ! wait_until 120 forest_found dcf "$DOMAIN"; then
        say_log "$LAB/forest.log"
        die "winbind of the two domains does not find the other domain's controller"
    fi
}

# forest_found CONTROLLER DOMAIN: this controller's winbind is in touch with its own domain and finds a controller of
# the other.
forest_found() {
    controller_inside "$1" wbinfo --ping-dc >"$LAB/forest.log" 2>&1 &&
        controller_inside "$1" wbinfo --dsgetdcname="$2" >"$LAB/forest.log" 2>&1
}

# An attempt that failed halfway, because one controller was too slow for the other, is taken back on both sides.
forest_trust() {
    local log=$LAB/dcf/log/trust.log attempt
    for attempt in 1 2 3 4; do
        [ "$attempt" = 1 ] || forest_trust_undo
        ! forest_trust_create >"$log" 2>&1 || return 0
        say_log "$log" 3
    done
    die "the trust with $REALM2 could not be made"
}

# The passwords of both administrators travel on stdin.
forest_trust_create() {
    { printf -- '--password='; cat "$(secret_file "administrator@$REALM2")"; echo
      printf -- '--local-dc-password='; cat "$(secret_file administrator)"; echo; } |
        in_lab timeout 60 /usr/bin/python3 "$ROOT/scripts/lib/samba_tool.py" domain trust create "$REALM2" \
            -s "$IN/dc1/etc/smb.conf" --type=forest --direction=both --create-location=both \
            -U "administrator@$REALM2" --local-dc-username="administrator@$REALM"
}

# Both controllers forget the trust. They start anew, as winbind keeps connections and failures of a trust that is gone.
forest_trust_undo() {
    forest_trust_delete dc1 "$DOMAIN2"
    forest_trust_delete dcf "$DOMAIN"
    controller_stop dc1
    controller_stop dcf
    rm -f "$LAB"/{dc1,dcf}/{lock,cache}/gencache*.tdb
    controller_start dcf "$REALM2"
    controller_start dc1 "$REALM"
    forest_meet
}

# forest_trust_delete CONTROLLER DOMAIN: what this controller knows of the trust with DOMAIN, if anything.
forest_trust_delete() {
    in_lab /usr/bin/python3 "$ROOT/scripts/lib/samba_tool.py" domain trust delete "$2" -s "$IN/$1/etc/smb.conf" \
        --delete-location=local </dev/null >"$LAB/$1/log/trust-delete.log" 2>&1 || true
}
