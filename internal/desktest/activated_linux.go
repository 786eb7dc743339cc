package desktest

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// endActivated ends what the bus, or a program of the desktop, started and nobody waits for: it would go on writing into the test's folder while that is removed. Such a process is known by
// the folder in its environment.
func endActivated(t testing.TB, runtime string) {
	mark := []byte("XDG_RUNTIME_DIR=" + runtime)
	for found := true; found; {
		found = false
		all, err := filepath.Glob("/proc/[0-9]*")
		if err != nil {
			t.Errorf("look for what the session bus started: %v", err)
		}
		for _, process := range all {
			if pid, err := strconv.Atoi(filepath.Base(process)); err == nil && pid != os.Getpid() {
				found = endMarked(t, pid, mark) || found
			}
		}
	}
}

// endMarked ends a process if its environment has that line, and waits for its end.
func endMarked(t testing.TB, pid int, mark []byte) bool {
	handle, err := unix.PidfdOpen(pid, 0) // before its environment is read: later the number may be another's
	if err != nil {
		return false
	}
	defer func() { _ = unix.Close(handle) }()
	environ, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "environ"))
	if err != nil || !bytes.Contains(append(environ, 0), append(mark, 0)) {
		return false
	}
	if err := unix.PidfdSendSignal(handle, unix.SIGKILL, nil, 0); err != nil {
		return false // it has ended
	}
	if err := ended(handle); err != nil {
		t.Errorf("wait for the end of process %d, which the session bus started: %v", pid, err)
		return false
	}
	return true
}

// ended waits until a process has ended.
func ended(handle int) error {
	for {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(handle), Events: unix.POLLIN}}, int(Patience.Milliseconds()))
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return err
		case n == 0:
			return errors.New("it goes on")
		default:
			return nil
		}
	}
}
