package office

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// enclosedVariable tells the test program that it has begun anew inside.
const enclosedVariable = "LANYARD_OFFICE_ENCLOSED"

// enclose begins the test program anew with a mount table of its own, so that the small disks of the tests need no cleaning up and nobody else
// sees them. Without root that takes a user namespace, in which we are root. Where neither is permitted the tests run as they are, and those that
// need more leave themselves out.
func enclose() error {
	if os.Getenv(enclosedVariable) != "" {
		return nil
	}
	unshare, err := exec.LookPath("unshare")
	if err != nil {
		return nil // lantest tells what is missing
	}
	args := []string{"unshare", "--mount"}
	if os.Geteuid() != 0 {
		args = append(args, "--user", "--map-root-user")
	}
	if exec.Command(unshare, append(args[1:], "true")...).Run() != nil {
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the test program: %w", err)
	}
	args = append(append(args, "--", self), os.Args[1:]...)
	return fmt.Errorf("begin anew: %w", syscall.Exec(unshare, args, append(os.Environ(), enclosedVariable+"=yes")))
}

// enclosed tells whether disks can be mounted without anybody seeing them.
func enclosed() bool { return os.Getenv(enclosedVariable) != "" }
