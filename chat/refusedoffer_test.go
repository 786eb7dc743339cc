package chat

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/blob"
)

// TestRefusedOfferIsNobodys: what somebody offered behind the cut of their removal is given by nobody who knows of that, not even to the end of what was begun, and asked for by nobody; it is
// there again once the removal turns out to count nothing.
func TestRefusedOfferIsNobodys(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora")
		anna, ben, carla, dora := all[0], all[1], all[2], all[3]
		room := roomOfAll(t, NewRoom{}, all...)
		must(t)(Message{}, errOf(anna.Entrust(t.Context(), room, carla.person())))
		carla.await(t, "she may remove", func() bool { return mayRemove(carla, room) })
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host, dora.host}, []*lanHost{carla.host})
		for _, a := range []*agent{ben, dora} {
			anna.awaitAlone(t, a)
			carla.awaitAlone(t, a)
		}
		anna.awaitAlone(t, carla)
		paths := []string{filepath.Join(t.TempDir(), "has.txt"), filepath.Join(t.TempDir(), "wants.txt")}
		for i, path := range paths {
			writeFile(t, path, noise(uint64(i), 10))
		}
		offered, err := ben.Offer(t.Context(), room, paths)
		if err != nil {
			t.Fatal(err)
		}
		has, wants := offered[0].ID, offered[1].ID
		dora.awaitFile(t, has, FileOffered)
		dora.awaitFile(t, wants, FileOffered)
		must(t)(Message{}, errFile(dora.Accept(t.Context(), has)))
		dora.awaitFile(t, has, FileReceived)
		ben.stop()
		must(t)(Message{}, errFile(dora.Accept(t.Context(), wants)))
		must(t)(Message{}, errFile(dora.Pause(t.Context(), wants)))
		ben.run(t)
		ben.awaitLink(t, dora)
		open := func(a *agent, id event.ID, to *agent) (blob.Content, error) {
			file, err := a.files.find(id)
			if err != nil {
				return nil, err
			}
			return a.files.Open(t.Context(), to.person(), blob.FileScope(id), blob.Hash(file.offer.Hash))
		}
		begun, err := open(ben, has, dora)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = begun.Close() }()
		passed, err := open(dora, has, carla)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = passed.Close() }()

		must(t)(Message{}, errOf(carla.Remove(t.Context(), room, ben.person())))
		must(t)(Message{}, errOf(anna.Remove(t.Context(), room, carla.person())))
		s.lan.Heal()
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host, carla.host, dora.host})
		for _, a := range []*agent{ben, dora} {
			a.awaitMembers(t, room, anna, carla, dora)
		}
		for _, when := range []string{"at once", "after a restart"} {
			for _, c := range []struct{ from, to *agent }{{ben, dora}, {dora, carla}} {
				if content, err := open(c.from, has, c.to); !errors.Is(err, blob.ErrGone) {
					t.Errorf("%s %s gives it to %s: %v, %v", when, c.from.name, c.to.name, content, err)
				}
			}
			ben.awaitFile(t, has, FileRefused)
			ben.awaitFile(t, wants, FileRefused)
			dora.awaitFile(t, has, FileReceived)
			if _, err := dora.File(t.Context(), wants); !errors.Is(err, event.ErrUnknown) {
				t.Errorf("%s Dora is shown what she does not have: %v", when, err)
			}
			if files, err := dora.Files(t.Context()); err != nil || len(files) != 1 {
				t.Errorf("%s Dora has %+v, %v", when, files, err)
			}
			if _, err := dora.Accept(t.Context(), wants); !errors.Is(err, ErrAnswered) {
				t.Errorf("%s Dora takes it: %v", when, err)
			}
			if when == "at once" {
				for _, content := range []blob.Content{begun, passed} {
					if _, err := content.ReadAt(make([]byte, 1), 0); !errors.Is(err, blob.ErrGone) {
						t.Errorf("what was begun goes on: %v", err)
					}
				}
				for _, a := range []*agent{ben, dora} {
					a.stop()
					a.run(t)
				}
				ben.awaitLink(t, dora)
			}
		}

		s.lan.Heal()
		for _, a := range []*agent{ben, dora} {
			a.awaitMembers(t, room, anna, ben, dora)
		}
		dora.awaitFile(t, wants, FilePaused)
		must(t)(Message{}, errFile(dora.Resume(t.Context(), wants)))
		dora.awaitFile(t, wants, FileReceived)
		if file, err := ben.File(t.Context(), has); err != nil || !slices.Contains(file.Has, dora.person()) {
			t.Errorf("Ben is shown %+v, %v", file, err)
		}
	})
}

func errFile(_ File, err error) error { return err }
