// Package build holds what `make` runs besides Go itself: setup.sh, and in testrun the program behind `make test`. Here setup.sh is tried on machines
// of every kind: the machine is a folder of small programs, which is all that the script ever asks.
package build

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// machine is what setup.sh sees: program name -> shell lines. What it also uses of the system (sed, sort, ...) is linked in.
type machine map[string]string

const (
	newGo     = `echo go1.26.6`
	installed = `echo installed`
	nothing   = `exit 1`
	root      = `echo 0`
	person    = `echo 1000`
)

func TestSetup(t *testing.T) {
	cases := []struct {
		about   string
		machine machine
		groups  []string
		fails   bool
		says    []string // nothing: it must be silent
		apt     string   // what apt-get was asked for, at last
	}{
		{about: "everything is there: silent, and make goes on",
			machine: machine{"go": newGo, "dpkg-query": installed, "id": person}, groups: []string{"go", "tray", "test", "bench", "lint"}},
		{about: "everything is there, as root: apt-get is not asked",
			machine: machine{"go": newGo, "dpkg-query": installed, "id": root, "apt-get": nothing}, groups: []string{"go", "test"}},
		{about: "a later Go is as good", machine: machine{"go": `echo go1.30`}, groups: []string{"go"}},
		{about: "a Go of two digits is not taken for an old one", machine: machine{"go": `echo go1.26.10`}, groups: []string{"go"}},
		{about: "a Go of a distributor is read too", machine: machine{"go": `echo go1.26.7-X:nodwarf5`}, groups: []string{"go"}},
		{about: "no Go", machine: machine{}, groups: []string{"go"}, fails: true, says: []string{"Go 1.26.6 or later", "there is no go command", "https://go.dev/dl/"}},
		{about: "an older Go", machine: machine{"go": `echo go1.25.1`}, groups: []string{"go"}, fails: true, says: []string{"this is Go 1.25.1", "https://go.dev/dl/"}},
		{about: "a Go that would load a newer one by itself is asked for its own version",
			machine: machine{"go": `[ "$GOTOOLCHAIN" = local ] && echo go1.25.1 || echo go1.26.6`}, groups: []string{"go"}, fails: true, says: []string{"this is Go 1.25.1"}},
		{about: "packages are missing and nobody may install: one remedy, and make goes on",
			machine: machine{"go": newGo, "dpkg-query": nothing, "id": person, "sudo": nothing}, groups: []string{"go", "tray"},
			says: []string{"tray icon", "sudo apt-get install --no-install-recommends gcc", "libayatana-appindicator3-dev"}},
		{about: "no sudo program at all", machine: machine{"dpkg-query": nothing, "id": person}, groups: []string{"lint"}, says: []string{"nodejs npm"}},
		{about: "root installs", machine: machine{"dpkg-query": nothing, "id": root, "apt-get": `echo "$@" >"$ASKED"`}, groups: []string{"lint"},
			says: []string{"nodejs npm"}, apt: "install -y -q --no-install-recommends nodejs npm"},
		{about: "sudo without a password installs",
			machine: machine{"dpkg-query": nothing, "id": person, "sudo": `shift; exec "$@"`, "true": "exit 0", "apt-get": `echo "$@" >"$ASKED"`}, groups: []string{"lint"},
			says: []string{"nodejs npm"}, apt: "install -y -q --no-install-recommends nodejs npm"},
		{about: "no network: the reason is shown and make goes on",
			machine: machine{"dpkg-query": nothing, "id": root, "apt-get": `echo E: no network; exit 100`}, groups: []string{"lint"},
			says: []string{"E: no network", "did not work", "some checks will be left out"}},
		{about: "a tool that came by another way counts", machine: machine{"dpkg-query": nothing, "id": person, "node": nothing, "npm": nothing}, groups: []string{"lint"}},
		{about: "not Debian", machine: machine{"id": person}, groups: []string{"tray"}, says: []string{"not Debian", "pkg-config"}},
	}
	for _, c := range cases {
		t.Run(c.about, func(t *testing.T) {
			said, apt, err := c.machine.setup(t, c.groups)
			if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			if (err != nil) != c.fails {
				t.Errorf("ended with %v and said %q", err, said)
			}
			for _, want := range c.says {
				if !strings.Contains(said, want) {
					t.Errorf("did not say %q: %q", want, said)
				}
			}
			if len(c.says) == 0 && said != "" {
				t.Errorf("should be silent, said %q", said)
			}
			if apt != c.apt {
				t.Errorf("apt-get was asked %q, not %q", apt, c.apt)
			}
		})
	}
}

// setup runs setup.sh on the machine and returns what it said and what apt-get was asked for at last.
func (m machine) setup(t *testing.T, groups []string) (said, apt string, err error) {
	dir := filepath.Join(t.TempDir(), "programs of a machine")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", "", err
	}
	for _, tool := range []string{"sh", "sed", "sort", "head", "tail", "mktemp", "rm", "env"} {
		path, err := exec.LookPath(tool)
		if err != nil {
			return "", "", err
		}
		if err := os.Symlink(path, filepath.Join(dir, tool)); err != nil {
			return "", "", err
		}
	}
	for program, lines := range m {
		if err := os.WriteFile(filepath.Join(dir, program), []byte("#!/bin/sh\n"+lines+"\n"), 0o700); err != nil {
			return "", "", err
		}
	}
	asked := filepath.Join(t.TempDir(), "asked")
	command := exec.Command("sh", append([]string{"setup.sh"}, groups...)...)
	command.Env = []string{"PATH=" + dir, "ASKED=" + asked, "TMPDIR=" + t.TempDir()}
	out, err := command.CombinedOutput()
	text, readErr := os.ReadFile(asked)
	if readErr != nil && !os.IsNotExist(readErr) {
		return "", "", readErr
	}
	return string(out), strings.TrimSpace(string(text)), err
}
