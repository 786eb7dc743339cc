module lanyard

go 1.26.6

require (
	github.com/PlakarKorp/go-cdc-chunkers v1.1.0 // cuts large files where their bytes say so (FastCDC), so that a change costs what it changed
	github.com/adrg/xdg v0.5.3 // knows where each system keeps profiles, downloads and runtime sockets
	github.com/chromedp/cdproto v0.159.0 // tests only: the browser's own commands, such as a real drop of files
	github.com/chromedp/chromedp v0.22.1 // tests only: drives the window in a real headless Chromium
	github.com/coder/websocket v1.8.15 // the window's live channel, with the Origin check and message limits
	github.com/fsnotify/fsnotify v1.10.1 // tells that something changed below a shared folder
	github.com/fxamacker/cbor/v2 v2.9.6 // strict, deterministic CBOR for every frame and signed record
	github.com/gen2brain/beeep v0.11.3 // desktop notifications on Windows and macOS
	github.com/getlantern/systray v1.2.2 // the tray icon and its menu
	github.com/godbus/dbus/v5 v5.2.4 // notifications with a click action, idle time and the tray host check on Linux desktops
	github.com/gofrs/flock v0.13.1 // one agent per profile: a file lock that works on every system
	github.com/grandcat/zeroconf v1.0.0 // announces and browses _lanyard._tcp by mDNS
	github.com/jezek/xgb v1.1.1 // asks the X server whether it is there and how long nobody typed, without cgo
	github.com/miekg/dns v1.1.73 // raised past zeroconf's 2020 version for its parser fixes
	github.com/ncruces/zenity v0.10.14 // the system's folder dialog on all three systems
	github.com/rogpeppe/go-internal v1.16.0 // tests only: whole-program behaviour told in text scripts
	github.com/zeebo/blake3 v0.2.4 // content hashes, several times quicker than SHA-256 on old office machines
	golang.org/x/image v0.44.0 // scales pictures for the small ones in messages, and decodes WebP
	golang.org/x/net v0.62.0 // raised past zeroconf's 2020 version; multicast control per interface
	golang.org/x/sync v0.24.0 // runs sibling goroutines that end together
	golang.org/x/sys v0.49.0 // exchange-rename, syncfs, leases, Windows handles and the registry
	golang.org/x/text v0.43.0 // Unicode normal forms and case folding for names that must not collide
	modernc.org/sqlite v1.60.1 // SQLite without cgo: every message and index row is in it
	pgregory.net/rapid v1.3.0 // tests only: properties with shrinking
)

require (
	git.sr.ht/~jackmordaunt/go-toast v1.1.2 // indirect
	github.com/akavel/rsrc v0.10.2 // indirect
	github.com/cenkalti/backoff v2.2.1+incompatible // indirect
	github.com/dchest/jsmin v0.0.0-20220218165748-59f39799265f // indirect
	github.com/dustin/go-humanize v1.1.0 // indirect
	github.com/esiqveland/notify v0.13.3 // indirect
	github.com/getlantern/context v0.0.0-20190109183933-c447772a6520 // indirect
	github.com/getlantern/errors v0.0.0-20190325191628-abdb3e3e36f7 // indirect
	github.com/getlantern/golog v0.0.0-20190830074920-4ef2e798c2d7 // indirect
	github.com/getlantern/hex v0.0.0-20190417191902-c6586a6fe0b7 // indirect
	github.com/getlantern/hidden v0.0.0-20190325191715-f02dbb02be55 // indirect
	github.com/getlantern/ops v0.0.0-20190325191751-d70cb0d6f85f // indirect
	github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // indirect
	github.com/go-ole/go-ole v1.3.0 // indirect
	github.com/go-stack/stack v1.8.0 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/jackmordaunt/icns/v3 v3.0.1 // indirect
	github.com/josephspurrier/goversioninfo v1.4.1 // indirect
	github.com/klauspost/cpuid/v2 v2.0.12 // indirect
	github.com/mattn/go-isatty v0.0.24 // indirect
	github.com/ncruces/go-strftime v1.1.0 // indirect
	github.com/nfnt/resize v0.0.0-20180221191011-83c6a9932646 // indirect
	github.com/oxtoacart/bpool v0.0.0-20190530202638-03653db5a59c // indirect
	github.com/randall77/makefat v0.0.0-20210315173500-7ddd0e42c844 // indirect
	github.com/remyoudompheng/bigfft v0.0.0-20230129092748-24d4a6f8daec // indirect
	github.com/sergeymakinen/go-bmp v1.0.0 // indirect
	github.com/sergeymakinen/go-ico v1.0.0-beta.0 // indirect
	github.com/tadvi/systray v0.0.0-20190226123456-11a2b8fa57af // indirect
	github.com/x448/float16 v0.8.4 // indirect
	golang.org/x/tools v0.52.0 // indirect
	modernc.org/libc v1.79.0 // indirect
	modernc.org/mathutil v1.7.1 // indirect
	modernc.org/memory v1.12.1 // indirect
)
