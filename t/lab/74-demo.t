#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What README says under "See it work": the demonstration, and the lab that stays up for one's own visits.
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/readme.sh"
suite_needs_root sshd
trap suite_clean EXIT
trap 'exit 130' INT TERM HUP
mkdir -p "$LAB"

follow() {
    SAID=$(cd "$SUITE_ROOT" && timeout -k 5 200 bash -c "$1" 2>&1 </dev/null) || { FOLLOWED="exit code $?: $(tail -n 8 <<<"$SAID")"; return; }
    FOLLOWED=done
}

readme_chapter 'See it work' | readme_blocks sh >"$SUITE_WORK/commands"
is "$(wc -l <"$SUITE_WORK/commands")" 9 "README, 'See it work': 9 commands"
while read -r -u 5 line; do
    # Runs this suite, among others.
    [ "$line" != scripts/check ] || continue
    follow "$line"
    is "$FOLLOWED" "done" "$line"
    case $line in
    'scripts/demo '*)
        for reason in NoCredentials NtlmOffered WrongPrincipal KeyMismatch; do
            like "$SAID" "401 $reason" "it fails on purpose: $reason"
        done
        like "$SAID" "502 DelegationNotAllowed.*ldapmodify .*msDS-AllowedToDelegateTo: HTTP/exch1\\.$DOMAIN" \
            "delegation fails, and an administrator allows it"
        for visit in 'Autodiscover GET' 'Mapi POST' 'RpcHttp RPC_OUT_DATA' 'RpcHttp RPC_IN_DATA'; do
            like "$SAID" "${visit% *} +wendy signed in on node1 node2 node3 .${visit#* }" "wendy reaches exch1 through every node: $visit"
        done
        like "$SAID" "wendy@$REALM, asked by HTTP/mail\.$DOMAIN@$REALM" "exch1 saw wendy, and who asked for her"
        like "$SAID" "TAILSPIN.wendy exch1\.$DOMAIN 200 BeSpn=HTTP/exch1\.$DOMAIN;BeWay=s4u2proxy" "the log says so, too"
        like "$SAID" 'wendy signed in on node1 node2 node3 .* with Key=previous' "the roll goes unnoticed on every node"
        like "$SAID" 'Negotiate,true,TAILSPIN.wendy' "the log is shown"
        like "$SAID" 'asactl verify.*8 of 8 sign-ins' "verify signs in everywhere"
        like "$SAID" "asactl doctor.*FAIL +spn-owner +http/other\\.$DOMAIN belongs to .*, 1 failed" "doctor finds the cause of a failure, and no other"
        like "$SAID" 'asactl verify --spn.*4 of 4 sign-ins' "which is mended as it says"
        like "$SAID" 'asactl log .*NtlmOffered: .*KeyMismatch: .*previous .*Every request that was signed in' "log sums it up"
        is "$(readme_lacks doctor "$SAID")" '' "what README shows of doctor is what it says"
        is "$(readme_lacks log "$SAID")" '' "what README shows of log is what it says"
        like "$SAID" 'the lab is down' "nothing stays up"
        ;;
    *curl*) like "$SAID" "Mailbox of TAILSPIN.wendy.*wendy@$REALM came .*HTTP/exch1\..*by delegation to HTTP/mail\." "exch1 knows who came, and by whom" ;;
    'scripts/lab status') like "$SAID" "exch1 +up" "says what there is" ;;
    *'asactl verify') like "$SAID" '8 of 8 sign-ins' "signs in everywhere" ;;
    *'asactl status') like "$SAID" "node3" "says what there is" ;;
    esac
done 5<"$SUITE_WORK/commands"
is "$("$SUITE_ROOT/scripts/lab" status | tr -s ' ' | cut -d' ' -f1,2)" "lab down" "and in the end it is down"
echo "1..$POINTS"
[ "$FAILURES" = 0 ]
