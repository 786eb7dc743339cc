package agent

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat"
	"lanyard/internal/api"
	"lanyard/internal/lantest"
)

// copying is a sweep of a profile with so many copies; *files are those of the messages.
func copying(t *testing.T, n int) (s *copySweep, files *[]chat.File) {
	t.Helper()
	u := &uploads{profile: t.TempDir()}
	for i := range n {
		path := copyPath(u, i)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files = new([]chat.File)
	return newCopySweep(u, func(context.Context) ([]chat.File, error) { return *files, nil }, quiet()), files
}

func copyPath(u *uploads, i int) string {
	return filepath.Join(u.profile, sentFolder, fmt.Sprintf("%04d", i), "picture.png")
}

func left(t *testing.T, s *copySweep) []string {
	t.Helper()
	ids, err := s.uploads.copies()
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// TestSweep: what somebody is to get, what is kept and what is being passed on stays, and nothing else; what lies elsewhere is not touched.
func TestSweep(t *testing.T) {
	s, files := copying(t, 300)
	elsewhere := []string{filepath.Join(s.uploads.profile, "identity.pem"), filepath.Join(t.TempDir(), "mine.txt")}
	for _, path := range elsewhere {
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		*files = append(*files, chat.File{Mine: true, Path: path, State: chat.FileWithdrawn})
		s.lend(path)()
	}
	*files = append(*files, chat.File{Mine: true, Path: copyPath(s.uploads, 7), State: chat.FileOffered}, chat.File{Mine: true, Path: copyPath(s.uploads, 200), State: chat.FileReceived},
		chat.File{Mine: true, Path: copyPath(s.uploads, 201), State: chat.FileWithdrawn})
	free := s.lend(copyPath(s.uploads, 99))
	s.sweep(t.Context())
	if got := left(t, s); !slices.Equal(got, []string{"0007", "0099", "0200"}) {
		t.Errorf("left are %q", got)
	}
	*files = append(*files, chat.File{Mine: true, Path: copyPath(s.uploads, 99), State: chat.FileOffered}) // it was passed on
	free()
	s.sweep(t.Context())
	if got := left(t, s); !slices.Equal(got, []string{"0007", "0099", "0200"}) {
		t.Errorf("left are %q", got)
	}
	for _, path := range elsewhere {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

// TestSweepKnowsWhatItRemoves: without the list of files nothing is removed, nor at the end, when an offer that is given up may be stored all the same.
func TestSweepKnowsWhatItRemoves(t *testing.T) {
	s, _ := copying(t, 3)
	known := s.files
	s.files = func(context.Context) ([]chat.File, error) { return nil, errors.New("the database is busy") }
	s.sweep(t.Context())
	s.files = known
	ended, end := context.WithCancel(t.Context())
	end()
	s.sweep(ended)
	if got := left(t, s); len(got) != 3 {
		t.Errorf("left are %q", got)
	}
}

// TestBurstIsSweptTogether: of many that may go at once each does not have all of them looked through.
func TestBurstIsSweptTogether(t *testing.T) {
	s, _ := copying(t, 100)
	synctest.Test(t, func(t *testing.T) {
		s.due = make(chan struct{}, 1) // of this bubble
		looked, going := 0, make(chan struct{})
		s.files = func(context.Context) ([]chat.File, error) {
			looked++
			<-going
			return nil, nil
		}
		ctx, end := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.run(ctx) }()
		for range 1000 {
			s.ask()
		}
		synctest.Wait()
		close(going)
		synctest.Wait()
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if looked > 2 { // the second time for those who asked during the first
			t.Errorf("looked %d times", looked)
		}
	})
	if got := left(t, s); len(got) > 0 {
		t.Errorf("left are %q", got)
	}
}

// TestSweepSparesWhatIsPassedOnMeanwhile: an offer that was made of a copy while others were removed is not in the list of files that was looked at before.
func TestSweepSparesWhatIsPassedOnMeanwhile(t *testing.T) {
	s, files := copying(t, 2)
	s.files = func(context.Context) ([]chat.File, error) {
		before := *files
		free := s.lend(copyPath(s.uploads, 1))
		*files = []chat.File{{Mine: true, Path: copyPath(s.uploads, 1), State: chat.FileOffered}}
		free()
		return before, nil
	}
	s.sweep(t.Context())
	if got := left(t, s); !slices.Equal(got, []string{"0001"}) {
		t.Errorf("left are %q", got)
	}
	if len(s.due) == 0 {
		t.Error("nobody looks again at what was spared")
	}
}

// TestStartAwaitsNoSweep: what an earlier run kept is removed beside the work, as there may be very much of it.
func TestStartAwaitsNoSweep(t *testing.T) {
	profile := filepath.Join(shortTemp(t), "profile")
	old := filepath.Join(profile, sentFolder, "0000", "picture.png")
	if err := errors.Join(os.MkdirAll(filepath.Dir(old), 0o700), os.WriteFile(old, []byte("x"), 0o600)); err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithTimeout(t.Context(), time.Minute) // only guards against waiting for ever
	defer end()
	ready, swept := make(chan struct{}), make(chan struct{})
	l := &life{log: quiet(), options: Options{Profile: profile, Folder: t.TempDir(), Port: lantest.Port(t), Headless: true, Silent: true, Ready: func(api.Me) { close(ready) }}.withDefaults()}
	if err := l.open(ctx); err != nil {
		t.Fatal(err)
	}
	known, looked := l.copies.files, sync.OnceFunc(func() { close(swept) })
	l.copies.files = func(ctx context.Context) ([]chat.File, error) {
		select {
		case <-ready:
		case <-ctx.Done():
			return nil, errors.New("the start waits for the sweep")
		}
		looked()
		return known(ctx)
	}
	ended := make(chan error, 1)
	go func() { ended <- l.run(ctx) }()
	select {
	case <-swept:
	case <-ctx.Done():
		t.Error("what an earlier run kept is not looked at beside the work")
	}
	end()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestFreedIsSwept: whoever frees what was passed on has it looked at.
func TestFreedIsSwept(t *testing.T) {
	s, _ := copying(t, 1)
	free := s.lend(copyPath(s.uploads, 0))
	if len(s.due) > 0 {
		t.Error("it is to be removed while it is passed on")
	}
	free()
	if len(s.due) == 0 {
		t.Error("nobody looks at what is free")
	}
}

// BenchmarkSweep is one look with as many copies as are kept.
func BenchmarkSweep(b *testing.B) {
	u := &uploads{profile: b.TempDir()}
	var all []chat.File
	for i := range keptAllFiles {
		path := copyPath(u, i)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			b.Fatal(err)
		}
		all = append(all, chat.File{Mine: true, Path: path, State: chat.FileReceived})
	}
	s := newCopySweep(u, func(context.Context) ([]chat.File, error) { return all, nil }, quiet())
	for b.Loop() {
		s.sweep(b.Context())
	}
}
