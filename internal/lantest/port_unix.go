//go:build linux || darwin

package lantest

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// Reserve returns a TCP port on which nobody listens, and which the system gives to nobody else before free: whoever is told the number may listen on it, end, and listen
// again. A port that was only found free is given to the next who asks for any: about one time in ten thousand, for each that asks before its owner listens.
//
// It is bound and not listened on. With SO_REUSEADDR on both sides, which Go sets on every listener, that keeps nobody from listening who names the number.
func Reserve() (port int, free func() error, err error) {
	syscall.ForkLock.RLock()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return 0, nil, fmt.Errorf("reserve a port: %w", os.NewSyscallError("socket", err))
	}
	if port, err = bindAny(fd); err != nil {
		return 0, nil, fmt.Errorf("reserve a port: %w", errors.Join(err, syscall.Close(fd)))
	}
	return port, func() error { return os.NewSyscallError("close", syscall.Close(fd)) }, nil
}

func bindAny(fd int) (port int, err error) {
	if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		return 0, os.NewSyscallError("setsockopt", err)
	}
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return 0, os.NewSyscallError("bind", err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		return 0, os.NewSyscallError("getsockname", err)
	}
	inet, ok := name.(*syscall.SockaddrInet4)
	if !ok {
		return 0, fmt.Errorf("a socket with the name %v", name)
	}
	return inet.Port, nil
}
