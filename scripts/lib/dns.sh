# SPDX-License-Identifier: Apache-2.0
# Records of the domain's DNS, as Active Directory keeps them: entries of the directory.
# shellcheck shell=bash disable=SC2153  # names.sh sets DOMAIN and the like

# dns_entry NAME TYPE DATA: LDIF that adds a name with one record; TYPE is A, CNAME or PTR. ZONE names another zone than
# the domain's.
dns_entry() {
    cat <<END
dn: DC=$1,DC=${ZONE:-$DOMAIN},CN=MicrosoftDNS,DC=DomainDnsZones,$BASE
changetype: add
objectClass: dnsNode
dnsRecord:: $(dns_data "$2" "$3")

END
}

# The zone for the way back from the lab's addresses.
REVERSE=77.10.in-addr.arpa

# dns_seed: LDIF of what a directory that was just made lacks: the published names, which lead to the balancer, and an
# empty zone for the way back, with the start of authority of the domain's own.
dns_seed() {
    local name top="CN=MicrosoftDNS,DC=DomainDnsZones,$BASE"
    printf 'dn: DC=%s,%s\nchangetype: add\nobjectClass: dnsZone\n\n' "$REVERSE" "$top"
    printf 'dn: DC=@,DC=%s,%s\nchangetype: add\nobjectClass: dnsNode\n' "$REVERSE" "$top"
    inside ldbsearch -H "$IN/dc1/private/sam.ldb" --configfile="$IN/dc1/etc/smb.conf" -b "DC=@,DC=$DOMAIN,$top" dnsRecord |
        sed -n '/^dnsRecord/,/^$/p'
    echo
    for name in "${PUBLISHED[@]}"; do
        dns_entry "$name" A "$BALANCER_IP"
    done
}

# dns_data TYPE DATA: a record as the directory keeps it (MS-DNSP section 2.3.2.2), in base64.
dns_data() {
    /usr/bin/python3 - "$1" "$2" <<'END'
import base64, socket, struct, sys
kind, data = sys.argv[1:]
if kind == "A":
    number, body = 1, socket.inet_aton(data)
else:
    labels = data.split(".")
    raw = b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"
    number, body = {"CNAME": 5, "PTR": 12}[kind], bytes([len(raw), len(labels)]) + raw
print(base64.b64encode(struct.pack("<HHBBHL", len(body), number, 5, 0xf0, 0, 1) + struct.pack(">L", 60)
                       + struct.pack("<LL", 0, 0) + body).decode())
END
}
