#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Replays each fuzz target over its corpus; fails if a target crashes, or its corpus is missing or empty.
#
# make check gives FUZZ_TARGETS (programs, relative to the build folder) and FUZZ_CORPUS (the folder of corpora).
set -u

failed=0
complain() {
    echo "$*" >&2
    failed=1
}

replay() {
    name=$(basename "$1" _fuzz)
    corpus=$FUZZ_CORPUS/$name
    if ! [ -d "$corpus" ] || [ -z "$(find "$corpus" -type f -print -quit)" ]; then
        complain "$name: no corpus in $corpus"
    elif ! [ -x "$1" ]; then
        complain "$name: $1 is not built"
    elif ! find "$corpus" -type f -exec "./$1" {} +; then
        complain "$name: $1 failed over $corpus"
    fi
}

for target in ${FUZZ_TARGETS:?}; do
    replay "$target"
done
[ "$failed" -eq 0 ]
