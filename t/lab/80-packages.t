#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installing packages starts and enables nothing; what the machine had enabled stays. In a throw-away layer over /.
# shellcheck source=/dev/null disable=SC2016  # scripts for inner shells are quoted as they are
. "$(dirname "$0")/lib.sh"
trap suite_clean EXIT
if [ "$(id -u)" != 0 ]; then
    echo "1..0 # skip installing packages needs root"
    exit 0
fi
LAYER=$SUITE_WORK/layer
SERVICE=asa-test-service

# A package that does what Debian's packages with services do: it enables and starts itself.
make_package() {
    local tree=$SUITE_WORK/package
    mkdir -p "$tree"/{DEBIAN,lib/systemd/system,etc/init.d}
    printf 'Package: %s\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: test\n' \
        $SERVICE >"$tree/DEBIAN/control"
    printf '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n' \
        >"$tree/lib/systemd/system/$SERVICE.service"
    cat >"$tree/etc/init.d/$SERVICE" <<'INIT'
#!/bin/sh
### BEGIN INIT INFO
# Provides:          asa-test-service
# Required-Start:    $remote_fs
# Required-Stop:     $remote_fs
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: test
### END INIT INFO
[ "$1" != start ] || touch /started
INIT
    cat >"$tree/DEBIAN/postinst" <<'POSTINST'
#!/bin/sh
set -e
if deb-systemd-helper --quiet was-enabled asa-test-service.service; then
    deb-systemd-helper enable asa-test-service.service >/dev/null
else
    deb-systemd-helper update-state asa-test-service.service >/dev/null
fi
update-rc.d asa-test-service defaults >/dev/null
invoke-rc.d asa-test-service start
POSTINST
    chmod 755 "$tree/DEBIAN/postinst" "$tree/etc/init.d/$SERVICE"
    dpkg-deb --build --root-owner-group "$tree" "$SUITE_WORK/service.deb" >/dev/null
}

# in_layer SCRIPT: runs a shell script on a copy of this machine that is thrown away afterwards.
in_layer() {
    # shellcheck disable=SC2016  # expanded by the inner shells
    unshare --mount --pid --fork --kill-child bash -c 'set -e
        mkdir -p "$1"
        mount -t tmpfs layer "$1"
        mkdir "$1"/upper "$1"/work "$1"/root
        mount -t overlay overlay -o lowerdir=/,upperdir="$1/upper",workdir="$1/work" "$1/root"
        mount -t proc proc "$1/root/proc"
        mount --rbind /dev "$1/root/dev"
        mount -t tmpfs run "$1/root/run"
        mkdir -p "$1/root$3"
        mount --bind "$3" "$1/root$3"
        mkdir -p "$1/root/asa"
        mount --bind "$4" "$1/root/asa"
        rm -f "$1/root/usr/sbin/policy-rc.d" "$1/root/sbin/runlevel"
        # To the scripts of a package this is a machine that has booted.
        printf "#!/bin/sh\necho N 2\n" >"$1/root/sbin/runlevel"
        chmod 755 "$1/root/sbin/runlevel"
        exec chroot "$1/root" bash -c "$2"' layer "$LAYER" "set -u; $PRELUDE; $1" "$SUITE_WORK" "$SUITE_ROOT"
}

PRELUDE="SERVICE=$SERVICE DEB=$SUITE_WORK/service.deb"'
. /asa/scripts/lib/say.sh; . /asa/scripts/lib/packages.sh
links() { ls /etc/systemd/system/*.wants/"$1" /etc/rc[2-5].d/S??"${1%.service}" 2>/dev/null | wc -l; }
report() { echo "started=$(ls /started 2>/dev/null | wc -l) links=$(links $SERVICE.service)"; }'

make_package
# A minimal machine starts nothing that a package asks for; then the points below prove the enabling alone.
plainly=$(in_layer 'apt-get -y install $DEB >/dev/null 2>&1; report')
like "$plainly" '^started=[01] links=5$' "installed plainly, the package enables its service ($plainly)"
is "$(in_layer '(packages_install $DEB); report')" "started=0 links=0" "installed by us, it does neither"
is "$(in_layer '(packages_install $DEB); dpkg-query -W -f "\${db:Status-Status}" $SERVICE; ls /usr/sbin/policy-rc.d 2>&1 | grep -c "No such"')" \
    "installed1" "it is installed, and our policy-rc.d is gone"
is "$(in_layer '(packages_install $DEB); dpkg -i $DEB >/dev/null 2>&1; report | cut -d" " -f2')" "links=0" \
    "an upgrade does not enable it either"
is "$(in_layer 'before=$(packages_links); (packages_install $DEB); [ "$before" = "$(packages_links)" ] && echo same')" same \
    "what the machine had enabled stays enabled, and nothing else is"
is "$(in_layer 'mkdir -p /etc/systemd/system/multi-user.target.wants
    ln -s /lib/systemd/system/$SERVICE.service /etc/systemd/system/multi-user.target.wants/
    (packages_install $DEB); ls /etc/systemd/system/multi-user.target.wants/$SERVICE.service')" \
    "/etc/systemd/system/multi-user.target.wants/$SERVICE.service" \
    "a service that the administrator had enabled beforehand stays so"
is "$(in_layer 'printf "#!/bin/sh\n# $PACKAGES_MARK\nexit 101\n" >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d
    (packages_install $DEB); report; ls /usr/sbin/policy-rc.d 2>&1 | grep -c "No such"')" $'started=0 links=0\n1' \
    "a policy-rc.d that a killed run of ours left is replaced and removed"
is "$(in_layer 'printf "#!/bin/sh\n# the administrator\047s own\nexit 0\n" >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d
    (packages_install $DEB); report; grep -c own /usr/sbin/policy-rc.d')" $'started=0 links=0\n1' \
    "an administrator's own policy-rc.d stays, and nothing starts although it would allow that"
like "$(in_layer '(packages_install no-such-package-anywhere) 2>&1; echo "rc $?"; ls /usr/sbin/policy-rc.d 2>&1')" \
    'no-such-package-anywhere.*No such file' "a package that cannot be had: apt's words are shown, our policy-rc.d is gone"
like "$(work_as_user bash -c '. "$1/scripts/lib/say.sh"; . "$1/scripts/lib/packages.sh"
    packages_of() { echo no-such-package; }; packages_need lab' sh "$SUITE_ROOT" 2>&1; echo "rc $?")" \
    'As root: apt-get install --no-install-recommends no-such-package.*rc 1' "without root: the command to run, and failure"
echo "1..$POINTS"
[ "$FAILURES" = 0 ]
