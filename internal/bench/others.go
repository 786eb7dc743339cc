package main

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// errNotInstalled leaves a column empty.
var errNotInstalled = errors.New("not installed")

func (f *field) twoFolders() (from, to string, err error) {
	from, to = f.path("from"), f.path("to")
	return from, to, errors.Join(os.MkdirAll(from, 0o700), os.MkdirAll(to, 0o700))
}

func floorFolders(ctx context.Context, f *field) (string, string, error) {
	from, to, err := f.twoFolders()
	if err != nil {
		return "", "", err
	}
	address := f.net.Address(2).String() + ":7002"
	if _, err := f.begin(ctx, 2, f.self, "floor", "files-out", address, to); err != nil {
		return "", "", err
	}
	if _, err := f.begin(ctx, 1, f.self, "floor", "files-in", address, from); err != nil {
		return "", "", err
	}
	return from, to, f.trial(ctx, from, to)
}

// trial returns once a first file has come through. A carrier that starts may miss the first; it is written again until one arrives.
func (f *field) trial(ctx context.Context, from, to string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for i := 0; ctx.Err() == nil; i++ {
		name := fmt.Sprintf("trial%d", i)
		if err := os.WriteFile(filepath.Join(from, name), []byte("trial"), 0o600); err != nil {
			return err
		}
		once, done := context.WithTimeout(ctx, time.Second)
		err := awaitFile(once, filepath.Join(to, name))
		done()
		if err == nil {
			return nil
		}
	}
	return fmt.Errorf("nothing comes through: %w", ctx.Err())
}

// rsyncFolders runs rsync, unencrypted to a daemon, each time something changes: the usual loop.
func rsyncFolders(ctx context.Context, f *field) (string, string, error) {
	if _, err := exec.LookPath("rsync"); err != nil {
		return "", "", errNotInstalled
	}
	from, to, err := f.twoFolders()
	if err != nil {
		return "", "", err
	}
	config := f.path("rsyncd.conf")
	text := fmt.Sprintf("use chroot = no\n[to]\npath = %s\nread only = no\nuid = %d\ngid = %d\n", to, os.Getuid(), os.Getgid())
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return "", "", err
	}
	if _, err := f.begin(ctx, 2, "rsync", "--daemon", "--no-detach", "--config="+config, "--port=7003"); err != nil {
		return "", "", err
	}
	looping, stop := context.WithCancel(ctx)
	f.stop = append(f.stop, stop)
	f.loops.Go(func() {
		f.rsyncLoop(looping, from, "rsync://"+net.JoinHostPort(f.net.Address(2).String(), "7003")+"/to/")
	})
	return from, to, f.trial(ctx, from, to)
}

func (f *field) rsyncLoop(ctx context.Context, from, target string) {
	w, err := fsnotify.NewBufferedWatcher(1 << 16)
	if err != nil {
		return
	}
	defer w.Close()
	if w.Add(from) != nil {
		return
	}
	for {
		select {
		case _, ok := <-w.Events:
			if !ok {
				return
			}
		case <-ctx.Done():
			return
		}
		for len(w.Events) > 0 {
			<-w.Events
		}
		// A run that fails is followed by the next change's, as in everybody's loop; what never arrives fails the row.
		_ = f.net.Command(ctx, 1, "rsync", "-a", "--delete", "--exclude=~$*", from+"/", target).Run()
	}
}

// syncthingFolders sets two Syncthings up with each other's IDs and addresses, its watcher's delay at the least it allows.
func syncthingFolders(ctx context.Context, f *field) (string, string, error) {
	if _, err := exec.LookPath("syncthing"); err != nil {
		return "", "", errNotInstalled
	}
	from, to, err := f.twoFolders()
	if err != nil {
		return "", "", err
	}
	folders := map[int]string{1: from, 2: to}
	ids := map[int]string{}
	for host := 1; host <= 2; host++ {
		home := f.path(fmt.Sprint("syncthing", host))
		out, err := exec.CommandContext(ctx, "syncthing", "generate", "--home", home, "--no-default-folder").CombinedOutput()
		id := regexp.MustCompile(`[A-Z0-9]{7}(-[A-Z0-9]{7}){7}`).FindString(string(out))
		if err != nil || id == "" {
			return "", "", fmt.Errorf("set Syncthing up: %w %s", err, out)
		}
		ids[host] = id
	}
	for host := 1; host <= 2; host++ {
		home := f.path(fmt.Sprint("syncthing", host))
		if err := os.WriteFile(filepath.Join(home, "config.xml"), f.syncthingConfig(host, folders[host], ids), 0o600); err != nil {
			return "", "", err
		}
		if _, err := f.begin(ctx, host, "syncthing", "serve", "--home", home, "--no-browser", "--no-restart", "--no-upgrade"); err != nil {
			return "", "", err
		}
	}
	return from, to, f.trial(ctx, from, to)
}

func (f *field) syncthingConfig(host int, folder string, ids map[int]string) []byte {
	var devices, members strings.Builder
	for h := 1; h <= 2; h++ {
		fmt.Fprintf(&members, `<device id="%s"></device>`, ids[h])
		fmt.Fprintf(&devices, `<device id="%s" name="h%d" compression="never"><address>tcp://%s:22000</address></device>`, ids[h], h, f.net.Address(h))
	}
	var path strings.Builder
	_ = xml.EscapeText(&path, []byte(folder)) // into memory
	return fmt.Appendf(nil, `<configuration version="35">
<folder id="bench" path="%s" type="sendreceive" rescanIntervalS="3600" fsWatcherEnabled="true" fsWatcherDelayS="1">%s</folder>%s
<gui enabled="false"></gui>
<options><listenAddress>tcp://%s:22000</listenAddress><globalAnnounceEnabled>false</globalAnnounceEnabled><localAnnounceEnabled>false</localAnnounceEnabled>
<relaysEnabled>false</relaysEnabled><natEnabled>false</natEnabled><urAccepted>-1</urAccepted><crashReportingEnabled>false</crashReportingEnabled><startBrowser>false</startBrowser></options>
</configuration>`, path.String(), members.String(), devices.String(), f.net.Address(host))
}
