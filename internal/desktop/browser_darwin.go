package desktop

import (
	"os/exec"
	"syscall"
)

func candidates() []browser {
	return []browser{
		{"Edge", "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"}, {"Chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"},
		{"Chromium", "/Applications/Chromium.app/Contents/MacOS/Chromium"}, {"Brave", "/Applications/Brave Browser.app/Contents/MacOS/Brave Browser"},
		{"Vivaldi", "/Applications/Vivaldi.app/Contents/MacOS/Vivaldi"},
	}
}

// ownGroup keeps Ctrl+C in the agent's terminal from closing the window.
func ownGroup(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
