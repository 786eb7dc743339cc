package chat

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zeebo/blake3"

	"lanyard/chat/event"
	"lanyard/internal/blob"
	"lanyard/internal/identity"
)

// TestReceivedStaysReceived: a file that everybody had received to whom it went is so still when somebody comes later.
func TestReceivedStaysReceived(t *testing.T) {
	for _, closed := range []bool{false, true} {
		t.Run(fmt.Sprintf("closed history %v", closed), func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben", "Dora")
				anna, ben, dora := all[0], all[1], all[2]
				room := roomOfAll(t, NewRoom{ClosedHistory: closed}, anna, ben)
				id := anna.offersPlan(t, room)
				ben.accept(t, id)
				anna.awaitFile(t, id, FileReceived)
				if _, err := anna.Invite(t.Context(), room, dora.person()); err != nil {
					t.Fatal(err)
				}
				dora.awaitMembers(t, room, anna, ben, dora)
				settles()
				anna.awaitFile(t, id, FileReceived)
			})
		})
	}
}

// TestNewcomerGetsWhatWasOfferedBefore: who comes into a room with open history gets the files that were offered there from whoever has them, the author or another member, and the author is told of
// them. Where the history is closed nobody gives them.
func TestNewcomerGetsWhatWasOfferedBefore(t *testing.T) {
	for _, closed := range []bool{false, true} {
		t.Run(fmt.Sprintf("closed history %v", closed), func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben", "Carla", "Dora")
				anna, ben, carla, dora := all[0], all[1], all[2], all[3]
				room := roomOfAll(t, NewRoom{ClosedHistory: closed}, anna, ben)
				id := anna.offersPlan(t, room)
				ben.accept(t, id)
				anna.awaitFile(t, id, FileReceived)
				for _, a := range []*agent{carla, dora} {
					if _, err := ben.Invite(t.Context(), room, a.person()); err != nil {
						t.Fatal(err)
					}
				}
				for _, a := range all {
					a.awaitMembers(t, room, all...)
				}
				anna.await(t, "who came later", func() bool {
					f, err := anna.File(t.Context(), id)
					return err == nil && isPersons(f.Later, []*agent{carla, dora}) && isPersons(f.Has, []*agent{ben})
				})
				for _, holder := range []*agent{anna, ben} {
					given, err := holder.files.Open(t.Context(), carla.person(), blob.FileScope([32]byte(id)), planHash())
					if closed != errors.Is(err, blob.ErrGone) {
						t.Errorf("%s gives it: %v", holder.name, err)
					}
					if err == nil && given.Close() != nil {
						t.Error("it does not close")
					}
				}
				if closed {
					return
				}
				anna.stop()
				carla.accept(t, id) // from Ben
				carla.awaitFile(t, id, FileReceived)
				anna.run(t)
				ben.stop()
				carla.stop()
				dora.accept(t, id) // from Anna
				dora.awaitFile(t, id, FileReceived)
				anna.await(t, "all have it", func() bool {
					f, err := anna.File(t.Context(), id)
					return err == nil && f.State == FileReceived && isPersons(f.Has, []*agent{ben, carla, dora}) && len(f.Later) == 0
				})
			})
		})
	}
}

// planHash is of what offersPlan offers.
func planHash() blob.Hash { return blob.Hash(blake3.Sum256(noise(1, 1000))) }

// TestWhoHasAFile: of a file that our person offered in a room is told who has it, who else takes it and who has not answered yet, also after a restart; who declines or leaves is none of
// them. Who has it is told of one that is withdrawn, too.
func TestWhoHasAFile(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora", "Eva")
		anna, ben, carla, dora, eva := all[0], all[1], all[2], all[3], all[4]
		room := roomOfAll(t, NewRoom{}, all...)
		id := anna.offersPlan(t, room)
		if _, err := anna.Pause(t.Context(), id); !errors.Is(err, ErrNotOnItsWay) {
			t.Fatalf("held before anybody takes it: %v", err)
		}
		if f, err := anna.File(t.Context(), id); err != nil || !isPersons(f.Asked, []*agent{ben, carla, dora, eva}) {
			t.Errorf("asked before anybody answered: %v %v", f.Asked, err)
		}
		ben.accept(t, id)
		tells := func(when string, state FileState, has, taking, asked []*agent) {
			t.Helper()
			anna.await(t, when, func() bool {
				f, err := anna.File(t.Context(), id)
				return err == nil && f.State == state && isPersons(f.Has, has) && isPersons(f.Taking, taking) && isPersons(f.Asked, asked)
			})
		}
		tells("Ben has it", FileAccepted, []*agent{ben}, nil, []*agent{carla, dora, eva})
		if _, err := anna.Pause(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		ben.stop() // who has it, too, and would give it
		dora.accept(t, id)
		eva.accept(t, id)
		for _, a := range []*agent{carla, eva} { // Eva changes her mind
			a.await(t, "the offer", func() bool { _, err := a.File(t.Context(), id); return err == nil })
			if _, err := a.Decline(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		tells("Anna holds it", FilePaused, []*agent{ben}, []*agent{dora}, nil)
		anna.stop()
		anna.run(t)
		tells("after a restart", FilePaused, []*agent{ben}, []*agent{dora}, nil)
		anna.awaitLink(t, dora)
		dora.leaves(t, room)
		tells("Dora left", FilePaused, []*agent{ben}, nil, nil)
		if _, err := anna.Cancel(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		tells("withdrawn", FileWithdrawn, []*agent{ben}, nil, nil)
		anna.stop()
		anna.run(t)
		tells("withdrawn, after a restart", FileWithdrawn, []*agent{ben}, nil, nil)
	})
}

// offersPlan offers a small file in a room.
func (a *agent) offersPlan(t *testing.T, room event.ConversationID) event.ID {
	t.Helper()
	path := filepath.Join(a.dir, "plan.pdf")
	writeFile(t, path, noise(1, 1000))
	return a.offerIn(t, room, path)[0].ID
}

// TestAnswerThatWaits: of a member of whom more waits it is not said that they did not answer, as their answer may wait, too; it shows once the rest is taken.
func TestAnswerThatWaits(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, others := s.oneTakesLittle(t)
		ben, carla := others[0], others[1]
		ben.floods(t, room, anna)
		id := anna.offersPlan(t, room)
		ben.accept(t, id)
		settles()
		if !strings.Contains(anna.Problems()[0].Sentence, "answers to files") {
			t.Errorf("%q", anna.Problems()[0].Sentence)
		}
		if f, err := anna.File(t.Context(), id); err != nil || !isPersons(f.Asked, []*agent{carla}) || len(f.Has)+len(f.Taking) > 0 {
			t.Errorf("while Ben's answer waits: has %v, takes %v, asked %v (%v)", f.Has, f.Taking, f.Asked, err)
		}
		if _, err := anna.More(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		for range 3 { // as much again waits meanwhile
			settles()
			if _, err := anna.More(t.Context(), room, ben.person()); err != nil {
				t.Fatal(err)
			}
		}
		anna.await(t, "Ben's answer", func() bool {
			f, err := anna.File(t.Context(), id)
			return err == nil && isPersons(f.Has, []*agent{ben}) && isPersons(f.Asked, []*agent{carla})
		})
	})
}

// TestNothingIsHeldThatAllHave: a file in a room that everybody has to whom it went is shown as received, though it was held meanwhile, and is not held again.
func TestNothingIsHeldThatAllHave(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		id := anna.offersPlan(t, room)
		ben.accept(t, id)
		anna.await(t, "Ben has it", func() bool {
			f, err := anna.File(t.Context(), id)
			return err == nil && isPersons(f.Has, []*agent{ben})
		})
		if _, err := anna.Pause(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		anna.stop()
		carla.accept(t, id) // Ben gives it
		carla.awaitFile(t, id, FileReceived)
		anna.run(t)
		anna.awaitFile(t, id, FileReceived)
		for _, change := range []func() (File, error){func() (File, error) { return anna.Pause(t.Context(), id) }, func() (File, error) { return anna.Resume(t.Context(), id) }} {
			if _, err := change(); !errors.Is(err, ErrNotOnItsWay) {
				t.Errorf("held or let go on when all have it: %v", err)
			}
		}
		if f, err := anna.File(t.Context(), id); err != nil || f.State != FileReceived || f.Paused != NotPaused || !isPersons(f.Has, []*agent{ben, carla}) {
			t.Errorf("%s, held by %q, %d have it, %v", f.State, f.Paused, len(f.Has), err)
		}
	})
}

// TestWhoLeftIsNotWaitedFor: that somebody left a room, who had not answered, is told of the files that our person offered there.
func TestWhoLeftIsNotWaitedFor(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		id := anna.offersPlan(t, room)
		ben.accept(t, id)
		ben.awaitFile(t, id, FileReceived)
		carla.awaitFile(t, id, FileOffered)
		told := make(chan File, 100)
		defer anna.Subscribe(func(c Change) {
			if c.File != nil {
				told <- *c.File
			}
		})()
		carla.leaves(t, room)
		for late := time.After(time.Hour); ; { // of the bubble's clock
			select {
			case f := <-told:
				if f.State == FileReceived && len(f.Asked) == 0 && isPersons(f.Has, []*agent{ben}) {
					return
				}
			case <-late:
				t.Fatal("nothing is told")
			}
		}
	})
}

// isPersons reports whether these are the persons of those agents, in any order.
func isPersons(persons []identity.PersonID, of []*agent) bool {
	for _, a := range of {
		if !slices.Contains(persons, a.person()) {
			return false
		}
	}
	return len(persons) == len(of)
}
