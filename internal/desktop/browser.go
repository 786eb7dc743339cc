package desktop

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// ErrNoBrowser means that nothing here can show Lanyard's window; the caller prints the address instead.
var ErrNoBrowser = errors.New("no browser can be started here")

// settled is how long a browser is watched after its start: one that cannot run ends sooner, and one that hands over to its running process too.
const settled = 1500 * time.Millisecond

// browser is one installed browser of the Chromium family, which can show a page as a window of its own.
type browser struct {
	name string
	path string
}

// OpenWindow shows the page at address as an app window: the first of Edge, Chrome, Chromium, Brave and Vivaldi that starts, with a browser profile of its own in
// profileDir (made 0700: no extensions, no sync, nothing of the person's own browsing). Without one of them the page opens as a tab of the default browser.
// ErrNoSession and ErrNoBrowser: nothing was shown, print the address.
//
// As root a Chromium refuses to run but without its sandbox; we do not switch that off for anybody, so root gets ErrNoBrowser.
func OpenWindow(ctx context.Context, address, profileDir string) error {
	if !FindSession(ctx).Display {
		return ErrNoSession
	}
	if os.Geteuid() == 0 {
		return fmt.Errorf("%w as root: start Lanyard as an ordinary user, or open the address yourself", ErrNoBrowser)
	}
	if err := os.MkdirAll(profileDir, 0o700); err != nil {
		return fmt.Errorf("make the window's browser profile: %w", err)
	}
	var failures error
	for _, b := range installed() {
		err := startBrowser(ctx, b, address, profileDir)
		if err == nil {
			return nil
		}
		failures = errors.Join(failures, err)
	}
	if err := OpenURL(ctx, address); err != nil {
		return errors.Join(ErrNoBrowser, failures, err)
	}
	return nil
}

func startBrowser(ctx context.Context, b browser, address, profileDir string) error {
	// Not bound to ctx: the window outlives the request that opened it.
	command := exec.Command(b.path, windowArguments(address, profileDir)...)
	ownGroup(command)
	if err := command.Start(); err != nil {
		return fmt.Errorf("start %s: %w", b.name, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	watch := time.NewTimer(settled)
	defer watch.Stop()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("start %s: it ended at once: %w", b.name, err)
		}
	case <-watch.C:
	case <-ctx.Done():
	}
	return nil
}

func windowArguments(address, profileDir string) []string {
	return []string{"--app=" + address, "--user-data-dir=" + profileDir, "--no-first-run", "--no-default-browser-check", "--disable-sync", "--disable-extensions",
		"--disable-background-networking", "--disable-component-update", "--disable-features=Translate", "--window-size=1180,760"}
}

// installed lists the browsers found here, best first.
func installed() []browser {
	var found []browser
	for _, b := range candidates() {
		path, err := exec.LookPath(b.path)
		if err != nil || confined(path) {
			continue
		}
		found = append(found, browser{b.name, path})
	}
	return found
}

// confined: a browser packaged as a snap may write below its own folder only and fails with a profile of ours.
func confined(path string) bool {
	real, err := filepath.EvalSymlinks(path)
	return err == nil && (strings.HasPrefix(real, "/snap/") || filepath.Base(real) == "snap")
}
