# SPDX-License-Identifier: Apache-2.0
# Passwords of the lab's accounts: made at random, kept in files of mode 0600, never in arguments or environment.
# shellcheck shell=bash

# secret_new NAME: makes a new random password for the account NAME, strong enough for a domain's policy.
secret_new() {
    mkdir -p "$LAB/secrets"
    chmod 700 "$LAB/secrets"
    ( umask 077
      { printf 'aA1-'; head -c 18 /dev/urandom | base64 | tr -d '\n'; } >"$LAB/secrets/$1" )
}

# secret_file NAME: prints the path of the password, or fails if the lab knows no such account.
secret_file() {
    [ -r "$LAB/secrets/$1" ] || return 1
    echo "$LAB/secrets/$1"
}

# secret_for_ldap NAME: the password as the attribute unicodePwd wants it (quoted UTF-16LE, here in base64).
secret_for_ldap() {
    { printf '"'; cat "$LAB/secrets/$1"; printf '"'; } | iconv -f UTF-8 -t UTF-16LE | base64 -w0
}
