package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"lanyard/internal/store"
)

// smallDisk mounts a file system of the given size that can be full.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("needs root: a small disk has to be mounted; run the tests as root")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprint("size=", size)); err != nil {
		t.Skipf("needs a small disk: run the tests where mounting is allowed (%v)", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	})
	return dir
}

// fill leaves free bytes on the disk and returns the file to remove.
func fill(t *testing.T, dir string, free int) string {
	t.Helper()
	var stat syscall.Statfs_t
	if err := syscall.Statfs(dir, &stat); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "filler")
	if err := os.WriteFile(path, make([]byte, max(0, int(stat.Bavail)*int(stat.Bsize)-free)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFullDisk lets the disk be full at every step, from opening on: nothing that was acknowledged is lost, the error says so, and the
// same store goes on when there is room again.
func TestFullDisk(t *testing.T) {
	dir := smallDisk(t, 2<<20)
	for free := 0; free < 400<<10; free += 12 << 10 {
		path := filepath.Join(dir, fmt.Sprint(free), "x.db")
		filler := fill(t, dir, free)
		acknowledged, told := writeUntilFull(t, path, filler)
		if have := rows(t, path); !slices.Equal(have, acknowledged) {
			t.Fatalf("%d bytes free: acknowledged %v, there %v", free, acknowledged, have)
		}
		if !told {
			t.Errorf("%d bytes free: the disk was never full", free)
		}
		if err := os.RemoveAll(filepath.Dir(path)); err != nil {
			t.Fatal(err)
		}
	}
}

func writeUntilFull(t *testing.T, path, filler string) (acknowledged []int, told bool) {
	t.Helper()
	db, err := store.Open(path, quiet(), rowPart)
	if err != nil {
		if !errors.Is(err, store.ErrFull) {
			// The folder itself may not fit.
			if !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("open: %v", err)
			}
		}
		told = true
		removeFiller(t, filler)
		if db, err = store.Open(path, quiet(), rowPart); err != nil {
			t.Fatalf("open with room again: %v", err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- db.Run(ctx) }()
	for n := range 60 {
		err := db.Write(context.Background(), func(tx *store.Tx) error {
			_, err := tx.Exec(`INSERT INTO row VALUES (?, ?)`, n, bytes.Repeat([]byte("x"), 3000*(n%4)))
			return err
		})
		switch {
		case err == nil:
			acknowledged = append(acknowledged, n)
		case !errors.Is(err, store.ErrFull):
			t.Fatalf("write %d: %v", n, err)
		default:
			told = true
			removeFiller(t, filler)
		}
	}
	cancel()
	if err := <-ran; err != nil {
		t.Fatalf("run: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	return acknowledged, told
}

func removeFiller(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
}

// TestReadOnlyDisk: a file on a disk that cannot be written to is refused with a sentence.
func TestReadOnlyDisk(t *testing.T) {
	dir := smallDisk(t, 2<<20)
	path := seeded(t, dir)
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	before := picture(t, dir)
	if _, err := store.Open(path, quiet(), rowPart); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("a file: %v", err)
	}
	if _, err := store.Open(filepath.Join(dir, "new.db"), quiet(), rowPart); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("a new file: %v", err)
	}
	if after := picture(t, dir); after != before {
		t.Errorf("it changed: %s", after)
	}
}
