# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages that a task needs, in such a way that no service starts or becomes enabled.
# shellcheck shell=bash
#
# Use:  . scripts/lib/say.sh; . scripts/lib/packages.sh; packages_need build lab
#
# A package brings services along (samba, haproxy, krb5-kdc). While apt runs, a policy-rc.d says "start nothing";
# after it, the enablement that the new packages made for themselves is taken back. What was on the machine
# before (services, their enablement, a policy-rc.d of somebody else) stays as it was.

PACKAGES_POLICY=/usr/sbin/policy-rc.d
PACKAGES_MARK='written by mod_asa_auth while it installs packages'

# The one table of packages: list, package, reason.
packages_table() {
    cat <<'TABLE'
build autoconf                    makes configure
build automake                    makes Makefile.in
build libtool                     builds the module
build make                        runs the build
build gcc                         compiles
build pkg-config                  finds libraries
build apache2-dev                 httpd's headers and apxs
build libkrb5-dev                 MIT Kerberos and GSSAPI
build libssl-dev                  certificates, hashes
build libjansson-dev              JSON of asa-status and asactl
build libldap2-dev                asactl reads and writes the directory
build libsasl2-dev                asactl signs in to the directory with Kerberos
build libcurl4-openssl-dev        a node of asactl asks its httpd for asa-status
build zlib1g-dev                  asactl log reads logs that gzip packed
build liblzma-dev                 and those that xz packed

test  apache2-bin                 httpd itself, without the service of package apache2
test  apache2-utils               ab, for load
test  libapache2-mod-perl2-dev    Apache::Test
test  libwww-perl                 the client that Apache::Test uses
test  libio-socket-ssl-perl       TLS of the suites' own client
test  libcmocka-dev               unit tests
test  clang                       second compiler, sanitizers, fuzzing
test  libclang-rt-14-dev          run time of the sanitizers and of libFuzzer
test  clang-format                the style check
test  llvm                        readable stacks in sanitizer reports
test  krb5-kdc                    a KDC for module suites that need no domain
test  krb5-admin-server           kadmin.local, makes that KDC's principals
test  krb5-user                   kinit, kvno, ktutil
test  curl                        HTTP client that speaks Negotiate
test  openssl                     certificates
test  strace                      counts system calls of a request
test  procps                      ps
test  perl                        test harness
test  shellcheck                  lint of the shell scripts
test  util-linux                  setpriv, unshare, flock
test  jq                          reads JSON of asactl log
test  python3                     counts logs with its csv module
test  xz-utils                    packs logs

lab   samba                       the Active Directory domain controller
lab   samba-ad-provision          templates for a new domain
lab   samba-dsdb-modules          directory modules of the controller
lab   samba-vfs-modules           file system modules, for a trust between forests
lab   winbind                     needed for a trust between forests
lab   ldb-tools                   offline edits of the directory
lab   python3-samba               samba-tool; the back end reads with it what a ticket says of its user
lab   python3-markdown            samba-tool domain provision reads its schema notes with it
lab   krb5-user                   kinit, kvno, ktutil
lab   ldap-utils                  ldapsearch, ldapmodify
lab   libsasl2-modules-gssapi-mit Kerberos for ldapsearch
lab   openssl                     the lab's certificates
lab   iproute2                    addresses inside the lab
lab   util-linux                  unshare, nsenter, setpriv
lab   procps                      ps
lab   apache2-bin                 httpd itself, without the service of package apache2
lab   haproxy                     the balancer in front of the nodes
lab   curl                        the client that signs in
lab   jq                          reads asa-status, as README shows
lab   openssh-client              reaches the nodes, for asactl
lab   openssh-server              sshd of the nodes, without its service
lab   systemd                     systemd-analyze checks the units that asactl writes
lab   python3-minimal             runs samba-tool and the back end
lab   python3-gssapi              Kerberos of the back end, and of a client that speaks RPC over HTTP

clients chromium                    a browser
clients libnss3-tools               tells it of the lab's certificate authority
clients fonts-dejavu-core           letters for its screenshot
clients openjdk-17-jre-headless     Java's HttpURLConnection
clients ecj                         compiles the client in Java; a tenth of a whole JDK
clients python3-requests-kerberos   a client that demands that the server proves itself
clients python3-impacket            another implementation of RPC over HTTP
clients nghttp2-client              a client that shows the frames of HTTP/2
TABLE
}

# packages_of LIST…: names of the packages on these lists, each once.
packages_of() {
    local list
    for list in "$@"; do
        packages_table | grep -q "^$list " || die "no package list is called '$list'"
        packages_table | awk -v list="$list" '$1 == list { print $2 }'
    done | sort -u
}

# packages_missing LIST…: those that are not installed.
packages_missing() {
    local wanted
    wanted=$(packages_of "$@") || return 1
    comm -23 <(echo "$wanted") <(packages_installed)
}

packages_installed() {
    dpkg-query -W -f '${db:Status-Status} ${Package}\n' | awk '$1 == "installed" { print $2 }' | sort -u
}

# packages_need LIST…: installs what is missing. Ends the script with a remedy where it cannot.
packages_need() {
    local missing
    command -v dpkg-query >/dev/null || die "this is not Debian: install by hand what 'scripts/lib/packages.sh' lists"
    missing=$(packages_missing "$@") || exit 1
    [ -n "$missing" ] || return 0
    missing=$(echo "$missing" | tr '\n' ' ')
    if [ "$(id -u)" != 0 ]; then
        die "packages are missing. As root: apt-get install --no-install-recommends $missing"
    fi
    say "installing: $missing"
    # A subshell, so that its traps and its lock end with it.
    # shellcheck disable=SC2086  # one word a package
    ( packages_install $missing ) || die "apt-get could not install: $missing"
    say "installed"
}

# Runs in a subshell of its own: takes the lock, forbids starts, installs, takes enablement back.
packages_install() {
    local before links
    PACKAGES_LOG=$(mktemp)
    # One installer at a time; the folder serves as the lock, so no lock file is left behind.
    exec 9</usr/sbin
    flock 9
    trap 'packages_allow_starts; rm -f "$PACKAGES_LOG"' EXIT
    trap 'exit 130' INT TERM HUP
    packages_forbid_starts
    before=$(packages_installed)
    links=$(packages_links)
    if ! packages_apt "$@" >"$PACKAGES_LOG" 2>&1; then
        say_log "$PACKAGES_LOG"
        exit 1
    fi
    packages_disable_new "$before" "$links"
}

# apt-get install; the package lists are fetched only if apt does not know a package or a version is gone.
packages_apt() {
    local run=(env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=600)
    local install=("${run[@]}" install --no-install-recommends "$@")
    if packages_policy_forbids; then
        "${install[@]}" || { "${run[@]}" update && "${install[@]}"; }
    else
        "${run[@]}" update || true
        packages_under_own_policy "${install[@]}"
    fi
}

# Puts our policy-rc.d in place where there is none. One with our mark is left over from a run that was killed:
# nobody else holds the lock.
packages_forbid_starts() {
    if [ -e "$PACKAGES_POLICY" ] && grep -qF "$PACKAGES_MARK" "$PACKAGES_POLICY"; then
        rm -f "$PACKAGES_POLICY"
    fi
    [ -e "$PACKAGES_POLICY" ] || packages_write_policy "$PACKAGES_POLICY"
}

packages_write_policy() {
    printf '#!/bin/sh\n# %s\nexit 101\n' "$PACKAGES_MARK" >"$1"
    chmod 755 "$1"
}

packages_allow_starts() {
    if [ -e "$PACKAGES_POLICY" ] && grep -qF "$PACKAGES_MARK" "$PACKAGES_POLICY"; then
        rm -f "$PACKAGES_POLICY"
    fi
}

# True if the policy-rc.d in place says 101, "action forbidden by policy".
packages_policy_forbids() {
    local rc=0
    "$PACKAGES_POLICY" samba-ad-dc start >/dev/null 2>&1 || rc=$?
    [ "$rc" = 101 ]
}

# The administrator's own policy-rc.d allows starts: cover it with ours, visible to this one command only.
packages_under_own_policy() {
    local ours rc=0
    ours=$(mktemp)
    packages_write_policy "$ours"
    # shellcheck disable=SC2016  # expanded by the inner shell
    unshare --mount bash -c 'mount --bind "$1" "$2" && shift 2 && exec "$@"' \
        policy "$ours" "$PACKAGES_POLICY" "$@" || rc=$?
    rm -f "$ours"
    return "$rc"
}

# Every link that enables something: systemd's wants, requires and aliases, and the S links of sysv.
packages_links() {
    { find /etc/systemd/system /etc/systemd/user -type l 2>/dev/null
      find /etc/rc?.d -name 'S*' 2>/dev/null; } | sort
}

# packages_disable_new BEFORE LINKS: takes back the enablement of services that came with packages which were
# not installed BEFORE, unless a link among LINKS shows that the machine had enabled that service already.
packages_disable_new() {
    local before=$1 links=$2 package file name
    for package in $(comm -13 <(echo "$before") <(packages_installed)); do
        while read -r file; do
            name=${file##*/}
            case $file in
            /lib/systemd/system/*.* | /usr/lib/systemd/system/*.*)
                packages_had_link "$links" "$name" || packages_disable_unit "$name" ;;
            /etc/init.d/*)
                packages_had_link "$links" "S[0-9][0-9]$name" || packages_disable_init "$name" ;;
            esac
        done < <(dpkg -L "$package" 2>/dev/null)
    done
}

packages_had_link() {
    grep -qE "/$2$" <<<"$1"
}

# Debian's own tools, so that an upgrade of the package remembers the decision.
packages_disable_unit() {
    local link
    if command -v deb-systemd-helper >/dev/null; then
        deb-systemd-helper disable "$1" >/dev/null 2>&1 || true
    fi
    while read -r link; do
        rm -f "$link"
    done < <(find /etc/systemd/system -type l -path "*.wants/$1" 2>/dev/null)
}

packages_disable_init() {
    find /etc/rc?.d -name "S[0-9][0-9]$1" 2>/dev/null | grep -q . || return 0
    # Not "disable", which would reach for the systemd unit of the same name as well.
    { update-rc.d -f "$1" remove && update-rc.d "$1" defaults-disabled; } >/dev/null 2>&1 ||
        die "update-rc.d cannot disable $1"
}
