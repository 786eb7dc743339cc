//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package watch

import "syscall"

// fewFiles is taken where the system does not say how many files this program may have open: what it grants at least.
const fewFiles = 256

// systemBudget is half of the files that this program may have open.
func systemBudget() *budget {
	most := uint64(fewFiles)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err == nil {
		most = uint64(limit.Cur)
	}
	return newBudget(int(min(most/2, 1<<20)))
}
