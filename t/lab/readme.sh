# SPDX-License-Identifier: Apache-2.0
# Takes README apart, for suites that do what it tells.
# shellcheck shell=bash

# readme_chapter TITLE: its text.
readme_chapter() {
    sed -n "/^## $1\$/,/^## /p" "$SUITE_ROOT/README.md"
}

# readme_blocks LANGUAGE: what stands in its blocks of this language, of the text on the input.
readme_blocks() {
    awk -v open="\`\`\`$1" '$1 == "```" { inside = 0 } inside { sub(/^   /, ""); print } $1 == open { inside = 1 }'
}

# readme_output WORD: what README shows as the output that the paragraph beginning with WORD in bold explains.
readme_output() {
    awk -v begin="**$1**" 'index($0, begin) == 1 { on = 1 } on && $0 == "```" { if (inside++) exit; next } inside' "$SUITE_ROOT/README.md"
}

# readme_lacks WORD OUTPUT: the lines that README shows and that OUTPUT has not, whatever their numbers and widths are.
readme_lacks() {
    [ -n "$(readme_output "$1")" ] || echo "README shows no output of $1"
    grep -vxFf <(readme_shape <<<"$2") <(readme_output "$1" | readme_shape)
}

readme_shape() {
    sed 's/^ *//; s/[0-9][0-9]*/N/g' | tr -s ' '
}
