# SPDX-License-Identifier: Apache-2.0
# Runs the Apache::Test suites (t/*.t) without root's rights, in a private copy, on one of httpd's MPMs.
# shellcheck shell=bash

MODULE_FOLDER=/usr/lib/apache2/modules
# What the suites' configuration uses beside our module, in an order that resolves every symbol.
MODULE_LIST="authn_core authn_file authz_core authz_host authz_user auth_basic alias dir env headers mime rewrite
    setenvif status socache_shmcb cache cache_socache ssl http2 proxy proxy_http remoteip include macro log_config asis info reqtimeout unixd"

# module_suites_for MPM: the suite files that name this MPM in their "# mpm:" line; without one, event only.
module_suites_for() {
    local mpm=$1 file
    for file in t/[0-9]*.t; do
        if grep -qE '^# mpm:' "$file"; then
            grep -qE "^# mpm:.*\\b$mpm\\b" "$file" && echo "$file"
        elif [ "$mpm" = event ]; then
            echo "$file"
        fi
    done
    return 0
}

# module_run WORK RUN VARIANT MPM [FILE…]: TAP of every suite in RUN/results. RUN is made new.
# Runs in a subshell, because it changes the folder.
module_run() (
    work=$1 run=$2 variant=$3 mpm=$4
    shift 4
    files=("$@")
    module_prepare "$work" "$run" "$variant" "$mpm"
    cd "$run" || return 1
    [ $# -gt 0 ] || mapfile -t files < <(module_suites_for "$mpm")
    work_as_user env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME="$run/tmp" \
        TMPDIR="$run/tmp" ASA_RUN="$run" ASA_MPM="$mpm" ASA_VARIANT="$variant" \
        /usr/bin/perl t/TEST "${files[@]}" </dev/null >"$run/driver.log" 2>&1
)

module_prepare() {
    local work=$1 run=$2 variant=$3 mpm=$4
    rm -rf "$run"
    mkdir -p "$run/bin" "$run/tmp" "$run/modules" "$run/results"
    cp -r "$work/source/t" "$run/t"
    cp "$work/build-$variant/mod_asa_auth/.libs/mod_asa_auth.so" "$run/modules/"
    cp "$work/tools/token" "$work/tools/seal" "$run/bin/"
    module_httpd "$run" "$variant"
    module_load_list "$run" event
    module_load_list "$run" worker
    module_load_list "$run" prefork
    work_give "$run"
}

# httpd itself is not instrumented, so the sanitizers' run time has to be loaded before it.
module_httpd() {
    local run=$1 variant=$2
    {
        echo '#!/bin/sh'
        if [ "$variant" = sanitize ]; then
            echo "export LD_PRELOAD=$(gcc -print-file-name=libasan.so):$(gcc -print-file-name=libubsan.so)"
            echo 'export ASAN_OPTIONS=detect_leaks=0:abort_on_error=0:strict_string_checks=1'
            echo 'export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1'
        fi
        echo 'exec /usr/sbin/apache2 "$@"'
    } >"$run/bin/httpd"
    chmod 755 "$run/bin/httpd"
}

module_load_list() {
    local run=$1 mpm=$2 name
    {
        echo "LoadModule mpm_${mpm}_module $MODULE_FOLDER/mod_mpm_$mpm.so"
        for name in $MODULE_LIST; do
            # HTTP/2 does not work on prefork and says so at every start.
            [ "$name-$mpm" != http2-prefork ] || continue
            [ -e "$MODULE_FOLDER/mod_$name.so" ] &&
                echo "LoadModule ${name}_module $MODULE_FOLDER/mod_$name.so"
        done
        echo "LoadModule asa_auth_module $run/modules/mod_asa_auth.so"
    } >"$run/load-$mpm.conf"
}
