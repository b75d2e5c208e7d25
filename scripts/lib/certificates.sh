# SPDX-License-Identifier: Apache-2.0
# The lab's certificate authority and the certificates that it issues.
# shellcheck shell=bash

CERTIFICATE_KEY=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)

certificates_authority() {
    [ ! -s "$LAB/ca/ca.pem" ] || return 0
    mkdir -p "$LAB/ca"
    openssl req -x509 "${CERTIFICATE_KEY[@]}" -days 3650 -subj '/CN=mod_asa_auth lab CA' \
        -keyout "$LAB/ca/ca.key" -out "$LAB/ca/ca.pem" 2>"$LAB/ca/log" ||
        { say_log "$LAB/ca/log"; die "openssl could not make the lab's CA"; }
}

# certificate_issue FOLDER NAME…: key.pem and cert.pem for these DNS names.
certificate_issue() {
    local folder=$1 names
    shift
    mkdir -p "$folder"
    names=$(printf ',DNS:%s' "$@")
    { openssl req -new "${CERTIFICATE_KEY[@]}" -subj "/CN=$1" -keyout "$folder/key.pem" |
        openssl x509 -req -CA "$LAB/ca/ca.pem" -CAkey "$LAB/ca/ca.key" -days 3650 \
            -set_serial "0x$(openssl rand -hex 8)" -extfile <(echo "subjectAltName=${names#,}") \
            -out "$folder/cert.pem"; } 2>"$LAB/ca/log" ||
        { say_log "$LAB/ca/log"; die "openssl could not issue a certificate for $1"; }
}
