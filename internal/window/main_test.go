package window_test

import (
	"errors"
	"fmt"
	"os"
	"testing"
)

// TestMain gives all agents of these tests one home folder, which is where they look for a folder that is dropped, and no desktop: nothing opens on the desk of whoever
// runs them. It is done once, because tests that change the environment cannot run beside each other, and those with browsers wait for much.
func TestMain(m *testing.M) { os.Exit(inOwnHome(m)) }

func inOwnHome(m *testing.M) int {
	home, err := os.MkdirTemp("", "lanyard-window")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(home)
	cache, err := os.UserCacheDir() // the browser's fonts are looked for anew without it
	if err == nil {
		err = os.Setenv("XDG_CACHE_HOME", cache)
	}
	err = errors.Join(err, os.Setenv("HOME", home))
	for _, v := range []string{"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"} {
		err = errors.Join(err, os.Unsetenv(v))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer theBrowser.stop()
	return m.Run()
}
