# SPDX-License-Identifier: Apache-2.0
# The suites that scripts/check knows: their names, their order, and how each is run. Uses WORK and ROOT.
# shellcheck shell=bash

# Long ones first, after the builds that the others wait for: some run at once, and the last should be short.
suite_table() {
    cat <<'TABLE'
build             gcc and clang with warnings as errors
event             module suites (t/*.t) on the event MPM
asactl            suites of asactl on a real domain (t/lab/[78]?-asactl-*)
trouble           suites of asactl where something is wrong, late or much (t/lab/9?-asactl-*)
lab               the other suites on a real domain (t/lab)
worker            module suites that ask for it on the worker MPM
prefork           module suites that ask for it on the prefork MPM
install           make install, VPATH and distcheck; a2enmod on the installed module
lint              the rules of the house (t/lint), and that each can fail
unit              cmocka programs (t/unit)
fuzz              corpora replayed through the fuzz targets (t/fuzz)
log               asactl log on files: an independent count, hostile and packed logs, --follow (t/log)
conf              the sample configurations, loaded by httpd
sanitize:event    module suites on the event MPM under the sanitizers
sanitize:worker   module suites that ask for it on the worker MPM under the sanitizers
sanitize:prefork  module suites that ask for it on the prefork MPM under the sanitizers
sanitize:fuzz     fuzz corpora under the sanitizers
sanitize:unit     unit tests under the sanitizers
TABLE
}

suite_list() {
    suite_table
    ( cd "$1" && find t -maxdepth 1 -name '[0-9]*.t' -printf '%f\n' | sed 's/\.t$//' | sort && suite_lab_files )
}

# suite_lab_files [asactl|trouble|lab]: lab suites are executable files in t/lab that print TAP; of one kind, or all.
suite_lab_files() {
    find t/lab -maxdepth 1 -name '*.t' | case ${1:-} in
    asactl) grep -e '/[78].-asactl-' ;;
    trouble) grep -e '/9.-asactl-' ;;
    lab) grep -ve '-asactl-' ;;
    *) cat ;;
    esac | sort
}

# suite_defaults plain|sanitize|all
suite_defaults() {
    case $1 in
    plain)    suite_table | awk '!/^sanitize:/ { print $1 }' ;;
    sanitize) suite_table | awk '/^sanitize:/ { print $1 }' ;;
    all)      suite_table | awk '{ print $1 }' ;;
    esac
}

# A row of the table, a suite file with or without @MPM, or a lab file.
suite_known() {
    suite_table | awk '{ print $1 }' | grep -qxF "$2" && return 0
    [ -e "$1/t/${2%@*}.t" ] && [[ $2 != */* ]] && return 0
    [[ $2 == t/lab/* ]] && [ -e "$1/$2" ]
}

# suite_packages NAME…: the lists of packages that these suites need. All of them are installed before the first suite
# begins, as some suites make a machine of their own of this one and its packages.
suite_packages() {
    local name
    echo build test
    for name; do
        case $name in
        asactl | trouble | t/lab/*) echo lab ;;
        lab) echo lab clients ;;
        esac
    done
}

# suite_run NAME OUT: TAP files in folder OUT.
suite_run() {
    local name=$1 out=$2
    case $name in
    lint)           suite_lint "$out" ;;
    build)          suite_build "$out" ;;
    unit)           suite_unit "$out" gcc ;;
    fuzz)           suite_fuzz "$out" gcc ;;
    event|worker|prefork) suite_module "$out" gcc "$name" ;;
    conf)           suite_script "$out" conf t/install/conf.sh ;;
    log)            suite_script "$out" log t/log/log.t ;;
    install)        suite_script "$out" install t/install/install.sh ;;
    asactl | trouble | lab) suite_lab "$out" "$name" ;;
    sanitize:unit)  suite_unit "$out" sanitize ;;
    sanitize:fuzz)  suite_fuzz "$out" fuzz ;;
    sanitize:*)     suite_module "$out" sanitize "${name#sanitize:}" ;;
    t/lab/*)        suite_lab "$out" file "$name" ;;
    *@*)            suite_module "$out" gcc "${name#*@}" "t/${name%@*}.t" ;;
    *)              suite_module "$out" gcc event "t/$name.t" ;;
    esac
}

suite_lint() {
    local out=$1 script
    for script in "$WORK"/source/t/lint/*.t; do
        ( cd "$WORK/source" && timeout -k 20 300 /usr/bin/perl -It/lib "$script" "$WORK/source" ) \
            >"$out/$(basename "$script" .t).tap" 2>&1 ||
            tap_point "$out/$(basename "$script" .t).tap" 1 "exit status of $(basename "$script")"
    done
}

suite_build() {
    local out=$1 variant
    for variant in gcc clang; do
        build_variant "$WORK" "$variant"
        tap_point "$out/build.tap" $? "builds with $variant without a warning" "$WORK/build-$variant.log"
    done
    build_tools "$WORK"
    tap_point "$out/build.tap" $? "the suites' own programs build" "$WORK/tools.log"
    tap_end "$out/build.tap"
}

# suite_needs OUT VARIANT: the build that a suite stands on; a failure is the suite's.
suite_needs() {
    build_variant "$WORK" "$2" && build_tools "$WORK" && return 0
    tap_point "$1/build.tap" 1 "the $2 build that this suite needs" "$WORK/build-$2.log"
    tap_end "$1/build.tap"
    return 1
}

# Every t/unit/*_test.c is a program; the linter sees to it that none is missing from the build.
suite_unit() {
    local out=$1 variant=$2 source name status
    suite_needs "$out" "$variant" || return 1
    for source in "$WORK"/source/t/unit/*_test.c; do
        name=$(basename "$source" .c)
        ( cd "$WORK/build-$variant" && CMOCKA_MESSAGE_OUTPUT=TAP TMPDIR=$WORK \
            ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
            timeout 120 "t/unit/$name" </dev/null ) >"$out/$name.tap" 2>&1
        status=$?
        [ "$status" = 0 ] || grep -q '^not ok' "$out/$name.tap" ||
            tap_point "$out/$name.tap" 1 "$name ended with status $status"
    done
}

# One point for each corpus file; a crash is shown by the target itself.
suite_fuzz() {
    local out=$1 variant=$2 source target name file
    suite_needs "$out" "$variant" || return 1
    for source in "$WORK"/source/t/fuzz/*_fuzz.c; do
        target=$(basename "$source" .c) name=${target%_fuzz}
        for file in "$WORK/source/t/fuzz/corpus/$name"/*; do
            ( cd "$WORK/build-$variant" && UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
                timeout 120 "t/fuzz/$target" "$file" </dev/null ) >"$WORK/fuzz.log" 2>&1
            tap_point "$out/$name.tap" $? "$target takes ${file##*/}" "$WORK/fuzz.log"
        done
        tap_end "$out/$name.tap"
    done
}

# suite_module OUT VARIANT MPM [FILE…]
suite_module() {
    local out=$1 variant=$2 mpm=$3 run
    shift 3
    suite_needs "$out" "$variant" || return 1
    # Its own, for suites of one MPM may run side by side; without ':', which separates paths in KRB5_CONFIG.
    run=${out##*/}
    run="$WORK/run-$variant-$mpm-${run//[:@]/-}"
    module_run "$WORK" "$run" "$variant" "$mpm" "$@"
    if cp "$run"/results/*.tap "$out/" 2>/dev/null; then
        return 0
    fi
    tap_point "$out/driver.tap" 1 "the module suites start on $mpm" "$run/driver.log"
    [ ! -e "$run/t/logs/error_log" ] || tail -n 15 "$run/t/logs/error_log" | sed 's/^/# /' >>"$out/driver.tap"
    tap_end "$out/driver.tap"
}

# suite_script OUT NAME SCRIPT: a TAP script that works on the copy of the sources.
suite_script() {
    local out=$1 name=$2 script=$3
    suite_needs "$out" gcc || return 1
    ( cd "$WORK/source" && timeout -k 20 600 bash "$script" "$WORK" </dev/null ) >"$out/$name.tap" 2>"$out/$name.err" ||
        tap_point "$out/$name.tap" 1 "exit status of $script" "$out/$name.err"
}

# suite_lab OUT asactl|trouble|lab, or suite_lab OUT file FILE
suite_lab() {
    local out=$1 file files
    suite_needs "$out" gcc || return 1
    if [ "$2" = file ]; then
        files=("$3")
    else
        mapfile -t files < <(cd "$ROOT" && suite_lab_files "$2")
    fi
    for file in "${files[@]}"; do
        ( cd "$WORK/source" && ASA_BUILD="$WORK/build-gcc" timeout -k 20 600 "./$file" </dev/null ) \
            >"$out/$(basename "$file" .t).tap" 2>"$out/$(basename "$file").err" ||
            tap_point "$out/$(basename "$file" .t).tap" 1 "exit status of $file" "$out/$(basename "$file").err"
    done
}
