package agent

import "golang.org/x/sys/unix"

// callerOf returns the user at the other end of a Unix socket.
func callerOf(fd int) (user uint32, err error) {
	caller, err := unix.GetsockoptUcred(fd, unix.SOL_SOCKET, unix.SO_PEERCRED)
	if err != nil {
		return 0, err
	}
	return caller.Uid, nil
}
