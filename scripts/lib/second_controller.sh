# SPDX-License-Identifier: Apache-2.0
# A second domain controller, dc2, and its replication: off, it lags behind the first.
# shellcheck shell=bash disable=SC2153  # names.sh sets REALM and the like

# second_controller_up: root only, as a join needs Samba's file service, which sets the ids of real users.
second_controller_up() {
    local log=$LAB/dc2/log/join.log
    say_live "joining a second controller"
    controller_stop dc1
    controller_configure dc1 "$REALM" "$NETBIOS" "$DC1_IP" "$DCF_IP" all
    controller_start dc1 "$REALM"
    controller_configure dc2 "$REALM" "$NETBIOS" "$DC2_IP" "$DC1_IP" all
    certificate_issue "$LAB/dc2/private/tls" "dc2.$DOMAIN" "$DOMAIN"
    second_controller_join >"$log" 2>&1 || { say_log "$log"; die "dc2 could not join the domain"; }
    # The join makes a certificate of its own.
    certificate_issue "$LAB/dc2/private/tls" "dc2.$DOMAIN" "$DOMAIN"
    # It would register this name itself, some seconds later.
    printf 'dn: CN=DC2,OU=Domain Controllers,%s\nchangetype: modify\nadd: servicePrincipalName\nservicePrincipalName: %s\n' \
        "$BASE" "ldap/dc2.$DOMAIN" | ldap_as dc1 modify -c >>"$log" 2>&1 || true
    controller_start dc2 "$REALM"
    say "a second controller answers (dc2 on $DC2_IP)"
}

# The password travels on stdin.
second_controller_join() {
    { printf -- '--password='; cat "$(secret_file administrator)"; } |
        controller_inside dc2 /usr/bin/python3 "$ROOT/scripts/lib/samba_tool.py" domain join "$DOMAIN" DC \
            -s "$IN/dc2/etc/smb.conf" --server="dc1.$DOMAIN" -U "administrator@$REALM" --dns-backend=SAMBA_INTERNAL
}

# second_controller_lags +|- [dc1]: from now on dc2 (or dc1) takes nothing from the other, or takes it again.
second_controller_lags() {
    second_controller_drs options "${2:-dc2}.$DOMAIN" --dsa-option="$1DISABLE_INBOUND_REPL"
}

# second_controller_follow [dc1 dc2]: dc2 takes what dc1 has, now (or dc1 what dc2 has).
second_controller_follow() {
    second_controller_drs replicate "${1:-dc2}.$DOMAIN" "${2:-dc1}.$DOMAIN" "$BASE"
}

second_controller_drs() {
    in_lab KRB5CCNAME="FILE:$IN/tickets/dc1-administrator" /usr/bin/python3 "$ROOT/scripts/lib/samba_tool.py" drs "$@" \
        -s "$IN/dc1/etc/smb.conf" --use-kerberos=required </dev/null >"$LAB/dc2/log/drs.log" 2>&1 ||
        { say_log "$LAB/dc2/log/drs.log"; die "dc2 does not obey: drs $1"; }
}
