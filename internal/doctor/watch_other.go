//go:build !linux

package doctor

// watchLimit: only Linux has such a limit.
func watchLimit(string) WatchLimit { return WatchLimit{} }
