//go:build linux || darwin

package store_test

import (
	"os"
	"os/signal"
	"syscall"
)

const canLimit = true

// limitFiles makes writes beyond 256 KiB of any file fail in this process, as a disk might, if the environment asks for it.
func limitFiles() error {
	if os.Getenv(childEnv+"_LIMIT") == "" {
		return nil
	}
	signal.Ignore(syscall.SIGXFSZ)
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 256 << 10, Max: 256 << 10})
}
