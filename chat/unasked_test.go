package chat

import (
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"lanyard/chat/event"
)

// TestTakenUnasked: a small file of somebody known comes by itself; a stranger's, that of somebody with whom compared words differed, a large one, and any where it is switched off wait to be accepted.
func TestTakenUnasked(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		ben.unasked = 1000
		anna.meet(t, ben)
		dir := t.TempDir()
		offer := func(name string, size int) event.ID {
			t.Helper()
			path := filepath.Join(dir, name)
			writeFile(t, path, noise(9, size))
			return anna.offer(t, ben, path)[0].ID
		}
		asks := func(what string, id event.ID) {
			t.Helper()
			ben.awaitFile(t, id, FileOffered)
			time.Sleep(time.Minute) // of the bubble's clock
			if f, err := ben.File(t.Context(), id); err != nil || f.State != FileOffered {
				t.Errorf("%s: %s %v", what, f.State, err)
			}
		}
		stranger := offer("first.txt", 10)
		asks("of a stranger", stranger)
		if _, err := ben.Decline(t.Context(), stranger); err != nil {
			t.Fatal(err)
		}
		asks("of somebody who was only declined", offer("second.txt", 10))
		ben.send(t, anna, "who are you?")
		small := offer("third.txt", 1000)
		ben.awaitFile(t, small, FileReceived)
		anna.awaitFile(t, small, FileReceived)
		asks("a large one", offer("large.bin", 1001))
		ben.awaitFile(t, offer("empty.txt", 0), FileReceived)
		folder := filepath.Join(dir, "folder")
		writeFile(t, filepath.Join(folder, "a"), noise(1, 400))
		writeFile(t, filepath.Join(folder, "b"), noise(2, 400))
		ben.awaitFile(t, anna.offer(t, ben, folder)[0].ID, FileReceived)
		for i := range unaskedFiles + 1 {
			writeFile(t, filepath.Join(dir, "many", strconv.Itoa(i)), nil)
		}
		asks("very many empty ones", anna.offer(t, ben, filepath.Join(dir, "many"))[0].ID)
		if err := ben.roster.Differ(t.Context(), anna.person(), true); err != nil {
			t.Fatal(err)
		}
		asks("of somebody with whom words differed", offer("between.txt", 10))
		if err := ben.roster.Doubt(t.Context(), anna.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitFile(t, offer("after.txt", 10), FileReceived)
		ben.unasked = 0
		asks("when it is switched off", offer("fourth.txt", 10))
		ben.unasked = 1 << 60
		asks("what no disk has room for", enormous(t, anna, ben, 1<<59))
	})
}

// enormous offers a file of a size that it need not have, as a changed program might.
func enormous(t *testing.T, from, to *agent, size uint64) event.ID {
	t.Helper()
	body := event.File{Name: "enormous.bin", Size: size, Hash: make([]byte, 32), Files: 1}
	w, err := from.files.writing(&preparation{path: "/nowhere", body: body})
	if err != nil {
		t.Fatal(err)
	}
	v, err := from.reachable(t.Context(), from.Direct(to.person()))
	if err != nil {
		t.Fatal(err)
	}
	sent, err := from.write(t.Context(), v, []writing{w})
	if err != nil {
		t.Fatal(err)
	}
	return sent[0].ID
}

// TestUnaskedInARoom: who came into a room later is given none of what was offered before, and a member who is unknown is asked about.
func TestUnaskedInARoom(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		ben.unasked, carla.unasked = 1000, 1000
		room := roomOfAll(t, NewRoom{}, anna, ben)
		ben.send(t, anna, "hello")
		carla.send(t, anna, "hello")
		path := filepath.Join(t.TempDir(), "plan.txt")
		writeFile(t, path, []byte("the plan"))
		before := anna.offerIn(t, room, path)
		ben.awaitFile(t, before[0].ID, FileReceived)
		if _, err := anna.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		carla.awaitMembers(t, room, all...)
		after := anna.offerIn(t, room, path)
		carla.awaitFile(t, after[0].ID, FileReceived)
		if f, err := carla.File(t.Context(), before[0].ID); err == nil && f.State != FileOffered {
			t.Errorf("what was offered before she came is %s", f.State)
		}
		own := filepath.Join(t.TempDir(), "own.txt")
		writeFile(t, own, []byte("Carla's"))
		carlas := carla.offerIn(t, room, own)
		ben.awaitFile(t, carlas[0].ID, FileOffered)
		time.Sleep(time.Minute) // of the bubble's clock
		if f, err := ben.File(t.Context(), carlas[0].ID); err != nil || f.State != FileOffered {
			t.Errorf("of a member whom Ben does not know: %s %v", f.State, err)
		}
	})
}

// TestUnaskedOfSomebodyBlocked: what somebody blocked offers in a common room, and others have, is not taken by itself; it is after they are unblocked.
func TestUnaskedOfSomebodyBlocked(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		ben.unasked = 1000
		room := roomOfAll(t, NewRoom{}, all...)
		ben.send(t, carla, "hello")
		if err := ben.roster.Block(t.Context(), carla.person()); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "plan.txt")
		writeFile(t, path, []byte("the plan"))
		offer := func() event.ID {
			t.Helper()
			id := carla.offerIn(t, room, path)[0].ID
			anna.accept(t, id)
			anna.awaitFile(t, id, FileReceived)
			return id
		}
		blocked := offer()
		ben.awaitFile(t, blocked, FileOffered)
		time.Sleep(time.Minute) // of the bubble's clock
		if f, err := ben.File(t.Context(), blocked); err != nil || f.State != FileOffered {
			t.Errorf("it is %s: %v", f.State, err)
		}
		if err := ben.roster.Unblock(t.Context(), carla.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitFile(t, offer(), FileReceived)
	})
}
