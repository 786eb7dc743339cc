package desktop

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Autostart says whether Lanyard starts when this person logs in, for the program at Executable (an absolute path). It holds no state of its own: the desktop's
// own place is read and written (XDG autostart entry, the registry's Run key, a LaunchAgent).
type Autostart struct {
	Executable string
}

// Enabled reports whether an entry for Lanyard is there.
func (a Autostart) Enabled() (bool, error) { return a.enabled() }

// Set makes or removes the entry. Both may be repeated.
func (a Autostart) Set(on bool) error {
	if on && !filepath.IsAbs(a.Executable) {
		return fmt.Errorf("start at login: %q is no whole path", a.Executable)
	}
	if on {
		return a.enable()
	}
	return a.disable()
}

func fileThere(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func writeEntry(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("start at login: %w", err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return fmt.Errorf("start at login: %w", err)
	}
	return nil
}

func removeEntry(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no longer start at login: %w", err)
	}
	return nil
}

// quoteExec quotes one argument as the Desktop Entry Specification 1.5 asks for in Exec, where % starts a field code.
func quoteExec(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\\\`, `"`, `\\"`, "`", "\\\\`", `$`, `\\$`, `%`, `%%`).Replace(s) + `"`
}
