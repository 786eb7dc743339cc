package agent

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestRunningSaysWhenTheOtherHasEnded(t *testing.T) {
	profile := filepath.Join(t.TempDir(), "profile")
	lock, err := lockProfile(profile)
	if err != nil {
		t.Fatal(err)
	}
	answer := make(chan error, 1)
	go func() {
		_, err := Running(t.Context(), profile)
		answer <- err
	}()
	if _, err := lockProfile(profile); !errors.Is(err, ErrHeld) {
		t.Errorf("locked twice: %v", err)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	if err := <-answer; !errors.Is(err, ErrEnded) {
		t.Errorf("got %v", err)
	}
	if err := Ended(t.Context(), profile); err != nil {
		t.Errorf("nobody holds it: %v", err)
	}
	if err := Ended(t.Context(), t.TempDir()); err != nil {
		t.Errorf("nobody ever held it: %v", err)
	}
}

func TestEndedGivesUpWithItsContext(t *testing.T) {
	profile := filepath.Join(t.TempDir(), "profile")
	lock, err := lockProfile(profile)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Unlock()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Ended(ctx, profile); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestLockMakesTheProfilePrivate(t *testing.T) {
	profile := t.TempDir()
	if err := os.Chmod(profile, 0o755); err != nil {
		t.Fatal(err)
	}
	lock, err := lockProfile(profile)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Unlock()
	for path, want := range map[string]os.FileMode{profile: 0o700, filepath.Join(profile, lockFile): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, %v", path, info.Mode().Perm(), err)
		}
	}
}
