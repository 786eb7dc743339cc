package desktop

import (
	"errors"
	"fmt"

	"golang.org/x/sys/windows/registry"
)

const runKey = `Software\Microsoft\Windows\CurrentVersion\Run`

func (a Autostart) enabled() (bool, error) {
	key, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read what starts at login: %w", err)
	}
	defer key.Close()
	_, _, err = key.GetStringValue("Lanyard")
	if errors.Is(err, registry.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (a Autostart) enable() error {
	key, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return fmt.Errorf("start at login: %w", err)
	}
	defer key.Close()
	return key.SetStringValue("Lanyard", `"`+a.Executable+`" --no-open`)
}

func (a Autostart) disable() error {
	key, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("no longer start at login: %w", err)
	}
	defer key.Close()
	if err := key.DeleteValue("Lanyard"); err != nil && !errors.Is(err, registry.ErrNotExist) {
		return fmt.Errorf("no longer start at login: %w", err)
	}
	return nil
}
