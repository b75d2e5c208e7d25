# SPDX-License-Identifier: Apache-2.0
# Key tables for the nodes: keys computed from an account's password, with the salt that the KDC states.
# shellcheck shell=bash

# The account that httpd's children run as; it must be able to read the key table, and nobody else.
HTTPD_USER=www-data

# keytable_write FILE NAME$ KVNO [BASE-FILE]: writes a key table with one entry per encryption type, after the
# entries of BASE-FILE. FILE appears in one step, mode 0640, readable by httpd.
keytable_write() {
    local file=$1 principal=$2@$REALM kvno=$3 base=${4:-} log=$LAB/keytable.log
    local password etype fresh=$file.new
    password=$(secret_file "$2") || die "the lab knows no password of $2"
    rm -f "$LAB/$fresh"
    # ktutil asks for the password after each addent; both come through its stdin.
    { [ -z "$base" ] || echo "read_kt $IN/$base"
      for etype in aes256-cts-hmac-sha1-96 aes128-cts-hmac-sha1-96; do
          echo "add_entry -password -p $principal -k $kvno -e $etype -f"
          cat "$password"
          echo
      done
      echo "write_kt $IN/$fresh"; } | in_lab ktutil >"$log" 2>&1
    [ -s "$LAB/$fresh" ] || { say_log "$log"; die "ktutil wrote no key table for $2"; }
    keytable_protect "$LAB/$fresh"
    mv "$LAB/$fresh" "$LAB/$file"
}

keytable_protect() {
    chmod 640 "$1"
    [ "$(id -u)" != 0 ] || chgrp "$HTTPD_USER" "$1"
}

# keytable_give FILE: copies a key table to every node, each copy appearing in one step.
keytable_give() {
    local node
    for node in "${NODES[@]}"; do
        keytable_put "$1" "$node"
    done
}

# keytable_put FILE NODE: copies a key table to one node.
keytable_put() {
    local target=$LAB/$2/keys/asa.keytab
    mkdir -p "${target%/*}"
    cp "$LAB/$1" "$target.new"
    keytable_protect "$target.new"
    mv "$target.new" "$target"
}
