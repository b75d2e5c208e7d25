# SPDX-License-Identifier: Apache-2.0
# Finds the built module for the lab, or builds it and asactl out of tree in the cache folder.
# shellcheck shell=bash

# build_folder: ASA_BUILD names a finished build; otherwise the one that module_build makes.
build_folder() { echo "${ASA_BUILD:-$CACHE/build/tree}"; }

# module_place: puts mod_asa_auth.so into the lab.
module_place() {
    local build module
    build=$(build_folder)
    [ -n "${ASA_BUILD:-}" ] || module_build
    module=$build/mod_asa_auth/.libs/mod_asa_auth.so
    [ -s "$module" ] || die "there is no module in $build; build it first"
    mkdir -p "$LAB/modules"
    # A new file in place of the old one: a running httpd keeps what it has mapped.
    cp "$module" "$LAB/modules/mod_asa_auth.so.new"
    mv "$LAB/modules/mod_asa_auth.so.new" "$LAB/modules/mod_asa_auth.so"
}

# Builds from a copy of the sources, so that the checkout stays clean; only what changed is compiled again.
module_build() {
    local work=$CACHE/build
    mkdir -p "$work"
    say_live "building the module"
    ( flock 8
      build_copy "$ROOT" "$work/source"
      cd "$work/source"
      [ configure -nt configure.ac ] && [ configure -nt Makefile.am ] || autoreconf -i
      mkdir -p "$work/tree" && cd "$work/tree"
      [ Makefile -nt ../source/configure ] || ../source/configure CFLAGS='-g -O2'
      make -j"$(nproc)" mod_asa_auth/mod_asa_auth.la asactl/asactl ) 8>"$work/lock" >"$work/log" 2>&1 ||
        { say_log "$work/log" 25; die "the module does not build"; }
    say "module built in ${CACHE/#"$ROOT/"/}/build"
}
