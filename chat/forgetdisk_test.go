package chat

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// failWrites has the database refuse one kind of write as a full disk does, and returns what ends that.
func (a *agent) failWrites(t *testing.T, of string) (end func()) {
	t.Helper()
	exec := func(query string) {
		t.Helper()
		if err := a.config.DB.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.Exec(query); return err }); err != nil {
			t.Fatal(err)
		}
	}
	exec(`CREATE TRIGGER full_disk BEFORE ` + of + ` BEGIN SELECT RAISE(ABORT, 'no room'); END`)
	return func() { exec(`DROP TRIGGER full_disk`) }
}

// TestForgettingOnAFullDisk: what cannot be noted as forgotten is there as before, with what programs do in it; what is noted is forgotten, and that is said,
// although its words cannot go yet: they go by themselves.
func TestForgettingOnAFullDisk(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		ben := all[1]
		room := roomOfAll(t, NewRoom{}, all...)
		all[0].say(t, room, "one", "two")
		ben.awaitSaid(t, room, "one", "two")
		ben.leaves(t, room)
		unhooked := 0
		also := func(tx *store.Tx) error { tx.AfterCommit(func() { unhooked++ }); return nil }
		end := ben.failWrites(t, `UPDATE OF forgotten ON chat_room`)
		if err := ben.ForgetRoom(t.Context(), room, also); err == nil || unhooked != 0 || !ben.shows(t, room) || ben.words(t, room) != 2 {
			t.Errorf("it could not be noted: %v; unhooked %d times, on the list %v, words of %d events", err, unhooked, ben.shows(t, room), ben.words(t, room))
		}
		end()
		end = ben.failWrites(t, `UPDATE ON chat_event`)
		if err := ben.ForgetRoom(t.Context(), room, also); err != nil || unhooked != 1 || ben.shows(t, room) || ben.words(t, room) != 2 {
			t.Errorf("the words could not go: %v; unhooked %d times, on the list %v, words of %d events", err, unhooked, ben.shows(t, room), ben.words(t, room))
		}
		time.Sleep(keepingAgain / 2)
		synctest.Wait()
		end()
		ben.losesWords(t, room, 2*keepingAgain, "once there is room")
	})
}

// TestForgettingGivesTheDiskBack: what a forgotten room took is free for other programs after that, not only for Lanyard.
func TestForgettingGivesTheDiskBack(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		ben := all[1]
		room := roomOfAll(t, NewRoom{}, all...)
		takes := func() (size int64) {
			t.Helper()
			for _, name := range []string{"lanyard.db", "lanyard.db-wal"} {
				info, err := os.Stat(filepath.Join(ben.dir, name))
				if err != nil {
					t.Fatal(err)
				}
				size += info.Size()
			}
			return size
		}
		before := takes()
		const flood = 300
		for i := range flood {
			all[0].say(t, room, strings.Repeat(string(rune('a'+i%26)), event.MaxText))
		}
		ben.await(t, "the flood", func() bool { return ben.words(t, room) == flood })
		if grown := takes() - before; grown < flood*event.MaxText {
			t.Fatalf("the flood takes %d bytes: that proves nothing", grown)
		}
		ben.leaves(t, room)
		ben.forget(t, room)
		ben.await(t, "the disk", func() bool { return takes() < before+4<<20 })
	})
}
