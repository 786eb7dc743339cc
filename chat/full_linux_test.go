package chat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"lanyard/chat/event"
	"lanyard/internal/blob"
	"lanyard/internal/identity"
)

// TestFullInbox receives a file into a folder on a disk that is too small for it, from the start or because somebody fills it meanwhile: both sides are told, what came
// is kept, and it goes on by itself once there is room.
func TestFullInbox(t *testing.T) {
	for _, meanwhile := range []bool{false, true} {
		t.Run(fmt.Sprintf("meanwhile=%v", meanwhile), func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) { fullInbox(t, s, meanwhile) })
		})
	}
}

// smallInbox mounts a disk of 12 MB where files are received.
func (a *agent) smallInbox(t *testing.T) string {
	t.Helper()
	return a.inboxOf(t, 12<<20)
}

// inboxOf mounts a disk of a size where files are received.
func (a *agent) inboxOf(t *testing.T, size int) string {
	t.Helper()
	inbox := filepath.Join(a.dir, "Received")
	if err := os.Mkdir(inbox, 0o755); err != nil {
		t.Fatal(err)
	}
	err := unix.Mount("tmpfs", inbox, "tmpfs", 0, fmt.Sprintf("size=%d", size))
	if errors.Is(err, unix.EPERM) {
		t.Skip("needs root: a small disk has to be mounted; run the tests as root")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		a.stop()
		if err := unix.Unmount(inbox, 0); err != nil {
			t.Error(err)
		}
	})
	return inbox
}

// TestFullInboxInARoom: who offers a file in a room sees whose disk has no room for it, until that has some, they are gone, or have it.
func TestFullInboxInARoom(t *testing.T) {
	s := &site{}
	all := s.office(t, "Anna", "Ben", "Carla")
	anna, ben, carla := all[0], all[1], all[2]
	inTheWay := filepath.Join(ben.smallInbox(t), "in the way")
	writeFile(t, inTheWay, noise(1, 6<<20))
	room := roomOfAll(t, NewRoom{}, all...)
	path := filepath.Join(t.TempDir(), "big")
	writeFile(t, path, noise(2, 10<<20))
	offered := anna.offerIn(t, room, path)
	id := offered[0].ID
	for _, a := range []*agent{ben, carla} {
		a.await(t, "the offer", func() bool { _, err := a.File(t.Context(), id); return err == nil })
		if _, err := a.Accept(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	carla.awaitFile(t, id, FileReceived)
	ben.awaitFile(t, id, FileProblem)
	anna.awaitNoRoom(t, id, ben.person())
	ben.stop()
	anna.awaitNoRoom(t, id)
	ben.run(t)
	anna.awaitNoRoom(t, id, ben.person())
	if err := os.Remove(inTheWay); err != nil {
		t.Fatal(err)
	}
	ben.await(t, "it went on by itself", func() bool { f, err := ben.File(t.Context(), id); return err == nil && f.State == FileReceived })
	anna.awaitNoRoom(t, id)
}

func fullInbox(t *testing.T, s *site, meanwhile bool) {
	anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
	inbox := ben.smallInbox(t)
	anna.meet(t, ben)
	inTheWay := filepath.Join(inbox, "in the way")
	if !meanwhile {
		writeFile(t, inTheWay, noise(1, 6<<20))
	} else {
		fill := sync.OnceFunc(func() { writeFile(t, inTheWay, noise(1, 6<<20)) })
		anna.serve = func(source blob.Source) blob.Source { return fillsAfter{source, 5 << 20, fill} }
		anna.stop()
		anna.run(t)
	}
	path := filepath.Join(t.TempDir(), "big")
	content := noise(2, 10<<20)
	writeFile(t, path, content)
	id := anna.offer(t, ben, path)[0].ID
	ben.accept(t, id)
	f := ben.awaitFile(t, id, FileProblem)
	if !regexp.MustCompile(`^"?big"? cannot be received: the disk is full: make room for [0-9]+\.[0-9] MB, and it goes on by itself$`).MatchString(f.Problem) || f.Progress.Left != 0 || f.Progress.Rate != 0 {
		t.Errorf("Ben is told %q, %+v", f.Problem, f.Progress)
	}
	anna.awaitPaused(t, id, PausedThere)
	anna.awaitNoRoom(t, id, ben.person())
	if _, err := anna.Resume(t.Context(), id); !errors.Is(err, ErrHeldThere) {
		t.Errorf("Anna lets go on what Ben's disk does not hold: %v", err)
	}
	if _, err := ben.Resume(t.Context(), id); err != nil {
		t.Error(err)
	}
	ben.awaitFile(t, id, FileProblem) // there is still no room
	if err := os.Remove(inTheWay); err != nil {
		t.Fatal(err)
	}
	var got File
	ben.await(t, "it went on by itself", func() bool {
		var err error
		got, err = ben.File(t.Context(), id)
		return err == nil && got.State == FileReceived
	})
	if b, err := os.ReadFile(got.Path); err != nil || !bytes.Equal(b, content) {
		t.Errorf("%d bytes arrived: %v", len(b), err)
	}
	anna.awaitFile(t, id, FileReceived)
	anna.awaitNoRoom(t, id)
}

// fillsAfter serves contents, and fills a disk when those before a place were read.
type fillsAfter struct {
	blob.Source
	place int64
	fill  func()
}

func (s fillsAfter) Open(ctx context.Context, from identity.PersonID, scope blob.Scope, hash blob.Hash) (blob.Content, error) {
	content, err := s.Source.Open(ctx, from, scope, hash)
	if err != nil {
		return nil, err
	}
	return &fillingContent{Content: content, place: s.place, fill: s.fill}, nil
}

type fillingContent struct {
	blob.Content
	place int64
	fill  func()
}

func (c *fillingContent) ReadAt(p []byte, at int64) (int, error) {
	if at >= c.place {
		c.fill()
	}
	return c.Content.ReadAt(p, at)
}

// TestFullInboxIsLeft: who has no room for an offer in a room, and wants it no more, is not shown any longer as waiting for room; nor is who holds it themselves.
func TestFullInboxIsLeft(t *testing.T) {
	cases := []struct {
		about string
		leave func(*agent, context.Context, event.ID) (File, error)
	}{
		{"declined", func(a *agent, ctx context.Context, id event.ID) (File, error) { return a.Decline(ctx, id) }},
		{"held", func(a *agent, ctx context.Context, id event.ID) (File, error) { return a.Pause(ctx, id) }},
	}
	for _, c := range cases {
		t.Run(c.about, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben", "Carla")
				anna, ben := all[0], all[1]
				writeFile(t, filepath.Join(ben.smallInbox(t), "in the way"), noise(1, 6<<20))
				room := roomOfAll(t, NewRoom{}, all...)
				path := filepath.Join(t.TempDir(), "big")
				writeFile(t, path, noise(2, 10<<20))
				offered := anna.offerIn(t, room, path)
				id := offered[0].ID
				ben.accept(t, id)
				anna.awaitNoRoom(t, id, ben.person())
				if _, err := c.leave(ben, t.Context(), id); err != nil {
					t.Fatal(err)
				}
				anna.awaitNoRoom(t, id)
			})
		})
	}
}
