# SPDX-License-Identifier: Apache-2.0
# Reads the nodes' HttpProxy logs with plain tools: the reason of a refusal, single fields, the lines.
# shellcheck shell=bash disable=SC2153,SC2034  # names.sh sets NODES and the like; callers read PROOF_REASON

# proof_files [NODE…]: the HttpProxy logs of these nodes, of all by default.
proof_files() {
    local node
    [ $# -gt 0 ] || set -- "${NODES[@]}"
    for node in "$@"; do
        find "$LAB/$node/HttpProxy" -name 'HttpProxy_*.LOG' 2>/dev/null | sort
    done
}

# proof_rows FIELD… <FILE-LIST: these fields of every line, separated by tabs. A field Name;Key is that key's value
# within a column of Key=Value; pairs. Columns are found by the names in the file's own head.
proof_rows() {
    local files
    mapfile -t files
    [ ${#files[@]} -gt 0 ] || return 0
    awk -F, -v wanted="$*" '
        BEGIN { count = split(wanted, want, " ") }
        { sub(/\r$/, "") }
        /^#Fields: / {
            sub(/^#Fields: /, "")
            for (i = 1; i <= NF; i++) column[$i] = i
            next
        }
        /^#/ || NF == 0 || FNR == 1 { next }
        {
            line = ""
            for (i = 1; i <= count; i++) {
                split(want[i], part, ";")
                value = $column[part[1]]
                if (part[2] != "") value = pair(value, part[2])
                line = line (i > 1 ? "\t" : "") value
            }
            print line
        }
        function pair(text, key,    pairs, n, i) {
            n = split(text, pairs, ";")
            for (i = 1; i <= n; i++)
                if (index(pairs[i], key "=") == 1) return substr(pairs[i], length(key) + 2)
            return ""
        }' "${files[@]}"
}

# proof_reason NODE REQUEST-ID: waits for the line of that request and sets PROOF_REASON from it.
proof_reason() {
    wait_until 60 proof_has_line "$1" "$2" || return 1
    PROOF_REASON=$(proof_fields "$1" "$2" ErrorCode)
    [ -n "$PROOF_REASON" ]
}

proof_has_line() {
    [ "$(proof_fields "$1" "$2" RequestId)" = "$2" ]
}

# proof_fields NODE REQUEST-ID FIELD…: fields of that request's line, separated by tabs.
proof_fields() {
    local node=$1 id=$2
    shift 2
    proof_files "$node" | proof_rows RequestId "$@" |
        awk -F'\t' -v id="$id" '$1 == id { sub(/^[^\t]*\t/, ""); print; exit }'
}

# proof_sentence NODE REASON: what the node's error log says about its last refusal for that reason, if it was logged.
proof_sentence() {
    { grep -F "$2: " "$LAB/$1/logs/error.log" || true; } | tail -n 1 | sed "s/^.*$2: /$2: /"
}

# proof_print: the lines of all logs.
proof_print() {
    local file
    echo
    proof_files | while read -r file; do
        echo "${file#"$LAB/"}"
        tr -d '\r' <"$file" | sed -n '7,$p'
    done
    echo
}
