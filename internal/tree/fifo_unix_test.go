//go:build unix

package tree

import "syscall"

func makeFIFO(at string) error { return syscall.Mkfifo(at, 0o644) }
