package chat

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"lanyard/chat/event"
	"time"
)

// TestReceivingGoesOn breaks a transfer by a cut, a restart of the receiver and a restart of the sender: it goes on where it was and arrives whole.
func TestReceivingGoesOn(t *testing.T) {
	for _, folder := range []bool{false, true} {
		t.Run(fmt.Sprintf("folder=%v", folder), func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
				anna.meet(t, ben)
				path := filepath.Join(t.TempDir(), "big")
				content := noise(1, 12<<20)
				if folder {
					for i := range 12 {
						writeFile(t, filepath.Join(path, fmt.Sprint(i)), content[i<<20:(i+1)<<20])
					}
				} else {
					writeFile(t, path, content)
				}
				s.lan.Slow(anna.host, ben.host, 1<<20)
				id := anna.offer(t, ben, path)[0].ID
				ben.accept(t, id)
				reached := func(part int64) {
					t.Helper()
					ben.await(t, fmt.Sprintf("%d MiB are there", part>>20), func() bool {
						f, err := ben.File(t.Context(), id)
						return err == nil && f.Progress.Done >= part
					})
				}
				reached(3 << 20)
				s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host})
				ben.awaitFile(t, id, FileWaiting)
				s.lan.Heal()
				reached(6 << 20)
				ben.stop()
				ben.run(t)
				reached(8 << 20)
				anna.stop()
				ben.awaitFile(t, id, FileWaiting)
				begun := time.Now()
				anna.run(t)
				anna.await(t, "her progress goes on where it was", func() bool {
					f, err := anna.File(t.Context(), id)
					return err == nil && f.Progress.Done > 0
				})
				if f, err := anna.File(t.Context(), id); err != nil || f.Progress.Done < 8<<20 {
					t.Errorf("of 12 MiB, of which 8 are there, %d bytes are shown to who sends: %v", f.Progress.Done, err)
				}
				got := ben.awaitFile(t, id, FileReceived)
				if took := time.Since(begun); !folder && took > 11*time.Second {
					t.Errorf("what was left of 12 MiB took %v at 1 MiB a second: it began anew", took)
				}
				anna.awaitFile(t, id, FileReceived)
				if folder {
					if !sameListing(listing(t, got.Path), listing(t, path)) {
						t.Error("the folder is not the same")
					}
				} else if b, err := os.ReadFile(got.Path); err != nil || !bytes.Equal(b, content) {
					t.Errorf("the file is not the same: %d bytes, %v", len(b), err)
				}
				parts, err := os.ReadDir(filepath.Join(ben.dir, "Received", ".lanyard", "in"))
				if err != nil || len(parts) != 0 {
					t.Errorf("left in the hidden folder: %v %v", parts, err)
				}
			})
		})
	}
}

// onItsWay has a large file of Anna come to Ben, slowly.
func onItsWay(t *testing.T, s *site) (anna, ben *agent, id event.ID) {
	t.Helper()
	anna, ben = s.start(t, "Anna"), s.start(t, "Ben")
	anna.meet(t, ben)
	path := filepath.Join(t.TempDir(), "big")
	writeFile(t, path, noise(2, 8<<20))
	s.lan.Slow(anna.host, ben.host, 1<<20)
	id = anna.offer(t, ben, path)[0].ID
	ben.accept(t, id)
	ben.await(t, "something is there", func() bool {
		f, err := ben.File(t.Context(), id)
		return err == nil && f.Progress.Done > 0
	})
	return anna, ben, id
}

// TestEndedOnTheWay cancels a transfer on either side while it runs.
func TestEndedOnTheWay(t *testing.T) {
	for _, who := range []string{"receiver", "sender"} {
		t.Run(who, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				anna, ben, id := onItsWay(t, s)
				a, want := ben, FileDeclined
				if who == "sender" {
					a, want = anna, FileWithdrawn
				}
				if _, err := a.Cancel(t.Context(), id); err != nil {
					t.Fatal(err)
				}
				anna.awaitFile(t, id, want)
				ben.awaitFile(t, id, want)
				ben.await(t, "nothing is left", func() bool {
					parts, err := os.ReadDir(filepath.Join(ben.dir, "Received", ".lanyard", "in"))
					return err == nil && len(parts) == 0
				})
				anna.send(t, ben, "and now?")
				ben.await(t, "the next text", func() bool { texts := ben.texts(t, anna); return texts[len(texts)-1] == "and now?" })
			})
		})
	}
}

// TestDamagedWhileOff: what had arrived before the agent was started anew is not believed. Of a file that was whole already, or of its beginning, one byte is
// another now: what gets the name is what was sent.
func TestDamagedWhileOff(t *testing.T) {
	for _, whole := range []bool{false, true} {
		t.Run(fmt.Sprintf("whole=%v", whole), func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				anna, ben, id := onItsWay(t, s)
				ben.stop()
				f, err := anna.File(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				sent, err := os.ReadFile(f.Path)
				if err != nil {
					t.Fatal(err)
				}
				in := filepath.Join(ben.dir, "Received", ".lanyard", "in")
				parts, err := os.ReadDir(in)
				if err != nil || len(parts) != 1 {
					t.Fatalf("in the hidden folder: %v %v", parts, err)
				}
				part := filepath.Join(in, parts[0].Name())
				arrived, err := os.ReadFile(part)
				if err != nil || len(arrived) == 0 || !bytes.Equal(arrived, sent[:len(arrived)]) {
					t.Fatalf("%d bytes arrived: %v", len(arrived), err)
				}
				if whole {
					arrived = bytes.Clone(sent)
				}
				arrived[0] ^= 1
				writeFile(t, part, arrived)
				ben.run(t)
				got := ben.awaitFile(t, id, FileReceived)
				if b, err := os.ReadFile(got.Path); err != nil || !bytes.Equal(b, sent) {
					t.Errorf("what has the name is not what was sent: %d bytes, %v", len(b), err)
				}
				anna.awaitFile(t, id, FileReceived)
			})
		})
	}
}

// TestInboxRemoved: when the folder for received files goes while something comes, that is said at once and not after all has come, and it comes when it is tried again.
func TestInboxRemoved(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		_, ben, id := onItsWay(t, s)
		if err := os.RemoveAll(filepath.Join(ben.dir, "Received")); err != nil {
			t.Fatal(err)
		}
		f := ben.awaitFile(t, id, FileProblem)
		if f.Problem != "big cannot be received: the folder for received files was moved or removed while it came: try again" || f.Progress.Done == f.Progress.Total {
			t.Errorf("at %d of %d: %s", f.Progress.Done, f.Progress.Total, f.Problem)
		}
		if _, err := ben.Accept(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		ben.awaitFile(t, id, FileReceived)
	})
}
