//go:build linux || darwin

package agent

import (
	"errors"
	"fmt"
	"net"
	"os"
)

// checkCaller refuses programs of other users; those of root are let through, as root may do anything anyway.
func checkCaller(c net.Conn) error {
	raw, err := c.(*net.UnixConn).SyscallConn()
	if err != nil {
		return fmt.Errorf("find who is calling: %w", err)
	}
	var caller uint32
	var asked error
	err = raw.Control(func(fd uintptr) { caller, asked = callerOf(int(fd)) })
	if err := errors.Join(err, asked); err != nil {
		return fmt.Errorf("find who is calling: %w", err)
	}
	if caller != uint32(os.Getuid()) && caller != 0 {
		return fmt.Errorf("user %d is not us", caller)
	}
	return nil
}
