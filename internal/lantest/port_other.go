//go:build !linux && !darwin

package lantest

import (
	"fmt"
	"net"
)

// Reserve returns a TCP port that nobody has at the moment. Here nothing keeps it from being given to somebody else.
func Reserve() (port int, free func() error, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, nil, fmt.Errorf("reserve a port: %w", err)
	}
	if err := l.Close(); err != nil {
		return 0, nil, fmt.Errorf("reserve a port: %w", err)
	}
	return l.Addr().(*net.TCPAddr).Port, func() error { return nil }, nil
}
