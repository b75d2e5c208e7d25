#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What make install puts where, that Debian's a2enmod takes it, that uninstall removes it, and that the archive builds and tests itself.
#
# Use: install.sh WORK, where WORK holds source/ and build-gcc/; prints TAP.
set -u
WORK=$1
LIB=$WORK/source/scripts/lib
# shellcheck source=scripts/lib/tap.sh
. "$LIB/tap.sh"
OUT=$(mktemp -p "$WORK")
LOG=$(mktemp -p "$WORK")
ROOT=$WORK/installed
BUILD=$WORK/build-gcc
MODULES=$(apxs -q LIBEXECDIR)
CONFIG=$(apxs -q SYSCONFDIR)

# point DESCRIPTION COMMAND…: one test point.
point() {
    local what=$1 status
    shift
    "$@" >"$LOG" 2>&1
    status=$?
    tap_point "$OUT" "$status" "$what" "$LOG" || true
}

exports_one_symbol() {
    [ "$(nm -D --defined-only "$ROOT$MODULES/mod_asa_auth.so" | awk '{ print $3 }')" = asa_auth_module ]
}

# --- make install ---
rm -rf "$ROOT"
point 'make install' make -C "$BUILD" install DESTDIR="$ROOT"
for file in "$MODULES/mod_asa_auth.so" "$CONFIG/mods-available/asa_auth.load" /usr/local/share/man/man5/mod_asa_auth.5 \
    /usr/local/share/doc/mod_asa_auth/README.md /usr/local/share/doc/mod_asa_auth/conf/mod_asa_auth.conf \
    /usr/local/share/doc/mod_asa_auth/conf/reference.conf /usr/local/sbin/asactl /usr/local/share/man/man8/asactl.8 \
    /usr/local/share/man/man5/asactl.conf.5 /usr/local/share/doc/mod_asa_auth/conf/asactl.conf \
    /usr/local/share/doc/mod_asa_auth/conf/asactl-multi-site.conf \
    /usr/local/share/doc/mod_asa_auth/conf/front-end.conf /usr/local/share/doc/mod_asa_auth/conf/exchange/rpchttp.conf \
    /usr/local/share/bash-completion/completions/asactl; do
    point "installed: $file" test -s "$ROOT$file"
done
point 'no libtool archive among the modules' test ! -e "$ROOT$MODULES/mod_asa_auth.la"
point 'the module exports its record and nothing else' exports_one_symbol
point 'the installed asactl runs' "$ROOT/usr/local/sbin/asactl" --version

# --- a2enmod: package apache2 is fetched, never installed, for it would start a server ---
DEBIAN=$WORK/debian
fetch_apache2() {
    mkdir -p "$DEBIAN" && cd "$DEBIAN" || return 1
    apt-get download apache2 || { apt-get update && apt-get download apache2; } || return 1
    dpkg -x apache2_*.deb "$DEBIAN"
}
# A private /etc/apache2 with what make install put there; only the path of the module is that of the staging folder.
prepare_debian() {
    cp "$ROOT$CONFIG/mods-available/asa_auth.load" "$DEBIAN/etc/apache2/mods-available/" &&
        sed -i "s|$MODULES/mod_asa_auth|$ROOT$MODULES/mod_asa_auth|" "$DEBIAN/etc/apache2/mods-available/asa_auth.load" &&
        mkdir -p "$DEBIAN/state" "$DEBIAN/run" "$DEBIAN/log" "$DEBIAN/etc/apache2/mods-enabled"
}
a2() {
    local tool=$1
    shift
    APACHE_CONFDIR=$DEBIAN/etc/apache2 APACHE_STATEDIR=$DEBIAN/state APACHE_ENVVARS=$DEBIAN/none \
        perl "$DEBIAN/usr/sbin/$tool" -q "$@"
}
debian_modules() {
    APACHE_RUN_DIR=$DEBIAN/run APACHE_LOG_DIR=$DEBIAN/log APACHE_LOCK_DIR=$DEBIAN/run APACHE_PID_FILE=$DEBIAN/run/pid \
        APACHE_RUN_USER=www-data APACHE_RUN_GROUP=www-data \
        apache2 -d "$DEBIAN/etc/apache2" -f "$DEBIAN/etc/apache2/apache2.conf" -M
}
knows_our_module() {
    debian_modules | tee /dev/stderr | grep -q 'asa_auth_module'
}
point 'package apache2 can be fetched' fetch_apache2
point 'a private configuration folder' prepare_debian
point 'a2enmod of an MPM and authorization' a2 a2enmod mpm_event authz_core authn_core
point 'a2enmod asa_auth' a2 a2enmod asa_auth
point 'the link is there' test -L "$DEBIAN/etc/apache2/mods-enabled/asa_auth.load"
point 'httpd loads the module with it' knows_our_module
point 'a2dismod asa_auth' a2 a2dismod asa_auth
point 'and no longer without' bash -c '! "$@"' not test -e "$DEBIAN/etc/apache2/mods-enabled/asa_auth.load"

# --- make uninstall ---
nothing_left() {
    local left
    left=$(find "$ROOT" ! -type d)
    [ -z "$left" ] || { echo "left: $left"; return 1; }
}
point 'make uninstall' make -C "$BUILD" uninstall DESTDIR="$ROOT"
point 'leaves nothing' nothing_left

# --- the archive ---
archive_is_whole() {
    local name missing
    name=$(basename "$(ls "$BUILD"/mod_asa_auth-*.tar.xz)")
    missing=$(comm -23 <(cd "$WORK/source" && find core mod_asa_auth asactl conf man scripts t -type f | sort) \
        <(tar -tJf "$BUILD/$name" | sed 's|^[^/]*/||' | sort))
    [ -z "$missing" ] || { echo "not in $name: $missing"; return 1; }
}
point 'make distcheck: builds elsewhere, tests itself, installs, uninstalls, cleans up' \
    make -C "$BUILD" -j"$(nproc)" distcheck
point 'the archive holds every source and test' archive_is_whole

tap_end "$OUT"
cat "$OUT"
