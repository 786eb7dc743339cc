package desktop

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
)

func opener(target string) []string { return []string{"xdg-open", target} }

// reveal asks the file manager by org.freedesktop.FileManager1; without one it opens the folder.
func reveal(ctx context.Context, path string) error {
	bus, err := sessionBus(ctx)
	if err == nil {
		defer bus.Close()
		file := (&url.URL{Scheme: "file", Path: path}).String()
		manager := bus.Object("org.freedesktop.FileManager1", "/org/freedesktop/FileManager1")
		if manager.CallWithContext(ctx, "org.freedesktop.FileManager1.ShowItems", 0, []string{file}, "").Err == nil {
			return nil
		}
	}
	if err := start(ctx, "show "+path, opener(filepath.Dir(path))); err != nil {
		return fmt.Errorf("%w; the file lies at %s", err, path)
	}
	return nil
}
