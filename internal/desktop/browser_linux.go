package desktop

import (
	"os/exec"
	"syscall"
)

func candidates() []browser {
	return []browser{
		{"Edge", "microsoft-edge"}, {"Chrome", "google-chrome"}, {"Chrome", "google-chrome-stable"}, {"Chromium", "chromium"},
		{"Chromium", "chromium-browser"}, {"Brave", "brave-browser"}, {"Vivaldi", "vivaldi"}, {"Vivaldi", "vivaldi-stable"},
	}
}

// ownGroup keeps Ctrl+C in the agent's terminal from closing the window.
func ownGroup(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
