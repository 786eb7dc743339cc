package chat

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/wire"
)

// TestChangedWhileItIsSent: a file that somebody writes to in the middle of the transfer is given up with one sentence on each side, nothing of it appears, and
// it arrives when it is sent again.
func TestChangedWhileItIsSent(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		content := noise(11, 24<<20) // more than is asked for at once
		path := filepath.Join(t.TempDir(), "log.bin")
		writeFile(t, path, content)
		s.lan.Slow(anna.host, ben.host, 4<<20)
		id := anna.offer(t, ben, path)[0].ID
		ben.accept(t, id)
		ben.awaitDone(t, id, 2<<20)
		content[20<<20]++
		writeFile(t, path, content)
		if f := ben.awaitFile(t, id, FileProblem); !strings.Contains(f.Problem, "ask for it again") {
			t.Errorf("Ben is told %q", f.Problem)
		}
		if f := anna.awaitFile(t, id, FileProblem); !strings.Contains(f.Problem, "send it again") {
			t.Errorf("Anna is told %q", f.Problem)
		}
		if shown, err := filepath.Glob(filepath.Join(ben.dir, "Received", "*.bin")); err != nil || len(shown) != 0 {
			t.Errorf("something appeared: %v %v", shown, err)
		}
		again := anna.offer(t, ben, path)[0].ID
		ben.accept(t, again)
		got := ben.awaitFile(t, again, FileReceived)
		if b, err := os.ReadFile(got.Path); err != nil || !bytes.Equal(b, content) {
			t.Errorf("%d bytes, %v", len(b), err)
		}
	})
}

// TestNamesThatLie: names that deceive the eye or mean a device are refused where they are sent, with a sentence; one that comes all the same is no offer.
func TestNamesThatLie(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		dir := t.TempDir()
		for _, name := range []string{"invoice\u202efdp.exe", "two\nlines", "zero\u200bwidth.txt"} {
			path := filepath.Join(dir, name)
			writeFile(t, path, []byte("x"))
			offered, err := anna.Offer(t.Context(), anna.Direct(ben.person()), []string{path})
			if err == nil && strings.ContainsAny(offered[0].Offer.Name, "\u202e\n") {
				t.Errorf("%q was offered", name)
			}
			if err != nil && !strings.Contains(err.Error(), "rename") {
				t.Errorf("%q: %v", name, err)
			}
		}
		for _, name := range []string{"", ".", "..", "a/b", "../up", "/etc/passwd", "a\x00b", "invoice\u202efdp.exe", strings.Repeat("x", 300)} {
			body, err := wire.Marshal(event.File{Name: name, Size: 1, Hash: make([]byte, 32), Files: 1})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := event.ReadFile(body); err == nil {
				t.Errorf("%q is taken", name)
			}
		}
		device := filepath.Join(dir, "CON.txt")
		writeFile(t, device, []byte("console"))
		offered, err := anna.Offer(t.Context(), anna.Direct(ben.person()), []string{device})
		if err != nil {
			return // refused where it is sent
		}
		ben.accept(t, offered[0].ID)
		ben.awaitFile(t, offered[0].ID, FileReceived) // here it is a name as any; Windows gives it another
	})
}

// TestFolderOfManyFiles: ten thousand files arrive as one folder, and are one message.
func TestFolderOfManyFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("needs time: ten thousand files are made, read and written; run without -short")
	}
	s := &site{dir: inMemoryDir(t)} // a disk would make each file durable
	anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
	anna.meet(t, ben)
	dir := filepath.Join(s.dir, "many")
	for i := range 10_000 {
		if i%100 == 0 {
			if err := os.MkdirAll(filepath.Join(dir, fmt.Sprint(i/100)), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i/100), fmt.Sprintf("%d.txt", i)), fmt.Append(nil, i), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	id := anna.offer(t, ben, dir)[0].ID
	ben.accept(t, id)
	got := ben.awaitFile(t, id, FileReceived)
	if got.Offer.Files != 10_000 || !sameListing(listing(t, got.Path), listing(t, dir)) {
		t.Errorf("%d files were offered, and not all of them came", got.Offer.Files)
	}
}
