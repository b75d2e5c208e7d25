# SPDX-License-Identifier: Apache-2.0
# What the suites of asactl and the directory share: runs of asactl, and what the directory holds before and after.
# shellcheck shell=bash disable=SC2034  # suites read what is set here

# admin USER ARGUMENT…: asactl with the ticket of USER ("none": without one); its exit code in RC, its standard
# output in SAID, its standard error in COMPLAINED. It has no terminal to ask at. ADMIN_CONF names another asactl.conf.
admin() {
    local user=$1
    shift
    [ "$user" = none ] || [ -s "$LAB/tickets/$user" ] ||
        ticket_get "$(ticket_principal "$user")" "$(secret_file "$user")" "$IN/tickets/$user"
    RC=0
    SAID=$(in_lab KRB5CCNAME="FILE:$IN/tickets/$user" timeout 60 "$IN/bin/asactl" --conf "${ADMIN_CONF:-$IN/asactl.conf}" "$@" \
        2>"$SUITE_WORK/complained" </dev/null) || RC=$?
    COMPLAINED=$(<"$SUITE_WORK/complained")
}

# said PYTHON: what this expression makes of the JSON document in SAID, called d.
said() {
    /usr/bin/python3 -c 'import json,sys; d = json.loads(sys.argv[1]); print(eval(sys.argv[2]))' "$SAID" "$1"
}

# directory_now: the accounts of the domain as they are, without what changes by itself.
directory_now() {
    ldap_as dc1 search -LLL -o ldif-wrap=no -b "$BASE" '(objectClass=user)' sAMAccountName servicePrincipalName \
        userAccountControl description msDS-SupportedEncryptionTypes pwdLastSet msDS-KeyVersionNumber
}

# refused CODE REGEX DESCRIPTION USER ARGUMENT…: asactl ends with this code and a sentence, and the directory is as it
# was.
refused() {
    local code=$1 regex=$2 description=$3 before
    shift 3
    before=$(directory_now)
    admin "$@"
    if [ -z "$before" ]; then
        point 'not ok' "$description" "the directory does not answer"
    elif [ "$before" != "$(directory_now)" ]; then
        point 'not ok' "$description" "the directory has changed; asactl: $RC $SAID $COMPLAINED"
    else
        like "$RC $COMPLAINED" "^$code (( *[0-9.]+ s|warning:) [^"$'\n'"]*"$'\n'")*error: $regex" "$description"
    fi
}

# samba ARGUMENT…: samba-tool on the directory's own files.
samba() {
    inside env -u KRB5CCNAME /usr/bin/python3 "$ROOT/scripts/lib/samba_tool.py" "$@" \
        -H "$IN/dc1/private/sam.ldb" -s "$IN/dc1/etc/smb.conf" </dev/null 2>/dev/null
}

# granted NAME DN ENTRY…: access entries in SDDL, without their SID: "OA;;WP;f3a64788-5306-11d1-a9c5-0000f80367c1;".
granted() {
    local user=$1 dn=$2 sid entry sddl=
    shift 2
    sid=$(ldap_as dc1 search -LLL -b "$BASE" "(sAMAccountName=$user)" objectSid | sed -n 's/^objectSid:: //p' | sid_text)
    for entry in "$@"; do
        sddl+="($entry;$sid)"
    done
    samba dsacl set --objectdn="$dn" --action=allow --sddl="$sddl"
}

# least_rights NAME: this account may reset the password and write the names of the alternate service account, and no
# more.
least_rights() {
    granted "$1" "CN=${ASA%\$},CN=Computers,$BASE" "OA;;CR;00299570-246d-11d0-a768-00aa006e0529;" \
        "OA;;WP;f3a64788-5306-11d1-a9c5-0000f80367c1;"
}

# sid_text: the SID on stdin, in base64, as text.
sid_text() {
    /usr/bin/python3 -c 'import base64, struct, sys
sid = base64.b64decode(sys.stdin.read())
print("S-1-%d-%s" % (sid[7], "-".join(map(str, struct.unpack("<%dI" % sid[1], sid[8:])))))'
}
