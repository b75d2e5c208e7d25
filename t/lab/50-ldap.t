#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# mod_authnz_ldap beside us: we say who it is, the directory says in which group (over TLS, on the domain controller).
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
suite_begin
MAIL=https://mail.$DOMAIN

# The group decides. mod_authnz_ldap looks the name up as sAMAccountName, so the form of the name is sam there.
node=node1
cat >"$LAB/$node/extra/server-ldap.conf" <<'CONF'
# SPDX-License-Identifier: Apache-2.0
# The directory's modules and the authority that its certificate comes from.
LoadModule ldap_module ${MODULES}/mod_ldap.so
LoadModule authnz_ldap_module ${MODULES}/mod_authnz_ldap.so
LDAPTrustedGlobalCert CA_BASE64 "${LAB}/ca/ca.pem"
LDAPVerifyServerCert On
CONF
cat >"$LAB/$node/extra/published-ldap.conf" <<'CONF'
# SPDX-License-Identifier: Apache-2.0
# A place for a group of the domain.
<Location /mapi/mailusers>
  AsaUserName sam
  AuthLDAPURL "ldaps://dc1.corp.tailspintoys.com/DC=corp,DC=tailspintoys,DC=com?sAMAccountName?sub?(objectClass=user)"
  AuthLDAPBindDN "CN=carol,CN=Users,DC=corp,DC=tailspintoys,DC=com"
  AuthLDAPBindPassword "exec:/usr/bin/cat ${LAB}/secrets/carol"
  Require ldap-group CN=mailusers,CN=Users,DC=corp,DC=tailspintoys,DC=com
</Location>
CONF
httpd_stop $node
httpd_start $node

sign_in wendy "$MAIL/mapi/mailusers" --connect-to "::$node.$DOMAIN:"
is "$VISIT_STATUS" 200 "wendy is in mailusers"
is "$(told user)" wendy "her name has the form that the directory knows (sam)"
sign_in zoë "$MAIL/mapi/mailusers" --connect-to "::$node.$DOMAIN:"
like "$VISIT_STATUS" '^40[13]$' "zoë is not"
sign_in bob "$MAIL/mapi/mailusers" --connect-to "::$node.$DOMAIN:"
like "$VISIT_STATUS" '^40[13]$' "bob is not"

# The directory's answer counts, not ours: bob joins the group.
ldap_as dc1 modify >/dev/null <<EOF
dn: CN=mailusers,CN=Users,$BASE
changetype: modify
add: member
member: CN=bob,CN=Users,$BASE
EOF
httpd_reload $node
bob_is_in() {
    sign_in bob "$MAIL/mapi/mailusers" --connect-to "::$node.$DOMAIN:"
    [ "$VISIT_STATUS" = 200 ]
}
ok "bob is let in once he is a member" wait_until 60 bob_is_in
sign_in zoë "$MAIL/mapi/" --connect-to "::$node.$DOMAIN:"
is "$VISIT_STATUS" 200 "zoë is welcome where no group is asked for"
is "$(told user)" "TAILSPIN\\zoë" "and has her full name there"

expect_log 'AH01631: user (bob|zo.*): authorization failure'
# httpd's own remark about children that outlive a graceful restart.
expect_log 'AH00488: long lost child came home'
expect_log 'AH01695|AH01696|auth_ldap authorize'
suite_end
