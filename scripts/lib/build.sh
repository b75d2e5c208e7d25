# SPDX-License-Identifier: Apache-2.0
# Builds the project out of tree, in a private folder, from a copy of the sources.
# shellcheck shell=bash
#
# Use: build_source ROOT WORK, then build_variant WORK gcc|clang|sanitize|fuzz; a variant is built once.

BUILD_JOBS=$(nproc)
# libtool runs in this shell at every compilation, and bash takes twice as long; make distcheck finds it here, too.
export CONFIG_SHELL=/bin/sh

# build_source ROOT WORK: copies what belongs to the project (not what is ignored) and makes configure there.
build_source() {
    local root=$1 work=$2
    [ -e "$work/source/configure" ] && return 0
    build_copy "$root" "$work/source"
    ( cd "$work/source" && autoreconf -i ) >"$work/autoreconf.log" 2>&1 || {
        say_log "$work/autoreconf.log" 25
        die "autoreconf failed"
    }
}

# build_copy ROOT TO: a git checkout knows what is ignored; an unpacked archive has nothing to ignore.
build_copy() {
    mkdir -p "$2"
    if git -C "$1" rev-parse --show-toplevel >/dev/null 2>&1; then
        # A file deleted in the work tree is still listed; the copy shall lack it.
        ( cd "$1" && git ls-files -co --exclude-standard -z |
            while IFS= read -r -d '' file; do [ -e "$file" ] && printf '%s\0' "$file"; done |
            work_tar --null -T - -cf - ) | tar -C "$2" -xf -
    else
        work_copy_source "$1" "$2"
    fi
}

build_options() {
    case $1 in
    gcc)      echo "CC=gcc --enable-werror --enable-mods-available" ;;
    clang)    echo "CC=clang --enable-werror" ;;
    sanitize) echo "CC=gcc --enable-sanitize" ;;
    fuzz)     echo "CC=clang --enable-fuzz" ;;
    esac
}

# build_variant WORK NAME: leaves the build in WORK/build-NAME and its log in WORK/build-NAME.log. Suites that need
# the same one at the same time wait for each other.
build_variant() {
    ( exec 8>>"$1/build-$2.lock" && flock 8 && build_variant_once "$1" "$2" )
}

build_variant_once() {
    local work=$1 name=$2 options
    [ -e "$work/build-$name/complete" ] && return 0
    [ ! -e "$work/build-$name.log" ] || return 1
    options=$(build_options "$name")
    mkdir -p "$work/build-$name"
    # shellcheck disable=SC2086  # one word an option
    ( cd "$work/build-$name" &&
        "$CONFIG_SHELL" ../source/configure --disable-dependency-tracking CFLAGS="-g -O1" $options &&
        build_targets "$name" && touch complete ) >"$work/build-$name.log" 2>&1
}

# The fuzz build needs the fuzz targets only; the others the module and the unit tests too.
build_targets() {
    if [ "$1" = fuzz ]; then
        # shellcheck disable=SC2046  # one word a target
        make -j"$BUILD_JOBS" $(cd ../source && printf '%s\n' t/fuzz/*_fuzz.c | sed 's/\.c$//')
    else
        make -j"$BUILD_JOBS" && make -j"$BUILD_JOBS" check TESTS=
    fi
}

# build_tools WORK: the suites' own programs; they are never installed.
build_tools() {
    ( exec 8>>"$1/tools.lock" && flock 8 && build_tools_once "$1" )
}

build_tools_once() {
    local work=$1 flags="-std=gnu11 -g -O1 -Wall -Wextra -Werror"
    [ -x "$work/tools/seal" ] && return 0
    mkdir -p "$work/tools"
    # shellcheck disable=SC2086
    ( cd "$work/source" &&
        gcc $flags -I. t/lib/token.c t/lib/text.c -o "$work/tools/token" -lgssapi_krb5 &&
        gcc $flags -O2 t/lib/log_lines.c -o "$work/tools/log_lines" &&
        gcc $flags -I. t/lib/seal.c t/lib/text.c -o "$work/tools/seal" -lkrb5 -lk5crypto
    ) >"$work/tools.log" 2>&1
}
