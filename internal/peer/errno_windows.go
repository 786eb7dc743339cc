package peer

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// What the system says when a dial fails: Winsock has numbers of its own; package syscall's names are for what Go makes up. A LAN in memory uses
// the latter.
func refused() []syscall.Errno { return []syscall.Errno{windows.WSAECONNREFUSED, syscall.ECONNREFUSED} }
func unreachable() []syscall.Errno {
	return []syscall.Errno{windows.WSAEHOSTUNREACH, windows.WSAENETUNREACH, windows.WSAEHOSTDOWN, windows.WSAENETDOWN, syscall.EHOSTUNREACH, syscall.ENETUNREACH}
}
func reset() []syscall.Errno { return []syscall.Errno{windows.WSAECONNRESET, syscall.ECONNRESET} }
