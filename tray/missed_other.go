//go:build !notray && (windows || (darwin && cgo))

package tray

// watchMissed has nothing to watch: only the icon's library on Linux can miss the panel.
func watchMissed(func()) (end func(), err error) { return func() {}, nil }
