package agent

import (
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"lanyard/internal/api"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// shortTemp is a temporary folder whose path leaves room for a socket's name.
func shortTemp(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ly")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestSocketIsPrivateAndRecorded(t *testing.T) {
	runtimeDir, profile := shortTemp(t), t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", runtimeDir)
	s, err := openSocket(profile, quiet())
	if err != nil {
		t.Fatal(err)
	}
	path, err := api.SocketOf(profile)
	if err != nil || path != s.path || !strings.HasPrefix(path, runtimeDir) {
		t.Errorf("recorded %s, %v; it is at %s", path, err, s.path)
	}
	for what, want := range map[string]fs.FileMode{filepath.Dir(path): 0o700, path: 0o600, filepath.Join(profile, api.ControlFile): 0o600} {
		if info, err := os.Stat(what); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, %v, want %v", what, info.Mode().Perm(), err, want)
		}
	}
	accepted := make(chan error, 1)
	go func() {
		c, err := s.Accept()
		if err == nil {
			err = c.Close()
		}
		accepted <- err
	}()
	c, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := <-accepted; err != nil {
		t.Errorf("our own connection: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := api.SocketOf(profile); !errors.Is(err, api.ErrNotRunning) {
		t.Errorf("after the end: %v", err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is still there: %v", err)
	}
}

func TestSocketReplacesWhatAKilledAgentLeft(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", shortTemp(t))
	profile, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "precious")
	if err := os.WriteFile(elsewhere, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, leave := range []func(path string) error{
		func(path string) error { return os.WriteFile(path, []byte("stale"), 0o600) },
		func(path string) error { return os.Symlink(elsewhere, path) },
	} {
		s, err := openSocket(profile, quiet())
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := leave(s.path); err != nil {
			t.Fatal(err)
		}
		if s, err = openSocket(profile, quiet()); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := os.ReadFile(elsewhere); err != nil || string(kept) != "kept" {
		t.Errorf("what the link led to: %q, %v", kept, err)
	}
}

func TestSocketAvoidsPreparedFolders(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs permissions of Unix: run it on Linux or macOS")
	}
	runtimeDir, tmp := shortTemp(t), shortTemp(t)
	t.Setenv("XDG_RUNTIME_DIR", runtimeDir)
	t.Setenv("TMPDIR", tmp)
	if err := os.Symlink(t.TempDir(), filepath.Join(runtimeDir, "lanyard")); err != nil { // somebody else's choice of place
		t.Fatal(err)
	}
	s, err := openSocket(t.TempDir(), quiet())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(s.path, tmp) {
		t.Errorf("it is at %s", s.path)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	own := filepath.Dir(s.path)
	if err := os.Chmod(own, 0o777); err != nil { // opened by hand: mended
		t.Fatal(err)
	}
	if s, err = openSocket(t.TempDir(), quiet()); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if info, err := os.Stat(own); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestSocketPathTooLong(t *testing.T) {
	long := filepath.Join(t.TempDir(), strings.Repeat("x", 100))
	t.Setenv("XDG_RUNTIME_DIR", long)
	t.Setenv("TMPDIR", long)
	if _, err := openSocket(filepath.Join(t.TempDir(), strings.Repeat("y", 100)), quiet()); err == nil || !strings.Contains(err.Error(), "TMPDIR") {
		t.Errorf("got %v", err)
	}
}

func TestControlFileThatLies(t *testing.T) {
	for _, text := range []string{"", "relative/path", "/a\n/b", "/a\x00b", "/" + strings.Repeat("x", 5000)} {
		profile := t.TempDir()
		if err := os.WriteFile(filepath.Join(profile, api.ControlFile), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if path, err := api.SocketOf(profile); err == nil || errors.Is(err, api.ErrNotRunning) {
			t.Errorf("%.20q: got %q, %v", text, path, err)
		}
	}
}
