package chat

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lanyard/internal/identity"
	"lanyard/internal/tree"
)

// closedTo is a disk on which one file or folder may not be read: root, as whom tests may run, could read every real one.
type closedTo struct {
	tree.FS
	name string
}

func (c closedTo) Open(path string) (tree.File, error) {
	if path == c.name {
		return nil, fmt.Errorf("open %s: %w", path, fs.ErrPermission)
	}
	return c.FS.Open(path)
}

func (c closedTo) List(dir string) ([]tree.Entry, error) {
	if dir == c.name && dir != "" {
		return nil, fmt.Errorf("list %s: %w", dir, fs.ErrPermission)
	}
	return c.FS.List(dir)
}

// TestFolderIsSentWithout: links in a folder, and what Lanyard keeps in it, are counted and the first named; all else goes, also what a shared folder leaves out. What cannot be read, or named
// everywhere, ends it in a sentence that says what to do and that nothing was sent.
func TestFolderIsSentWithout(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "Plans")
	for _, file := range []string{"plan.txt", "deep/secret.txt", ".lanyard/marker", "deep/Plan.part", "~$plan.docx", "Setup.download/.DS_Store", "lost+found/4913"} {
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("plan"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 5 {
		if err := os.Symlink("plan.txt", filepath.Join(dir, fmt.Sprintf("link %d", i))); err != nil {
			t.Fatal(err)
		}
	}
	read := func(closed string) (*preparation, error) {
		p := &preparation{ctx: context.Background(), path: dir, read: func(int64) {}, disk: func(path string) (tree.FS, error) {
			disk, err := tree.OpenDisk(path)
			return closedTo{disk, closed}, err
		}}
		if err := p.survey(); err != nil {
			t.Fatal(err)
		}
		return p, p.run()
	}
	p, err := read("")
	if err != nil || p.body.LeftOut != 6 || p.body.Files != 6 || !slices.Equal(p.leftOut, []string{".lanyard", "link 0", "link 1"}) {
		t.Errorf("left out %d, first %q, sent %d: %v", p.body.LeftOut, p.leftOut, p.body.Files, err)
	}
	if got := p.body.Offer(); got.LeftOut != 6 {
		t.Errorf("the offer says %d", got.LeftOut)
	}
	want := "you may not read " + filepath.Join(dir, "deep", "secret.txt") + ": change its permissions, or take it out; nothing was sent"
	if _, err := read("deep/secret.txt"); err == nil || err.Error() != want {
		t.Errorf("a file that may not be read: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, strings.Repeat("n", 250)), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := read(""); err == nil || !strings.HasSuffix(err.Error(), ": rename it first; nothing was sent") {
		t.Errorf("a name that is too long elsewhere: %v", err)
	}
}

// TestDebrisThatCannotBeSent: what nobody can rename, read or hold still, and is nobody's work, stays out of a folder that is sent, counted and named; what may be somebody's has nothing be sent.
func TestDebrisThatCannotBeSent(t *testing.T) {
	for _, c := range []struct {
		what, path   string // of a folder with a slash
		closed, grow bool
		refused      string // how the sentence ends
	}{
		{"a Mac folder's picture", "Icon\r", false, false, ""},
		{"in a folder", "deep/Icon\r", false, false, ""},
		{"a download", "film.mkv.crdownload", false, true, ""},
		{"the lock of an open document", "deep/~$plan.docx", true, false, ""},
		{"a disk's lost and found", "lost+found/", true, false, ""},
		{"a disk's trash", ".Trashes/501", true, false, ""},
		{"of Windows", "System Volume Information/", true, false, ""},
		{"a name in a trash", "$RECYCLE.BIN/a\rb", false, false, ""},
		{"somebody's name", "plan\r", false, false, ": rename it first; nothing was sent"},
		{"somebody's folder", "plans/", true, false, ": change its permissions, or take it out; nothing was sent"},
		{"somebody's file", "deep/plan.docx", true, false, ": change its permissions, or take it out; nothing was sent"},
		{"somebody's file that grows", "film.mkv", false, true, "film.mkv was changed while it was read: send it again once it is saved"},
	} {
		t.Run(c.what, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "Plans")
			writeFile(t, filepath.Join(dir, "first.txt"), []byte("plan"))
			shown := strings.TrimSuffix(c.path, "/")
			path := filepath.Join(dir, filepath.FromSlash(shown))
			if shown != c.path {
				writeFile(t, filepath.Join(path, "within"), []byte("x"))
			} else {
				writeFile(t, path, []byte("x"))
			}
			p := &preparation{ctx: t.Context(), path: dir, disk: func(path string) (tree.FS, error) {
				disk, err := tree.OpenDisk(path)
				if c.closed {
					return closedTo{disk, shown}, err
				}
				return disk, err
			}}
			p.read = func(int64) {
				if !c.grow {
					return
				}
				f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
				if err != nil {
					t.Fatal(err)
				}
				_, err = f.WriteString("more")
				if err := errors.Join(err, f.Close()); err != nil {
					t.Fatal(err)
				}
			}
			err := errors.Join(p.survey(), p.run())
			if c.refused != "" {
				if err == nil || !strings.HasSuffix(err.Error(), c.refused) {
					t.Errorf("it is refused by %v", err)
				}
				return
			}
			if err != nil || p.body.LeftOut != 1 || !slices.Equal(p.leftOut, []string{shown}) || p.body.Files != 1 || p.body.Size != 4 {
				t.Errorf("left out %d, %q; sent %d files of %d bytes: %v", p.body.LeftOut, p.leftOut, p.body.Files, p.body.Size, err)
			}
		})
	}
}

// TestNamesThatWindowsCannotStore: what Windows cannot store in a folder is offered, and who offers it learns at once how many names that are and the first of them. What is offered itself gets
// a similar name there, so that it needs no such word.
func TestNamesThatWindowsCannotStore(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		dir := filepath.Join(t.TempDir(), "Plans")
		for _, file := range []string{"CON/plan.txt", "CON/a:b.txt", "fine.txt", "ends.", "a/b/what?", "a/b/c", "aux.txt"} {
			path := filepath.Join(dir, filepath.FromSlash(file))
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			writeFile(t, path, []byte("plan"))
		}
		single := filepath.Join(t.TempDir(), "why?.txt")
		writeFile(t, single, []byte("plan"))
		offered, err := anna.Offer(t.Context(), anna.Direct(ben.person()), []string{dir, single})
		if err != nil {
			t.Fatal(err)
		}
		if got := offered[0].Unportable; got.Count != 5 || !slices.Equal(got.First, []string{"CON", "CON/a:b.txt", "a/b/what?"}) {
			t.Errorf("of the folder: %+v", got)
		}
		if got := offered[1].Unportable; got.Count != 0 || got.First != nil {
			t.Errorf("of the file: %+v", got)
		}
		ben.accept(t, offered[0].ID)
		if got := ben.awaitFile(t, offered[0].ID, FileReceived); got.Unportable.Count != 0 {
			t.Errorf("who receives it is told %+v", got.Unportable)
		}
	})
}

// TestNamesFromMacsInAFolder: names that a disk stores with letters and accents apart go composed, and are read, passed on and given by whoever has them; two that
// look the same then are refused.
func TestNamesFromMacsInAFolder(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		dir := filepath.Join(t.TempDir(), "Menus")
		writeFile(t, filepath.Join(dir, "Cafe\u0301", "Cre\u0300me.txt"), []byte("plain"))
		writeFile(t, filepath.Join(dir, "Cafe\u0301", "~$tea.txt"), []byte("hot"))
		offered := anna.offer(t, ben, dir)[0]
		ben.accept(t, offered.ID)
		f := ben.awaitFile(t, offered.ID, FileReceived)
		want := map[string]string{"Caf\u00e9": "", "Caf\u00e9/Cr\u00e8me.txt": "plain", "Caf\u00e9/~$tea.txt": "hot"}
		for path, content := range want {
			b, err := os.ReadFile(filepath.Join(f.Path, filepath.FromSlash(path)))
			if content != "" && (err != nil || string(b) != content) {
				t.Errorf("%s came with %q: %v", path, b, err)
			}
		}
		if _, err := anna.Forward(t.Context(), offered.ID, anna.Direct(ben.person()), func(identity.PersonID) string { return "" }); err != nil {
			t.Errorf("passing it on: %v", err)
		}
		writeFile(t, filepath.Join(dir, "Caf\u00e9"), []byte("a file"))
		_, err := anna.Offer(t.Context(), anna.Direct(ben.person()), []string{dir})
		if err == nil || !strings.HasSuffix(err.Error(), "look the same, Caf\u00e9: rename one of them first; nothing was sent") {
			t.Errorf("two names that look the same: %v", err)
		}
	})
}

// TestLinkBesideItsNameFromAMac: a link is left out and nothing else, also beside what has the same name with its accent apart.
func TestLinkBesideItsNameFromAMac(t *testing.T) {
	for _, file := range []string{"Caf\u00e9", "Caf\u00e9/menu.txt"} {
		dir, out := filepath.Join(t.TempDir(), "Plans"), t.TempDir()
		writeFile(t, filepath.Join(dir, filepath.FromSlash(file)), []byte("open"))
		if err := os.Symlink(out, filepath.Join(dir, "Cafe\u0301")); errors.Is(err, fs.ErrExist) {
			t.Skip("needs a disk that keeps such names apart: any on Linux does")
		} else if err != nil {
			t.Fatal(err)
		}
		p := &preparation{ctx: t.Context(), path: dir, read: func(int64) {}, disk: func(path string) (tree.FS, error) { return tree.OpenDisk(path) }}
		if err := errors.Join(p.survey(), p.run()); err != nil || p.body.LeftOut != 1 || p.body.Files != 1 || p.body.Size != 4 {
			t.Errorf("%s: left out %d, sent %d files of %d bytes: %v", file, p.body.LeftOut, p.body.Files, p.body.Size, err)
		}
	}
}

// TestTwinThatChanged: what is as it was in an offered folder is received although something else in it, with the same content, was changed or is gone.
func TestTwinThatChanged(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		dir := filepath.Join(t.TempDir(), "Plans")
		for _, file := range []string{"__init__.py", "b/.localized", "plan.txt", "plan.txt~"} {
			writeFile(t, filepath.Join(dir, filepath.FromSlash(file)), []byte(strings.Repeat("plan", strings.Count(file, "plan"))))
		}
		want := listing(t, dir)
		id := anna.offer(t, ben, dir)[0].ID
		remove(t, filepath.Join(dir, "b", ".localized"))
		touch(t, filepath.Join(dir, "plan.txt~"))
		ben.accept(t, id)
		if got := ben.awaitFile(t, id, FileReceived); !sameListing(listing(t, got.Path), want) {
			t.Errorf("received: %v", listing(t, got.Path))
		}
		anna.awaitFile(t, id, FileReceived)
	})
}
