package desktop

import (
	"context"
	"fmt"
	"os/exec"
	"syscall"
)

func opener(target string) []string {
	return []string{"rundll32.exe", "url.dll,FileProtocolHandler", target}
}

// reveal: Explorer exits with 1 although it showed the file, so only a failed start is an error. It wants its argument quoted its own way.
func reveal(_ context.Context, path string) error {
	command := exec.Command("explorer.exe")
	command.SysProcAttr = &syscall.SysProcAttr{CmdLine: `explorer.exe /select,"` + path + `"`}
	if err := command.Start(); err != nil {
		return fmt.Errorf("show %s: %w", path, err)
	}
	return command.Process.Release()
}
