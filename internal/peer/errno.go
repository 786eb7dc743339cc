//go:build !windows

package peer

import "syscall"

// What the system says when a dial fails.
func refused() []syscall.Errno { return []syscall.Errno{syscall.ECONNREFUSED} }
func unreachable() []syscall.Errno {
	return []syscall.Errno{syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.ENETDOWN}
}
func reset() []syscall.Errno { return []syscall.Errno{syscall.ECONNRESET} }
