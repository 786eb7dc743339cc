//go:build !unix

package hook

import "os/exec"

// apart does nothing where there are no groups of processes: the command is ended, what it started is not.
func apart(*exec.Cmd) {}
