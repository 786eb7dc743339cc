#!/bin/sh
# setup.sh GROUP...  makes sure that what a make target needs is there, and says what is not. Groups: go tray test bench lint.
# Debian packages are named here and nowhere else. As root, or where sudo asks no password, missing ones are installed; otherwise one line says
# what stays out and which command supplies it. The second time it does nothing.
set -u

go_needed=1.26.6
packages() {
	case $1 in
	tray) echo gcc libc6-dev pkg-config libayatana-appindicator3-dev ;;
	test) echo gcc libc6-dev pkg-config libayatana-appindicator3-dev chromium xvfb xauth dbus xfce4-panel imagemagick iproute2 nftables util-linux procps e2fsprogs strace ;;
	bench) echo iproute2 rsync syncthing ;;
	lint) echo nodejs npm ;;
	esac
}

check_go() {
	have=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null | sed 's/^go//')
	if [ -z "$have" ]; then
		echo "Lanyard is built with Go $go_needed or later, and there is no go command here. Get it from https://go.dev/dl/ and try again." >&2
		exit 1
	fi
	oldest=$(printf '%s\n%s\n' "$go_needed" "$have" | sort -V | head -n 1)
	if [ "$oldest" != "$go_needed" ]; then
		echo "Lanyard is built with Go $go_needed or later; this is Go $have. Get a newer one from https://go.dev/dl/ and try again." >&2
		exit 1
	fi
}

missing() {
	for package in $(packages "$1"); do
		state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)
		[ "$state" = installed ] || provided "$package" || printf '%s ' "$package"
	done
}

# A tool that came by another way than its package counts as well.
provided() {
	case $1 in
	nodejs) command -v node >/dev/null 2>&1 ;;
	npm | gcc | chromium | rsync | syncthing | strace) command -v "$1" >/dev/null 2>&1 ;;
	*) false ;;
	esac
}

install_group() {
	if ! command -v dpkg-query >/dev/null 2>&1; then
		echo "$1: not Debian, so nothing is installed by itself; what is wanted: $(packages "$1")"
		return
	fi
	wanted=$(missing "$1")
	[ -n "$wanted" ] || return
	if [ "$(id -u)" = 0 ]; then
		as_root=
	elif sudo -n true 2>/dev/null; then
		as_root='sudo -n'
	else
		echo "$1: left out for want of: $wanted"
		echo "    to have it: sudo apt-get install --no-install-recommends $wanted"
		return
	fi
	echo "$1: installing $wanted"
	log=$(mktemp)
	if ! { $as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $wanted; } >"$log" 2>&1; then
		tail -n 5 "$log" >&2
		echo "$1: could not install $wanted; going on without." >&2
	fi
	rm -f "$log"
}

for group in "$@"; do
	if [ "$group" = go ]; then check_go; else install_group "$group"; fi
done
