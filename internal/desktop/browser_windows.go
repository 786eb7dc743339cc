package desktop

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

func candidates() []browser {
	var list []browser
	for _, b := range []browser{{"Edge", `Microsoft\Edge\Application\msedge.exe`}, {"Chrome", `Google\Chrome\Application\chrome.exe`},
		{"Chromium", `Chromium\Application\chrome.exe`}, {"Brave", `BraveSoftware\Brave-Browser\Application\brave.exe`}, {"Vivaldi", `Vivaldi\Application\vivaldi.exe`}} {
		for _, base := range []string{"ProgramFiles(x86)", "ProgramFiles", "LocalAppData"} {
			if dir := os.Getenv(base); dir != "" {
				list = append(list, browser{b.name, filepath.Join(dir, b.path)})
			}
		}
	}
	return list
}

// ownGroup keeps Ctrl+C in the agent's console from closing the window.
func ownGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}
