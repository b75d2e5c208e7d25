#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The sample configurations are loaded by httpd as they stand, and the reference one is legal with every line of it active.
#
# Use: conf.sh WORK, where WORK holds source/ and build-gcc/; prints TAP.
set -u
WORK=$1
# shellcheck source=scripts/lib/tap.sh
. "$WORK/source/scripts/lib/tap.sh"
# shellcheck source=scripts/lib/module_suites.sh
. "$WORK/source/scripts/lib/module_suites.sh"
OUT=$(mktemp -p "$WORK")
LOG=$(mktemp -p "$WORK")
PLACE=$WORK/conf
mkdir -p "$PLACE/modules" "$PLACE/logs" "$PLACE/htdocs"
cp "$WORK/build-gcc/mod_asa_auth/.libs/mod_asa_auth.so" "$PLACE/modules/"
module_load_list "$PLACE" event

make_keytab() {
    # shellcheck disable=SC2016  # Perl's variables
    /usr/bin/perl -I"$WORK/source/t/lib" -MASA::Keytab=keytab_write -e '
        keytab_write(shift, {principal => "EXCH2016ASA\$", realm => "CORP.TAILSPINTOYS.COM", kvno => 1, etype => 18, key => "k" x 32})' "$1"
}
make_keytab "$PLACE/asa.keytab"
openssl req -x509 -nodes -newkey rsa:2048 -days 2 -subj /CN=mail.corp.tailspintoys.com \
    -keyout "$PLACE/mail.key" -out "$PLACE/mail.pem" 2>/dev/null

for site in london newyork; do
    cp "$PLACE/asa.keytab" "$PLACE/$site.keytab"
    cp "$PLACE/mail.pem" "$PLACE/$site.pem"
    cp "$PLACE/mail.key" "$PLACE/$site.key"
done

# try DESCRIPTION FILE: a configuration test of httpd around FILE.
try() {
    local what=$1 file=$2
    {
        cat "$PLACE/load-event.conf"
        echo "ServerRoot $PLACE"
        echo "ServerName node1.corp.tailspintoys.com"
        echo "PidFile $PLACE/pid"
        echo "ErrorLog $PLACE/logs/error_log"
        echo "DocumentRoot $PLACE/htdocs"
        echo "TypesConfig /dev/null"
        echo "SSLSessionCache none"
        echo "Listen 127.0.0.1:1"
        echo "Define ASA_KEYTAB $PLACE/asa.keytab"
        echo "Define ASA_LOG $PLACE/logs/HttpProxy"
        echo "Define ASA_CERTIFICATE $PLACE/mail.pem"
        echo "Define ASA_CERTIFICATE_KEY $PLACE/mail.key"
        echo "Define ASA_EXCHANGE $WORK/source/conf/exchange"
        echo "Define ASA_SITES $PLACE"
        echo "Include $PLACE/sample.conf"
    } >"$PLACE/httpd.conf"
    # Of what it ignores, mod_proxy warns only in a <VirtualHost> that has a LogLevel of its own.
    sed 's/^<VirtualHost.*/&\nLogLevel warn/' "$file" >"$PLACE/sample.conf"
    apache2 -f "$PLACE/httpd.conf" -t >"$LOG" 2>&1
    tap_point "$OUT" $? "$what" "$LOG" || true
}

# heeded: every limit of the file that was tried last counts. mod_proxy ignores one where an earlier line has the same URL.
heeded() {
    ! grep AH01146 "$LOG" >"$LOG.ignored"
    tap_point "$OUT" $? "and mod_proxy heeds every limit in it" "$LOG.ignored" || true
}
for file in "$WORK"/source/conf/*.conf; do
    # Not httpd's: t/unit/settings_test and t/lab/95-asactl-multi-site.t read them.
    [[ $(basename "$file") != asactl*.conf ]] || continue
    try "conf/$(basename "$file") loads" "$file"
    heeded
done
# A file for each protocol: the front ends include all of them, or name them.
for file in "$WORK"/source/conf/exchange/*.conf; do
    grep -q "\${ASA_EXCHANGE}/$(basename "$file")\"" "$WORK/source/conf/front-end.conf"
    tap_point "$OUT" $? "conf/front-end.conf has a line for $(basename "$file")" "$LOG" || true
done
sed 's/^    #Include/    Include/' "$WORK/source/conf/front-end.conf" >"$PLACE/phones.conf"
try 'conf/front-end.conf loads with phones' "$PLACE/phones.conf"
heeded
for way in pass delegate '"delegate HTTP/mail-int.corp.tailspintoys.com"'; do
    sed "s,Define ASA_BACKEND_AUTH strip,Define ASA_BACKEND_AUTH $way," "$WORK/source/conf/front-end.conf" >"$PLACE/way.conf"
    try "conf/front-end.conf loads with $way" "$PLACE/way.conf"
done
# The commented examples of the reference, with the paths of this run, are legal too.
sed -E 's|^#(Asa)|\1|' "$WORK/source/conf/reference.conf" |
    sed -E "s|^(AsaCredential) .*|\\1 $PLACE/asa.keytab|; s|^(AsaHttpProxyLog) /.*|\\1 $PLACE/logs/HttpProxy|
        s|^(AsaChannelBindingCertificate) .*|\\1 $PLACE/mail.pem|" >"$PLACE/active.conf"
try 'conf/reference.conf loads with its examples active' "$PLACE/active.conf"
# And the test above can fail.
echo 'AsaUserName planted' >"$PLACE/wrong.conf"
if apache2 -f <(sed "s|^Include .*|Include $PLACE/wrong.conf|" "$PLACE/httpd.conf") -t >"$LOG" 2>&1; then false; else true; fi
tap_point "$OUT" $? 'a wrong line is seen' "$LOG" || true
tap_end "$OUT"
cat "$OUT"
