//go:build !linux && !darwin

package agent

import "net"

// checkCaller trusts the permissions of the socket's folder: this system does not tell who calls.
func checkCaller(net.Conn) error { return nil }
