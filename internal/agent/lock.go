package agent

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// ErrHeld says that another agent serves the profile.
var ErrHeld = errors.New("Lanyard is already running")

// lockFile is locked for as long as an agent serves the profile. The system frees the lock however the agent ends; the file stays.
const lockFile = "lock"

// lockProfile makes the profile folder if need be and locks it for this process.
func lockProfile(profile string) (*flock.Flock, error) {
	if err := os.MkdirAll(profile, 0o700); err != nil {
		return nil, unwritable(profile, err)
	}
	if err := os.Chmod(profile, 0o700); err != nil { // a folder made by hand may be open to others
		return nil, unwritable(profile, err)
	}
	lock := flock.New(filepath.Join(profile, lockFile), flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	switch {
	case err != nil:
		return nil, unwritable(profile, err)
	case !held:
		return nil, ErrHeld
	}
	return lock, nil
}

func unwritable(profile string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("the profile folder %s cannot be written (%w); make it writable for you, or name another with --profile", profile, err)
}

// Ended waits until no agent serves the profile.
func Ended(ctx context.Context, profile string) error {
	path := filepath.Join(profile, lockFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lock := flock.New(path, flock.SetFlag(os.O_RDONLY)) // never makes the file: whoever gave up waiting may have removed the profile
	done := make(chan error, 1)
	go func() { // the system offers no wait that a context could end; the process does not live long after it
		done <- errors.Join(lock.Lock(), lock.Unlock())
	}()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("wait for the end of the agent: %w", err)
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// isLocked reports whether a process holds the profile.
func isLocked(profile string) (bool, error) {
	path := filepath.Join(profile, lockFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	lock := flock.New(path, flock.SetFlag(os.O_RDONLY))
	free, err := lock.TryRLock()
	if err != nil {
		return false, fmt.Errorf("look whether %s is in use: %w", profile, err)
	}
	if !free {
		return true, nil
	}
	return false, lock.Unlock()
}
