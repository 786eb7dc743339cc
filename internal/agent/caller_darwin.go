package agent

import (
	"errors"
	"fmt"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// checkCaller refuses programs of other users; those of root are let through, as root may do anything anyway.
func checkCaller(c net.Conn) error {
	raw, err := c.(*net.UnixConn).SyscallConn()
	if err != nil {
		return fmt.Errorf("find who is calling: %w", err)
	}
	var caller *unix.Xucred
	var asked error
	if err := errors.Join(raw.Control(func(fd uintptr) {
		caller, asked = unix.GetsockoptXucred(int(fd), unix.SOL_LOCAL, unix.LOCAL_PEERCRED)
	}), asked); err != nil {
		return fmt.Errorf("find who is calling: %w", err)
	}
	if caller.Uid != uint32(os.Getuid()) && caller.Uid != 0 {
		return fmt.Errorf("user %d is not us", caller.Uid)
	}
	return nil
}
