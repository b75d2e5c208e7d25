#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# asactl as a program, without a domain: help, mistakes and their exit codes, JSON.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
trap suite_clean EXIT
if [ -z "${ASA_BUILD:-}" ]; then
    module_build
    ASA_BUILD=$CACHE/build/tree
fi
TOOL=$SUITE_WORK/asactl
cp "$ASA_BUILD/asactl/asactl" "$TOOL"
printf '[asactl]\n    keytab = %s\n' "$SUITE_WORK/asa.keytab" >"$SUITE_WORK/good.conf"
printf '[asactl]\n    relm = X\n' >"$SUITE_WORK/bad.conf"

# run ARGUMENT…: asactl, its exit code in RC, its standard output in SAID and its standard error in COMPLAINED.
run() {
    RC=0
    SAID=$("$TOOL" "$@" 2>"$SUITE_WORK/stderr" </dev/null) || RC=$?
    COMPLAINED=$(<"$SUITE_WORK/stderr")
}

json_of() { /usr/bin/python3 -c 'import json,sys; print(json.loads(sys.argv[1])[sys.argv[2]])' "$SAID" "$1"; }

# --- help ---
run
is "$RC" 0 "asactl alone is no mistake"
is "$COMPLAINED" '' "it complains about nothing"
like "$SAID" 'spn add .*--realm REALM ' "it lists verbs and options"
ALONE=$SAID
run help
is "$SAID" "$ALONE" "asactl help says the same"
while read -r verb; do
    # shellcheck disable=SC2086  # one word a word
    run help $verb
    like "$RC $SAID" "^0 usage: asactl $verb.*    \S" "help $verb explains it, with an example"
    HELP=$SAID
    # shellcheck disable=SC2086
    run $verb --help
    is "$SAID" "$HELP" "$verb --help says the same"
done < <("$TOOL" help | sed -n 's/^  \([a-z]\+\( [a-z]\+\)\?\)  .*/\1/p')
run help exit-codes
like "$SAID" '0  done.*8  it would break' "every exit code is explained"
run --version
like "$SAID" '^asactl [0-9]+\.[0-9]+\.[0-9]+$' "--version says which"
run help accout
like "$RC $COMPLAINED" "^2 error: there is no verb 'accout' to explain.*asactl help spn|^2 error: there is no verb 'accout'" "help for an unknown verb is a mistake"

# --- where there is nothing to look at ---
run doctor --account 'ASA$' --realm EXAMPLE.INVALID --server 127.0.0.1 --only ticket-opens --only spn-owner
like "$RC $SAID" '^1 .*0 ok, 0 to be warned of, 0 failed, 2 that could not be checked' "doctor: nothing but what could not be checked is no good news"
run doctor --account 'ASA$' --realm EXAMPLE.INVALID --server 127.0.0.1 --only ticket-opens --only schedule-result
like "$RC $SAID" '^0 .*1 ok, 0 to be warned of, 0 failed, 1 that could not be checked' "where something else is right, it is"

# --- mistakes ---
run statsu
is "$RC $SAID" '2 ' "an unknown verb: exit code 2, nothing on standard output"
like "$COMPLAINED" "^error: there is no verb 'statsu'.*Did you mean asactl status\?" "the nearest verb is named"
run spn
like "$RC $COMPLAINED" '^2 error: there are several verbs.*asactl help spn lists them' "a verb that is only begun: they are pointed to"
run status --no-directry
like "$RC $COMPLAINED" '^2 error: asactl status has no option --no-directry.*Did you mean --no-directory' "the nearest option is named"
run --conf "$SUITE_WORK/none" status
like "$RC $COMPLAINED" "^2 error: $SUITE_WORK/none: No such file" "a file of settings that is not there"
run --conf "$SUITE_WORK/bad.conf" status
like "$RC $COMPLAINED" "^2 error: $SUITE_WORK/bad.conf: \[asactl\] has no key 'relm'.*Did you mean realm" "a key that is not known"
run --conf "$SUITE_WORK/bad.conf" status --help
is "$RC" 0 "help works beside such a file"
run --conf "$SUITE_WORK/good.conf" --mode 644 node status
like "$RC $COMPLAINED" "^2 error: --mode is '644'.*It must be octal" "a value that cannot be one"
run --conf "$SUITE_WORK/good.conf" node status
is "$RC $COMPLAINED" '0 ' "and the same without the mistake runs"

# --- JSON ---
run statsu --json
is "$RC $COMPLAINED" '2 ' "with --json standard error is silent"
is "$(json_of code)" 2 "the code is in the document"
is "$(json_of error)" "there is no verb 'statsu'" "and the sentence"
like "$(json_of remedy)" 'asactl status' "and the remedy"
run --conf "$SUITE_WORK/good.conf" node status --json
ok "the document of a verb is JSON" /usr/bin/python3 -c 'import json,sys; json.loads(sys.argv[1])' "$SAID"

for words in help 'help exit-codes' 'help spn' 'help spn add' 'spn add --help' --version; do
    # shellcheck disable=SC2086  # one word a word
    run --json $words
    ok "$words --json is JSON" /usr/bin/python3 -c 'import json,sys; sys.exit(not json.loads(sys.argv[1]))' "$SAID"
done

# --- output that nobody takes ---
RC=0
COMPLAINED=$("$TOOL" help 2>&1 >/dev/full) || RC=$?
like "$RC $COMPLAINED" '^1 error: the output could not be written' "a full disk is told"
RC=$( ("$TOOL" help 2>/dev/null; echo $? >"$SUITE_WORK/rc") | true; wait_until 60 test -s "$SUITE_WORK/rc"; cat "$SUITE_WORK/rc")
like "$RC" '^[01]$' "a reader that has gone ends the program with an exit code, not with a signal"

echo "1..$POINTS"
[ "$FAILURES" = 0 ]
