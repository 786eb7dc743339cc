package tree

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// TestWithin: a path lies in a folder by what is there, under whatever names: Macs find "Library" as "library", too, which a link stands for here.
func TestWithin(t *testing.T) {
	dir := t.TempDir()
	profile := filepath.Join(dir, "Library", "Lanyard")
	for _, one := range []string{filepath.Join(profile, "sent"), filepath.Join(dir, "Library", "Lanyard2"), filepath.Join(dir, "Plans")} {
		if err := os.MkdirAll(one, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(profile, "identity.pem"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "Library"), filepath.Join(dir, "library")); err != nil {
		t.Skip("needs a disk with links that keeps names in other case apart: any on Linux does; ", err)
	}
	other := filepath.Join(dir, "library", "Lanyard")
	for _, c := range []struct {
		p, dir       string
		within, same bool
	}{
		{profile, profile, true, true},
		{other, profile, true, true},
		{profile, other, true, true},
		{filepath.Join(other, "identity.pem"), profile, true, false},
		{filepath.Join(other, "sent", "not there", "either"), profile, true, false},
		{filepath.Join(dir, "library"), profile, false, false},
		{profile, filepath.Join(dir, "library"), true, false},
		{filepath.Join(dir, "Library", "Lanyard2"), profile, false, false},
		{filepath.Join(dir, "Plans"), profile, false, false},
		{filepath.Join(dir, "none", "x"), filepath.Join(dir, "none"), true, false},
		{filepath.Join(dir, "none"), filepath.Join(dir, "none"), true, true},
		{filepath.Join(dir, "none"), filepath.Join(dir, "nothing"), false, false},
		{filepath.Join(dir, "..none"), dir, true, false},
		{dir, string(filepath.Separator), true, false},
	} {
		if got := Within(c.p, c.dir); got != c.within {
			t.Errorf("%s within %s: %v", c.p, c.dir, got)
		}
		if got := SamePlace(c.p, c.dir); got != c.same {
			t.Errorf("%s the same as %s: %v", c.p, c.dir, got)
		}
	}
	if !Touch(dir, other) || !Touch(other, dir) || Touch(filepath.Join(dir, "Plans"), other) {
		t.Error("what touches what")
	}
}

// TestWithinAnotherMount: a folder that is mounted a second time is the same one there.
func TestWithinAnotherMount(t *testing.T) {
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		t.Skip("needs to mount a folder, which only root may, on Linux: run it there as root")
	}
	profile, again := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(profile, "identity.pem"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := exec.Command("mount", "--bind", profile, again).Run(); err != nil {
		t.Skip("needs the right to mount, which a container may lack: run it in one with CAP_SYS_ADMIN; ", err)
	}
	t.Cleanup(func() {
		if err := exec.Command("umount", again).Run(); err != nil {
			t.Error(err)
		}
	})
	if !Within(filepath.Join(again, "identity.pem"), profile) || !SamePlace(again, profile) {
		t.Error("it is taken for another folder")
	}
}
