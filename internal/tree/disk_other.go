//go:build !linux

package tree

func openSystem(dir string) (FS, error) { return openRoot(dir) }
