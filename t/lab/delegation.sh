# SPDX-License-Identifier: Apache-2.0
# What an administrator sets in the directory for delegation: on the alternate service account, on a back end's account, on users.
# shellcheck shell=bash disable=SC2153  # lib.sh sets ASA and the like
#
# Use, after suite_begin:   . t/lab/delegation.sh; delegation_allow "http/exch1.$DOMAIN"

# userAccountControl of MS-ADTS section 2.2.16.
UAC_COMPUTER=$((0x1000))
UAC_USER=$((0x200))
UAC_NOT_DELEGATED=$((0x100000))
UAC_ANY_PROTOCOL=$((0x1000000))

# delegation_set NAME CONTAINER ATTRIBUTE [VALUE…]: replaces an attribute of an account; without a value, removes it. An
# attribute whose name ends in a colon has values in base64.
delegation_set() {
    local name=$1 container=$2 attribute=$3 value
    shift 3
    { echo "dn: CN=$name,CN=$container,$BASE"
      echo "changetype: modify"
      echo "replace: ${attribute%:}"
      for value in "$@"; do
          echo "$attribute: $value"
      done; } | ldap_as dc1 modify >/dev/null
}

# delegation_allow [SPN…]: the alternate service account may have tickets of users for these services, and for no other.
delegation_allow() {
    delegation_set "${ASA%\$}" Computers msDS-AllowedToDelegateTo "$@"
}

# delegation_allow_any_protocol on|off: whether it may also have them of users who brought no ticket.
delegation_allow_any_protocol() {
    case $1 in
    on) delegation_set "${ASA%\$}" Computers userAccountControl $((UAC_COMPUTER | UAC_ANY_PROTOCOL)) ;;
    off) delegation_set "${ASA%\$}" Computers userAccountControl "$UAC_COMPUTER" ;;
    *) return 2 ;;
    esac
}

# delegation_resource_based NAME on|off: whether the back end's account NAME$ itself allows it to the alternate service account.
# Samba has this attribute changed by nobody over LDAP, so it is done in the controller's own database.
delegation_resource_based() {
    { echo "dn: CN=${1^^},CN=Computers,$BASE"
      echo "changetype: modify"
      echo "replace: msDS-AllowedToActOnBehalfOfOtherIdentity"
      [ "$2" != on ] || echo "msDS-AllowedToActOnBehalfOfOtherIdentity:: $(delegation_descriptor)"; } | controller_edit dc1
}

# The security descriptor that names the alternate service account, in base64 (MS-ADA2, and MS-SFU section 3.2.5.2.1).
delegation_descriptor() {
    /usr/bin/python3 -c 'import base64, sys
from samba.dcerpc import security
from samba.ndr import ndr_pack
descriptor = security.descriptor.from_sddl(f"O:BAD:(A;;0xf01ff;;;{sys.argv[1]})", security.dom_sid("S-1-5-32"))
print(base64.b64encode(ndr_pack(descriptor)).decode())' "$(delegation_sid)"
}

# delegation_sid: of the alternate service account, as text.
delegation_sid() {
    ldap_as dc1 search -LLL -o ldif-wrap=no -b "$BASE" "(sAMAccountName=$ASA)" objectSid | sed -n 's/^objectSid:: //p' |
        delegation_decode dom_sid
}

# delegation_resource_based_names NAME: whom the back end's account NAME$ allows it to, as SIDs.
delegation_resource_based_names() {
    ldap_as dc1 search -LLL -o ldif-wrap=no -b "$BASE" "(sAMAccountName=${1^^}\$)" msDS-AllowedToActOnBehalfOfOtherIdentity |
        sed -n 's/^msDS-AllowedToActOnBehalfOfOtherIdentity:: //p' | delegation_decode descriptor
}

# delegation_decode TYPE <BASE64: a SID, or the SIDs that a security descriptor names; nothing for nothing.
delegation_decode() {
    /usr/bin/python3 -c 'import base64, sys
from samba.dcerpc import security
from samba.ndr import ndr_unpack
for line in sys.stdin:
    found = ndr_unpack(getattr(security, sys.argv[1]), base64.b64decode(line))
    print(found if sys.argv[1] == "dom_sid" else "\n".join(str(ace.trustee) for ace in found.dacl.aces))' "$1"
}

# delegation_user_sensitive NAME: a new user who "is sensitive and cannot be delegated".
delegation_user_sensitive() {
    account_user "$1" | sed "s/^userAccountControl: .*/userAccountControl: $((UAC_USER | UAC_NOT_DELEGATED))/" |
        ldap_as dc1 modify >/dev/null
}

# delegation_user_protected NAME: a new member of Protected Users; the group is made where the domain's level has none.
delegation_user_protected() {
    { account_user "$1"
      echo "dn: CN=Protected Users,CN=Users,$BASE"
      echo "changetype: modify"
      echo "add: member"
      echo "member: CN=$1,CN=Users,$BASE"
      echo; } | ldap_as dc1 modify >/dev/null
}
