package desktop

import (
	"bytes"
	"encoding/xml"
	"os"
	"path/filepath"
)

func (a Autostart) path() string {
	return filepath.Join(os.Getenv("HOME"), "Library", "LaunchAgents", "lanyard.plist")
}

func (a Autostart) enabled() (bool, error) { return fileThere(a.path()) }

func (a Autostart) enable() error {
	var executable bytes.Buffer
	if err := xml.EscapeText(&executable, []byte(a.Executable)); err != nil {
		return err
	}
	return writeEntry(a.path(), `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict><key>Label</key><string>lanyard</string><key>RunAtLoad</key><true/>
<key>ProgramArguments</key><array><string>`+executable.String()+`</string><string>--no-open</string></array></dict></plist>
`)
}

func (a Autostart) disable() error { return removeEntry(a.path()) }
