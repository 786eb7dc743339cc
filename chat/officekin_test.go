package chat

import (
	"slices"
	"testing"

	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// TestOfficeDeletedOnAnotherMachine: what somebody announced on one machine and took back on another is taken back for everybody, whether they met both
// machines, one or none, and holds up nothing behind it.
func TestOfficeDeletedOnAnotherMachine(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		ben := s.household(t, "Ben", 2)
		for _, b := range ben {
			b.run(t)
		}
		anna := s.start(t, "Anna")
		ben[0].meet(t, ben[1])
		anna.meet(t, ben[0])
		anna.meet(t, ben[1])
		wrong := ben[0].announce(t, "wrong")
		ben[0].announce(t, "after it")
		cleo := s.start(t, "Cleo")
		s.lan.Partition([]*lanHost{cleo.host}, []*lanHost{ben[0].host, ben[1].host})
		cleo.meet(t, anna)
		cleo.awaitSaid(t, event.OfficeID(), "wrong", "after it")
		ben[1].await(t, "the second machine has it", func() bool { return slices.Contains(ben[1].said(t, event.OfficeID()), "after it") })
		cleo.stop()
		if _, err := ben[1].Delete(t.Context(), wrong.ID); err != nil {
			t.Fatal(err)
		}
		deleted := func(a *agent) func() bool {
			return func() bool {
				m, err := a.Shown(t.Context(), wrong.ID)
				return err == nil && m.Deleted
			}
		}
		anna.await(t, "it is taken back", deleted(anna))
		ben[0].stop()
		ben[1].stop()
		cleo.run(t)
		cleo.await(t, "it is taken back for who had it", deleted(cleo))
		dora := s.start(t, "Dora")
		dora.meet(t, anna)
		dora.await(t, "what came after it is there", func() bool { return slices.Contains(dora.said(t, event.OfficeID()), "after it") })
		dora.await(t, "it is taken back for who never had it", deleted(dora))
		anna.stop()
		emil := s.start(t, "Emil")
		s.lan.Partition([]*lanHost{emil.host}, []*lanHost{anna.host})
		emil.meet(t, dora)
		emil.await(t, "so it is through somebody who met nobody of them", func() bool { return slices.Contains(emil.said(t, event.OfficeID()), "after it") })
		for _, a := range []*agent{cleo, dora, emil} {
			if d := a.Dropped(); len(d) > 0 {
				t.Errorf("%s dropped %v", a.name, d)
			}
		}
	})
}

// TestOfficeNoKin: nobody makes somebody else's words missing by naming their machine in lists of their own.
func TestOfficeNoKin(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		l := s.lie(t, anna, nil)
		f, first := forge(t, "Carla")
		words := f.log.text(t, "words", nil)
		stripped := *words
		stripped.Salt, stripped.Body = nil, nil
		g, _ := forge(t, "Mallory")
		list := identity.PersonList{Person: g.id.Person(), Number: 2}
		for _, of := range []*identity.Identity{g.id, f.id} {
			list.Machines = append(list.Machines, of.Public())
		}
		lists := []identity.SignedPersonList{g.id.FirstPersonList(), g.id.SignPersonList(list)}
		own := &forger{id: g.id, log: &lyingLog{header: g.log.header}}
		begun := own.log.event(t, event.KindJoin, membership.Body{Name: "Mallory", List: &lists[0], Later: lists[1:]}, nil)
		deletion := own.log.event(t, event.KindDelete, encoded(t, amend.Amendment{Kind: event.KindDelete, Named: words.ID}), nil)
		deletion.Signature = g.id.Sign(event.SigningContext, deletion.ID[:])
		strip := func(n uint64) {
			t.Helper()
			stripped.Signature = f.id.Sign(event.SigningContext, stripped.ID[:])
			body, err := event.Run{Events: []*event.Event{first, &stripped}, Proofs: []*event.Event{deletion}, Lists: lists}.Encode()
			if err != nil {
				t.Fatal(err)
			}
			l.send(wire.KindEvents, body)
			anna.awaitDropped(t, errBare, n)
		}
		strip(1)
		l.send(wire.KindEvents, own.frame(t, begun, deletion))
		strip(2)
		if err := anna.roster.Learn(t.Context(), lists, "Mallory"); err != nil { // from a room, say
			t.Fatal(err)
		}
		strip(3)
		l.send(wire.KindEvents, f.frame(t, first, words))
		anna.awaitSaid(t, event.OfficeID(), "words")
	})
}
