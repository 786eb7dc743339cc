package chat

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/blob"
	"lanyard/internal/wire"
)

// underWay has Ben receive a file from Anna at 1 MiB a second until a part of it has come.
func underWay(t *testing.T, s *site, anna, ben *agent, content []byte) event.ID {
	t.Helper()
	path := filepath.Join(t.TempDir(), "big")
	writeFile(t, path, content)
	s.lan.Slow(anna.host, ben.host, 1<<20)
	id := anna.offer(t, ben, path)[0].ID
	ben.accept(t, id)
	ben.awaitDone(t, id, 2<<20)
	return id
}

func (a *agent) awaitDone(t *testing.T, id event.ID, least int64) {
	t.Helper()
	a.await(t, "a part of it is there", func() bool {
		f, err := a.File(t.Context(), id)
		return err == nil && f.Progress.Done >= least
	})
}

func (a *agent) awaitPaused(t *testing.T, id event.ID, by Paused) File {
	t.Helper()
	var f File
	a.await(t, "it is held by the right one", func() bool {
		var err error
		f, err = a.File(t.Context(), id)
		return err == nil && f.State == FilePaused && f.Paused == by
	})
	return f
}

// TestPause holds a transfer at either end: both say who holds it, nothing comes meanwhile, also after a break and a restart of either, and it goes on where it was.
func TestPause(t *testing.T) {
	for _, who := range []string{"receiver", "sender"} {
		t.Run(who, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
				anna.meet(t, ben)
				content := noise(3, 12<<20)
				id := underWay(t, s, anna, ben, content)
				holder, other := ben, anna
				if who == "sender" {
					holder, other = anna, ben
				}
				if f, err := holder.Pause(t.Context(), id); err != nil || f.State != FilePaused {
					t.Fatalf("%+v %v", f.State, err)
				}
				holder.awaitPaused(t, id, PausedHere)
				other.awaitPaused(t, id, PausedThere)
				before, err := ben.File(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := other.Resume(t.Context(), id); !errors.Is(err, ErrHeldThere) {
					t.Errorf("who does not hold it lets it go on: %v", err)
				}
				time.Sleep(3 * time.Minute) // of the bubble's clock: longer than the receiver waits before it asks again
				if after := other.awaitPaused(t, id, PausedThere); who == "sender" && after.Progress.Done > before.Progress.Done+1<<20 {
					t.Errorf("%d bytes were there, and %d later", before.Progress.Done, after.Progress.Done)
				}
				for _, a := range []*agent{holder, other} {
					a.stop()
					a.run(t)
					holder.awaitPaused(t, id, PausedHere)
					other.awaitPaused(t, id, PausedThere)
					for _, end := range []*agent{anna, ben} {
						end.await(t, "how much came is known after a restart", func() bool {
							f, err := end.File(t.Context(), id)
							return err == nil && f.Progress.Done >= before.Progress.Done && f.Progress.Rate == 0 && f.Progress.Left == 0
						})
					}
				}
				begun := time.Now()
				if _, err := holder.Resume(t.Context(), id); err != nil {
					t.Fatal(err)
				}
				got := ben.awaitFile(t, id, FileReceived)
				anna.awaitFile(t, id, FileReceived)
				if took := time.Since(begun); took > 11500*time.Millisecond {
					t.Errorf("what was left of 12 MiB took %v at 1 MiB a second: it began anew, or late", took)
				}
				if b, err := os.ReadFile(got.Path); err != nil || !bytes.Equal(b, content) {
					t.Errorf("%d bytes, %v", len(b), err)
				}
				if _, err := holder.Pause(t.Context(), id); !errors.Is(err, ErrNotOnItsWay) {
					t.Errorf("holding what has come: %v", err)
				}
			})
		})
	}
}

// TestSenderRestartsAlone: who sends a file and starts again while the receiver is away sees how much they have.
func TestSenderRestartsAlone(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		id := underWay(t, s, anna, ben, noise(3, 12<<20))
		for _, last := range []*agent{ben, anna} { // who goes first
			before, err := anna.File(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if last == ben {
				ben.stop()
				anna.awaitAlone(t, ben)
				anna.stop()
			} else {
				anna.stop()
				ben.stop()
			}
			anna.run(t)
			after, err := anna.File(t.Context(), id)
			if err != nil || after.Progress.Done < before.Progress.Done || before.Progress.Done == 0 {
				t.Errorf("%d bytes before, %d after the restart, %v", before.Progress.Done, after.Progress.Done, err)
			}
			ben.run(t)
			anna.awaitLink(t, ben)
			anna.awaitDone(t, id, before.Progress.Done+1<<20)
		}
		anna.awaitFile(t, id, FileReceived)
	})
}

// TestPauseAndResumeAtOnce: a person who changes their mind at once, many times, has it going in the end.
func TestPauseAndResumeAtOnce(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		id := underWay(t, s, anna, ben, noise(4, 6<<20))
		for range 20 {
			for _, a := range []*agent{ben, anna} {
				if _, err := a.Pause(t.Context(), id); err != nil {
					t.Fatal(err)
				}
				if _, err := a.Resume(t.Context(), id); err != nil {
					t.Fatal(err)
				}
			}
		}
		ben.awaitFile(t, id, FileReceived)
	})
}

// TestCancelWhileHeld: what is held can be ended at either end, and leaves nothing.
func TestCancelWhileHeld(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		for _, a := range []*agent{anna, ben} {
			id := underWay(t, s, anna, ben, noise(5, 6<<20))
			if _, err := a.Pause(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			ben.await(t, "it is held", func() bool { f, err := ben.File(t.Context(), id); return err == nil && f.State == FilePaused })
			if _, err := a.Cancel(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			ben.await(t, "nothing is left", func() bool {
				parts, err := os.ReadDir(filepath.Join(ben.dir, "Received", ".lanyard", "in"))
				return err == nil && len(parts) == 0
			})
		}
	})
}

// TestPauseOfOthersFiles: a stranger to a file holds nothing, and a frame that breaks the rules is counted.
func TestPauseOfOthersFiles(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, carl := s.start(t, "Anna"), s.start(t, "Ben"), s.start(t, "Carl")
		anna.meet(t, ben)
		carl.meet(t, ben)
		id := underWay(t, s, anna, ben, noise(6, 4<<20))
		body, err := wire.Marshal(frame.Pause{Offer: id[:], Paused: 1})
		if err != nil {
			t.Fatal(err)
		}
		link, _ := carl.roster.Link(ben.id.PeerID())
		for _, frame := range [][]byte{body, {0xa0}, []byte("\xa2\x01\x41\x00\x02\x01"), {}} {
			if err := link.Send(t.Context(), wire.KindPause, frame); err != nil {
				t.Fatal(err)
			}
		}
		ben.await(t, "three frames are counted", func() bool { return ben.Dropped()["frames that break the rules"] == 3 })
		if f, err := ben.File(t.Context(), id); err != nil || f.State == FilePaused {
			t.Errorf("Carl holds what Anna sends: %v %v", f.State, err)
		}
		ben.awaitFile(t, id, FileReceived)
	})
}

// TestFromWhoeverHasIt: in a room a file comes from a member who has it when the one who offered it is away; who is no member gets nothing of it from anybody.
func TestFromWhoeverHasIt(t *testing.T) {
	for _, folder := range []bool{false, true} {
		t.Run(fmt.Sprint("folder ", folder), func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben", "Carla", "Dan")
				anna, ben, carla, dan := all[0], all[1], all[2], all[3]
				room := roomOfAll(t, NewRoom{}, anna, ben, carla)
				content := noise(7, 3<<20)
				path := filepath.Join(t.TempDir(), "plans")
				inside := "plans"
				if folder {
					inside = filepath.Join("plans", "a", "b")
					if err := os.MkdirAll(filepath.Join(path, "empty"), 0o755); err != nil {
						t.Fatal(err)
					}
				}
				writeFile(t, filepath.Join(filepath.Dir(path), inside), content)
				offered := anna.offerIn(t, room, path)
				id := offered[0].ID
				ben.accept(t, id)
				ben.awaitFile(t, id, FileReceived)
				carla.await(t, "Carla knows that Ben has it", func() bool {
					carla.files.mu.Lock()
					defer carla.files.mu.Unlock()
					t := carla.files.transfers[id]
					return t != nil && len(t.fate.holders) == 1
				})
				anna.stop()
				carla.await(t, "Anna is away", func() bool { _, up := carla.roster.Link(anna.id.PeerID()); return !up })
				carla.stop()
				carla.run(t) // who has it is known after a restart
				carla.accept(t, id)
				got := carla.awaitFile(t, id, FileReceived)
				if b, err := os.ReadFile(filepath.Join(filepath.Dir(got.Path), inside)); err != nil || !bytes.Equal(b, content) {
					t.Errorf("%d bytes, %v", len(b), err)
				}
				if err := dan.fetchFrom(t, ben, id, offered[0].Offer.Size); !errors.Is(err, blob.ErrGone) {
					t.Errorf("Dan, who is no member, gets it from Ben: %v", err)
				}
			})
		})
	}
}

// fetchFrom asks a peer for the content of an offer as a changed program might.
func (a *agent) fetchFrom(t *testing.T, from *agent, id event.ID, size int64) error {
	t.Helper()
	from.files.mu.Lock()
	hash := blob.Hash(from.files.transfers[id].offer.Hash)
	from.files.mu.Unlock()
	sink := &memorySink{}
	if err := a.config.Blob.Fetch(t.Context(), from.id.PeerID(), blob.FileScope(id), []blob.Item{{Hash: hash, Size: size}}, sink); err != nil {
		return err
	}
	return sink.err
}

// TestHolderChangedTheirCopy: what was changed where it was put is given to nobody, and who asked waits for the one who offered it.
func TestHolderChangedTheirCopy(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		path := filepath.Join(t.TempDir(), "plan.txt")
		writeFile(t, path, []byte("the plan"))
		offered := anna.offerIn(t, room, path)
		id := offered[0].ID
		ben.accept(t, id)
		got := ben.awaitFile(t, id, FileReceived)
		carla.awaitFile(t, id, FileOffered)
		anna.stop()
		writeFile(t, got.Path, []byte("his plan"))
		carla.accept(t, id)
		carla.await(t, "Ben has refused", func() bool {
			carla.files.mu.Lock()
			defer carla.files.mu.Unlock()
			return carla.files.transfers[id].worker != nil
		})
		time.Sleep(time.Minute) // of the bubble's clock
		if f, err := carla.File(t.Context(), id); err != nil || f.State == FileProblem || f.State == FileReceived {
			t.Errorf("%s %q %v", f.State, f.Problem, err)
		}
		anna.run(t)
		whole := carla.awaitFile(t, id, FileReceived)
		if b, err := os.ReadFile(whole.Path); err != nil || string(b) != "the plan" {
			t.Errorf("%q %v", b, err)
		}
	})
}
