package chat

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestFullInbox receives a file into a folder on a disk that is too small for it: it is told, what came is kept, and once there is room Accept goes on.
func TestFullInbox(t *testing.T) {
	s := &site{}
	anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
	inbox := filepath.Join(ben.dir, "Received")
	if err := os.Mkdir(inbox, 0o755); err != nil {
		t.Fatal(err)
	}
	err := unix.Mount("tmpfs", inbox, "tmpfs", 0, "size=12m")
	if errors.Is(err, unix.EPERM) {
		t.Skip("needs root: a small disk has to be mounted; run the tests as root")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ben.stop()
		if err := unix.Unmount(inbox, 0); err != nil {
			t.Error(err)
		}
	})
	anna.meet(t, ben)
	writeFile(t, filepath.Join(inbox, "in the way"), noise(1, 6<<20))
	path := filepath.Join(t.TempDir(), "big")
	content := noise(2, 10<<20)
	writeFile(t, path, content)
	id := anna.offer(t, ben, path)[0].ID
	ben.accept(t, id)
	if f := ben.awaitFile(t, id, FileProblem); !strings.Contains(f.Problem, "make room") {
		t.Errorf("Ben is told %q", f.Problem)
	}
	if err := os.Remove(filepath.Join(inbox, "in the way")); err != nil {
		t.Fatal(err)
	}
	if _, err := ben.Accept(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	got := ben.awaitFile(t, id, FileReceived)
	if b, err := os.ReadFile(got.Path); err != nil || !bytes.Equal(b, content) {
		t.Errorf("%d bytes arrived: %v", len(b), err)
	}
}
