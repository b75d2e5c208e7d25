# SPDX-License-Identifier: Apache-2.0
# Finds private work folders, also ones that an unprivileged user can reach when the checkout itself is closed.
# shellcheck shell=bash
#
# httpd's children and Apache::Test never run as root. A checkout below a 0700 folder (root's home, a CI's
# workspace) is out of their reach, so tests that drop rights work on a copy in a folder made here.

# The account that tests drop to.
WORK_USER=nobody

# work_as_user COMMAND…: runs COMMAND without any right of root (or as it is, if we are not root).
work_as_user() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid "$WORK_USER" --regid "$(id -g "$WORK_USER")" --clear-groups -- "$@"
    else
        "$@"
    fi
}

# work_reachable FOLDER: true if the unprivileged user can enter FOLDER and read it.
work_reachable() {
    work_as_user test -r "$1" -a -x "$1" 2>/dev/null
}

# work_folder NAME: prints a new, empty folder whose whole path the unprivileged user can enter.
# The caller owns it and removes it. ASA_WORK names a parent that is preferred.
work_folder() {
    local parent folder
    for parent in "${ASA_WORK:-}" "${TMPDIR:-}" /var/tmp /tmp; do
        if ! [ -d "$parent" ] || ! [ -w "$parent" ]; then
            continue
        fi
        folder=$(mktemp -d "$parent/asa-$1.XXXXXX") || continue
        chmod 755 "$folder"
        if work_reachable "$folder"; then
            echo "$folder"
            return 0
        fi
        rmdir "$folder"
    done
    die "no folder is open to user $WORK_USER; set ASA_WORK to one"
}

# work_give FOLDER: makes the unprivileged user the owner of everything in it.
work_give() {
    if [ "$(id -u)" = 0 ]; then
        chown -R "$WORK_USER:$(id -g "$WORK_USER")" "$1"
    fi
}

# work_tar ARGUMENT…: writes an archive whose files all users may read, as suites do that drop their rights, whatever the
# modes of this folder are.
work_tar() { tar --mode='u+rwX,go+rX,go-w' "$@"; }

# work_copy_source FROM TO: the sources without what builds and labs left behind.
work_copy_source() {
    mkdir -p "$2"
    work_tar -C "$1" --exclude=./.git --exclude=./.lab --exclude=./.cache --exclude=./autom4te.cache -cf - . |
        tar -C "$2" -xf -
}
