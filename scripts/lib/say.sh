# SPDX-License-Identifier: Apache-2.0
# Talks to the person at the terminal: progress, success, failure and the log lines that explain a failure.
# shellcheck shell=bash

SAY_START=${SAY_START:-$EPOCHREALTIME}
SAY_OPEN=0      # 1 while a live line waits for its end

# Seconds since the script began, with one decimal.
say_clock() {
    local us=$(( ${EPOCHREALTIME/[.,]/} - ${SAY_START/[.,]/} ))
    printf '%d.%d' $(( us / 1000000 )) $(( us / 100000 % 10 ))
}

# Progress goes to stderr, so that stdout stays free for results; a script whose result is the story sets 1.
SAY_FD=${SAY_FD:-2}

# say TEXT: one finished line of progress.
say() {
    say_end
    printf '%6ss  %s\n' "$(say_clock)" "$*" >&"$SAY_FD"
}

# say_live TEXT: what is going on right now. On a terminal the line is overwritten by the next one;
# in a pipe nothing is shown, because say will report the step when it is done.
say_live() {
    if [ -t "$SAY_FD" ]; then
        printf '\r\033[K%6ss  %s ...' "$(say_clock)" "$*" >&"$SAY_FD"
        SAY_OPEN=1
    fi
}

# Wipes a live line that is still open.
say_end() {
    if [ "$SAY_OPEN" = 1 ]; then
        printf '\r\033[K' >&"$SAY_FD"
        SAY_OPEN=0
    fi
}

# die TEXT: ends the script as failed.
die() {
    say_end
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# say_log FILE [LINES]: the end of a log, indented, for a failure message.
say_log() {
    say_end
    [ -s "$1" ] || return 0
    printf '  --- last lines of %s\n' "$1" >&2
    tail -n "${2:-15}" "$1" | sed 's/^/  | /' >&2
}

# wait_until SECONDS COMMAND…: true as soon as COMMAND is, false when the deadline passes first.
wait_until() {
    local deadline=$(( ${EPOCHREALTIME/[.,]/} + $1 * 1000000 ))
    shift
    until "$@"; do
        [ "${EPOCHREALTIME/[.,]/}" -lt "$deadline" ] || return 1
        say_pause
    done
}

# The pause between two looks: waits on a pipe that nobody writes, which starts no process.
say_pause() {
    [ -n "${SAY_SILENT_PIPE:-}" ] || exec {SAY_SILENT_PIPE}<> <(:)
    read -rt 0.03 -u "$SAY_SILENT_PIPE" || true
}
