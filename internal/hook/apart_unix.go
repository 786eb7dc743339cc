//go:build unix

package hook

import (
	"os/exec"
	"syscall"
)

// apart puts a command and all that it starts into a group of their own, so that what takes too long ends as a whole.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
