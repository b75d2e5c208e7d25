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
