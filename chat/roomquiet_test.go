package chat

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// TestQuietRoom: a room of somebody to whom we never wrote makes no notice until it is opened; one of an acquaintance does.
func TestQuietRoom(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		carla.send(t, anna, "hello")
		room := roomOfAll(t, NewRoom{}, all...)
		if !ben.Quiet(room) || carla.Quiet(room) || anna.Quiet(room) {
			t.Errorf("quiet for Ben %v, for Carla %v, for Anna %v", ben.Quiet(room), carla.Quiet(room), anna.Quiet(room))
		}
		ben.stop()
		ben.run(t)
		if !ben.Quiet(room) {
			t.Error("a restart makes it ring")
		}
		if _, err := ben.MarkRead(t.Context(), room, event.ID{}); err != nil {
			t.Fatal(err)
		}
		ben.stop()
		ben.run(t)
		if ben.Quiet(room) {
			t.Error("it is quiet after it was opened")
		}
	})
}

// TestFileTakenUnaskedOpensNoRoom: a quiet room stays quiet when the program takes a small file there and says that it came, and is opened by who accepts or declines one.
func TestFileTakenUnaskedOpensNoRoom(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		ben.unasked = 1000
		ben.send(t, carla, "hello")
		path := filepath.Join(t.TempDir(), "small.txt")
		writeFile(t, path, noise(9, 10))
		for _, c := range []struct {
			what string
			open func(context.Context, event.ID) (File, error)
		}{{"declined", ben.Decline}, {"accepted", ben.Accept}} { // of somebody of whom he accepted a file, others are taken unasked
			room := roomOfAll(t, NewRoom{Name: c.what}, all...)
			offered := carla.offerIn(t, room, path)
			ben.awaitFile(t, offered[0].ID, FileReceived)
			if !ben.Quiet(room) {
				t.Errorf("%s: it makes notices, and nobody opened it", c.what)
			}
			offered = anna.offerIn(t, room, path)
			ben.awaitFile(t, offered[0].ID, FileOffered)
			if _, err := c.open(t.Context(), offered[0].ID); err != nil || ben.Quiet(room) {
				t.Errorf("%s: quiet %v, %v", c.what, ben.Quiet(room), err)
			}
		}
	})
}

// TestAcquaintanceAfterARestore: a profile that was put back from a copy remembers to whom its person wrote.
func TestAcquaintanceAfterARestore(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		anna.send(t, ben, "one")
		ben.awaitTexts(t, anna, "one")
		put := anna.copyProfile(t)
		anna.send(t, ben, "two")
		ben.awaitTexts(t, anna, "one", "two")
		anna.stop()
		put()
		anna.run(t)
		anna.awaitLink(t, ben)
		anna.awaitTexts(t, ben, "one", "two")
		room, err := ben.CreateRoom(t.Context(), NewRoom{Name: "Plans", With: []identity.PersonID{anna.person()}})
		if err != nil {
			t.Fatal(err)
		}
		anna.awaitMembers(t, room.ID, ben, anna)
		if anna.Quiet(room.ID) {
			t.Error("a room of somebody she wrote to makes no notice")
		}
	})
}

// TestRoomFile: a file that is offered in a room is for its members, and each of them takes it for themselves.
func TestRoomFile(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, anna, ben, carla)
		path := filepath.Join(anna.dir, "plan.txt")
		if err := os.WriteFile(path, bytes.Repeat([]byte("plan "), 1000), 0o600); err != nil {
			t.Fatal(err)
		}
		offered := anna.offerIn(t, room, path)
		id := offered[0].ID
		for _, a := range []*agent{ben, carla} {
			a.await(t, "the offer", func() bool { _, err := a.File(t.Context(), id); return err == nil })
		}
		if _, err := ben.Decline(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if _, err := carla.Accept(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		carla.await(t, "the file", func() bool { f, err := carla.File(t.Context(), id); return err == nil && f.State == FileReceived })
		for _, a := range all {
			mine := &transfer{peer: anna.id.PeerID(), in: anna.known(room), at: event.Position{Lamport: 1 << 40}}
			if may := anna.files.isFor(mine, a.person()); may != (a == ben || a == carla) {
				t.Errorf("%s may have it: %v", a.name, may)
			}
		}
		anna.await(t, "the answer", func() bool { f, err := anna.File(t.Context(), id); return err == nil && f.State == FileAccepted })
		f, err := anna.File(t.Context(), id)
		if err != nil || f.State != FileAccepted || f.To != (identity.PersonID{}) {
			t.Errorf("%+v %v", f, err)
		}
	})
}

// TestStrangersRooms: who sends creation after creation makes us keep a few, and what is no creation is dropped.
func TestStrangersRooms(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		l := s.lie(t, anna, nil)
		anna.await(t, "the link", func() bool { _, up := anna.roster.Link(l.id.PeerID()); return up })
		for range maxTold + 3 {
			made, err := membership.Found(l.id, []identity.SignedPersonList{l.id.FirstPersonList()}, "Mallory", membership.Draft{Title: "Spam"})
			if err != nil {
				t.Fatal(err)
			}
			body, err := wire.Marshal(frame.Vectors{Conversation: made.ID[:], Creation: made.Signed.Body, Signature: made.Signed.Signature})
			if err != nil {
				t.Fatal(err)
			}
			l.send(wire.KindVectors, body)
		}
		anna.await(t, "the rest is dropped", func() bool { return anna.Dropped()["more rooms than are kept of which we are no member"] == 3 })
		if n, _ := anna.candidates(l.id.Person()); n != maxTold {
			t.Errorf("%d rooms are kept", n)
		}
		rows, err := anna.Conversations(t.Context())
		if err != nil || len(rows) != 0 {
			t.Errorf("shown: %+v %v", rows, err)
		}
		for _, v := range anna.all() {
			if _, err := anna.Send(t.Context(), v.id, "hello"); v.room != nil && !errors.Is(err, ErrNoMember) {
				t.Errorf("written into a stranger's room: %v", err)
			}
		}
		if _, err := anna.Invite(t.Context(), event.ConversationID{1}, l.id.Person()); !errors.Is(err, ErrNoConversation) {
			t.Errorf("invited to nothing: %v", err)
		}
	})
}

// TestManyStrangersRooms: many who send a creation each make us keep a few, too.
func TestManyStrangersRooms(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		stranger, err := identity.Generate()
		if err != nil {
			t.Fatal(err)
		}
		for i := range maxCandidates + 2 {
			made, err := membership.Found(stranger, []identity.SignedPersonList{stranger.FirstPersonList()}, "Mallory", membership.Draft{Title: "Spam"})
			if err != nil {
				t.Fatal(err)
			}
			by := identity.PersonID{byte(1 + i)}
			if kept := anna.Chat.meet(made.ID, made.Signed, by) != nil; kept != (i < maxCandidates) {
				t.Fatalf("room %d, told by somebody else each, is kept: %v", i+1, kept)
			}
		}
	})
}
