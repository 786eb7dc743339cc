package desktop

import (
	"path/filepath"

	"github.com/adrg/xdg"
)

func (a Autostart) path() string {
	return filepath.Join(xdg.ConfigHome, "autostart", "lanyard.desktop")
}

func (a Autostart) enabled() (bool, error) { return fileThere(a.path()) }

func (a Autostart) enable() error {
	return writeEntry(a.path(), "[Desktop Entry]\nType=Application\nName=Lanyard\nComment=Office messenger and shared folders\nExec="+
		quoteExec(a.Executable)+" --no-open\nTerminal=false\nX-GNOME-Autostart-enabled=true\n")
}

func (a Autostart) disable() error { return removeEntry(a.path()) }
