# SPDX-License-Identifier: Apache-2.0
# What the suite of asactl verify is told with: what it says of each cell, with which reason; faults of nodes and places.
# shellcheck shell=bash disable=SC2153  # names.sh sets DOMAIN and the like, the suite MAIL
#
# Use, after lib.sh, roll.sh and doctor.sh:   . t/lab/verify.sh

# --- what it says ---

# json PYTHON-EXPRESSION: of the document d that asactl printed.
json() {
    sed -n '/^{/,/^}/p' <<<"$SAID" | /usr/bin/python3 -c 'import json, sys; d = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"
}

# cells NAME: what the last --json says of it on node1, node2, node3 and through the balancer.
cells() {
    json "' '.join(v['name'] or v['result'] for v in d['visits'] if v['spn'] == '$1')"
}

# matrix DESCRIPTION RC MAIL AUTODISCOVER [ARGUMENT…]: the exit code and both rows.
matrix() {
    local description=$1 rc=$2 mail=$3 autodiscover=$4
    shift 4
    run verify --json "$@"
    is "$RC / $(cells "$MAIL") / $(cells "$AUTODISCOVER")" "$rc / $mail / $autodiscover" "$description"
}

# explained REGEX DESCRIPTION: one of the sentences of the last --json with its remedy, a line each.
explained() {
    local said
    said=$(json "'\\n'.join('%s | %s | %s' % (v['name'], v['sentence'], v['remedy']) for v in d['visits'] if v['result'] == 'no')")
    if grep -qE -- "$1" <<<"$said"; then
        point ok "$2"
    else
        point 'not ok' "$2" "no line matches: $1"$'\n'"$said"
    fi
}

# run_as TICKETS ARGUMENT…: as run, with other tickets; CLOCK: with a clock that is off by so many seconds.
run_as() {
    local tickets=$1
    shift
    RC=0
    SAID=$(in_lab ${CLOCK:+LD_PRELOAD="$IN/skew.so" ASA_SKEW="$CLOCK"} KRB5CCNAME="FILE:$IN/tickets/$tickets" \
        "$IN/bin/asactl" --conf "$IN/asactl.conf" "$@" 2>&1) || RC=$?
}

# answer PATH RC REGEX DESCRIPTION [ARGUMENT…]: what comes of the place on node1: "name | sentence | remedy".
answer() {
    local path=$1 rc=$2 regex=$3 description=$4
    shift 4
    run_as "${TICKETS:-dc1-administrator}" verify --json --no-balancer --path "$path" --spn "${NAME:-$MAIL}" "$@" "node1.$DOMAIN"
    like "$RC $(json "'%s | %s | %s' % (lambda v: (v['name'] or v['result'], v['sentence'] or v['note'], v['remedy']))(d['visits'][0])")" \
        "^$rc $regex" "$description"
}

# --- faults ---

# named add|delete NAME…: names of the account, past every check.
named() {
    local how=$1
    shift
    { printf 'dn: CN=%s,CN=Computers,%s\nchangetype: modify\n%s: servicePrincipalName\n' "${ASA%\$}" "$BASE" "$how"
      printf 'servicePrincipalName: %s\n' "$@"; } | ldap_as dc1 modify >/dev/null
}

# restarted NODE…: with what stands in its extra folder now.
restarted() {
    local node
    for node; do
        httpd_stop "$node"
        httpd_start "$node"
    done
}

# changed NODE SED: the node's configuration with this change; as it was without one.
changed() {
    sed "${2:-}" "$LAB/conf/node.conf" >"$LAB/conf/$1.conf"
    sed -i "s|conf/node[0-9]*\.conf|conf/$1.conf|" "$LAB/$1/httpd.conf"
}

# extra TEXT NODE…: what every published name of these nodes has more; nothing for an empty text.
extra() {
    local text=$1 node
    shift
    for node; do
        echo "$text" >"$LAB/$node/extra/published.conf"
    done
    restarted "$@"
}

# verify_places NODE: places there that refuse, and that have back ends which do; and a name over clear text. It has them
# once it is restarted.
verify_places() {
    cat >"$LAB/$1/extra/server.conf" <<'END'
Listen ${ADDRESS}:80
<VirtualHost ${ADDRESS}:80>
  ServerName plain.corp.tailspintoys.com
  AsaProtocol Ews
  <Location />
    AuthType Negotiate
    AuthName "Tailspin Toys"
    Require valid-user
    AsaRequireTLS on
  </Location>
  <Location /bound/>
    AsaRequireTLS off
    AsaChannelBindings require
  </Location>
</VirtualHost>
END
    cat >"$LAB/$1/extra/published.conf" <<'END'
ServerAlias big.corp.tailspintoys.com under_score.corp.tailspintoys.com
SSLCertificateFile "${LAB}/certificates/more/cert.pem"
SSLCertificateKeyFile "${LAB}/certificates/more/key.pem"
SSLProxyEngine on
SSLProxyCACertificateFile "${LAB}/ca/ca.pem"
<Location /spn/>
  AsaProtocol Ews
  AsaServicePrincipals http/another.corp.tailspintoys.com
</Location>
<Location /unlogged/>
  AsaServicePrincipals http/another.corp.tailspintoys.com
</Location>
<Location /shut/>
  AsaProtocol Ews
  Require user nobody
</Location>
<Location /shut-unlogged/>
  Require user nobody
</Location>
<Location /refused/>
  AsaProtocol Ews
</Location>
<Location /open/>
  AuthType None
  Require all granted
</Location>
<Location /unknown/>
  AsaProtocol Ews
  AsaBackendAuth delegate http/nowhere.corp.tailspintoys.com
</Location>
<Location /denied/>
  AsaProtocol Ews
  AsaBackendAuth delegate http/mail.corp.tailspintoys.com
</Location>
<Location /unproven/>
  AsaProtocol Ews
  AsaBackendAuth delegate http/other.corp.tailspintoys.com
</Location>
ProxyPass /open/ http://backend.corp.tailspintoys.com:9/
ProxyPass /refused/ https://node2.corp.tailspintoys.com/
ProxyPass /unknown/ http://backend.corp.tailspintoys.com/
ProxyPass /denied/ http://backend.corp.tailspintoys.com/
ProxyPass /unproven/ http://backend.corp.tailspintoys.com/
END
}
