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
	blank=
	for package in $(packages "$1"); do
		state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)
		[ "$state" = installed ] || provided "$package" || { printf '%s%s' "$blank" "$package" && blank=' '; }
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

# What goes without: make goes on, so it says what will be left out.
left_out() {
	case $1 in
	tray) echo "the tray icon" ;;
	test) echo "some tests" ;;
	bench) echo "some comparisons" ;;
	lint) echo "some checks" ;;
	esac
}

install_group() {
	if ! command -v dpkg-query >/dev/null 2>&1; then
		printf 'This is not Debian, so nothing is installed by itself. Without these, or what they are called here, %s will be left out:\n    %s\n' \
			"$(left_out "$1")" "$(packages "$1")"
		return
	fi
	wanted=$(missing "$1")
	if [ -z "$wanted" ]; then return 0; fi
	if [ "$(id -u)" = 0 ]; then
		as_root=
	elif sudo -n true 2>/dev/null; then
		as_root='sudo -n'
	else
		printf 'Not everything is here, so %s will be left out. To have all:\n    sudo apt-get install --no-install-recommends %s\n' "$(left_out "$1")" "$wanted"
		return
	fi
	echo "Installing $wanted"
	log=$(mktemp)
	if ! { $as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $wanted; } </dev/null >"$log" 2>&1; then
		tail -n 5 "$log" >&2
		echo "That did not work (see above), so $(left_out "$1") will be left out." >&2
	fi
	rm -f "$log"
}

for group in "$@"; do
	if [ "$group" = go ]; then check_go; else install_group "$group"; fi
done
