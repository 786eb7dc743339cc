package chat

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/chat/event"
)

// awaitFile waits until a shows a file in a state.
func (a *agent) awaitFile(t testing.TB, id event.ID, want FileState) File {
	t.Helper()
	var f File
	a.await(t, fmt.Sprintf("the file is %s", want), func() bool {
		var err error
		f, err = a.File(t.Context(), id)
		if err != nil && !errors.Is(err, event.ErrUnknown) {
			t.Fatal(err)
		}
		if err == nil && f.State == FileProblem && want != FileProblem {
			t.Fatalf("%s: %s", a.name, f.Problem)
		}
		return err == nil && f.State == want
	})
	return f
}

func (a *agent) offer(t testing.TB, to *agent, paths ...string) []File {
	t.Helper()
	return a.offerIn(t, a.Direct(to.person()), paths...)
}

func (a *agent) offerIn(t testing.TB, in event.ConversationID, paths ...string) []File {
	t.Helper()
	offered, err := a.Offer(t.Context(), in, paths)
	if err != nil {
		t.Fatalf("%s offers %q %s: %v", a.name, paths, in, err)
	}
	return offered
}

func (a *agent) accept(t testing.TB, id event.ID) {
	t.Helper()
	a.awaitFile(t, id, FileOffered)
	if _, err := a.Accept(t.Context(), id); err != nil {
		t.Fatalf("%s accepts: %v", a.name, err)
	}
}

// noise is content that nothing can compress or guess.
func noise(seed uint64, size int) []byte {
	b := make([]byte, size)
	r := rand.NewChaCha8([32]byte{byte(seed)})
	_, _ = r.Read(b)
	return b
}

func writeFile(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// listing returns every file below dir with its content, and every directory.
func listing(t testing.TB, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".lanyard" {
				return filepath.SkipDir
			}
			found[rel+"/"] = ""
			return nil
		}
		b, err := os.ReadFile(path)
		found[rel] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestFileArrives(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		dir := t.TempDir()
		for i, size := range []int{0, 1, 5000, 3 << 20} {
			content := noise(uint64(i), size)
			path := filepath.Join(dir, "Report.pdf")
			writeFile(t, path, content)
			f := anna.offer(t, ben, path)[0]
			if f.State != FileOffered || f.Offer.Size != int64(size) || f.Path != path {
				t.Errorf("offered: %+v", f)
			}
			ben.accept(t, f.ID)
			got := ben.awaitFile(t, f.ID, FileReceived)
			anna.awaitFile(t, f.ID, FileReceived)
			want := "Report.pdf"
			if i > 0 {
				want = fmt.Sprintf("Report (%d).pdf", i+1)
			}
			if filepath.Base(got.Path) != want {
				t.Errorf("it lies at %s, not %s", got.Path, want)
			}
			if b, err := os.ReadFile(got.Path); err != nil || !bytes.Equal(b, content) {
				t.Errorf("%d bytes arrived as %d: %v", size, len(b), err)
			}
		}
		if _, err := os.Stat(filepath.Join(dir, "Report.pdf")); err != nil {
			t.Error(err)
		}
	})
}

func TestFolderArrives(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		dir := filepath.Join(t.TempDir(), "Photos")
		for i := range 40 {
			writeFile(t, filepath.Join(dir, fmt.Sprintf("day %d", i%3), fmt.Sprintf("%d.jpg", i)), noise(uint64(i), i*3000))
		}
		writeFile(t, filepath.Join(dir, "a", "b", "twin"), []byte("same"))
		writeFile(t, filepath.Join(dir, "a.b", "twin"), []byte("same"))
		if err := os.MkdirAll(filepath.Join(dir, "empty", "too"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(dir, "a", "b", "twin"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("/etc/passwd", filepath.Join(dir, "link")); err != nil {
			t.Fatal(err)
		}
		f := anna.offer(t, ben, dir)[0]
		if !f.Offer.Folder || f.Offer.Files != 42 {
			t.Errorf("offered: %+v", f.Offer)
		}
		ben.accept(t, f.ID)
		got := ben.awaitFile(t, f.ID, FileReceived)
		want := listing(t, dir)
		delete(want, "link")
		if found := listing(t, got.Path); !sameListing(found, want) {
			t.Errorf("%d things arrived, not %d", len(found), len(want))
		}
		if info, err := os.Stat(filepath.Join(got.Path, "a", "b", "twin")); err != nil || info.Mode()&0o100 == 0 {
			t.Errorf("what could be executed cannot any more: %v %v", info, err)
		}
		again := anna.offer(t, ben, dir)[0]
		ben.accept(t, again.ID)
		if second := ben.awaitFile(t, again.ID, FileReceived); filepath.Base(second.Path) != "Photos (2)" {
			t.Errorf("the second one lies at %s", second.Path)
		}
		entries, err := os.ReadDir(filepath.Join(ben.dir, "Received"))
		if err != nil || len(entries) != 3 {
			t.Errorf("the folder for received files holds %v %v", entries, err)
		}
	})
}

func sameListing(a, b map[string]string) bool {
	for k, v := range a {
		if w, ok := b[k]; !ok || v != w {
			return false
		}
	}
	return len(a) == len(b)
}

func TestAnswers(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		path := filepath.Join(t.TempDir(), "plan.txt")
		writeFile(t, path, []byte("plan"))
		declined := anna.offer(t, ben, path)[0].ID
		ben.awaitFile(t, declined, FileOffered)
		if _, err := ben.Decline(t.Context(), declined); err != nil {
			t.Fatal(err)
		}
		anna.awaitFile(t, declined, FileDeclined)
		for _, desk := range []*agent{anna, ben} {
			if rows, err := desk.Conversations(t.Context()); err != nil || len(rows) != 1 || rows[0].Last.ID != declined {
				t.Errorf("the last message is not the offer but an answer: %+v %v", rows, err)
			}
		}
		if _, err := ben.Accept(t.Context(), declined); !errors.Is(err, ErrAnswered) {
			t.Errorf("accepting what was declined: %v", err)
		}
		withdrawn := anna.offer(t, ben, path)[0].ID
		ben.awaitFile(t, withdrawn, FileOffered)
		if _, err := anna.Accept(t.Context(), withdrawn); !errors.Is(err, ErrNotYours) {
			t.Errorf("accepting one's own: %v", err)
		}
		if _, err := anna.Cancel(t.Context(), withdrawn); err != nil {
			t.Fatal(err)
		}
		ben.awaitFile(t, withdrawn, FileWithdrawn)
		if _, err := ben.Accept(t.Context(), withdrawn); !errors.Is(err, ErrAnswered) {
			t.Errorf("accepting what was withdrawn: %v", err)
		}
		if _, err := ben.Accept(t.Context(), event.ID{1}); !errors.Is(err, event.ErrUnknown) {
			t.Errorf("accepting what is not there: %v", err)
		}
		for _, path := range []string{filepath.Join(t.TempDir(), "nothing"), "/dev/null"} {
			if _, err := anna.Offer(t.Context(), anna.Direct(ben.person()), []string{path}); err == nil {
				t.Errorf("%s was offered", path)
			}
		}
		anna.stop()
		anna.run(t)
		if f := anna.awaitFile(t, declined, FileDeclined); f.Path != path {
			t.Errorf("after a restart: %+v", f)
		}
		anna.awaitFile(t, withdrawn, FileWithdrawn)
		if rows, err := anna.Conversations(t.Context()); err != nil || len(rows) != 1 || rows[0].Last.ID != withdrawn {
			t.Errorf("after a restart the last message is not the offer but an answer: %+v %v", rows, err)
		}
	})
}

func TestSourceChangedOrGone(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		path := filepath.Join(t.TempDir(), "plan.txt")
		for what, change := range map[string]func(){
			"longer":      func() { writeFile(t, path, []byte("another plan")) },
			"as long":     func() { writeFile(t, path, []byte("nalp")) },
			"gone":        func() { os.Remove(path) },
			"a directory": func() { os.Remove(path); os.Mkdir(path, 0o755) },
		} {
			os.RemoveAll(path)
			writeFile(t, path, []byte("plan"))
			id := anna.offer(t, ben, path)[0].ID
			change()
			ben.accept(t, id)
			if f := ben.awaitFile(t, id, FileProblem); !strings.Contains(f.Problem, "ask for it again") {
				t.Errorf("%s: Ben is told %q", what, f.Problem)
			}
			if f := anna.awaitFile(t, id, FileProblem); !strings.Contains(f.Problem, "send it again") {
				t.Errorf("%s: Anna is told %q", what, f.Problem)
			}
			if _, err := anna.Resume(t.Context(), id); !errors.Is(err, ErrMoved) {
				t.Errorf("%s: Anna lets it go on: %v", what, err)
			}
		}
		entries, err := os.ReadDir(filepath.Join(ben.dir, "Received"))
		if err != nil || len(entries) != 1 {
			t.Errorf("something arrived: %v %v", entries, err)
		}
	})
}
