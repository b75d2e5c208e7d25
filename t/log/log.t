#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# asactl log on files: an independent count, packed and hostile logs, folders, filters, exit codes, --follow.
#
# Use: log.t WORK, where WORK holds source/, build-gcc/ and tools/; prints TAP.
set -u
WORK=$1
# shellcheck source=scripts/lib/tap.sh
. "$WORK/source/scripts/lib/tap.sh"
ASACTL=$WORK/build-gcc/asactl/asactl
LINES=$WORK/tools/log_lines
CORPUS=$WORK/source/t/fuzz/corpus/log_record
OUT=$(mktemp -p "$WORK") PLACE=$(mktemp -d -p "$WORK" log.XXXXXX)
cd "$PLACE" || exit 1

# is WHAT WANTED GOT
is() {
    printf 'wanted: %s\ngot:    %s\n' "$2" "$3" >said
    [ "$2" = "$3" ]
    tap_point "$OUT" $? "$1" said
}
# code OPTION…: the exit code of asactl log; what it says is in out and err.
code() {
    "$ASACTL" log "$@" >out 2>err </dev/null
    echo $?
}
# json FILTER OPTION…
json() {
    local filter=$1
    shift
    "$ASACTL" log --json "$@" </dev/null 2>/dev/null | jq -c "$filter"
}

# --- an independent count ---
for kind in 53 64 68 69 70 74 ours iis book; do
    "$LINES" $kind 10000 300 7 >"$kind.LOG"
    "$ASACTL" log --json "$kind.LOG" >json 2>err
    "$ASACTL" log --csv "$kind.LOG" >csv 2>>err
    python3 "$WORK/source/t/log/count.py" json csv "$kind.LOG" >differs 2>&1
    [ ! -s differs ]
    tap_point "$OUT" $? "10,000 lines of $kind are counted as the csv module counts them" differs
done
is 'every request stands in the report' 10000 "$(json '.sources | .counted + .broken.count + .forged.count' ours.LOG)"
is 'the text says the same' "$(json '.counts.kerberos' ours.LOG)" \
    "$("$ASACTL" log ours.LOG 2>/dev/null | awk '/^By Protocol/ { on = 1 } on && $1 == "all" { gsub(",", "", $2); print $2; exit }')"
! tail -n +2 csv | LC_ALL=C grep -qE '(^|[,;])"? *[=+@-]'
tap_point "$OUT" $? 'no cell of CSV begins a formula' csv

# --- sources ---
want=$(json .counts ours.LOG)
gzip -k ours.LOG && xz -k -T1 ours.LOG
is 'gzip' "$want" "$(json .counts ours.LOG.gz)"
is 'xz' "$want" "$(json .counts ours.LOG.xz)"
is 'standard input' "$want" "$("$ASACTL" log --json - <ours.LOG 2>/dev/null | jq -c .counts)"
is 'a packed one there, without a word for it' "$want" "$("$ASACTL" log --json <ours.LOG.xz 2>/dev/null | jq -c .counts)"
head -n 4000 ours.LOG | gzip >two.gz && tail -n +4001 ours.LOG | gzip >>two.gz
is 'gzip in two members' "$want" "$(json .counts two.gz)"
head -n 4000 ours.LOG | xz -T1 >two.xz && tail -n +4001 ours.LOG | xz -T1 >>two.xz
is 'xz in two streams' "$want" "$(json .counts two.xz)"
head -c 300000 ours.LOG.gz >torn.gz
is 'a torn one: exit code' 2 "$(code torn.gz ours.LOG)"
grep -q 'torn.gz: it ends in the middle (gzip)' err
tap_point "$OUT" $? 'and says so' err
grep -q 'came by Kerberos' out
tap_point "$OUT" $? 'and reports on the rest' out
mkdir -p tree/cas-1/Mapi tree/cas-2/Ews
head -n 8 ours.LOG >one
# shellcheck disable=SC2016  # Perl's variables
perl -e 'local $/; my $text = <STDIN>;
    for my $n (1 .. 1500) {
        for my $place (sprintf("cas-1/Mapi/HttpProxy_20261126%02d-%d.LOG", $n % 24, $n), sprintf("cas-2/Ews/HttpProxy_20261126%02d-%d.log", $n % 24, $n)) {
            open my $file, ">", "tree/$place" or die; print $file $text; close $file or die;
        }
    }' <one
ln -s "$PLACE/ours.LOG" tree/link.LOG && ln -s . tree/loop && echo x >tree/notes.txt && mkfifo tree/pipe.log
is 'a folder with thousands of files; links, pipes and others are left alone' '[3000,6000,4]' \
    "$(json '[.sources.files, .sources.counted, .sources.skipped]' tree)"

# --- exit codes ---
cp "$CORPUS/ours-kerberos" kerberos.LOG && cp "$CORPUS/ours-refused" refused.LOG
is 'everybody on Kerberos' 0 "$(code kerberos.LOG refused.LOG)"
is 'somebody not' 1 "$(code 74.LOG)"
is 'nobody signed in' 1 "$(code refused.LOG)"
is 'only Negotiate' 1 "$(code "$CORPUS/exchange-74")"
is 'and trusted' 0 "$(code --trust-negotiate "$CORPUS/exchange-74")"
is 'a forged line' 1 "$(code kerberos.LOG "$CORPUS/forged-sum")"
is 'a missing file' 2 "$(code missing.LOG)"
is 'no log' 2 "$(code "$CORPUS/foreign-ews")"
is 'no log among logs' 2 "$(code kerberos.LOG "$CORPUS/foreign-ews")"
grep -q 'foreign-ews: this is no log that is known' err && grep -q 'that could be read (1) came by Kerberos' out
tap_point "$OUT" $? 'which is named, and the others are reported on' out
mkdir empty
is 'a folder without a log' 2 "$(code empty)"
is 'a time that is none' 2 "$(code --since yesterday kerberos.LOG)"
is 'a missing file among others' 2 "$(code missing.LOG kerberos.LOG)"
grep -q 'missing.LOG: No such file' err && grep -q 'All signed-in requests that could be read (1) came by Kerberos, but a file or folder could not be read' out
tap_point "$OUT" $? 'and the rest is reported on' out
is 'a time to come' 2 "$(code --since 9999-01-01 kerberos.LOG)"
grep -q 'since lies in the future' err
tap_point "$OUT" $? 'which is told' err
is 'standard input cannot be followed' '2 error: standard input cannot be followed' "$(code --follow -) $(head -n 1 err)"
mkfifo pipe
is 'nor can a pipe' '2 error: pipe cannot be followed' "$(code --follow pipe) $(head -n 1 err)"
is 'a log is not replaced by a report' 2 "$(code --html kerberos.LOG refused.LOG)"
cmp -s kerberos.LOG "$CORPUS/ours-kerberos" && grep -q 'is no report of asactl log' err
tap_point "$OUT" $? 'but kept, with a word' err
is 'a report is replaced by a report' '0 0 1' "$(code --html r.html kerberos.LOG) $(code --html r.html kerberos.LOG) $(grep -c '<!DOCTYPE html>' r.html)"
# The head, and the same sign-in by 101 users.
{ head -n 6 kerberos.LOG; for i in {1..101}; do tail -n +7 kerberos.LOG | sed "s/wendy/user$i/g"; done; } >crowd.LOG
is 'a table of the report has an end' '0 1' "$(code --html r.html crowd.LOG) $(grep -c 'The first 50 of 101 rows are shown' r.html)"
is 'filters that leave out everything' '1 The filters left out every request (1)' "$(code --user nobody kerberos.LOG) $(tail -n 1 out | cut -d: -f1)"
is '--json with --csv' 2 "$(code --json --csv kerberos.LOG)"

# --- what cannot be read ---
# A root that may not read everything, or the user as it is.
bound() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --bounding-set=-dac_override,-dac_read_search "$@"
    else
        "$@"
    fi
}
mkdir -p shut/{a,b,c} && cp kerberos.LOG shut/a && cp kerberos.LOG shut/b/b.LOG && cp kerberos.LOG shut/c/c.LOG
for n in $(seq 30); do cp kerberos.LOG "shut/c/none-$n.LOG"; done
chmod 0 shut/b shut/c/none-*
bound "$ASACTL" log shut >out 2>err </dev/null
is 'an unreadable folder among others: exit code' 2 $?
is 'all that can be read is counted' 1 "$(grep -c 'All signed-in requests that could be read (2) came by Kerberos, but 31 files or folders could not' out)"
is 'what cannot is named, twenty of them' '21 20' "$(grep -c '^warning: ' err) $(grep -c '^    shut/.*: Permission denied' out)"
bound "$ASACTL" log -v shut >out 2>err </dev/null
is 'all of them with -v' 31 "$(grep -c '^warning: .* Read it as a user who may' err)"
is 'in JSON' '[31,20,"unreadable"]' \
    "$(bound "$ASACTL" log --json shut 2>err </dev/null | jq -c '[.sources.unread.count, (.sources.unread.examples | length), .verdict]')"
is 'in CSV' 'files,unread,31' "$(bound "$ASACTL" log --csv shut 2>err </dev/null | sed -n 's/^\(files,unread\),.*,\(31\),.*/\1,\2/p')"
bound "$ASACTL" log --html shut.html shut >out 2>err </dev/null
is 'in HTML' 1 "$(grep -c 'shut/b: Permission denied' shut.html)"
bound "$ASACTL" log shut/b/b.LOG >out 2>err </dev/null
is 'nothing but what cannot be read' '2 error: shut/b/b.LOG: Permission denied' "$? $(head -n 1 err)"
chmod -R u+rwX shut
deep=$(printf '/d%.0s' {1..40})
mkdir -p "deep$deep" && cp kerberos.LOG deep && cp 74.LOG "deep$deep"
is 'folders that stand too deep: exit code' 2 "$(code deep)"
grep -q '^warning: deep/d.*: too many folders stand in one another. Name this one, too.' err
tap_point "$OUT" $? 'and where' err

# --- output that is cut ---
"$LINES" ours 20000 20000 7 >many.LOG
"$ASACTL" log --json many.LOG 2>err </dev/null >whole
jq -e '.by.user | length > 5000' whole >/dev/null
tap_point "$OUT" $? 'a long document is whole' err
is 'and printed as others are' '' "$(jq --indent 2 . whole | diff whole - | head -n 5)"
for option in --json --csv -v; do
    ( "$ASACTL" log $option kerberos.LOG many.LOG 2>err </dev/null; echo $? >status ) | head -c 1000 >out
    is "$option into a pipe that closes" '1 error: the output could not be written' "$(cat status) $(tail -n 1 err)"
done
"$ASACTL" log --json kerberos.LOG >/dev/full 2>err </dev/null
is 'onto a full disk' '1 error: the output could not be written' "$? $(tail -n 1 err)"

# --- filters ---
is '--user' "$(json '.by.user[] | select(.name | test("user7$")) | .kerberos' ours.LOG)" "$(json .counts.kerberos --user user7 ours.LOG)"
is '--protocol, any of two' "$(json '[.by.protocol[] | select(.name | test("^(Ews|Mapi)$")) | .kerberos] | add' ours.LOG)" \
    "$(json .counts.kerberos --protocol ews --protocol Mapi ours.LOG)"
is '--address' "$(json '.by.client[] | select(.name == "10.0.0.7") | .none' ours.LOG)" "$(json .counts.none --address 10.0.0.7 ours.LOG)"
sed 's/,NTLM,false,,/,NTLM,true,TAILSPIN\\HealthMailbox0659e34,/; s/AuthReason=NtlmOffered;//' refused.LOG >health.LOG
is 'health mailboxes count' 1 "$(code kerberos.LOG health.LOG)"
grep -q '^Not on Kerberos: Exchange.s own monitoring' out && ! grep -q '^Not on Kerberos$' out
tap_point "$OUT" $? 'but stand apart' out
is 'and can be left out' 0 "$(code --no-monitoring kerberos.LOG health.LOG)"
is 'and then nobody may be left' 1 "$(code --no-monitoring health.LOG)"
middle=$(sed -n 5000p ours.LOG | cut -d, -f1)
is '--since and --until divide a log' "$want" \
    "$(jq -cn --argjson a "$(json .counts --until "$middle" ours.LOG)" --argjson b "$(json .counts --since "$middle" ours.LOG)" \
           '$a | with_entries(if .key == "first" then . elif .key == "last" then .value = $b.last else .value += $b[.key] end)')"

{ head -n 6 kerberos.LOG; tail -n 1 kerberos.LOG | awk '{ for (n = 1; n <= 80; n++) { line = $0; sub(/,Mapi,/, ",Name" n ",", line); print line } }'; } >names.LOG
code names.LOG >/dev/null
is 'what is past the cap is one row, and shown' 'others 16' "$(awk '/^By Protocol/ { on = 1 } on && $1 == "others" { print $1, $2; exit }' out)"
sed "s/wendy/$(printf 'ü%.0s' {1..100})/" kerberos.LOG >wide.LOG
code wide.LOG >/dev/null
grep -qP 'TAILSPIN.ü{51}…  1' out
tap_point "$OUT" $? 'a long name is cut between two characters' out
is 'and all of it adds up' 80 "$(json '[.by.protocol[].kerberos] | add' names.LOG)"

# --- hostile logs ---
cp -r "$CORPUS" hostile && (cd hostile && for file in *; do mv "$file" "$file.LOG"; done)
{ head -n 6 kerberos.LOG; head -c 3000000 /dev/zero | tr '\0' ','; echo; tail -n 1 kerberos.LOG; } >hostile/long.LOG
head -c 200000 /dev/urandom >hostile/noise.LOG
is 'hostile logs: exit code' 1 "$(code -v hostile)"
! LC_ALL=C grep -qP '[\x00-\x09\x0b-\x1f\x7f]' out
tap_point "$OUT" $? 'no control character is shown'
iconv -f UTF-8 -t UTF-8 out >/dev/null 2>not_utf8
tap_point "$OUT" $? 'and what is shown is UTF-8' not_utf8
is 'lines of megabytes are skipped, and the next is read' '["longer than 1 MiB",1,1]' \
    "$(json '[.sources.broken.examples[0].why, .sources.broken.count, .sources.counted]' hostile/long.LOG)"
is 'as JSON it can be read' '"not-all"' "$(json .verdict hostile)"
head -c 200000000 /dev/zero | xz -0 >bomb.xz
( ulimit -v 150000; exec "$ASACTL" log bomb.xz ) >out 2>err
is 'what unpacks to much more takes little memory' 2 $?
grep -q "unpacks to more than 500 times its size" err
tap_point "$OUT" $? "and is left, with a word" err
head -c 100000000 /dev/zero >endless.LOG
is 'a line without an end' 2 "$(code endless.LOG)"
grep -q "a line of more than 64 MiB" err
tap_point "$OUT" $? "is not read on" err

# --- --follow ---
# await COMMAND…: until it succeeds, or a minute and a half is over.
await() {
    local end=$((SECONDS + 90))
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        read -rt 0.1 <>clock || true
    done
}
mkfifo clock
mkdir -p live/Mapi && cp kerberos.LOG live/Mapi/HttpProxy_2026112608-1.LOG
"$ASACTL" log --follow live >followed 2>following &
pid=$!
await grep -qs Following following
tap_point "$OUT" $? '--follow begins' following
tail -n 1 refused.LOG | head -c 100 >>live/Mapi/HttpProxy_2026112608-1.LOG
tail -n 1 refused.LOG | tail -c +101 >>live/Mapi/HttpProxy_2026112608-1.LOG
await grep -qs 'Mapi  192.0.2.7 turned away: NtlmOffered' followed
tap_point "$OUT" $? 'shows a refusal that is added, also in two pieces' followed
sed 's/,NTLM,false,,/,NTLM,true,TAILSPIN\\carol,/; s/AuthReason=NtlmOffered;//' refused.LOG >live/Mapi/HttpProxy_2026112608-2.LOG
await grep -qs 'Mapi  TAILSPIN.carol at 192.0.2.7 signed in by ntlm' followed
tap_point "$OUT" $? 'and in the next file' followed
mkdir live/Ews && sed 's/,NTLM,false,,/,Basic,true,TAILSPIN\\dave,/; s/AuthReason=NtlmOffered;//' refused.LOG >live/Ews/HttpProxy_2026112609-1.LOG
await grep -qs 'TAILSPIN.dave at 192.0.2.7 signed in by basic' followed
tap_point "$OUT" $? 'and in the next hour, in a new folder' followed
kill -INT $pid
wait $pid
is 'the signal ends it, with the code' 1 $?
grep -q 'of 3 signed-in requests, 1 came by Kerberos, 1 by NTLM, 1 by Basic' followed
tap_point "$OUT" $? 'and the report' followed
for option in --json --csv; do
    cp kerberos.LOG live/Mapi/HttpProxy_2026112610-1.LOG
    "$ASACTL" log --follow $option live >followed 2>following &
    pid=$!
    until_open() { find "/proc/$pid/fd" -lname '*/HttpProxy_2026112610-1.LOG' 2>/dev/null | grep -q .; }
    await until_open
    tail -n 1 health.LOG >>live/Mapi/HttpProxy_2026112610-1.LOG
    # Two looks later it was read: the second one met the file that is made between them.
    cp kerberos.LOG live/Mapi/HttpProxy_2026112611-1.LOG
    until_next() { find "/proc/$pid/fd" -lname '*/HttpProxy_2026112611-1.LOG' 2>/dev/null | grep -q .; }
    await until_next
    kill -INT $pid
    wait $pid
    if [ $option = --json ]; then
        jq -e '.counts.ntlm == 2' followed >said 2>&1
    else
        python3 -c 'import csv, sys; rows = list(csv.reader(open("followed", newline=""))); assert {len(row) for row in rows} == {len(rows[0])}, rows' >said 2>&1 &&
            grep -q '^all,' followed
    fi
    tap_point "$OUT" $? "--follow $option ends with the report, and nothing stands before it" said
    rm -f live/Mapi/HttpProxy_202611261[01]-1.LOG
done

# Rotated in every way while it is written: each of its requests is of another user.
mkdir rotated && sed 's/,NTLM,false,,/,NTLM,true,TAILSPIN\\NAME,/; s/AuthReason=NtlmOffered;//' refused.LOG >template
"$ASACTL" log --follow rotated >followed 2>following &
pid=$!
await grep -qs Following following
written=$("$WORK/source/t/log/writer.pl" rotated template 6 "$$")
all_shown() { [ "$(grep -c 'signed in by ntlm' followed)" -ge "$written" ]; }
await all_shown
kill -INT $pid
wait $pid
is 'logs that are rotated: every request is shown' "$written" "$(grep -o 'user[0-9]* at' followed | sort -u | wc -l)"
is 'and once' "$written $written" "$(grep -c 'signed in by ntlm' followed) $(sed -n 's/,//g; s/^counted: requests \([0-9]*\).*/\1/p' followed)"
tap_end "$OUT"
rm -rf "$PLACE"
cat "$OUT"
